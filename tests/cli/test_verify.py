"""``oauth2 verify``: what oauthlib and others signed, verified step by step."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from driving import ENVIRON, Command
from known import CONSUMER, FORM, TOKEN
from oauthlib.oauth1 import Client as Judge

import oauth2
from oauth2.profiles import Profile, ProfileStore

URL = "https://photos.example.net/photos?size=big"
STEPS = [
    *("consumer key", "token", "version", "parameters", "signature method"),
    *("timestamp", "signature", "nonce"),
]


def judge(**options: Any) -> Judge:
    """Make oauthlib's signer."""
    arguments = {
        "client_key": CONSUMER.key,
        "client_secret": CONSUMER.secret,
        "resource_owner_key": TOKEN.key,
        "resource_owner_secret": TOKEN.secret,
        **options,
    }
    return Judge(**arguments)


def raw(
    method: str = "GET", url: str = URL, body: str = "", scheme: str = "https", **options: Any
) -> bytes:
    """Let oauthlib sign a request, and write it as HTTP has it."""
    url = url.replace("https", scheme)
    headers = {"Content-Type": FORM} if body else {}
    verb: Any = method  # oauthlib's types know nine
    _, signed, sent = judge(**options).sign(url, verb, body or None, headers)
    host, _, path = url.partition("://")[2].partition("/")
    lines = [f"{method} /{path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in signed.items()]
    lines += [f"Content-Length: {len(sent or '')}", "", sent or ""]
    return "\r\n".join(lines).encode()


def steps(shown: str) -> dict[str, str]:
    """Read the steps that were shown: the mark of each by its name."""
    lines = [line for line in shown.splitlines() if line.startswith(("ok  ", "NO  "))]
    return {line[4:22].strip(): line[:2] for line in lines}


def failed(shown: str) -> list[str]:
    """Return the names of the steps that failed."""
    return [name for name, mark in steps(shown).items() if mark == "NO"]


def told(shown: str, name: str) -> str:
    """Return what is said of a step."""
    (line,) = [line for line in shown.splitlines() if line[4:22].strip() == name]
    return line[22:]


@pytest.mark.parametrize("scheme", ["https", "http"])
@pytest.mark.parametrize("place", ["AUTH_HEADER", "QUERY", "BODY"])
def test_request_that_oauthlib_signed_verifies(command: Command, place: str, scheme: str) -> None:
    """From standard input, over either scheme, which the raw request does not tell."""
    method: Any
    method, body = ("POST", "a=b%20c") if place == "BODY" else ("GET", "")
    signed = judge(signature_type=place)
    uri, headers, sent = signed.sign(
        URL.replace("https", scheme), method, body or None, {"Content-Type": FORM} if body else {}
    )
    lines = [f"{method} {uri} HTTP/1.1", *[f"{k}: {v}" for k, v in headers.items()]]
    lines += [f"Content-Length: {len(sent or '')}", "", sent or ""]
    path_alone = [f"{method} {uri.partition('.net')[2]} HTTP/1.1", "Host: photos.example.net"]
    for request in (lines, path_alone + lines[1:]):
        ran = command("verify", given="\n".join(request).encode(), **ENVIRON)
        assert (ran.status, ran.errors) == (0, "")
        assert ran.text.splitlines()[0] == f"{method} {scheme}://photos.example.net/photos"
        assert ran.text.endswith("\nIt verifies.\n")
        assert list(steps(ran.text).items()) == [(name, "ok") for name in STEPS]


def test_request_is_read_from_a_file_or_from_the_argument(command: Command) -> None:
    """As curl has it: @FILE, -, or the text itself."""
    (command.folder / "request").write_bytes(raw())
    assert command("verify", "@request", **ENVIRON).status == 0
    assert command("verify", raw().decode(), **ENVIRON).status == 0
    assert command("verify", "-", given=raw(), **ENVIRON).status == 0


def test_request_can_be_pasted_into_a_terminal(command: Command) -> None:
    """The user is told how to end it."""
    terminal = command.in_terminal("verify", **ENVIRON)
    terminal.expect("oauth2: Paste it here, and end with Ctrl-D on a line of its own.")
    terminal.send(raw().decode().replace("\r", ""))
    terminal.sendeof()
    assert terminal.end() == 0
    assert "It verifies." in terminal.text


def test_method_url_and_a_header_verify(command: Command) -> None:
    """With the body, where there is one."""
    _, headers, _ = judge().sign(URL)
    header = f"Authorization: {headers['Authorization']}"
    assert command("verify", "GET", URL, "-H", header, **ENVIRON).status == 0
    _, headers, body = judge(signature_type="BODY").sign(URL, "PUT", "a=b", {"Content-Type": FORM})
    words = ("-H", f"content-type:{FORM}", "-d", body)
    assert command("verify", "PUT", URL, *words, **ENVIRON).status == 0
    assert failed(command("verify", "POST", URL, *words, **ENVIRON).text) == ["signature"]


def test_method_and_url_are_options_as_well(command: Command) -> None:
    """As in 2.1, and the help does not show them."""
    _, headers, _ = judge().sign(URL)
    header = f"Authorization: {headers['Authorization']}"
    assert command("verify", "--url", URL, "-H", header, **ENVIRON).status == 0
    _, headers, body = judge(signature_type="BODY").sign(URL, "PUT", "a=b", {"Content-Type": FORM})
    words = ("-X", "PUT", "-H", f"content-type:{FORM}", "-d", body)
    assert command("verify", "--url", URL, *words, **ENVIRON).status == 0
    shown = command("verify", "--help").text
    assert [option for option in ("--url", "-X", "--method") if option in shown] == []


def test_given_scheme_is_the_one_that_counts(command: Command) -> None:
    """What was signed as http does not verify as https."""
    signed = raw(scheme="http")
    ran = command("verify", "--scheme", "https", given=signed, **ENVIRON)
    assert failed(ran.text) == ["signature"]
    assert command("verify", "--scheme", "http", given=signed, **ENVIRON).status == 0


@pytest.mark.parametrize(
    ("options", "change", "names", "said"),
    [
        ({"client_key": "other"}, None, ["consumer key"], "oauth_consumer_key: expected key, as"),
        ({"resource_owner_key": "other"}, None, ["token"], "oauth_token: expected token, as the"),
        ({}, ("1.0", "2.0"), ["version", "signature"], "OAuth version '2.0' not supported"),
        ({}, ("oauth_nonce=", "nonce="), ["parameters", "signature"], "Parameter not found"),
        ({}, ("HMAC-SHA1", "MD5"), ["signature method"], "Signature method 'MD5' refused"),
        ({"timestamp": "1191242096"}, None, ["timestamp"], "Timestamp refused: expected"),
        ({"timestamp": "soon"}, None, ["timestamp"], "Timestamp refused: expected"),
        ({}, ("size=big", "size=b"), ["signature"], "Invalid signature. Expected signature base"),
        ({}, ("oauth_signature=", "signature="), ["parameters"], "Missing oauth_signature"),
    ],
)
def test_step_that_fails_is_shown(
    command: Command,
    options: dict[str, str],
    change: tuple[str, str] | None,
    names: list[str],
    said: str,
) -> None:
    """The exit status is 1, and the other steps are shown, too."""
    request = raw(**options)
    if change:
        assert change[0].encode() in request
        request = request.replace(change[0].encode(), change[1].encode())
    ran = command("verify", given=request, **ENVIRON)
    assert (ran.status, ran.errors) == (1, "")
    assert failed(ran.text) == names
    assert told(ran.text, names[0]).startswith(said)
    assert "\nIt does not verify.\n" in ran.text
    assert ("nonce" in steps(ran.text)) == (names[0] in ("consumer key", "token"))


def test_hash_of_the_body_is_a_step(command: Command) -> None:
    """Where it was signed."""
    client = oauth2.Client(CONSUMER, TOKEN, placement="header")
    signed = client.sign(URL, "PUT", '{"a": 1}', {"Content-Type": "application/json"})
    headers = [word for pair in signed.headers.items() for word in ("-H", ": ".join(pair))]
    words = ("verify", "PUT", signed.uri, *headers, "-d")
    ran = command(*words, '{"a": 1}', **ENVIRON)
    assert steps(ran.text)["body hash"] == "ok"
    ran = command(*words, '{"a": 2}', **ENVIRON)
    assert (ran.status, failed(ran.text)) == (1, ["body hash"])


def test_clock_can_be_set_to_the_time_of_the_request(command: Command) -> None:
    """An old request verifies as at its time."""
    request = raw(timestamp="1191242096")
    assert command("verify", "--at", "1191242090", given=request, **ENVIRON).status == 0
    later = str(int(time.time()) + 10_000)
    assert command("verify", "--at", later, given=raw(), **ENVIRON).status == 1


@pytest.mark.parametrize("method", ["RSA-SHA1", "RSA-SHA256", "RSA-SHA512"])
def test_signature_of_rsa_verifies_by_the_public_key(
    command: Command, tmp_path: Path, method: str
) -> None:
    """Another key does not do, and without a key the method is refused."""
    keys = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]
    for number, key in enumerate(keys):
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        (tmp_path / f"{number}.pem").write_bytes(public)
    private = keys[0].private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    request = raw(signature_method=method, rsa_key=private.decode())
    assert command("verify", "--public-key", "0.pem", given=request, **ENVIRON).status == 0
    ran = command("verify", "--public-key", "1.pem", given=request, **ENVIRON)
    assert (ran.status, failed(ran.text)) == (1, ["signature"])
    ran = command("verify", given=request, **ENVIRON)
    assert failed(ran.text) == ["signature method"]
    (tmp_path / "junk.pem").write_text("junk")
    line = command.fails("verify", "--public-key", "junk.pem", given=request, **ENVIRON)
    assert "public_key: expected" in line


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"resource_owner_secret": ""}, "The token secret was left out of the key."),
        ({"client_secret": "token-sekrit", "resource_owner_secret": "consumer-sekrit"}, "swapped"),
        ({"client_secret": "consumer-sekrit\n"}, "There was white space or a line break around"),
        ({"client_secret": "x"}, "Nothing that usually goes wrong makes this"),
    ],
)
def test_wrong_key_is_explained(command: Command, options: dict[str, str], said: str) -> None:
    """In words, and what to change; the secrets stay hidden."""
    ran = command("verify", given=raw(**options), **ENVIRON)
    assert (ran.status, failed(ran.text)) == (1, ["signature"])
    assert said in ran.text.partition("It does not verify.")[2]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"url": URL.replace("/photos?", "/v1/photos?")}, "signed with /v1 before the path"),
        ({"url": URL.partition("?")[0]}, "signed without the pairs of the query"),
        ({"resource_owner_key": None}, "the token's secret, but the request has no oauth_token"),
    ],
)
def test_wrong_base_string_is_explained(
    command: Command, options: dict[str, Any], said: str
) -> None:
    """What was signed otherwise than it was sent is said, where it can be proved."""
    sent = raw(**options).replace(b"/v1/photos?", b"/photos?")
    sent = sent.replace(b"GET /photos HTTP", b"GET /photos?size=big HTTP")
    ran = command("verify", given=sent, **ENVIRON)
    assert (ran.status, failed(ran.text)) == (1, ["signature"])
    assert said in " ".join(ran.text.partition("It does not verify.")[2].split())


def test_wrong_secret_of_plaintext_is_told_without_it(command: Command) -> None:
    """The signature itself is the secrets."""
    request = raw(signature_method="PLAINTEXT", resource_owner_secret="other-sekrit")
    ran = command("verify", given=request, **ENVIRON)
    assert failed(ran.text) == ["signature"]
    assert told(ran.text, "signature") == "Invalid signature: PLAINTEXT with other secrets."


def test_password_of_xauth_is_not_shown(command: Command) -> None:
    """It is a parameter of the base string that is shown."""
    body = "x_auth_mode=client_auth&x_auth_password=pass-sekrit&x_auth_username=ann"
    ran = command("verify", given=raw("POST", body=body, client_secret="x"), **ENVIRON)
    assert failed(ran.text) == ["signature"]
    assert "x_auth_password%3D***" in told(ran.text, "signature")


def test_request_of_a_consumer_alone_verifies(command: Command, store: ProfileStore) -> None:
    """Whatever token the profile has; one that it has not is told."""
    store.save(Profile("mine", CONSUMER, TOKEN))
    store.save(Profile("none", CONSUMER))
    request = raw(resource_owner_key=None, resource_owner_secret=None)
    for name in ("mine", "none"):
        assert command("verify", "--profile", name, given=request).status == 0
    ran = command("verify", "--profile", "none", given=raw())
    said = "oauth_token: expected none, as the profile has it, got token."
    assert (ran.status, told(ran.text, "token")) == (1, said)


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (b"", "expected a line of curl, a signed URL, or a request as in 'GET /path HTTP/1.1'"),
        (b"hello\x1b[2J", "expected a line of curl, a signed URL, or a request as in"),
        (b"GET / HTTP/1.1\n\n", "line 2: expected a Host header, got none"),
        (b"GET / HTTP/1.1\nHost: a b\n", "line 2: expected a host name"),
        (b"GET / HTTP/1.1\nHost: a.example\nno header\n", "line 3: expected a header such as"),
        (b"GET / HTTP/1.1\nHost: a.example\n\nbody", "line 4: expected no body, as no Content-Len"),
        (
            b"GET / HTTP/1.1\nHost: a.example\n\n",
            "expected a signed request, got one without any parameters",
        ),
        (
            b'GET / HTTP/1.1\nHost: a.example\nAuthorization: OAuth a="sekrit\n',
            "Authorization header",
        ),
        (
            b"GET /?oauth_nonce=1&oauth_nonce=2 HTTP/1.1\nHost: a.example\n",
            "oauth_nonce",
        ),
    ],
)
def test_request_that_cannot_be_read_is_one_line(
    command: Command, request_: bytes, said: str
) -> None:
    """It says which line is wrong, and what was expected."""
    assert said in command.fails("verify", given=request_, **ENVIRON)


def test_unsigned_request_does_not_verify(command: Command) -> None:
    """That it has no signature is told before anything else that it lacks."""
    ran = command("verify", "GET", "https://photos.example.net/?size=big", **ENVIRON)
    assert (ran.status, failed(ran.text)) == (1, ["consumer key", "parameters"])
    assert told(ran.text, "parameters") == "Missing oauth_signature."


def test_what_was_received_cannot_steer_a_terminal(command: Command) -> None:
    """Values are quoted."""
    url = "http://a.example/%1b%5b?oauth_consumer_key=%1b%5b2J&oauth_version=%9b&oauth_%1b=1"
    terminal = command.in_terminal("verify", "GET", url, **ENVIRON)
    assert terminal.end() == 1
    assert "\x1b" not in terminal.raw
    assert "\x9b" not in terminal.raw


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("GET", URL, "-H", "sekrit"), "Invalid value for '-H' / '--header': expected NAME:V"),
        (("-H", "A: b"), "expected METHOD and URL beside -H and -d, got none"),
        (("-d", "a=b"), "expected METHOD and URL beside -H and -d, got none"),
        (("GET", URL, "more"), "expected METHOD and URL, got 3 arguments"),
        (("request",), "expected @request for what is in the file, got its name"),
        (("--scheme", "ftp"), "Invalid value for '--scheme'"),
        (("--at", "soon"), "Invalid value for '--at'"),
        (("--public-key", "missing"), "Invalid value for '--public-key'"),
    ],
)
def test_wrong_usage_is_one_line(command: Command, words: tuple[str, ...], said: str) -> None:
    """The exit status is 2."""
    (command.folder / "request").write_bytes(raw())
    assert command.fails("verify", *words, status=2, **ENVIRON).startswith(said)


def test_file_that_is_missing_is_told(command: Command) -> None:
    """By its name."""
    said = command.fails("verify", "@missing", **ENVIRON)
    assert said == "missing: No such file or directory"


def test_scheme_that_fits_best_is_taken(command: Command) -> None:
    """An old request over http is old, and its signature right."""
    url = "http://photos.example.net/photos"
    header = command("sign", "GET", url, "--timestamp", "1191242096", **ENVIRON).text.strip()
    request = f"GET /photos HTTP/1.1\nHost: photos.example.net\n{header}\n\n".encode()
    ran = command("verify", given=request, **ENVIRON)
    assert (ran.status, failed(ran.text)) == (1, ["timestamp"])
    assert ran.text.startswith(f"GET {url}\n")


def test_signature_that_is_hidden_is_told(command: Command) -> None:
    """As what 'request -v' printed has it."""
    hidden = re.sub(rb'oauth_signature="[^"]*"', b'oauth_signature="***"', raw())
    ran = command("verify", given=hidden, **ENVIRON)
    assert ran.status == 1
    assert "--show-secrets" in ran.errors
