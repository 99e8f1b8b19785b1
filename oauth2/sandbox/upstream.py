"""One request, sent to a provider as a client wrote it."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from ..errors import Error
from ..redaction import shown_value
from ..urls import DEFAULT_PORTS
from .recording import Headers

__all__ = ["Answered", "Received", "Unreachable", "send"]

_SECONDS = 60.0
_CHUNK = 1 << 16
# What is between two neighbours, and no part of a message (RFC 9110 section 7.6.1).
_CONNECTION = {
    *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization"),
    *("proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"),
}
_FRAMING = ("host", "content-length")  # which no Connection header may take away
_folds = re.compile(r"\r\n[ \t]+")


class Unreachable(Error):
    """The provider does not answer, or not in HTTP."""

    status = 502


class Received(NamedTuple):
    """What a client sent: ``url`` is the provider's, ``target`` its path and query there."""

    method: str
    url: str
    target: str
    headers: Headers
    body: bytes


class Answered:
    """What the provider answered: status, reason and headers, and the body as it is received."""

    def __init__(self, response: http.client.HTTPResponse, sock: socket.socket) -> None:
        self.status = response.status
        self.reason = response.reason
        self.headers: Headers = tuple(
            [(name, _folds.sub(" ", value)) for name, value in response.headers.items()]
        )
        self._response = response
        self._sock = sock

    @property
    def passed_on(self) -> list[tuple[str, str]]:
        """The headers that a client gets."""
        passed = _without_connection(self.headers)
        if self._response.chunked:  # then a length beside it says nothing
            passed = [pair for pair in passed if pair[0].lower() != "content-length"]
        return passed

    def chunks(self) -> Iterator[bytes]:
        """Read the body piece by piece; raises Unreachable where it breaks off."""
        try:
            while chunk := self._response.read1(_CHUNK):
                yield chunk
        except (OSError, http.client.HTTPException) as exc:
            raise Unreachable(f"The provider's answer broke off: {_reason(exc)}.") from exc

    def close(self) -> None:
        """Hang up."""
        self._response.close()
        self._sock.close()


def send(received: Received) -> Answered:
    """Send a request to the provider; raises Unreachable where there is no answer."""
    split = urlsplit(received.url)
    host, port = split.hostname or "", split.port or int(DEFAULT_PORTS[split.scheme])
    try:
        sock = socket.create_connection((host, port), _SECONDS)
    except OSError as exc:
        raise Unreachable(f"The provider cannot be reached: {_reason(exc)}.") from exc
    with ExitStack() as failed:
        failed.callback(sock.close)
        try:
            if split.scheme == "https":
                sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host)
                failed.callback(sock.close)
            response = http.client.HTTPResponse(sock, method=received.method)
            failed.callback(response.close)
            with suppress(BrokenPipeError, ConnectionResetError):  # it may have answered already
                sock.sendall(_octets(received, split.netloc))
            response.begin()
        except (OSError, http.client.HTTPException) as exc:
            raise Unreachable(f"The provider does not answer: {_reason(exc)}.") from exc
        failed.pop_all()
    return Answered(response, sock)


def _octets(received: Received, host: str) -> bytes:
    """Write the request as it was received, but for what concerns the connection."""
    names = [name.lower() for name, _ in received.headers]
    headers = [
        (name, host if name.lower() == "host" else value)
        for name, value in _without_connection(received.headers)
    ]
    if "host" not in names:
        headers.insert(0, ("Host", host))
    if "transfer-encoding" in names or names.count("content-length") > 1:
        # The chunks are joined by now; and one length is right, or a part would be a request.
        headers = [pair for pair in headers if pair[0].lower() != "content-length"]
        headers.append(("Content-Length", str(len(received.body))))
    headers.append(("Connection", "close"))
    lines = [f"{received.method} {received.target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + received.body


def _without_connection(headers: Headers) -> list[tuple[str, str]]:
    """Leave out what is for the next neighbour alone, by its name or by Connection."""
    named = [value for name, value in headers if name.lower() == "connection"]
    dropped = _CONNECTION.union(word.strip().lower() for word in ",".join(named).split(","))
    return [pair for pair in headers if pair[0].lower() not in dropped.difference(_FRAMING)]


def _reason(exc: Exception) -> str:
    """Say in words why a connection failed."""
    if isinstance(exc, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({exc.verify_message})"
    if isinstance(exc, socket.timeout):
        return f"nothing was received for {_SECONDS:g} seconds"
    if isinstance(exc, http.client.BadStatusLine) and not isinstance(exc, OSError):
        return f"expected a status line of HTTP, got {shown_value(exc)}"
    return getattr(exc, "strerror", None) or str(exc) or "it is not HTTP"
