"""DjangoCacheNonces: on Django's own cache of Redis, and on no cache that loses nonces."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.test.utils import override_settings
from nonce_keys import KEY
from redis.backoff import NoBackoff
from redis.retry import Retry
from stores import Redis, running_redis

from oauth2 import NonceStoreUnavailable
from oauth2.nonces.django import DjangoCacheNonces

BACKENDS = "django.core.cache.backends"
OwnLocMem: Any = type("OwnLocMem", (LocMemCache,), {})
OwnFiles: Any = type("OwnFiles", (FileBasedCache,), {})


class Odd:
    """A cache that hides its errors."""

    def __init__(self, name: str, options: object) -> None:
        """Be made as Django makes a cache."""

    def add(self, *args: object, **options: object) -> object:
        """Answer nothing."""
        return None

    def close(self) -> None:
        """Do what Django asks for at the end of each request."""


if not settings.configured:
    settings.configure(USE_TZ=True)


@pytest.fixture(scope="module")
def server() -> Iterator[Redis]:
    """Run a Redis for all tests of this module."""
    with running_redis() as running:
        yield running


@pytest.fixture
def cache(server: Redis) -> Iterator[Any]:
    """Have Django's settings name it, with the timeouts that the docstring advises."""
    server.ask("FLUSHALL")
    options: dict[str, Any] = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
    options["retry"] = Retry(NoBackoff(), 0)
    where = f"redis://127.0.0.1:{server.port}"
    own = {"BACKEND": f"{BACKENDS}.redis.RedisCache", "LOCATION": where, "OPTIONS": options}
    with override_settings(CACHES={"default": own, "other": {**own, "KEY_PREFIX": "other"}}):
        yield caches["default"]
        for each in caches.all():
            each._cache.get_client().close()


def test_a_nonce_is_one_entry_of_fixed_length(server: Redis, cache: Any) -> None:
    """However long its parts are, and with an end."""
    nonces = DjangoCacheNonces()
    long = ("key" * 1000, "", "1000", "nonce\r\n \0")
    answers = [nonces.remember(key, 1300, 1000) for key in (KEY, long, KEY, long)]
    assert answers == [True, True, False, False]
    client = cache._cache.get_client()
    names = client.keys("*")
    assert {len(name) for name in names} == {len(":1:oauth2:nonce:") + 32}
    assert {client.ttl(name) for name in names} <= {300, 301}


def test_it_takes_the_cache_that_is_named(cache: Any) -> None:
    """By the name that it has in the settings."""
    assert DjangoCacheNonces().remember(KEY, 1300, 1000)
    nonces = DjangoCacheNonces(alias="other")
    assert nonces.remember(KEY, 1300, 1000)
    assert repr(nonces) == "DjangoCacheNonces(alias='other')"


@pytest.mark.parametrize(
    ("backend", "told"),
    [
        (f"{BACKENDS}.dummy.DummyCache", "DummyCache, .*: it remembers nothing"),
        (f"{BACKENDS}.locmem.LocMemCache", "LocMemCache, .*: each process has its own"),
        (f"{BACKENDS}.filebased.FileBasedCache", "FileBasedCache, .*: its add is not atomic"),
        (f"{BACKENDS}.db.DatabaseCache", "DatabaseCache, .*: use SQLNonces"),
        (f"{__name__}.OwnLocMem", "OwnLocMem, .*: each process has its own"),
        (f"{__name__}.OwnFiles", "OwnFiles, .*: its add is not atomic"),
    ],
)
def test_a_cache_that_loses_nonces_is_refused(tmp_path: Path, backend: str, told: str) -> None:
    """At once, by its name, and why."""
    with override_settings(CACHES={"default": {"BACKEND": backend, "LOCATION": str(tmp_path)}}):
        with pytest.raises(ValueError, match=f"alias: 'default' is {told}"):
            DjangoCacheNonces()


def test_a_cache_that_hides_its_errors_lets_nobody_in() -> None:
    """Neither True nor False is no answer."""
    with override_settings(CACHES={"default": {"BACKEND": f"{__name__}.Odd"}}):
        with pytest.raises(NonceStoreUnavailable, match=r"^The nonces in Django's cache "):
            DjangoCacheNonces().remember(KEY, 1300, 1000)


def test_a_server_that_stops_or_ends_lets_nobody_in(server: Redis, cache: Any) -> None:
    """And is not waited for; what was remembered before is known after."""
    nonces = DjangoCacheNonces()
    nonces.remember(KEY, 1300, 1000)
    start = time.monotonic()
    server.send(signal.SIGSTOP)
    with pytest.raises(NonceStoreUnavailable):
        nonces.remember(("key", "", "1", "n"), 1300, 1000)
    server.kill()
    with pytest.raises(NonceStoreUnavailable):
        nonces.remember(("key", "", "1", "n"), 1300, 1000)
    assert time.monotonic() - start < 5
    server.start()
    assert not nonces.remember(KEY, 1300, 1000)
