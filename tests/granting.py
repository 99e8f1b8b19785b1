"""What providers answer to the legs of a flow, and how a leg is judged that fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from secrets_check import assert_no_secret
from wire import Answer

import oauth2

CONSUMER_SECRET = "the-consumer-sekrit/+="
CONSUMER = oauth2.Consumer("consumer-key", CONSUMER_SECRET)
PASSWORD = "the password-sekrit &"
TOKEN_SECRET = "the-new-sekrit+/="
SECRETS = (CONSUMER_SECRET, PASSWORD, TOKEN_SECRET, "sekrit")
CALLBACK = "http://127.0.0.1:9/back?a=b"


def form(status: int = 200, headers: Mapping[str, str] | None = None, **fields: str) -> Answer:
    """Answer with a form."""
    return Answer(status, headers or {}, urlencode(fields).encode())


def token_answer(key: str = "t", **fields: str) -> Answer:
    """Answer with a token, whose callback is confirmed."""
    told = {"oauth_token": key, "oauth_token_secret": TOKEN_SECRET}
    fields = {**told, "oauth_callback_confirmed": "true", **fields}
    return Answer(body=urlencode(fields).encode())


def tokens() -> dict[str, Any]:
    """Answer both legs with tokens."""
    return {
        "/request": token_answer("request"),
        "/access": token_answer("access", user_id="7"),
    }


def endpoints(origin: str) -> dict[str, Any]:
    """Return the addresses of a provider, as a flow takes them."""
    return {
        "request_token_url": f"{origin}/request",
        "authorize_url": f"{origin}/authorize",
        "access_token_url": f"{origin}/access",
    }


def refusal(flow: Any, leg: str = "request token") -> oauth2.TokenRequestError:
    """Fetch a token in vain; the error is one line, names leg and URL, and holds no secret."""
    url = flow.request_token_url
    fetch: Callable[[], oauth2.Token] = flow.fetch_request_token
    if leg == "access token":
        flow.request_token = oauth2.Token("t", "the-request-sekrit")
        url, fetch = flow.access_token_url, flow.fetch_access_token
    with pytest.raises(oauth2.TokenRequestError) as caught:
        fetch()
    error = caught.value
    assert str(error).startswith(f"{leg}, {url.partition('?')[0]}: ")
    assert str(error).isprintable()
    assert len(str(error)) < 1300
    assert error.__cause__ is error.__context__ is None
    assert_no_secret(error, *SECRETS)
    hop = error.response
    while hop is not None:
        assert "sekrit" not in f"{hop}{hop.reason}"
        hop = hop.previous
    return error


def told(error: oauth2.TokenRequestError) -> str:
    """Return what an error says; niquests has reason phrases of its own."""
    response = error.response
    if response is None:
        return str(error)
    return str(error).replace(f"{response.status} {response.reason}", f"{response.status} Scripted")
