"""``oauth2 services``: those of the package, and the user's own."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from driving import Command

import oauth2.services

MINE = {
    "id": "mine",
    "name": "My \x1b[2Jown",
    "request_token_url": "https://{host}/request",
    "authorize_url": "https://{host}/authorize",
    "access_token_url": "https://{host}/access",
    "signature_methods": ["HMAC-SHA256", "PLAINTEXT"],
    "url_vars": {"host": "yours\x9b"},
    "aliases": ["own"],
    "quirks": ["first", "second"],
}


@pytest.fixture
def own(command: Command) -> Path:
    """Give the user a file of services beside the profiles."""
    command.config.mkdir(parents=True)
    path = command.config / "services.json"
    path.write_text(json.dumps([MINE]))
    return path


def test_all_are_listed(command: Command) -> None:
    """One a line, with the id that 'oauth2 authorize' takes, and how it signs."""
    ran = command("services")
    assert (ran.status, ran.errors) == (0, "")
    heading, *lines = ran.text.splitlines()
    assert heading.split() == ["service", "name", "signature", "state"]
    assert [line.split()[0] for line in lines] == list(oauth2.services.load())
    netsuite = next(line.split() for line in lines if line.startswith("netsuite"))
    assert netsuite[-2:] == ["HMAC-SHA256", "deprecated"]


def test_one_is_told_by_its_id_or_an_alias_in_any_case(command: Command) -> None:
    """The URLs, what fills them, and what is special about it."""
    shown = [command("services", name).text for name in ("netsuite", "NetSuite")]
    assert shown[0] == shown[1]
    lines = [line.rstrip() for line in shown[0].splitlines()]
    assert lines[0].split(None, 1) == ["name", "NetSuite TBA"]
    assert (
        "access token url     https://{account}.restlets.api.netsuite.com/rest/accesstoken" in lines
    )
    assert "variable             account: NetSuite account id" in lines
    assert "note                 only HMAC-SHA256" in lines
    assert "checked              2026-11-26, against: documentation, page" in lines
    assert [line for line in lines if not line[20:].strip()] == []
    assert command("services", "x").text == command("services", "twitter").text


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "tumbler",
            "no service 'tumbler' (did you mean tumblr?): 'oauth2 services' lists them all",
        ),
        ("\x1b[2J", "no service '\\x1b[2J': 'oauth2 services' lists them all"),
    ],
)
def test_unknown_one_is_told(command: Command, name: str, told: str) -> None:
    """With those that have a name much like it."""
    assert command.fails("services", name) == told


def test_own_ones_are_added(command: Command, own: Path) -> None:
    """By id or alias; what would steer a terminal is replaced."""
    assert "mine " in command("services").text
    for name in ("mine", "own"):
        ran = command("services", name)
        assert (ran.status, ran.errors) == (0, "")
        assert re.search("^name +My \N{REPLACEMENT CHARACTER}\\[2Jown *$", ran.text, re.M)
        assert re.search("^variable +host: yours\N{REPLACEMENT CHARACTER} *$", ran.text, re.M)
        assert re.search("^signature methods +HMAC-SHA256, PLAINTEXT *$", ran.text, re.M)
    terminal = command.in_terminal("services", NO_COLOR="1")
    assert terminal.end() == 0
    assert "\x1b[2J" not in terminal.raw


def test_own_one_stands_for_one_of_the_package(command: Command, own: Path) -> None:
    """The same id is the user's."""
    own.write_text(json.dumps([{**MINE, "id": "tumblr"}]))
    assert "https://{host}/request" in command("services", "tumblr").text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "expected JSON in UTF-8: "),
        ("{}", "expected a list of services, got an object"),
        ('[{"id": "mine"}]', "entry 'mine': request_token_url: expected an http or https URL, got"),
        (json.dumps([{**MINE, "alias": []}]), "entry 'mine': alias: expected a field that is kno"),
        (
            json.dumps([{**MINE, "consumer_secret": "sekrit"}]),
            "entry 'mine': consumer_secret: expected \"\", as a secret belongs into a profile",
        ),
    ],
)
def test_damaged_file_of_the_user_is_told(
    command: Command, own: Path, content: str, told: str
) -> None:
    """File, entry and field are named; no value is shown."""
    own.write_text(content)
    for words in (("services",), ("services", "tumblr"), ("authorize", "tumblr")):
        assert command.fails(*words).startswith(f"{own}: {told}")


def test_list_is_whole_in_a_narrow_terminal(command: Command) -> None:
    """What does not fit is folded."""
    terminal = command.in_terminal("services", size=(60, 40), TERM="dumb")
    assert terminal.end() == 0
    assert "…" not in terminal.text
