"""Two lists of parameters side by side, with the octets marked in which they differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import NamedTuple, Optional, TypeVar

from ..encoding import unescape
from ..redaction import HIDDEN, SECRET_PARAMETERS
from .basestring import BaseString

__all__ = [
    "Row",
    "Span",
    "Values",
    "align",
    "fully_decoded",
    "has_secrets",
    "marks",
    "paired_by",
    "rows",
]

Span = tuple[int, int]
Item = TypeVar("Item")
Values = tuple[Optional[str], Optional[str]]

_ALL_HIDDEN = ((0, len(HIDDEN)),)
# A bound for hostile text: nobody encodes a value more often than this by mistake.
_MOST_ENCODINGS = 3
# An escape, also one that was encoded again, or any other character that may need one.
_parted = re.compile(r"((?:%(?:25)*[0-9A-Fa-f]{2}|[^A-Za-z0-9])+)").split
# One escape, or one character.
_octets = re.compile(r"%(?:25)*[0-9A-Fa-f]{2}|.", re.S).findall


class Row(NamedTuple):
    """The values of one name in two base strings; None where one has no such parameter.

    ``our_marks`` and ``their_marks`` are the spans, (start, end), of what differs.
    A value that may be a secret is ``***``. A row that is no parameter is the method
    or a part of the URI.
    """

    name: str
    ours: str | None
    theirs: str | None
    our_marks: tuple[Span, ...] = ()
    their_marks: tuple[Span, ...] = ()
    is_parameter: bool = True

    @property
    def differs(self) -> bool:
        """Whether the two are not the same."""
        return self.ours != self.theirs or bool(self.our_marks or self.their_marks)


def rows(ours: BaseString, theirs: BaseString, aligned: list[tuple[str, Values]]) -> list[Row]:
    """Return method, the parts of the URI and what `align` made of the parameters as rows."""
    head = [("method", ours.method, theirs.method)]
    head += zip(ours.uri_parts()._fields, ours.uri_parts(), theirs.uri_parts())
    return [
        Row(name, mine, other, *marks(mine, other), is_parameter=False)
        for name, mine, other in head
        if mine or other
    ] + [_row(name, values) for name, values in aligned]


def has_secrets(*bases: BaseString) -> bool:
    """Tell whether any of these has something that its rows hide, as it may be a secret."""
    return any(
        "@" in base.uri or name in SECRET_PARAMETERS or value == HIDDEN
        for base in bases
        for name, value in (("", ""), *base.parameters)
    )


hides = has_secrets  # its name in 2.1


def _row(name: str, values: Values) -> Row:
    ours, theirs = values
    our_marks, their_marks = marks(ours, theirs)
    if name in SECRET_PARAMETERS:
        ours, theirs = ours and HIDDEN, theirs and HIDDEN
        our_marks, their_marks = our_marks and _ALL_HIDDEN, their_marks and _ALL_HIDDEN
    return Row(name, ours, theirs, our_marks, their_marks)


def align(ours: BaseString, theirs: BaseString) -> list[tuple[str, Values]]:
    """Pair the values of each name, sorted by it; None stands where one side has none.

    Of a repeated name the equal values make pairs, then those that are the same but for
    their encoding, then the others in their order.
    """
    names: dict[str, tuple[list[str], list[str]]] = {}
    for side, base in enumerate((ours, theirs)):
        for name, value in base.parameters:
            names.setdefault(name, ([], []))[side].append(value)
    return [(name, values) for name in sorted(names) for values in _paired(*names[name])]


def _paired(ours: list[str], theirs: list[str]) -> Iterator[Values]:
    for key in (str, fully_decoded):
        pairs, ours, theirs = paired_by(key, ours, theirs)
        yield from pairs
    for mine, other in zip_longest(sorted(ours), sorted(theirs)):
        # A Server hides passwords in the base strings of its errors.
        is_hidden = HIDDEN in (mine, other) and None not in (mine, other)
        yield (HIDDEN, HIDDEN) if is_hidden else (mine, other)


def paired_by(
    key: Callable[[Item], str], ours: list[Item], theirs: list[Item]
) -> tuple[list[tuple[Item, Item]], list[Item], list[Item]]:
    """Pair items that have one key; return the pairs and what is left of either list."""
    waiting: dict[str, list[Item]] = {}
    for item in theirs:
        waiting.setdefault(key(item), []).append(item)
    pairs, rest = [], []
    for item in ours:
        same = waiting.get(key(item))
        if same:
            pairs.append((item, same.pop()))
        else:
            rest.append(item)
    return pairs, rest, [item for items in waiting.values() for item in items]


def fully_decoded(text: str) -> str:
    """Decode a text as often as somebody may have encoded it, ``+`` to a space, too."""
    for _ in range(_MOST_ENCODINGS):
        text = unescape(text)
    return text.replace("+", " ").strip()


plain = fully_decoded  # its name in 2.1


def marks(ours: str | None, theirs: str | None) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Return the spans of what differs in either text, in time linear in their length.

    >>> marks("a%20b%20c", "a+b+c")
    (((1, 4), (5, 8)), ((1, 2), (3, 4)))
    """
    if ours is None or theirs is None:
        return _spans([(0, len(ours or ""))]), _spans([(0, len(theirs or ""))])
    mine, others = _parted(ours), _parted(theirs)
    if len(mine) != len(others):
        mine, others = [ours], [theirs]
    our_spans, their_spans = [], []
    our_start = their_start = 0
    for one, other in zip(mine, others):
        before, after = _common_lengths(_octets(one), _octets(other))
        our_spans.append((our_start + before, our_start + len(one) - after))
        their_spans.append((their_start + before, their_start + len(other) - after))
        our_start += len(one)
        their_start += len(other)
    return _spans(our_spans), _spans(their_spans)


def _spans(spans: list[Span]) -> tuple[Span, ...]:
    """Leave empty spans out, and join those that touch."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and joined[-1][1] == start < end:
            joined[-1] = joined[-1][0], end
        elif start < end:
            joined.append((start, end))
    return tuple(joined)


def _common_lengths(one: list[str], other: list[str]) -> tuple[int, int]:
    """Return how many characters of two lists of octets are the same at their starts and ends."""
    before = _common(one, other)
    after = _common(one[before:][::-1], other[before:][::-1])
    return len("".join(one[:before])), len("".join(one[len(one) - after :]))


def _common(one: list[str], other: list[str]) -> int:
    if one == other:
        return len(one)
    pairs = enumerate(zip(one, other))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
