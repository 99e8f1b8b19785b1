"""Requests read from a WSGI environ: their URL, their body, and what is no request."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
from gateways import Sent, environ_of, nobody, outcome, signed
from hypothesis import given, settings, strategies as st
from known import FORM, NOW
from oauthlib import oauth1

import oauth2

ORIGIN = "http://app.example"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: float(NOW))


def read(sent: Sent, raw: str | None = "RAW_URI") -> oauth2.Request:
    return oauth2.Request.from_wsgi(environ_of(sent, raw=raw))


# Paths as they are sent; those of the second part are lost where a server tells its decoded
# path alone, as they are not written as most clients write them.
USUAL_PATHS = [
    "",
    "/",
    "/a/b",
    "/caf%C3%A9",
    "/%E6%97%A5",
    "/a%20b",
    "/100%25",
    "/a;b=c,d",
    "//a//",
]
ODD_PATHS = [
    *("/stock/ABC%2F10", "/%7Eann", "/caf%c3%a9", "/a%3Ab", "/a[1]|x", "/caf%E9", "/%00", "/a%2Cb"),
    *("/%", "/%zz", "/a%252Fb"),
]


@pytest.mark.parametrize("name", ["RAW_URI", "REQUEST_URI"])
@pytest.mark.parametrize("path", USUAL_PATHS + ODD_PATHS)
def test_path_is_taken_as_it_was_sent(path: str, name: str) -> None:
    """Where the server tells: gunicorn the one way, waitress, Werkzeug and uWSGI the other."""
    sent = signed(f"{ORIGIN}{path}?a=%2F&b=%c3%a9")
    assert outcome(lambda: read(sent, raw=name)) == "verified"


@pytest.mark.parametrize("path", USUAL_PATHS)
def test_path_is_quoted_as_is_usual_where_no_server_tells(path: str) -> None:
    """Such as most clients send it."""
    assert outcome(lambda: read(signed(f"{ORIGIN}{path}?a=1"), raw=None)) == "verified"


@pytest.mark.parametrize("path", ["/日本", "/café", "/a b/100%", "/~ann/a:b"])
def test_path_may_be_text_as_django_has_it(path: str) -> None:
    """Its META has the path decoded as UTF-8."""
    sent = oauth2.Signer(oauth2.Consumer("key", "s")).sign("GET", ORIGIN + path)
    request = oauth2.Request.from_wsgi(
        {"REQUEST_METHOD": "GET", "HTTP_HOST": "app.example", "PATH_INFO": path}
    )
    assert request.url == sent.url


@pytest.mark.parametrize(
    ("mount", "path", "raw", "expected"),
    [
        ("/api", "/r", "/api/r", "/api/r"),
        ("/api", "/r", "/r", "/api/r"),
        ("/api", "/r", None, "/api/r"),
        ("/api", "", "/api", "/api"),
        ("/a b", "/c/d", "/a%20b/c%2Fd", "/a%20b/c%2Fd"),
        ("/a b", "/c/d", "/c%2Fd", "/a%20b/c%2Fd"),
        ("/api", "/api/r", "/api/r", "/api/api/r"),
        ("/app.fcgi", "/r", "/pretty", "/pretty"),
        ("/api", "/caf\xe9", "/caf%E9", "/api/caf%E9"),
        ("/a;b=(c)", "/r", "/r", "/a;b=(c)/r"),
    ],
)
def test_mount_is_a_part_of_the_path(mount: str, path: str, raw: str | None, expected: str) -> None:
    """Also where a proxy has stripped it, and the server was told of it (SCRIPT_NAME)."""
    target = None if raw is None else raw + "?a=1"
    environ = {"SCRIPT_NAME": mount, "PATH_INFO": path, "QUERY_STRING": "a=1", "RAW_URI": target}
    request = oauth2.Request.from_wsgi({"HTTP_HOST": "app.example", **environ})
    assert request.url == f"{ORIGIN}{expected}?a=1"


@pytest.mark.parametrize(
    ("origin", "mount", "raw", "expected"),
    [
        ("https://app.example", "", "/r", "https://app.example/r"),
        ("https://app.example:443/", "", "/r", "https://app.example/r"),
        ("https://App.example:8443", "", "", "https://app.example:8443"),
        ("https://app.example/api", "", "/r", "https://app.example/api/r"),
        ("https://app.example/api/", "", "/api/r", "https://app.example/api/api/r"),
        ("https://app.example/api", "/v1", "/v1/r", "https://app.example/api/v1/r"),
        ("https://app.example/api", "/api", "/r", "https://app.example/api/r"),
        ("https://app.example/api", "/api/v1", "/api/v1/r", "https://app.example/api/v1/r"),
        ("https://app.example/api", "/apis", "/apis/r", "https://app.example/api/apis/r"),
        ("https://app.example/a%20b", "/a b", "/a%20b/r", "https://app.example/a%20b/r"),
    ],
)
def test_origin_takes_the_place_of_what_the_server_sees(
    origin: str, mount: str, raw: str, expected: str
) -> None:
    """Its prefix is one that a proxy strips, and counts once where the server was told of it."""
    rest = raw[len(mount) :] if raw.startswith(mount) else raw
    environ = {
        **{"HTTP_HOST": "evil.example", "HTTP_X_FORWARDED_HOST": "evil.example"},
        **{"SCRIPT_NAME": mount, "PATH_INFO": rest, "RAW_URI": raw},
    }
    assert oauth2.Request.from_wsgi(environ, origin=origin).url == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"HTTP_HOST": "App.Example:80"}, "http://app.example/r"),
        ({"HTTP_HOST": "app.example:8080"}, "http://app.example:8080/r"),
        ({"HTTP_HOST": "[::1]:8000"}, "http://[::1]:8000/r"),
        ({"wsgi.url_scheme": "https", "HTTP_HOST": "a.example:443"}, "https://a.example/r"),
        ({"SERVER_NAME": "a.example", "SERVER_PORT": "80"}, "http://a.example/r"),
        ({"SERVER_NAME": "::1", "SERVER_PORT": "8000"}, "http://[::1]:8000/r"),
        ({"SERVER_NAME": "a.example", "HTTP_HOST": ""}, "http://a.example/r"),
        ({"HTTP_HOST": "a.example", "RAW_URI": "http://b.example/r"}, "http://a.example/r"),
    ],
)
def test_host_is_that_of_the_request(changes: dict[str, str], expected: str) -> None:
    """Without an origin; and what the server is called where there is no Host (HTTP/1.0)."""
    assert oauth2.Request.from_wsgi({"PATH_INFO": "/r", **changes}).url == expected


def test_number_sign_is_data() -> None:
    """No URL is sent with a fragment: it is signed as what it is."""
    request = oauth2.Request.from_wsgi(
        {"HTTP_HOST": "a.example", "RAW_URI": "/a#b?c=d#e", "QUERY_STRING": "c=d#e"}
    )
    assert request.url == "http://a.example/a%23b?c=d%23e"
    assert request == {"c": "d#e"}


@pytest.mark.parametrize(
    ("mount", "path", "target"),
    [
        ("", "/r", "/r#s"),
        ("", "/r", "http://a.example/r#s?a=1"),
        ("/api", "/r", "/api/r#s"),
        ("/api", "/r", "/r#s"),
        ("/api", "", "/api#"),
        ("", "/admin", "/ad\tmin"),
    ],
)
def test_what_a_server_drops_of_a_path_is_refused(mount: str, path: str, target: str) -> None:
    """As gunicorn drops what follows a number sign: a view would serve another path than signed."""
    environ = {"SCRIPT_NAME": mount, "PATH_INFO": path, "RAW_URI": target}
    words = r"^path: expected neither # nor control characters, got '/"
    with pytest.raises(oauth2.MalformedRequest, match=words):
        oauth2.Request.from_wsgi({"HTTP_HOST": "a.example", **environ})


def test_path_without_a_slash_is_refused() -> None:
    """It is quoted, and would run on from the host."""
    environ = {"HTTP_HOST": "a.example", "PATH_INFO": "r"}
    words = "^path: expected a slash at its start, got 'r'$"
    with pytest.raises(oauth2.MalformedRequest, match=words):
        oauth2.Request.from_wsgi(environ)


@pytest.mark.parametrize("mount", ["", "/api"])
def test_number_sign_is_signed_where_the_view_finds_it(mount: str) -> None:
    """As uvicorn hands it over."""
    scope = {"path": f"{mount}/r#s", "raw_path": f"{mount}/r#s".encode(), "root_path": mount}
    request = oauth2.Request.from_asgi({"headers": [(b"host", b"a.example")], **scope}, b"")
    assert request.url == f"http://a.example{mount}/r%23s"


def test_octets_are_those_that_were_sent() -> None:
    """PEP 3333 has each as one character; what is not escaped is signed as it is escaped."""
    environ = {
        "HTTP_HOST": "a.example",
        "QUERY_STRING": "n=\xc3\xa9&m=\xe9",
        "RAW_URI": "/\xc3\xa9",
    }
    environ["HTTP_AUTHORIZATION"] = 'OAuth oauth_token="\xc3\xa9"'
    request = oauth2.Request.from_wsgi(environ)
    assert request == {"n": "é", "m": "\udce9", "oauth_token": "é"}
    assert request.signature_base_string().split("&")[1] == "http%3A%2F%2Fa.example%2F%25C3%25A9"


@pytest.mark.parametrize("raw", ["RAW_URI", None])
def test_request_without_pairs_is_a_request(raw: str | None) -> None:
    """So that it can be handed on, to be refused as unsigned."""
    request = read(Sent(f"{ORIGIN}/r", "POST", {"Content-Type": "text/plain"}, b"a=1"), raw=raw)
    assert (request, request.method, request.body) == ({}, "POST", b"a=1")
    assert request.to_url() == f"{ORIGIN}/r"


def test_subclass_gets_instances_of_its_own() -> None:
    """And its `from_request` is asked, where it has one of 2.1."""

    class Own(oauth2.Request):
        @classmethod
        def from_request(  # type: ignore[override]
            cls, http_method: str, http_url: str, headers: Any = None, body: Any = None
        ) -> Any:
            return super().from_request(http_method, http_url + "?own=1", headers, body=body)

    assert Own.from_wsgi(environ_of(Sent(f"{ORIGIN}/r", "GET", {}, b""))) == {"own": "1"}


# --- The body

FORM_SENT = signed(f"{ORIGIN}/r?a=1", "POST", b"b=2&c=%C3%A9", FORM)


class Stream(io.RawIOBase):
    """A body that is read once, in pieces, and that counts what is read of it."""

    def __init__(self, octets: bytes, piece: int = 3) -> None:
        self.left, self.piece, self.asked = octets, piece, 0

    def read(self, size: int = -1) -> bytes:
        self.asked += size
        size = min(size, self.piece)
        taken, self.left = self.left[:size], self.left[size:]
        return taken


@pytest.mark.parametrize(
    ("sent", "changes"),
    [
        (FORM_SENT, {}),
        (FORM_SENT, {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}),
        (FORM_SENT, {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}),
        (signed(f"{ORIGIN}/r", "POST", b'{"a": 1}', "application/json"), {}),
    ],
    ids=["length", "terminated", "chunked", "JSON"],
)
def test_body_is_read_and_left_for_the_application(sent: Sent, changes: dict[str, Any]) -> None:
    """It has a length then, however it was sent."""
    environ = environ_of(sent, {"wsgi.input": Stream(sent.body), **changes})
    assert outcome(lambda: oauth2.Request.from_wsgi(environ)) == "verified"
    assert environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])) == sent.body
    assert "HTTP_TRANSFER_ENCODING" not in environ


def test_body_is_read_again_where_it_stands_in_memory() -> None:
    """By a middleware first, and then by a view."""
    environ = environ_of(FORM_SENT)
    first = oauth2.Request.from_wsgi(environ)
    environ["wsgi.input"].read()
    assert oauth2.Request.from_wsgi(environ) == first


def test_nothing_is_read_where_there_is_no_body() -> None:
    """Reading might wait for ever."""
    stream = Stream(b"GET / HTTP/1.1")
    environ = environ_of(Sent(f"{ORIGIN}/r", "GET", {}, b""), {"wsgi.input": stream})
    assert oauth2.Request.from_wsgi(environ).body == b""
    assert environ["wsgi.input"] is stream
    assert stream.asked == 0


def test_chunks_in_memory_have_an_end() -> None:
    """As a framework has read them."""
    sent = Sent(f"{ORIGIN}/r", "POST", {"Transfer-Encoding": "chunked"}, b"a")
    assert read(sent._replace(body=b"")).body == b""
    environ = environ_of(sent, {"CONTENT_LENGTH": None})
    assert oauth2.Request.from_wsgi(environ).body == b"a"


def test_body_without_a_stream_is_not_known() -> None:
    """As in the META of Django under ASGI."""
    environ = environ_of(Sent(f"{ORIGIN}/r", "POST", {}, b"x"))
    del environ["wsgi.input"]
    assert oauth2.Request.from_wsgi(environ).body is None


@pytest.mark.parametrize(
    ("changes", "most"),
    [
        ({"CONTENT_LENGTH": "11"}, 0),
        ({"CONTENT_LENGTH": "1000000000"}, 0),
        ({"CONTENT_LENGTH": None, "wsgi.input_terminated": True}, 11),
    ],
    ids=["length", "huge", "terminated"],
)
def test_body_over_the_limit_is_refused(changes: dict[str, Any], most: int) -> None:
    """And not read, or no further than is needed to tell."""
    stream = Stream(b"x" * 100)
    environ = environ_of(Sent(f"{ORIGIN}/r", "POST", {}, b""), {**changes, "wsgi.input": stream})
    with pytest.raises(oauth2.BodyTooLarge) as caught:
        oauth2.Request.from_wsgi(environ, max_body=10)
    assert (caught.value.status, caught.value.limit) == (413, 10)
    assert 100 - len(stream.left) == most


def test_body_of_just_the_limit_is_read() -> None:
    """With a length, and without."""
    ways: list[dict[str, Any]] = [{}, {"CONTENT_LENGTH": None, "wsgi.input_terminated": True}]
    for changes in ways:
        environ = environ_of(Sent(f"{ORIGIN}/r", "POST", {}, b"x" * 10), changes)
        assert oauth2.Request.from_wsgi(environ, max_body=10).body == b"x" * 10


def test_default_limit_is_a_mebibyte() -> None:
    """A form that a person fills in has far less."""
    body = b"x" * ((1 << 20) + 1)
    with pytest.raises(oauth2.BodyTooLarge):
        read(Sent(f"{ORIGIN}/r", "POST", {}, body))
    assert read(Sent(f"{ORIGIN}/r", "POST", {}, body[1:])).body == body[1:]


class Broken(Stream):
    """A server that fails as it reads."""

    def read(self, size: int = -1) -> bytes:
        raise RuntimeError("chunk without a length")


FORM_TYPE = {"Content-Type": FORM}
HOSTILE: dict[str, tuple[dict[str, Any], int, str]] = {
    "host with a path": ({"HTTP_HOST": "app.example/x"}, 400, "Host"),
    "host with a query": ({"HTTP_HOST": "app.example?x"}, 400, "Host"),
    "host with a fragment": ({"HTTP_HOST": "app.example#x"}, 400, "Host"),
    "host with user-info": ({"HTTP_HOST": "me@app.example"}, 400, "Host"),
    "host with a space": ({"HTTP_HOST": "app example"}, 400, "Host"),
    "host with a line": ({"HTTP_HOST": "app.example\r\nX: y"}, 400, "Host"),
    "host that is not ASCII": ({"HTTP_HOST": "b\xfccher.example"}, 400, "Host"),
    "port that is none": ({"HTTP_HOST": "app.example:http"}, 400, "Host"),
    "port too high": ({"HTTP_HOST": "app.example:99999"}, 400, "Host"),
    "address without an end": ({"HTTP_HOST": "[::1"}, 400, "Host"),
    "port alone": ({"HTTP_HOST": ":80"}, 400, "Host"),
    "no host at all": ({"HTTP_HOST": "", "SERVER_NAME": "", "SERVER_PORT": ""}, 400, "Host"),
    "another scheme": ({"wsgi.url_scheme": "ftp"}, 400, "scheme"),
    "target of OPTIONS": ({"RAW_URI": "*"}, 400, "path"),
    "target of CONNECT": ({"RAW_URI": "app.example:443"}, 400, "path"),
    "path without a slash": ({"RAW_URI": "", "PATH_INFO": "r"}, 400, "path"),
    "lone surrogate": ({"RAW_URI": "", "PATH_INFO": "/\ud800"}, 400, "surrogate"),
    "length that is none": ({"CONTENT_LENGTH": "ten"}, 400, "Content-Length"),
    "negative length": ({"CONTENT_LENGTH": "-1"}, 400, "Content-Length"),
    "length of other digits": ({"CONTENT_LENGTH": "\u0661"}, 400, "Content-Length"),
    "length with a sign": ({"CONTENT_LENGTH": "+1"}, 400, "Content-Length"),
    "two lengths": ({"CONTENT_LENGTH": "1, 1"}, 400, "Content-Length"),
    "endless length": ({"CONTENT_LENGTH": "9" * 5000}, 400, "Content-Length"),
    "length that is too long": ({"CONTENT_LENGTH": "5"}, 400, "expected 5 octets"),
    "chunks as they are": (
        {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": Stream(b"5")},
        411,
        "Content-Length",
    ),
    "body that breaks": ({"CONTENT_LENGTH": "5", "wsgi.input": Broken(b"")}, 400, "RuntimeError"),
    "form without a stream": (
        {"CONTENT_TYPE": FORM, "CONTENT_LENGTH": "5", "wsgi.input": None},
        400,
        "body: expected that of a form",
    ),
    "form in chunks without a stream": (
        {"CONTENT_TYPE": FORM, "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": None},
        400,
        "body: expected that of a form",
    ),
    "form with a type in quotes": ({"CONTENT_TYPE": '"'}, 401, "No credentials"),
    "header that breaks off": ({"HTTP_AUTHORIZATION": 'OAuth a="'}, 400, "Authorization header"),
    "query of escapes": ({"QUERY_STRING": "%" * 5000}, 401, "No credentials"),
}


@pytest.mark.parametrize(("changes", "status", "words"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_request_is_an_error_that_says_so(
    changes: dict[str, Any], status: int, words: str
) -> None:
    """And none of the program's, which would be answered by 500."""
    environ = environ_of(Sent(f"{ORIGIN}/r", "GET", {}, b""), changes)
    with pytest.raises(oauth2.Error, match=words) as caught:
        oauth2.Verifier(nobody).verify(oauth2.Request.from_wsgi(environ))
    assert caught.value.status == status


@pytest.mark.parametrize("is_consumed", [True, False], ids=["read", "cut"])
def test_form_that_was_read_before_is_told(is_consumed: bool) -> None:
    """And not that its signature is wrong."""
    left = b"" if is_consumed else FORM_SENT.body[:4]
    environ = environ_of(FORM_SENT, {"wsgi.input": Stream(left)})
    with pytest.raises(oauth2.MalformedRequest, match="it broke off, or was read before"):
        oauth2.Request.from_wsgi(environ)


def test_body_that_is_no_form_is_not_read_as_one() -> None:
    """Only Content-Type says what a form is."""
    for kind in ("text/plain", "multipart/form-data; boundary=a", "application/json", ""):
        sent = Sent(f"{ORIGIN}/r?a=1", "POST", {"Content-Type": kind}, b"b=2")
        assert read(sent) == {"a": "1"}


CANVAS = signed(
    f"{ORIGIN}/r?a=1&b=2", "POST", b"z=1", FORM, signature_type=oauth1.SIGNATURE_TYPE_BODY
)
CANVAS = CANVAS._replace(body=CANVAS.body + b"&b=2&a=1")


@pytest.mark.parametrize(("repeated_query", "expected"), [("once", "verified"), ("twice", "")])
def test_query_that_the_form_repeats_counts_as_it_is_told(
    repeated_query: Any, expected: str
) -> None:
    """Once, as Canvas signs it, or twice, as it is sent."""

    def read() -> oauth2.Request:
        return oauth2.Request.from_wsgi(environ_of(CANVAS), repeated_query=repeated_query)

    assert outcome(read) == (expected or "SignatureInvalid")


def test_repeated_query_is_one_of_two_words() -> None:
    """Another is a mistake of the program."""
    with pytest.raises(ValueError, match="repeated_query: expected 'once' or 'twice', got 'one'"):
        oauth2.Request.from_wsgi(environ_of(CANVAS), repeated_query="one")  # type: ignore[arg-type]


def test_origin_that_is_none_is_a_mistake_of_the_program() -> None:
    """It is configured, and not received."""
    with pytest.raises(ValueError, match="origin: expected a URL") as caught:
        oauth2.Request.from_wsgi(environ_of(CANVAS), origin="app.example")
    assert not isinstance(caught.value, oauth2.Error)


# --- Whatever is sent

LATIN_1 = st.text(st.characters(max_codepoint=255), max_size=40)
ENVIRONS = st.fixed_dictionaries(
    {},
    optional={
        "REQUEST_METHOD": LATIN_1,
        "SCRIPT_NAME": LATIN_1 | st.text(max_size=10),
        "PATH_INFO": LATIN_1.map("/{}".format) | st.text(max_size=20),
        "QUERY_STRING": LATIN_1 | st.text(max_size=20),
        "RAW_URI": LATIN_1 | LATIN_1.map("/{}".format),
        "REQUEST_URI": LATIN_1.map("http://{}".format),
        "HTTP_HOST": LATIN_1 | st.just("a.example"),
        "SERVER_NAME": LATIN_1,
        "SERVER_PORT": LATIN_1,
        "HTTP_AUTHORIZATION": LATIN_1 | LATIN_1.map('OAuth oauth_nonce="{}'.format),
        "CONTENT_TYPE": LATIN_1 | st.just(FORM),
        "CONTENT_LENGTH": LATIN_1 | st.integers(0, 50).map(str),
        "HTTP_TRANSFER_ENCODING": LATIN_1,
        "wsgi.input_terminated": st.booleans(),
        "wsgi.input": st.binary(max_size=40).map(io.BytesIO),
    },
)


@given(ENVIRONS, st.sampled_from([None, "https://a.example/b"]))
@settings(max_examples=300, deadline=None)
def test_whatever_is_sent_is_read_or_refused(environ: dict[str, Any], origin: str | None) -> None:
    """By an Error, and nothing else; what is read has a base string."""
    verifier = oauth2.Verifier(nobody)

    def read_and_verify() -> None:
        request = oauth2.Request.from_wsgi(environ, origin=origin)
        assert request.signature_base_string().isascii()
        verifier.verify(request)

    with pytest.raises(oauth2.Error) as caught:
        read_and_verify()
    assert verifier.refusal(caught.value)[0] in (400, 401, 411, 413)


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20).map("/{}".format))
@settings(max_examples=200, deadline=None)
def test_any_path_is_signed_as_it_was_sent(path: str) -> None:
    """As our Signer and the server see it alike."""
    path = path.replace("?", "").replace("#", "")
    sent = oauth2.Signer(oauth2.Consumer("key", "s")).sign("GET", ORIGIN + path)
    environ = environ_of(Sent(sent.url, "GET", dict(sent.headers), b""))
    verifier = oauth2.Verifier({"key": oauth2.Consumer("key", "s")}.get)
    assert verifier.verify(oauth2.Request.from_wsgi(environ)).request.url == sent.url


@pytest.mark.parametrize("piece", [b"a&", b"%"])
def test_huge_form_is_refused_unread(piece: bytes) -> None:
    """Ten megabytes of pairs or of escapes take no time and no memory."""
    stream = Stream(piece * 100)
    changes = {"wsgi.input": stream, "CONTENT_LENGTH": "10000000"}
    environ = environ_of(Sent(f"{ORIGIN}/r", "POST", FORM_TYPE, b""), changes)
    assert outcome(lambda: oauth2.Request.from_wsgi(environ)) == "BodyTooLarge"
    assert stream.asked == 0
