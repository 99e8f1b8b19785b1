"""``oauth2 request``, against the sandbox and against what a test scripts."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shlex
import signal
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
from driving import ENVIRON, Command, as_environment, hanging_up
from known import CONSUMER_SECRET, TOKEN_SECRET
from ports import free_port
from werkzeug.formparser import parse_form_data
from wire import Answer, Keys, Origin, Received, assert_signed, assert_unsigned, redirect

import oauth2
import oauth2.sandbox
from oauth2.profiles import Profile
from oauth2.sandbox import Provider, Quirks

KEYS = Keys(CONSUMER_SECRET, TOKEN_SECRET)
BINARY = bytes(range(256)) * 4
CLEAR_SCREEN = "\x1b[2J"
COLOUR = re.compile(r"\x1b\[(?:\d+;)*3\d")


@pytest.fixture
def octets(command: Command) -> Path:
    """Write a file of all octets."""
    path = command.folder / "a.png"
    path.write_bytes(BINARY)
    return path


@pytest.fixture
def silent(origin: Origin) -> Any:
    """Let ``/silent`` of the origin receive, and never answer."""
    ended, came = threading.Event(), threading.Event()

    def wait(received: Received) -> Answer:
        came.set()
        ended.wait(60)
        return Answer()

    origin.script["/silent"] = wait
    yield f"{origin.url}/silent", came
    ended.set()


@pytest.mark.parametrize(
    ("words", "method", "parameters"),
    [
        (("GET",), "GET", {"a": "b c"}),
        (("get", "--placement", "query"), "GET", {"a": "b c"}),
        (("POST", "-d", "d=e%20f", "--data-urlencode", "g=é&"), "POST", {"d": "e f", "g": "é&"}),
        (("POST", "-d", "d=e", "--placement", "body"), "POST", {"d": "e"}),
        (("PUT", "--json", '{"a": 1}'), "PUT", {}),
        (("DELETE", "--signature-method", "HMAC-SHA512", "--realm", "r"), "DELETE", {}),
        (("GET", "--signature-method", "PLAINTEXT"), "GET", {}),
        (("POST", "-F", "a=b", "-F", "f=@a.png", "--body-hash"), "POST", {}),
    ],
)
def test_signed_request_is_accepted(
    command: Command,
    provider: Provider,
    profile: Profile,
    octets: Path,
    words: tuple[str, ...],
    method: str,
    parameters: dict[str, str],
) -> None:
    """The sandbox echoes what it verified."""
    ran = command("request", words[0], f"{provider.resource_url}?a=b%20c", *words[1:])
    assert (ran.status, ran.errors) == (0, "")
    answer = json.loads(ran.output)
    assert (answer["method"], answer["owner"]) == (method, "ann")
    assert answer["parameters"] == {"a": "b c", **parameters}


@pytest.mark.parametrize(
    ("words", "content_type", "body"),
    [
        (("-d", "a=b", "-d", "c=d"), "application/x-www-form-urlencoded", b"a=b&c=d"),
        (("--json", '{"a": "é"}'), "application/json", '{"a": "é"}'.encode()),
        (("--json", "@a.json", "-H", "Content-Type: text/x"), "text/x", b"\xff{}"),
        (("--upload", "a.png"), "image/png", BINARY),
        ((), None, b""),
    ],
)
def test_body_arrives_byte_for_byte(
    command: Command,
    origin: Origin,
    octets: Path,
    words: tuple[str, ...],
    content_type: str | None,
    body: bytes,
) -> None:
    """With its type, its length and a signature that two judges accept."""
    (command.folder / "a.json").write_bytes(b"\xff{}")
    assert command("request", "PUT", f"{origin.url}/a", *words, **ENVIRON).status == 0
    assert origin.last.body == body
    assert origin.last.values("content-type") == ([content_type] if content_type else [])
    assert origin.last.header("user-agent") == "python-oauth2"
    assert_signed(origin.last, KEYS, oauthlib=content_type != "text/x")


def test_parts_of_a_form_arrive(command: Command, origin: Origin, octets: Path) -> None:
    """Werkzeug reads the fields, and the file with its name, type and octets."""
    words = ("-F", "a=b c", "-F", "é=ü", "-F", "f=@a.png", "-H", "X-Further:  1 ")
    assert command("request", "POST", f"{origin.url}/a", *words, **ENVIRON).status == 0
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": origin.last.header("content-type"),
        "CONTENT_LENGTH": origin.last.header("content-length"),
        "wsgi.input": io.BytesIO(origin.last.body),
    }
    _, form, files = parse_form_data(environ)
    assert form.to_dict() == {"a": "b c", "é": "ü"}
    assert files["f"].filename == "a.png"
    assert files["f"].mimetype == "image/png"
    assert files["f"].read() == BINARY
    files["f"].close()
    assert origin.last.header("x-further") == "1"
    assert_signed(origin.last, KEYS)


def test_large_file_is_streamed_with_a_bar(command: Command, origin: Origin) -> None:
    """The bar is on standard error; the answer alone is on standard output."""
    content = os.urandom(1 << 20) * 20
    (command.folder / "large").write_bytes(content)
    line = shlex.join(command.line("request", "PUT", f"{origin.url}/a", "--upload", "large"))
    terminal = command.in_shell(f"{line} > out", **ENVIRON)
    assert terminal.end() == 0
    assert "Sending" in terminal.text
    assert "20.0/20.0 MB" in terminal.text or "21.0/21.0 MB" in terminal.text
    assert (command.folder / "out").read_bytes() == b"ok"
    sent = origin.last
    assert sent.header("content-length") == str(len(content))
    assert hashlib.sha256(sent.body).digest() == hashlib.sha256(content).digest()


def test_bar_is_not_written_into_a_pipe(command: Command, origin: Origin, octets: Path) -> None:
    """Standard error stays empty."""
    ran = command("request", "PUT", f"{origin.url}/a", "--upload", "a.png", "-o", "f", **ENVIRON)
    assert ran == (0, b"", "")
    terminal = command.in_terminal("request", "GET", f"{origin.url}/a", **ENVIRON)
    assert terminal.end() == 0
    assert "Receiving" not in terminal.text


@pytest.mark.parametrize("is_chunked", [False, True])
def test_answer_is_saved_with_a_bar(command: Command, origin: Origin, is_chunked: bool) -> None:
    """Its octets are those that came, and nothing is on standard output."""
    content = os.urandom(300_000)
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (content[:9], content[9:]))
    field = "Transfer-Encoding: chunked" if is_chunked else f"Content-Length: {len(content)}"
    body = chunks + b"0\r\n\r\n" if is_chunked else content
    with hanging_up(f"HTTP/1.1 200 OK\r\n{field}\r\n\r\n".encode() + body) as url:
        terminal = command.in_terminal("request", "GET", url, "-o", "saved", **ENVIRON)
        assert terminal.end() == 0
    assert "Receiving" in terminal.text
    assert (command.folder / "saved").read_bytes() == content


@pytest.mark.parametrize("words", [(), ("-o", "saved")])
@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc",
    ],
)
def test_answer_that_breaks_off_is_an_error(
    command: Command, words: tuple[str, ...], answer: bytes
) -> None:
    """No file is left that looks whole."""
    with hanging_up(answer) as url:
        told = command.fails("request", "GET", url, *words, **ENVIRON)
    assert told.startswith(f"{url[:-1]}: the response broke off after ")
    assert not (command.folder / "saved").exists()


def test_answer_goes_raw_into_a_pipe(command: Command, origin: Origin) -> None:
    """Octets are as they came, JSON is not laid out anew, and a charset is not changed."""
    for body, kind in (
        (BINARY, "image/png"),
        (b'{"a":1}', "application/json"),
        ("<p>é</p>".encode("latin-1"), "text/html; charset=latin-1"),
    ):
        origin.script["/a"] = Answer(200, {"Content-Type": kind}, body)
        ran = command("request", "GET", f"{origin.url}/a", **ENVIRON)
        assert ran == (0, body, "")


def test_answer_without_a_body_shows_nothing(command: Command, origin: Origin) -> None:
    """Not even a line break, in a terminal or in a pipe."""
    ran = command("request", "HEAD", f"{origin.url}/a", **ENVIRON)
    assert ran == (0, b"", "")
    terminal = command.in_terminal("request", "HEAD", f"{origin.url}/a", **ENVIRON)
    assert (terminal.end(), terminal.raw) == (0, "")


def test_status_and_headers_are_shown_when_asked_for(command: Command, origin: Origin) -> None:
    """Before the body, without what would steer a terminal."""
    origin.script["/a"] = Answer(201, {"X-A": f"b{CLEAR_SCREEN}"}, b"body")
    ran = command("request", "GET", f"{origin.url}/a", "-i", **ENVIRON)
    assert ran.status == 0
    head, _, body = ran.text.partition("\n\n")
    assert head.startswith("HTTP/1.1 201 Scripted\n")
    assert "oauth" not in head
    assert "X-A: b\N{REPLACEMENT CHARACTER}[2J" in head
    assert body == "body"


def test_json_is_laid_out_and_coloured_in_a_terminal(command: Command, origin: Origin) -> None:
    """Numbers, names and text have their colours; NO_COLOR leaves them out."""
    origin.script["/a"] = Answer(200, {}, '{"a":[1,"é"]}'.encode())
    for environ, is_coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
        terminal = command.in_terminal(
            "request", "GET", f"{origin.url}/a", **{**ENVIRON, **environ}
        )
        assert terminal.end() == 0
        assert json.loads(terminal.text) == {"a": [1, "é"]}
        assert terminal.text.count("\n") > 3
        assert bool(COLOUR.search(terminal.raw)) == is_coloured


def test_long_line_of_json_is_not_folded_in_a_terminal(command: Command, origin: Origin) -> None:
    """What is copied from there is whole."""
    long = "word " * 50
    origin.script["/a"] = Answer(200, {}, json.dumps([long]).encode())
    terminal = command.in_terminal("request", "GET", f"{origin.url}/a", size=(30, 40), **ENVIRON)
    assert terminal.end() == 0
    assert json.loads(terminal.text) == [long]


@pytest.mark.parametrize(
    "body",
    [
        f"a{CLEAR_SCREEN}b\x07\x9b2J\u202e".encode(),
        b'{"a": "\\u001b[2J\\u0007\\u009b2J\\u202e\\ud800"}',
        f'{{"a": "{CLEAR_SCREEN}\x9b2J\u202e"}}'.encode(),
        BINARY,
        b"[" * 100_000,
        b'{"a": 1} and more\n',
    ],
)
def test_answer_cannot_steer_a_terminal(command: Command, origin: Origin, body: bytes) -> None:
    """What is no text is replaced there, also where JSON escapes it."""
    origin.script["/a"] = Answer(200, {"Content-Type": "text/plain; charset=utf-8"}, body)
    terminal = command.in_terminal("request", "GET", f"{origin.url}/a", **ENVIRON, TERM="dumb")
    assert terminal.end() == 0
    shown = terminal.raw.replace("\r\n", "")
    assert set(shown.replace("\t", "")) <= {c for c in shown if c.isprintable()}
    assert "Traceback" not in shown


def test_refusal_is_told_in_words(command: Command, provider: Provider, profile: Profile) -> None:
    """The exit status is 22, the body is there, and the problem is on standard error."""
    wrong = {**as_environment(profile.consumer, profile.token), "OAUTH_TOKEN_SECRET": "x-sekrit"}
    ran = command("request", "GET", provider.resource_url, "--no-explain", **wrong)
    assert ran.status == 22
    assert ran.text.startswith("oauth_problem=signature_invalid")
    assert ran.errors == "oauth2: The server answered 401 UNAUTHORIZED: signature_invalid\n"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(404, {}, b"none"), "The server answered 404 Scripted"),
        (Answer(500, {}, b"oops"), "The server answered 500 Scripted"),
        (
            Answer(401, {"WWW-Authenticate": 'OAuth oauth_problem="token_rejected"'}, b""),
            "The server answered 401 Scripted: token_rejected",
        ),
        (
            Answer(401, {"WWW-Authenticate": "OAuth"}, b""),
            "The server answered 401 Scripted",
        ),
        (
            Answer(400, {}, f"oauth_problem=a&oauth_problem_advice={CLEAR_SCREEN}%0Ab".encode()),
            "The server answered 400 Scripted: a, \N{REPLACEMENT CHARACTER}[2J b",
        ),
    ],
)
def test_status_of_400_or_more_exits_with_22(
    command: Command, origin: Origin, answer: Answer, told: str
) -> None:
    """The body is shown nonetheless, and what is wrong is one line."""
    origin.script["/a"] = answer
    ran = command("request", "GET", f"{origin.url}/a", "--no-explain", **ENVIRON)
    assert (ran.status, ran.output, ran.errors) == (22, answer.body, f"oauth2: {told}\n")


def test_get_is_signed_again_where_it_is_redirected_to(command: Command, origin: Origin) -> None:
    """And another origin gets no signature."""
    origin.script["/a"] = redirect(302, "/b?c=d")
    assert command("request", "GET", f"{origin.url}/a", **ENVIRON).status == 0
    assert origin.last.target == "/b?c=d"
    assert_signed(origin.last, KEYS)
    origin.script["/a"] = redirect(302, f"{origin.named_url}/b")
    assert command("request", "GET", f"{origin.url}/a", **ENVIRON).status == 0
    assert_unsigned(origin.last)


@pytest.mark.parametrize("status", [301, 302, 307])
def test_redirect_of_a_post_is_not_followed_but_told(
    command: Command, origin: Origin, status: int
) -> None:
    """What was meant for one place is not sent to another."""
    origin.script["/a"] = redirect(status, f"{origin.url}/b")
    ran = command("request", "POST", f"{origin.url}/a", "-d", "a=b", **ENVIRON)
    assert (ran.status, ran.text) == (0, "moved")
    assert ran.errors == (
        f"oauth2: The server answered {status} Scripted: it redirects to {origin.url}/b\n"
    )
    assert [received.target for received in origin.received] == ["/a"]


def test_post_that_has_moved_for_good_is_followed(command: Command, origin: Origin) -> None:
    """Status 308 says that method and body are meant for the other place."""
    origin.script["/a"] = redirect(308, f"{origin.url}/b")
    ran = command("request", "POST", f"{origin.url}/a", "-d", "a=b", **ENVIRON)
    assert (ran.status, ran.text, ran.errors) == (0, "ok", "")
    assert (origin.last.method, origin.last.target, origin.last.body) == ("POST", "/b", b"a=b")
    assert_signed(origin.last, KEYS)


def test_post_that_leads_to_another_page_is_followed_by_a_get(
    command: Command, origin: Origin
) -> None:
    """Status 303 says so."""
    origin.script["/a"] = redirect(303, f"{origin.url}/b")
    ran = command("request", "POST", f"{origin.url}/a", "-d", "a=b", **ENVIRON)
    assert (ran.status, ran.text, ran.errors) == (0, "ok", "")
    assert (origin.last.method, origin.last.body) == ("GET", b"")


def test_what_goes_wrong_on_the_way_is_one_line(
    command: Command, origin: Origin, silent: Any
) -> None:
    """It names the server; the exit status is 1."""
    nobody = f"http://127.0.0.1:{free_port()}"
    origin.script["/loop"] = redirect(302, f"{origin.url}/loop")
    origin.script["/junk"] = Answer(200, {"Content-Encoding": "gzip"}, b"no gzip")
    origin.script["/user"] = redirect(302, "http://user:sekrit@127.0.0.1/")
    loop = "Redirected more times than redirection_limit allows"
    for url, expected in (
        (f"{nobody}/a", f"{nobody}: Connection refused"),
        (f"{origin.url}/loop", f"{origin.url}: {loop}"),
        (f"{origin.url}/junk", f"{origin.url}: Content purported to be compressed with gzip"),
        (f"{origin.url}/user", "Redirected to a URL with user-info."),
        (silent[0], f"{origin.url}: timed out"),
        ("http://nowhere.invalid/", "http://nowhere.invalid: Unable to find the server"),
        ("http://127.0.0.1:99999/", "expected a port from 0 to 65535 after the host"),
    ):
        told = command.fails("request", "GET", url, "--timeout", "0.5", **ENVIRON)
        assert told.startswith(expected)


@pytest.mark.parametrize("words", [(), ("-o", "saved")])
@pytest.mark.parametrize(
    ("answer", "told"), [(b"", "Remote end closed connection"), (b"SSH-2.0\r\n", "SSH-2.0")]
)
def test_server_that_hangs_up_is_told(
    command: Command, words: tuple[str, ...], answer: bytes, told: str
) -> None:
    """Before it answered at all, or with what is no answer."""
    with hanging_up(answer) as url:
        line = command.fails("request", "POST", url, "-d", "a=b", *words, **ENVIRON)
    assert line.startswith(f"{url[:-1]}: {told}")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("http://user:sekrit@127.0.0.1/",), "expected a URL without user and password"),
        (("http://127.0.0.1/", "--timeout", "0"), "Invalid value for '--timeout'"),
        (("http://127.0.0.1/", "-o", "."), "Invalid value for '-o' / '--output': File '.' is a"),
    ],
)
def test_wrong_usage_is_found_before_anything_is_sent(
    command: Command, words: tuple[str, ...], told: str
) -> None:
    """The exit status is 2."""
    line = command.fails("request", "GET", *words, status=2, **ENVIRON)
    assert line.startswith(told)


@pytest.mark.parametrize("path", ["none/a", "/proc/a"])
def test_answer_that_cannot_be_saved_is_told(command: Command, origin: Origin, path: str) -> None:
    """The path is named, before anything is sent."""
    told = command.fails("request", "POST", f"{origin.url}/a", "-o", path, **ENVIRON)
    assert told == f"-o {path}: No such file or directory"
    assert origin.received == []


def test_answer_that_is_an_error_takes_no_file(command: Command, origin: Origin) -> None:
    """What is in the file stays, and the answer is shown."""
    (command.folder / "saved").write_bytes(b"before")
    origin.script["/a"] = Answer(404, {}, b"not here\n")
    ran = command("request", "GET", f"{origin.url}/a", "-o", "saved", **ENVIRON)
    assert (ran.status, ran.output) == (22, b"not here\n")
    assert (command.folder / "saved").read_bytes() == b"before"


def test_answer_of_another_origin_is_told(command: Command, origin: Origin) -> None:
    """It was asked without a signature."""
    with Origin() as other:
        location = f"{other.url.replace('127.0.0.1', 'localhost')}/b"
        origin.script["/a"] = Answer(302, {"Location": location}, b"")
        ran = command("request", "GET", f"{origin.url}/a", **ENVIRON)
    assert ran.status == 0
    assert (
        ran.errors
        == "oauth2: The request was redirected to another origin, where it was not signed.\n"
    )


def test_headers_of_one_name_are_joined_and_empty_ones_left_out(
    command: Command, origin: Origin
) -> None:
    """As one field is the same as several; without a value ours is not sent either."""
    words = ["X-A: 1", "x-a: 2", "Cookie: a=b", "Cookie: c=d", "Accept:", "X-B:"]
    options = [word for header in words for word in ("-H", header)]
    url = f"{origin.url}/a"
    assert command("request", "POST", url, "--json", "{}", *options, **ENVIRON).status == 0
    sent = origin.last
    assert (sent.header("x-a"), sent.header("cookie")) == ("1, 2", "a=b; c=d")
    assert (sent.header("accept"), sent.header("x-b")) == (None, None)


@pytest.mark.parametrize("seconds", [900, -900])
def test_clock_that_is_wrong_is_learned_and_said(
    command: Command, consumer: oauth2.Consumer, seconds: int
) -> None:
    """The request is sent once more, by the provider's clock."""
    with oauth2.sandbox.run(consumer, manners=Quirks(clock_offset=seconds)) as provider:
        environ = as_environment(consumer, provider.add_token())
        ran = command("request", "POST", provider.resource_url, "-d", "a=b", **environ)
    assert ran.status == 0
    assert json.loads(ran.output)["parameters"] == {"a": "b"}
    said = re.fullmatch(
        r"oauth2: The provider's clock is ([+-]\d+) seconds from the local clock, and was used\.\n",
        ran.errors,
    )
    assert said is not None
    assert abs(int(said[1]) - seconds) <= 2


def test_html_is_an_answer_like_any_other(command: Command, consumer: oauth2.Consumer) -> None:
    """With status 200 it is what the server says."""
    with oauth2.sandbox.run(consumer, manners=Quirks(fault="html")) as provider:
        environ = as_environment(consumer, provider.add_token())
        ran = command("request", "GET", provider.resource_url, **environ)
    assert (ran.status, ran.errors) == (0, "")
    assert ran.text.startswith("<!")


def test_interrupt_ends_the_waiting(command: Command, silent: Any) -> None:
    """Ctrl-C is exit status 130, and one word."""
    url, came = silent
    for words in ((), ("-o", "saved")):
        came.clear()
        terminal = command.in_terminal("request", "GET", url, *words, **ENVIRON)
        assert came.wait(20)
        terminal.sendintr()
        assert terminal.end() == 130
        assert terminal.text.strip().endswith("oauth2: Stopped.")
        assert "Traceback" not in terminal.text
        assert not (command.folder / "saved").exists()


def test_interrupt_in_a_pipe_is_the_same(command: Command, silent: Any) -> None:
    """A script that is stopped sees 130."""
    url, came = silent
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command.line("request", "GET", url), env={**command.environ, **ENVIRON},
        stdout=pipe, stderr=pipe, cwd=command.folder,
    ) as running:  # fmt: skip
        assert came.wait(20)
        running.send_signal(signal.SIGINT)
        output, errors = running.communicate(timeout=20)
    assert (running.returncode, output) == (130, b"")
    assert errors.decode().strip() == "oauth2: Stopped."


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_proxy_that_cannot_be_used_is_told(command: Command, scheme: str) -> None:
    """Nothing is sent past it."""
    command.environ[f"{scheme}_proxy"] = "http://127.0.0.1:9"
    ran = command(
        *("request", "GET", f"{scheme}://api.example/x"),
        OAUTH_CONSUMER_KEY="key",
        OAUTH_CONSUMER_SECRET="sekrit",
    )
    assert ran.status == 1
    assert ran.errors.startswith(f"oauth2: {scheme}://api.example: ")
    assert "proxy 127.0.0.1:9" in ran.errors


@pytest.mark.parametrize("placement", ["header", "query"])
def test_host_that_is_given_is_sent_and_signed(
    command: Command, origin: Origin, placement: str
) -> None:
    """The provider that reads the Host header accepts the signature."""
    words = ("-H", "Host: shop.example", "--placement", placement)
    assert command("request", "GET", f"{origin.url}/a?b=c", *words, **ENVIRON).status == 0
    assert origin.last.values("host") == ["shop.example"]
    assert_signed(origin.last, KEYS)


def test_realm_is_left_out_when_it_is_told(command: Command, origin: Origin) -> None:
    """As some providers refuse any."""
    command("request", "GET", f"{origin.url}/a", "--no-realm", **ENVIRON)
    command("request", "GET", f"{origin.url}/a", **ENVIRON)
    told, plain = [received.header("authorization") or "" for received in origin.received]
    assert (told[:12], plain[:12]) == ("OAuth oauth_", "OAuth realm=")
    assert_signed(origin.received[0], KEYS)
