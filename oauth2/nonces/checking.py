"""A test for stores of nonces: whether one lets a request in once, and only once."""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable
from typing import Any

from .store import AsyncNonceStore, NonceKey, NonceStore

__all__ = ["check", "check_async"]

_AT_ONCE = 8
_ROUNDS = 25
_TRIES = 2
_JOINTS = "&:,|/ \0\n\x1f%"
_ODD: list[NonceKey] = [
    # What moves from one part to the next makes another key, ...
    ("ab", "", "1", "n"),
    ("a", "b", "1", "n"),
    ("a", "", "b1", "n"),
    ("a", "", "1", "bn"),
    # ... also where it takes with it what separates the parts in some store.
    *[("a", f"b{joint}c", "1", "n") for joint in _JOINTS],
    *[(f"a{joint}b", "c", "1", "n") for joint in _JOINTS],
    # Text that a database may hold to be the same: case, white space, accents, digits.
    *[("a", "", "1", nonce) for nonce in ("n", "N", "n ", " n", "é", "e\u0301", "e", "n\0")],
    *[("a", "", timestamp, "n") for timestamp in ("01", "1.0", "\u0661")],
    # Octets that are not UTF-8, as received text holds them, and what others make of them.
    *[("a", "", "1", nonce) for nonce in ("\udce9", "\udcff", "\ufffd", "\U0001f511", "'\"\\")],
    # Parts that differ only behind the end of a short column.
    *[("a", "", "1", "x" * length) for length in (0, 255, 256, 65_536, 65_537)],
    *[("a" * length, "", "1", "n") for length in (250, 251, 40_000, 40_001)],
]


def check(store: NonceStore) -> None:
    """Raise AssertionError that says what is wrong with a store; it takes some four seconds.

    Of eight threads with one nonce it must tell one that it is fresh, remember each nonce
    through the last second that was asked for, and tell keys apart whatever text of whatever
    length is in them. All nonces are new at each run, so that a store in use can be checked.
    Whether other processes see what this one remembers does not show here.

    ::

        def test_my_store():
            oauth2.nonces.check(MyStore(...))
    """
    # What only a test needs is not loaded by whoever verifies.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_AT_ONCE) as threads:

        async def ask(keys: list[NonceKey], expires: int, now: int) -> list[Any]:
            return list(threads.map(lambda key: store.remember(key, expires, now), keys))

        async def pause(seconds: float) -> None:
            time.sleep(seconds)

        checking = _Check(store, ask, pause).run()
        try:
            checking.send(None)  # it never waits for an event loop, so none is needed
        except StopIteration:
            return


async def check_async(store: AsyncNonceStore) -> None:
    """Check a store whose answers are awaited as `check` does, with tasks in place of threads."""
    import asyncio

    async def ask(keys: list[NonceKey], expires: int, now: int) -> list[Any]:
        answers: list[Any] = []
        for start in range(0, len(keys), _AT_ONCE):
            batch = keys[start : start + _AT_ONCE]
            answers += await asyncio.gather(*[store.remember(key, expires, now) for key in batch])
        return answers

    await _Check(store, ask, asyncio.sleep).run()


class _Check:
    """What is asked of a store, and what it must answer."""

    def __init__(
        self,
        store: object,
        ask: Callable[[list[NonceKey], int, int], Awaitable[list[Any]]],
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self._name = type(store).__name__
        self._ask, self._pause = ask, pause
        self._run = os.urandom(16).hex()

    async def run(self) -> None:
        """Ask all; raise AssertionError for the first answers that are wrong."""
        for key in _ODD:
            await self._expect(1, [key], "a fresh nonce was refused, as if it were another")
        for key in _ODD:
            await self._expect(0, [key], "a nonce was accepted twice")
        for number in range(_ROUNDS):
            same = ("key", "", "1", f"same {number}")
            await self._expect(1, [same] * _AT_ONCE, "equal nonces were asked for at once")
        many = [("key", "", "1", f"other {number}") for number in range(_AT_ONCE * _ROUNDS)]
        await self._expect(len(many), many, "fresh nonces were asked for at once")
        await self._remember_to_the_end()

    async def _remember_to_the_end(self) -> None:
        """Ask again in the second in which a nonce expires, as that one still counts."""
        for number in range(_TRIES):
            short = [("key", "", "1", f"short {number}")]
            await self._pause(1 - time.time() % 1)  # to the start of a second
            expires = int(time.time()) + 2
            await self._expect(1, short, "a fresh nonce was refused", seconds=2)
            await self._pause(2.5)
            answers = await self._answers(short, seconds=2)
            if time.time() < expires + 1:  # else it may have been forgotten meanwhile
                self._judge(0, answers, short, "a nonce was forgotten in its last second")
                return
        raise AssertionError(f"{self._name}: an answer took half a second or more")

    async def _expect(
        self, accepted: int, keys: list[NonceKey], wrong: str, seconds: int = 300
    ) -> None:
        """Ask for keys at once, of which so many are to be accepted."""
        self._judge(accepted, await self._answers(keys, seconds), keys, wrong)

    async def _answers(self, keys: list[NonceKey], seconds: int) -> list[Any]:
        now = int(time.time())
        own: list[NonceKey] = [(self._run + key[0], *key[1:]) for key in keys]
        return await self._ask(own, now + seconds, now)

    def _judge(self, accepted: int, answers: list[Any], keys: list[NonceKey], wrong: str) -> None:
        for answer in answers:
            if not isinstance(answer, bool):
                raise AssertionError(f"{self._name}: expected True or False, got {answer!r}")
        if sum(answers) != accepted:
            told = f"expected {accepted} accepted, got {sum(answers)} of {len(answers)}"
            raise AssertionError(f"{self._name}: {wrong}: {told}; {_shown(keys[0])}")


def _shown(key: NonceKey) -> str:
    """Return a key as a message shows it."""
    parts = [part if len(part) < 50 else f"{part[:9]}… ({len(part)} characters)" for part in key]
    return ascii(tuple(parts))
