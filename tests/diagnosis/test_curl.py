"""Lines of curl, and what curl itself sends of them; each was compared with curl 7.88."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import oauth2
from oauth2.diagnosis.curl import CurlRequest, parse_curl
from oauth2.snippets import as_curl

URL = "https://a.example/x"
FORM = ("Content-Type", "application/x-www-form-urlencoded")
FILES = {"form": b"a=1 2\r\n&b=\xc3\xa9\n", "fields": b"X-A: 1\nX-B: 2\n"}


def parsed(line: str) -> CurlRequest:
    return parse_curl(line, FILES.__getitem__)


@pytest.mark.parametrize(
    ("words", "method"),
    [
        (URL, "GET"),
        (f"-I {URL}", "HEAD"),
        (f"-d a {URL}", "POST"),
        (f"-F a=b {URL}", "POST"),
        (f"-G -d a {URL}", "GET"),
        (f"-T form {URL}", "PUT"),
        (f"-sSXPATCH {URL}", "PATCH"),
        (f"--request DELETE --url {URL}", "DELETE"),
    ],
)
def test_method_is_that_of_curl(words: str, method: str) -> None:
    """Given, or by what is sent."""
    assert parsed(f"curl {words}").method == method


@pytest.mark.parametrize(
    ("words", "url"),
    [
        ("a.example/x", "http://a.example/x"),
        ("'https://u:p@a.example/x#top'", URL),
        ("https://a.example/@me", "https://a.example/@me"),
        ("https://u:p@a.example/@me?b=c@d", "https://a.example/@me?b=c@d"),
        ("u:p@a.example/x", "http://a.example/x"),
        ("https://a.example/./y/../x", URL),
        ("https://a.example/../y/..", "https://a.example/"),
        ("https://a.example/y/.", "https://a.example/y/"),
        ("https://a.example", "https://a.example"),
        ("--path-as-is https://a.example/y/../x", "https://a.example/y/../x"),
        (r"'https://a.example/x?a\[0\]=\{1\}'", "https://a.example/x?a[0]={1}"),
        (r"-g 'https://a.example/x?\[0]'", r"https://a.example/x?\[0]"),
        (f"-H 'Host: b.example:8080' {URL}", "https://b.example:8080/x"),
        (f"-G -d a=b --data-urlencode 'c= d' {URL}", f"{URL}?a=b&c=+d"),
        (f"-G '{URL}?y'", f"{URL}?y"),
        (f"-G -d 'a=#b' -d c {URL}", f"{URL}?a="),
        (f"--url-query 'a= b' --url-query +c=%20 '{URL}?y'", f"{URL}?y&a=+b&c=%20"),
        ("-T form https://a.example", "https://a.example/form"),
        ("-T form 'https://a.example/x/?q'", "https://a.example/x/form?q"),
        (f"-T form {URL}", URL),
        ("-T - https://a.example/x/", "https://a.example/x/"),
    ],
)
def test_url_is_what_curl_sends(words: str, url: str) -> None:
    """With its query, and as the Host header has it."""
    assert parsed(f"curl {words}").url == url


@pytest.mark.parametrize(
    ("words", "body"),
    [
        ("", b""),
        ("-da=b -d 'c=d e'", b"a=b&c=d e"),
        ("-d @form", b"a=1 2&b=\xc3\xa9"),
        ("--data-binary @form", FILES["form"]),
        ("--data-raw @form", b"@form"),
        ("--data-urlencode @form", b"a%3D1+2%0D%0A%26b%3D%C3%A9%0A"),
        ("--data-urlencode n@form", b"n=a%3D1+2%0D%0A%26b%3D%C3%A9%0A"),
        ("--data-urlencode =a=b --data-urlencode '\u00fc &'", b"a%3Db&%C3%BC+%26"),
        ("--json '{\"a\":' --json 1}", b'{"a":1}'),
        ("-T form", FILES["form"]),
        ("-T -", None),
        ("-F a=b", None),
        ("--form-string a=b", None),
        ("-G -d a=b", b""),
    ],
)
def test_body_is_what_curl_sends(words: str, body: bytes | None) -> None:
    """None where it is not in the line, or never the same."""
    assert parsed(f"curl {words} {URL}").body == body


@pytest.mark.parametrize(
    ("words", "headers"),
    [
        ("-H 'X-A:  1 ' --header X-B:2", [("X-A", "1"), ("X-B", "2")]),
        ("-H 'X-Empty;' -H X-None: -H junk", [("X-Empty", "")]),
        ("-H @fields", [("X-A", "1"), ("X-B", "2")]),
        ("-d a", [FORM]),
        ("-d a -H 'content-type: text/plain'", [("content-type", "text/plain")]),
        ("-d a -H Content-Type:", []),
        ("-G -d a", []),
        ("--json 1", [("Content-Type", "application/json")]),
    ],
)
def test_headers_are_those_of_the_line(words: str, headers: list[tuple[str, str]]) -> None:
    """With the type of a body, which curl adds."""
    assert parsed(f"curl {words} {URL}").headers == headers


@pytest.mark.parametrize(
    "start",
    ["curl ", "  $ curl ", "ann@box:~/a% curl ", "curl.exe ", "/usr/bin/curl ", "C:\\a b>curl "],
)
def test_prompt_may_stand_before_it(start: str) -> None:
    """As whoever copies a line from a terminal has it."""
    assert parsed(f"{start}-k {URL}\n") == ("GET", URL, [], b"", "\n")


def test_what_is_not_signed_is_passed_over() -> None:
    """With its value, where it has one."""
    words = "--compressed --no-buffer -kLsm5 -o out -w '%{url}' -u me:sekrit -A agent --"
    assert parsed(f"curl {words} {URL}") == ("GET", URL, [], b"", "")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("wget sekrit", "expected a line that starts with curl, got another"),
        ("curl -d sekrit", "expected one URL, got none"),
        (f"curl sekrit {URL} -", "expected one URL, got 3"),
        (f"curl {URL} --next {URL}", "expected one request, got --next and another"),
        ("curl ftp://sekrit/", "expected a URL with http or https, got another"),
        (f"curl {URL} -H", "expected a value after --header, got none"),
        (f"curl --frobnicate sekrit {URL}", "--frobnicate is an option that is not known here"),
        (f"curl -sK sekrit {URL}", "-K is an option that is not known here; leave it out where"),
    ],
)
def test_line_that_cannot_be_read_is_told(line: str, said: str) -> None:
    """By the name of an option, and by no value."""
    with pytest.raises(ValueError, match=r"^curl: ") as caught:
        parsed(line)
    assert said in str(caught.value)
    assert "sekrit" not in str(caught.value)


def test_file_is_not_read_unasked() -> None:
    """The program that calls has to say how."""
    with pytest.raises(ValueError, match="expected the body in the line itself"):
        parse_curl(f"curl -d @sekrit {URL}")


@pytest.mark.parametrize(
    ("method", "url", "body", "headers"),
    [
        ("GET", f"{URL}?a=[1]&b=it's", None, {}),
        ("HEAD", f"{URL}/../y", None, {}),
        ("POST", URL, "a=b%20c", {FORM[0]: FORM[1]}),
        ("PUT", URL, '{"a": "\u00e9\n$x"}', {"Content-Type": "application/json", "X-Empty": ""}),
    ],
)
def test_line_of_ours_is_read_as_what_was_signed(
    method: str, url: str, body: Any, headers: dict[str, str]
) -> None:
    """It is the same request, and it verifies."""
    consumer = oauth2.Consumer("key", "sekrit")
    signed = oauth2.Client(consumer, placement="header").sign(url, method, body, headers)
    read = parse_curl(as_curl(signed))
    assert (read.method, read.url) == (method, signed.uri)
    request = oauth2.Request.from_request(method, read.url, read.headers, body=read.body)
    assert request is not None
    server = oauth2.Server({"HMAC-SHA1": oauth2.SignatureMethod_HMAC_SHA1()})
    assert isinstance(server.verify_request(request, consumer, None), dict)


def test_file_of_a_line_of_ours_is_read(tmp_path: Path) -> None:
    """By the name that the line has."""
    (tmp_path / "file").write_bytes(b"\x00\xff")
    with open(tmp_path / "file", "rb") as file:
        line = as_curl(oauth2.Client(oauth2.Consumer("key", "s")).sign(URL, "PUT", file))
    assert parse_curl(line, lambda name: Path(name).read_bytes()).body == b"\x00\xff"
