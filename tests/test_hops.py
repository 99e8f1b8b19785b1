"""What a leg sends, without any library that would send it."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from granting import CONSUMER, CONSUMER_SECRET, form, token_answer

import oauth2
from oauth2.hops import Hop, Hops
from oauth2.legs import Leg
from oauth2.received import Answer, Gathering, Response

URL = "http://a.example/request"
LEG = Leg("request token", "GET", URL, CONSUMER, None, {})


def walk(hops: Hops, *answers: Answer, leg: Leg = LEG) -> tuple[list[Hop], Any]:
    """Answer one request after the other; return what was sent, and the token or the error."""
    sent: list[Hop] = []
    walking = hops.walk(leg, lambda url: url)
    try:
        sent.append(next(walking))
        for answer in answers:
            sent.append(walking.send(answer))
    except StopIteration as end:
        return sent, end.value
    except oauth2.TokenRequestError as error:
        return sent, error
    return sent, None


def moved(status: int = 302) -> Answer:
    """Redirect to another place of the provider."""
    return Answer(Response(status, "Moved", [("Location", "/there")]))


def answered(status: int, answer: Any) -> Answer:
    """Return what a provider of these tests would answer."""
    return Answer(Response(status, "Scripted"), answer.body)


def test_a_leg_is_one_request_and_one_answer() -> None:
    """The token is what the generator returns."""
    sent, token = walk(Hops(), answered(200, token_answer("t")))
    assert token.key == "t"
    assert [(hop.outgoing.method, hop.outgoing.uri, hop.outgoing.body) for hop in sent] == [
        ("GET", URL, b"")
    ]
    assert 29 < sent[0].seconds <= 30


def test_a_clock_that_does_not_help_is_not_kept() -> None:
    """It is tried once, and the next leg begins as this one did."""
    refused = form(401, oauth_problem="timestamp_refused", oauth_acceptable_timestamps="9-11")
    hops = Hops()
    sent, error = walk(hops, answered(401, refused), answered(401, refused))
    assert (len(sent), error.problem, hops.clock_offset) == (2, "timestamp_refused", 0)


def test_no_answer_by_the_other_clock_does_not_keep_it() -> None:
    """Whether it is right has not been told."""
    refused = form(401, oauth_problem="timestamp_refused", oauth_acceptable_timestamps="9-11")
    hops = Hops()
    sent, error = walk(hops, answered(401, refused), Answer.missing("hung up"))
    assert (len(sent), hops.clock_offset) == (2, 0)
    assert "no answer: hung up" in str(error)


def test_nothing_is_sent_when_no_time_is_left(monotonic: list[float]) -> None:
    """It was spent on the answer that redirects."""
    walking = Hops(seconds=2).walk(LEG, lambda url: url)
    assert next(walking).seconds == 2
    monotonic[0] += 2
    with pytest.raises(oauth2.TokenRequestError, match=r"timed out: not whole after 2 seconds\.$"):
        walking.send(moved())


def test_what_failed_when_the_time_was_over_is_late(monotonic: list[float]) -> None:
    """Whatever the library called it."""
    walking = Hops(seconds=2).walk(LEG, lambda url: url)
    next(walking)
    monotonic[0] += 2.5
    with pytest.raises(oauth2.TokenRequestError, match="timed out: not whole after 2 seconds"):
        walking.send(Answer.missing("ReadTimeout: timed out"))


@pytest.mark.parametrize(("status", "method"), [(301, "POST"), (302, "POST"), (307, "POST")])
def test_a_post_is_not_redirected_by_what_is_for_a_get(status: int, method: str) -> None:
    """As httplib2 has it."""
    sent, error = walk(Hops(), moved(status), leg=LEG._replace(method=method))
    assert len(sent) == 1
    assert "it redirects to /there" in str(error)


@pytest.mark.parametrize(
    ("status", "method", "followed"),
    [(303, "POST", "GET"), (308, "POST", "POST"), (301, "GET", "GET"), (307, "GET", "GET")],
)
def test_a_redirect_is_followed_by_its_method(status: int, method: str, followed: str) -> None:
    """The form goes along where the method stays."""
    leg = LEG._replace(method=method, parameters={"scope": "a"})
    sent, _ = walk(Hops(), moved(status), leg=leg)
    outgoing = sent[1].outgoing
    assert (outgoing.method, outgoing.uri) == (followed, "http://a.example/there")
    assert outgoing.body == (b"scope=a" if followed == "POST" else b"")
    assert "Content-Type" not in outgoing.headers or followed == "POST"


def test_five_redirects_are_followed() -> None:
    """As many as httplib2 follows."""
    sent, error = walk(Hops(), *[moved() for _ in range(6)])
    assert len(sent) == 6
    assert "Redirected more times than redirection_limit allows." in str(error)
    assert CONSUMER_SECRET not in str(error)


@pytest.mark.parametrize(
    ("coding", "content"),
    [
        ("gzip", b"no gzip"),
        ("gzip", gzip.compress(b"whole", mtime=0)[:-4]),
        ("deflate", b"no zlib"),
        ("br", b"whatever"),
        ("gzip, br", gzip.compress(b"whole", mtime=0)),
    ],
)
def test_content_that_cannot_be_decoded_counts_for_nothing(coding: str, content: bytes) -> None:
    """The response is there all the same."""
    gathering = Gathering(Response(200, "OK", [("Content-Encoding", coding)]))
    gathering.add(content)
    answer = gathering.answer()
    assert (answer.response is None, answer.content) == (False, b"")
    assert answer.failure.endswith("but failed to decompress.")


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "identity, gzip", "gzip,", ", gzip"])
def test_codings_are_taken_off_in_their_order(coding: str) -> None:
    """The last one first; their names are in any case."""
    gathering = Gathering(Response(200, "OK", [("content-encoding", coding)]))
    gathering.add(gzip.compress(b"whole"))
    assert gathering.answer().content == b"whole"


def test_no_content_needs_no_decoding() -> None:
    """Whatever its header says."""
    answer = Gathering(Response(204, "", [("Content-Encoding", "gzip")])).answer()
    assert (answer.content, answer.failure) == (b"", "")
