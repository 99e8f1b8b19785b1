"""`Signer.sign`: published answers and other judges first, then each promise of its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import re
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from known import (
    CONSUMER,
    CONSUMER_SECRET,
    FORM,
    HMAC_SHA1,
    HMAC_SHA256,
    HMAC_SHA512,
    PLAINTEXT,
    TOKEN,
    TOKEN_SECRET,
)
from vectors import VECTORS, Vector
from wire import KEYS, Received, assert_signed, by_hand

import oauth2
from oauth2 import Consumer, SignedRequest, Signer, Token
from oauth2.encoding import bytes_of

URL = "http://photos.example.net/photos"
FORM_HEADERS = {"Content-Type": FORM}
JSON_HEADERS = {"Content-Type": "application/json"}
SIGNER = Signer(CONSUMER, TOKEN)
METHODS = {method.name: method for method in (HMAC_SHA1, HMAC_SHA256, HMAC_SHA512, PLAINTEXT)}
PLACEMENTS = ("header", "query", "body", None)
KNOWN_ANSWERS = [
    vector
    for vector in VECTORS
    if vector["kind"] == "request" and vector["verified"] and "signature" in vector
    if vector["signature_method"] in METHODS
]

each_placement = pytest.mark.parametrize("placement", PLACEMENTS)


def sent(signed: SignedRequest, method: str = "GET", headers: Any = ()) -> Received:
    """Return the request as an HTTP library sends it, which sets what is to be set."""
    scheme, netloc, path, query, _ = urlsplit(signed.url)
    given = list(headers.items() if hasattr(headers, "items") else headers)
    hosts = [value for name, value in given if name.lower() == "host"] or [netloc]
    given = [(name, value) for name, value in given if name.lower() != "host"]
    body = signed.body.encode() if isinstance(signed.body, str) else signed.body or b""
    fields = [*given, *signed.headers.items(), ("Host", hosts[0])]
    target = f"{path or '/'}?{query}" if query else path or "/"
    return Received(scheme, method, target, fields, body, body, 0)


def oauth(signed: SignedRequest, name: str, headers: Any = ()) -> str | None:
    """Return an OAuth parameter of a signed request, wherever it is."""
    return sent(signed, headers=headers).oauth(name)


# Published answers.


@pytest.fixture
def unversioned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave oauth_version out, which is optional, as the examples of the RFC do."""
    make = oauth2.Request.from_consumer_and_token

    def without_version(*args: Any, **options: Any) -> oauth2.Request:
        request = make(*args, **options)
        del request["oauth_version"]
        return request

    monkeypatch.setattr(oauth2.Request, "from_consumer_and_token", without_version)


def assert_published(vector: Vector) -> None:
    """Fail unless one call, of what stands in the source, has the signature of the source."""
    fixed = {name: value for name, value in vector["params"] if name.startswith("oauth_")}
    own = "&".join(
        f"{oauth2.escape(name)}={oauth2.escape(value)}"
        for name, value in vector["params"]
        if not name.startswith("oauth_")
    )
    signer = Signer(
        Consumer(fixed["oauth_consumer_key"], vector["consumer_secret"]),
        Token(fixed["oauth_token"], vector["token_secret"]) if "oauth_token" in fixed else None,
        signature_method=METHODS[vector["signature_method"]],
        include_body_hash=False,
    )
    headers = FORM_HEADERS if own else {}
    signed = signer.sign(
        vector["method"], vector["url"], headers=headers, body=own, parameters=fixed
    )
    assert (signed.url, signed.body) == (vector["url"], own)
    assert oauth(signed, "oauth_signature") == vector["signature"]


def vectors(is_versioned: bool) -> pytest.MarkDecorator:
    """Make a table of the published requests that have an oauth_version, or of those without."""
    found = [
        vector
        for vector in KNOWN_ANSWERS
        if ("oauth_version" in dict(vector["params"])) == is_versioned
    ]
    return pytest.mark.parametrize("vector", found, ids=[vector["id"] for vector in found])


@vectors(is_versioned=True)
def test_published_request_has_its_published_signature(vector: Vector) -> None:
    """OAuth Core 1.0a and Twitter."""
    assert_published(vector)


@vectors(is_versioned=False)
@pytest.mark.usefixtures("unversioned")
def test_request_of_the_rfc_has_its_published_signature(vector: Vector) -> None:
    """RFC 5849 sections 1.2, 2.1, 2.3 and 3.1."""
    assert_published(vector)


@pytest.mark.usefixtures("unversioned")
def test_example_of_the_rfc_is_signed_as_it_stands_there() -> None:
    """RFC 5849 section 3.1, with erratum 2550: names in the query and the form, and twice."""
    signer = Signer(
        Consumer("9djdj82h48djs9d2", "j49sk3j29djd"), Token("kkk9d7dh3k39sjv7", "dh893hdasih9")
    )
    signed = signer.sign(
        "POST",
        "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b",
        headers=FORM_HEADERS,
        body="c2&a3=2+q",
        parameters={"oauth_timestamp": "137131201", "oauth_nonce": "7d8f3e4a"},
    )
    assert oauth(signed, "oauth_signature") == "r6/TJjbCOr97/+UU0NsvSne7s5g="
    assert signed.body == "c2&a3=2+q"


def test_published_hash_of_a_body_is_signed() -> None:
    """OAuth Request Body Hash, appendix A.1."""
    signed = SIGNER.sign("PUT", URL, headers={"Content-Type": "text/plain"}, body="Hello World!")
    assert oauth(signed, "oauth_body_hash") == "Lve95gjOVATpfV8EL5X4nxwjKHE="


# Judges.

CALLS: list[tuple[str, str, Any, Any]] = [
    ("GET", f"{URL}?size=big&a=%2B+%20&é=ü&b", (), b""),
    ("HEAD", URL, (), b""),
    ("DELETE", f"{URL}/1", (), None),
    ("POST", URL, FORM_HEADERS, "a=b%20c&d=%7E&a=1"),
    ("PUT", f"{URL}?a=1", FORM_HEADERS, b"a=2"),
    ("POST", URL, JSON_HEADERS, '{"a": "é"}'),
    ("PATCH", f"{URL}?x=1", {"Content-Type": "application/octet-stream"}, b"\x00\x01"),
    ("GET", "https://Photos.Example.net:443/a/../b;c?d=e;f", {"Host": "Shop.example:443"}, b""),
    ("GET", "http://127.0.0.1:8080", {"host": "shop.example:8080"}, b""),
]


@each_placement
@pytest.mark.parametrize("method", METHODS)
def test_both_judges_accept_what_is_signed(placement: str | None, method: str) -> None:
    """By hand from the octets and by oauthlib, wherever the signature is."""
    signer = Signer(CONSUMER, TOKEN, signature_method=METHODS[method], placement=placement)
    for verb, url, headers, body in CALLS:
        signed = signer.sign(verb, url, headers=headers, body=body)
        assert_signed(sent(signed, verb, headers), KEYS)


def test_both_judges_accept_what_a_consumer_alone_signs() -> None:
    """A two-legged request has no token, and the key of HMAC ends in an ampersand."""
    signed = Signer(CONSUMER).sign("GET", URL)
    assert oauth(signed, "oauth_token") is None
    assert by_hand(sent(signed), KEYS._replace(token_secret=""))


@pytest.mark.parametrize(
    ("method", "url", "headers", "body"),
    [call for call in CALLS if call[0] != "HEAD"],
    ids=lambda value: value if isinstance(value, str) and value.isupper() else "",
)
@each_placement
def test_client_signs_the_same(
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    url: str,
    headers: Any,
    body: Any,
    placement: str | None,
) -> None:
    """Nonce and timestamp are those that a program may replace, and its Client has one Signer."""
    monkeypatch.setattr(oauth2.Request, "make_nonce", lambda: "nonce")
    monkeypatch.setattr(oauth2.Request, "make_timestamp", lambda: "1000")
    client = oauth2.Client(CONSUMER, TOKEN, placement=placement, realm=False)
    theirs = client.sign(url, method, body, dict(headers))
    ours = Signer(CONSUMER, TOKEN, placement=placement).sign(
        method, url, headers=headers, body=body
    )
    assert ours.url == theirs.uri
    assert ours.headers.get("Authorization") == theirs.headers.get("Authorization")
    assert sent(ours).body == bytes_of(theirs.body or b"")


# What is a form.


@pytest.mark.parametrize(
    ("headers", "is_form"),
    [
        ((), False),
        (FORM_HEADERS, True),
        ({"content-type": f"{FORM.upper()}; charset=utf-8"}, True),
        ([(b"Content-Type", FORM.encode())], True),
        (iter([("Content-Type", FORM), ("X-A", "1")]), True),
        ([("Content-Type", FORM), ("content-type", FORM)], True),
        (JSON_HEADERS, False),
        ({"Content-Type": ""}, False),
        ({"Content-Type": "multipart/form-data; boundary=a"}, False),
        ({"X-Content-Type": FORM}, False),
    ],
    ids=range(10),
)
def test_only_a_content_type_makes_a_form(headers: Any, is_form: bool) -> None:
    """Nothing is guessed from a body: what is no form has a hash, and no OAuth parameters."""
    signer = Signer(CONSUMER, TOKEN, placement="body")
    signed = signer.sign("POST", URL, headers=headers, body=b"a=1")
    assert (signed.body != b"a=1") == is_form
    assert (oauth(signed, "oauth_body_hash", FORM_HEADERS) is None) == is_form


@each_placement
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("headers", [(), FORM_HEADERS, JSON_HEADERS], ids=["none", "form", "JSON"])
def test_nothing_but_authorization_is_to_be_set(
    placement: str | None, method: str, headers: Any
) -> None:
    """Neither a Content-Type nor a Host, a length or the name of a program."""
    signer = Signer(CONSUMER, TOKEN, placement=placement)
    signed = signer.sign(method, URL, headers={**dict(headers), "Host": "a.example"}, body="a=1")
    assert signed.headers.keys() <= {"Authorization"}


def test_two_content_types_are_refused() -> None:
    """There is no telling by which of them a provider reads the body."""
    headers = [("Content-Type", FORM), ("Content-Type", "text/plain")]
    with pytest.raises(oauth2.MalformedHeader, match="one Content-Type header, got 2 that differ"):
        SIGNER.sign("POST", URL, headers=headers)


# Headers.


@pytest.mark.parametrize("kind", [list, tuple, iter, dict], ids=["list", "tuple", "iter", "dict"])
def test_headers_are_a_mapping_or_pairs(kind: Any) -> None:
    """Pairs that can be read once only tell both of a form and of a host."""
    headers = [("Content-Type", FORM), ("Host", "shop.example"), ("X-A", "1")]
    signed = SIGNER.sign("POST", URL, headers=kind(headers), body="a=1")
    assert by_hand(sent(signed, "POST", headers), KEYS)


def test_repeated_headers_stay_repeated() -> None:
    """They are the caller's, who sends them: nothing that is returned takes their place."""
    headers = [("X-A", "1"), ("X-A", "2"), ("Cookie", "a=1"), ("Cookie", "b=2")]
    signed = SIGNER.sign("GET", URL, headers=headers)
    assert headers == [("X-A", "1"), ("X-A", "2"), ("Cookie", "a=1"), ("Cookie", "b=2")]
    assert list(signed.headers) == ["Authorization"]


def test_request_to_sign_has_no_body_unless_given() -> None:
    """Nor headers."""
    outgoing = SIGNER.outgoing("get", URL)
    assert (outgoing.method, outgoing.body, dict(outgoing.headers)) == ("GET", b"", {})


def test_headers_of_none_are_no_headers() -> None:
    """As programs without types have them."""
    none: Any = None
    assert list(SIGNER.sign("GET", URL, headers=none).headers) == ["Authorization"]


@pytest.mark.parametrize(("method", "url", "name"), [(5, URL, "method"), ("GET", 5, "url")])
def test_method_and_url_are_text(method: Any, url: Any, name: str) -> None:
    """TypeError has the name of the other."""
    with pytest.raises(TypeError, match=f"^{name}: expected str or bytes, got int"):
        SIGNER.sign(method, url)


@pytest.mark.parametrize("headers", ["Host: a", b"a", ["abc"], 5, [("a", "b", "c")]])
def test_what_is_no_headers_is_refused(headers: Any) -> None:
    """TypeError says what was expected."""
    expected = f"headers: expected a mapping or pairs, got {type(headers).__name__}"
    with pytest.raises(TypeError, match=f"^{expected}$"):
        SIGNER.sign("GET", URL, headers=headers)


@each_placement
def test_host_that_is_given_is_signed(placement: str | None) -> None:
    """RFC 5849 section 3.4.1.2: not that of the URL, which stays; a port 80 is left out."""
    headers = [("HOST", "Shop.Example:80"), (b"host", b"Shop.Example:80")]
    signer = Signer(CONSUMER, TOKEN, placement=placement)
    signed = signer.sign("GET", "http://127.0.0.1:8080/a", headers=headers)
    assert signed.url.startswith("http://127.0.0.1:8080/a")
    assert by_hand(sent(signed, headers=headers[:1]), KEYS)
    assert not by_hand(sent(signed), KEYS)


def test_host_that_is_repeated_must_be_one() -> None:
    """There is no telling which of them a provider verifies by."""
    with pytest.raises(ValueError, match=r"^Host: expected one, got 2 that differ"):
        SIGNER.sign("GET", URL, headers=[("Host", "a.example"), ("host", "b.example")])


@pytest.mark.parametrize(
    ("value", "error"), [("a b", ValueError), ("a.example/b", ValueError), (80, TypeError)]
)
def test_host_that_is_none_is_refused(value: Any, error: type[Exception]) -> None:
    """The error says what was expected."""
    with pytest.raises(error, match=r"^Host: expected "):
        SIGNER.sign("GET", URL, headers={"Host": value})


# Where the signature goes.


@pytest.mark.parametrize(
    ("realm", "start"),
    [
        (None, "OAuth oauth_"),
        ("", 'OAuth realm="", oauth_'),
        ("Photos", 'OAuth realm="Photos", oauth_'),
        ('a "b"', r'OAuth realm="a \"b\"", oauth_'),
    ],
)
def test_realm_is_what_was_given(realm: str | None, start: str) -> None:
    """None leaves it out, and it is not signed."""
    signed = Signer(CONSUMER, TOKEN, realm=realm).sign("GET", URL)
    assert signed.headers["Authorization"].startswith(start)


@pytest.mark.parametrize("realm", ["\N{SNOWMAN}", "a\nb"])
def test_realm_that_no_header_holds_is_refused(realm: str) -> None:
    """ValueError, before anything is sent."""
    with pytest.raises(ValueError, match=r"expected .*realm|realm: expected"):
        Signer(CONSUMER, realm=realm).sign("GET", URL)


@pytest.mark.parametrize(
    ("placement", "method", "headers", "place"),
    [
        ("header", "GET", (), "header"),
        ("header", "POST", FORM_HEADERS, "header"),
        ("query", "GET", (), "query"),
        ("query", "POST", FORM_HEADERS, "query"),
        ("query", "PUT", JSON_HEADERS, "query"),
        ("body", "POST", FORM_HEADERS, "body"),
        ("body", "PATCH", FORM_HEADERS, "body"),
        ("body", "POST", JSON_HEADERS, "header"),
        ("body", "DELETE", (), "header"),
        ("body", "GET", FORM_HEADERS, "query"),
        (None, "GET", (), "query"),
        (None, "POST", FORM_HEADERS, "body"),
        (None, "POST", (), "header"),
        (None, "HEAD", (), "header"),
    ],
)
def test_signature_goes_where_placement_says(
    placement: str | None, method: str, headers: Any, place: str
) -> None:
    """As with the Client; what is no form has no place for it."""
    signed = Signer(CONSUMER, TOKEN, placement=placement).sign(
        method, URL, headers=headers, body="a=1"
    )
    received = sent(signed, method, headers)
    assert list(received.protocol_parameters()) == [place]
    assert (signed.url == URL) == (place != "query")
    assert (signed.body == "a=1") == (place != "body")


def test_query_keeps_what_was_in_it() -> None:
    """OAuth parameters are added, before a fragment."""
    signed = Signer(CONSUMER, TOKEN, placement="query").sign("GET", f"{URL}?a=%7E&b#part")
    assert signed.url.startswith(f"{URL}?a=%7E&b&oauth_consumer_key=key&")
    assert signed.url.endswith("#part")


def test_placement_is_the_header_unless_told_otherwise() -> None:
    """The one that RFC 5849 section 3.5 prefers."""
    assert list(Signer(CONSUMER).sign("GET", URL).headers) == ["Authorization"]


# The body.


def pieces() -> Iterator[bytes]:
    """Yield a body that can be read once."""
    yield from (b"a=1", b"&b=2")


@pytest.mark.parametrize(
    "body",
    [b"a=1", "a=1", "a=é", b"\xff", b"", "", None, io.BytesIO(b"a=1"), [b"a=1"], pieces()],
    ids=lambda body: f"{type(body).__name__} {body!r:.6}" if body else ascii(body),
)
@pytest.mark.parametrize("placement", ["header", "query"])
def test_body_that_is_no_form_is_the_one_that_was_given(body: Any, placement: str) -> None:
    """The very same object, of whatever type."""
    signer = Signer(CONSUMER, TOKEN, placement=placement)
    assert signer.sign("POST", URL, headers=JSON_HEADERS, body=body).body is body


@pytest.mark.parametrize("kind", [bytearray, memoryview])
def test_buffer_is_taken_as_bytes(kind: Any) -> None:
    """It may change before it is sent."""
    signed = SIGNER.sign("POST", URL, headers=JSON_HEADERS, body=kind(b"{}"))
    assert (type(signed.body), signed.body) == (bytes, b"{}")


@pytest.mark.parametrize(
    ("body", "kind", "start"),
    [
        ("a=1", str, b"a=1&oauth_"),
        (b"a=1", bytes, b"a=1&oauth_"),
        ("a=é", bytes, "a=é&oauth_".encode()),
        (b"a=\xe9", bytes, b"a=\xe9&oauth_"),
        ("", str, b"oauth_"),
        (b"", bytes, b"oauth_"),
        (None, bytes, b"oauth_"),
        (bytearray(b"a=1"), bytes, b"a=1&oauth_"),
        (io.BytesIO(b"a=1"), bytes, b"a=1&oauth_"),
        (io.StringIO("a=é"), bytes, "a=é&oauth_".encode()),
        (io.StringIO("a=1"), bytes, b"a=1&oauth_"),
        ([b"a=", b"1"], bytes, b"a=1&oauth_"),
        (pieces(), bytes, b"a=1&b=2&oauth_"),
    ],
    ids=lambda value: f"{type(value).__name__} {value!r:.6}" if value else ascii(value),
)
def test_form_to_which_parameters_are_added_keeps_its_type(
    body: Any, kind: type, start: bytes
) -> None:
    """Text stays text where it is ASCII, and what was read to be signed is bytes."""
    signed = Signer(CONSUMER, TOKEN, placement="body").sign(
        "POST", URL, headers=FORM_HEADERS, body=body
    )
    assert type(signed.body) is kind
    assert sent(signed).body.startswith(start)
    assert by_hand(sent(signed, "POST", FORM_HEADERS), KEYS)


@pytest.mark.parametrize("body", ["a=1", b"a=1", "a=é", b"a=\xe9", "", b"", None])
def test_form_to_which_nothing_is_added_is_the_one_that_was_given(body: Any) -> None:
    """The very same object."""
    signed = SIGNER.sign("POST", URL, headers=FORM_HEADERS, body=body)
    assert signed.body is body
    assert by_hand(sent(signed, "POST", FORM_HEADERS), KEYS)


def test_form_that_can_be_read_once_is_returned_whole() -> None:
    """It was read to be signed, and goes out by what is returned."""
    signed = SIGNER.sign("POST", URL, headers=FORM_HEADERS, body=pieces())
    assert signed.body == b"a=1&b=2"
    assert by_hand(sent(signed, "POST", FORM_HEADERS), KEYS)


NOTHING = base64.b64encode(hashlib.sha1(b"").digest()).decode()


class _OneWay(io.BytesIO):
    def seekable(self) -> bool:
        return False


@pytest.mark.parametrize(
    ("body", "digest"),
    [
        (b"", NOTHING),
        ("", NOTHING),
        (None, NOTHING),
        (io.BytesIO(), NOTHING),
        (pieces(), None),
        (iter([]), None),
        (_OneWay(), None),
        (_OneWay(b"a"), None),
    ],
    ids=["bytes", "str", "None", "file", "generator", "empty iterator", "empty pipe", "pipe"],
)
def test_body_that_cannot_be_read_twice_is_told_from_an_empty_one(
    body: Any, digest: str | None
) -> None:
    """It has no hash, and not that of nothing."""
    signed = SIGNER.sign("POST", URL, headers=JSON_HEADERS, body=body)
    assert oauth(signed._replace(body=None), "oauth_body_hash") == digest


def test_generator_is_left_unread() -> None:
    """Whoever sends it reads it."""
    body = pieces()
    assert SIGNER.sign("PUT", URL, body=body).body is body
    assert list(body) == [b"a=1", b"&b=2"]


def test_file_is_hashed_from_where_it_stands_and_left_there() -> None:
    """As that is what will be sent."""
    file = io.BytesIO(b"abc")
    file.seek(1)
    signed = SIGNER.sign("PUT", URL, body=file)
    assert file.read() == b"bc"
    digest = base64.b64encode(hashlib.sha1(b"bc").digest()).decode()
    assert oauth(signed._replace(body=None), "oauth_body_hash") == digest


@pytest.mark.parametrize("include", [True, False])
def test_hash_of_the_body_is_left_out_when_it_is_not_wanted(include: bool) -> None:
    """It is an extension, which some providers refuse."""
    signed = Signer(CONSUMER, TOKEN, include_body_hash=include).sign("PUT", URL, body=b"{}")
    assert (oauth(signed, "oauth_body_hash") is not None) == include


@pytest.mark.parametrize("body", [{"a": 1}, 5, object(), io.StringIO("a")], ids=range(4))
def test_what_is_no_body_is_refused(body: Any) -> None:
    """TypeError says what was expected."""
    with pytest.raises(TypeError, match=r"^body: expected .*a binary file"):
        SIGNER.sign("POST", URL, headers=JSON_HEADERS, body=body)


# Parameters.


def test_parameters_of_oauth_go_where_the_signature_goes() -> None:
    """Into the header, and in the place of those that signing would add."""
    parameters = {"oauth_callback": "http://a.example/?b=é", "oauth_nonce": "mine"}
    signed = SIGNER.sign("POST", URL, parameters=parameters)
    assert (signed.url, signed.body) == (URL, b"")
    assert oauth(signed, "oauth_callback") == "http://a.example/?b=é"
    assert oauth(signed, "oauth_nonce") == "mine"
    assert_signed(sent(signed, "POST"), KEYS)


@pytest.mark.parametrize(
    ("method", "headers", "url", "body"),
    [
        ("GET", (), f"{URL}?q=1&n=%C3%A9&t=1&t=2", "a=1"),
        ("POST", JSON_HEADERS, f"{URL}?q=1&n=%C3%A9&t=1&t=2", "a=1"),
        ("GET", FORM_HEADERS, f"{URL}?q=1&n=%C3%A9&t=1&t=2", "a=1"),
        ("POST", FORM_HEADERS, f"{URL}?q=1", "a=1&n=%C3%A9&t=1&t=2"),
    ],
    ids=["GET", "JSON", "form of a GET", "form"],
)
def test_parameters_of_the_request_go_into_its_form_or_its_query(
    method: str, headers: Any, url: str, body: str
) -> None:
    """They are signed with it, each value of a list by itself."""
    parameters = {"n": "é", "t": [1, 2]}
    signed = SIGNER.sign(method, f"{URL}?q=1", headers=headers, body="a=1", parameters=parameters)
    assert (signed.url, signed.body) == (url, body)
    assert by_hand(sent(signed, method, headers), KEYS)


def test_parameter_in_the_form_and_beside_it_is_refused() -> None:
    """There is no telling which counts."""
    with pytest.raises(ValueError, match=r"^oauth_callback: expected it in the body or in param"):
        SIGNER.sign(
            *("POST", URL),
            headers=FORM_HEADERS,
            body="oauth_callback=oob",
            parameters={"oauth_callback": "x"},
        )


def test_verifier_of_a_token_is_sent() -> None:
    """As in every request that is made for such a token."""
    token = Token("t", TOKEN_SECRET)
    token.set_verifier("v")
    assert oauth(Signer(CONSUMER, token).sign("POST", URL), "oauth_verifier") == "v"


# The URL and the method.


@pytest.mark.parametrize(
    ("given", "url"),
    [
        (URL, URL),
        (b"http://a.example/\xc3\xa9", "http://a.example/%C3%A9"),
        ("http://a.example/a b?c={d}[e]|%", "http://a.example/a%20b?c={d}[e]|%25"),
        ("http://a.example/%7Ea?b=%2F#c", "http://a.example/%7Ea?b=%2F#c"),
    ],
    ids=["as it is", "bytes", "what no URL holds", "what is escaped"],
)
def test_url_is_what_can_be_sent(given: Any, url: str) -> None:
    """What is escaped stays so, and what is signed is what is returned."""
    signed = SIGNER.sign("GET", given)
    assert signed.url == url
    assert by_hand(sent(signed._replace(url=signed.url.partition("#")[0])), KEYS)


@pytest.mark.parametrize(
    ("url", "error", "message"),
    [
        ("ftp://a.example/", ValueError, "expected a URL with scheme http or https"),
        ("/photos", ValueError, "expected a URL with "),
        ("http://ann:sekrit@a.example/", ValueError, "url: expected one without user and passw"),
        ("http://ann@a.example/", ValueError, "url: expected one without user and password"),
        (None, TypeError, "url: expected str or bytes, got NoneType"),
    ],
)
def test_url_that_is_none_is_refused(url: Any, error: type[Exception], message: str) -> None:
    """A password in it would take the place of the signature in most libraries."""
    with pytest.raises(error, match=message) as caught:
        SIGNER.sign("GET", url)
    assert "sekrit" not in str(caught.value)


@pytest.mark.parametrize("method", ["GET", "get", b"Get"])
def test_method_is_signed_in_capital_letters(method: Any) -> None:
    """RFC 5849 section 3.4.1.1."""
    assert by_hand(sent(SIGNER.sign(method, URL)), KEYS)


# The signer itself.


class _Pair:
    """Credentials of a program's own."""

    def __init__(self, key: Any, secret: Any) -> None:
        self.key, self.secret = key, secret


@pytest.mark.parametrize(
    "make", [_Pair, lambda key, secret: SimpleNamespace(key=key, secret=secret)], ids=["a", "b"]
)
def test_look_alikes_sign(make: Callable[[str, str], Any]) -> None:
    """Whatever has a key and a secret, as text or as bytes."""
    signer = Signer(make("key", CONSUMER_SECRET), make("token", TOKEN_SECRET))
    assert_signed(sent(signer.sign("GET", URL)), KEYS)


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((None,), {}, ValueError, "consumer: expected a Consumer to sign for, got None"),
        (("key",), {}, ValueError, "consumer: expected a Consumer to sign for, got str"),
        ((Consumer,), {}, ValueError, "consumer: expected a Consumer to sign for, got type"),
        ((("key", "s"),), {}, ValueError, "consumer: expected a Consumer to sign for, got tuple"),
        ((TOKEN, CONSUMER), {}, ValueError, "consumer: expected a Consumer to sign for, got Token"),
        ((CONSUMER, CONSUMER), {}, ValueError, "token: expected a Token to sign for, got Consumer"),
        ((CONSUMER, "token"), {}, ValueError, "token: expected a Token to sign for, got str"),
        ((CONSUMER,), {"placement": "url"}, ValueError, "placement: expected one of ('header', "),
        ((CONSUMER,), {"realm": True}, TypeError, "realm: expected str, None or False, got bool"),
        ((CONSUMER,), {"realm": b"r"}, TypeError, "realm: expected str, None or False, got bytes"),
        (
            (CONSUMER,),
            {"clock_offset": 1.5},
            TypeError,
            "clock_offset: expected int seconds, got float",
        ),
        (
            (CONSUMER,),
            {"clock_offset": None},
            TypeError,
            "clock_offset: expected int seconds, got NoneType",
        ),
        (
            (CONSUMER,),
            {"signature_method": "HMAC-SHA1"},
            TypeError,
            "signature method: expected e.g. SignatureMethod_HMAC_SHA1(), got 'HMAC-SHA1'",
        ),
        (
            (CONSUMER,),
            {"signature_method": oauth2.SignatureMethod_HMAC_SHA1},
            TypeError,
            "signature method: expected e.g. SignatureMethod_HMAC_SHA1(), got the class",
        ),
    ],
)
def test_mistakes_are_told_at_once(
    arguments: Any, options: Any, error: type[Exception], message: str
) -> None:
    """Before anything is signed, by the name of the argument and what was expected."""
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        Signer(*arguments, **options)


@pytest.mark.parametrize("offset", [0, 500, -500])
def test_timestamp_is_by_the_clock_of_the_provider(
    monkeypatch: pytest.MonkeyPatch, offset: int
) -> None:
    """The offset is that clock minus the local one; another Signer has another."""
    monkeypatch.setattr(oauth2.Request, "make_timestamp", lambda: "1000")
    signer = Signer(CONSUMER, TOKEN, clock_offset=offset)
    assert oauth(signer.sign("GET", URL), "oauth_timestamp") == str(1000 + offset)
    other = signer.with_clock_offset(7)
    assert oauth(other.sign("GET", URL), "oauth_timestamp") == "1007"
    assert oauth(signer.sign("GET", URL), "oauth_timestamp") == str(1000 + offset)


@each_placement
def test_nothing_that_is_given_is_changed(placement: str | None) -> None:
    """Neither headers nor parameters, nor a body that could be."""
    signer = Signer(CONSUMER, TOKEN, placement=placement)
    headers = {"Content-Type": FORM, "Host": "a.example", "Authorization": "Basic eA=="}
    parameters = {"oauth_callback": "oob", "a": ["1", "2"]}
    body = bytearray(b"b=1")
    signer.sign("POST", URL, headers=headers, body=body, parameters=parameters)
    assert headers == {"Content-Type": FORM, "Host": "a.example", "Authorization": "Basic eA=="}
    assert parameters == {"oauth_callback": "oob", "a": ["1", "2"]}
    assert body == b"b=1"


def test_result_is_a_tuple_of_three() -> None:
    """To be taken apart, or read by its names."""
    url, headers, body = signed = SIGNER.sign("GET", URL)
    assert isinstance(signed, oauth2.SignedRequest)
    assert (signed.url, signed.headers, signed.body) == (url, headers, body)


def test_threads_share_a_signer() -> None:
    """Eight threads sign a thousand requests each: all signatures are right, all nonces new."""
    start = threading.Barrier(8)
    headers: list[list[str]] = [[] for _ in range(8)]

    def sign(mine: list[str]) -> None:
        start.wait()
        for _ in range(1000):
            mine.append(SIGNER.sign("GET", URL).headers["Authorization"])

    threads = [threading.Thread(target=sign, args=(mine,)) for mine in headers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [dict(re.findall(r'(\w+)="([^"]*)"', header)) for mine in headers for header in mine]
    assert len({fields["oauth_nonce"] for fields in found}) == 8000
    key = f"{CONSUMER_SECRET}&{TOKEN_SECRET}".encode()
    for fields in found:
        signature = fields.pop("oauth_signature")
        pairs = "&".join([f"{name}={value}" for name, value in sorted(fields.items())])
        base = "&".join(map(oauth2.escape, ("GET", URL, pairs)))
        digest = hmac.new(key, base.encode(), hashlib.sha1).digest()
        assert signature == oauth2.escape(base64.b64encode(digest))
