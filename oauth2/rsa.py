"""RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2), the only module that imports cryptography."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_pem_public_key,
)

from .encoding import bytes_of

__all__ = ["is_signature", "private_key", "public_key", "sign"]

_HASHES = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha512": hashes.SHA512()}


def private_key(key: str | bytes | RSAPrivateKey) -> RSAPrivateKey:
    """Load PEM; return a loaded key unchanged. Raises ValueError for other text, else TypeError."""
    if isinstance(key, RSAPrivateKey):
        return key
    pem = _pem("private_key", key)
    try:
        loaded = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as exc:
        raise ValueError("private_key: expected PEM of an RSA key without a password") from exc
    if not isinstance(loaded, RSAPrivateKey):
        raise ValueError(f"private_key: expected PEM of an RSA key, got {type(loaded).__name__}")
    return loaded


def public_key(key: str | bytes | RSAPublicKey) -> RSAPublicKey:
    """Load PEM; return a loaded key unchanged. Raises ValueError for other text, else TypeError."""
    if isinstance(key, RSAPublicKey):
        return key
    pem = _pem("public_key", key)
    try:
        loaded = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as exc:
        raise ValueError("public_key: expected PEM of an RSA public key") from exc
    if not isinstance(loaded, RSAPublicKey):
        raise ValueError(f"public_key: expected PEM of an RSA key, got {type(loaded).__name__}")
    return loaded


def _pem(parameter: str, key: object) -> bytes:
    if not isinstance(key, (str, bytes)):
        raise TypeError(f"{parameter}: expected PEM or an RSA key, got {type(key).__name__}")
    return bytes_of(key)


def sign(key: RSAPrivateKey, octets: bytes, hash_name: str) -> bytes:
    return key.sign(octets, PKCS1v15(), _HASHES[hash_name])


def is_signature(key: RSAPublicKey, signature: bytes, octets: bytes, hash_name: str) -> bool:
    try:
        key.verify(signature, octets, PKCS1v15(), _HASHES[hash_name])
    except InvalidSignature:
        return False
    return True
