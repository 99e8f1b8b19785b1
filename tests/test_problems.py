"""What a provider reports in a refusal: the problem, its time, and a body without secrets."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from growth import assert_linear

from oauth2 import problems
from oauth2.clock import provider_time
from oauth2.legs import token_of
from oauth2.problems import Problem
from oauth2.received import Response
from oauth2.redaction import redacted

SECRET = "the/consumer+sekrit=&more \u00e9"


def response(status: int = 200, **headers: str) -> Response:
    """Make a response; the names of headers are written with underscores."""
    fields = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Response(status, "", fields)


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("text/plain; charset=utf-8", b"name=J\xc3\xb6rg"),
        ("text/plain", b"name=J%C3%B6rg"),
        ("text/plain; charset=latin-1", b"name=J\xf6rg"),
        ("text/plain; charset=windows-1252", b"name=J\xf6rg"),
        ("application/json; charset=utf-16", '{"name": "J\u00f6rg"}'.encode("utf-16")),
        ("application/json", b'{"name": "J\\u00f6rg"}'),
    ],
)
def test_a_body_is_read_by_its_charset(content_type: str, content: bytes) -> None:
    """The charset is that of the Content-Type, or UTF-8."""
    assert problems.fields({"content-type": content_type}, content) == {"name": "J\u00f6rg"}


@pytest.mark.parametrize("charset", ["", "; charset=utf-16", "; charset=idna", "; charset=rot13"])
def test_octets_that_no_charset_reads_stay_what_they_are(charset: str) -> None:
    """As everywhere, an octet that is no UTF-8 is a surrogate escape."""
    read = problems.text({"content-type": f"text/plain{charset}"}, b"a=\xe9")
    assert read == "a=\udce9"


FIELDS = {
    "oauth_problem": "parameter_rejected",
    "oauth_problem_advice": "Look & see",
    "oauth_acceptable_timestamps": "100-200",
    "oauth_acceptable_versions": "1.0-1.1",
    "oauth_parameters_absent": "oauth_nonce&a%26b",
    "oauth_parameters_rejected": "oauth_token=x%3Dy&c=",
}


def challenge(fields: dict[str, str]) -> str:
    """Write a challenge as the extension describes it."""
    return ", ".join(
        ['OAuth realm="r"', *(f'{k}="{quote(v, safe="")}"' for k, v in fields.items())]
    )


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ({}, urlencode(FIELDS).encode()),
        ({"content-type": "text/html"}, urlencode(FIELDS).encode() + b"\n"),
        ({}, json.dumps(FIELDS).encode()),
        ({"www-authenticate": challenge(FIELDS)}, b""),
        ({"www-authenticate": challenge(FIELDS)}, b"<html>no</html>"),
        ({"www-authenticate": f'Basic realm="a, b", {challenge(FIELDS)}, Digest nonce="="'}, b""),
        ({"www-authenticate": f"OAuth, {challenge(FIELDS)} ,,="}, b""),
        ({"www-authenticate": challenge(FIELDS).replace("=", " = ", 3)}, b""),
    ],
    ids=["form", "html", "json", "challenge", "both", "several", "bad syntax", "white space"],
)
def test_a_problem_is_read_from_body_and_challenge(headers: Any, content: bytes) -> None:
    """Every field of the extension is an attribute of the code."""
    problem = problems.problem(headers, content)
    assert problem == "parameter_rejected"
    assert problem.advice == "Look & see"
    assert problem.acceptable_timestamps == (100, 200)
    assert problem.acceptable_versions == ("1.0", "1.1")
    assert problem.parameters_absent == ("oauth_nonce", "a&b")
    assert problem.parameters_rejected == (("oauth_token", "x=y"), ("c", ""))


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ({}, b""),
        ({"www-authenticate": "OAuth"}, b""),
        ({"www-authenticate": 'OAuth realm="oauth_problem"'}, b""),
        ({"www-authenticate": 'OAuth oauth_problem=""'}, b"oauth_problem="),
        ({"www-authenticate": 'OAuth oauth_problem="x'}, b""),
        ({"www-authenticate": 'OAuth my_oauth_problem="x"'}, b""),
        ({}, b"oauth_problem=a&oauth_problem=b"),
        ({}, b'{"oauth_problem": 7}'),
        ({}, b"<html>oauth_problem</html>"),
        ({}, b"[]"),
    ],
)
def test_what_reports_no_problem_is_none(headers: Any, content: bytes) -> None:
    """No code, an empty one, several, or one that is no text."""
    assert problems.problem(headers, content) is None


def test_the_body_is_asked_before_the_challenge() -> None:
    """It has room for more."""
    headers = {"www-authenticate": 'OAuth oauth_problem="b"'}
    assert problems.problem(headers, b"oauth_problem=a") == "a"
    assert problems.problem(headers, b'{"oauth_problem": null}') == "b"


def test_a_report_may_be_split_over_body_and_challenge() -> None:
    """Whatever is said in one of the two counts."""
    headers = {"www-authenticate": 'OAuth realm="", oauth_acceptable_timestamps="100 - 300"'}
    problem = problems.problem(headers, b"oauth_problem=timestamp_refused")
    assert problem
    assert (problem, problem.acceptable_timestamps) == ("timestamp_refused", (100, 300))


def test_a_challenge_may_be_written_in_other_ways() -> None:
    """Values without quotes, and names in capitals (RFC 9110 section 11.2)."""
    headers = {"www-authenticate": "OAuth OAuth_Problem=parameter_absent,oauth_parameters_absent=a"}
    problem = problems.problem(headers, b"")
    assert problem
    assert (problem, problem.parameters_absent) == ("parameter_absent", ("a",))
    headers = {"www-authenticate": r'OAuth oauth_problem="x", oauth_problem_advice="a \"b\" \\"'}
    problem = problems.problem(headers, b"")
    assert problem
    assert problem.advice == 'a "b" \\'


@pytest.mark.parametrize(
    ("name", "value", "attribute", "default"),
    [
        ("oauth_acceptable_timestamps", "now", "acceptable_timestamps", None),
        ("oauth_acceptable_timestamps", "1-", "acceptable_timestamps", None),
        ("oauth_acceptable_timestamps", "1 2", "acceptable_timestamps", None),
        ("oauth_acceptable_timestamps", "1-2-3", "acceptable_timestamps", None),
        ("oauth_acceptable_timestamps", "9" * 99 + "-1", "acceptable_timestamps", None),
        ("oauth_acceptable_versions", "one-two", "acceptable_versions", None),
        ("oauth_acceptable_versions", "1.0", "acceptable_versions", None),
        ("oauth_parameters_absent", "&&", "parameters_absent", ()),
        ("oauth_parameters_rejected", "&", "parameters_rejected", ()),
        ("x", "y", "advice", None),
    ],
)
def test_a_malformed_field_is_left_out(
    name: str, value: str, attribute: str, default: object
) -> None:
    """The code is of use without it."""
    problem = Problem.from_fields({"oauth_problem": "code", name: value})
    assert problem == "code"
    assert getattr(problem, attribute) == default


@pytest.mark.parametrize("again", [lambda p: pickle.loads(pickle.dumps(p)), copy.copy])
def test_a_problem_survives_pickling_and_copying(again: Callable[[Any], Any]) -> None:
    """As the error that carries it does."""
    problem = again(Problem.from_fields(FIELDS))
    assert (problem, problem.advice) == ("parameter_rejected", "Look & see")


DATE = "Tue, 14 Nov 2023 22:13:20 GMT"


@pytest.mark.parametrize(
    ("headers", "content", "seconds"),
    [
        ({}, b"oauth_problem=timestamp_refused&oauth_acceptable_timestamps=100-300", 200),
        ({"date": DATE}, b"oauth_problem=timestamp_refused&oauth_acceptable_timestamps=1-3", 2),
        (
            {"date": DATE},
            b"oauth_problem=timestamp_refused&oauth_acceptable_timestamps=0-1700000300",
            1_700_000_000,
        ),
        ({"date": DATE}, b"oauth_problem=timestamp_refused", 1_700_000_000),
        (
            {"date": "Tue Nov 14 22:13:20 2023"},  # RFC 9110 section 5.6.7 has this form, too
            b"oauth_problem=timestamp_refused",
            1_700_000_000,
        ),
        (
            {"date": DATE, "www-authenticate": 'OAuth oauth_problem="timestamp_refused"'},
            b"",
            1_700_000_000,
        ),
        ({}, b"oauth_problem=timestamp_refused", None),
        ({"date": "yesterday"}, b"oauth_problem=timestamp_refused", None),
        ({"date": "Tue, 99 Nov 2023 22:13:20 GMT"}, b"oauth_problem=timestamp_refused", None),
        ({"date": ""}, b"oauth_problem=timestamp_refused", None),
        ({"date": DATE}, b"oauth_problem=nonce_used", None),
        ({"date": DATE}, b"", None),
    ],
)
def test_the_time_of_a_provider_is_told_by_a_refused_timestamp(
    headers: Any, content: bytes, seconds: int | None
) -> None:
    """Its Date header, unless it accepts other times; then the middle of those."""
    assert provider_time(headers, content) == seconds


@pytest.mark.parametrize("charset", ["utf-8", "latin-1", "utf-16", "utf-16-be", "cp1252"])
def test_a_body_is_blanked_in_its_own_charset(charset: str) -> None:
    """What is left can still be read, and the problem in it found."""
    headers = {"content-type": f"text/plain; charset={charset}"}
    body = f"oauth_problem=no&oauth_problem_advice=J\u00f6rg:{SECRET}"
    clean = problems.redacted_body(headers, body.encode(charset), [SECRET])
    assert problems.text(headers, clean) == "oauth_problem=no&oauth_problem_advice=J\u00f6rg:***"
    problem = problems.problem(headers, clean)
    assert problem == "no"
    assert problem.advice == "J\u00f6rg:***"


def test_a_wrong_charset_hides_no_secret() -> None:
    """ASCII that is labelled as UTF-16 decodes to something else, but can be read as it is."""
    body = b"the-long-sekrit."
    clean = problems.redacted_body(
        {"content-type": "a/b; charset=utf-16"}, body, ["the-long-sekrit"]
    )
    assert clean == b"***."


@pytest.mark.parametrize("content", [b"", b"a=\xe9\xff", "\ufeffa".encode(), b"\xff\xfea\x00"])
@pytest.mark.parametrize("charset", ["", "utf-8", "utf-16", "latin-1", "no-such"])
def test_a_body_without_secrets_stays_as_it_is(content: bytes, charset: str) -> None:
    """Octet for octet."""
    headers = {"content-type": f"text/plain; charset={charset}"}
    assert problems.redacted_body(headers, content, ["a-long-secret"]) == content


HOSTILE = [
    (b"", b"&"),
    (b"", b"a=b&"),
    (b"", b"%2"),
    (b"", b"{"),
    (b"", b'{"a":'),
    (b'{"a":"', b"\\"),
    (b"", b"secret"),
    (b"", b'secret="'),
    (b'secret"', b" "),
    (b"", b"the/consumer+"),
    (b"oauth_problem=x&oauth_parameters_absent=", b"%26"),
    (b"xn--", b"b"),
]


@pytest.mark.long
@pytest.mark.parametrize(("start", "unit"), HOSTILE, ids=ascii)
@pytest.mark.parametrize("charset", ["utf-8", "punycode"])
def test_a_body_takes_linear_time(start: bytes, unit: bytes, charset: str) -> None:
    """Whatever a body holds."""
    headers = {"content-type": f"text/plain; charset={charset}"}

    def read(body: bytes) -> None:
        token_of(response(200, **headers), body)
        problems.problem(headers, problems.redacted_body(headers, body, [SECRET]))

    assert_linear(read, lambda size: start + unit * (size // len(unit)), 100_000)


@pytest.mark.long
@pytest.mark.parametrize(
    "unit",
    ["oauth_a", 'oauth_a="', "oauth_a ", "oauth_", " ", '";', "charset", "charset= ", "=", "a,"],
)
def test_a_header_takes_linear_time(unit: str) -> None:
    """No parser of ours goes over a header more than once."""

    def read(value: str) -> None:
        headers = {"www-authenticate": value, "content-type": value, "date": value}
        provider_time(headers, b"oauth_problem=timestamp_refused")
        problems.problem(headers, b"")
        redacted(value, [SECRET])

    def header(size: int) -> str:
        return f'OAuth oauth_a=" charset{unit * (size // len(unit))}'

    assert_linear(read, header, 8_000)
