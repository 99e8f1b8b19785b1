"""An `httplib2.Http` that signs every request by itself."""

from __future__ import annotations

from _thread import get_ident
from collections.abc import Mapping
from typing import Any, NamedTuple, cast

import httplib2

from .credentials import Consumer, Token, require_credentials
from .encoding import parameter_text
from .outgoing import PROTOCOL, Outgoing, prepare, same_origin
from .request import Request
from .signature import SignatureMethod, SignatureMethod_HMAC_SHA1

_PLACEMENTS = (None, "header", "query", "body")


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
    override that. ``include_body_hash=False`` leaves ``oauth_body_hash`` out. Further
    arguments are those of `httplib2.Http`, also its cache and its timeout in seconds.

    >>> client = Client(Consumer("key", "secret"), Token("token", "token secret"), timeout=10)
    >>> client.set_signature_method(SignatureMethod_HMAC_SHA1())

    A redirect to the same origin is signed afresh. Another origin gets no OAuth
    parameters, unless ``forward_authorization_headers`` is set.

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
    _sent: _Sent | None = None

    def __init__(
        self,
        consumer: Consumer | None,
        token: Token | None = None,
        *args: Any,
        placement: str | None = None,
        realm: str | None = None,
        include_body_hash: bool = True,
        **kwargs: Any,
    ) -> None:
        """Take what the class describes, and then the arguments of `httplib2.Http`."""
        require_credentials(consumer, token)
        if placement not in _PLACEMENTS:
            raise ValueError(f"placement: expected one of {_PLACEMENTS}, got {placement!r}")
        if realm is not None and not isinstance(realm, str):
            raise TypeError(f"realm: expected str or None, got {type(realm).__name__}")
        super().__init__(*args, **kwargs)
        self.consumer = consumer
        self.token = token
        self.placement = placement or self.placement
        self.realm = self.realm if realm is None else realm
        self.include_body_hash = include_body_hash and self.include_body_hash

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
            placement = "header" if force_auth_header else self.placement
            outgoing = prepare(uri, method, body, headers, parameters, placement)
            sent = _Sent(outgoing, frozenset(), True, get_ident())
        else:
            # Only httplib2 calls while it is busy, and only to follow a redirect.
            sent = self._redirected(before, uri, method, body, headers)
        ready, self._sent = self._signed(sent)
        try:
            answer: tuple[httplib2.Response, bytes] = httplib2.Http.request(
                self,
                ready.uri,
                method=method,
                body=ready.body,
                headers=ready.headers,
                redirections=redirections,
                connection_type=connection_type,
            )
            return answer
        except BaseException:
            if before is None:
                self.close()  # or what was half sent would get the next answer
            raise
        finally:
            self._sent = before

    def _request(self, *args: Any) -> Any:
        """Send as httplib2 does; what did not pass `request` is not signed after a redirect."""
        http = cast(Any, super())
        if self._sent is not None:
            return http._request(*args)
        _, _, uri, _, method, body, headers, *_ = args
        outgoing = prepare(uri, method, body, headers, None, None)
        self._sent = _Sent(outgoing, frozenset(), False, get_ident())
        try:
            return http._request(*args)
        finally:
            self._sent = None

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
            parameters={**form, **outgoing.parameters} or None,
            body=outgoing.body,
            is_form_encoded=outgoing.is_form,
        )
        request.sign_request(self.method, self.consumer, self.token, self.include_body_hash)
        names = frozenset([name for name in request if name.startswith(PROTOCOL)])
        for name in form:
            del request[name]
        return outgoing.carrying(request, self.realm), sent._replace(names=names)
