"""``oauth2 profiles``: what is listed, shown, exported and removed."""

from __future__ import annotations

import json
import re
import shlex
import stat
from pathlib import Path
from typing import Any

import pytest
from authorizing import files_of
from driving import Command

import oauth2
from oauth2.profiles import Profile, ProfileStore

EVIL = "\x1b[31mred\x07"
SHOWN = "\N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}"
REVEALING = "'; echo sekrit $(id) \"\\\n  two  spaces"


@pytest.fixture
def full(store: ProfileStore) -> Profile:
    """Store a profile ``full`` with all that one can have."""
    token = oauth2.Token("token", "token-sekrit")
    token.extra = {"screen_name": "ann", "oauth_session_handle": "handle-sekrit"}
    profile = Profile(
        "full",
        oauth2.Consumer("key", "consumer-sekrit"),
        token,
        "own",
        "RSA-SHA256",
        "query",
        "photos",
        "/home/ann/key.pem",
        {"base": "https://my.example"},
    )
    store.save(profile)
    return profile


def listed(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


# list


@pytest.mark.parametrize("words", [["profiles"], ["profiles", "list"]])
def test_profiles_are_listed(
    command: Command, store: ProfileStore, full: Profile, words: list[str]
) -> None:
    """In a pipe, one a line, without colours and without a secret."""
    store.save(Profile("bare", oauth2.Consumer("key of bare", "consumer-sekrit")))
    ran = command(*words)
    assert (ran.status, ran.errors) == (0, "")
    assert listed(ran.text) == [
        ["profile", "service", "consumer", "token", "secrets", "default"],
        ["full", "own", "key", "token", "file"],
        ["bare", "key", "of", "bare", "file"],
    ]
    assert b"\x1b" not in ran.output


def test_list_is_in_style_on_a_terminal_and_says_the_same(command: Command, full: Profile) -> None:
    """NO_COLOR is obeyed: then there is none."""
    terminal = command.in_terminal("profiles", "list")
    assert terminal.end() == 0
    assert "\x1b[" in terminal.raw
    assert listed(terminal.text)[1] == ["full", "own", "key", "token", "file", "yes"]
    plain = command.in_terminal("profiles", "list", NO_COLOR="1")
    assert plain.end() == 0
    assert "\x1b[3" not in plain.raw
    assert plain.text == terminal.text


def test_empty_list_says_how_to_get_one(command: Command) -> None:
    """Beside the output, which is empty; and nothing is made."""
    ran = command("profiles", "list")
    assert (ran.status, ran.output) == (0, b"")
    assert ran.errors == (
        "oauth2: There are no profiles yet: 'oauth2 authorize SERVICE' makes one.\n"
    )
    assert not command.config.exists()


# show


def test_profile_is_shown_with_its_secrets_hidden(command: Command, full: Profile) -> None:
    """The session handle is one of them."""
    ran = command("profiles", "show", "full")
    assert (ran.status, ran.errors) == (0, "")
    assert [re.split(r"  +", line, maxsplit=1) for line in ran.text.splitlines()] == [
        ["profile", "full"],
        ["service", "own"],
        ["consumer key", "key"],
        ["consumer secret", "***"],
        ["token", "token"],
        ["token secret", "***"],
        ["screen_name", "ann"],
        ["oauth_session_handle ***"],
        ["signature method", "RSA-SHA256"],
        ["placement", "query"],
        ["realm", "photos"],
        ["private key", "/home/ann/key.pem"],
        ["base", "https://my.example"],
    ]


def test_secrets_are_shown_when_asked_for(command: Command, full: Profile) -> None:
    """And only then."""
    ran = command("profiles", "show", "full", "--show-secrets", reveals=True)
    for secret in ("consumer-sekrit", "token-sekrit", "handle-sekrit"):
        assert f" {secret}\n" in ran.text
    assert "***" not in ran.text


def test_profile_without_a_token_is_shown_as_it_is(command: Command, store: ProfileStore) -> None:
    """Lines that say nothing are left out, as is a secret that is empty."""
    store.save(Profile("bare", oauth2.Consumer("key", "")))
    ran = command("profiles", "show", "bare")
    assert [line.split()[0] for line in ran.text.splitlines()] == [
        *("profile", "consumer", "signature"),
    ]


@pytest.mark.parametrize("in_terminal", [False, True])
def test_what_a_provider_sent_steers_no_terminal(
    command: Command, store: ProfileStore, in_terminal: bool
) -> None:
    """Neither names nor values, in a list or alone."""
    token = oauth2.Token(EVIL, "token-sekrit")
    token.extra = {"screen_name": EVIL, f"n{EVIL}": "value", "number": 5}
    store.save(Profile("mine", oauth2.Consumer(EVIL, "sekrit"), token, variables={"v": EVIL}))
    for words in (["show", "mine"], ["show", "mine", "--show-secrets"], ["list"]):
        if in_terminal:
            terminal = command.in_terminal("profiles", *words)
            assert terminal.end() == 0
            shown = terminal.raw
            command.secrets.discard("sekrit")
        else:
            shown = command("profiles", *words, reveals=True).text
        assert EVIL not in shown
        assert "\x1b[31m" not in shown
        assert "\x07" not in shown
        assert SHOWN in shown


# export


def test_export_wants_to_be_told_that_secrets_may_be_printed(
    command: Command, full: Profile
) -> None:
    """It is wrong usage otherwise, and nothing is printed."""
    assert command.fails("profiles", "export", "full", status=2).startswith(
        "the variables hold the secrets: --show-secrets prints them"
    )


def test_export_can_be_read_by_a_shell_and_by_the_command(
    command: Command, store: ProfileStore, tmp_path: Path
) -> None:
    """Whatever the secrets hold: here quotes, a line break, and an octet that is no UTF-8."""
    profile = Profile(
        "mine",
        oauth2.Consumer("kéy", f"consumer{REVEALING}"),
        oauth2.Token("token", b"token\xe9" + REVEALING.encode()),
    )
    store.save(profile)
    ran = command("profiles", "export", "mine", "--show-secrets", reveals=True)
    assert (ran.status, ran.errors) == (0, "")
    path = tmp_path / "credentials"
    path.write_bytes(ran.output)
    path.chmod(0o600)
    assert Profile.from_file(path).to_environment() == profile.to_environment()
    store.remove("mine")
    words = "sign", "GET", "http://a.example/", "--nonce", "n", "--timestamp", "1"
    from_file = command(*words, "--credentials", str(path))
    line = shlex.join(command.line(*words))
    shell = command.in_shell(f". {path}; {line}")
    assert shell.end() == 0
    assert shell.text == from_file.text
    assert 'oauth_consumer_key="k%C3%A9y"' in shell.text
    assert 'oauth_token="token"' in shell.text


def test_export_of_a_profile_without_a_token_has_two_lines(
    command: Command, store: ProfileStore
) -> None:
    """There is no empty token."""
    store.save(Profile("bare", oauth2.Consumer("key", "")))
    ran = command("profiles", "export", "bare", "--show-secrets")
    assert ran.errors == ""
    assert ran.text == "export OAUTH_CONSUMER_KEY=key\nexport OAUTH_CONSUMER_SECRET=''\n"


def test_export_shows_no_terminal_what_would_steer_it(
    command: Command, store: ProfileStore
) -> None:
    """A pipe gets it as it is."""
    store.save(Profile("mine", oauth2.Consumer("key", f"{EVIL}sekrit")))
    terminal = command.in_terminal("profiles", "export", "mine", "--show-secrets")
    assert terminal.end() == 1
    assert terminal.text == (
        "oauth2: the secrets hold control characters: expected a pipe, got none\n"
    )
    ran = command("profiles", "export", "mine", "--show-secrets", reveals=True)
    assert EVIL in ran.text


def test_export_says_what_no_variable_holds(command: Command, full: Profile) -> None:
    """Beside the output, which is for a program."""
    ran = command("profiles", "export", "full", "--show-secrets", reveals=True)
    assert len(ran.text.splitlines()) == 4
    assert ran.errors == (
        "oauth2: No variable holds signature_method and placement and realm and private_key:"
        " give it to each command.\n"
    )


# remove


def test_removed_profile_is_gone_and_the_others_stay(
    command: Command, store: ProfileStore, full: Profile
) -> None:
    """The file keeps its mode."""
    store.save(Profile("other", oauth2.Consumer("key", "sekrit")))
    ran = command("profiles", "remove", "full")
    assert (ran.status, ran.text, ran.errors) == (0, "Removed profile full.\n", "")
    assert list(store.load()) == ["other"]
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert files_of(command) == ["profiles.json"]


# What goes wrong


@pytest.mark.parametrize("words", [["show"], ["remove"], ["export", "--show-secrets"]])
def test_name_that_is_unknown_is_told_with_one_that_is_alike(
    command: Command, store: ProfileStore, full: Profile, words: list[str]
) -> None:
    """Nothing changes."""
    before = store.path.read_bytes()
    line = command.fails("profiles", *words, "ful")
    assert line == (
        f"{store.path}: no profile 'ful' (did you mean full?):"
        " 'oauth2 profiles list' lists them all"
    )
    assert command.fails("profiles", *words, "\x1b[31m").count("\x1b") == 0
    assert store.path.read_bytes() == before


BROKEN = '{"version": 1,\n "sekrit'


@pytest.mark.parametrize(
    ("words", "content", "mode", "told"),
    [
        ([], BROKEN, 0o600, "damaged: line 2 column 2: mend it, or move it away"),
        (["list"], BROKEN, 0o600, "damaged: line 2 column 2: mend it, or move it away"),
        (["show", "a"], BROKEN, 0o600, "damaged: line 2 column 2: mend it, or move it away"),
        (["remove", "a"], BROKEN, 0o600, "damaged: line 2 column 2: mend it, or move it away"),
        (["export", "a", "--show-secrets"], BROKEN, 0o600, "damaged: line 2 column 2: mend it"),
        (["show", "a"], '{"version": 9}', 0o600, "expected version 1, got 9: use a newer oauth2"),
        (
            ["list"],
            '{"version": 1, "profiles": {"mine": {"consumer": "sekrit"}}}',
            0o600,
            "damaged: profile 'mine', field consumer: mend it, or move it away",
        ),
        (["list"], "{}", 0o640, "others can read or change the secrets in it: chmod 600 "),
        (["remove", "a"], "{}", 0o602, "others can read or change the secrets in it: chmod 600 "),
    ],
)
def test_file_that_cannot_be_used_is_told_and_left_alone(
    command: Command, store: ProfileStore, words: list[str], content: str, mode: int, told: str
) -> None:
    """The line names the file, what is wrong, and what to do."""
    store.path.write_text(content)
    store.path.chmod(mode)
    assert command.fails("profiles", *words).startswith(f"{store.path}: {told}")
    assert store.path.read_text() == content


@pytest.mark.parametrize("words", [["show"], ["remove"], ["export"]])
def test_name_that_is_missing_is_wrong_usage(command: Command, words: list[str]) -> None:
    """Which one is meant is never guessed."""
    told = command.fails("profiles", *words, status=2)
    assert told == f"Missing argument 'NAME'. (oauth2 profiles {words[0]} --help says more)"


def test_command_that_is_unknown_is_wrong_usage(command: Command) -> None:
    """As with the commands themselves."""
    assert command.fails("profiles", "drop", status=2).startswith("No such command 'drop'")


def test_name_may_hold_what_a_shell_would_read(
    command: Command, store: ProfileStore, profile: Any
) -> None:
    """It is a name, and no more."""
    named = Profile("$(id) [red] :smile:", profile.consumer, profile.token)
    store.save(named)
    assert "$(id) [red] :smile:" in command("profiles").text
    assert command("profiles", "show", named.name).status == 0
    assert command("profiles", "remove", named.name).text == f"Removed profile {named.name}.\n"
    assert json.loads(store.path.read_text())["profiles"].keys() == {"mine"}


def test_realm_that_is_left_out_is_shown_so(command: Command, store: ProfileStore) -> None:
    """It is told from one that is not set; and who exports it learns that no variable has it."""
    store.save(Profile("mine", oauth2.Consumer("key", "consumer-sekrit"), realm=False))
    shown = command("profiles", "show", "mine").text.splitlines()
    assert [line.split(maxsplit=1)[1] for line in shown if line.startswith("realm")] == ["left out"]
    ran = command("profiles", "export", "mine", "--show-secrets", reveals=True)
    assert ran.errors.startswith("oauth2: No variable holds realm: give it to each command.")
