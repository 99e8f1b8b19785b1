"""``oauth2 sandbox``: how long a body may be, and which names it answers to."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httplib2
import pytest
from asking import Answer, answer, ask_unsigned
from driving import SECONDS, Command

import oauth2

CONSUMER = oauth2.Consumer("printer", "consumer-sekrit")


@contextmanager
def served(command: Command, *words: str) -> Iterator[str]:
    """Serve in a pipe; yield the address of the resource."""
    with subprocess.Popen(
        command.line("sandbox", "--consumer", "printer:consumer-sekrit", *words),
        env=command.environ, cwd=command.folder, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        text = "".join(process.stdout.readline() for _ in range(5))
        yield re.findall(r"^resource URL +(\S+)$", text, re.M)[0]
        while "Stop with" not in process.stderr.readline():
            continue
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS)


def posted(url: str, length: int) -> Answer:
    client = oauth2.Client(CONSUMER, placement="header", proxy_info=None, timeout=SECONDS)
    headers = {"Content-Type": "text/plain"}
    return answer(*client.request(url, "POST", b"x" * length, headers))


@pytest.mark.parametrize(("words", "limit"), [(["--max-body", "1k"], 1024)])
def test_a_body_is_limited(command: Command, words: list[str], limit: int) -> None:
    """What is longer is refused by a problem report, before anything is looked up."""
    with served(command, *words) as url:
        assert posted(url, limit).problem[1] == "parameter_absent"
        got = posted(url, limit + 1)
    assert got.problem == (413, "parameter_rejected")
    assert got.fields["oauth_problem_advice"] == "body: expected at most 1024 octets, got more"


@pytest.mark.parametrize("given", ["much", "-1", "1.5M", "", "1T"])
def test_a_limit_that_is_no_number_is_told(command: Command, given: str) -> None:
    """In the words of the option."""
    line = command.fails("sandbox", "--max-body", given, status=2)
    expected = f"expected a number like 500, 64K, 32M or 1G, got {given!r}"
    assert line.startswith(f"Invalid value for '--max-body': {expected}")


def test_a_name_is_answered_to_where_it_is_allowed(command: Command) -> None:
    """Any other is refused, and named."""
    with served(command, "--allow-host", "sandbox.example") as url:
        allowed = ask_unsigned(url, headers={"Host": "sandbox.example"})
        refused = ask_unsigned(url, headers={"Host": "a.example"})
    assert (allowed.status, refused.status) == (400, 421)
    assert "a.example" in refused.fields["oauth_problem_advice"]


def test_a_pipe_that_nobody_reads_does_not_stop_it(command: Command) -> None:
    """Programs start it with a pipe for standard error, and look there when it fails."""
    reading, writing = os.pipe()
    with subprocess.Popen(
        command.line("sandbox", "--consumer", "printer:consumer-sekrit"),
        env=command.environ, cwd=command.folder, text=True,
        stdout=subprocess.PIPE, stderr=writing,
    ) as process, open(reading, encoding="utf-8") as errors:  # fmt: skip
        assert process.stdout is not None
        url = "".join(process.stdout.readline() for _ in range(4)).split()[-1]
        while "Stop with" not in errors.readline():
            continue
        os.set_blocking(writing, False)
        with suppress(BlockingIOError):
            while os.write(writing, b"x" * 512):
                continue
        os.set_blocking(writing, True)
        os.close(writing)
        browser = httplib2.Http(proxy_info=None, timeout=10)
        try:
            response, _ = browser.request(url)
        finally:
            process.kill()
    assert response.status == 400
