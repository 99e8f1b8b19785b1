"""A signed request for curl, and programs in Python, read back by a shell and by Python."""

from __future__ import annotations

import ast
import io
import shlex
from pathlib import Path
from typing import Any

import pytest
from known import CONSUMER, TOKEN

import oauth2
from oauth2.snippets import LIBRARIES, as_curl, as_program, as_python

CLIENT = oauth2.Client(CONSUMER, TOKEN, placement="header")
URL = "http://photos.example.net/photos?a=[b]"
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "body", "words"),
    [
        ("GET", b"", []),
        ("HEAD", b"", ["--head"]),
        ("DELETE", b"", ["--request", "DELETE"]),
        ("PUT", b"{}", ["--request", "PUT"]),
        ("POST", b"{}", []),
        ("POST", b"", ["--request", "POST"]),
        ("GET", b"{}", ["--request", "GET"]),
    ],
)
def test_curl_sends_the_method(method: str, body: bytes, words: list[str]) -> None:
    """It is named where curl would take another."""
    line = shlex.split(as_curl(CLIENT.sign(URL, method, body, JSON)))
    assert line[:2] == ["curl", "--globoff"]
    assert line[2 : line.index("--header")] == words
    assert line[-1] == URL


@pytest.mark.parametrize("body", ["it's", b"@file", "é".encode(), "a\nb", '$(a) `b` \\ "c" !'])
def test_curl_sends_the_body_as_it_is(body: str | bytes) -> None:
    """Whatever a shell would make of it, and with an @ at its beginning."""
    line = shlex.split(as_curl(CLIENT.sign(URL, "POST", body, JSON)))
    assert line[line.index("--data-raw") + 1] == (body if isinstance(body, str) else body.decode())


def test_curl_sends_headers_but_not_the_length() -> None:
    """It counts by itself."""
    headers = {**JSON, "content-length": "2", "X-A": "it's"}
    line = shlex.split(as_curl(CLIENT.sign(URL, "POST", "{}", headers)))
    sent = [line[at + 1] for at, word in enumerate(line) if word == "--header"]
    assert [header.partition(":")[0].lower() for header in sent] == [
        *("content-type", "x-a", "authorization")
    ]
    assert "X-A: it's" in sent


def test_curl_changes_no_path_and_adds_and_drops_no_header() -> None:
    """It would resolve dots, call any body a form, and leave out what is empty."""
    line = shlex.split(as_curl(CLIENT.sign("http://a.example/a/../b", "PUT", "a", {"X-A": ""})))
    assert line[2] == "--path-as-is"
    headers = [line[at + 1] for at, word in enumerate(line) if word == "--header"]
    assert (headers[0], headers[-1]) == ("X-A;", "Content-Type:")


def test_curl_cannot_send_a_body_with_head() -> None:
    """It exits with status 2."""
    with pytest.raises(ValueError, match="body: expected none for HEAD"):
        as_curl(CLIENT.sign(URL, "HEAD", "{}", JSON))


def test_curl_names_a_file(tmp_path: Path) -> None:
    """And streams it."""
    path = tmp_path / "it's a file"
    path.write_bytes(b"\xff")
    with path.open("rb") as file:
        line = shlex.split(as_curl(CLIENT.sign(URL, "PUT", file, JSON)))
    assert line[line.index("--data-binary") + 1] == f"@{path}"


@pytest.mark.parametrize("body", [b"\xff", b"\0", io.BytesIO(b"a")])
def test_curl_cannot_send_octets(body: bytes | io.BytesIO) -> None:
    """No command line holds them, and what has no name is no file."""
    signed = CLIENT.sign(URL, "PUT", body, JSON)
    with pytest.raises(ValueError, match="body: expected text in UTF-8, which a command line"):
        as_curl(signed)


@pytest.mark.parametrize(
    ("arguments", "call"),
    [
        ({}, f"client.request({URL!r})"),
        ({"method": "DELETE"}, f"client.request({URL!r}, 'DELETE')"),
        ({"body": "it's\n"}, f"client.request({URL!r}, 'GET', body=\"it's\\n\")"),
        ({"body": b"\xff"}, f"client.request({URL!r}, 'GET', body=b'\\xff')"),
        ({"headers": {"A": "b"}}, f"client.request({URL!r}, 'GET', headers={{'A': 'b'}})"),
    ],
)
def test_program_makes_the_request(arguments: dict[str, Any], call: str) -> None:
    """With no more than it needs."""
    program = as_python(URL, **arguments)
    ast.parse(program)
    assert f"response, content = {call}\n" in program


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        ({}, ["client = oauth.Client(consumer, token, signature_method=method)"]),
        ({"with_token": False}, ["client = oauth.Client(consumer, signature_method=method)"]),
        (
            {"placement": "header", "realm": "it's", "include_body_hash": False},
            [
                "client = oauth.Client(consumer, token, signature_method=method, "
                "placement='header', realm=\"it's\", include_body_hash=False)"
            ],
        ),
        ({"realm": None}, ["client = oauth.Client(consumer, token, signature_method=method)"]),
        (
            {"signature_method": "RSA-SHA256", "private_key": "a'b.pem"},
            ['method = oauth.SignatureMethod_RSA_SHA256(open("a\'b.pem").read())'],
        ),
        (
            {"signature_method": "RSA-PSS", "private_key": "k"},
            ["method = oauth.SignatureMethod_RSA_PSS_SHA256(open('k').read())"],
        ),
        ({}, ["method = oauth.SignatureMethod_HMAC_SHA1()"]),
    ],
)
def test_program_signs_as_it_is_told(arguments: dict[str, Any], lines: list[str]) -> None:
    """By the class of each method, which the library has."""
    program = as_python(URL, **arguments)
    ast.parse(program)
    assert set(lines) <= set(program.splitlines())
    assert ("OAUTH_TOKEN" in program) == arguments.get("with_token", True)


def test_program_holds_no_secret() -> None:
    """It reads them from the environment."""
    assert 'os.environ["OAUTH_CONSUMER_SECRET"]' in as_python(URL)
    assert "sekrit" not in as_python(URL)


def test_a_program_for_no_method_is_none() -> None:
    """A name that the library does not have is a ValueError that lists those it has."""
    with pytest.raises(ValueError, match=r"^signature method: expected one of HMAC-SHA1, "):
        as_python(URL, signature_method="HMAC-MD5")


each_library = pytest.mark.parametrize("library", LIBRARIES)


@each_library
@pytest.mark.parametrize(
    ("arguments", "auth"),
    [
        ({}, "OAuth1(consumer, token)"),
        ({"with_token": False}, "OAuth1(consumer)"),
        ({"placement": "header", "realm": None, "include_body_hash": True}, None),
        ({"placement": "query", "realm": False}, "OAuth1(consumer, token, placement='query')"),
        (
            {"realm": "it's", "include_body_hash": False},
            'OAuth1(consumer, token, realm="it\'s", include_body_hash=False)',
        ),
        (
            {"signature_method": "RSA-PSS", "private_key": "a'b.pem"},
            "OAuth1(consumer, token, "
            'signature_method=SignatureMethod_RSA_PSS_SHA256(open("a\'b.pem").read()))',
        ),
    ],
)
def test_program_for_a_library_signs_as_it_is_told(
    library: str, arguments: dict[str, Any], auth: str | None
) -> None:
    """It names what is not the default, and imports what it names."""
    program = as_program(library, URL, **arguments)
    ast.parse(program)
    assert f"auth = {auth or 'OAuth1(consumer, token)'}\n" in program
    assert f"from oauth2.auth.{library} import OAuth1\n" in program
    (imported,) = [line for line in program.splitlines() if line.startswith("from oauth2 import ")]
    names = imported[len("from oauth2 import ") :].split(", ")
    assert [name for name in names if f"{name}(" not in program] == []
    assert sorted(names) == names


@each_library
@pytest.mark.parametrize(
    ("body", "written"),
    [
        ("it's\n", '"it\'s\\n"'),
        (b"\xff", "b'\\xff'"),
        ("é", "b'\\xc3\\xa9'"),
        ("\udce9", "b'\\xe9'"),
        ("", None),
    ],
)
def test_program_for_a_library_holds_the_octets_of_the_body(
    library: str, body: str | bytes, written: str | None
) -> None:
    """Text beyond ASCII is encoded here, as each library would do it in its own way."""
    program = as_program(library, URL, "POST", body, {"A": "b"})
    ast.parse(program)
    name = "content" if library.startswith("httpx") else "data"
    given = "" if written is None else f", {name}={written}"
    assert f".request('POST', {URL!r}{given}, headers={{'A': 'b'}}" in program


@pytest.mark.parametrize(
    ("library", "arguments", "message"),
    [
        (
            "urllib",
            {},
            "library: expected one of requests, httpx, httpx2, aiohttp, got 'urllib'",
        ),
        ("httpx", {"signature_method": "MD5"}, "signature method: expected one of HMAC-SHA1, "),
        ("httpx", {"placement": "body"}, r"placement: .*'header', 'query'\), got 'body': what is"),
    ],
)
def test_what_no_library_does_is_refused(
    library: str, arguments: dict[str, Any], message: str
) -> None:
    """ValueError says what was expected, and of the body why."""
    with pytest.raises(ValueError, match=f"^{message}"):
        as_program(library, URL, **arguments)
