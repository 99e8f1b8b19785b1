"""The rows of the tables in docs/coming-from/ do in this library what they do in the other one."""

from __future__ import annotations

import time
from pathlib import Path
from pkgutil import resolve_name

import pytest
from doc_meaning import meaning, one_nonce
from doc_needs import needed
from doc_pages import written
from doc_run import Replaced, running
from doc_shell import Shell
from doc_tables import Cell, column, names, rows, run_cell

import oauth2

WRITTEN = written()
PAGES = {path: text for path, text in WRITTEN.items() if rows(text)}
WITH_COMMANDS = [path for path, text in WRITTEN.items() if column(text, "with oauth2")]
HEAD = "| in x | in oauth2 |\n| --- | --- |\n"


def compare(text: str, folder: Path, replaced: Replaced) -> None:
    """Run the blocks of a page, then both columns of its tables, each from top to bottom."""
    with running(text, folder, replaced) as page, one_nonce(int(time.time())):
        provider = page.provider
        assert isinstance(provider, oauth2.sandbox.Provider)
        provider.server.nonces = None  # as the nonce is the same
        said = []
        for column in ("theirs", "ours"):
            namespace = dict(page.namespace)
            for row in rows(text):
                cell = getattr(row, column)
                value = run_cell(cell._replace(code=page.replace(cell.code)), namespace)
                said.append(meaning(value, provider))
    half = len(said) // 2
    differing = [
        f"line {row.line}: {row.theirs.code}: {theirs}, but here {ours}"
        for row, theirs, ours in zip(rows(text), said[:half], said[half:])
        if theirs != ours
    ]
    assert differing == []


@pytest.mark.parametrize("path", PAGES)
def test_both_columns_of_a_page_do_the_same(path: str, tmp_path: Path) -> None:
    """Classes are classes, constants equal, signatures and what a provider receives the same."""
    with needed(path, tmp_path) as replaced:
        compare(PAGES[path], tmp_path, replaced)


def test_there_is_a_page_for_each_library_of_python() -> None:
    """Each with rows that are run."""
    assert {path.rpartition("/")[2] for path in PAGES} == {
        *("oauth2-1.9", "requests-oauthlib", "oauthlib", "rauth", "authlib"),
    }


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("| `1` | `2` |", "line 3: 1"),
        ("| `print` | `ValueError` |", "line 3: print"),
        ("| `int('a')` raises `ValueError` | `1` |", "line 3"),
        ("| `int('1')` raises `ValueError` | `1` |", "expected ValueError, got 1"),
        ("| words | `1` |", "line 3: expected code, got words"),
        ("| `a = 1; del a` | `1` |", "del a: expected a value"),
    ],
)
def test_a_row_that_is_wrong_fails(row: str, said: str, tmp_path: Path) -> None:
    """And says which."""
    with pytest.raises(AssertionError, match=said):
        compare(f"{HEAD}{row}\n", tmp_path, {})


def test_a_signature_by_another_secret_is_another(tmp_path: Path) -> None:
    """All that a signer sends is compared."""
    setup = "```python\nfrom oauth2 import Consumer, Signer\n```\n\n"
    row = '| `Signer(Consumer("a", "b"))` | `Signer(Consumer("a", "c"))` |\n'
    with pytest.raises(AssertionError, match="line 7"):
        compare(f"{setup}{HEAD}{row}", tmp_path, {})


@pytest.mark.long
@pytest.mark.parametrize("path", WITH_COMMANDS)
def test_the_commands_of_a_page_succeed(path: str, tmp_path: Path) -> None:
    """In one shell, one after the other, against the sandbox of the page."""
    text = WRITTEN[path]
    with needed(path, tmp_path) as replaced, running(text, tmp_path, replaced) as page:
        shell = Shell(tmp_path, page.answers())
        commands = [page.replace(command) for command in column(text, "with oauth2")]
        shown = {command: shell.run(f"{command}; echo status $?") for command in commands}
        shell.close()
    assert [told for told in shown.items() if not told[1].endswith("status 0")] == []


def test_there_is_a_page_for_each_command() -> None:
    """With commands that are run."""
    assert [path.rpartition("/")[2] for path in WITH_COMMANDS] == ["ruby-oauth", "twurl"]


def test_the_python_of_the_page_of_ruby_runs(tmp_path: Path) -> None:
    """The sandbox of the page accepts what it signs."""
    text = WRITTEN["coming-from/ruby-oauth"]
    with running(text, tmp_path, {}) as page:
        cells = [Cell(page.replace(code), "") for code in column(text, "in Python")]
        ran = [run_cell(cell, page.namespace) for cell in cells]
    answers = [value for value in ran if isinstance(value, tuple) and len(value) == 2]
    assert [(head.status, b'"owner":"ann"' in content) for head, content in answers] == [
        (200, True),
        (200, True),
    ]


def test_the_page_of_1_9_has_each_of_its_names() -> None:
    """Each can be reached, and none of those that only programs of that time use is left out."""
    told = names(WRITTEN["coming-from/oauth2-1.9"])
    assert [name for name in told if not _is_reached(name)] == []
    assert {*oauth2._compat.__all__} <= {*told}
    assert len(told) == len({*told}) > 60


def _is_reached(name: str) -> bool:
    """Tell whether a dotted name below the package is there; a room is imported."""
    try:
        return bool(resolve_name(f"oauth2.{name}") is not None)
    except AttributeError:
        return name == "Request.normalized_url"  # of an object that has a URL
