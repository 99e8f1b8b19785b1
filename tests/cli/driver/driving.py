"""The command, driven as its users do: in a pipe, and in a pseudo-terminal."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import forking
import pexpect
import ptyprocess
from known import CONSUMER, TOKEN
from waiting import SECONDS as SECONDS, wait_until_idle
from wording import lapses

BIN = Path(sys.executable).parent

_OUTSIDE = ("OAUTH_", "OAUTH2_", "_OAUTH2", "XDG_", "LANG", "LC_", "PYTHON")
_COLOURS = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "COLORTERM", "COLUMNS", "LINES", "TTY_")
_PROGRAM = (sys.executable, "-m", "oauth2")
_DYING_SECONDS = 0.02
_steering = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[=>])")


class Ran(NamedTuple):
    """How a call in a pipe ended: its exit status, and what it wrote."""

    status: int
    output: bytes
    errors: str

    @property
    def text(self) -> str:
        """Standard output as text."""
        return self.output.decode()


def take_interrupts() -> None:
    """Let Ctrl-C end what is started, also where the tests run in the background of a shell."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal(pexpect.spawn):
    """A call in a pseudo-terminal: a process of its own, or a fork where ``forks`` are given."""

    def __init__(
        self,
        words: list[str],
        environ: dict[str, str],
        folder: Path,
        size: tuple[int, int],
        forks: forking.Forks | None,
    ) -> None:
        self.forks = forks
        self.shown = io.StringIO()
        super().__init__(
            words[0], words[1:], env=environ, cwd=str(folder), dimensions=size,
            encoding="utf-8", codec_errors="replace", timeout=SECONDS, preexec_fn=take_interrupts,
        )  # fmt: skip
        self.logfile_read = self.shown
        self.delaybeforesend = None
        self.ptyproc.delayafterclose = self.ptyproc.delayafterterminate = _DYING_SECONDS

    def _spawnpty(self, args: list[bytes], **options: Any) -> ptyprocess.PtyProcess:
        if self.forks is None:
            return super()._spawnpty(args, **options)
        words = [os.fsdecode(word) for word in args[len(_PROGRAM) :]]
        return self.forks.in_terminal(words, options["env"], options["cwd"], options["dimensions"])

    def send(self, s: str) -> int:
        """Type this when the program has no more to do, as a user would."""
        wait_until_idle(self.pid)
        return int(super().send(s))

    def sendcontrol(self, char: str) -> int:
        """Press a key with Ctrl, likewise."""
        wait_until_idle(self.pid)
        return int(super().sendcontrol(char))

    def sendintr(self) -> None:
        """Press Ctrl-C, likewise."""
        self.sendcontrol("c")

    @property
    def raw(self) -> str:
        """All that the terminal was sent, as it came."""
        return self.shown.getvalue()

    @property
    def text(self) -> str:
        """What a user reads there."""
        return as_read(self.raw)

    def end(self) -> int:
        """Read to the end, and return the exit status."""
        self.expect(pexpect.EOF)
        self.close()
        assert self.exitstatus is not None, f"ended by signal {self.signalstatus}"
        return int(self.exitstatus)


class Command:
    """Runs ``python -m oauth2`` in a home of its own; no secret is shown, nor a word of Python.

    ``secrets`` are what must not be shown, ``environ`` is the environment of each call. Its
    processes are forks where that makes no difference.
    """

    def __init__(self, folder: Path, forks: forking.Forks) -> None:
        self.folder = folder
        self._forks = forks
        self.config = folder / "config" / "oauth2"
        self.secrets = {"sekrit"}
        self.environ = {
            **plain_environ(),
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "TERM": "xterm-256color",
        }
        self._terminals: list[Terminal] = []

    def __call__(
        self, *words: str, given: bytes = b"", reveals: bool = False, **environ: Any
    ) -> Ran:
        """Run a call in a pipe to its end; ``reveals`` is for one that may show secrets."""
        status, output, errors = self._run(list(words), given, environ)
        ran = Ran(status, output, errors.decode())
        if not reveals:
            self.search(output.decode("utf-8", "replace") + ran.errors)
        require_plain(ran.errors)
        return ran

    def _run(
        self, words: list[str], given: bytes, environ: dict[str, str]
    ) -> tuple[int, bytes, bytes]:
        told = {**self.environ, **environ}
        if forking.is_enough_for(environ):
            return self._forks.run(words, given, told, str(self.folder), SECONDS)
        ended = subprocess.run(
            self.line(*words), input=given, env=told, cwd=self.folder,
            capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        return ended.returncode, ended.stdout, ended.stderr

    def fails(self, *words: str, status: int = 1, given: bytes = b"", **environ: Any) -> str:
        """Run a call that fails with this status and one line, and return the line."""
        ran = self(*words, given=given, **environ)
        assert (ran.status, ran.output) == (status, b""), ran
        assert ran.errors.startswith("oauth2: "), ran.errors
        assert ran.errors.count("\n") == 1, ran.errors
        return ran.errors[len("oauth2: ") : -1]

    def in_terminal(
        self, *words: str, size: tuple[int, int] = (50, 200), **environ: Any
    ) -> Terminal:
        """Start a call in a pseudo-terminal with this many rows and columns."""
        forks = self._forks if forking.is_enough_for(environ) else None
        return self._started(self.line(*words), size, environ, forks)

    def in_shell(self, line: str, **environ: Any) -> Terminal:
        """Start a line of the shell in a pseudo-terminal."""
        return self._started(["/bin/sh", "-c", line], (50, 200), environ, None)

    def _started(
        self,
        words: list[str],
        size: tuple[int, int],
        environ: dict[str, str],
        forks: forking.Forks | None,
    ) -> Terminal:
        terminal = Terminal(words, {**self.environ, **environ}, self.folder, size, forks)
        self._terminals.append(terminal)
        return terminal

    def line(self, *words: str) -> list[str]:
        """Return the words that start a process."""
        return [*_PROGRAM, *words]

    def search(self, shown: str) -> None:
        """Fail when a secret was shown."""
        found = [secret for secret in self.secrets if secret in shown]
        assert not found, f"shows {found}: {shown}"

    def close(self) -> None:
        """End what still runs, and search what the terminals showed."""
        for terminal in self._terminals:
            terminal.close(force=True)
            self.search(terminal.raw)
            require_plain(terminal.text)


def as_read(sent: str) -> str:
    """Return what a terminal was sent as a user reads it."""
    return _steering.sub("", sent).replace("\r\n", "\n")


def require_plain(shown: str) -> None:
    """Fail when a message is not in plain words."""
    found = lapses(shown)
    assert not found, "\n".join(found)


def plain_environ() -> dict[str, str]:
    """Return the environment without what steers the command, or Python."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith((*_OUTSIDE, *_COLOURS))}
    kept = {k: v for k, v in kept.items() if not k.lower().endswith("_proxy")}
    return {**kept, "LC_ALL": "C.UTF-8"}


def as_environment(consumer: Any, token: Any = None) -> dict[str, Any]:
    """Return the variables of a consumer and a token."""
    told = {"OAUTH_CONSUMER_KEY": consumer.key, "OAUTH_CONSUMER_SECRET": consumer.secret}
    if token is not None:
        told.update(OAUTH_TOKEN=token.key, OAUTH_TOKEN_SECRET=token.secret)
    return told


ENVIRON = as_environment(CONSUMER, TOKEN)


@contextmanager
def hanging_up(answer: bytes) -> Iterator[str]:
    """Serve a URL at which whoever asks gets these octets, and is then hung up on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                connection, _ = listener.accept()
                with connection, connection.makefile("rb") as asked:
                    length = 0
                    while (field := asked.readline().strip().lower()) not in (b"", b"end"):
                        if field.startswith(b"content-length:"):
                            length = int(field.partition(b":")[2])
                    if field == b"end":
                        return
                    asked.read(length)
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            with socket.create_connection(listener.getsockname()) as last:
                last.sendall(b"end\n")
            thread.join()
