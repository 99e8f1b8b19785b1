"""What a refusal tells of the provider's clock."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime, formatdate
from typing import Any

import pytest

from oauth2.clock import ClockGap, clock_gap

SENT = 1_700_000_000
AHEAD = 4000
THEIRS = SENT + AHEAD
YEAR = 365 * 24 * 3600
DATE = {"date": formatdate(THEIRS, usegmt=True)}
STATED = ClockGap(AHEAD, is_stated=True)
SHOWN = ClockGap(AHEAD, is_stated=False)


def gap(status: int, headers: dict[str, str], body: str) -> ClockGap | None:
    """Read a refusal of a request that was signed and answered at the same second."""
    return clock_gap(status, headers, body.encode(), SENT, SENT)


@pytest.mark.parametrize(
    "body",
    [
        f"oauth_timestamp is too far away; it is now {THEIRS}, you sent {SENT}, {AHEAD} seconds",
        f"Error: Expired timestamp, yours {SENT}, ours {THEIRS}",
        f"Timestamp {SENT} is out of range {THEIRS - 300} to {THEIRS + 300}",
        json.dumps({"error": {"reason": "invalid_timestamp", "yours": SENT, "ours": THEIRS}}),
        f"<p>oauth_problem=timestamp_refused</p><p>{SENT} is not {THEIRS}</p>",
        f"oauth_problem=timestamp_refused, oauth_acceptable_timestamps={THEIRS}-{THEIRS}",
        f'OAuth oauth_problem="timestamp_refused", oauth_acceptable_timestamps="{THEIRS}-{THEIRS}"',
    ],
)
@pytest.mark.parametrize("status", [200, 400, 401, 403, 500])
def test_a_refused_timestamp_is_stated_in_words(body: str, status: int) -> None:
    """A provider's own words are enough, whatever the status."""
    assert gap(status, {}, body) == STATED


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no",
        '{"errors":[{"code":135,"message":"Timestamp out of bounds."}]}',
        "oauth_problem=parameter_rejected&oauth_parameters_rejected=oauth_timestamp%3D1",
        "oauth_problem=The%20oauth_timestamp%20is%20incorrect.",
        f"your request of {SENT}",
        f"the numbers {SENT}, {THEIRS}, {THEIRS + 1} and {THEIRS + 2}",
        f"the numbers {SENT}, {THEIRS} and {THEIRS + 2 * 24 * 3600}",
    ],
)
@pytest.mark.parametrize(
    ("status", "expected"), [(400, SHOWN), (401, SHOWN), (403, SHOWN), (404, None), (200, None)]
)
def test_a_clock_is_shown_by_the_date_of_a_refusal(
    body: str, status: int, expected: ClockGap | None
) -> None:
    """Whatever it says, unless it names another reason; other statuses refuse nothing."""
    assert gap(status, DATE, body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "oauth_problem=nonce_used",
        "oauth_problem=signature_invalid&debug_sbs=oauth_timestamp%3D1700000000",
        "<h1>oauth_problem=token_rejected</h1>",
    ],
)
def test_another_reason_is_not_taken_for_the_clock(body: str) -> None:
    """A second request would not help."""
    assert gap(401, DATE, body) is None


def test_numbers_go_before_the_date() -> None:
    """The clock of the application may be another than that of the server before it."""
    body = f"at {THEIRS}, not {SENT}"
    assert gap(401, {"date": formatdate(SENT + 9999, usegmt=True)}, body) == SHOWN
    assert gap(404, DATE, body) is None


def test_the_date_is_taken_where_it_is_between_two_numbers() -> None:
    """They are the ends of a range, of which the middle is but a guess."""
    body = f"timestamp out of range: {SENT}, expected {THEIRS - 900} to {THEIRS + 100}"
    assert gap(401, DATE, body) == STATED
    assert gap(401, {}, body) == ClockGap(AHEAD - 400, is_stated=True)


@pytest.mark.parametrize(
    ("seconds", "is_believed"),
    [
        (60, False),
        (-60, False),
        (61, True),
        (-61, True),
        (10 * YEAR, True),
        (10 * YEAR + 1, False),
        (-10 * YEAR - 1, False),
    ],
)
def test_a_date_is_believed_from_a_minute_to_ten_years(seconds: int, is_believed: bool) -> None:
    """A nearer clock is no reason to refuse, and one that is further off is no clock."""
    expected = ClockGap(seconds, is_stated=False) if is_believed else None
    assert gap(401, {"date": formatdate(SENT + seconds, usegmt=True)}, "") == expected


@pytest.mark.parametrize(
    ("seconds", "is_believed"),
    [(1, True), (-SENT, True), (100 * YEAR, True), (100 * YEAR + 1, False), (10**14, False)],
)
def test_what_is_stated_is_believed_within_a_century(seconds: int, is_believed: bool) -> None:
    """A machine without a clock of its own starts in 1970."""
    time = SENT + seconds
    body = f"oauth_problem=timestamp_refused&oauth_acceptable_timestamps={time}-{time}"
    assert gap(401, {}, body) == (ClockGap(seconds, is_stated=True) if is_believed else None)


def test_a_date_has_a_time_zone() -> None:
    """RFC 9110 has GMT alone, but not all servers have read it."""
    there = datetime.fromtimestamp(THEIRS, timezone(timedelta(hours=2)))
    date = format_datetime(there)
    assert date.endswith(" +0200")
    assert gap(401, {"date": date}, "") == SHOWN


@pytest.mark.parametrize(
    "date",
    [
        "Tue, 14 Nov 2023 22:13:20 +" + "9" * 30,
        "Tue, 14 Nov 2023 22:13:20 +9999",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Tue, 14 Nov 99999999999 22:13:20 GMT",
        "9" * 5000,
        ", " * 2000,
        " ",
        "\x80",
        "",
    ],
    ids=range(9),
)
@pytest.mark.parametrize("body", ["", "oauth_problem=timestamp_refused", "Expired timestamp"])
def test_a_hostile_date_tells_nothing(date: str, body: str) -> None:
    """It raises no error either."""
    assert gap(401, {"date": date}, body) is None


@pytest.mark.parametrize("number", ["9" * 11, "9" * 4000, "1" + "0" * 15, "-5", "1e300"])
def test_a_hostile_number_tells_nothing(number: str) -> None:
    """Neither beside our timestamp, nor as what would be accepted."""
    texts: list[Any] = [
        f"Expired timestamp, yours {SENT}, ours {number}",
        f"oauth_problem=timestamp_refused&oauth_acceptable_timestamps={number}-{number}",
    ]
    assert [gap(401, {}, body) for body in texts] == [None, None]
