"""Bounds and edges of what reads and shows, each of which one small change would move."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from secrets_check import assert_no_secret

import oauth2
from oauth2.checks import seconds_of
from oauth2.legs import Leg, token_of, verifier_from_redirect
from oauth2.problems import Problem, problem, text
from oauth2.received import Response
from oauth2.redaction import (
    SECRET_PARAMETERS,
    printable,
    redacted,
    redacted_base_string,
    shown_line,
    shown_text,
    shown_url,
    shown_value,
)
from oauth2.urls import split_url

CONSUMER = oauth2.Consumer("key", "consumer-sekrit")
TOKEN = oauth2.Token("token", "token-sekrit")
HMAC_SHA1 = oauth2.SignatureMethod_HMAC_SHA1()
PLAINTEXT = oauth2.SignatureMethod_PLAINTEXT()

# URLs


@pytest.mark.parametrize(
    "url", ["http://b\u00fccher.example:/", "http://b\u00fccher.example:80/", "http://a.example:/"]
)
def test_an_empty_port_is_that_of_the_scheme(url: str) -> None:
    """RFC 3986 section 6.2.3, also where the host is encoded by IDNA."""
    assert split_url(url).origin in ("http://xn--bcher-kva.example", "http://a.example")


# What is secret, and how it is shown


@pytest.mark.parametrize(
    ("secret", "told"),
    [
        ("a/b-cdefgh", "a%252fb-cdefgh"),
        ("DEAD/BEEF-cafe", "DEAD%2fBEEF-cafe"),
        ("a b-cdefgh", "a%2Bb-cdefgh"),
        ("a/b c-defgh", "a/b%2520c-defgh"),
        ("a/b-cdefgh", r"a\\\/b-cdefgh"),
        ('p&\u00e4"ss-word', 'p&\u00e4\\"ss-word'),
        ('a="b-cdefgh', r"a\\u003d\\\"b-cdefgh"),
        ("it's-me-123", "it&amp;#039;s-me-123"),
        ("it's-me-123", "it&amp;#39;s-me-123"),
    ],
    ids=[
        "lower-case escapes, escaped",
        "lower case in the escapes alone",
        "a form, escaped",
        "a slash stays, twice",
        "PHP's JSON within PHP's JSON",
        "JSON that escapes what it must",
        "JSON for pages within JSON",
        "PHP's HTML within HTML",
        "Jinja's HTML within HTML",
    ],
)
def test_a_secret_that_was_encoded_twice_is_blanked(secret: str, told: str) -> None:
    """A report of a report: each encoder may have run over what another one wrote."""
    assert redacted(f"({told})", [secret]) == "(***)"


def test_a_secret_within_another_goes_last() -> None:
    """The longer one is blanked as a whole, wherever the shorter one stands in it."""
    assert redacted("azbcdefghx", ["zbcdefgh", "azbcdefghx"]) == "***"


@pytest.mark.parametrize("name", SECRET_PARAMETERS)
def test_each_secret_parameter_is_hidden_in_a_base_string(name: str) -> None:
    """Up to the pair that follows it."""
    base_string = f"GET&http%3A%2F%2Fa%2F&{name}%3Dopen%2520sesame%26z%3D1"
    assert redacted_base_string(base_string) == f"GET&http%3A%2F%2Fa%2F&{name}%3D***%26z%3D1"
    base_string = f"GET&http%3A%2F%2Fa%2F&a%3D1%26{name.upper()}%255B%255D%3Dopen%2520sesame"
    hidden = f"GET&http%3A%2F%2Fa%2F&a%3D1%26{name.upper()}%255B%255D%3D***"
    assert redacted_base_string(base_string) == hidden


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://me:sekrit@a.example/b?c=sekrit", "'http://a.example/b'"),
        ("http://a.example/b#sekrit", "'http://a.example/b'"),
        ("http://me:se/krit@e/f?f@g", "'http://e/f'"),
        ("me:sekrit@a.example/b", "'a.example/b'"),
        ("http://a.example/\x1b", "'http://a.example/\\x1b'"),
    ],
)
def test_a_url_is_shown_without_what_may_be_secret(url: str, shown: str) -> None:
    """User-info, query and fragment; a password that was not quoted may have a slash."""
    assert shown_url(url) == shown


def test_a_line_is_cut_where_it_is_too_long() -> None:
    """A thousand characters are shown unless told otherwise, and an ellipsis says of more."""
    assert shown_line("x" * 1000) == "x" * 1000
    assert shown_line("x" * 1001) == "x" * 1000 + "\u2026"
    assert (shown_line("abc", 3), shown_line("abcd", 3)) == ("abc", "abc\u2026")


def test_a_text_is_cut_and_escaped() -> None:
    """Sixty characters fit into a sentence; all is escaped where one cannot be seen."""
    assert shown_text("\u00e4" * 60) == "\u00e4" * 60
    assert shown_text("\u00e4" * 61) == "\u00e4" * 60 + "\u2026"
    assert shown_text("a\x1b\u00e4b") == r"a\x1b\xe4b"


def test_a_value_is_cut_and_escaped() -> None:
    """Forty characters fit into a log line."""
    assert shown_value("x" * 41) == repr("x" * 40)
    assert shown_value("a\x1b\u00e4") == r"'a\x1b\xe4'"


def test_what_would_steer_a_terminal_is_replaced() -> None:
    """Line breaks and tabs stay, and all that can be seen."""
    assert printable("\u00e4\tb\n\x1b[2J\r") == "\u00e4\tb\n\ufffd[2J\ufffd"


@pytest.mark.parametrize(
    ("told", "secret", "shown"),
    [
        ("x12345678x", "12345678", "x***x"),
        ("x123456789x", "123456789", "x***x"),
        ("x1234567x", "1234567", "x1234567x"),
        ("s&1234567 key%261234567%26x", "1234567", "s&*** key%26***%26x"),
    ],
)
def test_a_secret_of_eight_characters_is_blanked_within_a_word(
    told: str, secret: str, shown: str
) -> None:
    """One of seven only as a word of its own, where an escape begins or ends one."""
    assert redacted(told, [secret]) == shown


@pytest.mark.parametrize(
    "told",
    [
        "it\\u0027s\\u003da\\u0026b\\u003cc\\u003e",  # Gson, as it writes unless told otherwise
        "it's=a\\u0026b\\u003cc\\u003e",  # Go's encoding/json
        "it&#39;s=a&amp;b&lt;c&gt;",  # Go's html/template
    ],
    ids=["Gson", "Go", "Go in HTML"],
)
def test_an_equals_sign_does_not_hide_a_secret_in_json_for_pages(told: str) -> None:
    """Encoders whose JSON may stand in a page escape more than JSON asks for."""
    assert redacted(f'{{"wrong":"{told}"}}', ["it's=a&b<c>"]) == '{"wrong":"***"}'


# What a provider says


@pytest.mark.parametrize(
    "charset",
    [
        *("utf-8", "utf8", "UTF_8", "utf-16", "utf16", "utf_16", "utf-32", "iso-8859-5"),
        *("windows-1251", "cp1251", "cp866", "koi8-r", "gb2312", "gb18030", "gbk", "big5"),
        *("euc-jp", "euc_kr", "shift_jis"),
    ],
)
@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_a_body_is_decoded_by_the_charset_that_it_names(charset: str, quote: str) -> None:
    """Each family of codecs has its own beginning."""
    headers = {"content-type": f"text/plain; charset={quote}{charset}{quote}"}
    assert text(headers, "\u0416\u0418".encode(charset)) == "\u0416\u0418"


@pytest.mark.parametrize("charset", ["latin1", "latin-1", "iso-8859-1", "us-ascii", "ascii"])
def test_a_body_in_a_western_charset_is_decoded(charset: str) -> None:
    """What is ASCII says the same in all of them."""
    octets = b"J\xf6rg" if "ascii" not in charset else b"Joerg"
    read = text({"content-type": f"text/plain; charset={charset}"}, octets)
    assert read == octets.decode("latin-1")


def test_a_body_loses_its_byte_order_mark_alone() -> None:
    """Whatever else it begins with is what it says."""
    assert text({}, b"\xef\xbb\xbfXX=1") == "XX=1"
    assert text({}, b"XX=1") == "XX=1"


def test_a_problem_without_further_fields_has_none() -> None:
    """What is absent is empty, not a parameter without a name."""
    reported = Problem.from_fields({"oauth_problem": "parameter_absent"})
    assert reported is not None
    assert (reported.parameters_absent, reported.parameters_rejected) == ((), ())


def test_a_problem_in_a_bare_token_ends_at_white_space() -> None:
    """Not all providers quote, or put commas."""
    challenge = 'OAuth oauth_problem=token_rejected realm="http://a.example"'
    assert problem({"www-authenticate": challenge}, b"") == "token_rejected"


@pytest.mark.parametrize("name", ["myoauth_problem", "x_oauth_problem", "coauth_problem"])
def test_a_name_that_ends_like_ours_reports_no_problem(name: str) -> None:
    """It is another parameter."""
    assert problem({"www-authenticate": f'OAuth {name}="token_rejected"'}, b"") is None


@pytest.mark.parametrize(
    ("stated", "times"),
    [
        ("1-2", (1, 2)),
        (" 1 - 2 ", (1, 2)),
        ("9" * 15 + "-" + "9" * 15, (10**15 - 1, 10**15 - 1)),
        ("9" * 16 + "-1", None),
        ("-2", None),
        ("1-", None),
        ("-", None),
    ],
)
def test_acceptable_timestamps_are_two_numbers(stated: str, times: tuple[int, int] | None) -> None:
    """OAuth Problem Reporting writes them with a hyphen between; half of them is none."""
    fields = {"oauth_problem": "timestamp_refused", "oauth_acceptable_timestamps": stated}
    reported = Problem.from_fields(fields)
    assert reported is not None
    assert reported.acceptable_timestamps == times


@pytest.mark.parametrize(
    ("stated", "versions"),
    [
        ("1.0-2.0", ("1.0", "2.0")),
        ("1.0.0.0-1.0.0.10", ("1.0.0.0", "1.0.0.10")),
        ("-2.0", None),
        ("1.0-", None),
        ("1.0", None),
    ],
)
def test_acceptable_versions_are_two(stated: str, versions: tuple[str, str] | None) -> None:
    """Likewise."""
    fields = {"oauth_problem": "version_rejected", "oauth_acceptable_versions": stated}
    reported = Problem.from_fields(fields)
    assert reported is not None
    assert reported.acceptable_versions == versions


# The legs


def answered(status: int = 200, reason: str = "OK") -> Response:
    return Response(status, reason)


def refused(content: bytes, status: int = 401, reason: str = "No", confirms: bool = False) -> str:
    leg = Leg("request token", "POST", "http://a.example/r", CONSUMER, None, {}, confirms)
    with pytest.raises(oauth2.TokenRequestError) as caught:
        leg.token_from(answered(status, reason), content)
    return str(caught.value)


FULL = "request token, http://a.example/r: the provider answered 401 No: "


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no token in an empty answer"),
        (b"x" * 200, "no token in " + "x" * 200),
        (b"x" * 201, "no token in " + "x" * 200 + "\u2026"),
        (b"<html><title></title>\n<p>", "no token in a page of HTML"),
        (
            b"<!DOCTYPE html><title> Sign in, please, or sign up </title>",
            "no token in a page of HTML, titled 'Sign in, please, or sign up'",
        ),
        (b"oauth_problem=token_rejected", "token_rejected"),
        (b"oauth_problem=token_rejected&oauth_problem_advice=Ask", "token_rejected, Ask"),
    ],
)
def test_a_refusal_says_what_was_answered(content: bytes, reason: str) -> None:
    """A reported problem with its advice, or how the body begins."""
    assert refused(content) == FULL + reason


def test_a_refusal_says_what_oauth_1_0a_asks_for() -> None:
    """There is a token, and no confirmation of the callback."""
    message = refused(b"oauth_token=t&oauth_token_secret=s", 200, "OK", confirms=True)
    assert message.endswith("it lacks oauth_callback_confirmed=true, which OAuth 1.0a asks for")


def test_a_status_line_cannot_steer_a_terminal() -> None:
    """A provider writes what it likes into it."""
    assert "answered 401 [2J No: " in refused(b"", reason="\x1b[2J\tNo")


def test_a_failure_stands_for_an_answer_that_there_is_not() -> None:
    """As of a connection that was refused."""
    leg = Leg("access token", "POST", "http://a.example/a", CONSUMER, TOKEN, {})
    with pytest.raises(oauth2.TokenRequestError) as caught:
        leg.token_from(None, b"", "no route to token-sekrit.example")
    assert str(caught.value) == "access token, http://a.example/a: no route to ***.example."


@pytest.mark.parametrize("name", ["oauth_token", "oauth_token_secret"])
def test_a_token_of_four_thousand_characters_can_be_sent(name: str) -> None:
    """4,096 is the most; a header of a request has eight thousand octets at best."""
    parts = {"oauth_token": "t", "oauth_token_secret": "s", name: "x" * 4096}
    token = token_of(answered(), urlencode(parts).encode())
    assert token is not None
    assert max(len(token.key), len(token.secret)) == 4096


@pytest.mark.parametrize(
    ("query", "kind"), [("oauth_token=x&", "another request token"), ("", "no request token")]
)
def test_a_redirect_with_another_token_says_so(query: str, kind: str) -> None:
    """An attacker's, or none at all."""
    with pytest.raises(oauth2.RequestTokenMismatch, match=f"redirected back with {kind}: "):
        verifier_from_redirect(f"http://a.example/?{query}oauth_verifier=v", TOKEN, True)


def test_a_request_token_may_have_its_key_in_bytes() -> None:
    """It is the key that it is in UTF-8."""
    token = oauth2.Token("caf\u00e9".encode(), "s")
    url = "http://a.example/?oauth_token=caf%C3%A9&oauth_verifier=v"
    assert verifier_from_redirect(url, token, True) == "v"


# What a server checks


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("1", 1),
        (5, 5),
        ("9" * 15, 10**15 - 1),
        ("1" + "0" * 15, None),
        ("\u0661", None),
        ("-1", None),
        ("", None),
    ],
)
def test_a_timestamp_has_at_most_fifteen_digits(stated: Any, seconds: int | None) -> None:
    """ASCII digits; more of them would take quadratic time."""
    assert seconds_of(stated) == seconds


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("oauth_version", "version"),
        ("oauth_signature_method", "method"),
        ("oauth_timestamp", "timestamp"),
    ],
)
def test_what_a_refusal_shows_is_text(name: str, attribute: str) -> None:
    """Also where a program put a number into the dict."""
    server = oauth2.Server({"HMAC-SHA1": HMAC_SHA1})
    request = oauth2.Request.from_consumer_and_token(CONSUMER, http_url="http://a.example/")
    request.sign_request(HMAC_SHA1, CONSUMER, None)
    request[name] = 7
    with pytest.raises(oauth2.Error) as caught:
        server.verify_request(request, CONSUMER, None)
    assert getattr(caught.value, attribute) == "7"


@pytest.mark.parametrize(
    ("method", "message"),
    [
        (PLAINTEXT, "Invalid signature: PLAINTEXT with other secrets."),
        (HMAC_SHA1, "Invalid signature. Expected signature base string: GET"),
    ],
)
def test_a_wrong_signature_is_explained(method: oauth2.SignatureMethod, message: str) -> None:
    """By the base string where there is one; PLAINTEXT would show the secrets."""
    request = oauth2.Request.from_consumer_and_token(CONSUMER, http_url="http://a.example/")
    request.sign_request(method, oauth2.Consumer("key", "another"), None)
    with pytest.raises(oauth2.SignatureInvalid) as caught:
        oauth2.Server({method.name: method}).verify_request(request, CONSUMER, None)
    assert str(caught.value).partition("&")[0] == message
    assert_no_secret(caught.value, CONSUMER.secret)


def test_a_parameter_in_bytes_is_explained_as_text() -> None:
    """A program may have set it so."""
    request = oauth2.Request("GET", "http://a.example/")
    request["oauth_version"] = b"2.0"
    assert oauth2.Server().explain(request, CONSUMER, None)[0].received == "2.0"


def test_an_overridden_check_of_the_timestamp_is_asked_once() -> None:
    """Again only when the window has closed in the meantime."""
    asked: list[str] = []

    class Counting(oauth2.Server):
        def _check_timestamp(self, timestamp: Any) -> None:
            asked.append(timestamp)

    request = oauth2.Request.from_consumer_and_token(CONSUMER, http_url="http://a.example/")
    request.sign_request(HMAC_SHA1, CONSUMER, None)
    Counting({"HMAC-SHA1": HMAC_SHA1}).verify_request(request, CONSUMER, None)
    assert asked == [request["oauth_timestamp"]]


def test_the_nonce_of_a_request_without_anything_else_counts() -> None:
    """A subclass may check all the rest in its own way."""

    class Trusting(oauth2.Server):
        def _check_signature(self, *arguments: Any) -> None:
            """Trust what a gateway has verified."""

    server = Trusting()
    request = oauth2.Request("GET", "http://a.example/")
    request.update(oauth_timestamp=oauth2.Request.make_timestamp(), oauth_nonce="n")
    server.verify_request(request, CONSUMER, None)
    with pytest.raises(oauth2.NonceUsed):
        server.verify_request(request, CONSUMER, None)


def read_and_verify(url: str) -> None:
    request = oauth2.Request.from_request("GET", url)
    assert request is not None
    oauth2.Server().verify_request(request, CONSUMER, None)


@pytest.mark.parametrize("length", [34, 35])
def test_a_name_that_was_received_twice_is_cut(length: int) -> None:
    """At forty characters."""
    name = f"oauth_{'x' * length}"
    with pytest.raises(oauth2.DuplicateParameter) as caught:
        read_and_verify(f"http://a.example/?{name}=1&{name}=2")
    assert str(caught.value) == f"oauth_{'x' * 34} was received 2 times."


# Requests


def test_the_users_way_to_the_provider_takes_bytes() -> None:
    """Key and callback are text in the dict."""
    token = oauth2.Token(b"t", b"s")
    request = oauth2.Request.from_token_and_callback(
        token,
        b"http://b.example/",  # type: ignore[arg-type]
        http_url="http://a.example/",
    )
    assert request == {"oauth_token": "t", "oauth_callback": "http://b.example/"}


def test_a_signature_method_of_a_program_may_lack_a_hash() -> None:
    """As those of 1.9 do; the body hash is SHA-1 then."""

    class Own:
        name = "OWN"

        def sign(self, *arguments: Any) -> str:
            return "s"

    request = oauth2.Request("PUT", "http://a.example/", body=b"Hello World!")
    request.sign_request(Own(), CONSUMER, None)  # type: ignore[arg-type]
    assert request["oauth_body_hash"] == b"Lve95gjOVATpfV8EL5X4nxwjKHE="
