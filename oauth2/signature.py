"""The ways to sign a request (RFC 5849 section 3.4).

Signing objects hold no state of a request, and may be shared between threads.
"""

from __future__ import annotations

import hmac
from binascii import a2b_base64, b2a_base64
from typing import TYPE_CHECKING, Any

from .credentials import Credentials
from .encoding import bytes_of, escape

__all__ = [
    "SHARED_SECRET_METHODS",
    "SIGNATURE_METHODS",
    "SignatureMethod",
    "SignatureMethod_HMAC_SHA1",
    "SignatureMethod_HMAC_SHA256",
    "SignatureMethod_HMAC_SHA512",
    "SignatureMethod_PLAINTEXT",
    "SignatureMethod_RSA_SHA1",
    "SignatureMethod_RSA_SHA256",
    "SignatureMethod_RSA_SHA512",
    "require_method",
    "shared_secrets",
    "signature_method",
]

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey


def shared_secrets(consumer: Credentials, token: Credentials | None) -> str:
    """Join the encoded secrets by ``&``, which is always there (RFC 5849 section 3.4.2).

    Raises TypeError for a secret of another type than str or bytes: no database row
    without a secret is to be signed for with the text ``None``.
    """
    first = getattr(consumer, "secret", None)
    second = getattr(token, "secret", None) if token else ""
    if not isinstance(first, (str, bytes)) or not isinstance(second, (str, bytes)):
        kinds = f"{type(first).__name__} and {type(second).__name__}"
        raise TypeError(f"secrets of consumer and token: expected str or bytes, got {kinds}")
    return f"{escape(first)}&{escape(second)}"


class SignatureMethod:
    """A way to sign requests and to check their signatures.

    A subclass has a ``name`` and a `sign`; `check` signs again and compares.
    ``hash_name`` names the hash of ``oauth_body_hash``. Consumer and token may be
    look-alikes with ``key`` and ``secret`` as str or bytes.

    >>> class SignatureMethod_Fixed(SignatureMethod):
    ...     name = "X-FIXED"
    ...     def sign(self, request, consumer, token):
    ...         return b"the same for all"
    >>> SignatureMethod_Fixed().check(None, None, None, "the same for all")
    True
    """

    name: str
    hash_name = "sha1"

    def signing_base(self, request: Any, consumer: Credentials, token: Credentials | None) -> Any:
        """Return the key and the text that it signs, as str or bytes."""
        raise NotImplementedError(f"{type(self).__name__} has no signing_base")

    def sign(self, request: Any, consumer: Credentials, token: Credentials | None) -> str | bytes:
        """Return ``oauth_signature``, not yet percent-encoded."""
        raise NotImplementedError(f"{type(self).__name__} has no sign")

    def check(
        self,
        request: Any,
        consumer: Credentials,
        token: Credentials | None,
        signature: str | bytes,
    ) -> bool:
        """Tell in constant time whether a signature (str or bytes) is the right one."""
        built = self.sign(request, consumer, token)
        return hmac.compare_digest(bytes_of(built), bytes_of(signature))

    def _key_and_base(
        self, request: Any, consumer: Credentials, token: Credentials | None
    ) -> tuple[bytes, bytes]:
        """Take whatever an overridden signing_base returns: str or bytes, a pair or the base."""
        signing_base = self.signing_base(request, consumer, token)
        if isinstance(signing_base, (str, bytes)):
            signing_base = shared_secrets(consumer, token), signing_base
        key, base = signing_base
        return bytes_of(key), bytes_of(base)


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
        return b2a_base64(hmac.digest(key, base, self.hash_name), newline=False)


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


class SignatureMethod_RSA_SHA1(SignatureMethod):
    """RSASSA-PKCS1-v1_5 with SHA-1 (RFC 5849 section 3.4.3). Needs the extra ``rsa``.

    ``private_key`` signs; ``public_key``, by default the private one's, verifies.
    Either is PEM text as str or bytes, or a loaded key of the package
    cryptography. The shared secrets are not used: on a Server beside HMAC, see to it
    that each consumer uses its own method, as an empty secret is no secret.

    Raises ImportError that names the extra where it is missing, ValueError for
    text that holds no such key and when both are None, TypeError for other types.
    """

    name = "RSA-SHA1"

    def __init__(
        self,
        private_key: str | bytes | RSAPrivateKey | None = None,
        public_key: str | bytes | RSAPublicKey | None = None,
    ) -> None:
        try:
            from . import rsa
        except ImportError as exc:
            raise ImportError(
                f"{self.name} needs the extra 'rsa': python -m pip install 'oauth2[rsa]'"
            ) from exc
        self._private_key = None if private_key is None else rsa.private_key(private_key)
        if public_key is not None:
            self._public_key = rsa.public_key(public_key)
        elif self._private_key is not None:
            self._public_key = self._private_key.public_key()
        else:
            raise ValueError(f"{self.name}: expected a private_key or a public_key, got neither")

    def signing_base(
        self, request: Any, consumer: Credentials, token: Credentials | None
    ) -> tuple[bytes, bytes]:
        """Return an empty key, as no shared secret is used, and the signature base string."""
        return b"", bytes_of(request.signature_base_string())

    def sign(self, request: Any, consumer: Credentials, token: Credentials | None) -> bytes:
        """Return the signature in base64; raises ValueError without a private key."""
        from . import rsa

        if self._private_key is None:
            raise ValueError(f"{self.name}: expected a private_key to sign with, got none")
        _, base = self._key_and_base(request, consumer, token)
        return b2a_base64(rsa.sign(self._private_key, base, self.hash_name), newline=False)

    def check(
        self,
        request: Any,
        consumer: Credentials,
        token: Credentials | None,
        signature: str | bytes,
    ) -> bool:
        """Tell whether the signature was made by the key that the public key belongs to."""
        from . import rsa

        _, base = self._key_and_base(request, consumer, token)
        sent = bytes_of(signature)
        try:
            octets = a2b_base64(sent)
        except ValueError:
            return False
        is_canonical = b2a_base64(octets, newline=False) == sent
        return is_canonical and rsa.is_signature(self._public_key, octets, base, self.hash_name)


class SignatureMethod_RSA_SHA256(SignatureMethod_RSA_SHA1):
    """RSASSA-PKCS1-v1_5 with SHA-256, as Mastercard asks for."""

    name = "RSA-SHA256"
    hash_name = "sha256"


class SignatureMethod_RSA_SHA512(SignatureMethod_RSA_SHA1):
    """RSASSA-PKCS1-v1_5 with SHA-512."""

    name = "RSA-SHA512"
    hash_name = "sha512"


_SHARED_SECRET: dict[str, type[SignatureMethod]] = {
    method.name: method
    for method in (
        SignatureMethod_HMAC_SHA1,
        SignatureMethod_HMAC_SHA256,
        SignatureMethod_HMAC_SHA512,
        SignatureMethod_PLAINTEXT,
    )
}
_RSA: dict[str, type[SignatureMethod_RSA_SHA1]] = {
    method.name: method
    for method in (
        SignatureMethod_RSA_SHA1,
        SignatureMethod_RSA_SHA256,
        SignatureMethod_RSA_SHA512,
    )
}
SHARED_SECRET_METHODS = tuple(_SHARED_SECRET)
SIGNATURE_METHODS = (*SHARED_SECRET_METHODS, *_RSA)


def signature_method(
    name: str, private_key: str | bytes | None = None, public_key: str | bytes | None = None
) -> SignatureMethod:
    """Return the method of this name, as `SIGNATURE_METHODS` lists them.

    The keys (PEM) are for those of RSA, and left alone by the others. Raises ValueError
    for another name or no key, ImportError without the extra ``rsa``.

    >>> signature_method("HMAC-SHA256").hash_name
    'sha256'
    """
    if name in _RSA:
        return _RSA[name](private_key, public_key)
    if name in _SHARED_SECRET:
        return _SHARED_SECRET[name]()
    expected = ", ".join(SIGNATURE_METHODS)
    raise ValueError(f"signature method: expected one of {expected}, got {name!r}")


def require_method(method: Any) -> Any:
    """Return a signature method unchanged; raises TypeError for anything else, also its class."""
    if isinstance(method, type) or not hasattr(method, "sign"):
        got = f"the class {method.__name__}" if isinstance(method, type) else repr(method)
        raise TypeError(f"signature method: expected e.g. SignatureMethod_HMAC_SHA1(), got {got}")
    return method
