"""The Client against real sockets; what arrives is judged by oauthlib and from the raw octets."""

from __future__ import annotations

import io
import json
import os
import socket
from collections.abc import Callable, Iterator
from email.utils import formatdate
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import httplib2
import pytest
from known import CONSUMER_SECRET, FORM, TOKEN_SECRET
from present import present
from secrets_check import assert_no_secret
from tables import rows
from wire import (
    CERTIFICATE,
    KEYS,
    Answer,
    Keys,
    Origin,
    Received,
    assert_fresh_nonces,
    assert_signed,
    assert_unsigned,
    redirect,
)

import oauth2

METHODS = [
    oauth2.SignatureMethod_HMAC_SHA1(),
    oauth2.SignatureMethod_HMAC_SHA256(),
    oauth2.SignatureMethod_HMAC_SHA512(),
    oauth2.SignatureMethod_PLAINTEXT(),
]
BODILESS = ("GET", "HEAD")


class Web(NamedTuple):
    """The servers of a test: the provider, its https side, and two strangers."""

    provider: Origin
    secure: Origin
    stranger: Origin
    secure_stranger: Origin


@pytest.fixture(scope="module")
def servers() -> Iterator[Web]:
    """Run the servers for all tests here."""
    with Origin() as a, Origin("https") as b, Origin() as c, Origin("https") as d:
        yield Web(a, b, c, d)


@pytest.fixture
def web(servers: Web) -> Web:
    """Hand out servers that remember nothing."""
    for origin in servers:
        origin.reset()
    return servers


@pytest.fixture
def make_client(make_client: Callable[..., Any]) -> Callable[..., Any]:
    """Make clients that trust the certificate of the servers here."""
    return partial(make_client, ca_certs=str(CERTIFICATE))


class OneWay(io.BytesIO):
    """A stream that cannot rewind, as a pipe cannot."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: Any) -> int:
        raise io.UnsupportedOperation("seek")


class Body(NamedTuple):
    """A body, its Content-Type, and what is to arrive; ``is_form`` is "POST" for one untyped."""

    make: Callable[[], Any]
    content_type: str | None
    octets: bytes
    is_form: bool | str = False
    oauthlib: bool = True
    has_hash: bool = True


def _same(value: Any) -> Callable[[], Any]:
    return lambda: value


MULTIPART = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\x00\r\n--x--\r\n'
JSON = json.dumps({"name": "h\xe9llo", "oauth_token": "mine"})
BODIES = {
    "none": Body(_same(None), None, b"", "POST"),
    "empty bytes": Body(_same(b""), None, b"", "POST"),
    "empty text": Body(_same(""), None, b"", "POST"),
    "untyped form": Body(_same("b=2&a=1"), None, b"b=2&a=1", "POST"),
    "untyped form as bytes": Body(_same(b"b=2&a=1"), None, b"b=2&a=1", "POST"),
    "untyped JSON": Body(_same('{"a": 1}'), None, b'{"a": 1}'),
    "untyped octets": Body(_same(b"\x89PNG\r\n\x1a\n\x00"), None, b"\x89PNG\r\n\x1a\n\x00"),
    "text": Body(_same("plain"), "text/plain", b"plain"),
    "text that is not ASCII": Body(_same("h\xe9llo \u20ac"), "text/plain", "h\xe9llo €".encode()),
    "JSON": Body(_same(JSON), "application/json", JSON.encode()),
    "JSON as bytes": Body(_same(JSON.encode()), "Application/JSON; charset=utf-8", JSON.encode()),
    "XML that is not ASCII": Body(_same("<a>é</a>"), "application/xml", "<a>é</a>".encode()),
    "multipart": Body(_same(MULTIPART), "multipart/form-data; boundary=x", MULTIPART),
    "bytearray": Body(lambda: bytearray(b"\x00\xff"), "application/x-a", b"\x00\xff"),
    "memoryview": Body(lambda: memoryview(b"\x00\xff"), "application/x-a", b"\x00\xff"),
    "form": Body(_same("status=a+b%20c"), FORM, b"status=a+b%20c", True),
    "form as bytes": Body(_same(b"status=a+b%20c"), FORM, b"status=a+b%20c", True),
    "form as bytearray": Body(lambda: bytearray(b"a=1"), FORM, b"a=1", True),
    "empty form": Body(_same(""), FORM, b"", True),
    "no form at all": Body(_same(None), FORM, b"", True),
    "form with charset": Body(_same("a=1"), FORM + "; charset=UTF-8", b"a=1", True),
    "form in capitals": Body(
        _same("a=1"), FORM.upper() + ";Charset=utf-8", b"a=1", True, oauthlib=False
    ),
    "form with repeated values": Body(_same("m=2&m=1&m=1"), FORM, b"m=2&m=1&m=1", True),
    "form with blank values": Body(_same("a=&b&a="), FORM, b"a=&b&a=", True),
    "form with escapes": Body(
        _same("a%5B%5D=%C3%A9&b=%2541"), FORM, b"a%5B%5D=%C3%A9&b=%2541", True
    ),
    "form with brackets": Body(_same("f[a]=1&f0=2"), FORM, b"f[a]=1&f0=2", True),
    "form not escaped": Body(_same("n=é"), FORM, "n=é".encode(), True),
    "form escaped as Latin-1": Body(_same("n=%E9"), FORM, b"n=%E9", True, oauthlib=False),
    "form in Latin-1": Body(_same(b"n=\xe9&m=1"), FORM, b"n=\xe9&m=1", True, oauthlib=False),
    "form in a file": Body(lambda: io.BytesIO(b"a=1&b="), FORM, b"a=1&b=", True),
    "form in a stream": Body(lambda: OneWay(b"a=1&b="), FORM, b"a=1&b=", True),
    "form in a text file": Body(lambda: io.StringIO("a=%C3%A9"), FORM, b"a=%C3%A9", True),
    "form in a generator": Body(lambda: iter([b"a=1", b"&b="]), FORM, b"a=1&b=", True),
    "file": Body(lambda: io.BytesIO(b"\x00" * 70_000), "video/mp4", b"\x00" * 70_000),
    "stream": Body(lambda: OneWay(b"\xff\x00"), "video/mp4", b"\xff\x00", has_hash=False),
    "generator": Body(lambda: iter([b"ab", b"\xff"]), "video/mp4", b"ab\xff", has_hash=False),
}
PLACEMENTS = ["default", "header", "query", "body", "force_auth_header"]
WITHOUT_BODY = ["GET", "HEAD", "DELETE", "OPTIONS", "get"]
WITH_FORM = ["GET", "HEAD", "PUT", "PATCH", "post"]


def expected_place(placement: str, method: str, is_form: bool) -> str:
    """Say where OAuth parameters go: the caller's choice, if it can be had, else the classic."""
    can_be_body = is_form and method not in BODILESS
    if placement in ("header", "query", "force_auth_header"):
        return placement.partition("_auth_")[2] or placement
    if method == "GET":
        return "query"
    return "body" if can_be_body else "header"


def placed(placement: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the keywords for the Client, and for the call, that choose a placement."""
    if placement == "force_auth_header":
        return {}, {"force_auth_header": True}
    return {"placement": None if placement == "default" else placement}, {}


@pytest.mark.parametrize(
    ("name", "placement", "http_method"),
    rows(
        (BODIES, PLACEMENTS, ["POST"]),
        (["none"], PLACEMENTS, WITHOUT_BODY),
        (["form"], PLACEMENTS, WITH_FORM),
    ),
)
def test_every_body_arrives_as_it_was_given_and_signed(
    web: Web, make_client: Any, name: str, placement: str, http_method: str
) -> None:
    """Judges accept every body, placement and method under all four signature methods."""
    body = BODIES[name]
    of_client, of_call = placed(placement)
    client = make_client(**of_client)
    method = http_method.upper()
    is_form = body.is_form is True or body.is_form == method
    place = expected_place(placement, method, is_form)
    headers = {} if body.content_type is None else {"cOntent-tYpe": body.content_type}
    for signature_method in METHODS:
        client.set_signature_method(signature_method)
        response, _ = client.request(
            f"{web.provider.url}/r?x=1&x=", http_method, body.make(), headers, **of_call
        )
        received = web.provider.last
        assert response.status == 200
        assert received.method == method
        assert_signed(received, KEYS, oauthlib=body.oauthlib)
        assert received.oauth("oauth_signature_method") == signature_method.name
        assert received.place() == place
        appended = received.body[len(body.octets) :]
        assert received.body.startswith(body.octets)
        assert appended.startswith(b"&oauth_" if body.octets else b"oauth_") == (place == "body")
        assert bool(appended) == (place == "body")
        has_hash = received.oauth("oauth_body_hash") is not None
        assert has_hash == (body.has_hash and not is_form)
    assert_fresh_nonces(*web.provider.received)


@pytest.mark.parametrize("signature_method", METHODS, ids=lambda method: method.name)
@pytest.mark.parametrize("placement", ["header", "query", "body"])
def test_secrets_are_escaped_in_the_key(
    web: Web, make_client: Any, placement: str, signature_method: oauth2.SignatureMethod
) -> None:
    """Secrets may hold anything; oauthlib decodes PLAINTEXT twice outside of the header."""
    keys = Keys("c&n +%\u20ac", "t=k/%2B")
    client = make_client(placement=placement)
    client.consumer = oauth2.Consumer("c\xe9&%25", keys.consumer_secret)
    client.token = oauth2.Token("t k", keys.token_secret)
    client.set_signature_method(signature_method)
    client.request(web.provider.url, "POST", "a=1")
    assert_signed(web.provider.last, keys, oauthlib=placement == "header")
    assert web.provider.last.oauth("oauth_consumer_key") == "c\xe9&%25"


def test_a_file_is_streamed(web: Web, make_client: Any, tmp_path: Path) -> None:
    """A real file is hashed, rewound and streamed with its length, and it stays open."""
    path = tmp_path / "video"
    path.write_bytes(os.urandom(200_000))
    with path.open("rb") as file:
        make_client().request(web.provider.url, "PUT", file, {"Content-Type": "video/mp4"})
        assert not file.closed
    received = web.provider.last
    assert_signed(received, KEYS)
    assert received.header("content-length") == "200000"
    assert received.raw_body == path.read_bytes()
    assert received.oauth("oauth_body_hash")


def test_a_file_with_a_given_length_is_not_chunked(web: Web, make_client: Any) -> None:
    """A caller's Content-Length is kept, and the octets come as they are."""
    headers = {"Content-Type": "video/mp4", "Content-Length": "5"}
    make_client().request(web.provider.url, "PUT", io.BytesIO(b"hello"), headers)
    assert web.provider.last.raw_body == b"hello"
    assert web.provider.last.header("transfer-encoding") is None
    assert_signed(web.provider.last, KEYS)


def test_a_file_is_sent_from_where_it_stands(web: Web, make_client: Any) -> None:
    """What was read before is neither hashed nor sent."""
    file = io.BytesIO(b"header|payload")
    file.read(7)
    make_client().request(web.provider.url, "PUT", file, {"Content-Type": "video/mp4"})
    assert web.provider.last.body == b"payload"
    assert_signed(web.provider.last, KEYS)


def test_a_pipe_is_sent_without_a_body_hash(web: Web, make_client: Any) -> None:
    """A real pipe cannot rewind: it is streamed once, and not hashed."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as reader:
        with os.fdopen(writing, "wb") as writer:
            writer.write(b"from a pipe")
        make_client().request(web.provider.url, "PUT", reader, {"Content-Type": "text/plain"})
    assert web.provider.last.body == b"from a pipe"
    assert web.provider.last.oauth("oauth_body_hash") is None
    assert_signed(web.provider.last, KEYS)


@pytest.mark.parametrize("include", [True, False])
@pytest.mark.parametrize("body", ["", '{"a": 1}', None])
def test_the_body_hash_can_be_switched_off(
    web: Web, make_client: Any, include: bool, body: str | None
) -> None:
    """include_body_hash says whether a body that is no form is hashed."""
    client = make_client(include_body_hash=include)
    client.request(web.provider.url, "PUT", body, {"Content-Type": "application/json"})
    assert (web.provider.last.oauth("oauth_body_hash") is not None) == include
    assert_signed(web.provider.last, KEYS)


@pytest.mark.parametrize("body", ["", "a=1"])
def test_a_form_has_no_body_hash(web: Web, make_client: Any, body: str) -> None:
    """The body-hash extension forbids it on forms."""
    make_client(placement="header").request(web.provider.url, "POST", body, {"Content-Type": FORM})
    assert web.provider.last.oauth("oauth_body_hash") is None


PATHS = [
    ("", "/", True),
    ("/", "/", True),
    ("?a=1", "/?a=1", True),
    ("/r?b5=%3D%253D&a3=a&c%40=&a2=r%20b&c2&a3=2+q", None, True),
    ("/r?x=1&x=1&x=", None, True),
    ("/r?b&c=&=d", None, True),
    ("/r?f[a]=1&f0=2", None, True),
    ("/r?x=%41%2541&y=%7e~", None, True),
    ("/r?x=%E9", None, False),
    ("/r?a=b=c&d=:@/?", None, True),
    ("/r?d=what?", None, True),
    ("/r&", "/r&", True),
    ("/r?a=!*'();,$", None, True),
    ("/r?a=1&&b=2&", None, True),
    ("/r;p=1/s%20t/%7Euser", None, True),
    ("//double//slash/", None, True),
    ("/with space?and=one more", "/with%20space?and=one%20more", True),
    ("/é/ü?n=ö&ß=€", "/%C3%A9/%C3%BC?n=%C3%B6&%C3%9F=%E2%82%AC", True),
    ("/r?a=\t\n", "/r?a=%09%0A", True),
    ('/r"<>\\^`{|}?a="<>\\^`{|}', None, True),
    ("/r?a=1#part?b=2", "/r?a=1", True),
    ("/r#", "/r", True),
    ("/r?", "/r", True),
    ("/r?realm=mine", None, False),
]


@pytest.mark.parametrize("placement", ["header", "query"])
@pytest.mark.parametrize(
    ("given", "target", "oauthlib"), PATHS, ids=[ascii(given) for given, _, _ in PATHS]
)
def test_every_uri_is_signed_as_it_is_sent(
    web: Web, make_client: Any, given: str, target: str | None, oauthlib: bool, placement: str
) -> None:
    """The request line is the URI that was given, made sendable, and the signature fits it."""
    client = make_client(placement=placement)
    client.request(web.provider.url + given, "POST", "k=v", {"Content-Type": FORM})
    received = web.provider.last
    assert_signed(received, KEYS, oauthlib=oauthlib)
    sent = given if target is None else target
    if placement == "query":
        assert received.target.startswith(sent)
        assert received.target[len(sent) :].lstrip("?&").startswith("oauth_")
    else:
        assert received.target == sent


def to_loopback(port: int) -> type[httplib2.HTTPConnectionWithTimeout]:
    """Make a connection type that reaches a port of the loopback under whatever host name."""

    class Connection(httplib2.HTTPConnectionWithTimeout):
        def connect(self) -> None:
            self.sock = socket.create_connection(("127.0.0.1", port), timeout=10)

    return Connection


@pytest.mark.parametrize(
    ("authority", "host"),
    [
        ("EXAMPLE.com", "example.com"),
        ("example.com:80", "example.com:80"),
        ("example.com:8080", "example.com:8080"),
        ("[::1]", "[::1]"),
        ("[2001:DB8::1]:8080", "[2001:db8::1]:8080"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("b\xfccher.example", "xn--bcher-kva.example"),
        ("B\xdcCHER.example:8080", "xn--bcher-kva.example:8080"),
    ],
)
@pytest.mark.parametrize("placement", ["header", "query"])
def test_every_spelling_of_a_host_is_signed_as_it_is_sent(
    web: Web, make_client: Any, authority: str, host: str, placement: str
) -> None:
    """IPv6 literals, ports, capitals and non-ASCII names are signed as the Host header has them."""
    make_client(placement=placement).request(
        f"http://{authority}/r?a=1", connection_type=to_loopback(web.provider.port)
    )
    received = web.provider.last
    assert (received.header("host") or "").removesuffix(":80") == host.removesuffix(":80")
    assert_signed(received, KEYS)


def test_user_info_is_not_signed(web: Web, make_client: Any) -> None:
    """The base string URI holds no user-info, which httplib2 hands to the connection alone."""
    loopback: Any = to_loopback(web.provider.port)

    class WithoutUserInfo(loopback):
        def __init__(self, authority: str, **options: Any) -> None:
            super().__init__(authority.rpartition("@")[2], **options)

    client = make_client(placement="header")
    client.request("http://me:pw@example.com/r?a=1", connection_type=WithoutUserInfo)
    assert web.provider.last.url == "http://example.com/r?a=1"
    assert_signed(web.provider.last, KEYS)


@pytest.mark.parametrize("uri", ["HTTP://LOCALHOST:{port}/R?A=1", "Http://LocalHost:{port}/R?A=1"])
def test_scheme_and_host_are_signed_in_lower_case(web: Web, make_client: Any, uri: str) -> None:
    """Capitals in the scheme and the host do not matter, those in the path do."""
    make_client().request(uri.format(port=web.provider.port))
    assert web.provider.last.target.startswith("/R?A=1&")
    assert_signed(web.provider.last, KEYS)


def test_a_uri_may_be_bytes(web: Web, make_client: Any) -> None:
    """Bytes are taken as UTF-8."""
    make_client(placement="header").request(f"{web.provider.url}/é".encode())
    assert web.provider.last.target == "/%C3%A9"
    assert_signed(web.provider.last, KEYS)


def test_https_is_signed_as_https(web: Web, make_client: Any) -> None:
    """The base string URI of an https request says so."""
    response, content = make_client().request(web.secure.url + "/r")
    assert (response.status, content) == (200, b"ok")
    assert_signed(web.secure.last, KEYS)


def test_a_connection_is_kept_alive(web: Web, make_client: Any) -> None:
    """Signed requests of one client share a connection, each with its own nonce."""
    client = make_client()
    for _ in range(3):
        client.request(web.provider.url)
    assert len({received.connection for received in web.provider.received}) == 1
    assert_fresh_nonces(*web.provider.received)


CALLBACK = "http://localhost/back?a=b&c=d e"
PARAMETERS: dict[str, dict[str, Any]] = {
    "callback": {"oauth_callback": CALLBACK},
    "verifier": {"oauth_verifier": "v+1/="},
    "x_auth": {"x_auth_username": "me@a", "x_auth_password": "p&w", "x_auth_mode": "client_auth"},
    "own": {"status": "Hello Ladies + Gentlemen", "lang": "\xe9"},
    "own list": {"tag": ["b", "a", "a", ""]},
    "own number": {"count": 7, "ids": [3, 2]},
    "own as bytes": {"status": b"h\xc3\xa9"},
    "both": {"oauth_callback": "oob", "scope": "a b"},
    "nothing": {},
}


@pytest.mark.parametrize(
    ("name", "placement", "http_method"),
    rows(
        (PARAMETERS, PLACEMENTS, ["POST"]),
        (PARAMETERS, ["header"], ["GET"]),
        (["x_auth", "both"], PLACEMENTS, ["GET", "HEAD", "PUT"]),
    ),
)
def test_parameters_are_signed_and_sent(
    web: Web, make_client: Any, name: str, placement: str, http_method: str
) -> None:
    """OAuth's go with OAuth's, the request's own into its form or its query."""
    parameters = PARAMETERS[name]
    of_client, of_call = placed(placement)
    make_client(**of_client).request(
        web.provider.url + "/r?q=1", http_method, parameters=parameters, **of_call
    )
    received = web.provider.last
    assert_signed(received, KEYS, oauthlib=parameters.get("oauth_callback") != CALLBACK)
    sent = received.body if http_method == "POST" else received.target.encode()
    for name, value in parameters.items():
        if name.startswith("oauth_"):
            assert received.oauth(name) == value
        else:
            times = len(value) if isinstance(value, list) else 1
            assert sent.count(b"%s=" % name.encode()) == times


def test_parameters_join_a_form(web: Web, make_client: Any) -> None:
    """The request's own parameters are appended to a form that is there."""
    make_client(placement="header").request(
        web.provider.url, "POST", b"a=1", parameters={"b": ["2", "3"], "oauth_callback": "oob"}
    )
    assert web.provider.last.body == b"a=1&b=2&b=3"
    assert web.provider.last.oauth("oauth_callback") == "oob"
    assert_signed(web.provider.last, KEYS)


def test_parameters_beside_json_go_into_the_query(web: Web, make_client: Any) -> None:
    """A body that is no form is left alone."""
    headers = {"Content-Type": "application/json"}
    make_client().request(web.provider.url, "POST", "{}", headers, parameters={"a": "1"})
    assert (web.provider.last.target, web.provider.last.body) == ("/?a=1", b"{}")
    assert_signed(web.provider.last, KEYS)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_query_or_form_may_hold_oauth_parameters(web: Web, make_client: Any, method: str) -> None:
    """A caller who writes them where OAuth parameters go by default has them signed and sent."""
    text = "oauth_callback=oob&x_auth_mode=client_auth&a=1"
    query, body = (f"?{text}", None) if method == "GET" else ("", text)
    make_client().request(web.provider.url + query, method, body)
    assert web.provider.last.oauth("oauth_callback") == "oob"
    assert_signed(web.provider.last, KEYS)


@pytest.mark.parametrize("status", [303, 308])
def test_oauth_parameters_in_a_form_do_not_reach_a_stranger(
    web: Web, make_client: Any, status: int
) -> None:
    """They are taken out of the caller's own form, and the rest of it is sent as it was."""
    body = "b=%41&oauth_callback=oob&x_auth_password=pw&o%61uth_verifier=v&a=+&&a"
    first, last = follow(web, make_client(), HOPS["other port"], status, "POST", body)
    assert_signed(first, KEYS)
    assert_unsigned(last)
    assert last.body == (b"b=%41&a=+&&a" if status == 308 else b"")


def test_a_request_without_token_is_signed_by_the_consumer(web: Web, make_client: Any) -> None:
    """A token of None leaves oauth_token out, and the key ends in the ampersand."""
    make_client(token=None).request(web.provider.url, "POST", parameters={"oauth_callback": "oob"})
    assert web.provider.last.oauth("oauth_token") is None
    assert_signed(web.provider.last, Keys(CONSUMER_SECRET))


@pytest.mark.parametrize("http_method", ["GET", "POST", "PUT"])
def test_the_verifier_of_a_token_is_sent(web: Web, make_client: Any, http_method: str) -> None:
    """A request token with a verifier is traded in with both."""
    token = oauth2.Token("request-token", TOKEN_SECRET)
    token.set_verifier("v/+ 1")
    make_client(token=token).request(web.provider.url, http_method)
    assert web.provider.last.oauth("oauth_verifier") == "v/+ 1"
    assert_signed(web.provider.last, KEYS)


@pytest.mark.parametrize(
    ("realm", "shown"),
    [
        (None, 'realm="{origin}"'),
        ("Photos", 'realm="Photos"'),
        ("", 'realm=""'),
        ('say "hi", oauth_token="x"', r'realm="say \"hi\", oauth_token=\"x\""'),
    ],
)
def test_the_realm_is_sent_and_not_signed(
    web: Web, make_client: Any, realm: str | None, shown: str
) -> None:
    """The realm is the caller's, or else the origin with its port."""
    make_client(realm=realm).request(web.provider.url + "/a/b?c=d", "PUT")
    header = web.provider.last.header("authorization")
    assert header is not None
    assert header.startswith("OAuth " + shown.format(origin=web.provider.url) + ", oauth_")


@pytest.mark.parametrize("authority", ["example.com", "EXAMPLE.com:80", "example.com:8080"])
def test_the_default_realm_has_no_default_port(web: Web, make_client: Any, authority: str) -> None:
    """The realm of scheme://host[:port] is written as the base string URI writes it."""
    make_client().request(
        f"http://{authority}/r", "PUT", connection_type=to_loopback(web.provider.port)
    )
    origin = "http://" + authority.lower().removesuffix(":80")
    assert f'realm="{origin}",' in (web.provider.last.header("authorization") or "")
    assert_signed(web.provider.last, KEYS)


# Redirects


class Hop(NamedTuple):
    """Where a redirect leads: from one server, by a Location, to another."""

    start: str
    location: Callable[[Web], str]
    end: str
    is_signed: bool


HOPS = {
    "absolute": Hop("provider", lambda web: web.provider.url + "/d/end", "provider", True),
    "absolute path": Hop("provider", lambda web: "/d/end", "provider", True),
    "relative path": Hop("provider", lambda web: "end", "provider", True),
    "dot path": Hop("provider", lambda web: "../d/end", "provider", True),
    "capitals": Hop(
        "provider",
        lambda web: web.provider.url.replace("http", "HTTP") + "/d/end",
        "provider",
        True,
    ),
    "fragment": Hop("provider", lambda web: "/d/end#part", "provider", True),
    "network path": Hop(
        "provider", lambda web: f"//127.0.0.1:{web.provider.port}/d/end", "provider", True
    ),
    "user-info": Hop("provider", lambda web: "/d/end?u=http://me:pw@h/", "provider", True),
    "http to https of another port": Hop(
        "provider", lambda web: web.secure.url + "/d/end", "secure", False
    ),
    "https": Hop("secure", lambda web: web.secure.url + "/d/end", "secure", True),
    "https path": Hop("secure", lambda web: "/d/end", "secure", True),
    "other port": Hop("provider", lambda web: web.stranger.url + "/d/end", "stranger", False),
    "other port by network path": Hop(
        "provider", lambda web: f"//127.0.0.1:{web.stranger.port}/d/end", "stranger", False
    ),
    "other host": Hop("provider", lambda web: web.provider.named_url + "/d/end", "provider", False),
    "other host by network path": Hop(
        "provider", lambda web: f"//localhost:{web.provider.port}/d/end", "provider", False
    ),
    "http to https of another host": Hop(
        "provider", lambda web: web.secure.named_url + "/d/end", "secure", False
    ),
    "https to http": Hop("secure", lambda web: web.provider.url + "/d/end", "provider", False),
    "other https port": Hop(
        "secure", lambda web: web.secure_stranger.url + "/d/end", "secure_stranger", False
    ),
    "other https host": Hop("secure", lambda web: web.secure.named_url + "/d/end", "secure", False),
}
SAME_ORIGIN = {name: hop for name, hop in HOPS.items() if hop.is_signed}
STRANGE = {name: hop for name, hop in HOPS.items() if not hop.is_signed}
STATUSES = [301, 302, 303, 307, 308]


def follow(
    web: Web, client: Any, hop: Hop, status: int, *arguments: Any, **keywords: Any
) -> tuple[Received, Received]:
    """Send a request that is redirected once; return what came first, and what came last."""
    start: Origin = getattr(web, hop.start)
    end: Origin = getattr(web, hop.end)
    start.script["/d/start"] = redirect(status, hop.location(web))
    client.follow_all_redirects = True
    response, content = client.request(start.url + "/d/start", *arguments, **keywords)
    assert (response.status, content) == (200, b"" if end.last.method == "HEAD" else b"ok")
    assert end.last.target.startswith("/d/end")
    return start.received[0], end.last


def method_after(status: int, method: str) -> str:
    """Say which method follows a redirect, as httplib2 has it."""
    return "GET" if status in (302, 303) else method


@pytest.mark.parametrize(
    ("name", "status", "method", "placement"),
    rows(
        (SAME_ORIGIN, [302], ["GET"], ["default", "header"]),
        (SAME_ORIGIN, [308], ["POST"], ["default"]),
        (["absolute"], STATUSES, ["GET", "HEAD", "POST"], ["default", "header"]),
    ),
)
def test_a_redirect_to_the_same_origin_is_signed_afresh(
    web: Web, make_client: Any, name: str, status: int, method: str, placement: str
) -> None:
    """Judges accept both requests, and each has its own nonce."""
    hop = SAME_ORIGIN[name]
    client = make_client(**placed(placement)[0])
    first, last = follow(web, client, hop, status, method, parameters={"oauth_callback": "oob"})
    oauthlib = "@" not in last.target
    assert_signed(first, KEYS)
    assert_signed(last, KEYS, oauthlib=oauthlib)
    assert_fresh_nonces(first, last)
    assert last.method == method_after(status, method)
    assert last.oauth("oauth_callback") == "oob"


@pytest.mark.parametrize(
    ("name", "status", "method", "placement"),
    rows(
        (STRANGE, [302], ["GET"], ["default", "header", "query"]),
        (STRANGE, [308], ["POST"], ["default", "header", "query"]),
        (["other port"], STATUSES, ["GET", "HEAD", "POST"], ["default", "header", "query"]),
    ),
)
def test_a_redirect_to_another_origin_is_not_signed(
    web: Web, make_client: Any, name: str, status: int, method: str, placement: str
) -> None:
    """Nothing of OAuth reaches another origin, neither in the query, the form nor a header."""
    hop = STRANGE[name]
    client = make_client(**placed(placement)[0])
    body = "x_auth_password=pw&a=1" if method == "POST" else None
    parameters = {"oauth_callback": "oob"}
    first, last = follow(web, client, hop, status, method, body, parameters=parameters)
    assert_signed(first, KEYS)
    assert_unsigned(last)
    assert last.method == method_after(status, method)
    assert last.body == (b"a=1" if last.method == "POST" else b"")


@pytest.mark.parametrize("status", STATUSES)
def test_a_post_is_followed_as_httplib2_does_it(web: Web, make_client: Any, status: int) -> None:
    """Without follow_all_redirects a POST is followed for 303 and 308 alone."""
    web.provider.script["/start"] = redirect(status, "/end")
    response, _ = make_client().request(web.provider.url + "/start", "POST", "a=1")
    assert response.status == (200 if status in (303, 308) else status)
    for received in web.provider.received:
        assert_signed(received, KEYS)
    assert_fresh_nonces(*web.provider.received)


def echo(status: int, target: str) -> Callable[[Received], Answer]:
    """Script a redirect whose Location repeats the query and the form that came."""

    def answer(received: Received) -> Answer:
        query = received.target.partition("?")[2]
        form = received.body.decode("latin-1") if received.is_form else ""
        texts = [text for text in ("keep=1&keep=", query, form, "b%5B%5D") if text]
        return redirect(status, f"{target}?{'&'.join(texts)}")

    return answer


ECHOED = {
    "GET": ("GET", None, "query"),
    "POST": ("POST", "a=1", "body"),
    "POST with query": ("POST", "a=1", "query"),
    "GET with header": ("GET", None, "header"),
}


@pytest.mark.parametrize(("method", "body", "placement"), ECHOED.values(), ids=ECHOED)
def test_our_own_parameters_are_taken_from_a_location(
    web: Web, make_client: Any, method: str, body: str | None, placement: str
) -> None:
    """A Location that echoes the query is signed anew, with one set of OAuth parameters."""
    web.provider.script["/start"] = echo(308, "/end")
    make_client(placement=placement).request(
        web.provider.url + "/start?q=%20", method, body, parameters={"oauth_callback": "oob"}
    )
    first, last = web.provider.received
    assert_signed(first, KEYS)
    assert_signed(last, KEYS)
    assert_fresh_nonces(first, last)
    assert last.target.startswith("/end?keep=1&keep=&q=%20&")
    assert "b%5B%5D" in last.target


@pytest.mark.parametrize(("method", "body", "placement"), ECHOED.values(), ids=ECHOED)
def test_our_own_parameters_do_not_reach_a_stranger_by_a_location(
    web: Web, make_client: Any, method: str, body: str | None, placement: str
) -> None:
    """A Location that echoes the query to another origin takes none of OAuth along."""
    web.provider.script["/start"] = echo(308, web.stranger.url + "/end")
    make_client(placement=placement).request(
        web.provider.url + "/start?q=%20", method, body, parameters={"oauth_callback": "oob"}
    )
    assert_unsigned(web.stranger.last)
    assert web.stranger.last.target.startswith("/end?keep=1&keep=&q=%20")


@pytest.mark.parametrize("text", ["oauth_verifier=v", "x_auth_password=pw", "x%5Fauth_mode=m"])
def test_what_the_caller_put_into_the_query_does_not_reach_a_stranger(
    web: Web, make_client: Any, text: str
) -> None:
    """OAuth parameters in the caller's own query are not echoed to another origin."""
    web.provider.script["/start"] = echo(308, web.stranger.url + "/end")
    make_client().request(f"{web.provider.url}/start?a=1&{text}")
    assert_signed(web.provider.last, KEYS)
    assert web.stranger.last.target == "/end?keep=1&keep=&a=1&b%5B%5D"
    assert_unsigned(web.stranger.last)


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_parameters_that_went_into_the_query_do_not_reach_a_stranger(
    web: Web, make_client: Any, method: str
) -> None:
    """A password that was given as a parameter is not echoed to another origin."""
    web.provider.script["/start"] = echo(308, web.stranger.url + "/end")
    parameters = {"x_auth_username": "me", "x_auth_password": "pw", "a": "1"}
    make_client().request(web.provider.url + "/start", method, parameters=parameters)
    assert_signed(web.provider.last, KEYS)
    assert web.stranger.last.target == "/end?keep=1&keep=&a=1&b%5B%5D"
    assert_unsigned(web.stranger.last)


def test_parameters_that_went_into_the_query_stay_in_a_location_at_home(
    web: Web, make_client: Any
) -> None:
    """At the same origin only what is signed anew is taken from a Location."""
    web.provider.script["/start"] = echo(308, "/end")
    parameters = {"x_auth_username": "me"}
    make_client().request(web.provider.url + "/start?oauth_verifier=v", parameters=parameters)
    assert web.provider.last.target.startswith(
        "/end?keep=1&keep=&oauth_verifier=v&x_auth_username=me&b%5B%5D&oauth_"
    )
    assert_signed(web.provider.last, KEYS)


def test_oauth_parameters_that_are_not_ours_stay_in_a_location(web: Web, make_client: Any) -> None:
    """What a provider itself writes into a Location is signed and sent."""
    web.provider.script["/start"] = redirect(302, "/end?oauth_problem=none&oauth_verifier=1")
    make_client().request(web.provider.url + "/start")
    assert web.provider.last.target.startswith("/end?oauth_problem=none&oauth_verifier=1&oauth_")
    assert_signed(web.provider.last, KEYS)


def test_an_empty_location_leads_to_the_same_place(web: Web, make_client: Any) -> None:
    """An empty Location is our own signed URI again, without the signature."""
    answers = iter([redirect(302, ""), Answer()])
    web.provider.script["/start"] = lambda received: next(answers)
    make_client().request(web.provider.url + "/start?a=1")
    first, last = web.provider.received
    assert first.target.startswith("/start?a=1&oauth_")
    assert last.target.startswith("/start?a=1&oauth_")
    assert_signed(last, KEYS)
    assert_fresh_nonces(first, last)


def test_a_location_that_is_not_ascii_is_signed_as_it_is_sent(web: Web, make_client: Any) -> None:
    """Spaces and octets beyond ASCII are percent-encoded before they are signed."""
    web.provider.script["/start"] = redirect(302, "/end path?a=b c")
    make_client().request(web.provider.url + "/start")
    assert web.provider.last.target.startswith("/end%20path?a=b%20c&oauth_")
    assert_signed(web.provider.last, KEYS)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("placement", ["header", "query", "body"])
def test_a_chain_that_left_the_origin_stays_unsigned(
    web: Web, make_client: Any, placement: str, method: str
) -> None:
    """Who comes back by way of a stranger is sent by the stranger, and gets no signature."""
    web.provider.script["/start"] = redirect(308, web.stranger.url + "/away")
    web.stranger.script["/away"] = redirect(308, web.provider.url + "/back")
    web.provider.script["/back"] = redirect(308, "/end")
    make_client(placement=placement).request(web.provider.url + "/start", method)
    start, back, end = web.provider.received
    assert_signed(start, KEYS)
    assert end.target == "/end"
    for received in (web.stranger.last, back, end):
        assert_unsigned(received)


def test_a_chain_within_the_origin_is_signed_at_every_hop(web: Web, make_client: Any) -> None:
    """Each hop has a signature and a nonce of its own."""
    web.provider.script["/1"] = redirect(301, "/2")
    web.provider.script["/2"] = redirect(307, web.provider.url + "/3")
    web.provider.script["/3"] = redirect(302, "/4")
    make_client().request(web.provider.url + "/1")
    hops = web.provider.received
    assert [hop.target.partition("?")[0] for hop in hops] == ["/1", "/2", "/3", "/4"]
    for hop in hops:
        assert_signed(hop, KEYS)
    assert_fresh_nonces(*hops)


def test_a_chain_that_falls_back_to_http_stays_unsigned(web: Web, make_client: Any) -> None:
    """From https to http is another origin, and there is no way back into the first."""
    web.secure.script["/1"] = redirect(301, web.provider.url + "/2")
    web.provider.script["/2"] = redirect(301, web.secure.url + "/3")
    make_client().request(web.secure.url + "/1")
    assert_signed(web.secure.received[0], KEYS)
    assert_unsigned(web.provider.received[0])
    assert_unsigned(web.secure.received[1])


def test_the_next_call_after_a_stranger_is_signed(web: Web, make_client: Any) -> None:
    """What a redirect did is forgotten with the call."""
    client = make_client()
    web.provider.script["/start"] = redirect(302, web.stranger.url)
    client.request(web.provider.url + "/start")
    client.request(web.stranger.url)
    assert_signed(web.stranger.last, KEYS)


def test_a_loop_ends_at_the_limit(web: Web, make_client: Any) -> None:
    """A provider that redirects forever is left, and each request had its own nonce."""
    client = make_client()
    web.provider.script["/loop"] = redirect(302, "/loop")
    with pytest.raises(httplib2.RedirectLimit) as caught:
        client.request(web.provider.url + "/loop")
    assert_no_secret(caught.value, CONSUMER_SECRET, TOKEN_SECRET)
    assert len(web.provider.received) == httplib2.DEFAULT_MAX_REDIRECTS + 1
    for received in web.provider.received:
        assert_signed(received, KEYS)
    assert_fresh_nonces(*web.provider.received)
    client.request(web.stranger.url)
    assert_signed(web.stranger.last, KEYS)


@pytest.mark.parametrize("redirections", [False, 0])
def test_no_redirections_means_none(web: Web, make_client: Any, redirections: Any) -> None:
    """httplib2 raises RedirectLimit at the first."""
    web.provider.script["/start"] = redirect(302, "/end")
    with pytest.raises(httplib2.RedirectLimit) as caught:
        make_client().request(web.provider.url + "/start", redirections=redirections)
    assert_no_secret(caught.value, CONSUMER_SECRET, TOKEN_SECRET)
    assert len(web.provider.received) == 1


def test_follow_redirects_can_be_switched_off(web: Web, make_client: Any) -> None:
    """A redirect is then a response like any other."""
    client = make_client()
    client.follow_redirects = False
    web.provider.script["/start"] = redirect(302, "/end")
    response, content = client.request(web.provider.url + "/start")
    assert (response.status, response["location"]) == (302, "/end")
    assert content == b"moved"
    assert len(web.provider.received) == 1


@pytest.mark.parametrize("placement", ["header", "query", "body"])
@pytest.mark.parametrize("hop", STRANGE.values(), ids=STRANGE)
def test_credentials_are_forwarded_to_another_origin_when_asked(
    web: Web, make_client: Any, hop: Hop, placement: str
) -> None:
    """forward_authorization_headers, httplib2's own switch, signs for every origin."""
    client = make_client(placement=placement)
    client.forward_authorization_headers = True
    first, last = follow(web, client, hop, 308, "POST", "a=1")
    assert_signed(first, KEYS)
    assert_signed(last, KEYS)
    assert_fresh_nonces(first, last)
    assert last.place() == placement


@pytest.mark.parametrize(
    "location",
    [
        "ftp://127.0.0.1/file",
        "mailto:me@example.com",
        "javascript:alert(1)",
        "https://",
        "https:///x",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_location_that_is_no_http_is_refused(
    web: Web, make_client: Any, location: str, method: str
) -> None:
    """RedirectRefused says where the provider wanted to send us, and the client stays usable."""
    client = make_client()
    web.provider.script["/start"] = redirect(303, location)
    with pytest.raises(oauth2.RedirectRefused) as caught:
        client.request(web.provider.url + "/start", method)
    assert_no_secret(caught.value, CONSUMER_SECRET, TOKEN_SECRET)
    assert str(caught.value).startswith("Redirected, but expected a URL with ")
    assert caught.value.location is not None
    assert caught.value.location.startswith(location.partition(":")[0])
    client.request(web.provider.url + "/next")
    assert_signed(web.provider.last, KEYS)


@pytest.mark.parametrize("host", ["[::1", "[", "a" * 64 + "\xfc.example"], ids=ascii)
@pytest.mark.parametrize("form", ["http://{}/x", "//{}/x"])
def test_a_location_that_does_not_parse_is_refused(
    web: Web, make_client: Any, form: str, host: str
) -> None:
    """What came over the wire is an Error of ours, and no ValueError."""
    location = form.format(host)
    web.provider.script["/start"] = redirect(302, location)
    with pytest.raises(oauth2.RedirectRefused, match=r"^Redirected, but ") as caught:
        make_client().request(web.provider.url + "/start")
    assert_no_secret(caught.value, CONSUMER_SECRET, TOKEN_SECRET)
    assert caught.value.location is not None
    assert host in caught.value.location


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/x", "http://[/x"])
def test_a_refused_location_shows_no_secret_that_it_echoes(
    web: Web, make_client: Any, target: str
) -> None:
    """A PLAINTEXT signature is the secrets: RedirectRefused does not show it."""
    client = make_client(placement="query")
    client.set_signature_method(oauth2.SignatureMethod_PLAINTEXT())
    web.provider.script["/start"] = echo(303, target)
    with pytest.raises(oauth2.RedirectRefused) as caught:
        client.request(web.provider.url + "/start")
    assert_no_secret(caught.value, CONSUMER_SECRET, TOKEN_SECRET)
    assert caught.value.location == f"{target}?keep=1&keep=&b%5B%5D"


def test_a_redirect_without_location_is_httplib2s_error(web: Web, make_client: Any) -> None:
    """RedirectMissingLocation comes through."""
    web.provider.script["/start"] = Answer(302)
    with pytest.raises(httplib2.RedirectMissingLocation) as caught:
        make_client().request(web.provider.url + "/start")
    assert_no_secret(caught.value, CONSUMER_SECRET, TOKEN_SECRET)


def test_a_refused_redirect_can_be_a_status(web: Web, make_client: Any) -> None:
    """force_exception_to_status_code makes a 400 of it, as httplib2 does."""
    client = make_client()
    client.force_exception_to_status_code = True
    web.provider.script["/start"] = redirect(302, "ftp://127.0.0.1/")
    response, content = client.request(web.provider.url + "/start")
    assert response.status == 400
    assert content.startswith(b"Redirected, but ")


REDIRECTED_BODIES = {
    name: body for name, body in BODIES.items() if body.has_hash and "stream" not in name
}


@pytest.mark.parametrize(
    ("name", "placement"),
    rows(
        (REDIRECTED_BODIES, ["default"]),
        (["none", "JSON", "form", "form in a file", "file"], ["header", "query"]),
    ),
)
def test_a_body_is_sent_again_where_it_is_redirected(
    web: Web, make_client: Any, name: str, placement: str
) -> None:
    """After 308 the same octets arrive with the same Content-Type, signed once and afresh."""
    body = REDIRECTED_BODIES[name]
    client = make_client(**placed(placement)[0])
    headers = {} if body.content_type is None else {"Content-Type": body.content_type}
    first, last = follow(web, client, SAME_ORIGIN["absolute"], 308, "POST", body.make(), headers)
    assert_signed(first, KEYS, oauthlib=body.oauthlib)
    assert_signed(last, KEYS, oauthlib=body.oauthlib)
    assert_fresh_nonces(first, last)
    for received in (first, last):
        assert received.body.startswith(body.octets)
        assert received.body.count(b"oauth_signature=") == (received.place() == "body")
    assert last.values("content-type") == first.values("content-type")
    assert (last.place(), last.is_form) == (first.place(), first.is_form)


@pytest.mark.parametrize("body", REDIRECTED_BODIES.values(), ids=REDIRECTED_BODIES)
def test_a_body_is_sent_to_a_stranger_without_oauth(web: Web, make_client: Any, body: Body) -> None:
    """After 307 to another origin the same octets arrive, and nothing of ours."""
    headers = {} if body.content_type is None else {"Content-Type": body.content_type}
    _, last = follow(web, make_client(), STRANGE["other port"], 307, "POST", body.make(), headers)
    assert last.body == body.octets
    assert not last.protocol_parameters()
    assert last.values("authorization") == []


def test_a_file_is_sent_again_from_where_it_stood(web: Web, make_client: Any) -> None:
    """A redirect rewinds to where the caller's file began, not to its start."""
    file = io.BytesIO(b"header|payload")
    file.read(7)
    headers = {"Content-Type": "video/mp4"}
    first, last = follow(web, make_client(), HOPS["absolute"], 307, "PUT", file, headers)
    assert (first.body, last.body) == (b"payload", b"payload")
    assert_signed(last, KEYS)
    assert last.oauth("oauth_body_hash") == first.oauth("oauth_body_hash")


@pytest.mark.parametrize(
    "make", [OneWay, lambda octets: iter([octets])], ids=["stream", "generator"]
)
@pytest.mark.parametrize("hop", [HOPS["absolute"], HOPS["other port"]], ids=["same", "other"])
def test_a_body_that_cannot_be_read_twice_is_not_redirected(
    web: Web, make_client: Any, make: Any, hop: Hop
) -> None:
    """Rather than an empty body, RedirectRefused."""
    headers = {"Content-Type": "video/mp4"}
    with pytest.raises(oauth2.RedirectRefused, match="cannot be read a second time") as caught:
        follow(web, make_client(), hop, 308, "POST", make(b"once"), headers)
    assert_no_secret(caught.value, CONSUMER_SECRET, TOKEN_SECRET)
    assert caught.value.location == getattr(web, hop.end).url + "/d/end"
    assert len(web.provider.received) == 1


@pytest.mark.parametrize(
    "make", [OneWay, lambda octets: iter([octets])], ids=["stream", "generator"]
)
def test_a_body_that_cannot_be_read_twice_becomes_a_get(
    web: Web, make_client: Any, make: Any
) -> None:
    """After 303 there is no body, so there is nothing to read again."""
    headers = {"Content-Type": "video/mp4"}
    _, last = follow(web, make_client(), HOPS["absolute"], 303, "POST", make(b"once"), headers)
    assert (last.method, last.body, last.header("content-type")) == ("GET", b"", None)
    assert last.header("transfer-encoding") is None
    assert_signed(last, KEYS)


def test_a_list_of_chunks_can_be_sent_again(web: Web, make_client: Any) -> None:
    """A list can be read twice, so it is redirected as any other body."""
    headers = {"Content-Type": "video/mp4"}
    first, last = follow(web, make_client(), HOPS["absolute"], 308, "POST", [b"ab", b"c"], headers)
    assert (first.body, last.body) == (b"abc", b"abc")
    assert_signed(last, KEYS)


@pytest.mark.parametrize("status", [302, 303])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_redirect_to_get_leaves_the_body_and_its_headers_behind(
    web: Web, make_client: Any, status: int, method: str
) -> None:
    """Content-Type and Content-Length go with the body; other headers stay."""
    headers = {"Content-Type": FORM, "Content-Length": "3", "X-Mine": "1", "Accept": "text/plain"}
    client = make_client(placement="header")
    _, last = follow(web, client, HOPS["absolute"], status, method, "a=1", headers)
    assert (last.method, last.body) == ("GET", b"")
    assert last.header("content-type") is None
    assert (last.header("x-mine"), last.header("accept")) == ("1", "text/plain")
    assert_signed(last, KEYS)


@pytest.mark.parametrize(
    ("hop", "name"),
    rows((STRANGE, ["Authorization"]), (["other port"], ["authorization", "AUTHORIZATION"])),
)
def test_the_callers_own_authorization_does_not_reach_a_stranger(
    web: Web, make_client: Any, hop: str, name: str
) -> None:
    """The caller's own Authorization header stays with the origin that it was meant for."""
    client = make_client(placement="query")
    first, last = follow(web, client, STRANGE[hop], 301, "GET", headers={name: "Basic bWU6cHc="})
    assert first.values("authorization") == ["Basic bWU6cHc="]
    assert_unsigned(last)


def test_the_callers_own_authorization_is_forwarded_when_asked(web: Web, make_client: Any) -> None:
    """forward_authorization_headers keeps it beside a signature in the query."""
    client = make_client(placement="query")
    client.forward_authorization_headers = True
    headers = {"Authorization": "Basic bWU6cHc="}
    _, last = follow(web, client, HOPS["other port"], 301, "GET", headers=headers)
    assert last.values("authorization") == ["Basic bWU6cHc="]
    assert_signed(
        last._replace(headers=[h for h in last.headers if h[1] != headers["Authorization"]]), KEYS
    )


def test_our_header_replaces_the_callers_own_authorization(web: Web, make_client: Any) -> None:
    """There is one Authorization header, and it is the signature."""
    headers = {"AUTHORIZATION": "Basic bWU6cHc=", b"authorization": b"Basic bWU6cHc="}
    make_client(placement="header").request(web.provider.url, headers=headers)
    assert_signed(web.provider.last, KEYS)


class CallsOurs(oauth2.Client):
    """Overrides request, as programs do, and goes on in ours."""

    def request(self, uri: Any, *arguments: Any, **keywords: Any) -> Any:
        return oauth2.Client.request(self, uri, *arguments, **keywords)


Client: Any = oauth2.Client  # what a program without types makes of its methods


class CallsSuper(Client):
    """Overrides request with other defaults, and goes on in ours."""

    def request(
        self, uri: Any, method: Any = "GET", body: Any = None, *rest: Any, **keys: Any
    ) -> Any:
        return super().request(uri, method, body, *rest, **keys)


class CallsHttplib2(Client):
    """Signs by itself, and ends in httplib2's request, found late."""

    def request(
        self,
        uri: Any,
        method: Any = "GET",
        body: Any = None,
        headers: Any = None,
        redirections: Any = httplib2.DEFAULT_MAX_REDIRECTS,
        connection_type: Any = None,
    ) -> Any:
        consumer = present(self.consumer)
        request = oauth2.Request.from_consumer_and_token(consumer, self.token, method, uri)
        request.sign_request(self.method, consumer, self.token, include_body_hash=False)
        return oauth2.httplib2.Http.request(
            self,
            uri,
            method=method,
            body=body,
            headers={**(headers or {}), **request.to_header()},
            redirections=redirections,
            connection_type=connection_type,
        )


@pytest.mark.parametrize("status", [301, 303, 308])
@pytest.mark.parametrize("kind", [CallsOurs, CallsSuper])
def test_a_subclass_that_goes_on_in_ours_is_redirected_safely(
    web: Web, make_client: Any, kind: Any, status: int
) -> None:
    """The hops of a subclass are signed or not as ours are."""
    client = make_client(kind, placement="header")
    first, last = follow(web, client, HOPS["absolute"], status, "POST", "a=1")
    assert_signed(first, KEYS)
    assert_signed(last, KEYS)
    assert_fresh_nonces(first, last)
    _, strange = follow(web, client, HOPS["other port"], status, "POST", "a=1")
    assert_unsigned(strange)


def test_a_subclass_that_ends_in_httplib2_signs_for_itself(web: Web, make_client: Any) -> None:
    """Nothing depends on our request having run; the caller's request signs every hop."""
    client = make_client(CallsHttplib2)
    first, last = follow(web, client, HOPS["absolute"], 301)
    assert_signed(first, KEYS)
    assert_signed(last, KEYS)
    assert_fresh_nonces(first, last)


# The cache


@pytest.fixture
def cached(make_client: Any, tmp_path: Path) -> Any:
    """Make a client with a cache on disk and OAuth in the header."""
    return make_client(cache=str(tmp_path / "cache"), placement="header")


def test_a_fresh_answer_comes_from_the_cache(web: Web, cached: Any) -> None:
    """A second GET is answered without a request, though its signature would differ."""
    headers = {"Cache-Control": "max-age=60", "Date": formatdate(usegmt=True)}
    web.provider.script["/r"] = Answer(200, headers, b"cached")
    for from_cache in (False, True):
        response, content = cached.request(web.provider.url + "/r?a=1")
        assert (response.status, response.fromcache, content) == (200, from_cache, b"cached")
    assert len(web.provider.received) == 1
    assert_signed(web.provider.last, KEYS)


def test_a_stale_answer_is_validated_under_a_new_signature(web: Web, cached: Any) -> None:
    """The ETag is sent, 304 brings the cached content back, and both requests are signed."""

    def answer(received: Received) -> Answer:
        status = 304 if received.header("if-none-match") == '"1"' else 200
        return Answer(status, {"ETag": '"1"', "Cache-Control": "max-age=0"}, b"cached")

    web.provider.script["/r"] = answer
    for from_cache in (False, True):
        response, content = cached.request(web.provider.url + "/r")
        assert (response.status, response.fromcache, content) == (200, from_cache, b"cached")
    first, last = web.provider.received
    assert (first.header("if-none-match"), last.header("if-none-match")) == (None, '"1"')
    assert_signed(first, KEYS)
    assert_signed(last, KEYS)
    assert_fresh_nonces(first, last)


@pytest.mark.parametrize("status", [301, 308])
def test_a_cached_permanent_redirect_is_signed_afresh(web: Web, cached: Any, status: int) -> None:
    """The second time the old place is not asked, and the new one gets its own signature."""
    web.provider.script["/old"] = redirect(status, "/new")
    cached.request(web.provider.url + "/old")
    cached.request(web.provider.url + "/old")
    assert [received.target for received in web.provider.received] == ["/old", "/new", "/new"]
    for received in web.provider.received:
        assert_signed(received, KEYS)
    assert_fresh_nonces(*web.provider.received)


@pytest.mark.parametrize("status", [301, 308])
def test_a_cached_permanent_redirect_gives_a_stranger_no_credentials(
    web: Web, cached: Any, status: int
) -> None:
    """httplib2 keeps the header on this way; we take it off."""
    web.provider.script["/old"] = redirect(status, web.stranger.url + "/new")
    cached.request(web.provider.url + "/old")
    cached.request(web.provider.url + "/old")
    assert len(web.provider.received) == 1
    assert len(web.stranger.received) == 2
    for received in web.stranger.received:
        assert_unsigned(received)


def test_the_callers_own_authorization_stays_home_of_a_cached_redirect(
    web: Web, make_client: Any, tmp_path: Path
) -> None:
    """Neither does the caller's own Authorization header go along to another origin."""
    client = make_client(cache=str(tmp_path), placement="header")
    web.provider.script["/old"] = redirect(301, web.stranger.url + "/new")
    client.request(web.provider.url + "/old")
    client.placement = "query"
    client.request(web.provider.url + "/old", headers={"Authorization": "Basic bWU6cHc="})
    for received in web.stranger.received:
        assert_unsigned(received)


def test_a_cached_permanent_redirect_of_a_post_keeps_its_body(web: Web, cached: Any) -> None:
    """httplib2 hands on no body on this way; the one of the caller is sent."""
    web.provider.script["/old"] = redirect(308, "/new")
    headers = {"Content-Type": "application/json"}
    for _ in range(2):
        cached.request(web.provider.url + "/old", "POST", '{"a": 1}', headers)
    targets = [received.target for received in web.provider.received]
    assert targets == ["/old", "/new", "/new"]
    for received in web.provider.received:
        assert received.body == b'{"a": 1}'
        assert_signed(received, KEYS)
    assert_fresh_nonces(*web.provider.received)


def test_a_post_makes_the_cache_forget(web: Web, cached: Any) -> None:
    """An unsafe method invalidates what the cache holds, as it does in httplib2."""
    headers = {"Cache-Control": "max-age=60", "Date": formatdate(usegmt=True)}
    web.provider.script["/r"] = Answer(200, headers)
    cached.request(web.provider.url + "/r")
    cached.request(web.provider.url + "/r", "POST", "a=1")
    response, _ = cached.request(web.provider.url + "/r")
    assert not response.fromcache
    assert len(web.provider.received) == 3
