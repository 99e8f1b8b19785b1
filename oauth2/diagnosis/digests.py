"""A signature read as the octets that were computed, however they are written."""

from __future__ import annotations

import re
from binascii import a2b_base64

from ..encoding import octets_of, unescape
from .causes import Cause

__all__ = ["read_digest"]

# The digits of a SHA-1, SHA-256 or SHA-512 digest.
_is_hex = re.compile(r"(?:[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{128})").fullmatch


def read_digest(signature: str) -> tuple[bytes, list[Cause]]:
    """Return the octets of a signature, and what is wrong with how they are written.

    It may be percent-encoded once more. There are no octets where it is not base64 at all.
    """
    signature = unescape(signature.strip())
    if _is_hex(signature):
        return bytes.fromhex(signature), [_HEX]
    causes = [_SPACE] if " " in signature else []
    text = signature.replace(" ", "+").replace("-", "+").replace("_", "/").rstrip("=")
    if text != signature.rstrip("="):
        causes = causes or [_URL_SAFE]
    try:
        octets = a2b_base64(octets_of(text + "=" * (-len(text) % 4)))
    except ValueError:
        return b"", causes
    digits = octets.decode("latin-1")
    return (bytes.fromhex(digits), [*causes, _HEX]) if _is_hex(digits) else (octets, causes)


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
