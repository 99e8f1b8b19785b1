"""A clock that goes wrong, and the one retry by which a Client learns the provider's."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from known import CONSUMER, FORM
from wire import (
    KEYS,
    Answer,
    Origin,
    Received,
    assert_fresh_nonces,
    assert_signed,
    assert_unsigned,
    redirect,
)

import oauth2

YEAR = 365 * 24 * 3600
REFUSED = {"oauth_problem": "timestamp_refused"}


class Clock:
    """Answers by a clock that is ``offset`` seconds before ours, and tells it as it is told to."""

    def __init__(self, offset: int, tell: Callable[[int], Answer]) -> None:
        self.offset = offset
        self.tell = tell

    def __call__(self, received: Received) -> Answer:
        now = int(time.time()) + self.offset
        is_near = abs(int(received.oauth("oauth_timestamp") or 0) - now) <= 300
        if is_near:
            return Answer(body=b"welcome")
        answer = self.tell(now)
        sent = (received.oauth("oauth_timestamp") or "").encode()
        return answer._replace(body=answer.body.replace(b"you sent ", b"you sent " + sent))


def by_range(now: int) -> Answer:
    """Tell what would be accepted, in the body."""
    told = {**REFUSED, "oauth_acceptable_timestamps": f"{now - 300}-{now + 300}"}
    return Answer(401, {"Content-Type": FORM}, urlencode(told).encode())


def by_challenge(now: int) -> Answer:
    """Tell it in the challenge, beside another one."""
    pairs = f'oauth_problem="timestamp_refused", oauth_acceptable_timestamps="{now}-{now}"'
    return Answer(401, {"WWW-Authenticate": f'Basic realm="b", OAuth realm="r", {pairs}'}, b"")


def by_date(now: int) -> Answer:
    """Tell that a timestamp is refused, and the time by the Date header alone."""
    return Answer(401, {"Date": formatdate(now, usegmt=True)}, urlencode(REFUSED).encode())


def in_words(now: int) -> Answer:
    """Refuse in plain words, with both times."""
    return Answer(403, {"Content-Type": "text/plain"}, f"now {now}, you sent ".encode())


def by_code(now: int) -> Answer:
    """Refuse with a code of one's own, and the time in the Date header alone."""
    return Answer(400, {"Date": formatdate(now, usegmt=True)}, b'{"errors":[{"code":135}]}')


def by_nothing(now: int) -> Answer:
    """Tell no time."""
    return Answer(401, {}, urlencode(REFUSED).encode())


@pytest.fixture
def make_client(make_client: Callable[..., Any]) -> Callable[..., Any]:
    """Make clients that learn, with OAuth in the header."""

    def make(clock_skew: str | None = "learn", **options: Any) -> Any:
        return make_client(**{"clock_skew": clock_skew, "placement": "header", **options})

    return make


@pytest.mark.parametrize("tell", [by_range, by_challenge, by_date, in_words, by_code])
@pytest.mark.parametrize("offset", [-YEAR, -3600, 3600, YEAR])
@pytest.mark.parametrize("placement", [None, "header", "query"])
def test_the_clock_of_the_provider_is_learned(
    origin: Origin, make_client: Any, tell: Any, offset: int, placement: str | None
) -> None:
    """The request is sent once more, with a new nonce; the offset is kept, and can be read."""
    origin.script["/r"] = Clock(offset, tell)
    client = make_client(placement=placement)
    assert client.clock_offset == 0
    assert client.request(f"{origin.url}/r?a=b")[1] == b"welcome"
    assert len(origin.received) == 2
    assert client.request(f"{origin.url}/r")[1] == b"welcome"
    assert len(origin.received) == 3
    assert abs(client.clock_offset - offset) <= 5
    assert_fresh_nonces(*origin.received)
    for received in origin.received:
        assert_signed(received, KEYS, oauthlib=received is origin.received[0])


@pytest.mark.parametrize(
    "answer",
    [
        by_nothing(0),
        Answer(401, {"Date": "some day"}, urlencode(REFUSED).encode()),
        Answer(401, {"Date": formatdate(0)}, b"oauth_problem=nonce_used"),
        Answer(401, {"Date": formatdate(0), "WWW-Authenticate": "OAuth"}, b""),
        Answer(401, {"Date": formatdate(1_600_000_000)}, b"oauth_problem=nonce_used"),
        Answer(404, {"Date": formatdate(1_600_000_000)}, b"no"),
        Answer(200, {"Date": formatdate(0)}, b"ok"),
    ],
    ids=[
        *("no time", "no date", "another problem", "a bare challenge"),
        *("another problem of a wrong clock", "not found", "success"),
    ],
)
def test_nothing_is_learned_from(origin: Origin, make_client: Any, answer: Answer) -> None:
    """Without a refused timestamp and a time the answer is handed on."""
    origin.script["/r"] = answer
    client = make_client()
    response, content = client.request(f"{origin.url}/r")
    assert (response.status, content) == (answer.status, answer.body)
    assert (len(origin.received), client.clock_offset) == (1, 0)


def test_it_is_tried_once_more_and_not_again(origin: Origin, make_client: Any) -> None:
    """A provider that refuses every timestamp is left alone, and its time forgotten."""
    origin.script["/r"] = by_range(1_000_000)
    client = make_client()
    response, _ = client.request(f"{origin.url}/r")
    assert (response.status, len(origin.received)) == (401, 2)
    assert client.clock_offset == 0


def test_a_client_does_not_learn_unless_it_is_told_to(origin: Origin, make_client: Any) -> None:
    """One answer is enough for who looks after the clock by other means."""
    origin.script["/r"] = by_range(1_000_000)
    client = make_client(clock_skew=None)
    assert client.request(f"{origin.url}/r")[0].status == 401
    assert (len(origin.received), client.clock_offset) == (1, 0)


def test_an_offset_that_is_known_may_be_set(origin: Origin, make_client: Any) -> None:
    """And is used, whether the client learns or not."""
    origin.script["/r"] = Clock(YEAR, by_nothing)
    client = make_client(clock_skew=None)
    client.clock_offset = YEAR
    assert client.request(f"{origin.url}/r")[1] == b"welcome"
    assert len(origin.received) == 1


@pytest.mark.parametrize("clock_skew", ["", "Learn", True, 300])
def test_another_clock_skew_is_refused(clock_skew: Any) -> None:
    """There is one word for it."""
    with pytest.raises(ValueError, match=r"^clock_skew: expected one of \(None, 'learn'\), got "):
        oauth2.Client(CONSUMER, clock_skew=clock_skew)


@pytest.mark.parametrize("place", ["parameters", "form"])
def test_a_timestamp_of_the_callers_own_stays(origin: Origin, make_client: Any, place: str) -> None:
    """Who fixes it does not want another one sent."""
    origin.script["/r"] = by_range(1_000_000)
    fixed = {"oauth_timestamp": "1700000000"}
    given = {"parameters": fixed} if place == "parameters" else {"body": urlencode(fixed)}
    client = make_client(placement="body")
    client.request(f"{origin.url}/r", "POST", headers={"Content-Type": FORM}, **given)
    assert (len(origin.received), client.clock_offset) == (1, 0)
    assert origin.last.oauth("oauth_timestamp") == "1700000000"


# Redirects


def test_a_stranger_is_not_asked_for_the_time(origin: Origin, make_client: Any) -> None:
    """Another origin, to which a redirect leads, has no say."""
    origin.script["/r"] = redirect(302, f"{origin.named_url}/there")
    origin.script["/there"] = by_range(1_000_000)
    client = make_client()
    assert client.request(f"{origin.url}/r")[0].status == 401
    assert (len(origin.received), client.clock_offset) == (2, 0)
    assert_unsigned(origin.last)


def test_the_same_origin_is_asked_after_a_redirect(origin: Origin, make_client: Any) -> None:
    """The hop is sent once more, and not the request that led to it."""
    origin.script["/r"] = redirect(302, "/there")
    origin.script["/there"] = Clock(YEAR, by_range)
    client = make_client()
    assert client.request(f"{origin.url}/r")[1] == b"welcome"
    assert [received.target for received in origin.received] == ["/r", "/there", "/there"]
    assert abs(client.clock_offset - YEAR) <= 5


def test_a_hop_is_tried_once_more_and_not_again(origin: Origin, make_client: Any) -> None:
    """Nor is it the first request's turn when the hop has had its own."""
    origin.script["/r"] = redirect(302, "/there")
    origin.script["/there"] = by_range(1_000_000)
    assert make_client().request(f"{origin.url}/r")[0].status == 401
    assert [received.target for received in origin.received] == ["/r", "/there", "/there"]


@pytest.mark.parametrize("hops", [1, 2])
def test_a_file_that_a_redirect_has_left_behind_is_not_rewound(
    origin: Origin, make_client: Any, hops: int
) -> None:
    """After a 303 it is a GET without a body."""
    origin.script["/0"] = redirect(303, "/1")
    origin.script["/1"] = redirect(302, "/2")
    origin.script[f"/{hops}"] = Clock(YEAR, by_range)
    headers = {"Content-Type": "application/octet-stream"}
    client = make_client()
    _, content = client.request(f"{origin.url}/0", "POST", io.BytesIO(b"abc"), headers)
    assert (content, origin.last.method, origin.last.body) == (b"welcome", "GET", b"")


# Bodies


@pytest.mark.parametrize("placement", ["header", "query", "body"])
def test_a_form_is_sent_again_whole(origin: Origin, make_client: Any, placement: str) -> None:
    """With new OAuth parameters in the place of the old ones."""
    origin.script["/r"] = Clock(YEAR, by_range)
    client = make_client(placement=placement)
    assert client.request(f"{origin.url}/r", "POST", "a=b&c=")[1] == b"welcome"
    assert [received.body[:6] for received in origin.received] == [b"a=b&c="] * 2
    for received in origin.received:
        assert received.place() == placement
        assert_signed(received, KEYS, oauthlib=received is origin.received[0])


def test_a_file_is_sent_again_from_where_it_stood(
    origin: Origin, make_client: Any, tmp_path: Path
) -> None:
    """With its body hash."""
    path = tmp_path / "upload"
    path.write_bytes(b"skipped" + b"x" * 100_000)
    origin.script["/r"] = Clock(YEAR, by_range)
    with path.open("rb") as file:
        file.seek(7)
        headers = {"Content-Type": "application/octet-stream"}
        assert make_client().request(f"{origin.url}/r", "PUT", file, headers)[1] == b"welcome"
    assert [received.body for received in origin.received] == [b"x" * 100_000] * 2
    assert_signed(origin.last, KEYS, oauthlib=False)
    assert origin.last.oauth("oauth_body_hash")


def test_a_generator_is_not_repeated_but_the_clock_is_learned(
    origin: Origin, make_client: Any
) -> None:
    """Half of a body would be worse than an error; the next request is right at once."""
    origin.script["/r"] = Clock(YEAR, by_range)
    client = make_client()
    headers = {"Content-Type": "application/octet-stream"}
    pieces = iter([b"a", b"b"])
    response, _ = client.request(f"{origin.url}/r", "POST", pieces, headers)
    assert (response.status, [received.body for received in origin.received]) == (401, [b"ab"])
    assert client.request(f"{origin.url}/r")[1] == b"welcome"
    assert len(origin.received) == 2


# What does not help


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_clock_that_does_not_help_is_forgotten(
    origin: Origin, make_client: Any, status: int
) -> None:
    """The Date of a server that refuses for another reason is tried once for each request."""
    origin.script["/r"] = Answer(status, {"Date": formatdate(time.time() + 3600)}, b"no")
    client = make_client()
    client.clock_offset = 7
    for count in (2, 4):
        assert client.request(f"{origin.url}/r")[0].status == status
        assert (len(origin.received), client.clock_offset) == (count, 7)


def test_a_second_refusal_in_words_is_no_help_whatever_its_status(
    origin: Origin, make_client: Any
) -> None:
    """As MediaWiki refuses, with status 200."""

    def answer(received: Received) -> Answer:
        sent = int(received.oauth("oauth_timestamp") or 0)
        return Answer(
            200, {}, f"Error: Expired timestamp, yours {sent}, ours {sent + 900}".encode()
        )

    origin.script["/r"] = answer
    client = make_client()
    assert client.request(f"{origin.url}/r")[0].status == 200
    assert (len(origin.received), client.clock_offset) == (2, 0)


def test_a_clock_is_forgotten_where_the_second_request_has_no_answer(
    origin: Origin, make_client: Any
) -> None:
    """The error is the caller's; nobody knows whether the clock was right."""
    answers = iter([by_code(int(time.time()) + 3600), redirect(302, "ftp://a.example/")])
    origin.script["/r"] = lambda received: next(answers)
    client = make_client()
    with pytest.raises(oauth2.RedirectRefused):
        client.request(f"{origin.url}/r")
    assert (len(origin.received), client.clock_offset) == (2, 0)


def test_a_generator_is_not_sent_again_and_a_date_alone_is_not_believed(
    origin: Origin, make_client: Any
) -> None:
    """It cannot be tried whether that clock would help."""
    origin.script["/r"] = Clock(3600, by_code)
    client = make_client()
    headers = {"Content-Type": "application/octet-stream"}
    response, _ = client.request(f"{origin.url}/r", "POST", iter([b"a"]), headers)
    assert (response.status, len(origin.received), client.clock_offset) == (400, 1, 0)


def test_a_clock_that_is_learned_is_corrected_later(origin: Origin, make_client: Any) -> None:
    """The gap is that to the clock which signed."""
    client = make_client()
    for offset in (3600, -3600):
        origin.script["/r"] = Clock(offset, by_code)
        assert client.request(f"{origin.url}/r")[1] == b"welcome"
        assert abs(client.clock_offset - offset) <= 5
    assert len(origin.received) == 4


def test_a_timestamp_in_the_url_stays(origin: Origin, make_client: Any) -> None:
    """It is the caller's own, too."""
    origin.script["/r"] = by_code(int(time.time()) + 3600)
    make_client().request(f"{origin.url}/r?oauth_timestamp=1700000000")
    assert len(origin.received) == 1
