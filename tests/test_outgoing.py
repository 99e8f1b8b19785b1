"""The choice of a place for OAuth parameters, and what a redirect keeps, without a network."""

from __future__ import annotations

import io
from typing import Any

import pytest
from oauthlib.oauth1.rfc5849.signature import collect_parameters
from oauthlib_base_string import base_string_uri, normalize_parameters, signature_base_string
from secrets_check import assert_no_secret

from oauth2 import Client, Consumer, RedirectRefused, Request
from oauth2.body import FORM
from oauth2.outgoing import Outgoing, prepare, same_origin
from oauth2.signer import Exchange

URI = "http://example.com/r"
FORM_HEADERS = {"Content-Type": FORM}
JSON_HEADERS = {"Content-Type": "application/json"}


def outgoing(**fields: Any) -> Outgoing:
    """Prepare a request, a POST unless told otherwise."""
    given = {"uri": URI, "method": "POST", "body": b"", "headers": None}
    return prepare(**{**given, "parameters": None, "placement": None, **fields})


@pytest.mark.parametrize(
    ("method", "headers", "placement", "place"),
    [
        ("GET", None, None, "query"),
        ("GET", FORM_HEADERS, None, "query"),
        ("GET", FORM_HEADERS, "body", "query"),
        ("GET", None, "header", "header"),
        ("HEAD", None, None, "header"),
        ("HEAD", FORM_HEADERS, "body", "header"),
        ("HEAD", None, "query", "query"),
        ("POST", None, None, "body"),
        ("POST", None, "query", "query"),
        ("POST", None, "header", "header"),
        ("POST", JSON_HEADERS, None, "header"),
        ("POST", JSON_HEADERS, "body", "header"),
        ("POST", JSON_HEADERS, "query", "query"),
        ("PUT", None, None, "header"),
        ("PUT", FORM_HEADERS, None, "body"),
        ("PATCH", FORM_HEADERS, "body", "body"),
        ("DELETE", None, "body", "header"),
        ("OPTIONS", None, None, "header"),
    ],
)
def test_only_a_form_can_hold_oauth_parameters(
    method: str, headers: Any, placement: str | None, place: str
) -> None:
    """A placement of "body" falls back to the classic place where there is no form."""
    assert (
        outgoing(method=method, headers=headers, placement=placement).effective_placement() == place
    )


@pytest.mark.parametrize(
    ("body", "is_form"),
    [
        (None, True),
        (b"", True),
        ("a=1", True),
        (b"plain", True),
        (b"plain words", False),
        ("plain\nwords", False),
        ("n=é", True),
        ('{"a": 1}', False),
        (b" [1]", False),
        ("<a/>", False),
        (b"\xff\xfe", False),
        (b"a\x00b", False),
        pytest.param(io.BytesIO(b"a=1"), False, id="file-False"),
        pytest.param(iter([b"a=1"]), False, id="iterator-False"),
    ],
    ids=lambda value: type(value).__name__ if hasattr(value, "__next__") else ascii(value),
)
def test_an_untyped_post_is_a_form_unless_it_is_plainly_none(body: Any, is_form: bool) -> None:
    """Only then Content-Type is added."""
    prepared = outgoing(body=body)
    assert prepared.is_form == is_form
    assert prepared.headers.get("Content-Type") == (
        FORM_HEADERS["Content-Type"] if is_form else None
    )


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_only_an_untyped_post_is_taken_for_a_form(method: str) -> None:
    """No Content-Type is added for other methods."""
    assert outgoing(method=method, body="a=1").headers == {}


@pytest.mark.parametrize(
    ("uri", "sendable"),
    [
        (URI, URI),
        (b"http://example.com/\xc3\xa9", "http://example.com/%C3%A9"),
        ("http://example.com/a b?c=d e#f g", "http://example.com/a%20b?c=d%20e#f%20g"),
        ("http://example.com/%E9?a=%2541", "http://example.com/%E9?a=%2541"),
        ("http://example.com/50%?q=50% off&n=1", "http://example.com/50%25?q=50%25%20off&n=1"),
    ],
)
def test_a_uri_becomes_one_that_can_be_sent(uri: Any, sendable: str) -> None:
    """What a URI cannot hold is percent-encoded, and nothing is encoded twice."""
    assert outgoing(uri=uri).uri == sendable


@pytest.mark.parametrize("uri", ["ftp://example.com/", "example.com/r?secret=s3", "http:///r"])
def test_a_uri_that_is_no_http_is_a_mistake(uri: str) -> None:
    """ValueError, which does not quote the query."""
    with pytest.raises(ValueError, match=r"^expected a URL with ") as caught:
        outgoing(uri=uri)
    assert_no_secret(caught.value, "s3")


def test_parameters_are_told_apart() -> None:
    """OAuth's are kept for signing; the request's own go into a form."""
    prepared = outgoing(body="a=1", parameters={"oauth_callback": "oob", "tag": ["y", "x"]})
    assert prepared.parameters == {"oauth_callback": "oob"}
    assert prepared.body == "a=1&tag=y&tag=x"
    assert prepared.uri == URI


@pytest.mark.parametrize(
    ("method", "headers", "uri", "expected"),
    [
        ("GET", None, URI, URI + "?n=1"),
        ("GET", FORM_HEADERS, URI + "?q=#part", URI + "?q=&n=1#part"),
        ("HEAD", FORM_HEADERS, URI, URI + "?n=1"),
        ("POST", JSON_HEADERS, URI, URI + "?n=1"),
        ("PUT", None, URI, URI + "?n=1"),
    ],
)
def test_without_a_form_own_parameters_go_into_the_query(
    method: str, headers: Any, uri: str, expected: str
) -> None:
    """The body is left alone."""
    prepared = outgoing(method=method, headers=headers, uri=uri, body="b", parameters={"n": 1})
    assert (prepared.uri, prepared.body) == (expected, "b")


@pytest.mark.parametrize(
    ("body", "octets"),
    [
        ("é", "é".encode()),
        ("\udce9", b"\xe9"),
        (bytearray(b"\xff"), b"\xff"),
        (memoryview(b"\xff"), b"\xff"),
    ],
)
def test_a_body_becomes_octets_where_it_must(body: Any, octets: bytes) -> None:
    """Text beyond ASCII is encoded once, before it is hashed and sent."""
    prepared = outgoing(body=body, headers=JSON_HEADERS)
    assert (type(prepared.body), prepared.body) == (bytes, octets)


def test_a_body_with_a_lone_surrogate_is_a_mistake() -> None:
    """ValueError says where it is, and does not quote the body."""
    with pytest.raises(ValueError, match=r"lone surrogate U\+D800 at index 3") as caught:
        outgoing(body="s3c\ud800")
    assert_no_secret(caught.value, "s3c")


def test_a_form_in_a_file_is_read() -> None:
    """Its pairs are signed, and it can be sent twice."""
    prepared = outgoing(body=io.BytesIO(b"a=1&a="), headers=FORM_HEADERS)
    assert prepared.body == b"a=1&a="
    assert prepared.form() == {"a": ["1", ""]}
    assert prepared.start is None


def test_a_form_in_a_text_file_is_encoded() -> None:
    """What is read as text beyond ASCII goes out as UTF-8, as it was signed."""
    assert outgoing(body=io.StringIO("a=é"), headers=FORM_HEADERS).body == "a=é".encode()


def test_a_form_in_a_generator_is_joined() -> None:
    """Its pairs are signed, and it can be sent twice."""
    prepared = outgoing(body=iter([b"a=1", b"&b=2"]), headers=FORM_HEADERS)
    assert prepared.form() == {"a": ["1"], "b": ["2"]}


def test_a_file_is_remembered_by_where_it_stands() -> None:
    """So that a redirect can send it again from there."""
    file = io.BytesIO(b"abc")
    file.seek(1)
    assert outgoing(body=file, headers=JSON_HEADERS).start == 1


@pytest.mark.parametrize(
    ("headers", "body", "form"),
    [
        (FORM_HEADERS, "m=1&m=2&b", {"m": ["1", "2"], "b": [""]}),
        (FORM_HEADERS, b"a+b=%E9", {"a b": ["\udce9"]}),
        (FORM_HEADERS, None, {}),
        (JSON_HEADERS, "a=1", {}),
    ],
)
def test_a_form_has_a_list_for_each_name(headers: Any, body: Any, form: Any) -> None:
    """Also for a name with one value; no form has none."""
    assert outgoing(headers=headers, body=body).form() == form


SIGNED = Request("POST", URI, {"oauth_token": "t", "oauth_signature": b"s="})
OAUTH = "oauth_token=t&oauth_signature=s%3D"


def test_parameters_go_into_the_query() -> None:
    """RFC 5849 section 3.5.3."""
    carried = outgoing(placement="query", body="a=1").with_oauth_parameters(SIGNED, None)
    assert (carried.uri, carried.body) == (f"{URI}?{OAUTH}", "a=1")


@pytest.mark.parametrize(
    ("body", "text"),
    [("a=1", "a=1&"), (b"a=1", "a=1&"), (b"a=\xe9", "a=\xe9&"), ("é", "\xc3\xa9&"), (None, "")],
)
def test_parameters_go_behind_a_form(body: Any, text: str) -> None:
    """RFC 5849 section 3.5.2; as text of which Latin-1 makes the caller's very octets."""
    assert (
        outgoing(body=body, headers=FORM_HEADERS).with_oauth_parameters(SIGNED, None).body
        == text + OAUTH
    )


@pytest.mark.parametrize(
    ("uri", "realm", "start"),
    [
        ("http://Example.com:80/r?a=b", None, 'OAuth realm="http://example.com", '),
        ("https://example.com:8443", None, 'OAuth realm="https://example.com:8443", '),
        (URI, "Photos", 'OAuth realm="Photos", '),
        (URI, "", 'OAuth realm="", '),
    ],
)
def test_parameters_go_into_the_one_header(uri: str, realm: str | None, start: str) -> None:
    """RFC 5849 section 3.5.1; an Authorization header of any spelling makes way."""
    headers = {"AUTHORIZATION": "Basic eA==", "X": "1"}
    prepared = outgoing(uri=uri, headers=headers, placement="header")
    carried = prepared.with_oauth_parameters(SIGNED, realm)
    assert carried.headers["Authorization"].startswith(start + "oauth_")
    assert carried.headers.keys() == {"X", "Content-Type", "Authorization"}
    assert headers == {"AUTHORIZATION": "Basic eA==", "X": "1"}


NAMES = frozenset(["oauth_token", "x_auth_mode"])


@pytest.mark.parametrize(
    ("location", "uri"),
    [
        ("http://other.example/x", "http://other.example/x"),
        ("//other.example/x", "http://other.example/x"),
        ("/x", "http://example.com/x"),
        ("x", "http://example.com/x"),
        ("?a=1", "http://example.com/r?a=1"),
        ("", "http://example.com/r?q=1"),
        ("/x?oauth_token=1&a=&oauth%5Ftoken&x_auth_mode=2#f", "http://example.com/x?a=#f"),
        ("/x?oauth_token=1", "http://example.com/x"),
        ("/x?oauth_to\tken=1", "http://example.com/x"),
        ("/x?oauth_problem=1", "http://example.com/x?oauth_problem=1"),
        ("/é x", "http://example.com/%C3%A9%20x"),
    ],
)
def test_a_location_is_resolved_without_our_own_parameters(location: str, uri: str) -> None:
    """It may be relative; names that are not ours stay, and all else is as it was written."""
    prepared = outgoing(uri=URI + "?q=1")
    assert prepared.redirected(location, "POST", True, {}, NAMES).uri == uri


@pytest.mark.parametrize("location", ["ftp://example.com/?s=s3c", "mailto:s3c", "https://"])
def test_a_location_that_is_no_http_is_refused(location: str) -> None:
    """RedirectRefused knows where it would have led."""
    with pytest.raises(RedirectRefused) as caught:
        outgoing().redirected(location, "POST", True, {}, NAMES)
    assert caught.value.location == location
    assert isinstance(caught.value.__cause__, ValueError)


def test_a_location_that_cannot_be_joined_is_shown_without_our_parameters() -> None:
    """A provider may echo what we sent: for PLAINTEXT, the signature is the secrets."""
    with pytest.raises(RedirectRefused) as caught:
        outgoing().redirected("http://[x/?oauth_token=s3c", "POST", True, {}, NAMES)
    assert caught.value.location == "http://[x/"
    assert_no_secret(caught.value, "s3c")


HOP_HEADERS = {
    "authorization": "OAuth oauth_token=1",
    "content-type": FORM,
    "content-length": "3",
    "transfer-encoding": "chunked",
    "accept": "text/plain",
}


def test_a_body_goes_with_its_headers() -> None:
    """What becomes a GET has none of them; other headers stay."""
    hop = outgoing(body="a=1").redirected("/x", "GET", False, HOP_HEADERS, NAMES)
    assert (hop.method, hop.body) == ("GET", None)
    assert hop.headers == {"accept": "text/plain"}


def test_a_get_that_loses_its_body_loses_its_headers() -> None:
    """httplib2 drops the body of a GET too, for 302 and 303."""
    prepared = outgoing(method="GET", body="a=1", headers=FORM_HEADERS)
    hop = prepared.redirected("/x", "GET", False, HOP_HEADERS, NAMES)
    assert (hop.body, hop.headers) == (None, {"accept": "text/plain"})


def test_a_body_that_stays_keeps_its_headers() -> None:
    """It is the caller's own body again, without our parameters in it."""
    hop = outgoing(body=b"a=1").redirected("/x", "POST", True, HOP_HEADERS, NAMES)
    assert (hop.method, hop.body) == ("POST", b"a=1")
    assert hop.headers == {k: v for k, v in HOP_HEADERS.items() if k != "authorization"}


def test_a_caller_without_body_keeps_the_content_type() -> None:
    """No body was lost, so its headers stay as well."""
    hop = outgoing(body=None).redirected("/x", "POST", False, {"content-type": FORM}, NAMES)
    assert hop.headers == {"content-type": FORM}
    assert hop.is_form


def test_an_authorization_of_another_scheme_stays() -> None:
    """httplib2 has taken it away already, unless it was asked to forward it."""
    headers = {"authorization": "Basic eA=="}
    assert outgoing().redirected("/x", "POST", True, headers, NAMES).headers == headers


def test_a_file_is_rewound_to_where_it_began() -> None:
    """Also when it had been read in part before."""
    file = io.BytesIO(b"abc")
    file.seek(1)
    prepared = outgoing(body=file, headers=JSON_HEADERS)
    file.read()
    hop = prepared.redirected("/x", "POST", True, {}, NAMES)
    assert hop.body is file
    assert file.read() == b"bc"


class _OneWay(io.BytesIO):
    def seekable(self) -> bool:
        return False


@pytest.mark.parametrize("body", [_OneWay(b"a"), iter([b"a"])], ids=["stream", "generator"])
def test_a_body_that_cannot_be_read_twice_is_refused(body: Any) -> None:
    """RedirectRefused, rather than a request without its body."""
    prepared = outgoing(body=body, headers=JSON_HEADERS)
    with pytest.raises(RedirectRefused, match="cannot be read a second time") as caught:
        prepared.redirected("/x?oauth_token=s3c", "POST", True, {}, NAMES)
    assert caught.value.location == "http://example.com/x"
    assert_no_secret(caught.value, "s3c")


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (None, None),
        ("text", "text"),
        (b"octets", b"octets"),
        ([b"a", b"b"], [b"a", b"b"]),
        (_OneWay(b"a"), None),
        (iter([b"a"]), None),
    ],
    ids=["none", "text", "octets", "list", "stream", "generator"],
)
def test_a_body_that_is_no_file_is_rewound_by_doing_nothing(body: Any, left: Any) -> None:
    """Unless it gives its octets only once."""
    prepared = outgoing(body=body, headers=JSON_HEADERS)
    can = left is not None or body is None
    assert prepared.rewind() is can
    if can:
        assert prepared.body == left


def test_a_file_can_be_rewound_again_and_again() -> None:
    """To where it stood when it was given."""
    file = io.BytesIO(b"0123")
    file.seek(1)
    prepared = outgoing(body=file, headers=JSON_HEADERS)
    for _ in range(2):
        assert file.read() == b"123"
        assert prepared.rewind() is True


def test_a_file_that_was_left_behind_is_not_rewound() -> None:
    """After a 303 there is a GET without a body, and further redirects of it."""
    first = outgoing(body=io.BytesIO(b"abc"), headers=JSON_HEADERS)
    second = first.redirected("/x", "GET", False, first.headers, NAMES)
    third = second.redirected("/y", "GET", False, second.headers, NAMES)
    assert (third.uri, third.body, third.start) == ("http://example.com/y", None, None)
    assert third.rewind() is True


@pytest.mark.parametrize(
    ("given", "has"),
    [
        ({"parameters": {"oauth_timestamp": "1"}}, True),
        ({"body": "a=b&oauth_timestamp=1"}, True),
        ({"body": b'{"oauth_timestamp": 1}', "headers": JSON_HEADERS}, False),
        ({"parameters": {"oauth_nonce": "1"}, "body": "oauth_timestamps=1"}, False),
    ],
)
def test_a_parameter_of_the_callers_own_is_found(given: Any, has: bool) -> None:
    """In parameters, and in a form."""
    assert outgoing(**given).has("oauth_timestamp") is has


@pytest.mark.parametrize(
    ("body", "headers", "left"),
    [
        ("oauth_token=1&a=%41&x_auth_mode=&b", FORM_HEADERS, "a=%41&b"),
        (b"oauth_token=1&a=\xe9", FORM_HEADERS, "a=\xe9"),
        (b"oauth_token=1", JSON_HEADERS, b"oauth_token=1"),
        (None, FORM_HEADERS, None),
    ],
)
def test_a_stranger_gets_a_form_without_our_parameters(body: Any, headers: Any, left: Any) -> None:
    """Any other body is the caller's own, and goes as it is."""
    prepared = outgoing(body=body, headers=headers)
    assert prepared.without_credentials(NAMES).body == left


def test_a_stranger_gets_no_credentials() -> None:
    """Neither an Authorization header of any scheme, nor parameters that wait to be signed."""
    prepared = outgoing(
        headers={"Authorization": "Basic eA==", b"AUTHORIZATION": b"x", "Accept": "a/b"},
        parameters={"oauth_callback": "oob"},
    )
    strange = prepared.without_credentials(NAMES)
    assert strange.headers == {"Accept": "a/b", "Content-Type": FORM}
    assert strange.parameters == {}


@pytest.mark.parametrize("place", ["http://evil.example:1@example.com/", "//evil@example.com/"])
def test_a_location_with_user_info_is_refused(place: str) -> None:
    """httplib2 and proxies do not agree with us about the host of such a URL."""
    with pytest.raises(RedirectRefused, match="user-info"):
        outgoing().redirected(place, "POST", True, {}, NAMES)


@pytest.mark.parametrize("placement", ["header", "query", "body"])
@pytest.mark.parametrize(
    ("method", "body", "headers"),
    [
        ("GET", b"", None),
        ("POST", "a=%41&b", FORM_HEADERS),
        ("POST", None, FORM_HEADERS),
        ("PUT", b'{"a": 1}', JSON_HEADERS),
    ],
    ids=["GET", "form", "empty form", "JSON"],
)
def test_a_base_string_is_read_back(method: str, body: Any, headers: Any, placement: str) -> None:
    """It is the one that was signed, as oauthlib would build it, wherever the parameters are."""
    client = Client(Consumer("key", "a-sekrit"), placement=placement)
    signed = client.sign(f"{URI}?q=%7E", method, body, headers)
    base = signed.base_string()
    form = signed.body if signed.is_form else ""
    pairs = collect_parameters(
        uri_query=signed.uri.partition("?")[2], body=form or "", headers=signed.headers
    )
    expected = signature_base_string(
        method, base_string_uri(signed.uri), normalize_parameters(pairs)
    )
    assert base == expected
    assert "sekrit" not in base


def test_what_is_not_signed_has_no_base_string() -> None:
    """A mistake of the program."""
    with pytest.raises(ValueError, match=r"^expected a signed request, got one without"):
        outgoing().base_string()


def test_what_is_half_signed_has_no_base_string() -> None:
    """A consumer key makes no signature."""
    with pytest.raises(ValueError, match=r"^expected a signed request, got one without"):
        outgoing(body="oauth_consumer_key=k").base_string()


@pytest.mark.parametrize(
    ("uri", "other"),
    [
        ("http://a.example/", "http://evila.example/"),
        ("http://a.example/", "https://evila.example/"),
        ("https://a.example/", "https://evila.example/"),
        ("http://www.a.example/", "http://a.example/"),
        ("http://www.a.example/", "https://a.example/"),
        ("https://www.a.example/", "https://a.example/"),
        ("http://a.example/", "https://www.a.example/"),
        ("https://a.example/", "https://www.a.example/"),
        ("http://a.example/", "https://a.example.evil.example/"),
        ("https://a.example/", "https://a.example.evil.example/"),
        ("http://a.example/", "https://a.exampleevil/"),
        ("http://a.example/", "https://a.exampl/"),
    ],
)
def test_a_host_that_resembles_ours_is_another_origin(uri: str, other: str) -> None:
    """Neither a name that ends or begins with ours, nor a parent, and https makes it no better."""
    assert not same_origin(uri, other)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Length": "2"},
        {"content-length": "2"},
        {"Transfer-Encoding": "chunked"},
        {b"transfer-encoding": b"chunked"},
    ],
)
def test_a_length_that_the_caller_gives_for_a_file_stays(headers: dict[Any, Any]) -> None:
    """Content-Length beside Transfer-Encoding, or two of either, is request smuggling."""
    prepared = outgoing(method="PUT", body=io.BytesIO(b"abc"), headers=headers)
    assert prepared.headers == headers


def test_a_file_has_the_length_of_what_is_left_in_it() -> None:
    """It is sent from where it stands, in one piece."""
    file = io.BytesIO(b"abcde")
    file.seek(2)
    assert outgoing(method="PUT", body=file).headers == {"Content-Length": "3"}
    assert file.read() == b"cde"


class _Readable:
    """A body that can be read, and nothing else."""

    def read(self) -> bytes:
        return b"a=1&b=%2B"


@pytest.mark.parametrize("body", [_Readable(), ["a=1", "&b=%2B"], iter(["a=1", b"&b=%2B"])])
def test_a_form_is_put_together_of_what_it_is_given_as(body: Any) -> None:
    """Something with ``read`` alone, and text in pieces, are signed like the octets they hold."""
    prepared = outgoing(headers=FORM_HEADERS, body=body)
    assert prepared.form() == {"a": ["1"], "b": ["+"]}


def test_what_became_a_get_is_no_form() -> None:
    """Its headers say nothing of a form any more, and nothing goes into a body."""
    prepared = outgoing(body="a=1", headers=FORM_HEADERS)
    hop = prepared.redirected("/x", "GET", False, HOP_HEADERS, NAMES)
    assert (prepared.is_form, hop.is_form) == (True, False)


@pytest.mark.parametrize("realm", ["Caf\u00e9", "\u00ff"])
def test_a_realm_in_latin_1_is_sent(realm: str) -> None:
    """That is the charset of http.client's headers; the ValueError is for what it lacks."""
    carried = outgoing(placement="header").with_oauth_parameters(SIGNED, realm)
    assert carried.headers["Authorization"].startswith(f'OAuth realm="{realm}", ')
    with pytest.raises(ValueError, match="realm: expected Latin-1"):
        outgoing(placement="header").with_oauth_parameters(SIGNED, realm + "\u0100")


def test_an_iri_with_an_empty_port_loses_it() -> None:
    """RFC 3986 section 3.2.3: a colon without a port is no port."""
    assert outgoing(uri="http://b\u00fccher.example:/a").uri == "http://xn--bcher-kva.example/a"


def test_an_iri_keeps_its_user_info_and_its_port() -> None:
    """Only the name of the host is encoded by IDNA."""
    uri = outgoing(uri="http://me:pw@b\u00fccher.example:8080/\u00e9?q=1").uri
    assert uri == "http://me:pw@xn--bcher-kva.example:8080/%C3%A9?q=1"


def test_protocol_parameters_in_the_callers_query_are_named() -> None:
    """OAuth's and xAuth's, however they are written; a redirect elsewhere takes none along."""
    uri = "http://a.example/?oauth_token=1&a=2&x_auth_mode=3&oauth%5Fverifier=4"
    names = outgoing(uri=uri).protocol_names()
    assert names == {"oauth_token", "x_auth_mode", "oauth_verifier"}
    assert outgoing(uri=uri).without_credentials(names).uri == "http://a.example/?a=2"


def test_the_base_string_of_what_is_streamed_is_read_back() -> None:
    """The body is no part of it, and is not read."""
    file = io.BytesIO(b"abc")
    signed = Client(Consumer("key", "a-sekrit")).sign(URI, "PUT", file, JSON_HEADERS)
    assert signed.base_string().startswith("PUT&http%3A%2F%2Fexample.com%2Fr&oauth_body_hash")
    assert file.read() == b"abc"


def test_a_method_that_changes_takes_the_body_along() -> None:
    """What was meant for a POST is not sent with a PUT, whoever says so."""
    hop = outgoing(body="a=1").redirected("/x", "PUT", True, HOP_HEADERS, NAMES)
    assert (hop.method, hop.body, hop.is_form) == ("PUT", None, False)
    assert hop.headers == {"accept": "text/plain"}


def test_the_case_of_a_method_changes_nothing() -> None:
    """A body stays where only that differs."""
    hop = outgoing(body=b"a=1").redirected("/x", "post", True, HOP_HEADERS, NAMES)
    assert (hop.method, hop.body) == ("POST", b"a=1")


def test_what_can_only_be_read_is_not_sent_twice() -> None:
    """The second time there would be nothing in it."""
    prepared = outgoing(method="PUT", body=_Readable())
    assert not prepared.rewind()
    with pytest.raises(RedirectRefused, match="the body cannot be read a second time"):
        prepared.redirected("/x", "PUT", True, {}, NAMES)


@pytest.mark.parametrize("is_trusted", [True, False])
def test_another_origin_is_signed_for_where_the_program_says_so(is_trusted: bool) -> None:
    """``forward_authorization_headers`` is httplib2's word for it."""
    exchange = Exchange(outgoing(parameters={"oauth_callback": "oob"}))
    hop = exchange.redirected("http://b.example/", "POST", True, {}, is_trusted)
    assert hop.outgoing.uri == "http://b.example/"
    assert (hop.is_signed, hop.left_origin) == (is_trusted, not is_trusted)
    assert hop.outgoing.has("oauth_callback") is is_trusted


# The Host header

HOSTS: dict[str, tuple[str, dict[Any, Any], str]] = {
    "none": ("http://a.example:8080/r", {}, "http://a.example:8080/r"),
    "another": ("http://127.0.0.1:8080/r", {"Host": "b.example"}, "http://b.example/r"),
    "with a port": ("http://a.example/r", {"host": "B.example:8080"}, "http://b.example:8080/r"),
    "default port": ("http://a.example:81/r", {"HOST": "b.example:80"}, "http://b.example/r"),
    "https": ("https://a.example/r", {"Host": "b.example:443"}, "https://b.example/r"),
    "http by 443": ("http://a.example/r", {"Host": "b.example:443"}, "http://b.example:443/r"),
    "leading zeros": ("http://a.example/r", {"Host": "b.example:0080"}, "http://b.example/r"),
    "bytes": ("http://a.example/r", {b"hOsT": b"b.example"}, "http://b.example/r"),
    "white space": ("http://a.example/r", {"Host": " b.example\t"}, "http://b.example/r"),
    "an address": ("http://a.example/", {"Host": "[::1]:8080"}, "http://[::1]:8080/"),
    "no path": ("http://a.example?q", {"Host": "b.example"}, "http://b.example/?q"),
    "user-info": ("http://me:pw@a.example/r", {"Host": "b.example"}, "http://b.example/r"),
    "twice the same": ("http://a.example/", {"Host": "b", b"host": b"b"}, "http://b/"),
    "of WSGI": ("http://a.example/", {"HTTP_HOST": "b.example"}, "http://a.example/"),
    "not a name": ("http://a.example/", {1: "b.example"}, "http://a.example/"),
}


@pytest.mark.parametrize("placement", ["header", "query", "body"])
@pytest.mark.parametrize(("uri", "headers", "signed"), HOSTS.values(), ids=HOSTS)
def test_the_host_that_is_sent_is_signed(
    uri: str, headers: dict[Any, Any], signed: str, placement: str
) -> None:
    """The URL that is sent stays, and the signature is that of the URL with this host."""
    client = Client(Consumer("key", "secret"), placement=placement)
    given = {**headers, **FORM_HEADERS}
    fixed = {"oauth_nonce": "n", "oauth_timestamp": "1"}
    out = client.sign(uri, "POST", "a=1", given, parameters=fixed)
    assert out.uri.startswith(uri)
    assert {name: out.headers[name] for name in given} == given
    expected = client.sign(signed, "POST", "a=1", FORM_HEADERS, parameters=fixed)
    assert out.base_string() == expected.base_string()


@pytest.mark.parametrize(
    "value",
    [
        *("", " ", "a b", "a/b", "a?b", "a#b", "me@a", "a:BAD", "a:65536", "a:1:2", "a, b", ":80"),
        *("a\r\nX: 1", "http://a/", "[::1", "b\xfccher.example", b"b\xc3\xbccher.example"),
    ],
)
def test_a_host_that_is_none_cannot_be_signed(value: Any) -> None:
    """ValueError that names the header."""
    with pytest.raises(ValueError, match=r"^Host: expected a "):
        Client(Consumer("key", "secret")).sign("http://a.example/", headers={"Host": value})


def test_two_hosts_cannot_be_signed() -> None:
    """Which one is sent would be up to the HTTP client."""
    with pytest.raises(ValueError, match=r"^Host: expected one, got 2 that differ$"):
        Client(Consumer("k", "s")).sign("http://a.example/", headers={"Host": "a", "host": "b"})


@pytest.mark.parametrize("value", [None, 8080, ["a.example"]])
def test_a_host_of_another_type_is_a_type_error(value: Any) -> None:
    """As for any argument that is neither str nor bytes."""
    with pytest.raises(TypeError, match=r"^Host: expected str or bytes, got "):
        Client(Consumer("k", "s")).sign("http://a.example/", headers={"Host": value})
