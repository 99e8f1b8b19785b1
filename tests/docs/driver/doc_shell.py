"""A shell in which the sessions of one page are typed, and what it shows there."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pexpect
from doc_text import even
from driving import Terminal, as_read, plain_environ

_PROMPT = "<the next line>"
SIZE = (50, 400)

Answers = Mapping[str, Callable[[re.Match[str]], "str | None"]]
"""By the regular expression that a program shows, what the user types then, or does: None."""


def home_environ(home: Path) -> dict[str, str]:
    """Say where a user's home is; no folder with the name of a package is beside the programs."""
    return {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}


def environ_of(home: Path) -> dict[str, str]:
    """Return the environment of a user with this home, who has nothing there yet."""
    return {
        **plain_environ(),
        **home_environ(home),
        # nginx is where an ordinary user may not look.
        "PATH": os.pathsep.join(
            [str(Path(sys.executable).parent), os.environ["PATH"], "/usr/sbin"]
        ),
        "BROWSER": "true",
        "NO_COLOR": "1",
        "NO_PROXY": "*",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "PYTHONUNBUFFERED": "1",
        "TERM": "dumb",
    }


class Shell:
    """One bash in a pseudo-terminal, in which `cd`, `export` and the like go on to hold."""

    def __init__(self, home: Path, answers: Answers) -> None:
        self._answers = answers
        self._typed = home / ".typed"
        words = ["bash", "--norc", "--noprofile"]
        self._bash = Terminal(words, {**environ_of(home), "PS1": _PROMPT}, home, SIZE, None)
        self._bash.expect_exact(_PROMPT)

    def run(self, command: str) -> str:
        """Type a command of one line or more to its end, and return what was shown."""
        self._typed.write_text(command + "\n", encoding="utf-8")
        line = f". {self._typed}"
        self._bash.sendline(line)
        self._bash.expect_exact(line)
        shown = ""
        expected = [re.escape(_PROMPT), *self._answers]
        while which := self._bash.expect(expected):
            shown += self._bash.before + self._bash.match[0]
            typed = list(self._answers.values())[which - 1](self._bash.match)
            if typed is not None:
                self._bash.sendline(typed)
        return as_read(shown + self._bash.before).strip("\n")

    def close(self) -> None:
        """End it, and what it started."""
        self._bash.close(force=True)


class Server:
    """A command in a terminal of its own, which goes on until it is closed."""

    def __init__(self, command: str, home: Path) -> None:
        self._terminal = Terminal(["bash", "-c", command], environ_of(home), home, SIZE, None)

    def wait_for(self, shown: re.Pattern[str]) -> None:
        """Return when it has shown this; raise AssertionError when it never does."""
        while not shown.search(even(self._terminal.text)):
            try:
                self._terminal.expect(r"\n")
            except (pexpect.EOF, pexpect.TIMEOUT):
                told = self._terminal.text
                raise AssertionError(f"it does not show what is on the page, but\n{told}") from None

    def close(self) -> None:
        """Press Ctrl-C, and wait for its end."""
        self._terminal.sendcontrol("c")
        self._terminal.expect(pexpect.EOF)
        self._terminal.close(force=True)
