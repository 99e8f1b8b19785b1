"""A refusal of the signature is explained after the answer, by ``request`` and ``authorize``."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from authorizing import come_back, give_tokens, legs, shown_address, three_urls
from driving import ENVIRON, Command, Terminal, as_environment
from known import CONSUMER
from rsa_keys import PRIVATE_PEM
from wire import Answer, Origin, Received, base_string, judging, redirect

import oauth2
from oauth2.profiles import Profile
from oauth2.sandbox import Provider

SAME = "Both base strings are the same: the consumer secret or the token secret is wrong."
NO_TOKEN = as_environment(CONSUMER)


def of(profile: Profile, **other: str) -> dict[str, Any]:
    """Return the environment of a profile, with other credentials in it."""
    return {**as_environment(profile.consumer, profile.token), **other}


def names(errors: str) -> list[str]:
    """Return the names of the causes, each at the end of a line."""
    return re.findall(r" \(([a-z0-9-]+)\)$", errors, re.M)


def telling(change: Callable[[str], str]) -> Callable[[Received], Answer]:
    """Refuse each request, and tell a base string that was computed in another way."""
    return lambda received: Answer(401, body=change(base_string(received)).encode())


def far_off(seconds: int, refusing: bytes = b"go away") -> Answer:
    """Refuse a request by another clock."""
    return Answer(401, {"Date": formatdate(time.time() + seconds, usegmt=True)}, refusing)


def test_wrong_secret_is_told_after_the_answer(
    command: Command, provider: Provider, profile: Profile
) -> None:
    """Both base strings are the same, so that no row is shown; standard output is the body."""
    wrong = of(profile, OAUTH_TOKEN_SECRET="x-sekrit")
    ran = command("request", "GET", provider.resource_url, **wrong)
    assert ran.status == 22
    assert ran.text.startswith("oauth_problem=signature_invalid")
    assert ran.errors.startswith(
        f"oauth2: The server answered 401 UNAUTHORIZED: signature_invalid\n\n{SAME}\nSee that "
    )
    assert names(ran.errors) == ["wrong-secret"]
    assert "debug" not in ran.errors


def test_wrong_consumer_secret_is_told_where_there_is_no_token(
    command: Command, provider: Provider, profile: Profile
) -> None:
    """The first leg has none; what is shown is that of ``debug``."""
    wrong = as_environment(oauth2.Consumer(profile.consumer.key, "x-sekrit"))
    ran = command("request", "POST", provider.request_token_url, **wrong)
    assert "Both base strings are the same: the consumer secret is wrong." in ran.errors
    assert names(ran.errors) == ["wrong-secret"]


def test_explanation_stands_below_the_answer_in_a_terminal(
    command: Command, provider: Provider, profile: Profile
) -> None:
    """In this order; octets that differ are in colour."""
    url = provider.resource_url.replace("127.0.0.1", "localhost")
    terminal = command.in_terminal("request", "GET", url, **of(profile))
    assert terminal.end() == 22
    shown = terminal.text
    pieces = [
        *("oauth_problem=signature_invalid", "The server answered 401", "differs  host"),
        *("The provider has the host 127.0.0.1, you signed the host localhost.", "(host)"),
    ]
    found = [shown.index(piece) for piece in pieces]
    assert found == sorted(found)
    assert "\x1b[1;31mlocalhost\x1b[0m" in terminal.raw


def test_rows_that_differ_are_shown_and_no_other(command: Command, origin: Origin) -> None:
    """With what to change; octets that differ are in brackets in a pipe."""
    origin.script["/a"] = telling(
        lambda base: base.replace("GET&http%3A", "GET&https%3A").replace("b%2520c", "b%2Bc")
    )
    ran = command("request", "GET", f"{origin.url}/a?a=b%20c", **ENVIRON)
    rows = [line.split() for line in ran.errors.splitlines() if line.startswith("differs")]
    assert rows == [
        ["differs", "scheme", "http", "http[s]"],
        ["differs", "a", "b[%20]c", "b[+]c"],
    ]
    assert "\nsame " not in ran.errors
    assert "\nThe provider has https, you signed http.\nSign the URL with" in ran.errors
    assert names(ran.errors) == ["scheme", "plus-for-space"]


@pytest.mark.parametrize(
    ("words", "body"),
    [
        (("-d", "a=b"), "a%3Db"),
        (("--upload", "file", "--body-hash"), "oauth_body_hash"),
        (("-F", "a=b"), "oauth_consumer_key"),
    ],
)
def test_request_that_was_just_sent_is_explained(
    command: Command, origin: Origin, words: tuple[str, ...], body: str
) -> None:
    """With its nonce, its form and its hash: nothing of it differs."""
    (command.folder / "file").write_text("octets")
    origin.script["/a"] = telling(str)
    ran = command("request", "POST", f"{origin.url}/a", *words, **ENVIRON)
    assert body in ran.text
    assert names(ran.errors) == ["wrong-secret"]


def test_request_after_a_redirect_is_explained(command: Command, origin: Origin) -> None:
    """Within the origin, it is the second one that was refused."""
    origin.script["/a"] = redirect(302, "/b?c=d")
    origin.script["/b"] = telling(str)
    ran = command("request", "GET", f"{origin.url}/a", **ENVIRON)
    assert "c%3Dd" in ran.text
    assert names(ran.errors) == ["wrong-secret"]


def test_request_that_was_not_signed_is_not_explained(command: Command, origin: Origin) -> None:
    """After a redirect to another origin, the refusal is about no signature."""
    origin.script["/a"] = redirect(302, f"{origin.named_url}/b")
    origin.script["/b"] = Answer(401, {"WWW-Authenticate": "OAuth"})
    ran = command("request", "GET", f"{origin.url}/a", **ENVIRON)
    assert ran.status == 22
    assert names(ran.errors) == []


@pytest.mark.parametrize("seconds", [7200, -7200])
def test_clock_that_is_far_off_is_told(command: Command, origin: Origin, seconds: int) -> None:
    """The request was repeated by the provider's time, which did not help."""
    origin.script["/a"] = far_off(seconds)
    ran = command("request", "GET", f"{origin.url}/a", **ENVIRON)
    assert len(origin.received) == 2
    where = "behind" if seconds > 0 else "ahead of"
    found = re.search(
        rf"The local clock is (7[12]\d\d) seconds {where} the provider's, by", ran.errors
    )
    assert found is not None
    assert names(ran.errors) == ["no-reason", "clock"]


def test_clock_is_the_cause_where_the_body_cannot_be_sent_again(
    command: Command, origin: Origin
) -> None:
    """Then the request was not tried by the provider's time."""
    timestamp = str(int(time.time()))
    origin.script["/a"] = far_off(7200)
    words = "-d", f"a=b&oauth_timestamp={timestamp}", "--placement", "body"
    ran = command("request", "POST", f"{origin.url}/a", *words, **ENVIRON)
    assert len(origin.received) == 1
    assert "seconds behind the provider's.\nSet the clock" in ran.errors
    assert names(ran.errors) == ["clock"]


@pytest.mark.parametrize(
    ("code", "sentence", "name"),
    [
        ("nonce_used", "The provider has seen this nonce", "nonce-used"),
        ("token_expired", "The token has expired.", "token-expired"),
        ("consumer_key_unknown", "The provider does not know the consumer key.", None),
        ("timestamp_refused", "The provider does not accept the timestamp.", "clock"),
    ],
)
@pytest.mark.parametrize("in_challenge", [True, False])
def test_meaning_of_a_code_is_told(
    command: Command,
    origin: Origin,
    code: str,
    sentence: str,
    name: str | None,
    in_challenge: bool,
) -> None:
    """Whether it is in the challenge or in the body."""
    challenge = {"WWW-Authenticate": f'OAuth oauth_problem="{code}"'}
    body = f"oauth_problem={code}".encode()
    origin.script["/a"] = Answer(401, challenge) if in_challenge else Answer(401, body=body)
    ran = command("request", "GET", f"{origin.url}/a", **ENVIRON)
    assert f"\n\n{sentence}" in ran.errors
    assert names(ran.errors) == [name or code.replace("_", "-")]


def test_refusal_without_a_reason_says_what_to_try(command: Command, origin: Origin) -> None:
    """What was signed can be shown; ``debug`` has nothing to compare it with."""
    origin.script["/a"] = Answer(401, body=b"go away")
    ran = command("request", "GET", f"{origin.url}/a", **ENVIRON)
    assert "\n\nThe provider does not say what is wrong.\nSee that the secrets" in ran.errors
    assert names(ran.errors) == ["no-reason"]
    assert ran.errors.endswith("with --as base-string, shows what was signed.\n")
    assert "debug" not in ran.errors


def test_missing_token_is_told(command: Command, origin: Origin) -> None:
    """With how to get one."""
    origin.script["/a"] = Answer(401, body=b"go away")
    ran = command("request", "GET", f"{origin.url}/a", **NO_TOKEN)
    assert "'oauth2 authorize'" in ran.errors
    assert names(ran.errors) == ["no-token"]


def test_secret_with_a_line_break_is_told(
    command: Command, provider: Provider, profile: Profile
) -> None:
    """It is the one of the token, and is not shown."""
    assert profile.token is not None
    wrong = of(profile, OAUTH_TOKEN_SECRET=f"{profile.token.secret!s}\n")
    ran = command("request", "GET", provider.resource_url, **wrong)
    assert "There is white space or a line break around the token secret." in ran.errors
    assert names(ran.errors) == ["white-space-in-key"]


def test_provider_that_wants_another_scheme_is_told(command: Command, origin: Origin) -> None:
    """No secret is to blame then."""
    origin.script["/a"] = Answer(401, {"WWW-Authenticate": 'Bearer realm="a"'})
    ran = command("request", "GET", f"{origin.url}/a", **ENVIRON)
    assert "scheme Bearer, not of OAuth." in ran.errors
    assert names(ran.errors) == ["other-scheme"]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(403, body=b"You may not see this."),
        Answer(400, body=b"size: expected a number"),
        Answer(404, {"WWW-Authenticate": "OAuth"}, b"none"),
        Answer(500, body=b"signature"),
    ],
)
def test_refusal_of_another_matter_is_not_explained(
    command: Command, origin: Origin, answer: Answer
) -> None:
    """One line says what was answered."""
    origin.script["/a"] = answer
    ran = command("request", "GET", f"{origin.url}/a", **ENVIRON)
    assert ran.errors == f"oauth2: The server answered {answer.status} Scripted\n"


def test_answer_that_is_no_refusal_is_not_explained(command: Command, origin: Origin) -> None:
    """Also where it shows a base string."""
    origin.script["/a"] = lambda received: Answer(body=base_string(received).encode())
    ran = command("request", "GET", f"{origin.url}/a", **ENVIRON)
    assert (ran.status, ran.errors) == (0, "")


@pytest.mark.parametrize("method", ["HMAC-SHA1", "HMAC-SHA512", "PLAINTEXT"])
def test_signature_stays_what_it_was(command: Command, origin: Origin, method: str) -> None:
    """What keeps the base string signs by each method as before."""
    origin.script["/a"] = judging
    ran = command("request", "GET", f"{origin.url}/a?b=c", "--signature-method", method, **ENVIRON)
    assert (ran.status, ran.text, ran.errors) == (0, "welcome", "")
    assert origin.last.oauth("oauth_signature_method") == method


def test_plaintext_leaves_the_secrets(command: Command, origin: Origin) -> None:
    """It has no base string that could differ."""
    origin.script["/a"] = Answer(401, body=b"wrong signature")
    words = "--signature-method", "PLAINTEXT"
    ran = command("request", "GET", f"{origin.url}/a", *words, **ENVIRON)
    assert names(ran.errors) == ["wrong-secret"]


def test_private_key_is_left_by_rsa(command: Command, origin: Origin) -> None:
    """No secret signs, and none is to blame."""
    (command.folder / "key.pem").write_text(PRIVATE_PEM)
    origin.script["/a"] = telling(str)
    words = "--signature-method", "RSA-SHA1", "--private-key", "key.pem"
    ran = command("request", "GET", f"{origin.url}/a", *words, **ENVIRON)
    assert "the private key does not belong to the public key" in ran.errors
    assert names(ran.errors) == ["other-rsa-key"]


def test_nothing_is_explained_where_a_script_asks_for_that(
    command: Command, origin: Origin
) -> None:
    """Standard output and the exit status are the same with the explanation and without."""
    origin.script["/a"] = Answer(401, body=b"Invalid signature")
    explained = command("request", "GET", f"{origin.url}/a", "-i", **ENVIRON)
    plain = command("request", "GET", f"{origin.url}/a", "-i", "--no-explain", **ENVIRON)
    assert (plain.status, plain.output) == (explained.status, explained.output)
    assert plain.errors == "oauth2: The server answered 401 Scripted\n"
    assert names(explained.errors) == ["signature-refused"]


def test_file_of_a_response_is_not_touched_by_a_refusal(command: Command, origin: Origin) -> None:
    """The body is shown, and then the explanation."""
    origin.script["/a"] = Answer(401, body=b"Invalid signature")
    ran = command("request", "GET", f"{origin.url}/a", "-o", "file", **ENVIRON)
    assert (ran.status, ran.output) == (22, b"Invalid signature")
    assert not Path(command.folder / "file").exists()
    assert names(ran.errors) == ["signature-refused"]


# authorize


def refused(command: Command, *words: str, given: bytes = b"", **environ: Any) -> str:
    """Run ``authorize`` to its failure; return what is on standard error."""
    ran = command("authorize", *words, "--no-browser", given=given, **environ)
    assert ran.status == 1
    return ran.errors


def test_first_leg_that_is_refused_is_explained(
    command: Command, provider: Provider, consumer: oauth2.Consumer
) -> None:
    """After the line that says so, as ``request`` would."""
    wrong = as_environment(oauth2.Consumer(consumer.key, "x-sekrit"))
    errors = refused(command, *three_urls(provider), **wrong)
    line, _, rest = errors.partition("\n\n")
    assert line.startswith(f"oauth2: request token, {provider.request_token_url}: the provider")
    assert rest.startswith("Both base strings are the same: the consumer secret is wrong.\n")
    assert names(rest) == ["wrong-secret"]


def test_third_leg_that_is_refused_is_explained(command: Command, origin: Origin) -> None:
    """The token is there, and what differs is shown."""
    give_tokens(origin)
    origin.script["/access"] = telling(lambda base: base.replace("GET&", "POST&"))
    words = [*legs(origin.url), "--token-method", "GET"]
    errors = refused(command, *words, given=b"1234\n", **NO_TOKEN)
    assert re.search(r"\ndiffers +method +\[GE\]T +\[POS\]T", errors)
    assert names(errors) == ["method"]


def test_leg_after_the_browser_is_explained_in_a_terminal(command: Command, origin: Origin) -> None:
    """The redirect to loopback ends in a refusal."""
    give_tokens(origin)
    origin.script["/access"] = Answer(401, body=b"oauth_problem=token_used")
    terminal: Terminal = command.in_terminal(
        "authorize", *legs(origin.url), BROWSER="true", **NO_TOKEN
    )
    shown_address(terminal)
    terminal.expect(r"Waiting for you on (\S+),")
    come_back(f"{terminal.match[1]}?oauth_token=request&oauth_verifier=v")
    assert terminal.end() == 1
    assert names(terminal.text) == ["token-used"]
    assert terminal.text.index("answered 401") < terminal.text.index("exchanged before")


@pytest.mark.parametrize(
    "answer", [Answer(500), Answer(200), redirect(307, "http://localhost:1/x"), Answer(403)]
)
def test_leg_that_fails_for_another_reason_is_not_explained(
    command: Command, origin: Origin, answer: Answer
) -> None:
    """One line says why."""
    origin.script["/request"] = answer
    errors = refused(command, *legs(origin.url), **NO_TOKEN)
    assert errors.count("\n") == 1


def test_leg_that_another_origin_answers_is_not_explained(command: Command, origin: Origin) -> None:
    """It was not signed for that."""
    origin.script["/request"] = redirect(307, f"{origin.named_url}/b")
    origin.script["/b"] = Answer(401, body=b"Invalid signature")
    errors = refused(command, *legs(origin.url), "--token-method", "GET", **NO_TOKEN)
    assert "another origin" in errors
    assert errors.count("\n") == 1


def test_refused_leg_is_not_explained_where_a_script_asks_for_that(
    command: Command, origin: Origin
) -> None:
    """The line is the same."""
    origin.script["/request"] = Answer(401, body=b"oauth_problem=nonce_used")
    explained = refused(command, *legs(origin.url), **NO_TOKEN)
    plain = refused(command, *legs(origin.url), "--no-explain", **NO_TOKEN)
    assert explained.startswith(plain)
    assert names(explained) == ["nonce-used"]


def test_traceback_shows_the_refusal_of_the_leg(command: Command, origin: Origin) -> None:
    """The explanation comes last."""
    origin.script["/request"] = Answer(401, body=b"oauth_problem=nonce_used")
    ran = command("--traceback", "authorize", *legs(origin.url), "--no-browser", **NO_TOKEN)
    assert "TokenRequestError: request token" in ran.errors
    assert ran.errors.endswith("(nonce-used)\n")


def test_demo_explains_as_request_does(command: Command) -> None:
    """The row that differs, the cause, its advice and its name, on standard output."""
    shown = command("demo").text
    assert re.search(r"\n +yours +the provider's *\ndiffers +status +Hello\[\+\]Ladies", shown)
    assert "\nsame " not in shown
    assert names(shown) == ["plus-for-space"]
