"""`oauth2.profiles.load`: the one line by which a program uses what the command stored."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from known import CONSUMER, TOKEN
from platformdirs import user_config_path

import oauth2.profiles
from oauth2.profiles import Profile, ProfileError, ProfileStore


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Make a home of its own, and leave the keyring of whoever runs these tests alone."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def path() -> Path:
    """Store profiles where the command does, and return that place."""
    path = user_config_path("oauth2", appauthor=False) / "profiles.json"
    path.parent.mkdir(parents=True, mode=0o700)
    ProfileStore(path).save(Profile("tumblr", CONSUMER, TOKEN, realm=False))
    return path


def test_profile_of_the_command_signs(path: Path) -> None:
    """With its secrets."""
    profile = oauth2.profiles.load("tumblr")
    assert (profile.consumer.secret, profile.realm) == (CONSUMER.secret, False)
    signed = profile.signer().sign("GET", "http://a.example/")
    assert 'oauth_token="token"' in signed.headers["Authorization"]


def test_profile_of_another_file_needs_nothing_of_the_command(
    monkeypatch: pytest.MonkeyPatch, path: Path, tmp_path: Path
) -> None:
    """Where it is found by its path."""
    monkeypatch.setitem(sys.modules, "platformdirs", None)
    moved = tmp_path / "profiles.json"
    path.rename(moved)
    for place in (moved, str(moved)):
        assert oauth2.profiles.load("tumblr", place).name == "tumblr"


def test_name_that_is_not_there_is_an_error_that_names_those_alike(path: Path) -> None:
    """As in the command."""
    with pytest.raises(ProfileError, match="tumblr"):
        oauth2.profiles.load("tumbler")


def test_no_file_is_no_profile() -> None:
    """The error says how to have one, since a list of none would not help."""
    message = r"no profile 'tumblr': 'oauth2 authorize' stores one\Z"
    with pytest.raises(ProfileError, match=message):
        oauth2.profiles.load("tumblr")


def test_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """ImportError says what to install, and what for."""
    monkeypatch.setitem(sys.modules, "platformdirs", None)
    message = r"^the profiles of this user need the extra 'cli': .*pip install 'oauth2\[cli\]'$"
    with pytest.raises(ImportError, match=message):
        oauth2.profiles.load("tumblr")
