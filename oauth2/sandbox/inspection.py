"""One exchange, looked into: what was checked of it, and what was signed."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..checks import EXPECTED
from ..credentials import Consumer
from ..diagnosis import Cause, compare, find_base_string
from ..encoding import text_of
from ..errors import ConsumerUnknown, Error, NonceUsed, SignatureInvalid, TokenUnknown
from ..nonces import NonceKey
from ..problems import text
from ..redaction import redacted_base_string
from ..request import Request
from ..server import Server
from ..steps import Step
from .recording import Exchange
from .side_by_side import BaseStrings, side_by_side

__all__ = ["Explanation", "explain", "received_request", "refusal_of"]

_LOOKED_UP = {"consumer key": ConsumerUnknown, "token": TokenUnknown}
_NEED_SECRETS = ("signature", "body hash", "nonce")
# What a client made is known by its signature alone, and that says nothing without the secrets.
_OF_FORWARDING = Cause(
    "forwarded",
    "The provider's base string is that of the request as it was forwarded.",
    "Have the client sign for the provider's address, not for the one it sends to. If it does,"
    " the consumer secret or the token secret is wrong.",
)


class Explanation(NamedTuple):
    """What was checked of a request, why it was refused, and what was signed."""

    steps: tuple[Step, ...]
    causes: tuple[Cause, ...]
    base_strings: BaseStrings


def explain(exchange: Exchange, server: Server) -> Explanation:
    """Take the checks of ``server`` again, as they were when the request was received."""
    try:
        request = received_request(exchange)
    except Error as error:
        return Explanation((Step("request", None, error),), (), BaseStrings(None, None))
    if request is None or (request.is_form_encoded and exchange.body.is_cut):
        return _as_recorded(exchange)
    if exchange.is_forwarded:
        return _compared(request, exchange)
    steps = _steps(request, exchange, server)
    refused = next((s.error for s in steps if type(s.error) is SignatureInvalid), None)
    return Explanation(steps, getattr(refused, "causes", ()), _strings(request, steps, refused))


def received_request(exchange: Exchange) -> Request | None:
    """Read the request of an exchange; None without any parameter.

    The body is None where it was cut. Raises Error.
    """
    body = None if exchange.body.is_cut else exchange.body.octets
    url, _, query = exchange.url.partition("?")
    return Request.from_request(
        exchange.method, url, exchange.headers, query_string=query, body=body
    )


def refusal_of(error: Error) -> str:
    """Return why a request was refused, with its causes, and without a base string."""
    told = error.message.partition(EXPECTED)[0]
    causes = [cause.summary for cause in getattr(error, "causes", ())]
    return " ".join([told, *[summary for summary in causes if summary not in told]])


class _NoncesOfThen:
    """Knows a nonce if it was refused for that."""

    def __init__(self, error: Error | None) -> None:
        self._was_used = isinstance(error, NonceUsed)

    def remember(self, key: NonceKey, expires: int, now: int) -> bool:
        return not self._was_used


class _ServerOfThen(Server):
    """A server as it was when it received an exchange; it remembers nothing."""

    def __init__(self, server: Server, exchange: Exchange) -> None:
        super().__init__(server.signature_methods, nonces=_NoncesOfThen(exchange.error))
        self.timestamp_threshold = server.timestamp_threshold
        self._time = int(exchange.time) + server.clock_offset
        self._error = exchange.error

    def server_time(self) -> int:
        return self._time

    def explained(self, error: Error, *given: Any) -> Error:
        """Return the error of then, whose causes were looked for already."""
        is_same = type(self._error) is type(error) is SignatureInvalid
        return self._error if self._error and is_same else super().explained(error, *given)


def _as_recorded(exchange: Exchange) -> Explanation:
    """Return what was found out at once, of a request that cannot be verified again."""
    error = exchange.error
    if error is None:
        return Explanation((), (), BaseStrings(None, None))
    strings = BaseStrings(None, None)
    if isinstance(error, SignatureInvalid) and error.base_string is not None:
        strings = side_by_side(error.signed_base_string, error.base_string)
    return Explanation((_refusal(error),), getattr(error, "causes", ()), strings)


def _steps(request: Request, exchange: Exchange, server: Server) -> tuple[Step, ...]:
    error = exchange.error
    consumer, token = exchange.keys or (Consumer(exchange.consumer or "", ""), None)
    left_out: tuple[str, ...] = ()
    if exchange.keys is None:
        left_out = ("token", *_NEED_SECRETS)
    elif bool(token) != bool(request.get("oauth_token")):
        left_out = _NEED_SECRETS
    steps = [
        step._replace(error=error) if _was_looked_up(step, error) else step
        for step in _ServerOfThen(server, exchange).explain(request, consumer, token)
        if step.name not in left_out
    ]
    if error is not None and type(error) not in [type(step.error) for step in steps]:
        steps.append(_refusal(error))
    return tuple(steps)


def _was_looked_up(step: Step, error: Error | None) -> bool:
    kind = _LOOKED_UP.get(step.name)
    return kind is not None and isinstance(error, kind)


def _refusal(error: Error) -> Step:
    """Return what the provider itself refuses as one more step."""
    return Step((error.problem or "request").replace("_", " "), None, error)


def _strings(request: Request, steps: tuple[Step, ...], refused: Error | None) -> BaseStrings:
    expected = _base_string(request)
    if expected is None:
        return BaseStrings(None, None)
    if refused is None:
        is_verified = "signature" in [step.name for step in steps]
        return BaseStrings(expected if is_verified else None, expected)
    signed: str | None = getattr(refused, "signed_base_string", None)
    return side_by_side(signed, expected)


def _base_string(request: Request) -> str | None:
    """Return what is signed of a request, without secrets; None where that is no base string."""
    if request.get("oauth_signature_method") == "PLAINTEXT" or "oauth_signature" not in request:
        return None
    return redacted_base_string(text_of(request.signature_base_string()))


def _compared(request: Request, exchange: Exchange) -> Explanation:
    """Compare what was signed with the base string that another server shows, if it does."""
    fields = {name.lower(): value for name, value in exchange.response_headers}
    shown = find_base_string(text(fields, exchange.response_body.octets))
    signed = _base_string(request)
    if shown is None or signed is None:
        return Explanation((), (), BaseStrings(signed, None))
    shown = redacted_base_string(shown)
    causes = (_OF_FORWARDING,) if signed == shown else compare(signed, shown).causes
    return Explanation((), causes, side_by_side(signed, shown))
