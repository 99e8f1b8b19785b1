"""Tell linear time from quadratic, on a machine of any speed, and a busy one."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

MEASURABLE = 0.002
"""Seconds of processor time that tell a growth; below them the input is made larger."""
LARGEST = 2_000_000
"""The size up to which inputs grow: what is quadratic takes seconds there, at the very least.

Much larger ones leave the caches of the processor, and their time is that of the memory.
"""
_TRIES = 4
_LIMIT = 32


def assert_linear(call: Callable[[Any], object], make: Callable[[int], Any], size: int) -> None:
    """Fail unless an input takes less than 32 times as long as one of an eighth of its size.

    Linear time gives about 8, quadratic time 64. Inputs are made by their size, from the given
    one on, until a call takes long enough to be measured. Where the ratio is too high, one of
    four times the size decides: a step, as where memory is first asked of the system, is passed.
    """
    with _no_collection():
        call(make(size // 8))  # the first call may compile, import and fill caches
        while (long := _least(call, make(size))) < MEASURABLE:
            if 4 * size > LARGEST:
                return
            size *= 4
        if _ratio(call, make, size, long) < _LIMIT:
            return
        ratio = _ratio(call, make, 4 * size, _spent(call, make(4 * size)))
    assert ratio < _LIMIT, f"a size of {4 * size} took {ratio:.1f} times as long as an eighth of it"


def _ratio(
    call: Callable[[Any], object], make: Callable[[int], Any], size: int, long: float
) -> float:
    """Return how many times as long as for an eighth of a size a call takes for all of it.

    That took ``long`` seconds before. The least of several tries counts, as a busy machine adds
    to each; the first ratio within the limit ends them.
    """
    part, whole = make(size // 8), make(size)
    short = _least(call, part)
    for _ in range(_TRIES):
        if long < _LIMIT * short:
            break
        long = min(long, _spent(call, whole))
        short = min(short, _spent(call, part))
    return long / short


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the collector out, whose work is not linear in what a call makes.

    Nothing is collected before: among thousands of tests that takes longer than all calls.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _least(call: Callable[[Any], object], given: Any) -> float:
    """Return the seconds of a call; those of a second one if the first can be measured barely."""
    spent = _spent(call, given)
    return spent if spent > 4 * MEASURABLE else min(spent, _spent(call, given))


def _spent(call: Callable[[Any], object], given: Any) -> float:
    """Return the seconds of processor time of a call, without those of other threads."""
    start = time.thread_time()
    call(given)
    return time.thread_time() - start
