"""``oauth2 sandbox --forward``: what it prints, forwards and refuses."""

from __future__ import annotations

import re

import pytest
from asking import ask_unsigned
from driving import Command
from wire import Origin


def test_it_forwards_until_ctrl_c(command: Command, origin: Origin) -> None:
    """It prints where to point a client, and a line for each request."""
    terminal = command.in_terminal("sandbox", "--forward", origin.url)
    terminal.expect("Stop with Ctrl-C.")
    printed = dict(re.findall(r"^(forwards to|a client uses) +(\S+)$", terminal.text, re.M))
    assert printed["forwards to"] == origin.url
    assert f"Watch requests arrive: {printed['a client uses']}/\n" in terminal.text
    assert ask_unsigned(f"{printed['a client uses']}/a%2Fb?c=d").content == "ok"
    assert origin.last.target == "/a%2Fb?c=d"
    terminal.expect(r"GET +/a%2Fb +\S*200")
    terminal.sendintr()
    assert terminal.end() == 0
    assert terminal.text.endswith("\nStopped.\n")


def test_a_request_is_no_line_with_quiet(command: Command, origin: Origin) -> None:
    """As of a sandbox that is a provider itself."""
    terminal = command.in_terminal("sandbox", "--forward", origin.url, "--quiet")
    terminal.expect("Stop with Ctrl-C.")
    (url,) = re.findall(r"^a client uses +(\S+)$", terminal.text, re.M)
    assert ask_unsigned(f"{url}/a").status == 200
    terminal.sendintr()
    assert terminal.end() == 0
    assert "/a " not in terminal.text


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["--db", "a"], 2, "--forward: expected no --db beside it"),
        (["--consumer", "a:b-sekrit"], 2, "--forward: expected no --consumer beside it"),
        (["--profile", "a"], 2, "--forward: expected no --profile beside it"),
        (["--delay", "1"], 2, "--forward: expected no --delay beside it"),
        (["--host", "0.0.0.0"], 1, "host: expected a loopback address to forward from"),
    ],
)
def test_what_it_cannot_do_beside_is_told(
    command: Command, words: list[str], status: int, told: str
) -> None:
    """A provider that somebody else runs has its own manners."""
    line = command.fails("sandbox", "--forward", "http://127.0.0.1:9", *words, status=status)
    assert line.startswith(told)


def test_a_provider_that_is_no_url_is_told(command: Command) -> None:
    """Before a port is listened on."""
    line = command.fails("sandbox", "--forward", "photos.example.net")
    assert line.startswith("provider: expected a URL with scheme http or https, got 'photos")
