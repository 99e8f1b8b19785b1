"""Views of Django and of REST framework, of which each request chooses one by its headers."""

from __future__ import annotations

from functools import cache
from inspect import iscoroutinefunction
from typing import Any

from django.http import JsonResponse
from django.urls import re_path
from django.utils.decorators import sync_and_async_middleware

import oauth2
from doors.answers import METHODS, answer, verifier_at
from oauth2.web.django import required
from oauth2.web.rest_framework import OAuth1Authentication


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
    # It looks for the settings of Django when it is imported.
    from rest_framework.permissions import IsAuthenticated
    from rest_framework.response import Response
    from rest_framework.views import APIView

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
