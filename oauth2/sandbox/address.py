"""The address of a request that a sandbox is serving, as it was sent."""

from __future__ import annotations

import re

import flask

__all__ = ["origin", "target"]

_ON_EVERY_ADDRESS = ("http://0.0.0.0:", "http://[::]:")
_scheme_and_host = re.compile(r"[a-z][a-z0-9+.-]*://[^/?]*", re.I)


def target() -> str:
    """Return path and query as they were sent: what WSGI decodes cannot be verified."""
    return _scheme_and_host.sub("", str(flask.request.environ["REQUEST_URI"]), count=1)


def origin(url: str) -> str:
    """Return the origin for which a request is signed: ``url``, or what its Host says.

    A sandbox that listens on every address of a machine has no other way to know.
    """
    host = flask.request.environ.get("HTTP_HOST")
    return f"http://{host}" if host and url.startswith(_ON_EVERY_ADDRESS) else url
