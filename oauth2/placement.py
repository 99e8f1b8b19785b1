"""Where OAuth parameters may go, and with which realm (RFC 5849 section 3.5)."""

from __future__ import annotations

__all__ = ["PLACEMENTS", "require_placement", "require_placement_of_auth", "require_realm"]

PLACEMENTS = ("header", "query", "body")

_PLACEMENTS_OF_AUTH = ("header", "query")


def require_placement(placement: object) -> None:
    """Raise ValueError for another placement than PLACEMENTS and None."""
    if placement is not None and placement not in PLACEMENTS:
        raise ValueError(f"placement: expected one of {PLACEMENTS}, got {placement!r}")


def require_placement_of_auth(placement: object) -> None:
    """Raise ValueError for another placement than those of the ``OAuth1`` of HTTP libraries.

    These send the body of a 307 on to another origin as it is.
    """
    if placement not in _PLACEMENTS_OF_AUTH:
        why = ": what is in the body would be sent on to another origin after a redirect"
        raise ValueError(
            f"placement: expected one of {_PLACEMENTS_OF_AUTH}, got {placement!r}"
            f"{why if placement == 'body' else ''}"
        )


def require_realm(realm: object) -> None:
    """Raise TypeError for another realm than str, None and False."""
    if realm is not None and realm is not False and not isinstance(realm, str):
        got = type(realm).__name__
        raise TypeError(f"realm: expected str, None or False, got {got}")
