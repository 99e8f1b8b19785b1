"""The profile that is taken where none is named: chosen, kept, and given up."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from oauth2 import Consumer, Token
from oauth2.profiles import Profile, ProfileError, ProfileStore


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProfileStore:
    """Keep the profiles ``mine`` and ``other`` in a file, and leave the keyring alone."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    store = ProfileStore(tmp_path / "profiles.json")
    for name in ("mine", "other"):
        store.save(Profile(name, Consumer("key", "sekrit"), Token("token", "sekrit")))
    return store


def test_nothing_is_chosen_at_first(store: ProfileStore, tmp_path: Path) -> None:
    """Neither in a file without a choice, nor where there is no file."""
    assert store.default_name() is None
    assert ProfileStore(tmp_path / "none.json").default_name() is None


def test_choice_outlives_what_is_done_to_other_profiles(store: ProfileStore) -> None:
    """And the profile itself being saved anew."""
    store.use("other")
    store.use("mine")
    store.save(Profile("mine", Consumer("new", "sekrit")))
    store.save(Profile("third", Consumer("key", "sekrit")))
    store.remove("other")
    assert store.default_name() == "mine"
    assert list(store.load()) == ["mine", "third"]


def test_choice_ends_with_its_profile(store: ProfileStore) -> None:
    """One that gets the same name later is not chosen by that."""
    store.use("mine")
    store.remove("mine")
    assert store.default_name() is None
    store.save(Profile("mine", Consumer("key", "sekrit")))
    assert store.default_name() is None


def test_profile_that_is_not_there_cannot_be_chosen(store: ProfileStore) -> None:
    """The file stays as it is, and the error names one alike."""
    before = store.path.read_bytes()
    with pytest.raises(ProfileError, match=r"no profile 'mime' \(did you mean mine\?\)"):
        store.use("mime")
    assert store.path.read_bytes() == before


@pytest.mark.parametrize("default", ["gone", 5, None, ["mine"]])
def test_choice_that_names_no_profile_is_none(store: ProfileStore, default: Any) -> None:
    """As an oauth2 that knows of no choice may remove a profile."""
    document = json.loads(store.path.read_bytes())
    store.path.write_text(json.dumps({**document, "default": default}))
    assert store.default_name() is None
    store.use("mine")
    assert store.default_name() == "mine"
