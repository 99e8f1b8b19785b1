"""Names that programs written for oauth2 1.9 import; nothing here uses them."""

from __future__ import annotations

import base64
import binascii
import hmac
import random
import time
from hashlib import sha1
from urllib.parse import (
    parse_qs,
    parse_qsl,
    quote,
    unquote,
    unquote_to_bytes,
    urlencode,
    urlparse,
    urlsplit,
    urlunparse,
    urlunsplit,
)

__all__ = [
    "PY3",
    "STRING_TYPES",
    "TEXT",
    "b",
    "base64",
    "binascii",
    "hmac",
    "parse_qs",
    "parse_qsl",
    "quote",
    "random",
    "sha1",
    "time",
    "u",
    "unquote",
    "unquote_to_bytes",
    "urlencode",
    "urlparse",
    "urlsplit",
    "urlunparse",
    "urlunsplit",
]

TEXT = str
STRING_TYPES = (str, bytes)
PY3 = True


def b(x: str | bytes, encoding: str = "ascii") -> bytes:
    """Return text encoded, bytes as they are."""
    return x if isinstance(x, bytes) else x.encode(encoding)


def u(x: str | bytes, encoding: str = "ascii") -> str:
    """Return bytes decoded, text as it is."""
    return x if isinstance(x, str) else x.decode(encoding)
