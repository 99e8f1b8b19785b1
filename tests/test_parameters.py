"""Parameters as pairs, grouped and flat (RFC 5849 section 3.4.1.3.1)."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings, strategies as st

from oauth2.parameters import (
    decode_pairs,
    flat_pairs,
    grouped,
    plain_dict,
    text_dict,
    without,
    without_names,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
PAIRS = st.lists(st.tuples(TEXTS, TEXTS), max_size=6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=1&oauth_token=t&b=2", "a=1&b=2"),
        ("oauth_token=t", ""),
        ("oauth_token", ""),
        ("oauth%5Ftoken=t&a", "a"),
        ("a=%2b&b=+&c", "a=%2b&b=+&c"),
        ("two+words=1&a", "a"),
        ("two%20words=1&a", "a"),
        ("a=oauth_token", "a=oauth_token"),
        ("oauth_token_x=1", "oauth_token_x=1"),
        ("a&&b", "a&&b"),
        ("", ""),
    ],
)
def test_pairs_are_left_out_by_name(text: str, expected: str) -> None:
    """The name is compared decoded, and what stays is kept as it is written."""
    assert without_names(text, {"oauth_token", "two words"}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a", [("a", "")]),
        ("a=", [("a", "")]),
        ("=b", [("", "b")]),
        ("=", [("", "")]),
        ("a=b=c", [("a", "b=c")]),
        ("a=1&a=1", [("a", "1"), ("a", "1")]),
        ("a=1&&b=2&", [("a", "1"), ("b", "2")]),
        ("b=%2541", [("b", "%41")]),
        ("a+b=c+d", [("a b", "c d")]),
        ("a%2Bb=%2B", [("a+b", "+")]),
        ("a=%E9", [("a", "\udce9")]),
        ("a=%C3%A9", [("a", "\u00e9")]),
        ("a=%zz&b=%", [("a", "%zz"), ("b", "%")]),
        ("a=1;b=2", [("a", "1;b=2")]),
        ("a%26b=c%3Dd", [("a&b", "c=d")]),
        ("f%5Ba%5D=1", [("f[a]", "1")]),
    ],
)
def test_query_or_form_is_decoded_into_pairs(text: str, expected: list[tuple[str, str]]) -> None:
    """Blank values are pairs, equal pairs are two, ``+`` is a space, escapes go once."""
    assert decode_pairs(text) == expected


@settings(deadline=None)
@given(PAIRS)
def test_what_the_standard_library_encodes_is_decoded(pairs: list[tuple[str, str]]) -> None:
    """A form that urllib writes is read as it was, and as urllib reads it."""
    text = urlencode(pairs)
    assert decode_pairs(text) == parse_qsl(text, keep_blank_values=True) == pairs


def test_grouped_makes_a_list_of_a_repeated_name() -> None:
    """Order is kept, and equal values are two."""
    pairs = [("a", "2"), ("b", ""), ("a", "1"), ("a", "1")]
    assert grouped(pairs) == {"a": ["2", "1", "1"], "b": ""}


def test_flat_pairs_makes_a_pair_of_every_element() -> None:
    """A list gives as many pairs as it has elements, none for an empty one."""
    assert flat_pairs({"a": ["2", "1"], "b": 3, "c": [], "d": None}) == [
        ("a", "2"),
        ("a", "1"),
        ("b", 3),
        ("d", None),
    ]


@settings(deadline=None)
@given(PAIRS)
def test_flat_pairs_undoes_grouped(pairs: list[tuple[str, str]]) -> None:
    """No pair is lost on the way through a dict."""
    assert sorted(flat_pairs(grouped(pairs))) == sorted(pairs)


@pytest.mark.parametrize(
    ("items", "others", "expected"),
    [
        ("aab", "a", ["a", "b"]),
        ("ab", "ba", []),
        ("a", "aa", []),
        ("abc", "", ["a", "b", "c"]),
        ("", "a", []),
        ("cab", "xa", ["c", "b"]),
    ],
)
def test_items_are_left_out_one_for_one(items: str, others: str, expected: list[str]) -> None:
    """Each of the others takes away one equal item, and the order stays."""
    assert without(items, others) == expected


@pytest.mark.parametrize("make", [plain_dict, text_dict])
def test_a_mapping_is_made_a_dict(make: Callable[[Any], Any]) -> None:
    """A string is one value, and a list has its own."""
    assert make(MappingProxyType({"a": "xy", "b": ["1", "2"]})) == {"a": "xy", "b": ["1", "2"]}


@pytest.mark.parametrize(
    ("make", "given"), [(plain_dict, MappingProxyType({"weight": {}})), (text_dict, {"weight": {}})]
)
def test_a_value_that_has_parts_is_told_by_its_name(make: Callable[[Any], Any], given: Any) -> None:
    """TypeError has it, and the type of the value."""
    with pytest.raises(TypeError, match=r"^weight: expected str, .*, got dict$"):
        make(given)
