"""The floors of the house: who may import whom, and how large a room may be."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import oauth2

PACKAGE = Path(oauth2.__file__).parent

FLOORS: list[list[str]] = [
    ["errors", "encoding", "reasons", "redaction", "_compat", "_version"],
    [
        *("urls", "parameters", "normalize", "schemes", "headers", "body", "problems"),
        *("clock", "rsa", "shapes", "keyed_hash", "placement", "pages"),
    ],
    [
        *("credentials", "signature", "signature_method", "rsa_signature", "incoming"),
        *("normalized_request", "received_url", "wsgi_body", "gateway", "request", "nonces"),
    ],
    [
        *("outgoing", "signer", "received", "legs", "hops", "steps", "checks", "server"),
        *("verified", "request_checker", "verifier", "diagnosis", "snippets"),
    ],
    [
        *("proxies", "connections", "transport", "client", "senders", "three_legged", "flow"),
        *("async_flow", "callback", "clients", "auth", "web"),
    ],
    ["services", "profiles"],
    ["cli", "sandbox", "__main__", "__init__", "answers", "message", "xoauth"],
]
# Import paths of 2.1 for programs; what is there stands elsewhere now.
LEFT_BEHIND = {
    *("answers", "message", "xoauth", "cli.comparison", "cli.composing", "diagnosis.spelling"),
    *("profiles.file", "sandbox.authority", "sandbox.manners", "services.entry"),
    "services.service",
}
FLOOR_OF = {module: number for number, modules in enumerate(FLOORS) for module in modules}
WHOLE = {
    *("auth", "cli", "clients", "diagnosis", "nonces", "profiles", "sandbox", "senders"),
    *("services", "web"),
}
NO_NAMES_FOR_A_ROOM = {"utils", "util", "helpers", "helper", "common", "base"}
LONGEST_MODULE = 300
LONGEST_FUNCTION = 40


class Import(NamedTuple):
    """One name that a module imports from another; ``name`` is None for the module itself."""

    module: str
    name: str | None
    line: int


def _name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    if parts == ("__init__",):
        return "__init__"
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {_name_of(path): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
TREES = {module: ast.parse(source) for module, source in SOURCES.items()}


def _room(module: str) -> str:
    """Return what stands in the list of floors: most packages are one room."""
    package = module.partition(".")[0]
    return package if package in WHOLE else module


def _is_private(name: str) -> bool:
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def _package_of(module: str) -> list[str]:
    if module == "__init__":
        return []
    parts = module.split(".")
    is_package = (PACKAGE.joinpath(*parts) / "__init__.py").exists()
    return parts if is_package else parts[:-1]


def _resolved(target: list[str], name: str, line: int) -> Import:
    """Tell a module that is imported from a name that is imported out of one."""
    inner = ".".join([*target, name])
    if inner in SOURCES:
        return Import(inner, None, line)
    return Import(".".join(target) or "__init__", name, line)


def _imports(module: str) -> Iterator[Import]:
    """Read all imports of a module from the package, wherever in it they stand."""
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first, *rest = alias.name.split(".")
                if first == "oauth2":
                    yield Import(".".join(rest) or "__init__", None, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            target = node.module.split(".") if node.module else []
            if node.level:
                package = _package_of(module)
                target = package[: len(package) - node.level + 1] + target
            elif target[0] == "oauth2":
                del target[0]
            else:
                continue
            for alias in node.names:
                yield _resolved(target, alias.name, node.lineno)


IMPORTS = {module: list(_imports(module)) for module in SOURCES}


def _imports_that(is_wrong: Callable[[str, Import], bool]) -> list[str]:
    """List the imports that break a rule, each by its module and line."""
    return [
        f"{importer}, line {found.line}: {found.module} {found.name or ''}".strip()
        for importer, imports in IMPORTS.items()
        for found in imports
        if is_wrong(importer, found)
    ]


def test_imports_are_read_at_all() -> None:
    """The reader finds what is known to be there: at the top, in a function, for a type."""
    names = {(found.module, found.name) for found in IMPORTS["credentials"]}
    assert ("urls", "with_query") in names
    assert "rsa" in {found.module for found in IMPORTS["rsa_signature"]}
    assert "client" in {found.module for found in IMPORTS["__init__"]}
    assert "clients.xoauth" in {found.module for found in IMPORTS["clients.smtp"]}


def test_every_module_is_on_a_floor() -> None:
    """A new module is put on the page of the floors, and into the list here."""
    assert sorted(FLOOR_OF) == sorted({_room(module) for module in SOURCES})


def test_modules_import_from_their_own_floor_or_below() -> None:
    """Nothing that lies below knows of what lies above."""
    assert _imports_that(_is_from_above) == []


def _is_from_above(importer: str, found: Import) -> bool:
    top = len(FLOORS)  # of a room that is not on the page yet, which fails above
    return FLOOR_OF.get(_room(found.module), top) > FLOOR_OF.get(_room(importer), top)


def test_modules_import_from_no_path_that_is_left_behind() -> None:
    """Each is there for programs that were written for 2.1."""
    assert SOURCES.keys() >= LEFT_BEHIND
    assert _imports_that(lambda _, found: found.module in LEFT_BEHIND) == []


def test_modules_import_no_private_name() -> None:
    """A name with a leading underscore stays in its module."""
    assert _imports_that(lambda _, found: bool(found.name and _is_private(found.name))) == []


def test_modules_import_no_star() -> None:
    """Every name that is imported is written down."""
    assert _imports_that(lambda _, found: found.name == "*") == []


def test_modules_reach_for_no_private_name_of_a_module() -> None:
    """Nor is it reached through the module that holds it."""
    assert [place for module in SOURCES for place in _reached(module)] == []


def _reached(module: str) -> Iterator[str]:
    """List the private names that are read from modules that were imported by their names."""
    modules = set()
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.ImportFrom) and node.level and not node.module:
            modules |= {alias.asname or alias.name for alias in node.names}
    for node in ast.walk(TREES[module]):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in modules
            and _is_private(node.attr)
        ):
            yield f"{module}, line {node.lineno}: {node.value.id}.{node.attr}"


def test_no_circle_exists() -> None:
    """The modules can be put in an order in which each imports only from those before it."""
    graph = {module: {found.module for found in IMPORTS[module]} for module in SOURCES}
    order = list(graphlib.TopologicalSorter(graph).static_order())
    assert sorted(order) == sorted(SOURCES)


@pytest.mark.parametrize(("hidden", "importers"), [("_compat", []), ("_version", ["__init__"])])
def test_nothing_uses_what_is_there_for_others(hidden: str, importers: list[str]) -> None:
    """The version is handed on by ``__init__``; the old names are loaded when asked for."""
    found = [module for module in SOURCES if hidden in {use.module for use in IMPORTS[module]}]
    assert found == importers


def test_modules_are_named_after_what_they_hold() -> None:
    """There is no room for odds and ends."""
    names = {module: set(module.strip("_").split(".")) for module in SOURCES}
    assert [module for module in SOURCES if NO_NAMES_FOR_A_ROOM & names[module]] == []


def test_modules_are_no_longer_than_a_room_may_be() -> None:
    """A room over 300 lines is two rooms."""
    lengths = {module: source.count("\n") for module, source in SOURCES.items()}
    too_long = {module: lines for module, lines in lengths.items() if lines > LONGEST_MODULE}
    assert too_long == {}


def test_functions_are_no_longer_than_forty_lines_without_their_docstrings() -> None:
    """A function over 40 lines is two functions."""
    too_long = [
        f"{module}, line {node.lineno}: {node.name} has {_length(node)} lines"
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and _length(node) > LONGEST_FUNCTION
    ]
    assert too_long == []


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    lines = (function.end_lineno or 0) - function.lineno + 1
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        lines -= (docstring.end_lineno or 0) - docstring.lineno + 1
    return lines


def _run(code: str) -> str:
    """Run code in an interpreter of its own, beside the package."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


HEAVY = {
    *("httplib2", "cryptography", "click", "rich", "platformdirs", "keyring", "flask", "sqlite3"),
    *("http.server", "webbrowser", "oauth2.flow", "oauth2.callback", "oauth2.cli"),
    *("oauth2.async_flow", "asyncio", "requests", "niquests", "httpx", "httpx2", "aiohttp"),
    *("concurrent.futures", "django", "redis", "sqlalchemy"),
    *("oauth2.gateway", "oauth2.verifier", "oauth2.diagnosis"),
}
BEFORE = "import sys; before = set(sys.modules)"  # what coverage itself loads
LOADED = f"print(*sorted({HEAVY} & set(sys.modules) - before))"
SIGN = """
import oauth2
consumer, token = oauth2.Consumer('k', 's'), oauth2.Token('t', 's')
request = oauth2.Request.from_consumer_and_token(consumer, token, 'POST', 'http://a.example/')
request.sign_request(oauth2.SignatureMethod_HMAC_SHA1(), consumer, token)
incoming = oauth2.Request.from_request('POST', request.url, request.to_header())
"""
VERIFY = """
server = oauth2.Server({'HMAC-SHA1': oauth2.SignatureMethod_HMAC_SHA1()})
server.verify_request(incoming, consumer, token)
"""


@pytest.mark.parametrize(
    "code",
    ["import oauth2", "import oauth2; dir(oauth2)", SIGN, SIGN + VERIFY],
    ids=["importing", "listing", "signing", "verifying"],
)
def test_nothing_heavy_is_loaded_by(code: str) -> None:
    """Whoever does not send, does not use RSA and asks for no token pays for none of it."""
    assert _run(f"{BEFORE}\n{code}\n{LOADED}") == ""


@pytest.mark.parametrize(
    ("name", "loaded"),
    [
        ("Client", "httplib2"),
        ("httplib2", "httplib2"),
        ("Flow", "httplib2 oauth2.flow"),
        ("AsyncFlow", "oauth2.async_flow"),
        ("callback", "http.server httplib2 oauth2.callback oauth2.flow webbrowser"),
    ],
)
def test_asking_for_a_lazy_name_loads_what_it_needs(name: str, loaded: str) -> None:
    """And not more, so that the tests above mean something."""
    assert _run(f"{BEFORE}\nimport oauth2; oauth2.{name}\n{LOADED}") == loaded


@pytest.mark.parametrize("name", ["AsyncFlow", "Client", "Flow", "httplib2"])
def test_lazy_name_is_listed_before_it_is_loaded(name: str) -> None:
    """Wrappers walk the package right after importing it, and find the lazy names."""
    assert _run(f"import oauth2; print({name!r} in dir(oauth2), {name!r} in vars(oauth2))") == (
        "True False"
    )


def test_public_names_resolve() -> None:
    """Everything in ``__all__`` is there, and is listed."""
    listed = dir(oauth2)
    wrong = [name for name in oauth2.__all__ if getattr(oauth2, name) is None or name not in listed]
    assert wrong == []


def test_public_names_are_given_once() -> None:
    """``__all__`` names nothing twice."""
    assert sorted(set(oauth2.__all__)) == sorted(oauth2.__all__)


def test_lazy_names_are_those_of_their_modules() -> None:
    """``oauth2.Client`` is the class, ``oauth2.httplib2`` the module that it uses."""
    import httplib2

    from oauth2 import async_flow, client, flow

    assert (oauth2.Client, oauth2.httplib2) == (client.Client, httplib2)
    assert (oauth2.Flow, oauth2.AsyncFlow) == (flow.Flow, async_flow.AsyncFlow)


@pytest.mark.parametrize(("room", "name"), [("callback", "wait"), ("sandbox", "run")])
def test_a_lazy_room_is_a_module(room: str, name: str) -> None:
    """It needs no import of its own, and no extra before it is used."""
    without = "import sys; sys.modules.update(click=None, flask=None, rich=None)"
    code = f"{without}; import oauth2; print(oauth2.{room}.__name__, oauth2.{room}.{name}.__name__)"
    assert _run(code) == f"oauth2.{room} {name}"


def test_name_that_does_not_exist_is_an_attribute_error() -> None:
    """A misspelt name fails as it does in any module."""
    with pytest.raises(AttributeError, match="module 'oauth2' has no attribute 'Clint'"):
        oauth2.Clint  # noqa: B018
