"""Middleware that lets verified requests alone through to a WSGI application (PEP 3333)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from ..encoding import text_of
from ..errors import Error
from ..request import Request
from ..verifier import Verifier, require_verifier

__all__ = ["OAuth1"]

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

_PHRASES = {status.value: status.phrase for status in HTTPStatus}


class OAuth1:
    """Answers what a Verifier refuses, and hands on the rest.

    >>> from oauth2 import Consumer
    >>> def application(environ, start_response):
    ...     start_response("200 OK", [("Content-Type", "text/plain")])
    ...     return [environ["oauth2.verified"].consumer.key.encode()]
    >>> verifier = Verifier({"key": Consumer("key", "secret")}.get, origin="https://a.example")
    >>> application = OAuth1(application, verifier)

    The application finds the `oauth2.Verified` in ``environ["oauth2.verified"]``, and the body in
    ``wsgi.input`` as if nobody had read it. ``protect(path)`` says which paths ask for a
    signature, by default all; it gets what the application is going to find in PATH_INFO, as
    text. OPTIONS passes unverified, with nothing in the environ: a preflight of CORS has no
    credentials. Raises TypeError for what is not a Verifier, or a ``protect`` that is no function.
    """

    def __init__(
        self,
        app: Application,
        verifier: Verifier,
        *,
        protect: Callable[[str], bool] = lambda path: True,
    ) -> None:
        self._app, self._verifier, self._protect = app, require_verifier(verifier), protect
        if not callable(protect):
            raise TypeError(f"protect: expected a function, got {type(protect).__name__}")

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve a request as WSGI has it."""
        path = text_of(environ.get("PATH_INFO", "").encode("latin-1"))
        if environ["REQUEST_METHOD"] != "OPTIONS" and self._protect(path):
            try:
                environ["oauth2.verified"] = self._verifier.verify(self._received(environ))
            except Error as error:
                return self._refuse(error, environ, start_response)
        return self._app(environ, start_response)

    def _received(self, environ: dict[str, Any]) -> Request:
        verifier = self._verifier
        return Request.from_wsgi(environ, origin=verifier.origin, max_body=verifier.max_body)

    def _refuse(self, error: Error, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        status, headers, body = self._verifier.refusal(error)
        headers["Content-Length"] = str(len(body))
        start_response(f"{status} {_PHRASES.get(status, 'Refused')}", list(headers.items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
