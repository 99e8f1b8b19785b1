"""Why a request token does not wait for its user, in words that the user knows."""

from __future__ import annotations

from ..errors import Error
from ..redaction import printable
from .store import Outcome, RequestToken

__all__ = ["CannotAuthorize", "require_pending"]

_OUTCOMES = {
    Outcome.DENIED: (
        "You said no",
        "{0} gets no access. If that was a mistake, start again in {0}.",
    ),
    Outcome.EXCHANGED: (
        "This was done already",
        "You said yes, and {0} has got its access. There is nothing left to do here.",
    ),
    Outcome.TRIED_TOO_OFTEN: (
        "Too many wrong PINs",
        "{0} sent a wrong PIN too often, and gets no access this way. Start again in {0}.",
    ),
}


class CannotAuthorize(Error):
    """A user cannot answer for this request token; ``title`` and message are for the user."""

    problem = "token_rejected"
    status = 401
    title = "This link does not work"


def require_pending(token: RequestToken | None, now: int) -> RequestToken:
    """Return a request token that waits for its user, or raise CannotAuthorize."""
    if token is None:
        raise CannotAuthorize(
            "It may be old, or was copied only in part. Start again in the application."
        )
    name = printable(token.consumer)
    if token.outcome is not None:
        title, text = _OUTCOMES[token.outcome]
        raise CannotAuthorize(text.format(name), title=title)
    if token.verifier is not None:
        raise CannotAuthorize(
            f"Go back to {name}. If it does not know yet, start again there.",
            title="You said yes already",
        )
    if token.expires <= now:
        raise CannotAuthorize(
            f"It was good for ten minutes. Start again in {name}.",
            title="This link is too old",
            problem="token_expired",
        )
    return token
