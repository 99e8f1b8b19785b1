"""``oauth2 sign``, judged by published answers, by oauthlib, and by the sandbox."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from driving import ENVIRON, Command, as_environment
from known import CONSUMER, PUBLISHED_CONSUMER as PUBLISHED, PUBLISHED_TOKEN, TOKEN
from oauthlib.oauth1 import Client as Judge
from vectors import VECTORS
from wire import Origin

import oauth2
from oauth2.profiles import Profile, ProfileStore
from oauth2.rsa import _warn_of_a_short_key
from oauth2.sandbox import Provider

PHOTOS = next(vector for vector in VECTORS if vector["id"] == "core-1.0a-appendix-A.5")
URL = "http://nowhere.invalid/photos?size=big"
FIXED = ("--nonce", "kllo9940pd9333jh", "--timestamp", "1191242096")


def judge(**options: Any) -> Judge:
    """Make oauthlib's signer, with the same credentials, nonce and timestamp."""
    return Judge(
        str(CONSUMER.key),
        str(CONSUMER.secret),
        TOKEN.key,
        TOKEN.secret,
        nonce=FIXED[1],
        timestamp=FIXED[3],
        **options,
    )


def fields(header: str) -> dict[str, str]:
    """Read the pairs of an Authorization header."""
    return dict(re.findall(r'([^\s=,]+)="([^"]*)"', header))


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    """Write a key of RSA to a file."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path / "key.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@pytest.mark.parametrize("form", ["header", "url", "base-string", "curl"])
def test_published_example_comes_out(command: Command, form: str) -> None:
    """OAuth Core 1.0a, appendix A.5: signature, base string and all."""
    command.secrets |= {str(PUBLISHED.secret), str(PUBLISHED_TOKEN.secret)}
    environ = as_environment(PUBLISHED, PUBLISHED_TOKEN)
    ran = command("sign", "GET", PHOTOS["url"], "--as", form, *FIXED, **environ)
    assert (ran.status, ran.errors) == (0, "")
    if form == "base-string":
        assert ran.text == PHOTOS["base_string"] + "\n"
    else:
        escaped = oauth2.escape(PHOTOS["signature"])
        assert escaped == "tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D"
        assert f"oauth_signature={escaped}" in ran.text.replace('"', "")


@pytest.mark.parametrize("method", ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512"])
def test_header_is_that_of_oauthlib(command: Command, method: str) -> None:
    """With a realm, and each hash."""
    options = ("--realm", "photos", "--signature-method", method)
    ran = command("sign", "get", URL, *options, *FIXED, **ENVIRON)
    _, headers, _ = judge(signature_method=method, realm="photos").sign(URL)
    name, _, value = ran.text.partition(": ")
    assert name == "Authorization"
    assert fields(value) == fields(headers["Authorization"])


def test_url_is_that_of_oauthlib(command: Command) -> None:
    """All is in the query."""
    ran = command("sign", "GET", URL, "--as", "url", *FIXED, **ENVIRON)
    uri, _, _ = judge(signature_type="QUERY").sign(URL)
    theirs, ours = uri.partition("?"), ran.text.strip().partition("?")
    assert ours[0] == theirs[0]
    assert sorted(parse_qsl(ours[2])) == sorted(parse_qsl(theirs[2]))


def test_body_is_that_of_oauthlib(command: Command) -> None:
    """A form, of pairs that are encoded already and such that are not, and of a file."""
    (command.folder / "form").write_text("d=%2F")
    options = ("-d", "a=b%20c", "-d", "@form", "--data-urlencode", "e f=g&h", "--as", "body")
    ran = command("sign", "POST", URL, *options, *FIXED, **ENVIRON)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = "a=b%20c&d=%2F&e%20f=g%26h"
    _, _, theirs = judge(signature_type="BODY").sign(URL, "POST", body, form)
    assert sorted(parse_qsl(ran.text.strip())) == sorted(parse_qsl(theirs))


def test_oauth_parameters_go_where_placement_says(command: Command) -> None:
    """In a command line of curl as anywhere; by default into the header."""
    words = ("sign", "POST", URL, "-d", "a=b", "--as", "curl")
    header, query, body = (
        shlex.split(command(*words, *more, **ENVIRON).text)
        for more in ((), ("--placement", "query"), ("--placement", "body"))
    )
    assert "Authorization: OAuth " in " ".join(header)
    assert "Authorization" not in " ".join(query + body)
    assert "oauth_signature=" in query[-1]
    assert "oauth_signature=" in body[body.index("--data-raw") + 1]


def test_form_that_is_printed_is_that_of_the_placement(
    command: Command, store: ProfileStore
) -> None:
    """The option's, or the profile's; --as wins over the latter."""
    words = ("sign", "POST", URL, "-d", "a=b")
    assert command(*words, "--placement", "query", **ENVIRON).text.startswith(f"{URL}&oauth_")
    assert command(*words, "--placement", "body", **ENVIRON).text.startswith("a=b&oauth_")
    same = command(*words, "--placement", "body", "--as", "body", **ENVIRON)
    assert same.text.startswith("a=b&oauth_")
    store.save(Profile("mine", CONSUMER, TOKEN, placement="query"))
    assert command(*words).text.startswith(f"{URL}&oauth_")
    assert command(*words, "--as", "header").text.startswith("Authorization: OAuth ")


def test_help_offers_forms_and_no_placements(command: Command) -> None:
    """Where the signature goes is said by --placement alone."""
    shown = command("sign", "--help").text
    assert "--as [curl|python|requests|httpx|httpx2|aiohttp|base-string]" in shown
    assert "--placement [header|query|body]" in shown


def test_form_of_a_file_has_no_line_breaks(command: Command) -> None:
    """As curl reads it, from a file or from standard input."""
    (command.folder / "form").write_text("a=b&\r\nc=d\n")
    for words, given in ((("-d", "@form"), b""), (("-d", "@-"), b"a=b&\nc=d\n")):
        ran = command("sign", "POST", URL, *words, "--as", "body", given=given, **ENVIRON)
        assert ran.text.startswith("a=b&c=d&oauth_")


@pytest.mark.parametrize("method", ["RSA-SHA1", "RSA-SHA256", "RSA-SHA512"])
def test_signature_of_rsa_is_that_of_oauthlib(command: Command, pem: Path, method: str) -> None:
    """The key is read from a file."""
    options = ("--signature-method", method, "--private-key", str(pem), "--realm", "r")
    ran = command("sign", "GET", URL, *options, *FIXED, **ENVIRON)
    _, headers, _ = judge(signature_method=method, realm="r", rsa_key=pem.read_text()).sign(URL)
    assert fields(ran.text) == fields(headers["Authorization"])


def test_hash_of_the_body_is_signed_when_it_is_asked_for(command: Command) -> None:
    """It is an extension, which some providers refuse."""
    words = ("sign", "PUT", URL, "--json", '{"a": 1}', "--as", "base-string")
    assert "oauth_body_hash" not in command(*words, **ENVIRON).text
    assert "oauth_body_hash" in command(*words, "--body-hash", **ENVIRON).text


def test_command_line_of_curl_is_accepted(
    command: Command, provider: Provider, profile: Profile
) -> None:
    """The sandbox verifies what the real curl sends: a query, a form, and JSON of a file."""
    curl = shutil.which("curl")
    assert curl is not None, "curl is needed for this test"
    (command.folder / "it's.json").write_text('{"a": "é"}')
    for method, more in (
        ("GET", ()),
        ("POST", ("-d", "status=Hello%20Ladies", "-H", "X-Quote: it's")),
        ("DELETE", ()),
        ("PUT", ("--json", "@it's.json", "--body-hash")),
        ("PUT", ("--upload", "it's.json")),
    ):
        ran = command("sign", method, f"{provider.resource_url}?a=[b]", *more, "--as", "curl")
        words = shlex.split(ran.text)
        assert words[0] == "curl"
        line = [curl, "--silent", "--show-error", "--noproxy", "*", *words[1:]]
        sent = subprocess.run(line, capture_output=True, cwd=command.folder, check=True)
        answer = json.loads(sent.stdout)
        assert (answer["method"], answer["parameters"]["a"]) == (method, "[b]")


@pytest.mark.parametrize(
    "words",
    [
        ("GET",),
        ("POST", "-d", "status=Hello%20Ladies", "-H", "X-Quote: it's"),
        ("PUT", "--json", '{"a": "\'é"}', "--body-hash"),
        ("POST", "-F", "a=b", "--placement", "query"),
        ("GET", "--signature-method", "HMAC-SHA256", "--realm", "it's"),
    ],
)
def test_program_is_accepted(
    command: Command, provider: Provider, profile: Profile, words: tuple[str, ...]
) -> None:
    """It runs with the credentials in the environment, and is signed anew each time."""
    method, *more = words
    ran = command("sign", method, f"{provider.resource_url}?a=b", *more, "--as", "python")
    environ: dict[str, Any] = {**command.environ, **as_environment(profile.consumer, profile.token)}
    for _ in range(2):
        sent = subprocess.run(
            [sys.executable, "-c", ran.text], env=environ, capture_output=True, check=True
        )
        status, _, answer = sent.stdout.decode().partition(" ")
        assert status == "200"
        assert json.loads(answer)["method"] == method


def test_program_for_rsa_reads_the_key_from_the_same_file(
    command: Command, origin: Origin, pem: Path
) -> None:
    """And is for the consumer alone when there is no token."""
    options = ("--signature-method", "RSA-SHA256", "--private-key", str(pem), "--as", "python")
    environ = as_environment(CONSUMER)
    ran = command("sign", "GET", f"{origin.url}/a", *options, **environ)
    subprocess.run(
        [sys.executable, "-c", ran.text],
        env={**command.environ, **environ},
        capture_output=True,
        check=True,
    )
    sent = origin.last
    client = Judge(
        str(CONSUMER.key),
        rsa_key=pem.read_text(),
        signature_method="RSA-SHA256",
        nonce=sent.oauth("oauth_nonce"),
        timestamp=sent.oauth("oauth_timestamp"),
    )
    _, headers, _ = client.sign(sent.url)
    assert (
        oauth2.escape(str(sent.oauth("oauth_signature")))
        == (fields(headers["Authorization"])["oauth_signature"])
    )


@pytest.mark.parametrize("form", ["header", "url", "body", "curl", "python", "base-string"])
def test_nothing_is_sent(command: Command, origin: Origin, form: str) -> None:
    """A provider that is there hears nothing, and one that is not there does not matter."""
    for url in (f"{origin.url}/a", URL):
        ran = command("sign", "POST", url, "-d", "a=b", "--as", form, **ENVIRON)
        assert (ran.status, ran.errors) == (0, "")
    assert origin.received == []


def test_plaintext_is_printed_only_when_secrets_may_be(command: Command) -> None:
    """Its signature is the secrets; the base string is harmless."""
    words = ("sign", "GET", URL, "--signature-method", "PLAINTEXT")
    for form in ("header", "url", "curl"):
        refused = command.fails(*words, "--as", form, status=2, **ENVIRON)
        assert "--show-secrets" in refused
    assert command(*words, "--as", "base-string", **ENVIRON).status == 0
    assert command(*words, "--as", "python", **ENVIRON).status == 0
    shown = command(*words, "--show-secrets", reveals=True, **ENVIRON)
    assert 'oauth_signature="consumer-sekrit%26token-sekrit"' in shown.text


@pytest.mark.parametrize(
    ("words", "content_type", "body"),
    [
        (("--json", "{}"), "application/json", "{}"),
        (("--json", "@page.json"), "application/json", '{"a": 1}'),
        (("--json", "{}", "-H", "content-type: application/ld+json"), "application/ld+json", "{}"),
        (("-d", "@-name"), "application/x-www-form-urlencoded", "minus=1"),
        (("--upload", "page.json"), "application/json", "@page.json"),
        (("--upload", "strange"), "application/octet-stream", "@strange"),
    ],
)
def test_body_is_what_the_options_say(
    command: Command, words: tuple[str, ...], content_type: str, body: str
) -> None:
    """With the Content-Type that fits, unless another is given."""
    (command.folder / "page.json").write_text('{"a": 1}')
    (command.folder / "strange").write_bytes(b"\xff")
    (command.folder / "-name").write_text("minus=1")
    line = shlex.split(command("sign", "POST", URL, *words, "--as", "curl", **ENVIRON).text)
    headers = [line[i + 1].lower() for i, word in enumerate(line) if word == "--header"]
    assert [h for h in headers if h.startswith("content-type")] == [f"content-type: {content_type}"]
    assert line[line.index("--data-binary" if "--upload" in words else "--data-raw") + 1] == body


def test_multipart_body_is_made_of_its_parts(command: Command) -> None:
    """Text parts fit on a command line; a binary file does not."""
    (command.folder / "a.txt").write_text("text")
    (command.folder / "a.png").write_bytes(b"\x89PNG\xff")
    words = ("sign", "POST", URL, "-F", "a=b", "-F")
    shown = command(*words, "f=@a.txt", "--as", "curl", **ENVIRON).text
    assert 'name="f"; filename="a.txt"\r\nContent-Type: text/plain' in shown
    refused = command.fails(*words, "f=@a.png", "--as", "curl", **ENVIRON)
    assert refused.startswith("body: expected text in UTF-8")
    assert command(*words, "f=@a.png", **ENVIRON).status == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("-d", "a=b", "--json", "{}"), "expected one body, got -d or --data-urlencode and --json"),
        (("-F", "a=b", "--upload", "file"), "expected one body, got -F and --upload"),
        (
            ("--data-urlencode", "alone"),
            "Invalid value for '--data-urlencode': expected NAME=VALUE, got none",
        ),
        (("-F", "=sekrit"), "Invalid value for '-F' / '--form': expected NAME=VALUE, got none"),
        (("-H", "sekrit"), "Invalid value for '-H' / '--header': expected NAME:VALUE, got"),
        (
            ("--as", "body"),
            "--placement body: expected a form (-d), as no other body has parameters",
        ),
        (
            ("--as", "url", "--placement", "header"),
            "--as url: expected --placement query or none beside it",
        ),
        (("--timestamp", "soon"), "Invalid value for '--timestamp'"),
        (
            ("--as", "yaml"),
            "Invalid value for '--as': expected one of curl, python, requests, httpx, httpx2,"
            " aiohttp, base-string, got 'yaml'",
        ),
        (("--as", "python", "--upload", "file"), "--as python: expected a body of text"),
        (("--upload", "missing"), "Invalid value for '--upload': File 'missing' does not exist."),
        (("--profile", "a", "--credentials", "file"), "expected one of --profile and --credent"),
        (("--signature-method", "MD5"), "Invalid value for '--signature-method'"),
    ],
)
def test_wrong_usage_is_one_line(command: Command, words: tuple[str, ...], told: str) -> None:
    """It says what was expected, and where to read more."""
    (command.folder / "file").write_text("")
    line = command.fails("sign", "GET", URL, *words, status=2, **ENVIRON)
    assert line.startswith(told)
    assert line.endswith("(oauth2 sign --help says more)")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("GET", "photos.example.net/"), "'photos.example.net/'"),
        (("GET", "ftp://a.example/"), "expected"),
        (("GET", URL, "-d", "@missing"), "missing: No such file or directory"),
        (("GET", URL, "-F", "a=@missing"), "missing: No such file or directory"),
        (("GET", URL, "--signature-method", "RSA-SHA1"), "RSA-SHA1: expected a private_key"),
        (
            ("GET", URL, "--private-key", "junk", "--signature-method", "RSA-SHA1"),
            "private_key: expected",
        ),
        (("GET", URL, "--realm", "\N{SNOWMAN}"), "realm: expected Latin-1"),
    ],
)
def test_what_cannot_be_signed_is_one_line(
    command: Command, words: tuple[str, ...], told: str
) -> None:
    """The exit status is 1."""
    (command.folder / "junk").write_text("junk")
    assert told in command.fails("sign", *words, **ENVIRON)


def test_credentials_come_from_a_file_that_only_its_owner_can_read(command: Command) -> None:
    """In the words of `oauth2 profiles export`; it wins over the environment."""
    path = command.folder / "credentials"
    path.write_text("export OAUTH_CONSUMER_KEY='from a file'\nOAUTH_CONSUMER_SECRET=sekrit\n")
    path.chmod(0o644)
    words = ("sign", "GET", URL, "--credentials", "credentials")
    assert "others can read" in command.fails(*words, **ENVIRON)
    path.chmod(0o600)
    ran = command(*words, **ENVIRON)
    assert 'oauth_consumer_key="from%20a%20file"' in ran.text
    assert "oauth_token" not in ran.text
    path.write_text("# nothing\n")
    assert "OAUTH_CONSUMER_KEY" in command.fails(*words, **ENVIRON)


def test_credentials_come_from_a_profile(command: Command, store: ProfileStore, pem: Path) -> None:
    """With its placement, realm and key; the only one is taken unless one is named."""
    words = ("sign", "GET", URL, "--as", "curl")
    first = Profile("first", CONSUMER, TOKEN, placement="query", realm="r")
    store.save(first)
    assert "oauth_consumer_key=key" in shlex.split(command(*words).text)[-1]
    second = Profile(
        "second", CONSUMER, None, signature_method="RSA-SHA256", private_key=str(pem), realm="r"
    )
    store.save(second)
    told = command.fails(*words, status=2)
    assert told.startswith("--profile: expected one of first, second, got none")
    told = command.fails(*words, "--profile", "secnod")
    assert "no profile 'secnod' (did you mean second?)" in told
    shown = command(*words, "--profile", "second", **ENVIRON).text
    assert 'OAuth realm="r"' in shown
    assert 'oauth_signature_method="RSA-SHA256"' in shown
    assert "oauth_token" not in shown
    pem.unlink()
    assert command.fails(*words, "--profile", "second") == f"{pem}: No such file or directory"


def test_environment_is_complete_or_an_error(command: Command) -> None:
    """A key without its secret is told by name."""
    words = ("sign", "GET", URL)
    told = command.fails(*words, OAUTH_CONSUMER_KEY="key")
    assert told == "OAUTH_CONSUMER_SECRET: expected it beside OAUTH_CONSUMER_KEY, got none"


def test_nobody_is_asked_in_a_pipe(command: Command) -> None:
    """The line says where credentials may come from."""
    told = command.fails("sign", "GET", URL, status=2)
    assert told.startswith("Consumer key: expected it from --profile, --credentials or OAUTH_…")


def test_secrets_are_asked_for_without_an_echo(command: Command) -> None:
    """What is typed at the prompts signs, and no secret is shown."""
    terminal = command.in_terminal("sign", "GET", URL, "--as", "header", "--realm", "", *FIXED)
    terminal.expect("Consumer key: ")
    terminal.sendline("key")
    terminal.expect("Consumer secret: ")
    terminal.sendline("consumer-sekrit")
    terminal.expect("Token, if there is one: ")
    terminal.sendline("token")
    terminal.expect("Token secret: ")
    terminal.sendline("token-sekrit")
    assert terminal.end() == 0
    expected = fields(judge().sign(URL)[1]["Authorization"])["oauth_signature"]
    assert f'oauth_signature="{expected}"' in terminal.text


def test_token_need_not_be_typed(command: Command) -> None:
    """Enter alone signs for the consumer."""
    terminal = command.in_terminal("sign", "GET", URL, "--as", "url")
    terminal.expect("Consumer key: ")
    terminal.sendline("key")
    terminal.expect("Consumer secret: ")
    terminal.sendline("")
    terminal.expect("Token, if there is one: ")
    terminal.sendline("")
    assert terminal.end() == 0
    assert "oauth_token" not in terminal.text


def test_output_can_be_used_while_questions_are_answered(command: Command) -> None:
    """Questions go to standard error, and what is printed to standard output."""
    line = shlex.join(command.line("sign", "GET", URL, "--as", "url"))
    terminal = command.in_shell(f"exec {line} > url")
    for answer in ("key", "consumer-sekrit", ""):
        terminal.expect(": ")
        terminal.sendline(answer)
    assert terminal.end() == 0
    assert (command.folder / "url").read_text().startswith(f"{URL}&oauth_")


@pytest.mark.parametrize("header", ["Host: Shop.example:443", "host:shop.example"])
def test_host_that_is_given_is_signed(command: Command, header: str) -> None:
    """The base string and the signature are those of a URL with this host."""
    given = ("sign", "GET", "https://127.0.0.1:8443/a?b=c", "-H", header, "--realm", "r", *FIXED)
    other = ("sign", "GET", "https://shop.example/a?b=c", "--realm", "r", *FIXED)
    for form in ((), ("--as", "base-string")):
        assert command(*given, *form, **ENVIRON).text == command(*other, *form, **ENVIRON).text
    curl = command(*given, "--as", "curl", **ENVIRON).text
    assert "https://127.0.0.1:8443/a" in curl
    assert f"'{header.replace('host:', 'host: ')}'" in curl


def test_host_that_is_none_is_told(command: Command) -> None:
    """In one line, which says what was expected."""
    told = command.fails("sign", "GET", "http://a.example/", "-H", "Host: a b", **ENVIRON)
    assert told.startswith("Host: expected a host name or an address")


@pytest.mark.filterwarnings("default:an RSA key has fewer")
def test_short_key_is_warned_of_in_one_line(command: Command, pem: Path) -> None:
    """On standard error, without a line of the program's source."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    form = serialization.PrivateFormat.PKCS8
    lock = serialization.NoEncryption()
    pem.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, lock))
    _warn_of_a_short_key.cache_clear()
    words = ("--signature-method", "RSA-PSS", "--private-key", str(pem))
    ran = command("sign", "GET", URL, *words, **ENVIRON)
    assert ran.status == 0
    assert ran.text.startswith("Authorization: OAuth ")
    assert ran.errors.startswith("oauth2: an RSA key has fewer than 2,048 bits")
    assert ran.errors.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "start"),
    [
        ((), 'OAuth realm="http://nowhere.invalid", oauth_'),
        (("--no-realm",), "OAuth oauth_"),
        (("--realm", "r"), 'OAuth realm="r", oauth_'),
    ],
)
def test_realm_is_left_out_when_it_is_told(
    command: Command, words: tuple[str, ...], start: str
) -> None:
    """As some providers refuse any; it is no part of what is signed."""
    ran = command("sign", "GET", URL, *words, *FIXED, **ENVIRON)
    assert ran.text.startswith(f"Authorization: {start}")
    _, headers, _ = judge().sign(URL)
    ours = {name: value for name, value in fields(ran.text).items() if name != "realm"}
    assert ours == fields(headers["Authorization"])


def test_realm_of_a_profile_is_what_the_options_do_not_say(
    command: Command, store: ProfileStore
) -> None:
    """--no-realm leaves out that of a profile, and --realm is for one that has none."""
    store.save(Profile("with", CONSUMER, TOKEN, realm="r"))
    store.save(Profile("without", CONSUMER, TOKEN, realm=False))
    started = {
        (name, *words): command("sign", "GET", URL, "--profile", name, *words).text[:32]
        for name in ("with", "without")
        for words in ((), ("--no-realm",), ("--realm", "x"))
    }
    assert [words for words, text in started.items() if "realm=" not in text] == [
        ("with", "--no-realm"),
        ("without",),
        ("without", "--no-realm"),
    ]


@pytest.mark.parametrize("name", ["sign", "request", "authorize"])
def test_realm_and_none_at_once_is_wrong_usage(command: Command, name: str) -> None:
    """In whichever order."""
    words = ("tumblr",) if name == "authorize" else ("GET", URL)
    for options in (("--realm", "r", "--no-realm"), ("--no-realm", "--realm", "")):
        told = command.fails(name, *words, *options, status=2, **ENVIRON)
        assert told.startswith("expected --realm or --no-realm, got both")
