"""The base string that was signed and the one that is expected, for a view side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from ..diagnosis import Row, Span, compare
from ..diagnosis.alignment import marks

__all__ = ["BaseStrings", "Piece", "pieces", "side_by_side"]

# SequenceMatcher takes quadratic time.
_MOST_PARTS = 400
# Method, URI and each pair, with what joins it to the one before.
_parts = re.compile(r"(?:&|%26)(?:(?!&|%26).)*|(?:(?!&|%26).)+", re.S).findall
_joined = re.compile(r"\A(?:&|%26)").sub

Marks = tuple[Span, ...]


class Piece(NamedTuple):
    """A piece of a base string, and whether it differs from the other one."""

    text: str
    differs: bool


class BaseStrings(NamedTuple):
    """The base string that a client signed, and the one that the server expects.

    Either is None where it is not known. The marks are the spans, (start, end), in which they
    differ; ``rows`` compare them part by part, those that differ first, and are empty where
    both are the same, or only one is known. What may be a secret in them is ``***``.
    """

    signed: str | None
    expected: str | None
    signed_marks: Marks = ()
    expected_marks: Marks = ()
    rows: tuple[Row, ...] = ()

    @property
    def are_equal(self) -> bool:
        """Whether both are known, and the same."""
        return self.signed is not None and self.signed == self.expected


def side_by_side(signed: str | None, expected: str) -> BaseStrings:
    """Compare two base strings, the first of which may not be known."""
    if signed is None or signed == expected:
        return BaseStrings(signed, expected)
    rows = sorted(compare(signed, expected).rows, key=lambda row: not row.differs)
    return BaseStrings(signed, expected, *_marks(signed, expected), tuple(rows))


def pieces(text: str, spans: Marks) -> list[Piece]:
    """Cut a text at its marks.

    >>> [piece.text for piece in pieces("a%20b", ((1, 4),))]
    ['a', '%20', 'b']
    """
    cut, end = [], 0
    for start, stop in spans:
        cut += [Piece(text[end:start], False), Piece(text[start:stop], True)]
        end = stop
    return [piece for piece in (*cut, Piece(text[end:], False)) if piece.text]


def _marks(ours: str, theirs: str) -> tuple[Marks, Marks]:
    """Mark what differs, each pair beside its like: a pair that is in one alone moves the rest."""
    mine, others = _parts(ours), _parts(theirs)
    if len(mine) + len(others) > _MOST_PARTS:
        return marks(ours, theirs)
    found: tuple[list[Span], list[Span]] = ([], [])
    our_pairs, their_pairs = [[_joined("", part) for part in parts] for parts in (mine, others)]
    matcher = SequenceMatcher(None, our_pairs, their_pairs, autojunk=False)
    for block in matcher.get_opcodes():
        for side, spans in enumerate(_block_marks(mine, others, *block)):
            found[side].extend(spans)
    return tuple(found[0]), tuple(found[1])


def _block_marks(
    mine: list[str], others: list[str], tag: str, start: int, end: int, start2: int, end2: int
) -> tuple[Iterator[Span], Iterator[Span]]:
    texts = "".join(mine[start:end]), "".join(others[start2:end2])
    spans = ((), ()) if tag == "equal" else marks(*texts)
    before = len("".join(mine[:start])), len("".join(others[:start2]))
    return _moved(spans[0], before[0]), _moved(spans[1], before[1])


def _moved(spans: Marks, by: int) -> Iterator[Span]:
    return ((start + by, end + by) for start, end in spans)
