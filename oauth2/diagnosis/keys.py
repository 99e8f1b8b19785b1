"""Which key a signature was made with, the right one or a known wrong one."""

from __future__ import annotations

import hmac
import re
from binascii import a2b_base64
from collections.abc import Callable

from ..credentials import Credentials
from ..encoding import bytes_of, octets_of, text_of, unescape
from ..request import Request
from ..signature import SHARED_SECRET_METHODS, shared_secrets, signature_class
from ..signature_method import KeyAsSecret, require_secret
from .causes import Cause
from .wrong_keys import WRONG_KEYS, KeyParts

__all__ = ["key_causes", "request_key_causes"]

_METHODS = {20: "HMAC-SHA1", 32: "HMAC-SHA256", 64: "HMAC-SHA512"}
# The digits of a SHA-1, SHA-256 or SHA-512 digest.
_is_hex = re.compile(r"(?:[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{128})").fullmatch


def key_causes(
    base_string: str | bytes,
    signature: str | bytes,
    consumer: Credentials,
    token: Credentials | None,
    method_name: str = "HMAC-SHA1",
) -> tuple[Cause, ...]:
    """Find the wrong key with which somebody made this signature of this base string.

    ``signature`` is ``oauth_signature``, percent-encoded or not. The last of the
    causes is about the key, and says so when it is right. No cause quotes a secret.

    >>> from oauth2 import Consumer
    >>> key_causes("bs", "egQqG5AJep5sJ7anhXju1unge2I=", Consumer("key", "cs"), None)[0].summary
    'The key is right: consumer secret, & and token secret made this signature.'

    Raises ValueError for a method that has no shared secrets, TypeError for secrets that
    are neither str nor bytes.
    """
    if method_name not in SHARED_SECRET_METHODS:
        expected = ", ".join(SHARED_SECRET_METHODS)
        raise ValueError(f"method_name: expected one of {expected}, got {method_name!r}")
    try:
        right = require_secret(octets_of(shared_secrets(consumer, token)))
    except KeyAsSecret:
        return (_KEY_AS_SECRET,)
    second = (text_of(token.key), text_of(token.secret)) if token else ("", "")
    parts = KeyParts(text_of(consumer.key), text_of(consumer.secret), *second)
    sent = text_of(signature)
    if method_name == "PLAINTEXT":
        return (_key_cause(parts, right, octets_of(sent), lambda key: key),)
    octets, causes = _digest(unescape(sent.strip()))
    used = _METHODS.get(len(octets))
    if used is None:
        return (_NO_DIGEST,)
    if used != method_name:
        summary = f"The signature has the length of {used}, not of {method_name}."
        causes.append(Cause("other hash", summary, "Sign with the method that the request names."))
    base, hash_name = bytes_of(base_string), signature_class(used).hash_name
    causes.append(_key_cause(parts, right, octets, lambda key: hmac.digest(key, base, hash_name)))
    return tuple(causes)


def request_key_causes(
    request: Request, consumer: Credentials, token: Credentials | None
) -> tuple[Cause, ...]:
    """See `key_causes`, for a request that was received; () where it has no such signature."""
    name, signature = request.get("oauth_signature_method"), request.get("oauth_signature")
    if name not in SHARED_SECRET_METHODS or not signature:
        return ()
    return key_causes(request.signature_base_string(), signature, consumer, token, name)


def _key_cause(
    parts: KeyParts, right: bytes, signature: bytes, sign: Callable[[bytes], bytes]
) -> Cause:
    if hmac.compare_digest(sign(right), signature):
        return _RIGHT
    for wrong in WRONG_KEYS:
        for key in wrong.made_of(parts):
            if hmac.compare_digest(sign(octets_of(key)), signature):
                return wrong.cause
    return _UNKNOWN


def _digest(signature: str) -> tuple[bytes, list[Cause]]:
    """Return the octets of a signature, and what is wrong with how they are written."""
    if _is_hex(signature):
        return bytes.fromhex(signature), [_HEX]
    causes = [_SPACE] if " " in signature else []
    text = signature.replace(" ", "+").replace("-", "+").replace("_", "/").rstrip("=")
    if text != signature.rstrip("="):
        causes = causes or [_URL_SAFE]
    try:
        octets = a2b_base64(octets_of(text + "=" * (-len(text) % 4)))
    except ValueError:
        return b"", causes
    digits = octets.decode("latin-1")
    return (bytes.fromhex(digits), [*causes, _HEX]) if _is_hex(digits) else (octets, causes)


_RIGHT = Cause(
    "right key",
    "The key is right: consumer secret, & and token secret made this signature.",
    "The secrets need no change.",
)
_UNKNOWN = Cause(
    "unknown key",
    "The signature was made by none of the keys that these secrets give.",
    "See that both sides have the same secrets, and sign the same base string.",
)
_KEY_AS_SECRET = Cause(
    "key as secret",
    "The secret of the consumer or of the token is PEM: a key of RSA, which signs no HMAC.",
    "Sign by RSA with the private key, or by HMAC with the secret that the provider gave out.",
)
_NO_DIGEST = Cause(
    "no digest",
    "The signature is not an HMAC: its length is not that of SHA-1, SHA-256 or SHA-512.",
    "Send the digest in base64, all of it, and percent-encoded once.",
)
_HEX = Cause(
    "hexadecimal digest",
    "The digest is written in hexadecimal digits.",
    "Take the octets of the digest, not its hexadecimal form, and write them in base64.",
)
_SPACE = Cause(
    "plus in signature",
    "The signature has a space where base64 has +.",
    "Percent-encode the signature where it is sent: + as %2B.",
)
_URL_SAFE = Cause(
    "base64 of URLs",
    "The signature is in the base64 of URLs, with - and _.",
    "Use the plain base64, with + and /, and percent-encode it.",
)
