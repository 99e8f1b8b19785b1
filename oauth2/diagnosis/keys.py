"""Why a signature is wrong: with which key and of which base string it was made."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from ..credentials import Credentials
from ..encoding import bytes_of, octets_of, text_of
from ..request import Request
from ..signature import (
    SHARED_SECRET_METHODS,
    SignatureMethod,
    SignatureMethod_RSA_SHA1,
    signature_class,
)
from .causes import Cause
from .digests import read_digest, tidied
from .proof import Key, Proof, prove
from .signable import Signable, signable_of
from .wrong_keys import secret_keys

__all__ = [
    "UNEXPLAINED",
    "UNPROVED",
    "Finding",
    "find_signed",
    "key_causes",
    "request_key_causes",
    "signature_causes",
]

_METHODS = {20: "HMAC-SHA1", 32: "HMAC-SHA256", 64: "HMAC-SHA512"}


class Finding(NamedTuple):
    """Why a signature is wrong, and the ``base`` string that was signed: None if not proved."""

    causes: tuple[Cause, ...] = ()
    base: bytes | None = None


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
    keys = secret_keys(consumer, token)
    written = text_of(signature)
    written = written if method_name == "PLAINTEXT" else tidied(written)
    return _find_by_secrets(bytes_of(base_string), None, written, method_name, keys).causes


def signature_causes(
    request: Request,
    consumer: Credentials,
    token: Credentials | None,
    method: SignatureMethod | None = None,
) -> tuple[Cause, ...]:
    """Find what is wrong with the signature of a request that was received, by trial.

    What usually goes wrong with base string and key is done on purpose, one thing after the
    other, then two at once, until the signature comes of it: nothing is named but what is proved
    so. ``method`` is the one by which RSA is verified. Returns () where there is no signature,
    or nothing to verify it by.

    >>> from oauth2 import Consumer, Signer
    >>> signed = Signer(Consumer("key", "secret")).sign("GET", "https://a.example/photos")
    >>> request = Request.from_request("GET", "http://a.example/photos", signed.headers)
    >>> [cause.summary for cause in signature_causes(request, Consumer("key", "secret"), None)]
    ['It was signed for https, but received by http.']

    It makes 20,000 trials at most, in some tenths of a second, for RSA in one second or two. No
    cause quotes a secret. Raises TypeError for secrets that are neither str nor bytes.
    """
    return find_signed(request, consumer, token, method).causes


def find_signed(
    request: Request,
    consumer: Credentials,
    token: Credentials | None,
    method: SignatureMethod | None = None,
) -> Finding:
    """Find by trial what was signed, as `signature_causes` does. PLAINTEXT signs no base string."""
    return _find(request, consumer, token, method, bool(request.get("oauth_token")))


def request_key_causes(
    request: Request, consumer: Credentials, token: Credentials | None
) -> tuple[Cause, ...]:
    """See `signature_causes`; but the token's secret may sign a request that names no token."""
    return _find(request, consumer, token, None, is_token_sent=True).causes


def _find(
    request: Request,
    consumer: Credentials,
    token: Credentials | None,
    method: SignatureMethod | None,
    is_token_sent: bool,
) -> Finding:
    name, signature = request.get("oauth_signature_method"), request.get("oauth_signature")
    if not isinstance(signature, (str, bytes)) or not signature:
        return Finding()
    if name in SHARED_SECRET_METHODS:
        base, keys = _base(request), secret_keys(consumer, token, is_token_sent)
        return _find_by_secrets(base, signable_of(request), text_of(signature), name, keys)
    if isinstance(method, SignatureMethod_RSA_SHA1):
        return _find_by_rsa(_base(request), signable_of(request), text_of(signature), method)
    return Finding()


def _base(request: Request) -> bytes:
    return bytes_of(request.signature_base_string())


def _find_by_secrets(
    base: bytes,
    signable: Signable | None,
    signature: str,
    name: str,
    secret_keys: dict[bytes, tuple[Cause, ...]],
) -> Finding:
    if not secret_keys:
        return Finding((_KEY_AS_SECRET,))
    if name == "PLAINTEXT":
        sent = octets_of(signature)
        keys = [
            Key(causes, partial(_is_plaintext, key, sent)) for key, causes in secret_keys.items()
        ]
        found = _found((), prove(b"", None, keys), _RIGHT, _OTHER_SECRETS)
        return found._replace(base=None)
    octets, causes = read_digest(signature)
    used = _METHODS.get(len(octets))
    if used is None:
        return Finding((_NO_DIGEST,))
    if used != name:
        summary = f"The signature has the length of {used}, not of {name}."
        causes.append(Cause("other-hash", summary, _OTHER_HASH))
    hash_name = signature_class(used).hash_name
    keys = [
        Key(shown, partial(_is_hmac, key, octets, hash_name)) for key, shown in secret_keys.items()
    ]
    return _found(causes, prove(base, signable, keys), _RIGHT, UNPROVED)


def _is_plaintext(key: bytes, sent: bytes, base: bytes) -> bool:
    return hmac.compare_digest(key, sent)


def _is_hmac(key: bytes, sent: bytes, hash_name: str, base: bytes) -> bool:
    return hmac.compare_digest(hmac.digest(key, base, hash_name), sent)


def _find_by_rsa(
    base: bytes, signable: Signable | None, signature: str, method: SignatureMethod_RSA_SHA1
) -> Finding:
    octets, causes = read_digest(signature)
    used = method.signed_hash(octets)
    if used is None:
        return Finding((*causes, _OTHER_RSA_KEY))
    if used != method.hash_name:
        summary = f"The signature is that of a {used} digest, not of {method.hash_name}."
        causes.append(Cause("other-hash", summary, _OTHER_HASH))
    keys = [Key((), lambda made: method.is_signature(octets, made, used))]
    unproved = _OTHER_BASE_STRING if method.shows_key else UNPROVED
    return _found(causes, prove(base, signable, keys), _RIGHT_RSA, unproved)


def _found(causes: Sequence[Cause], proof: Proof | None, right: Cause, unproved: Cause) -> Finding:
    if proof is None:
        return Finding((*causes, unproved))
    return Finding((*causes, *(proof.causes or (right,))), proof.base)


_OTHER_HASH = "Sign with the method that the request names."
_RIGHT = Cause(
    "right-key",
    "The key is right: consumer secret, & and token secret made this signature.",
    "The secrets need no change.",
)
_RIGHT_RSA = Cause(
    "right-key",
    "The key is right: the private key of this public key made this signature.",
    "The keys need no change.",
)
UNPROVED = Cause(
    "unknown-key",
    "Nothing that usually goes wrong makes this signature: the base string may differ, or the"
    " keys.",
    "Compare the base string that was signed with the one that is expected, then the secrets.",
)
_OTHER_BASE_STRING = Cause(
    "other-base-string",
    "The key is right, but it signed another base string, by no mistake that is usual.",
    "Compare the base string that was signed with the one that is expected; the keys need no"
    " change.",
)
_OTHER_SECRETS = Cause(
    UNPROVED.code,
    "The signature was made by none of the keys that these secrets give.",
    "See that both sides have the same secrets.",
)
UNEXPLAINED = (UNPROVED, _OTHER_BASE_STRING, _OTHER_SECRETS)
_KEY_AS_SECRET = Cause(
    "key-as-secret",
    "The secret of the consumer or of the token is PEM: a key of RSA, which signs no HMAC.",
    "Sign by RSA with the private key, or by HMAC with the secret that the provider gave out.",
)
_OTHER_RSA_KEY = Cause(
    "other-rsa-key",
    "The signature was not made by the private key that belongs to this public key.",
    "Verify by the public key of the pair that signs; after a new pair was made, by the new one.",
)
_NO_DIGEST = Cause(
    "no-digest",
    "The signature is not an HMAC: its length is not that of SHA-1, SHA-256 or SHA-512.",
    "Send the digest in base64, all of it, and percent-encoded once.",
)
