"""Wait for an event, and not for a time that is too short on a machine with much to do."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

SECONDS = 30
_MOMENT = 0.02


def wait_until(is_so: Callable[[], object]) -> None:
    """Fail when this does not happen for half a minute."""
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "this did not happen"
        time.sleep(0.01)


def wait_until_idle(pid: int) -> None:
    """Wait until the main thread of a process sleeps and goes on sleeping, or has ended.

    Python overlooks a signal that arrives after it looked for one and before it reads, and a
    prompt for a secret throws away what was typed before it.
    """
    wait_until(lambda: _is_idle(pid))


def _is_idle(pid: int) -> bool:
    # Two looks, as it also sleeps for a moment where it waits for another of its threads.
    before = _switches(pid)
    time.sleep(_MOMENT)
    return before is not None and before == _switches(pid)


def _switches(pid: int) -> tuple[str, ...] | None:
    """Return state and context switches of the main thread; None where that runs now."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return ()
    fields = tuple(line for line in lines if line.startswith(("State:", "voluntary_ctxt")))
    return None if "R (running)" in fields[0] else fields
