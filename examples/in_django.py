"""Greet whoever signs, by a view of Django: `path("greeting", in_django.greet)` in the URLs."""

from __future__ import annotations

import os

from django.http import HttpRequest, HttpResponse

import oauth2
from oauth2.web.django import required

consumer = oauth2.Consumer(os.environ["OAUTH_CONSUMER_KEY"], os.environ["OAUTH_CONSUMER_SECRET"])
verifier = oauth2.Verifier({consumer.key: consumer}.get, origin=os.environ["ORIGIN"])


@required(verifier)
def greet(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"Hello, {request.oauth1.consumer.key}")
