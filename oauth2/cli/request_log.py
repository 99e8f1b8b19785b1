"""One line for each request that a sandbox receives."""

from __future__ import annotations

import select
import time
from typing import IO

from rich.text import Text

from ..redaction import shown_line
from ..sandbox.inspection import refusal_of
from ..sandbox.recording import Exchange
from .terminal import console

__all__ = ["RequestLog", "request_line"]

_LONGEST_PATH = 60
_LONGEST_KEY = 40
_COLOURS = {2: "green", 3: "cyan", 4: "red", 5: "red"}


class RequestLog:
    """Writes a line to standard error for each exchange that it is called with.

    It never waits for a reader: where a pipe is full, the line is left out.
    """

    def __init__(self) -> None:
        self._console = console(stderr=True)

    def __call__(self, exchange: Exchange) -> None:
        if not _takes_more(self._console.file):
            return
        try:
            self._console.print(request_line(exchange), soft_wrap=True)
        except OSError:
            self._console.quiet = True  # nobody reads it any more; the sandbox goes on


def _takes_more(stream: IO[str]) -> bool:
    try:
        return bool(select.select([], [stream], [], 0)[1])
    except (OSError, ValueError):  # a stream in memory, or a system that asks sockets alone
        return True


def request_line(exchange: Exchange) -> Text:
    """Return time, method, path, status and consumer, and why it was refused.

    The query is left out, as OAuth parameters may be in it.
    """
    colour = _COLOURS.get(exchange.status // 100, "")
    line = Text.assemble(
        (time.strftime("%H:%M:%S", time.localtime(exchange.time)), "dim"),
        f"  {shown_line(exchange.method, 10):6}  ",
        f"{shown_line(exchange.path, _LONGEST_PATH):20}  ",
        (str(exchange.status), colour),
    )
    if exchange.consumer:
        line.append(f"  {shown_line(exchange.consumer, _LONGEST_KEY)}")
    if exchange.error is not None:
        line.append(f"  {shown_line(refusal_of(exchange.error))}", "red")
    return line
