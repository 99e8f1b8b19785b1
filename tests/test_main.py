"""``python -m oauth2`` with and without the extra ``cli``."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

WITHOUT = b"oauth2: the command needs the extra 'cli': python -m pip install 'oauth2[cli]'\n"


def run(code: str) -> subprocess.CompletedProcess[bytes]:
    """Run a program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code], env=os.environ, capture_output=True, check=False, timeout=30
    )


@pytest.mark.parametrize("missing", ["click", "filelock", "platformdirs", "rich", "urllib3"])
def test_command_without_its_extra_says_so_in_one_line(missing: str) -> None:
    """Whichever package of the extra is missing; the exit status is 2."""
    code = f"""
import sys, runpy
sys.modules[{missing!r}] = None
sys.argv = ["oauth2", "--version"]
runpy.run_module("oauth2", run_name="__main__")
"""
    ran = run(code)
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, b"", WITHOUT)
