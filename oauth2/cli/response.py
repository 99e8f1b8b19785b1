"""What is shown of a response, and the exit status that it makes."""

from __future__ import annotations

from http import HTTPStatus

import click
import httplib2

from .. import problems
from .terminal import STANDARD_OUTPUT, on_one_line, say, show_content, write_out

__all__ = ["show_response"]

_LONGEST_ADVICE = 200  # a longer one, with a base string, is in the body
_OF_HTTPLIB2 = ("status", "content-location")  # the second is the URL with the signature
_HTTP_ERROR = 22  # as curl --fail has it


def show_response(
    response: httplib2.Response, content: bytes, *, has_head: bool, output: str | None
) -> int:
    """Show a response, its body in a terminal or the file ``output``; return the exit status.

    The ``output`` - is standard output, to which a body is written as it is. The body of a
    failure is shown, and not written to the file.
    """
    is_failure = response.status >= HTTPStatus.BAD_REQUEST
    reason = _reason(response, content)
    if has_head:
        click.echo(_head(response))
    if output is None or is_failure:
        show_content(response, content)
    elif output == STANDARD_OUTPUT:
        write_out(content)
    else:
        with open(output, "wb") as file:
            file.write(content)
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


def _head(response: httplib2.Response) -> str:
    lines = [f"HTTP/{response.version / 10} {response.status} {response.reason}"]
    fields = [(name, value) for name, value in response.items() if name not in _OF_HTTPLIB2]
    lines += [f"{name}: {value}" for name, value in fields]
    return "\n".join(map(on_one_line, lines)) + "\n"
