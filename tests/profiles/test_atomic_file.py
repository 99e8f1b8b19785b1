"""The file of profiles: whose it is, and that it is whole at any moment."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from oauth2.profiles import atomic_file
from oauth2.profiles.atomic_file import ProfileError, read, update


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Name a file that is not there yet."""
    return tmp_path / "profiles.json"


@pytest.fixture(params=[0, 0o022, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """Set a umask: none, the usual one, and one that takes all away."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


def new_of(path: Path) -> Path:
    """Return the new file, of which there is one."""
    (new,) = path.parent.glob(f"{path.name}.*new")
    return new


def files_beside(path: Path) -> list[str]:
    """Return the names of what is in the folder, but for the lock, which stays there."""
    return sorted(set(os.listdir(path.parent)) - {f"{path.name}.lock"})


def put(path: Path, content: bytes = b"old") -> None:
    """Write a file as the library has it."""
    path.write_bytes(content)
    path.chmod(0o600)


def appended(content: bytes | None) -> bytes:
    return (content or b"") + b"x"


def test_file_that_is_not_there_has_no_content(path: Path) -> None:
    """The first command of a user finds none."""
    assert read(path) is None


def test_update_gives_the_content_and_takes_the_new_one(path: Path) -> None:
    """None at first, and then what was written."""
    for _ in range(3):
        update(path, appended)
    assert read(path) == b"xxx"
    assert files_beside(path) == [path.name]


def test_file_is_the_owners_alone_from_its_first_byte(
    path: Path, umask: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its mode is never wider than 0600, not before it is written either."""
    modes = []
    chmod = os.chmod

    def watched(place: Any, wanted: int, **kwargs: Any) -> None:
        modes.append((mode(place), os.stat(place).st_size))
        chmod(place, wanted, **kwargs)

    monkeypatch.setattr(os, "chmod", watched)
    update(path, lambda content: b"sekrit")
    assert modes == [(0o600 & ~umask, 0)]
    assert mode(path) == 0o600


def test_directory_that_is_made_is_the_owners_alone(tmp_path: Path) -> None:
    """Each one that was not there, whatever the umask is."""
    before = os.umask(0)
    try:
        update(tmp_path / "a" / "b" / "profiles.json", appended)
    finally:
        os.umask(before)
    assert (mode(tmp_path / "a"), mode(tmp_path / "a" / "b")) == (0o700, 0o700)


def test_directory_that_is_there_keeps_its_mode(path: Path) -> None:
    """It may be the user's for other things too."""
    path.parent.chmod(0o755)
    update(path, appended)
    assert mode(path.parent) == 0o755


def test_update_to_nothing_replaces_nothing(path: Path) -> None:
    """It is how a command tries whether it could write."""
    update(path, lambda content: None)
    assert files_beside(path) == []
    put(path)
    inode = path.stat().st_ino
    update(path, lambda content: None)
    assert (read(path), path.stat().st_ino) == (b"old", inode)
    assert files_beside(path) == [path.name]


def test_link_is_followed(tmp_path: Path, path: Path) -> None:
    """Users keep such files in a directory that they carry around."""
    target = tmp_path / "elsewhere" / "mine.json"
    target.parent.mkdir()
    path.symlink_to(target)
    update(path, appended)
    update(path, appended)
    assert path.is_symlink()
    assert target.read_bytes() == b"xx"
    assert mode(target) == 0o600


def test_failing_change_leaves_the_old_file_alone(path: Path) -> None:
    """Ctrl-C included: nothing is left beside it."""
    put(path)

    def interrupted(content: bytes | None) -> bytes:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        update(path, interrupted)
    assert read(path) == b"old"
    assert files_beside(path) == [path.name]


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o620, 0o602, 0o610, 0o666])
def test_file_that_others_can_read_or_write_is_refused(path: Path, bits: int) -> None:
    """Both for reading and for writing, and the error says what to do."""
    put(path)
    path.chmod(bits)
    attempts: list[Callable[[], object]] = [lambda: read(path), lambda: update(path, appended)]
    for attempt in attempts:
        with pytest.raises(ProfileError) as caught:
            attempt()
        assert str(caught.value) == (
            f"{path}: others can read or change the secrets in it: chmod 600 {path}"
        )
    assert path.read_bytes() == b"old"


def test_remedy_can_be_pasted_into_a_shell(tmp_path: Path) -> None:
    """A blank in the path is quoted."""
    path = tmp_path / "my files" / "profiles.json"
    path.parent.mkdir()
    put(path)
    path.chmod(0o644)
    with pytest.raises(ProfileError) as caught:
        read(path)
    subprocess.run(["sh", "-c", str(caught.value).rpartition(": ")[2]], check=True)
    assert read(path) == b"old"


def test_modes_do_not_count_where_there_are_none(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows makes them up, and has other means."""
    put(path)
    path.chmod(0o666)
    monkeypatch.setattr(atomic_file, "_HAS_MODES", False)
    assert read(path) == b"old"


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["directory", "pipe"])
def test_what_is_no_file_is_refused(path: Path, make: Any) -> None:
    """Nothing waits for a pipe, and nothing is put into the place of a directory."""
    make(path)
    attempts: list[Callable[[], object]] = [lambda: read(path), lambda: update(path, appended)]
    for attempt in attempts:
        with pytest.raises(ProfileError, match="expected a file, got a directory or the like"):
            attempt()
    assert files_beside(path) == [path.name]


@pytest.mark.parametrize("below", ["profiles.json", "a/profiles.json"])
def test_path_under_a_file_is_refused(tmp_path: Path, below: str) -> None:
    """The system's own words say why."""
    put(tmp_path / "file")
    path = tmp_path / "file" / below
    with pytest.raises(ProfileError, match="cannot be read: Not a directory"):
        read(path)
    with pytest.raises(ProfileError, match="cannot be written: Not a directory"):
        update(path, appended)


def test_link_that_leads_nowhere_but_to_itself_is_refused(path: Path) -> None:
    """A circle of links leads to no file."""
    path.symlink_to(path)
    with pytest.raises(ProfileError, match="cannot be read: Too many levels of symbolic links"):
        read(path)


def test_update_waits_for_another_one(path: Path) -> None:
    """What that wrote is not lost."""
    reading, waiting = threading.Event(), threading.Event()

    def slow(content: bytes | None) -> bytes:
        reading.set()
        waiting.wait(20)
        return appended(content)

    first = threading.Thread(target=update, args=(path, slow))
    first.start()
    assert reading.wait(20)
    second = threading.Thread(target=update, args=(path, appended))
    second.start()
    second.join(0.05)
    assert second.is_alive()
    waiting.set()
    for thread in (first, second):
        thread.join()
    assert read(path) == b"xx"


def test_lock_that_is_not_released_is_an_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a command that was stopped; the file stays as it is."""
    put(path)
    monkeypatch.setattr(atomic_file, "_LOCK_SECONDS", 0.05)
    with FileLock(f"{path}.lock"):
        with pytest.raises(ProfileError, match="another command is writing it: try again later"):
            update(path, appended)
    assert read(path) == b"old"
    update(path, appended)
    assert read(path) == b"oldx"


def test_lock_is_the_owners_alone(path: Path, umask: int) -> None:
    """Nobody else can hold it."""
    update(path, appended)
    assert mode(path.with_name(f"{path.name}.lock")) == 0o600


KILLED = """
import os, signal, sys
from pathlib import Path
from oauth2.profiles.atomic_file import update
os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
update(Path(sys.argv[1]), lambda content: b"half")
"""


def test_what_a_killed_command_left_behind_is_removed_at_once(path: Path) -> None:
    """Its lock has ended with it, so that nobody waits; so is what 2.3 left."""
    put(path)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert new_of(path).read_bytes() == b"half"
    put(path.with_name(f"{path.name}.new"))
    started = time.monotonic()
    update(path, appended)
    assert time.monotonic() - started < 5
    assert read(path) == b"oldx"
    assert files_beside(path) == [path.name]


def test_dangling_link_in_the_place_of_a_new_file_is_not_followed(path: Path) -> None:
    """Nothing is written to where it leads."""
    path.with_name(f"{path.name}.new").symlink_to(path.parent / "elsewhere")
    update(path, appended)
    assert files_beside(path) == [path.name]


def test_file_is_replaced_without_a_lock_where_there_is_none(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that has the library alone can save, as ever."""
    monkeypatch.setitem(sys.modules, "filelock", None)
    update(path, appended)
    update(path, appended)
    assert read(path) == b"xx"
    assert os.listdir(path.parent) == [path.name]


def test_system_that_cannot_sync_a_directory_does_no_harm(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file itself is in its place by then."""
    fsync = os.fsync

    def picky(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(22, "Invalid argument")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", picky)
    update(path, appended)
    assert read(path) == b"x"


def test_full_disk_leaves_the_old_file_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error is the system's own, and nothing is left beside the file."""
    put(path)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProfileError, match="cannot be written: No space left on device"):
        update(path, appended)
    assert read(path) == b"old"
    assert files_beside(path) == [path.name]


COUNTER = """
import sys
from pathlib import Path
from oauth2.profiles.atomic_file import update
for _ in range(100):
    update(Path(sys.argv[1]), lambda content: b"%d" % (int(content or 0) + 1))
"""


@pytest.mark.long
def test_processes_that_count_at_once_lose_no_number(path: Path) -> None:
    """What lies between reading and replacing belongs to one of them."""
    command = [sys.executable, "-c", COUNTER, str(path)]
    processes = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert read(path) == b"300"
