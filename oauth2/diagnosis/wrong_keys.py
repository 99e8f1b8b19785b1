"""The wrong keys that programs sign with, and what each of them shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ..credentials import Credentials
from ..encoding import escape, octets_of, text_of
from ..signature_method import KeyAsSecret, require_secret, shared_secrets
from .causes import Cause

__all__ = ["TOKEN_NOT_SENT", "WRONG_KEYS", "KeyParts", "WrongKey", "secret_keys"]

_WHITE_SPACE = ((" ", ""), ("", " "), ("\n", ""), ("", "\n"), ("", "\r\n"), ("", "\t"))
_WORDS_FOR_NONE = ("None", "null", "undefined", "nil", "false")


class KeyParts(NamedTuple):
    """What a key may be made of, as text: two keys, two secrets; "" where there is no token."""

    consumer_key: str
    consumer: str
    token_key: str
    token: str


class WrongKey(NamedTuple):
    """A cause, and ``made_of``, which returns the keys that programs with this fault sign with."""

    cause: Cause
    made_of: Callable[[KeyParts], Iterable[str]]


def _both(first: str, second: str) -> tuple[str, str]:
    """Join two secrets by ``&``, percent-encoded, which is right, and as they are."""
    return f"{escape(first)}&{escape(second)}", f"{first}&{second}"


def _with_white_space(parts: KeyParts) -> Iterator[str]:
    for before, after in _WHITE_SPACE:
        yield from _both(before + parts.consumer + after, parts.token)
        yield from _both(parts.consumer, before + parts.token + after)
        yield from _both(before + parts.consumer + after, before + parts.token + after)
    yield from _both(parts.consumer.strip(), parts.token.strip())


def _encoded_twice(parts: KeyParts) -> Iterator[str]:
    first, second = escape(parts.consumer), escape(parts.token)
    yield f"{escape(first)}&{escape(second)}"
    yield f"{escape(first)}&{second}"
    yield f"{first}&{escape(second)}"
    yield escape(f"{first}&{second}")


def _not_encoded(parts: KeyParts) -> Iterator[str]:
    yield f"{parts.consumer}&{parts.token}"
    yield f"{parts.consumer}&{escape(parts.token)}"
    yield f"{escape(parts.consumer)}&{parts.token}"


TOKEN_NOT_SENT = WrongKey(
    Cause(
        "token-secret-without-token",
        "The key has the token's secret, but the request has no oauth_token.",
        "Send the oauth_token whose secret signs, or sign by the consumer secret and & alone.",
    ),
    lambda parts: _both(parts.consumer, parts.token),
)
WRONG_KEYS = (
    WrongKey(
        Cause(
            "secrets-not-encoded",
            "The secrets were put into the key without being percent-encoded.",
            "Percent-encode each secret, then join them by &.",
        ),
        _not_encoded,
    ),
    WrongKey(
        Cause(
            "secrets-encoded-twice",
            "The secrets were percent-encoded twice.",
            "Percent-encode each secret once, then join them by &.",
        ),
        _encoded_twice,
    ),
    WrongKey(
        Cause(
            "consumer-secret-alone",
            "The key was the consumer secret alone, without the & and what follows it.",
            "Put the & after the consumer secret, also where there is no token.",
        ),
        lambda parts: (escape(parts.consumer), parts.consumer),
    ),
    WrongKey(
        Cause(
            "no-ampersand-in-key",
            "The secrets were joined without the &.",
            "Join the encoded secrets by &.",
        ),
        lambda parts: (escape(parts.consumer + parts.token), parts.consumer + parts.token),
    ),
    WrongKey(
        Cause(
            "token-secret-missing",
            "The token secret was left out of the key.",
            "Sign with the token and its secret, once there is one.",
        ),
        lambda parts: _both(parts.consumer, ""),
    ),
    WrongKey(
        Cause(
            "consumer-secret-missing",
            "The consumer secret was left out of the key.",
            "Put the consumer secret before the &.",
        ),
        lambda parts: (*_both("", parts.token), escape(parts.token), parts.token),
    ),
    WrongKey(
        Cause(
            "secrets-swapped",
            "Token secret and consumer secret were swapped.",
            "Put the consumer secret before the &, the token secret after it.",
        ),
        lambda parts: _both(parts.token, parts.consumer),
    ),
    WrongKey(
        Cause(
            "one-secret-twice",
            "One secret stood on both sides of the &.",
            "Put the consumer secret before the &, the token secret after it.",
        ),
        lambda parts: (
            *_both(parts.consumer, parts.consumer),
            *_both(parts.token, parts.token),
        ),
    ),
    WrongKey(
        Cause(
            "key-for-secret",
            "A consumer key or token stood in the place of its secret.",
            "Make the key of the two secrets; the consumer key and the token are parameters.",
        ),
        lambda parts: (
            *_both(parts.consumer_key, parts.token),
            *_both(parts.consumer, parts.token_key),
            *_both(parts.consumer_key, parts.token_key),
        ),
    ),
    WrongKey(
        Cause(
            "word-for-no-secret",
            "A word such as None or null stood in the place of the token secret.",
            "Leave the place after the & empty where there is no token.",
        ),
        lambda parts: [f"{escape(parts.consumer)}&{word}" for word in _WORDS_FOR_NONE],
    ),
    WrongKey(
        Cause(
            "white-space-in-key",
            "There was white space or a line break around a secret.",
            "Strip the secrets that are read from a file or a form.",
        ),
        _with_white_space,
    ),
)


def secret_keys(
    consumer: Credentials, token: Credentials | None, is_token_sent: bool = True
) -> dict[bytes, tuple[Cause, ...]]:
    """Return the right key, and then the wrong ones with what each shows; none of PEM.

    The secret of a token that the request does not name belongs in no key. Raises TypeError for
    secrets that are neither str nor bytes.
    """
    try:
        both = require_secret(octets_of(shared_secrets(consumer, token)))
    except KeyAsSecret:
        return {}
    right = both if is_token_sent else octets_of(shared_secrets(consumer, None))
    second = (_text(token, "key"), _text(token, "secret")) if token else ("", "")
    parts = KeyParts(_text(consumer, "key"), _text(consumer, "secret"), *second)
    keys: dict[bytes, tuple[Cause, ...]] = {right: ()}
    is_kept_back = bool(parts.token) and not is_token_sent
    for wrong in (TOKEN_NOT_SENT, *WRONG_KEYS) if is_kept_back else WRONG_KEYS:
        for key in wrong.made_of(parts):
            keys.setdefault(octets_of(key), (wrong.cause,))
    return keys


def _text(credentials: object, name: str) -> str:
    value = getattr(credentials, name, "")
    return text_of(value) if isinstance(value, (str, bytes)) else ""
