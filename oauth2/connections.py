"""One attempt to send a request: on a live connection, within limits, and not repeated."""

from __future__ import annotations

import io
import select
import socket
import time
from functools import partial
from http.client import BadStatusLine, HTTPException, ResponseNotReady
from ssl import SSLEOFError, SSLZeroReturnError
from typing import Any

import httplib2

from .proxies import name_proxy, settle_proxy
from .received import ResponseTooLong as ResponseTooLong

__all__ = ["HUNG_UP", "Attempt", "Limits", "NoResponse", "ResponseTooLong", "is_dropped"]

HUNG_UP = (ConnectionError, SSLEOFError, SSLZeroReturnError)


class NoResponse(HTTPException):
    """Carries an ``error`` past httplib2, which would send once more on the error itself."""

    def __init__(self, error: HTTPException) -> None:
        super().__init__()
        self.error = error


class Limits:
    """How much may be received, in octets, and for how long from now on, in seconds."""

    def __init__(self, octets: int, seconds: float) -> None:
        self.octets = octets
        self._seconds = seconds
        self._received = 0
        self._deadline = time.monotonic() + seconds

    def count(self, octets: int) -> None:
        """Raise ResponseTooLong where these are too many together with what was received."""
        self._received += octets
        self.require(self._received)

    def require(self, octets: int) -> None:
        """Raise ResponseTooLong for more octets than may be received in all."""
        if octets > self.octets:
            raise ResponseTooLong(f"more than {self.octets:,} octets were sent")

    def timeout(self, timeout: float | None) -> float:
        """Return how many seconds one operation may take; raises a timeout where none is left."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise socket.timeout(f"timed out: not whole after {self._seconds:g} seconds")
        return left if timeout is None else min(left, timeout)


class Attempt:
    """A connection as httplib2 sees it while it sends once.

    ``is_sent`` tells that sending began, ``is_answered`` that a response did. What is read
    keeps within ``limits``, if there are any.
    """

    def __init__(self, conn: Any, limits: Limits | None) -> None:
        self.is_sent = self.is_answered = False
        self._conn = conn
        self._limits = limits

    def __getattr__(self, name: str) -> Any:
        return getattr(self._conn, name)

    def connect(self) -> None:
        """Connect, through a proxy where there is one, in the time that is left."""
        conn, limits = self._conn, self._limits
        settle_proxy(conn)
        try:
            if limits is None:
                conn.connect()
            else:
                _connect(conn, limits)
        except OSError as exc:
            name_proxy(conn, exc)
            raise

    def request(self, *request: Any) -> None:
        """Send."""
        self.is_sent = True
        self._conn.request(*request)

    def getresponse(self) -> Any:
        """Return the response, of which the head is read; raises NoResponse without a status."""
        conn, limits = self._conn, self._limits
        try:
            response = conn.getresponse() if limits is None else _response(conn, limits)
        except (BadStatusLine, ResponseNotReady) as exc:
            raise NoResponse(exc) from exc
        self.is_answered = True
        headers = getattr(response, "headers", {})
        if headers.get("content-encoding") and _is_empty(response):
            del headers["content-encoding"]  # httplib2 cannot decompress nothing
        return response


def _connect(conn: Any, limits: Limits) -> None:
    """Connect in the time that is left; the connection keeps its own timeout."""
    kept = conn.timeout
    usual = kept if httplib2.has_timeout(kept) else socket.getdefaulttimeout()
    conn.timeout = limits.timeout(usual)
    try:
        conn.connect()
    finally:
        conn.timeout = kept
    conn.sock.settimeout(usual)


def _response(conn: Any, limits: Limits) -> Any:
    """Return the response of a connection, read within these limits."""
    kind = conn.response_class
    conn.response_class = partial(_limited, kind, limits)
    try:
        return conn.getresponse()
    finally:
        conn.response_class = kind


def _is_empty(response: Any) -> bool:
    """Tell whether a response has no body; of a length that it says, nothing needs to be read."""
    return response.length == 0 or (response.length is None and not response.peek(1))


def is_dropped(sock: Any) -> bool:
    """Tell whether an idle connection has ended, or has data that nobody asked for."""
    try:
        if not hasattr(select, "poll"):  # as on Windows
            return bool(select.select([sock], [], [], 0)[0])
        poll = select.poll()
        poll.register(sock, select.POLLIN)
        return bool(poll.poll(0))
    except (TypeError, ValueError, OSError):
        # It is closed; or it is no socket but what a test has in its place.
        return getattr(sock, "fileno", lambda: -1)() < 0


def _limited(kind: Any, limits: Limits, sock: socket.socket, *args: Any, **kwargs: Any) -> Any:
    """Make the response of a connection, which reads from its socket within these limits."""
    return kind(_LimitedSocket(sock, limits), *args, **kwargs)


class _LimitedSocket:
    """Of a socket, what http.client reads a response from."""

    def __init__(self, sock: socket.socket, limits: Limits) -> None:
        self._sock, self._limits = sock, limits

    def makefile(self, mode: str) -> io.BufferedReader:
        return _LimitedFile(_LimitedRaw(self._sock, self._limits), self._limits)


class _LimitedFile(io.BufferedReader):
    """Refuses a length that is too long before memory is taken for it."""

    def __init__(self, raw: io.RawIOBase, limits: Limits) -> None:
        super().__init__(raw)
        self._limits = limits

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size < -1:
            raise HTTPException("a chunk of negative length was sent")
        self._limits.require(size or 0)
        return super().read(size)


class _LimitedRaw(io.RawIOBase):
    """Reads from a socket as long as there is time, and as much as may be received."""

    def __init__(self, sock: socket.socket, limits: Limits) -> None:
        self._sock, self._limits = sock, limits
        self._file = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        usual = self._sock.gettimeout()
        self._sock.settimeout(self._limits.timeout(usual))
        try:
            octets = self._file.readinto(buffer) or 0
        finally:
            self._sock.settimeout(usual)
        self._limits.count(octets)
        return octets

    def close(self) -> None:
        self._file.close()
        super().close()
