"""The base string (RFC 5849 section 3.4.1), held against the text and against oauthlib."""

from __future__ import annotations

import oauthlib_base_string as oauthlib_signature
import pytest
from hypothesis import given, settings, strategies as st

import oauth2
from oauth2 import normalize
from oauth2.encoding import encoded_pairs
from oauth2.normalize import base_string, encoded_query, joined
from oauth2.parameters import decode_pairs, grouped

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
PAIRS = st.lists(st.tuples(TEXTS, TEXTS), max_size=6)


def test_query_is_encoded_anew_without_the_signature() -> None:
    """The wire's spelling does not count, and oauth_signature is left out of a query too."""
    query = "b+c=%7e&oauth_signature=x%3D&a=%e9"
    assert encoded_query(query, lambda text: grouped(decode_pairs(text))) == ("b%20c ~", "a %E9")


def test_query_named_realm_is_a_parameter() -> None:
    """Only the realm of a header is left out."""
    assert encoded_query("realm=x", lambda text: grouped(decode_pairs(text))) == ("realm x",)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"f0": "1", "f[a]": "2"}, "f%5Ba%5D=2&f0=1"),
        ({"b": "1", "\u00e9": "2"}, "%C3%A9=2&b=1"),
        ({"a": ["b", "\u00e9", "B", "~", "-"]}, "a=%C3%A9&a=-&a=B&a=b&a=~"),
        ({"a": ["x", "x"]}, "a=x&a=x"),
        ({"a": "2", "a b": "1"}, "a=2&a%20b=1"),
        ({"a": "", "a-": "", "a.": "", "a0": ""}, "a=&a-=&a.=&a0="),
        ({"a": ["10", "9"]}, "a=10&a=9"),
        ({"a": "b+c d"}, "a=b%2Bc%20d"),
        ({}, ""),
    ],
)
def test_pairs_are_sorted_after_they_are_encoded(
    parameters: dict[str, object], expected: str
) -> None:
    """Names and values are compared as encoded octets; equal pairs stay two."""
    assert joined(encoded_pairs(parameters)) == expected


@settings(deadline=None)
@given(PAIRS)
def test_normalized_parameters_are_those_of_oauthlib(pairs: list[tuple[str, str]]) -> None:
    """An independent implementation normalizes any pairs to the same text."""
    expected = oauthlib_signature.normalize_parameters(pairs)
    assert joined(encoded_pairs(grouped(pairs))) == expected


@settings(deadline=None)
@given(st.sampled_from(["GET", "POST", "PATCH", "X-\u00dc"]), PAIRS)
def test_base_string_is_that_of_oauthlib(method: str, pairs: list[tuple[str, str]]) -> None:
    """An independent implementation builds the same base string of any pairs."""
    url = "https://EXAMPLE.com:443/a%20b;c"
    normalized = joined(encoded_pairs(grouped(pairs)))
    expected = oauthlib_signature.signature_base_string(
        method, oauthlib_signature.base_string_uri(url), normalized
    )
    assert base_string(method, url, normalized) == expected


def test_base_string_escapes_the_method() -> None:
    """A method is encoded like all else in the base string."""
    assert base_string("M&X", "http://a.example", "") == "M%26X&http%3A%2F%2Fa.example%2F&"


def test_a_long_query_is_not_kept_in_memory() -> None:
    """Only short ones are remembered."""
    request = oauth2.Request("GET", "http://a.example/?" + "a&" * 2000)
    before = normalize._encoded_query.cache_info().currsize
    normalize._encoded_query.cache_clear()
    assert request.get_normalized_parameters().count("a=") == 2000
    assert normalize._encoded_query.cache_info().currsize == 0
    assert before >= 0
