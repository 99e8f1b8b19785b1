"""Sending by a Client or an AsyncClient of httpx or httpx2."""

from __future__ import annotations

from functools import partial
from types import ModuleType
from typing import Any

from ..outgoing import Outgoing
from ..received import Answer, Gathering, Response, ResponseTooLong
from .in_time import TIMED_OUT, answered_in, reason

__all__ = ["AsyncHttpxSender", "HttpxSender"]


class _Sender:
    """What sending has in common; ``library`` is the module that the client is of."""

    def __init__(self, client: Any, library: ModuleType) -> None:
        self._client = client
        self._library: Any = library
        self._errors: tuple[type[Exception], ...] = (
            *(library.HTTPError, self._library.InvalidURL, OSError, UnicodeError, ResponseTooLong),
        )

    def spelled(self, url: str) -> str:
        """Return the URL as the library will send it: without dot segments, for one."""
        try:
            return str(self._library.URL(url))
        except self._errors:
            return url  # sending it tells why

    def _built(self, outgoing: Outgoing, seconds: float) -> Any:
        """Return the request as the client has it, without its parameters.

        Each of the client's timeouts is cut to what is left.
        """
        usual = self._client.timeout.as_dict()
        timeout = {
            name: seconds if each is None else min(each, seconds) for name, each in usual.items()
        }
        request = self._client.build_request(
            outgoing.method,
            outgoing.uri,
            content=outgoing.body,
            headers=outgoing.headers,
            extensions={"timeout": timeout},
        )
        request.url = self._library.URL(outgoing.uri)
        if "Authorization" not in outgoing.headers:
            request.headers.pop("Authorization", None)
        return request


class HttpxSender(_Sender):
    """Sends by a client, with its cookies, headers, proxies and TLS, but not by its auth."""

    def send(self, outgoing: Outgoing, seconds: float) -> Answer:
        """Send what is signed, as it is; redirects are not followed."""
        return answered_in(seconds, partial(self._answer, outgoing, seconds))

    def _answer(self, outgoing: Outgoing, seconds: float) -> Answer:
        try:
            request = self._built(outgoing, seconds)
            response = self._client.send(request, auth=None, follow_redirects=False, stream=True)
            gathering = _begun(response)
            try:
                for octets in () if response.is_stream_consumed else response.iter_raw():
                    gathering.add(octets)
            finally:
                response.close()
            return gathering.answer()
        except self._errors as exc:
            return Answer.missing(reason(exc))


class AsyncHttpxSender(_Sender):
    """The same by an async client, under asyncio or trio."""

    async def send(self, outgoing: Outgoing, seconds: float) -> Answer:
        """Send what is signed, as it is; redirects are not followed."""
        from anyio import move_on_after  # which httpx needs, too

        with move_on_after(seconds):
            return await self._answer(outgoing, seconds)
        return TIMED_OUT

    async def _answer(self, outgoing: Outgoing, seconds: float) -> Answer:
        client = self._client
        try:
            request = self._built(outgoing, seconds)
            response = await client.send(request, auth=None, follow_redirects=False, stream=True)
            gathering = _begun(response)
            try:
                if not response.is_stream_consumed:
                    async for octets in response.aiter_raw():
                        gathering.add(octets)
            finally:
                await response.aclose()
            return gathering.answer()
        except self._errors as exc:
            return Answer.missing(reason(exc))


def _begun(response: Any) -> Gathering:
    """Begin with what there is already: all, decoded, where a transport of a test made it."""
    head = Response(response.status_code, response.reason_phrase, response.headers.items())
    gathering = Gathering(head)
    if response.is_stream_consumed:
        head.pop("content-encoding", None)
        gathering.add(response.content)
    return gathering
