"""What httpx and httpx2 promise to those who use a client, with our auth in it."""

from __future__ import annotations

from typing import Any

import pytest
from libraries.drivers import NAMES
from libraries.over_httpx import OverHttpx
from libraries.servers import Web
from wire import KEYS, Answer, Keys, Received, assert_fresh_nonces, assert_signed, judging, redirect

import oauth2

pytestmark = pytest.mark.parametrize(
    "driver", [name for name in NAMES if name in ("httpx", "httpx2")], indirect=True
)


def test_a_client_signs_all_that_it_sends(web: Web, driver: OverHttpx) -> None:
    """Each request of its own, with a nonce of its own; the base URL is part of it."""
    with driver.new_client(auth=driver.auth(), base_url=f"{web.provider.url}/v1") as client:
        for _ in range(3):
            assert client.get("r", params={"a": "é"}).status_code == 200
            assert_signed(web.provider.last, KEYS)
            assert web.provider.last.target == "/v1/r?a=%C3%A9"
    assert_fresh_nonces(*web.provider.received)


def test_hooks_are_called(web: Web, driver: OverHttpx) -> None:
    """For each request, the first of which is signed by then, and for each response."""
    web.provider.script["/r"] = redirect(302, "/end")
    web.provider.script["/end"] = judging
    seen: list[Any] = []
    hooks = {
        "request": [lambda request: seen.append(request.headers["Authorization"])],
        "response": [lambda response: seen.append(response.status_code)],
    }
    with driver.new_client(auth=driver.auth(), event_hooks=hooks, follow_redirects=True) as client:
        assert client.get(f"{web.provider.url}/r").status_code == 200
    first, *_, last = seen
    assert first == web.provider.received[0].header("authorization")
    assert seen[1] == 302
    assert last == 200
    assert len(seen) == 2 * len(web.provider.received)


def test_the_history_begins_with_the_first_response(web: Web, driver: OverHttpx) -> None:
    """And the response has the request that it answers."""
    web.provider.script["/r"] = redirect(302, "/b")
    web.provider.script["/b"] = redirect(307, "/end")
    web.provider.script["/end"] = judging
    with driver.new_client(auth=driver.auth(), follow_redirects=True) as client:
        response = client.get(f"{web.provider.url}/r")
    assert response.status_code == 200
    assert [each.status_code for each in response.history][:2] == [302, 307]
    assert response.url == f"{web.provider.url}/end"
    sent = web.provider.last.header("authorization")
    assert response.request.headers["Authorization"] == sent


def test_redirects_without_end_are_an_error_of_the_library(web: Web, driver: OverHttpx) -> None:
    """After as many as the client allows."""
    web.provider.script["/r"] = redirect(302, "/r")
    options = {"auth": driver.auth(), "follow_redirects": True, "max_redirects": 3}
    with driver.new_client(**options) as client:
        with pytest.raises(driver.module.TooManyRedirects):
            client.get(f"{web.provider.url}/r")


def test_a_redirect_can_be_followed_by_hand(web: Web, driver: OverHttpx) -> None:
    """`next_request` of a response, sent by the same client, is signed for its own URL."""
    web.provider.script["/r"] = redirect(307, "/end")
    web.provider.script["/end"] = judging
    with driver.new_client(auth=driver.auth()) as client:
        response = client.post(f"{web.provider.url}/r", data={"a": "1"})
        assert client.send(response.next_request).status_code == 200
    assert_fresh_nonces(*web.provider.received)


def test_an_answer_can_be_streamed(web: Web, driver: OverHttpx) -> None:
    """The auth does not read it."""
    web.provider.script["/r"] = Answer(body=b"a" * 100_000)
    with driver.new_client(auth=driver.auth(clock_skew="learn")) as client:
        with client.stream("GET", f"{web.provider.url}/r") as response:
            assert not response.is_stream_consumed
            assert sum(map(len, response.iter_bytes(1000))) == 100_000


def test_an_app_can_be_tested_without_a_socket(driver: OverHttpx) -> None:
    """A transport of the caller's is asked with the signed request."""
    received = []

    def app(request: Any) -> Any:
        fields = [(name.decode(), value.decode()) for name, value in request.headers.raw]
        target = request.url.raw_path.decode()
        body = request.content
        received.append(Received("http", request.method, target, fields, body, body, 0))
        return driver.module.Response(200)

    transport = driver.module.MockTransport(app)
    auth = driver.auth()
    with driver.module.Client(transport=transport, auth=auth) as client:
        client.post("http://api.example/r?a=1", json={"b": "é"})
    assert_signed(received[0], KEYS)


def test_a_signer_with_another_consumer_can_be_given_for_one_call(
    web: Web, driver: OverHttpx
) -> None:
    """The auth of a call stands in the place of the client's."""
    other = driver.auth(oauth2.Consumer("other", "o-sekrit"), None)
    with driver.new_client(auth=driver.auth()) as client:
        client.get(f"{web.provider.url}/r", auth=other)
    assert_signed(web.provider.last, Keys("o-sekrit"))
