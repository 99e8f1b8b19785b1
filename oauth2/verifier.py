"""Verify received requests whose consumers and tokens are looked up (RFC 5849 section 3.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from .encoding import encoded
from .errors import Error
from .headers import FORM_CONTENT_TYPE, build_authenticate_header
from .incoming import RepeatedQuery, require_repeated_query
from .nonces import AsyncNonceStore, MemoryNonces, NonceStore
from .problems import report
from .received_url import public_origin
from .request import Request
from .request_checker import RequestChecker, default_methods
from .server import Nonce
from .signature import SignatureMethod
from .steps import Step
from .verified import Verified, signed_parameters

__all__ = ["Verifier", "require_verifier"]

_UNAUTHORIZED = 401

Answer = TypeVar("Answer")
FindConsumer = Callable[[str], Any]
FindToken = Callable[[str, Any], Any]


class Verifier:
    """Verifies requests of consumers that it looks up; each is accepted once.

    >>> from oauth2 import Consumer, Request, Signer
    >>> consumers = {"key": Consumer("key", "secret")}
    >>> verifier = Verifier(consumers.get)
    >>> signed = Signer(consumers["key"]).sign("GET", "https://a.example/photos?size=big")
    >>> verified = verifier.verify(Request.from_request("GET", signed.url, signed.headers))
    >>> verified.consumer, verified.parameters
    (Consumer(key='key'), {'size': 'big'})

    ``find_consumer(key)`` returns a Consumer, or a look-alike with ``key`` and ``secret`` (a row
    of a database), or None; ``find_token(key, consumer)`` likewise. Without ``find_token`` a
    request with a token is refused. A consumer may have ``signature_methods`` of its own, a dict
    by name that takes the place of the verifier's: its RSA key, or PLAINTEXT for it alone.

    ``origin`` is the public address, ``https://a.example``, with the path prefix that a proxy
    strips, if one does: a request that has another is verified as if it had been sent there.
    ``nonces`` is a store that all processes share; the default is a MemoryNonces, which one
    process has for itself. ``signature_methods`` are HMAC-SHA1, HMAC-SHA256 and HMAC-SHA512
    unless given. ``require_body_hash`` refuses a body that no signature covers: the pairs of a
    form are signed, any other body by ``oauth_body_hash`` alone. ``timestamp_threshold`` is in
    seconds, ``max_body`` in octets, ``realm`` is that of the challenge. ``repeated_query="once"``
    also accepts those who copy the query into the form, and sign once what is there twice, as
    Canvas does.

    It may be shared between threads and tasks. Raises TypeError for a look-up or a store of
    another kind, and ValueError for another ``origin``, ``realm`` or ``repeated_query``.
    """

    def __init__(
        self,
        find_consumer: FindConsumer,
        find_token: FindToken | None = None,
        *,
        origin: str | None = None,
        nonces: NonceStore | AsyncNonceStore | None = None,
        signature_methods: Mapping[str, SignatureMethod] | None = None,
        require_body_hash: bool = False,
        max_body: int = 1 << 20,
        max_parameters: int = 1000,
        timestamp_threshold: int = 300,
        realm: str = "",
        repeated_query: RepeatedQuery = "twice",
    ) -> None:
        _require_callable("find_consumer", find_consumer)
        if find_token is not None:
            _require_callable("find_token", find_token)
        if isinstance(nonces, type):
            raise TypeError(f"nonces: expected a NonceStore, got the class {nonces.__name__}")
        if nonces is not None and not callable(getattr(nonces, "remember", None)):
            raise TypeError(f"nonces: expected a NonceStore, got {type(nonces).__name__}")
        if origin is not None:
            public_origin(origin)
        self.find_consumer, self.find_token = find_consumer, find_token
        self.nonces: Any = MemoryNonces() if nonces is None else nonces
        self._challenge = build_authenticate_header(realm)
        methods = default_methods() if signature_methods is None else signature_methods
        self._checker = checker = RequestChecker(methods)
        checker.origin, checker.require_body_hash = origin, require_body_hash
        checker.is_query_signed_once = require_repeated_query(repeated_query) == "once"
        checker.max_body, checker.max_parameters = max_body, max_parameters
        checker.timestamp_threshold = timestamp_threshold

    @property
    def origin(self) -> str | None:
        """The public address, as it was given."""
        return self._checker.origin

    @property
    def max_body(self) -> int:
        """How many octets a body may have."""
        return self._checker.max_body

    def verify(self, request: Request | None) -> Verified:
        """Return who sent a request and what it says, or raise the Error that says why not.

        ``request`` is that of `Request.from_wsgi`, `Request.from_asgi` or `Request.from_request`.
        Raises Unsigned for one without credentials; BodyTooLarge, and ParameterRejected for more
        than ``max_parameters``; ConsumerUnknown and TokenUnknown; what `Server.verify_request`
        raises. What a look-up raises is not caught. Raises TypeError for a look-up or a store
        whose answers are awaited.
        """
        consumer, token = self._looked_up(*self._checker.asked(request))
        verified, nonce = self._checked(request, consumer, token)
        if nonce is not None:
            is_fresh = _answer("nonces", self.nonces.remember(*nonce))
            self._checker.require_fresh(nonce, is_fresh)
        return verified

    async def verify_async(self, request: Request | None) -> Verified:
        """Do as `verify` does; look-ups and store may be plain, or coroutine functions.

        Raises as that does, but no TypeError for what is to be awaited.
        """
        consumer, token = await self._looked_up_async(*self._checker.asked(request))
        verified, nonce = self._checked(request, consumer, token)
        if nonce is not None:
            is_fresh = await _awaited(self.nonces.remember(*nonce))
            self._checker.require_fresh(nonce, is_fresh)
        return verified

    def explain(self, request: Request | None) -> list[Step]:
        """Return what `verify` checks, step by step, all but the nonce; it raises no Error.

        The error of a wrong signature has ``causes``, in its message, too, that are proved by
        trial with the secrets or the public key, as `diagnosis.signature_causes` does: that may
        take a second, and is for a log, or for somebody who looks into a refusal.

        >>> from oauth2 import Consumer, Signer
        >>> verifier = Verifier({"key": Consumer("key", "secret")}.get)
        >>> signed = Signer(Consumer("key", "secret")).sign("GET", "https://a.example/photos")
        >>> request = Request.from_request("GET", "http://a.example/photos", signed.headers)
        >>> for step in verifier.explain(request):
        ...     if step.error:
        ...         print(step.name, step.error.causes[0].summary, sep=": ")
        signature: It was signed for https, but received by http.
        """
        try:
            keys = self._checker.asked(request)
        except Error as error:
            return [Step("request", None, error)]
        return self._checker.explain(request, *self._looked_up(*keys))

    async def explain_async(self, request: Request | None) -> list[Step]:
        """Do as `explain` does; look-ups may be plain, or coroutine functions."""
        try:
            keys = self._checker.asked(request)
        except Error as error:
            return [Step("request", None, error)]
        return self._checker.explain(request, *await self._looked_up_async(*keys))

    def refusal(self, error: Error) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of the answer to a request that was refused.

        With status 401 there is a challenge (RFC 5849 section 3.5.1); the body reports the
        problem (OAuth Problem Reporting), as a form.

        >>> from oauth2 import Unsigned
        >>> verifier = Verifier({}.get, realm="Photos")
        >>> status, headers, body = verifier.refusal(Unsigned("No credentials."))
        >>> status, headers["WWW-Authenticate"], body.partition(b"&")[0]
        (401, 'OAuth realm="Photos"', b'oauth_problem=parameter_absent')
        """
        headers = {"Content-Type": FORM_CONTENT_TYPE}
        if error.status == _UNAUTHORIZED:
            headers.update(self._challenge)
        return error.status, headers, encoded(report(error), "=", "&").encode("ascii")

    def _looked_up(self, key: str | None, token_key: str | None) -> tuple[Any, Any]:
        """Return consumer and token, None for each that is not known."""
        consumer = token = None
        if key is not None:
            consumer = _found("find_consumer", _answer("find_consumer", self.find_consumer(key)))
        if consumer is not None and token_key is not None and self.find_token is not None:
            answer = _answer("find_token", self.find_token(token_key, consumer))
            token = _found("find_token", answer)
        return consumer, _token_apart(token, consumer)

    async def _looked_up_async(self, key: str | None, token_key: str | None) -> tuple[Any, Any]:
        consumer = token = None
        if key is not None:
            consumer = _found("find_consumer", await _awaited(self.find_consumer(key)))
        if consumer is not None and token_key is not None and self.find_token is not None:
            token = _found("find_token", await _awaited(self.find_token(token_key, consumer)))
        return consumer, _token_apart(token, consumer)

    def _checked(self, request: Any, consumer: Any, token: Any) -> tuple[Verified, Nonce | None]:
        signed = self._checker.checked(request, consumer, token)
        verified = Verified(consumer, token, signed_parameters(signed), signed)
        return verified, self._checker.nonce_of(signed)


def require_verifier(value: object) -> Verifier:
    """Return a Verifier, or raise TypeError for what was given in its place."""
    if not isinstance(value, Verifier):
        raise TypeError(f"verifier: expected an oauth2.Verifier, got {type(value).__name__}")
    return value


def _token_apart(token: Any, consumer: Any) -> Any:
    """Return a token, or None for what `dict.get` returns for one that it has not: the consumer.

    Else a consumer were its own token: whoever may sign for it would have one.
    """
    return None if token is consumer else token


def _require_callable(name: str, value: object) -> None:
    if not callable(value):
        hint = ": give its get" if isinstance(value, Mapping) else ""
        raise TypeError(f"{name}: expected a function, got {type(value).__name__}{hint}")


def _found(name: str, answer: Any) -> Any:
    """Return who was found, or None; raise TypeError for what is nobody."""
    if answer is not None and not hasattr(answer, "key"):
        kind = type(answer).__name__
        raise TypeError(f"{name}: expected an answer with key and secret, or None, got {kind}")
    return answer


def _answer(name: str, answer: Answer) -> Answer:
    """Return an answer; raise TypeError for one to await, which is truthy whatever it will be."""
    if hasattr(answer, "__await__"):
        close = getattr(answer, "close", None)
        if close is not None:
            close()  # or Python warns of a coroutine that was never awaited
        who = "which verify_async and explain_async alone do"
        raise TypeError(f"{name}: expected an answer, got one to await, {who}")
    return answer


async def _awaited(answer: Any) -> Any:
    return (await answer) if hasattr(answer, "__await__") else answer
