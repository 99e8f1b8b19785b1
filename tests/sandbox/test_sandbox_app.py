"""The pages that a user sees, and what holds for every answer."""

from __future__ import annotations

import json
import re
import socket
from typing import Any
from urllib.parse import urlencode

import pytest
from asking import (
    allowed_token,
    answer,
    ask,
    ask_unsigned,
    exchange,
    page_of,
    request_token,
)

import oauth2
import oauth2.sandbox
from oauth2.sandbox import Provider, Quirks

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ATTACK = "<script>alert(1)</script>\"'&"


def open_page(provider: Provider, token: Any) -> Any:
    """Open the page; return its cookie and its form token."""
    got = ask_unsigned(page_of(provider, token))
    form_token = re.findall(r'name="form_token" value="([^"]+)"', got.content)[0]
    return got.response["set-cookie"].partition(";")[0], form_token


def post(provider: Provider, cookie: Any, **fields: Any) -> Any:
    headers = {**FORM, **({"Cookie": cookie} if cookie else {})}
    return ask_unsigned(provider.authorize_url, "POST", body=urlencode(fields), headers=headers)


def test_the_page_says_who_asks_and_for_what(provider: Provider) -> None:
    """The consumer, what came with the request token, and what came with the address."""
    token = request_token(provider, scope="read write")
    got = ask_unsigned(page_of(provider, token) + "&perms=delete&perms=all")
    for shown in [
        '<strong id="consumer">printer<',
        "<dt>scope</dt><dd>read write</dd>",
        "<dt>perms</dt><dd>delete</dd>",
        "<dt>perms</dt><dd>all</dd>",
    ]:
        assert shown in got.content
    assert "<dt>oauth_token</dt>" not in got.content
    assert str(token.secret) not in got.content


def test_the_page_says_where_the_user_is_sent(provider: Provider) -> None:
    """A callback is shown before it is followed."""
    token = request_token(provider, "http://a.example/back?a=b&c=d")
    assert "http://a.example/back?a=b&amp;c=d" in ask_unsigned(page_of(provider, token)).content


def test_what_an_attacker_writes_is_text() -> None:
    """Consumer key, parameters, callback and token are escaped wherever they are shown."""
    consumer = oauth2.Consumer(ATTACK, "consumer sekrit")
    with oauth2.sandbox.run(consumer) as provider:
        callback = "http://a.example/" + ATTACK
        token = request_token(provider, callback, **{ATTACK: ATTACK})
        pages = [ask_unsigned(f"{page_of(provider, token)}&{urlencode({ATTACK: ATTACK})}").content]
        refused = ask_unsigned(provider.authorize_url + "?" + urlencode({"oauth_token": ATTACK}))
        token = request_token(provider)
        cookie, form_token = open_page(provider, token)
        fields = {"oauth_token": token.key, "form_token": form_token}
        pages += [refused.content, post(provider, cookie, **fields, answer="allow").content]
        token = request_token(provider)
        fields["oauth_token"] = token.key
        pages.append(post(provider, cookie, **fields, answer="deny").content)
    for page in pages:
        assert "<script" not in page
        assert "\"'&" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;" in pages[0]


def test_octets_that_are_no_text_are_shown_as_such(provider: Provider) -> None:
    """They do not stop the page."""
    token = request_token(provider, scope=b"\xff")
    assert "<dd>\N{REPLACEMENT CHARACTER}</dd>" in ask_unsigned(page_of(provider, token)).content


def test_a_parameter_that_came_twice_is_shown_twice(provider: Provider) -> None:
    """As a list it would be hard to read."""
    token = request_token(provider, scope=["read", "write"])
    page = ask_unsigned(page_of(provider, token)).content
    assert "<dd>read</dd>" in page
    assert "<dd>write</dd>" in page


@pytest.mark.parametrize("key", ["", "nobody"])
def test_an_unknown_request_token_is_refused(provider: Provider, key: str) -> None:
    """By a page, not by a report."""
    got = ask_unsigned(f"{provider.authorize_url}?oauth_token={key}")
    assert got.status == 401
    assert got.response["content-type"] == "text/html; charset=utf-8"
    assert "www-authenticate" not in got.response


def test_a_request_token_is_answered_once(provider: Provider) -> None:
    """After a yes or a no there is nothing to ask."""
    token, _ = allowed_token(provider)
    assert ask_unsigned(page_of(provider, token)).status == 401
    token = request_token(provider)
    cookie, form_token = open_page(provider, token)
    provider.allow(page_of(provider, token))
    fields = {"oauth_token": token.key, "form_token": form_token, "answer": "allow"}
    assert post(provider, cookie, **fields).status == 401


def test_the_page_is_framed_and_stored_by_nobody(provider: Provider) -> None:
    """Its headers say so, and that it runs no script."""
    for url in [page_of(provider, request_token(provider)), provider.authorize_url]:
        response = ask_unsigned(url).response
        assert response["x-frame-options"] == "DENY"
        policy = response["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; ")
        assert "frame-ancestors 'none'" in policy
        assert response["referrer-policy"] == "no-referrer"
        assert response["cache-control"] == "no-store"


def test_the_cookie_is_for_the_page_alone(provider: Provider) -> None:
    """No script and no other site's form gets it, and no other sandbox overwrites it."""
    got = ask_unsigned(page_of(provider, request_token(provider)))
    name, *attributes = re.split("=|; ", got.response["set-cookie"])
    assert name == f"oauth2_sandbox_{provider.url.rpartition(':')[2]}"
    assert {"HttpOnly", "SameSite", "Lax", "Path", "/authorize"} <= set(attributes)


@pytest.mark.parametrize("form_token", ["", "wrong", "\u00e9", None])
@pytest.mark.parametrize("has_cookie", [True, False])
def test_a_form_from_elsewhere_is_refused(
    provider: Provider, form_token: str | None, has_cookie: bool
) -> None:
    """Without the form token, or without the cookie that goes with it, nothing is allowed."""
    token = request_token(provider)
    cookie, right = open_page(provider, token)
    fields: dict[str, Any] = {"oauth_token": token.key, "answer": "allow"}
    if form_token is not None or not has_cookie:
        fields["form_token"] = form_token or right if not has_cookie else form_token
    got = post(provider, cookie if has_cookie else None, **fields)
    assert got.status == 403
    assert exchange(provider, token, "1").problem == (401, "permission_unknown")


def test_a_form_token_is_good_for_its_own_cookie(provider: Provider) -> None:
    """An attacker's own pair of another visit does not fit."""
    token = request_token(provider)
    cookie, _ = open_page(provider, token)
    _, other = open_page(provider, token)
    fields = {"oauth_token": token.key, "form_token": other, "answer": "allow"}
    assert post(provider, cookie, **fields).status == 403


def test_a_callback_gets_token_and_verifier(provider: Provider) -> None:
    """The callback's own query and fragment are kept."""
    token, back = allowed_token(provider, "http://a.example?a=%2F&b=c+d#e")
    start = f"http://a.example?a=%2F&b=c+d&oauth_token={token.key!s}&oauth_verifier="
    assert back.startswith(start)
    assert back.endswith("#e")


def test_a_denial_is_told_to_the_callback(provider: Provider) -> None:
    """By oauth_problem, and again to a client that exchanges the request token nevertheless."""
    token = request_token(provider, "http://a.example/back")
    back = provider.deny(page_of(provider, token))
    assert back == (f"http://a.example/back?oauth_token={token.key!s}&oauth_problem=user_refused")
    got = exchange(provider, token, "1")
    assert got.problem == (401, "permission_denied")
    assert got.fields["oauth_problem_advice"] == "The user said no."


def test_a_denial_without_a_callback_is_told_to_the_user(provider: Provider) -> None:
    """There is no PIN on that page."""
    token = request_token(provider)
    cookie, form_token = open_page(provider, token)
    fields = {"oauth_token": token.key, "form_token": form_token, "answer": "deny"}
    got = post(provider, cookie, **fields)
    assert got.status == 200
    assert "printer gets no access" in got.content
    assert 'id="pin"' not in got.content


def test_what_is_no_yes_is_a_no(provider: Provider) -> None:
    """A form without an answer allows nothing."""
    token = request_token(provider)
    cookie, form_token = open_page(provider, token)
    got = post(provider, cookie, oauth_token=token.key, form_token=form_token)
    assert "no access" in got.content


def test_token_answers_are_stored_by_nobody(provider: Provider) -> None:
    """RFC 5849 section 2.1 has secrets in them."""
    got = ask(provider.consumer, None, provider.request_token_url, oauth_callback="oob")
    assert got.response["cache-control"] == "no-store"
    assert got.response["content-type"] == "application/x-www-form-urlencoded"


def test_a_host_header_has_no_say(provider: Provider, consumer: oauth2.Consumer) -> None:
    """A signature is for the sandbox's own address, whatever loopback name a request gives it."""
    client = oauth2.Client(consumer, provider.add_token(), placement="header", proxy_info=None)
    sent = client.sign(provider.resource_url)
    headers = {**sent.headers, "Host": "localhost"}
    assert ask_unsigned(sent.uri, headers=headers).status == 200


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_on_every_address_a_host_header_says_which(consumer: oauth2.Consumer, name: str) -> None:
    """There is no one address then for which a client could sign."""
    with oauth2.sandbox.run(consumer, host="0.0.0.0", manners=Quirks(redirect=True)) as provider:
        resource = provider.resource_url.replace("0.0.0.0", name)
        client = oauth2.Client(consumer, provider.add_token(), proxy_info=None)
        assert json.loads(client.request(resource)[1])["url"].partition("?")[0] == resource
        target = b"GET /echo?a=b&redirected=1 HTTP/1.1"
        assert b" 400 " in raw(provider, target + b"\r\nHost: ?\r\n\r\n")


def raw(provider: Provider, request: Any) -> Any:
    """Send octets, and return the first line of what comes back."""
    host, _, port = provider.url.rpartition("/")[2].partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request)
        with connection.makefile("rb") as file:
            return file.readline()


def test_a_target_may_be_a_whole_url(provider: Provider, consumer: oauth2.Consumer) -> None:
    """As a client sends it that takes the sandbox for a proxy (RFC 7230 section 5.3.2)."""
    client = oauth2.Client(consumer, provider.add_token(), placement="query", proxy_info=None)
    sent = client.sign(provider.resource_url)
    assert b" 200 " in raw(provider, f"GET {sent.uri} HTTP/1.0\r\n\r\n".encode())


@pytest.mark.parametrize(
    ("target", "status"),
    [("*", 404), ("/", 404), ("/echo/", 404), ("/echo?\xe9=\xff", 400), ("/request_token#a", 400)],
)
def test_an_odd_target_is_answered(provider: Provider, target: str, status: int) -> None:
    """It is no error of the sandbox."""
    request = f"GET {target} HTTP/1.0\r\n\r\n".encode("latin-1")
    assert f" {status} ".encode() in raw(provider, request)


@pytest.mark.parametrize("length", [b"x", b"-1", b"9" * 5000, b"33554434"])
def test_a_bad_content_length_is_answered(provider: Provider, length: Any) -> None:
    """A body is at most 32 MiB."""
    request = b"POST /request_token HTTP/1.0\r\nContent-Length: " + length + b"\r\n\r\n"
    assert raw(provider, request).split()[1] in (b"400", b"413")


def test_a_body_in_chunks_is_verified(provider: Provider, consumer: oauth2.Consumer) -> None:
    """All of it is read."""
    client = oauth2.Client(consumer, provider.add_token(), proxy_info=None)
    headers = {"Content-Type": "text/plain"}
    body = iter([b"a", b"b"])
    got = answer(*client.request(provider.resource_url, "PUT", body, headers))
    assert got.status == 200


@pytest.mark.parametrize("place", ["request_token_url", "access_token_url", "authorize_url"])
def test_other_methods_are_refused(provider: Provider, place: str) -> None:
    """Tokens are asked for by GET and POST."""
    assert ask_unsigned(getattr(provider, place), "PUT").status == 405


def test_a_head_request_has_no_body(provider: Provider, consumer: oauth2.Consumer) -> None:
    """It is signed like any other."""
    assert ask(consumer, provider.add_token(), provider.resource_url, "HEAD").content == ""
