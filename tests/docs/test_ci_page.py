"""The workflow of the page on CI does what it says, by the commands that are in it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from doc_pages import written
from doc_run import running
from doc_shell import environ_of

import oauth2

_secret = re.compile(r"\$\{\{ secrets\.(\w+) \}\}").fullmatch


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Run the page, whose sandbox goes on; return the folder of its files."""
    home = tmp_path_factory.mktemp("home")
    with running(written()["how-to/ci-secrets"], home, {}):
        yield home


@pytest.fixture(scope="module")
def job(folder: Path) -> Any:
    """Read the one job of the workflow."""
    file = folder / ".github" / "workflows" / "check.yml"
    workflow = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    return job


def steps(job: Any, *, signing: bool) -> list[Any]:
    """Return the steps that sign, or the others that run a command."""
    return [step for step in job["steps"] if "run" in step and ("env" in step) == signing]


def run(step: Any, job: Any, folder: Path, secrets: dict[str, str]) -> Any:
    """Run a step as a runner does, with the secrets of the repository where it asks for them."""
    told = {name: secrets.get(name, "") for name in map(_named, step["env"].values())}
    assert told.keys() == step["env"].keys()
    environ = {**environ_of(folder), **job["env"], **told, "XDG_CONFIG_HOME": os.devnull}
    words = ["bash", "-e", "-c", step["run"]]
    return subprocess.run(
        words, cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=False
    )


def _named(value: str) -> str:
    found = _secret(value)
    assert found, f"expected a secret, got {value}"
    return found[1]


def test_each_step_that_signs_ends_well(job: Any, folder: Path) -> None:
    """By what is in the environment, and no profile; its log has no secret."""
    secrets = _exported()
    ran = [run(step, job, folder, secrets) for step in steps(job, signing=True)]
    assert [each.returncode for each in ran] == [0, 0]
    log = "".join([each.stdout + each.stderr for each in ran])
    assert [name for name in secrets if name.endswith("_SECRET") and secrets[name] in log] == []


def test_each_step_fails_by_a_wrong_secret(job: Any, folder: Path) -> None:
    """And so does the job."""
    secrets = {**_exported(), "OAUTH_TOKEN_SECRET": "wrong"}
    ran = [run(step, job, folder, secrets) for step in steps(job, signing=True)]
    assert [each.returncode for each in ran] == [22, 1]


def test_what_installs_has_no_secret(job: Any, folder: Path) -> None:
    """Nothing of them is in the environment of the job or of its other steps."""
    (install,) = steps(job, signing=False)
    assert "pip install" in install["run"]
    assert "secrets." not in f"{job['env']} {install}"


def test_actions_are_pinned(job: Any) -> None:
    """By the commit, as a tag can be moved."""
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    assert used
    assert [name for name in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", name)] == []


def _exported() -> dict[str, str]:
    """Return the four variables of the sandbox's profile."""
    profile = oauth2.profiles.load("ci")
    assert profile.token
    return {
        "OAUTH_CONSUMER_KEY": str(profile.consumer.key),
        "OAUTH_CONSUMER_SECRET": str(profile.consumer.secret),
        "OAUTH_TOKEN": str(profile.token.key),
        "OAUTH_TOKEN_SECRET": str(profile.token.secret),
    }
