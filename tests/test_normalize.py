"""RFC 5849 section 3.4.1, held against the text and against oauthlib."""

from __future__ import annotations

import string
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings, strategies as st
from oauthlib.oauth1.rfc5849 import signature as oauthlib_signature
from secrets_check import assert_no_secret

import oauth2
from oauth2 import normalize
from oauth2.encoding import encoded_pairs, escape
from oauth2.normalize import (
    base_string,
    decode_pairs,
    encoded_query,
    flat_pairs,
    grouped,
    joined,
    split_url,
    to_uri,
    with_query,
    without,
    without_names,
    without_names_in_query,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
PAIRS = st.lists(st.tuples(TEXTS, TEXTS), max_size=6)

BASE_URIS = [
    ("http://example.com", "http://example.com/"),
    ("http://example.com?q=1", "http://example.com/"),
    ("http://example.com/", "http://example.com/"),
    ("HTTP://EXAMPLE.COM/Path", "http://example.com/Path"),
    ("http://example.com:80/", "http://example.com/"),
    ("https://example.com:443/", "https://example.com/"),
    ("http://example.com:443/", "http://example.com:443/"),
    ("https://example.com:80/", "https://example.com:80/"),
    ("https://example.com:8443/a", "https://example.com:8443/a"),
    ("http://example.com:/a", "http://example.com/a"),
    ("http://user:word@example.com/", "http://example.com/"),
    ("http://user@word@example.com/", "http://example.com/"),
    ("http://example.com/a#fragment", "http://example.com/a"),
    ("http://example.com/a?q=1#fragment", "http://example.com/a"),
    ("http://example.com/a#b?c", "http://example.com/a"),
    ("http://example.com/a;b=c;d", "http://example.com/a;b=c;d"),
    ("http://example.com/r%20v/X", "http://example.com/r%20v/X"),
    ("http://example.com/%7eme", "http://example.com/%7eme"),
    ("http://example.com//a/../b", "http://example.com//a/../b"),
    ("http://[2001:DB8::1]/a", "http://[2001:db8::1]/a"),
    ("http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a"),
    ("http://[::1]:8080/a", "http://[::1]:8080/a"),
    ("http://127.0.0.1:8000/a", "http://127.0.0.1:8000/a"),
    ("http://b\u00fccher.example/", "http://xn--bcher-kva.example/"),
    ("http://B\u00dcCHER.example:80/", "http://xn--bcher-kva.example/"),
    ("http://example.com/r v", "http://example.com/r%20v"),
    ("http://example.com/\u00e9", "http://example.com/%C3%A9"),
    ("http://example.com/a@b:c", "http://example.com/a@b:c"),
]


@pytest.mark.parametrize(("url", "expected"), BASE_URIS)
def test_base_string_uri_of_a_url(url: str, expected: str) -> None:
    """Scheme, host and port are normalized, and the path stays as it was sent."""
    assert split_url(url).encoded_base_uri == escape(expected)


@pytest.mark.parametrize(
    ("url", "expected"),
    [(u, e) for u, e in BASE_URIS if u.isascii() and ":/a" not in u and "@" not in u],
)
def test_base_string_uri_is_that_of_oauthlib(url: str, expected: str) -> None:
    """An independent implementation gives the same for all that it can read."""
    assert oauthlib_signature.base_string_uri(url) == expected


def test_normalized_url_has_no_slash_for_an_empty_path() -> None:
    """Only the base string gets the slash; ``normalized`` is pinned without it."""
    assert split_url("http://EXAMPLE.com:80?a=1").normalized == "http://example.com"


def test_normalized_url_has_the_path_as_given() -> None:
    """``normalized`` has neither query, fragment nor user-info, and its path is untouched."""
    assert split_url("HTTPS://me:x@A.example:443/B C;d?e#f").normalized == "https://a.example/B C;d"


@pytest.mark.parametrize(
    ("url", "query"),
    [
        ("http://a.example/?b=1&c", "b=1&c"),
        ("http://a.example/?b=1#c", "b=1"),
        ("http://a.example/?b?c", "b?c"),
        ("http://a.example?b=/@", "b=/@"),
        ("http://a.example/?", ""),
        ("http://a.example/", ""),
        ("http://a.example/#?b", ""),
        ("http://a.example/?a\nb", "a\nb"),
    ],
)
def test_query_of_a_url_is_kept_as_it_is_written(url: str, query: str) -> None:
    """What stands between the first ``?`` and the first ``#`` is the query."""
    assert split_url(url).query == query


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("HTTP://A.example:80/b", "http://a.example"),
        ("https://a.example:8443/b", "https://a.example:8443"),
        ("http://me@[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_origin_is_scheme_host_and_a_port_that_is_not_the_default(url: str, origin: str) -> None:
    """The origin of a URL, as realm and redirects need it."""
    assert split_url(url).origin == origin


@pytest.mark.parametrize(
    "url",
    ["ftp://a.example/", "a.example/b", "/b", "", "mailto:me@a.example", "http:a.example", "://a"],
)
def test_scheme_that_is_not_http_or_https_is_refused(url: str) -> None:
    """A URL that cannot be signed is a ValueError that says what was expected."""
    with pytest.raises(ValueError, match="expected a URL with scheme http or https, got "):
        split_url(url)


@pytest.mark.parametrize(
    "url", ["http://", "http:///path", "http://:80/", "http://me@/", "http://?"]
)
def test_url_without_a_host_is_refused(url: str) -> None:
    """A URL needs a host."""
    with pytest.raises(ValueError, match="expected a URL with a host, got "):
        split_url(url)


@pytest.mark.parametrize("host", ["\u00fc" * 64, "a..\u00fc", "\u00fc\ud800"])
def test_host_that_idna_cannot_encode_is_refused(host: str) -> None:
    """A host name that has no ASCII form is a ValueError that names it."""
    with pytest.raises(ValueError, match="expected a host name that IDNA can encode"):
        split_url(f"http://{host}/")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://me:sesame@a.example/?oauth_token=open#barley",
        "http://me:sesame@/?oauth_token=open#barley",
        "http://me:sesame@:80?oauth_token=open#barley",
        "http://me:sesame@\u00fc..example/?oauth_token=open#barley",
        "ftp://me:ses@me@a.example/#barley",
        "me:sesame@a.example/?open",
    ],
)
def test_refused_url_is_shown_without_user_info_query_and_fragment(url: str) -> None:
    """What a URL may hold in confidence does not get into a message."""
    with pytest.raises(ValueError, match="expected a ") as caught:
        split_url(url)
    assert_no_secret(caught.value, "sesame", "ses@me", "open", "barley")


@pytest.mark.parametrize(
    ("iri", "uri"),
    [
        ("http://a.example/b c", "http://a.example/b%20c"),
        ("http://a.example/\u00e9?\u00fc=\u00e9", "http://a.example/%C3%A9?%C3%BC=%C3%A9"),
        ("http://a.example/\udce9", "http://a.example/%E9"),
        ("/a\tb\nc\x7f", "/a%09b%0Ac%7F"),
        ("/%41%2f", "/%41%2f"),
        ("/%41 ", "/%41%20"),
        ("", ""),
    ],
)
def test_iri_becomes_a_uri(iri: str, uri: str) -> None:
    """White space, controls and what is not ASCII are encoded, and nothing else."""
    assert to_uri(iri) == uri


def test_uri_of_printable_ascii_is_handed_back() -> None:
    """A URI that can be sent as it is is the very same object."""
    uri = "".join(chr(octet) for octet in range(0x21, 0x7F))
    assert to_uri(uri) is uri


def test_iri_keeps_every_printable_ascii_character() -> None:
    """The characters that a URI may not hold by the letter stay too: http.client sends them."""
    printable = "".join(chr(octet) for octet in range(0x21, 0x7F))
    assert to_uri(printable + " ") == printable + "%20"


@pytest.mark.parametrize(
    ("url", "pairs", "expected"),
    [
        ("http://a.example/", "b=1", "http://a.example/?b=1"),
        ("http://a.example/?c", "b=1", "http://a.example/?c&b=1"),
        ("http://a.example/?", "b=1", "http://a.example/?b=1"),
        ("http://a.example/?c&", "b=1", "http://a.example/?c&b=1"),
        ("http://a.example/#f", "b=1", "http://a.example/?b=1#f"),
        ("http://a.example/#f?g", "b=1", "http://a.example/?b=1#f?g"),
        ("http://a.example/?c#f", "b=1", "http://a.example/?c&b=1#f"),
        ("http://a.example/?c#f", "", "http://a.example/?c#f"),
    ],
)
def test_pairs_are_appended_to_the_query(url: str, pairs: str, expected: str) -> None:
    """``?`` or ``&`` comes between, as needed, and the fragment stays last."""
    assert with_query(url, pairs) == expected


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
    ("url", "expected"),
    [
        ("http://a.example/?oauth_token=t", "http://a.example/"),
        ("http://a.example/?oauth_token=t#f", "http://a.example/#f"),
        ("http://a.example/?a=%2b&oauth_token=t&b#f", "http://a.example/?a=%2b&b#f"),
        ("http://a.example/?a=1", "http://a.example/?a=1"),
        ("http://a.example/?", "http://a.example/?"),
        ("http://a.example/#?oauth_token=t", "http://a.example/#?oauth_token=t"),
        ("http://a.example/", "http://a.example/"),
    ],
)
def test_pairs_are_left_out_of_a_query_by_name(url: str, expected: str) -> None:
    """Only the query is touched, and only where it holds such a pair."""
    assert without_names_in_query(url, {"oauth_token"}) == expected


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


@settings(deadline=None)
@given(st.text(string.ascii_lowercase + string.digits + "-.", min_size=1, max_size=20))
def test_case_of_scheme_and_host_does_not_count(host: str) -> None:
    """However scheme and host are spelled, they have one base string URI."""
    assert split_url(f"HTTP://{host.upper()}/A") == split_url(f"http://{host}/A")


@pytest.mark.parametrize(
    "host", ["evil.example\uff0f.good.example", "a\uff03.example", "a\uff20b.example"]
)
def test_a_host_that_idna_turns_into_more_than_a_host_is_refused(host: str) -> None:
    """Compatibility characters become the ones that end a host."""
    with pytest.raises(ValueError, match="host name"):
        split_url(f"http://{host}/")


def test_a_long_query_is_not_kept_in_memory() -> None:
    """Only short ones are remembered."""
    request = oauth2.Request("GET", "http://a.example/?" + "a&" * 2000)
    before = normalize._encoded_query.cache_info().currsize
    normalize._encoded_query.cache_clear()
    assert request.get_normalized_parameters().count("a=") == 2000
    assert normalize._encoded_query.cache_info().currsize == 0
    assert before >= 0
