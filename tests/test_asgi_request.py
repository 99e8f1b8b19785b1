"""Requests read from an ASGI scope and a body."""

from __future__ import annotations

import time
from typing import Any

import pytest
from gateways import Sent, nobody, outcome, scope_of, signed
from hypothesis import given, settings, strategies as st
from known import FORM, NOW
from oauthlib import oauth1

import oauth2

ORIGIN = "http://app.example"
HEADERS = [(b"host", b"app.example")]


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: float(NOW))


def read(sent: Sent, body: Any = None, **changes: Any) -> oauth2.Request:
    octets = sent.body if body is None else body
    return oauth2.Request.from_asgi(scope_of(sent, changes), octets)


USUAL_PATHS = ["/", "/a/b", "/caf%C3%A9", "/%E6%97%A5", "/a%20b", "/100%25", "/a;b=c,d", "//a//"]
ODD_PATHS = [
    *("/stock/ABC%2F10", "/%7Eann", "/caf%c3%a9", "/a%3Ab", "/a[1]|x", "/caf%E9", "/%00", "/a%2Cb"),
    *("/%", "/%zz", "/a%252Fb"),
]


@pytest.mark.parametrize("path", USUAL_PATHS + ODD_PATHS)
def test_path_is_taken_as_it_was_sent(path: str) -> None:
    """It stands in raw_path."""
    assert outcome(lambda: read(signed(f"{ORIGIN}{path}?a=%2F&b=%c3%a9"))) == "verified"


@pytest.mark.parametrize("raw_path", [None, b""])
@pytest.mark.parametrize("path", USUAL_PATHS)
def test_path_is_quoted_as_is_usual_where_no_server_tells(path: str, raw_path: Any) -> None:
    """As raw_path is optional."""
    sent = signed(f"{ORIGIN}{path}?a=1")
    assert outcome(lambda: read(sent, raw_path=raw_path)) == "verified"


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"root_path": "", "path": "/r", "raw_path": b"/r"}, "/r"),
        ({"root_path": "/api", "path": "/api/r", "raw_path": b"/api/r"}, "/api/r"),
        ({"root_path": "/api", "path": "/api/r", "raw_path": None}, "/api/r"),
        ({"root_path": "/api/", "path": "/api/r", "raw_path": b"/api/r"}, "/api/r"),
        ({"root_path": "/api", "path": "/r", "raw_path": b"/r"}, "/api/r"),
        ({"root_path": "/api", "path": "/r", "raw_path": None}, "/api/r"),
        ({"root_path": "/api", "path": "/r", "raw_path": b"/api/r"}, "/api/r"),
        ({"root_path": "/api", "path": "/api", "raw_path": b"/api"}, "/api"),
        ({"root_path": "/api", "path": "/apis", "raw_path": b"/apis"}, "/api/apis"),
        ({"root_path": "/é", "path": "/é/\ufffd", "raw_path": b"/%c3%a9/%E9"}, "/%c3%a9/%E9"),
        ({"root_path": "/é", "path": "/\ufffd", "raw_path": b"/%E9"}, "/%C3%A9/%E9"),
        ({"root_path": "", "path": "/r", "raw_path": b"/r?a=1"}, "/r"),
        ({"root_path": "", "path": "/r", "raw_path": b"http://b.example/r"}, "/r"),
    ],
)
def test_root_path_is_a_part_of_the_path(scope: dict[str, Any], expected: str) -> None:
    """In path and raw_path, as the specification has it, or not, as FastAPI and old servers do."""
    scope = {"headers": HEADERS, "query_string": b"a=1", **scope}
    request = oauth2.Request.from_asgi(scope, b"")
    assert request.url == f"{ORIGIN}{expected}?a=1"


@pytest.mark.parametrize(
    ("origin", "root_path", "path", "expected"),
    [
        ("https://app.example", "", "/r", "https://app.example/r"),
        ("https://app.example/api", "", "/r", "https://app.example/api/r"),
        ("https://app.example/api", "/api", "/api/r", "https://app.example/api/r"),
        ("https://app.example/api", "/api", "/r", "https://app.example/api/r"),
        ("https://app.example/api", "/api/v1", "/api/v1/r", "https://app.example/api/v1/r"),
        ("https://app.example/api", "/v1", "/v1/r", "https://app.example/api/v1/r"),
    ],
)
def test_origin_takes_the_place_of_what_the_server_sees(
    origin: str, root_path: str, path: str, expected: str
) -> None:
    """Its prefix counts once where the server was told of it (uvicorn --root-path)."""
    scope = {"root_path": root_path, "path": path, "raw_path": path.encode(), "headers": []}
    assert oauth2.Request.from_asgi(scope, b"", origin=origin).url == expected


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"headers": HEADERS, "scheme": "https"}, "https://app.example/"),
        ({"headers": [(b"Host", b"[::1]:8000")]}, "http://[::1]:8000/"),
        ({"headers": [], "server": ("a.example", 80)}, "http://a.example/"),
        ({"headers": [], "server": ("::1", 8000)}, "http://[::1]:8000/"),
        ({"headers": HEADERS * 2}, "http://app.example/"),
    ],
)
def test_host_is_that_of_the_request(scope: dict[str, Any], expected: str) -> None:
    """Without an origin; and what the server is called where there is no Host."""
    assert oauth2.Request.from_asgi({"path": "/", **scope}, b"").url == expected


@pytest.mark.parametrize(
    "sent",
    [
        signed(f"{ORIGIN}/r?a=1", "POST", b"a=1&b=%C3%A9", FORM),
        signed(f"{ORIGIN}/r", "POST", b"a=1", FORM, signature_type=oauth1.SIGNATURE_TYPE_BODY),
        signed(f"{ORIGIN}/r?a=b", "PUT", b"{}", "application/json"),
        signed(f"{ORIGIN}/r", signature_type=oauth1.SIGNATURE_TYPE_QUERY),
    ],
    ids=["form", "in a form", "JSON", "in the query"],
)
def test_request_of_another_library_is_verified(sent: Sent) -> None:
    """Wherever its parameters are."""
    assert outcome(lambda: read(sent)) == "verified"
    assert outcome(lambda: read(sent, bytearray(sent.body))) == "verified"


CANVAS = signed(
    f"{ORIGIN}/r?a=1&b=2", "POST", b"z=1", FORM, signature_type=oauth1.SIGNATURE_TYPE_BODY
)
CANVAS = CANVAS._replace(body=CANVAS.body + b"&b=2&a=1")


def test_query_that_the_form_repeats_may_count_once() -> None:
    """As Canvas signs it."""
    scope = scope_of(CANVAS)
    assert outcome(lambda: oauth2.Request.from_asgi(scope, CANVAS.body)) == "SignatureInvalid"
    once = oauth2.Request.from_asgi(scope, CANVAS.body, repeated_query="once")
    assert outcome(lambda: once) == "verified"
    assert once.get_nonoauth_parameters() == {"a": "1", "b": "2", "z": "1"}


FORM_SENT = signed(f"{ORIGIN}/r", "POST", b"a=1", FORM)


@pytest.mark.parametrize("body", [None, b""])
def test_form_without_its_body_is_told(body: bytes | None) -> None:
    """And not that its signature is wrong."""
    with pytest.raises(oauth2.MalformedRequest, match="body: expected that of a form") as caught:
        oauth2.Request.from_asgi(scope_of(FORM_SENT), body)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("headers", "body", "is_refused"),
    [
        ([(b"transfer-encoding", b"chunked")], None, True),
        ([(b"transfer-encoding", b"chunked")], b"", False),
        ([(b"content-length", b"0")], None, False),
        ([], None, False),
    ],
    ids=["chunked, not given", "chunked, empty", "length of 0", "no body"],
)
def test_form_may_be_empty(
    headers: list[tuple[bytes, bytes]], body: bytes | None, is_refused: bool
) -> None:
    """Where none was sent there is nothing to give."""
    scope = {"path": "/r", "headers": [*HEADERS, (b"content-type", FORM.encode()), *headers]}
    if is_refused:
        with pytest.raises(oauth2.MalformedRequest, match="body: expected that of a form"):
            oauth2.Request.from_asgi(scope, body)
    else:
        assert oauth2.Request.from_asgi(scope, body) == {}


def test_body_that_was_not_given_is_not_known() -> None:
    """Its hash is not checked then."""
    sent = signed(f"{ORIGIN}/r", "POST", b"{}", "application/json")
    request = oauth2.Request.from_asgi(scope_of(sent), None)
    assert request.body is None
    assert outcome(lambda: request) == "verified"


@pytest.mark.parametrize("body", ["a=1", [b"a=1"]])
def test_body_that_is_not_bytes_is_a_mistake_of_the_program(body: Any) -> None:
    """It was received as bytes."""
    with pytest.raises(TypeError, match="body: expected bytes or None, got"):
        oauth2.Request.from_asgi(scope_of(FORM_SENT), body)


def test_body_over_the_limit_is_refused() -> None:
    """Before it is read as a form."""
    body = b"a&" * (1 << 19)
    with pytest.raises(oauth2.BodyTooLarge) as caught:
        oauth2.Request.from_asgi(scope_of(FORM_SENT), body + b"a")
    assert (caught.value.status, caught.value.limit) == (413, 1 << 20)
    scope = scope_of(FORM_SENT)
    assert oauth2.Request.from_asgi(scope, body).body == body
    assert oauth2.Request.from_asgi(scope, body + b"a", max_body=1 << 21).body == body + b"a"


HOSTILE: dict[str, tuple[dict[str, Any], str]] = {
    "two hosts": ({"headers": [*HEADERS, (b"host", b"evil.example")]}, "Host"),
    "host with a path": ({"headers": [(b"host", b"app.example/x")]}, "Host"),
    "host that is not UTF-8": ({"headers": [(b"host", b"\xff")]}, "Host"),
    "host with a space of Unicode": ({"headers": [(b"host", b"a.example\xc2\xa0")]}, "Host"),
    "no host, on a socket": ({"headers": [], "server": None}, "Host"),
    "no host, on a socket with a name": ({"headers": [], "server": ("/tmp/s", None)}, "Host"),
    "two types": (
        {"headers": [*HEADERS, (b"content-type", b"a/b"), (b"content-type", b"c/d")]},
        "Content-Type",
    ),
    "websocket": ({"scheme": "ws", "type": "websocket"}, "scheme"),
    "target of OPTIONS": ({"raw_path": b"*", "path": "*"}, "path"),
    "path without a slash": ({"raw_path": b"", "path": "r"}, "path"),
    "length that is none": (
        {"headers": [*HEADERS, (b"content-type", FORM.encode()), (b"content-length", b"\xff")]},
        "body",
    ),
}


@pytest.mark.parametrize(("changes", "words"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_request_is_an_error_that_says_so(changes: dict[str, Any], words: str) -> None:
    """And none of the program's."""
    scope = {"path": "/r", "raw_path": b"/r", "headers": HEADERS, **changes}
    with pytest.raises(oauth2.Error, match=words) as caught:
        oauth2.Request.from_asgi(scope, b"")
    assert caught.value.status == 400


OCTETS = st.binary(max_size=30)
FIELDS = st.tuples(
    st.sampled_from([b"host", b"authorization", b"content-type", b"content-length", b"x"]),
    OCTETS | st.just(FORM.encode()) | OCTETS.map(b"OAuth oauth_nonce=".__add__),
)
SCOPES = st.fixed_dictionaries(
    {"headers": st.lists(FIELDS, max_size=5).map(lambda fields: [(b"host", b"a"), *fields])},
    optional={
        "path": st.text(max_size=20).map("/{}".format) | st.text(max_size=20),
        "raw_path": OCTETS | OCTETS.map(b"/".__add__),
        "root_path": st.text(max_size=10),
        "query_string": OCTETS,
        "method": st.text(max_size=10),
        "server": st.none() | st.tuples(st.text(max_size=10), st.none() | st.integers()),
    },
)


@given(SCOPES, st.none() | OCTETS)
@settings(max_examples=300, deadline=None)
def test_whatever_is_sent_is_read_or_refused(scope: dict[str, Any], body: bytes | None) -> None:
    """By an Error, and nothing else."""

    def read_and_verify() -> None:
        request = oauth2.Request.from_asgi(scope, body)
        assert request.signature_base_string().isascii()
        oauth2.Verifier(nobody).verify(request)

    with pytest.raises(oauth2.Error) as caught:
        read_and_verify()
    assert caught.value.status in (400, 401)
