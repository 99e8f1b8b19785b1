"""An owner-only file, replaced atomically: the one that holds profiles."""

from __future__ import annotations

import os
import shlex
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from errno import ENOTDIR
from glob import escape
from pathlib import Path

__all__ = ["ProfileError", "read", "update", "write"]

_HAS_MODES = os.name == "posix"
_LOCK_SECONDS = 10.0  # no command takes that long from reading to replacing
_PAUSE_SECONDS = 0.01


class ProfileError(ValueError):
    """A profile cannot be read, found or kept; the message says what to do."""


def read(path: Path) -> bytes | None:
    """Return the content of the file, None where there is none.

    Raises ProfileError for what is not a regular file, for one that others can read or
    write, and for one that cannot be read.
    """
    try:
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode):
            raise ProfileError(f"{path}: expected a file, got a directory or the like")
        if _HAS_MODES and mode & 0o077:
            remedy = f"chmod 600 {shlex.quote(str(path))}"
            raise ProfileError(f"{path}: others can read or change the secrets in it: {remedy}")
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise ProfileError(f"{path}: cannot be read: {exc.strerror}") from exc


def update(path: Path, change: Callable[[bytes | None], bytes | None]) -> None:
    """Replace the file by what ``change`` makes of its content, None for no file.

    Nobody sees or leaves half of it. A link is followed. Where ``change`` returns None, all
    of that is tried, and nothing is replaced. With the package ``filelock``, of the extra
    ``cli``, one update waits for another, and none is lost; the system ends the lock of a
    command that was killed.

    Raises what `read` and ``change`` raise, and ProfileError for what cannot be written, or
    is locked by another command for ten seconds.
    """
    with _target(path) as target, _locked(target):
        _replace(target, change(read(target)))


def write(path: Path, content: bytes) -> None:
    """Replace a file that nobody else writes, as `update` does, but without a lock beside it."""
    with _target(path) as target:
        read(target)  # which has to be a file of its owner alone
        _replace(target, content)


@contextmanager
def _target(path: Path) -> Iterator[Path]:
    """Return the file to which a path leads, in a directory that is there."""
    target = Path(os.path.realpath(path))
    try:
        _make_directory(target.parent)
        yield target
    except TimeoutError as exc:
        raise ProfileError(f"{path}: another command is writing it: try again later") from exc
    except OSError as exc:
        raise ProfileError(f"{path}: cannot be written: {exc.strerror}") from exc


def _make_directory(directory: Path) -> None:
    """Make a directory and those above it, for the owner alone whatever the umask is."""
    for made in reversed([each for each in (directory, *directory.parents) if not each.exists()]):
        made.mkdir(mode=0o700, exist_ok=True)
    if not directory.is_dir():  # or the lock would say that the file in its place exists
        raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR))


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Have the file for one command; what one that was killed left beside it is removed."""
    try:
        from filelock import FileLock
    except ImportError:  # the library alone needs no extra; a program saves now and then
        yield
        return
    lock = FileLock(f"{target}.lock", _LOCK_SECONDS, mode=0o600)
    with lock.acquire(poll_interval=_PAUSE_SECONDS):
        for left in target.parent.glob(f"{escape(target.name)}.*new"):  # 2.3 had no more between
            left.unlink(missing_ok=True)
        yield


def _replace(target: Path, content: bytes | None) -> None:
    """Write a new file beside the old one, and put it in its place; for None, remove it again."""
    descriptor, name = tempfile.mkstemp(".new", f"{target.name}.", target.parent)
    try:
        with open(descriptor, "wb") as file:
            # The umask may have taken away what the owner needs.
            os.chmod(name, 0o600)
            file.write(content or b"")
            file.flush()
            os.fsync(file.fileno())
        if content is not None:
            os.replace(name, target)
            _sync(target.parent)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)


def _sync(directory: Path) -> None:
    """Flush the directory to the disk, on systems that can."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
