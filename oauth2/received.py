"""What is received in answer to a request: its head, and its content within bounds."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from http.client import HTTPException
from typing import NamedTuple

__all__ = ["ACCEPTED_CODINGS", "MAX_OCTETS", "Answer", "Gathering", "Response", "ResponseTooLong"]

MAX_OCTETS = 1 << 20
ACCEPTED_CODINGS = "gzip, deflate"

# The window sizes by which zlib knows the formats: servers have sent both for deflate.
_FORMATS = {"gzip": (31,), "deflate": (15, -15), "identity": ()}


class ResponseTooLong(HTTPException):
    """More was received than may be."""


class Response(dict[str, str]):
    """A response without its content: headers by their names in lower case, and ``status``.

    It is what a flow looks at in an httplib2.Response: ``reason`` is the phrase beside the status,
    ``previous`` the response that redirected here, or None. A header that was repeated is
    one, with commas between.

    >>> response = Response(401, "Unauthorized", [("X-Id", "7"), ("x-id", "8")])
    >>> response.status, response["x-id"]
    (401, '7, 8')
    """

    def __init__(self, status: int, reason: str, headers: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__()
        self.status = status
        self.reason = reason
        self.previous: Response | None = None
        for name, value in headers:
            lowered = name.lower()
            self[lowered] = f"{self[lowered]}, {value}" if lowered in self else value


class Answer(NamedTuple):
    """What came of a request: a response with its content (bytes), or None.

    ``failure`` says in words why it counts for nothing, or why there is none; else it is "".
    """

    response: Response | None
    content: bytes = b""
    failure: str = ""

    @classmethod
    def missing(cls, reason: str) -> Answer:
        """Return that there was none, and why."""
        return cls(None, b"", f"no answer: {reason}")


class Gathering:
    """Gathers the content of a response as it is received, before it is decoded."""

    def __init__(self, response: Response) -> None:
        self._response = response
        self._received = bytearray()

    def add(self, octets: bytes) -> None:
        """Take the next ones; raises ResponseTooLong where these are too many in all."""
        self._received += octets
        _require_bounds(self._received)

    def answer(self) -> Answer:
        """Return the response with its content, from which content codings are taken off.

        Raises ResponseTooLong for what grows by that to more than MAX_OCTETS.
        """
        response, content = self._response, bytes(self._received)
        codings = response.get("content-encoding", "").lower().split(",")
        for coding in reversed([each.strip() for each in codings if content and each.strip()]):
            decoded = _decoded(content, coding)
            if decoded is None:
                failure = (
                    f"Content purported to be compressed with {coding} but failed to decompress."
                )
                return Answer(response, b"", failure)
            content = decoded
        return Answer(response, content)


def _decoded(content: bytes, coding: str) -> bytes | None:
    """Return content without a coding; None where it has not that one, or where none has it."""
    if coding == "identity":
        return content
    for window in _FORMATS.get(coding, ()):
        decoder = zlib.decompressobj(window)
        try:
            decoded = decoder.decompress(content, MAX_OCTETS + 1)
        except zlib.error:
            continue
        _require_bounds(decoded)
        if decoder.eof:
            return decoded
    return None


def _require_bounds(octets: bytes | bytearray) -> None:
    if len(octets) > MAX_OCTETS:
        raise ResponseTooLong(f"more than {MAX_OCTETS:,} octets were sent")
