"""A line of curl read as the request that curl sends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from ..encoding import bytes_of, escape, text_of
from ..headers import FORM_CONTENT_TYPE
from ..urls import with_query
from .command_line import split_command
from .curl_options import Option, read_options

__all__ = ["CurlRequest", "ReadFile", "no_file", "parse_curl", "starts_as_curl"]

ReadFile = Callable[[str], bytes]
Headers = list[tuple[str, str]]

# A prompt may stand before the name, and the name may be that of a file.
starts_as_curl = re.compile(
    r"(?:[^\n'\"]{0,200}?[$%#>\u276f][ \t]+|[A-Za-z]:\\[^\n>]{0,200}>)?"
    r"(?P<curl>(?:[^\s'\"]{0,200}[/\\])?curl(?:\.exe)?[ \t^\\\r\n])"
).match
_glob_escapes = re.compile(r"\\([][{}])")
_parts_of_url = re.compile(r"(https?://)([^/?]*)([^?]*)(.*)", re.I | re.S).fullmatch
_has_scheme = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://").match
_DATA = ("data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "json")
_MULTIPART = ("form", "form-string")
_STREAMS = ("-", ".")


class CurlRequest(NamedTuple):
    """What curl sends, and the ``rest`` of the text: what follows its line.

    ``body`` is None for a multipart form, which is never the same twice, and for what curl reads
    from standard input. Of the headers that curl adds unasked there are those of the body alone.
    """

    method: str
    url: str
    headers: Headers
    body: bytes | None
    rest: str


def no_file(name: str) -> bytes:
    """Raise ValueError for any name: no file is read."""
    raise ValueError("curl: expected the body in the line itself, got the name of a file")


def parse_curl(text: str, read_file: ReadFile = no_file) -> CurlRequest:
    """Read a line of curl, quoted for a shell of POSIX or for cmd of Windows.

    It may be what a browser copies, or what `oauth2.snippets.as_curl` returns. ``read_file``
    is called with the name of a file that curl would read.

    >>> read = parse_curl("curl -d 'a=b' https://photos.example.net/photos#top")
    >>> read.method, read.url, read.body
    ('POST', 'https://photos.example.net/photos', b'a=b')

    Raises ValueError for what is no line of curl, for an option that is not known, and unless
    there is one URL; it quotes no value. Raises what ``read_file`` does.
    """
    text = text.lstrip()
    start = starts_as_curl(text)
    if start is None:
        raise ValueError("curl: expected a line that starts with curl, got another")
    words, rest = split_command(text[start.start("curl") :])
    options = read_options(words[1:])
    given = {option.name: option.value for option in options}
    queries = [_query(option, read_file) for option in options if option.name == "url-query"]
    body = _body(options, given, read_file)
    if "get" in given and body:
        queries, body = [*queries, text_of(body)], b""
    headers, removed = _headers(options, read_file)
    if any(name in given for name in _DATA) and "get" not in given:
        headers = _with_type(headers, removed, is_json="json" in given)
    hosts = [value for name, value in headers if name.lower() == "host"]
    url = _url(options, given, hosts)
    # What begins with # in the data of a query is a fragment, for curl as well, and not sent.
    url = with_query(url, "&".join(filter(None, queries))).partition("#")[0]
    return CurlRequest(_method(given), url, headers, body, rest)


def _method(given: Mapping[str, str]) -> str:
    if "request" in given:
        return given["request"]
    if "head" in given:
        return "HEAD"
    if "upload-file" in given:
        return "PUT"
    has_form = any(name in given for name in (*_DATA, *_MULTIPART))
    return "POST" if has_form and "get" not in given else "GET"


def _url(options: Iterable[Option], given: Mapping[str, str], hosts: Sequence[str]) -> str:
    """Return the URL as curl sends it: with the host of a Host header, and without a fragment."""
    urls = [option.value for option in options if option.name == "url"]
    if len(urls) != 1:
        raise ValueError(f"curl: expected one URL, got {len(urls) or 'none'}")
    url = urls[0] if "globoff" in given else _glob_escapes.sub(r"\1", urls[0])
    url = url.partition("#")[0]
    parts = _parts_of_url(url if _has_scheme(url) else f"http://{url}")
    if parts is None:
        raise ValueError("curl: expected a URL with http or https, got another")
    scheme, authority, path, query = parts.groups()
    host = authority.rpartition("@")[2]
    if "path-as-is" not in given:
        path = _without_dots(path)
    file = given.get("upload-file", "")
    if file and path[-1:] in ("", "/") and file not in _STREAMS:
        path = f"{path or '/'}{escape(file.rpartition('/')[2])}"
    return f"{scheme}{[host, *hosts][-1]}{path}{query}"


def _without_dots(path: str) -> str:
    """Take ``.`` and ``..`` out of a path (RFC 3986 section 5.2.4)."""
    kept: list[str] = []
    *before, last = path.split("/")
    for segment in (*before, last):
        if segment == "..":
            del kept[max(len(kept) - 1, 1) :]
        elif segment != ".":
            kept.append(segment)
    return "/".join([*kept, *([""] if last in (".", "..") else [])])


def _headers(options: Iterable[Option], read_file: ReadFile) -> tuple[Headers, set[str]]:
    """Return the headers of the line, and in lower case the names of those that it takes out."""
    headers: Headers = []
    removed = set()
    for line in _header_lines(options, read_file):
        name, colon, value = line.partition(":")
        if value.strip():
            headers.append((name.strip(), value.strip()))
        elif colon:
            removed.add(name.strip().lower())
        elif name.rstrip().endswith(";"):
            headers.append((name.rstrip()[:-1], ""))
    return headers, removed


def _header_lines(options: Iterable[Option], read_file: ReadFile) -> Iterator[str]:
    for name, value in options:
        if name == "header" and value.startswith("@"):
            yield from text_of(read_file(value[1:])).splitlines()
        elif name == "header":
            yield value


def _with_type(headers: Headers, removed: Set[str], is_json: bool) -> Headers:
    if "content-type" in {*removed, *[name.lower() for name, _ in headers]}:
        return headers
    return [*headers, ("Content-Type", "application/json" if is_json else FORM_CONTENT_TYPE)]


def _body(options: Iterable[Option], given: Mapping[str, str], read_file: ReadFile) -> bytes | None:
    if any(name in given for name in _MULTIPART) or given.get("upload-file") in _STREAMS:
        return None
    if "upload-file" in given:
        return read_file(given["upload-file"])
    pieces = [_data(option, read_file) for option in options if option.name in _DATA]
    return (b"" if "json" in given else b"&").join(pieces)


def _data(option: Option, read_file: ReadFile) -> bytes:
    name, value = option
    if name == "data-urlencode":
        return bytes_of(_query(option, read_file))
    if name == "data-raw" or not value.startswith("@"):
        return bytes_of(value)
    read = read_file(value[1:])
    return read if name in ("data-binary", "json") else read.translate(None, b"\r\n\0")


def _query(option: Option, read_file: ReadFile) -> str:
    """Read ``content``, ``=content``, ``name=content``, ``@file`` or ``name@file``, as curl does.

    A query may start with a plus sign; then it is encoded already.
    """
    text = option.value
    if option.name == "url-query" and text.startswith("+"):
        return text[1:]
    name, sign, content = _named_content(text)
    encoded = escape(text_of(read_file(content)) if sign == "@" else content).replace("%20", "+")
    return f"{name}={encoded}" if name else encoded


def _named_content(text: str) -> tuple[str, str, str]:
    match = re.match(r"([^=@]*)([=@])", text)
    return (match[1], match[2], text[match.end() :]) if match else ("", "", text)
