"""Greet whoever signs, in Starlette: `uvicorn in_starlette:application`."""

from __future__ import annotations

import os

from starlette import applications, requests, responses, routing

import oauth2
from oauth2.web.fastapi import OAuth1

consumer = oauth2.Consumer(os.environ["OAUTH_CONSUMER_KEY"], os.environ["OAUTH_CONSUMER_SECRET"])
oauth1 = OAuth1(oauth2.Verifier({consumer.key: consumer}.get, origin=os.environ["ORIGIN"]))


async def greet(request: requests.Request) -> responses.PlainTextResponse:
    verified = await oauth1(request)
    return responses.PlainTextResponse(f"Hello, {verified.consumer.key}")


application = applications.Starlette(routes=[routing.Route("/greeting", greet)])
