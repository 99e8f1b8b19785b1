"""Views of Flask that ask for a signature."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any

try:
    from flask import Response, current_app, request
except ImportError as exc:
    hint = "oauth2.web.flask needs the extra 'flask'"
    raise ImportError(f"{hint}: python -m pip install 'oauth2[flask]'") from exc

from ..errors import Error
from ..request import Request
from ..verified import Verified
from ..verifier import Verifier, require_verifier

__all__ = ["OAuth1"]


class OAuth1:
    """Lets verified requests alone through to the views that it decorates.

    >>> from flask import Flask
    >>> from oauth2 import Consumer
    >>> app = Flask("photos")
    >>> verifier = Verifier({"key": Consumer("key", "secret")}.get, origin="https://a.example")
    >>> oauth1 = OAuth1(verifier)
    >>> @app.post("/photos")
    ... @oauth1.required
    ... def photos():
    ...     return {"consumer": oauth1.verified.consumer.key}

    Others are answered by a challenge and a problem report. The body is still there for the view.
    What runs before, ``before_request`` for example, may read it by ``request.get_data()``, but
    not by ``request.form``, which keeps nothing of what was signed. Raises TypeError for what is
    not a Verifier.
    """

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = require_verifier(verifier)

    @property
    def verified(self) -> Verified:
        """The `oauth2.Verified` of the request; RuntimeError in a view that is not decorated."""
        found = request.environ.get("oauth2.verified")
        if not isinstance(found, Verified):
            raise RuntimeError("verified: expected @oauth1.required below the route of this view")
        return found

    def required(self, view: Callable[..., Any]) -> Callable[..., Any]:
        """Decorate a view, sync or async, below its route: above, the route has the bare view."""

        @wraps(view)
        def verifying(*args: Any, **kwargs: Any) -> Any:
            try:
                request.environ["oauth2.verified"] = self._verifier.verify(self._received())
            except Error as error:
                status, headers, body = self._verifier.refusal(error)
                return Response(body, status, headers)
            return current_app.ensure_sync(view)(*args, **kwargs)

        return verifying

    def _received(self) -> Request:
        environ = request.environ
        if "stream" in vars(request):  # somebody has read it, and Werkzeug has what it kept
            environ = {**environ, "wsgi.input": BytesIO(request.get_data())}
        verifier = self._verifier
        return Request.from_wsgi(environ, origin=verifier.origin, max_body=verifier.max_body)
