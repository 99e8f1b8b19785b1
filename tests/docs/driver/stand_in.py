"""What stands in the place of a provider while its page is run: it does as its entry says."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from doc_run import CONSUMER
from wire import Answer, Keys, Origin, Received, by_hand

from oauth2.services import Service

REQUEST_TOKEN = ("8f31cadc24c6b2fff864c604", "the secret of the request token")
ACCESS_TOKEN = ("9a1b689623c523ae043c3dea", "the secret of the access token")
PIN = "123456"

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class StandIn:
    """Hands out tokens and answers calls with 200, each request judged from its raw octets.

    ``folder`` is where a page keeps its pair of keys, ``extra`` what the access token brings along.
    ``tokens`` are secrets by the key of a token, "" for none; ``legs`` has what was accepted:
    "request", "access", "call", "authorize" where a program allows it, and "unsigned".
    """

    def __init__(self, origin: Origin, service: Service, folder: Path, extra: dict[str, str]):
        self.origin = origin
        self.url = origin.url
        self.legs: list[str] = []
        self.faults: list[str] = []
        self.tokens = {"": ""}
        self._service = service
        self._folder = folder
        self._extra = extra
        self._callback = "oob"
        origin.otherwise = self._answer

    def allow(self, authorization_url: str) -> str:
        """Be the user, who opens the page and clicks Allow."""
        names = self._service.authorize_names
        told = {
            name: values[0] for name, values in parse_qs(urlsplit(authorization_url).query).items()
        }
        assert told[names.get("oauth_token", "oauth_token")] == REQUEST_TOKEN[0]
        if "oauth_consumer_key" in names:
            assert told[names["oauth_consumer_key"]] == CONSUMER.key
        callback = told.get(names.get("oauth_callback", ""), self._callback)
        if callback == "oob":
            return PIN
        fields = {"oauth_token": REQUEST_TOKEN[0]} if self._service.redirect_has_token else {}
        if self._service.verifier_used is not False:
            fields["oauth_verifier"] = PIN
        return f"{callback}?{urlencode(fields)}" if fields else callback

    def _answer(self, received: Received) -> Answer:
        leg, answer = self._judged(received)
        if leg is None:
            self.faults.append(f"{received.method} {received.target} {received.headers}")
            return Answer(401, {}, b"refused")
        self.legs.append(leg)
        return answer

    def _judged(self, received: Received) -> tuple[str | None, Answer]:
        """Return which leg it is, None where it is wrong, and what to answer."""
        if received.header("x-auth-token"):
            verifier = json.dumps({"token": {"oauth_verifier": PIN}}).encode()
            return ("authorize" if received.method == "PUT" else None), Answer(200, {}, verifier)
        if received.header("zotero-api-key") == ACCESS_TOKEN[1]:
            return "unsigned", Answer(body=b"")
        key = received.oauth("oauth_token") or ""
        is_signed = by_hand(received, self._keys(key)) and key in self.tokens
        method = received.oauth("oauth_signature_method")
        has_realm = received.place() != "header" or self._names_realm(received)
        if not (is_signed and has_realm and method in self._service.signature_methods):
            return None, Answer()
        if key == REQUEST_TOKEN[0]:
            return self._access(received)
        if received.url.startswith(self._service.request_token_url) and not key:
            return self._request(received)
        return ("call" if received.place() == "header" else None), Answer(body=b"")

    def _request(self, received: Received) -> tuple[str | None, Answer]:
        if not self._is_leg(received, self._service.request_token_method):
            return None, Answer()
        self._callback = received.oauth("oauth_callback") or "oob"
        self.tokens[REQUEST_TOKEN[0]] = REQUEST_TOKEN[1]
        fields = dict(zip(("oauth_token", "oauth_token_secret"), REQUEST_TOKEN))
        if self._service.require_callback_confirmed:
            fields["oauth_callback_confirmed"] = "true"
        return "request", Answer(200, _FORM, urlencode(fields).encode())

    def _access(self, received: Received) -> tuple[str | None, Answer]:
        verifier = None if self._service.verifier_used is False else PIN
        is_right = self._is_leg(received, self._service.access_token_method)
        is_there = received.url.startswith(self._service.access_token_url)
        if not (is_right and is_there) or received.oauth("oauth_verifier") != verifier:
            return None, Answer()
        self.tokens[ACCESS_TOKEN[0]] = ACCESS_TOKEN[1]
        fields = dict(zip(("oauth_token", "oauth_token_secret"), ACCESS_TOKEN))
        return "access", Answer(200, _FORM, urlencode({**fields, **self._extra}).encode())

    def _is_leg(self, received: Received, methods: Collection[str]) -> bool:
        return received.method in methods and received.place() == self._service.placement

    def _names_realm(self, received: Received) -> bool:
        realm = self._service.realm
        return not realm or f'realm="{realm}"' in (received.header("authorization") or "")

    def _keys(self, key: str) -> Keys:
        secret = self._service.consumer_secret
        public = "".join([file.read_text() for file in self._folder.glob("*.pub")])
        consumer_secret = CONSUMER.secret if secret is None else secret
        return Keys(str(consumer_secret), self.tokens.get(key, ""), public)


@contextmanager
def standing_in(service: Service, folder: Path, **extra: str) -> Iterator[StandIn]:
    """Serve one until this ends, each host as a path: ``service`` has no variables any more."""
    with Origin() as origin:
        moved: dict[str, Any] = {
            name: (getattr(service, name) or "").replace("https:/", origin.url)
            for name in ("request_token_url", "authorize_url", "access_token_url", "realm")
        }
        yield StandIn(origin, service._replace(**moved), folder, extra)
