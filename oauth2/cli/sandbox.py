"""``oauth2 sandbox``: a provider on loopback, to point a client at."""

from __future__ import annotations

import os
import shlex
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

import click
from click.core import ParameterSource

from .. import sandbox as sandbox_package
from ..credentials import Consumer
from ..encoding import text_of
from ..profiles import Profile
from ..sandbox import Provider, Quirks
from .credentials import complete_profile, require_own_name, save, store
from .octets import octets
from .options import Command, pair_option
from .request_log import RequestLog
from .running import SANDBOX, announced
from .terminal import read_input

__all__ = ["sandbox"]

_FAULTS = ("error", "html")
_OF_FORWARDING = ("host", "port", "max_body", "allowed_hosts")
_QUIRKS = ("json_answers", "clock_offset", "fault", "delay", "redirect")


def _pairs_option(name: str, names: str, form: str, help_text: str) -> Callable[[Command], Command]:
    """Return an option of pairs, also of a file or the environment, which ``ps`` does not show."""
    variable = f"OAUTH2_SANDBOX_{names.upper()}"
    parsed = pair_option(form)["type"]

    def lines(text: str) -> list[tuple[str, str]]:
        return [parsed(line) for line in text.splitlines() if line]

    def read(text: str) -> list[tuple[str, str]]:
        return lines(text_of(read_input(text))) if text.startswith("@") else [parsed(text)]

    def pairs(
        context: click.Context, parameter: click.Parameter, given: Sequence[list[tuple[str, str]]]
    ) -> list[tuple[str, str]]:
        return list(chain(*given)) if given else lines(os.environ.get(variable, ""))

    return click.option(
        name,
        names,
        type=read,
        metavar=form,
        multiple=True,
        callback=pairs,
        help=f"{help_text} @FILE reads a line for each; without the option, {variable} has them.",
    )


@click.command(short_help="Serve an OAuth 1.0a provider to point a client at.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="The port; by default a free one."
)
@click.option(
    "--db", "database", metavar="FILE", help="Keep consumers, tokens and nonces in SQLite."
)
@_pairs_option(
    "--consumer",
    "consumers",
    "KEY:SECRET",
    "A consumer that is known; may be given several times.",
)
@_pairs_option("--user", "users", "NAME:PASSWORD", "Switch xAuth on, for this user.")
@click.option(
    "--session-seconds",
    type=click.IntRange(min=1),
    help="Tokens expire after so long, and can be renewed.",
)
@click.option(
    "--max-body",
    callback=octets,
    metavar="OCTETS",
    default="32M",
    show_default=True,
    help="Refuse a request with a longer body: a number of octets, or of K, M or G.",
)
@click.option(
    "--allow-host",
    "allowed_hosts",
    metavar="NAME",
    multiple=True,
    help="Also answer to this name in a Host header; may be given several times.",
)
@click.option(
    "-p",
    "--profile",
    "profile_name",
    metavar="NAME",
    shell_complete=complete_profile,
    help="Store a consumer and a token as this, for 'oauth2 request'.",
)
@click.option(
    "--forward",
    "provider_url",
    metavar="URL",
    help="Serve no provider, but forward all to this one, and show what was sent and answered.",
)
@click.option("--unconfirmed", is_flag=True, help="Leave oauth_callback_confirmed out.")
@click.option("--json", "json_answers", is_flag=True, help="Send tokens as JSON.")
@click.option("--clock-offset", type=int, default=0, help="Seconds that its clock is ahead.")
@click.option(
    "--fault",
    type=click.Choice(_FAULTS),
    help="Respond with status 500, or with HTML and status 200.",
)
@click.option(
    "--delay", type=click.FloatRange(min=0), default=0.0, help="Seconds before each response."
)
@click.option("--redirect", is_flag=True, help="Redirect each request once.")
@click.option("--quiet", is_flag=True, help="Print no line for each request.")
def sandbox(
    consumers: Sequence[tuple[str, str]],
    users: Sequence[tuple[str, str]],
    unconfirmed: bool,
    quiet: bool,
    profile_name: str | None,
    provider_url: str | None,
    **options: Any,
) -> None:
    """Serve an OAuth 1.0a provider on loopback, until Ctrl-C stops it.

    Each request is a line on standard error, and its page at / shows what was received, what
    was signed and why it was refused. The options simulate quirks of real providers.

    \b
      $ oauth2 sandbox --port 8000 --consumer key:secret
      $ oauth2 sandbox --profile trial --db trial.db
      $ oauth2 sandbox --forward https://photos.example.net
    """
    if provider_url is not None:
        _forward(provider_url, quiet)
        return
    if profile_name is not None:
        require_own_name(profile_name, SANDBOX, store())
    quirks = {name: options.pop(name) for name in _QUIRKS}
    serving = sandbox_package.run(
        *(Consumer(*pair) for pair in consumers),
        manners=Quirks(confirm_callback=not unconfirmed, **quirks),
        passwords=dict(users) or None,
        on_request=None if quiet else RequestLog(),
        **options,
    )
    with _until_interrupted(), serving as provider:
        _show(provider, is_generated=not consumers)
        with announced(provider):
            _show_next(provider, profile_name and _stored(provider, profile_name))
            threading.Event().wait()


@contextmanager
def _until_interrupted() -> Iterator[None]:
    """Say at Ctrl-C that it has ended, after the last request."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo("\nStopped.", err=True)


def _forward(provider: str, quiet: bool) -> None:
    """Forward to a provider, until Ctrl-C stops it."""
    context = click.get_current_context()
    options = {name: context.params[name] for name in _OF_FORWARDING}
    for parameter in context.command.params:
        name = parameter.name or ""
        is_given = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if is_given and name not in (*_OF_FORWARDING, "provider_url", "quiet"):
            raise click.UsageError(f"--forward: expected no {parameter.opts[-1]} beside it")
    on_request = None if quiet else RequestLog()
    serving = sandbox_package.forward(provider, on_request=on_request, **options)
    with _until_interrupted(), serving as forwarding:
        click.echo(f"{'forwards to':20}{forwarding.provider}")
        click.echo(f"{'a client uses':20}{forwarding.url}")
        watched = f"Watch requests arrive: {forwarding.url}/"
        click.echo(f"\n{watched}\n\nStop with Ctrl-C.", err=True)
        threading.Event().wait()


def _stored(provider: Provider, name: str) -> str:
    """Store a consumer and a token, unless the profile has some that are good; return its name."""
    profiles = store()
    stored = {summary.name for summary in profiles.summaries()}
    profile = profiles.get(name) if name in stored else None
    if profile is None or not (
        profile.token and provider.has_token(profile.consumer, profile.token)
    ):
        token = provider.add_token()
        save(Profile(name, provider.consumer, token, service=SANDBOX), profiles)
    return name


def _show(provider: Provider, is_generated: bool) -> None:
    for name in ("request_token", "authorize", "access_token", "resource"):
        click.echo(f"{name.replace('_', ' ') + ' URL':20}{getattr(provider, f'{name}_url')}")
    for consumer in provider.consumers:
        click.echo(f"{'consumer key':20}{consumer.key!s}")
    if is_generated:
        click.echo(f"{'consumer secret':20}{provider.consumer.secret!s}")


def _show_next(provider: Provider, profile: str | None) -> None:
    authorize = "" if profile else f"  oauth2 authorize {SANDBOX}\n"
    name = shlex.quote(profile or SANDBOX)
    click.echo(
        "\nTry, in another terminal:\n"
        f"{authorize}  oauth2 request GET {provider.resource_url} --profile {name}\n"
        f"\nWatch requests arrive: {provider.url}/\n"
        "\nStop with Ctrl-C.",
        err=True,
    )
