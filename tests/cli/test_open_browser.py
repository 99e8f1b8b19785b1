"""The browser of a user, which has no need of a secret."""

from __future__ import annotations

import os
import webbrowser
from typing import Any

import pytest
from authorizing import give_tokens, legs
from driving import ENVIRON, Command
from waiting import wait_until
from wire import Origin

from oauth2.cli.browser import open_browser

SECRETS: dict[str, Any] = {
    **ENVIRON,
    "OAUTH2_SANDBOX_USERS": "ann:ann-sekrit",
    "DATABASE_PASSWORD": "of-a-sekrit",
    "aws_secret_access_key": "of-a-sekrit",
}


def test_browser_gets_no_secrets(command: Command, origin: Origin) -> None:
    """It has the rest of the environment, as that which a desktop hands to it."""
    give_tokens(origin)
    path, script = command.folder / "seen", command.folder / "browser"
    script.write_text(f"#!/bin/sh\nenv > {path}.made && mv {path}.made {path}\n")
    script.chmod(0o700)
    kept: dict[str, Any] = {"BROWSER": str(script), "XDG_ACTIVATION_TOKEN": "of-a-desktop"}
    terminal = command.in_terminal("authorize", *legs(origin.url), **SECRETS, **kept)
    wait_until(path.exists)
    terminal.expect("Waiting for you")
    terminal.sendintr()
    assert terminal.end() == 130
    seen = dict(line.partition("=")[::2] for line in path.read_text().splitlines())
    assert kept.items() <= seen.items()
    assert not seen.keys() & SECRETS.keys()
    assert "sekrit" not in path.read_text()


@pytest.mark.parametrize("outcome", [True, False, OSError("no display")])
def test_secrets_are_there_again_afterwards(
    monkeypatch: pytest.MonkeyPatch, outcome: bool | OSError
) -> None:
    """Whether a browser could be opened or not."""
    seen = []

    def opened(url: str) -> bool:
        seen.append((url, "OAUTH_CONSUMER_SECRET" in os.environ))
        if isinstance(outcome, OSError):
            raise outcome
        return outcome

    monkeypatch.setenv("OAUTH_CONSUMER_SECRET", "consumer-sekrit")
    monkeypatch.setattr(webbrowser, "open", opened)
    if isinstance(outcome, OSError):
        with pytest.raises(OSError, match="no display"):
            open_browser("http://a.example/")
    else:
        assert open_browser("http://a.example/") is outcome
    assert seen == [("http://a.example/", False)]
    assert os.environ["OAUTH_CONSUMER_SECRET"] == "consumer-sekrit"
