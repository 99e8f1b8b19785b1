"""The stores that are measured, by URL, each with the timeouts that its docstring advises."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from oauth2.nonces import AsyncNonceStore, MemoryNonces, NonceKey, NonceStore

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["TABLE", "open_async_nonces", "open_nonces"]

TABLE = "oauth2_nonces"
SECONDS = 2
LOCKED_SECONDS = 3  # of those who wait for a lock of SQLite, some wait far longer than others
_OPTIONS: dict[str, dict[str, Any]] = {
    "postgresql+psycopg": {
        "connect_timeout": SECONDS,
        "tcp_user_timeout": SECONDS * 1000,
        "options": f"-c statement_timeout={SECONDS * 1000}",
    },
    "postgresql+asyncpg": {"timeout": SECONDS, "command_timeout": SECONDS},
    "sqlite": {"timeout": LOCKED_SECONDS},
    "sqlite+aiosqlite": {"timeout": LOCKED_SECONDS},
}
_ASYNC_DRIVERS = {"postgresql+psycopg": "postgresql+asyncpg", "sqlite": "sqlite+aiosqlite"}


class _NoNonces:
    """Remembers nothing: what the other stores are measured against."""

    def remember(self, key: NonceKey, expires: int, now: int) -> bool:
        """Accept it, whatever it is."""
        return True


def open_nonces(url: str) -> NonceStore:
    """Return the store at ``none:``, ``memory:``, or at a URL of Redis or of SQLAlchemy."""
    scheme, _, _ = url.partition(":")
    if scheme == "none":
        return _NoNonces()
    if scheme == "memory":
        return MemoryNonces(max_entries=2_000_000, max_per_consumer=2_000_000)
    if scheme == "redis":
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        from oauth2.nonces.redis import RedisNonces

        return RedisNonces(redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), **_timeouts()))
    import sqlalchemy

    from oauth2.nonces.sql import SQLNonces

    options = {"connect_args": _OPTIONS[scheme], "pool_pre_ping": True}
    engine = sqlalchemy.create_engine(url, **options)
    _write_ahead(engine)
    return SQLNonces(engine, TABLE)


def open_async_nonces(url: str) -> NonceStore | AsyncNonceStore:
    """Return the same store with answers to await, where it has them."""
    scheme, _, rest = url.partition(":")
    if scheme in ("none", "memory"):
        return open_nonces(url)
    if scheme == "redis":
        import redis.asyncio
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        from oauth2.nonces.redis import AsyncRedisNonces

        retry = Retry(NoBackoff(), 0)
        return AsyncRedisNonces(redis.asyncio.Redis.from_url(url, retry=retry, **_timeouts()))
    from sqlalchemy.ext.asyncio import create_async_engine

    from oauth2.nonces.sql import AsyncSQLNonces

    scheme = _ASYNC_DRIVERS[scheme]
    options = {"connect_args": _OPTIONS[scheme], "pool_pre_ping": True}
    engine = create_async_engine(f"{scheme}:{rest}", **options)
    _write_ahead(engine.sync_engine)
    return AsyncSQLNonces(engine, TABLE)


def _timeouts() -> dict[str, Any]:
    return {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS}


def _write_ahead(engine: Engine) -> None:
    """Have a file of SQLite written so that processes seldom wait for each other."""
    if engine.dialect.name == "sqlite":
        from sqlalchemy import event

        @event.listens_for(engine, "connect")
        def set_mode(connection: sqlite3.Connection, _: object) -> None:
            connection.execute("PRAGMA journal_mode=WAL")
