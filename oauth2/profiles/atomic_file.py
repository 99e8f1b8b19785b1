"""An owner-only file, replaced atomically: the one that holds profiles."""

from __future__ import annotations

import os
import shlex
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

__all__ = ["ProfileError", "read", "update"]

_HAS_MODES = os.name == "posix"
_STALE_SECONDS = 10.0  # no command takes that long from reading to replacing
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

    Nobody sees or leaves half of it, and no other update is lost. The new file is written
    beside the old one, under a name that only one command at a time can have. A link is
    followed. Where ``change`` returns None, all of that is tried, and nothing is
    replaced; it is called again where another command took the place of a stopped one.

    Raises what `read` and ``change`` raise, and ProfileError for what cannot be written.
    """
    target = Path(os.path.realpath(path))
    try:
        _make_directory(target.parent)
        while not _replaced(target, change):
            pass
    except OSError as exc:
        raise ProfileError(f"{path}: cannot be written: {exc.strerror}") from exc


def _make_directory(directory: Path) -> None:
    """Make a directory and those above it, for the owner alone whatever the umask is."""
    for made in reversed([each for each in (directory, *directory.parents) if not each.exists()]):
        made.mkdir(mode=0o700, exist_ok=True)


def _replaced(target: Path, change: Callable[[bytes | None], bytes | None]) -> bool:
    """Tell whether the update was done, and not lost to another command."""
    new = Path(f"{target}.new")
    file = _acquire_lock(new)
    try:
        with file:
            content = change(read(target))
            file.write(content or b"")
            file.flush()
            os.fsync(file.fileno())
            is_ours = _is_at(new, file)
        if is_ours and content is not None:
            os.replace(new, target)
            _sync(target.parent)
        elif is_ours:
            new.unlink()
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    return is_ours


def _acquire_lock(new: Path) -> IO[bytes]:
    """Make the new file, whose name is the lock; wait while another command has it."""
    while True:
        try:
            return open(new, "xb", opener=_private)
        except FileExistsError:
            _wait_for_lock(new)


def _private(path: str, flags: int) -> int:
    descriptor = os.open(path, flags, 0o600)
    # The umask may have taken away what the owner needs.
    os.chmod(descriptor if os.chmod in os.supports_fd else path, 0o600)
    return descriptor


def _wait_for_lock(new: Path) -> None:
    """Wait a moment, or remove the lock of a command that was killed."""
    with suppress(FileNotFoundError):
        age = abs(time.time() - os.lstat(new).st_mtime)
        if age > _STALE_SECONDS:
            new.unlink()
        else:
            time.sleep(_PAUSE_SECONDS)


def _is_at(new: Path, file: IO[bytes]) -> bool:
    try:
        return os.path.samestat(os.lstat(new), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _sync(directory: Path) -> None:
    """Flush the directory to the disk, on systems that can."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
