"""Greet whoever signs, in a plain ASGI application: `uvicorn in_asgi:application`."""

from __future__ import annotations

import os
from typing import Any

import oauth2
from oauth2.web.asgi import OAuth1

consumer = oauth2.Consumer(os.environ["OAUTH_CONSUMER_KEY"], os.environ["OAUTH_CONSUMER_SECRET"])
verifier = oauth2.Verifier({consumer.key: consumer}.get, origin=os.environ["ORIGIN"])


async def greet(scope: Any, receive: Any, send: Any) -> None:
    greeting = f"Hello, {scope['oauth2.verified'].consumer.key}".encode()
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": greeting})


application = OAuth1(greet, verifier)
