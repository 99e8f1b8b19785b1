"""URLs: the base string URI (RFC 5849 section 3.4.1.2), and URLs that can be sent (RFC 3986)."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from .encoding import escape, octets_of
from .parameters import without_names
from .redaction import shown_text, shown_url

__all__ = [
    "DEFAULT_PORTS",
    "SplitURL",
    "same_origin",
    "split_authority",
    "split_url",
    "to_uri",
    "with_query",
    "without_names_in_query",
    "without_user_info",
]

DEFAULT_PORTS = {"http": "80", "https": "443"}

# RFC 3986 appendix B, but for a scheme and an authority that have to be there.
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?\Z", re.S)
# What RFC 3986 allows, and what it does not but servers are sent all the same: quoting it now
# would change what was signed.
_URI_CHARACTERS = "!#$%&'()*+,/:;=?@[]~" + '"<>\\^`{|}'
_is_uri = re.compile(r"[!-~]*").fullmatch
# A name, or an address in brackets (RFC 3986 section 3.2.2).
_is_host = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=%-]*|\[[A-Za-z0-9:.%_~-]+\]").fullmatch
_is_port = re.compile(r"0*([0-9]{0,5})").fullmatch
_HIGHEST_PORT = 65535
_lone_percent = re.compile("%(?![0-9A-Fa-f]{2})")
# A program signs for few URLs, again and again; a server sees any number of them.
_CACHED_URLS = 64


class SplitURL(NamedTuple):
    """A URL as signing needs it: ``origin`` has a port only where it is not the scheme's own."""

    scheme: str
    user_info: str
    host: str
    origin: str
    normalized: str
    encoded_base_uri: str
    query: str

    def normalized_for(self, host: str) -> str:
        """Return ``normalized`` with what a Host header has (RFC 5849 section 3.4.1.2).

        Raises ValueError for what is not a host with or without a port.
        """
        try:
            name, port = split_authority(host if host.isascii() else "?", self.scheme)
        except ValueError as exc:
            raise ValueError(f"Host: {exc}") from exc
        if not name:
            raise ValueError("Host: expected a host name or an address, got none")
        path = self.normalized[len(self.origin) :]
        return f"{self.scheme}://{name}{port and ':' + port}{path}"


@lru_cache(maxsize=_CACHED_URLS)
def split_url(url: str) -> SplitURL:
    """Split and normalize an http or https URL (RFC 5849 section 3.4.1.2).

    ``normalized`` has the path as given, ``encoded_base_uri`` is the base string
    URI, with ``/`` for an empty path, percent-encoded for the base string.

    >>> split_url("HTTP://EXAMPLE.com:80/r%20v/X?id=123").normalized
    'http://example.com/r%20v/X'

    Raises ValueError for any other scheme, no host or what is none, a host that IDNA
    cannot encode, and a port that is not a number up to 65535.
    """
    match = _URL.match(url)
    scheme = match[1].lower() if match else ""
    if match is None or scheme not in DEFAULT_PORTS:
        raise ValueError(f"expected a URL with scheme http or https, got {shown_url(url)}")
    user_info, _, authority = match[2].rpartition("@")
    path, query = match[3], match[4] or ""
    host, port = split_authority(authority, scheme)
    if not host:
        raise ValueError(f"expected a URL with a host, got {shown_url(url)}")
    origin = f"{scheme}://{host}{port and ':' + port}"
    base_uri = origin + (_quoted(path) or "/")
    return SplitURL(scheme, user_info, host, origin, origin + path, escape(base_uri), query)


def split_authority(authority: str, scheme: str = "") -> tuple[str, str]:
    """Return host and port as signing needs them: "" for the port that is the scheme's own.

    A port has no leading zeros, as in the Host header that HTTP clients make of it. Raises
    ValueError that quotes no port: in a URL that is not quoted well it may be a password.
    """
    bracket = authority.rfind("]") + 1
    name, _, port = authority[bracket:].partition(":")
    host = (authority[:bracket] + name).lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError as exc:
            raise ValueError(
                f"expected a host name that IDNA can encode, got {shown_text(host)!r}"
            ) from exc
    if not _is_host(host):
        raise ValueError("expected a host name or an address, got characters that none has")
    digits = _is_port(port)
    if digits is None or int(digits[1] or 0) > _HIGHEST_PORT:
        raise ValueError("expected a port from 0 to 65535 after the host, got what is none")
    number = digits[1] or port[-1:]
    return host, "" if number == DEFAULT_PORTS.get(scheme) else number


def to_uri(iri: str) -> str:
    """Percent-encode what a URI cannot hold: white space, controls, and all that is not ASCII.

    So is a ``%`` that begins no escape, as in words that were not quoted. A host name
    that is not ASCII is encoded by IDNA where that can be done.
    """
    uri = _quoted(iri)
    return _lone_percent.sub("%25", uri) if "%" in uri else uri


def _quoted(iri: str) -> str:
    if _is_uri(iri):
        return iri
    match = _URL.match(iri)
    if match and not match[2].isascii():
        user, at, place = match[2].rpartition("@")
        host, port = split_authority(place)
        start, end = match.span(2)
        iri = f"{iri[:start]}{user}{at}{host}{port and ':' + port}{iri[end:]}"
    return quote(octets_of(iri), safe=_URI_CHARACTERS)


def with_query(url: str, pairs: str) -> str:
    """Append encoded pairs to the query of a URL, before its fragment."""
    address, hash_sign, fragment = url.partition("#")
    _, mark, query = address.partition("?")
    separator = "?" if not mark else "" if not query or query.endswith("&") else "&"
    return f"{address}{separator}{pairs}{hash_sign}{fragment}" if pairs else url


def without_names_in_query(url: str, names: Container[str]) -> str:
    """Leave pairs out of the query of a URL by name, and all else as it is written."""
    address, hash_sign, fragment = url.partition("#")
    path, _, query = address.partition("?")
    kept = without_names(query, names)
    return url if kept == query else f"{path}{kept and '?' + kept}{hash_sign}{fragment}"


def without_user_info(url: str) -> str:
    """Return a URL for an error: without what stands before the last ``@`` of its path."""
    before, slashes, rest = url.partition("//")
    path = re.split(r"[?#]", rest, maxsplit=1)[0]
    return f"{before}{slashes}{rest[path.rfind('@') + 1 :]}"


def same_origin(uri: str, other: str) -> bool:
    """Tell whether two URIs have one origin; http may become https, both at their default ports."""
    a, b = split_url(uri), split_url(other)
    upgrade = f"http://{a.host}", f"https://{a.host}"
    return a.origin == b.origin or (a.origin, b.origin) == upgrade
