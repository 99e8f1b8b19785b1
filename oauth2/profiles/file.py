"""The import path of 2.1 for `oauth2.profiles.atomic_file`."""

from __future__ import annotations

from .atomic_file import ProfileError as ProfileError, read as read, update as update

__all__ = ["ProfileError", "read", "update"]
