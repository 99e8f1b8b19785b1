"""A commit builds to the same bytes each time, and only under the tag of its version.

The commands are those of the steps of the release workflow.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from oauth2 import __version__


@pytest.fixture
def copy(clone: Path, built: Path, tmp_path: Path) -> Path:
    """Clone into another folder, with rights for nobody else; put what is built beside it."""
    place = tmp_path / "another clone"
    command = 'umask 077 && git clone -q "$0" "$1"'
    subprocess.run(["sh", "-c", command, clone, place], check=True)
    shutil.copytree(built, place / "dist")
    return place


def test_a_commit_builds_to_the_same_bytes_elsewhere(
    copy: Path, run_step: Callable[..., int]
) -> None:
    """Elsewhere, later, with other rights and time zone, beside files not of the commit."""
    (copy / "tests" / "left.behind").write_text("by an editor")
    (copy / "oauth2.egg-info").mkdir()
    (copy / "oauth2.egg-info" / "SOURCES.txt").write_text("tests/left.behind\n")
    step = "Build again and compare"
    assert run_step(step, copy, 0o077, TZ="Pacific/Kiritimati", PYTHONHASHSEED="7") == 0
    assert len(list((copy / "again").iterdir())) == 2


@pytest.mark.parametrize("kind", ["*.whl", "*.tar.gz"])
def test_one_other_byte_is_a_difference(
    copy: Path, run_step: Callable[..., int], kind: str
) -> None:
    """The workflow ends there, and publishes nothing."""
    (file,) = (copy / "dist").glob(kind)
    file.write_bytes(file.read_bytes() + b"\n")
    assert run_step("Build again and compare", copy) == 1


@pytest.mark.parametrize(
    ("tag", "status"), [(f"v{__version__}", 0), (__version__, 1), (f"v{__version__}.1", 1)]
)
def test_the_tag_is_the_version(
    clone: Path, run_step: Callable[..., int], tag: str, status: int
) -> None:
    """A tag of another version publishes nothing."""
    assert run_step("Compare tag and version", clone, GITHUB_REF_NAME=tag) == status
