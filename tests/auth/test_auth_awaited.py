"""A refusal whose content is to be awaited, as in the asynchronous session of niquests."""

from __future__ import annotations

from typing import Any

import requests
from known import CONSUMER, TOKEN

from oauth2.auth.requests import OAuth1


class Awaited(requests.Response):
    """A response whose content is a coroutine."""

    @property
    def content(self) -> Any:
        """Return what would have to be awaited."""

        async def content() -> bytes:
            return b"oauth_problem=timestamp_refused"

        return content()


def test_no_clock_is_learned_from_it() -> None:
    """It is returned as it is, and nothing is left that nobody awaits."""
    auth = OAuth1(CONSUMER, TOKEN, clock_skew="learn")
    prepared = requests.Request("GET", "http://a.example/", auth=auth).prepare()
    response = Awaited()
    response.status_code, response.request = 401, prepared
    (hook,) = prepared.hooks["response"]
    assert hook(response) is response
    assert auth.clock_offset == 0
