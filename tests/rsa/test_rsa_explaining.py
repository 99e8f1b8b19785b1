"""Why a signature by RSA is refused: signed here by cryptography itself, or by oauthlib."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from rsa_keys import KEY, PUBLIC_PEM
from wrong_clients import CONSUMER, PROTOCOL, Client, received

import oauth2
from oauth2.diagnosis import signature_causes

METHODS: dict[str, Any] = {
    kind.name: kind(public_key=PUBLIC_PEM)
    for kind in (oauth2.SignatureMethod_RSA_SHA1, oauth2.SignatureMethod_RSA_SHA256)
}
METHODS["RSA-PSS"] = oauth2.SignatureMethod_RSA_PSS_SHA256(public_key=PUBLIC_PEM)
PKCS1 = padding.PKCS1v15()
PSS = padding.PSS(padding.MGF1(hashes.SHA256()), 32)


def codes(
    client: Client, method: str, key: Any = KEY, how: Any = PKCS1, digest: Any = hashes.SHA1
) -> list[str]:
    """Sign what a client makes of its request, and say what the package makes of that."""
    protocol = [
        (name, method if name == "oauth_signature_method" else value) for name, value in PROTOCOL
    ]
    base = client._replace(protocol=protocol).base()
    signature = base64.b64encode(key.sign(base.encode(), how, digest())).decode()
    request = received(signature, protocol=protocol)
    return [cause.code for cause in signature_causes(request, CONSUMER, None, METHODS[method])]


HTTP = Client(origin="http://api.example")


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (Client(), ["right-key"]),
        (HTTP, ["scheme"]),
        (HTTP._replace(form=[]), ["scheme", "form-parameter"]),
        (Client(path="/else"), ["other-base-string"]),
    ],
)
def test_mistake_is_proved_by_the_public_key(client: Client, expected: list[str]) -> None:
    """No secret is needed for it."""
    assert codes(client, "RSA-SHA1") == expected


def test_another_key_is_told_from_another_base_string() -> None:
    """A signature shows by which key it was made; nothing else is tried then."""
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    shorter = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    assert codes(Client(), "RSA-SHA1", other) == ["other-rsa-key"]
    assert codes(Client(), "RSA-SHA1", shorter) == ["other-rsa-key"]


def test_another_hash_is_named_beside_what_else_is_wrong() -> None:
    """The signature shows its hash, too."""
    assert codes(Client(), "RSA-SHA256") == ["other-hash", "right-key"]
    assert codes(HTTP, "RSA-SHA1", digest=hashes.SHA256) == ["other-hash", "scheme"]


def test_signature_of_pss_is_tried_as_it_is() -> None:
    """It does not show its key or its hash."""
    how: dict[str, Any] = {"how": PSS, "digest": hashes.SHA256}
    assert codes(HTTP, "RSA-PSS", **how) == ["scheme"]
    assert codes(Client(path="/else"), "RSA-PSS", **how) == ["unknown-key"]


def test_server_says_why_a_signature_by_rsa_is_wrong() -> None:
    """As it does for shared secrets."""
    protocol = [
        (name, "RSA-SHA1" if name == "oauth_signature_method" else value)
        for name, value in PROTOCOL
    ]
    base = HTTP._replace(protocol=protocol).base().encode()
    signature = base64.b64encode(KEY.sign(base, PKCS1, hashes.SHA1())).decode()
    request = received(signature, protocol=protocol)
    steps = oauth2.Server(METHODS).explain(request, CONSUMER, oauth2.Token("token", "x"))
    (error,) = [step.error for step in steps if step.name == "signature"]
    assert isinstance(error, oauth2.SignatureInvalid)
    assert [cause.code for cause in error.causes] == ["scheme"]


@pytest.mark.parametrize("signature", ["", "x", "AAAA", "=", "A" * 400])
def test_what_is_no_signature_at_all_is_of_no_key(signature: str) -> None:
    """Of whatever length."""
    request = received(signature or " ")
    request["oauth_signature_method"] = "RSA-SHA1"
    found = signature_causes(request, CONSUMER, None, METHODS["RSA-SHA1"])
    assert found[-1].code == "other-rsa-key"
