"""Hops of one call, each of which aiohttp gives to the middleware by itself."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from typing import Any

import aiohttp
import pytest
from libraries.over_aiohttp import OverAiohttp, got
from libraries.servers import Web
from wire import (
    KEYS,
    Answer,
    Received,
    Script,
    assert_fresh_nonces,
    assert_signed,
    assert_unsigned,
    judging,
    redirect,
)

pytestmark = pytest.mark.parametrize("driver", ["aiohttp"], indirect=True)

PLACEMENTS = ["header", "query"]


def to_the_stranger(web: Web) -> Script:
    """Redirect to another origin, with the query that was received."""
    return lambda received: redirect(
        307, web.stranger.url + received.target.replace("/r", "/there", 1)
    )


class Closing:
    """Closes the connection at first, in the place of an answer, and then answers."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.has_closed = False

    def __call__(self, received: Received) -> Answer:
        if not self.has_closed:
            self.has_closed = True
            raise ConnectionAbortedError
        return self.script if isinstance(self.script, Answer) else self.script(received)


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_a_redirect_that_is_not_followed_is_forgotten(
    web: Web, driver: OverAiohttp, placement: str
) -> None:
    """The caller who asks for its target by a call of its own gets that signed."""
    web.provider.script["/r"] = redirect(302, f"{web.stranger.url}/there")
    options: dict[str, Any] = {"middlewares": [driver.auth(placement=placement)]}

    async def work() -> None:
        url = f"{web.provider.url}/r"
        async with driver.session.get(url, allow_redirects=False, **options) as response:
            await got(driver.session, response.headers["Location"], **options)

    driver.run(work())
    assert_signed(web.stranger.last, KEYS)


def test_tasks_at_the_same_time_are_told_apart(web: Web, driver: OverAiohttp) -> None:
    """One is redirected to where another goes by itself, by the same object."""
    web.provider.script["/r"] = redirect(302, f"{web.stranger.url}/led")
    options: dict[str, Any] = {"middlewares": [driver.auth()]}

    async def work() -> None:
        urls = [f"{web.provider.url}/r", f"{web.stranger.url}/gone"] * 20
        await asyncio.gather(*[got(driver.session, url, **options) for url in urls])

    driver.run(work())
    received = web.stranger.received
    led = [each for each in received if each.target == "/led"]
    gone = [each for each in received if each.target == "/gone"]
    assert (len(led), len(gone)) == (20, 20)
    for each in led:
        assert_unsigned(each)
    for each in gone:
        assert_signed(each, KEYS)


def test_hops_in_tasks_of_their_own_are_one_call(web: Web, driver: OverAiohttp) -> None:
    """A middleware that waits with a limit starts a task for each hop."""
    web.provider.script["/r"] = redirect(302, f"{web.stranger.url}/there")
    web.stranger.script["/there"] = redirect(302, f"{web.provider.url}/back")

    async def limited(request: Any, handler: Any) -> Any:
        return await asyncio.create_task(handler(request))

    middlewares = [limited, driver.auth()]
    driver.run(got(driver.session, f"{web.provider.url}/r", middlewares=middlewares))
    assert_unsigned(web.stranger.last)
    assert_unsigned(web.provider.last)


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_a_hop_that_aiohttp_repeats_after_leaving_stays_unsigned(
    web: Web, driver: OverAiohttp, placement: str
) -> None:
    """Also without the query that the Location repeats."""
    web.provider.script["/r"] = to_the_stranger(web)
    web.stranger.script["/there"] = Closing(Answer())
    middlewares = [driver.auth(placement=placement)]
    driver.run(got(driver.session, f"{web.provider.url}/r?a=1", middlewares=middlewares))
    assert [each.target for each in web.stranger.received] == ["/there?a=1"] * 2
    for received in web.stranger.received:
        assert_unsigned(received)


def test_what_was_stripped_is_not_in_the_url_of_the_response(web: Web, driver: OverAiohttp) -> None:
    """It is that of the request that was sent, with the fragment of the Location."""
    web.provider.script["/r"] = lambda received: redirect(
        302, f"{web.stranger.url}/there?{received.target.partition('?')[2]}#p%41rt%23"
    )
    middlewares = [driver.auth(placement="query")]
    url = f"{web.provider.url}/r?a=1"
    response = driver.run(got(driver.session, url, middlewares=middlewares))
    assert str(response.url) == f"{web.stranger.url}/there?a=1"
    assert str(response.real_url) == f"{web.stranger.url}/there?a=1#pArt%23"


def test_a_location_that_cannot_be_signed_is_not(web: Web, driver: OverAiohttp) -> None:
    """It goes to aiohttp as it is, which goes wherever it can, here by a proxy."""
    web.provider.script["/r"] = redirect(302, "http://a{b.invalid/end")
    options: dict[str, Any] = {"middlewares": [driver.auth()], "proxy": web.provider.url}
    driver.run(got(driver.session, "http://api.example/r", **options))
    assert web.provider.last.target == "http://a{b.invalid/end"
    assert_unsigned(web.provider.last)


def test_nothing_is_kept_of_calls_that_have_ended(web: Web, driver: OverAiohttp) -> None:
    """A redirect is forgotten with its response."""
    web.provider.script["/r"] = redirect(302, "/end")
    auth = driver.auth()
    for _ in range(3):
        driver.run(got(driver.session, f"{web.provider.url}/r", middlewares=[auth]))
    gc.collect()
    assert (len(auth._redirects._last), len(auth._redirects._sent)) == (0, 0)


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_what_aiohttp_repeats_is_signed_afresh(
    web: Web, driver: OverAiohttp, placement: str
) -> None:
    """It does so where a kept connection was closed."""
    web.provider.script["/r"] = Closing(judging)
    middlewares = [driver.auth(placement=placement)]
    response = driver.run(got(driver.session, f"{web.provider.url}/r", middlewares=middlewares))
    assert response.status == 200
    assert_fresh_nonces(*web.provider.received)


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_what_a_middleware_repeats_is_signed_afresh(
    web: Web, driver: OverAiohttp, placement: str
) -> None:
    """The new signature takes the place of the old one."""

    async def twice(request: Any, handler: Any) -> Any:
        (await handler(request)).close()
        return await handler(request)

    middlewares = [twice, driver.auth(placement=placement)]
    driver.run(got(driver.session, f"{web.provider.url}/r?a=1", middlewares=middlewares))
    assert_fresh_nonces(*web.provider.received)
    for received in web.provider.received:
        assert_signed(received, KEYS)
        assert received.target.count("oauth_nonce=") == (placement == "query")


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_a_websocket_begins_signed(web: Web, driver: OverAiohttp, placement: str) -> None:
    """Its server reads an http URL, and a redirect leads it on."""
    web.provider.script["/r"] = lambda received: redirect(
        302, received.target.replace("/r", "/end", 1)
    )

    async def work() -> None:
        url = f"ws{web.provider.url[4:]}/r?a=1"
        session = await driver.new_session(middlewares=[driver.auth(placement=placement)])
        async with session:
            with pytest.raises(aiohttp.WSServerHandshakeError) as raised:
                await session.ws_connect(url)
            assert raised.value.request_info.url.scheme == "ws"

    driver.run(work())
    first, last = web.provider.received
    assert_fresh_nonces(first, last)
    for received in (first, last):
        assert received.header("upgrade") == "websocket"
        assert_signed(received, KEYS)


def test_one_is_free_to_share_between_event_loops(web: Web, driver: OverAiohttp) -> None:
    """Nothing in it belongs to the first."""
    web.provider.script["/r"] = redirect(302, "/end")
    auth = driver.auth(clock_skew="learn")

    async def work() -> None:
        async with aiohttp.ClientSession(middlewares=[auth]) as session:
            await got(session, f"{web.provider.url}/r")

    for _ in range(2):
        asyncio.run(work())
    assert_fresh_nonces(*web.provider.received)
    for received in web.provider.received:
        assert_signed(received, KEYS)


def test_a_status_that_raises_does_so(web: Web, driver: OverAiohttp) -> None:
    """With ``raise_for_status``, after what the clock has to say."""
    web.provider.script["/r"] = Answer(401, body=b"no")
    options: dict[str, Any] = {
        "middlewares": [driver.auth(clock_skew="learn")],
        "raise_for_status": True,
    }
    with pytest.raises(aiohttp.ClientResponseError, match="401"):
        driver.run(got(driver.session, f"{web.provider.url}/r", **options))


def test_an_aiohttp_without_middlewares_is_refused(driver: OverAiohttp) -> None:
    """The text names the version, and the extra that has it."""
    program = "import sys, types; sys.modules['aiohttp'] = types.ModuleType('aiohttp')\n"
    program += "import oauth2.auth.aiohttp"
    command = [sys.executable, "-c", program]
    said = subprocess.run(command, capture_output=True, check=False, text=True).stderr
    assert "aiohttp 3.12 or later: python -m pip install 'oauth2[aiohttp]'" in said
