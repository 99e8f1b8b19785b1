"""Verify received requests (RFC 5849 section 3.2), safe by default."""

from __future__ import annotations

from collections.abc import Mapping
from functools import update_wrapper
from typing import Any, NamedTuple

from .checks import Checks, seconds_of
from .credentials import Credentials
from .encoding import written
from .errors import Error, NonceUsed
from .headers import build_authenticate_header
from .nonces import MemoryNonces, NonceKey, NonceStore
from .redaction import shown_value
from .request import Request
from .signature import SignatureMethod, require_method
from .steps import Report, Step as Step, take

__all__ = ["Nonce", "Server", "Step"]

_UNSET: Any = object()
_ONCE_ONLY = {"oauth_timestamp", "oauth_nonce"}


class Nonce(NamedTuple):
    """What a `NonceStore` is asked to remember, as its arguments."""

    key: NonceKey
    expires: int
    now: int


class Server(Checks):
    """Verifies requests: version, timestamp, signature, body hash, and that none is replayed.

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
    several processes a NonceStore that they share. A method of RSA verifies by its one
    public key, whoever the request names: make a Server for each consumer that has a key.
    ``timestamp_threshold`` is in seconds. Raises TypeError for ``signature_methods`` that are not
    a dict.
    """

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
        # Protects a subclass, too, whose __init__ does not call this one's.
        server = super().__new__(cls)
        server.nonces = MemoryNonces()
        return server

    update_wrapper(__new__, __init__, (), ())  # so that inspect.signature tells the arguments

    def add_signature_method(self, signature_method: SignatureMethod) -> dict[str, SignatureMethod]:
        """Accept a signature method from now on; return all that are accepted, by name.

        Raises TypeError for another object, or for the class of a method.
        """
        self.signature_methods[signature_method.name] = require_method(signature_method)
        return self.signature_methods

    def build_authenticate_header(self, realm: str = "") -> dict[str, str]:
        """Return the challenge for an answer with status 401: ``{"WWW-Authenticate": …}``."""
        return build_authenticate_header(realm)

    def verify_request(
        self, request: Request, consumer: Credentials, token: Credentials | None
    ) -> dict[str, Any]:
        """Return the parameters that are not OAuth's, or raise the Error that says why not.

        ``token`` may be None or anything falsy. The steps, in this order:
        DuplicateParameter, VersionRejected, MissingSignature or ParameterAbsent,
        ConsumerUnknown and TokenUnknown where the request names another one than was given,
        SignatureMethodRejected, TimestampRefused, SignatureInvalid,
        BodyHashInvalid, NonceUsed, NonceStoreFull or NonceStoreUnavailable; the nonce is
        remembered last, so that a forged request burns none. Raises TypeError for a request of
        None, which is what `Request.from_request` makes of one without pairs.
        """
        _require_request(request)
        self._take_checks(take, request, consumer, token)
        self._check_nonce(request, consumer, token)
        return request.get_nonoauth_parameters()

    def explain(
        self, request: Request, consumer: Credentials, token: Credentials | None
    ) -> list[Step]:
        """Return what `verify_request` checks, step by step, and go on after an error.

        A step that needs what an earlier one did not find is left out. The nonce comes
        last and only when all else passed; it is then remembered. A subclass with a
        ``_check_signature`` of its own has it as one step. The error of a wrong signature says
        why, where that can be proved: see `explained`. Raises TypeError for a request of None.

        >>> from oauth2 import Consumer, Request
        >>> request = Request("GET", "http://a.example/", {"oauth_version": "2.0"})
        >>> for step in Server().explain(request, Consumer("key", "secret"), None):
        ...     print(step.name, step.received, step.error, sep=": ")
        version: 2.0: OAuth version '2.0' not supported: expected '1.0'.
        parameters: oauth_version: Missing oauth_signature.
        """
        _require_request(request)
        report = Report(request)
        self._take_checks(report.take, request, consumer, token)
        if not report.has_errors:
            report.take("nonce", self._check_nonce, request, consumer, token)
        return [
            step._replace(error=self.explained(step.error, request, consumer, token))
            if step.name == "signature" and step.error
            else step
            for step in report.steps
        ]

    def explained(
        self, error: Error, request: Request, consumer: Credentials, token: Credentials | None
    ) -> Error:
        """Return the SignatureInvalid that `verify_request` raised, now with its ``causes``.

        They are looked for as `oauth2.diagnosis.signature_causes` does, which may take a
        second; `verify_request` never does so. Any other error is returned as it is.
        """
        from .diagnosis import explained  # here, as it is for refusals that are looked into

        name = request.get("oauth_signature_method")
        method = self.signature_methods.get(name) if isinstance(name, str) else None
        return explained(error, request, consumer, token, method)

    def _check_nonce(
        self, request: Request, consumer: Credentials, token: Credentials | None
    ) -> None:
        """Remember the nonce or raise NonceUsed; PLAINTEXT may lack one (RFC 5849 section 3.1)."""
        nonce = None if self.nonces is None else self._nonce_of(request, consumer)
        if self.nonces is None or nonce is None:
            return
        is_fresh = self.nonces.remember(*nonce)
        if hasattr(is_fresh, "__await__"):  # it is truthy, whatever the answer will be
            raise TypeError("nonces: expected a NonceStore, got one whose answers are awaited")
        self._require_fresh(nonce, is_fresh)

    def _nonce_of(self, request: Request, consumer: Credentials | None) -> Nonce | None:
        """Return what a store is to remember of a request, or None."""
        if not request.keys() >= _ONCE_ONLY:
            return None
        timestamp, nonce = map(str, request._get_timestamp_nonce())
        owner = request.get("oauth_consumer_key", getattr(consumer, "key", ""))
        key = written(owner), written(request.get("oauth_token", "")), timestamp, nonce
        seconds, now = seconds_of(timestamp) or 0, self.server_time()
        return Nonce(key, max(now, seconds) + self.timestamp_threshold, now)

    def _require_fresh(self, nonce: Nonce, is_fresh: bool) -> None:
        """Raise NonceUsed where a store knew the nonce, or may have forgotten it meanwhile."""
        if not is_fresh:
            text = nonce.key[-1]
            raise NonceUsed(f"Nonce {shown_value(text)} was used before.", nonce=text)
        timestamp = nonce.key[-2]
        if self.server_time() > (seconds_of(timestamp) or 0) + self.timestamp_threshold:
            # The window has closed since the timestamp was checked, and with it the
            # nonce may have been forgotten: that it was not remembered proves nothing.
            self._check_timestamp(timestamp)


def _require_request(request: object) -> None:
    if request is None:
        raise TypeError("request: expected a Request, got None: no parameters were received")
