"""What the command says when something fails: in plain words, in all tests of it."""

from __future__ import annotations

import pytest
from driving import ENVIRON, Command, hanging_up
from wire import Answer, Origin
from wording import lapses


@pytest.mark.parametrize(
    ("message", "lapse"),
    [
        ("a.: b", "a period before a colon"),
        ("a and so on.. Try it", "two periods"),
        ("[Errno 2] No such file", "a number of the system"),
        ("expected str, got a number", "a name of Python's"),
        ("expected text, got dict", "a name of Python's"),
        ("KeyError: 'a'", "a name of Python's"),
        ("a: IncompleteRead(0 bytes read)", "a name of Python's"),
        ("failed (ServerNotFoundError)", "a name of Python's"),
        ("expected a key, got None", "a name of Python's"),
        ("'a' is not a valid float", "a name of Python's"),
        ("got <oauth2.Consumer object at 0x7f>", "an object of Python's"),
        ("got b'a'", "an object of Python's"),
        ("wrong version number (_ssl.c:1006)", "an object of Python's"),
    ],
)
def test_words_of_python_are_found_in_messages(message: str, lapse: str) -> None:
    """Each test of the command looks for them."""
    assert [found.partition(":")[0] for found in lapses(f"shown\noauth2: {message}\n")] == [lapse]
    assert lapses(f"{message}\n") == []


@pytest.mark.parametrize(
    "message",
    [
        "The user said no.",
        "./a..b/c: No such file or directory",
        ".: Is a directory",
        "no error in this list of a type, https://int.example/str: it is no object",
        "-o a.png: the body is in /tmp/oauth2-dict",
    ],
)
def test_plain_words_are_no_lapse(message: str) -> None:
    """Names of files and addresses are what they are."""
    assert lapses(f"oauth2: {message}") == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["GET", "{url}", "-H", "X: \u2603"], "{url}: a character at index 0 cannot be encoded as"),
        (["G\u00c9T", "{url}"], "{url}: a character at index 1 cannot be encoded as ascii"),
        (["GET", "http://a..b.example/"], "http://a..b.example: "),
        (["GET", "{url}", "-d", "@."], ".: Is a directory"),
        (["POST", "{url}", "-F", "f=@missing"], "missing: No such file or directory"),
        (["GET", "{url}", "--timeout", "long"], "Invalid value for '--timeout': 'long' is not a"),
    ],
)
def test_request_that_cannot_be_sent_is_told_in_plain_words(
    command: Command, origin: Origin, words: list[str], told: str
) -> None:
    """The line has no word of Python, as in each call of these tests."""
    ran = command("request", *(word.format(url=origin.url) for word in words), **ENVIRON)
    assert ran.status in (1, 2)
    assert ran.errors.startswith(f"oauth2: {told.format(url=origin.url)}")
    assert origin.received == []


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"HTTP/9.9 200 OK\r\n\r\n", "HTTP/9.9"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n", "got more than 100 headers"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "the response broke off after 0 octets",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nno",
            "Content purported to be compressed with gzip",
        ),
        (
            b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
            "Redirected but the response is missing",
        ),
    ],
)
def test_response_that_is_none_is_told_in_plain_words(
    command: Command, answer: bytes, told: str
) -> None:
    """Likewise."""
    with hanging_up(answer) as url:
        line = command.fails("request", "GET", url, **ENVIRON)
    assert line.startswith(f"{url[:-1]}: {told}")


def test_certificate_that_is_not_trusted_is_told_in_plain_words(command: Command) -> None:
    """For a request, and for the first leg of a flow."""
    with Origin("https") as origin:
        line = command.fails("request", "GET", f"{origin.url}/a", **ENVIRON)
        urls = [
            f"--{leg}-url={origin.url}/a" for leg in ("request-token", "authorize", "access-token")
        ]
        told = command.fails("authorize", *urls, "--no-browser", **ENVIRON)
    assert line.startswith(f"{origin.url}: self")
    assert told.startswith(f"request token, {origin.url}/a: no answer: self")


def test_answer_of_another_kind_is_no_message(command: Command, origin: Origin) -> None:
    """What a server sends is shown as it is."""
    origin.script["/a"] = Answer(200, {}, b"oauth2: KeyError.: b'a'\n")
    ran = command("request", "GET", f"{origin.url}/a", **ENVIRON)
    assert (ran.status, ran.errors) == (0, "")
