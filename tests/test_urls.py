"""URLs that can be sent, and what counts of them (RFC 5849 section 3.4.1.2)."""

from __future__ import annotations

import string

import oauthlib_base_string as oauthlib_signature
import pytest
from growth import assert_linear
from hypothesis import given, settings, strategies as st
from secrets_check import assert_no_secret

from oauth2.encoding import escape
from oauth2.urls import (
    same_origin,
    split_url,
    to_uri,
    with_query,
    without_names_in_query,
    without_user_info,
)

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
        ("http://a.example:/", "http://a.example"),
        ("http://a.example:0080/", "http://a.example"),
        ("https://a.example:00443/", "https://a.example"),
        ("http://a.example:08080/", "http://a.example:8080"),
        ("http://a.example:443/", "http://a.example:443"),
        ("http://a.example:65535/", "http://a.example:65535"),
        ("http://a.example:0/", "http://a.example:0"),
        ("http://a.example:000/", "http://a.example:0"),
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
        "ftp://me:ses/ame@a.example/",
        "me:ses//ame@a.example/",
        "http://me:sesame@a.example:sesame/",
        "http://me:sesame/x@a.example/",
        "http://me:123456/x@a.example/",
        "http://me:sesame?x@a.example/",
        "http://me:sesame@a.ex ample/",
    ],
)
def test_refused_url_is_shown_without_user_info_query_and_fragment(url: str) -> None:
    """What a URL may hold in confidence does not get into a message."""
    with pytest.raises(ValueError, match="expected a ") as caught:
        split_url(url)
    assert_no_secret(caught.value, "sesame", "ses/", "ses@me", "open", "barley", "123456")


@pytest.mark.parametrize(
    ("iri", "uri"),
    [
        ("http://a.example/b c", "http://a.example/b%20c"),
        ("http://a.example/\u00e9?\u00fc=\u00e9", "http://a.example/%C3%A9?%C3%BC=%C3%A9"),
        ("http://a.example/\udce9", "http://a.example/%E9"),
        ("/a\tb\nc\x7f", "/a%09b%0Ac%7F"),
        ("/%41%2f", "/%41%2f"),
        ("/%41 ", "/%41%20"),
        ("/?q=50% off", "/?q=50%25%20off"),
        ("/?q=50%", "/?q=50%25"),
        ("/100%/x?q=%4", "/100%25/x?q=%254"),
        ("/%zz%%41", "/%25zz%25%41"),
        ("/%\u00e9", "/%25%C3%A9"),
        ("/%25 %2525", "/%25%20%2525"),
        ("", ""),
    ],
)
def test_iri_becomes_a_uri(iri: str, uri: str) -> None:
    """White space, controls, what is not ASCII and a % alone are encoded, and nothing else."""
    assert to_uri(iri) == uri


def test_uri_of_printable_ascii_is_handed_back() -> None:
    """A URI that can be sent as it is is the very same object."""
    uri = "".join(chr(octet) for octet in range(0x21, 0x7F)).replace("%", "%2F")
    assert to_uri(uri) is uri


def test_iri_keeps_every_printable_ascii_character() -> None:
    """The characters that a URI may not hold by the letter stay too: http.client sends them."""
    printable = "".join(chr(octet) for octet in range(0x21, 0x7F)).replace("%", "%2F")
    assert to_uri(printable + " ") == printable + "%20"


@pytest.mark.parametrize(
    ("url", "pairs", "expected"),
    [
        ("http://a.example/", "b=1", "http://a.example/?b=1"),
        ("http://a.example/?c", "b=1", "http://a.example/?c&b=1"),
        ("http://a.example/?", "b=1", "http://a.example/?b=1"),
        ("http://a.example/?c&", "b=1", "http://a.example/?c&b=1"),
        ("http://a.example/?c?", "b=1", "http://a.example/?c?&b=1"),
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
    ("url", "expected"),
    [
        ("http://a.example/?oauth_token=t", "http://a.example/"),
        ("http://a.example/?oauth_token=t#f", "http://a.example/#f"),
        ("http://a.example/?a=%2b&oauth_token=t&b#f", "http://a.example/?a=%2b&b#f"),
        ("http://a.example/?a=1", "http://a.example/?a=1"),
        ("http://a.example/?", "http://a.example/?"),
        ("http://a.example/?oauth_token=t?u&b=c?d", "http://a.example/?b=c?d"),
        ("http://a.example/#?oauth_token=t", "http://a.example/#?oauth_token=t"),
        ("http://a.example/", "http://a.example/"),
    ],
)
def test_pairs_are_left_out_of_a_query_by_name(url: str, expected: str) -> None:
    """Only the query is touched, and only where it holds such a pair."""
    assert without_names_in_query(url, {"oauth_token"}) == expected


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


@pytest.mark.parametrize(
    ("uri", "other", "is_same"),
    [
        ("http://a.example/x", "http://a.example/y?z", True),
        ("http://a.example", "HTTP://A.EXAMPLE:80/", True),
        ("http://a.example/", "http://me:pw@a.example/", True),
        ("https://a.example/", "https://a.example:443/", True),
        ("http://a.example/", "https://a.example/", True),
        ("http://a.example:80/", "https://a.example:443/", True),
        ("http://a.example:8080/", "https://a.example:8443/", False),
        ("http://a.example:8080/", "https://a.example:8080/", False),
        ("http://a.example:8080/", "https://a.example/", False),
        ("http://a.example/", "https://a.example:8443/", False),
        ("http://a.example/", "https://a.example:80/", False),
        ("http://a.example:443/", "https://a.example/", False),
        ("http://b\xfccher.example/", "http://xn--bcher-kva.example/", True),
        ("http://[::1]:8080/", "http://[::1]:8080/x", True),
        ("https://a.example/", "http://a.example/", False),
        ("http://a.example/", "http://a.example:8080/", False),
        ("https://a.example/", "https://a.example:8443/", False),
        ("http://a.example/", "http://b.example/", False),
        ("http://a.example/", "https://b.example/", False),
        ("http://a.example/", "http://www.a.example/", False),
        ("http://a.example/", "http://a.example.evil.example/", False),
        ("http://a.example/", "http://a.example@evil.example/", False),
        ("http://a.example/", "http://a.example./", False),
        ("http://[::1]/", "http://[::2]/", False),
    ],
)
def test_an_origin_is_scheme_host_and_port(uri: str, other: str, is_same: bool) -> None:
    """From http to https of the same host is the one step that stays at home."""
    assert same_origin(uri, other) is is_same


@pytest.mark.parametrize(
    "port", ["BAD", "65536", "42:42", "-1", "+80", "8_0", "8 0", "0x50", "\u0668\u0660", "9" * 5000]
)
@pytest.mark.parametrize("host", ["eg.example", "b\u00fccher.example", "[::1]", "127.0.0.1"])
def test_a_port_is_a_number_up_to_65535(host: str, port: str) -> None:
    """Anything else is a ValueError, which does not quote it."""
    with pytest.raises(ValueError, match=r"^expected a port from 0 to 65535 after the host, got "):
        split_url(f"http://{host}:{port}/")


@pytest.mark.parametrize(
    "host",
    [
        *("hello world.example", "a\tb", "a\nb", "a\\b", "a|b", "<a>", "a^b", '"a"', "a`b", "{a}"),
        *("\x7f", "[::1", "::1]", "[::1]x", "[]", "[a b]", "x[::1]"),
    ],
)
def test_a_host_is_a_name_or_an_address(host: str) -> None:
    """Characters that no host has are a ValueError (RFC 3986 section 3.2.2)."""
    with pytest.raises(ValueError, match=r"^expected a (?:host name or an address|port from 0)"):
        split_url(f"http://{host}/")


@pytest.mark.parametrize(
    "host", ["a_b", "a-b.example.", "sub~x!$&'()*+,;=", "%41", "[fe80::1%25eth0]"]
)
def test_a_host_may_be_any_registered_name(host: str) -> None:
    """RFC 3986 has more of them than the DNS."""
    assert split_url(f"http://{host}/").host == host


def test_a_path_is_signed_as_it_was_received() -> None:
    """A client that sent a % alone has signed it so: only what is sent is mended."""
    assert split_url("http://a.example/50%").encoded_base_uri == escape("http://a.example/50%")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://a.example/b", "http://a.example/b"),
        ("http://me:sesame@a.example/b", "http://a.example/b"),
        ("http://me:sesame@a.example/b?c", "http://a.example/b?c"),
        ("http://me:ses/ame@a.example/b", "http://a.example/b"),
        ("http://a.example/?b=c@d.example", "http://a.example/?b=c@d.example"),
        ("http://me@a.example/?b=http://c@d.example", "http://a.example/?b=http://c@d.example"),
        ("http://a.example/b?c=//d@e", "http://a.example/b?c=//d@e"),
        ("http://a.example/b#//d@e", "http://a.example/b#//d@e"),
        ("me@a.example", "me@a.example"),
    ],
)
def test_user_info_is_left_out_and_all_else_stays(url: str, shown: str) -> None:
    """To the last @ before the query, as a password may have a slash (RFC 3986 section 3.2.1)."""
    assert without_user_info(url) == shown


@pytest.mark.long
def test_user_info_is_looked_for_in_linear_time() -> None:
    """Also where there is one pair of slashes after the other."""
    assert_linear(without_user_info, lambda size: "http:" + "//" * (size // 2), 16_000)
