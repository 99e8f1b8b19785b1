"""The wrong keys, and wrong uses of the right one, that a signature can be made by."""

from __future__ import annotations

import hmac
import re
from binascii import a2b_base64
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ..credentials import Credentials
from ..encoding import bytes_of, escape, octets_of, text_of, unescape
from ..request import Request
from ..signature import SHARED_SECRET_METHODS, shared_secrets
from .causes import Cause

_METHODS = {20: "HMAC-SHA1", 32: "HMAC-SHA256", 64: "HMAC-SHA512"}
_HASHES = {"HMAC-SHA1": "sha1", "HMAC-SHA256": "sha256", "HMAC-SHA512": "sha512"}
_is_hex = re.compile(r"(?:[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{128})").fullmatch
_WHITE_SPACE = ((" ", ""), ("", " "), ("\n", ""), ("", "\n"), ("", "\r\n"), ("", "\t"))
_WORDS_FOR_NONE = ("None", "null", "undefined", "nil", "false")


class _Parts(NamedTuple):
    """The parts that a key may be made of, as text; "" without a token."""

    consumer_key: str
    consumer: str
    token_key: str
    token: str


class _WrongKey(NamedTuple):
    cause: Cause
    made_of: Callable[[_Parts], Iterable[str]]


def key_causes(
    base_string: str | bytes,
    signature: str | bytes,
    consumer: Credentials,
    token: Credentials | None,
    method_name: str = "HMAC-SHA1",
) -> tuple[Cause, ...]:
    """Find with which wrong key somebody made this signature over this base string.

    ``signature`` is ``oauth_signature``, percent-encoded or not. Of the causes, never
    none, the last is about the key, and says so when it is right. None shows a secret.

    >>> from oauth2 import Consumer
    >>> key_causes("bs", "egQqG5AJep5sJ7anhXju1unge2I=", Consumer("key", "cs"), None)[0].what
    'The key is right: consumer secret, & and token secret made this signature.'

    Raises ValueError for a method that has no shared secrets, TypeError for secrets that
    are no str or bytes.
    """
    if method_name not in SHARED_SECRET_METHODS:
        expected = ", ".join(SHARED_SECRET_METHODS)
        raise ValueError(f"method_name: expected one of {expected}, got {method_name!r}")
    right = octets_of(shared_secrets(consumer, token))
    second = (text_of(token.key), text_of(token.secret)) if token else ("", "")
    parts = _Parts(text_of(consumer.key), text_of(consumer.secret), *second)
    sent = text_of(signature)
    if method_name == "PLAINTEXT":
        return (_key_cause(parts, right, octets_of(sent), lambda key: key),)
    octets, causes = _digest(unescape(sent.strip()))
    used = _METHODS.get(len(octets))
    if used is None:
        return (_NO_DIGEST,)
    if used != method_name:
        what = f"The signature has the length of {used}, not of {method_name}."
        causes.append(Cause("other hash", what, "Sign with the method that the request names."))
    base, hash_name = bytes_of(base_string), _HASHES[used]
    causes.append(_key_cause(parts, right, octets, lambda key: hmac.digest(key, base, hash_name)))
    return tuple(causes)


def request_key_causes(
    request: Request, consumer: Credentials, token: Credentials | None
) -> tuple[Cause, ...]:
    """Do what `key_causes` does for a request that came in; () where it is not signed so."""
    name, signature = request.get("oauth_signature_method"), request.get("oauth_signature")
    if name not in SHARED_SECRET_METHODS or not signature:
        return ()
    return key_causes(request.signature_base_string(), signature, consumer, token, name)


def _key_cause(
    parts: _Parts, right: bytes, signature: bytes, sign: Callable[[bytes], bytes]
) -> Cause:
    if hmac.compare_digest(sign(right), signature):
        return _RIGHT
    for wrong in _WRONG_KEYS:
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


def _both(first: str, second: str) -> tuple[str, str]:
    """Join two secrets by ``&``, encoded as is right, and as they are."""
    return f"{escape(first)}&{escape(second)}", f"{first}&{second}"


def _with_white_space(parts: _Parts) -> Iterator[str]:
    for before, after in _WHITE_SPACE:
        yield from _both(before + parts.consumer + after, parts.token)
        yield from _both(parts.consumer, before + parts.token + after)
        yield from _both(before + parts.consumer + after, before + parts.token + after)
    yield from _both(parts.consumer.strip(), parts.token.strip())


def _encoded_twice(parts: _Parts) -> Iterator[str]:
    first, second = escape(parts.consumer), escape(parts.token)
    yield f"{escape(first)}&{escape(second)}"
    yield f"{escape(first)}&{second}"
    yield f"{first}&{escape(second)}"
    yield escape(f"{first}&{second}")


def _not_encoded(parts: _Parts) -> Iterator[str]:
    yield f"{parts.consumer}&{parts.token}"
    yield f"{parts.consumer}&{escape(parts.token)}"
    yield f"{escape(parts.consumer)}&{parts.token}"


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
_NO_DIGEST = Cause(
    "no digest",
    "The signature is no HMAC: its length is not that of SHA-1, SHA-256 or SHA-512.",
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
_WRONG_KEYS = (
    _WrongKey(
        Cause(
            "secrets not encoded",
            "The secrets were put into the key without being percent-encoded.",
            "Percent-encode each secret, then join them by &.",
        ),
        _not_encoded,
    ),
    _WrongKey(
        Cause(
            "secrets encoded twice",
            "The secrets were percent-encoded twice.",
            "Percent-encode each secret once, then join them by &.",
        ),
        _encoded_twice,
    ),
    _WrongKey(
        Cause(
            "consumer secret alone",
            "The key was the consumer secret alone, without the & and what follows it.",
            "Put the & after the consumer secret, also where there is no token.",
        ),
        lambda parts: (escape(parts.consumer), parts.consumer),
    ),
    _WrongKey(
        Cause(
            "no & in key",
            "The secrets were joined without the &.",
            "Join the encoded secrets by &.",
        ),
        lambda parts: (escape(parts.consumer + parts.token), parts.consumer + parts.token),
    ),
    _WrongKey(
        Cause(
            "token secret missing",
            "The token secret was left out of the key.",
            "Sign with the token and its secret, once there is one.",
        ),
        lambda parts: _both(parts.consumer, ""),
    ),
    _WrongKey(
        Cause(
            "consumer secret missing",
            "The consumer secret was left out of the key.",
            "Put the consumer secret before the &.",
        ),
        lambda parts: (*_both("", parts.token), escape(parts.token), parts.token),
    ),
    _WrongKey(
        Cause(
            "secrets swapped",
            "Token secret and consumer secret were swapped.",
            "Put the consumer secret before the &, the token secret after it.",
        ),
        lambda parts: _both(parts.token, parts.consumer),
    ),
    _WrongKey(
        Cause(
            "one secret twice",
            "One secret stood on both sides of the &.",
            "Put the consumer secret before the &, the token secret after it.",
        ),
        lambda parts: (
            *_both(parts.consumer, parts.consumer),
            *_both(parts.token, parts.token),
        ),
    ),
    _WrongKey(
        Cause(
            "key for secret",
            "A consumer key or token stood in the place of its secret.",
            "Make the key of the two secrets; the consumer key and the token are parameters.",
        ),
        lambda parts: (
            *_both(parts.consumer_key, parts.token),
            *_both(parts.consumer, parts.token_key),
            *_both(parts.consumer_key, parts.token_key),
        ),
    ),
    _WrongKey(
        Cause(
            "word for no secret",
            "A word such as None or null stood in the place of the token secret.",
            "Leave the place after the & empty where there is no token.",
        ),
        lambda parts: [f"{escape(parts.consumer)}&{word}" for word in _WORDS_FOR_NONE],
    ),
    _WrongKey(
        Cause(
            "white space in key",
            "There was white space or a line break around a secret.",
            "Strip the secrets that are read from a file or a form.",
        ),
        _with_white_space,
    ),
)
