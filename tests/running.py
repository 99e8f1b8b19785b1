"""A sandbox for each test that asks for one; its modules are those of the extra."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from known import CONSUMER_SECRET

import oauth2
import oauth2.sandbox


@pytest.fixture
def consumer() -> oauth2.Consumer:
    """Return the consumer that the sandbox knows."""
    return oauth2.Consumer("printer", CONSUMER_SECRET)


@pytest.fixture
def provider(consumer: oauth2.Consumer) -> Iterator[oauth2.sandbox.Provider]:
    """Serve a sandbox without quirks."""
    with oauth2.sandbox.run(consumer) as running:
        yield running
