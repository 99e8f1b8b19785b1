"""Measure everything in one run, and print ratios with the goals beside them.

``speed.py`` runs several rounds. A ratio is made of medians of the same round,
and shown is the median of these ratios: a busy machine moves it little.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import NamedTuple

import contenders
import pyperf

import oauth2

ROUNDS = 5
HERE = Path(__file__).parent
LIBRARIES = (
    *("oauthlib", "Authlib", "rauth", "httplib2", "requests", "requests-oauthlib", "httpx2"),
    "pyperf",
)
MIB = 1 << 20

Medians = dict[str, float]


class Row(NamedTuple):
    """What was measured, one value a round, and its goal: ``"<= 6"``, ``">= 8"`` or none."""

    what: str
    values: list[float]
    unit: str
    goal: str = ""

    def is_missed(self) -> bool:
        if not self.goal:
            return False
        sign, _, limit = self.goal.partition(" ")
        measured = median(self.values)
        return measured > float(limit) if sign == "<=" else measured < float(limit)

    def cells(self) -> tuple[str, ...]:
        values = sorted(self.values)
        spread = f"{values[0]:.2f} to {values[-1]:.2f}" if len(values) > 1 else ""
        reached = "" if not self.goal else "NO" if self.is_missed() else "yes"
        return self.what, f"{median(values):.2f}", spread, self.goal, self.unit, reached


def timed_round(folder: str) -> Medians:
    """Run ``speed.py`` once; return the median of each benchmark in it."""
    file = Path(folder) / "round.json"
    file.unlink(missing_ok=True)
    options = ["--quiet", "--processes=1", "--values=5", "--warmups=1", "--min-time=0.05"]
    command = [sys.executable, str(HERE / "speed.py"), *options, f"--output={file}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    suite = pyperf.BenchmarkSuite.load(str(file))
    return {benchmark.get_name(): benchmark.median() for benchmark in suite.get_benchmarks()}


def rows_of_times(rounds: list[Medians]) -> list[Row]:
    def ratios(name: str, other: str, less: str = "") -> list[float]:
        """Divide one median by another of its round, after taking a third off both."""
        return [
            (times[name] - times.get(less, 0)) / (times[other] - times.get(less, 0))
            for times in rounds
        ]

    floors, faster = "x the floor", "x faster"
    start = ratios("start: oauth2", "start: oauthlib", less="start: bare")
    per_parameter = ratios("sign: 10000", "sign: 100")
    fetch = ratios("GET: Client", "GET: httplib2")
    added, times = "of what it adds", "x httplib2"
    by_requests = ratios(
        "GET: requests, oauth2", "GET: requests, requests-oauthlib", less="GET: requests"
    )
    by_httpx2 = ratios("GET: httpx2, oauth2", "GET: httpx2, Authlib", less="GET: httpx2")
    return [
        Row("sign", ratios("sign: oauth2", "floor"), floors, "<= 5.3"),
        Row("sign by Signer", ratios("sign: Signer", "floor"), floors, "<= 4.5"),
        Row("sign, oauthlib", ratios("sign: oauthlib", "sign: oauth2"), faster, ">= 8"),
        Row("sign, Authlib", ratios("sign: Authlib", "sign: oauth2"), faster, ">= 8"),
        Row("sign, rauth", ratios("sign: rauth", "sign: oauth2"), faster),
        Row("verify, oauthlib", ratios("verify: oauthlib", "verify: oauth2"), faster, ">= 4.8"),
        Row("read a WSGI environ", ratios("read: environ", "floor"), floors, "<= 3.5"),
        Row("sign 10,000 parameters", per_parameter, "x each of 100", "<= 1.5"),
        Row("import and sign once", start, "x import oauthlib.oauth1", "<= 0.5"),
        Row("GET by Client", fetch, times, "<= 1.3"),
        Row("OAuth1 in requests, requests-oauthlib", by_requests, added, "<= 0.25"),
        Row("OAuth1 in httpx2, Authlib", by_httpx2, added, "<= 0.333"),
    ]


def rows_of_memory() -> list[Row]:
    output = subprocess.check_output([sys.executable, str(HERE / "memory.py")])
    upload, nonces = json.loads(output).values()
    return [
        Row("upload of 1 GiB", [upload["bytes"] / MIB], "MiB above httplib2", "<= 64"),
        Row("a million nonces", [nonces["bytes"] / 1e6], "MB; or bytes a nonce", "<= 250"),
        Row("check among a million", [nonces["slowdown"]], "x among a thousand", "<= 1.5"),
    ]


def table(rows: list[Row]) -> str:
    heading = "what", "measured", "rounds", "goal", "unit", "reached"
    lines: list[tuple[str, ...]] = [heading]
    lines += [row.cells() for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines
    )


def main() -> int:
    contenders.check()
    rows = rows_of_memory()
    rounds: list[Medians] = []
    with tempfile.TemporaryDirectory() as folder:
        while len(rounds) < ROUNDS:
            rounds.append(timed_round(folder))
            print(f"round {len(rounds)} of {ROUNDS} is done", file=sys.stderr)
    rows = rows_of_times(rounds) + rows
    versions = [f"{name} {version(name)}" for name in LIBRARIES]
    interpreter = f"{platform.python_implementation()} {platform.python_version()}"
    print(interpreter, f"oauth2 {oauth2.__version__}", *versions, sep=", ")
    print(table(rows))
    return any(row.is_missed() for row in rows)


if __name__ == "__main__":
    sys.exit(main())
