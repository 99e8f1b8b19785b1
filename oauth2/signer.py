"""Sign an outgoing request: at first, after a redirect, and by the provider's clock."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any, NamedTuple

from .clock import MOST_STATED, ClockGap, clock_gap
from .credentials import Consumer, Token
from .encoding import parameter_text
from .headers import FORM_CONTENT_TYPE, Headers, fields, host, media_type
from .keyed_hash import KeyedHash
from .outgoing import Outgoing, as_given, protocol_names
from .placement import require_placement, require_realm
from .request import Request
from .signature import SignatureMethod, SignatureMethod_HMAC_SHA1, require_method
from .urls import same_origin, split_url

__all__ = ["Exchange", "Signed", "SignedRequest", "Signer"]

_HMAC_SHA1 = SignatureMethod_HMAC_SHA1()


class Signed(NamedTuple):
    """A signed request: what goes out, the names of the protocol parameters in it, its timestamp.

    ``timestamp`` (str) is "" for a request without one.
    """

    outgoing: Outgoing
    names: frozenset[str]
    timestamp: str


class SignedRequest(NamedTuple):
    """What to send: the result of `Signer.sign`.

    ``url`` (str) is the URL that was given, with the parameters that go into its query.
    ``headers`` (dict of str) are to be set beside those that were given: ``Authorization``, or
    nothing if the signature is in the query or the body. ``body`` is what was given, or the form
    with the parameters that go into it: str if the form was given as ASCII str, else bytes.
    """

    url: str
    headers: dict[str, str]
    body: Any


class Signer:
    """Signs requests for a consumer and a token, and sends nothing (RFC 5849 section 3).

    >>> from oauth2 import Consumer, Token
    >>> signer = Signer(Consumer("key", "secret"), Token("token", "token secret"))
    >>> url, headers, body = signer.sign("GET", "https://api.example/photos?size=big")
    >>> url, sorted(headers), body
    ('https://api.example/photos?size=big', ['Authorization'], b'')

    Without a ``token``, a request is signed by the consumer alone. ``signature_method`` is an
    object of a class such as `SignatureMethod_HMAC_SHA256`. ``placement`` is where the OAuth
    parameters go: "header" for the Authorization header, "query" for the query of the URL, or
    "body" for the body of a form. None chooses as `oauth2.Client` does: the query of a GET, the
    body of a form, else the header; "body" does so, too, for what is not a form. ``realm`` (str)
    is sent in the header; with None or False, the header has no realm.
    ``include_body_hash=False`` sends no ``oauth_body_hash``, the hash of a body that is not a
    form. ``clock_offset`` (int seconds) is the provider's clock minus the local clock.

    A Signer can be shared between threads, as long as none of its attributes is assigned.
    Raises ValueError for what is not a Consumer, a Token or a placement, and TypeError for a
    ``signature_method``, a ``realm`` or a ``clock_offset`` of another type.
    """

    def __init__(
        self,
        consumer: Consumer,
        token: Token | None = None,
        *,
        signature_method: SignatureMethod = _HMAC_SHA1,
        placement: str | None = "header",
        realm: str | bool | None = None,
        include_body_hash: bool = True,
        clock_offset: int = 0,
    ) -> None:
        _require_key("consumer", consumer, Consumer, Token)
        if token is not None:
            _require_key("token", token, Token, Consumer)
        require_method(signature_method)
        require_placement(placement)
        require_realm(realm)
        if not isinstance(clock_offset, int):
            got = type(clock_offset).__name__
            raise TypeError(f"clock_offset: expected int seconds, got {got}")
        self.consumer = consumer
        self.token = token
        self.signature_method = signature_method
        self.placement = placement
        self.realm = realm
        self.include_body_hash = include_body_hash
        self.clock_offset = clock_offset
        self.keyed_hash = KeyedHash()  # of its own secrets, which nothing else keeps

    def sign(
        self,
        method: str,
        url: str | bytes,
        *,
        headers: Headers = (),
        body: Any = b"",
        parameters: Mapping[str, Any] | None = None,
    ) -> SignedRequest:
        """Sign a request, and return what any HTTP library can send.

        ``headers`` (a mapping or pairs, of str or bytes) are those of the request. Two of them
        matter: the body is a form only if Content-Type says so, and Host, if it is given, is
        signed in the place of the host in the URL (RFC 5849 section 3.4.1.2). ``body`` is str
        (signed as UTF-8), bytes, None, a binary file or an iterable of bytes. A file or an
        iterable that is a form is read into memory; otherwise a file that can be read twice is
        hashed, and what can be read only once is signed without a hash. ``parameters`` (names
        with values) are further ones to sign and send: of OAuth, as ``oauth_callback``, or of the
        request itself, which go into its form or its query. No argument is changed.

        Raises ValueError for a URL that is not http or https, or that has a user or a password
        in it, for a Host that is not a host, for a ``realm`` that is not Latin-1, and for an
        OAuth parameter that is in the form and in ``parameters``; MalformedHeader for several
        Content-Types; TypeError for headers or a body of another type.
        """
        outgoing = self.outgoing(method, url, headers, body, parameters)
        if split_url(outgoing.uri).user_info:  # by which HTTP libraries replace Authorization
            raise ValueError("url: expected one without user and password, got one with them")
        signed = self.sign_outgoing(outgoing).outgoing
        signed.headers.pop("Host", None)  # which the caller sends
        return SignedRequest(signed.uri, signed.headers, _as_given(body, signed.body))

    def outgoing(
        self,
        method: str,
        url: str | bytes,
        headers: Headers = (),
        body: Any = b"",
        parameters: Mapping[str, Any] | None = None,
    ) -> Outgoing:
        """Return the request as `sign_outgoing` takes it, with no header but Host."""
        pairs = _pairs(headers)
        given = host(pairs) if pairs else None
        carried = {} if given is None else {"Host": given}
        is_form = bool(pairs) and media_type(pairs) == FORM_CONTENT_TYPE
        method, url = parameter_text("method", method).upper(), parameter_text("url", url)
        return as_given(url, method, body, carried, parameters, self.placement, is_form)

    def sign_outgoing(self, outgoing: Outgoing, realm: str | bool | None = None) -> Signed:
        """Sign what a caller wants to be sent, by its own placement.

        ``realm`` takes the place of the Signer's, and False leaves it out.
        Raises ValueError for a parameter that is in the form and beside it, and for a
        Host header that is no host.
        """
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
        if outgoing.headers:
            request.normalized_url = outgoing.normalized_url()
        request._keyed_hash = self.keyed_hash
        request.sign_request(
            self.signature_method, self.consumer, self.token, self.include_body_hash
        )
        names = protocol_names(tuple(request))
        timestamp = str(request.get("oauth_timestamp", ""))
        for name in form:
            del request[name]  # what is left is what signing adds
        realm = self.realm if realm is None else realm
        carried = outgoing.with_oauth_parameters(request, False if realm is None else realm)
        return Signed(carried, names, timestamp)

    def with_clock_offset(self, seconds: int) -> Signer:
        """Return the same with another ``clock_offset``."""
        signer = copy(self)
        signer.clock_offset = seconds
        return signer

    def _provider_timestamp(self) -> dict[str, str]:
        if not self.clock_offset:
            return {}
        return {"oauth_timestamp": str(int(Request.make_timestamp()) + self.clock_offset)}


def _require_key(name: str, value: object, kind: type, other: type) -> None:
    """Raise ValueError for what is plainly no such credentials; look-alikes of a program pass.

    ``other`` is the class by which it would be taken for the other one of the two.
    """
    if not hasattr(value, "key") or isinstance(value, other):
        expected, got = kind.__name__, "None" if value is None else type(value).__name__
        raise ValueError(f"{name}: expected a {expected} to sign for, got {got}")


def _pairs(headers: Headers) -> list[tuple[Any, Any]]:
    """Return headers as pairs that can be read twice, also where they are an iterator."""
    try:
        return [(name, value) for name, value in fields(() if headers is None else headers)]
    except (TypeError, ValueError) as exc:
        got = type(headers).__name__
        raise TypeError(f"headers: expected a mapping or pairs, got {got}") from exc


def _as_given(given: Any, sent: Any) -> Any:
    """Return a body in the type in which it was given, as far as it can be."""
    if isinstance(sent, str):  # a form, perhaps of octets, as http.client takes it
        return sent if isinstance(given, str) and sent.isascii() else sent.encode("latin-1")
    return given if isinstance(given, str) else sent


class Exchange(NamedTuple):
    """A request in flight, kept while its response may ask for another.

    ``names`` are the names of the protocol parameters that were sent with it, and ``timestamp``
    (str) is the value of one. ``clock_offset`` (int seconds) is that of the clock by which it is
    signed. ``left_origin`` is True after a redirect to another origin: nothing more is signed.
    """

    outgoing: Outgoing
    is_signed: bool = True
    names: frozenset[str] = frozenset()
    timestamp: str = ""
    left_origin: bool = False
    clock_offset: int = 0

    def redirected(
        self, location: str, method: str, has_body: bool, headers: Headers, is_trusted: bool
    ) -> Exchange:
        """Return what follows a redirect: signed again within the origin, else not at all.

        ``is_trusted`` goes on signing for any origin, which gets no Host of this one. Raises
        RedirectRefused.
        """
        outgoing = self.outgoing.redirected(location, method, has_body, headers, self.names)
        if same_origin(self.outgoing.uri, outgoing.uri):
            return self._replace(outgoing=outgoing)
        outgoing = outgoing.without_headers("host")
        if is_trusted:
            return self._replace(outgoing=outgoing)
        names = self.names | self.outgoing.protocol_names()
        stripped = outgoing.without_credentials(names)
        return self._replace(outgoing=stripped, is_signed=False, left_origin=True)

    def clock_gap(self, status: int, headers: Mapping[str, str], content: bytes) -> ClockGap | None:
        """Return the gap to the provider's clock, where it may be why the provider refused.

        None where the caller chose the timestamp, or where it was not signed.
        """
        is_ours = self.is_signed and self.timestamp and not self.outgoing.has("oauth_timestamp")
        if not is_ours:
            return None
        local = int(Request.make_timestamp())
        now = local + self.clock_offset
        gap = clock_gap(status, headers, content, int(self.timestamp), now)
        # Several small steps lead nowhere where one could not, and to no time before 1970.
        is_credible = gap is None or -local < self.clock_offset + gap.seconds <= MOST_STATED
        return gap if is_credible else None

    def by_clock(self, gap: ClockGap) -> Exchange | None:
        """Return what to send by the provider's clock; None where the body cannot be sent again."""
        if not self.outgoing.rewind():
            return None
        return self._replace(clock_offset=self.clock_offset + gap.seconds)
