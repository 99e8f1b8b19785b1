"""A fresh clone, and what the release workflow builds of it, by the very commands that it runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from oauth2 import __version__

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Commit the files that git tracks or would track, as a fresh clone has them."""
    place = tmp_path_factory.mktemp("clone")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).exists():  # one that is deleted is listed until that is committed
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
    identity = ("-c", "user.name=name", "-c", "user.email=name@mail.example")
    for words in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-qm", "A release."]):
        subprocess.run(["git", *words], cwd=place, check=True)
    return place


@pytest.fixture(scope="session")
def run_step(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., int]:
    """Make an environment of what builds; the commands of a step run in a clone, with that."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())
    commands = {step.get("name"): step.get("run") for step in workflow["jobs"]["build"]["steps"]}
    tools = tmp_path_factory.mktemp("tools")
    subprocess.run([sys.executable, "-m", "venv", tools], check=True)

    def run(step: str, clone: Path, umask: int = 0o022, **environ: str) -> int:
        path = f"{tools / 'bin'}{os.pathsep}{os.environ['PATH']}"
        env = {**os.environ, "PATH": path, **environ}
        words = ["sh", "-ec", commands[step]]
        ran = subprocess.run(words, cwd=clone, env=env, umask=umask, check=False, timeout=300)
        return ran.returncode

    assert run("Install what builds", ROOT) == 0
    return run


@pytest.fixture(scope="session")
def built(clone: Path, run_step: Callable[..., int]) -> Path:
    """Build sdist and wheel of the clone."""
    assert run_step("Build", clone) == 0
    return clone / "dist"


@pytest.fixture(scope="session")
def metadata(built: Path) -> list[str]:
    """Return the lines of the wheel's METADATA."""
    with zipfile.ZipFile(built / f"oauth2-{__version__}-py3-none-any.whl") as wheel:
        return wheel.read(f"oauth2-{__version__}.dist-info/METADATA").decode().splitlines()
