"""An `httplib2.Http` that signs every request by itself."""

from __future__ import annotations

from _thread import get_ident
from collections.abc import Iterator, Mapping
from contextlib import suppress
from http.client import HTTPException
from typing import Any, NamedTuple

import httplib2

from .answers import provider_time
from .credentials import Consumer, Token, require_credentials
from .encoding import parameter_text
from .outgoing import PROTOCOL, Outgoing, prepare, same_origin
from .request import Request
from .signature import SignatureMethod, SignatureMethod_HMAC_SHA1

_PLACEMENTS = (None, "header", "query", "body")
_CLOCK_SKEWS = (None, "learn")
_UNAUTHORIZED = 401
USER_AGENT = "python-oauth2"
NO_ANSWER: tuple[type[Exception], ...] = (
    *(OSError, OverflowError, UnicodeError, HTTPException, httplib2.error.HttpLib2Error),
    # A gzip bomb, which not each httplib2 refuses.
    *[kind for name, kind in vars(getattr(httplib2, "decode", object)).items() if "Error" in name],
)


class _Sent(NamedTuple):
    """What httplib2 is busy with, kept for the redirects that it follows."""

    outgoing: Outgoing
    names: frozenset[str]
    is_signed: bool
    thread: int


class Client(httplib2.Http):
    """Signs what it sends, by HMAC-SHA1 unless told otherwise, and follows redirects safely.

    OAuth parameters go into the query of a GET, into the body of a form, else into
    the header; ``placement`` ("header", "query" or "body") and ``realm`` (str)
    override that. ``include_body_hash=False`` leaves ``oauth_body_hash`` out.
    ``user_agent`` (str) is sent with each request that has none. Further arguments are
    those of `httplib2.Http`, also its cache and its timeout in seconds.

    With ``clock_skew="learn"``, a request whose timestamp is refused is sent once more,
    by the clock of the provider: ``clock_offset`` (int seconds, provider less ours) is
    taken from what it says, and used from then on.

    >>> client = Client(Consumer("key", "secret"), Token("token", "token secret"), timeout=10)

    A redirect to the same origin is signed afresh. Another origin gets no OAuth
    parameters, unless ``forward_authorization_headers`` is set; ``left_origin`` tells.

    As an Http, a Client belongs to one thread, and does one thing at a time: a call
    of `request` while httplib2 is busy is taken for the redirect that it follows.
    Signature methods may be shared. With a cache, use ``placement="header"``.
    Raises ValueError when consumer is no Consumer, or token no Token; either may be
    None, and be assigned later.
    """

    method: SignatureMethod = SignatureMethod_HMAC_SHA1()
    placement: str | None = None
    realm: str | None = None
    include_body_hash = True
    user_agent: str | None = None
    clock_skew: str | None = None
    left_origin = False
    _clock_offset = 0
    _sent: _Sent | None = None

    def __init__(
        self,
        consumer: Consumer | None,
        token: Token | None = None,
        *args: Any,
        placement: str | None = None,
        realm: str | None = None,
        include_body_hash: bool = True,
        user_agent: str | None = None,
        clock_skew: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Take what the class describes, and then the arguments of `httplib2.Http`."""
        require_credentials(consumer, token)
        if placement not in _PLACEMENTS:
            raise ValueError(f"placement: expected one of {_PLACEMENTS}, got {placement!r}")
        if clock_skew not in _CLOCK_SKEWS:
            raise ValueError(f"clock_skew: expected one of {_CLOCK_SKEWS}, got {clock_skew!r}")
        for name, value in (("realm", realm), ("user_agent", user_agent)):
            if value is not None and not isinstance(value, str):
                raise TypeError(f"{name}: expected str or None, got {type(value).__name__}")
        super().__init__(*args, **kwargs)
        self.consumer = consumer
        self.token = token
        self.placement = placement or self.placement
        self.realm = self.realm if realm is None else realm
        self.include_body_hash = include_body_hash and self.include_body_hash
        if user_agent is not None:  # a subclass may have these names for its own
            self.user_agent = user_agent
        if clock_skew is not None:
            self.clock_skew = clock_skew

    @property
    def clock_offset(self) -> int:
        """The provider's clock less ours, in seconds, as far as it was learned."""
        return self._clock_offset

    @clock_offset.setter
    def clock_offset(self, seconds: int) -> None:
        self._clock_offset = seconds

    def set_signature_method(self, method: SignatureMethod) -> None:
        """Sign by this method from now on; raises ValueError for another type."""
        if not isinstance(method, SignatureMethod):
            kind = f"the class {method.__name__}" if isinstance(method, type) else repr(method)
            raise ValueError(f"Invalid signature method: expected a SignatureMethod, got {kind}")
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

        Raises ValueError for a URI that is not http or https, RedirectRefused, and
        what httplib2 raises.
        """
        method = parameter_text("method", method).upper()
        before = self._sent
        if before is None:
            self.left_origin = False
            sent = self._to_sign(uri, method, body, headers, parameters, force_auth_header)
        else:
            # Only httplib2 calls while it is busy, and only to follow a redirect.
            sent = self._redirected(before, uri, method, body, headers)
        offset, signed = self._clock_offset, self._signed(sent)
        try:
            answer = self._send_signed(*signed, redirections, connection_type)
            if self.clock_skew == "learn" and self._learns_clock(sent, answer):
                answer = self._send_signed(*self._signed(sent), redirections, connection_type)
                if answer[0].status == _UNAUTHORIZED:
                    self._clock_offset = offset  # what was learned did not help
            return answer
        except BaseException:
            if before is None:
                self.close()  # or what was half sent would get the next answer
            raise
        finally:
            self._sent = before

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
        method = parameter_text("method", method).upper()
        sent = self._to_sign(uri, method, body, headers, parameters, force_auth_header)
        return self._signed(sent)[0]

    def echo_headers(self, url: str) -> dict[str, str]:
        """Return the two headers by which another service can GET ``url`` (OAuth Echo)."""
        signed = self.sign(url, force_auth_header=True)
        return {
            "X-Auth-Service-Provider": signed.uri,
            "X-Verify-Credentials-Authorization": signed.headers["Authorization"],
        }

    def _to_sign(
        self,
        uri: str,
        method: str,
        body: Any,
        headers: Mapping[Any, Any] | None,
        parameters: Mapping[str, Any] | None,
        force_auth_header: bool,
    ) -> _Sent:
        placement = "header" if force_auth_header else self.placement
        outgoing = prepare(uri, method, body, headers, parameters, placement)
        outgoing = outgoing.with_user_agent(self.user_agent)
        return _Sent(outgoing, frozenset(), True, get_ident())

    def _send_signed(
        self, ready: Outgoing, sent: _Sent, redirections: int, connection_type: Any
    ) -> tuple[httplib2.Response, bytes]:
        self._sent = sent
        answer: tuple[httplib2.Response, bytes] = httplib2.Http.request(
            self,
            ready.uri,
            method=ready.method,
            body=ready.body,
            headers=ready.headers,
            redirections=redirections,
            connection_type=connection_type,
        )
        return answer

    def _learns_clock(self, sent: _Sent, answer: tuple[httplib2.Response, bytes]) -> bool:
        """Take the provider's time from a refusal; tell whether to sign and send once more.

        A stranger's clock is not asked, nor is one that the last hop has asked already.
        """
        response, content = answer
        if not sent.is_signed or response.previous or sent.outgoing.has("oauth_timestamp"):
            return False
        time = provider_time(response, content)
        if time is None:
            return False
        self._clock_offset = time - int(Request.make_timestamp())
        return sent.outgoing.rewind()

    def _request(self, *args: Any) -> Any:
        """Send as httplib2 does; what did not pass `request` is not signed after a redirect."""
        http: Any = super()
        if self._sent is not None:
            return http._request(*args)
        _, _, uri, _, method, body, headers, *_ = args
        outgoing = prepare(uri, method, body, headers, None, None)
        self._sent = _Sent(outgoing, frozenset(), False, get_ident())
        try:
            return http._request(*args)
        finally:
            self._sent = None

    def _auth_from_challenge(self, *args: Any) -> Iterator[Any]:
        """Hand on a 401 whose challenge httplib2 cannot parse: it is OAuth's, and answered."""
        http: Any = super()
        with suppress(httplib2.error.MalformedHeader):
            yield from http._auth_from_challenge(*args)

    def _redirected(
        self, sent: _Sent, uri: str, method: str, body: Any, headers: Mapping[Any, Any] | None
    ) -> _Sent:
        if sent.thread != get_ident():
            raise RuntimeError("a Client belongs to one thread, and another one is using this")
        has_body = body is not None
        outgoing = sent.outgoing.redirected(uri, method, has_body, headers or {}, sent.names)
        if self.forward_authorization_headers:
            return sent._replace(outgoing=outgoing, is_signed=True)
        if same_origin(sent.outgoing.uri, outgoing.uri):
            return sent._replace(outgoing=outgoing)
        self.left_origin = True
        strange = outgoing.for_strangers(sent.names | sent.outgoing.protocol_names())
        return sent._replace(outgoing=strange, is_signed=False)

    def _signed(self, sent: _Sent) -> tuple[Outgoing, _Sent]:
        """Return what goes out, and with it the names of the protocol parameters in it."""
        outgoing = sent.outgoing
        if not sent.is_signed:
            return outgoing, sent
        if self.consumer is None:
            raise ValueError("consumer: expected a Consumer to sign for, got None")
        form = outgoing.form()
        for name in form.keys() & outgoing.parameters.keys():
            raise ValueError(f"{name}: expected it in the body or in parameters, got it in both")
        request = Request.from_consumer_and_token(
            self.consumer,
            token=self.token,
            http_method=outgoing.method,
            http_url=outgoing.uri,
            parameters={**self._provider_timestamp(), **form, **outgoing.parameters} or None,
            body=outgoing.body,
            is_form_encoded=outgoing.is_form,
        )
        request.sign_request(self.method, self.consumer, self.token, self.include_body_hash)
        names = frozenset([name for name in request if name.startswith(PROTOCOL)])
        for name in form:
            del request[name]
        return outgoing.carrying(request, self.realm), sent._replace(names=names)

    def _provider_timestamp(self) -> dict[str, str]:
        if not self._clock_offset:
            return {}
        return {"oauth_timestamp": str(int(Request.make_timestamp()) + self._clock_offset)}
