"""What the answer to a leg means: the token in it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from known import CONSUMER, CONSUMER_SECRET, TOKEN
from secrets_check import assert_no_secret

from oauth2.errors import TokenRequestError
from oauth2.legs import Leg, token_of
from oauth2.received import Response

FORM = "oauth_token=t&oauth_token_secret=a-new-sekrit"


def response(status: int = 200, **headers: str) -> Response:
    """Make a response; the names of headers are written with underscores."""
    fields = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Response(status, "", fields)


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("", FORM.encode()),
        ("application/x-www-form-urlencoded", FORM.encode()),
        ("application/x-www-form-urlencoded", f"\r\n{FORM}\r\n".encode()),
        ("text/html; charset=utf-8", FORM.encode()),
        ("application/json", FORM.encode()),
        ("text/plain; charset=UTF-16", FORM.encode("utf-16")),
        ('text/plain; Charset = "utf-16-le"', FORM.encode("utf-16-le")),
        ("text/plain", b"\xef\xbb\xbf" + FORM.encode()),
        ("text/plain; charset=iso-8859-1", FORM.encode()),
        ("text/plain; charset=no-such", FORM.encode()),
        ("text/plain; charset=utf-8-no-such", FORM.encode()),
        ("text/plain; charset=utf-16", FORM.encode()),
        ("application/json", json.dumps({"oauth_token": "t", "oauth_token_secret": "x"}).encode()),
        ("text/html", b'  {"oauth_token": "t", "oauth_token_secret": "x"}\n'),
        ("", b'\xef\xbb\xbf{"oauth_token": "t", "oauth_token_secret": "x"}'),
    ],
)
def test_a_token_is_read_whatever_the_content_type_says(content_type: str, content: bytes) -> None:
    """Providers label forms as HTML or JSON, name charsets that are none, and add a BOM."""
    token = token_of(response(content_type=content_type), content)
    assert token is not None
    assert token.key == "t"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"oauth_token=t",
        b"oauth_token_secret=x",
        b"oauth_token=&oauth_token_secret=x",
        b"oauth_token=t&oauth_token=u&oauth_token_secret=x",
        b"oauth_token=t&oauth_token_secret=x&oauth_token_secret=y",
        b"<html><body>oauth_token</body></html>",
        b"[]",
        b'["oauth_token"]',
        b'{"oauth_token": 7, "oauth_token_secret": 8}',
        b'{"oauth_token": "t", "oauth_token_secret": null}',
        b'{"oauth_token": ["t"], "oauth_token_secret": "x"}',
        b'{"oauth_token": "t", "oauth_token_secret": "x"',
        b'{"oauth_token": "\\ud800", "oauth_token_secret": "x"}',
        b'{"oauth_token": "t", "oauth_token_secret": "\\udfff"}',
        b'{"a":' * 100_000,
        b'{"n": ' + b"7" * 10_000 + b"}",
        b"\xff\xfe\x00",
    ],
)
def test_what_holds_no_whole_token_is_none(content: bytes) -> None:
    """A key and a secret, each once, and both text."""
    assert token_of(response(), content) is None


@pytest.mark.parametrize("status", [199, 300, 302, 400, 401, 500])
def test_only_success_holds_a_token(status: int) -> None:
    """A form in an error page is no token."""
    assert token_of(response(status), FORM.encode()) is None


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_every_success_may_hold_a_token(status: int) -> None:
    """Some providers answer with 201."""
    token = token_of(response(status), FORM.encode())
    assert token is not None
    assert (token.key, token.secret) == ("t", "a-new-sekrit")


def test_all_other_fields_are_extra() -> None:
    """A user's name, a session handle, a repeated field: nothing is lost."""
    token = token_of(response(), f"{FORM}&user_id=7&scope=a&scope=b&screen_name=J+%C3%B6".encode())
    assert token is not None
    assert token.extra == {"user_id": "7", "scope": ["a", "b"], "screen_name": "J \u00f6"}
    assert (token.secret, token.callback_confirmed) == ("a-new-sekrit", None)


def test_json_may_have_extra_fields_of_any_shape() -> None:
    """Numbers and objects stay what they are."""
    told = {"oauth_token": "t", "oauth_token_secret": "", "user": {"id": 7}, "n": 1.5}
    token = token_of(response(), json.dumps(told).encode())
    assert token is not None
    assert (token.secret, token.extra) == ("", {"user": {"id": 7}, "n": 1.5})


@pytest.mark.parametrize(
    ("told", "confirmed"),
    [("true", "true"), ("True", "true"), (True, "true"), ("false", "false"), (False, "false")],
)
def test_a_confirmation_is_text_in_lower_case(told: Any, confirmed: str) -> None:
    """JSON has a true of its own."""
    fields = {"oauth_token": "t", "oauth_token_secret": "x", "oauth_callback_confirmed": told}
    token = token_of(response(), json.dumps(fields).encode())
    assert token is not None
    assert (token.callback_confirmed, token.extra) == (confirmed, {})


@pytest.mark.parametrize("name", ["oauth_token", "oauth_token_secret"])
def test_a_token_that_no_request_could_carry_is_none(name: str) -> None:
    """Four thousand characters are enough for all that is known."""
    fields = {"oauth_token": "t", "oauth_token_secret": "s", name: "x" * 4097}
    assert token_of(response(), urlencode(fields).encode()) is None


def test_secret_in_the_name_of_a_header_is_hidden() -> None:
    """As in its value: the error has all of the response."""
    leg = Leg("request token", "POST", "http://a.example/", CONSUMER, TOKEN, {})
    answered = response(500, **{f"x_{CONSUMER_SECRET}": "a", "x_other": CONSUMER_SECRET})
    with pytest.raises(TokenRequestError) as caught:
        leg.token_from(answered, b"")
    assert_no_secret(caught.value, CONSUMER_SECRET)
    assert dict(caught.value.response) == {"x-***": "a", "x-other": "***"}
