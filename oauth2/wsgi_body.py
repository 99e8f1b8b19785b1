"""The body of a request in a WSGI environ: read up to a limit, and left for the application."""

from __future__ import annotations

import io
from typing import Any

from .errors import BodyTooLarge, MalformedRequest
from .redaction import shown_value

__all__ = ["declared_length", "read_body", "require_limit"]

_CHUNK_OCTETS = 1 << 16
_MOST_DIGITS = 15
_LENGTH_REQUIRED = 411


def read_body(environ: dict[str, Any], max_body: int) -> bytes | None:
    """Read the body, and put it back so that the application finds it whole; None without input.

    One that was sent in chunks has its length in the environ afterwards. Raises BodyTooLarge,
    and MalformedRequest for a length that is none or is not that of the body, for a body that
    breaks off, and for chunks that the server hands over as they are.
    """
    stream = environ.get("wsgi.input")
    if stream is None:
        return None
    has_end = bool(environ.get("wsgi.input_terminated"))
    if isinstance(stream, io.BytesIO):
        stream.seek(0)  # what was read of it is read again
        has_end = True
    length = declared_length(environ.get("CONTENT_LENGTH"))
    is_chunked = bool(environ.get("HTTP_TRANSFER_ENCODING"))
    if length is None or is_chunked:
        if not has_end:
            if is_chunked:
                # Nobody says where it ends, and reading on might wait for ever.
                message = "body: expected a Content-Length, as the server reads no chunks"
                raise MalformedRequest(message, status=_LENGTH_REQUIRED)
            return b""
        body = _read(stream, max_body + 1)
        require_limit(len(body), max_body)
    else:
        require_limit(length, max_body)
        body = _read(stream, length)
        if len(body) < length:
            message = f"body: expected {length} octets, as Content-Length says, got {len(body)}"
            raise MalformedRequest(f"{message}: it broke off, or was read before")
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return body


def declared_length(text: object) -> int | None:
    """Return what a Content-Length says (str or int); None for one that is not there.

    Raises MalformedRequest for what is not a number of octets.
    """
    digits = str(text or "")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS):
        got = shown_value(digits)
        raise MalformedRequest(f"Content-Length: expected a number of octets, got {got}")
    return int(digits)


def require_limit(length: int, max_body: int) -> None:
    """Raise BodyTooLarge for a body of more octets than this."""
    if length > max_body:
        raise BodyTooLarge(f"body: expected at most {max_body} octets, got more", limit=max_body)


def _read(stream: Any, length: int) -> bytes:
    """Read so many octets, or up to the end."""
    chunks, left = [], length
    try:
        while left > 0 and (chunk := stream.read(min(left, _CHUNK_OCTETS))):
            chunks.append(chunk)
            left -= len(chunk)
    except Exception as exc:
        # Each server has errors of its own for chunks that are none and for who hangs up.
        raise MalformedRequest(f"body: it cannot be read: {type(exc).__name__}") from exc
    return b"".join(chunks)
