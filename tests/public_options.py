"""The commands, arguments and options of `oauth2`; run it to record them on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from oauth2.cli.app import cli

RECORD = Path(__file__).with_name("public_options.txt")


def public_options() -> list[str]:
    """Return a line for each command and for each thing that it takes, in the order of its help."""
    return list(_lines("oauth2", cli))


def _lines(path: str, command: click.Command) -> Iterator[str]:
    yield path
    for parameter in command.params:
        if not getattr(parameter, "hidden", False):
            yield f"{path} {_taken(parameter)}"
    if isinstance(command, click.Group):
        for name, inner in sorted(command.commands.items()):
            yield from _lines(f"{path} {name}", inner)


def _taken(parameter: click.Parameter) -> str:
    """Return an option's names and what it takes, or an argument's, and how often."""
    if isinstance(parameter, click.Argument):
        name = (parameter.metavar or parameter.name or "").upper()
        return f"{name}{'...' if parameter.nargs == -1 else ''}{_often(parameter)}"
    names = ", ".join([*parameter.opts, *parameter.secondary_opts])
    if getattr(parameter, "is_flag", False):
        return names
    kind = parameter.type
    choices = "|".join(map(str, kind.choices)) if isinstance(kind, click.Choice) else kind.name
    return f"{names} {choices}{_often(parameter)}"


def _often(parameter: click.Parameter) -> str:
    many = " (many)" if getattr(parameter, "multiple", False) else ""
    return f"{many} (required)" if parameter.required else many


if __name__ == "__main__":
    RECORD.write_text("\n".join([*public_options(), ""]), encoding="utf-8")
