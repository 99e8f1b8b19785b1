"""The public names of oauth2 as its source has them; run it to record them on purpose.

Public is what `__all__` names in a module without a leading underscore. The source is read, not
imported, so that any Python says the same, with any extras.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
RECORD = Path(__file__).with_name("public_names.txt")

_Function = (ast.FunctionDef, ast.AsyncFunctionDef)
_MEANING = {"abstractmethod", "classmethod", "contextmanager", "dataclass", "staticmethod"}
"""Decorators that a user notices; of others, what they decorate keeps its signature."""
_NOT_PROMISED = {"__repr__", "__str__"}


def public_names() -> list[str]:
    """Return a line for each name, sorted; that of a class is followed by those of its members."""
    lines: list[str] = []
    for path in sorted((ROOT / "oauth2").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        package = parts[:-1]
        parts = package if parts[-1] == "__init__" else parts
        if not any(part.startswith("_") for part in parts):
            lines += _Module(".".join(parts), package, ast.parse(path.read_bytes())).lines()
    return sorted(lines)


class _Module:
    """One module: its statements by the names that they bind."""

    def __init__(self, name: str, package: tuple[str, ...], tree: ast.Module) -> None:
        self._name, self._package = name, package
        self._bound = {bound: node for node in _statements(tree) for bound in _names_of(node)}

    def lines(self) -> Iterator[str]:
        """Yield the lines of what `__all__` names."""
        listed = self._bound.get("__all__")
        if isinstance(listed, ast.Assign):
            for name in ast.literal_eval(listed.value):
                yield from self._lines_of(name)

    def _lines_of(self, name: str) -> Iterator[str]:
        node, path = self._bound.get(name), f"{self._name}.{name}"
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield f"{path} is {self._origin(node, name)}"
        elif isinstance(node, ast.ClassDef):
            bases = ", ".join(map(ast.unparse, [*node.bases, *node.keywords]))
            yield f"{path}: class({bases}){_meaning(node)}"
            if {"NamedTuple", "dataclass"} & {*bases.split(", "), *_decorators(node)}:
                yield f"{path}({', '.join(_fields(node))})"
            members = dict(self._members(node))
            yield from (f"{path}.{member}{text}" for member, text in members.items())
        elif isinstance(node, _Function):
            yield path + _signature(node)
        else:
            yield path + (_value(node) if node else ": module")
            yield from (f"{path}[{key!r}]" for key in _keys(node))

    def _origin(self, node: ast.Import | ast.ImportFrom, name: str) -> str:
        (source,) = [each.name for each in node.names if (each.asname or each.name) == name]
        if isinstance(node, ast.Import):
            return source
        above = self._package[: len(self._package) + 1 - node.level] if node.level else ()
        return ".".join([*above, *filter(None, [node.module]), source])

    def _members(self, node: ast.ClassDef) -> Iterator[tuple[str, str]]:
        """Yield members and what is said of each; those of a base that nobody can name, too."""
        for base in node.bases:
            given = self._bound.get(ast.unparse(base).partition("[")[0])
            if isinstance(given, ast.ClassDef) and given.name.startswith("_"):
                yield from self._members(given)
        for inner in ast.walk(node):
            if isinstance(inner, (ast.Assign, ast.AnnAssign)):
                yield from _own_attributes(inner)
        for statement in node.body:
            for name in _names_of(statement):
                if isinstance(statement, _Function):
                    is_special = name.startswith("__") and name not in _NOT_PROMISED
                    if is_special or not name.startswith("_"):
                        yield name, _signature(statement)
                elif not name.startswith("_"):
                    yield name, _value(statement)


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield what stands at the top, and what stands there under a condition."""
    waiting = list(tree.body)
    while waiting:
        node = waiting.pop(0)
        yield node
        if isinstance(node, (ast.If, ast.Try)):
            waiting += [each for each in ast.iter_child_nodes(node) if isinstance(each, ast.stmt)]


def _names_of(node: ast.stmt) -> list[str]:
    if isinstance(node, (*_Function, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [each.asname or each.name for each in node.names]
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    parts = [each for target in targets if target for each in ast.walk(target)]
    return [part.id for part in parts if isinstance(part, ast.Name)]


def _own_attributes(node: ast.Assign | ast.AnnAssign) -> Iterator[tuple[str, str]]:
    """Yield the public attributes that a method gives `self`."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in [each for whole in targets for each in ast.walk(whole)]:
        is_own = isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self"
        if isinstance(target, ast.Attribute) and is_own and not target.attr.startswith("_"):
            yield target.attr, _kind(node)


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return parameters and result; a property is an attribute, whatever computes it."""
    result = ast.unparse(node.returns) if node.returns else ""
    if {"property", "cached_property"} & _decorators(node):
        return f": {result}"
    waits = " async" if isinstance(node, ast.AsyncFunctionDef) else ""
    taken = ast.unparse(node.args).replace("lambda :", "lambda:")  # as Python 3.9 has it
    return f"({taken}) -> {result}{waits}{_meaning(node)}"


def _meaning(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str:
    decorators = [ast.unparse(each) for each in node.decorator_list]
    return "".join([f" @{each}" for each in decorators if each.partition("(")[0] in _MEANING])


def _decorators(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> set[str]:
    return {ast.unparse(each).partition("(")[0] for each in node.decorator_list}


def _fields(node: ast.ClassDef) -> list[str]:
    """Return the fields in the order in which a call takes them."""
    return [ast.unparse(each.target) for each in node.body if isinstance(each, ast.AnnAssign)]


def _value(node: ast.stmt) -> str:
    """Return the type of a name, where it is said, and its value, where that is a constant."""
    value = getattr(node, "value", None)
    is_plain = isinstance(value, (ast.Constant, ast.Name))
    return f"{_kind(node)} = {ast.unparse(value)}" if value and is_plain else _kind(node)


def _keys(node: ast.stmt | None) -> list[str]:
    """Return the words of a table that is written out."""
    tables = [each for each in ast.walk(node) if isinstance(each, ast.Dict)] if node else []
    keys = [key for table in tables[:1] for key in table.keys if isinstance(key, ast.Constant)]
    return [key.value for key in keys if isinstance(key.value, str)]


def _kind(node: ast.stmt) -> str:
    return f": {ast.unparse(node.annotation)}" if isinstance(node, ast.AnnAssign) else ""


if __name__ == "__main__":
    RECORD.write_text("\n".join([*public_names(), ""]), encoding="utf-8")
