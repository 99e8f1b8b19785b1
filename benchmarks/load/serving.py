"""gunicorn and uvicorn with several workers, which are watched and killed."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import gunicorn.config
from ports import free_port
from waiting import wait_until

__all__ = ["SERVERS", "Memory", "Serving", "serving"]

_BENCHMARKS = Path(__file__).parents[1]
_GUNICORN = [
    *("gunicorn", "--worker-class", "sync", "--log-level", "critical", "--timeout", "60"),
    *("--workers", "{workers}", "--bind", "127.0.0.1:{port}", "load.application:wsgi()"),
]
if hasattr(gunicorn.config, "ControlSocket"):
    _GUNICORN.insert(1, "--no-control-socket")  # which would be made in the home folder
_UVICORN = [
    *("uvicorn", "--factory", "--log-level", "critical", "--no-access-log", "--lifespan", "off"),
    # No connection ends by itself, so that each that does counts as one that was cut.
    *("--timeout-keep-alive", "600", "--workers", "{workers}", "--port", "{port}"),
    "load.application:asgi",
]
SERVERS = {"gunicorn": _GUNICORN, "uvicorn": _UVICORN}


class Memory(NamedTuple):
    """What a worker uses, in octets: with what it shares, and with its share of that."""

    rss: int
    pss: int


class Serving:
    """A server that runs, with its workers."""

    def __init__(self, name: str, port: int, process: subprocess.Popen[bytes], ready: Path) -> None:
        self.port, self._pid, self._ready = port, process.pid, ready
        self.keeps_connections = name == "uvicorn"

    def workers(self) -> list[int]:
        """Return the process ids of those that are ready."""
        children = Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text(encoding="ascii")
        return [int(pid) for pid in children.split() if (self._ready / pid).exists()]

    def kill_a_worker(self) -> bool:
        """Kill one of those that are ready, but not the last; the server starts another."""
        workers = self.workers()
        if len(workers) > 1:
            pid = random.choice(workers)
            (self._ready / str(pid)).unlink()
            os.kill(pid, signal.SIGKILL)
        return len(workers) > 1

    def memory(self) -> Memory:
        """Return the median over all workers."""
        used = [
            Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").split()
            for pid in self.workers()
        ]
        # Each size follows its name, in KiB.
        rss, pss = (
            [1024 * int(words[words.index(name) + 1]) for words in used]
            for name in ("Rss:", "Pss:")
        )
        return Memory(int(statistics.median(rss)), int(statistics.median(pss)))


@contextlib.contextmanager
def serving(name: str, workers: int, url: str) -> Iterator[Serving]:
    """Run one of `SERVERS` with the store at a URL, give it when all workers are ready."""
    port = free_port()
    words = [word.format(workers=workers, port=port) for word in SERVERS[name]]
    with tempfile.TemporaryDirectory() as folder:
        environment = {"LOAD_NONCES": url, "LOAD_READY": folder, "PYTHONPATH": str(_BENCHMARKS)}
        process = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=_BENCHMARKS,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **environment},
        )
        running = Serving(name, port, process, Path(folder))
        try:
            wait_until(lambda: len(running.workers()) == workers)
            yield running
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
