"""The command itself: error handling and exit status."""

from __future__ import annotations

import io
import os
import re
import sys
import traceback
import warnings
from collections.abc import Sequence
from contextlib import suppress

import click

from .. import __version__
from ..errors import Error
from ..reasons import reason_of
from ..redaction import printable
from .authorize import authorize
from .completion import completion
from .debug import debug
from .demo import demo
from .explaining import Refused, show_explanation
from .profiles import profiles
from .request import request
from .sandbox import sandbox
from .services import services
from .sign import sign
from .terminal import on_one_line, say
from .verify import verify

__all__ = ["Settings", "cli", "main"]

_EXPECTED = (Error, ValueError, OSError, ImportError)
_INTERRUPTED = 130
_numbers = re.compile("valid (?:float|integer)(?: range)?").sub  # as click names its types


class Settings:
    """The settings of one call of the command."""

    show_traceback = False


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="oauth2")
@click.option("--traceback", "show_traceback", is_flag=True, help="Show the traceback of an error.")
@click.option("--debug", is_flag=True, hidden=True)  # its name in 2.1
@click.pass_context
def cli(context: click.Context, show_traceback: bool, debug: bool) -> None:
    """Sign, send and debug OAuth 1.0a requests (not OAuth 2.0).

    \b
      $ oauth2 demo
    """
    context.obj.show_traceback = show_traceback or debug
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for _command in (
    authorize,
    request,
    sign,
    verify,
    debug,
    profiles,
    services,
    sandbox,
    demo,
    completion,
):
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one call, with the words of the command line; return the exit status."""
    settings = Settings()
    _open_streams()
    try:
        with warnings.catch_warnings():
            warnings.showwarning = lambda message, *_: say(str(message))  # no line of our source
            status = cli.main(arguments, prog_name="oauth2", standalone_mode=False, obj=settings)
        _write_out()
        return int(status or 0)
    except Exception as exc:
        with suppress(OSError):
            _write_out()
        if settings.show_traceback:
            click.echo(printable(traceback.format_exc()), nl=False, err=True)
        line, status = _failure(exc)
        click.echo(f"oauth2: {on_one_line(line)}", err=True)
        if isinstance(exc, Refused):
            show_explanation(exc.explanation, stderr=True)
        return status


def _open_streams() -> None:
    """Replace by an empty stream what was closed by ``>&-``: Python has None there."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, io.TextIOWrapper(io.BytesIO()))


def _write_out() -> None:
    """Write what is left of the output; where that fails, Python does not try again at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def _failure(exc: Exception) -> tuple[str, int]:
    """Return the line that reports an exception, and the exit status."""
    if isinstance(exc, click.Abort):
        click.echo(err=True)  # as the line with the prompt, or with ^C, has not ended
        if isinstance(exc.__cause__ or exc.__context__, EOFError):
            return "An answer was expected, and the input ended.", 1
        return "Stopped.", _INTERRUPTED
    if isinstance(exc, click.UsageError):
        where = exc.ctx.command_path if exc.ctx else "oauth2"
        message = _numbers("valid number", exc.format_message())
        return f"{message} ({where} --help says more)", exc.exit_code
    if isinstance(exc, click.ClickException):
        return exc.format_message(), exc.exit_code
    if isinstance(exc, _EXPECTED) and str(exc):
        is_of_system = isinstance(exc, (OSError, UnicodeError))
        reason = reason_of(exc) if is_of_system else str(exc)
        return reason, 2 if isinstance(exc, ImportError) else 1
    return f"unexpected error: {reason_of(exc)} (oauth2 --traceback shows where)", 1
