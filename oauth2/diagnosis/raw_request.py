"""Parse a raw HTTP/1.1 request (RFC 9112), as a file or a log holds it."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..encoding import bytes_of, text_of

__all__ = ["Message", "parse_message"]

_SCHEMES = ("http", "https")
_newline = re.compile(rb"\r?\n")
_end_of_head = re.compile(rb"\r?\n\r?\n")
# A method, a target without white space, and a version (RFC 9112 section 3).
_request_line = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!-~\x80-\xff]+) HTTP/\d(?:\.\d)?")
# A name, a colon and a value without control characters (RFC 9112 section 5).
_header = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")
# Hexadecimal digits, and extensions up to the end of the line (RFC 9112 section 7.1).
_chunk_size = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]*?)?\r?\n")
_is_absolute = re.compile(r"https?://[^/?#]", re.I).match
_is_length = re.compile(r"[0-9]{1,15}").fullmatch
_is_authority = re.compile(r"[^\s/?#@\\]+").fullmatch


class Message(NamedTuple):
    """A request as it was sent: an absolute ``url``, and ``headers`` in their order.

    Octets of the head that are not valid UTF-8 are surrogate escapes in ``url`` and ``headers``.
    ``body`` is what the headers say: without its chunks, and no longer than they say.
    """

    method: str
    url: str
    headers: list[tuple[str, str]]
    body: bytes


class _Header(NamedTuple):
    name: str
    value: str
    line: int


def parse_message(raw: bytes | str, scheme: str = "https") -> Message:
    r"""Read a request line, headers and a body, with CRLF or LF; text is taken as UTF-8.

    ``scheme`` is "http" or "https", for a request line that has only a path; the
    ``Host`` header tells the rest.

    >>> parse_message("GET /photos?size=big HTTP/1.1\nHost: photos.example.net\n\n").url
    'https://photos.example.net/photos?size=big'

    Raises ValueError that says which line is wrong and what was expected. It quotes no
    value of a header and no query, as there may be secrets in them.
    """
    if scheme not in _SCHEMES:
        raise ValueError(f"scheme: expected http or https, got {scheme!r}")
    octets = bytes_of(raw)
    start = len(octets) - len(octets.lstrip(b"\r\n"))
    end = _end_of_head.search(octets, start)
    lines = _newline.split(octets[start : end.start() if end else len(octets)].rstrip(b"\r\n"))
    first = _line(octets, start)
    method, target = _read_request_line(lines[0], first)
    headers = [_read_header(line, number) for number, line in enumerate(lines[1:], first + 1)]
    url = target if _is_absolute(target) else f"{scheme}://{_host(headers)}{target}"
    body = _read_body(octets, end.end() if end else len(octets), headers)
    return Message(method, url, [(name, value) for name, value, _ in headers], body)


def _line(octets: bytes, position: int) -> int:
    return octets.count(b"\n", 0, position) + 1


def _wrong(line: int, expected: str) -> ValueError:
    return ValueError(f"line {line}: expected {expected}")


def _read_request_line(line: bytes, number: int) -> tuple[str, str]:
    match = _request_line.fullmatch(line)
    if match is None:
        raise _wrong(number, "a request line such as 'GET /path HTTP/1.1'")
    target = text_of(match[2])
    if not target.startswith("/") and not _is_absolute(target):
        raise _wrong(number, "a path, or a URL with http or https, between method and version")
    if "#" in target:
        raise _wrong(number, "a path or a URL without a fragment, got one with '#'")
    return text_of(match[1]), target


def _read_header(line: bytes, number: int) -> _Header:
    if line[:1] in (b" ", b"\t"):
        raise _wrong(number, "a header in one line, got white space that continues the last one")
    match = _header.fullmatch(line)
    if match is None:
        raise _wrong(number, "a header such as 'Host: example.com', without control characters")
    return _Header(text_of(match[1]), text_of(match[2].rstrip(b" \t")), number)


def _single(headers: list[_Header], name: str) -> _Header | None:
    """Return the one header of this name, or None; several that are equal count as one."""
    found = [header for header in headers if header.name.lower() == name.lower()]
    if len({header.value for header in found}) > 1:
        raise _wrong(found[-1].line, f"one {name}, got another before it")
    return found[0] if found else None


def _host(headers: list[_Header]) -> str:
    header = _single(headers, "Host")
    if header is None:
        raise _wrong(headers[-1].line + 1 if headers else 2, "a Host header, got none")
    if not _is_authority(header.value):
        raise _wrong(header.line, "a host name, and a port where there is one")
    return header.value


def _read_body(octets: bytes, start: int, headers: list[_Header]) -> bytes:
    """Return the body that the headers announce (RFC 9112 section 6.3)."""
    coding, length = _single(headers, "Transfer-Encoding"), _single(headers, "Content-Length")
    if coding and length:
        raise _wrong(max(coding.line, length.line), "one of Content-Length and Transfer-Encoding")
    if coding:
        if coding.value.lower() != "chunked":
            raise _wrong(coding.line, "the coding chunked, got another")
        return _read_chunks(octets, start)
    if length is None:
        if octets[start:].strip():
            expected = "no body, as no Content-Length says how long it is, got one"
            raise _wrong(_line(octets, start), expected)
        return b""
    if not _is_length(length.value):
        raise _wrong(length.line, "a number as Content-Length")
    size = int(length.value)
    body = octets[start : start + size]
    if len(body) < size:
        expected = f"a body of {size} octets, as Content-Length says, got {len(body)}"
        raise _wrong(_line(octets, start), expected)
    return body


def _read_chunks(octets: bytes, start: int) -> bytes:
    """Join the chunks of a body (RFC 9112 section 7.1); what follows the last is dropped."""
    chunks: list[bytes] = []
    while True:
        match = _chunk_size.match(octets, start)
        if match is None:
            raise _wrong(_line(octets, start), "the size of a chunk in hexadecimal digits")
        size = int(match[1], 16)
        if size == 0:
            return b"".join(chunks)
        end = match.end() + size
        newline = _newline.match(octets, end)
        if newline is None:
            expected = f"a chunk of {size} octets and a line break after it"
            raise _wrong(_line(octets, match.end()), expected)
        chunks.append(octets[match.end() : end])
        start = newline.end()
