"""Nonces in the memory of one process."""

from __future__ import annotations

import hashlib
import time
from _thread import allocate_lock  # threading itself takes 1 ms to load

from ..encoding import octets_of
from ..errors import NonceStoreFull
from .store import NonceKey

__all__ = ["MemoryNonces"]


class MemoryNonces:
    """Nonces in the memory of one process, safe under threads.

    Each takes some 110 bytes. A live nonce is never forgotten: when there are
    ``max_entries`` of them, a further one is refused by NonceStoreFull. It lives until it
    expires, and until as much time has really passed, as a clock may jump ahead and back.

    >>> nonces = MemoryNonces()
    >>> nonces.remember(("key", "", "1000", "abc"), expires=1300, now=1000)
    True
    >>> nonces.remember(("key", "", "1000", "abc"), expires=1301, now=1001)
    False
    """

    def __init__(self, max_entries: int = 1_000_000) -> None:
        if not isinstance(max_entries, int) or max_entries < 1:
            raise ValueError(f"max_entries: expected an int of 1 or more, got {max_entries!r}")
        self.max_entries = max_entries
        self._seen: set[bytes] = set()
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
        text = f"{[*map(len, key)]}{''.join(key)}"
        digest = hashlib.blake2b(octets_of(text), digest_size=16).digest()
        passed = int(time.monotonic())
        with self._lock:
            if (now, passed) != self._swept:
                self._forget_expired(now, passed)
            if digest in self._seen:
                return False
            if len(self._seen) >= self.max_entries:
                raise NonceStoreFull(f"No room for another nonce beside {len(self._seen)}.")
            self._seen.add(digest)
            self._expiring.setdefault((expires, passed + expires - now), []).append(digest)
            return True

    def _forget_expired(self, now: int, passed: int) -> None:
        self._swept = now, passed
        for ends in [ends for ends in self._expiring if ends[0] < now and ends[1] < passed]:
            self._seen.difference_update(self._expiring.pop(ends))
