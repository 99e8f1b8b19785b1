"""The known names that are most like one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["suggestion"]


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return `` (did you mean …?)`` for an error message, or "" where no known name is like it.

    >>> suggestion("twiter", ["tumblr", "twitter"])
    ' (did you mean twitter?)'
    """
    close = get_close_matches(name, list(known))
    return f" (did you mean {' or '.join(close)}?)" if close else ""
