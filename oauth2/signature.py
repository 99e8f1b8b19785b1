"""The ways to sign a request (RFC 5849 section 3.4), each by its name.

Signing objects hold no state of a request, and may be shared between threads.
"""

from __future__ import annotations

import hmac
from binascii import b2a_base64
from collections.abc import Iterable
from typing import Any

from .credentials import Credentials
from .encoding import bytes_of
from .keyed_hash import KeyedHash
from .rsa_signature import (
    SignatureMethod_RSA_PSS_SHA256 as SignatureMethod_RSA_PSS_SHA256,
    SignatureMethod_RSA_SHA1 as SignatureMethod_RSA_SHA1,
    SignatureMethod_RSA_SHA256 as SignatureMethod_RSA_SHA256,
    SignatureMethod_RSA_SHA512 as SignatureMethod_RSA_SHA512,
)
from .signature_method import (
    SignatureMethod as SignatureMethod,
    require_method as require_method,
    shared_secrets as shared_secrets,
    shown_method,
)

__all__ = [
    "SHARED_SECRET_METHODS",
    "SIGNATURE_METHODS",
    "SignatureMethod",
    "SignatureMethod_HMAC_SHA1",
    "SignatureMethod_HMAC_SHA256",
    "SignatureMethod_HMAC_SHA512",
    "SignatureMethod_PLAINTEXT",
    "SignatureMethod_RSA_PSS_SHA256",
    "SignatureMethod_RSA_SHA1",
    "SignatureMethod_RSA_SHA256",
    "SignatureMethod_RSA_SHA512",
    "proves_nothing",
    "require_method",
    "shared_secrets",
    "signature_class",
    "signature_method",
]


class SignatureMethod_HMAC_SHA1(SignatureMethod):
    """HMAC with SHA-1 (RFC 5849 section 3.4.2)."""

    name = "HMAC-SHA1"

    def signing_base(
        self, request: Any, consumer: Credentials, token: Credentials | None
    ) -> tuple[bytes, bytes]:
        """Return the joined secrets and the signature base string, both as bytes.

        Raises ValueError for a request without a URL.
        """
        base = request.signature_base_string()
        return bytes_of(shared_secrets(consumer, token)), bytes_of(base)

    def sign(self, request: Any, consumer: Credentials, token: Credentials | None) -> bytes:
        key, base = self._key_and_base(request, consumer, token)
        keyed = getattr(request, "_keyed_hash", None)
        maker = keyed if isinstance(keyed, KeyedHash) else hmac
        digest = maker.digest(key, base, self.hash_name)
        return b2a_base64(digest, newline=False)


class SignatureMethod_HMAC_SHA256(SignatureMethod_HMAC_SHA1):
    """HMAC with SHA-256, as NetSuite, Mastercard and others ask for."""

    name = "HMAC-SHA256"
    hash_name = "sha256"


class SignatureMethod_HMAC_SHA512(SignatureMethod_HMAC_SHA1):
    """HMAC with SHA-512."""

    name = "HMAC-SHA512"
    hash_name = "sha512"


class SignatureMethod_PLAINTEXT(SignatureMethod):
    """The secrets themselves (RFC 5849 section 3.4.4): for https alone."""

    name = "PLAINTEXT"

    def signing_base(
        self, request: Any, consumer: Credentials, token: Credentials | None
    ) -> tuple[str, str]:
        """Return the joined secrets twice, as str."""
        key = shared_secrets(consumer, token)
        return key, key

    def sign(self, request: Any, consumer: Credentials, token: Credentials | None) -> bytes:
        return self._key_and_base(request, consumer, token)[1]


_SHARED_SECRET = (
    SignatureMethod_HMAC_SHA1,
    SignatureMethod_HMAC_SHA256,
    SignatureMethod_HMAC_SHA512,
    SignatureMethod_PLAINTEXT,
)
_RSA = (
    SignatureMethod_RSA_SHA1,
    SignatureMethod_RSA_SHA256,
    SignatureMethod_RSA_SHA512,
    SignatureMethod_RSA_PSS_SHA256,
)
_CLASSES: dict[str, type[SignatureMethod]] = {kind.name: kind for kind in (*_SHARED_SECRET, *_RSA)}
SHARED_SECRET_METHODS = tuple([kind.name for kind in _SHARED_SECRET])
SIGNATURE_METHODS = tuple(_CLASSES)


def signature_class(name: str) -> type[SignatureMethod]:
    """Return the class of the method of this name; raises ValueError for another."""
    if name not in _CLASSES:
        expected = ", ".join(SIGNATURE_METHODS)
        got = shown_method(name)
        raise ValueError(f"signature method: expected one of {expected}, got {got}")
    return _CLASSES[name]


def signature_method(
    name: str,
    private_key: str | bytes | None = None,
    public_key: str | bytes | None = None,
    *,
    password: str | bytes | None = None,
) -> SignatureMethod:
    """Return the method of this name, as `SIGNATURE_METHODS` lists them.

    The keys (PEM), and the password of the private one, are for those of RSA, and left
    alone by the others. Raises ValueError for another name or no key, ImportError without
    the extra ``rsa``.

    >>> signature_method("HMAC-SHA256").hash_name
    'sha256'
    """
    kind = signature_class(name)
    if issubclass(kind, SignatureMethod_RSA_SHA1):
        return kind(private_key, public_key, password=password)
    return kind()


def proves_nothing(method: object, accepted: Iterable[object], consumer: Credentials) -> bool:
    """Tell whether the shared secret of a consumer is none, beside methods of RSA.

    There a consumer has a key instead, and the empty secret in its row is known to all. A
    method of a program's own may find its secrets elsewhere.
    """
    return (
        not getattr(consumer, "secret", None)
        and type(method) in _SHARED_SECRET
        and any(str(getattr(other, "name", "")).upper().startswith("RSA") for other in accepted)
    )
