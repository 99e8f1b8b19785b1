"""Leave out, before it is imported, what needs something that is not installed; and say so.

With ``OAUTH2_TESTS_ALL=1`` in the environment, as in the gate, it is an error instead: what is
to be left out there is named by ``--ignore``.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Set as AbstractSet
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from programs import is_installed

COMMAND = ("click", "filelock", "keyring", "platformdirs", "rich", "urllib3")
NEEDED_MODULES = {
    "oauth2/auth/aiohttp.py": ("aiohttp",),
    "oauth2/auth/httpx.py": ("httpx",),
    "oauth2/auth/httpx2.py": ("httpx2",),
    "oauth2/auth/requests.py": ("requests",),
    "oauth2/auth/requests_oauthlib": ("requests",),
    "oauth2/cli": COMMAND,
    "oauth2/nonces/django.py": ("django",),
    "oauth2/nonces/sql.py": ("sqlalchemy",),
    "oauth2/nonces/statements.py": ("sqlalchemy",),
    "oauth2/rsa.py": ("cryptography",),
    "oauth2/sandbox": ("flask",),
    "oauth2/web/django.py": ("django",),
    "oauth2/web/fastapi.py": ("fastapi",),
    "oauth2/web/flask.py": ("flask",),
    "oauth2/web/rest_framework.py": ("rest_framework",),
    "tests/auth/test_auth_hops.py": ("httpx",),
    "tests/auth/test_auth_httpx.py": ("httpx",),
    "tests/cli": (
        *COMMAND,
        "cryptography",
        "flask",
        "keyrings.alt",
        "oauthlib",
        "pexpect",
        "sqlalchemy",
    ),
    "tests/docs": (  # whose pages are run with all that the project can be used with
        *COMMAND,
        *("aiohttp", "authlib", "cryptography", "django", "fastapi", "flask", "furo", "httpx"),
        *("itsdangerous", "myst_parser", "niquests", "oauthlib", "pexpect", "rauth", "redis"),
        *("requests", "requests_oauthlib", "rest_framework", "scrapy", "sphinx"),
        *("sphinx_design", "sqlalchemy", "uvicorn", "yaml"),
    ),
    "tests/packaging": ("yaml",),
    "tests/test_gateway_servers.py": ("django", "httptools"),
    "tests/profiles/test_store.py": ("filelock",),
    "tests/rsa": ("cryptography",),
    "tests/rsa/test_rsa_verifier.py": ("jwt",),  # by which oauthlib signs by RSA
    "tests/sandbox": ("flask", "sqlalchemy"),
}
"""What a folder or a file needs beside what stands at the left margin as an import."""
PARTLY_NEEDED_MODULES = {"tests/auth": ("aiohttp", "httpx", "httpx2", "niquests")}
"""Of what a folder leaves out a part, and no more, where one is not installed."""
NOT_FOR_OLDER = {"httpx2": (3, 11), "starlette": (3, 11)}
"""Modules with the Python that they need; on an older one nothing is said of them."""
NEEDED_PROGRAMS = {
    "tests/cli/test_browser.py": ("chromium", "chromedriver"),
    "tests/cli/test_inspector_page.py": ("chromium", "chromedriver"),
    "tests/cli/test_pictures.py": ("chromium", "chromedriver"),
    "tests/docs/test_pages.py": ("curl", "openssl"),
    "tests/docs/test_pages_with_programs.py": (
        "nginx",
        "openssl",
        "postgres",
        "redis-cli",
        "redis-server",
        "ssh-keygen",
        "tinyproxy",
    ),
    "tests/docs/test_search.py": ("chromium", "chromedriver"),
    "tests/nonces/test_django_nonces.py": ("redis-server",),
    "tests/nonces/test_redis_nonces.py": ("redis-server",),
    "tests/nonces/test_shared_nonces.py": ("mariadbd", "postgres", "redis-server"),
    "tests/nonces/test_sql_nonces.py": ("mariadbd", "postgres"),
    "tests/test_load.py": ("redis-server",),
    "tests/test_tinyproxy.py": ("tinyproxy",),
    "tests/rsa/test_rsa_pss.py": ("openssl",),
    "tests/web/test_doors.py": ("nginx",),
}

_INSTALLING = "pip install -e '.[all]' --group dev"

_import = re.compile(r"^(?:from|import) +(\w+(?:\.\w+)*)", re.M)


def pytest_configure(config: pytest.Config) -> None:
    """Take part, also where no conftest.py is read, as by ``pytest oauth2``."""
    config.pluginmanager.register(LeavingOut(config))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out each test of a table over libraries none of which is here; an error in the gate."""
    empty = [item for item in items if _is_of_an_empty_table(item)]
    if empty and os.environ.get("OAUTH2_TESTS_ALL"):
        names = ", ".join([item.nodeid for item in empty])
        raise pytest.UsageError(f"OAUTH2_TESTS_ALL is set, but a table is empty: {names}")
    items[:] = [item for item in items if item not in empty]
    config.hook.pytest_deselected(items=empty)


def _is_of_an_empty_table(item: pytest.Item) -> bool:
    reasons = [str(mark.kwargs.get("reason", "")) for mark in item.iter_markers("skip")]
    return any(reason.startswith("got empty parameter set") for reason in reasons)


class LeavingOut:
    """What one run leaves out, and why."""

    def __init__(self, config: pytest.Config) -> None:
        self._root = config.rootpath
        self._helpers = [Path(folder) for folder in config.getini("pythonpath")]
        self._helpers.append(self._root / "examples")
        folder = config.invocation_params.dir
        self._asked_for = [folder / argument.partition("::")[0] for argument in config.args]
        self._is_all_needed = bool(os.environ.get("OAUTH2_TESTS_ALL"))
        self._missing: dict[str, list[str]] = {}

    @pytest.hookimpl(trylast=True)  # what --ignore names is left out without a word
    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Leave out a file or a folder for which something is missing."""
        if not collection_path.is_relative_to(self._root):
            return None
        name = collection_path.relative_to(self._root).as_posix()
        programs = NEEDED_PROGRAMS.get(name, ())
        modules = {*NEEDED_MODULES.get(name, ()), *self._imported(collection_path, set())}
        missing = sorted([module for module in modules if not _is_installed(module)])
        if any(sys.version_info < NOT_FOR_OLDER.get(module, (3,)) for module in missing):
            return True
        is_asked_for = any(collection_path.is_relative_to(asked) for asked in self._asked_for)
        if is_asked_for and (partly := _missing_in_part(name)):
            self._missing[f"parts of {name}"] = partly
        missing += [program for program in programs if not is_installed(program)]
        if not missing:
            return None
        if is_asked_for:
            self._missing[name] = missing
        return True

    def pytest_collection_modifyitems(self) -> None:
        """Fail where nothing may be left out."""
        if self._missing and self._is_all_needed:
            raise pytest.UsageError(f"OAUTH2_TESTS_ALL is set, but {self._told()}")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was left out and how to have it, in one line."""
        if self._missing and not self._is_all_needed:
            terminalreporter.write_line(self._told(), yellow=True)

    def _imported(self, path: Path, seen: set[Path]) -> Iterator[str]:
        """Yield the modules that a file imports when it is imported, and those of its helpers."""
        if path.suffix != ".py" or path in seen:
            return
        seen.add(path)
        for name in _import.findall(path.read_text(encoding="utf-8")):
            top = name.partition(".")[0]
            found = [file for folder in self._helpers for file in _files_of(folder, top)]
            for file in found:
                yield from self._imported(file, seen)
            if top == "oauth2":
                place = name.replace(".", "/")
                yield from NEEDED_MODULES.get(f"{place}.py", NEEDED_MODULES.get(place, ()))
            elif not found and top != "__future__":
                yield top

    def _told(self) -> str:
        programs = {program for needed in NEEDED_PROGRAMS.values() for program in needed}
        missing = sorted({each for names in self._missing.values() for each in names})
        for_want_of_modules = {
            name for name, wanted in self._missing.items() if not programs.issuperset(wanted)
        }
        told = []
        if for_want_of_modules:
            modules = ", ".join([each for each in missing if each not in programs])
            told.append(
                f"{_listed(for_want_of_modules)} ({modules}: pip install -e '.[all]' --group dev)"
            )
        if for_want_of_modules != self._missing.keys():
            wanted = ", ".join([each for each in missing if each in programs])
            wanted += ": from your system's packages"
            told.append(f"{_listed(self._missing.keys() - for_want_of_modules)} ({wanted})")
        return f"left out: {', '.join(told)}"


def can_be_imported(module: str) -> bool:
    """Tell whether what a module of oauth2 needs is installed; most need nothing."""
    place = Path(*module.split("."))
    names = [name for path in (place, *place.parents) for name in (f"{path}", f"{path}.py")]
    return all(_is_installed(each) for name in names for each in NEEDED_MODULES.get(name, ()))


def _files_of(folder: Path, module: str) -> list[Path]:
    """Return the files of a helper: of a module the one, of a package all."""
    file = folder / f"{module}.py"
    return [file] if file.exists() else sorted((folder / module).glob("*.py"))


def _listed(names: AbstractSet[str]) -> str:
    """Name folders, and a few files; count more of them."""
    files = [name for name in names if name.endswith(".py")]
    if len(files) < 4:
        return ", ".join(sorted(names))
    return ", ".join([*sorted(names - set(files)), f"{len(files)} files"])


def _missing_in_part(name: str) -> list[str]:
    modules = PARTLY_NEEDED_MODULES.get(name, ())
    return [
        module
        for module in modules
        if sys.version_info >= NOT_FOR_OLDER.get(module, (3,)) and not _is_installed(module)
    ]


@cache
def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # the package of a submodule is not there
        return False
