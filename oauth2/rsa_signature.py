"""Signatures by RSA (RFC 5849 section 3.4.3), which need the extra ``rsa``."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from typing import TYPE_CHECKING, Any

from .credentials import Credentials
from .encoding import bytes_of
from .signature_method import SignatureMethod

__all__ = [
    "SignatureMethod_RSA_PSS_SHA256",
    "SignatureMethod_RSA_SHA1",
    "SignatureMethod_RSA_SHA256",
    "SignatureMethod_RSA_SHA512",
]

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
    from cryptography.x509 import Certificate


class SignatureMethod_RSA_SHA1(SignatureMethod):
    """RSASSA-PKCS1-v1_5 with SHA-1 (RFC 5849 section 3.4.3). Needs the extra ``rsa``.

    ``private_key`` signs; ``public_key``, by default the private one's, verifies.
    Either is PEM text as str or bytes, or a loaded key of the package cryptography;
    ``password`` (str or bytes) opens PEM that is encrypted. A certificate, as PEM or as
    `x509.Certificate`, is a public key, whatever its dates say. The shared secrets are
    not used, and a Server that takes both refuses an empty one.

    Raises ImportError that names the extra where it is missing. Raises ValueError that
    says what to do for text that holds no such key, for a key under 1,024 bits, and when
    both are None; TypeError for other types. A key under 2,048 bits is warned of, once
    in a process, by a UserWarning.
    """

    name = "RSA-SHA1"
    _is_pss = False

    def __init__(
        self,
        private_key: str | bytes | RSAPrivateKey | None = None,
        public_key: str | bytes | RSAPublicKey | Certificate | None = None,
        *,
        password: str | bytes | None = None,
    ) -> None:
        try:
            from . import rsa
        except ImportError as exc:
            raise ImportError(
                f"{self.name} needs the extra 'rsa': python -m pip install 'oauth2[rsa]'"
            ) from exc
        self._private_key = None
        if private_key is not None:
            self._private_key = rsa.private_key(private_key, password)
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
        octets = rsa.sign(self._private_key, base, self.hash_name, self._is_pss)
        return b2a_base64(octets, newline=False)

    def check(
        self,
        request: Any,
        consumer: Credentials,
        token: Credentials | None,
        signature: str | bytes,
    ) -> bool:
        """Tell whether the signature was made by the key that the public key belongs to."""
        _, base = self._key_and_base(request, consumer, token)
        sent = bytes_of(signature)
        try:
            octets = a2b_base64(sent)
        except ValueError:
            return False
        is_canonical = b2a_base64(octets, newline=False) == sent
        return is_canonical and self.is_signature(octets, base, self.hash_name)

    def is_signature(self, octets: bytes, base: bytes, hash_name: str) -> bool:
        """Tell whether a signature, in octets, is of this base string, by this hash."""
        from . import rsa

        return rsa.is_signature(self._public_key, octets, base, hash_name, self._is_pss)

    def signed_hash(self, octets: bytes) -> str | None:
        """Return the name of the hash that was signed, or None where it was by another key.

        A signature of PSS does not tell: the name is that of this method then.
        """
        from . import rsa

        return rsa.signed_hash(self._public_key, octets) if self.shows_key else self.hash_name

    @property
    def shows_key(self) -> bool:
        """Whether a signature shows by which key it was made, whatever it signs; PSS does not."""
        return not self._is_pss


class SignatureMethod_RSA_SHA256(SignatureMethod_RSA_SHA1):
    """RSASSA-PKCS1-v1_5 with SHA-256, as Mastercard asks for."""

    name = "RSA-SHA256"
    hash_name = "sha256"


class SignatureMethod_RSA_SHA512(SignatureMethod_RSA_SHA1):
    """RSASSA-PKCS1-v1_5 with SHA-512."""

    name = "RSA-SHA512"
    hash_name = "sha512"


class SignatureMethod_RSA_PSS_SHA256(SignatureMethod_RSA_SHA256):
    """RSASSA-PSS with SHA-256 and a salt of 32 octets, as newer signers of Mastercard have it."""

    name = "RSA-PSS"
    _is_pss = True
