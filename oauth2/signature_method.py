"""What all ways to sign a request have in common (RFC 5849 section 3.4)."""

from __future__ import annotations

import hmac
import re
from typing import Any

from .credentials import Credentials
from .encoding import bytes_of, escape

__all__ = [
    "KeyAsSecret",
    "SignatureMethod",
    "require_method",
    "require_secret",
    "shared_secrets",
    "shown_method",
]

_is_name = re.compile(r"[\w-]{1,40}").fullmatch
_PEM = b"-----BEGIN%20"  # percent-encoded, as it is where it is looked for


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


def require_secret(key: bytes) -> bytes:
    """Return a key of joined secrets; raises KeyAsSecret for one that is PEM.

    Who signs by it has taken the wrong method, and a public key is no secret.
    """
    if _PEM in key:
        raise KeyAsSecret(
            "secrets of consumer and token: expected shared secrets, got PEM: sign by RSA,"
            " as SignatureMethod_RSA_SHA1(private_key=…) does"
        )
    return key


class KeyAsSecret(ValueError):
    """A key of RSA stands where a shared secret belongs."""


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

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def signing_base(self, request: Any, consumer: Credentials, token: Credentials | None) -> Any:
        """Return key and text, as str or bytes; raises NotImplementedError unless overridden."""
        raise NotImplementedError(f"{type(self).__name__} has no signing_base")

    def sign(self, request: Any, consumer: Credentials, token: Credentials | None) -> str | bytes:
        """Return ``oauth_signature``, not yet percent-encoded.

        Raises NotImplementedError unless overridden, and what `signing_base` does.
        """
        raise NotImplementedError(f"{type(self).__name__} has no sign")

    def check(
        self,
        request: Any,
        consumer: Credentials,
        token: Credentials | None,
        signature: str | bytes,
    ) -> bool:
        """Tell in constant time whether a signature (str or bytes) is the right one.

        None is by a secret that is PEM, as whoever has the public key could have made it.
        """
        try:
            built = self.sign(request, consumer, token)
        except KeyAsSecret:
            return False
        return hmac.compare_digest(bytes_of(built), bytes_of(signature))

    def _key_and_base(
        self, request: Any, consumer: Credentials, token: Credentials | None
    ) -> tuple[bytes, bytes]:
        """Take whatever an overridden signing_base returns: str or bytes, a pair or the base."""
        signing_base = self.signing_base(request, consumer, token)
        if isinstance(signing_base, (str, bytes)):
            signing_base = shared_secrets(consumer, token), signing_base
        key, base = signing_base
        return require_secret(bytes_of(key)), bytes_of(base)


def shown_method(method: object) -> str:
    """Show what stands where a signature method belongs; other text may be a key."""
    if isinstance(method, type):
        return f"the class {method.__name__}"
    if method is None or (isinstance(method, str) and _is_name(method)):
        return repr(method)
    return type(method).__name__


def require_method(method: Any) -> Any:
    """Return a signature method unchanged; raises TypeError for anything else, also its class."""
    if isinstance(method, type) or not hasattr(method, "sign"):
        got = shown_method(method)
        raise TypeError(f"signature method: expected e.g. SignatureMethod_HMAC_SHA1(), got {got}")
    return method
