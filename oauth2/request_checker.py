"""What a `Verifier` checks once consumer and token are looked up: pure, as `Checks` is."""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from .body import missing_form
from .checks import PROTOCOL_PARAMETERS
from .errors import (
    BodyHashInvalid,
    ConsumerUnknown,
    Error,
    ParameterRejected,
    SignatureInvalid,
    SignatureMethodRejected,
    TokenUnknown,
    Unsigned,
)
from .received_url import url_at_origin
from .redaction import shown_value
from .request import Request
from .server import Nonce, Server
from .signature import (
    SignatureMethod,
    SignatureMethod_HMAC_SHA1,
    SignatureMethod_HMAC_SHA256,
    SignatureMethod_HMAC_SHA512,
    require_method,
)
from .steps import Report, Step, take
from .verified import with_query_once
from .wsgi_body import require_limit

__all__ = ["Asked", "RequestChecker", "default_methods"]

_METHODS_WITHOUT_BODY = {"GET", "HEAD", "OPTIONS", "TRACE"}


class Asked(NamedTuple):
    """Whom to look up for a request; None where there is nobody, or a key that nobody has."""

    consumer_key: str | None
    token_key: str | None


class _Nobody(NamedTuple):
    """Who stands in for a consumer or a token that was not found, whatever its key is."""

    secret: str
    key: Any = None


class RequestChecker(Server):
    """A Server whose check and whose memory are parted, for consumers that were looked up.

    Who was not found is verified for all the same, by a secret that nobody knows: that takes
    as long as to find a signature wrong.
    """

    origin: str | None = None
    require_body_hash = False
    is_query_signed_once = False
    max_body = 1 << 20
    max_parameters = 1000

    def __init__(self, signature_methods: Any) -> None:
        super().__init__(signature_methods, nonces=None)
        for method in self.signature_methods.values():
            require_method(method)
        self._nobody = _Nobody(os.urandom(16).hex())

    def asked(self, request: Request | None) -> Asked:
        """Return the keys of a request that has credentials, its URL now at the origin.

        Raises Unsigned, BodyTooLarge, ParameterRejected for too many parameters, and
        MalformedRequest for a form without its body; TypeError for what is no Request.
        """
        if request is not None and not isinstance(request, Request):
            raise TypeError(f"request: expected an oauth2.Request, got {type(request).__name__}")
        if request is None or not PROTOCOL_PARAMETERS & request.keys():
            raise Unsigned(
                "No credentials: expected those of OAuth in the Authorization header, or else in"
                " the query or a form."
            )
        if request._lacks_form:
            raise missing_form()
        if isinstance(request.body, (str, bytes, bytearray)):
            require_limit(len(request.body), self.max_body)
        if _count(request) > self.max_parameters:
            raise ParameterRejected(f"parameters: expected at most {self.max_parameters}, got more")
        if self.origin is not None:
            request.url = url_at_origin(request.url, self.origin)
        return Asked(_key(request.get("oauth_consumer_key")), _key(request.get("oauth_token")))

    def checked(self, request: Request, consumer: Any, token: Any) -> Request:
        """Return the request as it is signed, or raise the Error that says why it is not.

        ``consumer`` and ``token`` are None where they were not found.
        """
        is_known = consumer is not None and (token is not None or not request.get("oauth_token"))
        signed, refusal = self._attempt(request, consumer, token)
        try:
            if refusal is None and is_known:
                return signed
            unknown = _unknown(request, consumer)
            if refusal is not None and (is_known or not _is_of_secrets(refusal)):
                raise refusal
            raise unknown
        finally:
            del refusal  # which holds this frame, which holds it

    def _attempt(
        self, request: Request, consumer: Any, token: Any
    ) -> tuple[Request, Exception | None]:
        """Return the request as it is signed, and what refuses it, or None."""
        checker = self._accepting(getattr(consumer, "signature_methods", None))
        consumer = self._nobody if consumer is None else consumer
        if token is None and request.get("oauth_token"):
            token = self._nobody
        try:
            signed = checker.signed(request, consumer, token)
            if self.require_body_hash:
                _require_covered(signed)
        except Exception as error:
            return request, error
        return signed, None

    def signed(self, request: Request, consumer: Any, token: Any) -> Request:
        """Check all that needs no memory, in one reading of the request or in both."""
        try:
            self._take_checks(take, request, consumer, token)
        except SignatureInvalid:
            once = with_query_once(request) if self.is_query_signed_once else None
            if once is None:
                raise
            self._take_checks(take, once, consumer, token)
            return once
        return request

    def explain(self, request: Any, consumer: Any, token: Any) -> list[Step]:
        """Return the steps of `checked`, as `Server.explain` does; no store is asked.

        Where somebody was not found there is no key by which a signature could be explained.
        """
        checker = self._accepting(getattr(consumer, "signature_methods", None))
        if consumer is None or (token is None and request.get("oauth_token")):
            return checker._steps_of_unknown(request, consumer)
        steps = Server.explain(checker, request, consumer, token)
        once = with_query_once(request) if self.is_query_signed_once else None
        if once is not None and _is_signature_wrong(steps):
            steps_once = Server.explain(checker, once, consumer, token)
            steps = steps if _is_signature_wrong(steps_once) else steps_once
        steps = [step for step in steps if step.name != "nonce"]
        if self.require_body_hash:
            try:
                _require_covered(request)
            except BodyHashInvalid as error:
                steps.append(Step("body hash", None, error))
        return steps

    def _steps_of_unknown(self, request: Request, consumer: Any) -> list[Step]:
        """Check all that needs no secret."""
        name = "consumer key" if consumer is None else "token"
        report = Report(request)

        def take_all_but_signature(step: str, check: Any, *arguments: Any) -> Any:
            return None if step == "signature" else report.take(step, check, *arguments)

        owner = self._nobody if consumer is None else consumer
        token = self._nobody if request.get("oauth_token") else None
        self._take_checks(take_all_but_signature, request, owner, token)
        unknown = _unknown(request, consumer)
        return [
            step._replace(error=unknown) if step.name == name else step for step in report.steps
        ]

    def nonce_of(self, request: Request) -> Nonce | None:
        """Return what a store is asked to remember; None for PLAINTEXT without a nonce."""
        return self._nonce_of(request, None)

    def require_fresh(self, nonce: Nonce, is_fresh: bool) -> None:
        """Raise NonceUsed unless the store has said that a nonce is fresh, and in time."""
        self._require_fresh(nonce, is_fresh)

    def _accepting(self, methods: Any) -> RequestChecker:
        """Return what accepts the methods that a consumer has for itself, or this one."""
        if methods is None:
            return self
        if not isinstance(methods, Mapping):
            kind = type(methods).__name__
            raise TypeError(f"signature_methods of a consumer: expected a dict by name, got {kind}")
        own = copy.copy(self)
        own.signature_methods = dict(methods)
        return own


def default_methods() -> dict[str, SignatureMethod]:
    """Return the methods of HMAC by name: those that need no secret on the wire."""
    kinds = (SignatureMethod_HMAC_SHA1, SignatureMethod_HMAC_SHA256, SignatureMethod_HMAC_SHA512)
    return {kind.name: kind() for kind in kinds}


def _count(request: Request) -> int:
    return sum([len(value) if isinstance(value, list) else 1 for value in request.values()])


def _key(value: Any) -> str | None:
    """Return a key that may be looked up; databases refuse NUL, and what is not UTF-8."""
    if not isinstance(value, str) or not value or "\0" in value:
        return None
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return None
    return value


def _unknown(request: Request, consumer: Any) -> ConsumerUnknown | TokenUnknown:
    """Return what is said where consumer or token were not found.

    Both are made, also for who was found and is refused: that takes the same time.
    """
    keys = [shown_value(request.get(name)) for name in ("oauth_consumer_key", "oauth_token")]
    errors = (
        ConsumerUnknown(f"oauth_consumer_key: expected one that is known, got {keys[0]}."),
        TokenUnknown(f"oauth_token: expected one of this consumer's, got {keys[1]}."),
    )
    return errors[consumer is not None]


def _is_of_secrets(refusal: Exception) -> bool:
    """Tell whether what refuses a request depends on whom it names.

    A signature method of a program's own may fail by whatever error for who was not found.
    """
    of_secrets = (SignatureInvalid, SignatureMethodRejected)
    return isinstance(refusal, of_secrets) or not isinstance(refusal, Error)


def _is_signature_wrong(steps: list[Step]) -> bool:
    return any(step.name == "signature" and step.error for step in steps)


def _require_covered(request: Request) -> None:
    """Raise BodyHashInvalid for a body that no signature covers, or that may be one."""
    if request.is_form_encoded:
        return
    has_hash = "oauth_body_hash" in request
    if request.body is None:
        # Nobody expects a body of these, and where there is no hash, none was signed.
        if has_hash or request.method not in _METHODS_WITHOUT_BODY:
            raise BodyHashInvalid("body: expected it to be given, as its hash is required.")
    elif request.body and not has_hash:
        raise BodyHashInvalid("Missing oauth_body_hash: nothing else signs this body.")
