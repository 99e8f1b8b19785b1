"""A WSGI environ and an ASGI scope, as the parts of a request.

``X-Forwarded-*`` is never read: anyone can send it. Behind a proxy, the public address is
configured, as an ``origin``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from .body import lacks_form, missing_form
from .encoding import octets_of, text_of
from .errors import MalformedRequest
from .headers import host
from .received_url import Target, received_url
from .wsgi_body import read_body, require_limit

__all__ = ["Received", "read_environ", "read_scope"]


class Received(NamedTuple):
    """The parts of a request; its body is None where it is not known."""

    method: str
    url: str
    headers: list[tuple[Any, Any]]
    body: bytes | None


def read_environ(environ: dict[str, Any], origin: str | None, max_body: int) -> Received:
    """Read a WSGI environ (PEP 3333), or Django's ``request.META``; the body is put back in it.

    Raises MalformedRequest, BodyTooLarge, and MalformedHeader.
    """
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    target = Target(
        _octets(raw),
        _path_octets(environ.get("SCRIPT_NAME") or ""),
        _path_octets(environ.get("PATH_INFO") or ""),
        _octets(environ.get("QUERY_STRING") or ""),
    )
    scheme = environ.get("wsgi.url_scheme") or "http"
    url = received_url(target, origin, scheme, lambda: _host_in_environ(environ))
    named = (("Authorization", "HTTP_AUTHORIZATION"), ("Content-Type", "CONTENT_TYPE"))
    headers = [(name, text_of(_octets(environ[key]))) for name, key in named if environ.get(key)]
    body = read_body(environ, max_body)
    if not body and lacks_form(headers, environ, body):
        raise missing_form()
    return Received(environ.get("REQUEST_METHOD") or "GET", url, headers, body)


def read_scope(
    scope: Mapping[str, Any], body: bytes | None, origin: str | None, max_body: int
) -> Received:
    """Read an ASGI scope of type ``http``.

    Raises as `read_environ` does, and TypeError for a body that is not bytes.
    """
    if body is not None and not isinstance(body, (bytes, bytearray)):
        raise TypeError(f"body: expected bytes or None, got {type(body).__name__}")
    require_limit(len(body or b""), max_body)
    mount, path = octets_of(scope.get("root_path") or ""), octets_of(scope.get("path") or "")
    if mount and (path + b"/").startswith(mount.rstrip(b"/") + b"/"):
        path = path[len(mount.rstrip(b"/")) :]
    target = Target(scope.get("raw_path") or b"", mount, path, scope.get("query_string") or b"")
    headers = list(scope.get("headers") or ())
    url = received_url(
        target, origin, scope.get("scheme") or "http", lambda: _host_in_scope(scope, headers)
    )
    if not body and lacks_form(headers, headers, body):
        raise missing_form()
    octets = None if body is None else bytes(body)
    return Received(scope.get("method") or "GET", url, headers, octets)


def _octets(text: str) -> bytes:
    """Return the octets that PEP 3333 has as text, one character each.

    Django and others have other text in its place, which is UTF-8 on the wire.
    """
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return octets_of(text)


def _path_octets(text: str) -> bytes:
    """Return the octets of a decoded path, which Django has as text.

    A letter of Latin-1 may be either: as paths are UTF-8, and old ones rare, it is Django's.
    """
    octets = _octets(text)
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets_of(text)
    return octets


def _host_in_environ(environ: Mapping[str, Any]) -> str:
    """Return the Host header, or what the server is called where a request has none."""
    received: str = environ.get("HTTP_HOST") or ""
    return received or _authority(environ.get("SERVER_NAME"), environ.get("SERVER_PORT"))


def _host_in_scope(scope: Mapping[str, Any], headers: list[tuple[Any, Any]]) -> str:
    try:
        received = host(headers)
    except ValueError as exc:
        raise MalformedRequest(str(exc)) from exc
    return received or _authority(*(scope.get("server") or (None, None)))


def _authority(name: object, port: object) -> str:
    """Join what a server is called; an address of IPv6 has its brackets in a URL."""
    host = str(name or "")
    bracketed = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return f"{bracketed}:{port}" if port else bracketed
