"""What httpx and httpx2 let an auth see of redirects, of refusals, and of the caller's request."""

from __future__ import annotations

import contextlib
import io
import pickle
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from email.utils import formatdate
from types import SimpleNamespace
from typing import Any, Union

import pytest
from known import FORM
from libraries.calls import OneWay
from libraries.drivers import NAMES
from libraries.over_httpx import OverAsyncHttpx, OverHttpx
from libraries.servers import Web
from wire import (
    KEYS,
    Answer,
    Received,
    assert_fresh_nonces,
    assert_signed,
    assert_unsigned,
    by_hand,
    judging,
    redirect,
)

from oauth2.auth.trace import sent_url

HOUR = 3600
STATUSES = [301, 302, 303, 307, 308]

Over = Union[OverHttpx, OverAsyncHttpx]

pytestmark = pytest.mark.parametrize(
    "driver", [name for name in NAMES if name.startswith("httpx")], indirect=True
)


def send(driver: Over, request: Any, auth: Any, client: Any = None, **options: Any) -> Any:
    """Send a request by the client of a driver, or by another one."""
    sent = (client or driver.client).send(request, auth=auth, **options)
    return driver.run(sent) if isinstance(driver, OverAsyncHttpx) else sent


def close(driver: Over, client: Any) -> None:
    """Close a client of one's own."""
    if isinstance(driver, OverAsyncHttpx):
        driver.run(client.aclose())
    else:
        client.close()


def within_the_app(
    driver: Over, answer: Callable[[Received], Answer], **options: Any
) -> tuple[Any, list[Received]]:
    """Make a client whose transport knows no trace, and the list of what it will receive."""
    received = []

    def app(transport: Any, request: Any) -> Any:
        fields = [(name.decode(), value.decode("latin-1")) for name, value in request.headers.raw]
        body = b"" if request.method == "GET" else b"".join(request.stream)
        target = request.url.raw_path.decode()
        came = Received("http", request.method, target, fields, body, body, 0)
        received.append(came)
        answered = answer(came)
        return driver.module.Response(
            answered.status, headers=dict(answered.headers), content=answered.body
        )

    async def app_async(transport: Any, request: Any) -> Any:
        return app(transport, request)

    bases = (driver.module.BaseTransport, driver.module.AsyncBaseTransport)
    named = {"handle_request": app, "handle_async_request": app_async}
    transport = type("App", bases, named)()
    return driver.new_client(transport=transport, follow_redirects=True, **options), received


def late(received: Received) -> Answer:
    """Judge by a clock that is an hour ahead, and tell it with a cookie."""
    now = int(time.time()) + HOUR
    if abs(int(received.oauth("oauth_timestamp") or 0) - now) > 300:
        fields = {"Date": formatdate(now, usegmt=True), "Set-Cookie": "session=1"}
        return Answer(401, fields, b"too early")
    return judging(received)


def names_of(*urls: str) -> Callable[[Received], Answer]:
    """Redirect from each of these paths to the URL after it, and judge at the last."""
    follows = dict(zip(urls, urls[1:]))

    def answer(received: Received) -> Answer:
        url = f"http://{received.header('host')}{received.target}"
        return redirect(307, follows[url]) if url in follows else judging(received)

    return answer


@pytest.mark.parametrize("status", STATUSES)
def test_nothing_is_refused_on_the_way(web: Web, driver: Over, status: int) -> None:
    """Each hop has a signature of its own when it is sent."""
    for path, location in (("/r", "/a?x=1"), ("/a", "b"), ("/b", "/end")):
        web.provider.script[path] = redirect(status, location)
    request = driver.client.build_request("POST", f"{web.provider.url}/r", data={"a": "1"})
    assert send(driver, request, driver.auth(), follow_redirects=True).status_code == 200
    for received in web.provider.received:
        assert_signed(received, KEYS)
    assert [received.target for received in web.provider.received] == ["/r", "/a?x=1", "/b", "/end"]
    assert_fresh_nonces(*web.provider.received)


@pytest.mark.parametrize("placement", ["header", "query"])
def test_the_last_request_is_as_it_was_sent(web: Web, driver: Over, placement: str) -> None:
    """Header and URL, also where the Location has repeated our query."""
    web.provider.script["/r"] = lambda received: redirect(302, f"/end?{received.target[3:]}&x=1")
    request = driver.client.build_request("GET", f"{web.provider.url}/r?a=1")
    auth = driver.auth(placement=placement)
    response = send(driver, request, auth, follow_redirects=True)
    last = web.provider.last
    assert response.request.headers.get("Authorization") == last.header("authorization")
    assert response.url == web.provider.url + last.target
    assert last.target.startswith("/end?a=1&x=1")
    assert_signed(last, KEYS)


def test_the_url_of_another_origin_has_no_signature(web: Web, driver: Over) -> None:
    """Neither on the wire nor in the response."""
    web.provider.script["/r"] = lambda received: redirect(302, web.stranger.url + received.target)
    request = driver.client.build_request("GET", f"{web.provider.url}/r?a=1")
    response = send(driver, request, driver.auth(placement="query"), follow_redirects=True)
    assert response.url == f"{web.stranger.url}/r?a=1"
    assert_unsigned(web.stranger.last)


@pytest.mark.parametrize("placement", ["header", "query"])
def test_what_leads_elsewhere_is_not_signed_by_hand_either(
    web: Web, driver: Over, placement: str
) -> None:
    """Nor what leads back from there, though the client signs all that it sends."""
    web.provider.script["/r"] = lambda received: redirect(302, web.stranger.url + received.target)
    web.stranger.script["/r"] = redirect(302, f"{web.provider.url}/back")
    auth = driver.auth(placement=placement)
    response = send(driver, driver.client.build_request("GET", f"{web.provider.url}/r?a=1"), auth)
    assert response.headers["Location"] == f"{web.stranger.url}/r?a=1"
    response = send(driver, response.next_request, auth)
    assert web.stranger.last.target == "/r?a=1"
    assert_unsigned(web.stranger.last)
    send(driver, response.next_request, auth)
    assert web.provider.last.target == "/back"
    assert_unsigned(web.provider.last)


def test_a_location_that_is_not_http_is_left_to_the_library(web: Web, driver: Over) -> None:
    """It is returned, and an error of the library when it is followed."""
    web.provider.script["/r"] = redirect(302, "ftp://files.example/r")
    auth = driver.auth()
    response = send(driver, driver.client.build_request("GET", f"{web.provider.url}/r"), auth)
    assert response.next_request.url == "ftp://files.example/r"
    with pytest.raises(driver.module.UnsupportedProtocol):
        send(driver, response.next_request, auth)


def test_the_request_of_the_caller_is_signed_and_no_more(web: Web, driver: Over) -> None:
    """Its extensions, stream and other headers stay; its trace is called."""
    seen: list[str] = []

    def trace(name: str, info: Any) -> None:
        seen.append(name)

    async def trace_async(name: str, info: Any) -> None:
        seen.append(name)

    given = trace_async if isinstance(driver, OverAsyncHttpx) else trace
    request = driver.client.build_request(
        "POST", f"{web.provider.url}/r", json={"a": 1}, extensions={"trace": given, "mine": 1}
    )
    stream, fields, url = request.stream, dict(request.headers), request.url
    send(driver, request, driver.auth())
    assert "http11.send_request_headers.started" in seen
    assert (request.extensions["trace"], request.extensions["mine"]) == (given, 1)
    del request.headers["Authorization"]
    assert (request.stream, dict(request.headers), request.url) == (stream, fields, url)


def test_the_request_of_a_response_can_be_sent_again(web: Web, driver: Over) -> None:
    """With and without an auth; a chain that has ended signs nothing."""
    web.provider.script["/r"] = redirect(302, "/end")
    request = driver.client.build_request("GET", f"{web.provider.url}/r")
    response = send(driver, request, driver.auth(), follow_redirects=True)
    web.provider.script["/end"] = redirect(302, "/last")
    again = send(driver, response.request, driver.auth(), follow_redirects=True)
    assert again.url == f"{web.provider.url}/last"
    assert_fresh_nonces(*web.provider.received)
    web.provider.received.clear()
    send(driver, response.request, None, follow_redirects=True)
    first, last = web.provider.received
    assert first.oauth("oauth_nonce") == last.oauth("oauth_nonce")


def test_a_response_can_be_pickled(web: Web, driver: Over) -> None:
    """And holds no secret of ours."""
    web.provider.script["/r"] = redirect(302, "/end")
    request = driver.client.build_request("GET", f"{web.provider.url}/r")
    response = send(driver, request, driver.auth(), follow_redirects=True)
    pickled = pickle.dumps(response)
    assert KEYS.consumer_secret.encode() not in pickled
    assert pickle.loads(pickled).status_code == 200


def test_what_a_transport_repeats_is_signed_anew(web: Web, driver: Over) -> None:
    """A transport that calls that of the library again, as some do for a 503."""
    answers = [Answer(503), Answer(503)]
    web.provider.script["/r"] = lambda got: answers.pop() if answers else judging(got)

    def send_again(transport: Any, request: Any) -> Any:
        while (response := transport.below.handle_request(request)).status_code == 503:
            response.read()
        return response

    async def send_again_async(transport: Any, request: Any) -> Any:
        response = await transport.below.handle_async_request(request)
        while response.status_code == 503:
            await response.aread()
            response = await transport.below.handle_async_request(request)
        return response

    module = driver.module
    below = (
        module.AsyncHTTPTransport if isinstance(driver, OverAsyncHttpx) else module.HTTPTransport
    )
    bases = (module.BaseTransport, module.AsyncBaseTransport)
    named = {"handle_request": send_again, "handle_async_request": send_again_async}
    transport = type("Again", bases, {**named, "below": below()})()
    client = driver.new_client(transport=transport)
    request = client.build_request("POST", f"{web.provider.url}/r", json={"a": 1})
    response = send(driver, request, driver.auth(), client)
    close(driver, client)
    if isinstance(driver, OverAsyncHttpx):
        driver.run(transport.below.aclose())
    else:
        transport.below.close()
    assert response.status_code == 200
    assert len(web.provider.received) == 3
    assert_fresh_nonces(*web.provider.received)
    last = web.provider.last.header("authorization")
    assert response.request.headers["Authorization"] == last


def test_a_realm_is_latin_1(web: Web, driver: Over) -> None:
    """As in all headers, in what follows a redirect too; the library has UTF-8."""
    web.provider.script["/r"] = redirect(302, "/end")
    request = driver.client.build_request("GET", f"{web.provider.url}/r")
    response = send(driver, request, driver.auth(realm="caf\u00e9"), follow_redirects=True)
    for received in web.provider.received:
        assert 'realm="caf\u00e9"' in (received.header("authorization") or "")
    assert 'realm="caf\u00e9"' in response.request.headers["Authorization"]


async def pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    """Yield chunks, for an AsyncClient."""
    for chunk in chunks:
        yield chunk


def test_a_form_that_is_generated_is_read_to_be_signed(web: Web, driver: Over) -> None:
    """All of it is sent then, and it can be sent by another clock."""
    web.provider.script["/r"] = late
    content: Any = pieces(b"a=1&", b"b=2")
    if not isinstance(driver, OverAsyncHttpx):
        content = iter([b"a=1&", b"b=2"])
    request = driver.client.build_request(
        "POST", f"{web.provider.url}/r", content=content, headers={"Content-Type": FORM}
    )
    assert send(driver, request, driver.auth(clock_skew="learn")).status_code == 200
    assert [received.body for received in web.provider.received] == [b"a=1&b=2", b"a=1&b=2"]


def test_multipart_of_what_cannot_rewind_is_read_once(web: Web, driver: Over) -> None:
    """It is sent, without a hash, and not once more."""
    web.provider.script["/r"] = late
    files = {"a": ("a.bin", OneWay(b"\xff"))}
    request = driver.client.build_request("POST", f"{web.provider.url}/r", files=files)
    response = send(driver, request, driver.auth(clock_skew="learn"))
    (received,) = web.provider.received
    assert (response.status_code, received.oauth("oauth_body_hash")) == (401, None)
    assert b"\xff" in received.body


def test_multipart_is_redirected_with_its_files(web: Web, driver: Over) -> None:
    """From their beginning, and with the same hash."""
    web.provider.script["/r"] = redirect(307, "/end")
    web.provider.script["/end"] = judging
    files = {"a": ("a.bin", io.BytesIO(b"\xff" * 70_000)), "b": ("b.bin", b"")}
    request = driver.client.build_request("POST", f"{web.provider.url}/r", files=files)
    response = send(driver, request, driver.auth(), follow_redirects=True)
    first, last = web.provider.received
    assert response.status_code == 200
    assert first.body == last.body
    assert first.oauth("oauth_body_hash") == last.oauth("oauth_body_hash") is not None


def test_what_is_refused_for_its_time_stays_in_the_history(web: Web, driver: Over) -> None:
    """Each response with the request that it answers; a cookie of the first is sent."""
    web.provider.script["/r"] = late
    request = driver.client.build_request("GET", f"{web.provider.url}/r")
    response = send(driver, request, driver.auth(clock_skew="learn"))
    first, last = web.provider.received
    (refused,) = response.history
    assert (refused.status_code, response.status_code) == (401, 200)
    assert refused.request.headers["Authorization"] == first.header("authorization")
    assert response.request.headers["Authorization"] == last.header("authorization")
    assert last.header("cookie") == "session=1"


def test_the_clock_is_kept_where_it_leads_to_a_redirect(web: Web, driver: Over) -> None:
    """The hop after it is signed by that clock at once."""

    def moved(received: Received) -> Answer:
        answer = late(received)
        return answer if answer.status == 401 else redirect(302, "/end")

    web.provider.script["/r"], web.provider.script["/end"] = moved, late
    request = driver.client.build_request("GET", f"{web.provider.url}/r")
    auth = driver.auth(clock_skew="learn")
    assert send(driver, request, auth, follow_redirects=True).status_code == 200
    assert [received.target for received in web.provider.received] == ["/r", "/r", "/end"]
    assert abs(auth.clock_offset - HOUR) < 10


@contextlib.contextmanager
def tunnel() -> Iterator[str]:
    """Run a proxy that tunnels by CONNECT; give its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener, contextlib.ExitStack() as stack:

        def pump(source: socket.socket, target: socket.socket) -> None:
            with contextlib.suppress(OSError):
                while octets := source.recv(65536):
                    target.sendall(octets)
                target.shutdown(socket.SHUT_WR)

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    stack.callback(client.close)
                    head = b""
                    while not head.endswith(b"\r\n\r\n"):
                        head += client.recv(1)
                    host, _, port = head.split(b" ")[1].decode().partition(":")
                    server = socket.create_connection((host, int(port)))
                    stack.callback(server.close)
                    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                    for ends in ((client, server), (server, client)):
                        threading.Thread(target=pump, args=ends, daemon=True).start()

        acceptor = threading.Thread(target=serve)
        acceptor.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        acceptor.join()


def test_a_tunnel_is_not_taken_for_a_hop(web: Web, driver: Over) -> None:
    """What goes through a proxy by CONNECT is signed once, and CONNECT is not."""
    web.secure.script["/r"] = redirect(302, "/end")
    web.secure.script["/end"] = judging
    with tunnel() as url:
        client = driver.new_client(proxy=url)
        request = client.build_request("GET", f"{web.secure.url}/r")
        response = send(driver, request, driver.auth(), client, follow_redirects=True)
        close(driver, client)
    assert response.status_code == 200
    assert_fresh_nonces(*web.secure.received)
    for received in web.secure.received:
        assert_signed(received, KEYS)


@pytest.mark.parametrize(
    ("scheme", "host", "port", "target", "expected"),
    [
        (b"http", b"a.example", 8080, b"/r?a", "http://a.example:8080/r?a"),
        (b"https", b"a.example", None, b"/r", "https://a.example/r"),
        (b"http", b"2001:db8::1", None, b"/", "http://[2001:db8::1]/"),
        (b"http", b"proxy", 3128, b"http://a.example/r", "http://a.example/r"),
    ],
)
def test_the_url_is_read_from_octets(
    driver: Over, scheme: bytes, host: bytes, port: int, target: bytes, expected: str
) -> None:
    """With a port or without, of an address in brackets, and for a proxy."""
    url = SimpleNamespace(scheme=scheme, host=host, port=port, target=target)
    assert sent_url(SimpleNamespace(url=url)) == expected


def test_without_a_trace_a_refused_hop_is_sent_anew(driver: Over) -> None:
    """As often as it is redirected; the body is the same."""
    urls = [f"http://a.example/{name}" for name in ("r", "b", "end")]
    answer = names_of(*urls)

    def strict(received: Received) -> Answer:
        return answer(received) if by_hand(received, KEYS) else Answer(401)

    client, received = within_the_app(driver, strict)
    request = client.build_request("POST", urls[0], json={"a": 1})
    response = send(driver, request, driver.auth(), client)
    close(driver, client)
    assert response.status_code == 200
    assert [each.target for each in received] == ["/r", "/b", "/b", "/end", "/end"]
    assert [each.body for each in received] == [received[0].body] * 5
    assert by_hand(received[-1], KEYS)


def test_without_a_trace_the_clock_is_learned_after_a_hop(driver: Over) -> None:
    """The hop is signed for its own URL first, and by the clock then."""

    def answer(received: Received) -> Answer:
        return redirect(302, "/end") if received.target == "/r" else late(received)

    client, received = within_the_app(driver, answer)
    auth = driver.auth(clock_skew="learn")
    response = send(driver, client.build_request("GET", "http://a.example/r"), auth, client)
    close(driver, client)
    assert response.status_code == 200
    assert len(received) == 4
    assert abs(auth.clock_offset - HOUR) < 10


@pytest.mark.parametrize(
    "urls",
    [
        ["http://a.example/r", "http://b.example/end"],
        ["http://a.example/r", "http://b.example/there", "http://a.example/back"],
    ],
)
def test_without_a_trace_another_origin_ends_it(driver: Over, urls: list[str]) -> None:
    """Nothing is signed there, or on the way back, and no clock is learned."""
    client, received = within_the_app(driver, names_of(*urls))
    auth = driver.auth(clock_skew="learn")
    response = send(driver, client.build_request("GET", urls[0]), auth, client)
    close(driver, client)
    assert response.status_code == 401
    assert len(received) == len(urls)
    assert_unsigned(received[-1])
    assert auth.clock_offset == 0


def test_without_a_trace_a_stream_is_not_sent_anew(driver: Over) -> None:
    """The refusal is returned."""
    urls = ["http://a.example/r", "http://a.example/end"]
    client, received = within_the_app(driver, names_of(*urls))
    files = {"a": ("a.bin", OneWay(b"\xff"))}
    response = send(
        driver, client.build_request("POST", urls[0], files=files), driver.auth(), client
    )
    close(driver, client)
    assert response.status_code == 401
    assert len(received) == 2


def test_it_can_be_a_part_of_another_auth(web: Web, driver: Over) -> None:
    """One that asks for its `auth_flow`, as those do that combine several; a form too."""
    part = driver.auth()

    def auth_flow(self: Any, request: Any) -> Any:
        request.headers["X-Key"] = "mine"
        yield from part.auth_flow(request)

    combined = type("Combined", (driver.module.Auth,), {"auth_flow": auth_flow})
    url, fields = f"{web.provider.url}/r", {"Content-Type": FORM}
    send(driver, driver.client.build_request("GET", url), combined())
    if not isinstance(driver, OverAsyncHttpx):
        content = iter([b"a=1"])
        request = driver.client.build_request("POST", url, content=content, headers=fields)
        send(driver, request, combined())
        assert web.provider.last.body == b"a=1"
    for received in web.provider.received:
        assert received.header("x-key") == "mine"
        assert_signed(received, KEYS)
