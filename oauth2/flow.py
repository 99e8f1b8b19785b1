"""Three-legged authorization: request token, user, access token (RFC 5849 section 2)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import httplib2

from .client import Client
from .credentials import Consumer, Token
from .errors import RedirectRefused
from .hops import TIMEOUT as TIMEOUT
from .legs import Leg
from .reasons import reason_of
from .received import MAX_OCTETS as MAX_OCTETS
from .senders import SENDERS
from .signature import SignatureMethod
from .three_legged import (
    REQUEST_TOKEN_CALLBACKS as REQUEST_TOKEN_CALLBACKS,
    ThreeLegged,
    renewed,
)
from .transport import TRANSPORT_ERRORS, Transport, limited

__all__ = ["MAX_OCTETS", "REQUEST_TOKEN_CALLBACKS", "TIMEOUT", "Flow"]

_TRANSPORT_ERRORS: tuple[type[Exception], ...] = (*TRANSPORT_ERRORS, RedirectRefused)


class Flow(ThreeLegged):
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
    and user agent a provider needs (a subclass's ``request`` must take ``parameters``).
    Without one, ``http`` may be a requests.Session, a niquests.Session, an httpx.Client or an
    httpx2.Client to send by, with its cookies, headers, proxies and TLS as they are, but
    without its auth. ``signature_method``, ``placement`` ("header" unless it is given),
    ``realm`` and ``timeout`` in seconds are as those of a Client, for ``http`` or for the Client
    that is made where there is neither; they are a ValueError beside a ``client``.
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
    takes no more than its timeout, or that of its client, from beginning to end, TIMEOUT if
    there is none, and reads no more than MAX_OCTETS. For that, an ``http`` is called from another
    thread. Nothing is sent by it after a redirect to another origin.

    Raises ValueError for a ``client`` that is given beside what it has itself, and TypeError for
    an ``http`` of another kind.
    """

    _senders = SENDERS

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
        http: Any = None,
        signature_method: SignatureMethod | None = None,
        placement: str | None = None,
        realm: str | bool | None = None,
        timeout: float | None = None,
        require_callback_confirmed: bool = True,
        authorize_names: Mapping[str, str] | None = None,
        request_token_callback: str | None = None,
        redirect_has_token: bool = True,
    ) -> None:
        super().__init__(
            consumer,
            request_token_url=request_token_url,
            authorize_url=authorize_url,
            access_token_url=access_token_url,
            callback=callback,
            request_token_method=request_token_method,
            access_token_method=access_token_method,
            require_callback_confirmed=require_callback_confirmed,
            authorize_names=authorize_names,
            request_token_callback=request_token_callback,
            redirect_has_token=redirect_has_token,
        )
        _require_alone(client, http, signature_method, placement, realm, timeout)
        if http is not None:
            self._send_by(http, signature_method, placement, realm, timeout)
        else:
            self.client = client or _client(consumer, signature_method, placement, realm, timeout)

    @property
    def clock_offset(self) -> int:
        """Provider's clock minus the local clock, in seconds, as far as it was learned."""
        return super().clock_offset if self._sender else self.client.clock_offset

    def fetch_request_token(self, /, **parameters: str) -> Token:
        """Return a request token, and keep it (RFC 5849 section 2.1).

        ``parameters`` (``scope``, ``x_auth_access_type``) are sent along. Raises
        CallbackNotConfirmed unless ``oauth_callback_confirmed=true`` is in the response.
        """
        return self._with_request_token(self._fetch(self._request_token_leg(parameters)))

    def fetch_access_token(
        self, verifier: str | None = None, redirect_url: str | None = None
    ) -> Token:
        """Exchange the request token for an access token (RFC 5849 section 2.3).

        ``redirect_url`` is the URL to which the user was redirected, and is checked by
        `verifier_of`; or give the ``verifier`` itself, the PIN; ValueError for both. OAuth
        1.0 knew neither.
        """
        leg = self._access_token_leg(verifier, redirect_url)
        return self._without_request_token(self._fetch(leg))

    def renew(self, token: Token) -> Token:
        """Exchange an access token for its successor (OAuth Session extension).

        The handle is ``token.extra["oauth_session_handle"]``; ValueError without one. How
        long the successor lives is in its ``extra["oauth_expires_in"]``, in seconds.
        """
        return renewed(token, self._fetch(self._renewal_leg(token)))

    def fetch_access_token_with_password(self, username: str, password: str) -> Token:
        """Return an access token for a user's name and password (xAuth), always by POST.

        In the URL of a GET, the password would end up in logs.
        """
        return self._fetch(self._password_leg(username, password))

    def _fetch(self, leg: Leg) -> Token:
        """Send what a leg asks for, and return the token; raises as `Leg.token_from` does."""
        if self._sender is None:
            return self._fetch_by_client(leg)
        walk = self._hops.walk(leg, self._sender.spelled)
        try:
            hop = next(walk)
            while True:
                hop = walk.send(self._sender.send(*hop))
        except StopIteration as end:
            token: Token = end.value
        return token

    def _fetch_by_client(self, leg: Leg) -> Token:
        received: Any = None
        content, failure = b"", ""
        try:
            received, content = self._request(leg)
        except httplib2.error.HttpLib2ErrorWithResponse as exc:
            error: Any = exc
            received, content, failure = error.response, error.content or b"", str(exc)
        except _TRANSPORT_ERRORS as exc:
            failure = f"no answer: {reason_of(exc)}"
        if self.client.left_origin and not failure:
            failure = "it redirected to another origin, whose answer proves nothing"
        # No error is raised in an except clause here: what httplib2 raises may hold secrets.
        return leg.token_from(received, content, failure)

    def _request(self, leg: Leg) -> tuple[httplib2.Response, bytes]:
        """Send by the client, whose credentials are those of the leg for this one call."""
        client = self.client
        kept = client.consumer, client.token, client.clock_skew
        client.consumer, client.token, client.clock_skew = leg.consumer, leg.token, "learn"
        timeout = getattr(client, "timeout", None)
        seconds = timeout if isinstance(timeout, (int, float)) else TIMEOUT
        try:
            # What is no Transport has nothing to limit, as the mock of a program's tests.
            is_transport = isinstance(client, Transport)
            with limited(client, MAX_OCTETS, seconds) if is_transport else nullcontext():
                return client.request(leg.url, leg.method, parameters=leg.parameters)
        finally:
            client.consumer, client.token, client.clock_skew = kept


def _require_alone(client: Client | None, *given: object) -> None:
    """Raise ValueError for an argument beside a client, which has its own."""
    names = ("http", "signature_method", "placement", "realm", "timeout")
    for name, value in zip(names, given):
        if client is not None and value is not None:
            raise ValueError(f"{name}: expected None beside a client, got both")


def _client(
    consumer: Consumer,
    method: SignatureMethod | None,
    placement: str | None,
    realm: str | bool | None,
    timeout: float | None,
) -> Client:
    """Return the Client of a flow that is given none."""
    return Client(
        consumer,
        signature_method=method,
        placement="header" if placement is None else placement,
        realm=realm,
        include_body_hash=False,
        timeout=TIMEOUT if timeout is None else timeout,
    )
