"""Starlette's TestClient, which is an httpx2 client, with our auth."""

from __future__ import annotations

from typing import Any

from known import CONSUMER, TOKEN
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from wire import KEYS, Received, assert_signed, by_hand

from oauth2.auth.httpx2 import OAuth1

HERE: list[Received] = []


async def protected(request: Request) -> Response:
    """Welcome what is signed rightly."""
    body = await request.body()
    fields = [(name.decode(), value.decode()) for name, value in request.headers.raw]
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    received = Received("http", request.method, target, fields, body, body, 0)
    HERE.append(received)
    return Response("welcome", 200 if by_hand(received, KEYS) else 401)


async def moved(request: Request) -> Response:
    """Redirect within the app."""
    return RedirectResponse("/protected?moved=1", 307)


APP = Starlette(
    routes=[
        Route("/protected", protected, methods=["GET", "POST"]),
        Route("/moved", moved, methods=["GET", "POST"]),
    ]
)


def test_an_app_is_tested_with_signed_requests() -> None:
    """A query, a form and JSON, and after a redirect, which the TestClient follows."""
    client: Any = TestClient(APP)
    client.auth = OAuth1(CONSUMER, TOKEN)
    assert client.get("/protected", params={"a": "é"}).status_code == 200
    assert client.post("/protected", data={"a": "1 2"}).status_code == 200
    assert client.post("/protected", json={"a": 1}).status_code == 200
    assert client.post("/moved", data={"a": "1 2"}).status_code == 200
    for received in HERE[:3]:
        assert_signed(received, KEYS)
