"""What httpcore sends, seen by the ``trace`` extension of a request and changed on the way.

httpcore is below httpx, httpcore2 below httpx2. A request of theirs has octets: a method, a URL
with host and target, and pairs of headers.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

__all__ = ["Trace", "authorized", "no_async_trace", "no_trace", "put_url", "sent_url"]

_SENDING = ".send_request_headers.started"


class Trace:
    """The value of the extension: shows what is about to be sent, and calls the caller's trace.

    ``given`` is that trace, or None, for which ``no_trace`` is called.
    """

    def __init__(
        self, send: Callable[[Any], None], given: Any, no_trace: Callable[..., Any]
    ) -> None:
        self._send: Callable[[Any], None] | None = send
        # A request that a redirect has led to keeps our trace, which has ended by then.
        self._given: Any = given._given if isinstance(given, Trace) else given
        self._next = self._given or no_trace

    def __call__(self, name: str, info: dict[str, Any]) -> Any:
        """Take an event; what is returned for an AsyncClient is to be awaited."""
        if self._send is not None and name.endswith(_SENDING):
            self._send(info["request"])
            self.leave(info["request"])  # All that follows would take its time for nothing.
        return self._next(name, info)

    def end(self) -> None:
        """Show nothing from now on, and keep no secrets."""
        self._send = None

    def leave(self, request: Any) -> None:
        """Give a request, of either library, the trace of its caller again, or none."""
        extensions = {**request.extensions, "trace": self._given}
        if self._given is None:
            del extensions["trace"]
        request.extensions = extensions


def no_trace(name: str, info: dict[str, Any]) -> None:
    """See nothing, for a Client."""


async def no_async_trace(name: str, info: dict[str, Any]) -> None:
    """See nothing, for an AsyncClient."""


def sent_url(request: Any) -> str:
    """Return the URL of a request, which a proxy is given whole as its target."""
    url = request.url
    if not url.target.startswith(b"/"):
        return str(url.target, "ascii")
    host = b"[%b]" % url.host if b":" in url.host else url.host
    port = b"" if url.port is None else b":%d" % url.port
    return str(b"%b://%b%b%b" % (url.scheme, host, port, url.target), "ascii")


def put_url(request: Any, url: str) -> None:
    """Give a request another path and query, or another URL where it is a proxy's."""
    is_for_proxy = not request.url.target.startswith(b"/")
    target = url if is_for_proxy else "/" + url.split("/", 3)[3]
    request.url = copy(request.url)
    request.url.target = target.encode("ascii")


def authorized(fields: list[tuple[bytes, bytes]], value: str) -> list[tuple[bytes, bytes]]:
    """Return pairs of headers with this one Authorization, as Latin-1."""
    others = [field for field in fields if field[0].lower() != b"authorization"]
    return [*others, (b"Authorization", value.encode("latin-1"))]
