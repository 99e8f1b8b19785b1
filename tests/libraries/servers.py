"""The servers that a test of a library needs."""

from __future__ import annotations

from typing import NamedTuple

from wire import Origin


class Web(NamedTuple):
    """The provider, its https side, and another server."""

    provider: Origin
    secure: Origin
    stranger: Origin
