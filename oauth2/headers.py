"""``Authorization: OAuth …`` and ``WWW-Authenticate: OAuth …``, built and parsed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Union

from .encoding import encoded, parameter_text, text_of, to_unicode, unescape
from .errors import MalformedHeader
from .parameters import grouped
from .schemes import QUOTED, TCHAR, after_scheme, has_oauth, malformed, require_others

__all__ = [
    "FORM_CONTENT_TYPE",
    "AuthorizationParameters",
    "Headers",
    "authorization",
    "build",
    "build_authenticate_header",
    "fields",
    "has_header",
    "has_length",
    "host",
    "media_type",
    "oauth_credentials",
    "parse",
    "parse_any",
    "quoted",
    "received",
    "single_media_type",
    "with_realm",
    "without_header",
    "without_headers",
]

FORM_CONTENT_TYPE = "application/x-www-form-urlencoded"

# A name, and a quoted string or a token; or else, as the last group, all the rest, which tells
# where reading stopped. A token that begins with an apostrophe is legal, but whoever sends one
# takes it for a quotation mark.
_parameters = re.compile(
    rf"""([^\s"=,\\]+)\s*=\s*(?:{QUOTED}|(?!')({TCHAR}+))\s*(?:,\s*|\Z)|(.+)""", re.S
).findall
# Programs send few names, again and again; whoever sends others fills no memory.
_CACHED_LENGTH = 512
_CACHED_SKELETONS = 64
_quoted_pair = re.compile(r"\\(.)", re.S)
_needs_quoted_pair = re.compile(r'["\\]')
_has_control = re.compile(r"[\x00-\x1f\x7f]").search
# White space of Latin-1, as which servers read a header, that is not UTF-8 by itself.
_latin_blanks = re.compile("[\udc85\udca0]").sub

# The two that PEP 3333 writes without HTTP_.
_WSGI_NAMES = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
# What a server reads; most names of other headers are of another length than all of these.
_RECEIVED = {"HTTP_AUTHORIZATION": "authorization", "CONTENT_TYPE": "content-type"}
_RECEIVED_LENGTHS = frozenset(map(len, [*_RECEIVED, *_RECEIVED.values()]))

Headers = Union[Mapping[Any, Any], Iterable[tuple[Any, Any]]]


class AuthorizationParameters(dict[str, Any]):
    """The decoded parameters of a header (dict of str), with its ``realm`` (str or None)."""

    realm: str | None = None


def parse(header: str) -> AuthorizationParameters:
    """Read ``OAuth name="value", …``, with or without the scheme (RFC 5849 section 3.5.1).

    A value may be a token without quotes, and credentials of other schemes may stand before
    and after (RFC 9110 sections 11.2 and 11.4). Names and values are percent-decoded once; a
    repeated name has the list of its values. The realm is not a parameter, and is kept apart.

    >>> parse('Basic bWU6, OAuth realm="a, b", oauth_token="t%25", oauth_nonce=n,')
    {'oauth_token': 't%', 'oauth_nonce': 'n'}

    Raises MalformedHeader that says where reading stopped.
    """
    pieces = header.split('"')
    if len(pieces) % 2 and "\\" not in header:
        try:
            return _filled(_names('""'.join(pieces[::2])), pieces[1::2])
        except ValueError:
            pass  # whatever else it is, it is read below, piece by piece
    return parse_any(header)


@lru_cache(maxsize=_CACHED_SKELETONS)
def _names(skeleton: str) -> tuple[str, ...]:
    """Return the names in a header whose quoted strings are empty: what programs send is alike.

    Raises ValueError, so that it is not kept, for what has more than the scheme OAuth and
    names that differ: it may hold a secret, or has something to be decoded.
    """
    found = _parameters(skeleton, after_scheme(skeleton))
    names = tuple([name for name, _, token, unread in found if not token and not unread])
    is_plain = skeleton[:6].lower() == "oauth " and len(skeleton) <= _CACHED_LENGTH
    if not is_plain or "%" in skeleton or len(set(names)) < len(found):
        raise ValueError("expected a header of plain names and quoted strings")
    return names


def _filled(names: tuple[str, ...], values: list[str]) -> AuthorizationParameters:
    parameters = AuthorizationParameters(zip(names, values))
    if "realm" in parameters:
        parameters.realm = parameters.pop("realm")
    for name, value in parameters.items():
        if "%" in value:
            parameters[name] = unescape(value)
    return parameters


def parse_any(header: str) -> AuthorizationParameters:
    """Read what `parse` does, and take nothing for plain; it raises what `parse` raises."""
    found = _parameters(header, after_scheme(header))
    unread = found[-1][3] if found else ""
    if unread:
        position = len(header) - len(unread)
        del found[-1]
        if not found:
            raise malformed(header, position)
        require_others(header, position)
    if "\\" in header:
        found = [(name, _quoted_pair.sub(r"\1", text), token, "") for name, text, token, _ in found]
    pairs = [(name, text or token) for name, text, token, _ in found if name != "realm"]
    if "%" in header:
        pairs = [
            (unescape(name) if "%" in name else name, unescape(value) if "%" in value else value)
            for name, value in pairs
        ]
    parameters = AuthorizationParameters(grouped(pairs))
    if len(pairs) < len(found):
        parameters.realm = next(text or token for name, text, token, _ in found if name == "realm")
    return parameters


def authorization(headers: Headers) -> str | None:
    """Return the ``Authorization`` header that has credentials of the scheme OAuth, or None.

    ``headers`` is a mapping or an iterable of pairs, of str or bytes (ASGI), or a
    WSGI environ. Keys of other names and types are passed over. Raises
    MalformedHeader when there are several such headers, and they differ, and when OAuth
    stands in one where it cannot be read.
    """
    return oauth_credentials(_values(headers, "authorization"))


def media_type(headers: Headers) -> str | None:
    """Return the media type of ``Content-Type`` in lower case, without parameters, or None.

    Raises MalformedHeader when there are several, and they differ.
    """
    return single_media_type(received(headers)[1])


def received(headers: Headers) -> tuple[list[str], list[str]]:
    """Return the values of each ``Authorization`` and of each ``Content-Type``, in one pass.

    ``headers`` are those of `authorization`.
    """
    values: dict[str, list[str]] = {"authorization": [], "content-type": []}
    for key, value in fields(headers):
        if (
            isinstance(key, (str, bytes))
            and len(key) in _RECEIVED_LENGTHS
            and isinstance(value, (str, bytes))
        ):
            text = key if type(key) is str else text_of(key)
            name = _RECEIVED.get(text) or text.lower()
            if name in values:
                values[name].append(value if type(value) is str else text_of(value))
    return values["authorization"], values["content-type"]


def oauth_credentials(values: list[str]) -> str | None:
    """Return the one value of ``Authorization`` of the scheme OAuth; raises as `authorization`."""
    return _single("Authorization", [value for value in values if has_oauth(value)])


def single_media_type(values: list[str]) -> str | None:
    """Return the one media type in values of ``Content-Type``; raises as `media_type`."""
    return _single("Content-Type", [_media_type(value) for value in values])


def _media_type(value: str) -> str:
    """Cut off the parameters, and all white space that somebody may cut off."""
    media_type = value.partition(";")[0]
    if not media_type.isascii():
        media_type = _latin_blanks(" ", media_type)
    return media_type.strip().lower()


def has_header(headers: Headers, name: str) -> bool:
    """Tell whether there is a header of this name."""
    return bool(_values(headers, name))


def has_length(headers: Headers) -> bool:
    """Tell whether there is a Content-Length or a Transfer-Encoding."""
    return has_header(headers, "content-length") or has_header(headers, "transfer-encoding")


def without_header(headers: Headers, name: str, scheme: str = "") -> dict[Any, Any]:
    """Copy headers without one of them; with a scheme, only where its value starts so."""
    return {
        key: value
        for key, value in fields(headers)
        if not _is_named(key, name) or not text_of(value).strip().lower().startswith(scheme)
    }


def without_headers(headers: Headers, names: Iterable[str]) -> dict[Any, Any]:
    """Copy headers without several of them, which are named in lower case."""
    names = tuple(names)
    return {
        key: value
        for key, value in fields(headers)
        if not any(_is_named(key, name) for name in names)
    }


def host(headers: Headers) -> str | None:
    """Return the ``Host`` header of a request that is to be sent, or None.

    Raises ValueError when there are several, and they differ, and TypeError for another
    type than str and bytes.
    """
    hosts = {
        parameter_text("Host", value).strip(" \t")
        for name, value in fields(headers)
        if isinstance(name, (str, bytes)) and text_of(name).lower() == "host"
    }
    if len(hosts) > 1:
        raise ValueError(f"Host: expected one, got {len(hosts)} that differ")
    return next(iter(hosts), None)


def _values(headers: Headers, name: str) -> list[str]:
    return [
        text_of(value)
        for key, value in fields(headers)
        if _is_named(key, name) and isinstance(value, (str, bytes))
    ]


def _single(name: str, values: list[str]) -> str | None:
    if len(values) > 1 and len(set(values)) > 1:
        raise MalformedHeader(f"expected one {name} header, got {len(values)} that differ")
    return values[0] if values else None


def fields(headers: Headers) -> Iterable[tuple[Any, Any]]:
    """Return headers as pairs, given a mapping or pairs."""
    return headers.items() if hasattr(headers, "items") else headers


def _is_named(key: Any, name: str) -> bool:
    """Match a header's name in any case, or as WSGI names it."""
    if not isinstance(key, (str, bytes)):
        return False
    text = text_of(key)
    return text.lower() == name or text == _wsgi_name(name)


@lru_cache(maxsize=32)
def _wsgi_name(name: str) -> str:
    return _WSGI_NAMES.get(name) or f"HTTP_{name.upper().replace('-', '_')}"


@lru_cache(maxsize=64)
def quoted(text: str) -> str:
    """Make a quoted string of a realm (RFC 9110 section 5.6.4).

    Raises ValueError for control characters, which would end the header.
    """
    if _has_control(text):
        raise ValueError(f"expected a realm without control characters, got {text!r}")
    return '"' + _needs_quoted_pair.sub(r"\\\g<0>", text) + '"'


def build(parameters: Mapping[str, Any], realm: str | bytes | None) -> str:
    """Build ``OAuth realm="…", name="value", …``; None leaves the realm out."""
    pairs = encoded(parameters, equals='="', separator='", ')
    return with_realm(pairs and pairs + '"', realm)


def with_realm(parts: str, realm: str | bytes | None) -> str:
    """Return the value of a header of these pairs, as `build` does."""
    if realm is None:
        return f"OAuth {parts}" if parts else "OAuth"
    named = f"OAuth realm={quoted(to_unicode(realm))}"
    return f"{named}, {parts}" if parts else named


def build_authenticate_header(realm: str = "") -> dict[str, str]:
    """Return ``{"WWW-Authenticate": 'OAuth realm="…"'}`` (RFC 5849 section 3.5.1)."""
    return {"WWW-Authenticate": f"OAuth realm={quoted(to_unicode(realm))}"}
