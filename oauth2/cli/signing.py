"""The options that say how a request is signed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from ..placement import PLACEMENTS
from ..signature import SIGNATURE_METHODS

__all__ = ["BODY_HASH", "SIGNING", "add", "fixed_options", "signing_options"]

Command = TypeVar("Command", bound=Callable[..., Any])

_NO_REALM = f"{__name__}.no_realm"


def _realm(context: click.Context, _: click.Parameter, given: str | None) -> str | bool | None:
    """Return the realm of the header: False for none, None where neither option says."""
    if not context.meta[_NO_REALM]:
        return given
    if given is not None:
        raise click.UsageError("expected --realm or --no-realm, got both")
    return False


def _complete_method(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the name of a signature method, as it is registered."""
    begins = incomplete.lower()
    return [CompletionItem(name) for name in SIGNATURE_METHODS if name.lower().startswith(begins)]


SIGNING = (
    click.option(
        "--placement",
        type=click.Choice(PLACEMENTS),
        help="Where the signature goes; by default into the header.",
    ),
    click.option(
        "--no-realm",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=lambda context, _, given: context.meta.__setitem__(_NO_REALM, given),
        help="A header without a realm.",
    ),
    click.option("--realm", metavar="TEXT", callback=_realm, help="The realm of the header."),
    click.option(
        "--signature-method",
        type=click.Choice(SIGNATURE_METHODS, case_sensitive=False),
        shell_complete=_complete_method,
        metavar="NAME",
        help=f"{', '.join(SIGNATURE_METHODS)}; by default HMAC-SHA1, or what the profile says.",
    ),
    click.option(
        "--private-key",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False),
        help="The key of RSA, as PEM.",
    ),
)
BODY_HASH = click.option(
    "--body-hash", is_flag=True, help="Sign a hash of the body: oauth_body_hash, an extension."
)
_FIXED = (
    click.option("--nonce", metavar="TEXT", help="This oauth_nonce, instead of a random one."),
    click.option(
        "--timestamp",
        type=int,
        metavar="SECONDS",
        help="This oauth_timestamp, instead of now.",
    ),
)


def signing_options(command: Command) -> Command:
    """Add the options that say how a request is signed."""
    return add(command, *SIGNING)


def fixed_options(command: Command) -> Command:
    """Add the options that make a signature the same each time."""
    return add(command, *_FIXED)


def add(command: Command, *decorators: Callable[[Command], Command]) -> Command:
    """Apply decorators so that ``--help`` lists their options in this order."""
    for decorator in reversed(decorators):
        command = decorator(command)
    return command
