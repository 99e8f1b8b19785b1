"""A Server that takes RSA and shared secrets: what proves nothing there."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

import oauth2

CONSUMER = oauth2.Consumer("dpf43f3p2l4k3l03", "kd94hf93k423kf44")
RSA = oauth2.SignatureMethod_RSA_SHA256(rsa.generate_private_key(65537, 2048))


def signed(method: oauth2.SignatureMethod, consumer: Any, token: Any) -> oauth2.Request:
    request = oauth2.Request.from_consumer_and_token(consumer, token, "GET", "http://a.example/")
    request.sign_request(method, consumer, token)
    return request


SHARED = [
    oauth2.SignatureMethod_HMAC_SHA1(),
    oauth2.SignatureMethod_HMAC_SHA256(),
    oauth2.SignatureMethod_HMAC_SHA512(),
    oauth2.SignatureMethod_PLAINTEXT(),
]
TOKEN = oauth2.Token("token", "pfkkdhi9sl3r4s00")
each_shared = pytest.mark.parametrize("method", SHARED, ids=lambda method: method.name)


@pytest.mark.parametrize("token", [None, oauth2.Token("token", ""), TOKEN])
@pytest.mark.parametrize("secret", ["", b"", None], ids=repr)
@each_shared
def test_an_empty_secret_proves_nothing_beside_rsa(method: Any, secret: Any, token: Any) -> None:
    """A row of a consumer that signs by RSA has no secret, and lets nobody in by another method."""
    server = oauth2.Server({method.name: method, "RSA-SHA256": RSA})
    request = signed(method, oauth2.Consumer(CONSUMER.key, ""), token)
    row = oauth2.Consumer(CONSUMER.key, "")
    row.secret = secret
    with pytest.raises(oauth2.SignatureInvalid, match=f"{method.name} by an empty consumer sec"):
        server.verify_request(request, row, token)
    errors = [step.error for step in server.explain(request, row, token) if step.error]
    assert [type(error) for error in errors] == [oauth2.SignatureInvalid]


@each_shared
def test_a_secret_counts_beside_rsa(method: Any) -> None:
    """A consumer that has one signs by it, and one of RSA by its key."""
    server = oauth2.Server({method.name: method, "RSA-SHA256": RSA})
    assert server.verify_request(signed(method, CONSUMER, None), CONSUMER, None) == {}
    empty = oauth2.Consumer(CONSUMER.key, "")
    assert server.verify_request(signed(RSA, empty, None), empty, None) == {}


@each_shared
def test_an_empty_secret_is_legal_without_rsa(method: Any) -> None:
    """RFC 5849 allows it, and there is nothing else to prove."""
    server = oauth2.Server({method.name: method})
    empty = oauth2.Consumer(CONSUMER.key, "")
    assert server.verify_request(signed(method, empty, TOKEN), empty, TOKEN) == {}
