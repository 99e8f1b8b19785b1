"""Profiles: credentials that providers issued, kept under names."""

from __future__ import annotations

from os import PathLike

from .atomic_file import ProfileError as ProfileError
from .profile import Profile as Profile
from .store import ProfileStore as ProfileStore, Summary as Summary, default_path as default_path

__all__ = ["Profile", "ProfileError", "ProfileStore", "Summary", "default_path", "load"]


def load(name: str, path: str | PathLike[str] | None = None) -> Profile:
    """Return the profile that ``oauth2 authorize`` stored under a name, with its secrets.

    ``path`` is the file of profiles; None is that of the command ``oauth2``. Raises
    ProfileError for a name that is not in the file (it names a similar one), and for a file
    or a keyring that cannot be read; ImportError for a ``path`` of None without the extra
    ``cli``.
    """
    return ProfileStore(default_path() if path is None else path).get(name)
