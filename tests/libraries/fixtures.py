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


@pytest.fixture(scope="session")
def opened(servers: Web) -> Iterator[dict[str, Driver]]:
    """Keep the drivers that were opened, to the end of the run."""
    drivers: dict[str, Driver] = {}
    yield drivers
    for driver in drivers.values():
        driver.close()


@pytest.fixture(params=NAMES)
def driver(request: pytest.FixtureRequest, opened: dict[str, Driver]) -> Driver:
    """Hand out a driver of each library, without cookies."""
    if request.param not in opened:
        opened[request.param] = open_driver(request.param)
    driver = opened[request.param]
    driver.forget()
    return driver
