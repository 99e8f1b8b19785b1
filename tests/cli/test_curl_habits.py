"""``oauth2 request`` as those type it who come from curl."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shlex
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from driving import ENVIRON, Command
from known import CONSUMER_SECRET, TOKEN_SECRET
from ports import free_port
from werkzeug.formparser import parse_form_data
from wire import Answer, Keys, Origin, Received, assert_signed, redirect

import oauth2
import oauth2.sandbox
from oauth2.cli.verbose import head_writer
from oauth2.sandbox import Quirks

KEYS = Keys(CONSUMER_SECRET, TOKEN_SECRET)
CLEAR_SCREEN = "\x1b[2J"
OUT_OF_TIME = 28


@pytest.mark.parametrize(
    ("words", "method"),
    [
        (("URL",), "GET"),
        (("URL", "-d", "a=b"), "POST"),
        (("URL", "--data-urlencode", "a=b"), "POST"),
        (("URL", "--json", "{}"), "POST"),
        (("URL", "--json", ""), "POST"),
        (("URL", "-F", "a=b"), "POST"),
        (("URL", "--form-string", "a=b"), "POST"),
        (("URL", "--upload", "/dev/null"), "POST"),
        (("-X", "DELETE", "URL"), "DELETE"),
        (("URL", "-X", "put", "-d", "a=b"), "PUT"),
        (("URL", "--method", "PATCH"), "PATCH"),
        (("DELETE", "URL"), "DELETE"),
        (("-d", "a=b", "PUT", "URL"), "PUT"),
    ],
)
def test_method_is_what_curl_would_send(
    command: Command, origin: Origin, words: tuple[str, ...], method: str
) -> None:
    """What is sent by it is signed by it."""
    words = tuple(word.replace("URL", f"{origin.url}/a") for word in words)
    assert command("request", *words, **ENVIRON).status == 0
    assert origin.last.method == method
    assert_signed(origin.last, KEYS)


def test_method_is_guessed_for_what_is_only_signed(command: Command) -> None:
    """The base string begins with it."""
    words = ("http://a.example/", "-d", "a=b", "--as", "base-string")
    assert command("sign", *words, **ENVIRON).text.startswith("POST&")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Missing argument 'URL'."),
        (("GET",), "Missing argument 'URL' after GET."),
        (("GET", "http://a.example/", "b"), "expected [METHOD] URL, got 3 arguments"),
        (
            ("GET", "http://a.example/", "-X", "PUT"),
            "expected METHOD before the URL or -X METHOD, got both",
        ),
        (
            ("http://a.example/", "-H", "A B: c"),
            "Invalid value for '-H' / '--header': expected a NAME of letters, digits and hyphens"
            " (RFC 9110 section 5.1), got another",
        ),
        (
            ("http://a.example/", "-H", "A"),
            "Invalid value for '-H' / '--header': expected NAME:VALUE, got none of this form",
        ),
        (
            ("http://a.example/", "-H", "A: b\r\nC: sekrit"),
            "Invalid value for '-H' / '--header': A: expected a value on one line,"
            " got a line break in it",
        ),
        (
            ("http://a.example/", "-H", "authorization: Bearer sekrit"),
            "-H Authorization: expected none, as the signature goes into that header"
            " (--placement query signs in the URL instead)",
        ),
        (
            ("http://a.example/", "--json", "{}", "--placement", "body", "-H", "Authorization: x"),
            "-H Authorization: expected none, as the signature goes into that header"
            " (--placement query signs in the URL instead)",
        ),
        (
            ("http://a.example/", "--placement", "query", "-H", "Authorization: oauth a=sekrit"),
            "-H Authorization: expected none of OAuth, as the request is signed here",
        ),
    ],
)
def test_what_cannot_be_sent_is_refused_before(
    command: Command, words: tuple[str, ...], told: str
) -> None:
    """In one line, which quotes nothing that may be a secret."""
    line = command.fails("request", *words, status=2, **ENVIRON)
    assert line == f"{told} (oauth2 request --help says more)" or line == told


@pytest.mark.parametrize("words", [("--placement", "query"), ("-d", "a=b", "--placement", "body")])
def test_another_authorization_is_sent_where_the_signature_leaves_room(
    command: Command, origin: Origin, words: tuple[str, ...]
) -> None:
    """As a gateway before the provider may want it."""
    for value in ("Basic c2Vrcml0", ""):
        field = f"Authorization: {value}"
        assert command("request", f"{origin.url}/a", "-H", field, *words, **ENVIRON).status == 0
        assert origin.last.header("authorization") == (value or None)


@pytest.mark.parametrize("name", ["hmac-sha256", "Hmac-Sha256"])
def test_signature_method_is_read_in_any_case(command: Command, origin: Origin, name: str) -> None:
    """It is sent as it is registered."""
    words = (f"{origin.url}/a", "--signature-method", name)
    assert command("request", *words, **ENVIRON).status == 0
    assert origin.last.oauth("oauth_signature_method") == "HMAC-SHA256"
    assert_signed(origin.last, KEYS)


# Standard streams


def test_answer_goes_to_standard_output_as_it_is(command: Command, origin: Origin) -> None:
    """In a terminal, too, where it is not laid out; and there is no file of that name."""
    origin.script["/a"] = Answer(200, {}, b'{"a":1}')
    terminal = command.in_terminal("request", f"{origin.url}/a", "-o", "-", **ENVIRON)
    assert (terminal.end(), terminal.text) == (0, '{"a":1}')
    assert command("request", f"{origin.url}/a", "-o", "-", **ENVIRON) == (0, b'{"a":1}', "")
    assert not (command.folder / "-").exists()


def test_upload_from_a_pipe_is_streamed_in_chunks(command: Command, origin: Origin) -> None:
    """Nobody knows how long it is."""
    words = ("request", f"{origin.url}/a", "--upload", "-")
    assert command(*words, given=b"\xffbody", **ENVIRON) == (0, b"ok", "")
    assert origin.last.body == b"\xffbody"
    assert origin.last.header("transfer-encoding") == "chunked"
    assert origin.last.header("content-type") == "application/octet-stream"
    assert_signed(origin.last, KEYS)


def test_upload_from_a_file_on_standard_input_has_its_length(
    command: Command, origin: Origin
) -> None:
    """As curl sends it, whom the shell hands a file."""
    (command.folder / "body").write_bytes(b"from a file")
    line = shlex.join(command.line("request", f"{origin.url}/a", "--upload", "-"))
    terminal = command.in_shell(f"{line} < body", **ENVIRON)
    assert (terminal.end(), terminal.text) == (0, "ok\n")
    assert (origin.last.body, origin.last.header("content-length")) == (b"from a file", "11")


def test_upload_is_typed_in_a_terminal(command: Command, origin: Origin) -> None:
    """Who types it is told how it ends."""
    terminal = command.in_terminal("request", f"{origin.url}/a", "--upload", "-", **ENVIRON)
    terminal.expect("end with Ctrl-D on a line of its own.")
    terminal.sendline("typed")
    terminal.sendcontrol("d")
    assert terminal.end() == 0
    assert origin.last.body == b"typed\n"


def test_hash_of_standard_input_is_signed(command: Command) -> None:
    """Where only a header is wanted."""
    words = ("sign", "http://a.example/", "--upload", "-", "--body-hash")
    signed = command(*words, given=b"body", **ENVIRON).text
    digest = base64.b64encode(hashlib.sha1(b"body").digest()).decode()
    assert f'oauth_body_hash="{quote(digest, safe="")}"' in signed


# Parts of a form


@pytest.mark.parametrize(
    ("option", "name", "content_type", "content"),
    [
        ("f=@a.dat", "a.dat", "application/octet-stream", b"\xff;"),
        ("f=@a.dat;type=image/png", "a.dat", "image/png", b"\xff;"),
        ("f=@a.dat;filename=x.png", "x.png", "application/octet-stream", b"\xff;"),
        ("f=@a.dat;type=image/png;filename=x.png", "x.png", "image/png", b"\xff;"),
        ("f=@a.dat; filename=x.png; type=image/png", "x.png", "image/png", b"\xff;"),
        ("f=@a.dat;type=text/x; q=1;filename=y", "y", "text/x; q=1", b"\xff;"),
        ('f=@"b;c.png";filename="d;\\"e"', 'd;"e', "image/png", b"b"),
        ("f=@b;c.png", "b;c.png", "image/png", b"b"),
        ("f=@-;filename=x.png", "x.png", "application/octet-stream", b"given"),
        ("f=text;filename=x;type=text/html", "x", "text/html", b"text"),
    ],
)
def test_file_of_a_form_has_the_type_and_the_name_that_are_told(
    command: Command, origin: Origin, option: str, name: str, content_type: str, content: bytes
) -> None:
    """As curl reads them."""
    (command.folder / "a.dat").write_bytes(b"\xff;")
    (command.folder / "b;c.png").write_bytes(b"b")
    words = ("request", f"{origin.url}/a", "-F", option)
    assert command(*words, given=b"given", **ENVIRON).status == 0
    form, files = parts_of(origin.last)
    assert form == {}
    assert files == {"f": (name, content_type, content)}


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (("-F", "f=a;b"), "a;b"),
        (("-F", "f=a;type=5"), "a;type=5"),
        (("-F", "f=a;type=text/html;b"), "a"),
        (("-F", "f=a;type=text/html"), "a"),
        (("-F", 'f=a;type=text/html;filename="b'), 'a;type=text/html;filename="b'),
        (("--form-string", "f=@a;type=text/html"), "@a;type=text/html"),
    ],
)
def test_text_of_a_form_keeps_what_says_nothing_of_the_part(
    command: Command, origin: Origin, words: tuple[str, ...], value: str
) -> None:
    """A semicolon alone is no mark of anything."""
    assert command("request", f"{origin.url}/a", *words, **ENVIRON).status == 0
    assert parts_of(origin.last) == ({"f": value}, {})


def parts_of(sent: Received) -> tuple[dict[str, str], dict[str, tuple[Any, Any, bytes]]]:
    """Return what Werkzeug reads of a multipart form: its texts and its files."""
    _, form, files = parse_form_data(
        {
            "REQUEST_METHOD": sent.method,
            "CONTENT_TYPE": sent.header("content-type"),
            "CONTENT_LENGTH": sent.header("content-length"),
            "wsgi.input": io.BytesIO(sent.body),
        }
    )
    read = {name: (each.filename, each.content_type, each.read()) for name, each in files.items()}
    for each in files.values():
        each.close()
    return form.to_dict(), read


# -v


def test_heads_are_shown_as_they_are_sent(command: Command, origin: Origin) -> None:
    """On standard error, line for line what the server received, and the case of its names."""
    origin.script["/a"] = Answer(201, {"X-Own-Case": f"b{CLEAR_SCREEN}"}, b"body")
    ran = command("request", f"{origin.url}/a?b=c", "-v", "-d", "d=e", **ENVIRON)
    assert (ran.status, ran.output) == (0, b"body")
    sent, received = ran.errors.split(">\n<")
    lines = [line.removeprefix("> ") for line in sent.splitlines()]
    assert lines[0] == "POST /a?b=c HTTP/1.1"
    signature = origin.last.oauth("oauth_signature")
    assert signature is not None
    assert signature not in ran.errors
    for name, value in origin.last.headers:
        if name.lower() != "authorization":
            assert f"{name}: {value}" in lines
    (shown,) = [line for line in lines if line.startswith("authorization: OAuth ")]
    assert 'oauth_signature="***"' in shown
    assert f'oauth_nonce="{origin.last.oauth("oauth_nonce")}"' in shown
    assert received.startswith(" HTTP/1.1 201 Scripted\n")
    assert "< X-Own-Case: b\N{REPLACEMENT CHARACTER}[2J\n" in received
    assert received.endswith("\n<\n")


@pytest.mark.parametrize(
    ("words", "secret"),
    [
        (("-H", "Cookie: session=opaque-1"), "opaque-1"),
        (("-H", "X-Api-Key: opaque-2"), "opaque-2"),
        (("-H", "X-Own: sekrit"), "sekrit"),
        (("--placement", "query", "-H", "Authorization: Basic opaque-3"), "opaque-3"),
        (("--placement", "query", "-H", "Authorization: opaque-4"), "opaque-4"),
        (("--signature-method", "PLAINTEXT"), "sekrit"),
        (("--signature-method", "PLAINTEXT", "--placement", "query"), "sekrit"),
    ],
)
def test_secrets_are_hidden_unless_they_are_asked_for(
    command: Command, origin: Origin, words: tuple[str, ...], secret: str
) -> None:
    """Whatever header they stand in; the name of the header and of its scheme stay."""
    origin.script["/a"] = Answer(200, {"Set-Cookie": "opaque-5"}, b"")
    words = ("request", f"{origin.url}/a", "-v", *words)
    environ = {**ENVIRON, "OAUTH_CONSUMER_SECRET": "sekrit", "OAUTH_TOKEN_SECRET": "sekrit"}
    hidden = command(*words, **environ)
    assert secret not in hidden.errors
    assert "< Set-Cookie: ***\n" in hidden.errors
    shown = command(*words, "--show-secrets", reveals=True, **environ)
    assert secret in shown.errors
    assert "< Set-Cookie: opaque-5\n" in shown.errors


def test_each_request_on_the_way_is_shown(command: Command, origin: Origin) -> None:
    """Also those that a redirect leads to, and while an answer is saved."""
    origin.script["/a"] = redirect(302, "/b")
    ran = command("request", f"{origin.url}/a", "-v", "-o", "saved", **ENVIRON)
    firsts = [line for line in ran.errors.splitlines() if "HTTP/1.1" in line]
    assert firsts == [
        *("> GET /a HTTP/1.1", "< HTTP/1.1 302 Scripted"),
        *("> GET /b HTTP/1.1", "< HTTP/1.1 200 Scripted"),
    ]


# --max-time


@contextmanager
def dripping(head: bytes, drop: bytes, reads: bool = True) -> Iterator[str]:
    """Serve a URL at which an answer begins, and never ends; nothing is read unless ``reads``."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                if reads:
                    connection.recv(1 << 16)
                    connection.sendall(head)
                while not ended.wait(0.05):
                    if reads:
                        connection.sendall(drop)

        thread = threading.Thread(target=run_to_the_end, args=(serve,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            ended.set()
            # Who ran out of time before it connected leaves the server waiting.
            socket.create_connection(listener.getsockname()).close()
            thread.join()


def run_to_the_end(serve: Callable[[], None]) -> None:
    """Run a server that may be hung up on."""
    try:
        serve()
    except ConnectionError:
        return


def fails_in_time(command: Command, *words: str, seconds: str = "0.1") -> str:
    """Run a request that has so many seconds, and return what it says."""
    begun = time.monotonic()
    line = command.fails("request", *words, "--max-time", seconds, status=OUT_OF_TIME, **ENVIRON)
    assert time.monotonic() - begun < 5
    return line


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n", b"a"),
        (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
        (b"", b""),
    ],
)
@pytest.mark.parametrize("words", [(), ("-o", "saved")])
def test_answer_that_drips_has_no_more_than_its_time(
    command: Command, head: bytes, drop: bytes, words: tuple[str, ...]
) -> None:
    """However often something is received; no file is left. The exit status is that of curl."""
    with dripping(head, drop) as url:
        assert fails_in_time(command, url, *words) == f"{url}: not ended after 0.1 seconds"
    assert not (command.folder / "saved").exists()


def test_upload_that_is_not_taken_has_no_more_than_its_time(command: Command) -> None:
    """A server may accept a connection, and read nothing."""
    with (command.folder / "large").open("wb") as large:
        large.truncate(1 << 26)
    with dripping(b"", b"", reads=False) as url:
        assert fails_in_time(command, url, "--upload", "large").startswith(url)


def test_standard_input_that_does_not_end_has_no_more_than_the_time(
    command: Command, origin: Origin
) -> None:
    """The program ends, although a thread of it still reads there."""
    words = command.line("request", f"{origin.url}/a", "--upload", "-", "--max-time", "0.1")
    terminal = command.in_shell(
        f"sleep 20 | {{ {shlex.join(words)}; echo $?; kill $$; }}", **ENVIRON
    )
    terminal.expect("not ended after 0.1 seconds")
    terminal.expect("28")


def test_redirects_have_no_more_than_the_time_of_one_call(command: Command, origin: Origin) -> None:
    """Each of them is in time, all of them are not."""

    def next_one(received: Received) -> Answer:
        time.sleep(0.04)
        return redirect(302, f"/{len(origin.received)}")

    for number in range(6):
        origin.script[f"/{number}"] = next_one
    assert fails_in_time(command, f"{origin.url}/0") == f"{origin.url}: not ended after 0.1 seconds"
    assert len(origin.received) < 5


def test_repeat_by_the_providers_clock_has_no_more_than_the_time(
    command: Command, consumer: oauth2.Consumer, origin: Origin
) -> None:
    """What is refused for its timestamp is sent once more, within the same time."""
    stated = {"Date": "Fri, 27 Nov 2037 00:00:00 GMT"}
    waited = threading.Event()

    def answer(received: Received) -> Answer:
        if len(origin.received) == 1:
            return Answer(401, stated, b"oauth_problem=timestamp_refused")
        waited.wait(20)
        return Answer()

    origin.script["/a"] = answer
    try:
        assert fails_in_time(command, f"{origin.url}/a", seconds="0.5").startswith(origin.url)
    finally:
        waited.set()
    assert len(origin.received) == 2


def test_what_ends_in_time_is_an_answer_like_any_other(
    command: Command, consumer: oauth2.Consumer
) -> None:
    """So is an error, and so is the clock that was learned."""
    with oauth2.sandbox.run(consumer, manners=Quirks(clock_offset=900)) as provider:
        environ = {
            **ENVIRON, "OAUTH_CONSUMER_KEY": consumer.key,
            "OAUTH_CONSUMER_SECRET": CONSUMER_SECRET,
        }  # fmt: skip
        token = provider.add_token()
        environ.update(OAUTH_TOKEN=token.key, OAUTH_TOKEN_SECRET=token.secret)
        ran = command("request", provider.resource_url, "-m", "30", **environ)
    assert (ran.status, json.loads(ran.output)["method"]) == (0, "GET")
    assert "seconds from the local clock" in ran.errors
    nobody = f"http://127.0.0.1:{free_port()}"
    told = command.fails("request", nobody, "-m", "1e300", **ENVIRON)
    assert told.startswith(f"{nobody}: ")


def test_interrupt_ends_what_has_a_time_of_its_own(command: Command) -> None:
    """As it ends what has none; the exit status is 130."""
    with dripping(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n") as url:
        words = ("request", url, "-v", "--max-time", "60")
        terminal = command.in_terminal(*words, **ENVIRON)
        terminal.expect("> GET / HTTP/1.1")
        terminal.sendintr()
        assert terminal.end() == 130
    assert terminal.text.endswith("oauth2: Stopped.\n")


def test_a_folded_field_is_hidden_as_a_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """A server may write a value on several lines (RFC 9112 section 5.2)."""
    head_writer(())("<", b"HTTP/1.1 200 OK\r\nSet-Cookie: a=\r\n opaque\r\nX: y\r\n\r\n")
    assert capsys.readouterr().err == "< HTTP/1.1 200 OK\n< Set-Cookie: ***\n< X: y\n<\n"
