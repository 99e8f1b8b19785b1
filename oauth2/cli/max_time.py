"""``--max-time``: a bound for a whole call, with all that it sends and waits for."""

from __future__ import annotations

import socket
import time
from functools import partial
from typing import Any

import click

from ..client import TRANSPORT_ERRORS, Client
from ..senders.in_time import ended_in
from ..urls import split_url

__all__ = ["OutOfTime", "bounded"]


class OutOfTime(click.ClickException):
    """A call took longer than it may; the exit status is that of curl."""

    exit_code = 28


def bounded(kind: type[Client], seconds: float) -> type[Client]:
    """Return a ``kind`` of Client whose one request takes no longer, or raises OutOfTime.

    The look-up of a name, a stalled upload, a response that drips, redirects and the repeat by
    the provider's clock count together. Nothing more is sent afterwards.
    """
    return type("BoundedClient", (_Bounded, kind), {"seconds": seconds})


class _Bounded:
    seconds: float
    _deadline: float | None = None

    def request(self, uri: str, *args: Any, **options: Any) -> Any:
        http: Any = super()
        send = partial(http.request, uri, *args, **options)
        if self._deadline is not None:
            return send()  # by httplib2, which follows a redirect
        self._deadline = time.monotonic() + self.seconds
        try:
            answer = ended_in(self.seconds, send, None, self._end)
        except TRANSPORT_ERRORS:
            if not self._is_over():
                raise
            answer = None
        if answer is None:
            raise OutOfTime(f"{split_url(uri).origin}: not ended after {self.seconds:g} seconds")
        return answer

    def write(self, mark: str, head: bytes) -> None:
        """Show a head as `verbose` does, unless it is what a call that was left made of its end."""
        if not self._is_over():
            http: Any = super()
            http.write(mark, head)

    def _end(self) -> None:
        self._deadline = 0.0

    def _is_over(self) -> bool:
        return self._deadline is not None and time.monotonic() >= self._deadline

    def _attempt_once(self, *args: Any) -> Any:
        if self._is_over():  # or what was hung up would be sent once more
            raise socket.timeout("timed out")
        http: Any = super()
        return http._attempt_once(*args)
