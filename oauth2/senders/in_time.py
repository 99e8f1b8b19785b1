"""Ends in time what blocks, and says why a library got no answer."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from threading import Thread

from ..received import Answer

__all__ = ["GRACE", "TIMED_OUT", "answered_in", "reason"]

GRACE = 0.2  # seconds
TIMED_OUT = Answer.missing("timed out")


def answered_in(seconds: float, send: Callable[[], Answer]) -> Answer:
    """Return what ``send`` does, or TIMED_OUT where it takes longer.

    The timeouts of HTTP libraries are for one read each, of which a response that drips may
    take any number. So it is sent in a thread, which a caller can leave. As nothing else ends a
    thread that goes on reading, SystemExit is raised in it: after its next octet, or at the
    timeout of its read, which is to come GRACE later, lest both come at once.
    """
    outcome: list[Answer | BaseException] = []
    context = copy_context()

    def run() -> None:
        try:
            outcome.append(context.run(send))
        except BaseException as exc:
            outcome.append(exc)

    thread = Thread(target=run, name="oauth2-flow", daemon=True)
    thread.start()
    try:
        thread.join(seconds)
    finally:
        if thread.is_alive():
            _end(thread)
    received = outcome[0] if outcome else TIMED_OUT
    if isinstance(received, BaseException):
        raise received
    return received


def _end(thread: Thread) -> None:
    """Raise SystemExit in a thread, as soon as it runs Python again."""
    import ctypes

    number = ctypes.c_ulong(thread.ident or 0)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(number, ctypes.py_object(SystemExit))


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
