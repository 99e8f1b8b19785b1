"""Greet whoever signs, in FastAPI: `uvicorn in_fastapi:application`."""

from __future__ import annotations

import os
from typing import Annotated

from fastapi import Depends, FastAPI

import oauth2
from oauth2.web.fastapi import OAuth1

consumer = oauth2.Consumer(os.environ["OAUTH_CONSUMER_KEY"], os.environ["OAUTH_CONSUMER_SECRET"])
oauth1 = OAuth1(oauth2.Verifier({consumer.key: consumer}.get, origin=os.environ["ORIGIN"]))
application = FastAPI()


@application.get("/greeting")
async def greet(verified: Annotated[oauth2.Verified, Depends(oauth1)]) -> str:
    return f"Hello, {verified.consumer.key}"
