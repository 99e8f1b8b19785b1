"""Signature base strings in what others print: found, and taken apart."""

from __future__ import annotations

import html
import json
import textwrap
from typing import Any
from urllib.parse import quote, urlencode

import oauthlib_base_string as signature
import pytest
from growth import assert_linear
from hypothesis import given, settings, strategies as st
from vectors import VECTORS

from oauth2.diagnosis.basestring import (
    BaseString,
    BaseStringURI,
    find_base_string,
    parse_base_string,
)
from oauth2.encoding import escape

PUBLISHED = [
    pytest.param(vector, id=vector["id"])
    for vector in VECTORS
    if vector["kind"] == "request" and "base_string" in vector
]
BASE = (
    "POST&https%3A%2F%2Fapi.example.com%2F1.1%2Fupdate.json&include%3Dtrue%26oauth_nonce%3Dab"
    "%26oauth_timestamp%3D1318622958%26oauth_version%3D1.0%26status%3DHello%2520Ladies"
)
PRINTED = {
    "bare": BASE,
    "with a line break": f"{BASE}\n",
    "quoted": f'"{BASE}"',
    "log line": f"2024-01-01 ERROR sbs={BASE} key=7",
    "log lines": f"signing {BASE}\nSending\n",
    "before log lines": f"{BASE}\nSending\nDone\n",
    "Python repr": repr({"error": BASE, "code": 32}),
    "sentence": f"Expected {BASE}. Try again.",
    "HTML": f"<p>Expected <b>{html.escape(BASE)}</b></p>",
    "HTML quoted": html.escape(f'<p title="{BASE}">'),
    "HTML twice": html.escape(html.escape(f'"{BASE}"')),
    "HTML number": BASE.replace("&", "&#38;") + "<br>",
    "JSON": json.dumps({"errors": [{"message": f"expected {BASE}", "code": 32}]}),
    "JSON escaped": json.dumps({"message": f"\n{BASE}"}).replace("&", "\\u0026"),
    "form": urlencode({"oauth_problem": "signature_invalid", "debug_sbs": BASE, "x": "y"}),
    "form not encoded": f"oauth_problem=signature_invalid&debug_sbs={BASE}&debug_sig=abc",
    "advice": urlencode({"oauth_problem_advice": f"Expected {BASE}. Bye."}, quote_via=quote),
    "encoded twice": quote(quote(f"advice={BASE}", safe=""), safe=""),
    "after a hex digit": quote(f"advice\n{BASE}", safe=""),
    "terminal": "\n".join(textwrap.wrap(BASE, 40)) + "\n",
    "terminal CRLF": "\r\n".join(textwrap.wrap(BASE, 40)),
    "terminal indented": "\n    ".join(textwrap.wrap(BASE, 40)) + "\nDone, sorry.\n",
    "terminal short last line": f"{BASE[:-2]}\n{BASE[-2:]}\n",
    "terminal log": "oh no\n" + "\n".join(textwrap.wrap(BASE, 40)) + "\nDone\n",
}


@pytest.mark.parametrize("text", PRINTED.values(), ids=PRINTED)
def test_base_string_is_found_in_what_providers_print(text: str) -> None:
    """However it is wrapped, it comes out as it was signed."""
    assert find_base_string(text) == BASE


@pytest.mark.parametrize("vector", PUBLISHED)
def test_published_base_strings_are_found(vector: dict[str, Any]) -> None:
    """Alone, and in a page of HTML."""
    base_string = vector["base_string"]
    assert find_base_string(base_string) == base_string
    assert find_base_string(f"<pre>{html.escape(base_string)}</pre>") == base_string


@pytest.mark.parametrize(
    "text",
    ["", "401 Unauthorized", "GET http://a.example/", "method=GET&http_code=401&a=b", "GET&http:"],
)
def test_text_without_a_base_string_has_none(text: str) -> None:
    """None is answered, and nothing is made up."""
    assert find_base_string(text) is None


def test_first_of_several_is_found() -> None:
    """Also after something that only begins as one."""
    assert find_base_string(f"no GET&http: {BASE} {BASE}X") == BASE


@pytest.mark.parametrize(
    "wrong",
    [
        "GET&http://a.example/x&b=c&d=e%20f",
        "GET&http%3A%2F%2Fa.example%2Fx&b%3Dc&d%3De",
        "GET&http%3A%2F%2Fa.example%2Fx&b%3D%C3%A9%26d%3D*",
        "get&http%3a%2f%2fa.example%2fx&b%3dc",
    ],
)
def test_wrongly_built_base_string_is_found_as_it_is(wrong: str) -> None:
    """What is wrong with it is for others to say."""
    assert find_base_string(f"signed {wrong}\n") == wrong
    assert find_base_string(wrong) == wrong


def test_value_that_was_not_encoded_at_all_is_found_alone() -> None:
    """A space ends a base string only where it stands among other words."""
    wrong = "GET&http%3A%2F%2Fa.example%2F&status%3DHello Ladies"
    assert find_base_string(f"{wrong}\n") == wrong


def test_base_string_is_taken_apart() -> None:
    """The URI is decoded, names and values are as they were when they were sorted."""
    assert parse_base_string(BASE) == BaseString(
        "POST",
        "https://api.example.com/1.1/update.json",
        (
            ("include", "true"),
            ("oauth_nonce", "ab"),
            ("oauth_timestamp", "1318622958"),
            ("oauth_version", "1.0"),
            ("status", "Hello%20Ladies"),
        ),
    )


@given(
    st.lists(st.tuples(st.text(min_size=1, max_size=9), st.text(max_size=9)), max_size=5),
    st.sampled_from(["GET", "POST"]),
)
@settings(deadline=None)
def test_what_oauthlib_makes_is_taken_apart(pairs: list[tuple[str, str]], method: str) -> None:
    """Another library joins the parts, and they are as they were."""
    normalized = signature.normalize_parameters(pairs)
    text = signature.signature_base_string(method, "http://a.example/%20", normalized)
    parsed = parse_base_string(text)
    assert (parsed.method, parsed.uri) == (method, "http://a.example/%20")
    assert parsed.parameters == tuple(sorted((escape(n), escape(v)) for n, v in pairs))


@pytest.mark.parametrize(
    ("parameters", "pairs"),
    [
        ("b=c%20d&e=f", (("b", "c%20d"), ("e", "f"))),
        ("b%3Dc%2520d&e%3Df", (("b", "c%20d"), ("e", "f"))),
        ("b=c%26d%3D", (("b", "c%26d%3D"),)),
        ("b=c%26d=e", (("b", "c"), ("d", "e"))),
        ("b%3Dc d", (("b", "c d"),)),
        ("b%26c%3D", (("b", ""), ("c", ""))),
        ("", ()),
        ("&%26", ()),
    ],
)
def test_wrongly_joined_parameters_are_read(
    parameters: str, pairs: tuple[tuple[str, str], ...]
) -> None:
    """More than two ampersands, bare equals signs, and what has neither."""
    assert parse_base_string(f"GET&http%3A%2F%2Fa%2F&{parameters}").parameters == pairs


@pytest.mark.parametrize(
    ("uri", "parts"),
    [
        ("https://a.example:8443/b/c", ("https", "a.example", "8443", "/b/c", "")),
        ("http://a.example", ("http", "a.example", "", "", "")),
        ("http://a.example?b=/c", ("http", "a.example", "", "", "?b=/c")),
        ("http://[::1]:80/", ("http", "[::1]", "80", "/", "")),
        ("http://me:sekrit@a.example:81/", ("http", "***@a.example", "81", "/", "")),
        ("http://a.example:/", ("http", "a.example", "", "/", "")),
        ("a.example/b", ("", "a.example", "", "/b", "")),
        ("", ("", "", "", "", "")),
    ],
)
def test_uri_is_taken_apart_valid_or_not(uri: str, parts: tuple[str, ...]) -> None:
    """Scheme, host, port, path, and a query that should not be there."""
    assert BaseString("GET", uri, ()).uri_parts() == BaseStringURI(*parts)


@given(st.text())
@settings(deadline=None)
def test_any_text_is_searched_and_taken_apart(text: str) -> None:
    """Nothing is raised, whatever came."""
    found = find_base_string(text)
    assert found is None or found.count("&") > 1
    assert isinstance(parse_base_string(text).uri_parts(), BaseStringURI)


def test_an_entity_of_thousands_of_digits_is_text() -> None:
    """Python reads no such number."""
    assert find_base_string(f"&amp;&#{'1' * 5000};") is None


HOSTILE = [
    "GET&http: ",
    "GET%26http%3A ",
    "GET%2526http: ",
    "GET&http:\n",
    "&amp;",
    "A",
    "%",
    "\n%a",
    "&",
    "=",
    "\\u0026",
    ":1",
]


@pytest.mark.long
@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_takes_time_linear_in_its_length(piece: str) -> None:
    """An error page of a megabyte cannot stop a program."""

    def read(text: str) -> None:
        for each in (text, f"GET&http:{text}", f"GET&http:/&{text}"):
            find_base_string(each)
            parse_base_string(each).uri_parts()

    assert_linear(read, lambda size: piece * (size // len(piece)), 40_000)


@pytest.mark.long
def test_many_beginnings_take_no_more_time_than_one() -> None:
    """A page that is made to look like thousands of base strings holds none."""
    beginning = "GET%2526http%3A%\nab%\n"
    assert_linear(find_base_string, lambda size: beginning * (size // len(beginning)), 16_000)
