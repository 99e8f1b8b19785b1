"""Verify received requests (RFC 5849 section 3.2), safe by default."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from functools import update_wrapper
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
from .redaction import redacted_base_string, shown_value
from .request import OAUTH_VERSION, Request
from .signature import SignatureMethod, require_method
from .steps import Report, Step as Step, take

__all__ = ["Server", "Step"]

_MOST_DIGITS = 15  # of a timestamp: int() takes quadratic time for any number of them
_UNSET: Any = object()


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
    clock_offset = 0
    version = OAUTH_VERSION
    nonces: NonceStore | None

    def __init__(
        self,
        signature_methods: dict[str, SignatureMethod] | None = None,
        *,
        nonces: NonceStore | None = _UNSET,
    ) -> None:
        if not isinstance(signature_methods, (Mapping, type(None))):
            kind = type(signature_methods).__name__
            raise TypeError(f"signature_methods: expected a dict by name, got {kind}")
        self.signature_methods = dict(signature_methods or {})
        if nonces is not _UNSET:  # else they are those that __new__ has made
            self.nonces = nonces

    def __new__(cls, *args: Any, **kwargs: Any) -> Server:
        """Protect a subclass, too, whose __init__ does not call this one's."""
        server = super().__new__(cls)
        server.nonces = MemoryNonces()
        return server

    update_wrapper(__new__, __init__, (), ())  # so that inspect.signature tells the arguments

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
        _require_request(request)
        self._check_version(request)
        self._check_signature(request, consumer, token)
        self._check_nonce(request, consumer, token)
        return request.get_nonoauth_parameters()

    def explain(
        self, request: Request, consumer: Credentials, token: Credentials | None
    ) -> list[Step]:
        """Return what `verify_request` checks, step by step, and go on after an error.

        A step that needs what an earlier one did not find is left out. The nonce comes
        last and only when all else passed; it is then remembered. A subclass with a
        `_check_signature` of its own has it as one step.

        >>> from oauth2 import Consumer, Request
        >>> request = Request("GET", "http://a.example/", {"oauth_version": "2.0"})
        >>> for step in Server().explain(request, Consumer("key", "secret"), None):
        ...     print(step.name, step.received, step.error, sep=": ")
        version: 2.0: OAuth version '2.0' not supported: expected '1.0'.
        parameters: oauth_version: Parameter not found: the request has no oauth_consumer_key.
        """
        _require_request(request)
        report = Report(request)
        report.take("version", self._check_version, request)
        if getattr(self._check_signature, "__func__", None) is Server._check_signature:
            self._take_signature_checks(report.take, request, consumer, token)
        else:
            report.take("signature", self._check_signature, request, consumer, token)
        if not report.has_errors:
            report.take("nonce", self._check_nonce, request, consumer, token)
        return report.steps

    def build_authenticate_header(self, realm: str = "") -> dict[str, str]:
        """Return the challenge for an answer with status 401: ``{"WWW-Authenticate": …}``."""
        return build_authenticate_header(realm)

    def server_time(self) -> int:
        """Return the seconds since 1970 by this server's clock, ``clock_offset`` ahead of ours."""
        return generate_timestamp() + self.clock_offset

    def _check_version(self, request: Request) -> None:
        version = self._get_version(request)
        if version != self.version:
            raise VersionRejected(
                f"OAuth version {shown_value(version)} not supported: expected {self.version!r}.",
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
                f"Signature method {shown_value(name)} refused: accepted are {accepted or None}.",
                method=str(name),
                accepted=accepted,
            ) from None

    def _check_signature(
        self, request: Request, consumer: Credentials, token: Credentials | None
    ) -> None:
        """Check all that does not need memory: everything but version and nonce."""
        self._take_signature_checks(take, request, consumer, token)

    def _take_signature_checks(
        self,
        take: Callable[..., Any],
        request: Request,
        consumer: Credentials,
        token: Credentials | None,
    ) -> None:
        """Hand each check, in its order, to ``take``: the one list, to raise or to explain."""
        take("parameters", self._check_parameters, request)
        method = take("signature method", self._get_signature_method, request)
        if "oauth_timestamp" in request:
            take("timestamp", self._check_timestamp, request["oauth_timestamp"])
        take("signature", self._check_signature_value, request, consumer, token, method)
        if "oauth_body_hash" in request and request.body is not None:
            take("body hash", self._check_body_hash, request, method)

    def _check_signature_value(
        self,
        request: Request,
        consumer: Credentials,
        token: Credentials | None,
        method: SignatureMethod,
    ) -> None:
        signature = request.get_parameter("oauth_signature")
        if not method.check(request, consumer, token, signature):
            raise _signature_invalid(request, method)

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
        now = self.server_time()
        oldest, newest = now - self.timestamp_threshold, now + self.timestamp_threshold
        seconds = _seconds(timestamp)
        if seconds is None or not oldest <= seconds <= newest:
            raise TimestampRefused(
                f"Timestamp refused: expected {oldest} to {newest}, got {shown_value(timestamp)}.",
                timestamp=str(timestamp),
                acceptable=(oldest, newest),
            )

    def _check_body_hash(self, request: Request, method: SignatureMethod) -> None:
        expected = body_hash(request.body, method.hash_name)
        sent = bytes_of(request["oauth_body_hash"])
        if expected is None or not hmac.compare_digest(expected, sent):
            raise BodyHashInvalid(
                f"Invalid oauth_body_hash: it is not the {method.hash_name} of the body."
            )

    def _check_nonce(
        self, request: Request, consumer: Credentials, token: Credentials | None
    ) -> None:
        """Remember the nonce or raise NonceUsed; PLAINTEXT may lack one (RFC 5849 section 3.1)."""
        if self.nonces is None or not {"oauth_timestamp", "oauth_nonce"} <= request.keys():
            return
        timestamp, nonce = map(str, request._get_timestamp_nonce())
        key = text_of(consumer.key), text_of(token.key) if token else "", timestamp, nonce
        now = self.server_time()
        expires = max(now, _seconds(timestamp) or 0) + self.timestamp_threshold
        if not self.nonces.remember(key, expires, now):
            raise NonceUsed(f"Nonce {shown_value(nonce)} was used before.", nonce=nonce)
        if self.server_time() > (_seconds(timestamp) or 0) + self.timestamp_threshold:
            # The window has closed since the timestamp was checked, and with it the
            # nonce may have been forgotten: that it was not remembered proves nothing.
            self._check_timestamp(timestamp)


def _require_request(request: object) -> None:
    if request is None:
        raise TypeError("request: expected a Request, got None: no parameters were received")


def _signature_invalid(request: Request, method: SignatureMethod) -> SignatureInvalid:
    if method.name == "PLAINTEXT":
        return SignatureInvalid("Invalid signature: PLAINTEXT with other secrets.")
    base_string = redacted_base_string(request.signature_base_string())
    return SignatureInvalid(
        f"Invalid signature. Expected signature base string: {base_string}",
        base_string=base_string,
    )


def _seconds(timestamp: Any) -> int | None:
    text = str(timestamp)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None
