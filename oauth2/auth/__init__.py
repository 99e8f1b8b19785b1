"""Signing for the HTTP library that a program already has, one module for each.

`oauth2.auth.requests` (also for niquests), `oauth2.auth.httpx`, `oauth2.auth.httpx2` and
`oauth2.auth.aiohttp` have a class ``OAuth1`` each: the ``auth=`` of a call or a session, for
aiohttp a middleware. Each needs the extra of the same name, and raises ImportError without it.
`oauth2.auth.requests_oauthlib` takes the place of requests-oauthlib.
"""

from __future__ import annotations
