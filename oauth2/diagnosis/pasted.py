"""A request as somebody has it in hand: a line of curl, a URL, a header, a raw request, a trace."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..encoding import text_of
from .curl import ReadFile, no_file, parse_curl, starts_as_curl
from .raw_request import parse_message

__all__ = ["Pasted", "read_header", "read_pasted"]

_starts_as_request = re.compile(r"\s*[!#$%&'*+.^_`|~0-9A-Za-z-]+ \S+ HTTP/\d").match
# What `curl -v` prints: lines of the request after "> ", of the answer after "< ".
_trace = re.compile(r"^> [A-Za-z]+ \S+ HTTP/\d.*\n(?:> .+\n)*", re.M).search
_is_length = re.compile(r"(?:content-length|transfer-encoding):", re.I).match
_find_answer = re.compile(r"^HTTP/\d(?:\.\d)? \d{3}\b", re.M).search
_url = re.compile(r"\s*(?:([A-Z]+)[ \t]+)?[<'\"]?(https?://[^\s<>'\"]+)[>'\"]?\s*", re.I).fullmatch
# A header's pairs; its quotation marks may be escaped, as in JSON or in a program.
_VALUE = r"=(?:\\?\"[^\"\\]*\\?\"|[^\s,\"'\\]*)"
_find_header = re.compile(
    rf"\bOAuth\s+([\w.%-]+{_VALUE}(?:\s*,\s*[\w.%-]+{_VALUE})*)", re.I
).finditer
_is_signed = re.compile(r"\boauth_(?:consumer_key|signature)=").search


class Pasted(NamedTuple):
    """A request that was sent, and the ``rest`` of the text: an answer to it, or "".

    ``method`` is None where the text does not tell it, as a URL; ``body`` where it is not in
    the text.
    """

    method: str | None
    url: str
    headers: list[tuple[str, str]]
    body: bytes | None
    rest: str = ""


def read_pasted(
    text: str | bytes, scheme: str = "https", read_file: ReadFile = no_file
) -> Pasted | None:
    r"""Read a request in whatever form it is; None for what is in none of them.

    These are a line of curl, what ``curl -v`` prints, a raw request, and a URL, also after its
    method. ``scheme`` is for a raw request, which has only a path. ``read_file`` is called with
    the name of a file that a line of curl sends.

    >>> read_pasted("> GET /photos HTTP/2\n> Host: a.example\n>\n< HTTP/2 401\n").url
    'https://a.example/photos'

    Raises ValueError for what starts as a request and goes on as none, and what ``read_file``
    raises.
    """
    text = text_of(text)
    if starts_as_curl(text.lstrip()):
        return Pasted(*parse_curl(text, read_file))
    if _starts_as_request(text):
        return _raw(text, scheme)
    trace = _trace(text)
    if trace:
        return _traced([line[2:] for line in trace[0].splitlines()], text, scheme)
    found = _url(text)
    return Pasted(found[1] and found[1].upper(), found[2], [], b"") if found else None


def read_header(text: str | bytes) -> str | None:
    r"""Return the value of a signed Authorization header, however a program printed it.

    >>> read_header('{"Authorization": "OAuth oauth_consumer_key=\\"key\\""}')
    'OAuth oauth_consumer_key="key"'
    """
    for match in _find_header(text_of(text)):
        if _is_signed(match[1]):
            return "OAuth " + " ".join(match[1].replace('\\"', '"').split())
    return None


def _raw(text: str, scheme: str) -> Pasted:
    """Read a raw request, and cut off an answer that follows, if it is none with it."""
    answer = _find_answer(text)
    rest = text[answer.start() :] if answer else ""
    try:
        message = parse_message(text, scheme)
    except ValueError:
        if answer is None:
            raise
        message = parse_message(text[: answer.start()], scheme)
    return Pasted(*message, rest)


def _traced(lines: list[str], text: str, scheme: str) -> Pasted:
    """Read the head of a request; a trace does not have its body."""
    lengths = [line for line in lines if _is_length(line)]
    message = parse_message("\n".join([line for line in lines if line not in lengths]), scheme)
    headers = [*message.headers, *[_header_of(line) for line in lengths]]
    return Pasted(message.method, message.url, headers, None if lengths else b"", text)


def _header_of(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.strip()
