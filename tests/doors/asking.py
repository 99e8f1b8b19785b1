"""Ask an application that runs in the test itself, as gateways hand a request to it."""

from __future__ import annotations

import asyncio
from typing import Any

from gateways import Sent, environ_of, scope_of
from known import CONSUMER, NOW

import oauth2


def verifier_of(**options: Any) -> oauth2.Verifier:
    """Make a Verifier whose clock is that of the requests of `gateways.signed`."""
    find = options.pop("find_consumer", {CONSUMER.key: CONSUMER}.get)
    return oauth2.Verifier(find, timestamp_threshold=10 * NOW, **options)


def ask_wsgi(app: Any, sent: Sent, **changes: Any) -> tuple[str, dict[str, str], bytes]:
    """Return status line, headers and body of the answer."""
    started: list[Any] = []
    chunks = app(environ_of(sent, changes), lambda *answer: started.append(answer))
    body = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    status, headers = started[0][:2]
    return status, dict(headers), body


def ask_asgi(
    app: Any, sent: Sent, messages: list[Any] | None = None, **changes: Any
) -> list[dict[str, Any]]:
    """Return what was sent; ``messages`` are what is received, by default the body."""
    given = iter([{"type": "http.request", "body": sent.body}] if messages is None else messages)
    told: list[dict[str, Any]] = []

    async def receive() -> Any:
        return next(given)

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    asyncio.run(app(scope_of(sent, changes), receive, send))
    return told
