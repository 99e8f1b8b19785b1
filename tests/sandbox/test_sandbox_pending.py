"""What a user reads who opens a link that asks nothing any more."""

from __future__ import annotations

import re

import pytest
from asking import Answer, allowed_token, ask_unsigned, exchange, page_of, request_token

import oauth2
from oauth2.sandbox import Provider

FIELD_NAMES = re.compile("oauth_|token|verifier|parameter|consumer")


def denied(provider: Provider) -> oauth2.Token:
    token = request_token(provider)
    provider.deny(page_of(provider, token))
    return token


def exchanged(provider: Provider) -> oauth2.Token:
    token, pin = allowed_token(provider)
    assert exchange(provider, token, pin).status == 200
    return token


def tried(provider: Provider) -> oauth2.Token:
    token, _ = allowed_token(provider)
    for _ in range(5):
        exchange(provider, token, "wrong")
    return token


def expired(provider: Provider) -> oauth2.Token:
    token = request_token(provider)
    provider.server.clock_offset += 601
    return token


@pytest.mark.parametrize(
    ("end", "title", "text"),
    [
        (denied, "You said no", "printer gets no access."),
        (exchanged, "This was done already", "You said yes, and printer has got its access."),
        (
            lambda provider: allowed_token(provider)[0],
            *("You said yes already", "Go back to printer."),
        ),
        (tried, "Too many wrong PINs", "printer sent a wrong PIN too often"),
        (expired, "This link is too old", "It was good for ten minutes."),
        (
            lambda provider: oauth2.Token("nobody", "a-sekrit"),
            *("This link does not work", "It may be old, or was copied only in part."),
        ),
    ],
    ids=["denied", "exchanged", "allowed", "tried too often", "expired", "unknown"],
)
def test_a_page_says_in_the_words_of_a_user_how_it_ended(
    provider: Provider, end: object, title: str, text: str
) -> None:
    """No name of a protocol's field is on it, and nothing to click."""
    assert callable(end)
    got = ask_unsigned(page_of(provider, end(provider)))
    assert got.status == 401
    assert f"<h1>{title}</h1>" in got.content
    assert text in got.content
    shown = got.content.partition("<main")[2]
    assert not FIELD_NAMES.search(shown)
    assert "<button" not in shown


def exchange_of(provider: Provider, token: oauth2.Token, secret: str) -> Answer:
    return exchange(provider, oauth2.Token(token.key, secret), "1")


def test_a_denial_is_told_to_who_holds_the_secret(provider: Provider) -> None:
    """Whoever has only seen the key in an address does not learn of it."""
    token = denied(provider)
    assert exchange_of(provider, token, "wrong sekrit").problem == (401, "signature_invalid")
    assert exchange_of(provider, token, str(token.secret)).problem == (401, "permission_denied")


def test_a_denial_counts_for_a_page_that_was_open(provider: Provider) -> None:
    """Of two who answer at the same time, one is the first."""
    authority = provider._authority
    waiting = authority.pending_authorization(str(request_token(provider).key))
    authority.deny(waiting)
    with pytest.raises(oauth2.Error, match="You have answered already"):
        authority.allow(waiting)
    assert not authority.store.deny_request_token(waiting.key)
