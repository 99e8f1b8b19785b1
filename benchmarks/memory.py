"""What is measured in bytes, each in a process of its own.

Linux hands the peak of a parent down to its children: so it is this small program
that starts them, ``python memory.py upload`` and ``python memory.py nonces``.
"""

from __future__ import annotations

import json
import resource
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import contenders
import loopback

if TYPE_CHECKING:
    import oauth2

GIBIBYTE = 1 << 30
MILLION = 1_000_000
ROUNDS, CHECKS = 100, 50
UNIT = 1 if sys.platform == "darwin" else 1024


def peak() -> int:
    """Return the most memory that this process has ever used, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT


def upload() -> dict[str, float]:
    """Upload a sparse file of 1 GiB; return the bytes above an interpreter with httplib2."""
    import httplib2  # noqa: F401

    before = peak()
    import oauth2

    consumer, token = oauth2.Consumer(*contenders.CONSUMER), oauth2.Token(*contenders.TOKEN)
    with tempfile.TemporaryFile() as body, loopback.running() as origin:
        body.truncate(GIBIBYTE)
        client = oauth2.Client(consumer, token)
        headers = {"Content-Type": "application/octet-stream"}
        _, received = client.request(f"{origin}/upload", "PUT", body=body, headers=headers)
        client.close()
    if int(received) != GIBIBYTE:
        raise ValueError(f"the server received {received!r} bytes")
    return {"bytes": peak() - before}


def nonces() -> dict[str, float]:
    """Remember a million nonces; return the bytes that they take, and how a check slows down.

    The checks of a store with a million and of one with a thousand take turns.
    """
    import oauth2

    now, keys = int(time.time()), fresh_keys()
    before = peak()
    million = oauth2.MemoryNonces(MILLION + ROUNDS * CHECKS)
    for number, key in enumerate(islice(keys, MILLION)):
        million.remember(key, now + number % 300, now)
    taken = peak() - before
    slowdowns = []
    for _ in range(ROUNDS):
        thousand = oauth2.MemoryNonces()
        for key in islice(keys, 1000):
            thousand.remember(key, now, now)
        few, many = (
            seconds(store, list(islice(keys, CHECKS)), now) for store in (thousand, million)
        )
        slowdowns.append(many / few)
    return {"bytes": taken, "slowdown": statistics.median(slowdowns)}


def fresh_keys() -> Iterator[tuple[str, str, str, str]]:
    timestamp = str(int(time.time()))
    while True:
        yield contenders.CONSUMER[0], contenders.TOKEN[0], timestamp, secrets.token_hex(16)


def seconds(store: oauth2.NonceStore, keys: list[tuple[str, str, str, str]], now: int) -> float:
    start = time.perf_counter()
    for key in keys:
        store.remember(key, now + 300, now)
    return time.perf_counter() - start


def main() -> None:
    measurements = {"upload": upload, "nonces": nonces}
    if sys.argv[1:]:
        measured = measurements[sys.argv[1]]()
    else:
        measured = {
            name: json.loads(subprocess.check_output([sys.executable, __file__, name]))
            for name in measurements
        }
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
