"""What is said where the extra of a store is missing."""

from __future__ import annotations

import subprocess
import sys

import pytest

IMPORT = """
import sys
sys.modules[{library!r}] = None  # which import takes for one that is not installed
import oauth2.nonces.{room}
"""


@pytest.mark.parametrize(("room", "library"), [("sql", "sqlalchemy"), ("django", "django")])
def test_an_extra_that_is_missing_is_named(room: str, library: str) -> None:
    """Importing the room is an ImportError that tells how to have it."""
    command = [sys.executable, "-c", IMPORT.format(room=room, library=library)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    hint = f"oauth2.nonces.{room} needs the extra '{room}': python -m pip install 'oauth2[{room}]'"
    assert done.stderr.splitlines()[-1] == f"ImportError: {hint}"


def test_nonces_in_redis_need_no_library_but_that_of_their_client() -> None:
    """Another client than redis-py has another name."""
    command = [sys.executable, "-c", IMPORT.format(room="redis", library="redis")]
    assert subprocess.run(command, check=False).returncode == 0
