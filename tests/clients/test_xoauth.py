"""The XOAUTH string."""

from __future__ import annotations

from typing import Any

import pytest
from present import present

import oauth2

CONSUMER = oauth2.Consumer("consumer key", "consumer sekrit")
URL = "https://mail.example/mail/b/joe@mail.example/imap/"


def fields_of(text: Any) -> Any:
    return dict(part.split("=") for part in text.split(" ")[2].split(","))


def test_it_is_method_url_and_sorted_pairs() -> None:
    """Three words; pairs with quoted, escaped values, a bare comma between them."""
    text = oauth2.build_xoauth_string(URL, CONSUMER, oauth2.Token("t", "s"))
    method, url, pairs = text.split(" ")
    assert (method, url) == ("GET", URL)
    names = [pair.partition("=")[0] for pair in pairs.split(",")]
    assert names == sorted(names)
    assert set(names) == {
        "oauth_consumer_key",
        "oauth_nonce",
        "oauth_signature",
        "oauth_signature_method",
        "oauth_timestamp",
        "oauth_token",
        "oauth_version",
    }
    fields = fields_of(text)
    assert fields["oauth_consumer_key"] == '"consumer%20key"'
    assert fields["oauth_signature_method"] == '"HMAC-SHA1"'


def test_it_is_one_that_a_server_accepts() -> None:
    """The signature is over the URL and the pairs shown."""
    token = oauth2.Token("t", "s")
    text = oauth2.build_xoauth_string(URL + "?xoauth_requestor_id=joe%40a", CONSUMER, token)
    method, url, pairs = text.split(" ")
    request = present(oauth2.Request.from_request(method, url, {"Authorization": f"OAuth {pairs}"}))
    server = oauth2.Server({"HMAC-SHA1": oauth2.SignatureMethod_HMAC_SHA1()})
    assert server.verify_request(request, CONSUMER, token) == {"xoauth_requestor_id": "joe@a"}


def test_a_token_is_optional() -> None:
    """Two-legged XOAUTH has no oauth_token."""
    assert "oauth_token" not in fields_of(oauth2.build_xoauth_string(URL, CONSUMER))


def test_what_is_none_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that sets the version to None gets no oauth_version."""
    monkeypatch.setattr(oauth2.Request, "version", None)
    assert "oauth_version" not in fields_of(oauth2.build_xoauth_string(URL, CONSUMER))


def test_a_url_that_is_not_http_is_an_error() -> None:
    """Only http and https can be signed."""
    with pytest.raises(ValueError, match="http or https"):
        oauth2.build_xoauth_string("imap://mail.example/", CONSUMER)


def test_a_url_is_made_one_that_can_be_sent() -> None:
    """What is not ASCII is percent-encoded, and signed so."""
    text = oauth2.build_xoauth_string("https://mail.example/é", CONSUMER)
    assert text.isascii()
    assert text.startswith("GET https://mail.example/%C3%A9 oauth_")
