"""Three-legged authorization, by clients that others wrote."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from asking import allowed_token, exchange
from requests_oauthlib import OAuth1Session

import oauth2
from oauth2.sandbox import Provider

METHODS = ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT"]
CALLBACK = "http://127.0.0.1:1/back?a=%2F&b="


class Inputs(HTMLParser):
    """Reads the hidden inputs of a form, and the PIN."""

    def __init__(self, text: Any) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.pin = ""
        self.in_pin = False
        self.feed(text)

    def handle_starttag(self, tag: Any, attrs: Any) -> None:
        attributes = dict(attrs)
        if tag == "input" and attributes["type"] == "hidden":
            self.fields[attributes["name"]] = attributes["value"]
        self.in_pin = attributes.get("id") == "pin"

    def handle_data(self, data: Any) -> None:
        self.pin += data if self.in_pin else ""
        self.in_pin = False


def session(provider: Provider, **options: Any) -> Any:
    consumer = provider.consumer
    made = OAuth1Session(consumer.key, consumer.secret, **options)
    made.trust_env = False
    return made


def open_page(url: Any, answer: Any) -> Any:
    """Open the page, and send its form back with its cookies."""
    with requests.Session() as browser:
        browser.trust_env = False
        fields = Inputs(browser.get(url).text).fields
        form = {**fields, "answer": answer}
        return browser.post(url.partition("?")[0], form, allow_redirects=False)


@pytest.mark.parametrize("method", METHODS)
def test_requests_oauthlib_walks_through_the_flow_with_a_callback(
    provider: Provider, method: Any
) -> None:
    """It gets a token by redirect, and reads and writes the resource."""
    with session(provider, callback_uri=CALLBACK, signature_method=method) as client:
        client.fetch_request_token(provider.request_token_url)
        back = open_page(client.authorization_url(provider.authorize_url), "allow")
        assert back.status_code == 302
        client.parse_authorization_response(back.headers["Location"])
        token = client.fetch_access_token(provider.access_token_url)
        assert token["screen_name"] == "ann"
        got = client.get(f"{provider.resource_url}?size=big&size=%2B").json()
        assert (got["method"], got["parameters"]) == ("GET", {"size": ["big", "+"]})
        posted = client.post(provider.resource_url, {"status": "Ladies + Gentlemen"}).json()
        assert posted["parameters"] == {"status": "Ladies + Gentlemen"}
        assert posted["signature_method"] == method


@pytest.mark.parametrize("place", ["auth_header", "query", "body"])
def test_requests_oauthlib_walks_through_the_flow_with_a_pin(
    provider: Provider, place: str
) -> None:
    """OAuth parameters may come in the header, the query or the body."""
    with session(provider, callback_uri="oob", signature_type=place) as client:
        client.fetch_request_token(provider.request_token_url)
        page = open_page(client.authorization_url(provider.authorize_url), "allow")
        pin = Inputs(page.text).pin
        client.fetch_access_token(provider.access_token_url, verifier=pin)
        assert client.post(provider.resource_url, {"a": "b"}).json()["owner"] == "ann"


def test_both_tokens_can_be_asked_for_by_get(provider: Provider) -> None:
    """Some providers want it so."""
    with session(provider, callback_uri="oob") as client:
        answered = parse_qs(client.get(provider.request_token_url).text)
    token = oauth2.Token(answered["oauth_token"][0], answered["oauth_token_secret"][0])
    pin = provider.allow(f"{provider.authorize_url}?oauth_token={token.key!s}")
    credentials = {"resource_owner_key": token.key, "resource_owner_secret": token.secret}
    with session(provider, verifier=pin, **credentials) as client:
        answered = parse_qs(client.get(provider.access_token_url).text)
    assert answered["screen_name"] == ["ann"]


def test_what_a_browser_is_sent_back_with_is_what_allow_returns(provider: Provider) -> None:
    """`Provider.allow` plays the user as a browser would."""
    with session(provider, callback_uri=CALLBACK) as client:
        client.fetch_request_token(provider.request_token_url)
        back = provider.allow(client.authorization_url(provider.authorize_url))
        token = client.parse_authorization_response(back)
    assert back.startswith(f"{CALLBACK}&oauth_token=")
    assert parse_qs(urlsplit(back).query) == {
        "a": ["/"],
        "oauth_token": [token["oauth_token"]],
        "oauth_verifier": [token["oauth_verifier"]],
    }


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"])
def test_the_resource_takes_any_method(provider: Provider, method: str) -> None:
    """It says which one was signed."""
    given = provider.add_token()
    credentials = {"resource_owner_key": given.key, "resource_owner_secret": given.secret}
    with session(provider, **credentials) as client:
        assert client.request(method, provider.resource_url).json()["method"] == method


@pytest.mark.parametrize("path", ["/a%2Fb", "/a/b;c=d", "/%C3%A9", "/a//b", "/a%20b"])
def test_the_path_is_verified_as_it_was_sent(provider: Provider, path: str) -> None:
    """An encoded slash is no slash."""
    given = provider.add_token()
    credentials = {"resource_owner_key": given.key, "resource_owner_secret": given.secret}
    with session(provider, **credentials) as client:
        answered = client.get(provider.resource_url + path)
    assert answered.status_code == 200, answered.text
    assert answered.json()["url"] == provider.resource_url + path


def test_the_echo_says_what_was_signed(provider: Provider, consumer: oauth2.Consumer) -> None:
    """All but the signature and the secrets."""
    token = oauth2.Token.from_string(exchange(provider, *allowed_token(provider)).content)
    client = oauth2.Client(consumer, token, placement="header", proxy_info=None)
    sent = client.sign(f"{provider.resource_url}?size=big")
    with requests.Session() as browser:
        answered = browser.get(sent.uri, headers=sent.headers)
    told = answered.json()
    assert told["base_string"].startswith("GET&http%3A%2F%2F127.0.0.1%3A")
    since_2_1 = {
        "method": "GET",
        "url": provider.resource_url,
        "owner": "ann",
        "consumer_key": "printer",
        "signature_method": "HMAC-SHA1",
        "parameters": {"size": "big"},
    }
    assert told.items() >= since_2_1.items()
    assert str(token.secret) not in answered.text
    assert str(consumer.secret) not in answered.text
    assert "oauth_signature%" not in answered.text
