"""A pair of RSA keys for all tests, and the methods that sign by it."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import oauth2

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PRIVATE_PEM = KEY.private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.TraditionalOpenSSL,
    serialization.NoEncryption(),
).decode()
PUBLIC_PEM = (
    KEY.public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)

KINDS = [
    oauth2.SignatureMethod_RSA_SHA1,
    oauth2.SignatureMethod_RSA_SHA256,
    oauth2.SignatureMethod_RSA_SHA512,
]
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
