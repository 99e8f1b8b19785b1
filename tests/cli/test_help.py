"""``--help`` of each command has an example, and each example runs."""

from __future__ import annotations

import json
import os
import re
from typing import Any

import click
import httplib2
import pytest
from driving import BIN, Command, as_environment

from oauth2.cli.app import cli
from oauth2.profiles import Profile
from oauth2.sandbox import Provider

COMPARES = ("debug", "verify")  # the exit status of these is 1 where something differs


def every_command(group: click.Command, path: tuple[str, ...] = ()) -> dict[str, click.Command]:
    """Return each command of the command, and the command itself, by its words."""
    found = {" ".join(path): group}
    for name, command in getattr(group, "commands", {}).items():
        found.update(every_command(command, (*path, name)))
    return found


COMMANDS = every_command(cli)


def examples(name: str) -> list[str]:
    """Return the lines of the help that are to be typed, each in one piece."""
    text = (COMMANDS[name].help or "").replace("\\\n", "")
    return [" ".join(line.split()) for line in re.findall(r"^\s*\$ (.*)$", text, re.M)]


EXAMPLES = [(name, example) for name in COMMANDS for example in examples(name)]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example(command: Command, name: str) -> None:
    """With -h as with --help, each line as it was written, in a terminal of 80 columns."""
    ran = command(*name.split(), "--help", COLUMNS="80")
    assert (ran.status, ran.errors) == (0, "")
    assert command(*name.split(), "-h", COLUMNS="80") == ran
    assert ran.text.startswith(f"Usage: oauth2 {name}".rstrip())
    assert re.findall(r"^ +\$ (?:cat|oauth2) ", ran.text + " ", re.M)
    shown = " ".join(ran.text.replace("\\\n", "").split())
    assert examples(name)
    assert [example for example in examples(name) if f"$ {example}" not in shown] == []
    assert [line for line in ran.text.splitlines() if len(line) > 100] == []


@pytest.fixture
def served(
    command: Command, provider: Provider, profile: Profile
) -> tuple[Provider, dict[str, str]]:
    """Let tumblr be the sandbox, and give the consumer in the environment."""
    own = {
        "id": "tumblr",
        "request_token_url": provider.request_token_url,
        "authorize_url": provider.authorize_url,
        "access_token_url": provider.access_token_url,
    }
    (command.config / "services.json").write_text(json.dumps([own]))
    environ: dict[str, Any] = {
        **as_environment(profile.consumer, profile.token),
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "BROWSER": "true",
    }
    return provider, environ


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_example_runs(
    command: Command, served: tuple[Provider, dict[str, str]], name: str, example: str
) -> None:
    """As it stands there, with the sandbox in the place of the made-up host."""
    provider, environ = served
    if "--show-secrets" in example:
        command.secrets.clear()
    host = "https://photos.example.net"
    line = example.replace(f"{host}/photos", f"{provider.url}/echo/photos")
    line = line.replace(host, provider.url).replace(" --port 8000", "")
    terminal = command.in_shell(f"exec {line}", **environ)
    if name == "authorize":
        terminal.expect(r"(http://\S+/authorize\?\S+)")
        address = provider.allow(terminal.match[1])
        if "--no-browser" in example:
            terminal.expect("PIN: ")
            terminal.sendline(address)
        else:
            httplib2.Http(proxy_info=None).request(address)
    if name == "sandbox":
        terminal.expect("Stop with Ctrl-C.")
        terminal.sendintr()
    status = terminal.end()
    assert status == 0 or (status == 1 and name in COMPARES), terminal.text
    assert "Traceback" not in terminal.text
    assert not re.search(r"^oauth2: ", terminal.text, re.M), terminal.text
