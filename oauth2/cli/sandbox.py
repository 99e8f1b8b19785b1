"""``oauth2 sandbox``: a provider on loopback, to point a client at."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import click

from .. import sandbox as provider_room
from ..credentials import Consumer
from ..sandbox import Manners, Provider
from .options import pair_option

_FAULTS = ("error", "html")


@click.command(short_help="Serve an OAuth 1.0a provider to point a client at.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="The port; by default a free one."
)
@click.option("--db", "database", metavar="FILE", help="Keep tokens and nonces in SQLite.")
@click.option(
    *("--consumer", "consumers"),
    **pair_option("KEY:SECRET"),
    help="A consumer that is known; may be given several times.",
)
@click.option(
    *("--user", "users"),
    **pair_option("NAME:PASSWORD"),
    help="Switch xAuth on, for this user.",
)
@click.option(
    "--session-seconds",
    type=click.IntRange(min=1),
    help="Tokens expire after so long, and can be renewed.",
)
@click.option("--unconfirmed", is_flag=True, help="Leave oauth_callback_confirmed out.")
@click.option("--json", "json_answers", is_flag=True, help="Answer with tokens as JSON.")
@click.option("--clock-offset", type=int, default=0, help="Seconds that its clock is ahead.")
@click.option("--fault", type=click.Choice(_FAULTS), help="Answer 500, or HTML with status 200.")
@click.option(
    "--delay", type=click.FloatRange(min=0), default=0.0, help="Seconds before each answer."
)
@click.option("--redirect", is_flag=True, help="Redirect each request once.")
def sandbox(
    host: str,
    port: int,
    database: str | None,
    consumers: Sequence[tuple[str, str]],
    users: Sequence[tuple[str, str]],
    session_seconds: int | None,
    unconfirmed: bool,
    json_answers: bool,
    clock_offset: int,
    fault: str | None,
    delay: float,
    redirect: bool,
) -> None:
    """Serve an OAuth 1.0a provider on loopback, until Ctrl-C stops it.

    It has the manners that you give it, those of real providers among them.

    \b
      $ oauth2 sandbox --port 8080 --consumer key:secret
    """
    manners = Manners(
        confirm_callback=not unconfirmed,
        json_answers=json_answers,
        clock_offset=clock_offset,
        fault=fault,
        delay=delay,
        redirect=redirect,
    )
    with provider_room.run(
        *(Consumer(*pair) for pair in consumers),
        host=host,
        port=port,
        database=database,
        manners=manners,
        session_seconds=session_seconds,
        passwords=dict(users) or None,
    ) as provider:
        try:
            _tell(provider, is_made_up=not consumers)
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("\nStopped.", err=True)


def _tell(provider: Provider, is_made_up: bool) -> None:
    for name in ("request_token", "authorize", "access_token", "resource"):
        click.echo(f"{name.replace('_', ' ') + ' URL':20}{getattr(provider, f'{name}_url')}")
    for consumer in provider.consumers:
        click.echo(f"{'consumer key':20}{consumer.key!s}")
    if is_made_up:
        click.echo(f"{'consumer secret':20}{provider.consumer.secret!s}")
    profile = f"sandbox-{provider.url.rpartition(':')[2]}"
    click.echo(
        "\nTry, in another terminal:\n"
        f"  oauth2 authorize --request-token-url {provider.request_token_url} \\\n"
        f"    --authorize-url {provider.authorize_url} \\\n"
        f"    --access-token-url {provider.access_token_url} --profile {profile}\n"
        f"  oauth2 request GET {provider.resource_url} --profile {profile}\n"
        "\nStop with Ctrl-C.",
        err=True,
    )
