"""Mistakes in the method and the base string URI (RFC 5849 section 3.4.1.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from ..encoding import octets_of, unescape
from ..redaction import shown_text
from ..urls import DEFAULT_PORTS
from .mistakes import Made, Mistake
from .signable import Signable

__all__ = ["ADDRESS_MISTAKES"]

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_MOST_SEGMENTS = 8
# What proxies strip from a path, as there is no other way to know.
_USUAL_PREFIXES = ("/api", "/app", "/lti", "/oauth", "/rest", "/v1", "/v2")
_LONGEST_PATH = 2000

_ORIGIN = (
    "Behind a proxy, verify with the public address, as origin=; else sign the URL that is sent."
)
_PATH_ADVICE = (
    "Sign the path as it is written in the URL that is sent, with no escape added or decoded; a"
    " server verifies it as it was received, and not as its framework decoded it."
)
_lower_escapes = re.compile("%[0-9A-F]{2}")


def _scheme(signed: Signable) -> Iterator[Made]:
    other = "http" if signed.scheme == "https" else "https"
    done = f"for {other}, but received by {signed.scheme}"
    yield done, signed._replace(scheme=other)
    if signed.port:
        yield done, signed._replace(scheme=other, port="")


def _default_port(signed: Signable) -> Iterator[Made]:
    if not signed.port:
        port = DEFAULT_PORTS[signed.scheme]
        yield f"with the port {port}, which {signed.scheme} has anyway", signed._replace(port=port)


def _port(signed: Signable) -> Iterator[Made]:
    if signed.port:
        yield f"without the port {signed.port}", signed._replace(port="")


def _host(signed: Signable) -> Iterator[Made]:
    host = signed.host[4:] if signed.host.startswith("www.") else f"www.{signed.host}"
    yield f"for the host {shown_text(host)}", signed._replace(host=host)


def _method(signed: Signable) -> Iterator[Made]:
    for method in _METHODS:
        done = f"for {method}, but received by {shown_text(signed.method)}"
        yield done, signed._replace(method=method)


def _method_case(signed: Signable) -> Iterator[Made]:
    yield "with the method in lower case", signed._replace(method=signed.method.lower())


def _slash(signed: Signable) -> Iterator[Made]:
    bare = signed.path.rstrip("/")
    yield "without the slash at the end of the path", signed._replace(path=bare)
    yield "with a slash at the end of the path", signed._replace(path=f"{bare}/")


def _slashes(signed: Signable) -> Iterator[Made]:
    path = re.sub("//+", "/", signed.path)
    yield "with one slash where several follow each other", signed._replace(path=path)


def _prefix(signed: Signable) -> Iterator[Made]:
    segments = signed.path.split("/")
    for number in range(2, min(len(segments), _MOST_SEGMENTS)):
        dropped = "/".join(segments[:number])
        path = "/" + "/".join(segments[number:])
        done = f"without {shown_text(dropped)} at the start of the path"
        yield done, signed._replace(path=path)
    for prefix in _USUAL_PREFIXES:
        done = f"with {prefix} before the path, which was received without it"
        yield done, signed._replace(path=prefix + signed.path)


def _path_encoding(signed: Signable) -> Iterator[Made]:
    path = signed.path
    if len(path) > _LONGEST_PATH:
        return
    decoded = unescape(path)
    yield "with the path decoded", signed._replace(path=decoded)
    yield "with the path decoded, + as a space", signed._replace(path=path.replace("+", " "))
    twice = path.replace("%", "%25")
    yield "with the path encoded twice", signed._replace(path=twice)
    for safe in ("/", "/~", "/:@!$&'()*+,;=~"):
        again = quote(octets_of(decoded), safe=safe)
        yield "with the path decoded and encoded anew", signed._replace(path=again)
    lower = _lower_escapes.sub(lambda match: match[0].lower(), path)
    yield "with the escapes of the path in lower case", signed._replace(path=lower)


def _query_in_uri(signed: Signable) -> Iterator[Made]:
    if signed.query:
        raw = "&".join(
            [
                f"{pair.sent_name}{'=' if pair.has_equals else ''}{pair.sent_value}"
                for pair in signed.query
            ]
        )
        left = signed._replace(uri_query=f"?{raw}")
        yield "with the query left in the URI", left
        yield "with the query left in the URI, and not as parameters", left._replace(query=())


def _not_encoded(signed: Signable) -> Iterator[Made]:
    yield "with a URI that is not encoded in the base string", signed._replace(uri_times=0)


def _encoded_twice(signed: Signable) -> Iterator[Made]:
    yield "with the URI encoded twice", signed._replace(uri_times=2)


ADDRESS_MISTAKES = (
    Mistake("scheme", _scheme, _ORIGIN),
    Mistake("default-port", _default_port, "Leave out 80 of http, and 443 of https."),
    Mistake("port", _port, f"A port that is not the scheme's own is signed. {_ORIGIN}"),
    Mistake("host-www", _host, "Sign the host that is sent in the Host header."),
    Mistake("method", _method, "Sign the method that is sent; a redirect may change it."),
    Mistake("method-case", _method_case, "Write the method in upper case."),
    Mistake("double-slash", _slashes, _PATH_ADVICE),
    Mistake("path-prefix", _prefix, f"A proxy may add or drop the start of a path. {_ORIGIN}"),
    Mistake("trailing-slash", _slash, "Sign the path that is sent; an empty one is signed as /."),
    Mistake("path-encoding", _path_encoding, _PATH_ADVICE),
    Mistake(
        "query-in-uri",
        _query_in_uri,
        "Leave the query out of the URI, and count its pairs among the parameters.",
    ),
    Mistake("not-encoded-again", _not_encoded, "Percent-encode the URI once in the base string."),
    Mistake("uri-encoded-twice", _encoded_twice, "Percent-encode the URI once in the base string."),
)
