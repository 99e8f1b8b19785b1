"""aiohttp, whose client middlewares sign."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import aiohttp

from .calls import Call
from .drivers import AsyncDriver, Response, as_pairs, pieces


class OverAiohttp(AsyncDriver):
    """A ClientSession, on an event loop of its own; it takes middlewares with each request."""

    name = library = room = "aiohttp"

    def __init__(self) -> None:
        super().__init__()
        self.session: Any = self.run(self.new_session())

    async def new_session(self, **options: Any) -> Any:
        """Open a session that takes cookies also from a host that is an address."""
        jar = aiohttp.CookieJar(unsafe=True)
        limit = aiohttp.ClientTimeout(total=10)
        return aiohttp.ClientSession(cookie_jar=jar, timeout=limit, **options)

    async def _send(
        self, call: Call, origin: str, auth: Any, follow: bool = True, proxy: str = ""
    ) -> Response:
        async with self.session.request(
            call.method,
            call.at(origin),
            **described(call),
            middlewares=() if auth is None else (auth,),
            allow_redirects=follow,
            proxy=proxy or None,
            ssl=self.trust,
        ) as response:
            return Response(response.status, await response.read())

    def forget(self) -> None:
        self.session.cookie_jar.clear()

    def close(self) -> None:
        self.run(closed(self.session))
        self.loop.close()


def described(call: Call) -> dict[str, Any]:
    """Return the keywords for a request; a generator is an asynchronous one."""
    given: dict[str, Any] = {"headers": call.headers}
    if call.params is not None:
        given["params"] = as_pairs(call.params)
    if call.json is not None:
        given["json"] = call.json
    if call.files is not None:
        form = aiohttp.FormData()
        for name, value in as_pairs(call.form or {}):
            form.add_field(name, value)
        for name, (filename, content, content_type) in call.files.items():
            form.add_field(name, content, filename=filename, content_type=content_type)
        given["data"] = form
    elif call.form is not None:
        given["data"] = as_pairs(call.form)
    elif call.content is not None:
        content = call.content()
        is_generator = isinstance(content, Iterator) and not hasattr(content, "read")
        given["data"] = pieces(content) if is_generator else content
    return given


async def closed(session: aiohttp.ClientSession) -> None:
    """Close a session, and wait for its connections, as aiohttp 3.12.2 does not."""
    await session.close()
    await asyncio.sleep(0.25)


async def got(session: Any, url: Any, method: str = "GET", **options: Any) -> Any:
    """Send a request, and return the response, whose body was read."""
    async with session.request(method, url, **options) as response:
        await response.read()
        return response
