"""What is left out of a run, as something that it needs is missing, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from leaving_out import (
    NEEDED_MODULES,
    NOT_FOR_OLDER,
    PARTLY_NEEDED_MODULES,
    LeavingOut,
    pytest_collection_modifyitems,
)

Make = Callable[..., LeavingOut]


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Make the plugin for a small project, of which a run asks for what is given."""
    monkeypatch.delenv("OAUTH2_TESTS_ALL", raising=False)
    (tmp_path / "tests" / "cli").mkdir(parents=True)
    (tmp_path / "tests" / "helper.py").write_text("import re\nfrom no_such.thing import x\n")
    (tmp_path / "tests" / "test_a.py").write_text("import oauth2\n\nfrom helper import x\n")
    (tmp_path / "tests" / "test_b.py").write_text("import json\n\ndef f():\n    import no_such\n")

    def make(*asked_for: str) -> LeavingOut:
        config: Any = SimpleNamespace(
            rootpath=tmp_path,
            getini=lambda name: [tmp_path / "tests"],
            invocation_params=SimpleNamespace(dir=tmp_path),
            args=asked_for,
        )
        return LeavingOut(config)

    return make


def told(plugin: LeavingOut) -> list[str]:
    """Return the lines at the end of a run."""
    lines: list[str] = []
    terminal: Any = SimpleNamespace(write_line=lambda line, **_: lines.append(line))
    plugin.pytest_terminal_summary(terminal)
    return lines


def test_a_file_whose_helper_needs_what_is_missing_is_left_out(
    plugin: Make, tmp_path: Path
) -> None:
    """And one line says so; an import within a function is none."""
    run = plugin("tests")
    assert run.pytest_ignore_collect(tmp_path / "tests" / "test_a.py")
    assert not run.pytest_ignore_collect(tmp_path / "tests" / "test_b.py")
    run.pytest_collection_modifyitems()
    assert told(run) == ["left out: tests/test_a.py (no_such: pip install -e '.[all]' --group dev)"]


def test_a_file_that_imports_a_part_of_an_extra_is_left_out_with_it(
    plugin: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As that import fails."""
    monkeypatch.setitem(NEEDED_MODULES, "oauth2/web/flask.py", ("no_such",))
    monkeypatch.setitem(NEEDED_MODULES, "oauth2/sandbox", ("no_such_either",))
    test = tmp_path / "tests" / "test_b.py"
    test.write_text("from oauth2.web.flask import OAuth1\nimport oauth2.sandbox\n")
    run = plugin("tests")
    assert run.pytest_ignore_collect(test)
    assert "(no_such, no_such_either: pip" in told(run)[0]


def test_nothing_is_said_where_nothing_is_missing(plugin: Make, tmp_path: Path) -> None:
    """Nor of what was not asked for."""
    run = plugin("tests/test_b.py::test_x")
    for name in ("test_a.py", "test_b.py"):
        run.pytest_ignore_collect(tmp_path / "tests" / name)
    assert told(run) == []


def test_a_program_is_named_beside_the_modules(
    plugin: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no package to install with pip."""
    monkeypatch.setenv("PATH", "")
    run = plugin("tests")
    (tmp_path / "tests" / "cli" / "test_browser.py").write_text("import json\n")
    for name in ("test_a.py", "cli/test_browser.py"):
        assert run.pytest_ignore_collect(tmp_path / "tests" / name)
    (line,) = told(run)
    wanted = "(chromedriver, chromium: from your system's packages)"
    assert line.endswith(f"'.[all]' --group dev), tests/cli/test_browser.py {wanted}")


def test_a_folder_can_be_left_out_in_part(
    plugin: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it does without one library is tested without it."""
    monkeypatch.setitem(PARTLY_NEEDED_MODULES, "tests/auth", ("json", "no_such"))
    (tmp_path / "tests" / "auth").mkdir()
    run = plugin("tests")
    assert not run.pytest_ignore_collect(tmp_path / "tests" / "auth")
    (line,) = told(run)
    assert line == "left out: parts of tests/auth (no_such: pip install -e '.[all]' --group dev)"


def test_nothing_is_said_of_what_this_python_cannot_have(
    plugin: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What needs it is left out, and in the gate it is no error."""
    monkeypatch.setenv("OAUTH2_TESTS_ALL", "1")
    monkeypatch.setitem(NOT_FOR_OLDER, "no_such", (4,))
    monkeypatch.setitem(PARTLY_NEEDED_MODULES, "tests/auth", ("no_such",))
    (tmp_path / "tests" / "auth").mkdir()
    run = plugin("tests")
    assert run.pytest_ignore_collect(tmp_path / "tests" / "test_a.py")
    assert not run.pytest_ignore_collect(tmp_path / "tests" / "auth")
    run.pytest_collection_modifyitems()


def test_in_the_gate_it_is_an_error(
    plugin: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is left out there without a word."""
    monkeypatch.setenv("OAUTH2_TESTS_ALL", "1")
    run = plugin("tests")
    run.pytest_ignore_collect(tmp_path / "tests" / "test_a.py")
    with pytest.raises(pytest.UsageError, match=r"is set, but left out: tests/test_a.py \(no_such"):
        run.pytest_collection_modifyitems()
    assert told(run) == []


@pytest.mark.parametrize("is_all_needed", [False, True])
def test_a_table_without_a_row_is_left_out(
    monkeypatch: pytest.MonkeyPatch, is_all_needed: bool
) -> None:
    """Pytest would count it as skipped."""
    monkeypatch.setenv("OAUTH2_TESTS_ALL", "1" if is_all_needed else "")
    items: list[Any] = [
        SimpleNamespace(nodeid=name, iter_markers=lambda _, marks=marks: marks)
        for name, marks in {
            "test_a": [pytest.mark.skip(reason="got empty parameter set for (name)").mark],
            "test_b": [],
        }.items()
    ]
    left_out: list[Any] = []
    hook = SimpleNamespace(pytest_deselected=lambda items: left_out.extend(items))
    config: Any = SimpleNamespace(hook=hook)
    if is_all_needed:
        with pytest.raises(pytest.UsageError, match=r"a table is empty: test_a$"):
            pytest_collection_modifyitems(config, items)
    else:
        pytest_collection_modifyitems(config, items)
        assert [item.nodeid for item in left_out] == ["test_a"]
        assert [item.nodeid for item in items] == ["test_b"]
