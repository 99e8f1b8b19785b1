"""Where bytes and text meet, and where octets are percent-encoded (RFC 5849 section 3.6)."""

from __future__ import annotations

from binascii import a2b_qp
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from .errors import MalformedRequest

__all__ = [
    "KEPT",
    "bytes_of",
    "encoded",
    "encoded_pairs",
    "escape",
    "octets_of",
    "parameter_text",
    "parameter_value",
    "percent_encoded",
    "text_of",
    "to_unicode",
    "to_unicode_if_string",
    "to_unicode_optional_iterator",
    "to_utf8",
    "to_utf8_if_string",
    "to_utf8_optional_iterator",
    "unescape",
    "written",
]

_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
KEPT = _UNRESERVED + b"%"  # by percent_encoded, which escapes "%" before it looks what is left
_KEPT_IN_PAIRS = KEPT + b"\0\1"
_SEVERAL = (list, tuple, set, frozenset)
_NO_VALUES = (Mapping, bytearray, memoryview)
_OCTETS = [bytes([octet]) for octet in range(256)]
_DECODED_AT_ONCE = 1 << 14
_ESCAPES = [b"%%%02X" % octet for octet in range(256)]


def escape(s: object) -> str:
    r"""Percent-encode all but ``A-Z a-z 0-9 - . _ ~`` (RFC 5849 section 3.6).

    Text is encoded as UTF-8 (a surrogate escape as the octet that it stands
    for), bytes as they are, any other value as its ``str()``.

    >>> escape("Ladies + Gentlemen"), escape(b"\xe9"), escape(1.5)
    ('Ladies%20%2B%20Gentlemen', '%E9', '1.5')

    Raises MalformedRequest for text with a surrogate that stands for no octet.
    """
    if type(s) is str and s.isalnum() and s.isascii():
        return s
    if isinstance(s, bytes):
        return percent_encoded(s, KEPT)
    text = s if type(s) is str else text_of(s) if isinstance(s, str) else str(s)
    return percent_encoded(octets_of(text), KEPT)


def encoded(parameters: Mapping[str, Any], equals: str, separator: str) -> str:
    """Percent-encode the pairs of a dict, and write them with this punctuation.

    An element of a list is a pair of its own; numbers and None are written as
    ``str()``. All is encoded in one go, with NUL and SOH for the punctuation, which
    takes half the time of one by one.

    >>> encoded({"a b": "+", "n": [1, None]}, equals="=", separator="&")
    'a%20b=%2B&n=1&n=None'

    Raises TypeError that has the name for any other value that has parts, as a dict.
    """
    pairs = []
    for name, value in parameters.items():
        if type(value) is str:
            pairs.append(f"{name}\0{value}")
        elif isinstance(value, _SEVERAL):
            pairs.extend([f"{name}\0{written(element, name)}" for element in value])
        else:
            pairs.append(f"{name}\0{written(value, name)}")
    text = "\1".join(pairs)
    if text.count("\0") == len(pairs) == text.count("\1") + 1:
        text = percent_encoded(octets_of(text), _KEPT_IN_PAIRS)
        return text.replace("\0", equals).replace("\1", separator)
    return separator.join(
        [
            f"{escape(name)}{equals}{escape(element)}"
            for name, value in parameters.items()
            for element in (value if isinstance(value, _SEVERAL) else [value])
        ]
    )


def encoded_pairs(parameters: Mapping[str, Any]) -> list[str]:
    """Return each of the pairs as ``name value``, percent-encoded.

    A space sorts before all that encoding leaves, so that these texts sort by name
    and then by value.
    """
    text = encoded(parameters, " ", "&")
    return text.split("&") if text else []


def written(value: Any, name: object = "parameter") -> str:
    """Return the text that is signed for one value: numbers and None as ``str()``.

    Raises TypeError that has the name, and not the value, for what no pair can hold.
    """
    if isinstance(value, (str, bytes)):
        return text_of(value)
    if isinstance(value, (*_NO_VALUES, *_SEVERAL, Iterator)):
        raise _no_value(name, type(value).__name__)
    return str(value)  # also of what is text in another class, as lazy translations are


def percent_encoded(octets: bytes, kept: bytes) -> str:
    """Escape one kind of octet after the other, ``%`` first: few kinds occur in any one text."""
    octets = octets.replace(b"%", b"%25")
    for octet in set(octets.translate(None, kept)):
        octets = octets.replace(_OCTETS[octet], _ESCAPES[octet])
    return octets.decode("ascii")


def unescape(text: str) -> str:
    """Decode percent-escapes exactly once; octets that are not UTF-8 become surrogate escapes.

    The same octets give the same text, whether they were escaped or not.
    """
    if "%" not in text:
        return text
    # A signature has these three alone. What an escape stands for begins no other escape.
    plain = text.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=")
    if "%" not in plain and text.isascii():
        return plain
    octets = octets_of(text)
    if b"\n" not in octets and b"\r" not in octets:  # which have a meaning in quoted-printable
        # It has the same escapes after "=", and is decoded in C; length tells of what is none.
        decoded = a2b_qp(octets.replace(b"=", b"=3D").replace(b"%", b"="))
        if len(decoded) == len(octets) - 2 * octets.count(b"%"):
            return decoded.decode("utf-8", "surrogateescape")
    if len(octets) <= _DECODED_AT_ONCE:
        octets = unquote_to_bytes(octets)
    else:
        octets = b"".join(map(unquote_to_bytes, _between_escapes(octets)))
    return octets.decode("utf-8", "surrogateescape")


def _between_escapes(octets: bytes) -> Iterator[bytes]:
    """Cut octets into parts, but no escape in two.

    `unquote_to_bytes` takes more than a hundred octets for each ``%`` while it is at work.
    """
    start = 0
    while start < len(octets):
        end = start + _DECODED_AT_ONCE
        if end < len(octets):
            escape_start = octets.rfind(b"%", end - 2, end)
            end = end if escape_start < 0 else escape_start
        yield octets[start:end]
        start = end


def octets_of(text: str) -> bytes:
    """Encode text as UTF-8, surrogate escapes as the octets that they stand for.

    Raises MalformedRequest, a ValueError, for any other surrogate, without quoting the text.
    """
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as exc:
        start = exc.start
    # Raised here: in the except clause its context would quote the text.
    where = f"a lone surrogate U+{ord(text[start]):04X} at index {start}"
    raise MalformedRequest(f"expected text that UTF-8 can encode, got {where}")


def bytes_of(value: str | bytes) -> bytes:
    """Return bytes as they are, text as `octets_of` encodes it."""
    return value if isinstance(value, bytes) else octets_of(value)


def text_of(value: str | bytes) -> str:
    """Return text as it is, bytes as UTF-8; an octet that is not valid UTF-8 as a surrogate escape.

    A member of an Enum of str is its value: ``str()`` of it differs between Pythons.
    """
    if isinstance(value, str):
        return value if type(value) is str else str.__str__(value)
    return value.decode("utf-8", "surrogateescape")


def parameter_text(parameter: str, value: object) -> str:
    """Return text of an argument; raises TypeError that names it for another type."""
    if not isinstance(value, (str, bytes)):
        number = f" {value!r}" if isinstance(value, (int, float)) else ""
        comma = " (is there a stray comma?)" if isinstance(value, tuple) else ""
        kind = type(value).__name__
        raise TypeError(f"{parameter}: expected str or bytes, got {kind}{number}{comma}")
    return text_of(value)


def parameter_value(value: Any, name: object = "parameter") -> Any:
    """Return text for a string, a list for an iterable, and numbers and None unchanged.

    Raises TypeError that has the name, and not the value, for what no pair can hold: a
    dict, a file, octets that are not bytes, and all of these and lists within a list.
    """
    if isinstance(value, (str, bytes)):
        return text_of(value)
    if type(value) is list and set(map(type, value)) == {str}:
        return value.copy()
    if not isinstance(value, Iterable):
        return value
    if isinstance(value, _NO_VALUES) or hasattr(value, "read"):
        raise _no_value(name, type(value).__name__)
    items = []
    for item in value:
        if isinstance(item, (str, bytes)):
            items.append(text_of(item))
        elif isinstance(item, Iterable):
            raise _no_value(name, f"{type(item).__name__} within {type(value).__name__}")
        else:
            items.append(item)
    return items


def _no_value(name: object, got: str) -> TypeError:
    text = text_of(name) if isinstance(name, (str, bytes)) else type(name).__name__
    return TypeError(f"{text}: expected str, bytes, a number, None or a list of them, got {got}")


def to_unicode(s: str | bytes) -> str:
    """Return text as it is and bytes decoded as UTF-8.

    Raises TypeError for any other type, and for bytes that are not UTF-8.
    """
    if isinstance(s, str):
        return s
    if not isinstance(s, bytes):
        raise TypeError(f"expected str or bytes, got {type(s).__name__}: {s!r}")
    try:
        return s.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise TypeError(f"expected str, or bytes that are UTF-8, got {s!r}") from exc


def to_utf8(s: str | bytes) -> bytes:
    """Return what `to_unicode` takes as UTF-8 bytes; raises TypeError as that does."""
    return octets_of(to_unicode(s))


def to_unicode_if_string(s: Any) -> Any:
    """Convert str and bytes as `to_unicode` does; return anything else unchanged."""
    return to_unicode(s) if isinstance(s, (str, bytes)) else s


def to_utf8_if_string(s: Any) -> Any:
    """Convert str and bytes as `to_utf8` does; return anything else unchanged."""
    return to_utf8(s) if isinstance(s, (str, bytes)) else s


def to_unicode_optional_iterator(x: Any) -> Any:
    """Convert a string, or the strings of an iterable (into a list), as `to_unicode` does."""
    if isinstance(x, (str, bytes)):
        return to_unicode(x)
    return [to_unicode_if_string(e) for e in x] if isinstance(x, Iterable) else x


def to_utf8_optional_iterator(x: Any) -> Any:
    """Convert a string, or the strings of an iterable (into a list), as `to_utf8` does."""
    if isinstance(x, (str, bytes)):
        return to_utf8(x)
    return [to_utf8_if_string(e) for e in x] if isinstance(x, Iterable) else x
