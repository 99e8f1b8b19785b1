"""What ``oauth2 sign --as`` prints for an HTTP library is run against a sandbox and an origin."""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec

import pytest
from driving import Command, as_environment
from known import CONSUMER, CONSUMER_SECRET, TOKEN
from oauthlib.oauth1 import Client as Judge
from rsa_keys import PRIVATE_PEM
from wire import KEYS, Origin, Received, by_hand

import oauth2
from oauth2.profiles import Profile, ProfileStore
from oauth2.sandbox import Provider
from oauth2.snippets import LIBRARIES

Run = Callable[..., str]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a program with credentials in the environment, and return what it prints."""

    def run(program: str, consumer: oauth2.Consumer, token: oauth2.Token | None = None) -> str:
        for name, value in {**as_environment(consumer, token), "NO_PROXY": "*"}.items():
            monkeypatch.setenv(name, value)
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(program, "program", "exec"), {})
        return printed.getvalue()

    return run


each_library = pytest.mark.parametrize("library", LIBRARIES)
each_installed = pytest.mark.parametrize(
    "library", [library for library in LIBRARIES if find_spec(library)]
)


@each_installed
@pytest.mark.parametrize(
    "words",
    [
        ("GET",),
        ("HEAD",),
        ("DELETE",),
        ("POST", "-d", "status=Hello%20Ladies&n=é", "-H", "X-Quote: it's"),
        ("PUT", "--json", '{"a": "\'é"}', "--body-hash"),
        ("POST", "-F", "a=b", "--placement", "query"),
        ("GET", "--signature-method", "HMAC-SHA256", "--realm", "it's"),
        ("GET", "--signature-method", "PLAINTEXT", "--no-realm"),
    ],
    ids=" ".join,
)
def test_program_is_accepted(
    command: Command,
    provider: Provider,
    profile: Profile,
    run: Run,
    library: str,
    words: tuple[str, ...],
) -> None:
    """The sandbox verifies it each time that it is run, as it is signed anew."""
    method, *more = words
    url = f"{provider.resource_url}?a=b%20c&d=[e]"
    program = command("sign", method, url, *more, "--as", library).text
    for _ in range(2):
        status, _, answer = run(program, profile.consumer, profile.token).partition(" ")
        assert status == "200"
        if method != "HEAD":
            assert json.loads(answer)["method"] == method


@each_installed
@pytest.mark.parametrize(
    ("words", "is_right"),
    [
        (("-H", "X-Quote: it's"), lambda sent: sent.header("x-quote") == "it's"),
        (("-H", "Host: shop.example"), lambda sent: sent.header("host") == "shop.example"),
        (("-d", "a=%7E&b"), lambda sent: (sent.is_form, sent.body) == (True, b"a=%7E&b")),
        (("--json", '"é"'), lambda sent: sent.body == '"é"'.encode()),
        (
            ("--json", "{}"),
            lambda sent: (
                (sent.header("content-type"), sent.oauth("oauth_body_hash"))
                == ("application/json", None)
            ),
        ),
        (("--json", "{}", "--body-hash"), lambda sent: sent.oauth("oauth_body_hash") is not None),
        (("--placement", "query"), lambda sent: sent.place() == "query"),
        (("--placement", "header"), lambda sent: sent.place() == "header"),
        (("--realm", "it's"), lambda sent: 'realm="it\'s"' in sent.header("authorization")),
        (("--no-realm",), lambda sent: "realm" not in sent.header("authorization")),
        ((), lambda sent: "realm" not in sent.header("authorization")),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else "",
)
def test_program_sends_what_the_options_say(
    command: Command,
    origin: Origin,
    run: Run,
    library: str,
    words: tuple[str, ...],
    is_right: Callable[[Received], bool],
) -> None:
    """What is received is judged from its octets."""
    environ = as_environment(CONSUMER, TOKEN)
    ran = command("sign", "POST", f"{origin.url}/a?b=c", *words, "--as", library, **environ)
    run(ran.text, CONSUMER, TOKEN)
    assert origin.last.method == "POST"
    assert is_right(origin.last)
    assert by_hand(origin.last, KEYS)


@each_installed
def test_program_for_rsa_reads_the_key_from_the_same_file(
    command: Command, origin: Origin, library: str
) -> None:
    """It runs as a process of its own, and is for the consumer alone where there is no token."""
    (command.folder / "it's.pem").write_text(PRIVATE_PEM)
    options = ("--signature-method", "RSA-SHA256", "--private-key", "it's.pem", "--as", library)
    environ = {**command.environ, **as_environment(CONSUMER)}
    ran = command("sign", "GET", f"{origin.url}/a", *options, **as_environment(CONSUMER))
    words = [sys.executable, "-c", ran.text]
    subprocess.run(words, env=environ, cwd=command.folder, capture_output=True, check=True)
    sent = origin.last
    judge = Judge(
        str(CONSUMER.key),
        rsa_key=PRIVATE_PEM,
        signature_method="RSA-SHA256",
        nonce=sent.oauth("oauth_nonce"),
        timestamp=sent.oauth("oauth_timestamp"),
    )
    _, headers, _ = judge.sign(sent.url)
    theirs = dict(re.findall(r'([^\s=,]+)="([^"]*)"', headers["Authorization"]))
    ours = {name: oauth2.escape(str(sent.oauth(name))) for name in theirs}
    assert ours == theirs


@each_library
def test_signature_in_the_body_is_refused_with_the_reason(
    command: Command, store: ProfileStore, library: str
) -> None:
    """By the option, and by a profile that says so."""
    words = ("sign", "POST", "http://a.example/", "-d", "a=b", "--as", library)
    store.save(Profile("mine", CONSUMER, TOKEN, placement="body"))
    for more in (("--placement", "body"), ()):
        told = command.fails(*words, *more, status=2)
        assert told.startswith(
            f"--as {library}: placement: expected one of ('header', 'query'), got 'body':"
            " what is in the body would be sent on to another origin after a redirect"
        )


@each_library
def test_file_that_is_streamed_is_refused(command: Command, library: str) -> None:
    """A program of one request holds its body."""
    (command.folder / "file").write_text("")
    words = ("sign", "PUT", "http://a.example/", "--upload", "file", "--as", library)
    told = command.fails(*words, status=2, **as_environment(CONSUMER))
    assert told.startswith(f"--as {library}: expected a body of text, got --upload")


@each_library
def test_program_holds_no_secret(command: Command, library: str) -> None:
    """PLAINTEXT may be printed, as it is signed when the program runs."""
    words = ("sign", "GET", "http://a.example/", "--signature-method", "PLAINTEXT")
    program = command(*words, "--as", library, **as_environment(CONSUMER, TOKEN)).text
    assert CONSUMER_SECRET not in program
