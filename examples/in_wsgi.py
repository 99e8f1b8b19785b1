"""Greet whoever signs, in a plain WSGI application: `gunicorn in_wsgi:application`."""

from __future__ import annotations

import os
from typing import Any

import oauth2
from oauth2.web.wsgi import OAuth1

consumer = oauth2.Consumer(os.environ["OAUTH_CONSUMER_KEY"], os.environ["OAUTH_CONSUMER_SECRET"])
verifier = oauth2.Verifier({consumer.key: consumer}.get, origin=os.environ["ORIGIN"])


def greet(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"Hello, {environ['oauth2.verified'].consumer.key}".encode()]


application = OAuth1(greet, verifier)
