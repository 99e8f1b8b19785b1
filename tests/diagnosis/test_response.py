"""Why a provider refused a request, by what it answered, which may be little."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import formatdate
from typing import Any

import pytest
from growth import assert_linear
from known import CONSUMER, TOKEN

import oauth2
from oauth2.diagnosis import Comparison, Sent, explain_response

NOW = 1_700_000_000
OAUTH = {"www-authenticate": 'OAuth realm="Photos"'}
AWAY = {"date": formatdate(NOW + 3600, usegmt=True)}
SPACED = oauth2.Consumer("key", "consumer-sekrit\n")


def base(scheme: str = "https", method: str = "HMAC-SHA1", timestamp: object = NOW) -> str:
    signed = f"oauth_signature_method={method}&oauth_timestamp={timestamp}&oauth_token=token"
    return f"GET&{scheme}%3A%2F%2Fa.example%2F&{oauth2.escape(signed)}"


def explained(
    body: str = "",
    status: int = 401,
    headers: Mapping[str, str] = OAUTH,
    consumer: Any = CONSUMER,
    token: Any = TOKEN,
    needs_token: bool = True,
    **signed: Any,
) -> Comparison | None:
    sent = Sent(base(**signed), consumer, token, NOW, needs_token)
    explanation = explain_response(sent, status, headers, body.encode())
    assert "sekrit" not in repr(explanation)
    return explanation


def codes(body: str = "", **options: Any) -> list[str]:
    explanation = explained(body, **options)
    return [cause.code for cause in explanation.causes] if explanation else []


def summaries(body: str = "", **options: Any) -> list[str]:
    explanation = explained(body, **options)
    return [cause.summary for cause in explanation.causes] if explanation else []


@pytest.mark.parametrize("status", [400, 401, 403])
def test_base_string_of_the_provider_is_compared(status: int) -> None:
    """Each of the statuses by which a signature is refused has it."""
    explanation = explained(f"Expected {base('http')}", status=status, headers={})
    assert explanation is not None
    assert [row.name for row in explanation.rows if row.differs] == ["scheme"]
    assert [cause.code for cause in explanation.causes] == ["scheme"]


def test_base_string_in_the_challenge_is_compared() -> None:
    """Where the body has none."""
    challenge = f'OAuth oauth_problem="signature_invalid", advice="{base("http")}"'
    assert codes(headers={"www-authenticate": challenge}) == ["scheme"]


def test_same_base_strings_leave_the_secrets() -> None:
    """Of consumer and token, as the request has both."""
    assert summaries(base()) == [
        "Both base strings are the same: the consumer secret or the token secret is wrong."
    ]


def test_same_base_strings_leave_the_private_key() -> None:
    """White space around a secret is not to blame, as no secret signs."""
    assert codes(base(method="RSA-SHA1"), method="RSA-SHA1", consumer=SPACED) == ["other-rsa-key"]
    assert codes("bad signature", method="RSA-SHA1", consumer=SPACED) == ["signature-refused"]


@pytest.mark.parametrize("body", [base(), "Invalid signature", ""])
def test_secret_with_a_line_break_is_named(body: str) -> None:
    """It is at hand; what else may be wrong with the key is not guessed."""
    assert codes(body, consumer=SPACED) == ["white-space-in-key"]
    spaced = oauth2.Token("token", " token-sekrit")
    assert summaries(body, token=spaced) == [
        "There is white space or a line break around the token secret."
    ]


def test_line_break_of_a_secret_is_no_cause_of_a_difference() -> None:
    """The rows that differ tell more."""
    assert codes(base("http"), consumer=SPACED) == ["scheme"]


def test_code_counts_more_than_a_base_string() -> None:
    """A provider that shows one with each refusal says nothing of secrets by it."""
    assert codes(f"oauth_problem=nonce_used&base_string={base()}") == ["nonce-used"]


def test_plaintext_has_no_base_string() -> None:
    """The secrets themselves were sent."""
    assert codes("oauth_problem=signature_invalid", method="PLAINTEXT") == ["wrong-secret"]
    assert codes(base(), method="PLAINTEXT") == ["no-reason"]
    assert codes("bad signature", method="PLAINTEXT", consumer=SPACED) == ["white-space-in-key"]


def test_parameters_that_are_reported_are_named() -> None:
    """Those that are absent, and those that are rejected without their values."""
    absent = "oauth_problem=parameter_absent&oauth_parameters_absent=oauth_nonce%26a"
    assert summaries(absent) == [
        "The provider expects a parameter that it did not receive: oauth_nonce, a."
    ]
    rejected = "oauth_problem=parameter_rejected&oauth_parameters_rejected=a%3Dsekrit"
    assert summaries(rejected) == ["The provider does not accept a parameter: a."]
    assert summaries("oauth_problem=parameter_rejected") == [
        "The provider does not accept a parameter."
    ]


def test_timestamp_that_is_refused_is_the_clock() -> None:
    """By how much, where the provider says its time."""
    times = f"oauth_acceptable_timestamps={NOW + 3300}-{NOW + 3900}"
    assert summaries(f"oauth_problem=timestamp_refused&{times}") == [
        f"The timestamp {NOW} is 3600 seconds behind the provider's clock."
    ]
    assert summaries("oauth_problem=timestamp_refused") == [
        "The provider does not accept the timestamp."
    ]


@pytest.mark.parametrize(
    ("seconds", "where"), [(3600, "3600 seconds behind"), (-90, "90 seconds ahead of")]
)
@pytest.mark.parametrize("status", [400, 401, 403])
def test_date_that_is_far_off_shows_the_clock(seconds: int, where: str, status: int) -> None:
    """A provider that answers nothing else may mean that."""
    date = {"date": formatdate(NOW + seconds, usegmt=True)}
    assert summaries(status=status, headers=date) == [f"The local clock is {where} the provider's."]


def test_clock_that_was_corrected_is_named_last() -> None:
    """It is wrong, but the request was signed by the provider's time."""
    assert summaries(headers={**AWAY, **OAUTH}, timestamp=NOW + 3600) == [
        "The provider does not say what is wrong.",
        "The local clock is 3600 seconds behind the provider's, by which it was refused, too.",
    ]


@pytest.mark.parametrize("timestamp", ["", "soon"])
def test_request_without_a_number_for_its_time_has_no_clock(timestamp: str) -> None:
    """Nothing can be reckoned with it."""
    assert codes(headers={**AWAY, **OAUTH}, timestamp=timestamp) == ["no-reason"]


def test_another_code_counts_more_than_the_date() -> None:
    """The provider knows why it refuses."""
    assert codes("oauth_problem=token_rejected", headers=AWAY) == ["token-rejected"]


def test_request_without_a_token_may_need_one() -> None:
    """Unless it is one for a token, or the signature is said to be wrong."""
    assert codes(token=None) == ["no-token"]
    assert codes(token=None, needs_token=False) == ["no-reason"]
    assert codes("Invalid signature", token=None) == ["signature-refused"]


@pytest.mark.parametrize(
    ("challenge", "scheme"),
    [
        ('Bearer realm="OAuth", error="x"', "Bearer"),
        ("Basic", "Basic"),
        ('Digest a="b, OAuth c"', "Digest"),
    ],
)
def test_other_scheme_that_is_asked_for_is_named(challenge: str, scheme: str) -> None:
    """Then it is not about the signature."""
    assert summaries(headers={"www-authenticate": challenge}) == [
        f"The provider asks for credentials of the scheme {scheme}, not of OAuth."
    ]


@pytest.mark.parametrize(
    "challenge", ['Basic realm="a", OAuth realm="b"', "Bearer, OAuth", 'oauth realm="a"']
)
def test_oauth_among_other_schemes_is_found(challenge: str) -> None:
    """In any case."""
    assert codes(headers={"www-authenticate": challenge}) == ["no-reason"]


@pytest.mark.parametrize(
    ("body", "status", "headers"),
    [
        (base(), 200, {}),
        (base(), 404, {}),
        ("Bad value of size", 400, {}),
        ('{"timestamp": 1700000000, "error": "Forbidden"}', 403, {}),
        ("oauth_problem=account_suspended_again", 401, OAUTH),
    ],
)
def test_what_is_not_about_the_signature_is_not_explained(
    body: str, status: int, headers: dict[str, str]
) -> None:
    """Another status, words of another matter, or a reason of the provider's own."""
    assert explained(body, status=status, headers=headers) is None


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        ("This is not signed by OAuth", {}, "no-reason"),
        ("Signature does not match", {}, "signature-refused"),
        ("", OAUTH, "no-reason"),
    ],
)
@pytest.mark.parametrize("status", [400, 403])
def test_status_that_may_mean_anything_is_explained_by_its_words(
    body: str, headers: dict[str, str], code: str, status: int
) -> None:
    """In the body or in the challenge."""
    assert codes(body, status=status, headers=headers) == [code]


def test_name_in_a_challenge_cannot_steer_a_terminal() -> None:
    """Nor can that of a parameter, and neither is longer than a line."""
    (shown,) = summaries(headers={"www-authenticate": f"{'a' * 5000} b=c"})
    assert len(shown) < 200
    (shown,) = summaries("oauth_problem=parameter_absent&oauth_parameters_absent=%1B%5B2J")
    assert shown.isprintable()


@pytest.mark.parametrize("piece", ['"', '\\"', ", a ", "a=", "oauth "])
def test_hostile_challenge_takes_linear_time(piece: str) -> None:
    """What is read of it is bounded."""
    assert_linear(
        lambda text: codes(headers={"www-authenticate": text}), lambda size: piece * size, 1000
    )
