"""What a leg sends, request after request, for any HTTP library to send.

The first one, those after redirects, and that once more by the provider's clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from functools import partial
from typing import NamedTuple

from .clock import REFUSALS, ClockGap
from .credentials import Token
from .encoding import bytes_of
from .errors import RedirectRefused
from .legs import Leg
from .outgoing import Outgoing, prepare
from .placement import require_placement, require_realm
from .received import ACCEPTED_CODINGS, Answer, Response
from .signature import SignatureMethod, SignatureMethod_HMAC_SHA1, require_method
from .signer import Exchange, Signer
from .urls import split_url

__all__ = ["TIMEOUT", "Hop", "Hops"]

TIMEOUT = 30.0  # seconds

# As httplib2 follows them: by the first ones what is safe, by the second a POST, too.
_REDIRECTS = (301, 302, 307)
_REDIRECTS_OF_ANY = (303, 308)
_BECOMES_GET = (302, 303)
_SAFE = ("GET", "HEAD")
_MOST_REDIRECTS = 5

_HMAC_SHA1 = SignatureMethod_HMAC_SHA1()


class Hop(NamedTuple):
    """A signed request to send as it is, and how many seconds are left for its answer."""

    outgoing: Outgoing
    seconds: float


_Walk = Generator[Hop, Answer, "tuple[Exchange, Answer]"]


class Hops:
    """Signs what legs send, and follows what is answered; it does no I/O itself.

    ``signature_method`` is HMAC-SHA1, ``placement`` "header", and ``seconds``, which a leg may
    take in all, TIMEOUT where they are None. ``realm`` is as the Client's. ``clock_offset``
    (int seconds) is the provider's clock minus the local clock, as far as it was learned.

    Raises ValueError for another placement, and TypeError for another signature method or realm.
    """

    def __init__(
        self,
        signature_method: SignatureMethod | None = None,
        placement: str | None = None,
        realm: str | bool | None = None,
        seconds: float | None = None,
    ) -> None:
        self._method = _HMAC_SHA1 if signature_method is None else signature_method
        self._placement = "header" if placement is None else placement
        self._realm = realm
        self._seconds = TIMEOUT if seconds is None else seconds
        require_method(self._method)
        require_placement(self._placement)
        require_realm(realm)
        self.clock_offset = 0

    def walk(self, leg: Leg, spelled: Callable[[str], str]) -> Generator[Hop, Answer, Token]:
        """Yield each request, take what came of it, and return the token of the last answer.

        ``spelled`` gives a URL as the library will send it. Raises as `Leg.token_from` does.
        """
        if split_url(leg.url).user_info:
            raise ValueError("url: expected one without user and password, got one with them")
        outgoing = prepare(leg.url, leg.method, b"", None, leg.parameters, self._placement)
        outgoing.headers["Accept-Encoding"] = ACCEPTED_CODINGS
        sent = partial(self._sent, leg, spelled, time.monotonic() + self._seconds)
        exchange = Exchange(outgoing, clock_offset=self.clock_offset)
        exchange, answer = yield from _followed(exchange, sent)
        gap = _gap(exchange, answer)
        again = gap and exchange.by_clock(gap)
        if again:
            exchange, answer = yield from _followed(again, sent)
            is_refused = answer.response is None or answer.response.status in REFUSALS
            if not is_refused and _gap(exchange, answer) is None:
                self.clock_offset = exchange.clock_offset
        return leg.token_from(*answer)

    def _sent(
        self, leg: Leg, spelled: Callable[[str], str], deadline: float, exchange: Exchange
    ) -> _Walk:
        """Sign and send one request, unless it is too late."""
        outgoing = exchange.outgoing._replace(uri=spelled(exchange.outgoing.uri))
        signer = Signer(
            leg.consumer,
            leg.token,
            signature_method=self._method,
            include_body_hash=False,
            clock_offset=exchange.clock_offset,
        )
        signed, names, timestamp = signer.sign_outgoing(outgoing, self._realm)
        exchange = exchange._replace(outgoing=outgoing, names=names, timestamp=timestamp)
        answer, left = None, deadline - time.monotonic()
        if left > 0:
            answer = yield Hop(signed._replace(body=bytes_of(signed.body or b"")), left)
        if answer is None or (answer.response is None and time.monotonic() >= deadline):
            answer = Answer.missing(f"timed out: not whole after {self._seconds:g} seconds")
        return exchange, answer


def _followed(exchange: Exchange, sent: Callable[[Exchange], _Walk]) -> _Walk:
    """Follow redirects within the origin, and return the last request and what came of it."""
    left, previous = _MOST_REDIRECTS, None
    while True:
        exchange, answer = yield from sent(exchange)
        response = answer.response
        if response is None:
            return exchange, answer
        response.previous, previous = previous, response
        if answer.failure or not _is_followed(response, exchange.outgoing.method):
            return exchange, answer
        following = _redirected(exchange, answer, response)
        if left == 0:
            following = answer._replace(
                failure="Redirected more times than redirection_limit allows."
            )
        if isinstance(following, Answer):
            return exchange, following
        exchange, left = following, left - 1


def _is_followed(response: Response, method: str) -> bool:
    is_redirect = method in _SAFE and response.status in _REDIRECTS
    return is_redirect or response.status in _REDIRECTS_OF_ANY


def _redirected(exchange: Exchange, answer: Answer, response: Response) -> Exchange | Answer:
    """Return the request that follows a redirect, or what came of it where none does.

    Nothing is sent to another origin, as its answer would prove nothing.
    """
    if "location" not in response:
        reason = "Redirected but the response is missing a Location: header."
        return answer._replace(failure=reason)
    before = exchange.outgoing
    method = "GET" if response.status in _BECOMES_GET else before.method
    has_body = response.status not in _BECOMES_GET
    try:
        following = exchange.redirected(
            response["location"], method, has_body, before.headers, is_trusted=False
        )
    except RedirectRefused as exc:
        return Answer.missing(str(exc))
    if following.left_origin:
        return answer._replace(
            failure="it redirected to another origin, whose answer proves nothing"
        )
    return following


def _gap(exchange: Exchange, answer: Answer) -> ClockGap | None:
    response = answer.response
    if response is None or answer.failure:
        return None
    return exchange.clock_gap(response.status, response, answer.content)
