"""The published known answers that need RSA."""

from __future__ import annotations

import base64
from collections import Counter

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from test_vectors import CLAIMED, request_of, table
from vectors import BY_ID, VECTORS, Vector

from oauth2 import Consumer, Request, SignatureMethod_RSA_SHA1, Signer, escape

RSA_REQUESTS = [BY_ID["wiki-9.3-rsa-sha1"]]
CONSUMER = Consumer("dpf43f3p2l4k3l03", "")


def public_key_of(vector: Vector) -> bytes:
    key = serialization.load_pem_private_key(vector["rsa_private_key"].encode(), None)
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def test_every_entry_of_the_file_is_claimed_by_exactly_one_table_of_both_modules() -> None:
    """With these tables and those of test_vectors, none is left out and none claimed twice."""
    claims = Counter(vector["id"] for vector in [*CLAIMED, *RSA_REQUESTS])
    assert claims == {vector["id"]: 1 for vector in VECTORS}


@table(RSA_REQUESTS)
def test_published_rsa_request_has_its_base_string(vector: Vector) -> None:
    """The base string does not depend on the way to sign it."""
    assert request_of(vector).signature_base_string() == vector["base_string"]


@table(RSA_REQUESTS)
def test_published_private_key_makes_the_published_signature(vector: Vector) -> None:
    """RSASSA-PKCS1-v1_5 has one signature for a key and a text: the published one."""
    method = SignatureMethod_RSA_SHA1(vector["rsa_private_key"])
    assert method.sign(request_of(vector), CONSUMER, None) == vector["signature"].encode()


@table(RSA_REQUESTS)
def test_sign_request_puts_the_published_signature_into_the_request(vector: Vector) -> None:
    """The whole walk ends in the published signature, as bytes in the dict."""
    request = request_of(vector)
    method = SignatureMethod_RSA_SHA1(vector["rsa_private_key"])
    request.sign_request(method, CONSUMER, None, include_body_hash=False)
    assert request["oauth_signature"] == vector["signature"].encode()


@pytest.mark.parametrize("as_sent", [str, str.encode], ids=["text", "bytes"])
@table(RSA_REQUESTS)
def test_published_signature_is_verified_with_the_public_key_alone(
    vector: Vector, as_sent: type
) -> None:
    """Whoever holds nothing but the public key accepts the published signature."""
    method = SignatureMethod_RSA_SHA1(public_key=public_key_of(vector))
    assert method.check(request_of(vector), CONSUMER, None, as_sent(vector["signature"]))


@table(RSA_REQUESTS)
def test_published_signature_is_refused_for_another_method(vector: Vector) -> None:
    """The published signature fits no other request than the published one."""
    method = SignatureMethod_RSA_SHA1(public_key=public_key_of(vector))
    other = Request("POST", vector["url"], dict(vector["params"]))
    assert not method.check(other, CONSUMER, None, vector["signature"])


@table(RSA_REQUESTS)
def test_published_signature_with_another_character_is_refused(vector: Vector) -> None:
    """A signature that differs in its first character is refused."""
    method = SignatureMethod_RSA_SHA1(public_key=public_key_of(vector))
    wrong = "k" + vector["signature"][1:]
    assert not method.check(request_of(vector), CONSUMER, None, wrong)


@table(RSA_REQUESTS)
def test_published_signature_is_right_by_cryptography_itself(vector: Vector) -> None:
    """The package cryptography, without a line of ours, accepts the published answer."""
    key = serialization.load_pem_public_key(public_key_of(vector))
    assert isinstance(key, RSAPublicKey)
    octets = base64.b64decode(vector["signature"])
    text = vector["base_string"].encode()
    key.verify(octets, text, PKCS1v15(), hashes.SHA1())


@table(RSA_REQUESTS)
def test_published_signature_is_that_of_a_signer(vector: Vector) -> None:
    """By one call, with the nonce and the timestamp of the source."""
    method = SignatureMethod_RSA_SHA1(vector["rsa_private_key"])
    signer = Signer(CONSUMER, signature_method=method, include_body_hash=False)
    fixed = {name: value for name, value in vector["params"] if name.startswith("oauth_")}
    signed = signer.sign("GET", vector["url"], parameters=fixed)
    signature = escape(vector["signature"])
    assert f'oauth_signature="{signature}"' in signed.headers["Authorization"]
