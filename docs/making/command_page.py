"""The page of the command: what each ``--help`` says, and what the command reads and keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import click
from myst import block, codes, table

from oauth2.cli.app import cli

_WIDTH = 80


class Variable(NamedTuple):
    """A variable of the environment, and what it is for; several of a kind stand in one row."""

    names: tuple[str, ...]
    meaning: str


VARIABLES = (
    Variable(
        ("OAUTH_CONSUMER_KEY", "OAUTH_CONSUMER_SECRET"),
        "the consumer, where neither `--profile` nor `--credentials` is given",
    ),
    Variable(
        ("OAUTH_TOKEN", "OAUTH_TOKEN_SECRET"),
        "the access token beside that consumer; without both, requests are signed by the consumer"
        " alone. A blank `OAUTH_TOKEN` is a token whose key is blank",
    ),
    Variable(
        ("OAUTH2_PROFILE",),
        "the profile to take where none is named, and no consumer is in the environment",
    ),
    Variable(
        ("OAUTH2_SANDBOX_CONSUMERS", "OAUTH2_SANDBOX_USERS"),
        "consumers and users of `oauth2 sandbox`, a `KEY:SECRET` or `NAME:PASSWORD` on each line",
    ),
    Variable(
        ("http_proxy", "https_proxy", "all_proxy"),
        "the proxy to go through, in lower or in upper case",
    ),
    Variable(("no_proxy",), "hosts that are reached without it, in lower or in upper case"),
    Variable(
        ("REQUEST_METHOD",),
        "set in a program of CGI, where `HTTP_PROXY` is what a client sent: it is not read then",
    ),
)
"""Those that the code asks for by name; what it asks for by a library stands in ``_OF_OTHERS``."""

_OF_OTHERS = (
    Variable(("XDG_CONFIG_HOME",), "where profiles are kept, on Linux (platformdirs)"),
    Variable(("NO_COLOR",), "no colours (rich)"),
    Variable(("BROWSER",), "the browser that `authorize` opens (Python's `webbrowser`)"),
    Variable(("PYTHON_KEYRING_BACKEND",), "the keyring that holds secrets (keyring)"),
)

_STATUSES = {
    0: "done",
    1: "it failed: no connection, a profile that is not there, a token that was not given; for"
    " `verify`, a request that does not verify; for `debug`, base strings that differ, or"
    " a provider that says what it refuses",
    2: "an option or an argument is wrong, or an extra is not installed",
    22: "`request`: a response with a status of 400 or more, as `curl --fail` has it",
    28: "`request`: `--max-time` has passed",
    130: "stopped by Ctrl-C",
}

_FILES = {
    "`profiles.json` in the folder of the user's configuration: `~/.config/oauth2/` on Linux,"
    " `~/Library/Application Support/oauth2/` on macOS, `%LOCALAPPDATA%\\oauth2\\` on Windows": (
        "consumer, token and settings of each profile, readable by its owner alone. Secrets are"
        " in the keyring of the machine instead, if it has one"
    ),
    "`profiles.json.lock` beside it": "nothing: who writes waits for another. It stays",
    "the file of `oauth2 sandbox --db FILE`": (
        "consumers, tokens and nonces of a sandbox, as an SQLite database"
    ),
}

_TEXT = """# The command

What each command says to `--help`. The extra `cli` brings it:
`python -m pip install 'oauth2[cli]'`. `python -m oauth2` is the same command.

{helps}
## Exit status

{statuses}

An error is one line on standard error; `oauth2 --traceback …` shows where it was raised.

## Environment

{variables}

The libraries that it uses read, among others:

{of_others}

Secrets are in no option, as `ps` shows these to everybody on the machine.

## Files

{files}
"""


def commands(
    command: click.Command = cli, parent: click.Context | None = None, name: str = "oauth2"
) -> Iterator[click.Context]:
    """Give a context for the command and each one below it, in the order of its own help."""
    settings = {**command.context_settings, "terminal_width": _WIDTH}
    context = click.Context(command, info_name=name, parent=parent, **settings)
    yield context
    for below in command.list_commands(context) if isinstance(command, click.Group) else ():
        found = command.get_command(context, below) if isinstance(command, click.Group) else None
        if found and not found.hidden:
            yield from commands(found, context, below)


def command_page() -> Mapping[str, str]:
    """Return the page of the command."""
    helps = "".join([_help(context) for context in commands()])
    text = _TEXT.format(
        helps=helps,
        statuses=table(
            ("status", "meaning"), [(str(status), told) for status, told in _STATUSES.items()]
        ),
        variables=_variables(VARIABLES),
        of_others=_variables(_OF_OTHERS),
        files=table(("file", "what it holds"), _FILES.items()),
    )
    return {"reference/command": text}


def _help(context: click.Context) -> str:
    return f"## {context.command_path}\n\n{block('text', context.get_help())}\n\n"


def _variables(variables: Iterable[Variable]) -> str:
    rows = [(codes(variable.names), variable.meaning) for variable in variables]
    return table(("variable", "what for"), rows)
