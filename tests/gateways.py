"""Requests that oauthlib signed, as a WSGI server and as an ASGI server hand them over."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes, urlsplit

from known import CONSUMER, CONSUMER_SECRET, FORM, NOW, TOKEN, TOKEN_SECRET
from oauthlib import oauth1

import oauth2


class Sent(NamedTuple):
    """A request as it goes out: its URL, its method, its headers, and its body."""

    url: str
    method: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def target(self) -> str:
        """The request target: all of the URL that follows its host."""
        _, _, rest = self.url.partition("://")
        start = min(rest.find(mark) % (len(rest) + 1) for mark in "/?")
        return rest[start:]

    def octets(
        self,
        headers: Mapping[str, str] = {},
        target: str | None = None,
        is_chunked: bool = False,
    ) -> bytes:
        """Return what goes over a connection, with further headers, or to another target."""
        host = self.url.partition("://")[2].partition("/")[0]
        fields = {"Host": host, "Connection": "close", **self.headers, **headers}
        body = self.body
        if is_chunked:
            fields["Transfer-Encoding"] = "chunked"
            pieces = [body[:3], body[3:], b""]
            body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
        elif body:
            fields["Content-Length"] = str(len(body))
        head = f"{self.method} {target or self.target} HTTP/1.1\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        return head.encode("latin-1") + b"\r\n" + body


def signed(
    url: str,
    method: str = "GET",
    body: bytes = b"",
    content_type: str | None = None,
    has_token: bool = False,
    **options: Any,
) -> Sent:
    """Sign by oauthlib, for `CONSUMER` at `NOW`, and for `TOKEN` if so."""
    if has_token:
        options = {
            "resource_owner_key": TOKEN.key,
            "resource_owner_secret": TOKEN_SECRET,
            **options,
        }
    options = {"client_secret": CONSUMER_SECRET, "timestamp": str(NOW), **options}
    client: Any = oauth1.Client(options.pop("client_key", CONSUMER.key), **options)
    headers = {} if content_type is None else {"Content-Type": content_type}
    text = body.decode() if content_type == FORM else body or None
    sent_url, sent_headers, sent_body = client.sign(url, method, text, headers)
    octets = sent_body.encode() if isinstance(sent_body, str) else sent_body or b""
    return Sent(sent_url, method, dict(sent_headers), octets)


def environ_of(
    sent: Sent, changes: Mapping[str, Any] = {}, raw: str | None = "RAW_URI"
) -> dict[str, Any]:
    """Return a WSGI environ (PEP 3333) with the target under this name, or under none."""
    parts = urlsplit(sent.url)
    path = sent.target.partition("?")[0]
    environ = {
        "REQUEST_METHOD": sent.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": sent.target.partition("?")[2],
        "SERVER_NAME": "10.0.0.1",
        "SERVER_PORT": "8000",
        "HTTP_HOST": parts.netloc,
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(sent.body),
    }
    if raw is not None:
        environ[raw] = sent.target
    if sent.body:
        environ["CONTENT_LENGTH"] = str(len(sent.body))
    for name, value in sent.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    environ.update(changes)
    return environ


def scope_of(sent: Sent, changes: Mapping[str, Any] = {}) -> dict[str, Any]:
    """Return an ASGI scope, as uvicorn makes it."""
    parts = urlsplit(sent.url)
    path, _, query = sent.target.partition("?")
    headers = {"Host": parts.netloc, **sent.headers}
    if sent.body:
        headers["Content-Length"] = str(len(sent.body))
    scope: dict[str, Any] = {
        "type": "http",
        "scheme": parts.scheme,
        "method": sent.method,
        "root_path": "",
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "server": ("10.0.0.1", 8000),
        "headers": [(name.lower().encode(), text.encode()) for name, text in headers.items()],
    }
    scope.update(changes)
    return scope


def outcome(read: Callable[[], oauth2.Request]) -> str:
    """Read a request, and verify it for `CONSUMER`: the name of the error, or "verified"."""
    try:
        oauth2.Verifier({CONSUMER.key: CONSUMER}.get).verify(read())
    except oauth2.Error as error:
        return type(error).__name__
    return "verified"


def nobody(key: str) -> None:
    """Look up a consumer where there is none."""
