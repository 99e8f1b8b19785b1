"""Where profiles are kept, without a keyring: real files, and processes that are killed."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from secrets_check import assert_no_secret

from oauth2 import Consumer, Token
from oauth2.profiles import Profile, ProfileError, ProfileStore, Summary

SECRETS = ("consumer-sekrit", "token-sekrit", "handle sekrit")


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the keyring of whoever runs these tests alone."""
    monkeypatch.setitem(sys.modules, "keyring", None)


@pytest.fixture
def store(tmp_path: Path) -> ProfileStore:
    """Keep profiles in a file that is not there yet."""
    return ProfileStore(tmp_path / "oauth2" / "profiles.json")


def profile(name: str = "mine", key: str = "key", **settings: Any) -> Profile:
    """Make a profile as a flow leaves it."""
    token = Token("token", "token-sekrit")
    token.extra = {"screen_name": "ann", "oauth_session_handle": "handle sekrit"}
    return Profile(name, Consumer(key, "consumer-sekrit"), token, **settings)


def facts(kept: Profile) -> tuple[Any, ...]:
    """Return what makes two profiles equal."""
    return kept.name, kept.settings(), kept.credentials()


def test_store_is_empty_at_first(store: ProfileStore) -> None:
    """No file is no error, and none is made by looking."""
    assert (store.load(), store.summaries()) == ({}, [])
    assert not store.path.parent.exists()


def test_profile_comes_back_as_it_was_saved(store: ProfileStore) -> None:
    """With its secrets, and with what came beside the token."""
    saved = profile(service="tumblr", placement="header", variables={"base": "https://a.example"})
    assert store.save(saved) is None
    assert facts(store.get("mine")) == facts(saved)
    assert facts(store.load()["mine"]) == facts(saved)


def test_profile_without_a_token_comes_back(store: ProfileStore) -> None:
    """Two-legged requests need none."""
    store.save(Profile("mine", Consumer("key", "")))
    assert (store.get("mine").token, store.get("mine").consumer.secret) == (None, "")
    assert store.summaries() == [Summary("mine", None, "key", None, False)]


@pytest.mark.parametrize("secret", [b"sekrit \xe9\xff", "sekrit \udce9", "sekrit \u00e9\U0001f511"])
def test_secret_keeps_its_octets(store: ProfileStore, secret: str | bytes) -> None:
    """Also those that are not valid UTF-8."""
    store.save(Profile("mine", Consumer("key", secret)))
    kept = store.get("mine").consumer.secret
    as_text = secret.decode("utf-8", "surrogateescape") if isinstance(secret, bytes) else secret
    assert kept == as_text
    assert store.path.read_bytes().isascii()


def test_profile_of_the_same_name_is_replaced(store: ProfileStore) -> None:
    """Whole: no setting of the old one stays. All others stay as they are."""
    store.save(profile(service="tumblr", realm="r"))
    store.save(profile("other"))
    store.save(profile(key="new"))
    assert [(s.name, s.service, s.consumer_key) for s in store.summaries()] == [
        ("mine", None, "new"),
        ("other", None, "key"),
    ]
    assert store.get("mine").realm is None


def test_profile_is_removed(store: ProfileStore) -> None:
    """And no other."""
    store.save(profile())
    store.save(profile("other"))
    assert store.remove("mine") is None
    assert list(store.load()) == ["other"]


def test_summary_shows_no_secret(store: ProfileStore) -> None:
    """It is what a list is made of."""
    store.save(profile(service="tumblr"))
    assert store.summaries() == [Summary("mine", "tumblr", "key", "token", False)]
    assert_no_secret(ValueError(store.summaries()), *SECRETS)


@pytest.mark.parametrize("method", [ProfileStore.get, ProfileStore.remove])
@pytest.mark.parametrize(
    ("name", "meant"),
    [("mime", " (did you mean mine?)"), ("zzz", "")],
)
def test_profile_that_is_not_there_is_met_with_those_alike(
    store: ProfileStore, method: Any, name: str, meant: str
) -> None:
    """The error says where all of them stand."""
    store.save(profile())
    with pytest.raises(ProfileError) as caught:
        method(store, name)
    assert str(caught.value) == (
        f"{store.path}: no profile '{name}'{meant}: 'oauth2 profiles list' lists them all"
    )


def test_file_and_directory_are_the_owners_alone(store: ProfileStore) -> None:
    """Whatever the umask is."""
    before = os.umask(0)
    try:
        store.save(profile())
    finally:
        os.umask(before)
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


def test_file_says_its_version(store: ProfileStore) -> None:
    """So that a later oauth2 can tell."""
    store.save(profile())
    assert json.loads(store.path.read_bytes())["version"] == 1


WHOLE = {"consumer": {"key": "k", "secret": "sekrit"}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b'{"version": 1,\n "profiles": {"sekrit',
            "damaged: line 2 column 15: mend it, or move it away",
        ),
        (b"", "damaged: line 1 column 1: mend it, or move it away"),
        (b'{"sekrit\xff', "damaged: byte 8 is not valid UTF-8: mend it, or move it away"),
        (b"[" * 100_000, "damaged: a number that is too long, or too many brackets: mend it"),
        (b'["sekrit"]', "damaged: expected an object with version and profiles: "),
        (b'{"version": 1}', "damaged: expected an object with version and profiles: "),
        (b'{"version": "sekrit"}', "damaged: expected an object with version and profiles: "),
        (b'{"version": 1, "profiles": ["sekrit"]}', "damaged: expected an object with version "),
        (b'{"version": 2}', "expected version 1, got 2: use a newer oauth2"),
        (
            json.dumps({"version": 1, "profiles": {"a": WHOLE, "b": "sekrit"}}).encode(),
            "damaged: profile 'b', field profile: ",
        ),
        (
            json.dumps({"version": 1, "profiles": {"a": {"consumer": "sekrit"}}}).encode(),
            "damaged: profile 'a', field consumer: ",
        ),
    ],
)
def test_file_that_is_damaged_is_refused_and_left_alone(
    store: ProfileStore, content: bytes, message: str
) -> None:
    """By all that reads or writes; the place is named, and nothing of it is quoted."""
    store.path.parent.mkdir()
    store.path.write_bytes(content)
    store.path.chmod(0o600)
    for attempt in (
        store.load,
        store.summaries,
        store.check_writable,
        lambda: store.get("a"),
        lambda: store.save(profile()),
        lambda: store.remove("a"),
    ):
        with pytest.raises(ProfileError) as caught:
            attempt()
        assert str(caught.value).startswith(f"{store.path}: {message}")
        assert_no_secret(caught.value, "sekrit")
    assert store.path.read_bytes() == content


def test_profile_whose_secret_went_is_refused_alone(store: ProfileStore) -> None:
    """It can be listed and removed, and others can be read."""
    store.save(profile("other"))
    document = json.loads(store.path.read_bytes())
    document["profiles"]["mine"] = {"consumer": {"key": "k"}}
    store.path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ProfileError, match="damaged: profile 'mine', field consumer: "):
        store.get("mine")
    assert store.get("other").name == "other"
    store.remove("mine")
    assert list(store.load()) == ["other"]


def test_file_that_others_can_read_is_refused(store: ProfileStore) -> None:
    """The error says how to mend it, and nothing is written into it."""
    store.save(profile())
    store.path.chmod(0o644)
    for attempt in (store.load, store.check_writable, lambda: store.save(profile())):
        with pytest.raises(ProfileError, match=f"chmod 600 {store.path}$"):
            attempt()


def test_writing_is_tried_before_a_user_is_sent_away(store: ProfileStore) -> None:
    """The directory is made by then, and the file is not touched."""
    store.check_writable()
    assert os.listdir(store.path.parent) == ["profiles.json.lock"]
    store.save(profile())
    before = store.path.stat()
    store.check_writable()
    assert os.path.samestat(store.path.stat(), before)


def test_place_that_cannot_be_written_is_found_before_a_user_is_sent_away(tmp_path: Path) -> None:
    """A token would be lost later."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    store = ProfileStore(str(tmp_path / "file" / "oauth2" / "profiles.json"))
    with pytest.raises(ProfileError, match="cannot be written: Not a directory"):
        store.check_writable()


PRELUDE = """
import sys
sys.modules["keyring"] = None
from oauth2 import Consumer, Token
from oauth2.profiles import Profile, ProfileStore
store = ProfileStore(sys.argv[1])
print("ready", flush=True)
"""
KILLED = f"""{PRELUDE}
import os, signal
from oauth2.profiles.file import update
writing = update.__code__.co_filename
number, calls = int(sys.argv[2]), 0
def count(frame, event, argument):
    global calls
    if event == "c_call" and frame.f_code.co_filename == writing:
        calls += 1
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
secret = f"{{number}} sekrit " * 1000
profile = Profile(f"p{{number % 3}}", Consumer(str(number), secret), Token("t", secret))
sys.setprofile(count)
store.save(profile)
"""
FIFTY = f"""{PRELUDE}
for number in range(50):
    store.save(Profile(f"{{sys.argv[2]}} {{number}}", Consumer("key", "consumer-sekrit")))
"""


def started(code: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Run code in a process of its own, and wait until it says that it is ready."""
    command = [sys.executable, "-c", code, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


@pytest.mark.long
def test_killed_command_leaves_the_old_file_or_the_new_one_whole(store: ProfileStore) -> None:
    """Before each call of what is not Python in turn; the next one goes on with what is there."""
    left_behind = 0
    number, exit_status = 0, -signal.SIGKILL
    while exit_status == -signal.SIGKILL:
        number += 1
        process = started(KILLED, str(store.path), str(number))
        process.communicate()
        exit_status = process.returncode
        for kept in store.load().values():
            secret = f"{kept.consumer.key!s} sekrit " * 1000
            assert (kept.consumer.secret, kept.token and kept.token.secret) == (secret, secret)
        left_behind += any(store.path.parent.glob("*.new"))
    assert exit_status == 0
    assert store.load()
    assert left_behind > 5
    store.save(profile())
    assert sorted(os.listdir(store.path.parent)) == ["profiles.json", "profiles.json.lock"]


@pytest.mark.long
def test_commands_that_save_at_once_lose_nothing(store: ProfileStore) -> None:
    """Two processes, fifty profiles each."""
    processes = [started(FIFTY, str(store.path), name) for name in ("left", "right")]
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0]
    names = {f"{name} {number}" for name in ("left", "right") for number in range(50)}
    assert store.load().keys() == names
