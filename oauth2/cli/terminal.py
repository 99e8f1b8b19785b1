"""What is shown in a terminal, and what is written to a pipe as it is."""

from __future__ import annotations

import os.path
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import IO, Any

import click
from rich.console import Console
from rich.table import Column, Table

from .. import problems
from ..encoding import bytes_of
from ..redaction import printable as printable, shown_line
from .json_layout import laid_out

__all__ = [
    "STANDARD_INPUT",
    "STANDARD_OUTPUT",
    "console",
    "on_one_line",
    "printable",
    "prompt",
    "read_input",
    "read_text_or_file",
    "say",
    "show_content",
    "standard_input",
    "table",
    "write_out",
]

STANDARD_INPUT = STANDARD_OUTPUT = "-"

_WIDE = 10_000


def console(stderr: bool = False) -> Console:
    """Return a rich Console: in colour on a terminal, without folded lines in a pipe."""
    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not made.is_terminal:
        made.width = _WIDE
    return made


def table(*headings: str) -> Table:
    """Return a table without lines, which folds what does not fit, and cuts nothing off."""
    columns = [Column(heading, overflow="fold") for heading in headings]
    return Table(*columns, box=None, pad_edge=False)


def say(line: str) -> None:
    """Write a line to standard error."""
    click.echo(f"oauth2: {on_one_line(line)}", err=True)


def prompt(what: str, **options: Any) -> str:
    """Ask on standard error; return what was typed, without white space around it.

    An older click writes a part of the prompt to standard output, even into a pipe.
    """
    with redirect_stdout(sys.stderr):
        answer: str = click.prompt(what, err=True, show_default=False, **options)
    return answer.strip()


def read_input(text: str) -> bytes:
    """Return what ``@-`` (standard input), ``@FILE`` or the text itself stand for."""
    if text == f"@{STANDARD_INPUT}":
        return standard_input().read()
    return Path(text[1:]).read_bytes() if text.startswith("@") else bytes_of(text)


def standard_input() -> IO[bytes]:
    """Return standard input to be read, of which a terminal is told."""
    if sys.stdin.isatty():
        say("Paste it here, and end with Ctrl-D on a line of its own.")
    # A thread that waits for a buffered one would keep the program from its end.
    stream: IO[bytes] = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
    return stream


def write_out(content: bytes) -> None:
    """Write octets to standard output as they are."""
    sys.stdout.buffer.write(content)
    sys.stdout.flush()


def read_text_or_file(text: str) -> bytes:
    """Read input, with ``-`` for ``@-``; raises UsageError where the @ was forgotten."""
    if os.path.isfile(text):
        raise click.UsageError(f"expected @{text} for what is in the file, got its name")
    return read_input("@-" if text == "-" else text)


def on_one_line(text: str) -> str:
    """Make one line of text, of any length, with a mark where a control character was."""
    return shown_line(printable(text), longest=len(text))


def show_content(headers: Mapping[str, str], content: bytes) -> None:
    """Write a body to standard output: in a pipe as it is, in a terminal printable and indented."""
    if not content:
        return
    if not sys.stdout.isatty():
        write_out(content)
        return
    text = problems.text(headers, content)
    try:
        click.echo(laid_out(text, console()))
    except (ValueError, RecursionError):
        click.echo(printable(text), nl=not text.endswith("\n"))
