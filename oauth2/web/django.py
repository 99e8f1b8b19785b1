"""Views of Django that ask for a signature."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from io import BytesIO
from typing import Any

try:
    from django.core.exceptions import RequestDataTooBig
    from django.http import HttpResponse
    from django.http.request import RawPostDataException, UnreadablePostError
except ImportError as exc:
    hint = "oauth2.web.django needs the extra 'django'"
    raise ImportError(f"{hint}: python -m pip install 'oauth2[django]'") from exc

from ..errors import BodyTooLarge, Error, MalformedRequest
from ..request import Request
from ..verifier import Verifier, require_verifier
from ..wsgi_body import declared_length, require_limit

__all__ = ["read_as_signed", "received", "required"]


def required(verifier: Verifier) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator of views that lets verified requests alone through.

    >>> from django.http import JsonResponse
    >>> from oauth2 import Consumer
    >>> verifier = Verifier({"key": Consumer("key", "secret")}.get, origin="https://a.example")
    >>> @required(verifier)
    ... def photos(request):
    ...     return JsonResponse({"consumer": request.oauth1.consumer.key})

    ``request.oauth1`` is the `oauth2.Verified`. Others are answered by a challenge and a problem
    report. The view is exempt from CSRF, as nobody can be made to sign. It may be a coroutine
    function: look-ups and store may be such then, and are where they ask Django's database.
    The class of views takes it by ``method_decorator(required(verifier), name="dispatch")``.

    Nothing before it may read ``request.POST`` of an upload; ``request.body`` it may. Under WSGI
    Django reads no body that is sent in chunks: that is 411. Raises TypeError for no Verifier.
    """
    require_verifier(verifier)

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def verifying(request: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                request.oauth1 = verifier.verify(received(verifier, request))
            except Error as error:
                return _refusal(verifier, error)
            return view(read_as_signed(request), *args, **kwargs)

        @wraps(view)
        async def verifying_async(request: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                request.oauth1 = await verifier.verify_async(received(verifier, request))
            except Error as error:
                return _refusal(verifier, error)
            return await view(read_as_signed(request), *args, **kwargs)

        decorated: Callable[..., Any] = verifying_async if iscoroutinefunction(view) else verifying
        vars(decorated)["csrf_exempt"] = True  # csrf_exempt of Django 4.2 makes async views plain
        return decorated

    return decorate


def received(verifier: Verifier, request: Any) -> Request:
    """Read an HttpRequest, under WSGI or ASGI; its body stays there."""
    meta, scope = request.META, getattr(request, "scope", None)
    length = declared_length(meta.get("CONTENT_LENGTH"))
    require_limit(length or 0, verifier.max_body)
    if scope is None and length is None and meta.get("HTTP_TRANSFER_ENCODING"):
        raise MalformedRequest("body: expected its length: Django reads no chunks", status=411)
    try:
        body = request.body
    except RequestDataTooBig as exc:
        raise BodyTooLarge("body: expected less, by DATA_UPLOAD_MAX_MEMORY_SIZE") from exc
    except (RawPostDataException, UnreadablePostError) as exc:
        raise MalformedRequest("body: it broke off, or was read before") from exc
    limits: Any = {"origin": verifier.origin, "max_body": verifier.max_body}
    if scope is not None:
        return Request.from_asgi(scope, body, **limits)
    return Request.from_wsgi({**meta, "wsgi.input": BytesIO(body)}, **limits)


def read_as_signed(request: Any) -> Any:
    """Have GET and POST read as UTF-8: nothing signs the charset of Content-Type."""
    if request.encoding and request.encoding == request.content_params.get("charset"):
        request.encoding = "utf-8"
    return request


def _refusal(verifier: Verifier, error: Error) -> Any:
    status, headers, body = verifier.refusal(error)
    return HttpResponse(body, status=status, headers=headers)
