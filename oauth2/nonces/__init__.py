"""Stores of nonces, so that a request is accepted once (RFC 5849 section 3.3)."""

from __future__ import annotations

from .checking import check as check, check_async as check_async
from .memory import MemoryNonces as MemoryNonces
from .store import (
    AsyncNonceStore as AsyncNonceStore,
    NonceKey as NonceKey,
    NonceStore as NonceStore,
)

__all__ = [
    "AsyncNonceStore",
    "MemoryNonces",
    "NonceKey",
    "NonceStore",
    "check",
    "check_async",
]
