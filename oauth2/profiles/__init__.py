"""Profiles: credentials that providers issued, kept under names."""

from __future__ import annotations

from os import PathLike

from .atomic_file import ProfileError as ProfileError
from .profile import Profile as Profile
from .store import ProfileStore as ProfileStore, Summary as Summary, default_path as default_path

__all__ = ["Profile", "ProfileError", "ProfileStore", "Summary", "default_path", "load"]


def load(name: str, path: str | PathLike[str] | None = None) -> Profile:
    """Return the profile that ``oauth2 authorize`` stored under a name, with its secrets.

    ``path`` is that of another file than the command's, which is found by the extra ``cli``.
    Raises ProfileError, which says what to do: for a name that is not there it names those alike.
    """
    return ProfileStore(default_path() if path is None else path).get(name)
