"""The URL that a received request was signed for: its public origin, and its path as it was sent.

A server knows neither for sure: it decodes the path, and behind a proxy it sees another scheme,
another host, and at times a shorter path.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from .encoding import text_of
from .errors import MalformedRequest
from .redaction import shown_value
from .urls import DEFAULT_PORTS, split_url

__all__ = ["PublicOrigin", "Target", "public_origin", "received_url", "url_at_origin"]

# The absolute form of a request target (RFC 9112 section 3.2.2), up to its path.
_absolute_form = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*").match
# What no target has (RFC 9112 section 3.2), and what servers drop: a fragment, or the octet itself.
_dropped = re.compile(rb"[#\t\n\r]").search
# What a segment of a path may have unescaped (RFC 3986 section 3.3), and the slash between two.
_PATH_CHARACTERS = "/;=,:@!$&'()*+~"


class Target(NamedTuple):
    """What a request was sent to, in octets, as a server hands it over.

    ``raw`` is the target or its path as it stands in the request line, or empty where the server
    does not tell. ``mount`` and ``path`` are percent-decoded: what the application is mounted
    at, and the rest. ``query`` is as it was sent.
    """

    raw: bytes
    mount: bytes
    path: bytes
    query: bytes


class PublicOrigin(NamedTuple):
    """An origin, ``https://a.example``, and the path prefix that a proxy strips, or ""."""

    origin: str
    prefix: str


@lru_cache(maxsize=32)
def public_origin(origin: str) -> PublicOrigin:
    """Read what a program was configured with; a slash at its end does not count.

    >>> public_origin("https://a.example:443/api/")
    PublicOrigin(origin='https://a.example', prefix='/api')

    Raises ValueError for what is not an http or https URL, or has user-info, a query or a
    fragment.
    """
    if not isinstance(origin, str):
        raise TypeError(f"origin: expected str, got {type(origin).__name__}")
    try:
        split = split_url(origin)
    except ValueError as exc:
        raise ValueError(f"origin: {exc}") from exc
    if split.user_info or "?" in origin or "#" in origin:
        raise ValueError("origin: expected scheme, host, port and path alone, got more")
    return PublicOrigin(split.origin, split.normalized[len(split.origin) :].rstrip("/"))


def received_url(target: Target, origin: str | None, scheme: str, host: Callable[[], str]) -> str:
    """Return the URL, of which scheme and host are those of ``origin`` where that is given.

    Else they are ``scheme`` and what ``host`` returns: a Host header, or what is known
    instead. The path prefix of ``origin`` is set before the path, unless the server was told of
    it and has done so. Raises MalformedRequest for a Host and a path that are none, ValueError
    for ``origin``.
    """
    path = _path_as_sent(target)
    if path and not path.startswith(b"/"):
        got = shown_value(text_of(path))
        raise MalformedRequest(f"path: expected a slash at its start, got {got}")
    if origin is None:
        base = _base(scheme, host())
    else:
        base, prefix = public_origin(origin)
        if prefix and not _has_prefix(target.mount, path, unquote_to_bytes(prefix)):
            base += prefix
    query = target.query.replace(b"#", b"%23")
    return base + text_of(path.replace(b"#", b"%23") + (query and b"?" + query))


def url_at_origin(url: str, origin: str) -> str:
    """Return a URL with another origin, and its path prefix, unless it has them already.

    >>> url_at_origin("http://10.0.0.1:8000/photos?size=big", "https://a.example/api")
    'https://a.example/api/photos?size=big'
    """
    base = "".join(public_origin(origin))
    split = split_url(url)
    if f"{split.normalized}/".startswith(f"{base}/"):
        return url
    path = split.normalized[len(split.origin) :]
    return f"{base}{path}{split.query and '?' + split.query}"


def _path_as_sent(target: Target) -> bytes:
    """Return the path percent-encoded: as it was sent, where the server tells, or as is usual.

    Raises MalformedRequest where the application is going to find another path than was sent.
    """
    raw, mount, path, _ = target
    if not raw:
        return quote(mount + path, safe=_PATH_CHARACTERS).encode("ascii")
    absolute = _absolute_form(raw)
    sent = raw[absolute.end() if absolute else 0 :].partition(b"?")[0]
    found = _ascii(unquote_to_bytes(sent))
    if _dropped(sent) and mount + path and found not in (_ascii(path), _ascii(mount + path)):
        got = shown_value(text_of(sent))
        raise MalformedRequest(f"path: expected neither # nor control characters, got {got}")
    if mount and found == _ascii(path):
        # A proxy has stripped the prefix, and the server or the framework was told of it.
        sent = quote(mount, safe=_PATH_CHARACTERS).encode("ascii") + sent
    return sent


def _ascii(path: bytes) -> str:
    """Leave out what is not ASCII: servers differ in what they make of it."""
    return path.decode("ascii", "ignore")


def _has_prefix(mount: bytes, path: bytes, prefix: bytes) -> bool:
    return _begins_with(mount, prefix) and _begins_with(unquote_to_bytes(path), prefix)


def _begins_with(path: bytes, prefix: bytes) -> bool:
    """Compare whole segments; neither is escaped."""
    return (path + b"/").startswith(prefix.rstrip(b"/") + b"/")


def _base(scheme: str, host: str) -> str:
    """Return scheme, host and port of a request, of which a stranger sent the last two."""
    if scheme not in DEFAULT_PORTS:
        raise MalformedRequest(f"scheme: expected http or https, got {shown_value(scheme)}")
    try:
        return split_url(f"{scheme}://host").normalized_for(host)
    except ValueError as exc:
        raise MalformedRequest(str(exc)) from exc
