"""What can go wrong on the wire, one class for each cause.

::

    Error (RuntimeError)
    ├── MalformedHeader           parameter_rejected         400
    ├── DuplicateParameter        parameter_rejected         400
    ├── ParameterRejected         parameter_rejected         400
    ├── MalformedRequest          parameter_rejected         400
    ├── BodyTooLarge              parameter_rejected         413
    ├── Unsigned                  parameter_absent           401
    ├── VersionRejected           version_rejected           400
    ├── ParameterAbsent           parameter_absent           400
    │   └── MissingSignature      parameter_absent           400
    ├── SignatureMethodRejected   signature_method_rejected  400
    ├── ConsumerUnknown           consumer_key_unknown       401
    ├── TokenUnknown              token_rejected             401
    ├── TimestampRefused          timestamp_refused          401
    ├── SignatureInvalid          signature_invalid          401
    │   └── BodyHashInvalid       signature_invalid          401
    ├── NonceUsed                 nonce_used                 401
    ├── NonceStoreFull            consumer_key_refused       503
    ├── NonceStoreUnavailable     consumer_key_refused       503
    ├── RedirectRefused           (no code: raised by Client)
    └── FlowError                 (no code: raised by Flow)
        ├── TokenRequestError     (no code: or what the provider reports)
        │   └── CallbackNotConfirmed  (no code: as above)
        ├── AuthorizationDenied   user_refused               401
        ├── RequestTokenMismatch  token_rejected             401
        └── CallbackTimeout       (no code: raised by `callback.wait`)

A mistake in the calling program is a `ValueError` or a `TypeError` instead;
`MalformedRequest` is a `ValueError`, too, as a text may be from either side.
No error holds a secret, a key, or the signature that was expected.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "AuthorizationDenied",
    "BodyHashInvalid",
    "BodyTooLarge",
    "CallbackNotConfirmed",
    "CallbackTimeout",
    "ConsumerUnknown",
    "DuplicateParameter",
    "Error",
    "FlowError",
    "MalformedHeader",
    "MalformedRequest",
    "MissingSignature",
    "NonceStoreFull",
    "NonceStoreUnavailable",
    "NonceUsed",
    "ParameterAbsent",
    "ParameterRejected",
    "RedirectRefused",
    "RequestTokenMismatch",
    "SignatureInvalid",
    "SignatureMethodRejected",
    "TimestampRefused",
    "TokenRequestError",
    "TokenUnknown",
    "Unsigned",
    "VersionRejected",
]


class Error(RuntimeError):
    """What was received cannot be accepted.

    ``message`` is the same text as ``str()``, ``problem`` the code of the OAuth
    Problem Reporting extension (str, or None where it has none), ``status`` the
    HTTP status (int) to answer with. What else an error knows are attributes of its class.
    Each may be given as a keyword, and TypeError is raised for any other.

    >>> error = NonceUsed("The nonce 'abc' was used before.", nonce="abc")
    >>> error.status, error.problem, error.nonce, error.message
    (401, 'nonce_used', 'abc', "The nonce 'abc' was used before.")
    """

    problem: str | None = None
    status: int = 400

    def __init__(self, message: str = "OAuth error occurred.", **evidence: object) -> None:
        kind = type(self)
        for name in evidence:
            if not hasattr(kind, name) or hasattr(RuntimeError, name):
                raise TypeError(f"{kind.__name__}: expected attributes as keywords, got {name!r}")
        super().__init__(message)
        self.message = message
        self.__dict__.update(evidence)


class MalformedHeader(Error):
    """An ``Authorization: OAuth`` header does not parse (RFC 5849 section 3.5.1).

    ``position`` is the offset in the header at which reading stopped.
    """

    problem = "parameter_rejected"
    position: int | None = None


class DuplicateParameter(Error):
    """An ``oauth_*`` parameter was received more than once (RFC 5849 sections 3.1 and 3.2).

    ``parameter`` is its name.
    """

    problem = "parameter_rejected"
    parameter: str | None = None


class ParameterRejected(Error):
    """A parameter has a value that cannot be accepted; ``rejected`` is ``name=value``, encoded."""

    problem = "parameter_rejected"
    rejected: str | None = None


class MalformedRequest(Error, ValueError):
    """A URL or a text of which no signature base string can be made (RFC 5849 section 3.4.1).

    A received URL without a host or with one that IDNA cannot encode; a text with a lone
    surrogate. It is a ValueError as well, as a program may give such a text itself.
    """

    problem = "parameter_rejected"


class BodyTooLarge(Error):
    """A body is longer than will be read; ``limit`` (int) is how many octets that is."""

    problem = "parameter_rejected"
    status = 413
    limit: int | None = None


class Unsigned(Error):
    """A request has no credentials of OAuth at all: a challenge is the answer to it."""

    problem = "parameter_absent"
    status = 401


class VersionRejected(Error):
    """``oauth_version`` is not supported; ``version`` is what was received."""

    problem = "version_rejected"
    version: str | None = None


class ParameterAbsent(Error):
    """A required parameter is missing; ``parameter`` is its name."""

    problem = "parameter_absent"
    parameter: str | None = None


class MissingSignature(ParameterAbsent):
    """The request has no ``oauth_signature``."""

    parameter = "oauth_signature"


class SignatureMethodRejected(Error):
    """The signature ``method`` is not accepted; one of ``accepted`` would do."""

    problem = "signature_method_rejected"
    method: str | None = None
    accepted: tuple[str, ...] = ()


class ConsumerUnknown(Error):
    """``oauth_consumer_key`` names no consumer, or another one than the request is verified for."""

    problem = "consumer_key_unknown"
    status = 401


class TokenUnknown(Error):
    """``oauth_token`` names no token, or another one than the request is verified for."""

    problem = "token_rejected"
    status = 401


class TimestampRefused(Error):
    """The timestamp is not a number, or too far from the server's clock.

    ``timestamp`` is what was received, ``acceptable`` the first and the last that would
    have been accepted, in seconds since 1970.
    """

    problem = "timestamp_refused"
    status = 401
    timestamp: str | None = None
    acceptable: tuple[int, int] | None = None


class SignatureInvalid(Error):
    """The signature does not fit the request and the secrets.

    ``base_string`` is the text that this side would have signed (RFC 5849
    section 3.4.1): compare it with the text that the other side signed. ``causes`` say why
    it differs, each a `oauth2.diagnosis.Cause`, and ``signed_base_string`` is the text that
    the other side did sign, None where this is not proved; only `Server.explain` and
    `Verifier.explain` look for them.
    """

    problem = "signature_invalid"
    status = 401
    base_string: str | None = None
    signed_base_string: str | None = None
    causes: tuple[Any, ...] = ()


class BodyHashInvalid(SignatureInvalid):
    """``oauth_body_hash`` does not fit the body (OAuth Request Body Hash extension)."""


class NonceUsed(Error):
    """The nonce was used before with the same timestamp and credentials; ``nonce`` is it."""

    problem = "nonce_used"
    status = 401
    nonce: str | None = None


class NonceStoreFull(Error):
    """No further nonce can be remembered now, so none can be shown to be fresh."""

    problem = "consumer_key_refused"
    status = 503


class NonceStoreUnavailable(Error):
    """The store of nonces cannot be reached, so none can be shown to be fresh.

    ``__cause__`` is what its client raised.
    """

    problem = "consumer_key_refused"
    status = 503


class RedirectRefused(Error):
    """A provider redirected to where the request cannot be sent; ``location`` is that place."""

    location: str | None = None


class FlowError(Error):
    """The three-legged flow (RFC 5849 section 2) cannot go on."""


class TokenRequestError(FlowError):
    """A provider did not answer with a token (RFC 5849 sections 2.1 and 2.3).

    ``response`` (a dict of its headers, with ``status`` and ``reason``: an httplib2.Response
    where a Client sent) and ``content`` (bytes) are the response, with each secret in it
    replaced by ``***``; both are None where there is none. ``problem`` is what it reports, a
    `Problem`, or None.
    """

    response: Any = None
    content: bytes | None = None


class CallbackNotConfirmed(TokenRequestError):
    """A request token without ``oauth_callback_confirmed=true`` (RFC 5849 section 2.1).

    Such a provider speaks OAuth 1.0, in which an attacker can have a victim authorize
    the attacker's own request token.
    """


class AuthorizationDenied(FlowError):
    """The user, or the provider for the user, denied access."""

    problem = "user_refused"
    status = 401


class RequestTokenMismatch(FlowError):
    """The user was redirected back with another request token than the one asked for."""

    problem = "token_rejected"
    status = 401


class CallbackTimeout(FlowError):
    """The user was not redirected back in time; ``seconds`` (float) is how long that was."""

    seconds: float | None = None
