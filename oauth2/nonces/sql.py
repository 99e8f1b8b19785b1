"""Nonces in a table of PostgreSQL, SQLite, MySQL or MariaDB, by SQLAlchemy."""

from __future__ import annotations

import itertools
from contextlib import suppress
from typing import TYPE_CHECKING

try:
    from sqlalchemy import BigInteger, Column, Index, LargeBinary, MetaData, Table
    from sqlalchemy.dialects.mysql import BINARY
    from sqlalchemy.exc import DBAPIError
except ImportError as exc:
    hint = "oauth2.nonces.sql needs the extra 'sql'"
    raise ImportError(f"{hint}: python -m pip install 'oauth2[sql]'") from exc

from .keeping import digest_of, expecting_answers, seconds_kept
from .statements import statements_for
from .store import NonceKey

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, TextClause
    from sqlalchemy.ext.asyncio import AsyncEngine

__all__ = ["AsyncSQLNonces", "SQLNonces"]

_EVERY = 100  # nonces that are added between two sweeps
_BATCH = 500  # rows that a sweep deletes at most, in some milliseconds


class _Rows:
    """The table of nonces, and what is done to its rows over a connection."""

    def __init__(self, engine: Engine, table: str | Table) -> None:
        _require_shared(engine)
        self.table = _table_of(table) if isinstance(table, str) else table
        self.statements = statements_for(engine.dialect, self.table)
        self._added = itertools.count()  # atomic: the threads of a process share it

    def add(self, connection: Connection, digest: bytes, seconds: int) -> bool:
        """Add a row, or take over one that has expired; False where a live one is there."""
        row: dict[str, bytes | int] = {"digest": digest, "seconds": seconds}
        added = any(_changed(connection, statement, row) for statement in self.statements.add)
        if added and next(self._added) % _EVERY == 0:
            # The answer is known already, and does not depend on this.
            with suppress(DBAPIError):
                self.sweep(connection)
        return added

    def sweep(self, connection: Connection) -> int:
        """Delete a batch of the rows that have expired; return how many there were."""
        return connection.execute(self.statements.sweep, {"batch": _BATCH}).rowcount

    def create(self, connection: Connection) -> None:
        """Create the table unless it is there."""
        try:
            self.table.create(connection, checkfirst=True)
        except DBAPIError:  # another process may have created it since it was looked for
            self.table.create(connection, checkfirst=True)


class SQLNonces:
    """Nonces in a table that machines share, each added in one statement; a `NonceStore`.

    >>> import os, sqlalchemy, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> engine = sqlalchemy.create_engine(f"sqlite:///{folder.name}/nonces.db")
    >>> nonces = SQLNonces(engine)
    >>> nonces.create_table()
    >>> nonces.remember(("key", "", "1000", "abc"), expires=1300, now=1000)
    True
    >>> nonces.remember(("key", "", "1000", "abc"), expires=1301, now=1001)
    False
    >>> engine.dispose(); folder.cleanup()

    ``table`` is its name, or a sqlalchemy.Table with the columns of `SQLNonces.table`,
    which is there for migrations. Rows expire by the time of the database. What has expired is
    deleted now and then, 500 rows at a time, without waiting for anybody; whoever adds needs
    SELECT, INSERT, UPDATE and DELETE on the table. Raises ValueError for an engine of another
    dialect, and for SQLite in memory, which nobody shares.

    Give the driver its timeouts, or a server that has stopped is waited for as long as it
    pleases: ``pool_timeout`` of the engine, and as ``connect_args`` for pg8000
    ``{"timeout": 5}``, for PyMySQL ``{"connect_timeout": 2, "read_timeout": 5,
    "write_timeout": 5}``, for psycopg ``{"connect_timeout": 2, "tcp_user_timeout": 5000,
    "options": "-c statement_timeout=5000"}``. The last covers a machine or a network that is gone
    and a statement that takes too long, but not a process that is stopped on a machine that
    answers: psycopg has no limit of its own. SQLite waits 5 seconds for a file that is locked
    (``timeout``); where several processes write, ``PRAGMA journal_mode=WAL`` makes that rare.

    With ``pool_pre_ping=True`` no connection that broke while it was idle costs a 503. A replica
    that takes over before it has all that the other had lets a replay of the last moments in.
    """

    def __init__(self, engine: Engine, table: str | Table = "oauth2_nonces") -> None:
        self._rows = _Rows(engine, table)
        # Without a transaction there is nothing to begin, to commit, or to wait for.
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(table={self.table.fullname!r})"

    @property
    def table(self) -> Table:
        """The table of the nonces."""
        return self._rows.table

    def create_table(self) -> None:
        """Create the table unless it is there; processes may do so at the same time."""
        with self._engine.connect() as connection:
            self._rows.create(connection)

    def remember(self, key: NonceKey, expires: int, now: int) -> bool:
        """Remember a key as `NonceStore.remember` says; raises NonceStoreUnavailable."""
        digest, seconds = digest_of(key), seconds_kept(expires, now)
        with expecting_answers("SQL"), self._engine.connect() as connection:
            return self._rows.add(connection, digest, seconds)

    def sweep(self) -> int:
        """Delete up to 500 nonces that have expired, return how many; `remember` calls it, too."""
        with expecting_answers("SQL"), self._engine.connect() as connection:
            return self._rows.sweep(connection)


class AsyncSQLNonces:
    """The same, with an engine of `sqlalchemy.ext.asyncio`; an `AsyncNonceStore`.

    It needs greenlet (``pip install 'sqlalchemy[asyncio]'``). Timeouts of asyncpg are
    ``connect_args={"timeout": 2, "command_timeout": 5}``; others are those of `SQLNonces`.
    """

    def __init__(self, engine: AsyncEngine, table: str | Table = "oauth2_nonces") -> None:
        self._rows = _Rows(engine.sync_engine, table)
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(table={self.table.fullname!r})"

    @property
    def table(self) -> Table:
        """The table of the nonces."""
        return self._rows.table

    async def create_table(self) -> None:
        """Create the table as `SQLNonces.create_table` does."""
        async with self._engine.connect() as connection:
            await connection.run_sync(self._rows.create)

    async def remember(self, key: NonceKey, expires: int, now: int) -> bool:
        """Remember a key as `NonceStore.remember` says; raises NonceStoreUnavailable."""
        digest, seconds = digest_of(key), seconds_kept(expires, now)
        with expecting_answers("SQL"):
            async with self._engine.connect() as connection:
                return await connection.run_sync(self._rows.add, digest, seconds)

    async def sweep(self) -> int:
        """Delete a batch as `SQLNonces.sweep` does."""
        with expecting_answers("SQL"):
            async with self._engine.connect() as connection:
                return await connection.run_sync(self._rows.sweep)


def _changed(connection: Connection, statement: TextClause, row: dict[str, bytes | int]) -> bool:
    """Return whether a statement changed its row; ValueError if that cannot be told."""
    count = connection.execute(statement, row).rowcount
    if count not in (0, 1):
        raise ValueError(f"rows changed: expected 0 or 1, got {count}")
    return count == 1


def _table_of(name: str) -> Table:
    """Return the table: a digest of 16 octets, and the second since 1970 in which it expires."""
    digest = LargeBinary(16).with_variant(BINARY(16), "mysql", "mariadb")
    return Table(
        name,
        MetaData(),
        Column("digest", digest, primary_key=True),
        Column("expires", BigInteger, nullable=False),
        Index(f"{name}_by_expires", "expires"),
        sqlite_with_rowid=False,
    )


def _require_shared(engine: Engine) -> None:
    """Refuse SQLite in memory: each connection, so each thread, may have one of its own."""
    url = engine.url
    if engine.dialect.name != "sqlite":
        return
    if (url.database or ":memory:") == ":memory:" or "mode=memory" in url.render_as_string():
        raise ValueError("engine: expected a database that is shared, got SQLite in memory")
