"""Nonces in the memory of one process."""

from __future__ import annotations

import time
from _thread import allocate_lock  # threading itself takes 1 ms to load

from ..errors import NonceStoreFull
from .keeping import digest_of
from .store import NonceKey

__all__ = ["MemoryNonces"]

_OWNER = 8  # octets before a digest, which tell the consumer


class MemoryNonces:
    """Nonces in the memory of one process, safe under threads.

    Each takes some 110 bytes, and each consumer as many. A live nonce is never forgotten: when
    there are ``max_entries`` of them, or ``max_per_consumer`` of one consumer, a further one is
    refused by NonceStoreFull. The second is nine tenths of the first unless it is given, so that
    no consumer alone keeps others out. A nonce lives until it expires, and until as much time has
    really passed, as a clock may jump ahead and back.

    A restart forgets all: what was sent up to ``timestamp_threshold`` before can then be replayed
    once. Each process remembers its own: where several serve, each lets a replay in once, so give
    them a store that they share, such as `oauth2.nonces.redis.RedisNonces`. Raises ValueError for
    a bound that is not an int of 1 or more.

    >>> nonces = MemoryNonces()
    >>> nonces.remember(("key", "", "1000", "abc"), expires=1300, now=1000)
    True
    >>> nonces.remember(("key", "", "1000", "abc"), expires=1301, now=1001)
    False
    """

    def __init__(self, max_entries: int = 1_000_000, max_per_consumer: int | None = None) -> None:
        _require_count("max_entries", max_entries)
        if max_per_consumer is not None:
            _require_count("max_per_consumer", max_per_consumer)
        self.max_entries = max_entries
        self.max_per_consumer = max_per_consumer
        self._seen: set[bytes] = set()
        self._per_consumer: dict[bytes, int] = {}
        # By the second when they expire, and by that of the monotonic clock.
        self._expiring: dict[tuple[int, int], list[bytes]] = {}
        self._swept = (0, 0)
        self._lock = allocate_lock()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(max_entries={self.max_entries})"

    def __len__(self) -> int:
        return len(self._seen)

    def remember(self, key: NonceKey, expires: int, now: int) -> bool:
        """Remember a key as `NonceStore.remember` says; raises NonceStoreFull."""
        consumer = hash(key[0]).to_bytes(_OWNER, "big", signed=True)  # enough in one process
        digest = consumer + digest_of(key)
        passed = int(time.monotonic())
        with self._lock:
            if (now, passed) != self._swept:
                self._forget_expired(now, passed)
            if digest in self._seen:
                return False
            if len(self._seen) >= self.max_entries:
                raise NonceStoreFull(f"No room for another nonce beside {len(self._seen)}.")
            own = self._per_consumer.get(consumer, 0)
            # Told afresh each time, as a program may set max_entries when all is set up.
            if own >= (self.max_per_consumer or self.max_entries - self.max_entries // 10):
                raise NonceStoreFull(f"No room for another nonce of one consumer beside {own}.")
            self._seen.add(digest)
            self._per_consumer[consumer] = own + 1
            self._expiring.setdefault((expires, passed + expires - now), []).append(digest)
            return True

    def _forget_expired(self, now: int, passed: int) -> None:
        self._swept = now, passed
        for ends in [ends for ends in self._expiring if ends[0] < now and ends[1] < passed]:
            for digest in self._expiring.pop(ends):
                self._seen.remove(digest)
                consumer = digest[:_OWNER]
                self._per_consumer[consumer] -= 1
                if not self._per_consumer[consumer]:
                    del self._per_consumer[consumer]


def _require_count(name: str, value: object) -> None:
    if not isinstance(value, int) or value < 1:
        raise ValueError(f"{name}: expected an int of 1 or more, got {value!r}")
