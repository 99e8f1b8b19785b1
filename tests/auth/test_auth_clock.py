"""The provider's clock: learned where it helps, from the provider alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any
from urllib.parse import urlencode

import pytest
from known import CONSUMER, FORM, TOKEN
from libraries.calls import CALLS, Call
from libraries.drivers import Driver
from libraries.servers import Web
from wire import KEYS, Answer, Received, assert_fresh_nonces, assert_unsigned, by_hand, redirect

import oauth2

HOUR = 3600
PLACEMENTS = ["header", "query"]


def by_range(now: int) -> Answer:
    """Tell what would be accepted, in the body."""
    told = {"oauth_problem": "timestamp_refused"}
    told["oauth_acceptable_timestamps"] = f"{now - 300}-{now + 300}"
    return Answer(401, {"Content-Type": FORM}, urlencode(told).encode())


def by_challenge(now: int) -> Answer:
    """Tell it in the challenge, beside another one."""
    pairs = f'oauth_problem="timestamp_refused", oauth_acceptable_timestamps="{now}-{now}"'
    return Answer(401, {"WWW-Authenticate": f'Basic realm="b", OAuth realm="r", {pairs}'}, b"")


def by_date(now: int) -> Answer:
    """Refuse with a code of one's own, and the time in the Date header alone."""
    return Answer(400, {"Date": formatdate(now, usegmt=True)}, b'{"errors":[{"code":135}]}')


def by_nothing(now: int) -> Answer:
    """Tell no time."""
    return Answer(401, {"Content-Type": FORM}, b"oauth_problem=timestamp_refused")


class Clock:
    """Answers by a clock that is ``offset`` seconds ahead of ours."""

    def __init__(self, offset: int, tell: Callable[[int], Answer] = by_range) -> None:
        self.offset = offset
        self.tell = tell

    def __call__(self, received: Received) -> Answer:
        now = int(time.time()) + self.offset
        if abs(int(received.oauth("oauth_timestamp") or 0) - now) > 300:
            return self.tell(now)
        is_right = by_hand(received, KEYS)
        return Answer(body=b"welcome") if is_right else Answer(401, body=b"go away")


def gap(received: Received) -> int:
    """Return by how many seconds a request is ahead of our clock, to ten."""
    return round((int(received.oauth("oauth_timestamp") or 0) - time.time()) / 10) * 10


@pytest.mark.parametrize("tell", [by_range, by_challenge, by_date])
@pytest.mark.parametrize("offset", [-HOUR, 365 * 24 * HOUR])
@pytest.mark.parametrize("placement", PLACEMENTS)
def test_the_clock_of_the_provider_is_learned(
    web: Web, driver: Driver, tell: Any, offset: int, placement: str
) -> None:
    """The request is sent once more, with a new nonce; and by that clock from then on."""
    web.provider.script["/r"] = Clock(offset, tell)
    auth = driver.auth(placement=placement, clock_skew="learn")
    assert driver.send(Call(path="/r?a=1"), web.provider.url, auth) == (200, b"welcome")
    assert [gap(received) for received in web.provider.received] == [0, offset]
    assert driver.send(Call(), web.provider.url, auth) == (200, b"welcome")
    assert [gap(received) for received in web.provider.received] == [0, offset, offset]
    assert abs(auth.clock_offset - offset) <= 5
    assert_fresh_nonces(*web.provider.received)


@pytest.mark.parametrize(
    "name", ["form as a dict", "form as bytes", "JSON", "bytes", "multipart", "HEAD", "DELETE"]
)
def test_a_body_that_is_there_is_sent_anew(web: Web, driver: Driver, name: str) -> None:
    """The same octets, with the same type."""
    web.provider.script["/r"] = Clock(HOUR, by_date)
    response = driver.send(CALLS[name], web.provider.url, driver.auth(clock_skew="learn"))
    assert response.status == 200
    first, last = web.provider.received
    assert (first.method, first.body) == (last.method, last.body)
    assert first.values("content-type") == last.values("content-type")


def test_a_body_that_cannot_be_read_twice_is_not_sent_twice(web: Web, driver: Driver) -> None:
    """The refusal is returned as it is, or the clock is learned for the next request."""
    web.provider.script["/r"] = Clock(HOUR)
    auth = driver.auth(clock_skew="learn")
    assert driver.send(CALLS["generator"], web.provider.url, auth).status == 401
    assert len(web.provider.received) == 1


@pytest.mark.parametrize("clock_skew", [None, "learn"])
@pytest.mark.parametrize("tell", [by_range, by_nothing])
def test_nothing_is_sent_anew_without_need(
    web: Web, driver: Driver, tell: Any, clock_skew: str | None
) -> None:
    """Where it is not asked for, or no time is told; the refusal is returned."""
    is_learned = clock_skew is not None and tell is by_range
    web.provider.script["/r"] = Clock(HOUR, tell)
    response = driver.send(Call(), web.provider.url, driver.auth(clock_skew=clock_skew))
    assert response.status == (200 if is_learned else 401)
    assert len(web.provider.received) == (2 if is_learned else 1)


def test_another_value_is_refused(driver: Driver) -> None:
    """``clock_skew`` is None or "learn"."""
    with pytest.raises(ValueError, match="clock_skew"):
        driver.auth(clock_skew="guess")


def test_a_clock_that_does_not_help_is_not_kept(web: Web, driver: Driver) -> None:
    """It is asked once, and the next request is signed by our own clock."""
    web.provider.script["/r"] = by_date_always
    auth = driver.auth(clock_skew="learn")
    assert driver.send(Call(), web.provider.url, auth).status == 401
    assert [gap(received) for received in web.provider.received] == [0, HOUR]
    driver.send(Call(path="/other"), web.provider.url, auth)
    assert gap(web.provider.last) == 0


def by_date_always(received: Received) -> Answer:
    """Refuse whatever is signed, with a Date that is an hour ahead."""
    return Answer(401, {"Date": formatdate(int(time.time()) + HOUR, usegmt=True)}, b"no")


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_no_clock_is_learned_from_another_origin(web: Web, driver: Driver, placement: str) -> None:
    """What was redirected there is not sent anew, and the next request is by our own clock."""
    web.provider.script["/r"] = redirect(302, f"{web.stranger.url}/there")
    web.stranger.script["/there"] = Clock(HOUR)
    auth = driver.auth(placement=placement, clock_skew="learn")
    assert driver.send(Call(), web.provider.url, auth).status == 401
    assert len(web.stranger.received) == 1
    assert_unsigned(web.stranger.last)
    driver.send(Call(path="/next"), web.provider.url, auth)
    assert gap(web.provider.last) == 0


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_the_clock_is_learned_after_a_redirect_within_the_origin(
    web: Web, driver: Driver, placement: str
) -> None:
    """What answers there is the provider as well."""
    web.provider.script["/r"] = redirect(302, "/end?a=1")
    web.provider.script["/end"] = Clock(HOUR)
    auth = driver.auth(placement=placement, clock_skew="learn")
    assert driver.send(Call(), web.provider.url, auth) == (200, b"welcome")
    assert gap(web.provider.last) == HOUR
    assert driver.send(Call(path="/end"), web.provider.url, auth) == (200, b"welcome")


def test_the_clock_is_learned_by_many_at_once(web: Web, driver: Driver) -> None:
    """None of them is refused in the end, and no nonce is used twice."""
    web.provider.script["/r"] = Clock(HOUR)
    auth = driver.auth(clock_skew="learn")
    calls = [Call(path=f"/r?n={number}") for number in range(40)]
    responses = driver.send_many(calls, web.provider.url, auth)
    assert [response.status for response in responses] == [200] * 40
    assert_fresh_nonces(*web.provider.received)
    assert {gap(received) for received in web.provider.received} <= {0, HOUR}


def test_the_offset_of_a_signer_is_used(web: Web, driver: Driver) -> None:
    """A clock that a program knows already needs no refusal."""
    signer: Any = oauth2.Signer(CONSUMER, TOKEN, placement="header", clock_offset=-HOUR)
    web.provider.script["/r"] = Clock(-HOUR)
    response = driver.send(Call(), web.provider.url, driver.kind().of(signer))
    assert response == (200, b"welcome")
    assert len(web.provider.received) == 1
