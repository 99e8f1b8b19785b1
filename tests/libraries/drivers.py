"""Drivers: each sends a `Call` by one library, and waits until it is answered."""

from __future__ import annotations

import asyncio
import importlib
import ssl
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import Any, NamedTuple

from known import CONSUMER, TOKEN
from wire import CERTIFICATE

from .calls import Call

WORKERS = 8
NAMES = [
    name
    for name in (
        *("requests", "niquests", "httpx", "httpx, async", "httpx2", "httpx2, async"),
        "aiohttp",
    )
    if find_spec(name.partition(",")[0])
]
"""The drivers of those libraries that are installed."""
PREPARING = [name for name in NAMES if name != "aiohttp"]
"""Drivers of libraries that make a request first, and send it then, maybe twice."""
_INTS = {"bytearray": "takes it for an iterable of ints"}
CANNOT = {
    "httpx": {"file that was read in part": "declares the length of the whole file", **_INTS},
    "httpx, async": _INTS,
    "httpx2": {
        "file that was read in part": "declared the length of the whole file in 2.0",
        **_INTS,
    },
    "httpx2, async": _INTS,
    "aiohttp": {"stream": "asks every file where it stands"},
}
"""Calls that a library does not send as they are described, each with the reason."""


class Response(NamedTuple):
    """What a library returned in the end."""

    status: int
    content: bytes


class Driver(ABC):
    """An open session of one library, which knows no credentials of its own.

    ``name`` is one of `NAMES`, ``library`` that of the module, and ``room`` that of the module
    in `oauth2.auth`.
    """

    name: str
    library: str
    room: str

    def auth(self, consumer: Any = CONSUMER, token: Any = TOKEN, **options: Any) -> Any:
        """Make an `OAuth1` for this library."""
        return self.kind()(consumer, token, **options)

    def kind(self) -> Any:
        """Return our `OAuth1` for this library."""
        return importlib.import_module(f"oauth2.auth.{self.room}").OAuth1

    @abstractmethod
    def send(
        self, call: Call, origin: str, auth: Any = None, *, follow: bool = True, proxy: str = ""
    ) -> Response:
        """Send a call, and follow redirects; an http URL goes by the proxy, if there is one."""

    def send_prepared(self, call: Call, origin: str, auth: Any, times: int) -> list[Response]:
        """Make a request once and send it several times, by a library of `PREPARING`."""
        raise NotImplementedError(f"{self.library} makes a request only to send it")

    def send_many(self, calls: Iterable[Call], origin: str, auth: Any) -> list[Response]:
        """Send calls at the same time, by `WORKERS` threads or tasks."""
        with ThreadPoolExecutor(WORKERS) as pool:
            return list(pool.map(lambda call: self.send(call, origin, auth), calls))

    @abstractmethod
    def forget(self) -> None:
        """Forget the cookies that were received."""

    @abstractmethod
    def close(self) -> None:
        """Close all connections."""


class AsyncDriver(Driver):
    """A driver of an asynchronous library, with an event loop of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.trust = ssl.create_default_context(cafile=str(CERTIFICATE))

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine to its end."""
        return self.loop.run_until_complete(coroutine)

    @abstractmethod
    async def _send(
        self, call: Call, origin: str, auth: Any, follow: bool = True, proxy: str = ""
    ) -> Response:
        """Send a call, as `send` does."""

    def send(
        self, call: Call, origin: str, auth: Any = None, *, follow: bool = True, proxy: str = ""
    ) -> Response:
        sent: Response = self.run(self._send(call, origin, auth, follow, proxy))
        return sent

    def send_many(self, calls: Iterable[Call], origin: str, auth: Any) -> list[Response]:
        waiting = iter(calls)

        async def work() -> list[Response]:
            return [await self._send(call, origin, auth) for call in waiting]

        async def all_at_once() -> list[list[Response]]:
            return await asyncio.gather(*[work() for _ in range(WORKERS)])

        return [response for done in self.run(all_at_once()) for response in done]


async def pieces(content: Iterable[bytes]) -> AsyncIterator[bytes]:
    """Make an asynchronous generator of a generator."""
    for piece in content:
        yield piece


def as_lists(pairs: Any) -> dict[str, list[str]]:
    """Return pairs as a dict of lists, for a library that takes no pairs."""
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(value)
    return lists


def as_pairs(given: Any) -> list[tuple[str, str]]:
    """Return a dict, of lists maybe, as pairs, for a library that takes no lists."""
    items = given.items() if isinstance(given, Mapping) else given
    return [
        (name, each)
        for name, value in items
        for each in (value if isinstance(value, list) else [value])
    ]


def sendable(rows: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the rows, which begin with a call, for each driver that can send that."""
    return [(name, *row) for name in NAMES for row in rows if row[0] not in CANNOT.get(name, ())]


def open_driver(name: str) -> Driver:
    """Open the driver of a name."""
    library, _, is_async = name.partition(", ")
    if library in ("requests", "niquests"):
        from .over_requests import OverRequests

        return OverRequests(library)
    if library == "aiohttp":
        from .over_aiohttp import OverAiohttp

        return OverAiohttp()
    from .over_httpx import OverAsyncHttpx, OverHttpx

    return OverAsyncHttpx(library) if is_async else OverHttpx(library)
