"""Wait for an event, and not for a time that is too short on a machine with much to do."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

SECONDS = 30


def wait_until(is_so: Callable[[], object]) -> None:
    """Fail when this does not happen for half a minute."""
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "this did not happen"
        time.sleep(0.01)


def wait_until_idle(pid: int) -> None:
    """Wait until the main thread of a process sleeps, as it does while it reads, or has ended.

    Python overlooks a signal that arrives after it looked for one and before it reads, and a
    prompt for a secret throws away what was typed before it.
    """
    wait_until(lambda: _state(pid) in ("S", "Z", ""))


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    except (FileNotFoundError, ProcessLookupError):
        return ""
