"""SQLNonces: one statement a nonce, on real databases, also where one stops and comes back."""

from __future__ import annotations

import asyncio
import gc
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import racing
import sqlalchemy
from nonce_keys import KEY, key
from restarting import assert_a_restart_accepts_nothing_twice
from secrets_check import assert_no_secret
from sqlalchemy.dialects import mysql
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool, StaticPool
from stopping import assert_not_waited_for
from stores import MariaDB, PostgreSQL, running_mariadb, running_postgresql

from oauth2 import NonceStoreUnavailable
from oauth2.nonces.sql import AsyncSQLNonces, SQLNonces
from oauth2.nonces.statements import statements_for


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    """Run a PostgreSQL for all tests of this module."""
    with running_postgresql() as running:
        yield running


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDB]:
    """Run a MariaDB for all tests of this module."""
    with running_mariadb() as running:
        yield running


@pytest.fixture(params=["sqlite", "psycopg", "pg8000", "pymysql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sqlalchemy.Engine]:
    """Make an engine on a database in which there is no table."""
    if request.param == "sqlite":
        made = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'nonces.db'}")
    else:
        if request.param == "pymysql":
            url = request.getfixturevalue("mariadb").url()
        else:
            url = request.getfixturevalue("server").url(request.param)
        made = sqlalchemy.create_engine(url)
        with made.begin() as connection:
            connection.execute(sqlalchemy.text("DROP TABLE IF EXISTS oauth2_nonces"))
    yield made
    made.dispose()


@pytest.fixture
def nonces(engine: sqlalchemy.Engine) -> SQLNonces:
    """Make a store with its table."""
    store = SQLNonces(engine)
    store.create_table()
    return store


def executed(engine: sqlalchemy.Engine) -> list[str]:
    """Return what is executed from now on."""
    told: list[str] = []

    @sqlalchemy.event.listens_for(engine, "before_cursor_execute")
    def tell(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        told.append(statement)

    return told


def age(engine: sqlalchemy.Engine, seconds: int) -> None:
    """Let the rows be older by so many seconds."""
    with engine.begin() as connection:
        statement = "UPDATE oauth2_nonces SET expires = expires - :seconds"
        connection.execute(sqlalchemy.text(statement), {"seconds": seconds})


def count(engine: sqlalchemy.Engine) -> int:
    """Return how many rows there are."""
    with engine.connect() as connection:
        statement = sqlalchemy.text("SELECT count(*) FROM oauth2_nonces")
        return int(connection.execute(statement).scalar_one())


def test_a_nonce_is_accepted_once(nonces: SQLNonces) -> None:
    """And another is another."""
    answers = [nonces.remember(each, 1300, 1000) for each in (KEY, KEY, key(1), KEY, key(1))]
    assert answers == [True, False, True, False, False]


def test_a_nonce_is_one_statement(engine: sqlalchemy.Engine, nonces: SQLNonces) -> None:
    """Fresh, used or expired; but for MySQL one that is not fresh needs another."""
    nonces.remember(key(1), 1300, 1000)  # this one sweeps
    told = executed(engine)
    nonces.remember(KEY, 1300, 1000)
    nonces.remember(KEY, 1300, 1000)
    age(engine, 400)
    nonces.remember(KEY, 1300, 1000)
    second = ["UPDATE"] if engine.dialect.name == "mysql" else []
    expected = ["INSERT", "INSERT", *second, "UPDATE", "INSERT", *second]
    assert [statement.split()[0] for statement in told] == expected


@pytest.mark.parametrize(("seconds", "is_fresh"), [(0, False), (299, False), (303, True)])
def test_an_expired_nonce_is_taken_over_by_one(
    engine: sqlalchemy.Engine, nonces: SQLNonces, seconds: int, is_fresh: bool
) -> None:
    """Not in its last second, and then by the first who asks alone."""
    nonces.remember(KEY, 1300, 1000)
    age(engine, seconds)
    assert nonces.remember(KEY, 1300, 1000) is is_fresh
    assert not nonces.remember(KEY, 1300, 1000)


def test_no_clock_but_that_of_the_database_counts(nonces: SQLNonces) -> None:
    """A machine whose clock is far ahead makes nobody forget."""
    nonces.remember(KEY, 1300, 1000)
    nonces.remember(key(1), 9_000_300, 9_000_000)
    nonces.sweep()
    assert not nonces.remember(KEY, 1300, 1000)


def test_what_has_expired_is_swept_in_batches(engine: sqlalchemy.Engine, nonces: SQLNonces) -> None:
    """And nothing else."""
    with engine.begin() as connection:
        rows = [{"digest": number.to_bytes(16, "big"), "expires": 1} for number in range(700)]
        connection.execute(nonces.table.insert(), rows)
    nonces.remember(KEY, 1300, 1000)  # the first sweeps, as the hundredth after it does
    assert count(engine) == 201
    for number in range(100):
        nonces.remember(key(number), 1300, 1000)
    assert count(engine) == 101
    assert nonces.sweep() == 0


def test_a_sweep_that_fails_refuses_nobody(engine: sqlalchemy.Engine, nonces: SQLNonces) -> None:
    """The nonce is remembered already; the next one will tell."""

    @sqlalchemy.event.listens_for(engine, "before_cursor_execute", retval=True)
    def spoil(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> Any:
        return statement.replace("DELETE FROM", "DELETE OF"), parameters

    assert nonces.remember(KEY, 1300, 1000)
    assert not nonces.remember(KEY, 1300, 1000)
    with pytest.raises(NonceStoreUnavailable):
        nonces.sweep()


def test_a_sweep_waits_for_nobody(server: PostgreSQL) -> None:
    """What another transaction holds is left for the next one."""
    engine = sqlalchemy.create_engine(server.url("psycopg"))
    nonces = SQLNonces(engine, "held")
    nonces.create_table()
    with engine.begin() as connection:
        rows = [{"digest": bytes([number] * 16), "expires": 1} for number in range(3)]
        connection.execute(nonces.table.insert(), rows)
    with engine.begin() as connection:
        lock = sqlalchemy.text("SELECT 1 FROM held ORDER BY digest LIMIT 1 FOR UPDATE")
        connection.execute(lock)
        assert nonces.sweep() == 2
    assert nonces.sweep() == 1
    engine.dispose()


def test_a_sweep_reads_no_more_than_what_has_expired(server: PostgreSQL) -> None:
    """It finds that by the index, however much is live."""
    engine = sqlalchemy.create_engine(server.url("psycopg"))
    nonces = SQLNonces(engine, "large")
    nonces.create_table()
    sweep = statements_for(engine.dialect, nonces.table).sweep
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("SET enable_seqscan = off"))
        plan = connection.execute(sqlalchemy.text(f"EXPLAIN {sweep.text}"), {"batch": 500})
        assert "Index Cond: (expires <" in "\n".join(plan.scalars())
    engine.dispose()


@pytest.mark.parametrize("name", ["n", 'we"ird :name {x}', "Capital"])
def test_the_table_has_the_name_that_it_is_given(engine: sqlalchemy.Engine, name: str) -> None:
    """Whatever is in it."""
    nonces = SQLNonces(engine, table=name)
    nonces.create_table()
    nonces.create_table()
    assert [nonces.remember(KEY, 1300, 1000) for _ in range(2)] == [True, False]
    assert sqlalchemy.inspect(engine).has_table(name)
    assert repr(nonces) == f"SQLNonces(table={name!r})"
    nonces.table.drop(engine)


def test_the_table_may_be_one_of_a_program(engine: sqlalchemy.Engine) -> None:
    """As among those of its migrations."""
    column = sqlalchemy.Column
    digest = sqlalchemy.LargeBinary(16).with_variant(mysql.BINARY(16), "mysql")
    table = sqlalchemy.Table(
        "mine",
        sqlalchemy.MetaData(),
        column("digest", digest, primary_key=True),
        column("expires", sqlalchemy.BigInteger),
    )
    nonces = SQLNonces(engine, table)
    nonces.create_table()
    assert [nonces.remember(KEY, 1300, 1000) for _ in range(2)] == [True, False]
    assert nonces.table is table
    table.drop(engine)


def test_the_table_is_created_once_by_all_who_do(engine: sqlalchemy.Engine) -> None:
    """As the workers of a server that has just started."""
    barrier = threading.Barrier(4)
    failed: list[Exception] = []

    def create() -> None:
        barrier.wait()
        try:
            SQLNonces(engine).create_table()
        except Exception as exc:
            failed.append(exc)

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert SQLNonces(engine).remember(KEY, 1300, 1000)


def test_the_table_may_be_created_by_another_in_between(engine: sqlalchemy.Engine) -> None:
    """After it was looked for, and before it is created."""
    nonces, others = SQLNonces(engine), SQLNonces(engine)

    def create_first(*_: Any, **__: Any) -> None:
        others.create_table()

    sqlalchemy.event.listen(nonces.table, "before_create", create_first, once=True)
    nonces.create_table()
    assert nonces.remember(KEY, 1300, 1000)
    assert not others.remember(KEY, 1300, 1000)


def test_a_table_that_is_not_there_lets_nobody_in(engine: sqlalchemy.Engine) -> None:
    """It is told as any other failure; no address is in it."""
    with pytest.raises(NonceStoreUnavailable, match=r"^The nonces in SQL .*Error\.$") as caught:
        SQLNonces(engine).remember(("sesame-key", "", "1000", "n"), 1300, 1000)
    assert caught.value.status == 503
    assert_no_secret(caught.value, "sesame-key")


def test_a_driver_that_does_not_count_lets_nobody_in(
    monkeypatch: pytest.MonkeyPatch, nonces: SQLNonces
) -> None:
    """-1 says that it does not know."""
    monkeypatch.setattr(sqlalchemy.CursorResult, "rowcount", -1)
    with pytest.raises(NonceStoreUnavailable, match="ValueError"):
        nonces.remember(KEY, 1300, 1000)


@pytest.mark.parametrize("rest", ["", "/", "/:memory:", "/file:x?mode=memory&uri=true"])
def test_sqlite_in_memory_is_refused(rest: str) -> None:
    """No other process has it, and without StaticPool not even another thread."""
    engine = sqlalchemy.create_engine(f"sqlite://{rest}", poolclass=StaticPool)
    with pytest.raises(ValueError, match="engine: expected a database that is shared"):
        SQLNonces(engine)


def test_another_dialect_is_refused() -> None:
    """Its statements are not known here."""
    engine: Any = sqlalchemy.create_mock_engine("oracle://", print)
    engine.url = None
    known = "postgresql, sqlite, mysql, mariadb"
    with pytest.raises(ValueError, match=f"engine: expected one of {known}, got oracle"):
        SQLNonces(engine)


def test_mysql_inserts_or_takes_over() -> None:
    """Two statements, of which the second is for a row that is there; each is one step."""
    dialect: Any = mysql.dialect()
    table = sqlalchemy.Table("nonces", sqlalchemy.MetaData())
    statements = statements_for(dialect, table)
    texts = [str(each.compile(dialect=dialect)) for each in (*statements.add, statements.sweep)]
    assert texts == [
        "INSERT IGNORE INTO nonces (digest, expires) VALUES (%s, UNIX_TIMESTAMP() + %s)",
        "UPDATE nonces SET expires = UNIX_TIMESTAMP() + %s"
        " WHERE digest = %s AND expires < UNIX_TIMESTAMP()",
        "DELETE FROM nonces WHERE expires < UNIX_TIMESTAMP() LIMIT %s",
    ]


def test_the_column_of_mysql_can_be_a_key(tmp_path: Path) -> None:
    """A BLOB cannot, and text would be compared without its case."""
    table = SQLNonces(sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'n'}")).table
    dialect: Any = mysql.dialect()
    made = str(sqlalchemy.schema.CreateTable(table).compile(dialect=dialect))
    assert "digest BINARY(16) NOT NULL" in made
    assert "expires BIGINT NOT NULL" in made


def test_processes_that_race_accept_each_nonce_once(tmp_path: Path) -> None:
    """Four of them on one file of SQLite."""
    url = f"sqlite:///{tmp_path / 'nonces.db'}"
    command = [sys.executable, racing.__file__, url, str(time.time() + 2)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    told = [process.communicate(timeout=60)[0] for process in running]
    assert [len(line) for line in told] == [racing.COUNT] * 4
    assert [sum(map(int, answers)) for answers in zip(*told)] == [1] * racing.COUNT


def test_a_file_that_is_locked_lets_nobody_in(tmp_path: Path) -> None:
    """After the timeout of the driver."""
    url = f"sqlite:///{tmp_path / 'nonces.db'}"
    engine = sqlalchemy.create_engine(url, connect_args={"timeout": 0.1})
    nonces = SQLNonces(engine)
    nonces.create_table()
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN EXCLUSIVE")
        with pytest.raises(NonceStoreUnavailable):
            nonces.remember(KEY, 1300, 1000)
    assert nonces.remember(KEY, 1300, 1000)
    engine.dispose()


# pg8000 does not close the socket over which it could not log in.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_stopped_server_lets_nobody_in_and_is_not_waited_for(server: PostgreSQL) -> None:
    """After the timeout of the driver; when it goes on, so do the nonces."""
    engine = sqlalchemy.create_engine(server.url("pg8000"), connect_args={"timeout": 0.5})
    nonces = SQLNonces(engine, "stopped")
    nonces.create_table()
    assert_not_waited_for(server, nonces)
    engine.dispose()
    gc.collect()


def test_an_awaited_server_that_stopped_is_not_waited_for(server: PostgreSQL) -> None:
    """Whether it stopped before a connection was made, or after."""

    async def ask() -> None:
        options = {"timeout": 0.5, "command_timeout": 0.5}
        engine = create_async_engine(server.url("asyncpg"), connect_args=options)
        nonces = AsyncSQLNonces(engine, "stopped")
        await nonces.create_table()
        await nonces.remember(key(10), 1300, 1000)
        server.send(signal.SIGSTOP)
        try:
            for number in (11, 12):
                with pytest.raises(NonceStoreUnavailable):
                    await asyncio.wait_for(nonces.remember(key(number), 1300, 1000), 10)
        finally:
            server.send(signal.SIGCONT)
        assert not await nonces.remember(key(10), 1300, 1000)
        await engine.dispose()

    asyncio.run(ask())


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg", "sqlite"])
def test_an_awaited_store_does_as_the_other(
    server: PostgreSQL, tmp_path: Path, driver: str
) -> None:
    """It creates its table, remembers once, of many at once one, and sweeps."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'nonces.db'}"

    async def ask() -> list[Any]:
        engine = create_async_engine(url if driver == "sqlite" else server.url(driver))
        nonces = AsyncSQLNonces(engine, f"by_{driver}")
        await nonces.create_table()
        await nonces.create_table()
        asked = [nonces.remember(KEY, 1300, 1000) for _ in range(8)]
        answers = sorted(await asyncio.gather(*asked))
        swept = await nonces.sweep()
        await engine.dispose()
        return [*answers, swept, repr(nonces)]

    assert asyncio.run(ask()) == [
        *[False] * 7,
        *(True, 0, f"AsyncSQLNonces(table='by_{driver}')"),
    ]


def test_a_restart_accepts_nothing_twice(server: PostgreSQL) -> None:
    """It is killed while threads ask, and started again."""
    # fsync is off for the tests; that counts where the machine itself ends.
    engine = sqlalchemy.create_engine(server.url("psycopg"), poolclass=NullPool)
    nonces = SQLNonces(engine, "restarted")
    nonces.create_table()
    assert_a_restart_accepts_nothing_twice(nonces, server)
