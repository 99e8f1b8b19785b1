"""Sending by a ClientSession of aiohttp."""

from __future__ import annotations

from http.client import HTTPException
from types import ModuleType
from typing import Any

from ..outgoing import Outgoing
from ..received import Answer, Gathering, Response
from .in_time import TIMED_OUT, reason

__all__ = ["AiohttpSender"]


class AiohttpSender:
    """Sends by a session, with its cookies, headers, proxies and TLS.

    Neither its auth is used nor its middlewares, of which one may sign. ``library`` is the module
    that the session is of.
    """

    def __init__(self, session: Any, library: ModuleType) -> None:
        self._session = session
        self._library: Any = library

    def spelled(self, url: str) -> str:
        """Return the URL as the library will send it, which is as it is."""
        return url

    async def send(self, outgoing: Outgoing, seconds: float) -> Answer:
        """Send what is signed, as it is; redirects are not followed."""
        from asyncio import TimeoutError as Late, wait_for

        try:
            return await wait_for(self._answer(outgoing), seconds)
        except Late:
            return TIMED_OUT
        except (self._library.ClientError, OSError, UnicodeError, HTTPException) as exc:
            return Answer.missing(reason(exc))

    async def _answer(self, outgoing: Outgoing) -> Answer:
        headers = dict(outgoing.headers)
        authorization = headers.pop("Authorization", None)

        async def authorized(request: Any, send: Any) -> Any:
            """Set what is signed over what the session has, and over a .netrc."""
            request.headers.pop("Authorization", None)
            if authorization:
                request.headers["Authorization"] = authorization
            return await send(request)

        from yarl import URL  # of which aiohttp makes all its URLs

        async with self._session.request(
            outgoing.method,
            URL(outgoing.uri, encoded=True),
            data=outgoing.body or None,
            headers=headers,
            allow_redirects=False,
            auto_decompress=False,
            middlewares=(authorized,),
            raise_for_status=False,
        ) as response:
            head = Response(response.status, response.reason or "", response.headers.items())
            gathering = Gathering(head)
            async for octets in response.content.iter_any():
                gathering.add(octets)
        return gathering.answer()
