"""All that is timed, as one pyperf script: each in worker processes of its own.

``run.py`` runs it several times over, and makes ratios of the medians. By itself it
takes pyperf's options, such as ``--rigorous`` and ``--affinity``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import contenders
import fetchers
import loopback
import pyperf

FIRST_SIGNATURE = Path(__file__).with_name("first_signature.py")
PROGRAMS = {
    "bare": ["-c", "pass"],
    "oauth2": [str(FIRST_SIGNATURE)],
    "oauthlib": ["-c", "import oauthlib.oauth1"],
}

Measure = Callable[[int], float]


def calls(set_up: Callable[[], Callable[[], Any]]) -> Measure:
    """Time the calls of what a contender sets up."""

    def measure(loops: int) -> float:
        call = set_up()
        start = perf_counter()
        for _ in range(loops):
            call()
        return perf_counter() - start

    return measure


def verifications(set_up: Callable[[], contenders.Verify]) -> Measure:
    """Time the verifying of requests that were all signed before."""

    def measure(loops: int) -> float:
        sign, verify = contenders.oauth2_sign(), set_up()
        headers = [sign() for _ in range(loops)]
        start = perf_counter()
        for header in headers:
            verify(header)
        return perf_counter() - start

    return measure


def signing(count: int) -> Callable[[], contenders.Sign]:
    return lambda: contenders.oauth2_sign({f"name{n}": f"value {n}" for n in range(count)})


def fetches(set_up: Callable[[str], Callable[[], Any]]) -> Measure:
    """Time GETs on a kept-alive connection, which the first one, not timed, opens."""

    def measure(loops: int) -> float:
        with loopback.running() as origin:
            fetch = set_up(origin)
            fetch()
            return calls(lambda: fetch)(loops)

    return measure


def main() -> None:
    runner = pyperf.Runner()
    runner.bench_time_func("floor", calls(contenders.floor))
    for library, set_up in contenders.SIGNERS.items():
        runner.bench_time_func(f"sign: {library}", calls(set_up))
    runner.bench_time_func("read: environ", calls(contenders.environ_reading))
    for library, set_up_verify in contenders.VERIFIERS.items():
        runner.bench_time_func(f"verify: {library}", verifications(set_up_verify))
    for count in (100, 10_000):
        runner.bench_time_func(f"sign: {count}", calls(signing(count)), inner_loops=count)
    for what, arguments in PROGRAMS.items():
        runner.bench_command(f"start: {what}", [sys.executable, *arguments])
    for library, set_up_fetch in fetchers.FETCHERS.items():
        runner.bench_time_func(f"GET: {library}", fetches(set_up_fetch))


if __name__ == "__main__":
    main()
