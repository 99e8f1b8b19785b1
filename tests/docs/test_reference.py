"""The pages that are made of the code say what the code does."""

from __future__ import annotations

import re

import click
import pytest
from click.testing import CliRunner
from command_page import VARIABLES, command_page, commands
from doc_pages import ROOT
from errors_page import errors_page, tree

from oauth2 import Error, errors
from oauth2.cli.app import Settings, cli

COMMANDS = {context.command_path: context for context in commands()}
HELP = command_page()["reference/command"]
ERRORS = errors_page()["reference/errors"]
_variable = re.compile(r"\b(?:OAUTH2?_[A-Z_]*[A-Z]|REQUEST_METHOD|(?:http|https|all|no)_proxy)\b")


@pytest.mark.parametrize("path", COMMANDS)
def test_the_page_has_what_a_command_says_to_help(path: str) -> None:
    """As wide as click has it in a test."""
    words = [*path.split()[1:], "--help"]
    shown = CliRunner().invoke(cli, words, obj=Settings(), prog_name="oauth2")
    assert shown.exit_code == 0
    assert f"## {path}\n\n```text\n{shown.output}```\n" in HELP


def test_the_page_has_every_command() -> None:
    """Those of a group as well."""
    groups = [context.command for context in COMMANDS.values()]
    names = [name for group in groups if isinstance(group, click.Group) for name in group.commands]
    assert sorted(names) == sorted(path.split()[-1] for path in list(COMMANDS)[1:])
    assert "oauth2 profiles use" in COMMANDS


def test_the_page_has_every_variable_that_the_code_names() -> None:
    """In the code itself, or in what an option says of it."""
    sources = [file.read_text(encoding="utf-8") for file in (ROOT / "oauth2").rglob("*.py")]
    helps = [context.get_help() for context in COMMANDS.values()]
    named = {name for text in [*sources, *helps] for name in _variable.findall(text)}
    named.remove("OAUTH_VERSION")  # a constant
    assert named == {name for variable in VARIABLES for name in variable.names}


def test_the_table_has_every_error() -> None:
    """Each class of the tree once, with its code and its status."""
    rows = dict(re.findall(r"^\|[^`]*\{py:exc\}`~oauth2\.(\w+)` \|(.*)$", ERRORS, re.M))
    assert sorted(rows) == sorted(errors.__all__)
    for kind, _ in tree():
        problem, status, when, _ = [cell.strip() for cell in rows[kind.__name__].split(" | ")]
        assert (problem.strip("`"), status) == (kind.problem or "", str(kind.status))
        assert when


def test_the_table_says_what_an_error_knows() -> None:
    """Its own attributes, and those of the class above it."""
    assert re.search(r"oauth2\.BodyHashInvalid` .* `base_string`, .*`causes` \|$", ERRORS, re.M)
    assert re.search(
        r"oauth2\.Error` \|  \| 400 \| What was received cannot .* \|  \|$", ERRORS, re.M
    )


def test_the_table_of_extras_has_each() -> None:
    """As pyproject.toml has them, in alphabetical order."""
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    section = settings.partition("[project.optional-dependencies]")[2].partition("\n\n")[0]
    page = (ROOT / "docs/reference/index.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \|", page, re.M)
    assert listed == sorted(re.findall(r"^(\w+) = \[", section, re.M))


def test_the_tree_is_indented_by_class() -> None:
    """A subclass stands below its class."""
    depths = dict(tree())
    assert [kind for kind, depth in depths.items() if depth == 0] == [Error]
    assert depths[errors.CallbackNotConfirmed] == 3
