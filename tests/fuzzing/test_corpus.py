"""Inputs that fuzzing found are read as they should be, and the command that finds them works."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from fuzzing import mutations, reach, run as command, targets

TOKENS = Path(command.__file__).parent / "tokens.dict"


def test_command_and_corpus_name_the_targets_that_there_are() -> None:
    """The command has a list of its own, as atheris has to see the package being imported."""
    folders = sorted(folder.name for folder in targets.CORPUS.iterdir())
    assert sorted(targets.TARGETS) == sorted(command.NAMES) == folders


@pytest.mark.parametrize("name", targets.TARGETS)
def test_what_was_found_stays_mended(name: str) -> None:
    """Each input that is kept does what its target asks; a failure names the file."""
    for file in targets.inputs(name):
        try:
            targets.run(name, file.read_bytes())
        except Exception as error:
            pytest.fail(f"{name}/{file.name}: {type(error).__name__}: {error}")


def test_corpus_is_small_and_named_by_what_it_holds() -> None:
    """A file that was edited, or came in twice, would have another name."""
    files = [file for name in targets.TARGETS for file in targets.inputs(name)]
    for file in files:
        assert file.name == hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    assert sum(file.stat().st_size for file in files) < 300_000


def test_input_that_reaches_further_is_kept() -> None:
    """What takes the same steps as another is not."""
    assert reach.further("url", [b"http://a/"], [b"http://b/"]) == []
    assert reach.further("url", [b"http://a/"], [b"http://b/", b"ftp://b/", b"ftp://c/"]) == [
        b"ftp://b/"
    ]


def test_command_keeps_what_reaches_further(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of inputs alike the shortest, under a name made of its octets."""
    monkeypatch.setattr(targets, "CORPUS", tmp_path / "corpus")
    monkeypatch.setattr(command, "WORK", tmp_path / "work")
    found = tmp_path / "work" / "url" / "corpus"
    found.mkdir(parents=True)
    for number, data in enumerate([b"ftp://a/b", b"ftp://a/"]):
        (found / str(number)).write_bytes(data)
    assert command.main(["url", "--keep"]) == 0
    (kept,) = (tmp_path / "corpus" / "url").iterdir()
    assert kept.read_bytes() == b"ftp://a/"
    assert kept.name == hashlib.sha256(b"ftp://a/").hexdigest()[:16]


def test_failing_input_is_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hypothesis looks for it where there is no atheris."""

    def refuse(data: bytes) -> None:
        assert b"oauth" not in data

    monkeypatch.setitem(targets.TARGETS, "url", refuse)
    found = mutations.search("url", TOKENS, 0, seed=1)
    assert found is not None
    assert b"oauth" in found


@pytest.mark.long
@pytest.mark.parametrize("arguments", [["--help"], ["url", "--engine=hypothesis", "--seconds=0"]])
def test_command_runs_as_the_page_says(arguments: list[str]) -> None:
    """As a script, from any folder."""
    done = subprocess.run(
        [sys.executable, command.__file__, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "--seconds" in done.stdout or "url: hypothesis, guided by no coverage" in done.stdout
