"""A process that has loaded the command, and forks for each call of it.

It is started with the number of a Unix socket. A call is one octet there, with the descriptors of
its three standard streams and of a connection: on that comes what to run, as `Asked` in JSON to
its end, and the process id and then the wait status go back, as `NUMBER`.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import importlib
import io
import json
import os
import pkgutil
import select
import signal
import socket
import struct
import sys
import termios
import threading
import time
from contextlib import suppress
from typing import Any, NamedTuple, NoReturn, TextIO

NUMBER = struct.Struct("i")
_LATE = (
    "cryptography.hazmat.primitives.asymmetric.padding",
    "cryptography.hazmat.primitives.serialization",
    "encodings.idna",
    "importlib.resources.readers",
    "keyring.backends.null",
    "platformdirs",
    "rich.console",
)


class Asked(NamedTuple):
    """What a process is given, beside its standard streams."""

    words: list[str]
    environ: dict[str, str]
    folder: str
    has_terminal: bool


def preload() -> None:
    """Import what the command would import, now or later, as far as it is installed."""
    package = importlib.import_module("oauth2")
    rooms = [room.name for room in pkgutil.walk_packages(package.__path__, "oauth2.")]
    for name in (*rooms, *_LATE):
        with suppress(ImportError):
            importlib.import_module(name)


def _save_coverage() -> None:
    """Where coverage is measured, save what importing ran: each call would save it again."""
    coverage: Any = sys.modules.get("coverage")
    if coverage and (measured := coverage.Coverage.current()):
        measured.save()


def serve(control: socket.socket) -> Asked | None:
    """Fork for each call: return in the child what was asked, and None at the end of the tests."""
    woken, wake = socket.socketpair()
    wake.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake.fileno())
    running: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select([control, woken], [], [])
        if woken in ready:
            woken.recv(4096)
            _report(running)
        if control not in ready:
            continue
        octet, descriptors, _, _ = socket.recv_fds(control, 1, 4)
        if not octet:
            return None
        connection = socket.socket(fileno=descriptors.pop())
        with connection.makefile("r", encoding="utf-8") as lines:
            asked = Asked(**json.load(lines))
        if threading.active_count() > 1:
            raise RuntimeError(f"forking with threads: {threading.enumerate()}")
        pid = os.fork()
        if not pid:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for inherited in (control, woken, wake, connection, *running.values()):
                inherited.close()
            _become(asked, descriptors)
            return asked
        for descriptor in descriptors:
            os.close(descriptor)
        running[pid] = connection
        connection.sendall(NUMBER.pack(pid))


def _report(running: dict[int, socket.socket]) -> None:
    """Tell of each process that has ended how it did."""
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with running.pop(pid) as connection, suppress(BrokenPipeError):
            connection.sendall(NUMBER.pack(status))


def _become(asked: Asked, descriptors: list[int]) -> None:
    """Make this process what one is that was started with these streams."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    if asked.has_terminal:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.chdir(asked.folder)
    os.environ.clear()
    os.environ.update(asked.environ)
    time.tzset()
    sys.path[0] = os.getcwd()
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        stream = _stream(number, getattr(sys, name))
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _stream(descriptor: int, before: TextIO) -> TextIO:
    """Open a standard stream as Python does at its start; the locale is still the same."""
    raw = io.FileIO(descriptor, "w" if descriptor else "r", closefd=False)
    raw.name = before.name
    buffered = io.BufferedWriter(raw) if descriptor else io.BufferedReader(raw)
    by_lines = descriptor == 2 or raw.isatty()
    return io.TextIOWrapper(
        buffered, before.encoding, before.errors, newline="\n", line_buffering=by_lines
    )


def _end(status: int) -> NoReturn:
    """End as Python does, except that no object is freed: that takes longer than most calls."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def main() -> int:
    """Serve until the tests end, and in each child run the command as ``python -m oauth2`` does."""
    preload()
    _save_coverage()
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as control:
        asked = serve(control)
    if asked is None:
        return 0
    module = importlib.import_module("oauth2.__main__")
    sys.argv = [str(module.__file__), *asked.words]
    _end(module.main())


if __name__ == "__main__":
    sys.exit(main())
