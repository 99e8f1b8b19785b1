"""``debug`` and ``verify`` read what people have in hand, from outside: in a pipe or a terminal."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from driving import ENVIRON, Command
from wire import Answer, Origin

import oauth2
from oauth2.profiles import Profile
from oauth2.sandbox import Provider

URL = "https://photos.example.net/photos?size=big"
MINE = (
    "GET&https%3A%2F%2Fphotos.example.net%2Fphotos&oauth_consumer_key%3Dkey%26oauth_nonce%3Dn"
    "%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D1191242096%26oauth_token%3Dtoken"
    "%26oauth_version%3D1.0%26size%3Dbig"
)
ONCE = ("--nonce", "n", "--timestamp", "1191242096")
AT = ("--at", "1191242096")


def signed(command: Command, *words: str, url: str = URL) -> str:
    """Return what ``sign`` prints."""
    return command("sign", "GET", url, *ONCE, *words, **ENVIRON).text


def for_cmd(line: str) -> str:
    """Write the headers and the URL of a line of ours as Chrome does for Windows."""
    _, _, rest = line.partition(" --header ")
    words = [word.replace("%", "^%").replace('"', '^\\^"') for word in rest.strip().split("'")]
    return "curl --header " + " ^\n  ".join(
        f'^"{word}^"' if at % 2 else word.strip() for at, word in enumerate(words) if word
    )


def state(shown: str) -> list[tuple[str, str]]:
    """Read the rows that were shown, in their order: whether each is the same, and its name."""
    lines = [line.split() for line in shown.splitlines()]
    return [(line[0], line[1]) for line in lines if line[:1] in (["same"], ["differs"])]


def in_every_form(command: Command, url: str = URL) -> list[str]:
    """Return one signed request as a line of curl for two shells, a URL, a trace, and raw."""
    curl = signed(command, "--as", "curl", url=url)
    header = signed(command, url=url).strip()
    path = url.partition(".net")[2]
    head = f"GET {path} HTTP/1.1\nHost: photos.example.net\n{header}\n"
    trace = "".join([f"> {line}\n" for line in head.splitlines()])
    query = signed(command, "--placement", "query", url=url)
    return [curl, for_cmd(curl), query, f"* a\n{trace}> \n< HTTP/1.1 401\n", head]


def test_verify_reads_a_request_in_every_form(command: Command) -> None:
    """From standard input, and as an argument."""
    for text in in_every_form(command):
        ran = command("verify", *AT, given=text.encode(), **ENVIRON)
        assert (ran.status, ran.errors) == (0, ""), text
        assert ran.text.startswith("GET https://photos.example.net/photos\n")
        assert command("verify", text.strip(), *AT, **ENVIRON).status == 0


def test_debug_reads_a_request_in_every_form(command: Command) -> None:
    """Where it is the same request, and where it is another."""
    for text in [*in_every_form(command), signed(command)]:
        ran = command("debug", "GET", URL, given=text.encode(), **ENVIRON)
        assert (ran.status, ran.errors) == (0, ""), text
        assert {each for each, _ in state(ran.text)} == {"same"}
        assert "The key is right" in ran.text
    for text in in_every_form(command, URL.replace("big", "small")):
        ran = command("debug", "GET", URL, given=text.encode(), **ENVIRON)
        assert ran.status == 1
        assert [each for each in state(ran.text) if each[0] == "differs"] == [("differs", "size")]


def test_header_is_read_beside_method_and_url(command: Command) -> None:
    """Its form belongs to the arguments of debug, as the rest of the request does."""
    header = signed(command)
    for text in (header, header.partition(": ")[2]):
        assert command("verify", "GET", URL, text, *AT, **ENVIRON).status == 0
    assert command("verify", "GET", URL, "-", *AT, given=header.encode(), **ENVIRON).status == 0
    form = ("-d", "a=b")
    header = command("sign", "POST", URL, *form, *ONCE, **ENVIRON).text
    ran = command("debug", "POST", URL, *form, given=header.encode(), **ENVIRON)
    assert ("same", "a") in state(ran.text)
    assert "The key is right" in ran.text
    line = command.fails("verify", given=header.encode(), **ENVIRON)
    assert line == "expected METHOD and URL before a header, which does not tell them"


def test_url_is_verified_beside_headers_and_a_form(command: Command) -> None:
    """It is a GET, and a POST where there is a form, as for curl."""
    url = URL.partition("?")[0]
    header = command("sign", "POST", url, "-d", "a=b", *ONCE, **ENVIRON).text.strip()
    words = ("-H", header, "-H", "Content-Type: application/x-www-form-urlencoded", "-d", "a=b")
    assert command("verify", url, *words, *AT, **ENVIRON).status == 0
    assert command("verify", url, *words, "-X", "PUT", *AT, **ENVIRON).status == 1
    assert command("verify", URL, "-H", signed(command).strip(), *AT, **ENVIRON).status == 0


def test_file_of_a_line_of_curl_is_read(command: Command) -> None:
    """As curl reads it; what was on standard input is gone."""
    (command.folder / "form").write_text("a=b\n")
    header = command("sign", "POST", URL, "-d", "a=b", *ONCE, **ENVIRON).text.strip()
    line = f"curl -d @form -H '{header}' '{URL}'"
    assert command("verify", line, *AT, **ENVIRON).status == 0
    said = command.fails("verify", line.replace("@form", "@-"), **ENVIRON)
    assert said == "curl: expected the body in the line or in a file, got standard input"


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ((f"curl --frob '{URL}'",), 1, "curl: --frob is an option that is not known here"),
        ((f"curl {URL}&a=b",), 1, "curl: expected the URL in quotation marks"),
        (("curl", URL), 2, "expected the line of curl as one argument, in quotation marks"),
        ((f"curl '{URL}'", "-d", "a"), 2, "expected METHOD and URL beside -H and -d, got none"),
        (("GET", URL, "OAuth", "x"), 2, "expected METHOD and URL, got 4 arguments"),
        ((f"curl '{URL.partition('?')[0]}'",), 1, "expected a signed request, got one without"),
    ],
)
def test_what_cannot_be_verified_is_one_line(
    command: Command, words: tuple[str, ...], status: int, said: str
) -> None:
    """It says what was expected."""
    assert command.fails("verify", *words, status=status, **ENVIRON).startswith(said)


def test_answer_beside_a_request_counts_more_than_it(command: Command) -> None:
    """The line that was sent, and below it what the provider printed."""
    theirs = MINE.replace("big", "b%2Big")
    for sent in (signed(command, "--as", "curl"), in_every_form(command)[-1]):
        text = f"$ {sent}" if sent.startswith("curl") else sent
        text += f"\nHTTP/1.1 401 Unauthorized\n\nExpected {theirs}\n"
        ran = command("debug", "GET", URL, *ONCE, given=text.encode(), **ENVIRON)
        assert state(ran.text)[:2] == [("differs", "size"), ("same", "method")]


def piped(command: Command, request: str, debug: str) -> str:
    """Pipe both streams of ``request`` into ``debug``, as a shell does."""
    ran = subprocess.run(
        ["/bin/sh", "-c", f"{request} 2>&1 | {debug}"], env=command.environ,
        capture_output=True, cwd=command.folder, check=False, timeout=30, text=True,
    )  # fmt: skip
    command.search(ran.stdout + ran.stderr)
    assert ran.stderr == ""
    return ran.stdout


def test_both_streams_of_request_are_read(
    command: Command, provider: Provider, profile: Profile
) -> None:
    """What is said on standard error, directly after the last value, is no part of it."""
    assert profile.token is not None
    wrong = command.folder / "wrong"
    wrong.write_text(
        f"OAUTH_CONSUMER_KEY={profile.consumer.key!s}\nOAUTH_CONSUMER_SECRET=other\n"
        f"OAUTH_TOKEN={profile.token.key!s}\nOAUTH_TOKEN_SECRET=other\n"
    )
    wrong.chmod(0o600)
    url = f"{provider.resource_url}?a=b"
    call = " ".join(command.line("{}", "GET", f"'{url}'", "--credentials", "wrong"))
    shown = piped(command, call.format("request"), call.format("debug"))
    assert {each for each, _ in state(shown)} == {"same"}
    assert "Both base strings are the same" in shown


def test_line_of_the_command_is_no_part_of_the_last_value(command: Command, origin: Origin) -> None:
    """Where the provider's text ends with it, without a line break."""
    url = f"{origin.url}/a"
    base = oauth2.Request("GET", url, {"oauth_version": "1.0"}).signature_base_string()
    origin.script["/a"] = Answer(401, {}, f"Expected {base}".encode())
    call = " ".join(command.line("{}", "GET", url))
    command.environ.update(OAUTH_CONSUMER_KEY="key", OAUTH_CONSUMER_SECRET="consumer-sekrit")
    shown = piped(command, call.format("request"), call.format("debug"))
    assert ("same", "oauth_version") in state(shown)


def test_rows_that_differ_come_first(command: Command) -> None:
    """In a pipe and in a terminal; the others keep their order."""
    theirs = MINE.replace("https", "http").replace("big", "b")
    words = ("debug", "GET", URL, "--theirs", theirs)
    terminal = command.in_terminal(*words, **ENVIRON)
    assert terminal.end() == 1
    for shown in (terminal.text, command(*words, **ENVIRON).text):
        rows = state(shown)
        assert [name for each, name in rows[:2] if each == "differs"] == ["scheme", "size"]
        assert [name for _, name in rows[2:5]] == ["method", "host", "path"]


def test_no_row_in_a_pipe_is_as_long_as_the_longest(command: Command) -> None:
    """Each ends where its value does, and what is short stands in columns."""
    url = f"{URL}&long={'a' * 500}"
    theirs = f"{MINE}%26tiny%3D{'b' * 300}".replace("%26size", f"%26{'n' * 80}%3Dx%26size")
    shown = command("debug", "GET", url, "--theirs", theirs, **ENVIRON).text
    lines = [line for line in shown.splitlines() if line.startswith(("same", "differs"))]
    assert [line for line in lines if line != line.rstrip()] == []
    assert {len(line) > 150 for line in lines if " long " in line or " tiny " in line} == {True}
    rest = [line for line in lines if not {"long", "tiny", "n" * 80} & set(line.split())]
    assert max(map(len, rest)) < 120
    assert len({line.rindex("  ") for line in rest}) == 1


def test_what_verify_shows_is_not_padded(command: Command, tmp_path: Path) -> None:
    """Not to the longest line, which has the base string."""
    text = signed(command, "--as", "curl", url=URL.replace("big", "small")).replace("small", "big")
    ran = command("verify", text, *AT, **ENVIRON)
    assert ran.status == 1
    assert [line for line in ran.text.splitlines() if line != line.rstrip()] == []


def test_no_file_is_read_for_what_a_provider_answered(command: Command) -> None:
    """It may name any."""
    (command.folder / "form").write_text("a=b")
    theirs = f"curl -d @form '{URL}'"
    said = command.fails("debug", "GET", URL, "--theirs", theirs, **ENVIRON)
    assert said == "curl: expected the body in the line itself, got the name of a file"


def test_what_is_no_file_is_not_read_for_a_line_of_curl(command: Command) -> None:
    """A device may have no end."""
    said = command.fails("verify", f"curl -d @{command.folder} '{URL}'", **ENVIRON)
    assert said == f"curl: expected a file, got {command.folder}, which is none"
