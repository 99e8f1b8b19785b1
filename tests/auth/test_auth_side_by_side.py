"""oauth2.auth.requests_oauthlib beside requests-oauthlib, over the whole table of calls."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from libraries.calls import BODIES, CALLS, HOSTS, METHODS, URLS, Call, unsigned
from libraries.drivers import Driver, open_driver
from libraries.servers import Web
from libraries.side_by_side import (
    CREDENTIALS,
    Outcome,
    freeze,
    meaning,
    ours,
    outcome,
    theirs,
)
from present import present
from tables import rows
from wire import CERTIFICATE, KEYS, assert_signed, assert_unsigned, by_hand, judging, redirect


@pytest.fixture
def driver(opened: dict[str, Driver]) -> Driver:
    """Hand out that of requests, for which requests-oauthlib is."""
    return opened.setdefault("requests", open_driver("requests"))


TOKEN_KEY = str(CREDENTIALS["resource_owner_key"])
FORMS = [name for name in BODIES if name.startswith("form")]
WRONG = {
    **dict.fromkeys(
        ["form as str, not escaped", "form with brackets"],
        "raises ValueError: it signs no form that is not escaped throughout",
    ),
    "form in a file": "raises AttributeError: it looks for the pairs of a str",
    "form in Latin-1": "raises UnicodeDecodeError: it reads all as UTF-8",
    "form in capitals": "does not take it for a form, so that its pairs are not signed",
    "form with charset": "takes the charset out of the Content-Type",
    "Latin-1 escapes": "signs U+FFFD in the place of the octet",
    "Host with a port by the caller": "overlooks a Host that is not written with a capital",
}
"""Calls by which requests-oauthlib goes wrong, and how, with its OAuth parameters in the header."""
UNTOLD = {*WRONG, "double slashes"}
"""These, and what some versions of requests send otherwise than it is signed."""
SIGNED = rows(
    ([name for name in (*CALLS, *HOSTS) if name not in UNTOLD], ["AUTH_HEADER"]),
    ([name for name in (*URLS, *METHODS) if name not in UNTOLD], ["QUERY"]),
    ([name for name in FORMS if name not in WRONG], ["QUERY", "BODY"]),
)


def both(
    web: Web, driver: Driver, call: Call, proxy: str = "", **options: Any
) -> tuple[Outcome, Outcome]:
    """Send a call by requests-oauthlib's OAuth1 and by ours, made of the same arguments."""
    arguments = {**CREDENTIALS, **options}
    return (
        outcome(driver, web.provider, call, theirs()(**arguments), proxy),
        outcome(driver, web.provider, call, ours()(**arguments), proxy),
    )


@pytest.mark.parametrize(("name", "signature_type"), SIGNED)
def test_both_put_the_same_on_the_wire(
    web: Web, driver: Driver, monkeypatch: pytest.MonkeyPatch, name: str, signature_type: str
) -> None:
    """With one nonce and one time, down to the signature, which the judges accept."""
    freeze(monkeypatch)
    proxy = web.provider.url if name in HOSTS else ""
    call = {**CALLS, **HOSTS}[name]
    of_theirs, of_ours = both(web, driver, call, proxy, signature_type=signature_type)
    assert of_ours.error is None
    expected, received = present(of_theirs.received), present(of_ours.received)
    assert_signed(expected, KEYS)
    assert meaning(received) == meaning(expected)
    if signature_type == "AUTH_HEADER":
        assert unsigned(received) == unsigned(expected)


OPTIONS: list[dict[str, Any]] = [
    {"signature_method": "HMAC-SHA1"},
    {"signature_method": "HMAC-SHA256"},
    {"signature_method": "HMAC-SHA512"},
    {"signature_method": "PLAINTEXT"},
    {"signature_type": "auth_header"},
    {"signature_type": "query"},
    {"signature_type": "body"},
    {"callback_uri": "https://printer.example/ready?a=1"},
    {"verifier": "hfdp7dh39dks9884"},
    {"realm": "Photos"},
    {"resource_owner_key": None, "resource_owner_secret": None},
    {"resource_owner_secret": None},
    {"force_include_body": True},
    {"nonce": "another", "timestamp": "137131202"},
    {"encoding": "utf-8", "decoding": None},
]


@pytest.mark.parametrize("name", ["form as a dict", "form as str without a type", "form in PUT"])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_an_argument_means_the_same(
    web: Web, driver: Driver, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], name: str
) -> None:
    """Each of those that requests-oauthlib hands on to oauthlib."""
    freeze(monkeypatch)
    of_theirs, of_ours = both(web, driver, CALLS[name], **options)
    assert of_ours.error is None
    assert meaning(present(of_ours.received)) == meaning(present(of_theirs.received))


@pytest.mark.parametrize("name", ["JSON", "JSON as bytes", "XML as text"])
def test_a_body_that_is_included_is_hashed_alike(
    web: Web, driver: Driver, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """``force_include_body`` adds oauth_body_hash."""
    freeze(monkeypatch)
    of_theirs, of_ours = both(web, driver, CALLS[name], force_include_body=True)
    received = present(of_ours.received)
    assert received.oauth("oauth_body_hash")
    assert meaning(received) == meaning(present(of_theirs.received))


@pytest.mark.parametrize("name", WRONG)
def test_what_it_signs_wrongly_we_sign_rightly(web: Web, driver: Driver, name: str) -> None:
    """It raises, is refused or changes what was given; ours goes out as it was given."""
    call = CALLS[name]
    plain = present(outcome(driver, web.provider, call, None).received)
    (theirs, _), (received, error) = both(web, driver, call)
    assert theirs is None or not by_hand(theirs, KEYS) or unsigned(theirs) != unsigned(plain)
    assert error is None
    assert_signed(present(received), KEYS, oauthlib=call.is_utf8)
    assert unsigned(present(received)) == unsigned(plain)


@pytest.mark.parametrize("name", ["bytes", "multipart", "octets without a type", "file"])
def test_a_binary_body_that_is_included_raises_there(web: Web, driver: Driver, name: str) -> None:
    """It decodes the body as UTF-8, or reads a file for a form; ours hashes the octets."""
    of_theirs, (received, error) = both(web, driver, CALLS[name], force_include_body=True)
    assert isinstance(of_theirs.error, ValueError)
    assert error is None
    assert_signed(present(received), KEYS)


@pytest.mark.parametrize("name", ["plain", "HEAD"])
def test_neither_puts_parameters_into_the_body_of_a_get(
    web: Web, driver: Driver, name: str
) -> None:
    """Both raise ValueError."""
    of_theirs, of_ours = both(web, driver, CALLS[name], signature_type="BODY")
    assert isinstance(of_theirs.error, ValueError)
    assert isinstance(of_ours.error, ValueError)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_within_the_origin(web: Web, driver: Driver, status: int) -> None:
    """Its OAuth1 repeats the signature for another URL, which is refused; ours signs anew."""
    web.provider.script["/r"] = redirect(status, "/end")
    web.provider.script["/end"] = judging
    statuses = [
        driver.send(CALLS["plain"], web.provider.url, kind(**CREDENTIALS)).status
        for kind in (theirs(), ours())
    ]
    assert statuses == [401, 200]


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY"])
@pytest.mark.parametrize("other", ["port", "host", "https to http"])
def test_a_redirect_to_another_origin(web: Web, other: str, signature_type: str) -> None:
    """Its session signs for the other origin, or repeats the query there; ours does neither."""
    first = web.secure if other == "https to http" else web.provider
    url = {"port": web.stranger.url, "host": web.provider.named_url}.get(other, web.provider.url)
    there = web.stranger if other == "port" else web.provider
    first.script["/r"] = lambda received: redirect(
        302, url + received.target.replace("/r", "/end", 1)
    )
    ended = []
    for kind in (theirs("OAuth1Session"), ours("OAuth1Session")):
        with kind(**CREDENTIALS, signature_type=signature_type) as session:
            session.trust_env = False
            session.verify = str(CERTIFICATE)
            assert session.get(f"{first.url}/r?a=1").status_code == 200
        ended.append(there.last)
    leaked, received = ended
    assert leaked.oauth("oauth_token") == TOKEN_KEY
    assert_unsigned(received)
    assert received.target == "/end?a=1"


def test_the_debug_log(web: Web, driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    """It logs the token and the Authorization header; ours logs nothing of the kind."""
    caplog.set_level(logging.DEBUG)
    of_theirs, _ = both(web, driver, CALLS["plain"])
    theirs_alone = caplog.text
    caplog.clear()
    received = outcome(driver, web.provider, CALLS["plain"], ours()(**CREDENTIALS)).received
    assert of_theirs.error is None
    assert f'oauth_token="{TOKEN_KEY}"' in theirs_alone
    assert "oauth_" not in caplog.text
    assert present(present(received).oauth("oauth_signature")) not in caplog.text
