"""One application of ASGI behind each door, as `doors.wsgi_apps` has them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.core.asgi import get_asgi_application
from fastapi import Depends, FastAPI
from starlette.applications import Starlette
from starlette.requests import Request as HTTPRequest
from starlette.responses import JSONResponse
from starlette.routing import Route

import oauth2
from doors.answers import METHODS, MOUNT, answer, verifier_at
from doors.django_views import DJANGO_VIEWS
from oauth2.web import asgi
from oauth2.web.fastapi import OAuth1

django_app = cache(get_asgi_application)


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
    """Serve as a plain application does."""
    message = await receive()
    content = json.dumps(answer(scope["oauth2.verified"], message["body"])).encode()
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": content})


def fastapi_app(verifier: oauth2.Verifier) -> FastAPI:
    """Serve by FastAPI."""
    app = FastAPI()
    oauth1 = OAuth1(verifier)

    @app.api_route("/{path:path}", methods=METHODS)
    async def view(request: HTTPRequest, verified: Any = Depends(oauth1)) -> Any:
        return answer(verified, await request.body())

    return app


def starlette_app(verifier: oauth2.Verifier) -> Starlette:
    """Serve by Starlette."""
    oauth1 = OAuth1(verifier)

    async def view(request: HTTPRequest) -> JSONResponse:
        verified = await oauth1(request)
        return JSONResponse(answer(verified, await request.body()))

    return Starlette(routes=[Route("/{path:path}", view, methods=METHODS)])


@cache
def asgi_door(door: str, origin: str) -> Any:
    """Make the application behind a door likewise."""
    if door in DJANGO_VIEWS:
        return django_app()
    verifier = verifier_at(door, origin)
    made = {"fastapi": fastapi_app, "starlette": starlette_app}
    return made[door](verifier) if door in made else asgi.OAuth1(asgi_app, verifier)


async def serve_asgi(scope: Any, receive: Any, send: Any) -> None:
    """Be the application that an ASGI server serves."""
    headers = dict(scope["headers"])
    if scope["path"].startswith(f"{MOUNT}/"):
        scope = {**scope, "root_path": MOUNT}
    door = asgi_door(headers[b"x-door"].decode(), headers[b"x-origin"].decode())
    await door(scope, receive, send)
