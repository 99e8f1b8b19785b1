"""``oauth2 completion``: the script by which a shell completes the command."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

__all__ = ["completion"]

_SHELLS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command(short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(list(_SHELLS)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that completes this command in bash, zsh or fish.

    \b
      $ oauth2 completion bash
      eval "$(oauth2 completion bash)"                  # in ~/.bashrc
      eval "$(oauth2 completion zsh)"                   # in ~/.zshrc
      oauth2 completion fish | source                   # in config.fish
    """
    kind = _SHELLS[shell]
    click.echo(kind(context.find_root().command, {}, "oauth2", "_OAUTH2_COMPLETE").source())
