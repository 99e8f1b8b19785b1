"""JSON laid out and coloured for a terminal, fast enough for megabytes of it."""

from __future__ import annotations

import gc
import json
from json.encoder import encode_basestring
from typing import Any

from rich.console import Console

from ..redaction import printable

__all__ = ["laid_out"]

_INDENT = "  "
_WORDS = {True: "true", False: "false", None: "null"}
_STYLE_OF_WORD = {True: "json.bool_true", False: "json.bool_false", None: "json.null"}


class _Number(str):
    """A number as it was written: a float would round it."""

    __slots__ = ()


class _Pairs(list[Any]):
    """An object as it was written: a dict would drop all but the last pair of a name."""

    __slots__ = ()


def laid_out(text: str, console: Console) -> str:
    """Return JSON with a line for each value, in the colours of a console, if it has any.

    Characters that would steer a terminal are replaced or escaped. Raises ValueError for what
    is not JSON, and RecursionError for too many brackets.
    """
    kinds: Any = {"parse_float": _Number, "parse_int": _Number, "parse_constant": _Number}
    layout = _Layout(console)
    gc.disable()  # or half of the time would go into a search for garbage where there is none
    try:
        layout.add(json.loads(text, object_pairs_hook=_Pairs, **kinds), "\n")
    finally:
        gc.enable()
    return "".join(layout.pieces)


class _Layout:
    """The pieces of what is shown; rich itself would take long to style each of them."""

    def __init__(self, console: Console) -> None:
        self.pieces: list[str] = []
        self._name = _codes("json.key", console)
        self._text = _codes("json.str", console)
        self._number = _codes("json.number", console)
        brace_on, brace_off = _codes("json.brace", console)
        self._braces = {mark: f"{brace_on}{mark}{brace_off}" for mark in ("{", "}", "[", "]")}
        codes = {value: _codes(style, console) for value, style in _STYLE_OF_WORD.items()}
        self._words = {value: word.join(codes[value]) for value, word in _WORDS.items()}

    def add(self, value: Any, line: str) -> None:
        """Add a value; ``line`` is what begins a line at its depth."""
        kind = type(value)
        if kind is str:
            self._add_text(value, self._text)
        elif kind is _Number:
            on, off = self._number
            self.pieces.append(f"{on}{value}{off}")
        elif kind is _Pairs:
            self._add_pairs(value, line)
        elif kind is list:
            self._add_list(value, line)
        else:
            self.pieces.append(self._words[value])

    def _add_text(self, value: str, codes: tuple[str, str]) -> None:
        encoded = encode_basestring(value)
        if not encoded.isprintable():
            encoded = printable(encoded)
        on, off = codes
        self.pieces.append(f"{on}{encoded}{off}")

    def _add_pairs(self, pairs: _Pairs, line: str) -> None:
        pieces, inner = self.pieces, line + _INDENT
        pieces.append(self._braces["{"])
        before = inner
        for name, value in pairs:
            pieces.append(before)
            self._add_text(name, self._name)
            pieces.append(": ")
            self.add(value, inner)
            before = f",{inner}"
        pieces.append(f"{line if pairs else ''}{self._braces['}']}")

    def _add_list(self, values: list[Any], line: str) -> None:
        pieces, inner = self.pieces, line + _INDENT
        pieces.append(self._braces["["])
        before = inner
        for value in values:
            pieces.append(before)
            self.add(value, inner)
            before = f",{inner}"
        pieces.append(f"{line if values else ''}{self._braces[']']}")


def _codes(style: str, console: Console) -> tuple[str, str]:
    """Return what switches a style on and off on this console."""
    with console.capture() as captured:
        console.print("x", style=style, end="")
    before, _, after = captured.get().partition("x")
    return before, after
