"""A client over sockets that sends octets as they are, and two copies at the same moment."""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["BOUND", "CUT", "HUNG", "Answer", "Client"]

BOUND = 20
"""Seconds after which a request that has no answer counts as one that hangs."""
CUT, HUNG = 0, -1
_OK = 200
_TRIES = 100
_PAUSE = 0.01
"""Seconds in which workers take the connections of two copies."""
_WHOSE = b"GET /worker HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
_STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.I)
_WORKER = re.compile(rb"\r\nx-worker: *(\d+)\r\n", re.I)


class Answer(NamedTuple):
    """What was answered by which worker, and from when to when it took, in seconds.

    ``status`` is CUT where the connection ended before the answer, HUNG where none was received.
    """

    status: int
    content: bytes
    worker: int
    sent: float
    received: float


class _Connection:
    """A connection that remembers how it failed."""

    def __init__(self, port: int) -> None:
        self.worker = 0
        self.failed: int | None = None
        self._socket = socket.socket()
        self._socket.settimeout(BOUND)
        with self._failing():
            self._socket.connect(("127.0.0.1", port))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, octets: bytes) -> None:
        """Send some octets."""
        with self._failing():
            self._socket.sendall(octets)

    def answer(self, sent: float) -> Answer:
        """Receive an answer."""
        head, content = b"", b""
        with self._failing():
            while b"\r\n\r\n" not in head:
                head += self._received()
            head, _, content = head.partition(b"\r\n\r\n")
            head += b"\r\n"
            length = _number(_LENGTH, head)
            while len(content) < length:
                content += self._received()
        now = time.monotonic()
        if self.failed is not None:
            return Answer(self.failed, b"", self.worker, sent, now)
        self.worker = _number(_WORKER, head)
        return Answer(_number(_STATUS, head), content, self.worker, sent, now)

    def close(self) -> None:
        """Close it."""
        self._socket.close()

    def _received(self) -> bytes:
        # uvicorn sends an answer in two parts, and the second when the first is acknowledged:
        # over loopback that is 40 ms later, unless it is done at once.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        octets = self._socket.recv(4096) if self.failed is None else b""
        if not octets:
            raise ConnectionError("the connection ended before the answer")
        return octets

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except socket.timeout:
            self.failed = HUNG
        except OSError:
            self.failed = self.failed or CUT


class Client:
    """One of those who send at the same time; ``keeps`` its connections, or makes new ones."""

    def __init__(self, port: int, keeps: bool) -> None:
        self._port, self._keeps = port, keeps
        self._open: list[_Connection] = []

    def send(self, octets: bytes) -> Answer:
        """Send a request, and receive the answer to it."""
        sent = time.monotonic()
        self._connect(1)
        self._open[0].send(octets)
        answer = self._open[0].answer(sent)
        self._close_unless_kept()
        return answer

    def send_twice(self, octets: bytes) -> list[Answer]:
        """Send a request twice so that its two copies end at the same moment.

        All but the last octet is sent first, to two workers as far as that can be had: of kept
        connections two are to different ones; of new ones the second is not taken by a worker
        that waits for the end of the first.
        """
        self._connect(2)
        for connection in self._open:
            connection.send(octets[:-1])
        time.sleep(_PAUSE)
        sent = time.monotonic()
        for connection in self._open:
            connection.send(octets[-1:])
        answers = [connection.answer(sent) for connection in self._open]
        self._close_unless_kept()
        return answers

    def close(self) -> None:
        """Close all connections."""
        while self._open:
            self._open.pop().close()

    def _connect(self, count: int) -> None:
        """Have so many connections, the first of those that are kept and others."""
        while len(self._open) > count:
            self._open.pop().close()
        while len(self._open) < count:
            self._open.append(_Connection(self._port))
        if count > 1 and self._keeps:
            self._part()

    def _part(self) -> None:
        """Have the second connection go to another worker than the first, by trying."""
        for _ in range(_TRIES):
            workers = [self._worker(number) for number in range(2)]
            if workers[0] != workers[1] and 0 not in workers:
                break
            self._open[1].close()
            self._open[1] = _Connection(self._port)

    def _worker(self, number: int) -> int:
        """Return whose a connection is; 0, and a new one in its place, where it was cut."""
        connection = self._open[number]
        connection.send(_WHOSE)
        answer = connection.answer(time.monotonic())
        if connection.failed is not None:
            connection.close()
            self._open[number] = _Connection(self._port)
        return answer.worker if answer.status == _OK else 0

    def _close_unless_kept(self) -> None:
        if not self._keeps or any(connection.failed is not None for connection in self._open):
            self.close()


def _number(pattern: re.Pattern[bytes], head: bytes) -> int:
    """Return the number in a head; 0 where there is none."""
    found = pattern.search(head)
    return int(found[1]) if found else 0
