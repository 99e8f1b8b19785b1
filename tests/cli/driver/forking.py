"""The command in processes that are forked from one that has loaded it, not started each.

Descriptors, terminals, signals, the environment, the folder and exit statuses are real. What
Python reads when it starts (its options in the environment, the locale) is that of the server.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import selectors
import signal
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fork_server import NUMBER, Asked
from ptyprocess import PtyProcess

IS_OFF = bool(os.environ.get("OAUTH2_TESTS_REAL_PROCESSES"))
_SERVER = Path(__file__).with_name("fork_server.py")
_READ_AT_START = ("PYTHON", "LC_", "LANG")
_READ_LATER = ("PYTHON_KEYRING_BACKEND",)


def is_enough_for(environ: Mapping[str, str]) -> bool:
    """Whether a fork is as good as a process that is started with these variables."""
    names = environ.keys() - {*_READ_LATER}
    return not (IS_OFF or any(name.startswith(_READ_AT_START) for name in names))


class Call:
    """A process, forked by the server."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.pid = self._number()

    def status(self, timeout: float | None) -> int | None:
        """Return how it ended, as `os.waitpid` does, and once; None where that takes longer."""
        if not select.select([self._connection], [], [], timeout)[0]:
            return None
        with self._connection:
            return self._number()

    def _number(self) -> int:
        received = self._connection.recv(NUMBER.size, socket.MSG_WAITALL)
        if not received:
            raise ConnectionError("the server of the forks has ended: standard error says why")
        return int(NUMBER.unpack(received)[0])


class Forks:
    """The server, which ends with the ``with``."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._control, there = socket.socketpair()
        with there:
            self._server = subprocess.Popen(
                [sys.executable, str(_SERVER), str(there.fileno())], env=environ,
                stdin=subprocess.DEVNULL, pass_fds=[there.fileno()], start_new_session=True,
            )  # fmt: skip

    def __enter__(self) -> Forks:
        return self

    def __exit__(self, *_: object) -> None:
        self._control.close()
        self._server.wait()

    def start(self, asked: Asked, streams: Sequence[int]) -> Call:
        """Start a process with these three streams, which are the caller's to close."""
        here, there = socket.socketpair()
        with there:
            socket.send_fds(self._control, [b"!"], [*streams, there.fileno()])
        here.sendall(json.dumps(asked._asdict()).encode())
        here.shutdown(socket.SHUT_WR)
        return Call(here)

    def run(
        self, words: list[str], given: bytes, environ: dict[str, str], folder: str, timeout: float
    ) -> tuple[int, bytes, bytes]:
        """Run a process in pipes to its end, and return its exit status and what it wrote.

        The status is that of `subprocess`: a negative number is that of a signal.
        """
        deadline = time.monotonic() + timeout
        asked = Asked(words, environ, folder, has_terminal=False)
        with contextlib.ExitStack() as ours:
            with contextlib.ExitStack() as theirs:
                streams, files = [], []
                for is_output in (False, True, True):
                    ends = os.pipe()
                    streams.append(ends[is_output])
                    theirs.callback(os.close, ends[is_output])
                    mode = "rb" if is_output else "wb"
                    files.append(ours.enter_context(open(ends[not is_output], mode, buffering=0)))
                call = self.start(asked, streams)
            output, errors = _exchange(files, given, deadline)
        status = call.status(max(0.0, deadline - time.monotonic()))
        if status is None:
            os.kill(call.pid, signal.SIGKILL)
            call.status(None)
            raise subprocess.TimeoutExpired(words, timeout, output, errors)
        return os.waitstatus_to_exitcode(status), output, errors

    def in_terminal(
        self, words: list[str], environ: dict[str, str], folder: str, size: tuple[int, int]
    ) -> ForkedPty:
        """Start a process that has a pseudo-terminal of this many rows and columns."""
        ours, theirs = os.openpty()
        fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        try:
            call = self.start(Asked(words, environ, folder, has_terminal=True), [theirs] * 3)
        finally:
            os.close(theirs)
        return ForkedPty(call, ours)


class ForkedPty(PtyProcess):
    """The terminal of a process that is no child of this one, and which the server waits for."""

    def __init__(self, call: Call, descriptor: int) -> None:
        super().__init__(call.pid, descriptor)
        self._call = call

    def isalive(self) -> bool:
        """Say whether it still runs; at the end of its output, wait for its own end."""
        if not self.terminated:
            self._see(None if self.flag_eof else 0.0)
        return not self.terminated

    def wait(self) -> int | None:
        """Wait for its end, and return its exit status."""
        if not self.terminated:
            self._see(None)
        return self.exitstatus

    def _see(self, timeout: float | None) -> None:
        """Take over how it ended."""
        self.status = self._call.status(timeout)
        if self.status is None:
            return
        self.terminated = True
        ended = os.waitstatus_to_exitcode(self.status)
        if ended < 0:
            self.signalstatus = -ended
        else:
            self.exitstatus = ended


def _exchange(files: Sequence[Any], given: bytes, deadline: float) -> list[bytes]:
    """Write to the first of these files, and read from the others until their end.

    What was read until the deadline is returned, too.
    """
    writes, *reads = files
    left, read = memoryview(given), {file: bytearray() for file in reads}
    os.set_blocking(writes.fileno(), False)
    with selectors.DefaultSelector() as selector:
        selector.register(writes, selectors.EVENT_WRITE, writes)
        for file in reads:
            selector.register(file, selectors.EVENT_READ, file)
        while selector.get_map():
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                break
            for key, _ in ready:
                if key.data is writes:
                    try:
                        left = left[os.write(key.fd, left) :]
                    except BrokenPipeError:
                        left = left[:0]
                    is_done = not left
                else:
                    octets = os.read(key.fd, 1 << 16)
                    read[key.data] += octets
                    is_done = not octets
                if is_done:
                    selector.unregister(key.data)
                    key.data.close()
    return [bytes(octets) for octets in read.values()]
