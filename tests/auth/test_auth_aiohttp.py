"""What aiohttp promises to those who use a session, with our middleware in it."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
import yarl
from libraries.over_aiohttp import OverAiohttp
from libraries.servers import Web
from multidict import CIMultiDict
from wire import (
    KEYS,
    Answer,
    assert_fresh_nonces,
    assert_signed,
    assert_unsigned,
    judging,
    redirect,
)

pytestmark = pytest.mark.parametrize("driver", ["aiohttp"], indirect=True)


async def got(session: Any, url: Any, **options: Any) -> Any:
    """Ask by GET, and return the response, whose body was read."""
    async with session.get(url, **options) as response:
        await response.read()
        return response


def test_a_session_signs_all_that_it_sends(web: Web, driver: OverAiohttp) -> None:
    """Each request of its own, with a nonce of its own; the base URL is part of it."""

    async def work() -> None:
        base = f"{web.provider.url}/v1/"
        async with await driver.new_session(middlewares=[driver.auth()], base_url=base) as session:
            for _ in range(3):
                assert (await got(session, "r", params={"a": "é"})).status == 200

    driver.run(work())
    for received in web.provider.received:
        assert_signed(received, KEYS)
        assert received.target == "/v1/r?a=%C3%A9"
    assert_fresh_nonces(*web.provider.received)


@pytest.mark.parametrize("path", ["/r?f[a]=1&q={x}", "/{id}?a=5%&b=|", "/r?a=1&&b", "/%7euser"])
def test_a_url_that_is_declared_encoded_is_sent_as_it_is(
    web: Web, driver: OverAiohttp, path: str
) -> None:
    """Yarl changes nothing of it."""
    url = yarl.URL(web.provider.url + path, encoded=True)
    driver.run(got(driver.session, url, middlewares=[driver.auth()]))
    assert web.provider.last.target == path
    assert_signed(web.provider.last, KEYS)


def test_headers_of_the_caller_are_not_changed(web: Web, driver: OverAiohttp) -> None:
    """Neither those of a call nor those of a session, and repeated ones are sent as such."""
    headers = CIMultiDict([("X-A", "1"), ("X-A", "2")])
    driver.run(got(driver.session, web.provider.url, headers=headers, middlewares=[driver.auth()]))
    assert list(headers.items()) == [("X-A", "1"), ("X-A", "2")]
    assert web.provider.last.values("x-a") == ["1", "2"]
    assert_signed(web.provider.last, KEYS)


def test_traces_are_called(web: Web, driver: OverAiohttp) -> None:
    """For the request, the redirect and the end, as without a middleware."""
    web.provider.script["/r"] = redirect(302, "/end")
    web.provider.script["/end"] = judging
    seen: list[str] = []
    trace = aiohttp.TraceConfig()
    for name in ("on_request_start", "on_request_redirect", "on_request_end"):

        async def note(*_: Any, name: str = name) -> None:
            seen.append(name)

        getattr(trace, name).append(note)

    async def work() -> int:
        options = {"middlewares": [driver.auth()], "trace_configs": [trace]}
        async with await driver.new_session(**options) as session:
            return int((await got(session, f"{web.provider.url}/r")).status)

    assert driver.run(work()) == 200
    assert seen == ["on_request_start", "on_request_redirect", "on_request_end"]


def test_it_stands_beside_other_middlewares(web: Web, driver: OverAiohttp) -> None:
    """What one before it has put into the request is there; one behind it sees the signature."""
    seen = []

    async def before(request: Any, handler: Any) -> Any:
        request.headers["X-Before"] = "1"
        return await handler(request)

    async def behind(request: Any, handler: Any) -> Any:
        seen.append(request.headers["Authorization"])
        return await handler(request)

    middlewares = [before, driver.auth(), behind]
    driver.run(got(driver.session, web.provider.url, middlewares=middlewares))
    assert web.provider.last.header("x-before") == "1"
    assert seen == [web.provider.last.header("authorization")]
    assert_signed(web.provider.last, KEYS)


def test_the_history_is_that_of_the_library(web: Web, driver: OverAiohttp) -> None:
    """Each response that was a redirect."""
    web.provider.script["/r"] = redirect(302, "/b")
    web.provider.script["/b"] = redirect(307, "/end")
    web.provider.script["/end"] = judging
    url = f"{web.provider.url}/r"
    response = driver.run(got(driver.session, url, middlewares=[driver.auth()]))
    assert response.status == 200
    assert [each.status for each in response.history] == [302, 307]
    assert str(response.url) == f"{web.provider.url}/end"
    for received in web.provider.received:
        assert_signed(received, KEYS)


def test_redirects_without_end_are_an_error_of_the_library(web: Web, driver: OverAiohttp) -> None:
    """After as many as the call allows."""
    web.provider.script["/r"] = redirect(302, "/r")
    options = {"middlewares": [driver.auth()], "max_redirects": 3}
    with pytest.raises(aiohttp.TooManyRedirects):
        driver.run(got(driver.session, f"{web.provider.url}/r", **options))


def test_an_answer_can_be_streamed(web: Web, driver: OverAiohttp) -> None:
    """The auth does not read it."""
    web.provider.script["/r"] = Answer(body=b"a" * 100_000)
    auth = driver.auth(clock_skew="learn")

    async def work() -> int:
        url = f"{web.provider.url}/r"
        async with driver.session.get(url, middlewares=[auth]) as response:
            assert not response.content.at_eof()
            return sum([len(piece) async for piece in response.content.iter_chunked(1000)])

    assert driver.run(work()) == 100_000


@pytest.mark.parametrize("field", ["Location", "URI"])
def test_what_leaves_the_origin_is_not_signed(web: Web, driver: OverAiohttp, field: str) -> None:
    """Also where it is told so by URI, which is what aiohttp takes without a Location."""
    web.provider.script["/r"] = Answer(302, {field: f"{web.stranger.url}/end"})
    driver.run(got(driver.session, f"{web.provider.url}/r", middlewares=[driver.auth()]))
    assert_unsigned(web.stranger.last)
