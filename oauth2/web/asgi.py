"""Middleware that lets verified requests alone through to an ASGI application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import Error
from ..request import Request
from ..verifier import Verifier, require_verifier

__all__ = ["OAuth1"]


class OAuth1:
    """Answers what a Verifier refuses, and hands on the rest.

    >>> from oauth2 import Consumer
    >>> async def application(scope, receive, send):
    ...     await send({"type": "http.response.start", "status": 200})
    ...     key = scope["oauth2.verified"].consumer.key
    ...     await send({"type": "http.response.body", "body": key.encode()})
    >>> verifier = Verifier({"key": Consumer("key", "secret")}.get, origin="https://a.example")
    >>> application = OAuth1(application, verifier)

    The application finds the `oauth2.Verified` in ``scope["oauth2.verified"]``, and receives the
    body as if nobody had. ``protect(path)`` says which paths ask for a signature, by default all;
    it gets the path below ``root_path``, decoded. OPTIONS passes unverified, as a preflight of
    CORS has no credentials, and so does what is not HTTP: a websocket, and the lifespan.

    Look-ups and store may be coroutine functions; plain ones hold up the event loop.
    Raises TypeError for what is not a Verifier, or a ``protect`` that is no function.
    """

    def __init__(
        self, app: Any, verifier: Verifier, *, protect: Callable[[str], bool] = lambda path: True
    ) -> None:
        self._app, self._verifier, self._protect = app, require_verifier(verifier), protect
        if not callable(protect):
            raise TypeError(f"protect: expected a function, got {type(protect).__name__}")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a connection as ASGI has it."""
        is_open = scope["type"] != "http" or scope["method"] == "OPTIONS"
        if is_open or not self._protect(_path_below_mount(scope)):
            await self._app(scope, receive, send)
            return
        verifier = self._verifier
        body = await _body(receive, verifier.max_body)
        if body is None:
            return
        try:
            request = Request.from_asgi(
                scope, body, origin=verifier.origin, max_body=verifier.max_body
            )
            verified = await verifier.verify_async(request)
        except Error as error:
            await _answer(send, *verifier.refusal(error))
            return
        await self._app({**scope, "oauth2.verified": verified}, _replayed(body, receive), send)


def _path_below_mount(scope: Any) -> str:
    """Return the path by which an application routes; not every server has the mount in it."""
    path: str = scope["path"]
    mount = scope.get("root_path", "").rstrip("/")
    return path[len(mount) :] if f"{path}/".startswith(f"{mount}/") else path


async def _body(receive: Any, max_body: int) -> bytes | None:
    """Receive the body, or enough to see that it is too large; None from a client that left."""
    chunks, length, is_more = [], 0, True
    while is_more and length <= max_body:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        length += len(chunks[-1])
        is_more = message.get("more_body", False)
    return b"".join(chunks)


def _replayed(body: bytes, receive: Any) -> Any:
    """Return what receives this body, and then what follows it."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Any:
        return messages.pop() if messages else await receive()

    return replayed


async def _answer(send: Any, status: int, headers: dict[str, str], body: bytes) -> None:
    headers["Content-Length"] = str(len(body))
    pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
