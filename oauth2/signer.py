"""Sign an outgoing request: at first, after a redirect, and by the provider's clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .clock import MOST_STATED, ClockGap, clock_gap
from .credentials import Consumer, Token
from .headers import Headers
from .outgoing import PROTOCOL_PREFIXES, Outgoing
from .request import Request
from .signature import SignatureMethod, SignatureMethod_HMAC_SHA1
from .urls import same_origin

__all__ = ["Exchange", "Signed", "Signer"]

_HMAC_SHA1 = SignatureMethod_HMAC_SHA1()


class Signed(NamedTuple):
    """What goes out, the names of the protocol parameters in it, and its timestamp."""

    outgoing: Outgoing
    names: frozenset[str]
    timestamp: str


class Signer:
    """Signs what is sent for a consumer and a token, and sends nothing.

    ``realm`` (str) goes into the header; None is the origin of the URL.
    ``include_body_hash=False`` leaves ``oauth_body_hash`` out. ``clock_offset`` is the
    provider's clock minus the local clock, in int seconds.

    Raises ValueError without a consumer.
    """

    def __init__(
        self,
        consumer: Consumer | None,
        token: Token | None = None,
        *,
        signature_method: SignatureMethod = _HMAC_SHA1,
        realm: str | None = None,
        include_body_hash: bool = True,
        clock_offset: int = 0,
    ) -> None:
        if consumer is None:
            raise ValueError("consumer: expected a Consumer to sign for, got None")
        self.consumer = consumer
        self.token = token
        self.signature_method = signature_method
        self.realm = realm
        self.include_body_hash = include_body_hash
        self.clock_offset = clock_offset

    def sign(self, outgoing: Outgoing) -> Signed:
        """Sign what a caller wants to be sent.

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
        request.sign_request(
            self.signature_method, self.consumer, self.token, self.include_body_hash
        )
        names = frozenset([name for name in request if name.startswith(PROTOCOL_PREFIXES)])
        timestamp = str(request.get("oauth_timestamp", ""))
        for name in form:
            del request[name]  # what is left is what signing adds
        return Signed(outgoing.with_oauth_parameters(request, self.realm), names, timestamp)

    def _provider_timestamp(self) -> dict[str, str]:
        if not self.clock_offset:
            return {}
        return {"oauth_timestamp": str(int(Request.make_timestamp()) + self.clock_offset)}


class Exchange(NamedTuple):
    """A request in flight, kept while its response may ask for another.

    ``names`` are those of the protocol parameters that were sent with it, and ``timestamp`` (str)
    is one of them. ``clock_offset`` is that of the clock by which it is signed. ``left_origin``
    tells of a cross-origin redirect, after which nothing is signed.
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
