"""What the ``OAuth1`` of every HTTP library has in common: signing, redirects, and the clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote, urljoin

from ..clock import REFUSALS, require_clock_skew
from ..credentials import Consumer, Token
from ..headers import Headers
from ..outgoing import Outgoing
from ..parameters import without_names
from ..placement import require_placement_of_auth
from ..signature import SignatureMethod, SignatureMethod_HMAC_SHA1
from ..signer import Exchange, Signer
from ..urls import same_origin, to_uri, without_names_in_query

__all__ = ["PROTOCOL_PARAMETERS", "Redirect", "Sent", "Signing"]

PROTOCOL_PARAMETERS = frozenset(
    [
        *("oauth_consumer_key", "oauth_token", "oauth_verifier", "oauth_body_hash"),
        *("oauth_signature_method", "oauth_signature"),
        *("oauth_timestamp", "oauth_nonce", "oauth_version"),
    ]
)
"""What is taken out of a query before it is signed again (RFC 5849 section 3.1)."""
_HMAC_SHA1 = SignatureMethod_HMAC_SHA1()
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))

Self = TypeVar("Self", bound="Signing")


class Redirect(NamedTuple):
    """Where a redirect leads.

    ``url`` (str) is the Location as an absolute URL, without the OAuth parameters that signing
    had put into the query; ``is_changed`` (bool) is whether there were any. ``left_origin``
    (bool) is whether it leads to another origin, which gets no signature.
    """

    url: str
    left_origin: bool
    is_changed: bool


class Sent(NamedTuple):
    """A signed request, kept while its response may ask for another.

    ``url`` (str) is the URL to send. ``authorization`` (str) is the value of the Authorization
    header, or None if the signature is not in the header. ``form`` (bytes) is the body if the
    signature is in it, which only `oauth2.auth.requests_oauthlib` allows, else None.
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
        """Return where a redirect leads; the URL for another origin has no protocol parameters.

        What is not an http or https URL counts as another origin: some libraries follow ws.
        """
        names = self.exchange.names
        target = quote(location, safe=_PRINTABLE, errors="surrogateescape")
        try:
            target = to_uri(urljoin(self.url, location))
            left_origin = not same_origin(self.url, target)
        except ValueError:
            left_origin = True
        if left_origin:
            names |= self.exchange.outgoing.protocol_names()
        url = without_names_in_query(target, names)
        return Redirect(url, left_origin, url != target)


class Signing:
    """Signs for an HTTP library, and keeps what it has learned of the provider's clock.

    It can be shared between threads and tasks.
    """

    signer: Signer
    clock_skew: str | None
    _replaced = PROTOCOL_PARAMETERS

    def __init__(
        self,
        consumer: Consumer,
        token: Token | None = None,
        *,
        signature_method: SignatureMethod = _HMAC_SHA1,
        placement: str = "header",
        realm: str | bool | None = None,
        include_body_hash: bool = True,
        clock_skew: str | None = None,
    ) -> None:
        """Take the credentials to sign with, and how to sign.

        ``consumer`` and ``token`` hold a key and a secret each; a request without a token is
        signed by the consumer alone. ``signature_method`` is an object of a class such as
        `oauth2.SignatureMethod_HMAC_SHA256`. ``placement`` is where the OAuth parameters go:
        "header" for the Authorization header, or "query" for the query of the URL, which HTTP
        libraries show in logs and errors, with both secrets for PLAINTEXT. ``realm``
        (str) is sent in the header; with None or False, the header has no realm.
        ``include_body_hash=False`` sends no ``oauth_body_hash``, the hash of a body that is not
        a form: it is an extension of OAuth, and some providers refuse it.

        ``clock_skew="learn"`` is for a machine whose clock may be wrong. A refused request is
        signed with the provider's time and sent once more if the provider says that it refused
        the timestamp, or if the status is 400, 401 or 403 and the response shows a time that
        differs from ours by more than a minute. If the second request is accepted, those that
        follow are signed with the provider's time, too. With None, nothing is sent twice for
        the sake of a clock. With "learn", the content of a refusal is read whole, however long
        it is, and also where a program streams it.

        Raises ValueError for what is not a Consumer or a Token, for another ``clock_skew``, and
        for another ``placement``: "body" is one, since HTTP libraries send the body of a
        request on to another origin after a redirect (status 307 or 308), and the signature
        with it. Raises TypeError for a ``signature_method`` or a ``realm`` of another type.
        """
        require_placement_of_auth(placement)
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
        """Return one that signs as a Signer does.

        ``signer`` is an `oauth2.Signer`, such as ``oauth2.profiles.load("tumblr").signer()``
        returns. ``clock_skew`` is as for the class. Raises ValueError for another
        ``clock_skew`` and for a Signer whose ``placement`` is not "header" or "query", and
        TypeError for what is not a Signer.
        """
        if not isinstance(signer, Signer):
            got = type(signer).__name__
            raise TypeError(f"signer: expected a Signer, got {got}")
        require_placement_of_auth(signer.placement)
        signing = cls.__new__(cls)
        signing._take(signer, clock_skew)
        return signing

    def _take(self, signer: Signer, clock_skew: str | None) -> None:
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

        The parameters of an earlier signature are taken out of the query first. ``parameters``
        are further OAuth parameters, such as the hash of a body that is not given here.
        """
        return self._sign_by(self.signer, method, url, headers, body, parameters)

    def by_clock(
        self, sent: Sent, status: int, headers: Mapping[str, str], body: bytes
    ) -> Sent | None:
        """Return the request signed by the provider's clock, if the clock may be why it refused.

        ``headers`` are those of the response, to be found by names in lower case. Returns None
        if there is another reason, if the body of the request cannot be read a second time, and
        if ``clock_skew`` is None.
        """
        gap = sent.exchange.clock_gap(status, headers, body) if self.clock_skew else None
        again = gap and sent.exchange.by_clock(gap)
        if gap and not again and gap.is_stated:
            self._learn(sent.exchange.clock_offset + gap.seconds)
        if not again:
            return None
        return self._signed(self.signer.with_clock_offset(again.clock_offset), again)

    def settle(self, sent: Sent, status: int) -> None:
        """Use the clock of a request from now on, if its response is not a refusal."""
        if self.clock_skew and status not in REFUSALS:
            self._learn(sent.exchange.clock_offset)

    def _sign_by(self, signer: Signer, method: str, url: str, *rest: Any) -> Sent:
        if signer.placement == "query" and "oauth_signature=" in url:
            url = without_names_in_query(url, self._replaced)
        return self._signed(signer, Exchange(self._outgoing(signer, method, url, *rest)))

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
