"""A request as people paste it: a line of curl, a trace, a raw request, a URL, a header."""

from __future__ import annotations

import re
import shlex
from functools import partial
from http.client import parse_headers
from io import BytesIO

from wire import Received, base_string

import oauth2
from oauth2 import headers
from oauth2.diagnosis import find_base_string
from oauth2.diagnosis.command_line import split_command
from oauth2.diagnosis.curl import CurlRequest, parse_curl
from oauth2.diagnosis.pasted import Pasted, read_header, read_pasted
from oauth2.diagnosis.raw_request import Message, parse_message
from oauth2.encoding import octets_of
from oauth2.outgoing import Outgoing
from oauth2.snippets import as_curl
from oauth2.urls import SplitURL, split_url

from .outcomes import MARK, assert_verdict, attempt, is_plain_header, text

__all__ = ["request"]

# What a shell and the standard library's lexer make the same words of.
_is_plain_line = re.compile(r"""curl [\w '"\\@%:/.,?=+~-]*""", re.A).fullmatch
_shows_cmd = re.compile(r'(?<!\\)""').search
_is_method = re.compile(r"[A-Z]{3,20}").fullmatch
_is_plain_host = re.compile(r"[a-z][a-z0-9.-]*").fullmatch
_is_plain_path = re.compile(r"/[!-~]*").fullmatch
_PLANTED = (
    f"Authorization: OAuth oauth_token={MARK}\n".encode(),
    f"Authorization OAuth oauth_token={MARK}\n".encode(),
    f"Authorization: OAuth oauth_token={MARK}\0\n".encode(),
)
_FRAMING = ("content-length", "transfer-encoding")


def request(data: bytes) -> None:
    """Fail where a request is read otherwise than it is written, or an error shows a secret."""
    given = text(data)
    for scheme in ("https", "http"):
        pasted = attempt(partial(read_pasted, data, scheme), ValueError)
        if isinstance(pasted, Pasted):
            _assert_verified(pasted, given)
    attempt(lambda: headers.parse(read_header(given) or "OAuth"), oauth2.MalformedHeader)
    _assert_raw(data)
    _assert_curl(given)
    if _is_plain_line(given) and not _shows_cmd(given):
        _assert_words(given)


def _received(pasted: Pasted) -> oauth2.Request | BaseException | None:
    return attempt(
        lambda: oauth2.Request.from_request(
            pasted.method or "GET", pasted.url, pasted.headers, body=pasted.body
        ),
        oauth2.Error,
    )


def _assert_verified(pasted: Pasted, given: str) -> None:
    found = _received(pasted)
    if isinstance(found, oauth2.Request):
        _, base = assert_verdict(found, MARK in given)
        if isinstance(base, str) and _is_method(found.method):
            assert find_base_string(base) == base


def _assert_raw(data: bytes) -> None:
    message = attempt(lambda: parse_message(data), ValueError)
    if isinstance(message, Message):
        kept = [field for field in message.headers if field[0].lower() not in _FRAMING]
        lines = [f"{message.method} {message.url} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in kept]
        head = octets_of("\r\n".join([*lines, f"Content-Length: {len(message.body)}", "", ""]))
        again = parse_message(head + message.body)
        assert again[:2] == message[:2]
        assert (again.headers[:-1], again.body) == (kept, message.body)
        _assert_as_the_standard_library(data, message)
        _assert_as_of_octets(message)
    if MARK.encode() not in data:
        line, newline, rest = data.partition(b"\n")
        for field in _PLANTED:
            planted = partial(parse_message, line + newline + field + rest)
            attempt(planted, ValueError, secrets=(MARK,))


def _assert_as_the_standard_library(data: bytes, message: Message) -> None:
    """Compare headers and a body of some length; in other than ASCII it sees more line breaks."""
    raw = BytesIO(data.lstrip(b"\r\n"))
    raw.readline()
    found = parse_headers(raw).items()
    if not data.isascii() or any("\r" in value for _, value in found):
        return
    assert [(name, value.strip(" \t")) for name, value in found] == message.headers
    lengths = {value for name, value in message.headers if name.lower() == "content-length"}
    if lengths:
        assert raw.read(int(lengths.pop())) == message.body


def _assert_as_of_octets(message: Message) -> None:
    """Compare the base string of what is plain with what another program makes of its octets."""
    scheme, _, rest = message.url.partition("://")
    host, slash, path = rest.partition("/")
    authorizations = [value for name, value in message.headers if name.lower() == "authorization"]
    is_plain = len(authorizations) < 2 and all(map(is_plain_header, authorizations))
    found = _received(Pasted(*message))
    is_plain = is_plain and _is_method(message.method) is not None
    if not (is_plain and _is_plain_host(host) and _is_plain_path(slash + path)):
        return
    if not isinstance(found, oauth2.Request) or found._repeated or "oauth_signature" not in found:
        return
    fields = [(name, octets_of(value).decode("latin-1")) for name, value in message.headers]
    fields = [("Host", host), *[field for field in fields if field[0].lower() != "host"]]
    received = Received(
        scheme.lower(), message.method, slash + path, fields, message.body, message.body, 0
    )
    assert found.signature_base_string() == base_string(received)


def _assert_curl(given: str) -> None:
    read = attempt(lambda: parse_curl(given), ValueError)
    if isinstance(read, CurlRequest):
        assert "#" not in read.url
        split = attempt(lambda: split_url(read.url), ValueError)
        given_hosts = [name for name, _ in read.headers if name.lower() == "host"]
        assert given_hosts or not isinstance(split, SplitURL) or not split.user_info
        fields = dict(read.headers)
        if len(fields) < len(read.headers) or read.body is None:
            return
        outgoing = Outgoing(read.url, read.method, read.body, fields, {}, None, False)
        line = attempt(lambda: as_curl(outgoing), ValueError)
        if isinstance(line, str):
            again = parse_curl(line)
            assert (again.method, again.url, again.body) == (read.method, read.url, read.body)
            assert dict(again.headers) == {
                name: value for name, value in fields.items() if name.lower() != "content-length"
            }
    elif MARK not in given:
        secret = f" -H 'Authorization: {MARK}' -d '{MARK}' -u 'user:{MARK}'"
        attempt(lambda: parse_curl(f"curl{secret} {given[4:]}"), ValueError, secrets=(MARK,))


def _assert_words(given: str) -> None:
    try:
        expected = shlex.split(given)
    except ValueError:
        return
    words, rest = split_command(given)
    assert (words, rest) == (expected, "")
