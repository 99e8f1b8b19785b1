"""A reason that stands within a page or a line of text."""

from __future__ import annotations

import json

import pytest
from growth import assert_linear

from oauth2.clock import clock_gap
from oauth2.problems import Problem, problem

PAGE = "<!doctype html><html><head><title>HTTP Status 401</title></head><body>{}</body></html>"


@pytest.mark.parametrize(
    "body",
    [
        PAGE.format("<h1>HTTP Status 401 - oauth_problem=token_rejected</h1><p>Tomcat</p>"),
        PAGE.format("<u>oauth_problem=token_rejected.</u>"),
        PAGE.format("oauth_problem&#61;&quot;token_rejected&quot;"),
        PAGE.format("OAuth_Problem = 'token_rejected'"),
        PAGE.format("a=b&amp;oauth_problem=token_rejected&amp;c=d"),
        PAGE.format("oauth_problem=token_rejected or another oauth_problem=nonce_used"),
        "java.lang.Exception: oauth_problem=token_rejected (see the log)",
        "ERROR oauth_problem: token_rejected, status: 401",
        "oauth_problem=token_rejected, status=401",
        "oauth_problem=token_rejected\nstatus=401",
        'OAuth realm="r", oauth_problem="token_rejected"',
        json.dumps({"message": "oauth_problem=token_rejected"}),
        json.dumps({"error": {"oauth_problem": "token_rejected"}}),
        json.dumps({"fault": json.dumps({"oauth_problem": "token_rejected"})}),
        json.dumps([{"oauth_problem": "token_rejected"}]),
    ],
)
def test_a_code_is_found_within_other_text(body: str) -> None:
    """In HTML with its escapes, in a sentence, in JSON however deep; the first counts."""
    assert problem({}, body.encode()) == "token_rejected"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no",
        PAGE.format("What is an oauth_problem?"),
        PAGE.format("oauth_problem="),
        PAGE.format("oauth_problem=&quot;&quot;"),
        PAGE.format("oauth_problem=<b>bold</b>"),
        PAGE.format("my_oauth_problem=token_rejected"),
        PAGE.format("oauth_problem_advice=token_rejected"),
        PAGE.format("oauth_problem=Sorry, that did not work"),
    ],
)
def test_what_is_no_code_is_not_found_within_other_text(body: str) -> None:
    """A word that stands there by chance would lead astray."""
    assert problem({}, body.encode()) is None


@pytest.mark.parametrize("sentence", ["The signature is invalid. Verify and try again.", "odd"])
def test_a_sentence_in_the_place_of_a_code_is_kept(sentence: str) -> None:
    """Where it is a field of its own, it is what the provider reports."""
    reported = problem({}, b"oauth_problem=" + sentence.replace(" ", "+").encode())
    assert (reported, reported and reported.is_code) == (sentence, False)


def test_the_fields_beside_it_are_read_too() -> None:
    """Whatever stands between them."""
    body = (
        "<p>oauth_problem=parameter_absent, oauth_parameters_absent=oauth_nonce%26oauth_token</p>"
    )
    reported = problem({}, body.encode())
    assert reported is not None
    assert reported.parameters_absent == ("oauth_nonce", "oauth_token")


def test_advice_within_text_is_read_whole_where_it_is_quoted() -> None:
    """Without quotation marks, nobody knows where it ends."""
    body = PAGE.format('oauth_problem="nonce_used", oauth_problem_advice="Try once more"')
    reported = problem({}, body.encode())
    assert (reported, reported and reported.advice) == ("nonce_used", "Try once more")


def test_a_challenge_goes_before_a_page() -> None:
    """A field is surer than what is found in prose."""
    headers = {"www-authenticate": 'OAuth oauth_problem="nonce_used"'}
    body = PAGE.format("oauth_problem=token_rejected").encode()
    assert problem(headers, body) == "nonce_used"


@pytest.mark.parametrize(
    ("text", "is_code"),
    [
        ("nonce_used", True),
        ("signature_method_rejected", True),
        ("Nonce_used", False),
        ("x", False),
    ],
)
def test_a_code_is_told_from_other_text(text: str, is_code: bool) -> None:
    """All codes of the extension are words with underscores between."""
    assert Problem(text).is_code is is_code


@pytest.mark.long
@pytest.mark.parametrize(
    "unit",
    [
        *("oauth_problem", "oauth_problem ", 'oauth_problem="', "oauth_problem=.", "oauth_", "."),
        *(" ", "\\", "'", "&#61;", "&", "timestamp", "timestamp ", "expired ", "1700000000 ", "17"),
    ],
)
def test_a_page_is_read_in_linear_time(unit: str) -> None:
    """Whatever stands there, for the problem and for the clock."""

    def read(body: bytes) -> None:
        problem({}, body)
        clock_gap(401, {}, body, 1_700_000_000, 1_700_000_000)

    start = "x oauth_problem=timestamp_refused oauth_problem="
    assert_linear(read, lambda size: (start + unit * (size // len(unit))).encode(), 50_000)
