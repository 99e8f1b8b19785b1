"""``oauth2 debug``: what a provider printed, in a page or a log, beside what is signed here."""

from __future__ import annotations

import html
import json
import re
import time

import httplib2
import pytest
from driving import ENVIRON, Command
from oauthlib.oauth1 import Client as Judge

import oauth2
from oauth2.profiles import Profile
from oauth2.sandbox import Provider

URL = "https://photos.example.net/photos?file=hot%20coffee.jpg"
MINE = (
    "GET&https%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dhot%2520coffee.jpg"
    "%26oauth_consumer_key%3Dkey%26oauth_nonce%3Dn%26oauth_signature_method%3DHMAC-SHA1"
    "%26oauth_timestamp%3D1191242096%26oauth_token%3Dtoken%26oauth_version%3D1.0"
)
PLACE, _, PARAMETERS = MINE.rpartition("&")
THEIRS = MINE.replace("https", "http").replace("hot%2520", "hot%2B")
PAGE = f"<p>Signature of <b>{html.escape(THEIRS)}</b> is wrong</p>"


def raw(secret: str = "consumer-sekrit", path: str = "/photos?file=hot%20coffee.jpg") -> bytes:
    """Let oauthlib sign the same request, and write it as HTTP has it."""
    client = Judge("key", secret, "token", "token-sekrit", nonce="n", timestamp="1191242096")
    _, headers, _ = client.sign(f"https://photos.example.net{path}")
    header = headers["Authorization"]
    request = f"GET {path} HTTP/1.1\nHost: photos.example.net\nAuthorization: {header}\n\n"
    return request.encode()


def rows(shown: str) -> dict[str, str]:
    """Read the rows: whether each is the same, by its name."""
    lines = [line.split() for line in shown.splitlines()]
    return {line[1]: line[0] for line in lines if line[:1] in (["same"], ["differs"])}


@pytest.mark.parametrize(
    "printed",
    [
        THEIRS,
        f"\n  {THEIRS}\n",
        f"401 Invalid signature. Base string: {THEIRS}\n",
        PAGE,
        json.dumps({"error": f"expected {THEIRS}"}),
        "oauth_problem=signature_invalid&debug_sbs=" + oauth2.escape(THEIRS),
    ],
)
@pytest.mark.parametrize("is_piped", [True, False])
def test_base_string_is_found_in_what_the_provider_printed(
    command: Command, printed: str, is_piped: bool
) -> None:
    """As text, in HTML, JSON or a form; nonce and timestamp are taken from it."""
    (command.folder / "answer").write_text(printed)
    words = () if is_piped else ("--theirs", "@answer")
    given = printed.encode() if is_piped else b""
    ran = command("debug", "GET", URL, *words, given=given, **ENVIRON)
    assert (ran.status, ran.errors) == (1, "")
    told = rows(ran.text)
    assert {name for name, state in told.items() if state == "differs"} == {"scheme", "file"}
    assert told["oauth_nonce"] == told["oauth_timestamp"] == "same"
    assert re.search(r"differs +file +hot\[%20\]coffee.jpg +hot\[\+\]coffee.jpg", ran.text)
    assert re.search(r"differs +scheme +http\[s\] +http", ran.text)
    assert "\nThe provider has http, you signed https.\n" in ran.text
    assert "\nThe provider has + for a space in file.\nWrite a space as %20" in ran.text


def test_sides_that_are_the_same_leave_the_key(command: Command) -> None:
    """The exit status is 0: nothing differs."""
    ran = command("debug", "GET", URL, "--theirs", MINE, **ENVIRON)
    assert (ran.status, ran.errors) == (0, "")
    assert set(rows(ran.text).values()) == {"same"}
    assert (
        "Both base strings are the same: the consumer secret or the token secret is wrong."
        in ran.text
    )
    assert "clock" in ran.text


def test_given_nonce_and_timestamp_are_compared(command: Command) -> None:
    """They win over those of the provider."""
    words = ("--nonce", "m", "--timestamp", "1191242097")
    ran = command("debug", "GET", URL, "--theirs", MINE, *words, **ENVIRON)
    assert ran.status == 1
    told = rows(ran.text)
    assert (told["oauth_nonce"], told["oauth_timestamp"]) == ("differs", "differs")


def test_options_of_the_request_are_signed(command: Command) -> None:
    """The form of a POST, and a parameter that is missing on one side."""
    theirs = MINE.replace("GET", "POST").replace("%26oauth_version", "%26status%3Dhi%26oauth_ver")
    ran = command("debug", "POST", URL, "-d", "status=hi", "--theirs", theirs, **ENVIRON)
    assert rows(ran.text)["status"] == "same"
    ran = command("debug", "POST", URL, "--theirs", theirs, **ENVIRON)
    assert (ran.status, rows(ran.text)["status"]) == (1, "differs")
    assert "status" in ran.text.split("\n\n", 1)[1]
    assert re.search(r"differs +status +\(nothing\) +\[?hi", ran.text)


def test_whole_request_of_another_program_is_compared(command: Command) -> None:
    """The same on both sides, and signed with the same key."""
    ran = command("debug", "GET", URL, given=raw(), **ENVIRON)
    assert (ran.status, ran.errors) == (0, "")
    assert set(rows(ran.text).values()) == {"same"}
    assert "The key is right" in ran.text


def test_wrong_key_of_another_program_is_found(command: Command) -> None:
    """Its base string is right, and its secret has a line break."""
    (command.folder / "request").write_bytes(b"\n" + raw("consumer-sekrit\n"))
    ran = command("debug", "GET", URL, "--theirs", "@request", **ENVIRON)
    assert ran.status == 1
    assert "There was white space or a line break around a secret." in ran.text
    assert "Both base strings are the same" not in ran.text


@pytest.mark.parametrize("seconds", [-7200, 7200])
def test_clock_of_the_provider_is_compared(command: Command, seconds: int) -> None:
    """Whether its answer has a base string or not; the key is not blamed."""
    now = int(time.time()) + seconds
    report = f"oauth_problem=timestamp_refused&oauth_acceptable_timestamps={now - 300}-{now + 300}"
    ran = command("debug", "GET", URL, "--theirs", report, **ENVIRON)
    assert ran.status == 1
    where = "behind" if seconds > 0 else "ahead of"
    assert re.search(rf"The timestamp \d+ is 7[12]\d\d seconds {where} the provider's", ran.text)
    assert rows(ran.text) == {}
    ran = command("debug", "GET", URL, "--theirs", f"{report}&base_string={MINE}", **ENVIRON)
    assert ran.status == 1
    assert "behind the provider's clock" in ran.text
    assert "Both base strings are the same" not in ran.text


def test_clock_that_is_right_is_not_blamed(command: Command) -> None:
    """Then the provider's word for it is of no help."""
    now = int(time.time())
    report = f"oauth_problem=timestamp_refused&oauth_acceptable_timestamps={now - 300}-{now + 300}"
    line = command.fails("debug", "GET", URL, "--theirs", report, status=2, **ENVIRON)
    assert line.startswith("--theirs: expected a base string")


@pytest.mark.parametrize(
    ("theirs", "cause"),
    [
        (MINE.replace("%3D", "="), "parts in the base string that are not encoded once more"),
        (f"{PLACE}&{PARAMETERS.replace('%', '%25')}", "the parameters encoded twice"),
        (MINE.replace("%3D", "%3d"), "lower-case hexadecimal digits in the base string"),
    ],
)
def test_wrong_whole_of_right_parts_differs(command: Command, theirs: str, cause: str) -> None:
    """All rows of parts are the same; the whole is shown, and where it differs."""
    ran = command("debug", "GET", URL, "--theirs", theirs, **ENVIRON)
    assert ran.status == 1
    told = rows(ran.text)
    assert [name for name, state in told.items() if state == "differs"] == ["all"]
    assert f"\nThe provider has {cause}.\n" in ran.text


def test_request_that_differs_from_another_is_told(command: Command) -> None:
    """By what it signs."""
    ran = command("debug", "GET", URL, given=raw(path="/photos/?file=hot%20coffee.jpg"), **ENVIRON)
    assert ran.status == 1
    assert rows(ran.text)["path"] == "differs"
    assert "The provider has the path /photos/, you signed the path /photos." in ran.text


@pytest.mark.parametrize("method", ["HMAC-SHA256", "RSA-SHA1", ""])
def test_key_is_looked_for_where_it_is_made_of_secrets(command: Command, method: str) -> None:
    """A signature of RSA, or none at all, tells nothing of them."""
    request = raw().replace(b"HMAC-SHA1", method.encode())
    if not method:
        request = raw().replace(b"oauth_signature=", b"signature=")
    ran = command("debug", "GET", URL, given=request, **ENVIRON)
    assert ran.status == 1
    assert ("has the length of HMAC-SHA1, not of HMAC-SHA256" in ran.text) == (
        method == "HMAC-SHA256"
    )


def test_refusal_of_the_sandbox_can_be_piped_in(
    command: Command, provider: Provider, profile: Profile
) -> None:
    """What it answers to a request with wrong octets explains itself."""
    url = f"{provider.resource_url}?a=b"
    client = oauth2.Client(profile.consumer, profile.token, placement="header", proxy_info=None)
    signed = client.sign(url)
    headers = {**signed.headers, "Accept": "*/*"}
    _, content = httplib2.Http(proxy_info=None).request(f"{url}%20", "GET", headers=headers)
    ran = command("debug", "GET", url, "--body-hash", given=content)
    assert ran.status == 1
    assert {name for name, state in rows(ran.text).items() if state == "differs"} == {"a"}


def test_octets_that_differ_are_coloured_in_a_terminal(command: Command) -> None:
    """In a terminal without colours, and in a pipe, they are in brackets."""
    words = ("debug", "GET", URL, "--theirs", THEIRS)
    terminal = command.in_terminal(*words, **ENVIRON)
    assert terminal.end() == 1
    assert re.search(r"hot\x1b\[1;31m%20\x1b\[0mcoffee", terminal.raw)
    assert "[%20]" not in terminal.text
    terminal = command.in_terminal(*words, **ENVIRON, NO_COLOR="1")
    assert terminal.end() == 1
    assert "hot[%20]coffee" in terminal.text
    assert not re.search(r"\x1b\[(?:\d+;)*3\d", terminal.raw)
    assert "\x1b" not in command(*words, **ENVIRON).text


def test_narrow_terminal_shows_every_octet(command: Command) -> None:
    """What does not fit is folded, not cut."""
    url = URL + "&long=" + "a" * 90
    theirs = MINE.replace("%26oauth_con", "%26long%3D" + "a" * 89 + "b%26oauth_con")
    terminal = command.in_terminal(
        "debug", "GET", url, "--theirs", theirs, size=(60, 60), **ENVIRON, TERM="dumb"
    )
    assert terminal.end() == 1
    assert "…" not in terminal.text
    assert terminal.text.count("a") > 180


def test_password_is_not_shown(command: Command) -> None:
    """On either side."""
    form = "x_auth_mode=client_auth&x_auth_password=pass-sekrit"
    theirs = MINE.replace("GET", "POST") + "%26x_auth_password%3Dother-sekrit"
    ran = command("debug", "POST", URL, "-d", form, "--theirs", theirs, **ENVIRON)
    assert ran.status == 1
    assert rows(ran.text)["x_auth_password"] == "differs"


def test_secret_that_the_provider_printed_cannot_steer_a_terminal(command: Command) -> None:
    """Nor can anything else of what it printed."""
    theirs = MINE.replace("coffee", "%1B%5B2J\x1b[2J\x9b")
    terminal = command.in_terminal("debug", "GET", URL, "--theirs", theirs, **ENVIRON, NO_COLOR="1")
    assert terminal.end() == 1
    assert "\x1b[2J" not in terminal.raw
    assert "\x9b" not in terminal.raw


@pytest.mark.parametrize(
    ("printed", "cause"),
    [
        ("oauth_problem=token_expired", "token-expired"),
        ('WWW-Authenticate: OAuth oauth_problem="nonce_used"', "nonce-used"),
        ("Invalid signature", "signature-refused"),
    ],
)
def test_words_of_a_provider_are_explained(command: Command, printed: str, cause: str) -> None:
    """Where it shows no base string, but says what it refuses."""
    ran = command("debug", "GET", URL, "--theirs", printed, **ENVIRON)
    assert (ran.status, rows(ran.text)) == (1, {})
    assert re.findall(r"\(([\w-]+)\)$", ran.text, re.M) == [cause]


@pytest.mark.parametrize("printed", [b"", b"401 Unauthorized", b"\xff\x00"])
def test_answer_without_a_base_string_is_told(command: Command, printed: bytes) -> None:
    """The exit status is 2."""
    line = command.fails("debug", "GET", URL, given=printed, status=2, **ENVIRON)
    assert line.startswith("--theirs: expected a base string, GET&http…, or a whole request")


@pytest.mark.parametrize(
    ("words", "given", "status", "said"),
    [
        (("--theirs", "@missing"), b"", 1, "missing: No such file or directory"),
        ((), b"GET / HTTP/1.1\n\n", 1, "line 2: expected a Host header, got none"),
        (("-d", "a", "--json", "{}"), b"", 2, "expected one body, got"),
        (("--theirs", "answer"), b"", 2, "expected @answer for what is in the file, got its"),
    ],
)
def test_what_cannot_be_read_is_one_line(
    command: Command, words: tuple[str, ...], given: bytes, status: int, said: str
) -> None:
    """It says what was expected."""
    (command.folder / "answer").write_text(THEIRS)
    line = command.fails("debug", "GET", URL, *words, given=given, status=status, **ENVIRON)
    assert line.startswith(said)
