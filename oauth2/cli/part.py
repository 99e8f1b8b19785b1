"""A part of a multipart form, as ``-F NAME=VALUE`` of curl has it."""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path
from typing import NamedTuple

__all__ = ["Part", "parsed_part"]

_QUOTED = r'"(?:[^"\\]|\\.)*"'
# A type has a slash, and may have parameters of its own: text/plain; charset=utf-8.
_TYPE = r"[\w.+-]+/(?:[^;\r\n]|;(?!\s*(?:type|filename)=))+"
_FILENAME = rf"\s*{_QUOTED}\s*|[^;\"]*"
_attribute = re.compile(rf";\s*(?:type=({_TYPE})|filename=({_FILENAME}))")
_attributes_at_end = re.compile(rf"(?:;\s*(?:type=(?:{_TYPE})|filename=(?:{_FILENAME})))*\Z")
_quoted_path = re.compile(rf"@\s*{_QUOTED}")
_quoted = re.compile(rf"\s*{_QUOTED}\s*", re.S)
_escaped = re.compile(r"\\(.)", re.S)


class Part(NamedTuple):
    """The ``text`` of a part, or the ``path`` of its file ("-" is standard input), else None.

    ``filename`` and ``content_type`` are what the part says of itself, None for nothing.
    """

    text: str
    path: str | None
    filename: str | None
    content_type: str | None


def parsed_part(value: str) -> Part:
    r"""Read a VALUE: a text or ``@FILE``, perhaps with ``;type=`` and ``;filename=`` at its end.

    A name that has a semicolon stands in quotation marks, in which ``\`` escapes.

    >>> parsed_part("@photo.dat;type=image/png;filename=a.png")
    Part(text='', path='photo.dat', filename='a.png', content_type='image/png')
    >>> parsed_part("a;b;type=text/html").text
    'a;b'
    """
    quoted = _quoted_path.match(value)
    start = quoted.end() if quoted else 0
    text = value[:start] + _attributes_at_end.sub("", value[start:])
    kind = filename = None
    for given_type, given_name in _attribute.findall(value, len(text)):
        kind = given_type.strip() or kind
        filename = filename if given_type else _unquoted(given_name)
    if not value.startswith("@"):
        return Part(text, None, filename, kind)
    path = _unquoted(text[1:])
    own = Path(path).name
    kind = kind or mimetypes.guess_type(own)[0] or "application/octet-stream"
    return Part("", path, own if filename is None else filename, kind)


def _unquoted(text: str) -> str:
    """Return what stands in quotation marks, or the text as it is."""
    return _escaped.sub(r"\1", text.strip()[1:-1]) if _quoted.fullmatch(text) else text
