"""A sandbox for each test that asks for one."""

from __future__ import annotations

from interrupts import interrupts as interrupts
from running import consumer as consumer, provider as provider
