"""Which lines of `oauth2` an input takes, and after which others."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import Any

import oauth2

from .targets import TARGETS

__all__ = ["further", "reached"]

Arc = tuple[str, int, int]

_PACKAGE = str(Path(oauth2.__file__).parent)


def further(name: str, kept: Iterable[bytes], candidates: Iterable[bytes]) -> list[bytes]:
    """Return the candidates that take a step which neither what is kept nor one before takes."""
    known: set[Arc] = set()
    for data in kept:
        known |= reached(name, data)
    added = []
    for data in candidates:
        arcs = reached(name, data)
        if not arcs <= known:
            known |= arcs
            added.append(data)
    return added


def reached(name: str, data: bytes) -> set[Arc]:
    """Return each step from line to line, with the file; the line before the first is 0."""
    arcs: set[Arc] = set()

    def trace_calls(frame: FrameType, event: str, argument: Any) -> Any:
        file = frame.f_code.co_filename
        if not file.startswith(_PACKAGE):
            return None
        last = 0

        def trace_lines(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal last
            if event == "line":
                arcs.add((file, last, frame.f_lineno))
                last = frame.f_lineno
            return trace_lines

        return trace_lines

    before = sys.gettrace()
    sys.settrace(trace_calls)
    try:
        TARGETS[name](data)
    finally:
        sys.settrace(before)
    return arcs
