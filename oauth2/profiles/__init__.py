"""Profiles: credentials that providers issued, kept under names."""

from __future__ import annotations

from .atomic_file import ProfileError as ProfileError
from .profile import Profile as Profile
from .store import ProfileStore as ProfileStore, Summary as Summary, default_path as default_path

__all__ = ["Profile", "ProfileError", "ProfileStore", "Summary", "default_path"]
