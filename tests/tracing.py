"""What a call takes of memory, whatever the threads of other tests still do."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["traced"]

LONG = 600.0


@contextmanager
def traced() -> Iterator[None]:
    """Trace what is allocated; other threads run only where this one waits."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(LONG)
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()
        sys.setswitchinterval(interval)
