"""A request that was sent, as a user has it in hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..diagnosis.pasted import Pasted, read_header, read_pasted
from ..request import Request

__all__ = ["read_file", "read_request", "request_of"]


def read_file(name: str) -> bytes:
    """Read a file that a line of curl sends; ValueError for standard input, which is gone."""
    if name == "-":
        raise ValueError("curl: expected the body in the line or in a file, got standard input")
    path = Path(name)
    if path.exists() and not path.is_file():
        raise ValueError(f"curl: expected a file, got {name}, which is none")
    return path.read_bytes()


def request_of(pasted: Pasted, method: str = "GET") -> Request | None:
    """Return it as it was received, by ``method`` if it tells none; None without parameters."""
    sent = pasted.method or method
    return Request.from_request(sent, pasted.url, pasted.headers, body=pasted.body)


def read_request(text: bytes, schemes: Sequence[str]) -> dict[str, Pasted]:
    """Read a request by each of these schemes; by the first alone where it tells its own.

    Raises ValueError for what is no request, or a part of one.
    """
    sent: dict[str, Pasted] = {}
    for scheme in schemes:
        pasted = read_pasted(text, scheme, read_file)
        if pasted is None:
            expected = "a line of curl, a signed URL, or a request as in 'GET /path HTTP/1.1'"
            if read_header(text):
                expected = "METHOD and URL before a header, which does not tell them"
            raise ValueError(f"expected {expected}")
        if pasted.url not in [other.url for other in sent.values()]:
            sent[scheme] = pasted
    return sent
