"""What a page needs beside a sandbox: servers that run while it is run, and where they are."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from doc_run import Replaced

Need = Callable[[Path], AbstractContextManager[Replaced]]
"""Given the folder of a page, starts what it needs, and tells what is replaced by what."""

NEEDS: dict[str, Need] = {}
"""By page."""


def needed(page: str, folder: Path) -> AbstractContextManager[Replaced]:
    """Return what starts the needs of a page, and ends them."""
    return NEEDS[page](folder) if page in NEEDS else nullcontext({})
