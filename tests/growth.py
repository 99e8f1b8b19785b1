"""Tell linear time from quadratic, on a machine of any speed, and a busy one."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from typing import Any

_TRIES = 4


def assert_linear(call: Callable[[Any], object], text: Sequence[Any]) -> None:
    """Fail unless all of a text takes less than 30 times as long as an eighth of it.

    Linear time gives about 8, quadratic time 64. The least of several tries counts, as a
    machine that is busy adds to each.
    """
    gc.collect()
    gc.disable()  # its work is not linear in what a call makes
    try:
        short = long = float("inf")
        for _ in range(_TRIES):
            short = min(short, spent(call, text[: len(text) // 8]))
            long = min(long, spent(call, text))
            if long < 30 * max(short, 1e-3):
                return
    finally:
        gc.enable()
    raise AssertionError(f"{long:.3f} s against {short:.3f} s for an eighth")


def spent(call: Callable[[Any], object], text: Any) -> float:
    """Return the seconds of processor time of a call."""
    start = time.process_time()
    call(text)
    return time.process_time() - start
