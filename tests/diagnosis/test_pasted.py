"""Requests as people have them in hand, told apart and read."""

from __future__ import annotations

import pytest

from oauth2.diagnosis import find_base_string
from oauth2.diagnosis.pasted import Pasted, read_header, read_pasted

URL = "https://a.example/x?a=b"
HEAD = "GET /x?a=b HTTP/1.1\nHost: a.example\n"
HEADER = 'OAuth realm="r", oauth_consumer_key="k%20", oauth_signature="s%3D"'
ANSWER = "HTTP/1.1 401 Unauthorized\nServer: x\n\nGET&http%3A%2F%2Fa&b%3Dc"


@pytest.mark.parametrize(
    ("text", "pasted"),
    [
        (f"$ curl '{URL}'\n{ANSWER}", Pasted("GET", URL, [], b"", f"\n{ANSWER}")),
        (HEAD, Pasted("GET", URL, [("Host", "a.example")], b"")),
        (f"{HEAD}\n\n\n{ANSWER}", Pasted("GET", URL, [("Host", "a.example")], b"", ANSWER)),
        (
            f"{HEAD}Content-Length: 3\n\na=b\n\n{ANSWER}",
            Pasted("GET", URL, [("Host", "a.example"), ("Content-Length", "3")], b"a=b", ANSWER),
        ),
        (URL, Pasted(None, URL, [], b"")),
        (f"\n'{URL}'\n", Pasted(None, URL, [], b"")),
        (f"<{URL}>", Pasted(None, URL, [], b"")),
        (f"post {URL}\n", Pasted("POST", URL, [], b"")),
    ],
)
def test_request_is_read_by_what_it_starts_with(text: str, pasted: Pasted) -> None:
    """And an answer after it is told from it."""
    assert read_pasted(text) == pasted
    assert read_pasted(text.encode()) == pasted


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_trace_of_curl_is_read(newline: str) -> None:
    """Of HTTP/1.1 and of HTTP/2; the body of a form is not in it."""
    lines = ["* Connected", "> GET /x?a=b HTTP/2", "> Host: a.example", "> A: b: c", "> ", "< X"]
    text = newline.join([*lines, ""])
    headers = [("Host", "a.example"), ("A", "b: c")]
    assert read_pasted(text) == Pasted("GET", URL, headers, b"", text)
    lines.insert(3, "> Content-Length: 3")
    text = newline.join([*lines, ""])
    headers = [*headers, ("Content-Length", "3")]
    assert read_pasted(text) == Pasted("GET", URL, headers, None, text)


def test_scheme_is_for_a_request_that_has_a_path_alone() -> None:
    """All others tell their own."""
    texts = [HEAD, f"> {HEAD}", URL, f"curl '{URL}'"]
    read = [read_pasted(text.replace("\nHost", "\n> Host") if text[0] == ">" else text, "http")
            for text in texts]  # fmt: skip
    assert [pasted and pasted.url[:5] for pasted in read] == ["http:", "http:", "https", "https"]


@pytest.mark.parametrize("text", ["", "hello", "GET", f"see {URL} and", "ftp://a/", HEADER])
def test_what_is_no_request_is_none(text: str) -> None:
    """A header alone is a part of one."""
    assert read_pasted(text) is None


@pytest.mark.parametrize(
    "text", ["GET / HTTP/1.1\n\n", f"GET / HTTP/1.1\n\n{ANSWER}", "curl", "curl -d a"]
)
def test_request_that_goes_on_as_none_is_an_error(text: str) -> None:
    """It says what is wrong with it."""
    with pytest.raises(ValueError, match="expected"):
        read_pasted(f"{text} " if text == "curl" else text)


@pytest.mark.parametrize(
    "text",
    [
        HEADER,
        f"Authorization: {HEADER}",
        f"-H 'Authorization: {HEADER}' \\",
        HEADER.replace(", ", ",\n  "),
        str({"Authorization": HEADER}),
        '{"Authorization": "' + HEADER.replace('"', '\\"') + '"}',
    ],
)
def test_header_is_read_however_it_was_printed(text: str) -> None:
    """By curl, by Python, as JSON, or folded."""
    assert read_header(text) == HEADER
    assert read_header(f'WWW-Authenticate: OAuth realm="x"\n{text}'.encode()) == HEADER


@pytest.mark.parametrize("text", ["", "OAuth", 'OAuth realm="x"', 'Basic oauth_signature="x"'])
def test_what_is_no_signed_header_is_none(text: str) -> None:
    """As is a provider's challenge."""
    assert read_header(text) is None


@pytest.mark.parametrize(
    "after",
    [
        "oauth2: The server answered 401 Unauthorized: signature_invalid",
        "oauth2: The server answered 401 Unauthorized: GET&http%3A%2F%2Fother&x%3Dy",
        "curl: (22) The requested URL returned error: 401",
        "http: warning: HTTP 401 Unauthorized",
        "%",
        "%\n",
        "\noauth2: The server answered 401",
    ],
)
@pytest.mark.parametrize("before", ["", "Expected "])
def test_what_a_program_says_after_a_base_string_is_no_part_of_it(before: str, after: str) -> None:
    """Where both streams are one, it is glued to the last value; zsh puts a mark there."""
    base_string = "GET&http%3A%2F%2Fa&b%3Dc%26oauth_version%3D1.0"
    assert find_base_string(f"{before}{base_string}{after}") == base_string
