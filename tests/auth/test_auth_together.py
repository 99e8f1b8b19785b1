"""One auth for many threads or tasks at the same time."""

from __future__ import annotations

import pytest
from libraries.calls import Call
from libraries.drivers import WORKERS, Driver
from libraries.servers import Web
from wire import KEYS, assert_fresh_nonces, assert_unsigned, by_hand, judging, redirect

EACH = 50


@pytest.mark.long
def test_one_auth_signs_for_all_at_once(web: Web, driver: Driver) -> None:
    """Each request of 8 threads or tasks has its own nonce and a signature that fits it."""
    auth = driver.auth()
    calls = [Call(path=f"/r?n={number}") for number in range(WORKERS * EACH)]
    responses = driver.send_many(calls, web.provider.url, auth)
    assert [response.status for response in responses] == [200] * len(calls)
    received = list(web.provider.received)
    assert len(received) == len(calls)
    assert [each.target for each in received if not by_hand(each, KEYS)] == []
    assert_fresh_nonces(*received)


def test_redirects_of_many_at_once_are_kept_apart(web: Web, driver: Driver) -> None:
    """Half of them leave the origin, and these alone go on unsigned."""
    web.provider.script["/stay"] = lambda received: redirect(
        302, received.target.replace("/stay", "/end")
    )
    web.provider.script["/leave"] = redirect(302, f"{web.stranger.url}/end")
    web.provider.script["/end"] = judging
    calls = [
        Call(path=f"/{where}?n={number}") for number in range(40) for where in ("stay", "leave")
    ]
    responses = driver.send_many(calls, web.provider.url, driver.auth())
    assert [response.status for response in responses] == [200] * len(calls)
    assert len(web.stranger.received) == 40
    for received in web.stranger.received:
        assert_unsigned(received)
