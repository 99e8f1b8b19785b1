"""The checks of a received request that need no memory (RFC 5849 section 3.2)."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any

from .body import body_hash
from .credentials import Credentials, generate_timestamp
from .encoding import bytes_of, written
from .errors import (
    BodyHashInvalid,
    ConsumerUnknown,
    MissingSignature,
    ParameterRejected,
    SignatureInvalid,
    SignatureMethodRejected,
    TimestampRefused,
    TokenUnknown,
    VersionRejected,
)
from .redaction import redacted_base_string, shown_value
from .request import OAUTH_VERSION, Request
from .signature import SignatureMethod, proves_nothing
from .steps import NOTHING_TO_CHECK, take

__all__ = ["EXPECTED", "PROTOCOL_PARAMETERS", "Checks", "seconds_of"]

EXPECTED = " Expected signature base string"
"""What stands before the base string in the message of SignatureInvalid."""

PROTOCOL_PARAMETERS = {
    "oauth_consumer_key",
    "oauth_nonce",
    "oauth_signature",
    "oauth_signature_method",
    "oauth_timestamp",
}
_MOST_DIGITS = 15  # of a timestamp: int() takes quadratic time for any number of them


class Checks:
    """What can be checked of a request by itself: all but that none is received twice.

    ``signature_methods`` are those that are accepted, by name; ``timestamp_threshold`` is in
    seconds, as is ``clock_offset``, by which this clock is ahead of the machine's.
    """

    timestamp_threshold = 300
    clock_offset = 0
    version = OAUTH_VERSION
    signature_methods: dict[str, SignatureMethod]

    def server_time(self) -> int:
        """Return the seconds since 1970 by this server's clock, ``clock_offset`` ahead of ours."""
        return generate_timestamp() + self.clock_offset

    def _check_version(self, request: Request) -> None:
        version = self._get_version(request)
        if version != self.version:
            expected = f"expected {self.version!r}"
            if self.version == OAUTH_VERSION and version.strip().startswith("1"):
                expected += "; OAuth 1.0a keeps oauth_version 1.0, or leaves it out"
            raise VersionRejected(
                f"OAuth version {shown_value(version)} not supported: {expected}.",
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
        _require_once(request)
        self._take_signature_checks(take, request, consumer, token)

    def _take_checks(
        self,
        take: Callable[..., Any],
        request: Request,
        consumer: Credentials,
        token: Credentials | None,
    ) -> None:
        """Hand all to ``take`` that needs no memory; an overridden signature check is one."""
        if getattr(request, "_repeated", None):
            take("repeated parameters", _require_once, request)
        take("version", self._check_version, request)
        if getattr(self._check_signature, "__func__", None) is Checks._check_signature:
            self._take_signature_checks(take, request, consumer, token)
        else:
            self._take_owner_checks(take, request, consumer, token)
            take("signature", self._check_signature, request, consumer, token)

    def _take_signature_checks(
        self,
        take: Callable[..., Any],
        request: Request,
        consumer: Credentials,
        token: Credentials | None,
    ) -> None:
        """Hand each check, in its order, to ``take``: the one list, to raise or to explain."""
        take("parameters", self._check_parameters, request)
        self._take_owner_checks(take, request, consumer, token)
        method = take("signature method", self._get_signature_method, request)
        if "oauth_timestamp" in request:
            take("timestamp", self._check_timestamp, request["oauth_timestamp"])
        take("signature", self._check_signature_value, request, consumer, token, method)
        take("body hash", self._check_body_hash, request, method)

    def _take_owner_checks(
        self,
        take: Callable[..., Any],
        request: Request,
        consumer: Credentials,
        token: Credentials | None,
    ) -> None:
        if "oauth_consumer_key" in request:
            take("consumer key", self._check_consumer, request, consumer)
        if token or request.get("oauth_token"):
            take("token", self._check_token, request, token)

    def _check_consumer(self, request: Request, consumer: Credentials) -> None:
        """Raise ConsumerUnknown for the key of another consumer than this one."""
        if consumer is None:
            raise TypeError("consumer: expected a key and secrets, got None")
        if not _is_key(request["oauth_consumer_key"], getattr(consumer, "key", None)):
            raise ConsumerUnknown(
                "oauth_consumer_key: expected the key of the consumer that the request is"
                f" verified for, got {shown_value(request['oauth_consumer_key'])}."
            )

    def _check_token(self, request: Request, token: Credentials | None) -> None:
        """Raise TokenUnknown for the key of another token than this one; a blank one is none."""
        received = request.get("oauth_token") or ""
        if not _is_key(received, getattr(token, "key", None) if token else ""):
            raise TokenUnknown(
                "oauth_token: expected the key of the token that the request is verified for,"
                f" got {shown_value(received) if received else 'none'}."
            )

    def _check_signature_value(
        self,
        request: Request,
        consumer: Credentials,
        token: Credentials | None,
        method: SignatureMethod,
    ) -> None:
        signature = request.get_parameter("oauth_signature")
        if not isinstance(signature, (str, bytes)):
            raise _not_text("oauth_signature", signature)
        if proves_nothing(method, self.signature_methods.values(), consumer):
            raise SignatureInvalid(
                f"Invalid signature: {method.name} by an empty consumer secret proves nothing"
                " where RSA is accepted, too."
            )
        if not method.check(request, consumer, token, signature):
            raise _signature_invalid(request, method)

    def _check_parameters(self, request: Request) -> None:
        if request.keys() >= PROTOCOL_PARAMETERS:
            return
        if "oauth_signature" not in request:
            raise MissingSignature("Missing oauth_signature.")
        required = ["oauth_consumer_key", "oauth_signature_method"]
        if request.get("oauth_signature_method") != "PLAINTEXT":
            required += ["oauth_timestamp", "oauth_nonce"]
        for name in required:
            request.get_parameter(name)

    def _check_timestamp(self, timestamp: Any) -> None:
        """Raise TimestampRefused unless it is ASCII digits within the threshold of now."""
        now = self.server_time()
        oldest, newest = now - self.timestamp_threshold, now + self.timestamp_threshold
        seconds = seconds_of(timestamp)
        if seconds is None or not oldest <= seconds <= newest:
            raise TimestampRefused(
                f"Timestamp refused: expected {oldest} to {newest}, got {shown_value(timestamp)}.",
                timestamp=str(timestamp),
                acceptable=(oldest, newest),
            )

    def _check_body_hash(self, request: Request, method: SignatureMethod) -> object:
        """Raise BodyHashInvalid unless it is the hash of the body, or of none for a form.

        Old programs send a form with the SHA-1 of no body, whatever the signature method. That
        protects nothing, but nothing needs it: the pairs of a form are signed themselves.
        """
        if "oauth_body_hash" not in request or request.body is None:
            return NOTHING_TO_CHECK
        received = request["oauth_body_hash"]
        if not isinstance(received, (str, bytes)):
            raise _not_text("oauth_body_hash", received)
        accepted = [body_hash(request.body, method.hash_name)]
        if request.is_form_encoded:
            accepted += [body_hash(b"", name) for name in ("sha1", method.hash_name)]
        sent = bytes_of(received)
        if not any(digest and hmac.compare_digest(digest, sent) for digest in accepted):
            raise BodyHashInvalid(
                f"Invalid oauth_body_hash: it is not the {method.hash_name} of the body."
            )
        return None


def _is_key(received: Any, key: Any) -> bool:
    """Compare in constant time; a look-alike without a key (None) is the caller's own affair."""
    if key is None:
        return True
    if isinstance(key, bytearray):  # as drivers of databases return binary columns
        key = bytes(key)
    try:
        return hmac.compare_digest(received, key)
    except TypeError:  # for all but two texts in ASCII, or bytes twice
        return hmac.compare_digest(bytes_of(written(received)), bytes_of(written(key)))


def _not_text(name: str, value: object) -> ParameterRejected:
    return ParameterRejected(f"{name}: expected text, got {type(value).__name__}.")


def _signature_invalid(request: Request, method: SignatureMethod) -> SignatureInvalid:
    if method.name == "PLAINTEXT":
        return SignatureInvalid("Invalid signature: PLAINTEXT with other secrets.")
    base_string = redacted_base_string(request.signature_base_string())
    reason = "."
    if getattr(request, "_lacks_form", False):
        reason = ": the body of the form was not given, and its pairs are signed."
    return SignatureInvalid(
        f"Invalid signature{reason}{EXPECTED}: {base_string}",
        base_string=base_string,
    )


def _require_once(request: Request) -> None:
    """Refuse repeated parameters; a request of a program's own class does not know of them."""
    require_once = getattr(request, "_require_once", None)
    if require_once is not None:
        require_once()


def seconds_of(timestamp: Any) -> int | None:
    """Return what a timestamp says, an int of seconds; None for what is not one."""
    text = str(timestamp)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None
