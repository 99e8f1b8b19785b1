"""RSA signatures and their keys (RFC 8017 section 8), the only module that imports cryptography."""

from __future__ import annotations

import re
import warnings
from functools import cache
from typing import TypeVar

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_pem_public_key,
)
from cryptography.x509 import Certificate, load_pem_x509_certificate

from .encoding import bytes_of

__all__ = ["is_signature", "private_key", "public_key", "sign", "signed_hash"]

Key = TypeVar("Key", RSAPrivateKey, RSAPublicKey)

_HASHES = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha512": hashes.SHA512()}
_FEWEST_BITS = 1024
_ENOUGH_BITS = 2048

_labels = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----").findall
# The outer sequence of DER, and in it the version of PKCS #12 (RFC 7292 section 4).
_is_der = re.compile(rb"0[\x80-\x84]").match
_is_pkcs12 = re.compile(rb"0(?:[\x00-\x80]|\x81.|\x82..|\x83.{3}|\x84.{4})\x02\x01\x03", re.S).match
_is_ssh_public_key = re.compile(rb"(?:ssh|ecdsa|sk-ssh)-[!-~]+ |---- BEGIN SSH2").match
_is_path = re.compile(rb"[^\r\n]*(?:[/\\][^\r\n]*|\.[A-Za-z0-9]{2,4})").fullmatch

_NEW_KEY = "make one with `openssl genrsa 3072`, and register its public key with the provider"
_PKCS12 = "PKCS #12 (.p12, .pfx): get the key out of it with `openssl pkcs12 -in FILE -nodes`"
_DER = "DER: convert it with `openssl pkey -inform DER -in FILE`, or `openssl x509` a certificate"
_SSH_PUBLIC_KEY = "an OpenSSH public key: convert it with `ssh-keygen -e -m PKCS8 -f FILE`"
_SSH_PRIVATE_KEY = "an OpenSSH private key: convert it with `ssh-keygen -p -m PEM -f FILE`"
_PATH = "what looks like the path of a file: give what is in it"
_NO_PEM = "text without -----BEGIN: give all of the PEM file, with its first line and its last"
_LITERAL = r"PEM with a literal \n for each line break: give key.replace('\\n', '\n')"
_PUBLIC = "a public key or certificate: sign with the private key, and give this as public_key"
_PRIVATE = "a private key: give it as private_key, or its public key (`openssl pkey -pubout`)"
_UNREADABLE = "PEM that cannot be read: see that it is one whole key"
_ENCRYPTED = "one that is encrypted: give its password=, or decrypt it with `openssl pkey`"
_NOT_ENCRYPTED = "a password for one that is not encrypted: leave password= out"
_NOT_OPENED = "one that this password does not open: see that it belongs to this key"


def private_key(
    key: str | bytes | RSAPrivateKey, password: str | bytes | None = None
) -> RSAPrivateKey:
    """Load PEM, which ``password`` opens; return a loaded key unchanged.

    Raises ValueError that says what to do for other text and for a key under 1,024
    bits, else TypeError. None of them has anything of the key.
    """
    if isinstance(key, RSAPrivateKey):
        return _long_enough("private_key", key)
    pem = _pem("private_key", key)
    if not isinstance(password, (str, bytes, type(None))):
        raise TypeError(f"password: expected str, bytes or None, got {type(password).__name__}")
    try:
        loaded = load_pem_private_key(pem, bytes_of(password) if password else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as exc:
        got = _not_a_private_key(pem, bool(password))
        raise ValueError(f"private_key: expected PEM of an RSA private key, got {got}") from exc
    if not isinstance(loaded, RSAPrivateKey):
        raise ValueError(f"private_key: expected PEM of an RSA key, got {_other_kind(loaded)}")
    return _long_enough("private_key", loaded)


def public_key(key: str | bytes | RSAPublicKey | Certificate) -> RSAPublicKey:
    """Load PEM of a public key or a certificate; return a loaded key unchanged.

    Of a certificate only the key is looked at, not its dates and who signed it. Raises
    what `private_key` does.
    """
    if isinstance(key, RSAPublicKey):
        return _long_enough("public_key", key)
    pem = b"" if isinstance(key, Certificate) else _pem("public_key", key)
    loaded: object
    try:
        if isinstance(key, Certificate):
            loaded = key.public_key()
        elif _is_labelled(pem, b"CERTIFICATE"):
            loaded = load_pem_x509_certificate(pem).public_key()
        else:
            loaded = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as exc:
        got = _not_a_public_key(pem)
        raise ValueError(f"public_key: expected PEM of an RSA public key, got {got}") from exc
    if not isinstance(loaded, RSAPublicKey):
        raise ValueError(f"public_key: expected PEM of an RSA key, got {_other_kind(loaded)}")
    return _long_enough("public_key", loaded)


def _pem(parameter: str, key: object) -> bytes:
    if not isinstance(key, (str, bytes)):
        expected = "PEM, as Path.read_bytes() gives, or an RSA key"
        raise TypeError(f"{parameter}: expected {expected}, got {type(key).__name__}")
    return bytes_of(key)


def _other_kind(key: object) -> str:
    return f"{type(key).__name__.lstrip('_')}: {_NEW_KEY}"


def _not_a_private_key(pem: bytes, has_password: bool) -> str:
    """Say what it is that cannot be loaded, and what to do."""
    general = _not_a_key(pem)
    if general != _UNREADABLE:
        return general
    if not _is_labelled(pem, b"PRIVATE KEY") and _is_labelled(pem, b"PUBLIC KEY", b"CERTIFICATE"):
        return _PUBLIC
    if b"ENCRYPTED" in pem:
        return _NOT_OPENED if has_password else _ENCRYPTED
    return _NOT_ENCRYPTED if has_password else _UNREADABLE


def _not_a_public_key(pem: bytes) -> str:
    """Say what it is that cannot be loaded, and what to do."""
    general = _not_a_key(pem)
    is_private = general == _UNREADABLE and _is_labelled(pem, b"PRIVATE KEY")
    return _PRIVATE if is_private else general


def _is_labelled(pem: bytes, *ends: bytes) -> bool:
    """Tell whether something in PEM is of such a kind: ``RSA PRIVATE KEY`` is a private key."""
    return any(label.endswith(ends) for label in _labels(pem))


def _not_a_key(pem: bytes) -> str:
    labels = _labels(pem)
    if b"OPENSSH PRIVATE KEY" in labels:
        return _SSH_PRIVATE_KEY
    if labels:
        return _LITERAL if rb"\n" in pem else _UNREADABLE
    kinds = (
        (_is_pkcs12, _PKCS12),
        (_is_der, _DER),
        (_is_ssh_public_key, _SSH_PUBLIC_KEY),
        (_is_path, _PATH),
    )
    return next((kind for matches, kind in kinds if matches(pem)), _NO_PEM)


def _long_enough(parameter: str, key: Key) -> Key:
    if key.key_size < _FEWEST_BITS:
        got = f"one of {key.key_size}: {_NEW_KEY}"
        raise ValueError(f"{parameter}: expected an RSA key of at least 1,024 bits, got {got}")
    if key.key_size < _ENOUGH_BITS:
        _warn_of_a_short_key()
    return key


@cache
def _warn_of_a_short_key() -> None:
    message = f"an RSA key has fewer than 2,048 bits, and may be broken: {_NEW_KEY}"
    warnings.warn(message, UserWarning, stacklevel=5)  # the caller of a SignatureMethod


def sign(key: RSAPrivateKey, octets: bytes, hash_name: str, is_pss: bool = False) -> bytes:
    """Return the signature of octets: RSASSA-PSS, or by default RSASSA-PKCS1-v1_5."""
    return key.sign(octets, _padding(hash_name, is_pss), _HASHES[hash_name])


def is_signature(
    key: RSAPublicKey, signature: bytes, octets: bytes, hash_name: str, is_pss: bool = False
) -> bool:
    """Tell whether `sign` made the signature with the private key that belongs to this one."""
    try:
        key.verify(signature, octets, _padding(hash_name, is_pss), _HASHES[hash_name])
    except InvalidSignature:
        return False
    return True


def signed_hash(key: RSAPublicKey, signature: bytes) -> str | None:
    """Return the name of the hash that RSASSA-PKCS1-v1_5 signed here by this key, or None."""
    for name, algorithm in _HASHES.items():
        try:
            key.recover_data_from_signature(signature, PKCS1v15(), algorithm)
        except InvalidSignature:
            continue
        return name
    return None


def _padding(hash_name: str, is_pss: bool) -> PSS | PKCS1v15:
    """Return the padding; the salt of PSS is as long as the hash (RFC 8017 section 9.1)."""
    if not is_pss:
        return PKCS1v15()
    algorithm = _HASHES[hash_name]
    return PSS(MGF1(algorithm), salt_length=algorithm.digest_size)
