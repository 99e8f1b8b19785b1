"""An `httplib2.Http` that signs every request by itself."""

from __future__ import annotations

from _thread import get_ident
from collections.abc import Mapping
from typing import Any

import httplib2

from .clock import REFUSALS, ClockGap, require_clock_skew
from .credentials import Consumer, Token, require_credentials
from .keyed_hash import KeyedHash
from .outgoing import Outgoing, prepare
from .placement import require_placement, require_realm
from .signature import SignatureMethod, SignatureMethod_HMAC_SHA1
from .signature_method import shown_method
from .signer import Exchange, Signed, Signer
from .transport import TRANSPORT_ERRORS as TRANSPORT_ERRORS, Transport, sendable_uri
from .urls import split_url

__all__ = ["USER_AGENT", "Client"]

USER_AGENT = "python-oauth2"
NO_ANSWER = TRANSPORT_ERRORS  # its name in 2.1


class Client(Transport):
    """Signs what it sends, by HMAC-SHA1 unless told otherwise, and follows redirects safely.

    OAuth parameters go into the query of a GET, into the body of a form, else into
    the header, with the origin of the URL as realm; ``placement`` ("header", "query" or
    "body") and ``realm`` (str, or False for none) override that.
    ``include_body_hash=False`` leaves ``oauth_body_hash`` out.
    ``user_agent`` (str) is sent with each request that has none. Further arguments are
    those of `httplib2.Http`, also its cache and its timeout in seconds.

    With ``clock_skew="learn"``, a request that is refused is sent once more, by the provider's
    clock, where the provider says that it refused the timestamp, or answers 400, 401 or 403 and
    has a time that is off by more than a minute. If that helps, ``clock_offset`` (int seconds,
    the provider's clock minus the local clock) is used from then on.

    >>> client = Client(Consumer("key", "secret"), Token("token", "token secret"), timeout=10)

    A redirect to the same origin is signed afresh. Another origin gets no OAuth
    parameters and no cookies, unless ``forward_authorization_headers`` is set;
    ``left_origin`` tells of such a cross-origin redirect.

    As an Http, a Client belongs to one thread, and does one thing at a time: a call
    of `request` while httplib2 is busy is taken for the redirect that it follows.
    Signature methods may be shared. With a cache, use ``placement="header"``.
    Raises ValueError when consumer is no Consumer, or token no Token; either may be
    None, and be assigned later. Raises ValueError for another ``placement`` or ``clock_skew``,
    and TypeError for a ``realm`` or a ``signature_method`` of another type.
    """

    method: SignatureMethod = SignatureMethod_HMAC_SHA1()
    placement: str | None = None
    realm: str | bool | None = None
    include_body_hash = True
    user_agent: str | None = None
    clock_skew: str | None = None
    left_origin = False
    _clock_offset = 0  # what signing reads: a subclass may use the public name for its own
    _current_exchange: Exchange | None = None
    _owner_thread = 0
    _keyed_hash: KeyedHash | None = None

    def __init__(
        self,
        consumer: Consumer | None,
        token: Token | None = None,
        *args: Any,
        signature_method: SignatureMethod | None = None,
        placement: str | None = None,
        realm: str | bool | None = None,
        include_body_hash: bool = True,
        user_agent: str | None = None,
        clock_skew: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Take what the class describes, and then the arguments of `httplib2.Http`."""
        require_credentials(consumer, token)
        require_placement(placement)
        require_clock_skew(clock_skew)
        require_realm(realm)
        if user_agent is not None and not isinstance(user_agent, str):
            got = type(user_agent).__name__
            raise TypeError(f"user_agent: expected str or None, got {got}")
        super().__init__(*args, **kwargs)
        self.consumer = consumer
        self.token = token
        if signature_method is not None:
            self.set_signature_method(signature_method)
        self.include_body_hash = include_body_hash and self.include_body_hash
        given = {"placement": placement, "realm": realm, "user_agent": user_agent}
        for name, value in {**given, "clock_skew": clock_skew}.items():
            if value is not None:  # a subclass has its own defaults, and may use the names
                setattr(self, name, value)

    @property
    def clock_offset(self) -> int:
        """Provider's clock minus the local clock, in seconds, as far as it was learned."""
        return self._clock_offset

    @clock_offset.setter
    def clock_offset(self, seconds: int) -> None:
        self._clock_offset = seconds

    def set_signature_method(self, method: SignatureMethod) -> None:
        """Sign by this method from now on; raises ValueError for another type."""
        if not isinstance(method, SignatureMethod):
            got = shown_method(method)
            raise ValueError(f"Invalid signature method: expected a SignatureMethod, got {got}")
        self.method = method

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: Any = b"",
        headers: Mapping[Any, Any] | None = None,
        redirections: int = httplib2.DEFAULT_MAX_REDIRECTS,
        connection_type: Any = None,
        *,
        parameters: Mapping[str, Any] | None = None,
        force_auth_header: bool = False,
    ) -> tuple[httplib2.Response, bytes]:
        """Sign a request, send it, and return the response and its content (bytes).

        ``body`` is str, bytes, None, or a binary file-like object, which is streamed.
        ``parameters`` are further ones to sign and send, OAuth's (``oauth_callback``)
        or the request's own. ``force_auth_header`` is placement="header" for this
        call. Nothing that is given is changed.

        Raises ValueError for a URI that is not http or https or has a password, and for
        a Host header that is no host; RedirectRefused; and what httplib2 raises.
        """
        before = self._current_exchange
        if before is None:
            self.left_origin = False
            self._owner_thread = get_ident()
            placement = "header" if force_auth_header else self.placement
            agent = self.user_agent
            outgoing = prepare(uri, method, body, headers, parameters, placement, agent)
            exchange = Exchange(outgoing, clock_offset=self._whole_clock_offset())
        else:
            # Only httplib2 calls while it is busy, and only to follow a redirect.
            exchange = self._redirected(before, uri, method, body, headers)
        options = {"redirections": redirections, "connection_type": connection_type}
        try:
            answer = self._send_signed(exchange, **options)
            if self.clock_skew != "learn":
                return answer
            gap = self._gap_to_provider(*answer)
            again = gap and self._send_by_clock(gap, exchange, **options)
            return again or answer
        finally:
            self._current_exchange = before

    def sign(
        self,
        uri: str,
        method: str = "GET",
        body: Any = b"",
        headers: Mapping[Any, Any] | None = None,
        *,
        parameters: Mapping[str, Any] | None = None,
        force_auth_header: bool = False,
    ) -> Outgoing:
        """Return what `request` would send, signed, and send nothing.

        ``uri``, ``method``, ``body`` and ``headers`` of the result are for any other HTTP
        client. Takes and raises what `request` does.
        """
        placement = "header" if force_auth_header else self.placement
        outgoing = prepare(uri, method, body, headers, parameters, placement, self.user_agent)
        return self._signed(outgoing, self._whole_clock_offset()).outgoing

    def echo_headers(self, url: str) -> dict[str, str]:
        """Return the two headers by which another service can GET ``url`` (OAuth Echo)."""
        signed = self.sign(url, force_auth_header=True)
        return {
            "X-Auth-Service-Provider": signed.uri,
            "X-Verify-Credentials-Authorization": signed.headers["Authorization"],
        }

    def _whole_clock_offset(self) -> int:
        return int(self._clock_offset or 0)  # a program may assign None, or what time.time() gives

    def _redirected(
        self, before: Exchange, uri: str, method: str, body: Any, headers: Mapping[Any, Any] | None
    ) -> Exchange:
        if self._owner_thread != get_ident():
            raise RuntimeError("a Client belongs to one thread, and another one is using this")
        is_trusted, has_body = self.forward_authorization_headers, body is not None
        exchange = before.redirected(uri, method, has_body, headers or {}, is_trusted)
        self.left_origin = exchange.left_origin
        return exchange

    def _signed(self, outgoing: Outgoing, clock_offset: int) -> Signed:
        consumer: Any = self.consumer
        signer = Signer(
            consumer,
            self.token or None,  # as {} of a session in which there is none
            signature_method=self.method,
            include_body_hash=self.include_body_hash,
            clock_offset=clock_offset,
        )
        if self._keyed_hash is None:
            self._keyed_hash = KeyedHash()
        signer.keyed_hash = self._keyed_hash
        realm = split_url(outgoing.uri).origin if self.realm is None else self.realm
        return signer.sign_outgoing(outgoing, realm)

    def _send_signed(self, exchange: Exchange, **options: Any) -> tuple[httplib2.Response, bytes]:
        outgoing = exchange.outgoing
        if exchange.is_signed:
            outgoing, names, timestamp = self._signed(outgoing, exchange.clock_offset)
            exchange = exchange._replace(names=names, timestamp=timestamp)
        self._current_exchange = exchange  # for the redirects that httplib2 follows
        uri, method, body, headers, *_ = outgoing
        uri = sendable_uri(uri, options["connection_type"])
        options.update(method=method, body=body, headers=headers)
        answer: tuple[httplib2.Response, bytes] = httplib2.Http.request(self, uri, **options)
        return answer

    def _gap_to_provider(self, response: httplib2.Response, content: bytes) -> ClockGap | None:
        sent = self._current_exchange
        if sent is None or response.previous:
            return None  # or the request to which it redirected has asked already
        return sent.clock_gap(response.status, response, content)

    def _send_by_clock(
        self, gap: ClockGap, exchange: Exchange, **options: Any
    ) -> tuple[httplib2.Response, bytes] | None:
        """Send once more by the provider's clock, and keep it if that helps; None if it cannot."""
        again = exchange.by_clock(gap)
        if again is None:
            if gap.is_stated:
                self._clock_offset = exchange.clock_offset + gap.seconds
            return None
        answer = self._send_signed(again, **options)
        if answer[0].status not in REFUSALS and self._gap_to_provider(*answer) is None:
            self._clock_offset = again.clock_offset
        return answer

    def _request_to_repeat(self, request: tuple[Any, ...]) -> Any:
        exchange = self._current_exchange
        if exchange is None or not exchange.outgoing.rewind():
            return None
        if not exchange.is_signed:
            return request
        signed = self._signed(exchange.outgoing, exchange.clock_offset).outgoing
        return self._with_new_signature(request, signed.uri, signed.body, signed.headers)

    def _request(self, *args: Any) -> Any:
        """Send as httplib2 does; what did not pass `request` is not signed after a redirect."""
        http: Any = super()
        if self._current_exchange is not None:
            return http._request(*args)
        _, _, uri, _, method, body, headers, *_ = args
        self._owner_thread = get_ident()
        self._current_exchange = Exchange(prepare(uri, method, body, headers), is_signed=False)
        try:
            return http._request(*args)
        finally:
            self._current_exchange = None
