"""The Authorization header: parsed two ways, written again, and received by each door."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import unquote
from urllib.request import parse_http_list, parse_keqv_list

import oauth2
from oauth2 import headers
from oauth2.encoding import octets_of
from oauth2.parameters import flat_pairs
from oauth2.schemes import has_oauth

from .outcomes import MARK, assert_explained, assert_verdict, attempt, is_plain_header, text

__all__ = ["header"]

_EXPLAINED = 8  # one in so many inputs, by their length, as it takes long
_URL = "http://photos.example.net/photos?size=big"


def header(data: bytes) -> None:
    """Fail where a header is read otherwise than it is written, or than it is elsewhere."""
    given = text(data)
    parsed = attempt(lambda: headers.parse(given), oauth2.MalformedHeader)
    slowly = attempt(lambda: headers.parse_any(given), oauth2.MalformedHeader)
    assert _shape(parsed) == _shape(slowly)
    attempt(lambda: has_oauth(given), oauth2.MalformedHeader)
    if isinstance(parsed, headers.AuthorizationParameters):
        _assert_written_again(parsed)
        if is_plain_header(given):
            _assert_as_the_standard_library(given, parsed)
    _assert_doors_agree(data, given)


def _shape(parsed: Any) -> Any:
    if isinstance(parsed, oauth2.MalformedHeader):
        return str(parsed), parsed.position
    return dict(parsed), parsed.realm


def _assert_written_again(parsed: headers.AuthorizationParameters) -> None:
    protocol = {name: value for name, value in parsed.items() if name.startswith("oauth_")}
    request = oauth2.Request("GET", _URL, protocol)
    written = attempt(lambda: request.to_header(parsed.realm), ValueError)
    if isinstance(written, dict):
        again = headers.parse(written["Authorization"])
        assert (dict(again), again.realm) == (protocol, parsed.realm)
        assert has_oauth(written["Authorization"])


def _assert_as_the_standard_library(given: str, parsed: headers.AuthorizationParameters) -> None:
    listed = parse_http_list(given.partition(" ")[2])
    names = [item.partition("=")[0] for item in listed]
    if len(set(names)) < len(names):
        return  # of which it has the last alone
    pairs = parse_keqv_list(listed)
    pairs.pop("realm", None)
    expected = {name: unquote(value, errors="surrogateescape") for name, value in pairs.items()}
    assert expected == dict(parsed)


def _assert_doors_agree(data: bytes, given: str) -> None:
    read = oauth2.Request.from_request
    by_text = attempt(lambda: read("GET", _URL, {"Authorization": given}), oauth2.Error)
    by_octets = attempt(lambda: read("GET", _URL, [(b"authorization", data)]), oauth2.Error)
    environ = {
        "HTTP_HOST": "photos.example.net",
        "PATH_INFO": "/photos",
        "QUERY_STRING": "size=big",
        "HTTP_AUTHORIZATION": data.decode("latin-1"),
        "wsgi.input": BytesIO(),
    }
    scope = {
        "path": "/photos",
        "query_string": b"size=big",
        "headers": [(b"host", b"photos.example.net"), (b"authorization", data)],
    }
    by_wsgi = attempt(lambda: oauth2.Request.from_wsgi(environ), oauth2.Error)
    by_asgi = attempt(lambda: oauth2.Request.from_asgi(scope, b""), oauth2.Error)
    outcomes = [_received(each) for each in (by_text, by_octets, by_wsgi, by_asgi)]
    assert all(outcome == outcomes[0] for outcome in outcomes), outcomes
    if isinstance(by_text, oauth2.Request):
        verdicts = [
            assert_verdict(request, MARK in given)
            for request in (by_text, by_octets, by_wsgi, by_asgi)
            if isinstance(request, oauth2.Request)
        ]
        assert all(verdict == verdicts[0] for verdict in verdicts), verdicts
        if len(data) % _EXPLAINED == 0:
            assert_explained(by_text, MARK in given)


def _received(outcome: Any) -> Any:
    if isinstance(outcome, oauth2.Request):
        pairs = [(octets_of(name), octets_of(value)) for name, value in flat_pairs(outcome)]
        return sorted(pairs), outcome.realm
    return type(outcome), str(outcome)
