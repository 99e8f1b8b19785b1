"""Programs that tests start, also those that Debian keeps out of the search path."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

# PostgreSQL's, the newest version first. MariaDB and nginx are where an
# ordinary user may not look.
_FOLDERS = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)


def is_installed(name: str) -> bool:
    """Tell whether a program is there."""
    return _found(name) is not None


def path_of(name: str) -> str:
    """Return where a program is; FileNotFoundError where it is not."""
    path = _found(name)
    if path is None:
        raise FileNotFoundError(name)
    return path


def _found(name: str) -> str | None:
    folders = [os.environ.get("PATH", os.defpath), *_FOLDERS, "/usr/sbin"]
    return shutil.which(name, path=os.pathsep.join(folders))
