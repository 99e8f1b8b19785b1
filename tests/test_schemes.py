"""Credentials of several schemes in one Authorization header, and values without quotes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from growth import assert_linear
from hypothesis import given, settings, strategies as st

from oauth2 import MalformedHeader
from oauth2.headers import authorization, parse
from oauth2.schemes import after_scheme, has_oauth, malformed

OURS = 'OAuth oauth_token="t", oauth_nonce=n'
READ = {"oauth_token": "t", "oauth_nonce": "n"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("photos", "photos"),
        ("%2541", "%41"),
        ("!#$%&'*+-.^_`|~09azAZ", "!#$%&'*+-.^_`|~09azAZ"),
        ("o'neil'", "o'neil'"),
        ("t ", "t"),
        ("t,", "t"),
    ],
)
def test_value_may_be_a_token(text: str, value: str) -> None:
    """RFC 9110 section 11.2; percent-escapes are decoded in it as in a quoted string."""
    assert parse(f"OAuth a = {text}") == {"a": value}
    assert parse(f'OAuth b="c",a={text}') == {"b": "c", "a": value}


@pytest.mark.parametrize(
    ("header", "position"),
    [
        ('OAuth a="b"', 6),
        (', OAuth a="b"', 8),
        ('Basic dTpw, OAuth a="b"', 18),
        ('a="b", OAuth c="d"', 0),
        ('a="b"', 0),
        ("", 0),
    ],
)
def test_parameters_begin_after_the_scheme(header: str, position: int) -> None:
    """In a list that may have empty elements (RFC 9110 section 5.6.1), or at once without it."""
    assert after_scheme(header) == position


def test_what_cannot_be_read_of_another_scheme_is_not_of_oauth() -> None:
    """Also where a string before it has the word."""
    assert not has_oauth('Basic a="oauth_b=c", d="e')


def test_error_says_what_stands_in_a_header() -> None:
    """And where it does not."""
    assert str(malformed("OAuth a=", 6)) == (
        'Authorization header: expected name="value" at position 6 of 8, and a comma after it if'
        " more follows."
    )
    assert str(malformed("OAuth a=", 6, "a name")) == (
        "Authorization header: expected a name, got OAuth at position 6 of 8."
    )


def test_realm_may_be_a_token() -> None:
    """It is no parameter then, either."""
    parameters = parse("OAuth realm=Photos,a=b")
    assert (parameters, parameters.realm) == ({"a": "b"}, "Photos")


@pytest.mark.parametrize("value", ["a/b", "a=", "a:b", "é", "'t'", "a b", "a;b", "(a)"])
def test_value_that_is_no_token_needs_quotes(value: str) -> None:
    """The error says where the parameter begins."""
    with pytest.raises(MalformedHeader) as caught:
        parse(f'OAuth a="1", b={value}, c="2"')
    assert caught.value.position == 13


@pytest.mark.parametrize(
    "header",
    [
        f"Basic dTpw,{OURS}",
        f"Basic dTpw==, {OURS}",
        f"{OURS},Basic dTpw=",
        f"{OURS} , Basic dTpw",
        f"Bearer a.b-c, Basic dTpw, {OURS}",
        f"Negotiate, {OURS}",
        f'Digest username="Mufasa", realm="a, b", uri="/=", {OURS}',
        f'{OURS}, Digest username = "Mufasa", realm="\\"a, OAuth b=c\\"", qop=auth',
        f'Digest realm="x, OAuth oauth_token=\\"evil\\"", {OURS}',
        f"{OURS}, Basic dTpw, Bearer oauth_abc=",
        f"AWS4-HMAC-SHA256 Credential=AKIA/20130524/us, SignedHeaders=host;range, {OURS}",
        f"Basic dTpw,, {OURS}",
        f"Custom a == b, {OURS}",
        f"\t{OURS}",
        OURS.replace("OAuth ", "OAuth\r\n "),
        OURS.replace("OAuth ", "oauth\t"),
    ],
)
def test_oauth_is_read_beside_other_schemes(header: str) -> None:
    """A gateway, or a server that follows PEP 3333, joins headers by a comma."""
    assert authorization({"HTTP_AUTHORIZATION": header}) == header
    assert parse(header) == READ


@pytest.mark.parametrize(
    "header",
    [
        "Bearer oauth_0123abc",
        "Bearer oauth_0123abc==",
        "Basic oauth",
        "Basic oauth, Bearer oauth",
        'Digest username="OAuth user", realm="oauth_token=\\"t\\""',
        'Digest username="x, OAuth oauth_token=t", opaque="OAuth y"',
        "Digest username=oauth, xoauth_requestor_id=oauth_user",
        "GoogleLogin auth=OAuth x",
        "OAuth2 abc",
        'Digest username="oauth',
    ],
)
def test_header_of_other_schemes_is_none_of_ours(header: str) -> None:
    """Although the word stands in a value."""
    assert authorization({"Authorization": header}) is None


@pytest.mark.parametrize(
    ("header", "position"),
    [
        ('oauth_consumer_key="k", oauth_token="t"', 0),
        ('OAuth2 oauth_token="t"', 7),
        ('OAuth1.0 a="b", oauth_token = t', 16),
        ('Basic dTpw OAuth oauth_token="t"', 11),
        ('Basic dTpw; OAuth oauth_token="t"', 12),
        ('Basic dTpw, oauth_token="t"', 12),
        ('Authorization: OAuth oauth_token="t"', 15),
        ('"OAuth oauth_token="t""', 1),
        ("b'OAuth a=b'", 2),
        ('OAuth:oauth_token="t"', 0),
        ('OAuth; a="b"', 0),
        ('[OAuth a="b"]', 1),
        ('Basic "dTpw, OAuth oauth_token="t"', 13),
        ('Digest realm="x, OAuth a="b"', 17),
        ('Digest realm="x", Digest "y, OAuth a="b"', 29),
    ],
)
def test_oauth_in_a_wrong_place_is_refused(header: str, position: int) -> None:
    """A request that somebody signed is never taken for one without a signature."""
    with pytest.raises(MalformedHeader, match=f"position {position} of ") as caught:
        authorization({"Authorization": header})
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("header", "position"),
    [
        ('OAuth,oauth_token="t"', 5),
        ('OAuth"t"', 5),
        ('OAuth a="1", Basic x, OAuth b="2"', 22),
        ('OAuth a="1",OAuth a="1"', 12),
        ('OAuth a="1", Negotiate', 13),
        ('OAuth a="1", oauth_nonce n', 13),
        ('OAuth a="1", scope photos, oauth_nonce="n"', 27),
        ('OAuth a="1", Digest b="c', 13),
        ('OAuth a="1", Digest b=c, d="e', 24),
        ('OAuth a="1", Digest "b"', 13),
        ('OAuth Basic dTpw, a="1"', 6),
        ('Basic dTpw, OAuth a="1", b', 25),
    ],
)
def test_what_cannot_be_read_beside_oauth_is_refused(header: str, position: int) -> None:
    """With the offset in the whole header, other schemes included."""
    assert authorization({"Authorization": header}) == header
    with pytest.raises(MalformedHeader, match=f"position {position} of {len(header)}") as caught:
        parse(header)
    assert caught.value.position == position


PIECES = st.sampled_from(
    ["OAuth", "Basic", "oauth_a", " ", ",", "=", '"', "\\", "a", 'a="1"', "b=2", "x y", 'z="', ";"]
)


@settings(deadline=None, max_examples=500)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_any_header_is_read_or_refused_at_a_position(header: str) -> None:
    """What stands before the position can be read."""
    with contextlib.suppress(MalformedHeader):
        authorization({"Authorization": header})
    position = None
    try:
        parse(header)
    except MalformedHeader as error:
        position = error.position
    assert position is None or position < len(header)
    if position is not None:
        parse(header[:position])


JUNK: dict[str, Callable[[int], str]] = {
    "names of our scheme": lambda n: "Basic x" + " oauth" * (n // 6) + " y",
    "names in strings": lambda n: 'Basic x, a="' + "OAuth b=c, " * (n // 11) + '"',
    "strings": lambda n: "Basic OAuth a" + ',b="OAuth c"' * (n // 12),
    "elements before": lambda n: "Basic x" + ",a" * (n // 2) + ",OAuth a=b",
    "elements after": lambda n: "OAuth a=b,Basic x" + ",a" * (n // 2),
    "strings after": lambda n: "OAuth a=b,Basic x" + ',a="OAuth b"' * (n // 12),
    "schemes": lambda n: "OAuth a=b" + ",OAuth a=b" * (n // 10),
    "tokens": lambda n: "OAuth " + "a=b," * (n // 4),
    "a long token": lambda n: "OAuth a=" + "b" * n + "/",
    "equals signs": lambda n: "Basic OAuth x" + "=" * n + '"',
    "spaces": lambda n: "Basic oauth" + " " * n + ',OAuth a="',
    "an open string": lambda n: 'Basic OAuth a="' + "b=c," * (n // 4),
    "underscores": lambda n: "Basic oauth" + "_" * n + " OAuth x",
    "open strings": lambda n: "Basic OAuth a" + '="' * (n // 2),
}


@pytest.mark.long
@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK)
def test_junk_takes_time_linear_in_its_length(junk: Callable[[int], str]) -> None:
    """Whether it is read, passed over or refused."""

    def read(header: str) -> Any:
        with contextlib.suppress(MalformedHeader):
            authorization({"Authorization": header})
        with contextlib.suppress(MalformedHeader):
            parse(header)

    assert_linear(read, junk, 16_000)
