"""What must be there, for a test that goes on with it."""

from __future__ import annotations

from typing import TypeVar

Thing = TypeVar("Thing")


def present(thing: Thing | None) -> Thing:
    """Return what is not None; fail where it is."""
    assert thing is not None
    return thing
