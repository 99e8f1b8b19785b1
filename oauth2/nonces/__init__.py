"""Stores of nonces, so that a request is accepted once (RFC 5849 section 3.3)."""

from __future__ import annotations

from .memory import MemoryNonces as MemoryNonces
from .store import (
    AsyncNonceStore as AsyncNonceStore,
    NonceKey as NonceKey,
    NonceStore as NonceStore,
)

__all__ = ["AsyncNonceStore", "MemoryNonces", "NonceKey", "NonceStore"]
