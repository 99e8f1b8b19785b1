"""URLs: split and normalized, written, received by each door, and brought back by a user."""

from __future__ import annotations

import re
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from known import TOKEN
from oauthlib_base_string import base_string_uri

import oauth2
from oauth2 import urls
from oauth2.encoding import escape
from oauth2.legs import names_token, verifier_from_redirect
from oauth2.parameters import decode_pairs

from .outcomes import MARK, assert_signs_and_verifies, assert_verdict, attempt, text

__all__ = ["url"]

_is_printable = re.compile(r"[!-~]*").fullmatch
_scheme = re.compile(r"(?i)https?://").match


def url(data: bytes) -> None:
    """Fail where a URL is read otherwise than others read it, or than it is written."""
    given = text(data)
    _assert_sent(given)
    split = attempt(lambda: urls.split_url(given), ValueError)
    if isinstance(split, urls.SplitURL):
        _assert_split(given, split)
    _assert_hidden(given)
    _assert_brought_back(given)
    received = attempt(lambda: oauth2.Request.from_request("GET", given), oauth2.Error)
    if isinstance(received, oauth2.Request):
        assert_verdict(received, MARK in given)
    _assert_doors_agree(data)


def _assert_sent(given: str) -> None:
    uri = attempt(lambda: urls.to_uri(given), ValueError)
    if isinstance(uri, str):
        assert _is_printable(uri)
        assert urls.to_uri(uri) == uri


def _assert_split(given: str, split: urls.SplitURL) -> None:
    again = urls.split_url(split.normalized)
    assert (again.origin, again.normalized) == (split.origin, split.normalized)
    assert again.encoded_base_uri == split.encoded_base_uri
    assert _is_printable(split.encoded_base_uri)
    assert urls.same_origin(given, split.normalized)
    assert decode_pairs(urls.split_url(urls.with_query(given, "a=b")).query) == [
        *decode_pairs(split.query),
        ("a", "b"),
    ]
    if _is_printable(given):
        _assert_as_the_standard_library(given, split)
    query = decode_pairs(split.query)
    if not any(name.startswith("oauth_") for name, _ in query):
        assert_signs_and_verifies(given, {})


def _assert_as_the_standard_library(given: str, split: urls.SplitURL) -> None:
    try:
        others = urlsplit(given)
        host, port = others.hostname or "", others.port
    except ValueError:
        return
    shown = f"[{host}]" if ":" in host else host
    default = int(urls.DEFAULT_PORTS[split.scheme])
    expected = f"{split.scheme}://{shown}" + ("" if port in (None, default) else f":{port}")
    assert split.origin.lower() == expected.lower()
    assert split.normalized == split.origin + others.path
    assert split.query == others.query
    uri = attempt(lambda: base_string_uri(given), ValueError)
    if isinstance(uri, str) and ";" not in given and port != 0 and "[" not in given:
        assert split.encoded_base_uri == escape(uri)


def _assert_hidden(given: str) -> None:
    """Fail where an error shows a password or a query."""
    scheme = _scheme(given)
    if scheme and MARK not in given.lower():  # as a host is shown
        rest = given[scheme.end() :]
        for planted in (f"{scheme[0]}user:{MARK}@{rest}", f"{given.partition('#')[0]}?{MARK}"):
            for call in (urls.split_url, urls.to_uri):
                attempt(partial(call, planted), ValueError, secrets=(MARK,))


def _assert_brought_back(given: str) -> None:
    hidden = () if MARK in given else (TOKEN.secret,)
    for has_token in (True, False):
        verifier = attempt(
            partial(verifier_from_redirect, given, TOKEN, True, has_token),
            oauth2.FlowError,
            secrets=hidden,
        )
        assert isinstance(verifier, (str, oauth2.FlowError))
        if isinstance(verifier, str) and has_token:
            assert names_token(given, TOKEN)


def _is_utf8(octets: bytes) -> bool:
    return text(octets).isprintable() or not any("\udc80" <= c < "\udd00" for c in text(octets))


def _assert_doors_agree(data: bytes) -> None:
    """Take the lines of an input for Host, path and query, as WSGI and ASGI hand them over."""
    host, _, rest = data.partition(b"\n")
    host = host.strip(b" \t")  # as servers do
    path, _, query = rest.partition(b"\n")
    if not _is_utf8(path):
        return  # of which a WSGI environ does not tell what it was
    environ: dict[str, Any] = {
        "HTTP_HOST": host.decode("latin-1") or "a.example",
        "PATH_INFO": path.decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"),
        "wsgi.input": BytesIO(),
    }
    scope = {
        "path": text(path),
        "query_string": query,
        "headers": [(b"host", host or b"a.example")],
    }
    by_wsgi = attempt(lambda: oauth2.Request.from_wsgi(environ), oauth2.Error)
    by_asgi = attempt(lambda: oauth2.Request.from_asgi(scope, b""), oauth2.Error)
    assert type(by_wsgi) is type(by_asgi), (by_wsgi, by_asgi)
    if isinstance(by_wsgi, oauth2.Request) and isinstance(by_asgi, oauth2.Request):
        assert by_wsgi.url == by_asgi.url
        assert by_wsgi == by_asgi
        again = oauth2.Request.from_request("GET", by_wsgi.url)
        assert (again or {}) == by_wsgi
