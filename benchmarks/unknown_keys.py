"""Whether time tells that a consumer or a token is not known.

It verifies forged requests of four kinds in turn, thousands of times, and prints how long each
took: the median, and the quartiles, in microseconds. Those of a row should lie within one
another; a look-up here is one in a dict, which takes no time.

    python benchmarks/unknown_keys.py
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator

import oauth2

ROUNDS = 3000
CONSUMER = oauth2.Consumer("0123456789abcdef", "fedcba9876543210fedcba9876543210")
TOKEN = oauth2.Token("token0123456789", "0123456789abcdef0123456789abcdef")
URL = "https://app.example/photos?size=big&file=vacation.jpg"


def requests(consumer: oauth2.Consumer, token: oauth2.Token | None) -> Iterator[oauth2.Request]:
    """Yield requests that are signed by these, each with a nonce of its own."""
    signer = oauth2.Signer(consumer, token)
    while True:
        sent = signer.sign("GET", URL)
        request = oauth2.Request.from_request("GET", sent.url, sent.headers)
        if request is None:
            raise ValueError("expected a request with parameters, got none")
        yield request


def measure(kinds: dict[str, Iterator[oauth2.Request]]) -> dict[str, list[float]]:
    """Verify a request of each kind in turn; return the microseconds that each took."""
    verifier = oauth2.Verifier(
        {CONSUMER.key: CONSUMER}.get, lambda key, consumer: {TOKEN.key: TOKEN}.get(key)
    )
    taken: dict[str, list[float]] = {name: [] for name in kinds}
    for number in range(ROUNDS):
        names = list(kinds)
        start = number % len(names)  # none is always the first
        for name in names[start:] + names[:start]:
            request = next(kinds[name])
            began = time.perf_counter()
            try:
                verifier.verify(request)
            except oauth2.Error:
                taken[name].append((time.perf_counter() - began) * 1e6)
    return taken


def main() -> None:
    wrong = oauth2.Consumer(CONSUMER.key, "0" * 32)
    nobody = oauth2.Consumer("fedcba9876543210", "0" * 32)
    nothing = oauth2.Token("nobody012345678", "0" * 32)
    print(f"CPython {sys.version.split()[0]}, {ROUNDS} of each kind, microseconds")
    print(f"{'':34}{'median':>8}{'quartiles':>18}")
    for kinds in (
        {
            "two-legged, signature wrong": requests(wrong, None),
            "two-legged, consumer unknown": requests(nobody, None),
        },
        {
            "three-legged, signature wrong": requests(wrong, TOKEN),
            "three-legged, token unknown": requests(CONSUMER, nothing),
            "three-legged, consumer unknown": requests(nobody, TOKEN),
        },
    ):
        for name, times in measure(kinds).items():
            first, median, third = statistics.quantiles(times, n=4)
            print(f"{name:34}{median:8.1f}{first:9.1f}{third:9.1f}")


if __name__ == "__main__":
    main()
