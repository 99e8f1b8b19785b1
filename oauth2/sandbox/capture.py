"""Hands to a recorder what a Flask application receives and answers."""

from __future__ import annotations

import time

import flask
from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from ..errors import Error
from .address import origin, target
from .recording import Content, Exchange, Keys, Recorder

__all__ = ["UNRECORDED", "capture", "is_watching", "note_consumer", "note_keys", "note_refusal"]

UNRECORDED = "inspector"
"""What the names of endpoints begin with whose requests are not recorded: see `is_watching`."""


def capture(app: Flask, url: str, recorder: Recorder) -> None:
    """Record each exchange of an application that is reached at ``url``.

    To be called before other hooks are registered, as the response is seen last then.
    """

    @app.before_request
    def begin() -> None:
        flask.g.begun = time.time()

    @app.after_request
    def end(response: Response) -> Response:
        if not is_watching():
            recorder.record(_exchange(url, response))
        return response


def is_watching() -> bool:
    """Tell whether the request is that of a page which shows others; ``/`` is one for browsers."""
    if flask.request.path == "/":
        return "text/html" in [kind for kind, _ in flask.request.accept_mimetypes]
    return str(flask.request.endpoint).startswith(UNRECORDED)


def note_consumer(key: str | None) -> None:
    """Say which consumer the request that is being served names."""
    flask.g.consumer = key


def note_keys(keys: Keys | None) -> None:
    """Say by whose secrets the request that is being served is verified."""
    flask.g.keys = keys


def note_refusal(error: Error) -> None:
    """Say why the request that is being served is refused."""
    flask.g.refusal = error


def _exchange(url: str, response: Response) -> Exchange:
    request = flask.request
    return Exchange(
        request.method,
        origin(url) + target(),
        tuple(request.headers.items()),
        _body(),
        response.status_code,
        response_headers=tuple(response.headers.items()),
        response_body=Content.of(response.get_data()),
        consumer=flask.g.get("consumer"),
        keys=flask.g.get("keys"),
        error=flask.g.get("refusal"),
        time=flask.g.begun,
    )


def _body() -> Content:
    """Return the body, or its length where more was sent than is read."""
    try:
        return Content.of(flask.request.get_data())
    except HTTPException:
        return Content(b"", flask.request.content_length or 0)
