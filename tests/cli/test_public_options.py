"""Commands and options change on purpose, and with the record that says so."""

from __future__ import annotations

from difflib import unified_diff

import click
import public_options
import pytest


def test_commands_and_options_are_those_that_are_recorded() -> None:
    """If a change is meant, `python tests/public_options.py` records it."""
    recorded = public_options.RECORD.read_text(encoding="utf-8").splitlines()
    assert len(recorded) > 100
    changes = list(unified_diff(recorded, public_options.public_options(), n=0))
    assert changes == [], "if it is meant, record it: python tests/public_options.py"


def test_a_line_says_what_can_be_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names, what they take, how often; nothing of what is hidden."""

    @click.group()
    @click.option("--debug", hidden=True)
    def cli() -> None: ...

    @cli.command()
    @click.argument("files", nargs=-1)
    @click.option("-H", "--header", multiple=True)
    @click.option("--as", "shape", type=click.Choice(["curl", "json"]), required=True)
    @click.option("--wait/--no-wait")
    def get() -> None: ...

    monkeypatch.setattr(public_options, "cli", cli)
    assert public_options.public_options() == [
        "oauth2",
        "oauth2 get",
        "oauth2 get FILES...",
        "oauth2 get -H, --header text (many)",
        "oauth2 get --as curl|json (required)",
        "oauth2 get --wait, --no-wait",
    ]
