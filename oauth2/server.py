"""Verify requests that came in (RFC 5849 section 3.2), safe by default."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from typing import Any

from .body import body_hash
from .credentials import Credentials, generate_timestamp
from .encoding import bytes_of, text_of
from .errors import (
    BodyHashInvalid,
    MissingSignature,
    NonceUsed,
    SignatureInvalid,
    SignatureMethodRejected,
    TimestampRefused,
    VersionRejected,
)
from .headers import build_authenticate_header
from .nonces import MemoryNonces, NonceStore
from .request import OAUTH_VERSION, Request
from .signature import SignatureMethod, require_method

_MOST_DIGITS = 15
_OWN = MemoryNonces()
_password = re.compile(r"(x_auth_password%3D).*?(?=%26|\Z)")


class Server:
    """Verifies requests: version, timestamp, signature, body hash, and that none comes twice.

    It accepts the signature methods that it was given, and no others. A request
    is made by `Request.from_request`; its consumer and token are looked up by the
    caller, and may be look-alikes with ``key`` and ``secret``.

    >>> from oauth2 import Consumer, Request, SignatureMethod_HMAC_SHA1
    >>> server = Server({"HMAC-SHA1": SignatureMethod_HMAC_SHA1()})
    >>> consumer = Consumer("key", "secret")
    >>> request = Request.from_consumer_and_token(consumer, http_url="http://a.example/?size=big")
    >>> request.sign_request(SignatureMethod_HMAC_SHA1(), consumer, None)
    >>> incoming = Request.from_request("GET", request.to_url())
    >>> server.verify_request(incoming, consumer, None)
    {'size': 'big'}

    ``nonces`` remembers what was seen; None switches replay protection off. The
    MemoryNonces that each Server makes for itself sees one process only: give
    several processes a NonceStore that they share. ``timestamp_threshold`` is in
    seconds.
    """

    timestamp_threshold = 300
    version = OAUTH_VERSION
    nonces: NonceStore | None

    def __new__(cls, *args: Any, **kwargs: Any) -> Server:
        """Protect a subclass, too, whose __init__ does not call this one's."""
        server = super().__new__(cls)
        server.nonces = MemoryNonces()
        return server

    def __init__(
        self,
        signature_methods: dict[str, SignatureMethod] | None = None,
        *,
        nonces: NonceStore | None = _OWN,
    ) -> None:
        if not isinstance(signature_methods, (Mapping, type(None))):
            kind = type(signature_methods).__name__
            raise TypeError(f"signature_methods: expected a dict by name, got {kind}")
        self.signature_methods = dict(signature_methods or {})
        if nonces is not _OWN:
            self.nonces = nonces

    def add_signature_method(self, signature_method: SignatureMethod) -> dict[str, SignatureMethod]:
        """Accept a signature method from now on; return all that are accepted, by name."""
        self.signature_methods[signature_method.name] = require_method(signature_method)
        return self.signature_methods

    def verify_request(
        self, request: Request, consumer: Credentials, token: Credentials | None
    ) -> dict[str, Any]:
        """Return the parameters that are not OAuth's, or raise the Error that says why not.

        ``token`` may be None or anything falsy. The steps, in this order:
        VersionRejected, ParameterAbsent or MissingSignature,
        SignatureMethodRejected, TimestampRefused, SignatureInvalid,
        BodyHashInvalid, NonceUsed or NonceStoreFull; the nonce is remembered
        last, so that a forged request burns none.
        """
        if request is None:
            raise TypeError("request: expected a Request, got None: no parameters came at all")
        self._check_version(request)
        self._check_signature(request, consumer, token)
        self._check_nonce(request, consumer, token)
        return request.get_nonoauth_parameters()

    def build_authenticate_header(self, realm: str = "") -> dict[str, str]:
        """Return the challenge for an answer with status 401: ``{"WWW-Authenticate": …}``."""
        return build_authenticate_header(realm)

    def _check_version(self, request: Request) -> None:
        version = self._get_version(request)
        if version != self.version:
            raise VersionRejected(
                f"OAuth version {_shown(version)} not supported: expected {self.version!r}.",
                version=version,
            )

    def _get_version(self, request: Request) -> str:
        return str(request.get("oauth_version", self.version))

    def _get_signature_method(self, request: Request) -> SignatureMethod:
        name = request.get_parameter("oauth_signature_method")
        try:
            return self.signature_methods[name]
        except (KeyError, TypeError):
            accepted = tuple(self.signature_methods)
            raise SignatureMethodRejected(
                f"Signature method {_shown(name)} refused: accepted are {accepted or None}.",
                method=str(name),
                accepted=accepted,
            ) from None

    def _check_signature(
        self, request: Request, consumer: Credentials, token: Credentials | None
    ) -> None:
        """Check all that does not need memory: everything but version and nonce."""
        self._check_parameters(request)
        method = self._get_signature_method(request)
        if "oauth_timestamp" in request:
            self._check_timestamp(request["oauth_timestamp"])
        if not method.check(request, consumer, token, request["oauth_signature"]):
            raise _signature_invalid(request, method)
        self._check_body_hash(request, method)

    def _check_parameters(self, request: Request) -> None:
        required = ["oauth_consumer_key", "oauth_signature_method"]
        if request.get("oauth_signature_method") != "PLAINTEXT":
            required += ["oauth_timestamp", "oauth_nonce"]
        for name in required:
            request.get_parameter(name)
        if "oauth_signature" not in request:
            raise MissingSignature("Missing oauth_signature.")

    def _check_timestamp(self, timestamp: Any) -> None:
        """Raise TimestampRefused unless it is ASCII digits within the threshold of now."""
        now = generate_timestamp()
        oldest, newest = now - self.timestamp_threshold, now + self.timestamp_threshold
        seconds = _seconds(timestamp)
        if seconds is None or not oldest <= seconds <= newest:
            raise TimestampRefused(
                f"Timestamp refused: expected {oldest} to {newest}, got {_shown(timestamp)}.",
                timestamp=str(timestamp),
                acceptable=(oldest, newest),
            )

    def _check_body_hash(self, request: Request, method: SignatureMethod) -> None:
        if "oauth_body_hash" not in request or request.body is None:
            return
        expected = body_hash(request.body, method.hash_name)
        sent = bytes_of(request["oauth_body_hash"])
        if expected is None or not hmac.compare_digest(expected, sent):
            raise BodyHashInvalid(
                f"Invalid oauth_body_hash: it is not the {method.hash_name} of the body that came."
            )

    def _check_nonce(
        self, request: Request, consumer: Credentials, token: Credentials | None
    ) -> None:
        """Remember the nonce or raise NonceUsed; PLAINTEXT may lack one (RFC 5849 section 3.1)."""
        if self.nonces is None or not {"oauth_timestamp", "oauth_nonce"} <= request.keys():
            return
        timestamp, nonce = map(str, request._get_timestamp_nonce())
        key = text_of(consumer.key), text_of(token.key) if token else "", timestamp, nonce
        now = generate_timestamp()
        expires = max(now, _seconds(timestamp) or 0) + self.timestamp_threshold
        if not self.nonces.remember(key, expires, now):
            raise NonceUsed(f"Nonce {_shown(nonce)} was used before.", nonce=nonce)
        if generate_timestamp() > (_seconds(timestamp) or 0) + self.timestamp_threshold:
            # The window has closed since the timestamp was checked, and with it the
            # nonce may have been forgotten: that it was not remembered proves nothing.
            self._check_timestamp(timestamp)


def _signature_invalid(request: Request, method: SignatureMethod) -> SignatureInvalid:
    if method.name == "PLAINTEXT":
        return SignatureInvalid("Invalid signature: PLAINTEXT with other secrets.")
    base_string = _password.sub(r"\1***", request.signature_base_string())
    return SignatureInvalid(
        f"Invalid signature. Expected signature base string: {base_string}",
        base_string=base_string,
    )


def _seconds(timestamp: Any) -> int | None:
    text = str(timestamp)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def _shown(value: Any) -> str:
    """Quote what came, cut to a length that fits a log line."""
    return ascii(str(value)[:40])
