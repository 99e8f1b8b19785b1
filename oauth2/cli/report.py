"""Two base strings side by side, and why they differ."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click
from rich.console import Console
from rich.text import Text

from ..diagnosis import Cause, Row, Span
from ..redaction import printable
from .terminal import console, table

__all__ = ["show_causes", "show_rows"]

_HEADINGS = ("", "", "yours", "the provider's")
_WIDEST = 40  # characters of a cell in a pipe, to which others are padded


def show_rows(rows: Iterable[Row], stderr: bool = False) -> None:
    """Show both values of each row, those that differ first; octets that differ are marked."""
    output = console(stderr)
    cells = [
        (
            "differs" if row.differs else "same",
            printable(row.name),
            _marked(output, row.ours, row.our_marks),
            _marked(output, row.theirs, row.their_marks),
        )
        for row in sorted(rows, key=lambda row: not row.differs)
    ]
    if output.is_terminal:
        compared = table(*_HEADINGS)
        for state, name, ours, theirs in cells:
            compared.add_row(state, name, ours, theirs)
        output.print(compared)
    else:
        _print_plainly([_HEADINGS, *[tuple(map(str, row)) for row in cells]], stderr)


def _print_plainly(rows: Sequence[Sequence[str]], stderr: bool) -> None:
    """Print rows without folding them; one long cell does not make all others as wide."""
    columns = zip(*[row[:-1] for row in rows])
    widths = [max([len(cell) for cell in column if len(cell) <= _WIDEST]) for column in columns]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths)]
        click.echo("  ".join([*cells, row[-1]]), err=stderr)


def show_causes(causes: Iterable[Cause], stderr: bool = False) -> None:
    """Show what is likely wrong, what to change, and the name of the cause."""
    output = console(stderr)
    for cause in causes:
        output.print(Text(f"\n{cause.summary}", style="bold"))
        output.print(Text(cause.advice).append(f" ({cause.code})", style="dim"))


def _marked(output: Console, text: str | None, marks: tuple[Span, ...]) -> Text:
    """Mark spans in colour, and without colours in square brackets, which no octet here is."""
    if text is None:
        return Text("(nothing)", style="dim")
    in_colour = output.is_terminal and not output.no_color
    marked, end = Text(), 0
    for start, stop in marks:
        marked.append(printable(text[end:start]))
        octets = printable(text[start:stop])
        marked.append(octets if in_colour else f"[{octets}]", style="bold red")
        end = stop
    return marked.append(printable(text[end:]))
