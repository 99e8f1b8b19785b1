"""What the Client signs by RSA, on a real socket, judged by oauthlib's own RSA."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from known import CONSUMER, CONSUMER_SECRET, TOKEN, TOKEN_SECRET
from rsa_keys import KEY, KINDS, PUBLIC_PEM
from wire import Answer, Keys, Origin, by_hand, by_oauthlib, redirect

import oauth2

KEYS = Keys(CONSUMER_SECRET, TOKEN_SECRET, PUBLIC_PEM)
BODIES = [
    ("GET", b"", {}),
    ("POST", b"a=1&a=2&b=", {}),
    ("PUT", b'{"a": 1}', {"Content-Type": "application/json"}),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("placement", [None, "header", "query"])
@pytest.mark.parametrize(("method", "body", "headers"), BODIES)
def test_oauthlib_accepts_what_the_client_signs_by_rsa(
    origin: Origin, kind: Any, placement: str | None, method: Any, body: Any, headers: Any
) -> None:
    """Every hash, placement and kind of body."""
    client = oauth2.Client(
        CONSUMER,
        TOKEN,
        placement=placement,
    )
    client.set_signature_method(kind(KEY))
    with contextlib.closing(client):
        client.request(f"{origin.url}/a?b=c%20d", method, body=body, headers=headers)
    assert origin.last.oauth("oauth_signature_method") == kind.name
    assert by_oauthlib(origin.last, KEYS)


def test_the_judges_refuse_another_key(origin: Origin) -> None:
    """They can say no."""
    client = oauth2.Client(CONSUMER, placement="header")
    client.set_signature_method(oauth2.SignatureMethod_RSA_SHA256(KEY))
    with contextlib.closing(client):
        client.request(f"{origin.url}/a")
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    pem = other.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert by_hand(origin.last, KEYS)
    others = KEYS._replace(rsa_public_key=pem.decode())
    assert not by_oauthlib(origin.last, others)
    assert not by_hand(origin.last, others)


@pytest.mark.parametrize("kind", KINDS)
def test_a_redirect_is_signed_by_rsa_afresh(origin: Origin, kind: Any) -> None:
    """The second hop has its own nonce and a signature that holds."""
    origin.script["/a"] = redirect(307, "/b")
    origin.script["/b"] = Answer(200, {}, b"here")
    client = oauth2.Client(CONSUMER)
    client.set_signature_method(kind(KEY))
    with contextlib.closing(client):
        assert client.request(f"{origin.url}/a")[1] == b"here"
    assert [by_oauthlib(received, KEYS) for received in origin.received] == [True, True]
    assert len({received.oauth("oauth_nonce") for received in origin.received}) == 2
