"""The forks that most tests of the command run in are what processes of their own would be."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
from typing import Any

import pytest
from driving import SECONDS, Command, Terminal
from forking import Forks, is_enough_for


@dataclasses.dataclass
class Both:
    """Runs a call in a fork and in a process."""

    command: Command
    forks: Forks

    def in_pipe(self, *words: str, given: bytes = b"", **environ: Any) -> tuple[int, bytes, bytes]:
        """Return its end, which is the same in both."""
        told, folder = {**self.command.environ, **environ}, self.command.folder
        process = subprocess.run(
            self.command.line(*words), input=given, env=told, cwd=folder,
            capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        fork = self.forks.run([*words], given, told, str(folder), SECONDS)
        assert fork == (process.returncode, process.stdout, process.stderr)
        return fork

    def in_terminals(self, *words: str) -> list[Terminal]:
        """Start it in a terminal of each."""
        environ, folder = self.command.environ, self.command.folder
        line = self.command.line(*words)
        return [Terminal(line, environ, folder, (10, 60), forks) for forks in (self.forks, None)]


@pytest.fixture
def both(command: Command, forks: Forks) -> Both:
    """Return what compares a fork with a process."""
    return Both(command, forks)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--version"], 0),
        (["services"], 0),
        (["sign", "--help"], 0),
        (["sing"], 2),
        (["--debug", "sign", "GET", "photos"], 1),
        (["verify", "-"], 1),
    ],
)
def test_fork_ends_as_a_process_does(both: Both, words: list[str], status: int) -> None:
    """With the same status and octets, whatever it reads, and from whatever environment."""
    environ: dict[str, Any] = {
        "OAUTH_CONSUMER_KEY": "key",
        "OAUTH_CONSUMER_SECRET": "consumer-sekrit",
    }
    ended, _, errors = both.in_pipe(*words, given=b"GET&\xff" * 50_000, COLUMNS="70", **environ)
    assert (ended, bool(errors)) == (status, bool(status))


def test_fork_has_a_terminal_as_a_process_does(both: Both) -> None:
    """Of the same size, with colours and prompts, and as the leader of its session."""
    shown = []
    for terminal in both.in_terminals("sign", "GET", "http://a.example/", "--as", "base-string"):
        for prompt, typed in (("key: ", "key"), ("secret: ", "consumer-sekrit"), ("is one: ", "")):
            terminal.expect(prompt)
            assert os.getsid(terminal.pid) == terminal.pid
            terminal.sendline(typed)
        assert terminal.end() == 0
        shown.append(terminal.raw.partition("oauth_nonce")[0])
    assert shown[0] == shown[1]


def test_fork_that_is_killed_says_so(both: Both) -> None:
    """By the number of the signal; what ends by itself at Ctrl-C has a status."""
    for terminal in both.in_terminals("sign", "GET", "http://a.example/"):
        terminal.expect("key: ")
        assert terminal.isalive()
        terminal.kill(signal.SIGTERM)
        assert (terminal.wait(), terminal.signalstatus) == (None, signal.SIGTERM)
        assert not terminal.isalive()
        terminal.close()
    for terminal in both.in_terminals("sign", "GET", "http://a.example/"):
        terminal.expect("key: ")
        terminal.sendintr()
        assert (terminal.end(), terminal.signalstatus) == (130, None)


def test_fork_that_takes_too_long_is_killed(command: Command, forks: Forks) -> None:
    """The test fails, and the next one can run."""
    with pytest.raises(subprocess.TimeoutExpired):
        forks.run(["sandbox"], b"", command.environ, str(command.folder), 0.2)
    assert command("--version").status == 0


def test_fork_knows_nothing_of_the_one_before(command: Command) -> None:
    """What is in the environment of one call is not in that of the next."""
    key: dict[str, Any] = {"OAUTH_CONSUMER_KEY": "key", "OAUTH_CONSUMER_SECRET": "consumer-sekrit"}
    assert command("sign", "GET", "http://a.example/", **key).status == 0
    assert "Consumer key" in command.fails("sign", "GET", "http://a.example/", status=2)


def test_several_forks_run_at_a_time(command: Command) -> None:
    """Each has its own end."""
    terminals = [command.in_terminal("sign", "GET", "http://a.example/") for _ in range(3)]
    for terminal in terminals:
        terminal.expect("key: ")
    for terminal in reversed(terminals):
        terminal.sendintr()
        assert terminal.end() == 130


@pytest.mark.parametrize(
    ("name", "is_enough"),
    [
        ("COLUMNS", True),
        ("PYTHON_KEYRING_BACKEND", True),
        ("PYTHONPATH", False),
        ("LC_ALL", False),
        ("LANG", False),
    ],
)
def test_what_python_reads_at_its_start_needs_a_start(
    monkeypatch: pytest.MonkeyPatch, name: str, is_enough: bool
) -> None:
    """And so does all, where real processes are asked for."""
    monkeypatch.setattr("forking.IS_OFF", False)
    assert is_enough_for({name: "x", "HOME": "y"}) is is_enough
    monkeypatch.setattr("forking.IS_OFF", True)
    assert not is_enough_for({})
