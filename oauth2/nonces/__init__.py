"""Stores of nonces, so that a request is accepted once (RFC 5849 section 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .memory import MemoryNonces as MemoryNonces
from .store import (
    AsyncNonceStore as AsyncNonceStore,
    NonceKey as NonceKey,
    NonceStore as NonceStore,
)

if TYPE_CHECKING:
    from .checking import check as check, check_async as check_async

__all__ = [
    "AsyncNonceStore",
    "MemoryNonces",
    "NonceKey",
    "NonceStore",
    "check",
    "check_async",
]


def __getattr__(name: str) -> Any:
    """Load the test of stores when it is asked for: who verifies does without it."""
    if name in ("check", "check_async"):
        from . import checking

        return getattr(checking, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
