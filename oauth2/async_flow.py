"""Three-legged authorization (RFC 5849 section 2) by an asynchronous HTTP library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .credentials import Consumer, Token
from .legs import Leg
from .senders import ASYNC_SENDERS
from .signature import SignatureMethod
from .three_legged import ThreeLegged, renewed

__all__ = ["AsyncFlow"]


class AsyncFlow(ThreeLegged):
    """Does what `oauth2.Flow` does, with legs that are awaited.

    ``http`` is an httpx.AsyncClient, an httpx2.AsyncClient or an aiohttp.ClientSession; all
    other arguments, attributes and errors are those of a Flow with ``http``.

    >>> import asyncio, oauth2
    >>> async def fetch(provider, http):
    ...     flow = oauth2.AsyncFlow(
    ...         provider.consumer,
    ...         request_token_url=provider.request_token_url,
    ...         authorize_url=provider.authorize_url,
    ...         access_token_url=provider.access_token_url,
    ...         http=http,
    ...     )
    ...     await flow.fetch_request_token()
    ...     return await flow.fetch_access_token(provider.allow(flow.authorization_url()))

    An AsyncFlow belongs to one user, and does one leg at a time.
    """

    _senders = ASYNC_SENDERS

    def __init__(
        self,
        consumer: Consumer,
        *,
        request_token_url: str,
        authorize_url: str,
        access_token_url: str,
        http: Any,
        callback: str = "oob",
        request_token_method: str = "POST",
        access_token_method: str = "POST",
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
        self._send_by(http, signature_method, placement, realm, timeout)

    async def fetch_request_token(self, /, **parameters: str) -> Token:
        """Return a request token, and keep it, as `Flow.fetch_request_token` does."""
        return self._with_request_token(await self._fetch(self._request_token_leg(parameters)))

    async def fetch_access_token(
        self, verifier: str | None = None, redirect_url: str | None = None
    ) -> Token:
        """Exchange the request token for an access token, as `Flow.fetch_access_token` does."""
        leg = self._access_token_leg(verifier, redirect_url)
        return self._without_request_token(await self._fetch(leg))

    async def renew(self, token: Token) -> Token:
        """Exchange an access token for its successor, as `Flow.renew` does."""
        return renewed(token, await self._fetch(self._renewal_leg(token)))

    async def fetch_access_token_with_password(self, username: str, password: str) -> Token:
        """Return an access token for a user's name and password, always by POST."""
        return await self._fetch(self._password_leg(username, password))

    async def _fetch(self, leg: Leg) -> Token:
        """Send what a leg asks for, and return the token; raises as `Leg.token_from` does."""
        walk = self._hops.walk(leg, self._sender.spelled)
        try:
            hop = next(walk)
            while True:
                hop = walk.send(await self._sender.send(*hop))
        except StopIteration as end:
            token: Token = end.value
        return token
