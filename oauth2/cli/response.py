"""What is shown of a response, and the exit status that it makes."""

from __future__ import annotations

from http import HTTPStatus

import click
import httplib2

from .. import problems
from ..reasons import reason_of
from .saving import keep, save
from .terminal import STANDARD_OUTPUT, on_one_line, say, show_content, write_out
from .transfer import Head

__all__ = ["show_response"]

_LONGEST_ADVICE = 200  # a longer one, with a base string, is in the body
_HTTP_ERROR = 22  # as curl --fail has it


def show_response(
    response: httplib2.Response, content: bytes, *, head: Head | None, output: str | None
) -> int:
    """Show a response, its body in a terminal or the file ``output``; return the exit status.

    ``head`` is shown before it, unless it is None. The ``output`` - is standard output, to which
    a body is written as it is. The body of a failure is shown, and not written to the file.
    """
    is_failure = response.status >= HTTPStatus.BAD_REQUEST
    reason = _reason(response, content)
    if head is not None:
        click.echo(_shown(head))
    if output is None or is_failure:
        show_content(response, content)
    elif output == STANDARD_OUTPUT:
        write_out(content)
    else:
        _save(output, response, content)
    if reason is not None:
        say(f"The server answered {response.status} {response.reason}{reason}")
    return _HTTP_ERROR if is_failure else 0


def _reason(response: httplib2.Response, content: bytes) -> str | None:
    """Return what the response says of a status of 300 or more, "" for nothing; else None."""
    if response.status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    problem = problems.problem(response, content)
    reason = ""
    if problem:
        reason = f": {problem}"
        if problem.advice and len(problem.advice) <= _LONGEST_ADVICE:
            reason += f", {problem.advice}"
    elif "location" in response:
        reason = f": it redirects to {response['location']}"
    return reason


def _save(output: str, response: httplib2.Response, content: bytes) -> None:
    """Save a body; raises ClickException that says where it is if not in the file."""
    try:
        save(output, content)
    except OSError as exc:
        place = keep(content)
        if place is None:
            show_content(response, content)
        where = f"in {place}" if place else "on standard output"
        reason = exc.strerror or reason_of(exc)
        raise click.ClickException(f"-o {output}: {reason}: the body is {where}") from exc


def _shown(head: Head) -> str:
    """Return a head as it was received, except for what would steer a terminal."""
    lines = [f"HTTP/{head.version / 10} {head.status} {head.reason}"]
    lines += [f"{name}: {value}" for name, value in head.fields]
    return "\n".join(map(on_one_line, lines)) + "\n"
