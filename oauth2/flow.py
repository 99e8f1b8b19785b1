"""Three-legged authorization: request token, user, access token (RFC 5849 section 2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from typing import Any

import httplib2

from .client import Client
from .credentials import Consumer, Token, require_credentials
from .encoding import encoded
from .errors import RedirectRefused
from .legs import Leg, verifier_from_redirect
from .transport import TRANSPORT_ERRORS, limited
from .urls import split_url, to_uri, with_query

__all__ = ["MAX_OCTETS", "REQUEST_TOKEN_CALLBACKS", "TIMEOUT", "Flow"]

TIMEOUT = 30.0  # seconds
MAX_OCTETS = 1 << 20
REQUEST_TOKEN_CALLBACKS = ("given", "absent", "oob")

_ON_AUTHORIZE_URL = ("oauth_token", "oauth_consumer_key", "oauth_callback")
_TRANSPORT_ERRORS: tuple[type[Exception], ...] = (*TRANSPORT_ERRORS, RedirectRefused)


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

    ``callback`` (str) is the URL to which the user is redirected, or ``"oob"`` for a PIN
    that the user types. ``client`` is a Client whose signature method, placement, realm
    and user agent a provider needs (a subclass's `request` must take ``parameters``);
    without one, OAuth parameters go into the header.
    ``authorize_names`` maps OAuth parameters to the names under which they go on the
    authorize URL. ``request_token_callback`` says what of the callback is sent for the request
    token: "given" is the ``callback`` itself; "absent" is nothing, as OAuth 1.0 had it, and the
    default where ``authorize_names`` has ``oauth_callback``; "oob" is for a provider that takes
    nothing else, as it redirects by itself to a callback which is registered with the consumer.
    That one need not be confirmed where ``callback`` is ``"oob"``, too.
    ``require_callback_confirmed=False`` is for providers that still speak OAuth 1.0, in
    which an attacker can have a victim authorize the attacker's request. Any way to write
    ``oauth_callback_confirmed=true`` counts: ``1``, ``True``, ``yes``.
    ``redirect_has_token=False`` is for providers that redirect without ``oauth_token``, or to the
    callback as it is: whose redirect it is cannot be told then.

    A Flow belongs to one user and one thread. ``request_token`` is what the legs have in
    common: a web application makes a Flow for each of its own requests, stores the token's
    ``to_string()`` and assigns what `Token.from_string` makes of it.

    All legs raise TokenRequestError, with the response, where there is no token, and try once
    more by the provider's clock where that may be why it refuses, as a Client with
    ``clock_skew="learn"`` does; ``clock_offset`` (int seconds) is what was learned. A leg
    takes no more than the timeout of its client from beginning to end, TIMEOUT if that has
    none, and reads no more than MAX_OCTETS.
    """

    # Of a Flow that 2.1 pickled, or whose __init__ does not call this one's.
    request_token_callback: str | None = None
    redirect_has_token = True

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
        request_token_callback: str | None = None,
        redirect_has_token: bool = True,
    ) -> None:
        if consumer is None:
            raise ValueError("Invalid consumer: expected a Consumer, got None")
        require_credentials(consumer, None)
        for url in (request_token_url, authorize_url, access_token_url):
            split_url(url)
        _require_known("authorize_names", authorize_names or (), _ON_AUTHORIZE_URL)
        if request_token_callback is not None:
            given = (request_token_callback,)
            _require_known("request_token_callback", given, REQUEST_TOKEN_CALLBACKS)
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
        self.request_token_callback = request_token_callback
        self.redirect_has_token = redirect_has_token
        self.request_token: Token | None = None

    @property
    def clock_offset(self) -> int:
        """Provider's clock minus the local clock, in seconds, as far as it was learned."""
        return self.client.clock_offset

    def fetch_request_token(self, /, **parameters: str) -> Token:
        """Return a request token, and keep it (RFC 5849 section 2.1).

        ``parameters`` (``scope``, ``x_auth_access_type``) are sent along. Raises
        CallbackNotConfirmed unless ``oauth_callback_confirmed=true`` is in the response.
        """
        url, method = self.request_token_url, self.request_token_method
        is_on_page = "oauth_callback" in self.authorize_names
        sent = self.request_token_callback or ("absent" if is_on_page else "given")
        if sent != "absent":
            callback = self.callback if sent == "given" else sent
            parameters = {"oauth_callback": callback, **parameters}
        confirmed = self.require_callback_confirmed and (sent != "oob" or self.callback != "oob")
        leg = Leg("request token", method, url, self.consumer, None, parameters, confirmed)
        token = self._fetch(leg)
        token.callback = self.callback
        self.request_token = token
        return token

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
        required and blank; and FlowError with ``problem`` for what else is reported.
        """
        token = self._require_request_token()
        is_required, has_token = self.require_callback_confirmed, self.redirect_has_token
        return verifier_from_redirect(redirect_url, token, is_required, has_token)

    def fetch_access_token(
        self, verifier: str | None = None, redirect_url: str | None = None
    ) -> Token:
        """Exchange the request token for an access token (RFC 5849 section 2.3).

        ``redirect_url`` is the URL to which the user was redirected, and is checked by
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
        url, method = self.access_token_url, self.access_token_method
        access = self._fetch(Leg("access token", method, url, self.consumer, token, {}))
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
        renewed = self._fetch(Leg("renewed token", method, url, self.consumer, token, parameters))
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
        url = self.access_token_url
        return self._fetch(Leg("access token", "POST", url, self.consumer, None, parameters))

    def _require_request_token(self) -> Token:
        if self.request_token is None:
            raise ValueError("request_token: expected fetch_request_token first, got None")
        return self.request_token

    def _fetch(self, leg: Leg) -> Token:
        """Send what a leg asks for, and read the token; raises as `Leg.token_from` does."""
        response, content, failure = None, b"", ""
        try:
            response, content = self._request(leg)
        except httplib2.error.HttpLib2ErrorWithResponse as exc:
            received: Any = exc
            response, content, failure = received.response, received.content or b"", str(exc)
        except _TRANSPORT_ERRORS as exc:
            failure = f"no answer: {str(exc) or type(exc).__name__}"
        if self.client.left_origin and not failure:
            failure = "it redirected to another origin, whose answer proves nothing"
        # No error is raised in an except clause here: what httplib2 raises may hold secrets.
        return leg.token_from(response, content, failure)

    def _request(self, leg: Leg) -> tuple[httplib2.Response, bytes]:
        """Send by the client, whose credentials are those of the leg for this one call."""
        client = self.client
        kept = client.consumer, client.token, client.clock_skew
        client.consumer, client.token, client.clock_skew = leg.consumer, leg.token, "learn"
        timeout = getattr(client, "timeout", None)
        seconds = TIMEOUT if timeout is None else timeout
        try:
            with limited(client, MAX_OCTETS, seconds):
                return client.request(leg.url, leg.method, parameters=leg.parameters)
        finally:
            client.consumer, client.token, client.clock_skew = kept


def _require_known(argument: str, values: Iterable[str], known: Collection[str]) -> None:
    for value in values:
        if value not in known:
            raise ValueError(f"{argument}: expected some of {known}, got {value!r}")
