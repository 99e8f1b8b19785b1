"""Where profiles are kept: a file of its owner's, and the keyring of the machine."""

from __future__ import annotations

import json
import os
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from ..services.suggestion import suggestion
from .atomic_file import ProfileError, read, update
from .profile import Profile, invalid_field

__all__ = ["ProfileStore", "Summary", "default_path"]

_VERSION = 1
_KEYRING_SERVICE = "oauth2"


class Summary(NamedTuple):
    """What a list shows of a profile: no secret, and none is read for it."""

    name: str
    service: str | None
    consumer_key: str
    token_key: str | None
    in_keyring: bool


class ProfileStore:
    """Profiles in a file, with their secrets in a keyring where there is one.

    The keyring is that of the package ``keyring``, if its backend is one that it recommends
    (a priority of 1 or more). One that fails loses no token: `save` then keeps all in the
    file, and says so.

    All methods raise ProfileError, which says what to do, for a file that is damaged, that
    others can read or write, or that cannot be used; such a file is left as it is.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = Path(path)

    def summaries(self) -> list[Summary]:
        """Return what there is, in the order in which it was first saved."""
        return [
            Summary(
                name,
                entry.get("service"),
                entry["consumer"]["key"],
                entry["token"]["key"] if entry.get("token") else None,
                bool(entry.get("keyring")),
            )
            for name, entry in self._entries(read(self.path)).items()
        ]

    def load(self) -> dict[str, Profile]:
        """Return all profiles by name, with their secrets."""
        entries = self._entries(read(self.path))
        return {name: self._profile(name, entry) for name, entry in entries.items()}

    def get(self, name: str) -> Profile:
        """Return a profile with its secrets; raises ProfileError that names those alike."""
        return self._profile(name, self._entry(name))

    def default_name(self) -> str | None:
        """Return the name that `use` chose; None for none, and for one that is no longer there."""
        return self._contents(read(self.path))[1]

    def use(self, name: str) -> None:
        """Choose the profile that is taken where none is named; raises as `get` does."""
        self._entry(name)
        update(self.path, lambda content: _document(self._entries(content), name))

    def save(self, profile: Profile) -> str | None:
        """Keep a profile, in the place of the one of the same name.

        Returns None, or a message for the user: why its secrets are not in the keyring.
        """
        self._entries(read(self.path))  # or the keyring would change for a file that cannot
        credentials = profile.credentials()
        entry = {**profile.settings(), **credentials}
        failure = None
        if _keyring() is not None:
            _, failure = _ask_keyring(
                "set_password", self._name_in_keyring(profile.name), json.dumps(credentials)
            )
            if failure is None:
                keys = {
                    name: value and {"key": value["key"]} for name, value in credentials.items()
                }
                entry.update(keys, keyring=True)

        def saved(content: bytes | None) -> bytes:
            entries, default = self._contents(content)
            return _document({**entries, profile.name: entry}, default)

        update(self.path, saved)
        return failure and f"{failure}: the secrets of {profile.name!r} are in {self.path}"

    def remove(self, name: str) -> str | None:
        """Forget a profile; raises ProfileError that names those alike.

        Returns None, or a message for the user: why its secrets may still be in the keyring.
        """
        failure = None
        if self._entry(name).get("keyring"):
            _, failure = _ask_keyring("delete_password", self._name_in_keyring(name))

        def removed(content: bytes | None) -> bytes:
            entries, default = self._contents(content)
            entries.pop(name, None)
            return _document(entries, default)

        update(self.path, removed)
        return failure and f"{failure}: the secrets of {name!r} may still be in the keyring"

    def check_writable(self) -> None:
        """Try all that `save` does with the file, short of replacing it.

        Called before a user is sent to a provider, so that no token is issued that cannot be kept.
        """

        def unchanged(content: bytes | None) -> None:
            self._entries(content)

        update(self.path, unchanged)

    def _entries(self, content: bytes | None) -> dict[str, Any]:
        return self._contents(content)[0]

    def _contents(self, content: bytes | None) -> tuple[dict[str, Any], str | None]:
        """Read the file as entries by name, look at each, and find the name of the default."""
        if content is None:
            return {}, None
        data, damage = _parsed(content)
        if damage is not None:
            raise self._damaged(damage)
        version = data.get("version") if isinstance(data, dict) else None
        if isinstance(version, int) and version != _VERSION:
            raise ProfileError(
                f"{self.path}: expected version {_VERSION}, got {version}: use a newer oauth2"
            )
        entries = data.get("profiles") if version == _VERSION else None
        if not isinstance(entries, dict):
            raise self._damaged("expected an object with version and profiles")
        for name, entry in entries.items():
            self._require_valid(name, entry, "key")
        default = data.get("default")
        return entries, default if isinstance(default, str) and default in entries else None

    def _entry(self, name: str) -> dict[str, Any]:
        entries = self._entries(read(self.path))
        if name not in entries:
            meant = suggestion(name, entries)
            how = "'oauth2 profiles list' lists them all"
            if not entries:
                how = "'oauth2 authorize' stores one"
            raise ProfileError(f"{self.path}: no profile {name!r}{meant}: {how}")
        entry: dict[str, Any] = entries[name]
        return entry

    def _profile(self, name: str, entry: dict[str, Any]) -> Profile:
        if entry.get("keyring"):
            entry = {**entry, **self._from_keyring(name)}
        self._require_valid(name, entry, "key", "secret")
        return Profile.from_entry(name, entry)

    def _from_keyring(self, name: str) -> dict[str, Any]:
        value, failure = _ask_keyring("get_password", self._name_in_keyring(name))
        credentials = _parsed(value)[0] if value else None
        if isinstance(credentials, dict):
            return credentials
        reason = failure or "the keyring has none that can be read"
        raise ProfileError(
            f"{self.path}: no secrets of profile {name!r}: {reason}: unlock it, or authorize again"
        )

    def _name_in_keyring(self, name: str) -> str:
        """Return another name for each file: two may have profiles of one name."""
        return f"{name} of {os.path.realpath(self.path)}"

    def _require_valid(self, name: str, entry: object, *needed: str) -> None:
        field = invalid_field(entry, needed)
        if field is not None:
            raise self._damaged(f"profile {name!r}, field {field}")

    def _damaged(self, where: str) -> ProfileError:
        return ProfileError(f"{self.path}: damaged: {where}: mend it, or move it away")


def default_path() -> Path:
    """Return where the command keeps its profiles; ImportError without the extra ``cli``."""
    try:
        from platformdirs import user_config_path
    except ImportError as exc:
        hint = "the profiles of this user need the extra 'cli'"
        raise ImportError(f"{hint}: python -m pip install 'oauth2[cli]'") from exc
    return user_config_path("oauth2", appauthor=False) / "profiles.json"


def _document(entries: dict[str, Any], default: str | None) -> bytes:
    document: dict[str, Any] = {"version": _VERSION, "profiles": entries}
    if default in entries:
        document["default"] = default
    # ASCII, so that an octet of a secret that is not valid UTF-8 is read back as it was.
    return f"{json.dumps(document, indent=2)}\n".encode()


def _parsed(text: str | bytes) -> tuple[Any, str | None]:
    """Return what JSON says, and where it is damaged; no error, as that would quote it all."""
    try:
        return json.loads(text), None
    except json.JSONDecodeError as exc:
        return None, f"line {exc.lineno} column {exc.colno}"
    except UnicodeDecodeError as exc:
        return None, f"byte {exc.start} is not valid UTF-8"
    except (ValueError, RecursionError):
        return None, "a number that is too long, or too many brackets"


def _keyring() -> Any:
    """Return the keyring of this machine, None where there is none to rely on."""
    try:
        import keyring

        backend = keyring.get_keyring()
        return backend if backend.priority >= 1 else None
    except Exception:  # one that is not installed, or not set up, raises what it likes
        return None


def _ask_keyring(method: str, *arguments: str) -> tuple[Any, str | None]:
    """Call the keyring; return its result, and why it has none; what it raises is not passed on."""
    backend = _keyring()
    if backend is None:
        return None, "there is no keyring here"
    try:
        return getattr(backend, method)(_KEYRING_SERVICE, *arguments), None
    except Exception as exc:
        is_locked = type(exc).__name__ == "KeyringLocked"
        return None, "the keyring is locked" if is_locked else "the keyring failed"
