"""``auth=`` for the HTTP library that a program has already, one module for each.

`oauth2.auth.requests` (also for niquests), `oauth2.auth.httpx`, `oauth2.auth.httpx2` and
`oauth2.auth.aiohttp` have a class ``OAuth1`` each, and load that library.
`oauth2.auth.requests_oauthlib` has what programs import from requests-oauthlib.
"""

from __future__ import annotations
