"""What an asynchronous session of niquests can have of the auth for requests."""

from __future__ import annotations

import asyncio
from typing import Any

import niquests
from known import CONSUMER, TOKEN
from libraries.servers import Web
from wire import KEYS, Answer, assert_signed, judging, redirect

from oauth2.auth.requests import OAuth1


def get(url: str, auth: OAuth1) -> Any:
    """Send a GET by a session of its own."""

    async def sent() -> Any:
        async with niquests.AsyncSession() as session:
            response = await session.get(url, auth=auth)
        await asyncio.sleep(0.01)  # in which its connections are closed
        return response

    return asyncio.run(sent())


def test_redirects_are_signed_afresh(web: Web) -> None:
    """By the hook that a Session calls, too."""
    web.provider.script["/r"] = redirect(302, "/end")
    web.provider.script["/end"] = judging
    assert get(f"{web.provider.url}/r", OAuth1(CONSUMER, TOKEN)).status_code == 200
    assert_signed(web.provider.last, KEYS)


def test_no_clock_is_learned(web: Web) -> None:
    """What was refused is returned, and could only be awaited."""
    web.provider.script["/r"] = Answer(401, body=b"oauth_problem=timestamp_refused")
    response = get(f"{web.provider.url}/r", OAuth1(CONSUMER, TOKEN, clock_skew="learn"))
    assert response.status_code == 401
    assert len(web.provider.received) == 1
