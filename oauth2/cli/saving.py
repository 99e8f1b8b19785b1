"""The body of a response in a file, of which nothing is lost where it cannot be written."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

import click

__all__ = ["keep", "require_writable", "save"]

_PREFIX = "oauth2-"


def require_writable(output: str) -> None:
    """See that a body can be written before the request is sent; raises ClickException."""
    try:
        if not os.path.exists(output):
            target = os.path.realpath(output)  # a link that leads nowhere stays
            open(target, "xb").close()
            os.unlink(target)
    except OSError as exc:
        raise click.ClickException(f"-o {output}: {exc.strerror}") from exc


def save(output: str, content: bytes) -> None:
    """Write a body to a file, to which a link leads or not; a file that is there stays whole.

    What is no regular file is written to, and so is one that has several names, another owner
    or a folder that takes no new file. Raises OSError.
    """
    path = Path(output)
    if not path.exists():
        _write_new(Path(os.path.realpath(output)), content)
    elif not _replaced(path, content):
        path.write_bytes(content)


def keep(content: bytes) -> str | None:
    """Put a body that cannot be saved into a temporary file; return its name, None for none."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=_PREFIX)
        os.close(descriptor)
        _write_new(Path(name), content)
    except OSError:
        return None
    return name


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, or empty; none is left that is not whole."""
    try:
        path.write_bytes(content)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _replaced(path: Path, content: bytes) -> bool:
    """Put a file of the same mode in the place of one; False where it has to be written to."""
    before = os.stat(path)
    if not stat.S_ISREG(before.st_mode) or before.st_nlink > 1:
        return False
    target = os.path.realpath(path)
    try:
        descriptor, new = tempfile.mkstemp(prefix=_PREFIX, dir=os.path.dirname(target))
    except OSError:
        return False
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
        made = os.stat(new)
        if (made.st_uid, made.st_gid) != (before.st_uid, before.st_gid):
            return False
        # Without the bits that have a program run as its owner, which writing takes away, too.
        os.chmod(new, stat.S_IMODE(before.st_mode) & ~(stat.S_ISUID | stat.S_ISGID))
        os.replace(new, target)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(new)
    return True
