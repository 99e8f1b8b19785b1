"""A dependency of FastAPI that asks for a signature; Starlette's endpoints await it."""

from __future__ import annotations

from inspect import Parameter, Signature
from urllib.parse import urlencode

try:
    from fastapi import FastAPI, HTTPException
    from fastapi.openapi.models import HTTPBase
    from fastapi.security.base import SecurityBase
    from starlette.requests import ClientDisconnect, Request as HTTPRequest
except ImportError as exc:
    hint = "oauth2.web.fastapi needs the extra 'fastapi'"
    raise ImportError(f"{hint}: python -m pip install 'oauth2[fastapi]'") from exc

from ..errors import Error, MalformedRequest
from ..headers import FORM_CONTENT_TYPE, media_type
from ..problems import report
from ..request import Request
from ..verified import Verified
from ..verifier import Verifier, require_verifier
from ..wsgi_body import declared_length, require_limit

__all__ = ["OAuth1"]

_UPLOADING = {"POST", "PUT", "PATCH"}


class OAuth1(SecurityBase):
    """Is the `oauth2.Verified` of a request, or the answer to one that is refused.

    >>> from fastapi import Depends, FastAPI
    >>> from oauth2 import Consumer
    >>> app = FastAPI()
    >>> verifier = Verifier({"key": Consumer("key", "secret")}.get, origin="https://a.example")
    >>> oauth1 = OAuth1(verifier)
    >>> @app.get("/photos")
    ... async def photos(verified=Depends(oauth1)):
    ...     return {"consumer": verified.consumer.key}

    In FastAPI a refusal has the problem report as its ``detail``; an endpoint of Starlette, which
    writes ``verified = await oauth1(request)``, answers it as a form. OpenAPI has the scheme
    "OAuth" for what depends on it. The body is still there for the endpoint, as is a ``Form()``;
    an upload that FastAPI parses first (``File()``) is accepted without ``oauth_body_hash`` alone.
    With it, the endpoint takes ``request: Request``, and awaits ``request.form()``.

    Look-ups and store may be awaited; plain ones block. Raises TypeError for no Verifier.
    """

    def __init__(self, verifier: Verifier, *, scheme_name: str = "OAuth1") -> None:
        self._verifier = require_verifier(verifier)
        self.model = HTTPBase(scheme="OAuth")
        self.scheme_name = scheme_name
        # FastAPI resolves no annotation of an object that can be called, and ours are text.
        request = Parameter("request", Parameter.POSITIONAL_OR_KEYWORD, annotation=HTTPRequest)
        self.__signature__ = Signature([request])

    async def __call__(self, request: HTTPRequest) -> Verified:
        """Verify the request of an endpoint, or raise the HTTPException that answers it."""
        try:
            return await self._verifier.verify_async(await self._received(request))
        except Error as error:
            raise self._refusal(request, error) from error

    async def _received(self, request: HTTPRequest) -> Request:
        origin, max_body = self._verifier.origin, self._verifier.max_body
        require_limit(declared_length(request.headers.get("content-length")) or 0, max_body)
        body = await _body(request, max_body)
        received = Request.from_asgi(request.scope, body, origin=origin, max_body=max_body)
        if body is None and ("oauth_body_hash" in received or received.method not in _UPLOADING):
            which = "as it has a hash, or comes by a method that has none"
            raise MalformedRequest(f"body: expected it whole, {which}, but it was parsed")
        return received

    def _refusal(self, request: HTTPRequest, error: Error) -> HTTPException:
        status, headers, body = self._verifier.refusal(error)
        if not isinstance(request.scope.get("app"), FastAPI):
            return HTTPException(status, body.decode("ascii"), headers)
        del headers["Content-Type"]  # as it answers JSON
        return HTTPException(status, report(error), headers)


async def _body(request: HTTPRequest, max_body: int) -> bytes | None:
    """Return the body, or enough to see that it is too large; None where FastAPI parsed it."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > max_body:
                break
        else:
            request._body = bytes(body)  # where Request.body() keeps what it has read
        return bytes(body)
    except ClientDisconnect as exc:
        raise MalformedRequest("body: it broke off") from exc
    except RuntimeError:  # it was read, and parsed
        form = await request.form()
    is_form = media_type(request.scope["headers"]) == FORM_CONTENT_TYPE
    return urlencode(form.multi_items()).encode("ascii") if is_form else None
