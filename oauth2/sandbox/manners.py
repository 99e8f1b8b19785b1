"""The import path of 2.1 for `oauth2.sandbox.quirks`."""

from __future__ import annotations

from .quirks import Manners as Manners, Quirks as Quirks

__all__ = ["Manners", "Quirks"]
