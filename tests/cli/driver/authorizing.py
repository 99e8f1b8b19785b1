"""What a user and a provider do while ``oauth2 authorize`` runs."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import httplib2
from driving import SECONDS, Command, Terminal
from waiting import wait_until
from wire import Answer, Origin

from oauth2.profiles import Profile, ProfileStore

REQUEST_TOKEN = b"oauth_token=request&oauth_token_secret=request-sekrit"
CONFIRMED = REQUEST_TOKEN + b"&oauth_callback_confirmed=true"
ACCESS_TOKEN = b"oauth_token=access&oauth_token_secret=access-sekrit&screen_name=ann"


def three_urls(provider: Any) -> list[str]:
    """Return the options that name the legs of a provider, and a profile."""
    return [
        *("--profile", "default"),
        *("--request-token-url", provider.request_token_url),
        *("--authorize-url", provider.authorize_url),
        *("--access-token-url", provider.access_token_url),
    ]


def legs(url: str) -> list[str]:
    """Return the options that name the legs of a scripted provider, and a profile."""
    return [
        *("--profile", "default"),
        *("--request-token-url", f"{url}/request"),
        *("--authorize-url", f"{url}/authorize"),
        *("--access-token-url", f"{url}/access"),
    ]


def give_tokens(origin: Origin) -> None:
    """Let a scripted provider give out tokens, and take any verifier."""
    origin.script["/request"] = Answer(body=CONFIRMED)
    origin.script["/access"] = Answer(body=ACCESS_TOKEN)


def know_service(command: Command, url: str, **fields: Any) -> None:
    """Write the user's own services.json, with one entry named ``own``."""
    entry = {
        "id": "own",
        "request_token_url": f"{url}/request",
        "authorize_url": f"{url}/authorize",
        "access_token_url": f"{url}/access",
        **fields,
    }
    command.config.mkdir(parents=True, mode=0o700, exist_ok=True)
    (command.config / "services.json").write_text(json.dumps([entry]))


def stored(command: Command, name: str = "default") -> Profile:
    """Return a profile of the user; its secrets must not have been shown, nor be shown later."""
    profile = ProfileStore(command.config / "profiles.json").get(name)
    assert profile.token is not None
    command.secrets.add(str(profile.token.secret))
    return profile


class Handed:
    """A BROWSER that only notes the address which it is handed."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "address"
        self.script = folder / "browser"
        note = f'printf "%s" "$1" > {self.path}.new && mv {self.path}.new {self.path}'
        self.script.write_text(f"#!/bin/sh\n{note}\n")
        self.script.chmod(0o700)

    @property
    def environ(self) -> dict[str, Any]:
        """What makes the command open it."""
        return {"BROWSER": str(self.script)}

    def address(self) -> str:
        """Wait for the address."""
        wait_until(self.path.exists)
        return self.path.read_text()


def shown_address(terminal: Terminal) -> str:
    """Return the address of the authorize page, which the terminal shows."""
    terminal.expect(r"authorize the application:\s+(https?://\S+)\s")
    return str(terminal.match[1])


def come_back(url: str) -> str:
    """Follow a redirect to loopback, and return the page that is there."""
    _, content = httplib2.Http(proxy_info=None, timeout=SECONDS).request(url)
    return str(content.decode())


def files_of(command: Command) -> list[str]:
    """Return the names of what is in the folder of the command, if there is one, but for locks."""
    names = os.listdir(command.config) if command.config.exists() else []
    return sorted(name for name in names if not name.endswith(".lock"))


@contextmanager
def always_answering(raw: bytes) -> Iterator[str]:
    """Serve these octets to whoever asks, and hang up; yield the address."""

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.readline().strip():
                pass
            self.wfile.write(raw)

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
