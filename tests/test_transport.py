"""Connections that end, what is sent a second time, and answers without end."""

from __future__ import annotations

import http.client
import io
import select
import socket
import time
from collections.abc import Callable, Iterator
from http.client import BadStatusLine, IncompleteRead, RemoteDisconnected
from pathlib import Path
from typing import Any

import httplib2
import pytest
from talking import OK, Peer, Talk, answers, talking
from wire import (
    CERTIFICATE,
    Answer,
    Keys,
    Origin,
    Received,
    assert_fresh_nonces,
    assert_signed,
    assert_unsigned,
)

import oauth2
from oauth2 import flow as flow_module
from oauth2.connections import is_dropped
from oauth2.transport import Transport

KEYS = Keys("the-consumer-sekrit", "the-token-sekrit")
CONSUMER = oauth2.Consumer("consumer-key", KEYS.consumer_secret)
TOKEN = oauth2.Token("token-key", KEYS.token_secret)
PNG = {"Content-Type": "image/png"}


@pytest.fixture
def make_client() -> Iterator[Callable[..., Any]]:
    """Make clients, of a subclass if asked to, that are closed after the test."""
    made = []

    def make(kind: Any = oauth2.Client, **options: Any) -> Any:
        made.append(kind(CONSUMER, TOKEN, **{"proxy_info": None, "timeout": 10, **options}))
        return made[-1]

    yield make
    for client in made:
        client.close()


def numbered(received: list[Received]) -> list[tuple[int, str]]:
    """Return the number of the connection and the method of each request."""
    return [(each.connection, each.method) for each in received]


# A connection that ended while it was idle


@pytest.mark.parametrize(
    ("method", "body", "headers"),
    [
        ("GET", None, {}),
        ("POST", "status=hello", {}),
        ("POST", '{"text": "hello"}', {"Content-Type": "application/json"}),
        ("PUT", b"x" * 1_000_000, PNG),
    ],
    ids=["GET", "form", "JSON", "large"],
)
def test_an_ended_connection_is_replaced_before_anything_is_sent(
    make_client: Any, method: str, body: Any, headers: dict[str, str]
) -> None:
    """A POST or a PUT on it would be a broken pipe, and could not be repeated."""
    client = make_client()
    with talking(answers(OK)) as server:
        client.request(server.url)
        server.wait_for_end()
        response, _ = client.request(f"{server.url}/x", method, body, headers)
    assert response.status == 200
    assert numbered(server.received) == [(0, "GET"), (1, method)]
    assert_signed(server.received[1], KEYS)


def test_an_ended_connection_of_https_is_replaced(make_client: Any) -> None:
    """TLS says goodbye, which can be read before the connection is used again."""
    client = make_client(ca_certs=str(CERTIFICATE))
    with talking(answers(OK), scheme="https") as server:
        client.request(server.url)
        server.wait_for_end()
        client.request(server.url, "POST", "a=b")
    assert numbered(server.received) == [(0, "GET"), (1, "POST")]


def test_an_answer_that_nobody_asked_for_is_not_the_next_one(make_client: Any) -> None:
    """Some proxies say 408 before they end an idle connection."""
    late = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    client = make_client()
    with talking(answers(OK + late), answers(OK)) as server:
        client.request(server.url)
        server.wait_for_end()
        response, _ = client.request(server.url, "POST", "a=b")
    assert response.status == 200


def test_a_live_connection_is_kept(make_client: Any) -> None:
    """Nothing is replaced that works."""
    client = make_client()
    with talking(answers(OK, OK)) as server:
        client.request(server.url)
        client.request(server.url, "POST", "a=b")
    assert numbered(server.received) == [(0, "GET"), (0, "POST")]


def test_a_connection_that_the_program_closed_is_dropped() -> None:
    """It has no descriptor to look at."""

    class Closed:
        def fileno(self) -> int:
            return -1

    assert is_dropped(Closed())


@pytest.mark.parametrize("has_poll", [True, False])
def test_a_connection_is_looked_at_where_there_is_no_poll(
    monkeypatch: pytest.MonkeyPatch, has_poll: bool
) -> None:
    """As on Windows: it is dropped once there is something to read, or an end."""
    if not has_poll:
        monkeypatch.delattr(select, "poll", raising=False)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert not is_dropped(ours)
        theirs.sendall(b"unasked")
        assert is_dropped(ours)
        ours.recv(16)
        theirs.close()
        assert is_dropped(ours)
    assert is_dropped(ours)


# What is sent a second time


@pytest.mark.parametrize("placement", ["header", "query"])
@pytest.mark.parametrize("method", ["DELETE", "GET", "HEAD", "OPTIONS", "PUT"])
def test_what_may_be_repeated_is_signed_again(
    make_client: Any, method: str, placement: str
) -> None:
    """Where the server hangs up without an answer; a verifier refuses a nonce it has seen."""
    body = b"a picture" if method == "PUT" else None
    client = make_client(placement=placement)
    with talking(lambda peer: peer.read(), answers(OK)) as server:
        response, _ = client.request(f"{server.url}/x?a=b", method, body, PNG if body else None)
    assert response.status == 200
    assert numbered(server.received) == [(0, method), (1, method)]
    assert_fresh_nonces(*server.received)
    for received in server.received:
        assert_signed(received, KEYS)
        assert received.body == (body or b"")


def test_a_file_is_sent_again_from_where_it_began(make_client: Any) -> None:
    """That is not the beginning of the file."""
    file = io.BytesIO(b"header" + b"y" * 5000)
    file.seek(6)
    with talking(lambda peer: peer.read(), answers(OK)) as server:
        make_client(placement="header").request(server.url, "PUT", file, PNG)
    assert [each.body for each in server.received] == [b"y" * 5000] * 2
    assert_fresh_nonces(*server.received)


def test_what_httplib2_added_is_sent_again(make_client: Any) -> None:
    """Such as the encodings that it reads."""
    with talking(lambda peer: peer.read(), answers(OK)) as server:
        make_client(placement="header").request(server.url)
    assert [each.header("accept-encoding") for each in server.received] == ["gzip, deflate"] * 2


@pytest.mark.parametrize(
    ("method", "body"),
    [("POST", b"a=b"), ("PATCH", b"x"), ("PUT", [b"x"])],
    ids=["POST", "PATCH", "an iterator"],
)
def test_what_may_not_be_repeated_is_not_sent_again(
    make_client: Any, method: str, body: Any
) -> None:
    """The server may have done it (RFC 9110 section 9.2.2), or there is no body left."""
    client = make_client(placement="header")
    given = body if isinstance(body, bytes) else iter(body)
    headers = {"Content-Length": str(len(b"".join(body)))} if given is not body else {}
    with talking(lambda peer: peer.read()) as server:
        with pytest.raises(RemoteDisconnected):
            client.request(server.url, method, given, {**headers, "Content-Type": "text/plain"})
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"SSH-2.0-x\r\n", BadStatusLine),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", IncompleteRead),
    ],
    ids=["no HTTP", "half a body"],
)
def test_after_the_first_octet_of_an_answer_nothing_is_sent_again(
    make_client: Any, raw: bytes, kind: type[Exception]
) -> None:
    """The request was received, and that is its answer."""
    with talking(answers(raw)) as server:
        with pytest.raises(kind):
            make_client().request(server.url)
    assert len(server.received) == 1


def test_a_repetition_is_not_repeated(make_client: Any) -> None:
    """The caller sees what happened."""
    with talking(lambda peer: peer.read()) as server:
        with pytest.raises(RemoteDisconnected):
            make_client().request(server.url)
    assert len(server.received) == 2


def test_a_refused_connection_is_not_tried_again(make_client: Any) -> None:
    """Nothing was sent."""
    with talking(answers(OK)) as server:
        pass
    with pytest.raises(ConnectionRefusedError):
        make_client().request(server.url)


def test_only_the_hop_that_got_no_answer_is_repeated(make_client: Any) -> None:
    """What was redirected there has had its answer."""
    moved = b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n"

    def talk(peer: Peer) -> None:
        peer.read()
        peer.send(moved)
        peer.read()

    with talking(talk, answers(OK)) as server:
        make_client(placement="header").request(f"{server.url}/here")
    assert [each.target for each in server.received] == ["/here", "/there", "/there"]
    assert_fresh_nonces(*server.received)


def test_an_unsigned_request_is_repeated_unsigned(make_client: Any) -> None:
    """As programs send it, that call httplib2's own request with a client."""
    with talking(lambda peer: peer.read(), answers(OK)) as server:
        httplib2.Http.request(make_client(), server.url)
    assert len(server.received) == 2
    for received in server.received:
        assert_unsigned(received)


def test_what_httplib2_sends_by_itself_is_repeated_as_it_was() -> None:
    """The transport knows of no signature."""
    transport = Transport(proxy_info=None)
    with talking(lambda peer: peer.read(), answers(OK)) as server:
        transport.request(server.url)
    transport.close()
    assert server.received[0].headers == server.received[1].headers


def test_nothing_is_repeated_of_which_the_client_does_not_know(make_client: Any) -> None:
    """As a subclass may send it, in its own way."""
    client = make_client()
    with talking(lambda peer: peer.read()) as server:
        conn = http.client.HTTPConnection(server.url.partition("//")[2], timeout=10)
        with pytest.raises(RemoteDisconnected):
            client._conn_request(conn, "/", "GET", None, {})
    assert len(server.received) == 1


def _asks_for_password(received: Received) -> Answer:
    if (received.header("authorization") or "").startswith("Basic "):
        return Answer()
    return Answer(401, {"WWW-Authenticate": 'Basic realm="staging"'})


def test_the_answer_to_a_challenge_is_signed_again(make_client: Any) -> None:
    """A file goes along once more, as does the password."""
    client = make_client(placement="query")
    client.add_credentials("user", "password")
    with Origin() as origin:
        origin.script["/x"] = _asks_for_password
        response, _ = client.request(f"{origin.url}/x", "PUT", io.BytesIO(b"picture"), PNG)
        client.close()
    assert response.status == 200
    assert [each.body for each in origin.received] == [b"picture", b"picture"]
    assert_fresh_nonces(*origin.received)


def test_a_challenge_is_not_answered_without_the_body(make_client: Any) -> None:
    """It was read, and is gone."""
    client = make_client(placement="query")
    client.add_credentials("user", "password")
    headers = {"Content-Length": "7", "Content-Type": "image/png"}
    with Origin() as origin:
        origin.script["/x"] = _asks_for_password
        with pytest.raises(httplib2.HttpLib2Error, match="cannot be read a second time"):
            client.request(f"{origin.url}/x", "PUT", iter([b"picture"]), headers)
        client.close()
    assert len(origin.received) == 1


def test_a_subclass_that_repeats_by_itself_is_signed_again(make_client: Any) -> None:
    """It may override how a request is sent on a connection."""

    class Patient(oauth2.Client):
        def _conn_request(self, *args: Any) -> Any:
            response, content = super()._conn_request(*args)
            return super()._conn_request(*args) if response.status == 503 else (response, content)

    busy = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
    with talking(answers(busy, OK)) as server:
        response, _ = make_client(Patient).request(server.url)
    assert response.status == 200
    assert_fresh_nonces(*server.received)


def test_a_cache_is_validated_again_after_a_connection_ended(
    make_client: Any, tmp_path: Path
) -> None:
    """What httplib2 asks by goes along."""
    cached = b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: 2\r\n\r\nok'
    same = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    client = make_client(placement="header", cache=str(tmp_path))

    def silent_then(peer: Peer) -> None:
        answers(cached)(peer)
        peer.read()

    with talking(silent_then, answers(same)) as server:
        client.request(server.url)
        response, content = client.request(server.url)
    assert (response.fromcache, content) == (True, b"ok")
    assert [each.header("if-none-match") for each in server.received] == [None, '"1"', '"1"']


def test_what_was_added_to_a_client_outlasts_a_failure(make_client: Any) -> None:
    """Name and password, for one, or a certificate."""
    client = make_client()
    client.add_credentials("user", "password")
    with talking(lambda peer: peer.read()) as server:
        with pytest.raises(RemoteDisconnected):
            client.request(server.url)
    assert list(client.credentials.iter("127.0.0.1")) == [("user", "password")]


def test_a_connection_that_breaks_while_a_body_is_sent_is_replaced(make_client: Any) -> None:
    """By one on which the whole body is sent."""
    body = io.BytesIO(b"x" * 5_000_000)
    client = make_client(placement="header")

    def hang_up_at_the_head(peer: Peer) -> None:
        answers(OK)(peer)
        peer.read_head()

    with talking(hang_up_at_the_head, answers(OK)) as server:
        client.request(server.url)
        response, _ = client.request(server.url, "PUT", body, PNG)
    assert response.status == 200
    assert len(server.received[-1].body) == 5_000_000


# Answers without end


def _endlessly(octets: bytes, head: bytes = b"HTTP/1.1 200 OK\r\n", pause: float = 0) -> Talk:
    def talk(peer: Peer) -> None:
        peer.read()
        peer.send(head)
        while True:
            peer.send(octets)
            time.sleep(pause)

    return talk


HEAD = b"HTTP/1.1 200 OK\r\n"


def refusal(url: str, client: Any) -> oauth2.TokenRequestError:
    """Return how the first leg fails."""
    flow = oauth2.Flow(
        CONSUMER,
        request_token_url=url,
        authorize_url="https://provider.example/authorize",
        access_token_url="https://provider.example/access_token",
        client=client,
    )
    with pytest.raises(oauth2.TokenRequestError) as caught:
        flow.fetch_request_token()
    return caught.value


def test_a_client_without_a_timeout_has_that_of_the_flow(
    make_client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a minute, shortened here."""
    monkeypatch.setattr(flow_module, "TIMEOUT", 0.2)
    with talking(_endlessly(b"x", HEAD + b"\r\n", 0.02)) as server:
        assert "timed out" in str(refusal(server.url, make_client(timeout=None)))


def test_no_time_is_left_to_connect(make_client: Any) -> None:
    """It was spent on the answer that redirected there."""
    away = HEAD.replace(b"200 OK", b"307 Away") + b"Connection: close\r\n"

    def slow(peer: Peer) -> None:
        peer.read()
        peer.send(
            away + f"Location: {server.url}/there\r\n".encode() + b"Content-Length: 0\r\n\r\n"
        )

    class Slow(oauth2.Client):
        def _conn_request(self, *args: Any) -> Any:
            answer = super()._conn_request(*args)
            time.sleep(0.3)
            return answer

    with talking(slow) as server:
        client = make_client(Slow, timeout=0.2)
        client.follow_all_redirects = True
        error = refusal(server.url, client)
    assert "timed out: not whole after 0.2 seconds" in str(error)
    assert len(server.received) == 1


def test_a_client_is_not_bounded_after_a_leg(make_client: Any) -> None:
    """What a program fetches may be as large as it likes, and has the whole timeout."""
    client = make_client()
    with Origin() as origin:
        origin.script["/large"] = Answer(body=bytes(3_000_000))
        origin.script["/bomb"] = Answer(headers={"Content-Encoding": "gzip"}, body=b"no gzip")
        refusal(f"{origin.url}/token", client)
        (conn,) = client.connections.values()
        assert conn.sock.gettimeout() == 10
        _, content = client.request(f"{origin.url}/large")
        client.close()
    assert len(content) == 3_000_000
    assert client.limit_kwargs == {}
