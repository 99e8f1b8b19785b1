"""The import path of 2.1 for `oauth2.sandbox.token_endpoints`."""

from __future__ import annotations

from .token_endpoints import (
    OWNER as OWNER,
    AnyToken as AnyToken,
    Authority as Authority,
    Fields as Fields,
)

__all__ = ["OWNER", "AnyToken", "Authority", "Fields"]
