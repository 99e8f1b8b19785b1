"""Greet whoever signs: `path("greeting", in_rest_framework.Greeting.as_view())` in the URLs."""

from __future__ import annotations

import os

from rest_framework import permissions, response, views

import oauth2
from oauth2.web.rest_framework import OAuth1Authentication

consumer = oauth2.Consumer(os.environ["OAUTH_CONSUMER_KEY"], os.environ["OAUTH_CONSUMER_SECRET"])


class Signed(OAuth1Authentication):
    verifier = oauth2.Verifier({consumer.key: consumer}.get, origin=os.environ["ORIGIN"])


class Greeting(views.APIView):
    authentication_classes = (Signed,)
    permission_classes = (permissions.IsAuthenticated,)

    def get(self, request: views.Request) -> response.Response:
        return response.Response(f"Hello, {request.auth.consumer.key}")
