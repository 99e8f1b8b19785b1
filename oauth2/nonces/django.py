"""Nonces in a cache of Django that machines share: Redis or memcached."""

from __future__ import annotations

from typing import Any

try:
    from django.core.cache import caches
    from django.core.cache.backends.db import DatabaseCache
    from django.core.cache.backends.dummy import DummyCache
    from django.core.cache.backends.filebased import FileBasedCache
    from django.core.cache.backends.locmem import LocMemCache
except ImportError as exc:
    hint = "oauth2.nonces.django needs the extra 'django'"
    raise ImportError(f"{hint}: python -m pip install 'oauth2[django]'") from exc

from .keeping import digest_of, expecting_answers, seconds_kept
from .store import NonceKey

__all__ = ["DjangoCacheNonces"]

_REFUSED = {
    DummyCache: "it remembers nothing",
    LocMemCache: "each process has its own",
    FileBasedCache: "its add is not atomic, and it drops live entries",
    DatabaseCache: "it drops live entries beyond MAX_ENTRIES, and hides errors: use SQLNonces",
}


class DjangoCacheNonces:
    """Nonces in a cache of Django's settings, one entry each, by `cache.add`; a `NonceStore`.

    ``alias`` is that of ``CACHES``. Raises ValueError where that is a cache that loses nonces:
    local memory, files, a table, and the dummy; a class that inherits from one is one.

    memcached forgets all when it restarts, and what is old when it is full, and then lets replays
    in: give it memory for all that is live, or take Redis. The timeouts are those of the client:
    in ``OPTIONS`` ``{"socket_timeout": 1, "socket_connect_timeout": 1}`` for Redis (more of it
    is said at `oauth2.nonces.redis.RedisNonces`), ``{"timeout": 1, "connect_timeout": 1}`` for
    PyMemcache. A client that hides its errors has every request refused while it fails.
    """

    def __init__(self, alias: str = "default") -> None:
        self.alias = alias
        cache = caches[alias]
        for refused, reason in _REFUSED.items():
            if isinstance(cache, refused):
                kind = type(cache).__name__
                raise ValueError(f"alias: {alias!r} is {kind}, which loses nonces: {reason}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(alias={self.alias!r})"

    def remember(self, key: NonceKey, expires: int, now: int) -> bool:
        """Remember a key as `NonceStore.remember` says; raises NonceStoreUnavailable."""
        name, seconds = f"oauth2:nonce:{digest_of(key).hex()}", seconds_kept(expires, now)
        with expecting_answers("Django's cache"):
            # Looked up each time: it is another object in each thread.
            return _require_bool(caches[self.alias].add(name, 1, timeout=seconds))


def _require_bool(answer: Any) -> bool:
    if not isinstance(answer, bool):
        raise TypeError(f"add: expected True or False, got {type(answer).__name__}")
    return answer
