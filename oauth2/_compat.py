"""Names that programs written for oauth2 1.9 import; nothing here uses them."""

from __future__ import annotations

import base64 as base64
import binascii as binascii
import hmac as hmac
import random as random
import time as time
from hashlib import sha1 as sha1
from urllib.parse import (
    parse_qs as parse_qs,
    parse_qsl as parse_qsl,
    quote as quote,
    unquote as unquote,
    unquote_to_bytes as unquote_to_bytes,
    urlencode as urlencode,
    urlparse as urlparse,
    urlsplit as urlsplit,
    urlunparse as urlunparse,
    urlunsplit as urlunsplit,
)

TEXT = str
STRING_TYPES = (str, bytes)
PY3 = True


def b(x: str | bytes, encoding: str = "ascii") -> bytes:
    """Return text encoded, bytes as they are."""
    return x if isinstance(x, bytes) else x.encode(encoding)


def u(x: str | bytes, encoding: str = "ascii") -> str:
    """Return bytes decoded, text as it is."""
    return x if isinstance(x, str) else x.decode(encoding)
