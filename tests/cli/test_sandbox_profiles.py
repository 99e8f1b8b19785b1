"""A sandbox that other commands find: by a profile, or by its name."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from authorizing import give_tokens, know_service, shown_address
from driving import Command, Terminal
from ports import free_port
from wire import Origin

import oauth2
from oauth2.profiles import Profile, ProfileStore
from oauth2.sandbox import Provider

STARTED = re.escape("Stop with Ctrl-C.")
USER = Provider.__new__(Provider)  # who clicks on pages needs no sandbox of ours


@pytest.fixture
def sandbox(command: Command) -> Callable[..., Terminal]:
    """Start one in a terminal; a secret that it makes up is shown there alone."""

    def start(*words: str) -> Terminal:
        terminal = command.in_terminal("sandbox", *words)
        terminal.expect(STARTED)
        return terminal

    return start


def shown(terminal: Terminal, what: str) -> str:
    (text,) = re.findall(rf"^{what} +(\S+)$", terminal.text, re.M)
    return str(text)


def stop(terminal: Terminal) -> None:
    terminal.sendintr()
    assert terminal.end() == 0


def suggested(terminal: Terminal) -> list[str]:
    """Return the words of the last command that it suggests, without the program."""
    last = str(re.findall(r"^  oauth2 (.+)$", terminal.text, re.M)[-1])
    return last.split()


def owner(command: Command, words: list[str]) -> str:
    """Run a request, and return whose resource it got."""
    ran = command(*words)
    assert ran.status == 0, ran
    return str(json.loads(ran.output)["owner"])


def authorized(command: Command, *words: str) -> str:
    """Authorize by the name sandbox, as a user with a browser elsewhere does."""
    terminal = command.in_terminal("authorize", "sandbox", "--no-browser", *words)
    pin = USER.allow(shown_address(terminal))
    terminal.expect("PIN: ")
    terminal.sendline(pin)
    assert terminal.end() == 0, terminal.text
    return terminal.text


def test_the_next_command_is_a_request(command: Command, sandbox: Callable[..., Terminal]) -> None:
    """Consumer and token are a profile by then, and nobody has to authorize anything."""
    terminal = sandbox("--profile", "trial")
    words = suggested(terminal)
    assert words[-2:] == ["--profile", "trial"]
    assert "oauth2 authorize" not in terminal.text
    assert owner(command, words) == "ann"
    stop(terminal)


def test_a_profile_outlives_a_restart_with_a_file(
    command: Command, sandbox: Callable[..., Terminal], store: ProfileStore
) -> None:
    """So does one that was authorized; without a file, the profile is replaced."""
    words = ("--db", "sandbox.db", "--profile", "trial")
    terminal = sandbox(*words)
    authorized(command)
    stop(terminal)
    before = store.get("trial").credentials(), store.get("sandbox").credentials()
    terminal = sandbox(*words)
    assert (store.get("trial").credentials(), store.get("sandbox").credentials()) == before
    request = suggested(terminal)
    assert owner(command, request) == "ann"
    assert owner(command, [*request[:-1], "sandbox"]) == "ann"
    stop(terminal)
    terminal = sandbox("--profile", "trial")
    assert store.get("trial").credentials()["consumer"] != before[0]["consumer"]
    assert owner(command, suggested(terminal)) == "ann"
    stop(terminal)


def test_a_token_that_has_expired_is_replaced(
    command: Command, sandbox: Callable[..., Terminal], store: ProfileStore
) -> None:
    """The profile is to work after the start."""
    words = ("--db", "sandbox.db", "--profile", "trial", "--session-seconds", "100")
    stop(sandbox(*words))
    before = store.get("trial").credentials()
    terminal = sandbox(*words, "--clock-offset", "200")
    after = store.get("trial").credentials()
    assert before["consumer"] == after["consumer"]
    assert before["token"]["key"] != after["token"]["key"]
    stop(terminal)


def test_a_profile_of_another_provider_is_kept(command: Command, store: ProfileStore) -> None:
    """Its token could not be had again."""
    store.save(Profile("mine", oauth2.Consumer("key", "a-sekrit"), service="tumblr"))
    line = command.fails("sandbox", "--profile", "mine", status=2)
    assert line.startswith("--profile: expected a name of its own, as mine is of tumblr")
    assert store.get("mine").service == "tumblr"


def test_the_sandbox_that_runs_is_authorized_by_its_name(
    command: Command, sandbox: Callable[..., Terminal]
) -> None:
    """With its own consumer, whatever the environment says, and again after another start."""
    for _ in range(2):
        terminal = sandbox()
        assert "\n  oauth2 authorize sandbox\n" in terminal.text
        text = authorized(command)
        assert "Stored profile sandbox: the token of ann." in text
        assert suggested(terminal) == text.splitlines()[-1].split()[2:]
        assert owner(command, suggested(terminal)) == "ann"
        stop(terminal)
    assert os.listdir(command.config / "sandboxes") == []


def test_of_two_the_last_one_is_authorized(
    command: Command, sandbox: Callable[..., Terminal]
) -> None:
    """Or the one that is named."""
    terminals = [sandbox(), sandbox()]
    urls = [shown(terminal, "resource URL")[: -len("/echo")] for terminal in terminals]
    folder = command.config / "sandboxes"
    os.utime(folder / f"{urls[0].rpartition(':')[2]}.json", (1, 1))
    assert f"GET {urls[1]}/echo --profile sandbox" in authorized(command)
    assert f"GET {urls[0]}/echo" in authorized(command, "--var", f"base={urls[0]}", "-p", "first")
    for terminal in terminals:
        stop(terminal)


def test_a_consumer_may_be_given(
    command: Command, sandbox: Callable[..., Terminal], tmp_path: Path, store: ProfileStore
) -> None:
    """By a file; the environment may hold that of another provider."""
    terminal = sandbox("--consumer", "first:a-sekrit", "--consumer", "second:b-sekrit")
    path = tmp_path / "credentials"
    path.write_text("OAUTH_CONSUMER_KEY=second\nOAUTH_CONSUMER_SECRET=b-sekrit\n")
    path.chmod(0o600)
    authorized(command, "--credentials", str(path), "-p", "by-file")
    assert store.get("by-file").consumer.key == "second"
    command.environ.update(OAUTH_CONSUMER_KEY="odd", OAUTH_CONSUMER_SECRET="odd-sekrit")
    authorized(command, "-p", "by-name")
    assert store.get("by-name").consumer.key == "first"
    stop(terminal)


def test_one_that_was_killed_is_passed_over(command: Command) -> None:
    """Its file is still there, and nobody listens at its address."""
    line = command.fails("authorize", "sandbox", status=2)
    assert line.startswith("no sandbox runs: 'oauth2 sandbox' starts one")
    port = free_port()
    folder = command.config / "sandboxes"
    folder.mkdir(parents=True, mode=0o700)
    path = folder / f"{port}.json"
    gone = {"url": f"http://127.0.0.1:{port}", "key": "printer", "secret": "a-sekrit"}
    path.write_text(json.dumps(gone))
    path.chmod(0o600)
    (folder / "1.json").symlink_to("ended-just-now")
    assert command.fails("authorize", "sandbox", status=2) == line


def test_one_that_cannot_be_announced_is_served(
    command: Command, sandbox: Callable[..., Terminal]
) -> None:
    """It says why other commands will not find it."""
    command.config.mkdir(parents=True, mode=0o700)
    (command.config / "sandboxes").write_text("in the way")
    terminal = sandbox()
    assert "'oauth2 authorize sandbox' will not find this one." in terminal.text
    stop(terminal)


def test_the_file_of_the_one_that_runs_is_its_owners(
    command: Command, sandbox: Callable[..., Terminal]
) -> None:
    """The secret of the consumer is in it."""
    terminal = sandbox()
    (path,) = (command.config / "sandboxes").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    stop(terminal)
    assert "others can read or change the secrets in it" in terminal.text
    assert path.exists()


def test_the_file_of_another_on_the_same_port_is_kept(
    command: Command, sandbox: Callable[..., Terminal]
) -> None:
    """A sandbox removes its own alone."""
    terminal = sandbox()
    (path,) = (command.config / "sandboxes").iterdir()
    path.write_text("another")
    stop(terminal)
    assert path.read_text() == "another"


def test_a_service_of_the_user_may_have_its_name(command: Command, origin: Origin) -> None:
    """It is authorized as any other, with the consumer that is given."""
    know_service(command, origin.url, id="sandbox", callback={"oob": True})
    give_tokens(origin)
    environ: dict[str, Any] = {"OAUTH_CONSUMER_KEY": "mine", "OAUTH_CONSUMER_SECRET": "a-sekrit"}
    ran = command("authorize", "sandbox", "--no-browser", given=b"1234\n", **environ)
    assert ran.status == 0, ran
    assert origin.received[0].oauth("oauth_consumer_key") == "mine"


@pytest.mark.parametrize(
    "content",
    ['{"url":', '{"url": "a", "more": 1}', '{"url": "http://a:b", "key": "", "secret": ""}'],
)
def test_a_file_that_announces_nothing_is_passed_over(command: Command, content: str) -> None:
    """It may be of another version, and no other command is stopped by it."""
    file = command.config / "sandboxes" / "1.json"
    file.parent.mkdir(mode=0o700, parents=True)
    file.touch(0o600)
    file.write_text(content)
    ran = command("authorize", "sandbox")
    assert ran.status == 2
    assert "no sandbox runs" in ran.errors
