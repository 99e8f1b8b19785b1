"""The import path of 2.1 for `oauth2.services.schema`."""

from __future__ import annotations

from .schema import ServiceError as ServiceError, json_type as kind_of, validated as checked

__all__ = ["ServiceError", "checked", "kind_of"]
