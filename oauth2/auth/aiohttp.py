"""A client middleware for aiohttp, which signs what a session sends."""

from __future__ import annotations

import asyncio
import hashlib
from binascii import b2a_base64
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary, WeakValueDictionary

try:
    from aiohttp import (
        BytesPayload,
        ClientHandlerType,
        ClientRequest,
        ClientResponse,
        IOBasePayload,
        MultipartWriter,
        Payload,
        StreamReader,
    )
    from aiohttp.base_protocol import BaseProtocol
    from yarl import URL
except ImportError as exc:
    hint = "oauth2.auth.aiohttp needs the extra 'aiohttp', which is aiohttp 3.12 or later"
    raise ImportError(f"{hint}: python -m pip install 'oauth2[aiohttp]'") from exc

from ..clock import REFUSALS
from ..headers import FORM_CONTENT_TYPE, media_type
from ..signer import Signer
from .signing import Sent, Signing

__all__ = ["OAuth1"]

_REDIRECTS = (301, 302, 303, 307, 308)
_SENT_AGAIN: tuple[bytes, ...] = ()
"""Stands for a body that is not looked at, and can be sent again."""


class OAuth1(Signing):
    """Signs what aiohttp sends: one of the ``middlewares=`` of a session, or of a call.

    >>> from oauth2 import Consumer, Token
    >>> import aiohttp
    >>> oauth = OAuth1(Consumer("key", "secret"), Token("token", "token secret"))
    >>> async def get(url):
    ...     async with aiohttp.ClientSession(middlewares=[oauth]) as session:
    ...         async with session.get(url) as response:
    ...             return await response.json()

    The arguments are those of ``__init__``. One object can be shared between sessions, tasks
    and event loops. Let it be the last of several middlewares, so that it signs what the others
    have changed.

    A redirect within the same origin is signed again. A redirect to another origin gets no
    signature and no OAuth parameters, and neither does one that leads back from there. Where a
    server has closed a connection that was kept alive, aiohttp itself repeats a request of an
    idempotent method; that is signed again, and so is what a middleware before this one repeats.

    A form is read into memory to be signed. Another body has an ``oauth_body_hash`` if it is in
    memory or a file that can be read twice, also in a multipart body. A body that can be read
    only once, such as an async generator, has none, and neither has one that aiohttp compresses.
    """

    _redirects: _Redirects

    async def __call__(self, request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        """Sign a request, send it, and return the response; raises as `oauth2.Signer.sign` does."""
        sent = None
        if self._redirects.is_signed(request):
            sent = await self._sign(request)
        elif request.headers.get("Authorization", "").startswith("OAuth "):
            del request.headers["Authorization"]  # kept by a middleware that follows redirects
        response = await handler(request)
        if sent and self.clock_skew and response.status in REFUSALS:
            again = await self._signed_again(sent, response)
            if again:
                _put(request, again)
                request.update_expect_continue()  # which has been waited for in vain
                sent, response = again, await handler(request)
                self.settle(sent, response.status)
        if response.status in _REDIRECTS:
            self._redirects.add(request, response, sent)
        return response

    def _take(self, signer: Signer, clock_skew: str | None) -> None:
        super()._take(signer, clock_skew)
        self._redirects = _Redirects()

    async def _sign(self, request: ClientRequest) -> Sent:
        body, digest = await self._body(request)
        parameters = None if digest is None else {"oauth_body_hash": digest}
        url = _http_url(request)
        sent = self.sign(request.method, url, request.headers, body, parameters)
        _put(request, sent)
        return sent

    async def _body(self, request: ClientRequest) -> tuple[Any, str | None]:
        """Return what stands for the body where it is signed, and its hash if it has one."""
        body: Any = request.body
        if not isinstance(body, Payload):
            return body, None
        if media_type(request.headers) == FORM_CONTENT_TYPE:
            return await _form(request, body), None
        if not _is_repeatable(body):
            return iter(_SENT_AGAIN), None
        if request.compress or not self.signer.include_body_hash:
            return _SENT_AGAIN, None
        digest = hashlib.new(getattr(self.signer.signature_method, "hash_name", "sha1"))
        await _write(body, digest.update)
        return _SENT_AGAIN, b2a_base64(digest.digest(), newline=False).decode()

    async def _signed_again(self, sent: Sent, response: ClientResponse) -> Sent | None:
        """Return what to send after a refusal, if that may help; the response can still be read."""
        content = await response.read()
        again = self.by_clock(sent, response.status, response.headers, content)
        if again is None:
            stream = StreamReader(
                BaseProtocol(asyncio.get_running_loop()),
                limit=max(1, len(content)),
                loop=asyncio.get_running_loop(),
            )
            stream.feed_data(content)
            stream.feed_eof()
            response.content = stream
        return again


class _Redirects:
    """The redirects of all calls in flight: a hop is told of none of those before it.

    What the hops of one call have in common, and no other call has, is the list of its
    traces, also where that is empty. A redirect is known as long as there is its response,
    which aiohttp keeps for the history of the call; and that keeps the list, so that
    its id is not another's.
    """

    def __init__(self) -> None:
        self._last: WeakValueDictionary[int, ClientResponse] = WeakValueDictionary()
        self._sent: WeakKeyDictionary[ClientResponse, Sent | None] = WeakKeyDictionary()

    def add(self, request: ClientRequest, response: ClientResponse, sent: Sent | None) -> None:
        """Take note of a redirect; ``sent`` is None where the request was not signed."""
        self._sent[response] = sent
        self._last[id(request._traces)] = response

    def is_signed(self, request: ClientRequest) -> bool:
        """Tell whether to sign a request; what an earlier hop has put into its URL is taken out."""
        response = self._last.get(id(request._traces))
        if response is None:
            return True
        sent = self._sent[response]
        if sent is None:
            return False
        redirect = sent.redirected(_http_url(request))
        if redirect.is_changed:
            fragment = request.original_url.fragment
            _put_url(request, redirect.url)
            request.original_url = request.url.with_fragment(fragment)
        return not redirect.left_origin


class _Writer:
    """Stands in the place of the connection for a payload that is to be read, not sent."""

    def __init__(self, take: Callable[[Any], object]) -> None:
        self._take = take

    async def write(self, chunk: Any) -> None:
        self._take(chunk)


async def _write(payload: Payload, take: Callable[[Any], object]) -> None:
    """Give all octets of a payload to a function, in the pieces in which they would be sent."""
    writer: Any = _Writer(take)
    await payload.write(writer)


async def _form(request: ClientRequest, payload: Payload) -> bytes:
    """Return a form in one piece, which takes the place of one that can be read only once."""
    is_repeatable = _is_repeatable(payload)
    chunks: list[bytes] = []
    await _write(payload, chunks.append)
    form = b"".join(chunks)
    if not is_repeatable:
        request.body = form
    return form


def _is_repeatable(payload: Payload) -> bool:
    """Tell whether a payload can be read, and then sent, and then maybe sent again."""
    if isinstance(payload, MultipartWriter):
        return all(_is_repeatable(part) for part, _, _ in payload)
    if isinstance(payload, IOBasePayload):
        # aiohttp 3.12.0 closes a file as soon as it is read, and says nothing of that. A pipe,
        # and what else cannot tell where it stands, has no size.
        return payload.size is not None and not getattr(payload, "consumed", True)
    return isinstance(payload, BytesPayload)


def _put(request: ClientRequest, sent: Sent) -> None:
    if sent.authorization is None:
        _put_url(request, sent.url)
    else:
        request.headers["Authorization"] = sent.authorization


def _put_url(request: ClientRequest, url: str) -> None:
    scheme = request.url.scheme
    request.url = URL(url.replace("http", "ws", 1) if scheme[:2] == "ws" else url, encoded=True)


def _http_url(request: ClientRequest) -> str:
    """Return the URL as a server sees it, to which a WebSocket begins as http or https."""
    url = str(request.url)
    return "http" + url[2:] if url.startswith("ws") else url
