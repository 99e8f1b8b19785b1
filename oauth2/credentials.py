"""Consumer, Token, and the values that are generated for a request."""

from __future__ import annotations

import re
import time
from functools import update_wrapper
from typing import Any, Protocol
from urllib.parse import urlencode

from .encoding import escape, text_of
from .parameters import decode_pairs, grouped
from .urls import with_query

__all__ = [
    "Consumer",
    "Credentials",
    "Token",
    "generate_nonce",
    "generate_timestamp",
    "generate_verifier",
    "require_credentials",
]

_shows_no_secret = re.compile(r"oauth_[a-z_]+").fullmatch


class Credentials(Protocol):
    """A key and its shared secret, as text or UTF-8 bytes: Consumer, Token, or a look-alike."""

    @property
    def key(self) -> str | bytes: ...

    @property
    def secret(self) -> str | bytes: ...


def generate_timestamp() -> int:
    """Return the seconds since 1970 (RFC 5849 section 3.3)."""
    return int(time.time())


def generate_nonce(length: int = 8) -> str:
    """Return that many decimal digits from the system's secure source.

    Requests use `Request.make_nonce`, which has 128 random bits.
    """
    import secrets  # here, as it takes long to load, and signing does not need it

    return "".join([secrets.choice("0123456789") for _ in range(length)])


def generate_verifier(length: int = 8) -> str:
    """Return that many decimal digits from the system's secure source."""
    return generate_nonce(length)


def _check_pair(owner: str, key: object, secret: object) -> None:
    """Raise ValueError for None, TypeError for other types; never show the secret."""
    for name, value in (("key", key), ("secret", secret)):
        if value is None:
            raise ValueError(f"{owner} {name} must be set: expected str or bytes, got None")
        if not isinstance(value, (str, bytes)):
            comma = " (is there a stray comma?)" if isinstance(value, tuple) else ""
            raise TypeError(
                f"{owner} {name}: expected str or bytes, got {type(value).__name__}{comma}"
            )


def _urlencode(fields: dict[str, str | bytes]) -> str:
    return urlencode(fields, errors="surrogateescape")


class Consumer:
    """The program that signs: its key and its secret, given out by the provider.

    RFC 5849 calls them client credentials. Either may be str or UTF-8 bytes; an
    empty secret is legal. Raises ValueError for None, TypeError for other types.

    >>> Consumer("key", "secret")
    Consumer(key='key')
    >>> str(Consumer("key", "secret"))
    'oauth_consumer_key=key&oauth_consumer_secret=secret'
    """

    def __init__(self, key: str | bytes, secret: str | bytes) -> None:
        _check_pair("Consumer", key, secret)
        self.key = key
        self.secret = secret

    def __str__(self) -> str:
        return _urlencode({"oauth_consumer_key": self.key, "oauth_consumer_secret": self.secret})

    def __repr__(self) -> str:
        return f"{type(self).__name__}(key={self.key!r})"


class Token:
    """A request token or an access token, and its secret.

    RFC 5849 calls them temporary and token credentials. Arguments are as those
    of Consumer. ``callback``, ``callback_confirmed`` and ``verifier`` (str or
    None) belong to the request token; ``extra`` (dict of str, or of what JSON has)
    is whatever else a provider sent along.

    >>> token = Token.from_string("oauth_token=t&oauth_token_secret=s&user_id=7")
    >>> token, token.extra
    (Token(key='t'), {'user_id': '7'})
    """

    callback: str | None = None
    callback_confirmed: str | None = None
    verifier: str | None = None
    extra: dict[str, Any]

    def __init__(self, key: str | bytes, secret: str | bytes) -> None:
        _check_pair("Token", key, secret)
        self.key = key
        self.secret = secret

    def __new__(cls, *args: Any, **kwargs: Any) -> Token:
        # Pickle calls no __init__: a token that 1.9 pickled gets its extra here.
        token = super().__new__(cls)
        token.extra = {}
        return token

    update_wrapper(__new__, __init__, (), ())  # so that inspect.signature tells the arguments

    def set_callback(self, callback: str | None) -> None:
        """Set the callback URL, and ``callback_confirmed`` to ``"true"`` with it."""
        self.callback = callback
        self.callback_confirmed = "true"

    def set_verifier(self, verifier: str | None = None) -> None:
        """Set the verifier; None generates one."""
        self.verifier = generate_verifier() if verifier is None else verifier

    def get_callback_url(self) -> str | None:
        """Return the callback with ``oauth_verifier`` in its query (RFC 5849 section 2.2)."""
        if not self.callback or not self.verifier:
            return self.callback
        return with_query(self.callback, f"oauth_verifier={escape(self.verifier)}")

    def to_string(self) -> str:
        """Return key, secret and ``oauth_callback_confirmed`` url-encoded, secret in clear."""
        data = {"oauth_token": self.key, "oauth_token_secret": self.secret}
        if self.callback_confirmed is not None:
            data["oauth_callback_confirmed"] = self.callback_confirmed
        return _urlencode(data)

    @classmethod
    def from_string(cls, s: str | bytes) -> Token:
        """Read what `to_string` writes or a provider answers (RFC 5849 section 2.1).

        An ``oauth_callback_confirmed`` that is there twice is no confirmation, and is in ``extra``.

        Raises TypeError for another type. Raises ValueError, without quoting the text,
        when it is empty or has no pairs, no or an empty ``oauth_token``, or no
        ``oauth_token_secret``.
        """
        if not isinstance(s, (str, bytes)):
            raise TypeError(f"token: expected str or bytes, got {type(s).__name__}")
        fields = grouped(decode_pairs(text_of(s)))
        for required in ("oauth_token", "oauth_token_secret"):
            if not isinstance(fields.get(required), str) or not fields["oauth_token"]:
                names = ", ".join(filter(_shows_no_secret, fields)) or "none"
                raise ValueError(f"expected a token with {required}, got the OAuth fields: {names}")
        token = cls(fields.pop("oauth_token"), fields.pop("oauth_token_secret"))
        if isinstance(fields.get("oauth_callback_confirmed"), str):
            token.callback_confirmed = fields.pop("oauth_callback_confirmed")
        token.extra = fields
        return token

    def __str__(self) -> str:
        return self.to_string()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(key={self.key!r})"


def require_credentials(consumer: object, token: object) -> None:
    """Raise ValueError unless consumer is a Consumer or None, and token a Token or None."""
    for name, value, kind in (("consumer", consumer, Consumer), ("token", token, Token)):
        if value is not None and not isinstance(value, kind):
            expected, got = kind.__name__, type(value).__name__
            raise ValueError(f"Invalid {name}: expected a {expected} or None, got {got}")
