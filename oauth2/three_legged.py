"""What three-legged authorization asks for and checks (RFC 5849 section 2), whoever sends it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from typing import Any, ClassVar

from .credentials import Consumer, Token, require_credentials
from .encoding import encoded
from .hops import Hops
from .legs import Leg, verifier_from_redirect
from .senders import sender_for
from .signature import SignatureMethod
from .urls import split_url, to_uri, with_query

__all__ = ["REQUEST_TOKEN_CALLBACKS", "ThreeLegged", "renewed"]

REQUEST_TOKEN_CALLBACKS = ("given", "absent", "oob")

_ON_AUTHORIZE_URL = ("oauth_token", "oauth_consumer_key", "oauth_callback")


class ThreeLegged:
    """What `oauth2.Flow` and `oauth2.AsyncFlow` have in common; Flow describes the arguments."""

    # Of a Flow that 2.1 pickled, or whose __init__ does not call this one's.
    request_token_callback: str | None = None
    redirect_has_token = True
    http: Any = None
    _sender: Any = None  # what sends by http, which may be a subclass's name for its own

    _senders: ClassVar[Mapping[str, Any]] = {}

    def __init__(
        self,
        consumer: Consumer,
        *,
        request_token_url: str,
        authorize_url: str,
        access_token_url: str,
        callback: str,
        request_token_method: str,
        access_token_method: str,
        require_callback_confirmed: bool,
        authorize_names: Mapping[str, str] | None,
        request_token_callback: str | None,
        redirect_has_token: bool,
    ) -> None:
        if consumer is None:
            raise ValueError("Invalid consumer: expected a Consumer, got None")
        require_credentials(consumer, None)
        for url in (request_token_url, authorize_url, access_token_url):
            split_url(url)
        _require_known("authorize_names", authorize_names or (), _ON_AUTHORIZE_URL)
        sent = request_token_callback
        _require_known("request_token_callback", {sent} - {None}, REQUEST_TOKEN_CALLBACKS)
        self.consumer = consumer
        self.request_token_url = request_token_url
        self.authorize_url = authorize_url
        self.access_token_url = access_token_url
        self.callback = callback
        self.request_token_method = request_token_method
        self.access_token_method = access_token_method
        self.require_callback_confirmed = require_callback_confirmed
        self.authorize_names = dict(authorize_names or {"oauth_token": "oauth_token"})
        self.request_token_callback = request_token_callback
        self.redirect_has_token = redirect_has_token
        self.request_token: Token | None = None

    @property
    def clock_offset(self) -> int:
        """Provider's clock minus the local clock, in seconds, as far as it was learned."""
        return self._hops.clock_offset

    def authorization_url(self, /, **parameters: str) -> str:
        """Return the address where the user authorizes the application (RFC 5849 section 2.2).

        ``parameters`` are what the provider takes there (``perms``, ``scope``, ``name``).
        Raises ValueError before a request token was fetched.
        """
        known = {
            "oauth_token": self._require_request_token().key,
            "oauth_consumer_key": self.consumer.key,
            "oauth_callback": None if self.callback == "oob" else self.callback,
        }
        named = {name: known[oauth] for oauth, name in self.authorize_names.items() if known[oauth]}
        return with_query(to_uri(self.authorize_url), encoded({**named, **parameters}, "=", "&"))

    def verifier_of(self, redirect_url: str) -> str | None:
        """Return the verifier of the address, with its query, to which the user was sent.

        None where there is none, which is an error unless ``require_callback_confirmed``
        is False. Raises RequestTokenMismatch for another request token than ours, and for none
        unless ``redirect_has_token`` is False; AuthorizationDenied, also for a verifier that is
        required and blank; FlowError with ``problem`` for what else is reported; ValueError
        before a request token was fetched.
        """
        token = self._require_request_token()
        is_required, has_token = self.require_callback_confirmed, self.redirect_has_token
        return verifier_from_redirect(redirect_url, token, is_required, has_token)

    def _request_token_leg(self, parameters: Mapping[str, str]) -> Leg:
        url, method = self.request_token_url, self.request_token_method
        is_on_page = "oauth_callback" in self.authorize_names
        sent = self.request_token_callback or ("absent" if is_on_page else "given")
        if sent != "absent":
            callback = self.callback if sent == "given" else sent
            parameters = {"oauth_callback": callback, **parameters}
        confirmed = self.require_callback_confirmed and (sent != "oob" or self.callback != "oob")
        return Leg("request token", method, url, self.consumer, None, parameters, confirmed)

    def _with_request_token(self, token: Token) -> Token:
        token.callback = self.callback
        self.request_token = token
        return token

    def _access_token_leg(self, verifier: str | None, redirect_url: str | None) -> Leg:
        token = copy(self._require_request_token())
        if redirect_url is not None:
            if verifier is not None:
                raise ValueError("verifier: expected None beside a redirect_url, got both")
            verifier = self.verifier_of(redirect_url)
        if verifier is not None:
            token.set_verifier(verifier)
        url, method = self.access_token_url, self.access_token_method
        return Leg("access token", method, url, self.consumer, token, {})

    def _without_request_token(self, access_token: Token) -> Token:
        self.request_token = None
        return access_token

    def _renewal_leg(self, token: Token) -> Leg:
        handle = token.extra.get("oauth_session_handle")
        if not handle:
            raise ValueError("token: expected one with extra['oauth_session_handle'], got none")
        parameters = {"oauth_session_handle": str(handle)}
        url, method = self.access_token_url, self.access_token_method
        return Leg("renewed token", method, url, self.consumer, token, parameters)

    def _password_leg(self, username: str, password: str) -> Leg:
        parameters = {
            "x_auth_mode": "client_auth",
            "x_auth_username": username,
            "x_auth_password": password,
        }
        return Leg("access token", "POST", self.access_token_url, self.consumer, None, parameters)

    def _send_by(
        self,
        http: Any,
        signature_method: SignatureMethod | None,
        placement: str | None,
        realm: str | bool | None,
        timeout: float | None,
    ) -> None:
        """Send by this HTTP client from now on; raises TypeError for one that is not known."""
        self._sender = sender_for(http, self._senders)
        self._hops = Hops(signature_method, placement, realm, timeout)
        self.http = http

    def _require_request_token(self) -> Token:
        if self.request_token is None:
            raise ValueError("request_token: expected fetch_request_token first, got None")
        return self.request_token


def _require_known(argument: str, values: Iterable[object], known: Collection[str]) -> None:
    for value in values:
        if value not in known:
            raise ValueError(f"{argument}: expected some of {known}, got {value!r}")


def renewed(token: Token, successor: Token) -> Token:
    """Return the successor of a token, which has its session handle unless it has its own."""
    successor.extra.setdefault("oauth_session_handle", token.extra["oauth_session_handle"])
    return successor
