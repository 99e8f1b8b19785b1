"""What a provider answers: tokens, problems, times, and what must not be shown of it."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import httplib2
import pytest
from growth import assert_linear

from oauth2 import answers
from oauth2.answers import Problem

FORM = "oauth_token=t&oauth_token_secret=a-new-sekrit"
SECRET = "the/consumer+sekrit=&more \u00e9"


def response(status: int = 200, **headers: str) -> httplib2.Response:
    """Make a response; the names of headers are written with underscores."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return httplib2.Response({"status": str(status), **fields})


# Bodies


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("", FORM.encode()),
        ("application/x-www-form-urlencoded", FORM.encode()),
        ("application/x-www-form-urlencoded", f"\r\n{FORM}\r\n".encode()),
        ("text/html; charset=utf-8", FORM.encode()),
        ("application/json", FORM.encode()),
        ("text/plain; charset=UTF-16", FORM.encode("utf-16")),
        ('text/plain; Charset = "utf-16-le"', FORM.encode("utf-16-le")),
        ("text/plain", b"\xef\xbb\xbf" + FORM.encode()),
        ("text/plain; charset=iso-8859-1", FORM.encode()),
        ("text/plain; charset=no-such", FORM.encode()),
        ("text/plain; charset=utf-8-no-such", FORM.encode()),
        ("text/plain; charset=utf-16", FORM.encode()),
        ("application/json", json.dumps({"oauth_token": "t", "oauth_token_secret": "x"}).encode()),
        ("text/html", b'  {"oauth_token": "t", "oauth_token_secret": "x"}\n'),
        ("", b'\xef\xbb\xbf{"oauth_token": "t", "oauth_token_secret": "x"}'),
    ],
)
def test_a_token_is_read_whatever_the_content_type_says(content_type: str, content: bytes) -> None:
    """Providers label forms as HTML or JSON, name charsets that are none, and add a BOM."""
    token = answers.token(response(content_type=content_type), content)
    assert token is not None
    assert token.key == "t"


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
    assert answers.fields({"content-type": content_type}, content) == {"name": "J\u00f6rg"}


@pytest.mark.parametrize("charset", ["", "; charset=utf-16", "; charset=idna", "; charset=rot13"])
def test_octets_that_no_charset_reads_stay_what_they_are(charset: str) -> None:
    """As everywhere, an octet that is no UTF-8 is a surrogate escape."""
    read = answers.text({"content-type": f"text/plain{charset}"}, b"a=\xe9")
    assert read == "a=\udce9"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"oauth_token=t",
        b"oauth_token_secret=x",
        b"oauth_token=&oauth_token_secret=x",
        b"oauth_token=t&oauth_token=u&oauth_token_secret=x",
        b"oauth_token=t&oauth_token_secret=x&oauth_token_secret=y",
        b"<html><body>oauth_token</body></html>",
        b"[]",
        b'["oauth_token"]',
        b'{"oauth_token": 7, "oauth_token_secret": 8}',
        b'{"oauth_token": "t", "oauth_token_secret": null}',
        b'{"oauth_token": ["t"], "oauth_token_secret": "x"}',
        b'{"oauth_token": "t", "oauth_token_secret": "x"',
        b'{"oauth_token": "\\ud800", "oauth_token_secret": "x"}',
        b'{"oauth_token": "t", "oauth_token_secret": "\\udfff"}',
        b'{"a":' * 100_000,
        b'{"n": ' + b"7" * 10_000 + b"}",
        b"\xff\xfe\x00",
    ],
)
def test_what_holds_no_whole_token_is_none(content: bytes) -> None:
    """A key and a secret, each once, and both text."""
    assert answers.token(response(), content) is None


@pytest.mark.parametrize("status", [199, 300, 302, 400, 401, 500])
def test_only_success_holds_a_token(status: int) -> None:
    """A form in an error page is no token."""
    assert answers.token(response(status), FORM.encode()) is None


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_every_success_may_hold_a_token(status: int) -> None:
    """Some providers answer with 201."""
    token = answers.token(response(status), FORM.encode())
    assert token is not None
    assert (token.key, token.secret) == ("t", "a-new-sekrit")


def test_all_other_fields_are_extra() -> None:
    """A user's name, a session handle, a repeated field: nothing is lost."""
    token = answers.token(
        response(), f"{FORM}&user_id=7&scope=a&scope=b&screen_name=J+%C3%B6".encode()
    )
    assert token is not None
    assert token.extra == {"user_id": "7", "scope": ["a", "b"], "screen_name": "J \u00f6"}
    assert (token.secret, token.callback_confirmed) == ("a-new-sekrit", None)


def test_json_may_have_extra_fields_of_any_shape() -> None:
    """Numbers and objects stay what they are."""
    told = {"oauth_token": "t", "oauth_token_secret": "", "user": {"id": 7}, "n": 1.5}
    token = answers.token(response(), json.dumps(told).encode())
    assert token is not None
    assert (token.secret, token.extra) == ("", {"user": {"id": 7}, "n": 1.5})


@pytest.mark.parametrize(
    ("told", "confirmed"),
    [("true", "true"), ("True", "true"), (True, "true"), ("false", "false"), (False, "false")],
)
def test_a_confirmation_is_text_in_lower_case(told: Any, confirmed: str) -> None:
    """JSON has a true of its own."""
    fields = {"oauth_token": "t", "oauth_token_secret": "x", "oauth_callback_confirmed": told}
    token = answers.token(response(), json.dumps(fields).encode())
    assert token is not None
    assert (token.callback_confirmed, token.extra) == (confirmed, {})


# Problems

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
    problem = answers.problem(headers, content)
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
    assert answers.problem(headers, content) is None


def test_the_body_is_asked_before_the_challenge() -> None:
    """It has room for more."""
    headers = {"www-authenticate": 'OAuth oauth_problem="b"'}
    assert answers.problem(headers, b"oauth_problem=a") == "a"
    assert answers.problem(headers, b'{"oauth_problem": null}') == "b"


def test_a_report_may_be_split_over_body_and_challenge() -> None:
    """Whatever is said in one of the two counts."""
    headers = {"www-authenticate": 'OAuth realm="", oauth_acceptable_timestamps="100 - 300"'}
    problem = answers.problem(headers, b"oauth_problem=timestamp_refused")
    assert problem
    assert (problem, problem.acceptable_timestamps) == ("timestamp_refused", (100, 300))


def test_a_challenge_may_be_written_in_other_ways() -> None:
    """Values without quotes, and names in capitals (RFC 9110 section 11.2)."""
    headers = {"www-authenticate": "OAuth OAuth_Problem=parameter_absent,oauth_parameters_absent=a"}
    problem = answers.problem(headers, b"")
    assert problem
    assert (problem, problem.parameters_absent) == ("parameter_absent", ("a",))
    headers = {"www-authenticate": r'OAuth oauth_problem="x", oauth_problem_advice="a \"b\" \\"'}
    problem = answers.problem(headers, b"")
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
    problem = Problem.of({"oauth_problem": "code", name: value})
    assert problem == "code"
    assert getattr(problem, attribute) == default


@pytest.mark.parametrize("again", [lambda p: pickle.loads(pickle.dumps(p)), copy.copy])
def test_a_problem_survives_pickling_and_copying(again: Callable[[Any], Any]) -> None:
    """As the error that carries it does."""
    problem = again(Problem.of(FIELDS))
    assert (problem, problem.advice) == ("parameter_rejected", "Look & see")


# Times

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
    assert answers.provider_time(headers, content) == seconds


# Secrets


@pytest.mark.parametrize(
    "write",
    [
        str,
        quote,
        lambda s: quote(s, safe=""),
        lambda s: quote(quote(s, safe=""), safe=""),
        lambda s: quote(quote(quote(s, safe=""), safe=""), safe=""),
        lambda s: quote(s, safe="").lower(),
        lambda s: urlencode({"": s})[1:],
        lambda s: json.dumps(s)[1:-1],
        lambda s: json.dumps(s)[1:-1].replace("/", "\\/"),
        lambda s: json.dumps(s, ensure_ascii=False)[1:-1].replace("&", "\\u0026"),
        lambda s: s.replace("&", "&amp;"),
    ],
    ids=["plain", "quote", "once", "twice", "thrice", "lower", "form", "json", "php", "go", "html"],
)
@pytest.mark.parametrize("around", ["{}", '"{}"', "x{}x", "\\u0026{}\\u0026", "%26{}%26", "s&{}"])
def test_a_secret_is_blanked_however_it_is_written(write: Any, around: str) -> None:
    """PLAINTEXT signatures, base strings and echoed requests hold secrets in every encoding."""
    told = answers.redacted(around.format(write(SECRET)), ["other", SECRET])
    assert told == around.format("***")


def test_a_secret_of_octets_is_blanked() -> None:
    """Secrets may be bytes, also such as are no UTF-8."""
    assert answers.redacted("a=%E9%FFlong-one", [b"\xe9\xfflong-one"]) == "a=***"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("secret", "***"),
        ("a secret.", "a ***."),
        ("secretary no_secret secret-ly", "secretary no_secret secret-ly"),
        ("key%26secret", "key%26***"),
        ("key%2526secret%2526", "key%2526***%2526"),
        ("key%252526secret%252526", "key%252526***%252526"),
        ('"key\\u0026secret"', '"key\\u0026***"'),
    ],
)
def test_a_short_secret_is_blanked_as_a_word(told: str, shown: str) -> None:
    """Or a secret of one letter would leave nothing to read."""
    assert answers.redacted(told, ["secret"]) == shown


def test_the_longer_of_two_secrets_goes_first() -> None:
    """When one begins the other, no tail of it is left."""
    assert answers.redacted("abcdefgh-ijkl", ["abcdefgh", "abcdefgh-ijkl", ""]) == "***"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("oauth_token=t&oauth_token_secret=new&x=y", "oauth_token=t&oauth_token_secret=***&x=y"),
        ("oauth_consumer_secret=a%26b", "oauth_consumer_secret=***"),
        ("oauth_session_handle=h", "oauth_session_handle=***"),
        ("x_auth_password=p&x_auth_mode=m", "x_auth_password=***&x_auth_mode=m"),
        ('{"oauth_token_secret" : "a\\"b & c", "n": 1}', '{"oauth_token_secret" : "***", "n": 1}'),
        ('{"oauth_token_secret":"it\'s"}', '{"oauth_token_secret":"***"}'),
        ("{'oauth_token_secret': 'new'}", "{'oauth_token_secret': '***'}"),
        ('{"tokenSecret":"new"}', '{"tokenSecret":"***"}'),
        ('{"oauth_token_secret": 1234}', '{"oauth_token_secret": ***'),
        ("oauth_token_secret%3Dnew", "oauth_token_secret%3D***"),
        ("oauth_token_secret%25253Dnew", "oauth_token_secret%25253D***"),
        ("<oauth_token_secret>new</x>", "<oauth_token_secret>***</x>"),
        ('OAuth oauth_session_handle="h", a="b"', 'OAuth oauth_session_handle="***", a="b"'),
        ("the secret is out", "the secret is out"),
    ],
)
def test_fields_that_hold_secrets_are_blanked(told: str, shown: str) -> None:
    """Those of a token that was never made, as its answer lacks something else."""
    assert answers.redacted(told, []) == shown


@pytest.mark.parametrize("charset", ["utf-8", "latin-1", "utf-16", "utf-16-be", "cp1252"])
def test_a_body_is_blanked_in_its_own_charset(charset: str) -> None:
    """What is left can still be read, and the problem in it found."""
    headers = {"content-type": f"text/plain; charset={charset}"}
    body = f"oauth_problem=no&oauth_problem_advice=J\u00f6rg:{SECRET}"
    clean = answers.without_secrets(headers, body.encode(charset), [SECRET])
    assert answers.text(headers, clean) == "oauth_problem=no&oauth_problem_advice=J\u00f6rg:***"
    problem = answers.problem(headers, clean)
    assert problem == "no"
    assert problem.advice == "J\u00f6rg:***"


def test_a_wrong_charset_hides_no_secret() -> None:
    """ASCII that is labelled as UTF-16 decodes to something else, but can be read as it is."""
    body = b"the-long-sekrit."
    clean = answers.without_secrets(
        {"content-type": "a/b; charset=utf-16"}, body, ["the-long-sekrit"]
    )
    assert clean == b"***."


@pytest.mark.parametrize("content", [b"", b"a=\xe9\xff", "\ufeffa".encode(), b"\xff\xfea\x00"])
@pytest.mark.parametrize("charset", ["", "utf-8", "utf-16", "latin-1", "no-such"])
def test_a_body_without_secrets_stays_as_it_is(content: bytes, charset: str) -> None:
    """Octet for octet."""
    headers = {"content-type": f"text/plain; charset={charset}"}
    assert answers.without_secrets(headers, content, ["a-long-secret"]) == content


# Hostile answers

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
def test_a_million_octets_take_linear_time(start: bytes, unit: bytes, charset: str) -> None:
    """Whatever a body holds."""
    headers = {"content-type": f"text/plain; charset={charset}"}

    def read(body: bytes) -> None:
        answers.token(response(**headers), body)
        answers.problem(headers, answers.without_secrets(headers, body, [SECRET]))

    assert_linear(read, lambda size: start + unit * (size // len(unit)), 1_000_000)


@pytest.mark.long
@pytest.mark.parametrize(
    "unit",
    ["oauth_a", 'oauth_a="', "oauth_a ", "oauth_", " ", '";', "charset", "charset= ", "=", "a,"],
)
def test_sixty_thousand_characters_of_header_take_linear_time(unit: str) -> None:
    """No parser of ours goes over a header more than once."""

    def read(value: str) -> None:
        headers = {"www-authenticate": value, "content-type": value, "date": value}
        answers.provider_time(headers, b"oauth_problem=timestamp_refused")
        answers.problem(headers, b"")
        answers.redacted(value, [SECRET])

    def header(size: int) -> str:
        return f'OAuth oauth_a=" charset{unit * (size // len(unit))}'

    assert_linear(read, header, 60_000)


@pytest.mark.long
@pytest.mark.parametrize(
    "secret", ["\\" * 60 + "!", '\\"' * 60, "&" * 4096, "'" * 4096, "%" * 4096], ids=ascii
)
def test_a_secret_of_a_provider_cannot_stop_the_program(secret: str) -> None:
    """It is what an answer is searched for, and takes linear time whatever is in it."""

    def body(size: int) -> str:
        return "\\" * (size // 2) + "& '%\"!" * (size // 12)

    assert_linear(lambda text: answers.redacted(text, [secret]), body, 300_000)


@pytest.mark.parametrize(
    "told",
    [
        "it&#039;s-&quot;me&quot;-123",
        "it&#39;s-&#34;me&#34;-123",
        "it&#x27;s-&quot;me&quot;-123",
        'it\'s-\\"me\\"-123',
        "it&amp;#x27;s-&amp;quot;me&amp;quot;-123",
    ],
    ids=["PHP", "Jinja", "Python", "JSON", "HTML within HTML"],
)
def test_quotes_in_a_password_are_known_as_templates_write_them(told: str) -> None:
    """A page that says which password was wrong shows none."""
    assert answers.redacted(f"wrong: {told}!", ['it\'s-"me"-123']) == "wrong: ***!"


@pytest.mark.parametrize("name", ["oauth_token", "oauth_token_secret"])
def test_a_token_that_no_request_could_carry_is_none(name: str) -> None:
    """Four thousand characters are enough for all that is known."""
    fields = {"oauth_token": "t", "oauth_token_secret": "s", name: "x" * 4097}
    response = httplib2.Response({"status": "200"})
    assert answers.token(response, urlencode(fields).encode()) is None
