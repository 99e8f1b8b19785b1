"""A server that is killed while threads ask it for nonces, and comes back."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from nonce_keys import key
from stores import Process
from waiting import wait_until

from oauth2 import NonceStore, NonceStoreUnavailable

__all__ = ["assert_a_restart_accepts_nothing_twice"]

THREADS = 4


def assert_a_restart_accepts_nothing_twice(
    nonces: NonceStore, server: Process, restarts: int = 1
) -> None:
    """Fail where a nonce that was accepted before a restart is accepted after it."""
    accepted: list[int] = []
    refused: list[int] = []
    ended = threading.Event()

    def ask(number: int) -> None:
        while not ended.is_set():
            number += THREADS
            try:
                if nonces.remember(key(number), 1300, 1000):
                    accepted.append(number)
            except NonceStoreUnavailable:
                refused.append(number)

    with ThreadPoolExecutor(THREADS) as pool:
        asking = [pool.submit(ask, first) for first in range(THREADS)]
        try:
            for _ in range(restarts):
                _wait_for(50, accepted)
                server.kill()
                _wait_for(3, refused)
                server.start()
        finally:
            ended.set()
    for thread in asking:
        thread.result()
    assert [number for number in accepted if nonces.remember(key(number), 1300, 1000)] == []


def _wait_for(more: int, numbers: list[int]) -> None:
    """Wait for that many more."""
    enough = len(numbers) + more
    wait_until(lambda: len(numbers) > enough)
