"""The HTTP libraries by which a flow can send, beside httplib2; none is imported here.

A sender has ``send``, which takes a request and how many seconds are left, and gives an
`Answer`; and ``spelled``, which gives a URL as the library will send it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from .aiohttp import AiohttpSender
from .httpx import AsyncHttpxSender, HttpxSender
from .requests import NiquestsSender, RequestsSender

__all__ = ["ASYNC_SENDERS", "SENDERS", "sender_for"]

SENDERS: Mapping[str, Any] = {
    "requests.Session": RequestsSender,
    "niquests.Session": NiquestsSender,
    "niquests.AsyncSession": None,  # a subclass of its Session
    "httpx.Client": HttpxSender,
    "httpx2.Client": HttpxSender,
}
ASYNC_SENDERS: Mapping[str, Any] = {
    "httpx.AsyncClient": AsyncHttpxSender,
    "httpx2.AsyncClient": AsyncHttpxSender,
    "aiohttp.ClientSession": AiohttpSender,
}


def sender_for(http: object, senders: Mapping[str, Any]) -> Any:
    """Return what sends by a client of one of these libraries, or of a subclass of it.

    Raises TypeError for anything else.
    """
    for kind in type(http).__mro__:
        library, name = _named(kind)
        if name in senders:
            if senders[name] is None:
                break
            return senders[name](http, sys.modules[library])
    names = ", ".join([name for name, sender in senders.items() if sender])
    raise TypeError(f"http: expected one of {names}, got {_named(type(http))[1]}")


def _named(kind: type) -> tuple[str, str]:
    """Return the package of a class, and the name under which that has it."""
    package = kind.__module__.partition(".")[0]
    return package, f"{package}.{kind.__qualname__}".replace("builtins.", "")
