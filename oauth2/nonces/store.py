"""What a store of nonces is (RFC 5849 section 3.3)."""

from __future__ import annotations

from typing import Protocol

__all__ = ["AsyncNonceStore", "NonceKey", "NonceStore"]

NonceKey = tuple[str, str, str, str]


class NonceStore(Protocol):
    """Where a Server remembers nonces: `MemoryNonces`, or a database that processes share."""

    def remember(self, key: NonceKey, expires: int, now: int) -> bool:
        """Remember a key until ``expires`` at least; return False if it is remembered already.

        The key is (consumer key, token key or "", timestamp, nonce), all str; ``expires``
        and ``now`` are seconds since 1970. Test and set must be one atomic step. Raises
        NonceStoreUnavailable where it cannot tell, as what is not known is not fresh.
        """


class AsyncNonceStore(Protocol):
    """A `NonceStore` whose answer is awaited."""

    async def remember(self, key: NonceKey, expires: int, now: int) -> bool:
        """Remember a key as `NonceStore.remember` does."""
