"""A recording proxy: what a provider gets of what a client sends, and what the client gets back."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httplib2
import pytest
from asking import ask_unsigned
from ports import free_port
from talking import OK, Peer, Server, Talk, answers, talking
from waiting import wait_until
from wire import CERTIFICATE, Origin

import oauth2
import oauth2.sandbox
from oauth2.sandbox import Exchange, Forwarding, Provider, upstream

ATTACHED = b"\x00\xff\r\n\r\n" * 3


@contextlib.contextmanager
def forwarding(*talks: Talk, path: str = "", **options: Any) -> Iterator[tuple[Server, Forwarding]]:
    """Forward to a provider that talks so."""
    with talking(*talks) as server:
        with oauth2.sandbox.forward(server.url + path, **options) as running:
            yield server, running


def raw(url: str, octets: bytes) -> bytes:
    """Send octets to an address, and return all that comes back."""
    split = urlsplit(url)
    assert split.port is not None
    with socket.create_connection(("127.0.0.1", split.port), timeout=10) as connection:
        connection.sendall(octets)
        with connection.makefile("rb") as file:
            return file.read()


def recorded(running: Forwarding, octets: bytes) -> Exchange:
    """Send octets, and return the one exchange that is recorded of it."""
    raw(running.url, octets)
    (exchange,) = running.recorder.exchanges()
    return exchange


def as_received(peer: Peer) -> None:
    """Answer with the octets of the head as they were received."""
    head = []
    while (line := peer._reader.readline()) not in (b"\r\n", b""):
        head.append(line)
    length = [int(line.split(b":")[1]) for line in head if line.lower().startswith(b"content-l")]
    content = b"".join(head) + b"\n" + peer._reader.read(sum(length))
    peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content) + content)


# What the provider gets


@pytest.mark.parametrize(
    "target",
    ["/a%2Fb/./c//d?x=%7e&x=&+=%20", "//a", "/a?b?c#d", "/\xe9?\xff", "/a;b=c", "/?"],
)
def test_a_target_is_sent_on_octet_for_octet(target: str) -> None:
    """It is signed as it is."""
    with forwarding(as_received) as (_, running):
        got = raw(
            running.url, f"OPTIONS {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode("latin-1")
        )
    assert got.partition(b"\r\n\r\n")[2].startswith(
        f"OPTIONS {target} HTTP/1.1\r\n".encode("latin-1")
    )


def test_headers_are_sent_on_in_their_order_and_case() -> None:
    """But for Host, and what is between two neighbours."""
    sent = (
        b'POST /a HTTP/1.1\r\nX-b: 1\r\nHOST: localhost\r\nauthorization: OAuth a="b" ,c="\xe9"\r\n'
        b"x_under: 2\r\nX-b: 3\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 4\r\nTE: trailers\r\n"
        b"Keep-Alive: 5\r\nUpgrade: h2c\r\nProxy-Connection: close\r\nContent-Length: 18\r\n\r\n"
    )
    with forwarding(as_received) as (server, running):
        got = raw(running.url, sent + ATTACHED[:18]).partition(b"\r\n\r\n")[2]
    host = urlsplit(server.url).netloc.encode()
    assert got == (
        b"POST /a HTTP/1.1\r\nX-b: 1\r\nHOST: " + host + b"\r\n"
        b'authorization: OAuth a="b" ,c="\xe9"\r\nx_under: 2\r\nX-b: 3\r\nContent-Length: 18\r\n'
        b"Connection: close\r\n\n" + ATTACHED
    )


def test_chunks_are_joined() -> None:
    """How a body is cut is between two neighbours; its octets are the client's."""
    head = b"PUT /a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    with forwarding(as_received) as (_, running):
        got = raw(running.url, head + b"3\r\nab\n\r\n2\r\ncd\r\n0\r\n\r\n")
    assert b"\r\nContent-Length: 5\r\n" in got
    assert b"chunked" not in got
    assert got.endswith(b"\nab\ncd")


@pytest.mark.parametrize(
    "fields",
    [
        b"Connection: content-length, host\r\nContent-Length: 2\r\n",
        b"Content-Length: 2\r\nContent-Length: 1\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 9\r\n",
    ],
)
def test_a_body_is_not_taken_for_a_request(fields: bytes) -> None:
    """The provider gets one length, whatever the client says of it."""
    body = b"2\r\nab\r\n0\r\n\r\n" if b"chunked" in fields else b"ab"
    with forwarding(as_received) as (server, running):
        got = raw(running.url, b"POST /a HTTP/1.1\r\nHost: localhost\r\n" + fields + b"\r\n" + body)
    head, _, sent = got.partition(b"\r\n\r\n")[2].partition(b"\n\n")
    assert head.count(b"Content-Length: ") == 1
    assert f"Content-Length: {len(sent)}\r".encode() in head + b"\r"
    assert b"\nHost: " + urlsplit(server.url).netloc.encode() in head


def test_a_request_without_a_host_gets_one() -> None:
    """HTTP/1.0 has none."""
    with forwarding(as_received) as (server, running):
        got = raw(running.url, b"GET /a HTTP/1.0\r\n\r\n").partition(b"\r\n\r\n")[2]
    assert got.startswith(f"GET /a HTTP/1.1\r\nHost: {urlsplit(server.url).netloc}\r\n".encode())


@pytest.mark.parametrize(
    ("path", "target", "sent"),
    [
        ("/v1", "/a?b", "/v1/a?b"),
        ("/v1/", "/", "/v1/"),
        ("", "{url}/a?b", "/a?b"),
        ("", "{url}", "/"),
        ("", "{url}?b", "/?b"),
        ("/v1", "{url}/a", "/v1/a"),
    ],
)
def test_a_path_of_the_provider_goes_before(path: str, target: str, sent: str) -> None:
    """A whole URL in the request line is what a proxy gets (RFC 9112 section 3.2.2)."""
    with forwarding(answers(OK), path=path) as (server, running):
        line = f"GET {target.replace('{url}', server.url)} HTTP/1.1\r\n\r\n"
        exchange = recorded(running, line.encode())
    assert server.received[0].target == sent
    assert exchange.url == server.url + sent


# What the client gets


def test_a_length_beside_chunks_is_left_out() -> None:
    """It says nothing of what the chunks hold."""
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n"
    with forwarding(answers(answer + b"3\r\nabc\r\n0\r\n\r\n")) as (_, running):
        head, _, body = raw(running.url, b"GET /a HTTP/1.0\r\n\r\n").partition(b"\r\n\r\n")
    assert b"Content-Length" not in head
    assert body == b"3\r\nabc\r\n0\r\n\r\n"  # joined, and cut anew


def test_nobody_waits_for_what_breaks_off_before_it_begins() -> None:
    """Nothing was sent yet, and the connection ends."""
    broken = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n"
    with forwarding(answers(broken)) as (_, running):
        assert raw(running.url, b"GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n") == b""


def test_an_answer_comes_back_as_it_is() -> None:
    """Its status line, its headers in their order, and a body that is not decoded."""
    answer = (
        b"HTTP/1.1 418 Not Coffee\r\nSet-Cookie: a=b\r\nserver: Tea\r\nDate: then\r\n"
        b"Set-Cookie: c=\xe9\r\nX-Fold: a\r\n b\r\nContent-Encoding: gzip\r\nKeep-Alive: 1\r\n"
        b"Connection: X-Hop\r\nX-Hop: 2\r\nContent-Length: 15\r\n\r\n"
    )
    with forwarding(answers(answer + ATTACHED[:15])) as (_, running):
        got = raw(running.url, b"GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n")
        (exchange,) = running.recorder.exchanges()
    assert got == (
        b"HTTP/1.1 418 Not Coffee\r\nSet-Cookie: a=b\r\nserver: Tea\r\nDate: then\r\n"
        b"Set-Cookie: c=\xe9\r\nX-Fold: a b\r\nContent-Encoding: gzip\r\nContent-Length: 15\r\n"
        b"Connection: close\r\n\r\n" + ATTACHED[:15]
    )
    assert (exchange.status, exchange.response_body.octets) == (418, ATTACHED[:15])
    assert ("X-Hop", "2") in exchange.response_headers


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\nabc",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nContent-Length: 3\r\n\r\nabc",
    ],
    ids=["chunks", "up to the end", "continued"],
)
def test_a_body_may_end_as_http_has_it(answer: bytes) -> None:
    """The client reads all of it, and no more."""
    with forwarding(answers(answer)) as (_, running):
        got = ask_unsigned(f"{running.url}/a")
    assert (got.status, got.content) == (200, "abc")


def test_an_answer_to_head_has_no_body() -> None:
    """Its length is that of the body which a GET gets."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    with forwarding(answers(answer)) as (_, running):
        got = raw(running.url, b"HEAD /a HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert got.endswith(b"Content-Length: 1000\r\nConnection: close\r\n\r\n")


def test_a_body_is_passed_on_while_it_is_received() -> None:
    """A stream of a provider has no end; it is recorded when there is one."""
    has_read = threading.Event()

    def stream(peer: Peer) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\none\n\r\n")
        has_read.wait(10)
        peer.send(b"0\r\n\r\n")

    with forwarding(stream) as (_, running):
        split = urlsplit(running.url)
        with socket.create_connection(("127.0.0.1", int(split.port or 0)), timeout=10) as client:
            client.sendall(b"GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n")
            with client.makefile("rb") as file:
                while file.readline() != b"one\n":
                    continue
                assert running.recorder.exchanges() == []
                has_read.set()
                file.read()
        assert running.recorder.exchanges()[0].response_body.octets == b"one\n"


def test_a_long_body_is_kept_in_part() -> None:
    """All of it is passed on."""
    content = bytes(range(256)) * 1024
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content)
    with forwarding(answers(answer + content)) as (_, running):
        got = raw(running.url, b"GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n")
        (exchange,) = running.recorder.exchanges()
    assert got.endswith(content)
    assert exchange.response_body == (content[: 1 << 16], len(content))


def test_a_client_that_hangs_up_is_recorded_all_the_same() -> None:
    """The provider is hung up on, too."""
    with contextlib.ExitStack() as stack:
        events: list[str] = []

        def endless(peer: Peer) -> None:
            peer.read()
            peer.send(b"HTTP/1.1 200 OK\r\n\r\n")
            with contextlib.suppress(OSError):
                while True:
                    peer.send(b"x" * 10_000)
            events.append("ended")

        server, running = stack.enter_context(forwarding(endless))
        split = urlsplit(running.url)
        with socket.create_connection(("127.0.0.1", int(split.port or 0)), timeout=10) as client:
            client.sendall(b"GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n")
            client.recv(1000)
        server.wait_for_end()
    assert events == ["ended"]
    assert running.recorder.exchanges()[0].status == 200


# What goes wrong


def test_a_provider_that_is_not_there_is_told() -> None:
    """As a refusal of the sandbox, and on its page."""
    port = free_port()
    with oauth2.sandbox.forward(f"http://127.0.0.1:{port}") as running:
        got = ask_unsigned(f"{running.url}/a")
        (exchange,) = running.recorder.exchanges()
    assert got.status == exchange.status == 502
    advice = "The provider cannot be reached: Connection refused."
    assert got.fields["oauth_problem_advice"] == str(exchange.error) == advice


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "Remote end closed connection without response"),
        (b"SSH-2.0-x\r\n", r"expected a status line of HTTP, got 'SSH-2.0-x"),
    ],
)
def test_an_answer_that_is_no_http_is_told(answer: bytes, reason: str) -> None:
    """With what it was."""
    with forwarding(answers(answer)) as (_, running):
        got = ask_unsigned(f"{running.url}/a")
    assert got.status == 502
    assert got.fields["oauth_problem_advice"].startswith(f"The provider does not answer: {reason}")


def test_a_provider_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a minute, which is shorter here."""
    monkeypatch.setattr(upstream, "_SECONDS", 0.1)
    with forwarding(Peer.wait_for_end) as (_, running):
        got = ask_unsigned(f"{running.url}/a")
    advice = "The provider does not answer: nothing was received for 0.1 seconds."
    assert (got.status, got.fields["oauth_problem_advice"]) == (502, advice)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n9\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc",
    ],
    ids=["chunks", "length"],
)
def test_an_answer_that_breaks_off_breaks_off(
    answer: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    """A client that took it for all would be wrong."""
    with forwarding(answers(answer)) as (_, running):
        got = raw(running.url, b"GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n")
        (exchange,) = running.recorder.exchanges()
    assert b"abc" in got
    assert not got.endswith(b"0\r\n\r\n")
    assert exchange.status == 200
    assert capfd.readouterr() == ("", "")


def test_chunks_that_break_off_are_recorded_as_a_failure() -> None:
    """The page says that it was the provider's."""
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n9\r\nab"
    with forwarding(answers(answer)) as (_, running):
        exchange = recorded(running, b"GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert exchange.has_failed
    assert "The provider's answer broke off" in str(exchange.error)


def test_an_answer_before_the_end_of_a_body_is_read() -> None:
    """As of a provider that takes no such length, and hangs up."""

    def refuse(peer: Peer) -> None:
        peer.read_head()
        peer.send(b"HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n")

    with forwarding(refuse) as (_, running):
        head = b"PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n\r\n"
        assert recorded(running, head + b"x" * 3_000_000).status in (413, 502)


@pytest.mark.parametrize(
    ("request_line", "status", "told"),
    [
        ("CONNECT api.example:443", 400, "CONNECT: expected a request without TLS"),
        ("OPTIONS *", 400, "request line: expected a path, or a whole URL"),
        ("GET a", 400, "request line: expected a path, or a whole URL"),
        ("GET ftp://localhost/a", 400, "request line: expected a path, or a whole URL"),
        ("GET http://a.example/a", 421, "Host: expected a loopback name"),
    ],
)
def test_what_is_not_for_the_provider_is_refused(request_line: str, status: int, told: str) -> None:
    """And is recorded as what it is."""
    with forwarding(answers(OK)) as (server, running):
        exchange = recorded(running, f"{request_line} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert exchange.status == status
    assert str(exchange.error).startswith(told)
    assert server.received == []


def test_another_host_and_a_long_body_are_refused() -> None:
    """As by a sandbox that is a provider itself."""
    with forwarding(answers(OK), max_body=10, allowed_hosts=["proxy.example"]) as (server, running):
        headers = {"Host": "a.example"}
        assert ask_unsigned(f"{running.url}/a", headers=headers).status == 421
        assert ask_unsigned(f"{running.url}/a", "PUT", body="x" * 11).problem[0] == 413
        assert server.received == []
        assert ask_unsigned(f"{running.url}/a", headers={"Host": "proxy.example"}).status == 200


@pytest.mark.parametrize(
    ("provider", "host", "told"),
    [
        ("api.example", "127.0.0.1", "provider: expected a URL with scheme http or https"),
        ("http://a:b@api.example", "127.0.0.1", "provider: expected scheme, host, port and path"),
        ("http://api.example", "0.0.0.0", "host: expected a loopback address to forward from"),
    ],
)
def test_where_it_cannot_forward_is_a_mistake(provider: str, host: str, told: str) -> None:
    """A proxy for others than this machine would send their requests from it."""
    with pytest.raises(ValueError, match=f"^{told}"):
        with oauth2.sandbox.forward(provider, host=host):
            pass


# Over TLS


def test_a_provider_over_tls_is_verified(
    tls_origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the certificates that this machine trusts."""
    with oauth2.sandbox.forward(tls_origin.url) as running:
        got = ask_unsigned(f"{running.url}/a")
        assert got.status == 502
        assert "its certificate is not trusted" in got.fields["oauth_problem_advice"]
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        assert ask_unsigned(f"{running.url}/a").content == "ok"
    assert tls_origin.last.header("host") == urlsplit(tls_origin.url).netloc


@pytest.fixture
def tls_origin() -> Iterator[Origin]:
    """Serve over TLS."""
    with Origin("https") as origin:
        yield origin


# What is recorded


def test_what_the_client_signed_and_what_came_back_is_on_the_page(provider: Provider) -> None:
    """The whole of it, from a client that signs for the provider's address."""
    noted: list[Exchange] = []
    with oauth2.sandbox.forward(provider.url, on_request=noted.append) as running:
        client = oauth2.Client(
            provider.consumer, provider.add_token(), placement="header", proxy_info=None
        )
        signed = client.sign(f"{provider.resource_url}?a=b%20c")
        browser = httplib2.Http(proxy_info=None)
        url = signed.uri.replace(provider.url, running.url)
        response, content = browser.request(url, headers=signed.headers)
        wait_until(lambda: len(noted) == 1)  # it is recorded once all of it has been sent
        page = ask_unsigned(f"{running.url}/inspector/1").content
        _, refused = browser.request(f"{running.url}/echo", headers=signed.headers)
        wait_until(lambda: len(noted) == 2)
        refusal = ask_unsigned(f"{running.url}/inspector/2").content
        overview = ask_unsigned(f"{running.url}/", headers={"Accept": "text/html"}).content
    assert (response.status, json.loads(content)["parameters"]) == (200, {"a": "b c"})
    assert [(each.consumer, each.status) for each in noted] == [("printer", 200), ("printer", 401)]
    assert "a%3Db%2520c%26oauth_body_hash" in page
    assert b"signature_invalid" in refused
    assert "Have the client sign for the provider&#39;s address" in refusal
    assert f"<dd>{provider.url}</dd>" in overview
    assert "Consumers" not in overview


def test_the_root_of_the_provider_is_reached_by_programs() -> None:
    """A browser that wants a page gets the inspector, which answers to no other name."""
    with forwarding(answers(OK), path="") as (_, running):
        assert ask_unsigned(f"{running.url}/").content == "ok"
        page = {"Accept": "text/html"}
        assert "Sandbox inspector" in ask_unsigned(f"{running.url}/", headers=page).content
        elsewhere = {**page, "Host": "a.example"}
        assert ask_unsigned(f"{running.url}/", headers=elsewhere).status == 421


@pytest.mark.parametrize(
    ("header", "consumer"),
    [
        ('Authorization: OAuth oauth_consumer_key="a"', "a"),
        ('Authorization: OAuth oauth_consumer_key="a', None),
        ("Accept: */*", None),
    ],
)
def test_the_consumer_is_told_where_a_request_names_one(header: str, consumer: str | None) -> None:
    """What cannot be read is forwarded and recorded all the same."""
    with forwarding(answers(OK)) as (_, running):
        octets = f"GET /a HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n".encode()
        exchange = recorded(running, octets)
    assert (exchange.consumer, exchange.status) == (consumer, 200)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_proxy_does_not_forward_to_itself(name: str) -> None:
    """Each request would go round until nothing more can be opened."""
    port = free_port()
    with pytest.raises(ValueError, match="provider: expected another address"):
        with oauth2.sandbox.forward(f"http://{name}:{port}", port=port):
            pass
