"""Profiles with their secrets in a keyring: that of keyrings.alt, which writes a real file."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked, PasswordDeleteError
from keyrings.alt.file import PlaintextKeyring
from secrets_check import assert_no_secret

from oauth2 import Consumer, Token
from oauth2.profiles import Profile, ProfileError, ProfileStore, default_path


class FileKeyring(PlaintextKeyring):
    """The independent one, which is recommended as those of the systems are."""

    priority = 5

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def file_path(self) -> str:
        return str(self.path)


class BrokenKeyring(KeyringBackend):
    """One that is locked, or that fails in a way of its own."""

    priority = 5

    def __init__(self, error: Exception) -> None:
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error

    def delete_password(self, service: str, username: str) -> None:
        raise self.error


@pytest.fixture(autouse=True)
def usual_keyring() -> Iterator[None]:
    """Give back the keyring that was there."""
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


@pytest.fixture
def backend(tmp_path: Path) -> FileKeyring:
    """Put a keyring into a file."""
    backend = FileKeyring(tmp_path / "keyring.cfg")
    keyring.set_keyring(backend)
    return backend


@pytest.fixture
def store(tmp_path: Path) -> ProfileStore:
    """Keep profiles in a file that is not there yet."""
    return ProfileStore(tmp_path / "profiles.json")


def profile(name: str = "mine", secret: str | bytes = "consumer sekrit") -> Profile:
    """Make a profile as a flow leaves it."""
    token = Token("token", "token sekrit")
    token.extra = {"screen_name": "ann", "oauth_session_handle": "handle sekrit"}
    return Profile(name, Consumer("key", secret), token, "tumblr")


def in_keyring(store: ProfileStore) -> str:
    """Return the name that the keyring has for the profile."""
    return f"mine of {os.path.realpath(store.path)}"


def test_profiles_of_one_name_in_two_files_are_two(
    backend: FileKeyring, store: ProfileStore
) -> None:
    """The keyring keeps both, and forgets one at a time."""
    other = ProfileStore(store.path.with_name("other.json"))
    store.save(profile())
    other.save(profile(secret="other sekrit"))
    assert store.get("mine").consumer.secret == "consumer sekrit"
    assert other.remove("mine") is None
    assert store.get("mine").consumer.secret == "consumer sekrit"


def test_profile_comes_back_with_the_secrets_of_the_keyring(
    backend: FileKeyring, store: ProfileStore
) -> None:
    """The file has the rest, is as private, and says where they are."""
    saved = profile()
    assert store.save(saved) is None
    assert b"sekrit" not in store.path.read_bytes()
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert [summary.in_keyring for summary in store.summaries()] == [True]
    kept = store.get("mine")
    assert (kept.credentials(), kept.settings()) == (saved.credentials(), saved.settings())
    assert "consumer sekrit" in (backend.get_password("oauth2", in_keyring(store)) or "")


def test_profile_without_a_token_comes_back(backend: FileKeyring, store: ProfileStore) -> None:
    """The keyring has the consumer alone."""
    store.save(Profile("mine", Consumer("key", "consumer sekrit")))
    assert (store.get("mine").token, store.get("mine").consumer.secret) == (
        None,
        "consumer sekrit",
    )


def test_secret_that_is_no_utf_8_comes_back(backend: FileKeyring, store: ProfileStore) -> None:
    """The keyring gets ASCII, which each of them keeps."""
    store.save(profile(secret=b"sekrit \xe9"))
    assert store.get("mine").consumer.secret == "sekrit \udce9"


def test_key_and_secret_are_of_one_token_though_the_file_is_older(
    backend: FileKeyring, store: ProfileStore
) -> None:
    """A command that is killed between the two leaves the keyring ahead of the file."""
    store.save(profile())
    before = store.path.read_bytes()
    store.save(Profile("mine", Consumer("key", "s"), Token("second", "second sekrit")))
    store.path.write_bytes(before)
    token = store.get("mine").token
    assert token is not None
    assert (token.key, token.secret) == ("second", "second sekrit")


def test_removing_a_profile_removes_it_from_the_keyring(
    backend: FileKeyring, store: ProfileStore
) -> None:
    """And no other."""
    store.save(profile())
    store.save(profile("other"))
    assert store.remove("mine") is None
    assert backend.get_password("oauth2", in_keyring(store)) is None
    assert list(store.load()) == ["other"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (KeyringLocked("sekrit"), "the keyring is locked"),
        (RuntimeError("sekrit"), "the keyring failed"),
    ],
)
def test_keyring_that_refuses_loses_no_token(
    store: ProfileStore, error: Exception, reason: str
) -> None:
    """All is in the file then, and the user is told."""
    keyring.set_keyring(BrokenKeyring(error))
    assert store.save(profile()) == (f"{reason}: the secrets of 'mine' are in {store.path}")
    assert [summary.in_keyring for summary in store.summaries()] == [False]
    assert store.get("mine").consumer.secret == "consumer sekrit"
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("kind", [fail.Keyring, null.Keyring])
def test_keyring_that_keeps_nothing_is_not_used(store: ProfileStore, kind: Any) -> None:
    """Where a machine has none, the package stands in with these; all is in the file."""
    keyring.set_keyring(kind())
    assert store.save(profile()) is None
    assert store.get("mine").consumer.secret == "consumer sekrit"


def test_keyring_that_its_package_does_not_recommend_is_not_used(
    tmp_path: Path, store: ProfileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of another package protects no better than ours."""
    monkeypatch.setattr(FileKeyring, "priority", 0.5)
    keyring.set_keyring(FileKeyring(tmp_path / "keyring.cfg"))
    store.save(profile())
    assert not (tmp_path / "keyring.cfg").exists()


def test_keyring_that_cannot_be_set_up_is_not_used(
    store: ProfileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its package raises what it likes when it is asked."""

    def broken() -> KeyringBackend:
        raise ModuleNotFoundError("No module named 'nowhere'")

    monkeypatch.setattr(keyring, "get_keyring", broken)
    assert store.save(profile()) is None
    assert store.get("mine").consumer.secret == "consumer sekrit"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "the keyring has none that can be read"),
        ("", "the keyring has none that can be read"),
        ('{"consumer": "sekrit', "the keyring has none that can be read"),
        ('["sekrit"]', "the keyring has none that can be read"),
    ],
)
def test_secret_that_the_keyring_has_no_longer_is_told(
    backend: FileKeyring, store: ProfileStore, value: str | None, message: str
) -> None:
    """The error names the profile, and says what to do."""
    store.save(profile())
    backend.delete_password("oauth2", in_keyring(store))
    if value is not None:
        backend.set_password("oauth2", in_keyring(store), value)
    with pytest.raises(ProfileError) as caught:
        store.get("mine")
    assert str(caught.value) == (
        f"{store.path}: no secrets of profile 'mine': {message}: unlock it, or authorize again"
    )
    assert_no_secret(caught.value, "sekrit")


def test_secret_that_is_no_text_any_more_is_told(backend: FileKeyring, store: ProfileStore) -> None:
    """Another program may have written under the same name."""
    store.save(profile())
    backend.set_password("oauth2", in_keyring(store), json.dumps({"consumer": {"key": "sekrit"}}))
    with pytest.raises(ProfileError, match="profile 'mine', field consumer") as caught:
        store.get("mine")
    assert_no_secret(caught.value, "sekrit")


def test_keyring_that_is_locked_is_told(backend: FileKeyring, store: ProfileStore) -> None:
    """Its own error ends here, as nobody knows what is in it."""
    store.save(profile())
    keyring.set_keyring(BrokenKeyring(KeyringLocked("sekrit")))
    with pytest.raises(ProfileError) as caught:
        store.get("mine")
    assert str(caught.value) == (
        f"{store.path}: no secrets of profile 'mine': the keyring is locked: "
        "unlock it, or authorize again"
    )
    assert_no_secret(caught.value, "sekrit")


def test_keyring_that_went_is_told(backend: FileKeyring, store: ProfileStore) -> None:
    """The file was carried to another machine."""
    store.save(profile())
    nothing: Any = null.Keyring
    keyring.set_keyring(nothing())
    with pytest.raises(ProfileError, match="'mine': there is no keyring here: unlock it, or "):
        store.get("mine")


@pytest.mark.parametrize("error", [PasswordDeleteError("sekrit"), OSError("sekrit")])
def test_profile_is_removed_though_its_keyring_fails(
    backend: FileKeyring, store: ProfileStore, error: Exception
) -> None:
    """The user is told what may be left."""
    store.save(profile())
    keyring.set_keyring(BrokenKeyring(error))
    assert store.remove("mine") == (
        "the keyring failed: the secrets of 'mine' may still be in the keyring"
    )
    assert store.summaries() == []


def test_keyring_is_left_alone_for_a_file_that_cannot_be_used(
    backend: FileKeyring, store: ProfileStore
) -> None:
    """Or the profile that is in the damaged file would lose its secrets."""
    store.path.write_bytes(b"{")
    store.path.chmod(0o600)
    with pytest.raises(ProfileError, match="damaged"):
        store.save(profile())
    assert backend.get_password("oauth2", in_keyring(store)) is None


def test_profiles_are_kept_where_the_system_has_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under a name of ours."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    path = default_path()
    assert path.parts[-2:] == ("oauth2", "profiles.json")
    assert os.path.commonpath([path, tmp_path]) == str(tmp_path)
