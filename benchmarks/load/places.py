"""Where nonces are kept: real servers and files, which are taken away and brought back, too."""

from __future__ import annotations

import contextlib
import re
import resource
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy
from stores import PostgreSQL, Redis, running_postgresql, running_redis

from load.nonces import TABLE
from oauth2.nonces.sql import SQLNonces

__all__ = ["SHARED", "Place", "opened"]

SHARED = ["none", "redis", "postgresql", "sqlite"]


class Place:
    """No place at all, and what the others can do."""

    url = "none:"

    def take_away(self) -> None:
        """Let nobody reach it."""
        raise ValueError(f"{self.url}: it cannot be taken away")

    def bring_back(self) -> None:
        """Let it be reached again, with all that it has remembered."""
        raise ValueError(f"{self.url}: it cannot be brought back")

    def octets(self) -> int:
        """Return the octets of all nonces in it, with all that it takes to find them."""
        return 0


class _InMemory(Place):
    url = "memory:"

    def octets(self) -> int:
        """Return the memory of this process."""
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * resource.getpagesize()


class _InRedis(Place):
    def __init__(self, server: Redis) -> None:
        self.server = server
        self.url = f"redis://127.0.0.1:{server.port}"

    def take_away(self) -> None:
        """Kill it; it has each nonce in its file before it answers."""
        self.server.kill()

    def bring_back(self) -> None:
        """Start it from its file."""
        self.server.start()

    def octets(self) -> int:
        """Return the memory that it uses."""
        told = re.search(r"used_memory:(\d+)", self.server.ask("INFO", "memory"))
        return int(told[1]) if told else 0


class _InPostgreSQL(Place):
    def __init__(self, server: PostgreSQL) -> None:
        self.server = server
        self.url = server.url("psycopg")
        self._engine = _with_table(self.url)

    def take_away(self) -> None:
        """Kill it and all its children."""
        self.server.kill()

    def bring_back(self) -> None:
        """Start it; it recovers from its log."""
        self.server.start()

    def octets(self) -> int:
        """Return the size of the table with its indexes."""
        size = sqlalchemy.text(f"SELECT pg_total_relation_size('{TABLE}')")
        with self._engine.connect() as connection:
            return int(connection.execute(size).scalar_one())


class _InSQLite(Place):
    def __init__(self, folder: str) -> None:
        self.file = Path(folder) / "nonces.db"
        self.url = f"sqlite:///{self.file}"
        _with_table(self.url).dispose()
        self._lock: sqlite3.Connection | None = None

    def take_away(self) -> None:
        """Lock the file, as a program does that writes for a long time."""
        self._lock = sqlite3.connect(self.file, timeout=60, isolation_level=None)
        self._lock.execute("BEGIN IMMEDIATE")

    def bring_back(self) -> None:
        """Unlock it."""
        if self._lock is not None:
            self._lock.close()

    def octets(self) -> int:
        """Return the size of the file, after all that was written ahead is in it."""
        with contextlib.closing(sqlite3.connect(self.file, timeout=60)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return self.file.stat().st_size


def _with_table(url: str) -> sqlalchemy.Engine:
    engine = sqlalchemy.create_engine(url, pool_pre_ping=True)
    SQLNonces(engine, TABLE).create_table()
    return engine


@contextlib.contextmanager
def opened(name: str) -> Iterator[Place]:
    """Start what a place in `SHARED` or "memory" needs, give it, and end it."""
    with contextlib.ExitStack() as stack:
        if name == "redis":
            yield _InRedis(stack.enter_context(running_redis()))
        elif name == "postgresql":
            settings = {"fsync": "on", "shared_buffers": "128MB"}
            yield _InPostgreSQL(stack.enter_context(running_postgresql(**settings)))
        elif name == "sqlite":
            yield _InSQLite(stack.enter_context(tempfile.TemporaryDirectory()))
        else:
            yield _InMemory() if name == "memory" else Place()
