"""httplib2, without what keeps it from sending signed requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException
from typing import Any

import httplib2

__all__ = ["TRANSPORT_ERRORS", "Transport"]

TRANSPORT_ERRORS: tuple[type[Exception], ...] = (
    *(OSError, OverflowError, UnicodeError, HTTPException, httplib2.error.HttpLib2Error),
    # A gzip bomb, which not each httplib2 refuses.
    *[kind for name, kind in vars(getattr(httplib2, "decode", object)).items() if "Error" in name],
)


class Transport(httplib2.Http):
    """An `httplib2.Http`; arguments are those of it."""

    def _auth_from_challenge(self, *args: Any) -> Iterator[Any]:
        """Return a 401 whose challenge httplib2 cannot parse, as any other response."""
        http: Any = super()
        with suppress(httplib2.error.MalformedHeader):
            yield from http._auth_from_challenge(*args)
