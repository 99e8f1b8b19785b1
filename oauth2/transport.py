"""httplib2, as a transport that never repeats a signed request unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from typing import Any
from urllib.parse import urljoin

import httplib2
from httplib2.decode import DecodeLimitError, DecodeRatioError

from .connections import HUNG_UP, Attempt, Limits, NoResponse, is_dropped
from .errors import RedirectRefused
from .proxies import proxy_from_environment
from .urls import split_url

__all__ = ["TRANSPORT_ERRORS", "Transport", "limited", "sendable_uri"]

TRANSPORT_ERRORS: tuple[type[Exception], ...] = (
    *(OSError, OverflowError, UnicodeError, HTTPException, httplib2.error.HttpLib2Error),
    *(DecodeLimitError, DecodeRatioError),  # a decompression bomb
)

_IDEMPOTENT = ("DELETE", "GET", "HEAD", "OPTIONS", "PUT", "TRACE")  # RFC 9110 section 9.2.2
_DECODED_AT_ONCE = 1024  # octets, of which zlib makes about a thousand times as many


class Transport(httplib2.Http):
    """An `httplib2.Http`; arguments are those of it.

    A connection that ended while it was idle is replaced. Nothing is sent again as it was:
    what httplib2 would repeat is sent as `_request_to_repeat` has it, or not. A proxy is used, or
    refused by ProxiesUnavailableError; loopback is reached without.
    """

    _receive_limits: Limits | None = None
    _times_sent = 0  # how often the request that httplib2 is busy with was sent

    @property
    def proxy_info(self) -> Any:
        """The proxy, as `httplib2.Http` takes it; that of the environment is read by us."""
        # What was pickled by 2.1 has it under its own name.
        return self.__dict__.get("_proxy_info", self.__dict__.get("proxy_info"))

    @proxy_info.setter
    def proxy_info(self, given: Any) -> None:
        is_default = given is httplib2.proxy_info_from_environment
        self._proxy_info = proxy_from_environment if is_default else given

    def _auth_from_challenge(self, *args: Any) -> Iterator[Any]:
        """Return a 401 whose challenge httplib2 cannot parse, as any other response."""
        http: Any = super()
        with suppress(httplib2.error.MalformedHeader):
            yield from http._auth_from_challenge(*args)

    def _request(self, *args: Any) -> Any:
        """Send as httplib2 does, and follow a redirect, which is another request."""
        http: Any = super()
        before, self._times_sent = self._times_sent, 0
        try:
            return http._request(*args)
        finally:
            self._times_sent = before

    def _conn_request(
        self, conn: Any, request_uri: str, method: str, body: Any, headers: Any
    ) -> Any:
        """Send on a live connection, and keep none on which something failed."""
        if conn.sock is not None and is_dropped(conn.sock):
            conn.close()
        try:
            return self._sent(conn, (request_uri, method, body, headers))
        except BaseException:
            conn.close()  # or what was half sent would get the next response
            kept = {key: each for key, each in self.connections.items() if each is not conn}
            self.connections = kept
            raise

    def _sent(self, conn: Any, request: tuple[Any, ...]) -> Any:
        """Send once; once more where the connection ended before a response, if that is safe."""
        if self._times_sent:  # httplib2 answers a challenge, or a subclass repeats what failed
            request = self._request_to_repeat(request)
            if request is None:
                raise httplib2.HttpLib2Error("the body cannot be read a second time")
        attempt = Attempt(conn, self._receive_limits)
        try:
            return self._attempt_once(attempt, request)
        except HUNG_UP:
            is_safe = attempt.is_sent and not attempt.is_answered and request[1] in _IDEMPOTENT
            again = self._request_to_repeat(request) if is_safe else None
            if again is None:
                raise
        conn.close()
        return self._attempt_once(Attempt(conn, self._receive_limits), again)

    def _attempt_once(self, attempt: Attempt, request: tuple[Any, ...]) -> Any:
        http: Any = super()
        kept, limits = self.limit_kwargs, self._receive_limits
        if limits is not None:
            decoding = {"hard_limit": limits.octets, "chunk_size": _DECODED_AT_ONCE}
            self.limit_kwargs = {**kept, **decoding}
        self._times_sent += 1
        try:
            answer = http._conn_request(attempt, *request)
        except NoResponse as exc:
            raise exc.error from None
        finally:
            self.limit_kwargs = kept
        self._require_location(answer[0])
        return answer

    def _require_location(self, response: Any) -> None:
        """Raise RedirectRefused for a relative Location that httplib2 could not resolve."""
        location = response.get("location", "")
        if response.status in self.redirect_codes and httplib2.parse_uri(location)[1] is None:
            try:
                urljoin("http://a/", location)
            except ValueError as exc:
                raise RedirectRefused(f"Redirected, but {exc}.") from exc

    def _request_to_repeat(self, request: tuple[Any, ...]) -> Any:
        """Return what may be sent after this request was sent; None where nothing may."""
        return request

    def _with_new_signature(
        self, request: tuple[Any, ...], uri: str, body: Any, headers: Any
    ) -> Any:
        """Return a request with another signature; what httplib2 added to it stays."""
        http: Any = self
        _, method, _, sent = request
        fresh = http._normalize_headers(headers)
        if not sent.get("authorization", "").lower().startswith("oauth"):
            fresh.pop("authorization", None)  # an answer to a challenge has its place
        request_uri = httplib2.urlnorm(uri)[2]
        return request_uri, method, body, {**sent, **fresh}


@contextmanager
def limited(http: Transport, octets: int, seconds: float) -> Iterator[None]:
    """Bound what is received within the ``with`` block, its head and all redirects included.

    More ``octets`` are a ResponseTooLong, once received or once decompressed, and more
    ``seconds`` a timeout. Both are in TRANSPORT_ERRORS, as is DecodeLimitError.
    """
    http._receive_limits = Limits(octets, seconds)
    try:
        yield
    finally:
        http._receive_limits = None


def sendable_uri(uri: str, connection_type: Any = None) -> str:
    """Return a URI that httplib2 can send; raises ValueError for one with user or password.

    httplib2 would take them for a part of the host name, and show them in its error. A
    ``connection_type`` of the caller's may know better.
    """
    if connection_type is None and split_url(uri).user_info:
        raise ValueError("uri: expected one without user and password, got one with them")
    return uri
