"""What a sandbox received and answered, the last of it, kept to be looked at."""

from __future__ import annotations

import copy
import dataclasses
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Optional

from ..credentials import Credentials
from ..errors import Error, SignatureInvalid

__all__ = ["MAX_BODY", "MOST_EXCHANGES", "MOST_OCTETS", "Content", "Exchange", "Recorder"]

MAX_BODY = 32 << 20
"""How many octets of a body are received, unless a sandbox is told otherwise."""
MOST_EXCHANGES = 100
MOST_OCTETS = 1 << 24
"""Bound for all that is kept: the oldest exchanges go first."""

_MOST_CONTENT = 1 << 16
_MOST_OF_ERROR = 1 << 20
_LONGEST_KEY = 1 << 10

Headers = tuple[tuple[str, str], ...]
Keys = tuple[Credentials, Optional[Credentials]]


class Content(NamedTuple):
    """The content of a request or a response: its first ``octets``, and the ``length`` of all."""

    octets: bytes
    length: int

    @classmethod
    def of(cls, octets: bytes) -> Content:
        """Cut content to the 64 KiB of it that are kept."""
        return cls(octets[:_MOST_CONTENT], len(octets))

    @property
    def is_cut(self) -> bool:
        """Whether there was more of it."""
        return len(self.octets) < self.length


@dataclass(frozen=True)
class Exchange:
    """One request, and the response to it.

    ``url`` is the whole URL for which it was signed, with its query as it was received.
    ``headers`` are pairs, as they were received. ``consumer`` is the key that the request names,
    or None. ``keys`` are the consumer and the token by whose secrets it is verified, where they
    are known: then the request is explained by them. ``error`` is why it was refused, or None.
    ``is_forwarded`` tells that another server answered. ``time`` is in seconds since 1970, by
    the clock of this machine; ``number`` is the recorder's.
    """

    method: str
    url: str
    headers: Headers = field(repr=False)
    body: Content = field(repr=False)
    status: int
    response_headers: Headers = field(default=(), repr=False)
    response_body: Content = field(default=Content.of(b""), repr=False)
    consumer: str | None = None
    keys: Keys | None = field(default=None, repr=False)
    error: Error | None = field(default=None, repr=False)
    is_forwarded: bool = False
    time: float = field(default_factory=time.time)
    number: int = 0

    @property
    def target(self) -> str:
        """Its path and query, as in the request line (RFC 9112 section 3.2.1)."""
        return "/" + self.url.partition("://")[2].partition("/")[2]

    @property
    def path(self) -> str:
        """Its path, without the query, which may hold OAuth parameters."""
        return self.target.partition("?")[0]

    @property
    def has_failed(self) -> bool:
        """Whether it was answered with an error (RFC 9110 section 15)."""
        return self.status >= 400 or self.error is not None

    @property
    def size(self) -> int:
        """Its octets, about."""
        headers = self.headers + self.response_headers
        texts = len(self.url) + sum([len(name) + len(value) for name, value in headers])
        texts += len(self.consumer or "") + sum(map(len, _texts_of(self.error)))
        return texts + len(self.body.octets) + len(self.response_body.octets)


def _texts_of(error: Error | None) -> list[str]:
    if not isinstance(error, SignatureInvalid):
        return [] if error is None else [error.message]
    return [error.message, error.base_string or "", error.signed_base_string or ""]


def _lightened(exchange: Exchange) -> Exchange:
    """Leave out what is as long as a body, and what else an error holds on to.

    Its traceback has all that was in memory for the request.
    """
    error = copy.copy(exchange.error)
    if error is not None and sum(map(len, _texts_of(error))) > _MOST_OF_ERROR:
        error.message = error.message[:_MOST_CONTENT]
        error.args = (error.message,)
        if isinstance(error, SignatureInvalid):
            error.base_string = error.signed_base_string = None
    key = exchange.consumer and exchange.consumer[:_LONGEST_KEY]
    return dataclasses.replace(exchange, consumer=key, error=error)


class Recorder:
    """Keeps the last exchanges, for any number of threads.

    ``on_exchange`` is called with each that is recorded, numbered from 1.

    >>> recorder = Recorder()
    >>> url = "http://127.0.0.1:8080/echo"
    >>> recorder.record(Exchange("GET", url, (), Content.of(b""), 404)).number
    1
    >>> [exchange.status for exchange in recorder.exchanges()]
    [404]
    """

    def __init__(self, on_exchange: Callable[[Exchange], object] | None = None) -> None:
        self._on_exchange = on_exchange
        self._kept: OrderedDict[int, Exchange] = OrderedDict()
        self._octets = 0
        self._last = 0
        self._changes = 0
        self._is_closed = False
        self._changed = threading.Condition()

    def record(self, exchange: Exchange) -> Exchange:
        """Keep an exchange, and return it with its number."""
        with self._changed:
            self._last += 1
            numbered = dataclasses.replace(_lightened(exchange), number=self._last)
            self._kept[self._last] = numbered
            self._octets += numbered.size
            while len(self._kept) > MOST_EXCHANGES or self._octets > MOST_OCTETS:
                self._octets -= self._kept.popitem(last=False)[1].size
            self._tell()
            is_told = not self._is_closed
        if self._on_exchange is not None and is_told:
            self._on_exchange(numbered)
        return numbered

    def exchanges(self) -> list[Exchange]:
        """Return those that are kept, the last one first."""
        with self._changed:
            return list(reversed(self._kept.values()))

    def exchange(self, number: int) -> Exchange | None:
        """Return the one of this number, or None where it is not kept any more."""
        with self._changed:
            return self._kept.get(number)

    def clear(self) -> None:
        """Forget all; numbers go on."""
        with self._changed:
            self._kept.clear()
            self._octets = 0
            self._tell()

    @property
    def changes(self) -> int:
        """How often something was recorded, or all forgotten."""
        return self._changes

    def wait(self, changes: int, seconds: float) -> int | None:
        """Wait until there are other `changes` than these; return how many, None after `close`.

        After ``seconds`` the same number is returned.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._changes != changes, seconds)
            return None if self._is_closed else self._changes

    def close(self) -> None:
        """End all waiting, and tell nobody of what is recorded from now on."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _tell(self) -> None:
        self._changes += 1
        self._changed.notify_all()
