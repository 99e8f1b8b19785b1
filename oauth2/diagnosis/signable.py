"""What a client signs of a request, in the parts in which it may err (RFC 5849 section 3.4.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from ..encoding import (
    KEPT,
    bytes_of,
    escape,
    octets_of,
    percent_encoded,
    text_of,
    unescape,
    written,
)
from ..parameters import flat_pairs
from ..request import Request
from ..urls import split_url

__all__ = ["Encode", "Pair", "Signable", "signable_of", "written_pairs"]

# Of a request with more than this nobody's usual mistake is looked for: it would take too long.
_MOST_PAIRS = 1000
_LONGEST = 1 << 16
_KEPT_IN_PAIRS = KEPT + b"\0\1"

# Makes what is signed of a name or a value, from its text and from how it was sent.
Encode = Callable[[str, str], str]


class Pair(NamedTuple):
    """A parameter: its text, and how it was sent, percent-encoded and with or without ``=``."""

    name: str
    value: str
    sent_name: str
    sent_value: str
    has_equals: bool = True


def _encode(text: str, sent: str) -> str:
    return escape(text)


class Signable(NamedTuple):
    """A request as a client signs it: the right way, until a part is replaced.

    ``path`` is as it was sent, ``uri_query`` a query that was left in the URI, with its ``?``.
    ``protocol`` are the pairs of ``oauth_*``, wherever they were. ``realm`` and ``other_body``, one
    that is no form, were sent and are not signed. ``order`` is a key by which
    encoded pairs are sorted. ``uri_times`` and ``parameter_times`` tell how often URI and
    parameters are percent-encoded as they are joined, ``escape_again`` does it.
    """

    method: str
    scheme: str
    host: str
    port: str
    path: str
    protocol: tuple[Pair, ...]
    query: tuple[Pair, ...]
    form: tuple[Pair, ...]
    realm: str = ""
    other_body: str = ""
    uri_query: str = ""
    encode_name: Encode = _encode
    encode_value: Encode = _encode
    order: Callable[[tuple[str, str]], Any] | None = None
    has_every_equals: bool = True
    uri_times: int = 1
    parameter_times: int = 1
    escape_again: Callable[[str], str] = escape

    def pairs(self) -> tuple[Pair, ...]:
        """Return all pairs that are signed, in the order of the wire."""
        return (*self.protocol, *self.query, *self.form)

    def encoded(self) -> list[tuple[str, str]]:
        """Return names and values as they are encoded and sorted."""
        pairs = self.pairs()
        encoded = None
        if self.encode_name is _encode is self.encode_value:
            encoded = _encoded_at_once(pairs)
        if encoded is None:
            encoded = [
                (self.encode_name(name, sent_name), self.encode_value(value, sent_value))
                for name, value, sent_name, sent_value, _ in pairs
            ]
        return sorted(encoded, key=self.order)

    def base_string(self) -> bytes:
        """Return the signature base string that this client signs."""
        uri = f"{self.scheme}://{self.host}{self.port and ':' + self.port}{self.path}"
        uri += self.uri_query
        parameters = "&".join(
            [
                f"{name}={value}" if value or self.has_every_equals else name
                for name, value in self.encoded()
            ]
        )
        for _ in range(self.uri_times):
            uri = self.escape_again(uri)
        for _ in range(self.parameter_times):
            parameters = self.escape_again(parameters)
        return bytes_of(f"{escape(self.method)}&{uri}&{parameters}")

    def mapped(self, change: Callable[[tuple[Pair, ...]], Iterable[Pair]]) -> Signable:
        """Change the pairs of the query and those of the form."""
        return self._replace(query=tuple(change(self.query)), form=tuple(change(self.form)))


def _encoded_at_once(pairs: tuple[Pair, ...]) -> list[tuple[str, str]] | None:
    """Encode pairs the right way, as `encoding.encoded` does; None for what has its marks."""
    text = "\1".join([f"{pair.name}\0{pair.value}" for pair in pairs])
    if not text.count("\0") == len(pairs) == text.count("\1") + 1:
        return None
    encoded = percent_encoded(octets_of(text), _KEPT_IN_PAIRS)
    return [(name, value) for name, _, value in map(_split, encoded.split("\1"))]


def _split(pair: str) -> tuple[str, str, str]:
    return pair.partition("\0")


def written_pairs(text: str) -> tuple[Pair, ...]:
    """Read a query or a form, and keep how each pair is written."""
    pairs = []
    for piece in filter(None, text.split("&")):
        name, equals, value = piece.partition("=")
        decoded = [unescape(part.replace("+", " ")) for part in (name, value)]
        pairs.append(Pair(decoded[0], decoded[1], name, value, bool(equals)))
    return tuple(pairs)


def signable_of(request: Request) -> Signable | None:
    """Take a request apart; None for a huge one, or one that a program signs in its own way."""
    if getattr(request, "url", None) is None:
        return None
    base = bytes_of(request.signature_base_string())
    url = split_url(request.url)
    body = text_of(request.body) if isinstance(request.body, (str, bytes)) else ""
    form_body, other_body = (body, "") if request.is_form_encoded else ("", body)
    if max(len(base), len(form_body), len(url.query)) > _LONGEST:
        return None
    pairs = [(name, written(value)) for name, value in flat_pairs(request)]
    if len(pairs) > _MOST_PAIRS:
        return None
    query, form = written_pairs(url.query), written_pairs(form_body)
    if not request._holds_query:
        pairs += [(pair.name, pair.value) for pair in query]
    left = Counter(pairs)
    query, form = (tuple(_taken(each, left)) for each in (query, form))
    rest = [Pair(*pair, escape(pair[0]), escape(pair[1])) for pair in left.elements()]
    parsed = [pair for pair in rest if not _is_protocol(pair)]
    has_form = request.is_form_encoded or request.method not in ("GET", "HEAD")
    protocol = [pair for pair in (*rest, *query, *form) if _is_protocol(pair)]
    signable = Signable(
        request.method,
        scheme=url.scheme,
        host=url.host,
        port=url.origin[len(f"{url.scheme}://{url.host}:") :],
        path=unescape(url.encoded_base_uri)[len(url.origin) :],
        protocol=tuple([pair for pair in protocol if pair.name != "oauth_signature"]),
        query=(*_others(query), *([] if has_form else parsed)),
        form=(*_others(form), *(parsed if has_form else [])),
        realm=request.realm or "",
        other_body=other_body if len(other_body) <= _LONGEST else "",
    )
    return signable if signable.base_string() == base else None


def _taken(pairs: Iterable[Pair], left: Counter[tuple[str, str]]) -> Iterable[Pair]:
    """Take pairs out of those that count, as often as they do."""
    for pair in pairs:
        if left[pair[:2]] > 0:
            left[pair[:2]] -= 1
            yield pair


def _is_protocol(pair: Pair) -> bool:
    return pair.name.startswith("oauth_")


def _others(pairs: Iterable[Pair]) -> list[Pair]:
    return [pair for pair in pairs if not _is_protocol(pair)]
