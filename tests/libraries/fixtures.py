"""Servers for a whole run, and a driver for each library; a conftest.py imports what it needs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from wire import Origin

from .drivers import NAMES, Driver, open_driver
from .servers import Web


@pytest.fixture(scope="session")
def servers() -> Iterator[Web]:
    """Run the servers once."""
    with Origin() as provider, Origin("https") as secure, Origin() as stranger:
        yield Web(provider, secure, stranger)


@pytest.fixture
def web(servers: Web) -> Web:
    """Hand out servers that remember nothing."""
    for origin in servers:
        origin.reset()
    return servers


@pytest.fixture(scope="session", params=NAMES)
def opened(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """Open a driver for each library, one after the other."""
    driver = open_driver(request.param)
    yield driver
    driver.close()


@pytest.fixture
def driver(opened: Driver) -> Driver:
    """Hand out a driver without cookies."""
    opened.forget()
    return opened
