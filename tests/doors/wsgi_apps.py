"""One application of WSGI behind each door; whoever asks says which, and at which origin.

``X-Door`` names the door, ``X-Origin`` is the origin of its Verifier, or empty. What is below
``/mounted`` is mounted there. Each answers whom it verified, and the body that it has after that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

import flask
from django.core.wsgi import get_wsgi_application

import oauth2
from doors.answers import METHODS, MOUNT, answer, verifier_at
from doors.django_views import DJANGO_VIEWS
from oauth2.web import wsgi
from oauth2.web.flask import OAuth1

django_app = cache(get_wsgi_application)


def wsgi_app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Serve as a plain application does."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    content = json.dumps(answer(environ["oauth2.verified"], body)).encode()
    fields = [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
    start_response("200 OK", fields)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [content]


def flask_app(verifier: oauth2.Verifier) -> Any:
    """Serve by one view of Flask."""
    app = flask.Flask("doors")
    app.url_map.merge_slashes = False
    oauth1 = OAuth1(verifier)

    @app.route("/<path:path>", methods=METHODS)
    @oauth1.required
    def view(path: str) -> dict[str, Any]:
        return answer(oauth1.verified, flask.request.get_data())

    return app


@cache
def wsgi_door(door: str, origin: str) -> Any:
    """Make the application behind a door; Django's is one for all."""
    if door in DJANGO_VIEWS:
        return django_app()
    verifier = verifier_at(door, origin)
    return flask_app(verifier) if door == "flask" else wsgi.OAuth1(wsgi_app, verifier)


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
