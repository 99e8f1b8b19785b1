"""Greet whoever signs, in Flask: `gunicorn in_flask:application`."""

from __future__ import annotations

import os

import flask

import oauth2
from oauth2.web.flask import OAuth1

consumer = oauth2.Consumer(os.environ["OAUTH_CONSUMER_KEY"], os.environ["OAUTH_CONSUMER_SECRET"])
oauth1 = OAuth1(oauth2.Verifier({consumer.key: consumer}.get, origin=os.environ["ORIGIN"]))
application = flask.Flask(__name__)


@application.route("/greeting")
@oauth1.required
def greet() -> str:
    return f"Hello, {oauth1.verified.consumer.key}"
