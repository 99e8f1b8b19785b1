"""The options that say how the user is sent to the provider, and how the answer is received."""

from __future__ import annotations

import click

from .signing import Command, add

__all__ = ["HOSTS", "callback_options"]

HOSTS = ("127.0.0.1", "localhost")
_OPTIONS = (
    click.option(
        "--no-browser", is_flag=True, help="Open no browser, and ask for a PIN where possible."
    ),
    click.option(
        "--callback",
        metavar="oob|URL",
        help="Ask for a PIN (oob); or use the registered URL, and ask for the address that it"
        " ends at. By default the provider redirects to 127.0.0.1, or shows a PIN where it"
        " accepts only a registered callback.",
    ),
    click.option(
        "--callback-host",
        type=click.Choice(HOSTS),
        help="How the callback names this machine, where the provider compares the text; by default"
        f" {HOSTS[0]}.",
    ),
    click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=0,
        help="The port on 127.0.0.1; by default a free one. Where the callback has to be"
        " registered: with --port 8080 it is http://127.0.0.1:8080/callback, and"
        " http://localhost:8080/callback with --callback-host localhost.",
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(0, min_open=True),
        default=300.0,
        show_default=True,
        metavar="SECONDS",
        help="How long to wait for the user; and for each response, but at most 30 seconds.",
    ),
    click.option(
        "--unconfirmed", is_flag=True, help="Accept a provider of OAuth 1.0, before 1.0a."
    ),
)


def callback_options(command: Command) -> Command:
    """Add the options of the second leg."""
    return add(command, *_OPTIONS)
