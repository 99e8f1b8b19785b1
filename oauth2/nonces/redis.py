"""Nonces in Redis, or in what speaks its protocol (Valkey, Redis Cluster).

Nothing here imports a client: hand over one of redis-py (``pip install 'oauth2[redis]'``), or
another that has its `set`.
"""

from __future__ import annotations

import base64
from typing import Any

from .keeping import digest_of, expecting_answers, seconds_kept
from .store import NonceKey

__all__ = ["AsyncRedisNonces", "RedisNonces"]


class _SetCommand:
    """The one command, ``SET key 1 EX seconds NX``, and what the answer to it means."""

    def __init__(self, client: Any, prefix: str = "oauth2:nonce:") -> None:
        if isinstance(client, type):
            raise TypeError(f"client: expected a client of Redis, got the class {client.__name__}")
        if not callable(getattr(client, "set", None)):
            raise TypeError(f"client: expected a client of Redis, got {type(client).__name__}")
        self._client = client
        self.prefix = prefix

    def __repr__(self) -> str:
        return f"{type(self).__name__}(prefix={self.prefix!r})"

    def _send(self, key: NonceKey, expires: int, now: int) -> Any:
        name = base64.urlsafe_b64encode(digest_of(key)).rstrip(b"=").decode("ascii")
        return self._client.set(self.prefix + name, 1, ex=seconds_kept(expires, now), nx=True)


def _is_fresh(answer: object) -> bool:
    """Return whether the key was set; raise TypeError for what is no answer to ``SET … NX``."""
    if answer is not None and answer is not True:
        raise TypeError(f"SET … NX: expected True or None, got {type(answer).__name__}")
    return answer is True


class RedisNonces(_SetCommand):
    """Nonces in Redis, one key each, remembered in one round trip; a `NonceStore`.

    ::

        client = redis.Redis(host, socket_timeout=1, socket_connect_timeout=1)
        verifier = oauth2.Verifier(find_consumer, nonces=RedisNonces(client))

    Give the client both timeouts: without them it may wait for ever for a server that has
    stopped. Where it retries by itself, it may repeat what was done already; the request is then
    refused as a replay, though it was none: ``retry=Retry(NoBackoff(), 0)`` makes that a 503.
    A `redis.cluster.RedisCluster` does as well: nonces spread over all its nodes.

    Redis must forget none before its time: ``maxmemory-policy noeviction`` (the default; when
    full, it refuses), and ``appendonly yes`` with ``appendfsync always`` where a crash of the
    machine may lose none, either. A replica that takes over before it has all that the
    other had lets a replay of the last moments in. Raises TypeError for what is not such a client.
    """

    def remember(self, key: NonceKey, expires: int, now: int) -> bool:
        """Remember a key as `NonceStore.remember` says; raises NonceStoreUnavailable."""
        with expecting_answers("Redis"):
            answer = self._send(key, expires, now)
            if not hasattr(answer, "__await__"):
                return _is_fresh(answer)
        getattr(answer, "close", int)()  # or Python warns of a coroutine that was never awaited
        raise TypeError("client: expected one of redis, got one to await: use AsyncRedisNonces")


class AsyncRedisNonces(_SetCommand):
    """The same, with a client of `redis.asyncio`; an `AsyncNonceStore`."""

    async def remember(self, key: NonceKey, expires: int, now: int) -> bool:
        """Remember a key as `NonceStore.remember` says; raises NonceStoreUnavailable."""
        with expecting_answers("Redis"):
            answer = self._send(key, expires, now)
            if hasattr(answer, "__await__"):
                return _is_fresh(await answer)
        raise TypeError("client: expected one of redis.asyncio, got another: use RedisNonces")
