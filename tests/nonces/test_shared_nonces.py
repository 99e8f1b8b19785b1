"""Every store that machines share passes the check of stores, on real servers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import redis.asyncio
import sqlalchemy
from django.conf import settings
from django.test.utils import override_settings
from redis.cluster import RedisCluster
from sqlalchemy.ext.asyncio import create_async_engine
from stores import (
    MariaDB,
    PostgreSQL,
    Redis,
    running_cluster,
    running_mariadb,
    running_postgresql,
    running_redis,
)

from oauth2.nonces import check, check_async
from oauth2.nonces.django import DjangoCacheNonces
from oauth2.nonces.redis import AsyncRedisNonces, RedisNonces
from oauth2.nonces.sql import AsyncSQLNonces, SQLNonces

if not settings.configured:
    settings.configure(USE_TZ=True)


class Places(NamedTuple):
    """Where nonces are kept."""

    redis: Redis
    cluster: list[Redis]
    postgresql: PostgreSQL
    mariadb: MariaDB
    folder: Path


def by_redis(places: Places) -> None:
    with redis.Redis(port=places.redis.port) as client:
        check(RedisNonces(client, prefix="sync:"))


def by_cluster(places: Places) -> None:
    with RedisCluster("127.0.0.1", places.cluster[0].port) as client:
        check(RedisNonces(client))


def by_redis_awaited(places: Places) -> None:
    async def ask() -> None:
        async with redis.asyncio.Redis(port=places.redis.port) as client:
            await check_async(AsyncRedisNonces(client, prefix="async:"))

    asyncio.run(ask())


def by_django(places: Places) -> None:
    check(DjangoCacheNonces())


def by_sqlite(places: Places) -> None:
    check_sql(f"sqlite:///{places.folder / 'nonces.db'}")


def by_psycopg(places: Places) -> None:
    check_sql(places.postgresql.url("psycopg"))


def by_pg8000(places: Places) -> None:
    check_sql(places.postgresql.url("pg8000"))


def by_pymysql(places: Places) -> None:
    check_sql(places.mariadb.url("mysql"))


def by_pymysql_to_mariadb(places: Places) -> None:
    check_sql(places.mariadb.url("mariadb"))


def by_aiosqlite(places: Places) -> None:
    check_sql_awaited(f"sqlite+aiosqlite:///{places.folder / 'awaited.db'}")


def by_psycopg_awaited(places: Places) -> None:
    check_sql_awaited(places.postgresql.url("psycopg_async"))


def by_asyncpg(places: Places) -> None:
    check_sql_awaited(places.postgresql.url("asyncpg"))


def check_sql(url: str) -> None:
    """Check a store in a database, and in a table of its own."""
    engine = sqlalchemy.create_engine(url)
    nonces = SQLNonces(engine, table=f"by_{engine.dialect.name}_{engine.driver}")
    nonces.create_table()
    check(nonces)
    engine.dispose()


def check_sql_awaited(url: str) -> None:
    """Check a store that is awaited in the same way."""

    async def ask() -> None:
        engine = create_async_engine(url)
        nonces = AsyncSQLNonces(engine, table=f"{engine.driver}_awaited")
        await nonces.create_table()
        await check_async(nonces)
        await engine.dispose()

    asyncio.run(ask())


STORES: list[Callable[[Places], None]] = [
    *(by_redis, by_cluster, by_redis_awaited, by_django),
    *(by_sqlite, by_psycopg, by_pg8000, by_pymysql, by_pymysql_to_mariadb),
    *(by_aiosqlite, by_psycopg_awaited, by_asyncpg),
]


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Any, Future[None]]]:
    """Check all at once, as each waits for some seconds."""
    with ExitStack() as stack:
        places = Places(
            stack.enter_context(running_redis()),
            stack.enter_context(running_cluster()),
            stack.enter_context(running_postgresql()),
            stack.enter_context(running_mariadb()),
            tmp_path_factory.mktemp("sqlite"),
        )
        where = f"redis://127.0.0.1:{places.redis.port}"
        backend = "django.core.cache.backends.redis.RedisCache"
        cache = {"BACKEND": backend, "LOCATION": where}
        stack.enter_context(override_settings(CACHES={"default": cache}))
        with ThreadPoolExecutor(len(STORES)) as threads:
            yield {each: threads.submit(each, places) for each in STORES}


@pytest.mark.long
@pytest.mark.parametrize("store", STORES)
def test_a_store_is_right(checks: dict[Any, Future[None]], store: Callable[[Places], None]) -> None:
    """Eight threads or tasks with one nonce, the last second, odd keys."""
    checks[store].result(timeout=60)
