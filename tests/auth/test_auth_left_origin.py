"""Nothing of OAuth leaves the origin: not by an odd Location, nor by whoever follows it."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from known import CONSUMER_SECRET, TOKEN_SECRET
from libraries.calls import Call
from libraries.drivers import Driver
from libraries.over_aiohttp import OverAiohttp
from libraries.over_requests import OverRequests
from libraries.servers import Web
from requests import RequestException
from wire import Answer, Received, assert_unsigned, redirect

from oauth2.auth.requests_oauthlib import OAuth1Session

PLACEMENTS = ["header", "query"]
CREDENTIALS: dict[str, Any] = {
    "client_key": "key",
    "client_secret": CONSUMER_SECRET,
    "resource_owner_key": "token",
    "resource_owner_secret": TOKEN_SECRET,
}
REFUSAL = Answer(401, {"Date": "Tue, 01 Jan 2030 00:00:00 GMT"}, b"go away")

over_requests = pytest.mark.parametrize("driver", ["requests", "niquests"], indirect=True)


def leading_to(url: str) -> Callable[[Received], Answer]:
    """Make a script that redirects to a URL, and repeats the query there."""
    return lambda received: redirect(302, f"{url}?{received.target.partition('?')[2]}")


@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize(
    "location",
    ["////{host}/x", "http:////{host}/x", "http:/{host}/x", "ws://{host}/x", "http://{host}:/x"],
)
def test_no_location_leads_a_signature_elsewhere(
    web: Web, driver: Driver, location: str, placement: str
) -> None:
    """Some are read in one way by one library and otherwise by another, and some follow ws."""
    _, _, host = web.stranger.url.partition("//")
    url = location.format(host=host)
    web.provider.script["/r"] = leading_to(url) if placement == "query" else redirect(302, url)
    web.stranger.script["/x"] = REFUSAL
    auth = driver.auth(placement=placement, clock_skew="learn")
    refused_by = driver.library
    try:
        driver.send(Call(path="/r?q=1"), web.provider.url, auth)
    except Exception as exc:
        refused_by, _, _ = type(exc).__module__.partition(".")
    assert refused_by == driver.library, "such a URL is refused in the words of the library"
    for received in web.stranger.received:
        assert_unsigned(received)
    assert auth.clock_offset == 0


@over_requests
@pytest.mark.parametrize("placement", PLACEMENTS)
def test_what_once_led_elsewhere_is_not_signed_later(
    web: Web, driver: OverRequests, placement: str
) -> None:
    """Also where the request that it followed has been sent again in between."""
    web.provider.script["/r"] = redirect(302, f"{web.stranger.url}/x")
    web.stranger.script["/x"] = REFUSAL
    auth = driver.auth(placement=placement)
    request = driver.module.Request("GET", f"{web.provider.url}/r", auth=auth)
    prepared = driver.session.prepare_request(request)
    response = driver.session.send(prepared, allow_redirects=False)
    web.provider.script["/r"] = Answer()
    driver.session.send(prepared)
    driver.session.send(response.next)
    (received,) = web.stranger.received
    assert_unsigned(received)


@over_requests
@pytest.mark.parametrize("placement", PLACEMENTS)
def test_what_a_hook_leads_elsewhere_is_not_signed_there(
    web: Web, driver: OverRequests, placement: str
) -> None:
    """A hook of the program sees a Location after ours, and may put another one there."""
    web.provider.script["/r"] = redirect(302, "/y")
    web.stranger.script["/x"] = REFUSAL
    session = driver.new_session()

    def lead(response: Any, **options: Any) -> None:
        if response.is_redirect:
            response.headers["Location"] = f"{web.stranger.url}/x"

    session.hooks["response"].append(lead)
    with session:
        session.get(f"{web.provider.url}/r", auth=driver.auth(placement=placement))
    (received,) = web.stranger.received
    assert_unsigned(received)


@over_requests
@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize(
    "stored",
    [copy.deepcopy, lambda prepared: pickle.loads(pickle.dumps(prepared))],
    ids=["deepcopy", "pickle"],
)
def test_a_request_that_was_stored_leads_no_signature_elsewhere(
    web: Web, driver: OverRequests, stored: Callable[[Any], Any], placement: str
) -> None:
    """It is signed no more, but knows what a signature has put into the query."""
    web.provider.script["/r"] = leading_to(f"{web.stranger.url}/x")
    auth = driver.auth(placement=placement)
    request = driver.module.Request("GET", f"{web.provider.url}/r?q=1", auth=auth)
    driver.session.send(stored(driver.session.prepare_request(request)), timeout=10)
    (received,) = web.stranger.received
    assert_unsigned(received)
    assert received.target == "/x?q=1"


@pytest.mark.parametrize("driver", ["aiohttp"], indirect=True)
@pytest.mark.parametrize("placement", PLACEMENTS)
def test_a_middleware_that_follows_redirects_takes_no_signature_along(
    web: Web, driver: OverAiohttp, placement: str
) -> None:
    """It sends one request several times, with what was put into that before."""
    from yarl import URL

    web.provider.script["/r"] = leading_to(f"{web.stranger.url}/x")

    async def follow(request: Any, handler: Any) -> Any:
        response = await handler(request)
        if response.status == 302:
            response.release()
            request.url = URL(response.headers["Location"], encoded=True)
            response = await handler(request)
        return response

    async def get() -> None:
        middlewares = (follow, driver.auth(placement=placement))
        options = {"middlewares": middlewares, "allow_redirects": False}
        async with driver.session.get(f"{web.provider.url}/r?q=1", **options) as response:
            assert response.status == 200

    driver.run(get())
    (received,) = web.stranger.received
    assert_unsigned(received)


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY", "BODY"])
@pytest.mark.parametrize("location", ["////{host}/x", "http:////{host}/x", "http:/{host}/x"])
def test_a_form_takes_no_signature_elsewhere(web: Web, signature_type: str, location: str) -> None:
    """What is signed in the body is sent on by a 307, so that its place has to be known before."""
    _, _, host = web.stranger.url.partition("//")
    web.provider.script["/r"] = redirect(307, location.format(host=host))
    web.stranger.script["/x"] = REFUSAL
    with OAuth1Session(**CREDENTIALS, signature_type=signature_type) as session:
        session.trust_env = False
        session.post(f"{web.provider.url}/r", {"a": "1"})
    for received in web.stranger.received:
        assert_unsigned(received)
        assert received.body == b"a=1"


@pytest.mark.parametrize("location", ["ftp://127.0.0.1/x", "http://127.0.0.1:99999/", "mailto:ann"])
def test_a_location_that_is_not_http_is_left_to_requests(web: Web, location: str) -> None:
    """A program that catches the errors of requests catches this one."""
    web.provider.script["/r"] = redirect(302, location)
    with OAuth1Session(**CREDENTIALS) as session:
        session.trust_env = False
        with pytest.raises(RequestException):
            session.get(f"{web.provider.url}/r")
