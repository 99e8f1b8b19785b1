"""Servers for a whole run, and a driver for each library."""

from __future__ import annotations

from libraries.fixtures import (
    driver as driver,
    opened as opened,
    servers as servers,
    web as web,
)
