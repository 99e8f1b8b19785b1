"""The body of a request: is it a form, can it be read twice, and what is its hash."""

from __future__ import annotations

import hashlib
import re
from binascii import b2a_base64
from functools import lru_cache
from typing import Any

from .encoding import octets_of, text_of
from .errors import MalformedRequest
from .headers import FORM_CONTENT_TYPE as FORM, Headers, fields, media_type

__all__ = [
    "FORM",
    "body_hash",
    "is_rewindable",
    "is_whole",
    "lacks_form",
    "looks_like_form",
    "missing_form",
]

_CHUNK_OCTETS = 1 << 16
# As HTTP names them, and as WSGI does.
_LENGTHS = {"content-length", "content_length"}
_CODINGS = {"transfer-encoding", "http_transfer_encoding"}
# JSON, XML and HTML begin with these characters; a form has no control character but white space,
# and none of that unless there is a pair in it: words are no form.
_is_not_form = re.compile(
    r"\s*[{\[<]|.*[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[^\s=]*\s[^=]*\Z", re.S
).match


def looks_like_form(body: bytes) -> bool:
    """Tell whether a body without a Content-Type may be a form.

    It is not when it looks like JSON or XML, is not valid UTF-8, has control characters,
    or has white space and not one ``=``.
    """
    try:
        return not _is_not_form(body.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def lacks_form(typed: Headers, sized: Headers, body: bytes | None) -> bool:
    """Tell whether a form was sent by these headers, and ``body`` is not what was sent.

    ``typed`` have the Content-Type, ``sized`` what says how long it is. In chunks a form may
    be empty.
    """
    if media_type(typed) != FORM:
        return False
    for key, value in fields(sized):
        name = text_of(key).lower() if isinstance(key, (str, bytes)) else ""
        if name in _LENGTHS and _written(value).strip("0 "):
            return True
        if name in _CODINGS and value and body is None:
            return True
    return False


def _written(length: Any) -> str:
    """Return a length as text; an environ that a program has made may hold an int."""
    return text_of(length) if isinstance(length, (str, bytes)) else str(length or "")


def missing_form() -> MalformedRequest:
    """Return the error for a form whose body was not handed over."""
    return MalformedRequest(
        "body: expected that of a form, as its pairs are signed, got none; give it whole,"
        " also where a framework has read it before"
    )


def is_whole(body: object) -> bool:
    """Tell whether a body is there as a whole, and not to be read from a file or an iterable."""
    return body is None or isinstance(body, (str, bytes))


def is_rewindable(body: Any) -> bool:
    """Tell whether a file-like body can be read twice."""
    seekable = getattr(body, "seekable", None)
    return seekable is not None and bool(seekable())


def body_hash(body: Any, hash_name: str) -> bytes | None:
    """Return the base64 ``oauth_body_hash`` of a body (OAuth Request Body Hash extension).

    ``body`` is str, bytes, None, or a binary file-like object, which is read in
    chunks and rewound to where it stood. None for a body that cannot be read twice.

    >>> body_hash("Hello World!", "sha1")
    b'Lve95gjOVATpfV8EL5X4nxwjKHE='
    """
    if body is None or body == b"":
        return _hash_of_nothing(hash_name)
    digest = hashlib.new(hash_name)
    if isinstance(body, str):
        digest.update(octets_of(body))
    elif isinstance(body, (bytes, bytearray, memoryview)):
        digest.update(body)
    elif is_rewindable(body):
        start = body.tell()
        while chunk := body.read(_CHUNK_OCTETS):
            digest.update(chunk)
        body.seek(start)
    else:
        return None
    return b2a_base64(digest.digest(), newline=False)


@lru_cache(maxsize=8)
def _hash_of_nothing(hash_name: str) -> bytes:
    return b2a_base64(hashlib.new(hash_name).digest(), newline=False)
