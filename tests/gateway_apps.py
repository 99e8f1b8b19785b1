"""Applications that verify what they are sent, and answer what they found, as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from known import CONSUMER, NOW
from werkzeug.middleware.dispatcher import DispatcherMiddleware

import oauth2


def _answer(read: Callable[[], oauth2.Request]) -> dict[str, Any]:
    """Return the outcome and the URL; the clock is that of the signature."""
    verifier = oauth2.Verifier({CONSUMER.key: CONSUMER}.get, timestamp_threshold=10 * NOW)
    try:
        request = read()
        verifier.verify(request)
    except oauth2.Error as error:
        return {"outcome": f"{error.status} {error}"}
    return {"outcome": "verified", "url": request.url}


def wsgi_app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Verify by the environ, and then read the body as a view does."""
    answer = _answer(lambda: oauth2.Request.from_wsgi(environ))
    length = int(environ.get("CONTENT_LENGTH") or 0)
    answer["body"] = environ["wsgi.input"].read(length).decode("latin-1") if length else ""
    content = json.dumps(answer).encode()
    fields = [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
    start_response("200 OK", fields)
    return [content]


def _nothing_here(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("404 Not Found", [])
    return []


mounted_app = DispatcherMiddleware(_nothing_here, {"/api": wsgi_app})


async def asgi_app(scope: Any, receive: Any, send: Any) -> None:
    """Verify by the scope, with the body that was received before."""
    assert scope["type"] == "http"
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    answer = _answer(lambda: oauth2.Request.from_asgi(scope, body))
    content = json.dumps({**answer, "body": body.decode("latin-1")}).encode()
    fields = [(b"content-length", b"%d" % len(content))]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    await send({"type": "http.response.body", "body": content})


def django_app(has_raw_path: bool) -> Any:
    """Return an application of Django whose one view verifies by META, and has the body.

    Without a raw path it is as on a server that tells the decoded one alone.
    """
    import io

    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpRequest, JsonResponse
    from django.urls import re_path

    def view(request: HttpRequest) -> JsonResponse:
        meta = {**request.META, "wsgi.input": io.BytesIO(request.body)}
        answer = _answer(lambda: oauth2.Request.from_wsgi(meta))
        return JsonResponse({**answer, "body": request.body.decode("latin-1")})

    settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="x")
    globals()["urlpatterns"] = [re_path("", view)]
    application = get_wsgi_application()

    def handle(environ: dict[str, Any], start_response: Any) -> Any:
        if not has_raw_path:
            del environ["RAW_URI"]
        return application(environ, start_response)

    return handle
