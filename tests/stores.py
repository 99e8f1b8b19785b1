"""Redis, PostgreSQL and MariaDB as tests need them: of their own, on loopback, and soon gone."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from ports import free_port
from programs import path_of
from waiting import wait_until


class Process:
    """A server that a test stops, kills and starts again, in a folder of its own."""

    def __init__(self, folder: Path, command: list[str], user: str | None = None) -> None:
        self.folder, self._command = folder, command
        self._user: dict[str, Any] = {}
        if user is not None:
            self._user = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it may not answer yet."""
        with open(self.folder / "output", "ab") as output:
            self._running = subprocess.Popen(
                self._command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                **self._user,
            )

    def send(self, number: signal.Signals) -> None:
        """Send a signal to it and to its children, which may have groups of their own."""
        if self._running is not None:
            pid = self._running.pid
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
            for each in (pid, *map(int, children.split())):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each, number)

    def kill(self) -> None:
        """End it as a crash does, also where it was stopped."""
        if self._running is not None:
            self.send(signal.SIGKILL)
            self._running.wait()
            self._running = None

    def end(self) -> None:
        """End it for good."""
        self.kill()


class Redis(Process):
    """A redis-server that writes each command to its file before it answers."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.port, self.bus = free_port(), free_port()
        command = [path_of("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1"]
        command += ["--cluster-port", str(self.bus)]
        command += ["--save", "", "--appendonly", "yes", "--appendfsync", "always", *options]
        super().__init__(folder, command)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        super().start()
        wait_until(lambda: self.ask("PING").startswith("+PONG"))

    def ask(self, *words: str) -> str:
        """Send a command, without a client; return the answer as it is, or nothing."""
        with contextlib.suppress(OSError):
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                connection.sendall(" ".join(words).encode("ascii") + b"\r\nQUIT\r\n")
                with connection.makefile("rb") as answer:
                    return answer.read().decode("ascii")
        return ""


class PostgreSQL(Process):
    """A PostgreSQL on a port of loopback and on a socket in its folder."""

    def __init__(self, folder: Path, user: str | None, **settings: str) -> None:
        self.port = free_port()
        data = str(folder / "data")
        options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder)}
        options = {**options, "fsync": "off", "shared_buffers": "16MB", **settings}
        command = [path_of("postgres"), "-D", data, "-p", str(self.port)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        super().__init__(folder, command, user)
        initdb = [path_of("initdb"), "-D", data, "-U", "oauth2", "-A", "trust", "--no-sync"]
        initdb += ["--encoding", "UTF8", "--locale", "C"]
        subprocess.run(initdb, cwd=folder, stdout=subprocess.DEVNULL, check=True, **self._user)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        super().start()
        wait_until(self._is_ready)

    def end(self) -> None:
        """End it at once, but so that it leaves no shared memory behind."""
        if self._running is not None:
            self._running.send_signal(signal.SIGQUIT)
            try:
                self._running.wait(5)
            except subprocess.TimeoutExpired:  # it was stopped
                self.kill()

    def url(self, driver: str) -> str:
        """Return the URL of its database for SQLAlchemy."""
        return f"postgresql+{driver}://oauth2@127.0.0.1:{self.port}/postgres"

    def _is_ready(self) -> bool:
        if self._running is not None and self._running.poll() is not None:
            super().start()  # it ends where a backend of a killed one still has the shared memory
        command = [path_of("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command, check=False).returncode == 0


class MariaDB(Process):
    """A MariaDB on a port of loopback, which lets everybody in."""

    def __init__(self, folder: Path, user: str | None) -> None:
        self.port = free_port()
        own = ["--no-defaults", f"--datadir={folder / 'data'}"]
        listening = ["--bind-address=127.0.0.1", f"--port={self.port}"]
        listening += [f"--socket={folder / 'socket'}", f"--pid-file={folder / 'pid'}"]
        options = ["--skip-grant-tables", "--innodb-flush-log-at-trx-commit=0"]
        super().__init__(folder, [path_of("mariadbd"), *own, *listening, *options], user)
        install = [path_of("mariadb-install-db"), *own, "--skip-test-db"]
        install += ["--auth-root-authentication-method=normal"]
        subprocess.run(install, cwd=folder, stdout=subprocess.DEVNULL, check=True, **self._user)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        super().start()
        wait_until(self._greets)

    def url(self, dialect: str = "mysql") -> str:
        """Return the URL of one of its databases for SQLAlchemy."""
        return f"{dialect}+pymysql://root@127.0.0.1:{self.port}/mysql"

    def _greets(self) -> bool:
        with contextlib.suppress(OSError):
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                return b"MariaDB" in connection.recv(100)
        return False


@contextlib.contextmanager
def running_redis(*options: str) -> Iterator[Redis]:
    """Run a Redis, and end it."""
    with tempfile.TemporaryDirectory() as folder:
        server = Redis(Path(folder), *options)
        with _ending(server):
            yield server


@contextlib.contextmanager
def running_postgresql(**settings: str) -> Iterator[PostgreSQL]:
    """Run a PostgreSQL, and end it."""
    with _folder_for_nobody() as (folder, user):
        server = PostgreSQL(folder, user, **settings)
        with _ending(server):
            yield server


@contextlib.contextmanager
def running_mariadb() -> Iterator[MariaDB]:
    """Run a MariaDB, and end it."""
    with _folder_for_nobody() as (folder, user):
        server = MariaDB(folder, user)
        with _ending(server):
            yield server


@contextlib.contextmanager
def _folder_for_nobody() -> Iterator[tuple[Path, str | None]]:
    """Make a folder, and name whose it is: not root's, for whom no database runs."""
    with tempfile.TemporaryDirectory() as folder:
        user = "nobody" if os.getuid() == 0 else None
        if user is not None:
            shutil.chown(folder, user)
        yield Path(folder), user


@contextlib.contextmanager
def _ending(server: Process) -> Iterator[None]:
    try:
        server.start()
        yield
    finally:
        server.end()


@contextlib.contextmanager
def running_cluster() -> Iterator[list[Redis]]:
    """Run three Redis that share the 16,384 slots of a Redis Cluster."""
    with contextlib.ExitStack() as stack:
        options = ("--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
        nodes = [stack.enter_context(running_redis(*options)) for _ in range(3)]
        for number, node in enumerate(nodes):
            slots = range(16_384 * number // 3, 16_384 * (number + 1) // 3)
            node.ask("CLUSTER", "ADDSLOTSRANGE", str(slots[0]), str(slots[-1]))
            node.ask("CLUSTER", "SET-CONFIG-EPOCH", str(number + 1))
            nodes[0].ask("CLUSTER", "MEET", "127.0.0.1", str(node.port), str(node.bus))
        for node in nodes:
            wait_until(partial(_is_joined, node))
        yield nodes


def _is_joined(node: Redis) -> bool:
    return "cluster_state:ok" in node.ask("CLUSTER", "INFO")
