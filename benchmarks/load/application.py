"""What a worker of gunicorn or uvicorn runs: an application behind a door of this library.

Each answer says in ``X-Worker`` whose it is, ``/worker`` also without a signature. The store is
that of the URL in LOAD_NONCES. When it is ready, a worker makes a file in the folder LOAD_READY.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import oauth2
from load.nonces import open_async_nonces, open_nonces
from load.signing import CONSUMERS, ORIGIN, TOKENS
from oauth2.nonces import AsyncNonceStore, NonceStore


def wsgi() -> Any:
    """Make the application for gunicorn."""
    from oauth2.web.wsgi import OAuth1

    inner = OAuth1(_answer, _verifier(open_nonces(os.environ["LOAD_NONCES"])), protect=_is_signed)
    worker = ("X-Worker", str(os.getpid()))

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]]) -> Any:
            return start_response(status, [*headers, worker])

        return inner(environ, start)

    _say_ready()
    return application


def asgi() -> Any:
    """Make the application for uvicorn."""
    from oauth2.web.asgi import OAuth1

    verifier = _verifier(open_async_nonces(os.environ["LOAD_NONCES"]))
    inner = OAuth1(_answer_asgi, verifier, protect=_is_signed)
    worker = (b"x-worker", b"%d" % os.getpid())

    async def application(scope: Any, receive: Any, send: Any) -> None:
        async def send_named(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], worker]
            await send(message)

        await inner(scope, receive, send_named)

    _say_ready()
    return application


def _verifier(nonces: NonceStore | AsyncNonceStore) -> oauth2.Verifier:
    return oauth2.Verifier(
        CONSUMERS.get, lambda key, consumer: TOKENS.get(key), origin=ORIGIN, nonces=nonces
    )


def _is_signed(path: str) -> bool:
    return path != "/worker"


def _answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    content = _content(environ.get("oauth2.verified"))
    start_response("200 OK", [("Content-Length", str(len(content)))])
    return [content]


async def _answer_asgi(scope: Any, receive: Any, send: Any) -> None:
    content = _content(scope.get("oauth2.verified"))
    length = (b"content-length", b"%d" % len(content))
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": content})


def _content(verified: oauth2.Verified | None) -> bytes:
    """Return whose request it was and which: a mix-up would show."""
    if verified is None:
        return b""
    return f"{verified.consumer.key} {verified.parameters['number']}".encode()


def _say_ready() -> None:
    (Path(os.environ["LOAD_READY"]) / str(os.getpid())).touch()
