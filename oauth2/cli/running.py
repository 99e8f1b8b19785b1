"""The sandboxes of this user that run, so that other commands find them.

Each has a file beside the profiles while it runs, which its owner alone can read. One that was
killed leaves its file, and is passed over, as nobody listens there.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import click

from ..credentials import Consumer
from ..encoding import text_of
from ..profiles import ProfileError, default_path
from ..profiles.atomic_file import read, write
from ..sandbox import Provider
from ..services import Service
from .terminal import say

__all__ = ["SANDBOX", "announced", "consumer_at", "sandbox_service"]

SANDBOX = "sandbox"
_SECONDS = 2.0


class _Running(NamedTuple):
    """One that runs: its address, the key and the secret of its consumer."""

    url: str
    key: str
    secret: str


@contextmanager
def announced(provider: Provider) -> Iterator[None]:
    """Let other commands find a sandbox until the block ends; say so where they cannot."""
    path = _folder() / f"{provider.url.rpartition(':')[2]}.json"
    consumer = provider.consumer
    running = _Running(provider.url, text_of(consumer.key), text_of(consumer.secret))
    content = json.dumps(running._asdict()).encode()
    try:
        write(path, content)
    except ProfileError as exc:
        say(f"{exc}: 'oauth2 authorize {SANDBOX}' will not find this one.")
    try:
        yield
    finally:
        _forget(path, content)


def sandbox_service() -> Service:
    """Return the sandbox that was started last as a service; UsageError where none runs."""
    running = _running()
    if not running:
        raise click.UsageError(f"no {SANDBOX} runs: 'oauth2 sandbox' starts one")
    return Service(
        SANDBOX,
        "Sandbox",
        "{base}/request_token",
        "{base}/authorize",
        "{base}/access_token",
        whoami_url="{base}/echo",
        callback={"oob": True, "dynamic": True},
        verifier_used=True,
        url_vars={"base": "the address of a sandbox"},
        url_defaults={"base": running[0].url},
    )


def consumer_at(request_token_url: str) -> Consumer | None:
    """Return the consumer of the sandbox that has this address, None for any other."""
    for url, key, secret in _running():
        if request_token_url == f"{url}/request_token":
            return Consumer(key, secret)
    return None


def _folder() -> Path:
    return default_path().with_name("sandboxes")


def _running() -> list[_Running]:
    """Return those that run, the one that was started last first."""
    files = sorted(_folder().glob("*.json"), key=_started, reverse=True)
    listed = [_parsed(content) for content in map(read, files) if content]
    return [running for running in listed if running and _is_listening(running.url)]


def _parsed(content: bytes) -> _Running | None:
    """Read a file; None for what another version wrote, or nobody did."""
    try:
        return _Running(**json.loads(content))
    except (ValueError, TypeError):
        return None


def _started(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # it has ended just now
        return 0.0


def _is_listening(url: str) -> bool:
    try:
        split = urlsplit(url)
        socket.create_connection((split.hostname, split.port), _SECONDS).close()
    except (OSError, ValueError):
        return False
    return True


def _forget(path: Path, content: bytes) -> None:
    """Remove the file, unless another sandbox has this port by now."""
    try:
        if read(path) == content:
            path.unlink()
    except (OSError, ProfileError) as exc:
        say(f"{path}: {exc}")
