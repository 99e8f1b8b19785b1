"""Doors of web frameworks that an `oauth2.Verifier` keeps, one module for each.

`oauth2.web.wsgi` and `oauth2.web.asgi` are middleware for any application, and need nothing else.
`oauth2.web.flask`, `oauth2.web.django`, `oauth2.web.rest_framework` and `oauth2.web.fastapi` (also
for Starlette) load that framework.
"""

from __future__ import annotations
