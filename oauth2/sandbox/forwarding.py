"""A recording proxy: it forwards what a client sends to a real provider, and keeps both sides."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ..errors import Error, MalformedRequest
from ..headers import FORM_CONTENT_TYPE
from ..problems import report
from ..received_url import public_origin
from ..wsgi_body import read_body
from .hosts import KnownHosts
from .inspection import received_request
from .recording import Content, Exchange, Headers, Recorder
from .upstream import Answered, Received, Unreachable, send

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["FORWARDED", "RAW_HEADERS", "RAW_TARGET", "Forwarder", "Forwarding"]

# Beside what WSGI has in an environ: headers in their order and the target, as they were
# received; and whether what is answered is another server's.
RAW_HEADERS = "oauth2.headers"
RAW_TARGET = "oauth2.target"
FORWARDED = "oauth2.forwarded"

_KEPT = 1 << 16
_origin_of = re.compile(r"https?://[^/?#]*", re.I)


@dataclass(frozen=True)
class Forwarding:
    """A recording proxy that runs; `forward` makes it.

    ``url`` is where to point a client, in the place of ``provider``. ``recorder`` has the last
    requests, which the page at ``url`` shows.
    """

    url: str
    provider: str
    recorder: Recorder


class Forwarder:
    """Forwards each request to a provider, but for those of ``pages``, the inspector.

    It is a WSGI application, whose environ has `RAW_HEADERS` and `RAW_TARGET`.
    """

    def __init__(
        self,
        provider: str,
        recorder: Recorder,
        pages: WSGIApplication,
        *,
        hosts: KnownHosts,
        max_body: int,
    ) -> None:
        self._provider = public_origin(provider)
        self._recorder = recorder
        self._pages = pages
        self._hosts = hosts
        self._max_body = max_body

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if _is_for_pages(environ):
            return self._pages(environ, start_response)
        begun = time.time()
        received = self._received(environ)
        try:
            self._hosts.require(environ.get("HTTP_HOST"))
            _require_path(received)
            received = received._replace(body=read_body(environ, self._max_body) or b"")
            answered = send(received)
        except Error as error:
            return self._refused(error, received, begun, start_response)
        environ[FORWARDED] = True
        start_response(f"{answered.status} {answered.reason}", answered.passed_on)
        return self._passed_on(answered, received, begun)

    def _received(self, environ: WSGIEnvironment) -> Received:
        """Read all but the body; a target may be a whole URL, as a proxy gets it."""
        raw = _origin_of.sub("", environ[RAW_TARGET], count=1)
        path = f"/{raw}" if raw.startswith("?") or not raw else raw
        target = self._provider.prefix + path if path.startswith("/") else path
        url = self._provider.origin + (target if target.startswith("/") else "/")
        return Received(environ["REQUEST_METHOD"], url, target, environ[RAW_HEADERS], b"")

    def _passed_on(self, answered: Answered, received: Received, begun: float) -> Iterator[bytes]:
        """Pass the body on as it is received, and record the exchange at its end."""
        kept, length, failure = b"", 0, None
        try:
            for chunk in answered.chunks():
                kept += chunk[: _KEPT - len(kept)]
                length += len(chunk)
                yield chunk
        except Unreachable as error:
            failure = error
            raise ConnectionAbortedError from error  # so that the client does not take it for all
        finally:
            answered.close()
            content = Content(kept, length)
            self._record(received, answered.status, begun, answered.headers, content, failure)

    def _refused(
        self, error: Error, received: Received, begun: float, start_response: StartResponse
    ) -> list[bytes]:
        """Answer what was not forwarded, or to no avail, as a sandbox does."""
        content = urlencode(report(error)).encode()
        headers = [("Content-Type", FORM_CONTENT_TYPE), ("X-Content-Type-Options", "nosniff")]
        self._record(received, error.status, begun, tuple(headers), Content.of(content), error)
        start_response(f"{error.status} {HTTPStatus(error.status).phrase}", headers)
        return [content]

    def _record(
        self,
        received: Received,
        status: int,
        begun: float,
        response_headers: Headers,
        response_body: Content,
        error: Error | None,
    ) -> None:
        exchange = Exchange(
            received.method,
            received.url,
            received.headers,
            Content.of(received.body),
            status,
            response_headers=response_headers,
            response_body=response_body,
            error=error,
            is_forwarded=True,
            time=begun,
        )
        try:
            request = received_request(exchange)
        except Error:
            request = None
        key = request.get("oauth_consumer_key") if request is not None else None
        self._recorder.record(replace(exchange, consumer=key if isinstance(key, str) else None))


def _is_for_pages(environ: WSGIEnvironment) -> bool:
    """Whether a browser asks for the inspector, which is not the provider's."""
    path = environ["PATH_INFO"]
    is_page = path == "/" and "text/html" in environ.get("HTTP_ACCEPT", "")
    return is_page or path.startswith("/inspector/")


def _require_path(received: Received) -> None:
    if received.method == "CONNECT":
        raise MalformedRequest(
            "CONNECT: expected a request without TLS, which hides what is to be recorded"
        )
    if not received.target.startswith("/"):
        raise MalformedRequest("request line: expected a path, or a whole URL")
