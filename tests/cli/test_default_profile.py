"""Whose credentials sign where no profile is named, and a token that is blank."""

from __future__ import annotations

from typing import Any

import pytest
from driving import ENVIRON, Command
from known import CONSUMER
from wire import Origin

import oauth2
from oauth2.profiles import Profile, ProfileStore

NAMES = ("first", "second", "third")


@pytest.fixture(autouse=True)
def three(store: ProfileStore) -> None:
    """Store three profiles, the key of whose token is their name."""
    for name in NAMES:
        token = oauth2.Token(name, "token-sekrit")
        store.save(Profile(name, oauth2.Consumer("key", "sekrit"), token))


def signer(command: Command, *words: str, **environ: Any) -> str:
    """Sign a request, and return the key of the token that signed it."""
    signed = command("sign", "http://a.example/", "--as", "base-string", *words, **environ).text
    return signed.partition("oauth_token%3D")[2].partition("%26")[0]


def test_default_is_asked_for_where_nobody_chose_one(command: Command) -> None:
    """The error says how to choose."""
    told = command.fails("sign", "http://a.example/", status=2)
    assert told.startswith(
        "--profile: expected one of first, second, third, got none"
        " ('oauth2 profiles use NAME' chooses a default)"
    )


def test_profile_that_was_chosen_signs(command: Command, store: ProfileStore) -> None:
    """Until another is chosen, or it is removed."""
    for name in ("second", "third"):
        ran = command("profiles", "use", name)
        assert (ran.status, ran.text) == (0, f"Profile {name} is the default now.\n")
        assert signer(command) == name
    command("profiles", "remove", "third")
    assert command("sign", "http://a.example/").status == 2


def test_what_is_nearer_to_the_call_wins(command: Command) -> None:
    """The option, the credentials of the environment, its OAUTH2_PROFILE, and then the choice."""
    command("profiles", "use", "first")
    environ: dict[str, Any] = {"OAUTH2_PROFILE": "second"}
    assert signer(command, **environ) == "second"
    assert signer(command, **environ, **ENVIRON) == "token"
    assert signer(command, "--profile", "third", **environ, **ENVIRON) == "third"
    assert signer(command, OAUTH2_PROFILE="") == "first"


def test_default_is_marked_in_the_list(command: Command) -> None:
    """The one that would sign, whoever chose it."""

    def marked(**environ: Any) -> list[str]:
        lines = command("profiles", **environ).text.splitlines()
        return [line.split()[0] for line in lines if line.split()[-1] == "yes"]

    assert marked() == []
    command("profiles", "use", "first")
    assert marked() == ["first"]
    assert marked(OAUTH2_PROFILE="second") == ["second"]


def test_name_of_no_profile_is_told_with_where_it_stands(command: Command) -> None:
    """As nobody typed it in this call."""
    told = command.fails("sign", "http://a.example/", OAUTH2_PROFILE="forst")
    assert told.startswith("OAUTH2_PROFILE: ")
    assert "no profile 'forst' (did you mean first?)" in told
    told = command.fails("profiles", "use", "forst")
    assert "no profile 'forst' (did you mean first?)" in told


def test_one_profile_that_cannot_be_read_is_told(command: Command, store: ProfileStore) -> None:
    """Without the variable, which has no part in it."""
    store.use("first")
    store.path.write_text(store.path.read_text().replace('"secret"', '"secrets"'))
    assert "damaged: profile 'first'" in command.fails("sign", "http://a.example/")


@pytest.mark.parametrize("secret", [{}, {"OAUTH_TOKEN_SECRET": ""}])
def test_blank_token_of_the_environment_is_sent(
    command: Command, origin: Origin, secret: dict[str, Any]
) -> None:
    """As some providers want it of a request without a user."""
    environ: dict[str, Any] = {
        "OAUTH_CONSUMER_KEY": str(CONSUMER.key),
        "OAUTH_CONSUMER_SECRET": str(CONSUMER.secret),
    }
    assert command("request", f"{origin.url}/a", **environ, OAUTH_TOKEN="", **secret).status == 0
    assert origin.last.oauth("oauth_token") == ""
    command("request", f"{origin.url}/a", **environ)
    assert origin.last.oauth("oauth_token") is None
