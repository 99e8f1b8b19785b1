"""Where the credentials of a call are read: a profile, a file, the environment, or the user."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from ..credentials import Consumer, Token
from ..profiles import Profile, ProfileError, ProfileStore, default_path
from .terminal import prompt, say

__all__ = [
    "ask",
    "ask_consumer",
    "ask_secret",
    "complete_profile",
    "default_name",
    "file_option",
    "find_profile",
    "given_profile",
    "profile_options",
    "require_own_name",
    "save",
    "store",
]

Command = TypeVar("Command", bound=Callable[..., Any])

_DEFAULT_PROFILE = "OAUTH2_PROFILE"


def store() -> ProfileStore:
    """Return the store of this user."""
    return ProfileStore(default_path())


def complete_profile(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the name of a profile."""
    try:
        names = [summary.name for summary in store().summaries()]
    except ProfileError:
        names = []
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def profile_options(command: Command) -> Command:
    """Add the options that say whose credentials sign."""
    profile = click.option(
        "-p",
        "--profile",
        "profile_name",
        metavar="NAME",
        shell_complete=complete_profile,
        help="Use the credentials of this profile. Without it: OAUTH_CONSUMER_KEY,"
        " OAUTH_CONSUMER_SECRET, OAUTH_TOKEN and OAUTH_TOKEN_SECRET of the environment, or else"
        " the profile that OAUTH2_PROFILE names, that 'oauth2 profiles use' chose, or the one"
        " there is.",
    )
    return profile(file_option(command))


def file_option(command: Command) -> Command:
    """Add the option for a file with credentials."""
    return click.option(
        "--credentials",
        "credentials_file",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False),
        help="Read these variables from a file, a NAME=value a line, that only you can read.",
    )(command)


def find_profile(name: str | None, file: str | None) -> Profile:
    """Return the profile to sign with; asks the user where nothing else says which."""
    given = given_profile(name, file)
    if given is not None:
        return given
    default = default_name()
    if default is not None:
        return _default(default)
    names = [summary.name for summary in store().summaries()]
    if names:
        raise click.UsageError(
            f"--profile: expected one of {', '.join(names)}, got none"
            " ('oauth2 profiles use NAME' chooses a default)"
        )
    consumer = ask_consumer()
    key = ask("Token, if there is one", default="")
    return Profile("typed", consumer, Token(key, ask_secret("Token secret")) if key else None)


def default_name() -> str | None:
    """Return the name of the profile that is used where none is given; None for none."""
    chosen = os.environ.get(_DEFAULT_PROFILE) or store().default_name()
    if chosen:
        return chosen
    names = [summary.name for summary in store().summaries()]
    return names[0] if len(names) == 1 else None


def _default(name: str) -> Profile:
    try:
        return store().get(name)
    except ProfileError as exc:
        is_told = os.environ.get(_DEFAULT_PROFILE) == name
        raise ProfileError(f"{_DEFAULT_PROFILE}: {exc}" if is_told else str(exc)) from exc


def given_profile(name: str | None, file: str | None) -> Profile | None:
    """Return the profile of this name or file, or else of the environment, if it has one."""
    if name is not None and file is not None:
        raise click.UsageError("expected one of --profile and --credentials, got both")
    if file is not None:
        return Profile.from_file(file)
    return store().get(name) if name is not None else Profile.from_environment(os.environ)


def require_own_name(name: str, provider_id: str, profiles: ProfileStore) -> None:
    """Raise UsageError for the name of a profile of another provider."""
    stored = {summary.name: summary.service for summary in profiles.summaries()}
    if stored.get(name, provider_id) != provider_id:
        of = stored[name] or "another provider"
        raise click.UsageError(f"--profile: expected a name of its own, as {name} is of {of}")


def save(profile: Profile, profiles: ProfileStore) -> None:
    """Store a profile, and say where its secrets are, if not in the keyring that there is."""
    warning = profiles.save(profile)
    if warning:
        say(warning)


def ask_consumer(needs_secret: bool = True) -> Consumer:
    """Ask for the consumer's key, and for its secret without an echo."""
    key = ask("Consumer key")
    return Consumer(key, ask_secret("Consumer secret") if needs_secret else "")


def ask(what: str, **options: Any) -> str:
    """Ask a question on standard error; UsageError when there is nobody to ask."""
    if not sys.stdin.isatty():
        raise click.UsageError(
            f"{what}: expected it from --profile, --credentials or OAUTH_… variables"
        )
    return prompt(what, **options)


def ask_secret(what: str) -> str:
    """Ask without an echo; an empty answer is an empty secret."""
    return ask(what, hide_input=True, default="")
