"""What the codes of the OAuth Problem Reporting extension mean, and what to do about each."""

from __future__ import annotations

from ..encoding import escape
from ..problems import Problem
from .causes import Cause, named

__all__ = ["SIGNATURE_INVALID", "reported_cause"]

SIGNATURE_INVALID = "signature_invalid"

_AUTHORIZE = "Have the user authorize the application again, for a new token."
_MEANINGS = {
    "nonce_used": (
        "The provider has seen this nonce with this timestamp before.",
        "Sign anew whatever is sent again, and see that nothing between sends a request twice.",
    ),
    "timestamp_refused": (
        "The provider does not accept the timestamp.",
        "Set the clock, or sign with the provider's time; a timestamp is seconds since 1970.",
    ),
    "consumer_key_unknown": (
        "The provider does not know the consumer key.",
        "See that it is written as the provider shows it, and that it is for this address: a"
        " sandbox and the production of one provider have different keys.",
    ),
    "consumer_key_rejected": (
        "The provider does not accept the consumer key here.",
        "See in the provider's settings what the application may do.",
    ),
    "consumer_key_refused": (
        "The provider refuses the consumer key for now.",
        "Try again later: the application may have sent too many requests.",
    ),
    "token_used": (
        "The token was exchanged before, which is possible once.",
        "Fetch a new request token, and have the user authorize that.",
    ),
    "token_expired": ("The token has expired.", _AUTHORIZE),
    "token_revoked": ("The token was revoked, by the user or by the provider.", _AUTHORIZE),
    "token_rejected": (
        "The provider does not accept the token.",
        "See that it is the access token, not the request token, and that it was issued for this"
        " consumer key; or have the user authorize the application again.",
    ),
    "verifier_invalid": (
        "The verifier is not the one that the provider gave to the user.",
        "Take the whole PIN, or the oauth_verifier of the redirect, of the last authorization.",
    ),
    "permission_unknown": (
        "The provider does not know whether the user permits this.",
        "Have the user decide on the authorize page first.",
    ),
    "permission_denied": (
        "The user, or the provider, does not permit this.",
        "Ask for what is needed when the user authorizes the application.",
    ),
    "additional_authorization_required": (
        "The user has to authorize the application once more for this.",
        "Have the user authorize the application again, for what is needed here.",
    ),
    "user_refused": ("The user denied access.", "Ask the user again, if that is wanted."),
    "parameter_absent": (
        "The provider expects a parameter that it did not receive: {}.",
        "Send it where the provider reads it, which is the Authorization header for most.",
    ),
    "parameter_rejected": (
        "The provider does not accept a parameter: {}.",
        "Leave it out, or send it as the provider's documentation has it.",
    ),
    "signature_method_rejected": (
        "The provider does not accept the signature method.",
        "Sign by another one: HMAC-SHA1 is what most providers accept.",
    ),
    "version_rejected": (
        "The provider does not accept this version of OAuth.",
        "OAuth 1.0a keeps the version 1.0, or leaves oauth_version out.",
    ),
}
_NAMES = {"timestamp_refused": "clock"}


def reported_cause(problem: Problem | None) -> Cause | None:
    """Return what a code means; None where there is none, or one that leaves the cause open."""
    if problem not in _MEANINGS:
        return None
    code = str(problem)
    summary, advice = _MEANINGS[code]
    listed = named([escape(name) for name in _names_in(problem)])
    summary = summary.replace(": {}", f": {listed}" if listed else "")
    return Cause(_NAMES.get(code, code.replace("_", "-")), summary, advice)


def _names_in(problem: Problem) -> list[str]:
    return [*problem.parameters_absent, *[name for name, _ in problem.parameters_rejected]]
