"""An HMAC whose key stays the same (RFC 2104 section 4)."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

__all__ = ["KeyedHash"]

_digest = hmac.digest  # as it is here, to tell what a program has put in its place

_INNER = bytes(octet ^ 0x36 for octet in range(256))
_OUTER = bytes(octet ^ 0x5C for octet in range(256))


class KeyedHash:
    """Makes HMACs, and keeps what the last key made of a hash, to go on from there.

    It belongs to one signer, whose secret it holds; another key takes the place of the last.
    Free to share between threads. Copied by itself, or pickled, it is empty.

    >>> import hmac
    >>> KeyedHash().digest(b"key", b"text", "sha1") == hmac.digest(b"key", b"text", "sha1")
    True
    """

    def __init__(self) -> None:
        self._kept: tuple[bytes, str, Any, Any] | None = None

    def __reduce__(self) -> tuple[type[KeyedHash], tuple[()]]:
        return KeyedHash, ()

    def digest(self, key: bytes, text: bytes, hash_name: Any) -> bytes:
        """Return what ``hmac.digest`` does, which also takes a function such as hashlib.sha1."""
        if type(hash_name) is not str or hmac.digest is not _digest:
            return hmac.digest(key, text, hash_name)
        kept = self._kept
        if kept is None or kept[0] != key or kept[1] != hash_name:
            kept = self._kept = (key, hash_name, *_keyed(key, hash_name))
        inner, outer = kept[2].copy(), kept[3].copy()
        inner.update(text)
        outer.update(inner.digest())
        digest: bytes = outer.digest()
        return digest


def _keyed(key: bytes, hash_name: str) -> tuple[Any, Any]:
    """Return the inner and the outer hash, each with the padded key in it."""
    size = hashlib.new(hash_name).block_size
    block = key if len(key) <= size else hashlib.new(hash_name, key).digest()
    block = block.ljust(size, b"\0")
    return (
        hashlib.new(hash_name, block.translate(_INNER)),
        hashlib.new(hash_name, block.translate(_OUTER)),
    )
