"""The ways in which a text is encoded wrongly, and how each is recognized."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from ..encoding import KEPT, escape, octets_of, percent_encoded, unescape

__all__ = [
    "MISENCODINGS",
    "Misencoding",
    "is_encoded",
    "misencoding",
    "with_lower_hex",
    "with_upper_hex",
]

# Normal forms of hostile text take time quadratic in its length.
_LONGEST_NORMALIZED = 1000

# Nothing but unreserved characters and escapes.
is_encoded = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})*").fullmatch
# A surrogate escape: an octet that is not valid UTF-8.
_has_invalid_utf8 = re.compile(r"[\udc80-\udcff]").search
_upper_hex = re.compile(r"%(?:[0-9][A-F]|[A-F][0-9A-F])")
_lower_hex = re.compile(r"%(?:[0-9A-F][a-f]|[a-f][0-9A-Fa-f])")


class Misencoding(NamedTuple):
    """A way to encode a text wrongly: ``fits(right, wrong)`` tells whether it was taken.

    ``has`` completes a sentence that starts with "The provider has" or "You have". Each of
    ``makes`` takes the way: it encodes a text that was sent as the second argument has it.
    """

    code: str
    fits: Callable[[str, str], bool]
    has: str
    advice: str
    makes: tuple[Callable[[str, str], str], ...] = ()


def with_upper_hex(text: str) -> str:
    """Write the hexadecimal digits of all escapes in upper case."""
    return _lower_hex.sub(lambda match: match[0].upper(), text)


def with_lower_hex(text: str) -> str:
    """Write the hexadecimal digits of all escapes in lower case."""
    return _upper_hex.sub(lambda match: match[0].lower(), text)


def _is_lower_hex(right: str, wrong: str) -> bool:
    return with_upper_hex(wrong) == right


def _is_encoded_twice(right: str, wrong: str) -> bool:
    return is_encoded(right) is not None and escape(right) == wrong


def _has_plus(right: str, wrong: str) -> bool:
    spaces = [text.replace("+", "%20").replace("%2B", "%20") for text in (right, wrong)]
    return spaces[0] == spaces[1] and right.count("%20") > wrong.count("%20")


def _is_unencoded(right: str, wrong: str) -> bool:
    return is_encoded(wrong) is None and escape(unescape(wrong)) == right


def _escape_all_but(kept: str, text: str) -> str:
    return percent_encoded(octets_of(text), KEPT + kept.encode())


def _is_overencoded(right: str, wrong: str) -> bool:
    return escape(unescape(wrong)) == right


def _is_latin1(right: str, wrong: str) -> bool:
    return _has_invalid_utf8(unescape(wrong)) is not None and unescape(right) in _as_latin1(wrong)


def _is_taken_for_latin1(right: str, wrong: str) -> bool:
    return unescape(wrong) in _as_latin1(right)


def _as_latin1(text: str) -> tuple[str, str]:
    octets = octets_of(unescape(text))
    return octets.decode("latin-1"), octets.decode("cp1252", "replace")


def _escape_as_latin1(text: str) -> str:
    try:
        return escape(text.encode("latin-1"))
    except UnicodeEncodeError:
        return escape(text)


def _is_decomposed(right: str, wrong: str) -> bool:
    if max(len(right), len(wrong)) > _LONGEST_NORMALIZED:
        return False
    return unicodedata.normalize("NFC", unescape(wrong)) == unescape(right)


def _escape_decomposed(text: str) -> str:
    return escape(text if len(text) > _LONGEST_NORMALIZED else unicodedata.normalize("NFD", text))


def _has_white_space(right: str, wrong: str) -> bool:
    return unescape(wrong).strip() == unescape(right)


MISENCODINGS = (
    Misencoding(
        "lower-case-hex",
        _is_lower_hex,
        "lower-case hexadecimal digits in",
        "Write the digits of escapes in upper case, as in %2F (RFC 5849 section 3.6).",
        (lambda text, sent: with_lower_hex(escape(text)),),
    ),
    Misencoding(
        "encoded-twice",
        _is_encoded_twice,
        "one percent-encoding too many in",
        "Percent-encode each name and value once; sort and join; then encode all of it once more.",
        (
            lambda text, sent: escape(escape(text)),
            lambda text, sent: escape(sent if "%" in sent else text),
        ),
    ),
    Misencoding(
        "plus-for-space",
        _has_plus,
        "+ for a space in",
        "Write a space as %20, and a plus as %2B, in what is signed and in what is sent.",
        (
            lambda text, sent: escape(text).replace("%20", "+"),
            lambda text, sent: escape(text).replace("%20", "%2B"),
            lambda text, sent: escape(unescape(sent)),
        ),
    ),
    Misencoding(
        "not-encoded",
        _is_unencoded,
        "characters that are not percent-encoded in",
        "Percent-encode all but A-Z a-z 0-9 - . _ ~; JavaScript's encodeURIComponent leaves !*'()"
        " and Python's quote leaves / as they are.",
        (
            lambda text, sent: text,
            lambda text, sent: sent,
            lambda text, sent: _escape_all_but("!*'()", text),
            lambda text, sent: _escape_all_but("/", text),
        ),
    ),
    Misencoding(
        "encoded-needlessly",
        _is_overencoded,
        "escapes for characters that need none in",
        "Leave A-Z a-z 0-9 - . _ ~ as they are; older encoders write ~ as %7E.",
        (
            lambda text, sent: escape(text).replace("~", "%7E"),
            lambda text, sent: escape(text).replace("~", "%7E").replace("%20", "+"),
        ),
    ),
    Misencoding(
        "latin-1",
        _is_latin1,
        "Latin-1 where UTF-8 is expected in",
        "Encode text as UTF-8 before it is percent-encoded.",
        (lambda text, sent: _escape_as_latin1(text),),
    ),
    Misencoding(
        "utf-8-twice",
        _is_taken_for_latin1,
        "UTF-8 that was taken for Latin-1 and encoded again in",
        "Decode text as UTF-8 where it is read, and encode it as UTF-8 once.",
        (lambda text, sent: escape(octets_of(text).decode("latin-1")),),
    ),
    Misencoding(
        "decomposed-letters",
        _is_decomposed,
        "letters apart from their accents (NFD, not NFC) in",
        "Bring text into one form, by unicodedata.normalize('NFC', text), before it is signed.",
        (lambda text, sent: _escape_decomposed(text),),
    ),
    Misencoding(
        "white-space",
        _has_white_space,
        "white space or a line break around",
        "Strip it, as a line break at the end of a file that a value is read from.",
        (lambda text, sent: escape(text.strip()),),
    ),
)


def misencoding(ours: str, theirs: str) -> tuple[Misencoding, int] | None:
    """Return how one of two texts is encoded wrongly, and which: 0 is ours, 1 theirs; or None."""
    for each in MISENCODINGS:
        for wrong, pair in ((1, (ours, theirs)), (0, (theirs, ours))):
            if each.fits(*pair):
                return each, wrong
    return None
