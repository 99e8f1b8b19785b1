"""A signature read as the octets that were computed, however they are written."""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64

from ..encoding import octets_of, unescape
from .causes import Cause

__all__ = ["read_digest", "tidied"]

# The digits of a SHA-1, SHA-256 or SHA-512 digest.
_is_hex = re.compile(r"(?:[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{128})").fullmatch


def tidied(signature: str) -> str:
    """Return a signature without percent-encoding and white space around it, and padded."""
    text = unescape(signature.strip())
    return text + "=" * (-len(text) % 4)


def read_digest(signature: str) -> tuple[bytes, list[Cause]]:
    """Return the octets of a signature, and what is wrong with how they are written.

    There are no octets where it is not base64 at all. Octets that are written right have no
    causes, and others have one.
    """
    causes = [_ENCODED_AGAIN] if "%" in signature else []
    written = unescape(signature)
    text = "".join(written.rstrip().splitlines()).replace("\t", "")
    # Any other space is a + that was not encoded, and so is one at the start where it belongs.
    text = text.lstrip() if len(text) % 4 else text
    if text != written:
        causes.append(_WHITE_SPACE)
    if _is_hex(text):
        return bytes.fromhex(text), [*causes, _HEX]
    if " " in text:
        causes.append(_SPACE)
    elif "-" in text or "_" in text:
        causes.append(_URL_SAFE)
    digits = text.replace(" ", "+").replace("-", "+").replace("_", "/").rstrip("=")
    try:
        octets = a2b_base64(octets_of(digits + "=" * (-len(digits) % 4)))
    except ValueError:
        return b"", causes
    decoded = octets.decode("latin-1")
    if _is_hex(decoded):
        return bytes.fromhex(decoded), [*causes, _HEX]
    if not causes and b2a_base64(octets, newline=False) != octets_of(text):
        causes.append(_PADDING)
    return octets, causes


_HEX = Cause(
    "hexadecimal-digest",
    "The digest is written in hexadecimal digits.",
    "Take the octets of the digest, not its hexadecimal form, and write them in base64.",
)
_SPACE = Cause(
    "plus-in-signature",
    "The signature has a space where base64 has +.",
    "Percent-encode the signature where it is sent: + as %2B.",
)
_URL_SAFE = Cause(
    "base64-of-urls",
    "The signature is in the base64 of URLs, with - and _.",
    "Use the plain base64, with + and /, and percent-encode it.",
)
_ENCODED_AGAIN = Cause(
    "signature-encoded-twice",
    "The signature was percent-encoded twice where it was sent.",
    "Percent-encode the signature once: a library that builds header or query does so itself.",
)
_WHITE_SPACE = Cause(
    "white-space-in-signature",
    "The signature has white space or a line break in it.",
    "Take the line breaks out that an encoder of base64 adds.",
)
_PADDING = Cause(
    "base64-padding",
    "The signature does not end as base64 does: with = up to a multiple of four characters.",
    "Send the base64 as the encoder makes it, with the = at its end.",
)
