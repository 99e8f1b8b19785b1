"""One application behind each door; whoever asks for it says which, and at which origin.

``X-Door`` names the door, ``X-Origin`` is the origin of its Verifier, or empty. What is below
``/mounted`` is mounted there. Each answers whom it verified, and the body that it has after that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from inspect import iscoroutinefunction
from typing import Any

import flask
import known
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import re_path
from django.utils.decorators import sync_and_async_middleware
from fastapi import Depends, FastAPI, Form
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView
from starlette.applications import Starlette
from starlette.requests import Request as HTTPRequest
from starlette.responses import JSONResponse
from starlette.routing import Route

import oauth2
from oauth2.web import asgi, wsgi
from oauth2.web.django import required
from oauth2.web.fastapi import OAuth1 as FastAPIOAuth1
from oauth2.web.flask import OAuth1 as FlaskOAuth1
from oauth2.web.rest_framework import OAuth1Authentication

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
MOUNT = "/mounted"
MAX_BODY = 100_000


@cache
def verifier_at(door: str, origin: str) -> oauth2.Verifier:
    """Make a Verifier for one door, which remembers nonces of its own."""
    consumers = {known.CONSUMER.key: known.CONSUMER}
    tokens = {known.TOKEN.key: known.TOKEN}
    return oauth2.Verifier(
        consumers.get,
        lambda key, consumer: tokens.get(key),
        origin=origin or None,
        max_body=MAX_BODY,
        realm="Doors",
    )


def answer(verified: oauth2.Verified, body: bytes) -> dict[str, Any]:
    """Return what a view found."""
    return {
        "consumer": verified.consumer.key,
        "token": verified.token and verified.token.key,
        "parameters": verified.parameters,
        "url": verified.request.url,
        "body": sha256(body).hexdigest(),
    }


def wsgi_app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Serve as a plain application does."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    content = json.dumps(answer(environ["oauth2.verified"], body)).encode()
    fields = [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
    start_response("200 OK", fields)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [content]


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
    """Serve as a plain application does."""
    message = await receive()
    content = json.dumps(answer(scope["oauth2.verified"], message["body"])).encode()
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": content})


def flask_app(verifier: oauth2.Verifier) -> Any:
    """Serve by one view of Flask."""
    app = flask.Flask("doors")
    app.url_map.merge_slashes = False
    oauth1 = FlaskOAuth1(verifier)

    @app.route("/<path:path>", methods=METHODS)
    @oauth1.required
    def view(path: str) -> dict[str, Any]:
        return answer(oauth1.verified, flask.request.get_data())

    return app


def fastapi_app(verifier: oauth2.Verifier) -> FastAPI:
    """Serve by FastAPI, also one endpoint with a form."""
    app = FastAPI()
    oauth1 = FastAPIOAuth1(verifier)

    @app.post("/form")
    async def form(a: list[str] = Form(), verified: Any = Depends(oauth1)) -> Any:
        return {**answer(verified, b""), "form": a}

    @app.api_route("/{path:path}", methods=METHODS)
    async def view(request: HTTPRequest, verified: Any = Depends(oauth1)) -> Any:
        return answer(verified, await request.body())

    return app


def starlette_app(verifier: oauth2.Verifier) -> Starlette:
    """Serve by Starlette."""
    oauth1 = FastAPIOAuth1(verifier)

    async def view(request: HTTPRequest) -> JSONResponse:
        verified = await oauth1(request)
        return JSONResponse(answer(verified, await request.body()))

    return Starlette(routes=[Route("/{path:path}", view, methods=METHODS)])


def django_view(verifier: oauth2.Verifier) -> Any:
    """Return a plain view, and one of a function."""

    @required(verifier)
    def view(request: Any) -> Any:
        return JsonResponse(answer(request.oauth1, request.body))

    return view


def django_async_view(verifier: oauth2.Verifier) -> Any:
    """Return a view that is a coroutine function."""

    @required(verifier)
    async def view(request: Any) -> Any:
        return JsonResponse(answer(request.oauth1, request.body))

    return view


def rest_view(verifier: oauth2.Verifier) -> Any:
    """Return a view of REST framework that asks for a user."""

    def handle(self: Any, request: Any) -> Any:
        return Response(answer(request.auth, request._request.body))

    signed = type("Signed", (OAuth1Authentication,), {"verifier": verifier})
    attributes: dict[str, Any] = {
        **{method.lower(): handle for method in METHODS},
        "authentication_classes": [signed],
        "permission_classes": [IsAuthenticated],
    }
    return type("Echo", (APIView,), attributes).as_view()  # type: ignore[attr-defined]


DJANGO_VIEWS = {
    "django": django_view,
    "django async": django_async_view,
    "rest framework": rest_view,
}


@cache
def django_urls(door: str, origin: str) -> tuple[Any, ...]:
    """Return the URLs of one door, which all go to its view."""
    return (re_path("", DJANGO_VIEWS[door](verifier_at(door, origin))),)


@sync_and_async_middleware  # type: ignore[untyped-decorator]
def choose_door(get_response: Any) -> Any:
    """Serve each request by the URLs of the door that it asks for."""

    def choose(request: Any) -> Any:
        request.urlconf = django_urls(request.headers["X-Door"], request.headers["X-Origin"])
        return get_response(request)

    async def choose_async(request: Any) -> Any:
        return await choose(request)

    return choose_async if iscoroutinefunction(get_response) else choose


django_wsgi, django_asgi = cache(get_wsgi_application), cache(get_asgi_application)


@cache
def wsgi_door(door: str, origin: str) -> Any:
    """Make the application behind a door; Django's is one for all."""
    if door in DJANGO_VIEWS:
        return django_wsgi()
    verifier = verifier_at(door, origin)
    return flask_app(verifier) if door == "flask" else wsgi.OAuth1(wsgi_app, verifier)


@cache
def asgi_door(door: str, origin: str) -> Any:
    """Make the application behind a door likewise."""
    if door in DJANGO_VIEWS:
        return django_asgi()
    verifier = verifier_at(door, origin)
    made = {"fastapi": fastapi_app, "starlette": starlette_app}
    return made[door](verifier) if door in made else asgi.OAuth1(asgi_app, verifier)


def serve_wsgi(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Be the application that a WSGI server serves."""
    path = environ["PATH_INFO"]
    if path.startswith(f"{MOUNT}/"):
        environ["SCRIPT_NAME"] += MOUNT
        environ["PATH_INFO"] = path[len(MOUNT) :]
    served: Iterable[bytes] = wsgi_door(environ["HTTP_X_DOOR"], environ["HTTP_X_ORIGIN"])(
        environ, start_response
    )
    return served


async def serve_asgi(scope: Any, receive: Any, send: Any) -> None:
    """Be the application that an ASGI server serves."""
    headers = dict(scope["headers"])
    if scope["path"].startswith(f"{MOUNT}/"):
        scope = {**scope, "root_path": MOUNT}
    door = asgi_door(headers[b"x-door"].decode(), headers[b"x-origin"].decode())
    await door(scope, receive, send)
