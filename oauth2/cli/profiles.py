"""``oauth2 profiles``: stored tokens listed, shown, removed and exported."""

from __future__ import annotations

import re
import shlex
import sys

import click

from ..encoding import bytes_of, text_of
from ..profiles import Profile
from ..redaction import HIDDEN, SECRET_PARAMETERS, printable
from .credentials import complete_profile, default_name, store
from .terminal import console, say, table

__all__ = ["profiles"]

# A provider's own field can have any name: a word in it has to do.
_may_be_secret = re.compile("secret|handle|password|session|refresh", re.I).search
_SETTINGS = ("signature_method", "placement", "realm", "private_key")

_name = click.argument("name", shell_complete=complete_profile)
_show_secrets = click.option("--show-secrets", is_flag=True, help="Print the secrets, too.")


@click.group(
    short_help="List, show, choose, remove and export stored tokens.", invoke_without_command=True
)
@click.pass_context
def profiles(context: click.Context) -> None:
    """List, show, choose, remove and export the tokens that 'oauth2 authorize' stored.

    \b
      $ oauth2 profiles
    """
    if context.invoked_subcommand is None:
        context.invoke(list_profiles)


@profiles.command("list")
def list_profiles() -> None:
    """List the profiles.

    \b
      $ oauth2 profiles list
    """
    listed = table("profile", "service", "consumer", "token", "secrets", "default")
    default = default_name()
    for summary in store().summaries():
        place = "keyring" if summary.in_keyring else "file"
        cells = summary.name, summary.service or "", summary.consumer_key, summary.token_key or ""
        listed.add_row(*map(printable, cells), place, "yes" if summary.name == default else "")
    if listed.row_count:
        console().print(listed)
    else:
        say("There are no profiles yet: 'oauth2 authorize SERVICE' makes one.")


@profiles.command()
@_name
@_show_secrets
def show(name: str, show_secrets: bool) -> None:
    """Show a profile, its secrets hidden.

    \b
      $ oauth2 profiles show mine
    """
    profile = store().get(name)
    for what, text in _lines(profile, show_secrets):
        if text:
            click.echo(printable(f"{what:19} {text}"))


@profiles.command()
@_name
def use(name: str) -> None:
    """Use a profile where no other is named, by --profile or OAUTH2_PROFILE.

    \b
      $ oauth2 profiles use mine
    """
    store().use(name)
    click.echo(f"Profile {name} is the default now.")


@profiles.command()
@_name
def remove(name: str) -> None:
    """Forget a profile.

    \b
      $ oauth2 profiles remove mine
    """
    warning = store().remove(name)
    if warning:
        say(warning)
    click.echo(f"Removed profile {name}.")


@profiles.command()
@_name
@_show_secrets
def export(name: str, show_secrets: bool) -> None:
    """Print a profile as variables of the environment, for a shell or for --credentials.

    \b
      $ oauth2 profiles export mine --show-secrets
      eval "$(oauth2 profiles export mine --show-secrets)"
    """
    profile = store().get(name)
    if not show_secrets:
        raise click.UsageError("the variables hold the secrets: --show-secrets prints them")
    if sys.stdout.isatty() and not "".join(profile.to_environment().values()).isprintable():
        raise click.ClickException("the secrets hold control characters: expected a pipe, got none")
    for variable, value in profile.to_environment().items():
        click.echo(bytes_of(f"export {variable}={shlex.quote(value)}"))
    left_out = [name for name in _SETTINGS if getattr(profile, name) not in (None, "HMAC-SHA1")]
    if left_out:
        say(f"No variable holds {' and '.join(left_out)}: give it to each command.")


def _is_secret(name: str, value: object) -> bool:
    is_named_so = name in SECRET_PARAMETERS or _may_be_secret(name) is not None
    return is_named_so or isinstance(value, (dict, list))


def _lines(profile: Profile, show_secrets: bool) -> list[tuple[str, object]]:
    def secret(value: str | bytes) -> str:
        return text_of(value) if show_secrets or not value else HIDDEN

    lines: list[tuple[str, object]] = [
        ("profile", profile.name),
        ("service", profile.service),
        ("consumer key", text_of(profile.consumer.key)),
        ("consumer secret", secret(profile.consumer.secret)),
    ]
    if profile.token:
        lines += [("token", text_of(profile.token.key))]
        lines += [("token secret", secret(profile.token.secret))]
        for name, value in profile.token.extra.items():
            lines.append((name, secret(str(value)) if _is_secret(name, value) else value))
    for name in _SETTINGS:
        value = getattr(profile, name)
        lines.append((name.replace("_", " "), "left out" if value is False else value))
    return lines + list(profile.variables.items())
