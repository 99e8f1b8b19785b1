"""Why the parameters of two signature base strings differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ..encoding import unescape
from .alignment import Values, fully_decoded, paired_by
from .basestring import BaseString
from .causes import SIDES, Cause, named
from .misencoding import misencoding
from .missing_parameters import Pair, missing_causes

__all__ = ["ORDERS", "SORTING", "Order", "clock_causes", "parameter_causes"]

_MAX_SKEW = 300  # seconds: what most providers allow, and the default of Server
_is_seconds = re.compile(r"[0-9]{1,15}").fullmatch

SORTING = "Encode names and values first; then sort by name, and by value within a name."


class Order(NamedTuple):
    """A wrong order: ``key`` sorts encoded pairs so; ``has`` completes "You have" and "with"."""

    code: str
    key: Callable[[Pair], Any]
    has: str


# How others sort, beside the right way: by encoded name, then by encoded value.
ORDERS = (
    Order(
        "sorted-before-encoding",
        lambda pair: (unescape(pair[0]), unescape(pair[1])),
        "the parameters sorted before they were encoded",
    ),
    Order(
        "sorted-as-joined",
        lambda pair: "=".join(pair),
        "the parameters sorted as name=value, in which = counts",
    ),
    Order(
        "sorted-without-case",
        lambda pair: (pair[0].lower(), pair[1].lower()),
        "the parameters sorted as if upper and lower case were the same",
    ),
    Order("sorted-by-name-alone", lambda pair: pair[0], "the values of one name not sorted"),
    Order("not-sorted", lambda pair: 0, "the parameters not sorted"),
)


def _order_causes(ours: BaseString, theirs: BaseString) -> Iterator[Cause]:
    """Explain another order than that of RFC 5849 section 3.4.1.3.2."""
    if ours.parameters == theirs.parameters:
        return
    for side, base in zip(SIDES, (ours, theirs)):
        pairs = list(base.parameters)
        if pairs != sorted(pairs):
            order = next(each for each in ORDERS if pairs == sorted(pairs, key=each.key))
            yield Cause(order.code, f"{side} {order.has}.", SORTING)


def parameter_causes(
    ours: BaseString, theirs: BaseString, aligned: list[tuple[str, Values]]
) -> Iterator[Cause]:
    """Explain the differences of two lists of parameters; ``aligned`` is what `align` says."""
    yield from _order_causes(ours, theirs)
    ours_only, theirs_only, compared, common = [], [], [], set()
    for name, (mine, other) in aligned:
        if other is None:
            ours_only.append((name, mine or ""))
        elif mine is None:
            theirs_only.append((name, other))
        else:
            common.add(name)
            compared.append((name, mine, other))
    renamed, ours_only, theirs_only = paired_by(_decoded_name, ours_only, theirs_only)
    for (our_name, mine), (their_name, other) in renamed:
        name = fully_decoded(our_name)
        compared += [(name, *pair) for pair in ((our_name, their_name), (mine, other))]
    yield from _value_causes(compared)
    yield from missing_causes(ours_only, theirs_only, common, theirs.method.upper())


def _decoded_name(pair: Pair) -> str:
    return fully_decoded(pair[0])


def _value_causes(compared: list[tuple[str, str, str]]) -> Iterator[Cause]:
    """Explain values, or names, that differ; those of one cause together."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for name, mine, other in compared:
        if mine == other:
            continue
        found = misencoding(mine, other)
        if found:
            way, wrong = found
            key = way.code, f"{SIDES[wrong]} {way.has} {{}}.", way.advice
        else:
            key = _OTHER_VALUES.get(name, _OTHER_VALUE)
        groups.setdefault(key, []).append(name)
    for (code, summary, advice), names in groups.items():
        yield Cause(code, summary.replace("{}", named(names)), advice)


_ANOTHER_REQUEST = (
    "another-request",
    "Yours and the provider's {} differ: these are two requests.",
    "Compare the base strings of one and the same request: each has a new nonce and timestamp.",
)
_OTHER_VALUE = (
    "other-value",
    "Yours and the provider's {} differ.",
    "Sign the value that is sent; something between may have changed it.",
)
_OTHER_VALUES = {
    "oauth_nonce": _ANOTHER_REQUEST,
    "oauth_timestamp": _ANOTHER_REQUEST,
    "oauth_body_hash": (
        "other-body",
        _OTHER_VALUE[1],
        "Hash the octets that are sent, with the hash of the signature method; something between"
        " may have changed the body.",
    ),
    "oauth_consumer_key": (
        "other-consumer",
        _OTHER_VALUE[1],
        "Sign and send one consumer key; its secret belongs to it alone.",
    ),
    "oauth_token": (
        "other-token",
        _OTHER_VALUE[1],
        "Sign and send one token: the access token, once there is one, not the request token.",
    ),
    "oauth_signature_method": (
        "other-signature-method",
        _OTHER_VALUE[1],
        "Sign with the signature method that the request names.",
    ),
}


def clock_causes(
    ours: BaseString, theirs: BaseString, now: int | None, their_time: int | None = None
) -> Iterator[Cause]:
    """Explain timestamps more than 300 seconds apart, or as far from a clock; all in seconds.

    ``now`` is the present time; ``their_time``, what the provider says it is, counts more.
    """
    mine, other = (dict(base.parameters).get("oauth_timestamp", "") for base in (ours, theirs))
    advice = "Set the clock, or sign with the provider's time; a timestamp is seconds since 1970."
    clock, of = (now, "present time") if their_time is None else (their_time, "provider's clock")
    if _is_seconds(mine) and _is_seconds(other) and abs(int(mine) - int(other)) > _MAX_SKEW:
        apart = abs(int(mine) - int(other))
        summary = f"The timestamps {mine} and {other} are {apart} seconds apart."
        yield Cause("clock", summary, advice)
    elif clock is not None and _is_seconds(mine) and abs(int(mine) - clock) > _MAX_SKEW:
        where = "behind" if int(mine) < clock else "ahead of"
        summary = f"The timestamp {mine} is {abs(int(mine) - clock)} seconds {where} the {of}."
        unless = "" if their_time else "Unless it was sent that long ago: "
        yield Cause("clock", summary, f"{unless}{advice}")
