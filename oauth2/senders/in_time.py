"""Ends in time what blocks, and says why a library got no answer."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from threading import TIMEOUT_MAX, Thread
from typing import TypeVar

from ..received import Answer

__all__ = ["TIMED_OUT", "answered_in", "ended_in", "reason"]

Result = TypeVar("Result")

TIMED_OUT = Answer.missing("timed out")


def answered_in(seconds: float, send: Callable[[], Answer]) -> Answer:
    """Return what ``send`` does, or TIMED_OUT where it takes longer."""
    return ended_in(seconds, send, TIMED_OUT)


def ended_in(
    seconds: float,
    call: Callable[[], Result],
    late: Result,
    on_leaving: Callable[[], None] = lambda: None,
) -> Result:
    """Return or raise what ``call`` does, or return ``late`` where it takes longer.

    The timeouts of HTTP libraries are for one read each, of which a response that drips may take
    any number. So it is sent in a thread, which a caller can leave, also by Ctrl-C; then
    ``on_leaving`` is called, before the thread goes on.
    """
    outcome: list[Result | BaseException] = []
    context = copy_context()

    def run() -> None:
        try:
            outcome.append(context.run(call))
        except BaseException as exc:
            outcome.append(exc)

    thread = Thread(target=run, name="oauth2-flow", daemon=True)
    thread.start()
    try:
        thread.join(min(seconds, TIMEOUT_MAX))
        received = outcome[0] if outcome else late  # before hanging up makes one of it
    finally:
        if thread.is_alive():
            on_leaving()
            _hang_up(thread)
    if isinstance(received, BaseException):
        raise received
    return received


def _hang_up(thread: Thread) -> None:
    """Shut down the socket on which a thread still waits: its library closes it, and ends.

    No library hands out the socket of a response that has not begun. So it is looked for in what
    the thread is doing; where there is none, as in a look-up of a name, nothing is to be ended.
    """
    frame = sys._current_frames().get(thread.ident or 0)
    while frame is not None:
        for value in list(frame.f_locals.values()):
            held = getattr(value, "__dict__", {})
            for each in (value, held.get("_sock"), held.get("sock")):
                if isinstance(each, socket.socket):
                    with suppress(OSError):
                        socket.socket.shutdown(each, socket.SHUT_RDWR)
                    return
        frame = frame.f_back


def reason(error: BaseException) -> str:
    """Return in words what a library's error comes from, as its own may repeat the whole URL."""
    origin, each = error, _before(error)
    while each is not None:
        origin, each = each if _words(each) else origin, _before(each)
    words, kind = _words(origin), type(error).__name__
    return words if words and origin is error else f"{kind}: {words}" if words else kind


def _before(error: BaseException) -> BaseException | None:
    """Return what an error was made from; httpcore hands that on as its argument."""
    context = None if error.__suppress_context__ else error.__context__
    before = (error.__cause__, context, *error.args[:1])
    return next((each for each in before if isinstance(each, BaseException)), None)


def _words(error: BaseException) -> str:
    """Return what an error says, but for the mere look of an object."""
    text = str(error)
    return "" if text.startswith("<") else text.rstrip(".")
