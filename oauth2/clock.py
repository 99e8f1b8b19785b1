"""The provider's clock, as far as its refusal of a request tells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from .problems import Problem, problem, text

__all__ = [
    "CLOCK_SKEWS",
    "MOST_STATED",
    "REFUSALS",
    "ClockGap",
    "clock_gap",
    "provider_time",
    "require_clock_skew",
]

CLOCK_SKEWS = (None, "learn")

# Statuses by which a request is refused that came at the wrong time. Few providers say so.
REFUSALS = (400, 401, 403)

_YEAR = 365 * 24 * 3600
# By how much another clock may be wrong or ahead: a machine without a clock of its own starts
# in 1970, so what is said of timestamps is believed within a century. A Date alone is weaker.
MOST_STATED = 100 * _YEAR
_MOST_SHOWN = 10 * _YEAR
_LEAST_SHOWN = 60  # seconds: all providers allow as much, so that a nearer clock is no reason
_WIDEST_RANGE = 24 * 3600  # seconds: two numbers further apart are not the ends of a range
_SEARCHED = 100_000  # characters: no refusal is longer, and data of megabytes takes long to search
# Codes of Problem Reporting that leave it open whether the timestamp is meant.
_MAY_MEAN_TIMESTAMP = ("timestamp_refused", "parameter_rejected")
# Seconds since 1970, of any time since 1973.
_times = re.compile(r"\b\d{9,11}\b").findall
_says_refused = re.compile(
    r"(?:expired|invalid|incorrect|wrong|old|stale|refused|rejected)[\W_]{1,3}(?:oauth_)?timestamp"
    r"|timestamp\b.{0,40}?(?:expired|invalid|incorrect|too (?:far|old)|refused|rejected|out of)",
    re.I,
).search


class ClockGap(NamedTuple):
    """How many ``seconds`` (int) the provider's clock is ahead of the one that signed.

    ``is_stated`` where the provider says that it refused the timestamp; else the gap is what
    its Date shows.
    """

    seconds: int
    is_stated: bool


def require_clock_skew(clock_skew: object) -> None:
    """Raise ValueError for what is not one of ``CLOCK_SKEWS``."""
    if clock_skew not in CLOCK_SKEWS:
        raise ValueError(f"clock_skew: expected one of {CLOCK_SKEWS}, got {clock_skew!r}")


def clock_gap(
    status: int, headers: Mapping[str, str], content: bytes, timestamp: int, now: int
) -> ClockGap | None:
    """Return the gap between two clocks, where it may be why a request was refused; else None.

    ``timestamp`` is the one that was sent, ``now`` the time of the clock that it was taken from
    (both int seconds since 1970). ``headers`` has names in lower case. What is too far off to
    be true tells nothing.
    """
    reported, date = problem(headers, content), _date(headers)
    body = text(headers, content)[:_SEARCHED]
    beside_ours = _time_beside(body, timestamp, date)
    stated = _stated_time(reported, date)
    if stated is None and (reported == "timestamp_refused" or _says_refused(body)):
        stated = beside_ours
    if stated is not None:
        seconds = stated - now
        return ClockGap(seconds, True) if abs(seconds) <= MOST_STATED else None
    if status not in REFUSALS or _names_another_cause(reported):
        return None
    shown = date if beside_ours is None else beside_ours
    seconds = 0 if shown is None else shown - now
    return ClockGap(seconds, False) if _LEAST_SHOWN < abs(seconds) <= _MOST_SHOWN else None


def provider_time(headers: Mapping[str, str], content: bytes) -> int | None:
    """Return the provider's time (int seconds since 1970) when it reports timestamp_refused.

    That is its Date header, unless it says that it accepts other times: then the middle
    of those. None for another response, or one that tells no time.
    """
    return _stated_time(problem(headers, content), _date(headers))


def _stated_time(reported: Problem | None, date: int | None) -> int | None:
    if reported != "timestamp_refused":
        return None
    return (
        _within(*reported.acceptable_timestamps, date) if reported.acceptable_timestamps else date
    )


def _names_another_cause(reported: Problem | None) -> bool:
    return bool(reported and reported.is_code) and reported not in _MAY_MEAN_TIMESTAMP


def _time_beside(body: str, timestamp: int, date: int | None) -> int | None:
    """Return the time that a body has beside our timestamp, or the middle of two; else None."""
    times = set(map(int, _times(body)))
    if timestamp not in times:
        return None
    others = sorted(time for time in times if time != timestamp)
    if not 1 <= len(others) <= 2 or others[-1] - others[0] > _WIDEST_RANGE:
        return None
    return _within(others[0], others[-1], date)


def _within(first: int, last: int, date: int | None) -> int:
    """Return the Date where it is within a range, else the middle of that."""
    return date if date is not None and first <= date <= last else (first + last) // 2


def _date(headers: Mapping[str, str]) -> int | None:
    try:
        stated = parsedate_to_datetime(headers["date"])
        zoned = stated if stated.tzinfo else stated.replace(tzinfo=timezone.utc)
        return int(zoned.timestamp())
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
