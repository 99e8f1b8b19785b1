"""What programs import from requests-oauthlib for OAuth 1.0a, by the same names.

A program changes the import and nothing else:

>>> from oauth2.auth.requests_oauthlib import OAuth1, OAuth1Session
>>> session = OAuth1Session("key", client_secret="secret", callback_uri="oob")
>>> session.authorized
False

The modules `oauth1_auth` and `oauth1_session` have the names of those in requests-oauthlib, and
`client` has that of oauthlib; neither package is needed. What is done differently: a redirect
within the origin is signed again, and another origin gets no signature; a body of any octets is
signed; nothing is logged.
"""

from __future__ import annotations

from .client import (
    SIGNATURE_HMAC as SIGNATURE_HMAC,
    SIGNATURE_HMAC_SHA1 as SIGNATURE_HMAC_SHA1,
    SIGNATURE_HMAC_SHA256 as SIGNATURE_HMAC_SHA256,
    SIGNATURE_HMAC_SHA512 as SIGNATURE_HMAC_SHA512,
    SIGNATURE_PLAINTEXT as SIGNATURE_PLAINTEXT,
    SIGNATURE_RSA as SIGNATURE_RSA,
    SIGNATURE_RSA_SHA1 as SIGNATURE_RSA_SHA1,
    SIGNATURE_RSA_SHA256 as SIGNATURE_RSA_SHA256,
    SIGNATURE_RSA_SHA512 as SIGNATURE_RSA_SHA512,
    SIGNATURE_TYPE_AUTH_HEADER as SIGNATURE_TYPE_AUTH_HEADER,
    SIGNATURE_TYPE_BODY as SIGNATURE_TYPE_BODY,
    SIGNATURE_TYPE_QUERY as SIGNATURE_TYPE_QUERY,
    Client as Client,
)
from .oauth1_auth import OAuth1 as OAuth1
from .oauth1_session import (
    OAuth1Session as OAuth1Session,
    TokenMissing as TokenMissing,
    TokenRequestDenied as TokenRequestDenied,
    VerifierMissing as VerifierMissing,
)

__all__ = [
    "SIGNATURE_HMAC",
    "SIGNATURE_HMAC_SHA1",
    "SIGNATURE_HMAC_SHA256",
    "SIGNATURE_HMAC_SHA512",
    "SIGNATURE_PLAINTEXT",
    "SIGNATURE_RSA",
    "SIGNATURE_RSA_SHA1",
    "SIGNATURE_RSA_SHA256",
    "SIGNATURE_RSA_SHA512",
    "SIGNATURE_TYPE_AUTH_HEADER",
    "SIGNATURE_TYPE_BODY",
    "SIGNATURE_TYPE_QUERY",
    "Client",
    "OAuth1",
    "OAuth1Session",
    "TokenMissing",
    "TokenRequestDenied",
    "VerifierMissing",
]
