"""Our OAuth1 in the place of requests-oauthlib's: what each puts on the wire for one call."""

from __future__ import annotations

import importlib
import time
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import pytest
from known import CONSUMER, TOKEN
from wire import Origin, Received

import oauth2

from .calls import Call, unsigned
from .drivers import Driver

CREDENTIALS = {
    "client_key": CONSUMER.key,
    "client_secret": CONSUMER.secret,
    "resource_owner_key": TOKEN.key,
    "resource_owner_secret": TOKEN.secret,
}
NONCE = "0123456789abcdef"


class Outcome(NamedTuple):
    """What was received of a call, or the error instead."""

    received: Received | None
    error: Exception | None = None


def theirs(name: str = "OAuth1") -> Any:
    """Return a class of requests-oauthlib."""
    return getattr(importlib.import_module("requests_oauthlib"), name)


def ours(name: str = "OAuth1") -> Any:
    """Return the class of ours that takes its place."""
    return getattr(importlib.import_module("oauth2.auth.requests_oauthlib"), name)


def freeze(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give both the same nonce and the same time, so that they make the same signature."""
    now = str(int(time.time()))
    rfc5849 = importlib.import_module("oauthlib.oauth1.rfc5849")
    monkeypatch.setattr(rfc5849, "generate_nonce", lambda: NONCE)
    monkeypatch.setattr(rfc5849, "generate_timestamp", lambda: now)
    monkeypatch.setattr(oauth2.Request, "make_nonce", classmethod(lambda cls: NONCE))
    monkeypatch.setattr(oauth2.Request, "make_timestamp", classmethod(lambda cls: now))


def outcome(driver: Driver, origin: Origin, call: Call, auth: Any, proxy: str = "") -> Outcome:
    """Send a call, and return what comes of it."""
    origin.received.clear()
    try:
        driver.send(call, origin.url, auth, proxy=proxy)
    except Exception as exc:
        return Outcome(None, exc)
    return Outcome(origin.last)


def meaning(received: Received) -> Any:
    """Return what a provider reads of a request, in whatever way its pairs are escaped.

    Method and path, the headers, those of OAuth by name, and the query and a form as pairs. A
    form that holds OAuth parameters has another length.
    """
    method, target, headers, body = unsigned(received)
    path, _, query = target.partition("?")
    protocol = received.protocol_parameters()
    names = {name.decode() for pairs in protocol.values() for name in pairs}
    if not received.is_form:
        return method, path, _pairs(query, ()), headers, body, protocol
    left = [(name, value) for name, value in headers if name.lower() != "content-length"]
    form = _pairs(body.decode("latin-1"), names)
    return method, path, _pairs(query, ()), left, form, protocol


def _pairs(text: str, without: Iterable[str]) -> list[tuple[str, str]]:
    pairs = parse_qsl(text, keep_blank_values=True, encoding="latin-1")
    return [(name, value) for name, value in pairs if name not in without]
