"""``oauth2 demo``: every step is shown, and nothing but loopback is asked."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from driving import Command

HEADINGS = [
    "1. A request token (RFC 5849 section 2.1)",
    "2. The user authorizes the application, and gets a PIN (section 2.2)",
    "3. An access token (section 2.3)",
    "4. A request that is signed wrongly on purpose, and why it is refused",
    "5. A GET of a protected resource, signed (RFC 5849 section 3)",
    "6. A POST to it, with a form",
]
NO_NETWORK = """
import ipaddress
import socket
connect = socket.socket.connect
def only_loopback(self, address):
    if not ipaddress.ip_address(address[0]).is_loopback:
        raise SystemExit(f"connects to {address}")
    return connect(self, address)
socket.socket.connect = only_loopback
"""


@pytest.mark.parametrize("is_terminal", [True, False])
def test_demo_walks_through_all_of_it(command: Command, is_terminal: bool) -> None:
    """The flow, a wrong signature that is explained, a GET and a POST; exit status 0."""
    (command.folder / "sitecustomize.py").write_text(NO_NETWORK)
    environ: dict[str, Any] = {"PYTHONPATH": str(command.folder)}
    if is_terminal:
        terminal = command.in_terminal("demo", **environ)
        status, shown = terminal.end(), terminal.text
        assert "\x1b[1;31m+\x1b[0m" in terminal.raw
        assert "Hello+Ladies" in shown
    else:
        ran = command("demo", **environ)
        status, shown = ran.status, ran.text
        assert ran.errors == ""
        assert re.search(r"differs +status +Hello\[\+\]Ladies +Hello\[%20\]Ladies", shown)
    assert (status, shown.splitlines()[-1].strip()) == (0, "Done.")
    assert re.findall(r"^\d\. .*[^ \n]", shown, re.M) == HEADINGS
    assert "\n401 UNAUTHORIZED\n" in shown
    assert "\nYou have + for a space in status.\nWrite a space as %20" in shown
    _, get, post = re.split(r"^[56]\. .*\n", shown, flags=re.M)
    for text, method, parameters in (
        (get, "GET", {"size": "big"}),
        (post, "POST", {"status": "Hello Ladies"}),
    ):
        assert "\n200 OK\n" in text
        answer = json.loads(text[text.index("{") : text.rindex("}") + 1])
        assert (answer["method"], answer["parameters"]) == (method, parameters)
        assert answer["owner"] == "ann"


def test_demo_shows_how_tokens_are_handed_on(command: Command) -> None:
    """The PIN of the page is the verifier, and each key is the one that is signed with."""
    shown = command("demo").text
    pin = re.search(r"The page shows the PIN (\d{8})\.", shown)
    token = re.search(r"The access token is (\w+), of ann\.", shown)
    consumer = re.search(r"^(\w+), and its secret\.", shown, re.M)
    assert pin is not None
    assert token is not None
    assert consumer is not None
    assert f"oauth_verifier={pin[1]}\n" in shown
    assert shown.count(f"oauth_token%3D{token[1]}") == 2
    assert shown.count(f"oauth_consumer_key%3D{consumer[1]}") == 2


def test_demo_that_fails_says_so(command: Command) -> None:
    """Its token has expired when it is used."""
    (command.folder / "sitecustomize.py").write_text(
        "import functools\n"
        "import oauth2.sandbox\n"
        "oauth2.sandbox.run = functools.partial(oauth2.sandbox.run, session_seconds=-1)\n"
    )
    ran = command("demo", PYTHONPATH=str(command.folder))
    assert (ran.status, ran.errors) == (1, "")
    assert ran.text.endswith("\nThis should not have happened.\n")


def test_demo_needs_the_extra_of_the_sandbox(command: Command) -> None:
    """It says in one line how to get it."""
    (command.folder / "sitecustomize.py").write_text("import sys\nsys.modules['flask'] = None\n")
    line = command.fails("demo", status=2, PYTHONPATH=str(command.folder))
    assert line == (
        "oauth2.sandbox needs the extra 'sandbox': python -m pip install 'oauth2[sandbox]'"
    )


def test_demo_does_not_ask_a_proxy(command: Command) -> None:
    """One that is set is for what is not on loopback."""
    nobody = "http://127.0.0.1:9"
    ran = command("demo", http_proxy=nobody, https_proxy=nobody, all_proxy=nobody)
    assert (ran.status, ran.errors) == (0, "")
