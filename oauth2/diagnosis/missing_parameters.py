"""Why a parameter is in one signature base string and not in the other."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from typing import NamedTuple

from .alignment import fully_decoded
from .causes import Cause, named

__all__ = ["Pair", "missing_causes"]

Pair = tuple[str, str]

_ALONE = ("You have {}, the provider has not", "The provider has {}, you have not")
_MORE_OFTEN = (
    "You have {} more often than the provider",
    "The provider has {} more often than you",
)
_WITH_BODY = ("POST", "PUT", "PATCH", "DELETE")


class _OneSided(NamedTuple):
    """What it means that only one side has a parameter: ``fits(name, value, method)``.

    ``advice_ours`` is for a parameter that only you have, ``advice_theirs`` for one that
    only the provider has.
    """

    code: str
    fits: Callable[[str, str, str], bool]
    note: str
    advice_ours: str
    advice_theirs: str


def _is(*names: str) -> Callable[[str, str, str], bool]:
    return lambda name, value, method: name in names


_ONE_SIDED = (
    _OneSided(
        "secret-as-parameter",
        _is("oauth_consumer_secret", "oauth_token_secret"),
        "a secret is part of the key and not a parameter",
        "Take it out, and have a new one made where it was sent.",
        "Have a new one made, as it was sent.",
    ),
    _OneSided(
        "oauth-signature",
        _is("oauth_signature"),
        "the signature is not signed itself",
        "Leave oauth_signature out of the base string.",
        "The provider should leave it out: send OAuth parameters in the Authorization header.",
    ),
    _OneSided(
        "realm",
        _is("realm"),
        "the realm of the Authorization header is not signed",
        "Leave the realm out of the base string.",
        "Send no realm; or sign it, where it is a parameter of the query or the form.",
    ),
    _OneSided(
        "oauth-body-hash",
        _is("oauth_body_hash"),
        "not every provider knows the body hash extension",
        "Sign with include_body_hash=False.",
        "Sign with oauth_body_hash; it belongs to a body that is not a form.",
    ),
    _OneSided(
        "oauth-token",
        _is("oauth_token"),
        "the token is signed where it is sent",
        "Send the token; or sign without one, and without an empty one, if there is none yet.",
        "Sign with the token that is sent, also where it is empty.",
    ),
    _OneSided(
        "oauth-verifier",
        _is("oauth_verifier"),
        "the verifier belongs to the call that fetches the access token",
        "Send oauth_verifier with the other OAuth parameters, and with no other call.",
        "Sign with the verifier that the user brought back: token.set_verifier(...).",
    ),
    _OneSided(
        "oauth-callback",
        _is("oauth_callback"),
        "the callback belongs to the call that fetches the request token",
        "Send oauth_callback with the other OAuth parameters; a provider of OAuth 1.0 wants it on"
        " the authorize URL instead.",
        "Sign with oauth_callback, which is oob where there is no URL to redirect to.",
    ),
    _OneSided(
        "json-body",
        lambda name, value, method: fully_decoded(name)[:1] in ("{", "["),
        "only a form body is signed pair by pair",
        "Leave the body out of the parameters, and send its own Content-Type.",
        "Send the body with its own Content-Type, not that of a form.",
    ),
    _OneSided(
        "empty-value",
        lambda name, value, method: not value,
        "a parameter without a value is signed, too",
        "Leave the parameter out of the request, or have it counted.",
        "Sign parameters with an empty value as name=.",
    ),
    _OneSided(
        "form-parameter",
        lambda name, value, method: not name.startswith("oauth_") and method in _WITH_BODY,
        "a form counts where Content-Type is application/x-www-form-urlencoded, and nowhere else",
        "Send that Content-Type with a form; leave the parameters of any other body unsigned.",
        "Sign the pairs of a form body and those of the query, as both are sent.",
    ),
    _OneSided(
        "missing-parameter",
        lambda name, value, method: True,
        "what is sent is what must be signed",
        "Send it as it was signed; something between may have dropped it.",
        "Sign it, too: it is in the query, or something between has added it.",
    ),
)
_REPEATED = _OneSided(
    "repeated-parameter",
    _is(),
    "each pair counts, also those of one name",
    "Send one pair of that name, or have all of them counted.",
    "Sign all pairs of that name that are sent.",
)


def missing_causes(
    ours_only: list[Pair], theirs_only: list[Pair], common: Container[str], method: str
) -> Iterator[Cause]:
    """Explain the pairs that one side has alone; ``common`` are the names that both have."""
    for side, pairs in enumerate((ours_only, theirs_only)):
        groups: dict[_OneSided, list[str]] = {}
        for name, value in pairs:
            fits = (known for known in _ONE_SIDED if known.fits(name, value, method))
            reason = _REPEATED if name in common else next(fits)
            label = "a JSON body" if reason.code == "json-body" else name
            groups.setdefault(reason, []).append(label)
        for reason, names in groups.items():
            has = (_MORE_OFTEN if reason is _REPEATED else _ALONE)[side].format(named(names))
            advice = (reason.advice_ours, reason.advice_theirs)[side]
            yield Cause(reason.code, f"{has}: {reason.note}.", advice)
