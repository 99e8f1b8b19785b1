"""The import path of 2.1 for `oauth2.sandbox.token_endpoints`."""

from __future__ import annotations

from .token_endpoints import OWNER as OWNER, Authority as Authority

__all__ = ["OWNER", "Authority"]
