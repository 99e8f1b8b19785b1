"""What most programs send is read by its names, and is read as all else is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from oauth2 import headers
from oauth2.errors import MalformedHeader
from oauth2.headers import parse, parse_any, received

PLAIN = (
    'OAuth realm="Photos", oauth_consumer_key="k", oauth_token="t", oauth_nonce="n",'
    ' oauth_timestamp="1", oauth_signature_method="HMAC-SHA1", oauth_signature="a%2Fb%3D"'
)
PIECES = [
    *(
        '"',
        '"',
        '"',
        "=",
        '="',
        '", ',
        ",",
        ", ",
        " ",
        "\t",
        "\n",
        "\\",
        "%",
        "%41",
        "'",
        "x",
        "\u3000",
    ),
    *(
        "OAuth",
        "OAuth ",
        "oauth ",
        "Basic ",
        "realm",
        "realm=",
        "oauth_token",
        "oauth_nonce=",
        "=n,",
    ),
    *('a="b"', 'a="%2B"', 'realm="r"', ', oauth_token="t"', '%61="1"', "é", "\udce9", "\x00"),
]


def outcome(read: Callable[[str], Any], header: str) -> Any:
    try:
        parameters = read(header)
    except MalformedHeader as error:
        return str(error), error.position
    return list(parameters.items()), parameters.realm


@pytest.mark.long
@settings(max_examples=1500)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example(" ")
def test_what_looks_like_a_header_is_read_alike(text: str) -> None:
    """With the scheme and without; the error is the same, too."""
    for header in (text, f"OAuth {text}", f'OAuth oauth_token="t", {text}'):
        assert outcome(parse, header) == outcome(parse_any, header)


@pytest.mark.long
@settings(max_examples=1000)
@given(
    st.lists(
        st.tuples(st.integers(0, len(PLAIN)), st.integers(0, 3), st.sampled_from(["", *PIECES])),
        min_size=1,
        max_size=3,
    )
)
def test_a_header_with_a_change_in_it_is_read_alike(changes: list[tuple[int, int, str]]) -> None:
    """One piece of it is left out or put in."""
    header = PLAIN
    for start, length, piece in changes:
        header = header[:start] + piece + header[start + length :]
    assert outcome(parse, header) == outcome(parse_any, header)


@given(st.lists(st.text('ab%2F"\\=, \u00e9\udce9', max_size=6), min_size=7, max_size=7))
def test_any_value_is_read_alike(values: list[str]) -> None:
    """Also one that ends early, or is escaped."""
    names = [piece.split('="')[0] for piece in PLAIN[6:].split(", ")]
    pairs = [f'{name}="{value}"' for name, value in zip(names, values)]
    header = f"OAuth {', '.join(pairs)}"
    assert outcome(parse, header) == outcome(parse_any, header)


@pytest.mark.parametrize(
    "header",
    [
        "OAuth oauth_signature=c0nsumer%2Bsecret",
        'OAuth oauth_signature="c0nsumer\\"secret"',
        'OAuth oauth_signature=c0nsumersecret, oauth_token="t"',
        'OAuth oauth_token="t"c0nsumersecret"',
        'OAuth %61="1", c0nsumersecret%41=""',
        f'OAuth {"a" * 600}="c0nsumersecret"',
    ],
)
def test_what_may_hold_a_secret_is_not_kept(header: str) -> None:
    """Only names are, of headers that are plain."""
    kept = headers._names.cache_info().currsize
    outcome(parse, header)
    assert headers._names.cache_info().currsize == kept


def test_names_are_kept_without_their_values() -> None:
    """The values of a plain header are no part of what is kept."""
    headers._names.cache_clear()
    assert parse('OAuth a="c0nsumersecret", b=""') == {"a": "c0nsumersecret", "b": ""}
    parse('OAuth a="", b="other"')
    assert headers._names.cache_info()[:2] == (1, 1)


KEYS = [
    *("Authorization", "authorization", "AUTHORIZATION", "HTTP_AUTHORIZATION"),
    *("http_authorization", "Http_Authorization", "HTTP-AUTHORIZATION", "Proxy-Authorization"),
    *("Content-Type", "content-type", "CONTENT_TYPE", "content_type", "HTTP_CONTENT_TYPE"),
    *(b"authorization", b"Content-Type", b"CONTENT_TYPE", b"\xff", "authorizatio\u0130", ""),
    *(None, 7, ("Authorization",)),
]
VALUES = ['OAuth a="b"', b'OAuth a="b"', "Basic x", "text/plain; a=b", b"TEXT/html", None, 7, ""]


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(VALUES)), max_size=6))
def test_what_is_received_is_what_is_looked_for_by_name(pairs: list[tuple[Any, Any]]) -> None:
    """One pass finds what `authorization` and `media_type` find."""
    authorizations, content_types = received(pairs)

    def looked_for(name: str) -> list[str]:
        return headers._values(pairs, name)

    assert (authorizations, content_types) == (
        looked_for("authorization"),
        looked_for("content-type"),
    )
