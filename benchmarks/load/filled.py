"""What a nonce takes in each store, and what a check takes beside a million that are live."""

from __future__ import annotations

import base64
import contextlib
import csv
import multiprocessing
import os
import secrets
import sqlite3
import statistics
import subprocess
import time
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import redis
import sqlalchemy
from programs import path_of
from stores import running_redis

from load.nonces import TABLE, open_nonces
from load.places import opened
from oauth2.nonces import NonceStore

__all__ = ["KEPT", "Filled", "measured", "redis_rates"]

KEPT = 601
"""Seconds for which a nonce is kept at most: twice timestamp_threshold, and one."""
_ROUNDS, _CHECKS, _WARMING = 21, 100, 200
_BATCH = 10_000


class Filled(NamedTuple):
    """Octets a nonce, and microseconds of a check, with none and with many that are live."""

    octets: float
    alone: float
    among_many: float


def measured(name: str, count: int) -> Filled:
    """Fill a place of `load.places` in a process of its own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as process:
        return process.submit(_measured, name, count).result()


def _measured(name: str, count: int) -> Filled:
    with opened(name) as place:
        nonces = open_nonces(place.url)
        alone = _microseconds(nonces)
        before = place.octets()
        _fill(place.url, nonces, count)
        octets = (place.octets() - before) / count
        return Filled(octets, alone, _microseconds(nonces))


def _microseconds(nonces: NonceStore) -> float:
    """Return the median of some rounds, each the mean of a hundred fresh nonces, which it adds."""
    now = int(time.time())
    _remember(nonces, _WARMING, now)
    rounds = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        _remember(nonces, _CHECKS, now)
        rounds.append((time.perf_counter() - started) / _CHECKS * 1e6)
    return statistics.median(rounds)


def _remember(nonces: NonceStore, count: int, now: int) -> None:
    for _ in range(count):
        if not nonces.remember(("key", "token", str(now), secrets.token_hex(16)), now + 600, now):
            raise ValueError("a fresh nonce was refused")


def _fill(url: str, nonces: NonceStore, count: int) -> None:
    """Add so many nonces as the store does, but many at a time."""
    if url.startswith("redis"):
        _fill_redis(url, count)
    elif url.startswith("postgresql"):
        _fill_postgresql(url, count)
    elif url.startswith("sqlite"):
        _fill_sqlite(url, count)
    else:
        _remember(nonces, count, int(time.time()))


def _fill_redis(url: str, count: int) -> None:
    with redis.Redis.from_url(url) as client:
        for start in range(0, count, _BATCH):
            batch = client.pipeline(transaction=False)
            for _ in range(min(_BATCH, count - start)):
                name = base64.urlsafe_b64encode(os.urandom(16)).rstrip(b"=").decode("ascii")
                batch.set(f"oauth2:nonce:{name}", 1, ex=KEPT, nx=True)
            batch.execute()


def _fill_postgresql(url: str, count: int) -> None:
    rows = sqlalchemy.text(
        f"INSERT INTO {TABLE} SELECT decode(md5(number::text), 'hex'), :expires"
        " FROM generate_series(1, :count) AS number"
    )
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        connection.execute(rows, {"expires": int(time.time()) + KEPT, "count": count})
    engine.dispose()


def _fill_sqlite(url: str, count: int) -> None:
    expires = int(time.time()) + KEPT
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        rows = ((os.urandom(16), expires) for _ in range(count))
        connection.executemany(f"INSERT INTO {TABLE} VALUES (?, ?)", rows)
        connection.commit()


def redis_rates(count: int) -> dict[str, float]:
    """Return the commands a second of one Redis, by how soon its file is written."""
    return {how: _redis_rate(how, count) for how in ("always", "everysec")}


def _redis_rate(how: str, count: int) -> float:
    with running_redis("--appendfsync", how) as server:
        options = ["-p", str(server.port), "-n", str(count), "-c", "50", "-r", "1000000000"]
        key = "oauth2:nonce:0123456789__rand_int__"  # as long as that of a nonce
        command = [path_of("redis-benchmark"), *options, "--csv"]
        command += ["SET", key, "1", "EX", str(KEPT), "NX"]
        told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return float(list(csv.reader(told.splitlines()))[-1][1])
