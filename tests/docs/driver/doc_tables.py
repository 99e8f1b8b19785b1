"""The tables of a page that have one thing in two libraries: each column is a program.

The cells of a column are run one below the other. The next to last column is the other library's,
the last one is ours.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_code = re.compile(r"`([^`]+)`(?: raises `([^`]+)`)?")


class Cell(NamedTuple):
    """What is run, and the class of the error that it raises, ``""`` for none."""

    code: str
    error: str


class Row(NamedTuple):
    """A row; ``line`` is that of the page."""

    theirs: Cell
    ours: Cell
    line: int


class Raised(NamedTuple):
    """What a cell raised, as it says."""

    error: Exception


def rows(text: str) -> list[Row]:
    """Return the rows of all tables whose last column is "in oauth2", in their order."""
    return [
        Row(_cell(cells[-2], line), _cell(cells[-1], line), line)
        for line, heads, cells in _lines(text)
        if heads[-1] == "in oauth2"
    ]


def column(text: str, head: str) -> list[str]:
    """Return what stands as code in a column of this head, the first thing of each cell."""
    found = [cells[heads.index(head)] for _, heads, cells in _lines(text) if head in heads]
    return [_cell(cell[: cell.find("`", 1) + 1], 0).code for cell in found]


def names(text: str) -> list[str]:
    """Return all that stands as code in the columns called "name"."""
    found = [cells[heads.index("name")] for _, heads, cells in _lines(text) if "name" in heads]
    return [code for cell in found for code, _ in _code.findall(cell)]


def _lines(text: str) -> Iterator[tuple[int, list[str], list[str]]]:
    """Give each row of the tables: its line, the heads of its table, and its cells."""
    heads: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            heads = []
        elif not heads:
            heads = cells
        elif set(line) - set("|- "):
            yield number, heads, cells


def _cell(text: str, line: int) -> Cell:
    found = _code.fullmatch(text)
    assert found, f"line {line}: expected code, got {text}"
    return Cell(found[1], found[2] or "")


def run_cell(cell: Cell, namespace: dict[str, Any]) -> Any:
    """Run a cell, and return its value, or what it assigns or imports last; or the error."""
    if not cell.error:
        return _value(cell.code, namespace)
    expected = eval(cell.error, namespace)
    try:
        value = _value(cell.code, namespace)
    except expected as error:
        return Raised(error)
    raise AssertionError(f"{cell.code}: expected {cell.error}, got {value!r}")


def _value(code: str, namespace: dict[str, Any]) -> Any:
    tree = ast.parse(code)
    last = tree.body.pop()
    exec(compile(tree, "<cell>", "exec"), namespace)
    if isinstance(last, ast.Expr):
        return eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace)
    exec(compile(ast.Module([last], []), "<cell>", "exec"), namespace)
    if isinstance(last, ast.Assign):
        return eval(ast.unparse(last.targets[0]), namespace)
    assert isinstance(last, (ast.Import, ast.ImportFrom)), f"{code}: expected a value"
    imported = last.names[-1]
    return namespace[imported.asname or imported.name.partition(".")[0]]
