"""Why a provider refused a signed request, from that and the response alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ..clock import REFUSALS, clock_gap, provider_time
from ..credentials import Credentials
from ..encoding import text_of, unescape
from ..problems import Problem, problem, text
from ..redaction import shown_text
from .alignment import Row
from .basestring import find_base_string, parse_base_string
from .causes import Cause
from .comparison import Comparison, compare
from .parameter_causes import clock_causes
from .reported import SIGNATURE_INVALID, reported_cause

__all__ = ["Sent", "explain_response"]

_NEAR = 60  # seconds: a timestamp so near to a clock was taken from it
_UNAUTHORIZED = 401
_PLAINTEXT = "PLAINTEXT"
_LONGEST_CHALLENGE = 2048

_is_seconds = re.compile(r"[0-9]{1,15}").fullmatch
_quoted = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)
_find_schemes = re.compile(r"(?:\A|,)\s*([A-Za-z][\w.+-]*)(?=\s+[^\s=,]|\s*(?:,|\Z))").findall
_is_about_oauth = re.compile(r"oauth|signature|consumer.key", re.I).search
_is_about_signature = re.compile(r"signature(?![\W_]*method)", re.I).search


class Sent(NamedTuple):
    """A signed request: its base string, by whom it was signed, and what the local clock had.

    ``now`` is int seconds since 1970. ``needs_token`` where a request without a token may be
    refused for that; a call for a token is not.
    """

    base_string: str
    consumer: Credentials
    token: Credentials | None
    now: int
    needs_token: bool = False


class _Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    content: bytes
    reported: Problem | None


def explain_response(
    sent: Sent, status: int, headers: Mapping[str, str], content: bytes
) -> Comparison | None:
    """Return why a request was refused; None where the response is not about its signature.

    ``headers`` has names in lower case, ``content`` is the body. Where the provider shows its
    base string, there are ``rows`` of both. No cause quotes a secret.

    >>> from oauth2 import Consumer
    >>> sent = Sent("GET&https%3A%2F%2Fa.example%2F&b%3Dc", Consumer("key", "secret"), None, 0)
    >>> refusal = b"Expected GET&http%3A%2F%2Fa.example%2F&b%3Dc"
    >>> [cause.summary for cause in explain_response(sent, 401, {}, refusal).causes]
    ['The provider has http, you signed https.']
    """
    if status not in REFUSALS:
        return None
    answer = _Answer(status, headers, content, problem(headers, content))
    theirs = None if _method(sent) == _PLAINTEXT else _their_base_string(answer)
    cause = reported_cause(answer.reported)
    if theirs is not None and cause is None:
        rows, causes = compare(sent.base_string, theirs)
        return Comparison(rows, _with_white_space(causes, sent))
    if cause is not None:
        stated = provider_time(headers, content)
        base = parse_base_string(sent.base_string)
        return _told(*clock_causes(base, base, None, stated)) or _told(cause)
    return _told(*_clock_first(sent, answer))


def _told(*causes: Cause) -> Comparison | None:
    rows: tuple[Row, ...] = ()
    return Comparison(rows, causes) if causes else None


def _parameters(sent: Sent) -> dict[str, str]:
    pairs = parse_base_string(sent.base_string).parameters
    return {name: unescape(value) for name, value in pairs}


def _method(sent: Sent) -> str:
    return _parameters(sent).get("oauth_signature_method", "")


def _their_base_string(answer: _Answer) -> str | None:
    challenge = answer.headers.get("www-authenticate", "")
    return find_base_string(text(answer.headers, answer.content)) or find_base_string(challenge)


def _with_white_space(causes: tuple[Cause, ...], sent: Sent) -> tuple[Cause, ...]:
    """Name the secret that has white space around it, where the key is what is left."""
    is_key = causes[0].code == _WRONG_SECRET.code
    return tuple(_white_space(sent)) or causes if is_key else causes


def _white_space(sent: Sent) -> list[Cause]:
    if _method(sent).startswith("RSA"):
        return []
    secrets = {"consumer": sent.consumer, "token": sent.token}
    names = [name for name, owner in secrets.items() if owner and _has_white_space(owner)]
    summary = "There is white space or a line break around the {} secret."
    return [Cause("white-space-in-key", summary.format(name), _STRIP) for name in names]


def _has_white_space(owner: Credentials) -> bool:
    secret = text_of(owner.secret)
    return secret != secret.strip()


def _clock_first(sent: Sent, answer: _Answer) -> list[Cause]:
    """Name the clock that is wrong: alone, or last where the provider's time did not help."""
    timestamp = _parameters(sent).get("oauth_timestamp", "")
    if not _is_seconds(timestamp):
        return _without_base_string(sent, answer)
    status, headers, content, _ = answer
    gap = clock_gap(status, headers, content, int(timestamp), sent.now)
    if gap is None or abs(gap.seconds) <= _NEAR:
        return _without_base_string(sent, answer)
    where = "behind" if gap.seconds > 0 else "ahead of"
    summary = f"The local clock is {abs(gap.seconds)} seconds {where} the provider's."
    if abs(sent.now + gap.seconds - int(timestamp)) > _NEAR:
        return [Cause("clock", summary, _SET_CLOCK)]
    cause = Cause("clock", f"{summary[:-1]}, by which it was refused, too.", _SET_CLOCK)
    return [*_without_base_string(sent, answer), cause]


def _without_base_string(sent: Sent, answer: _Answer) -> list[Cause]:
    """Say what is known, and what to try, where a provider shows neither code nor base string."""
    body = text(answer.headers, answer.content)
    schemes = _schemes(answer.headers.get("www-authenticate", ""))
    has_oauth = "oauth" in [scheme.lower() for scheme in schemes]
    is_about = bool(answer.reported or has_oauth or _is_about_oauth(body))
    if answer.status != _UNAUTHORIZED and not is_about:
        return []
    if schemes and not is_about:
        summary = _OTHER_SCHEME.summary.format(shown_text(schemes[0]))
        return [_OTHER_SCHEME._replace(summary=summary)]
    is_signature = answer.reported == SIGNATURE_INVALID or bool(_is_about_signature(body))
    if is_signature and _method(sent) == _PLAINTEXT:
        return _white_space(sent) or [_WRONG_SECRET]
    if is_signature:
        return _white_space(sent) or [_SIGNATURE_REFUSED]
    if answer.reported:
        return []  # the provider has a reason of its own
    if sent.needs_token and sent.token is None:
        return [_NO_TOKEN]
    return _white_space(sent) or [_NO_REASON]


def _schemes(challenge: str) -> list[str]:
    """Return the names of the schemes of one header or several (RFC 9110 section 11.6.1)."""
    found: list[str] = _find_schemes(_quoted.sub('""', challenge[:_LONGEST_CHALLENGE]))
    return found


_STRIP = "Take it out of the variable, the file or the profile that the secret is read from."
_SET_CLOCK = "Set the clock; a timestamp is seconds since 1970."
_BELONG = "See that the secrets, or the private key, belong to the consumer key and the token"
_LOOK = f"{_BELONG}; then look at the base string that was signed: scheme, host, each parameter."
_WRONG_SECRET = Cause(
    "wrong-secret",
    "PLAINTEXT signs no base string: the consumer secret or the token secret is wrong.",
    "See that the secrets belong to the consumer key and the token.",
)
_SIGNATURE_REFUSED = Cause(
    "signature-refused",
    "The provider computed another signature, and does not show its base string.",
    _LOOK,
)
_NO_REASON = Cause("no-reason", "The provider does not say what is wrong.", _LOOK)
_NO_TOKEN = Cause(
    "no-token",
    "The request was signed without a token.",
    "Get one by 'oauth2 authorize', and name its --profile, if this is a user's data.",
)
_OTHER_SCHEME = Cause(
    "other-scheme",
    "The provider asks for credentials of the scheme {}, not of OAuth.",
    "See in its documentation whether this address takes OAuth 1.0a at all.",
)
