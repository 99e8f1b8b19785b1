"""RFC 5849 section 3.4.1 as pure functions, from text to text.

Pairs are percent-encoded once, by `encoded_pairs` or `encoded_query`; all that
follows works on encoded text, in which only unreserved characters and ``%`` are
left.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Container, Hashable, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

from .encoding import encoded_pairs, escape, octets_of, unescape

Pairs = list[tuple[str, str]]
Item = TypeVar("Item", bound=Hashable)

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?\Z", re.S)
_CACHED_LENGTH = 2048
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_URI_CHARACTERS = "!#$%&'()*+,/:;=?@[]~" + '"<>\\^`{|}'
_ends_host = re.compile(r"[/?#@:\\]").search
_is_uri = re.compile(r"[!-~]*").fullmatch


class SplitURL(NamedTuple):
    """A URL as signing needs it: ``origin`` has a port only where it is not the scheme's own."""

    scheme: str
    user_info: str
    host: str
    origin: str
    normalized: str
    encoded_base_uri: str
    query: str


@lru_cache(maxsize=64)
def split_url(url: str) -> SplitURL:
    """Split and normalize an http or https URL (RFC 5849 section 3.4.1.2).

    ``normalized`` has the path as given, ``encoded_base_uri`` is the base string
    URI, with ``/`` for an empty path, percent-encoded for the base string.

    >>> split_url("HTTP://EXAMPLE.com:80/r%20v/X?id=123").normalized
    'http://example.com/r%20v/X'

    Raises ValueError for any other scheme, no host, or a host that IDNA cannot encode.
    """
    match = _URL.match(url)
    scheme = match[1].lower() if match else ""
    if match is None or scheme not in _DEFAULT_PORTS:
        raise ValueError(f"expected a URL with scheme http or https, got {_shown(url)}")
    user_info, _, authority = match[2].rpartition("@")
    path, query = match[3], match[4] or ""
    host, port = _split_authority(authority)
    if not host:
        raise ValueError(f"expected a URL with a host, got {_shown(url)}")
    if port == _DEFAULT_PORTS[scheme]:
        port = ""
    origin = f"{scheme}://{host}{port and ':' + port}"
    base_uri = origin + (to_uri(path) or "/")
    return SplitURL(scheme, user_info, host, origin, origin + path, escape(base_uri), query)


def _split_authority(authority: str) -> tuple[str, str]:
    bracket = authority.rfind("]") + 1
    name, _, port = authority[bracket:].partition(":")
    host = (authority[:bracket] + name).lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError as exc:
            raise ValueError(f"expected a host name that IDNA can encode, got {host!r}") from exc
        if _ends_host(host):
            raise ValueError(f"expected a host name, got one that IDNA makes {host!r}")
    return host, port


def _shown(url: str) -> str:
    """Quote a URL for a message, without its query, fragment and user-info."""
    place = re.split(r"[?#]", url, maxsplit=1)[0]
    return repr(re.sub(r"(\A|//)[^/]*@", r"\1", place))


def to_uri(iri: str) -> str:
    """Percent-encode what a URI cannot hold: white space, controls, and all that is not ASCII.

    A host name that is not ASCII is encoded by IDNA where that can be done.
    """
    if _is_uri(iri):
        return iri
    match = _URL.match(iri)
    if match and not match[2].isascii():
        user, at, place = match[2].rpartition("@")
        host, port = _split_authority(place)
        start, end = match.span(2)
        iri = f"{iri[:start]}{user}{at}{host}{port and ':' + port}{iri[end:]}"
    return quote(octets_of(iri), safe=_URI_CHARACTERS)


def with_query(url: str, pairs: str) -> str:
    """Append encoded pairs to the query of a URL, before its fragment."""
    address, hash_sign, fragment = url.partition("#")
    _, mark, query = address.partition("?")
    separator = "?" if not mark else "" if not query or query.endswith("&") else "&"
    return f"{address}{separator}{pairs}{hash_sign}{fragment}" if pairs else url


def without_names(text: str, names: Container[str]) -> str:
    """Leave pairs out of a query or a form by name, and the others as they are written."""
    return "&".join(
        [
            piece
            for piece in text.split("&")
            if unescape(piece.partition("=")[0].replace("+", " ")) not in names
        ]
    )


def without_names_in_query(url: str, names: Container[str]) -> str:
    """Leave pairs out of the query of a URL by name, and all else as it is written."""
    address, hash_sign, fragment = url.partition("#")
    path, _, query = address.partition("?")
    kept = without_names(query, names)
    return url if kept == query else f"{path}{kept and '?' + kept}{hash_sign}{fragment}"


def decode_pairs(text: str) -> Pairs:
    """Read a query or a form body (RFC 5849 section 3.4.1.3.1), blank values included.

    ``+`` is a space, and percent-escapes are decoded exactly once.

    >>> decode_pairs("b5=%3D%253D&a+3=a&c%40=&c2")
    [('b5', '=%3D'), ('a 3', 'a'), ('c@', ''), ('c2', '')]
    """
    pairs = []
    for piece in text.replace("+", " ").split("&"):
        if piece:
            name, _, value = piece.partition("=")
            pairs.append((unescape(name), unescape(value)))
    return pairs


def grouped(pairs: Collection[tuple[str, Any]]) -> dict[str, Any]:
    """Make a dict of pairs; a repeated name has the list of its values."""
    parameters = dict(pairs)
    if len(parameters) == len(pairs):
        return parameters
    groups: dict[str, list[Any]] = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in groups.items()}


def without(items: Collection[Item], others: Iterable[Hashable]) -> list[Item]:
    """Leave out, one for one, the items that stand among others too.

    ``a + without(b, a)`` is the multiset union of a and b.
    """
    if len(set(items)) == len(items):
        present = set(others)
        return [item for item in items if item not in present]
    left = Counter(others)
    rest = []
    for item in items:
        if left[item]:
            left[item] -= 1
        else:
            rest.append(item)
    return rest


def flat_pairs(parameters: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Undo `grouped`: one pair for each element of a list."""
    pairs: list[tuple[str, Any]] = []
    for name, value in parameters.items():
        if isinstance(value, list):
            pairs.extend([(name, element) for element in value])
        else:
            pairs.append((name, value))
    return pairs


def encoded_query(query: str, split: Callable[[str], dict[str, Any]]) -> tuple[str, ...]:
    """Percent-encode anew what ``split`` makes of a query, all but ``oauth_signature``."""
    encode = _encoded_query if len(query) <= _CACHED_LENGTH else _encoded_query.__wrapped__
    return encode(query, split)


@lru_cache(maxsize=64)
def _encoded_query(query: str, split: Callable[[str], dict[str, Any]]) -> tuple[str, ...]:
    parameters = split(query)
    return tuple(encoded_pairs({k: v for k, v in parameters.items() if k != "oauth_signature"}))


def joined(pairs: Iterable[str]) -> str:
    """Sort encoded pairs by name and value, and join them (RFC 5849 section 3.4.1.3.2)."""
    return "&".join(sorted(pairs)).replace(" ", "=")


_escape_method = lru_cache(maxsize=32)(escape)


def base_string(method: str, url: str, normalized_parameters: str) -> str:
    """Build the signature base string (RFC 5849 section 3.4.1.1)."""
    parameters = normalized_parameters.replace("%", "%25").replace("&", "%26").replace("=", "%3D")
    return f"{_escape_method(method)}&{split_url(url).encoded_base_uri}&{parameters}"
