"""What breaks between a client and a provider: proxies, connections, answers without end."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import httplib2
import pytest
from talking import OK, Peer, answers, talking

import oauth2
from real_reports.report import Report

CONSUMER = oauth2.Consumer("consumer-key", "the-consumer-sekrit")
NOBODY = "http://127.0.0.1:9"


def _client(**options: Any) -> oauth2.Client:
    return oauth2.Client(CONSUMER, **{"placement": "header", "timeout": 5, **options})


def _without_pysocks(url: str, variables: Mapping[str, str]) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
            patch.delenv(name, raising=False)
            patch.delenv(name.upper(), raising=False)
        for name, value in variables.items():
            patch.setenv(name, value)
        patch.setattr(httplib2, "socks", None)
        client = _client()
        try:
            return client.request(url)[0].status
        finally:
            client.close()


def _loopback_beside_a_proxy() -> Any:
    with talking(answers(OK)) as server:
        return _without_pysocks(server.url, {"http_proxy": NOBODY})


def _post_after_an_idle_end() -> Any:
    client = _client()
    with talking(answers(OK)) as server:
        client.request(server.url)
        server.wait_for_end()
        client.request(server.url, "POST", "status=hello")
        client.close()
    return [(each.connection, each.method) for each in server.received]


def _put_of_a_file_twice() -> Any:
    client = _client()
    with talking(lambda peer: peer.read(), answers(OK)) as server:
        client.request(server.url, "PUT", io.BytesIO(b"file"), {"Content-Type": "image/png"})
        client.close()
    nonces = {each.oauth("oauth_nonce") for each in server.received}
    return [each.body for each in server.received], len(nonces)


def _post_without_an_answer() -> Any:
    client = _client()
    with talking(lambda peer: peer.read()) as server:
        try:
            client.request(server.url, "POST", io.BytesIO(b"file"), {"Content-Type": "image/png"})
        except ConnectionError:
            return len(server.received)
        finally:
            client.close()


def _leg(head: bytes, endless: bytes) -> Any:
    def talk(peer: Peer) -> None:
        peer.read()
        peer.send(head)
        while True:
            peer.send(endless)

    with talking(talk) as server:
        client = _client()
        flow = oauth2.Flow(
            CONSUMER,
            request_token_url=server.url,
            authorize_url=server.url,
            access_token_url=server.url,
            client=client,
        )
        try:
            flow.fetch_request_token()
        except oauth2.TokenRequestError as exc:
            return str(exc).partition(": ")[2]
        finally:
            client.close()


TOO_MUCH = "no answer: more than 1,048,576 octets were sent."
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
REFUSED = (
    "ProxiesUnavailableError: the proxy 127.0.0.1:9 cannot be used without PySocks: "
    "python -m pip install 'oauth2[proxy]'"
)

REPORTS: list[Report] = [
    Report(
        "A proxy for https is not passed by in silence without PySocks.",
        lambda: _without_pysocks("https://api.example/", {"https_proxy": NOBODY}),
        REFUSED,
    ),
    Report(
        "A proxy for http that cannot be used is told with its remedy.",
        lambda: _without_pysocks("http://api.example/", {"http_proxy": NOBODY}),
        REFUSED,
    ),
    Report("Loopback is reached beside a proxy.", _loopback_beside_a_proxy, 200),
    Report(
        "A POST after the server ended an idle connection is sent on a new one.",
        _post_after_an_idle_end,
        [(0, "GET"), (1, "POST")],
    ),
    Report(
        "A file that is sent a second time is whole, and signed anew.",
        _put_of_a_file_twice,
        ([b"file", b"file"], 2),
    ),
    Report("A POST that got no answer is not sent a second time.", _post_without_an_answer, 1),
    Report(
        "A token response of endless chunks ends.",
        lambda: _leg(CHUNKED, b"10000\r\n" + bytes(65536) + b"\r\n"),
        TOO_MUCH,
    ),
    Report(
        "Endless 100 Continue before a token response end.",
        lambda: _leg(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
        TOO_MUCH,
    ),
]
