"""Two base strings side by side, and why they differ."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from ..diagnosis import Cause, Row, Span
from ..redaction import printable
from .terminal import console, table

__all__ = ["show_causes", "show_rows"]


def show_rows(rows: Iterable[Row], stderr: bool = False) -> None:
    """Show both values of each row; octets that differ are marked."""
    output = console(stderr)
    compared = table("", "", "yours", "the provider's")
    is_first = True
    for row in rows:
        if row.is_parameter and is_first and compared.row_count:
            compared.add_row()
            is_first = False
        ours = _marked(output, row.ours, row.our_marks)
        theirs = _marked(output, row.theirs, row.their_marks)
        compared.add_row("differs" if row.differs else "same", printable(row.name), ours, theirs)
    output.print(compared)


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
