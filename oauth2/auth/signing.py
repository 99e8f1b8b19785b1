"""What the ``OAuth1`` of every HTTP library has in common: signing, redirects, and the clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urljoin

from ..clock import REFUSALS, require_clock_skew
from ..credentials import Consumer, Token
from ..headers import Headers
from ..outgoing import Outgoing
from ..parameters import without_names
from ..signature import SignatureMethod, SignatureMethod_HMAC_SHA1
from ..signer import Exchange, Signer
from ..urls import same_origin, to_uri, without_names_in_query

__all__ = ["OF_A_SIGNATURE", "Redirect", "Sent", "Signing"]

_PLACEMENTS = ("header", "query")
OF_A_SIGNATURE = frozenset(
    [
        *("oauth_consumer_key", "oauth_token", "oauth_verifier", "oauth_body_hash"),
        *("oauth_signature_method", "oauth_signature"),
        *("oauth_timestamp", "oauth_nonce", "oauth_version"),
    ]
)
_HMAC_SHA1 = SignatureMethod_HMAC_SHA1()

Self = TypeVar("Self", bound="Signing")


class Redirect(NamedTuple):
    """Where a redirect leads.

    ``url`` (str) is the Location made absolute, without the parameters that we have put into the
    query; ``is_changed`` tells that there were some. ``left_origin`` tells of another origin,
    which gets no signature.
    """

    url: str
    left_origin: bool
    is_changed: bool


class Sent(NamedTuple):
    """A signed request, kept while its response may ask for another.

    ``url`` (str) is what goes out in the place of the one given; ``authorization`` (str) is
    the header, None where the signature is elsewhere. ``form`` (bytes) is the body where the
    signature is in it, which only `oauth2.auth.requests_oauthlib` does.
    """

    url: str
    authorization: str | None
    exchange: Exchange
    form: bytes | None = None

    def form_for_another_origin(self) -> bytes:
        """Return the form that holds the signature without any protocol parameter."""
        form = (self.form or b"").decode("latin-1")
        return without_names(form, self.exchange.names).encode("latin-1")

    def redirected(self, location: str) -> Redirect:
        """Return where a redirect leads; another origin gets no protocol parameters at all.

        Raises ValueError for what is no http or https URL.
        """
        names, target = self.exchange.names, to_uri(urljoin(self.url, location))
        left_origin = not same_origin(self.url, target)
        if left_origin:
            names |= self.exchange.outgoing.protocol_names()
        url = without_names_in_query(target, names)
        return Redirect(url, left_origin, url != target)


class Signing:
    """Signs what an HTTP library sends, by HMAC-SHA1 unless told otherwise.

    ``signature_method`` is a SignatureMethod. OAuth parameters go into the header, or by
    ``placement="query"`` into the URL. ``realm`` (str) goes into the header; None leaves it
    out. ``include_body_hash=False`` leaves ``oauth_body_hash`` out.

    With ``clock_skew="learn"``, a request that is refused is sent once more, by the provider's
    clock, where the provider says that it refused the timestamp, or answers 400, 401 or 403 and
    has a time that is off by more than a minute. If that helps, that clock is used from then on.

    Free to share between threads and tasks. Raises ValueError for ``placement="body"``: these
    libraries send the body of a 307 on to another origin, with the signature in it; and for what
    `oauth2.Signer` refuses.
    """

    signer: Signer
    clock_skew: str | None

    def __init__(
        self,
        consumer: Consumer,
        token: Token | None = None,
        *,
        signature_method: SignatureMethod = _HMAC_SHA1,
        placement: str = "header",
        realm: str | None = None,
        include_body_hash: bool = True,
        clock_skew: str | None = None,
    ) -> None:
        signer = Signer(
            consumer,
            token,
            signature_method=signature_method,
            placement=placement,
            realm=realm,
            include_body_hash=include_body_hash,
        )
        self._take(signer, clock_skew)

    @classmethod
    def of(cls: type[Self], signer: Signer, *, clock_skew: str | None = None) -> Self:
        """Return one that signs by a Signer, as `oauth2.profiles.load(…).signer()` gives it."""
        signing = cls.__new__(cls)
        signing._take(signer, clock_skew)
        return signing

    def _take(self, signer: Signer, clock_skew: str | None) -> None:
        if signer.placement not in _PLACEMENTS:
            why = "what is in the body would be sent on to another origin after a redirect"
            raise ValueError(
                f"placement: expected one of {_PLACEMENTS}, got {signer.placement!r}: {why}"
            )
        require_clock_skew(clock_skew)
        self.signer = signer
        self.clock_skew = clock_skew

    @property
    def clock_offset(self) -> int:
        """Provider's clock minus the local clock, in seconds, as far as it was learned."""
        return self.signer.clock_offset

    def sign(
        self,
        method: str,
        url: str,
        headers: Headers,
        body: Any,
        parameters: Mapping[str, str] | None = None,
    ) -> Sent:
        """Sign a request; raises as `oauth2.Signer.sign` does.

        What an earlier signature has put into the query makes way for the new one.
        ``parameters`` are further ones of OAuth, as a hash of a body that is not given here.
        """
        signer = self.signer
        if signer.placement == "query" and "oauth_signature=" in url:
            url = without_names_in_query(url, OF_A_SIGNATURE)
        outgoing = self._outgoing(signer, method, url, headers, body, parameters)
        return self._signed(signer, Exchange(outgoing))

    def by_clock(
        self, sent: Sent, status: int, headers: Mapping[str, str], body: bytes
    ) -> Sent | None:
        """Return what to send by the provider's clock, where that may be why it refused.

        ``headers`` finds names in lower case. None for another reason, for a body that
        cannot be read again, and where the clock is not to be learned.
        """
        gap = sent.exchange.clock_gap(status, headers, body) if self.clock_skew else None
        again = gap and sent.exchange.by_clock(gap)
        if gap and not again and gap.is_stated:
            self._learn(sent.exchange.clock_offset + gap.seconds)
        if not again:
            return None
        return self._signed(self.signer.with_clock_offset(again.clock_offset), again)

    def settle(self, sent: Sent, status: int) -> None:
        """Go on by the clock of a request, if its response shows that this has helped."""
        if self.clock_skew and status not in REFUSALS:
            self._learn(sent.exchange.clock_offset)

    def _outgoing(self, signer: Signer, method: str, url: str, *rest: Any) -> Outgoing:
        return signer.outgoing(method, url, *rest)

    def _signed(self, signer: Signer, exchange: Exchange) -> Sent:
        signed, names, timestamp = signer.sign_outgoing(exchange.outgoing)
        offset = signer.clock_offset
        exchange = exchange._replace(names=names, timestamp=timestamp, clock_offset=offset)
        form = signed.body.encode("latin-1") if signer.placement == "body" else None
        return Sent(signed.uri, signed.headers.get("Authorization"), exchange, form)

    def _learn(self, clock_offset: int) -> None:
        self.signer = self.signer.with_clock_offset(clock_offset)
