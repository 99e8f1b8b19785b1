"""What the release workflow may do: no more than it needs, by actions that cannot change."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

TEXT = (Path(__file__).parent.parent / ".github/workflows/release.yml").read_text(encoding="utf-8")
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
JOBS: dict[str, Any] = WORKFLOW["jobs"]
STEPS = [step for job in JOBS.values() for step in job["steps"]]


def test_every_action_is_one_commit() -> None:
    """A tag can be moved, a commit cannot; its version stands beside it for who updates it."""
    lines = re.findall(r"uses:.*", TEXT)
    pinned = r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+"
    assert [line for line in lines if not re.fullmatch(pinned, line)] == []
    assert len(lines) == len([step for step in STEPS if "uses" in step]) > 0


def test_a_job_has_the_permissions_that_it_needs() -> None:
    """The workflow has none; who builds reads, who publishes proves what it is."""
    assert WORKFLOW["permissions"] == {}
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "build": {"contents": "read"},
        "publish": {"id-token": "write"},
    }


def test_who_publishes_runs_nothing_of_the_project() -> None:
    """It takes what the other job built, in an environment that asks a maintainer."""
    publish = JOBS["publish"]
    assert (publish["needs"], publish["environment"]) == ("build", "release")
    actions = [step["uses"].partition("@")[0] for step in publish["steps"]]
    assert actions == ["actions/download-artifact", "pypa/gh-action-pypi-publish"]


def test_what_is_published_is_attested() -> None:
    """And by no password or token that somebody keeps."""
    assert JOBS["publish"]["steps"][-1]["with"] == {"attestations": True, "print-hash": True}
    assert "secrets." not in TEXT


def test_the_token_of_the_checkout_is_not_left_to_later_steps() -> None:
    """Git would write it into the clone."""
    (checkout,) = [step for step in STEPS if step.get("uses", "").startswith("actions/checkout@")]
    assert checkout["with"] == {"persist-credentials": False}


def test_what_builds_is_what_was_hashed() -> None:
    """An sdist would be built first, by whatever its own build needs, which has no hash here."""
    (install,) = [step["run"] for step in STEPS if step.get("name") == "Install what builds"]
    assert "--require-hashes" in install
    assert "--only-binary :all:" in install


def test_nothing_from_an_earlier_run_is_used() -> None:
    """A cache can be filled by another workflow."""
    assert "cache" not in TEXT


def test_no_name_from_outside_is_pasted_into_a_command() -> None:
    """The name of a tag may hold what a shell runs; a variable of the environment is safe."""
    assert [step["run"] for step in STEPS if "${{" in step.get("run", "")] == []


def test_only_a_tag_of_a_version_sets_it_off() -> None:
    """One release at a time, to its end. YAML 1.1 reads the word `on` as true."""
    assert WORKFLOW[True] == {"push": {"tags": ["v*"]}}
    assert WORKFLOW["concurrency"] == {"group": "release", "cancel-in-progress": False}


def test_every_step_that_can_hold_back_a_release_is_taken() -> None:
    """In this order, and what fails is not passed over."""
    build = JOBS["build"]["steps"]
    assert [step["name"] for step in build if "run" in step] == [
        "Install what builds",
        "Compare tag and version",
        "Build",
        "Build again and compare",
    ]
    assert "continue-on-error" not in TEXT
    assert " if:" not in TEXT
