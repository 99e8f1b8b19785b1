"""The line that ``oauth2 sandbox`` prints for each request."""

from __future__ import annotations

import io
import os
import re
from typing import IO, Any, cast

import pytest
from driving import Command, Terminal

import oauth2
from oauth2.cli.request_log import RequestLog, request_line
from oauth2.sandbox.recording import Content, Exchange

KNOWN = ("--consumer", "printer:consumer-sekrit")
CONSUMER = oauth2.Consumer("printer", "consumer-sekrit")


def started(command: Command, *words: str) -> tuple[Terminal, str]:
    """Start a sandbox in a terminal; return it, and the URL of its request tokens."""
    terminal = command.in_terminal("sandbox", *KNOWN, *words)
    terminal.expect("Stop with Ctrl-C.\r\n")
    found = re.search(r"request token URL +(\S+)", terminal.text)
    assert found
    return terminal, found[1]


def ask(url: str, consumer: oauth2.Consumer = CONSUMER) -> None:
    client = oauth2.Client(consumer, placement="query", proxy_info=None)
    client.request(url, "POST", parameters={"oauth_callback": "oob"})


def stop(terminal: Terminal) -> str:
    """Press Ctrl-C; return what was printed after the start."""
    terminal.sendintr()
    assert terminal.end() == 0
    return str(terminal.text.partition("Stop with Ctrl-C.\n")[2])


def test_each_request_is_a_line_with_its_cause(command: Command) -> None:
    """No query is in it, as OAuth parameters may be there; the page is named at the start."""
    terminal, url = started(command)
    assert f"Watch requests arrive: {url[: -len('request_token')]}\n" in terminal.text
    ask(url)
    ask(url, oauth2.Consumer("nobody", "x"))
    ask(url.replace("/request_token", "/echo?a=b"))
    lines = stop(terminal).splitlines()
    assert [re.sub(r"^\d\d:\d\d:\d\d  ", "", line) for line in lines[:3]] == [
        "POST    /request_token        200  printer",
        "POST    /request_token        401  nobody  oauth_consumer_key: no consumer has this key.",
        "POST    /echo                 400  printer  Parameter not found: the request has no"
        " oauth_token.",
    ]


def test_quiet_prints_none(command: Command) -> None:
    """For who reads something else in this terminal."""
    terminal, url = started(command, "--quiet")
    ask(url)
    assert stop(terminal) == "^C\nStopped.\n"


def test_line_is_one_whatever_was_sent() -> None:
    """Control characters steer no terminal, and nothing is longer than fits."""
    error = oauth2.Error(f"refused:\r\n\x1b[2J{'x' * 2000}", status=401)
    url = f"http://127.0.0.1:1/\x1b[2J{'y' * 200}"
    line = request_line(
        Exchange("BREW\n", url, (), Content.of(b""), 101, consumer="a\nb", error=error)
    )
    assert line.plain.isprintable()
    assert " BREW " in line.plain
    assert "  a b  refused: [2Jxx" in line.plain
    assert len(line.plain) < 1200


def test_log_that_nobody_reads_any_more_does_not_end_the_sandbox(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A terminal may be closed before its sandbox."""
    written: list[Any] = []

    def fail(*given: Any, **options: Any) -> None:
        written.append(given)
        raise BrokenPipeError

    log = RequestLog()
    monkeypatch.setattr(log._console, "print", fail)
    exchange = Exchange("GET", "http://127.0.0.1:1/", (), Content.of(b""), 200)
    log(exchange)
    assert log._console.quiet
    assert len(written) == 1


def test_line_is_left_out_where_nobody_reads() -> None:
    """A pipe that is full would hold up the sandbox; a stream in memory never is."""
    exchange = Exchange("GET", "http://127.0.0.1:1/", (), Content.of(b""), 200)
    log = RequestLog()
    reader, writer = os.pipe()
    with open(reader, "rb") as read, open(writer, "wb", 0) as full:
        os.set_blocking(writer, False)
        while full.write(b"x" * 65_536):
            pass
        log._console.file = cast("IO[str]", full)
        log(exchange)
        full.close()
        assert set(read.read()) == {ord("x")}
    log._console.file = memory = io.StringIO()
    log(exchange)
    assert " GET " in memory.getvalue()
