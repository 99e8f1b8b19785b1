"""How a nonce is kept: under which key, for how long, and what a store that fails is."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from ..encoding import octets_of
from ..errors import NonceStoreUnavailable

__all__ = ["digest_of", "expecting_answers", "seconds_kept"]


def digest_of(parts: Collection[str]) -> bytes:
    """Return the 16 octets under which a key is kept, however long its parts are.

    Their lengths come first, so that no character can move from one part into another.

    >>> digest_of(("ab", "c", "1", "n")) == digest_of(("a", "bc", "1", "n"))
    False
    """
    text = f"{[*map(len, parts)]}{''.join(parts)}"
    return hashlib.blake2b(octets_of(text), digest_size=16).digest()


def seconds_kept(expires: int, now: int) -> int:
    """Return how long to remember: a second longer than asked, as the last one counts whole."""
    return max(expires - now, 0) + 1


@contextmanager
def expecting_answers(store: str) -> Iterator[None]:
    """Raise NonceStoreUnavailable for whatever goes wrong within.

    A client may raise its own errors, those of sockets, or, where it reads nonsense, any
    other. The message has none of their text, in which an address or a password may stand.
    """
    try:
        yield
    except Exception as exc:
        raise NonceStoreUnavailable(
            f"The nonces in {store} cannot be reached: {type(exc).__name__}."
        ) from exc
