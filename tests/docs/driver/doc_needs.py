"""What a page needs beside a sandbox: servers that run while it is run, and where they are."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import pytest
from doc_run import Replaced
from stores import running_postgresql

Need = Callable[[Path], AbstractContextManager[Replaced]]
"""Given the folder of a page, starts what it needs, and tells what is replaced by what."""

SSH = """#!/bin/sh
while [ "$1" = -t ] || [ "$1" = -L ]; do
    [ "$1" = -L ] && shift
    shift
done
shift
exec sh -c "$*"
"""


@contextmanager
def here_for_ssh(folder: Path) -> Iterator[Replaced]:
    """Have an ssh that runs the command on this machine, whose ports need no forwarding."""
    program = folder / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text(SSH, encoding="utf-8")
    program.chmod(0o700)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PATH", str(program.parent), prepend=os.pathsep)
        yield {}


@contextmanager
def postgresql(folder: Path) -> Iterator[Replaced]:
    """Run a PostgreSQL."""
    with running_postgresql() as server:
        yield {"postgresql+psycopg://nonces.example/app": server.url("psycopg")}


@contextmanager
def rauth(_: Path) -> Iterator[Replaced]:
    """Import what warns of its own escape sequences when it is compiled."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import rauth.session
    assert rauth.session
    yield {}


NEEDS: dict[str, Need] = {
    "coming-from/rauth": rauth,
    "how-to/several-machines": postgresql,
    "how-to/three-legged-flow-over-ssh": here_for_ssh,
}
"""By page."""
WITH_PROGRAMS = ("how-to/behind-a-proxy", "how-to/rsa-keys", "how-to/several-machines")
"""Pages whose sessions run programs that are not everywhere, as nginx."""


def needed(page: str, folder: Path) -> AbstractContextManager[Replaced]:
    """Return what starts the needs of a page, and ends them."""
    return NEEDS[page](folder) if page in NEEDS else nullcontext({})
