"""What is seen of a call on its way: bars, and the head of the response as it was received."""

from __future__ import annotations

import http.client
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, NamedTuple

from rich.progress import (
    BarColumn,
    DownloadColumn,
    FileSizeColumn,
    Progress,
    Task,
    TextColumn,
    TransferSpeedColumn,
)
from rich.text import Text

from ..client import Client
from .terminal import console

__all__ = ["Head", "bars", "client_that_shows", "is_into_file"]

_CHUNK = 1 << 16


class Head(NamedTuple):
    """Status line and header fields of a response, names spelled as they were received."""

    version: int
    status: int
    reason: str
    fields: list[tuple[str, str]]


class _SizeColumn(DownloadColumn):
    """How much there is of how much; of a length that is not known, how much there is."""

    def render(self, task: Task) -> Text:
        return FileSizeColumn().render(task) if task.total is None else super().render(task)


@contextmanager
def bars(is_long: bool) -> Iterator[Progress]:
    """Show bars on standard error, where that is a terminal, during a transfer."""
    columns = TextColumn("{task.description}"), BarColumn(), _SizeColumn(), TransferSpeedColumn()
    output = console(stderr=True)
    is_shown = is_long and output.is_terminal
    progress = Progress(*columns, console=output, disable=not is_shown)
    # Before 14.3, rich ends bars that are not shown with an empty line.
    with progress if is_shown else nullcontext():
        yield progress


def is_into_file() -> bool:
    """Tell whether standard output is a file, so that a bar disturbs nothing that is shown."""
    try:
        return stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode)
    except OSError:  # it was closed, and a stream in memory is in its place
        return False


def client_that_shows(progress: Progress, heads: list[Head]) -> type[Client]:
    """Return a Client that appends to ``heads`` what it receives, and moves a bar meanwhile."""

    class Response(http.client.HTTPResponse):
        def begin(self) -> None:
            super().begin()
            heads.append(Head(self.version, self.status, self.reason, self.headers.items()))

        def read(self, amt: int | None = None) -> bytes:
            # httplib2 reads all at once, and does not tell how much has been received.
            task = progress.add_task("Receiving", total=self.length)
            chunks = []
            while chunk := super().read(_CHUNK):
                chunks.append(chunk)
                progress.advance(task, len(chunk))
            if self.length:
                raise http.client.IncompleteRead(b"".join(chunks), self.length)
            content = b"".join(chunks)
            progress.update(task, total=len(content))
            return content

    class ClientThatShows(Client):
        def _conn_request(self, conn: Any, *args: Any) -> Any:
            conn.response_class = Response
            http: Any = super()
            return http._conn_request(conn, *args)

    return ClientThatShows
