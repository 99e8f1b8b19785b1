"""What the protected resource says of a request, to a program and to a browser."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import httplib2
import pytest
from asking import ask_unsigned

import oauth2
from oauth2.sandbox import Provider
from oauth2.sandbox.echo import echoed

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PHOTO = bytes(range(256))
MULTIPART = (
    b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nR\xc3\xa9my\r\n'
    b'--b\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n'
    b"Content-Type: image/png\r\n\r\n" + PHOTO + b"\r\n"
    b'--b\r\nContent-Disposition: form-data; name="more"; filename="b"\r\n\r\n1\r\n'
    b'--b\r\nContent-Disposition: form-data; name="more"; filename="c"\r\n\r\n22\r\n'
    b"--b--\r\n"
)


def send(
    provider: Provider,
    method: str = "GET",
    target: str = "",
    body: Any = "",
    headers: dict[str, str] | None = None,
) -> tuple[httplib2.Response, bytes]:
    token = provider.add_token()
    client = oauth2.Client(provider.consumer, token, placement="header", proxy_info=None)
    answer: tuple[httplib2.Response, bytes] = client.request(
        provider.resource_url + target, method, body, headers or {}
    )
    return answer


def told(provider: Provider, *words: Any) -> Any:
    response, content = send(provider, *words)
    assert response.status == 200, content
    return json.loads(content)


def test_the_parameters_of_query_and_form_are_told_apart(provider: Provider) -> None:
    """What is signed has both, and a name that is repeated has a list."""
    got = told(provider, "POST", "?a=1&a=2&b=%2B", "c=3+4&c=%C3%A9", FORM)
    assert got["args"] == {"a": ["1", "2"], "b": "+"}
    assert got["form"] == {"c": ["3 4", "\u00e9"]}
    assert got["parameters"] == {"a": ["1", "2"], "b": "+", "c": ["3 4", "\u00e9"]}
    assert (got["data"], got["json"], got["files"]) == ("", None, {})


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": [1, null, "\\u00e9"]}', {"a": [1, None, "\u00e9"]}),
        (b"[" * 90 + b"]" * 90, json.loads("[" * 90 + "]" * 90)),
        (b"[" * 101 + b"]" * 101, None),
        (b"[" * 100_000, None),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, None),
        (b"[NaN]", None),
        (b'{"a": ', None),
        (b"\xff", None),
        (b'"\\ud800"', "\ud800"),
        (b"", None),
    ],
    ids=["valid", "90", "101", "open", "deep", "NaN", "cut", "octets", "surrogate", "empty"],
)
@pytest.mark.parametrize("accept", [{}, BROWSER], ids=["program", "browser"])
def test_json_is_read_where_it_is_valid(
    provider: Provider, body: bytes, value: Any, accept: dict[str, str]
) -> None:
    """What is not valid stops neither the answer nor the page."""
    response, content = send(provider, "POST", "", body, {**JSON, **accept})
    assert response.status == 200, content
    assert accept or json.loads(content)["json"] == value


def test_files_are_described(provider: Provider) -> None:
    """Name, type, size and hash of each, by its field; the fields beside them are a form."""
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    got = told(provider, "POST", "", MULTIPART, headers)
    photo = {"name": "a.png", "type": "image/png", "size": 256}
    assert got["files"]["photo"] == {**photo, "sha256": hashlib.sha256(PHOTO).hexdigest()}
    assert [(file["name"], file["size"]) for file in got["files"]["more"]] == [("b", 1), ("c", 2)]
    assert (got["form"], got["data"]) == ({"title": "R\u00e9my"}, "")


@pytest.mark.parametrize("body", [b"no parts", b"--b\r\n", b"--b\r\nnothing\r\n\r\n--b--"])
def test_files_that_are_not_valid_are_none(provider: Provider, body: bytes) -> None:
    """The length and the hash of all of it are told nevertheless."""
    got = told(provider, "PUT", "", body, {"Content-Type": "multipart/form-data; boundary=b"})
    assert (got["files"], got["form"], got["body"]["length"]) == ({}, {}, len(body))


@pytest.mark.parametrize(
    ("body", "data"),
    [
        ("R\u00e9my".encode(), "R\u00e9my"),
        (b"\xff", None),
        (b"x" * 65536, "x" * 65536),
        (b"x" * 65537, None),
        (b"", ""),
    ],
    ids=["text", "octets", "64 KiB", "more", "none"],
)
def test_a_body_is_told_with_its_length_and_hash(
    provider: Provider, body: bytes, data: str | None
) -> None:
    """And as text where it is short, and is some."""
    got = told(provider, "PUT", "", body, {"Content-Type": "text/plain"})
    assert got["data"] == data
    assert got["body"] == {"length": len(body), "sha256": hashlib.sha256(body).hexdigest()}


def test_headers_are_told_without_the_signature(provider: Provider) -> None:
    """Which would be the secrets where PLAINTEXT signs."""
    secret = str(provider.consumer.secret)
    for placement in ("header", "query"):
        token = provider.add_token()
        client = oauth2.Client(provider.consumer, token, placement=placement, proxy_info=None)
        client.set_signature_method(oauth2.SignatureMethod_PLAINTEXT())
        response, content = client.request(provider.resource_url, headers={"X-Odd": "a, b"})
        assert response.status == 200
        assert json.loads(content)["headers"]["X-Odd"] == "a, b"
        assert not {secret, str(token.secret)} & set(re.findall(r"[\w-]+", content.decode()))
        assert "***" in content.decode()


def test_a_browser_gets_a_page(provider: Provider) -> None:
    """With all of it, below headings; what it shows cannot be a script."""
    attack = "<script>alert(1)</script>"
    response, content = send(
        provider, "POST", "?q=" + "%3Cb%3E", f"a={attack}", {**FORM, **BROWSER}
    )
    page = content.decode()
    assert response["content-type"] == "text/html; charset=utf-8"
    assert response["content-security-policy"].startswith("default-src 'none'")
    assert response["vary"] == "Accept"
    headings = ["What was signed", "Query", "Form", "Body", "Headers"]
    assert re.findall("<h2>(.*)</h2>", page) == headings
    assert "<dt>a</dt><dd>&lt;script&gt;alert(1)&lt;/script&gt;</dd>" in page
    assert "<dt>q</dt><dd>&lt;b&gt;</dd>" in page
    assert "<script" not in page


@pytest.mark.parametrize(
    ("body", "headers", "shown"),
    [
        (b'{"a": 1}', JSON, "<dt>JSON</dt><dd>{\n  &#34;a&#34;: 1\n}</dd>"),
        (b"text", {"Content-Type": "text/plain"}, "<dt>text</dt><dd>text</dd>"),
        (
            MULTIPART,
            {"Content-Type": "multipart/form-data; boundary=b"},
            "<dt>photo</dt><dd>a.png: image/png, 256 octets, SHA-256 40aff2e9",
        ),
        (b"a=" + b"x" * 20_000, FORM, f"<dd>{'x' * 10_000}\u2026</dd>"),
    ],
    ids=["JSON", "text", "files", "long"],
)
def test_a_page_shows_what_was_sent(
    provider: Provider, body: bytes, headers: dict[str, str], shown: str
) -> None:
    """A long value is cut, as nobody reads it there."""
    _, content = send(provider, "POST", "", body, {**headers, **BROWSER})
    assert shown in content.decode()


def test_a_browser_reads_a_refusal_on_a_page(provider: Provider) -> None:
    """The status and the challenge are those that a program gets."""
    got = ask_unsigned(provider.resource_url, headers=BROWSER)
    assert got.status == ask_unsigned(provider.resource_url).status == 400
    assert got.response["content-type"] == "text/html; charset=utf-8"
    assert "<h1>This request was refused</h1>" in got.content
    assert "Expected a signed request" in got.content
    assert got.response["www-authenticate"].startswith("OAuth ")
    assert ask_unsigned(provider.request_token_url, headers=BROWSER).problem[0] == 400


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html;q=0.5,*/*", ""])
def test_a_program_gets_json(provider: Provider, accept: str) -> None:
    """Only who prefers HTML gets a page."""
    response, _ = send(provider, headers={"Accept": accept})
    assert response["content-type"] == "application/json"


def test_what_it_tells_is_described() -> None:
    """The docstring is where a reader looks the names up."""
    for name in ("args", "form", "files", "json", "data", "body", "parameters"):
        assert f"``{name}``" in str(echoed.__doc__)
