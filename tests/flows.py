"""A flow by each HTTP library that it can send by: the Client, and all that are installed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import oauth2

PACKAGES = ["requests", "niquests", "httpx", "aiohttp"]
if sys.version_info >= (3, 11):
    PACKAGES.append("httpx2")
MISSING = [package for package in PACKAGES if find_spec(package) is None]

CLIENTS: Mapping[str, Mapping[str, Any]] = {
    "requests.Session": {},
    "niquests.Session": {},
    "httpx.Client": {"trust_env": False},
    "httpx2.Client": {"trust_env": False},
}
ASYNC_CLIENTS: Mapping[str, Mapping[str, Any]] = {
    "httpx.AsyncClient": {"trust_env": False},
    "httpx2.AsyncClient": {"trust_env": False},
    "aiohttp.ClientSession": {},
}
"""What is given to them, so that no environment counts."""

LIBRARIES = [
    "oauth2.Client",
    *(
        name
        for name in (*CLIENTS, *ASYNC_CLIENTS)
        if name.partition(".")[0] in {*PACKAGES} - {*MISSING}
    ),
]


class Awaited:
    """An AsyncFlow whose legs are called as those of a Flow, each by the same event loop."""

    def __init__(self, flow: oauth2.AsyncFlow, run: Callable[[Coroutine[Any, Any, Any]], Any]):
        self.__dict__.update(_flow=flow, _run=run)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._flow, name)
        if not asyncio.iscoroutinefunction(value):
            return value
        return lambda *args, **kwargs: self._run(value(*args, **kwargs))

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._flow, name, value)


class Libraries:
    """One client of each library, and one event loop, for as many flows as there are."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._clients: dict[str, Any] = {}

    def client(self, name: str) -> Any:
        """Return the one client of a library."""
        if name not in self._clients:
            self._clients[name] = self.make(name)
        return self._clients[name]

    def make(self, name: str, **options: Any) -> Any:
        """Make a client with options of its own, which a test closes."""
        package, _, kind = name.partition(".")
        cls = getattr(import_module(package), kind)
        options = {**CLIENTS.get(name, {}), **ASYNC_CLIENTS.get(name, {}), **options}
        if name in CLIENTS:
            made = cls(**options)
            if package in ("requests", "niquests"):
                made.trust_env = False
            return made
        return self.loop.run_until_complete(_made(partial(cls, **options)))

    def flow(self, name: str, consumer: oauth2.Consumer, **options: Any) -> Any:
        """Make a flow by the library of this name."""
        options = {"http": options.get("http") or self.client(name), **options}
        kind: Any = oauth2.Flow if name in CLIENTS else oauth2.AsyncFlow
        return self.called(kind(consumer, **options))

    def called(self, flow: Any) -> Any:
        """Return a flow whose legs can be called, and need not be awaited."""
        is_async = isinstance(flow, oauth2.AsyncFlow)
        return Awaited(flow, self.loop.run_until_complete) if is_async else flow

    def close(self, name: str, client: Any) -> None:
        """Close a client."""
        if name in CLIENTS:
            client.close()
        else:
            close = client.close if name.startswith("aiohttp") else client.aclose
            self.loop.run_until_complete(close())

    def close_all(self) -> None:
        """Close every client, and the event loop."""
        for name, client in self._clients.items():
            self.close(name, client)
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()


async def _made(make: Callable[[], Any]) -> Any:
    return make()
