"""Two base strings, with what differs marked."""

from __future__ import annotations

import pytest

from oauth2.sandbox.side_by_side import pieces, side_by_side

BASE = "GET&http%3A%2F%2Fa.example%2F&"


def marked(text: str, spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [piece.text for piece in pieces(text, spans) if piece.differs]


@pytest.mark.parametrize(
    ("signed", "expected", "ours", "theirs"),
    [
        ("a%3Db", "a%3Dc", ["b"], ["c"]),
        ("a%3Db%2520c", "a%3Db%2Bc", ["%2520"], ["%2B"]),
        ("a%3Db%26c%3Dd", "c%3Dd", ["&a%3Db"], []),
        ("a%3Db", "a%3Db%26c%3Dd", [], ["%26c%3Dd"]),
        (
            "a%3D1%26b%3Dx%26c%3Dd%26e%3Df",
            "a%3D2%26b%3Dx%26e%3Df%26z%3D",
            ["1", "%26c%3Dd"],
            ["2", "%26z%3D"],
        ),
    ],
)  # fmt: skip
def test_what_differs_is_marked(
    signed: str, expected: str, ours: list[str], theirs: list[str]
) -> None:
    """A pair that is in one alone does not make all that follows differ."""
    strings = side_by_side(BASE + signed, BASE + expected)
    assert strings.signed
    assert strings.expected
    assert marked(strings.signed, strings.signed_marks) == ours
    assert marked(strings.expected, strings.expected_marks) == theirs
    assert strings.rows[0].differs


def test_the_same_has_no_marks() -> None:
    """And no rows."""
    assert side_by_side(BASE, BASE) == (BASE, BASE, (), (), ())
    assert side_by_side(None, BASE) == (None, BASE, (), (), ())


def test_very_many_pairs_are_marked_as_well() -> None:
    """In time linear in their number."""
    pairs = "%26".join([f"p{number}%3Dv" for number in range(1000)])
    strings = side_by_side(BASE + pairs, BASE + pairs.replace("p999%3Dv", "p999%3Dw"))
    assert strings.signed
    assert marked(strings.signed, strings.signed_marks) == ["v"]
