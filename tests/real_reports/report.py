"""What a row of the table is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Report(NamedTuple):
    """A kind of fault in a sentence, what shows it, and the right outcome.

    ``shows`` is called without arguments; ``right`` is what it returns, or
    ``"ErrorClass: message"`` of what it raises.
    """

    kind: str
    shows: Callable[[], Any]
    right: Any

    def outcome(self) -> Any:
        """Return what ``shows`` returns, or what it raises, as text."""
        try:
            return self.shows()
        except Exception as exc:
            return f"{type(exc).__name__}: {exc}"
