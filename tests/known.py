"""What the requests of most tests are signed for and by, and the one Content-Type of a form.

A test that needs another value has its own.
"""

from __future__ import annotations

import oauth2

FORM = "application/x-www-form-urlencoded"

# Secrets that need no escaping, as oauthlib cannot verify PLAINTEXT in a form by others.
CONSUMER_SECRET = "consumer-sekrit"
TOKEN_SECRET = "token-sekrit"
CONSUMER = oauth2.Consumer("key", CONSUMER_SECRET)
TOKEN = oauth2.Token("token", TOKEN_SECRET)

# Secrets of characters that a key and a PLAINTEXT signature must escape.
MARKED_CONSUMER = oauth2.Consumer("dpf43f3p2l4k3l03", "kd94hf93&k423+kf44")
MARKED_TOKEN = oauth2.Token("nnch734d00sl2jdk", "pfkk/dhi9sl3r%4s00")

# The credentials of the request that OAuth Core 1.0 and RFC 5849 have as their example.
PUBLISHED_CONSUMER = oauth2.Consumer("dpf43f3p2l4k3l03", "kd94hf93k423kf44")
PUBLISHED_TOKEN = oauth2.Token("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")

HMAC_SHA1 = oauth2.SignatureMethod_HMAC_SHA1()
HMAC_SHA256 = oauth2.SignatureMethod_HMAC_SHA256()
HMAC_SHA512 = oauth2.SignatureMethod_HMAC_SHA512()
PLAINTEXT = oauth2.SignatureMethod_PLAINTEXT()

NOW = 1_318_622_958
"""The time of Twitter's published request, in seconds."""
