"""A profile: credentials that a provider issued, and what signing with them needs."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from ..client import Client
from ..credentials import Consumer, Token
from ..encoding import text_of
from ..services.clients import make_client, make_signer
from ..signer import Signer
from .atomic_file import ProfileError, read

__all__ = ["Profile", "invalid_field"]

_TEXTS = ("service", "signature_method", "placement", "realm", "private_key")


@dataclass(frozen=True)
class Profile:
    """All that is needed to sign again later, under a name.

    ``service`` is the id of a Service, ``variables`` what its URLs are expanded with.
    ``signature_method``, ``placement`` and ``realm`` (False for none) are as the Client has
    them, ``private_key`` is the path of a PEM file. Raises ProfileError for a name that is empty
    or that a terminal cannot show.

    >>> profile = Profile("mine", Consumer("key", "secret"), Token("token", "token secret"))
    >>> profile.consumer, profile.token
    (Consumer(key='key'), Token(key='token'))
    >>> sorted(profile.to_environment())
    ['OAUTH_CONSUMER_KEY', 'OAUTH_CONSUMER_SECRET', 'OAUTH_TOKEN', 'OAUTH_TOKEN_SECRET']
    """

    name: str
    consumer: Consumer
    token: Token | None = None
    service: str | None = None
    signature_method: str = "HMAC-SHA1"
    placement: str | None = None
    realm: str | bool | None = None
    private_key: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.name or not self.name.isprintable():
            raise ProfileError(f"name: expected printable text, got {self.name!r}")

    def to_environment(self) -> dict[str, str]:
        """Return key and secret of consumer and token as ``OAUTH_…`` variables, in clear."""
        environment = {
            "OAUTH_CONSUMER_KEY": text_of(self.consumer.key),
            "OAUTH_CONSUMER_SECRET": text_of(self.consumer.secret),
        }
        if self.token is not None:
            environment["OAUTH_TOKEN"] = text_of(self.token.key)
            environment["OAUTH_TOKEN_SECRET"] = text_of(self.token.secret)
        return environment

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Profile | None:
        """Read what `to_environment` gives; None where there is no consumer key, or a blank one.

        A blank ``OAUTH_TOKEN`` is a token whose key is blank, which some providers want to be
        sent; its secret may be left out. Raises ProfileError for a key without its secret, and
        for a token's secret alone.
        """
        key = environ.get("OAUTH_CONSUMER_KEY")
        if not key:
            return None
        secret = _secret(environ, "OAUTH_CONSUMER_SECRET", "OAUTH_CONSUMER_KEY")
        return cls("environment", Consumer(key, secret), _token(environ))

    @classmethod
    def from_file(cls, path: str | PathLike[str]) -> Profile:
        """Read these variables from a file, a ``NAME=value`` a line, quoted as for a shell.

        Lines that start with ``#`` are comments. Raises ProfileError for a file that others
        can read, that has other lines, or that has no consumer key.
        """
        lines = text_of(read(Path(path)) or b"").splitlines(keepends=True)
        text = "".join([line for line in lines if not line.lstrip().startswith("#")])
        try:
            words = shlex.split(text)
        except ValueError as exc:
            raise ProfileError(f"{path}: expected NAME=value in each line: {exc}") from None
        pairs = [word.split("=", 1) for word in words if word != "export"]
        if not all(len(pair) == 2 and pair[0] for pair in pairs):
            expected = "NAME=value in each line, a value with blanks in quotes"
            raise ProfileError(f"{path}: expected {expected}")
        profile = cls.from_environment(dict(pairs))
        if profile is None:
            raise ProfileError(f"{path}: expected a line OAUTH_CONSUMER_KEY=…, got none")
        return profile

    def client(self, kind: type[Client] = Client, **options: Any) -> Client:
        """Return a Client that signs with this profile, by default as `Service.client` does.

        ``kind`` is a subclass to make, ``options`` are further arguments of Client. Raises
        ProfileError for a private key that cannot be read, and as
        `oauth2.signature.signature_method` does.
        """
        method, key, own = self._signing()
        return make_client(kind, self.consumer, self.token, method, key, {**own, **options})

    def signer(self, **options: Any) -> Signer:
        """Return a Signer of this profile, with no realm unless it has one.

        ``options`` are further arguments of Signer. Raises as `client` does.
        """
        method, key, own = self._signing()
        return make_signer(self.consumer, self.token, method, key, {**own, **options})

    def _signing(self) -> tuple[str, bytes | None, dict[str, Any]]:
        """Return the name of the signature method, the private key, and further arguments."""
        key = None
        if self.private_key is not None:
            try:
                key = Path(self.private_key).read_bytes()
            except OSError as exc:
                raise ProfileError(f"{self.private_key}: {exc.strerror}") from exc
        own = {"placement": self.placement or "header", "realm": self.realm}
        return self.signature_method, key, own

    def credentials(self) -> dict[str, Any]:
        """Return consumer and token as JSON has them, in clear."""
        consumer = {"key": text_of(self.consumer.key), "secret": text_of(self.consumer.secret)}
        if self.token is None:
            return {"consumer": consumer, "token": None}
        key, secret = text_of(self.token.key), text_of(self.token.secret)
        token = {"key": key, "secret": secret, "extra": self.token.extra}
        return {"consumer": consumer, "token": token}

    def settings(self) -> dict[str, Any]:
        """Return all but the credentials as JSON has it, without what is not set."""
        settings = {name: getattr(self, name) for name in _TEXTS if getattr(self, name)}
        if self.realm is False:
            settings["realm"] = False
        return {**settings, "variables": dict(self.variables)}

    @classmethod
    def from_entry(cls, name: str, entry: Mapping[str, Any]) -> Profile:
        """Make one of its `settings` and `credentials`, which were checked before."""
        consumer = Consumer(entry["consumer"]["key"], entry["consumer"]["secret"])
        token = None
        if entry.get("token"):
            token = Token(entry["token"]["key"], entry["token"]["secret"])
            token.extra = entry["token"].get("extra") or {}
        settings = {text: entry[text] for text in _TEXTS if entry.get(text)}
        if entry.get("realm") is False:
            settings["realm"] = False
        return cls(name, consumer, token, variables=entry.get("variables") or {}, **settings)


def invalid_field(entry: object, needed: tuple[str, ...]) -> str | None:
    """Return the name of the first field of an entry that is missing or has a wrong type, or None.

    ``needed`` is what there must be of consumer and token: their keys, and their secrets.
    """
    if not isinstance(entry, dict):
        return "profile"
    for name in ("consumer", "token"):
        value = entry.get(name)
        if value is None and name == "token":
            continue
        if not isinstance(value, dict) or not all(
            isinstance(value.get(part), str) for part in needed
        ):
            return name
        if not isinstance(value.get("extra") or {}, dict):
            return f"{name}.extra"
    for name in _TEXTS:
        if not isinstance(entry.get(name) or "", str):
            return name
    return None if _is_dict_of_texts(entry.get("variables") or {}) else "variables"


wrong_field = invalid_field  # its name in 2.1


def _is_dict_of_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _token(environ: Mapping[str, str]) -> Token | None:
    key = environ.get("OAUTH_TOKEN")
    if key:
        return Token(key, _secret(environ, "OAUTH_TOKEN_SECRET", "OAUTH_TOKEN"))
    secret = environ.get("OAUTH_TOKEN_SECRET", "")
    if key is None and secret:
        raise ProfileError("OAUTH_TOKEN: expected it beside OAUTH_TOKEN_SECRET, got none")
    return None if key is None else Token(key, secret)


def _secret(environ: Mapping[str, str], name: str, key: str) -> str:
    if name not in environ:
        raise ProfileError(f"{name}: expected it beside {key}, got none")
    return environ[name]
