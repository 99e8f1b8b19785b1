"""The import path of 2.1 for `oauth2.services.registry`."""

from __future__ import annotations

from .registry import (
    Service as Service,
    UnknownService as UnknownService,
    find as find,
    load as load,
)

__all__ = ["Service", "UnknownService", "find", "load"]
