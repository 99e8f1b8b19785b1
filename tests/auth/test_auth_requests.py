"""What requests and niquests promise to those who use a session, with our auth in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from libraries.calls import CALLS
from libraries.drivers import NAMES
from libraries.over_requests import OverRequests
from libraries.servers import Web
from wire import (
    KEYS,
    Answer,
    Received,
    assert_fresh_nonces,
    assert_signed,
    assert_unsigned,
    judging,
    redirect,
)

pytestmark = pytest.mark.parametrize(
    "driver", [name for name in NAMES if name in ("requests", "niquests")], indirect=True
)


@pytest.fixture
def session(driver: OverRequests) -> Iterator[Any]:
    """Open a session whose auth is ours."""
    with driver.new_session() as session:
        session.auth = driver.auth()
        yield session


def test_a_session_signs_all_that_it_sends(web: Web, session: Any) -> None:
    """Each request of its own, with a nonce of its own."""
    for _ in range(3):
        assert session.get(f"{web.provider.url}/r", params={"a": "é"}).status_code == 200
        assert_signed(web.provider.last, KEYS)
    assert_fresh_nonces(*web.provider.received)


@pytest.mark.parametrize("path", ["/r?f[a]=1&q={x}", "/{id}?a=5%&b=|", "/r?a=1&&b"])
def test_a_url_that_was_put_in_after_preparing_is_signed_as_it_is_sent(
    web: Web, driver: OverRequests, session: Any, path: str
) -> None:
    """Whatever is left of it: urllib3 escapes what is not."""
    made = driver.module.Request("GET", f"{web.provider.url}/r")
    plain = driver.session.prepare_request(made)
    prepared = driver.session.prepare_request(made)
    plain.url = prepared.url = web.provider.url + path
    prepared.prepare_auth(session.auth)
    session.send(plain)
    session.send(prepared)
    expected, received = web.provider.received
    assert received.target == expected.target
    assert_signed(received, KEYS)


def test_hooks_see_what_was_sent(web: Web, session: Any) -> None:
    """A response hook is called for each response, with the request that it answers."""
    web.provider.script["/r"] = redirect(302, "/end")
    web.provider.script["/end"] = judging
    seen = []

    def hook(response: Any, **_: Any) -> None:
        seen.append((response.status_code, response.request.headers["Authorization"]))

    session.get(f"{web.provider.url}/r", hooks={"response": hook})
    assert seen[0][0] == 302
    assert seen[-1][0] == 200
    sent = [received.header("authorization") for received in web.provider.received]
    assert [authorization for _, authorization in seen] == sent


def test_the_history_is_that_of_the_library(web: Web, driver: OverRequests, session: Any) -> None:
    """Each response that was a redirect, and the last request as it was sent."""
    web.provider.script["/r"] = redirect(302, "/b")
    web.provider.script["/b"] = redirect(307, "/end")
    web.provider.script["/end"] = judging
    response = session.get(f"{web.provider.url}/r")
    assert response.ok
    assert [each.status_code for each in response.history] == [302, 307]
    assert response.url == f"{web.provider.url}/end"
    sent = web.provider.last.header("authorization")
    assert response.request.headers["Authorization"] == sent


def test_redirects_without_end_are_an_error_of_the_library(
    web: Web, driver: OverRequests, session: Any
) -> None:
    """After as many as the session allows."""
    web.provider.script["/r"] = redirect(302, "/r")
    session.max_redirects = 3
    with pytest.raises(driver.module.TooManyRedirects):
        session.get(f"{web.provider.url}/r")


def test_an_answer_can_be_streamed(web: Web, session: Any) -> None:
    """The auth does not read it."""
    web.provider.script["/r"] = Answer(body=b"a" * 100_000)
    with session.get(f"{web.provider.url}/r", stream=True) as response:
        assert not response.raw.closed
        assert sum(map(len, response.iter_content(1000))) == 100_000


def test_a_refusal_can_be_streamed(web: Web, driver: OverRequests, session: Any) -> None:
    """Also where the clock would be learned from it."""
    session.auth = driver.auth(clock_skew="learn")
    web.provider.script["/r"] = Answer(401, body=b"a" * 100_000)
    with session.get(f"{web.provider.url}/r", stream=True) as response:
        assert sum(map(len, response.iter_content(1000))) == 100_000


def test_the_request_of_the_caller_is_not_changed(
    web: Web, driver: OverRequests, session: Any
) -> None:
    """A Request can be prepared again and again."""
    call = CALLS["form with lists"]
    made = driver.module.Request("POST", f"{web.provider.url}/r", data=call.form)
    before = {**vars(made), "headers": dict(made.headers), "hooks": dict(made.hooks)}
    session.send(session.prepare_request(made))
    assert {**vars(made), "headers": dict(made.headers), "hooks": dict(made.hooks)} == before
    assert_signed(web.provider.last, KEYS)


@pytest.mark.parametrize("placement", ["header", "query"])
def test_copies_of_a_prepared_request_can_be_sent(
    web: Web, driver: OverRequests, session: Any, placement: str
) -> None:
    """Each has a nonce of its own, if it is made when it is to be sent."""
    session.auth = driver.auth(placement=placement)
    prepared = session.prepare_request(driver.module.Request("GET", f"{web.provider.url}/r?a=1"))
    for make in (prepared.copy, prepared.copy, lambda: prepared, prepared.copy):
        session.send(make())
        assert_signed(web.provider.last, KEYS)
    assert_fresh_nonces(*web.provider.received)


def moved_to(end: str) -> Callable[[Received], Answer]:
    """Redirect to another URL, and repeat the query there."""
    return lambda received: redirect(307, f"{end}?{received.target.partition('?')[2]}")


@pytest.mark.parametrize("placement", ["header", "query"])
def test_a_redirect_can_be_followed_by_hand(
    web: Web, driver: OverRequests, session: Any, placement: str
) -> None:
    """`next` of a response is signed for its own URL, or without a trace for another origin."""
    session.auth = driver.auth(placement=placement)
    for end in (f"{web.provider.url}/end", f"{web.stranger.url}/end"):
        web.provider.script["/r"] = moved_to(end)
        response = session.get(f"{web.provider.url}/r?a=1", allow_redirects=False)
        assert session.send(response.next).status_code == 200
    assert_signed(web.provider.received[1], KEYS)
    assert_fresh_nonces(*web.provider.received)
    assert_unsigned(web.stranger.last)
    assert web.stranger.last.target == "/end?a=1"


def test_a_signature_for_a_redirect_that_was_not_followed_gives_way(
    web: Web, driver: OverRequests, session: Any
) -> None:
    """What is sent again is refused by it, and sent once more with one of its own."""
    prepared = session.prepare_request(driver.module.Request("GET", f"{web.provider.url}/r"))
    web.provider.script["/r"] = redirect(302, "/end")
    session.send(prepared, allow_redirects=False)
    web.provider.script["/r"] = judging
    response = session.send(prepared)
    assert response.status_code == 200
    assert [each.status_code for each in response.history] == [401]


def test_a_redirect_to_no_http_url_is_an_error_of_the_library(
    web: Web, driver: OverRequests, session: Any
) -> None:
    """There is nothing to sign, and its words are better."""
    web.provider.script["/r"] = redirect(302, "ftp://files.example/")
    with pytest.raises(driver.module.exceptions.InvalidSchema, match="ftp"):
        session.get(f"{web.provider.url}/r")


def test_a_body_that_was_read_is_not_signed_again(web: Web, session: Any) -> None:
    """What the library makes of it is refused by the provider, if it is sent at all."""
    web.provider.script["/r"] = redirect(307, "/end")
    web.provider.script["/end"] = judging
    session.post(f"{web.provider.url}/r", data=iter([b"once"]))
    assert_signed(web.provider.received[0], KEYS)
    assert [received.body for received in web.provider.received[1:]] == [b""]


def test_a_location_in_latin_1_is_followed_as_the_library_reads_it(
    web: Web, driver: OverRequests, session: Any
) -> None:
    """By requests it is not, and by niquests it is, as UTF-8."""
    web.provider.script["/r"] = redirect(302, "/caf\xe9")
    web.provider.script["/caf%C3%A9"] = judging
    if driver.name == "requests":
        with pytest.raises(UnicodeDecodeError):
            session.get(f"{web.provider.url}/r")
    else:
        assert session.get(f"{web.provider.url}/r").status_code == 200
