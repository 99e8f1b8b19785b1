"""The providers that are known by name, and what each of them needs."""

from __future__ import annotations

from .registry import (
    Service as Service,
    UnknownService as UnknownService,
    find as find,
    load as load,
)
from .schema import ServiceError as ServiceError

__all__ = ["Service", "ServiceError", "UnknownService", "find", "load"]
