"""Signature base strings that others made: found in what they print, and parsed."""

from __future__ import annotations

import html
import re
from itertools import islice
from typing import NamedTuple

from ..encoding import unescape
from ..redaction import HIDDEN

__all__ = ["BaseString", "BaseStringURI", "find_base_string", "parse_base_string"]

# Bounds for hostile text: escapes within escapes, as of HTML in JSON, and what looks like a start.
_MOST_LAYERS = 3
_MOST_STARTS = 20
_NO_NEWLINE = "%"  # what zsh shows after output that does not end its line
_QUOTES = " \t\r\n\"'`"

# A method, an ampersand, and http or https with what follows up to a character that no base
# string has. The ampersand may be percent-encoded once more, and then all of it is. What
# stands before the method may be an escape of a URL or of JSON, which ends in a letter.
_find_starts = re.compile(
    r"(?:(?<=%[0-9A-F]{2})|(?<=%25[0-9A-F]{2})|(?<=\\[nrt])"
    r"|(?<![A-Z\\])(?<!%[0-9A-F])(?<!%25[0-9A-F]))"
    r"[A-Z]{3,20}(?:&https?(?::|%(?:25){0,4}3A)[\w.~%+*:/?=@!$&-]*"
    r"|(%(?:25){0,3}26)https?(?::|%(?:25){0,4}3A)[\w.~%+*-]*)",
    re.I,
).finditer
# A line break, and a line of nothing but what a base string holds.
_next_line = re.compile(r"[ \t]*\r?\n[ \t]*([A-Za-z0-9._~%&=+-]+)(?=[ \t]*(?:[\r\n\"'<]|\Z))").match
# What a program says of an answer, directly after one that does not end its line.
_said_after = re.compile(r"(?<=\S)(?=(?:oauth2|curl|wget|https?|xh): )")
_sentence_goes_on = re.compile(r"[ \t]+\S").match
_is_one_line = re.compile(r"[^\r\n<>\"]+").fullmatch
_is_html = re.compile(r"&(?:amp|#0*38|#x0*26);", re.I).search
_json_escapes = re.compile(r"\\(u0026|/)")
# Scheme, authority, port, path, and query with fragment; each may be missing or invalid.
_uri_parts = re.compile(
    r"(?:([^:/?#]*)://)?([^/?#]*?)(?::([0-9]*))?(?=[/?#]|\Z)([^?#]*)(.*)", re.S
).findall


class BaseStringURI(NamedTuple):
    """The parts of a base string URI: "" where there is none, ``query`` with its "?"."""

    scheme: str
    host: str
    port: str
    path: str
    query: str


class BaseString(NamedTuple):
    """The parts of a signature base string (RFC 5849 section 3.4.1.1).

    ``uri`` is decoded. The names and values of ``parameters`` are percent-encoded as
    they were when they were sorted and joined, and stand in that order.
    """

    method: str
    uri: str
    parameters: tuple[tuple[str, str], ...]

    def uri_parts(self) -> BaseStringURI:
        """Split the URI as it is written, valid or not; user and password become ``***``."""
        parts = BaseStringURI(*_uri_parts(self.uri)[0])
        _, at, host = parts.host.rpartition("@")
        return parts._replace(host=f"{HIDDEN}@{host}") if at else parts


def find_base_string(text: str) -> str | None:
    """Return the first signature base string in what a provider printed, or None.

    The text may be a log line, HTML, JSON or a form in which it is escaped once more,
    or the base string alone, broken into lines by a terminal. What oauth2, curl or HTTPie says
    after it on standard error may follow at once, where both streams are one.

    >>> find_base_string("bad signature of &quot;GET&amp;http%3A%2F%2Fa&amp;b%3Dc&quot;")
    'GET&http%3A%2F%2Fa&b%3Dc'
    """
    text = _said_after.sub("\n", text)
    for _ in range(_MOST_LAYERS):
        start = len(text) - len(text.lstrip(_QUOTES))
        for match in islice(_find_starts(text), _MOST_STARTS):
            found = _read(text, match, is_bare=match.start() == start)
            if found.count("&") > 1:
                return found
        text = _json_escapes.sub(lambda match: "/" if match[1] == "/" else "&", text)
        text = _without_entities(text) if _is_html(text) else text
    return None


def _without_entities(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a number of thousands of digits
        return text


def _read(text: str, match: re.Match[str], is_bare: bool) -> str:
    """Read on from the first line of a base string, and undo its escapes."""
    bare = text.strip(_QUOTES) if is_bare and not match[1] else ""
    if _is_one_line(bare):
        return bare.rstrip(_NO_NEWLINE)
    lines = [match[0]]
    end = match.end()
    while line := _next_line(text, end):
        # A line without an escape may be a word that has nothing to do with it, unless it
        # is the last of all. Only for such a line is the rest of the text copied.
        goes_on = "%" in line[1] or "%" in lines[-1][-2:]
        if not goes_on and (not is_bare or text[line.end() :].strip(_QUOTES)):
            break
        lines.append(line[1])
        end = line.end()
    found = "".join(lines)
    if match[1]:
        decoded = unescape(found)
        return _read(decoded, next(_find_starts(decoded)), is_bare=False)
    if found.endswith(".") and _sentence_goes_on(text, end):
        found = found[:-1]
    return _without_fields_after(found.rstrip(_NO_NEWLINE))


def _without_fields_after(found: str) -> str:
    """Leave out fields of a form that follow a base string, ``&name=value``.

    In a base string whose parameters were joined without being encoded, the first has its
    ``=``, too; so only an ``=`` that comes later shows such a field.
    """
    method, uri, *sections = found.split("&")
    if sections and "=" not in sections[0]:
        ends = [at for at, section in enumerate(sections) if "=" in section]
        sections = sections[: ends[0]] if ends else sections
    return "&".join([method, uri, *sections])


def parse_base_string(text: str) -> BaseString:
    """Parse a signature base string, also one that was built wrongly.

    Parameters that were joined without being encoded once more, or were encoded twice
    then, are read as well.

    >>> parse_base_string("GET&http%3A%2F%2Fa.example%2F&b%3Dc%2520d%26e%3D")
    BaseString(method='GET', uri='http://a.example/', parameters=(('b', 'c%20d'), ('e', '')))
    """
    method, _, rest = text.strip().partition("&")
    uri, _, sections = rest.partition("&")
    parameters = []
    for section in sections.split("&"):
        is_plain_pair = section.count("=") == 1
        joined = section if is_plain_pair else unescape(section)
        if "=" not in joined and "%3D" in joined:
            joined = unescape(joined)
        for piece in joined.split("&"):
            if piece:
                name, _, value = piece.partition("=")
                parameters.append((name, value))
    return BaseString(method, uri if "://" in uri else unescape(uri), tuple(parameters))
