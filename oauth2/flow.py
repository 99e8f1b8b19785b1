"""The three-legged dance: from a consumer to an access token (RFC 5849 section 2)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from copy import copy
from typing import Any

import httplib2

from . import answers
from .client import NO_ANSWER, Client
from .credentials import Consumer, Token, require_credentials
from .encoding import encoded, octets_of, text_of
from .errors import (
    AuthorizationDenied,
    CallbackNotConfirmed,
    FlowError,
    RedirectRefused,
    RequestTokenMismatch,
    TokenRequestError,
)
from .normalize import decode_pairs, grouped, split_url, to_uri, with_query

_ON_AUTHORIZE_URL = ("oauth_token", "oauth_consumer_key", "oauth_callback")
_DENIALS = ("user_refused", "permission_denied", "access_denied")
_NO_ANSWER: tuple[type[Exception], ...] = (*NO_ANSWER, RedirectRefused)
TIMEOUT = 30.0  # seconds
_SECRET_PARAMETERS = ("x_auth_password", "oauth_session_handle")


class Flow:
    """Walks a user through RFC 5849 section 2: request token, authorization, access token.

    >>> from oauth2 import Consumer, Token
    >>> flow = Flow(
    ...     Consumer("key", "secret"),
    ...     request_token_url="https://provider.example/request_token",
    ...     authorize_url="https://provider.example/authorize",
    ...     access_token_url="https://provider.example/access_token",
    ... )
    >>> flow.request_token = Token("abc", "secret")  # what fetch_request_token does
    >>> flow.authorization_url(scope="read")
    'https://provider.example/authorize?oauth_token=abc&scope=read'

    ``callback`` (str) is the address to which the user comes back, or ``"oob"`` for a PIN
    that the user types. ``client`` is a Client whose signature method, placement, realm
    and user agent a provider needs (a subclass's `request` must take ``parameters``);
    without one, OAuth parameters go into the header.
    ``authorize_names`` maps OAuth parameters to the names under which they go on the
    authorize URL; where ``oauth_callback`` is among them, it goes there alone.
    ``require_callback_confirmed=False`` is for providers that still speak OAuth 1.0, in
    which an attacker can have a victim authorize the attacker's request.

    A Flow belongs to one user and one thread. ``request_token`` is what the legs have in
    common: a web application makes a Flow for each of its own requests, stores the token's
    ``to_string()`` and assigns what `Token.from_string` makes of it.

    All legs raise TokenRequestError, with the answer, where no token comes, and try once
    more by the provider's clock where it refuses the timestamp; ``clock_offset`` (int
    seconds) is what was learned.
    """

    def __init__(
        self,
        consumer: Consumer,
        *,
        request_token_url: str,
        authorize_url: str,
        access_token_url: str,
        callback: str = "oob",
        request_token_method: str = "POST",
        access_token_method: str = "POST",
        client: Client | None = None,
        require_callback_confirmed: bool = True,
        authorize_names: Mapping[str, str] | None = None,
    ) -> None:
        if consumer is None:
            raise ValueError("Invalid consumer: expected a Consumer, got None")
        require_credentials(consumer, None)
        for url in (request_token_url, authorize_url, access_token_url):
            split_url(url)
        for name in authorize_names or ():
            if name not in _ON_AUTHORIZE_URL:
                raise ValueError(f"authorize_names: expected {_ON_AUTHORIZE_URL}, got {name!r}")
        self.consumer = consumer
        self.request_token_url = request_token_url
        self.authorize_url = authorize_url
        self.access_token_url = access_token_url
        self.callback = callback
        self.request_token_method = request_token_method
        self.access_token_method = access_token_method
        self.client = client or Client(
            consumer, placement="header", include_body_hash=False, timeout=TIMEOUT
        )
        self.require_callback_confirmed = require_callback_confirmed
        self.authorize_names = dict(authorize_names or {"oauth_token": "oauth_token"})
        self.request_token: Token | None = None

    @property
    def clock_offset(self) -> int:
        """The provider's clock less ours, in seconds, as far as it was learned."""
        return self.client.clock_offset

    def fetch_request_token(self, /, **parameters: str) -> Token:
        """Return a request token, and keep it (RFC 5849 section 2.1).

        ``parameters`` (``scope``, ``x_auth_access_type``) are sent along. Raises
        CallbackNotConfirmed unless ``oauth_callback_confirmed=true`` comes back.
        """
        url, method = self.request_token_url, self.request_token_method
        if "oauth_callback" not in self.authorize_names:
            parameters = {"oauth_callback": self.callback, **parameters}
        token = self._fetch(
            "request token", method, url, None, parameters, self.require_callback_confirmed
        )
        token.callback = self.callback
        self.request_token = token
        return token

    def authorization_url(self, /, **parameters: str) -> str:
        """Return the address to which the user goes to say yes (RFC 5849 section 2.2).

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
        is False. Raises RequestTokenMismatch for another request token than ours,
        AuthorizationDenied, and FlowError with ``problem`` for what else is reported.
        """
        query = redirect_url.partition("#")[0].partition("?")[2]
        fields = grouped(decode_pairs(query))
        problem = answers.Problem.of({"oauth_problem": fields.get("error"), **fields})
        denied = fields.get("denied")
        came = fields.get("oauth_token", denied)
        if came is not None or not problem:
            self._require_same_token(came)
        if denied is not None or problem in _DENIALS:
            raise AuthorizationDenied("The user did not allow access.")
        if problem:
            raise FlowError(f"The provider reports {answers.line(problem)}.", problem=problem)
        verifier = fields.get("oauth_verifier")
        if verifier and isinstance(verifier, str):
            return verifier
        if self.require_callback_confirmed:
            raise FlowError("The provider sent the user back without an oauth_verifier.")
        return None

    def fetch_access_token(
        self, verifier: str | None = None, redirect_url: str | None = None
    ) -> Token:
        """Exchange the request token for an access token (RFC 5849 section 2.3).

        ``redirect_url`` is the address to which the user came back, and is checked by
        `verifier_of`; or give the ``verifier`` itself, the PIN; ValueError for both. OAuth
        1.0 knew neither.
        """
        token = copy(self._require_request_token())
        if redirect_url is not None:
            if verifier is not None:
                raise ValueError("verifier: expected None beside a redirect_url, got both")
            verifier = self.verifier_of(redirect_url)
        if verifier is not None:
            token.set_verifier(verifier)
        access = self._fetch(
            "access token", self.access_token_method, self.access_token_url, token, {}
        )
        self.request_token = None
        return access

    def renew(self, token: Token) -> Token:
        """Exchange an access token for its successor (OAuth Session extension).

        The handle is ``token.extra["oauth_session_handle"]``; ValueError without one. How
        long the successor lives is in its ``extra["oauth_expires_in"]``, in seconds.
        """
        handle = token.extra.get("oauth_session_handle")
        if not handle:
            raise ValueError("token: expected one with extra['oauth_session_handle'], got none")
        parameters = {"oauth_session_handle": str(handle)}
        url, method = self.access_token_url, self.access_token_method
        renewed = self._fetch("renewed token", method, url, token, parameters)
        renewed.extra.setdefault("oauth_session_handle", handle)
        return renewed

    def fetch_access_token_with_password(self, username: str, password: str) -> Token:
        """Return an access token for a user's name and password (xAuth), always by POST.

        In the URL of a GET, the password would end up in logs.
        """
        parameters = {
            "x_auth_mode": "client_auth",
            "x_auth_username": username,
            "x_auth_password": password,
        }
        return self._fetch("access token", "POST", self.access_token_url, None, parameters)

    def _require_request_token(self) -> Token:
        if self.request_token is None:
            raise ValueError("request_token: expected fetch_request_token first, got None")
        return self.request_token

    def _require_same_token(self, came: object) -> None:
        ours = text_of(self._require_request_token().key)
        if not isinstance(came, str) or not hmac.compare_digest(octets_of(came), octets_of(ours)):
            kind = "another request token" if came else "no request token"
            raise RequestTokenMismatch(
                f"The user came back with {kind}: expected the one that was fetched last."
            )

    def _fetch(
        self,
        what: str,
        method: str,
        url: str,
        token: Token | None,
        parameters: Mapping[str, Any],
        needs_confirmation: bool = False,
    ) -> Token:
        response, content, failure = None, b"", ""
        try:
            response, content = self._request(method, url, token, parameters)
        except httplib2.error.HttpLib2ErrorWithResponse as exc:
            answered: Any = exc
            response, content, failure = answered.response, answered.content or b"", str(exc)
        except _NO_ANSWER as exc:
            failure = f"no answer: {str(exc) or type(exc).__name__}"
        if self.client.left_origin and not failure:
            failure = "it redirected to another origin, whose answer proves nothing"
        # No error is raised in an except clause here: what httplib2 raises may hold secrets.
        got = None if response is None or failure else answers.token(response, content)
        if got and (got.callback_confirmed == "true" or not needs_confirmation):
            return got
        kind = CallbackNotConfirmed if got else TokenRequestError
        secrets = [self.consumer.secret, *map(parameters.get, _SECRET_PARAMETERS)]
        secrets += [token.secret, token.verifier] if token else []
        where = f"{what}, {split_url(url).normalized}"
        raise answers.refusal(kind, where, failure, response, content, secrets)

    def _request(
        self, method: str, url: str, token: Token | None, parameters: Mapping[str, Any]
    ) -> tuple[httplib2.Response, bytes]:
        """Send by the client, whose credentials are ours for this one call."""
        client = self.client
        kept = client.consumer, client.token, client.clock_skew
        client.consumer, client.token, client.clock_skew = self.consumer, token, "learn"
        try:
            return client.request(url, method, parameters=parameters)
        finally:
            client.consumer, client.token, client.clock_skew = kept
