"""A home, a sandbox, an origin and the command, for each test that asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import Command, plain_environ
from forking import Forks
from interrupts import interrupts as interrupts
from known import CONSUMER_SECRET
from running import provider as provider

import oauth2
import oauth2.sandbox
from oauth2.profiles import Profile, ProfileStore


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """Load the command once, and fork for each call of it."""
    with Forks(plain_environ()) as forks:
        yield forks


@pytest.fixture
def command(tmp_path: Path, forks: Forks) -> Iterator[Command]:
    """Run the command in a home of its own; no secret is ever shown."""
    command = Command(tmp_path, forks)
    yield command
    command.close()


@pytest.fixture
def consumer() -> oauth2.Consumer:
    """Return the consumer that the sandbox knows."""
    return oauth2.Consumer("printer", CONSUMER_SECRET)


@pytest.fixture
def store(command: Command) -> ProfileStore:
    """Return the store of the user whose home it is."""
    command.config.mkdir(parents=True, mode=0o700)
    return ProfileStore(command.config / "profiles.json")


@pytest.fixture
def profile(command: Command, store: ProfileStore, provider: oauth2.sandbox.Provider) -> Profile:
    """Store a profile ``mine`` with a token of the sandbox."""
    token = provider.add_token()
    command.secrets.add(str(token.secret))
    profile = Profile("mine", provider.consumer, token)
    store.save(profile)
    return profile
