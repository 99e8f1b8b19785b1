"""The middleware of ASGI, where servers of the matrix do not lead."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from doors.asking import ask_asgi, verifier_of
from gateways import Sent, signed
from known import CONSUMER, FORM

import oauth2
from oauth2.web.asgi import OAuth1

ORIGIN = "http://app.example"
PLAIN = Sent(f"{ORIGIN}/r", "GET", {}, b"")
SIGNED_FORM = signed(f"{ORIGIN}/r", "POST", b"a=1", FORM)
GONE = {"type": "http.disconnect"}


async def hello(scope: Any, receive: Any, send: Any) -> None:
    """Answer whether the request was verified, and what is received."""
    await send({"verified": "oauth2.verified" in scope})
    await send(await receive())
    await send(await receive())


def test_application_receives_the_body_whole_and_then_what_follows() -> None:
    """Also where it was received in pieces."""
    pieces = [{"type": "http.request", "body": piece, "more_body": True} for piece in (b"a", b"=1")]
    messages = [*pieces, {"type": "http.request"}, GONE]
    assert ask_asgi(OAuth1(hello, verifier_of()), SIGNED_FORM, messages) == [
        {"verified": True},
        {"type": "http.request", "body": b"a=1", "more_body": False},
        GONE,
    ]


def test_refusal_is_answered_and_goes_no_further() -> None:
    """With its challenge, and the length of its report."""
    start, end = ask_asgi(OAuth1(hello, verifier_of(realm="Photos")), PLAIN)
    headers = dict(start["headers"])
    assert start["status"] == 401
    assert headers[b"www-authenticate"] == b'OAuth realm="Photos"'
    assert headers[b"content-length"] == b"%d" % len(end["body"])
    assert end["body"].startswith(b"oauth_problem=parameter_absent&")


def test_body_is_received_up_to_the_limit() -> None:
    """The rest, which may have no end, is left."""
    chunk = {"type": "http.request", "body": b"x" * 6, "more_body": True}
    start, _ = ask_asgi(OAuth1(hello, verifier_of(max_body=10)), SIGNED_FORM, [chunk, chunk])
    assert start["status"] == 413


def test_client_that_left_is_not_answered() -> None:
    """Nor is the application asked."""
    assert ask_asgi(OAuth1(hello, verifier_of()), SIGNED_FORM, [GONE]) == []


@pytest.mark.parametrize(
    "changes", [{"type": "websocket"}, {"type": "lifespan"}, {"method": "OPTIONS"}]
)
def test_what_has_no_credentials_passes_unverified(changes: dict[str, Any]) -> None:
    """A preflight of CORS, and what is not HTTP."""
    answer = ask_asgi(OAuth1(hello, verifier_of()), PLAIN, [GONE, GONE], **changes)
    assert answer[0] == {"verified": False}


@pytest.mark.parametrize(
    ("path", "mount", "expected"),
    [
        ("/r", "", "/r"),
        ("/api/r", "/api", "/r"),
        ("/api/r", "/api/", "/r"),
        ("/r", "/api", "/r"),
        ("/apis", "/api", "/apis"),
        ("/api", "/api", ""),
    ],
)
def test_path_is_that_below_the_mount(path: str, mount: str, expected: str) -> None:
    """Whether the server has the mount in it or not."""
    paths: list[str] = []

    def protect(path: str) -> bool:
        paths.append(path)
        return False

    app = OAuth1(hello, verifier_of(), protect=protect)
    ask_asgi(app, PLAIN, [GONE, GONE], path=path, root_path=mount)
    assert paths == [expected]


def test_look_ups_and_store_may_be_awaited() -> None:
    """Both of them, as databases of async programs are."""

    async def find(key: str) -> oauth2.Consumer | None:
        await asyncio.sleep(0)
        return CONSUMER

    class Nonces:
        async def remember(self, *nonce: Any) -> bool:
            return False

    app = OAuth1(hello, verifier_of(find_consumer=find, nonces=Nonces()))
    assert b"nonce_used" in ask_asgi(app, SIGNED_FORM)[1]["body"]
