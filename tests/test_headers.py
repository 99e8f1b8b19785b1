"""``Authorization: OAuth`` headers, parsed and built (RFC 5849 section 3.5.1)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

import pytest
from growth import assert_linear
from hypothesis import given, settings, strategies as st
from oauthlib.oauth1.rfc5849.utils import parse_authorization_header
from present import present
from secrets_check import assert_no_secret

from oauth2 import Request
from oauth2.encoding import escape
from oauth2.errors import Error, MalformedHeader
from oauth2.headers import (
    authorization,
    build,
    build_authenticate_header,
    has_header,
    has_length,
    media_type,
    parse,
    quoted,
    without_header,
    without_headers,
)
from oauth2.parameters import grouped

HEADER = 'OAuth oauth_token="t"'


def refused(header: str) -> MalformedHeader:
    with pytest.raises(MalformedHeader) as caught:
        parse(header)
    return caught.value


@pytest.mark.parametrize("scheme", ["OAuth", "oauth", "OAUTH", "oAuTh", "  OAuth", "\tOAuth"])
@pytest.mark.parametrize("space", [" ", "  ", "\t"])
def test_scheme_is_read_in_any_case(scheme: str, space: str) -> None:
    """The scheme is matched in any case, with white space around it."""
    assert parse(f'{scheme}{space}oauth_token="t"') == {"oauth_token": "t"}


def test_header_is_read_without_its_scheme() -> None:
    """Programs hand over the parameters alone, too."""
    assert parse('oauth_token="t", oauth_nonce="n"') == {"oauth_token": "t", "oauth_nonce": "n"}


@pytest.mark.parametrize("header", ["", "OAuth", "OAuth ", "oauth\t "])
def test_header_without_parameters_is_empty(header: str) -> None:
    """Nothing after the scheme is no parameter, and no error."""
    assert parse(header) == {}


@pytest.mark.parametrize(
    "header",
    [
        'OAuth a="1",b="2"',
        'OAuth a="1", b="2"',
        'OAuth a="1" ,b="2"',
        'OAuth a="1" , b="2"',
        'OAuth a="1"\t,\tb="2"',
        'OAuth a ="1",b= "2"',
        'OAuth a = "1", b\t=\t"2"',
        'OAuth a="1", b="2" ',
        'OAuth a="1", b="2",',
        'OAuth a="1", b="2" , ',
    ],
)
def test_white_space_and_a_trailing_comma_do_not_count(header: str) -> None:
    """White space around ``,`` and ``=`` is optional, and a last comma harmless."""
    assert parse(header) == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a=""', {"a": ""}),
        ('a="%2541"', {"a": "%41"}),
        ('a="b+c"', {"a": "b+c"}),
        ('a="%20"', {"a": " "}),
        ('%61%20b="1"', {"a b": "1"}),
        ('a="%E9"', {"a": "\udce9"}),
        ('a="%C3%A9"', {"a": "\u00e9"}),
        ('a="%"', {"a": "%"}),
        ('a="b, c"', {"a": "b, c"}),
        ('a="b=c"', {"a": "b=c"}),
        (r'a="b\"c"', {"a": 'b"c'}),
        (r'a="b\\"', {"a": "b\\"}),
        (r'a="b\\\"c"', {"a": 'b\\"c'}),
        (r'a="\b"', {"a": "b"}),
        ('a="1", a="2"', {"a": ["1", "2"]}),
        ('a="1", a="1"', {"a": ["1", "1"]}),
        ('x_auth_mode="m"', {"x_auth_mode": "m"}),
    ],
)
def test_names_and_values_are_decoded_once(text: str, expected: dict[str, Any]) -> None:
    """Quoted pairs are undone, then percent-escapes, both exactly once."""
    assert parse(f"OAuth {text}") == expected


@pytest.mark.parametrize(
    ("quoted_realm", "realm"),
    [
        ('"Photos"', "Photos"),
        ('""', ""),
        ('"a, b"', "a, b"),
        ('"http://photos.example.net/"', "http://photos.example.net/"),
        (r'"a \"b\" c"', 'a "b" c'),
        ('"a%20b"', "a%20b"),
        (r'"x, oauth_token=\"evil\", y"', 'x, oauth_token="evil", y'),
        ('"oauth_token=evil"', "oauth_token=evil"),
    ],
)
def test_realm_is_kept_apart(quoted_realm: str, realm: str) -> None:
    """The realm is no parameter, and nothing inside it is one."""
    parameters = parse(f'OAuth realm={quoted_realm}, oauth_token="t"')
    assert (parameters, parameters.realm) == ({"oauth_token": "t"}, realm)


def test_realm_may_stand_anywhere() -> None:
    """The realm is found after the parameters as well as before them."""
    parameters = parse('OAuth oauth_token="t", realm="r"')
    assert (parameters, parameters.realm) == ({"oauth_token": "t"}, "r")


def test_header_without_a_realm_has_none() -> None:
    """No realm is None, which is not the empty realm."""
    assert parse(HEADER).realm is None


@pytest.mark.parametrize("name", ["oauth_realm", "realm2", "xrealm", "realm_"])
def test_only_the_parameter_named_realm_is_left_out(name: str) -> None:
    """A name that merely looks like realm is a parameter."""
    assert parse(f'OAuth {name}="r"') == {name: "r"}


@pytest.mark.parametrize(
    ("header", "position"),
    [
        ("OAuth oauth_token", 6),
        ("OAuth oauth_token=", 6),
        ("OAuth oauth_token='t'", 6),
        ('OAuth oauth_token="t', 6),
        ('OAuth oauth_token="t\\"', 6),
        ('OAuth oauth_token="t"x', 6),
        ('OAuth oauth_token="t" oauth_nonce="n"', 6),
        ('OAuth oauth_token="t";oauth_nonce="n"', 6),
        ('OAuth ="t"', 6),
        ('OAuth ,oauth_token="t"', 6),
        ('OAuth a="1",,b="2"', 12),
        ('OAuth a="1", b', 13),
        ('OAuth a="1", b="2", !', 20),
        ('OAuth a b="1"', 6),
        ('OAuth a="1"\nb="2"', 6),
        ('OAuthoauth_token "t"', 0),
        ("Basic bWU6c2VzYW1l", 0),
        ("junk", 0),
    ],
)
def test_anything_else_is_an_error_that_says_where_it_stopped(header: str, position: int) -> None:
    """The error carries the offset of the parameter that could not be read, and names it."""
    error = refused(header)
    assert error.position == position
    assert f"position {position} of {len(header)}" in str(error)


def test_malformed_header_is_an_error_with_status_400() -> None:
    """What came over the wire is an Error, with its problem code."""
    error = refused("junk")
    expected = (True, 400, "parameter_rejected")
    assert (isinstance(error, Error), error.status, error.problem) == expected


def test_malformed_header_does_not_show_what_it_holds() -> None:
    """A PLAINTEXT signature is the secrets themselves, and no part of it is shown."""
    error = refused('OAuth oauth_token="t", oauth_signature="sesame%26barley" junk')
    assert_no_secret(error, "sesame", "barley", "sesame%26barley")


JUNK: dict[str, Callable[[int], str]] = {
    "letters": lambda n: "a" * n,
    "letters after the scheme": lambda n: "OAuth " + "a" * n,
    "quotes": lambda n: 'OAuth a="' + '"' * n,
    "an open string": lambda n: 'OAuth a="' + "b" * n,
    "backslashes": lambda n: 'OAuth a="' + "\\" * n,
    "quoted pairs in an open string": lambda n: 'OAuth a="' + "\\b" * (n // 2),
    "quoted quotes in an open string": lambda n: 'OAuth a="' + '\\"' * (n // 2),
    "spaces before the scheme": lambda n: " " * n + "x",
    "spaces after the scheme": lambda n: "OAuth" + " " * n + "!",
    "spaces after a name": lambda n: "OAuth a" + " " * n + "b",
    "spaces after an equals sign": lambda n: "OAuth a=" + " " * n + "b",
    "spaces after a value": lambda n: 'OAuth a="1"' + " " * n + "b",
    "spaces after a comma": lambda n: 'OAuth a="1",' + " " * n + "=",
    "equals signs": lambda n: "OAuth a" + "=" * n,
    "commas": lambda n: 'OAuth a="1"' + "," * n,
    "escapes": lambda n: 'OAuth a="' + "%zz" * (n // 3) + '"',
    "schemes": lambda n: "OAuth " * (n // 6),
    "the same parameter": lambda n: 'OAuth a="b"' + ',a="b"' * (n // 6),
    "other parameters": lambda n: "OAuth " + ",".join(f'a{i}="b"' for i in range(n // 10)),
}


@pytest.mark.long
@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK)
def test_junk_takes_time_linear_in_its_length(junk: Callable[[int], str]) -> None:
    """A hundred thousand characters, or more where they take no time."""

    def read(header: str) -> None:
        with contextlib.suppress(MalformedHeader):
            parse(header)

    assert_linear(read, junk, 16_000)


VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NAMES = VALUES.map("oauth_".__add__)
REALMS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x7f"), max_size=8)


@settings(deadline=None)
@given(
    st.dictionaries(NAMES, VALUES, max_size=4),
    st.none() | REALMS.filter(lambda text: all(ch >= " " for ch in text)),
)
def test_parse_undoes_build(parameters: dict[str, str], realm: str | None) -> None:
    """Whatever is built is read back, the realm too."""
    parsed = parse(build(parameters, realm))
    assert (dict(parsed), parsed.realm) == (parameters, realm)


@settings(deadline=None)
@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4))
def test_built_header_is_read_by_oauthlib(parameters: dict[str, str]) -> None:
    """An independent parser reads the names and values that were written."""
    pairs = parse_authorization_header(build(parameters, None))
    assert dict(pairs) == {escape(name): escape(value) for name, value in parameters.items()}


PIECES = st.sampled_from(
    ["OAuth", " ", "\t", ",", "=", '"', "\\", "%41", "%", "a", 'a="1"', 'realm="r"', "\0", "\u00e9"]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=60))
def test_any_text_is_parsed_or_refused_at_a_position(text: str) -> None:
    """What is read can be written and read again; what stands before the position can be read."""
    try:
        found = parse(text)
    except MalformedHeader as error:
        position = error.position
        assert position is not None
        assert position < len(text)
        parse(text[:position])
    else:
        assert parse(build(found, None)) == found


@pytest.mark.parametrize(
    ("parameters", "realm", "expected"),
    [
        ({}, "", 'OAuth realm=""'),
        ({}, "a & b", 'OAuth realm="a & b"'),
        ({}, 'a "b" \\c', r'OAuth realm="a \"b\" \\c"'),
        ({"oauth_a": "1"}, None, 'OAuth oauth_a="1"'),
        ({"oauth_a": "1", "oauth_b": "2"}, None, 'OAuth oauth_a="1", oauth_b="2"'),
        ({"oauth_a": "1"}, "", 'OAuth realm="", oauth_a="1"'),
        ({"oauth_a": ""}, "r", 'OAuth realm="r", oauth_a=""'),
        ({"oauth_a": ", "}, "r, ", 'OAuth realm="r, ", oauth_a="%2C%20"'),
        ({"oauth_a": '"='}, None, 'OAuth oauth_a="%22%3D"'),
        ({"oauth_a": ["1", "2"]}, None, 'OAuth oauth_a="1", oauth_a="2"'),
        ({"oauth_a": None, "oauth_b": 7}, None, 'OAuth oauth_a="None", oauth_b="7"'),
        ({"oauth_a": b"\xe9"}, None, 'OAuth oauth_a="%E9"'),
        ({"oauth_a": "\0\x01"}, "r", 'OAuth realm="r", oauth_a="%00%01"'),
    ],
)
def test_header_is_built_of_parameters(
    parameters: dict[str, Any], realm: str | None, expected: str
) -> None:
    """``name="value"``, joined by a comma and a space, after the realm if there is one."""
    assert build(parameters, realm) == expected
    assert Request(parameters=parameters).to_header(realm) == {"Authorization": expected}


@pytest.mark.parametrize("character", ["\r", "\n", "\0", "\t", "\x1f", "\x7f"])
def test_realm_with_a_control_character_is_refused(character: str) -> None:
    """A realm cannot end the header and begin another."""
    with pytest.raises(ValueError, match="expected a realm without control characters"):
        quoted(f"a{character}b")


def test_realm_is_a_quoted_string() -> None:
    """Quotes and backslashes in a realm are quoted pairs."""
    assert quoted('a "b" \\') == r'"a \"b\" \\"'


@pytest.mark.parametrize(
    ("realm", "expected"),
    [
        ("http://server.example.com/", 'OAuth realm="http://server.example.com/"'),
        (b"Photos", 'OAuth realm="Photos"'),
        ('a "b"', r'OAuth realm="a \"b\""'),
    ],
)
def test_challenge_names_the_realm(realm: str, expected: str) -> None:
    """The first is the example of RFC 5849 section 3.5.1."""
    assert build_authenticate_header(realm) == {"WWW-Authenticate": expected}


def test_challenge_has_an_empty_realm_by_default() -> None:
    """Without an argument the realm is there, and empty."""
    assert build_authenticate_header() == {"WWW-Authenticate": 'OAuth realm=""'}


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "authorization",
        "AUTHORIZATION",
        "aUtHoRiZaTiOn",
        "HTTP_AUTHORIZATION",
        b"authorization",
        b"Authorization",
    ],
)
@pytest.mark.parametrize("make", [dict, list, iter, lambda pairs: MappingProxyType(dict(pairs))])
def test_authorization_is_found_in_any_spelling(
    name: str | bytes, make: Callable[[Any], Any]
) -> None:
    """Text or bytes, any case, WSGI's name, in a mapping or in pairs."""
    assert authorization(make([("Host", "a.example"), (name, HEADER)])) == HEADER


def test_header_with_name_and_value_in_bytes_is_found() -> None:
    """ASGI hands over pairs of bytes."""
    headers = [(b"host", b"a.example"), (b"authorization", HEADER.encode())]
    assert authorization(headers) == HEADER


def test_other_keys_are_passed_over() -> None:
    """A WSGI environ holds keys and values of all kinds."""
    environ = {
        "wsgi.version": (1, 0),
        "wsgi.input": object(),
        7: 8,
        None: None,
        ("authorization",): "x",
        b"\xff\xfe": b"\xff",
        "HTTP_X_AUTHORIZATION": 'OAuth oauth_token="other"',
        "authorization2": 'OAuth oauth_token="other"',
        "HTTP_AUTHORIZATION": HEADER,
    }
    assert authorization(environ) == HEADER


@pytest.mark.parametrize("value", [None, 7, ["OAuth"], object()])
def test_value_that_is_no_string_is_passed_over(value: object) -> None:
    """An Authorization that is no text is none."""
    assert authorization({"Authorization": value}) is None


@pytest.mark.parametrize(
    "value", ["Basic bWU6c2VzYW1l", "Bearer abc", "OAuth2 abc", "Digest oauth", "OAuthX a", ""]
)
def test_other_schemes_are_none_of_ours(value: str) -> None:
    """An Authorization of another scheme is passed over."""
    assert authorization({"Authorization": value}) is None


def test_scheme_of_ours_is_found_beside_another() -> None:
    """Several headers are no matter as long as one is OAuth."""
    headers = [("Authorization", "Basic bWU6c2VzYW1l"), ("authorization", HEADER)]
    assert authorization(headers) == HEADER


def test_same_authorization_twice_is_one() -> None:
    """Frameworks hand over one header under two names."""
    assert authorization({"Authorization": HEADER, "HTTP_AUTHORIZATION": HEADER}) == HEADER


def test_authorizations_that_differ_are_refused() -> None:
    """Nobody can say which of two headers is meant, and neither is shown."""
    headers = [("Authorization", 'OAuth a="sesame"'), ("Authorization", 'OAuth a="barley"')]
    with pytest.raises(MalformedHeader, match="expected one Authorization header") as caught:
        authorization(headers)
    assert_no_secret(caught.value, "sesame", "barley")


def test_absent_authorization_is_none() -> None:
    """No header is None."""
    assert authorization({}) is None


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Content-Type": "application/json"}, "application/json"),
        ({"content-type": "Application/JSON"}, "application/json"),
        ({"CONTENT_TYPE": "text/plain; charset=UTF-8"}, "text/plain"),
        ({"Content-Type": " text/plain ;charset=UTF-8"}, "text/plain"),
        ({"Content-Type": b"text/plain\xa0\x85 \xa0;charset=UTF-8"}, "text/plain"),
        ([(b"content-type", b"text/plain;x")], "text/plain"),
        ({"Content-Type": ""}, ""),
        ({"X-Content-Type": "text/plain"}, None),
        ({"Content-Type": None}, None),
        ({}, None),
    ],
)
def test_media_type_is_read_without_its_parameters(headers: Any, expected: str | None) -> None:
    """In lower case, whatever the spelling of the name, and None where there is none."""
    assert media_type(headers) == expected


def test_media_types_that_differ_are_refused() -> None:
    """Nobody can say which of two media types is meant."""
    headers = [("Content-Type", "text/plain"), (b"content-type", b"text/html")]
    with pytest.raises(MalformedHeader, match="expected one Content-Type header"):
        media_type(headers)


def test_same_media_type_twice_is_one() -> None:
    """Parameters and case do not make a difference."""
    headers = {"Content-Type": "text/plain", "CONTENT_TYPE": "TEXT/plain; charset=UTF-8"}
    assert media_type(headers) == "text/plain"


def test_header_is_left_out_in_any_spelling() -> None:
    """A copy without the header, whose other keys are as they were."""
    headers = {"AUTHORIZATION": "x", b"authorization": "y", "Accept": "z", 7: 8}
    assert without_header(headers, "authorization") == {"Accept": "z", 7: 8}


def test_header_is_left_out_only_where_it_has_the_scheme() -> None:
    """With a scheme, a header of another scheme stays."""
    headers = {"Authorization": " OAuth a", "authorization": "Basic b"}
    kept = without_header(headers, "authorization", scheme="oauth")
    assert kept == {"authorization": "Basic b"}


def test_leaving_a_header_out_does_not_touch_what_was_given() -> None:
    """The caller's headers stay as they are."""
    headers = {"Authorization": HEADER}
    without_header(headers, "authorization")
    assert headers == {"Authorization": HEADER}


def test_request_reads_the_realm_of_its_header() -> None:
    """The realm of a request that came in is an attribute, and not in the dict."""
    headers = {"Authorization": 'oauth realm="a, b", oauth_token="t"'}
    request = present(Request.from_request("GET", "http://a.example/", headers))
    assert (dict(request), request.realm) == ({"oauth_token": "t"}, "a, b")


def test_split_header_takes_a_header_with_and_without_its_scheme() -> None:
    """``Request._split_header`` stays for programs that call it."""
    expected = grouped([("oauth_token", "t")])
    assert Request._split_header(HEADER) == Request._split_header(HEADER[6:]) == expected


def test_a_backslash_in_a_name_is_malformed() -> None:
    """RFC 9110 section 5.6.2 has none in a token; pairs are quoted in a value alone."""
    assert refused('OAuth a\\b="c"').position == len("OAuth ")


@pytest.mark.parametrize("headers", [{"X-Own": "1"}, {"HTTP_X_OWN": "1"}, [(b"x-own", b"1")]])
def test_any_header_can_be_looked_for(headers: Any) -> None:
    """In any case, or as WSGI has it; also one that the library itself does not use."""
    assert has_header(headers, "x-own")
    assert not has_header(headers, "x-other")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Content-Length": "3"}, True),
        ({"Transfer-Encoding": "chunked"}, True),
        ([(b"transfer-encoding", b"chunked")], True),
        ({"CONTENT_LENGTH": "3"}, True),
        ({"Content-Type": "text/plain"}, False),
        ({}, False),
    ],
)
def test_a_body_is_framed_by_either_of_two_headers(headers: Any, expected: bool) -> None:
    """Content-Length or Transfer-Encoding says how long it is (RFC 9112 section 6)."""
    assert has_length(headers) is expected


def test_several_headers_are_left_out_by_name() -> None:
    """Each of them, in any case, and no other."""
    headers = {"Content-Type": "text/plain", "Host": "a.example", "Accept": "*/*", 7: 8}
    kept = without_headers(headers, iter(["host", "content-type"]))
    assert kept == {"Accept": "*/*", 7: 8}


@pytest.mark.parametrize(
    ("header", "position"), [('OAuth "', 6), ('OAuth a="b", "', 13), ('OAuth a="b', 6)]
)
def test_a_quotation_mark_that_closes_nothing_is_malformed(header: str, position: int) -> None:
    """RFC 9110 section 5.6.4 has them in pairs."""
    assert refused(header).position == position
