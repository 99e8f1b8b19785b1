"""What ``-v`` shows: the heads of requests and responses, as they were sent and received."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from http.client import HTTPResponse
from typing import Any

import click

from ..client import Client
from ..encoding import text_of
from ..redaction import printable, redacted, redacted_field

__all__ = ["head_writer", "verbose"]


def head_writer(secrets: Iterable[str | bytes | None] | None) -> Callable[[str, bytes], None]:
    """Return what writes a head to standard error, with a mark (``>`` or ``<``) on each line.

    ``secrets`` are hidden, with signatures and what else may be one; None shows all.
    """

    def write(mark: str, head: bytes) -> None:
        for line in re.sub(r"\r?\n(?=[ \t])", "", text_of(head).rstrip()).split("\r\n"):
            shown = line if secrets is None else redacted_field(redacted(line, secrets))
            click.echo(printable(f"{mark} {shown}"), err=True)
        click.echo(mark, err=True)

    return write


def verbose(kind: type[Client], write: Callable[[str, bytes], None]) -> type[Client]:
    """Return a ``kind`` of Client that writes each head, also after a redirect or on a repeat."""
    return type("VerboseClient", (_Verbose, kind), {"write": staticmethod(write)})


class _Verbose:
    write: Callable[[str, bytes], None]

    def _conn_request(self, conn: Any, *args: Any) -> Any:
        _Shown(conn, self.write)
        http: Any = super()
        return http._conn_request(conn, *args)


class _Shown:
    """A connection's own methods, which write heads on their way."""

    def __init__(self, conn: Any, write: Callable[[str, bytes], None]) -> None:
        self._conn, self._write = conn, write
        self._is_head = False
        conn.request, conn.send, conn.getresponse = self.request, self.send, self.getresponse

    def request(self, *request: Any) -> None:
        self._is_head = True
        type(self._conn).request(self._conn, *request)

    def send(self, data: Any) -> None:
        if self._is_head:  # which http.client sends in one piece
            self._is_head = False
            self._write(">", data)
        type(self._conn).send(self._conn, data)

    def getresponse(self) -> HTTPResponse:
        response: HTTPResponse = type(self._conn).getresponse(self._conn)
        version = f"HTTP/{response.version / 10} {response.status} {response.reason}"
        fields = "".join([f"\r\n{name}: {value}" for name, value in response.headers.items()])
        self._write("<", f"{version}{fields}".encode("latin-1"))
        return response
