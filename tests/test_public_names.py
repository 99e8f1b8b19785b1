"""Public names and signatures change on purpose, and with the record that says so."""

from __future__ import annotations

import re
from difflib import unified_diff
from importlib import import_module
from pathlib import Path

import public_names
import pytest
from leaving_out import can_be_imported

RECORDED = public_names.RECORD.read_text(encoding="utf-8").splitlines()


def test_names_and_signatures_are_those_that_are_recorded() -> None:
    """If a change is meant, `python tests/public_names.py` records it."""
    changes = list(unified_diff(RECORDED, public_names.public_names(), "recorded", "found", n=0))
    assert changes == [], "if it is meant, record it: python tests/public_names.py"


def test_every_recorded_name_can_be_imported() -> None:
    """The record is read from the source; each name of it is there when the module runs."""
    assert len(RECORDED) > 1000
    names = [line for line in RECORDED if re.search(r"^oauth2\.[\w.]+(?:: class\(| is )", line)]
    paths = [re.split(r": | ", name)[0].rpartition(".") for name in names]
    importable = [(module, name) for module, _, name in paths if can_be_imported(module)]
    assert len(importable) > 150
    assert [path for path in importable if not hasattr(import_module(path[0]), path[1])] == []


SOURCE = """
from .errors import Error as Error
from .. import urls
__all__ = ["CODES", "Error", "LIMIT", "Pair", "Shown", "sum", "urls"]
CODES: Mapping[str, Any] = frozen({"late": {"at": 1}, 2: 3})
LIMIT: int = 3
_hidden = 4
class _Base:
    def __init__(self, size, /, *, full: bool = False) -> None:
        self.size = size
        self._full = full
class Shown(_Base, ValueError):
    kind = "a"
    @property
    def length(self) -> int: ...
    @classmethod
    async def of(cls, *sizes: int) -> Shown: ...
    def _inner(self): ...
    def __repr__(self): ...
class Pair(NamedTuple):
    right: int
    left: int
if LIMIT:
    def sum(a, b=LIMIT): ...
def other(): ...
"""

LINES = [
    "oauth2.room.CODES: Mapping[str, Any]",
    "oauth2.room.CODES['late']",
    "oauth2.room.Error is oauth2.room.errors.Error",
    "oauth2.room.LIMIT: int = 3",
    "oauth2.room.Pair(right, left)",
    "oauth2.room.Pair.left: int",
    "oauth2.room.Pair.right: int",
    "oauth2.room.Pair: class(NamedTuple)",
    "oauth2.room.Shown.__init__(self, size, /, *, full: bool=False) -> None",
    "oauth2.room.Shown.kind = 'a'",
    "oauth2.room.Shown.length: int",
    "oauth2.room.Shown.of(cls, *sizes: int) -> Shown async @classmethod",
    "oauth2.room.Shown.size",
    "oauth2.room.Shown: class(_Base, ValueError)",
    "oauth2.room.sum(a, b=LIMIT) -> ",
    "oauth2.room.urls is oauth2.urls",
]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a package in the place of oauth2 that has one room."""
    place = tmp_path / "oauth2" / "room"
    place.mkdir(parents=True)
    monkeypatch.setattr(public_names, "ROOT", tmp_path)
    return place


def test_a_line_says_what_a_user_can_name(room: Path) -> None:
    """Members of a base that nobody can name are those of the class; the rest is private."""
    (room / "__init__.py").write_text(SOURCE)
    assert public_names.public_names() == sorted(LINES)


def test_a_module_with_an_underscore_is_private(room: Path) -> None:
    """And so is all below it."""
    (room / "_inner").mkdir()
    for name in ("_own.py", "_inner/__init__.py", "_inner/part.py"):
        (room / name).write_text(SOURCE)
    assert public_names.public_names() == []
