"""What is seen of a call on its way: bars, and the head as it was received."""

from __future__ import annotations

import os
import shlex

import pytest
from driving import ENVIRON, Command, hanging_up
from wire import Answer, Origin, redirect


@pytest.fixture
def octets() -> bytes:
    """Return what no program packs or guesses."""
    return os.urandom(300_000)


def test_bar_is_shown_where_standard_output_is_a_file(
    command: Command, origin: Origin, octets: bytes
) -> None:
    """The file holds the body alone."""
    origin.script["/a"] = Answer(200, {}, octets)
    line = shlex.join(command.line("request", "GET", f"{origin.url}/a"))
    terminal = command.in_shell(f"{line} > saved", **ENVIRON)
    assert terminal.end() == 0
    assert "Receiving" in terminal.text
    assert "300.0/300.0 kB" in terminal.text
    assert (command.folder / "saved").read_bytes() == octets


def test_no_bar_is_shown_where_standard_output_is_a_pipe(command: Command, origin: Origin) -> None:
    """Another program may use the terminal, as a pager does."""
    line = shlex.join(command.line("request", "GET", f"{origin.url}/a"))
    terminal = command.in_shell(f"{line} | cat", **ENVIRON)
    assert (terminal.end(), terminal.text) == (0, "ok")


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (b"HTTP/1.0 200 OK\r\n\r\n", b"%b"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"493e0\r\n%b\r\n0\r\n\r\n"),
    ],
    ids=["until it ends", "in chunks"],
)
def test_download_of_no_length_shows_no_total_before_its_end(
    command: Command, octets: bytes, head: bytes, body: bytes
) -> None:
    """There is how much was received, and at the end it was all."""
    with hanging_up(head + body % octets) as url:
        terminal = command.in_terminal("request", "GET", url, "-o", "saved", **ENVIRON)
        assert terminal.end() == 0
    assert "?" not in terminal.text.replace(" ?", "")  # of which the speed makes one, at first
    assert "300.0/300.0 kB" in terminal.text
    assert "0 bytes" in terminal.text
    assert (command.folder / "saved").read_bytes() == octets


def test_head_is_shown_as_it_was_received(command: Command, origin: Origin) -> None:
    """Names keep their case, and two fields of one name stay two."""
    fields = "X-ID: 1\r\nx-Small: 2\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n"
    answer = f"HTTP/1.1 201 Made\r\n{fields}Content-Length: 2\r\n\r\nok"
    with hanging_up(answer.encode()) as url:
        ran = command("request", "GET", url, "-i", **ENVIRON)
    assert ran.text == answer.replace("\r\n", "\n")


def test_head_is_that_of_the_last_response(command: Command, origin: Origin) -> None:
    """What redirected to it is not shown."""
    origin.script["/a"] = redirect(302, "/b")
    origin.script["/b"] = Answer(200, {"X-Last": "yes"}, b"here")
    ran = command("request", "GET", f"{origin.url}/a", "-i", **ENVIRON)
    head, _, body = ran.text.partition("\n\n")
    assert head.splitlines()[0] == "HTTP/1.1 200 Scripted"
    assert ("X-Last: yes" in head, "Location" in head, body) == (True, False, "here")


def test_head_of_a_packed_response_says_so(command: Command, origin: Origin) -> None:
    """Its length is that of what was sent."""
    import gzip

    packed = gzip.compress(b"content")
    origin.script["/a"] = Answer(200, {"Content-Encoding": "gzip"}, packed)
    head, _, body = command("request", "GET", f"{origin.url}/a", "-i", **ENVIRON).text.partition(
        "\n\n"
    )
    assert f"Content-Length: {len(packed)}\nContent-Encoding: gzip" in head
    assert body == "content"


def test_closed_standard_output_is_no_file(command: Command, origin: Origin) -> None:
    """And nothing that is said of it."""
    line = shlex.join(command.line("request", "GET", f"{origin.url}/a"))
    terminal = command.in_shell(f"{line} >&-", **ENVIRON)
    assert (terminal.end(), terminal.text) == (0, "")
