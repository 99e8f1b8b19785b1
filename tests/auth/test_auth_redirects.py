"""Redirects: signed within the origin, and to another one without a trace of OAuth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from libraries.calls import CALLS, Call, unsigned
from libraries.drivers import Driver, Response
from libraries.servers import Web
from tables import rows
from wire import (
    KEYS,
    Answer,
    Origin,
    assert_fresh_nonces,
    assert_signed,
    assert_unsigned,
    judging,
    redirect,
)

STATUSES = [301, 302, 303, 307, 308]
PLACEMENTS = ["header", "query"]
SENT = {
    "GET": Call(path="/r?a=1&a="),
    "HEAD": Call("HEAD", "/r?a=1"),
    "form": CALLS["form as a dict"],
    "JSON": Call("POST", json={"name": "h\u00e9llo"}),
    "bytes in PUT": CALLS["bytes"]._replace(method="PUT"),
    "DELETE": Call("DELETE"),
}


class Place(NamedTuple):
    """Another origin: how one gets there from the first, and who serves it."""

    first: Callable[[Web], Origin]
    other: Callable[[Web], Origin]
    url: Callable[[Web], str]


OTHERS = {
    "port": Place(lambda web: web.provider, lambda web: web.stranger, lambda web: web.stranger.url),
    "host": Place(
        lambda web: web.provider, lambda web: web.provider, lambda web: web.provider.named_url
    ),
    "https to http": Place(
        lambda web: web.secure, lambda web: web.provider, lambda web: web.provider.url
    ),
    "http to https": Place(
        lambda web: web.provider, lambda web: web.secure, lambda web: web.secure.url
    ),
}


def hops(web: Web) -> list[tuple[str, list[Any]]]:
    """Return what would be there without signatures, of each request, at each server."""
    return [(origin.url, [unsigned(each) for each in origin.received]) for origin in web]


def same_hops(web: Web, send: Callable[[Any], Response], auth: Any) -> Response:
    """Send without and then with an auth; the library goes the same way both times.

    Where the last request is sent anew, it is there twice.
    """
    send(None)
    plain = hops(web)
    for origin in web:
        origin.received.clear()
    response = send(auth)
    for (_, expected), (_, got) in zip(plain, hops(web)):
        anew = [each for index, each in enumerate(got) if index == 0 or each != got[index - 1]]
        assert anew == expected
    return response


@pytest.mark.parametrize(
    ("status", "name", "placement"),
    rows(
        (STATUSES, ["GET", "form"], PLACEMENTS),
        ([302, 307], SENT, ["header"]),
        ([302], ["file", "multipart"], ["header"]),
    ),
)
def test_within_the_origin_the_last_one_is_signed(
    web: Web, driver: Driver, status: int, name: str, placement: str
) -> None:
    """Method and body are those of the library; a provider that judges is satisfied."""
    web.provider.script["/r"] = redirect(status, "/end?x=%C3%A9&y")
    web.provider.script["/end"] = judging
    call, auth = {**SENT, **CALLS}[name], driver.auth(placement=placement)
    response = same_hops(web, lambda each: driver.send(call, web.provider.url, each), auth)
    assert response.status == 200
    first, *_, last = web.provider.received
    assert_signed(first, KEYS)
    assert_signed(last, KEYS)
    assert last.place() == placement
    assert_fresh_nonces(first, last)


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_within_the_origin_several_hops_end_signed(
    web: Web, driver: Driver, placement: str
) -> None:
    """However many there are, in whatever way they tell the place."""
    web.provider.script["/r"] = redirect(302, f"{web.provider.url}/b?n=1")
    web.provider.script["/b"] = redirect(307, "c/../d?n=2")
    web.provider.script["/d"] = lambda received: (
        judging(received) if "n=3" in received.target else redirect(301, "?n=3")
    )
    response = driver.send(Call(), web.provider.url, driver.auth(placement=placement))
    assert response.content == b"welcome"
    assert_signed(web.provider.last, KEYS)


LOCATIONS = {
    "path": "/end",
    "relative": "end?a=1",
    "query alone": "?end=1",
    "without a scheme": "//{host}/end",
    "scheme in capitals": "HTTP://{host}/end",
    "fragment": "/end?a=1#part",
    "dot segments": "/a/./b/../end?a=1",
    "escapes": "/%65nd/%7e%c3%a9?a=%2b+%20",
    "octets of UTF-8": "/end/Ã©?n=Ã¶",
    "spaces": "/end now?a=b c",
    "brackets and braces": "/end/[0]/{{x}}?f[a]={{y}}",
    "bare percent": "/end?a=5%&b=%zz",
    "bare percent beside escapes": "/end%20x?a=5%&b=%2B{{}}",
    "bare percent beside what is quoted": '/end?a=5%&b=Ã©"',
    "dot segments beside what is quoted": "http://{host}//`/../end",
    "repeated names": "/end?a=2&a=1&b&b=",
    "user-info": "http://us:pw@{host}/end",
}


@pytest.mark.parametrize(
    ("name", "placement"),
    rows((LOCATIONS, ["header"]), (["query alone", "fragment", "escapes", "spaces"], ["query"])),
)
def test_every_location_is_signed_as_it_is_followed(
    web: Web, driver: Driver, name: str, placement: str
) -> None:
    """However it is written, and whatever the library makes of it."""
    place = LOCATIONS[name].format(host=web.provider.url.partition("//")[2])
    web.provider.script["/r"] = lambda received: (
        judging(received) if "end=1" in received.target else redirect(302, place)
    )
    response = same_hops(
        web,
        lambda auth: driver.send(Call(), web.provider.url, auth),
        driver.auth(placement=placement),
    )
    assert response.status == 200
    assert_signed(web.provider.last, KEYS)


@pytest.mark.parametrize("status", STATUSES)
def test_a_location_that_repeats_our_query(web: Web, driver: Driver, status: int) -> None:
    """What was signed is stripped: there is one signature, and what else was there is kept."""
    web.provider.script["/r"] = lambda received: redirect(
        status, received.target.replace("/r", "/end", 1)
    )
    web.provider.script["/end"] = judging
    auth = driver.auth(placement="query")
    response = driver.send(Call(path="/r?a=1"), web.provider.url, auth)
    assert response.content == b"welcome"
    assert_signed(web.provider.last, KEYS)
    assert web.provider.last.target.count("oauth_signature=") == 1
    assert unsigned(web.provider.last)[1] == "/end?a=1"


@pytest.mark.parametrize(
    ("other", "status", "placement"),
    rows((["port"], STATUSES, PLACEMENTS), (OTHERS, [302, 307], PLACEMENTS)),
)
def test_another_origin_gets_no_trace_of_oauth(
    web: Web, driver: Driver, other: str, status: int, placement: str
) -> None:
    """Neither a header nor a parameter, also where the Location repeats the query."""
    place = OTHERS[other]
    first, there = place.first(web), place.other(web)
    first.script["/r"] = lambda received: redirect(
        status, place.url(web) + received.target.replace("/r", "/end", 1)
    )
    for name in ("GET", "form"):
        first.received.clear()
        there.received.clear()
        response = driver.send(SENT[name], first.url, driver.auth(placement=placement))
        assert response.status == 200
        assert_signed(first.received[0], KEYS)
        left = [each for each in there.received if each.origin_form.startswith("/end")]
        assert left
        for received in left:
            assert_unsigned(received)


def test_another_origin_gets_what_the_library_sends(web: Web, driver: Driver) -> None:
    """Method, query, headers and body are those of the library without an auth."""
    for status in STATUSES:
        web.provider.script["/r"] = redirect(status, f"{web.stranger.url}/end?x=1")
        for name in ("GET", "form", "JSON"):
            web.stranger.received.clear()
            driver.send(SENT[name], web.provider.url)
            driver.send(SENT[name], web.provider.url, driver.auth())
            plain, received = web.stranger.received
            assert unsigned(received) == unsigned(plain)


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_what_has_left_the_origin_stays_unsigned(web: Web, driver: Driver, placement: str) -> None:
    """From one to another and back: the other has chosen what would be signed."""
    web.provider.script["/r"] = redirect(302, f"{web.stranger.url}/there")
    web.stranger.script["/there"] = redirect(302, f"{web.provider.url}/back")
    web.provider.script["/back"] = judging
    response = driver.send(Call(), web.provider.url, driver.auth(placement=placement))
    assert response == (401, b"go away")
    assert_unsigned(web.stranger.last)
    (back,) = [each for each in web.provider.received if each.target.startswith("/back")]
    assert_unsigned(back)


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_the_next_request_is_signed_again(web: Web, driver: Driver, placement: str) -> None:
    """A redirect to another origin is forgotten with the request that met it."""
    web.provider.script["/r"] = redirect(302, f"{web.stranger.url}/there")
    auth = driver.auth(placement=placement)
    driver.send(Call(), web.provider.url, auth)
    driver.send(Call(path="/next"), web.provider.url, auth)
    assert_signed(web.provider.last, KEYS)
    driver.send(Call(path="/next"), web.stranger.url, auth)
    assert_signed(web.stranger.last, KEYS)


@pytest.mark.parametrize(
    ("given", "location", "is_same"),
    [
        ("http://api.example/r", "http://api.example:80/end", True),
        ("http://api.example:80/r", "http://API.example/end", True),
        ("http://api.example/r", "//api.example/end", True),
        ("http://api.example/r", "http://api.example:8080/end", False),
        ("http://api.example/r", "//other.example/end", False),
        ("http://api.example/r", "http://api.example.evil.example/end", False),
        ("http://api.example/r", "http://www.api.example/end", False),
        ("http://api.example:8080/r", "http://api.example/end", False),
    ],
)
def test_what_one_origin_is(
    web: Web, driver: Driver, given: str, location: str, is_same: bool
) -> None:
    """Scheme, host and port, however they are written; by a proxy, as these are names."""
    web.provider.script["/r"] = redirect(307, location)
    driver.send(Call(url=given), "", driver.auth(), proxy=web.provider.url)
    last = web.provider.last
    assert last.origin_form == "/end"
    if is_same:
        assert_signed(last, KEYS)
    else:
        assert_unsigned(last)


def test_a_redirect_that_is_not_followed_is_returned(web: Web, driver: Driver) -> None:
    """Where the caller follows none, nothing is sent anew."""
    web.provider.script["/r"] = redirect(302, "/end")
    response = driver.send(Call(), web.provider.url, driver.auth(), follow=False)
    assert response == (302, b"moved")
    assert len(web.provider.received) == 1


@pytest.mark.parametrize(("status", "placement"), [(302, "header"), (303, "query")])
def test_a_stream_is_not_sent_again(web: Web, driver: Driver, status: int, placement: str) -> None:
    """What follows has no body, and is signed as that."""
    web.provider.script["/r"] = redirect(status, "/end")
    web.provider.script["/end"] = judging
    response = driver.send(CALLS["generator"], web.provider.url, driver.auth(placement=placement))
    assert response.status == 200
    assert (web.provider.last.method, web.provider.last.body) == ("GET", b"")
    assert_signed(web.provider.last, KEYS)


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_an_empty_location_means_what_it_means_to_the_library(
    web: Web, driver: Driver, placement: str
) -> None:
    """To some it leads nowhere, to others to where it comes from."""
    web.provider.script["/r"] = lambda received: (
        redirect(302, "") if len(web.provider.received) == 1 else Answer()
    )
    plain = driver.send(Call(), web.provider.url)
    count = len(web.provider.received)
    web.provider.received.clear()
    assert driver.send(Call(), web.provider.url, driver.auth(placement=placement)) == plain
    assert len(web.provider.received) == count
    assert_signed(web.provider.last, KEYS)
