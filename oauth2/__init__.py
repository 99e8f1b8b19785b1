"""OAuth 1.0a (RFC 5849): sign requests, send them, and verify received ones.

>>> import oauth2 as oauth
>>> consumer = oauth.Consumer("key", "secret")
>>> token = oauth.Token("token", "token secret")
>>> request = oauth.Request.from_consumer_and_token(consumer, token, "GET", "http://a.example/")
>>> request.sign_request(oauth.SignatureMethod_HMAC_SHA1(), consumer, token)
>>> request.to_header()["Authorization"].partition(" ")[0]
'OAuth'
>>> server = oauth.Server({"HMAC-SHA1": oauth.SignatureMethod_HMAC_SHA1()})
>>> server.verify_request(request, consumer, token)
{}

`Signer` does the first half in one call, for any HTTP library, and `Client` is an httplib2.Http
that does it by itself; `oauth2.auth` has an ``OAuth1`` for each of the others. `Flow` gets the
token, `oauth2.callback.wait` lets the user come back to a script, `Verifier` looks up who has
signed, and `oauth2.sandbox.run` is a provider for tests.

What follows has every class with all that it inherits: ``help(oauth2.Client)`` is about one name,
``help(oauth2.errors)`` about errors, and https://oauth2-python.readthedocs.io/en/stable/ has pages.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__ as __version__
from .credentials import (
    Consumer as Consumer,
    Token as Token,
    generate_nonce as generate_nonce,
    generate_timestamp as generate_timestamp,
    generate_verifier as generate_verifier,
)
from .encoding import (
    escape as escape,
    to_unicode as to_unicode,
    to_unicode_if_string as to_unicode_if_string,
    to_unicode_optional_iterator as to_unicode_optional_iterator,
    to_utf8 as to_utf8,
    to_utf8_if_string as to_utf8_if_string,
    to_utf8_optional_iterator as to_utf8_optional_iterator,
)
from .errors import (
    AuthorizationDenied as AuthorizationDenied,
    BodyHashInvalid as BodyHashInvalid,
    BodyTooLarge as BodyTooLarge,
    CallbackNotConfirmed as CallbackNotConfirmed,
    CallbackTimeout as CallbackTimeout,
    ConsumerUnknown as ConsumerUnknown,
    DuplicateParameter as DuplicateParameter,
    Error as Error,
    FlowError as FlowError,
    MalformedHeader as MalformedHeader,
    MalformedRequest as MalformedRequest,
    MissingSignature as MissingSignature,
    NonceStoreFull as NonceStoreFull,
    NonceStoreUnavailable as NonceStoreUnavailable,
    NonceUsed as NonceUsed,
    ParameterAbsent as ParameterAbsent,
    ParameterRejected as ParameterRejected,
    RedirectRefused as RedirectRefused,
    RequestTokenMismatch as RequestTokenMismatch,
    SignatureInvalid as SignatureInvalid,
    SignatureMethodRejected as SignatureMethodRejected,
    TimestampRefused as TimestampRefused,
    TokenRequestError as TokenRequestError,
    TokenUnknown as TokenUnknown,
    Unsigned as Unsigned,
    VersionRejected as VersionRejected,
)
from .headers import build_authenticate_header as build_authenticate_header
from .nonces import (
    MemoryNonces as MemoryNonces,
    NonceStore as NonceStore,
)
from .request import (
    HTTP_METHOD as HTTP_METHOD,
    OAUTH_VERSION as OAUTH_VERSION,
    SIGNATURE_METHOD as SIGNATURE_METHOD,
    Request as Request,
)
from .server import Server as Server, Step as Step
from .signature import (
    SignatureMethod as SignatureMethod,
    SignatureMethod_HMAC_SHA1 as SignatureMethod_HMAC_SHA1,
    SignatureMethod_HMAC_SHA256 as SignatureMethod_HMAC_SHA256,
    SignatureMethod_HMAC_SHA512 as SignatureMethod_HMAC_SHA512,
    SignatureMethod_PLAINTEXT as SignatureMethod_PLAINTEXT,
    SignatureMethod_RSA_PSS_SHA256 as SignatureMethod_RSA_PSS_SHA256,
    SignatureMethod_RSA_SHA1 as SignatureMethod_RSA_SHA1,
    SignatureMethod_RSA_SHA256 as SignatureMethod_RSA_SHA256,
    SignatureMethod_RSA_SHA512 as SignatureMethod_RSA_SHA512,
)

if TYPE_CHECKING:
    import httplib2 as httplib2

    from . import (
        callback as callback,
        diagnosis as diagnosis,
        profiles as profiles,
        sandbox as sandbox,
        services as services,
        snippets as snippets,
    )
    from .async_flow import AsyncFlow as AsyncFlow
    from .client import Client as Client
    from .clients.xoauth import build_xoauth_string as build_xoauth_string
    from .flow import Flow as Flow
    from .outgoing import Outgoing as Outgoing
    from .problems import Problem as Problem
    from .signer import SignedRequest as SignedRequest, Signer as Signer
    from .verified import Verified as Verified
    from .verifier import Verifier as Verifier

__all__ = [
    "HTTP_METHOD",
    "OAUTH_VERSION",
    "SIGNATURE_METHOD",
    "AsyncFlow",
    "AuthorizationDenied",
    "BodyHashInvalid",
    "BodyTooLarge",
    "CallbackNotConfirmed",
    "CallbackTimeout",
    "Client",
    "Consumer",
    "ConsumerUnknown",
    "DuplicateParameter",
    "Error",
    "Flow",
    "FlowError",
    "MalformedHeader",
    "MalformedRequest",
    "MemoryNonces",
    "MissingSignature",
    "NonceStore",
    "NonceStoreFull",
    "NonceStoreUnavailable",
    "NonceUsed",
    "Outgoing",
    "ParameterAbsent",
    "ParameterRejected",
    "Problem",
    "RedirectRefused",
    "Request",
    "RequestTokenMismatch",
    "Server",
    "SignatureInvalid",
    "SignatureMethod",
    "SignatureMethodRejected",
    "SignatureMethod_HMAC_SHA1",
    "SignatureMethod_HMAC_SHA256",
    "SignatureMethod_HMAC_SHA512",
    "SignatureMethod_PLAINTEXT",
    "SignatureMethod_RSA_PSS_SHA256",
    "SignatureMethod_RSA_SHA1",
    "SignatureMethod_RSA_SHA256",
    "SignatureMethod_RSA_SHA512",
    "SignedRequest",
    "Signer",
    "Step",
    "TimestampRefused",
    "Token",
    "TokenRequestError",
    "TokenUnknown",
    "Unsigned",
    "Verified",
    "Verifier",
    "VersionRejected",
    "__version__",
    "build_authenticate_header",
    "build_xoauth_string",
    "escape",
    "generate_nonce",
    "generate_timestamp",
    "generate_verifier",
    "to_unicode",
    "to_unicode_if_string",
    "to_unicode_optional_iterator",
    "to_utf8",
    "to_utf8_if_string",
    "to_utf8_optional_iterator",
]

_LAZY = {
    "AsyncFlow": "async_flow",
    "Client": "client",
    "Flow": "flow",
    "Outgoing": "outgoing",
    "Problem": "problems",
    "SignedRequest": "signer",
    "Signer": "signer",
    "Verified": "verified",
    "Verifier": "verifier",
    "build_xoauth_string": "clients.xoauth",
    "httplib2": "client",
}
_ROOMS = ("callback", "diagnosis", "profiles", "sandbox", "services", "snippets", "xoauth")


def __getattr__(name: str) -> Any:
    """Load what signing does not need when it is asked for (PEP 562).

    httplib2 takes longer to load than all the rest.
    """
    if name in _LAZY:
        return getattr(import_module(f".{_LAZY[name]}", __name__), name)
    if name in _ROOMS:
        return import_module(f".{name}", __name__)
    compat = import_module("._compat", __name__)
    if name == "_compat":
        return compat
    if name in compat.__all__:
        return getattr(compat, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY, *_ROOMS, *import_module("._compat", __name__).__all__})
