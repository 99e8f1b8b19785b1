"""The test for stores of nonces finds what is wrong with one."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from oauth2 import MemoryNonces
from oauth2.nonces import NonceKey, check, check_async


class Store:
    """A store in a dict, with a fault by subclass."""

    def __init__(self) -> None:
        self.seen: dict[Any, float] = {}

    def remember(self, key: NonceKey, expires: int, now: int) -> Any:
        """Remember a key by its name, until it ends."""
        name = self.name(key)
        if self.seen.get(name, 0) > time.time():
            return False
        self.pause()
        self.seen[name] = self.ends(expires, now)
        return True

    def name(self, key: NonceKey) -> Any:
        """Return what tells this key from others."""
        return key

    def ends(self, expires: int, now: int) -> float:
        """Return when it is forgotten."""
        return expires + 1

    def pause(self) -> None:
        """Let others run between the test and the set."""


class Racing(Store):
    def pause(self) -> None:
        time.sleep(0.001)


class Forgetful(Store):
    def ends(self, expires: int, now: int) -> float:
        return 0


class Early(Store):
    def ends(self, expires: int, now: int) -> float:
        return expires


class Folding(Store):
    def name(self, key: NonceKey) -> Any:
        return tuple(map(str.casefold, key))


class Joining(Store):
    def name(self, key: NonceKey) -> Any:
        return "|".join(key)


class Cutting(Store):
    def name(self, key: NonceKey) -> Any:
        return *key[:3], key[3][:255]


class WithoutToken(Store):
    def name(self, key: NonceKey) -> Any:
        return key[0], *key[2:]


class Replacing(Store):
    def name(self, key: NonceKey) -> Any:
        return tuple(part.encode("utf-8", "replace") for part in key)


class Counting(Store):
    def remember(self, key: NonceKey, expires: int, now: int) -> Any:
        return int(super().remember(key, expires, now))


class Busy(Store):
    """It remembers a few at the same time, and refuses more."""

    def remember(self, key: NonceKey, expires: int, now: int) -> Any:
        return len(self.seen) < 150 and super().remember(key, expires, now)


class Slow(Store):
    """It takes its time for a nonce that is about to expire, as often as it is told to."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def remember(self, key: NonceKey, expires: int, now: int) -> Any:
        """Let the last second pass."""
        if expires - now < 300 and self.name(key) in self.seen and self.times:
            self.times -= 1
            time.sleep(0.7)
        return super().remember(key, expires, now)


REFUSED = "a fresh nonce was refused, as if it were another: expected 1 accepted, got 0 of 1; "


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (Racing, "Racing: equal nonces were asked for at once: expected 1 accepted, got "),
        (Forgetful, "Forgetful: a nonce was accepted twice: expected 0 accepted, got 1 of 1; "),
        (Early, "Early: a nonce was forgotten in its last second: "),
        (Folding, f"Folding: {REFUSED}('a', '', '1', 'N')"),
        (Joining, f"Joining: {REFUSED}('a|b', 'c', '1', 'n')"),
        (Cutting, f"Cutting: {REFUSED}('a', '', '1', 'xxxxxxxxx\\u2026 (256 characters)')"),
        (WithoutToken, f"WithoutToken: {REFUSED}"),
        (Replacing, f"Replacing: {REFUSED}('a', '', '1', '\\udcff')"),
        (Counting, "Counting: expected True or False, got 1"),
        (Busy, "Busy: fresh nonces were asked for at once: expected 200 accepted, got "),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_fault_is_told(kind: type[Store], told: str) -> None:
    """Each that lets a replay in, or that takes a fresh nonce for a replay."""
    with pytest.raises(AssertionError) as caught:
        check(kind())
    assert str(caught.value).startswith(told)


class Awaited:
    """A store of which the answers are awaited."""

    def __init__(self, store: Any) -> None:
        self.store = store

    async def remember(self, key: NonceKey, expires: int, now: int) -> bool:
        """Let other tasks run, and ask the other one."""
        await asyncio.sleep(0)
        return bool(self.store.remember(key, expires, now))


class RacingAwaited(Awaited):
    async def remember(self, key: NonceKey, expires: int, now: int) -> bool:
        """Let other tasks run between the test and the set."""
        is_fresh = key not in self.store.seen
        return await super().remember(key, expires, now) or is_fresh


@pytest.mark.long
def test_a_store_that_is_right_passes() -> None:
    """And so it does a second time, though it remembers."""
    store = MemoryNonces()
    check(store)
    check(store)


@pytest.mark.long
def test_an_awaited_store_that_is_right_passes() -> None:
    """With tasks at once, as a server has them."""
    asyncio.run(check_async(Awaited(MemoryNonces())))


def test_a_fault_of_an_awaited_store_is_told() -> None:
    """It is found between two tasks, too."""
    with pytest.raises(AssertionError, match="equal nonces were asked for at once"):
        asyncio.run(check_async(RacingAwaited(Store())))


@pytest.mark.long
def test_a_store_that_was_slow_once_is_asked_again() -> None:
    """That it forgot after the last second is no fault."""
    check(Slow(1))


@pytest.mark.long
def test_a_store_that_is_slow_each_time_is_told() -> None:
    """Whether it remembers to the end cannot be seen."""
    with pytest.raises(AssertionError, match=r"^Slow: an answer took half a second or more$"):
        check(Slow(2))
