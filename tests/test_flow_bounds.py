"""Answers without end, in size or in time, to a flow by each library."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from granting import CONSUMER, endpoints, refusal, token_answer
from talking import Peer, Server, Talk, answers, talking
from wire import Answer, Origin, Received, redirect


def _endlessly(octets: bytes, head: bytes = b"HTTP/1.1 200 OK\r\n", pause: float = 0) -> Talk:
    def talk(peer: Peer) -> None:
        peer.read()
        peer.set_timeout(1)
        peer.send(head)
        while True:
            peer.send(octets)
            time.sleep(pause)

    return talk


def _waiting_after(octets: bytes) -> Talk:
    def talk(peer: Peer) -> None:
        peer.read()
        peer.send(octets)
        peer.wait_for_end()

    return talk


BOMB = gzip.compress(bytes(30_000_000))
BOMB_HEAD = f"Content-Encoding: gzip\r\nContent-Length: {len(BOMB)}\r\n\r\n".encode()
HEAD = b"HTTP/1.1 200 OK\r\n"
FOUND = b"HTTP/1.1 302 Found\r\nLocation: /there\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


DOUBLE_BOMB = gzip.compress(BOMB)
DOUBLE_HEAD = f"Content-Encoding: gzip, gzip\r\nContent-Length: {len(DOUBLE_BOMB)}\r\n\r\n".encode()
TOO_LONG = "no answer: more than 1,048,576 octets were sent."
SLOW = "no answer: timed out"
ANY = "no answer: "


def _first_leg(flow_of: Callable[..., Any], server: Server, **options: Any) -> Any:
    """Make a flow whose request token is asked for at the root of a server."""
    return flow_of(
        CONSUMER, **{**endpoints(server.url), "request_token_url": server.url, **options}
    )


@pytest.mark.parametrize(
    ("talk", "reason", "reason_of_client"),
    [
        (_endlessly(b"10000\r\n" + b"x" * 65536 + b"\r\n", CHUNKED), TOO_LONG, TOO_LONG),
        (_endlessly(b"x" * 65536, HEAD + b"\r\n"), TOO_LONG, TOO_LONG),
        (_endlessly(b"X-A: " + b"y" * 60000 + b"\r\n"), ANY, TOO_LONG),
        (_endlessly(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, b""), ANY, TOO_LONG),
        # http.client of Python 3.9 asks for less at once, and waits.
        (_waiting_after(HEAD + b"Content-Length: 99999999999\r\n\r\n"), ANY, ANY),
        (_waiting_after(CHUNKED + b"FFFFFFFFFFF\r\n"), ANY, ANY),
        (answers(HEAD + BOMB_HEAD + BOMB), TOO_LONG, "hard limit 1048576"),
        (answers(HEAD + DOUBLE_HEAD + DOUBLE_BOMB), TOO_LONG, "no token in"),
        (answers(FOUND + BOMB_HEAD + BOMB), TOO_LONG, "hard limit 1048576"),
        (_endlessly(b"x", HEAD + b"Content-Length: 1000\r\n\r\n", 0.05), SLOW, SLOW),
        (_endlessly(b"1\r\nx\r\n", CHUNKED, 0.05), SLOW, SLOW),
        (_endlessly(b"X-A: y\r\n", HEAD, 0.05), SLOW, SLOW),
        (_endlessly(b"HTTP/1.1 100 Continue\r\n\r\n", b"", 0.05), SLOW, SLOW),
        (_endlessly(b"O", b"HTTP/1.1 200 O", 0.05), SLOW, SLOW),
    ],
    ids=[
        *("chunks", "no length", "header", "100 Continue", "length", "chunk", "bomb"),
        *("bomb in a bomb", "bomb of a redirect", "slow body", "slow chunks", "slow header"),
        *("slow 100 Continue", "slow status"),
    ],
)
def test_an_answer_without_end_is_a_failed_leg(
    flow_of: Any, library: str, talk: Talk, reason: str, reason_of_client: str
) -> None:
    """In size or in time, wherever in the answer it is, compressed or not.

    The server ends when the client hangs up, which it does in any case.
    """
    expected = reason_of_client if library == "oauth2.Client" else reason
    timeout = 0.2 if expected in (SLOW, ANY) else 5.0
    with talking(talk) as server:
        flow = _first_leg(flow_of, server, timeout=timeout, request_token_method="GET")
        start = time.monotonic()
        error = str(refusal(flow))
        assert time.monotonic() - start < 4
    assert expected in error


def test_the_time_of_a_leg_includes_its_redirects(origin: Origin, flow_of: Any) -> None:
    """Each is quick enough by itself."""

    def slow(received: Received) -> Answer:
        time.sleep(0.2)
        return redirect(307, f"{origin.url}/request")

    origin.script["/request"] = slow
    flow = flow_of(CONSUMER, **endpoints(origin.url), timeout=0.9, request_token_method="GET")
    assert SLOW in str(refusal(flow))
    assert 1 < len(origin.received) < 6


@pytest.mark.parametrize("coding", ["identity", "gzip", "deflate", "raw deflate", ""])
def test_a_token_is_read_within_the_bounds(origin: Origin, flow_of: Any, coding: str) -> None:
    """Encoded in the ways that servers know, or not."""
    content = token_answer("t").body
    encode: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "raw deflate": lambda octets: zlib.compress(octets)[2:-4],
    }
    body = encode.get(coding, bytes)(content)
    headers = {"Content-Encoding": coding.rpartition(" ")[2]} if coding else {}
    origin.script["/request"] = Answer(200, headers, body)
    assert flow_of(CONSUMER, **endpoints(origin.url)).fetch_request_token().key == "t"
