"""What was measured, as tables of Markdown."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from load.driving import Run
from load.filled import Filled
from load.sending import CUT, Answer
from load.serving import Memory
from load.signing import FRESH, REPLAYED, TAMPERED

__all__ = ["RUNS", "Measured", "filled_rows", "machine", "row_of", "table"]

MIB = 1 << 20
_OK = 200
RUNS = [
    *("server", "store", "killed", "accepted", "replays", "by two workers", "tampered", "cut"),
    *("503", "sent again", "requests/s", "of no store's", "p50 ms", "p99 ms", "longest ms"),
    *("RSS MiB", "PSS MiB"),
]


class Measured(NamedTuple):
    """A run, what was sent again after it, and the memory of a worker."""

    server: str
    store: str
    fault: str
    run: Run
    replays: list[Answer]
    memory: Memory

    @property
    def rate(self) -> float:
        """Requests a second, the copies counted."""
        return sum(len(each.answers) for each in self.run.outcomes) / self.run.seconds


def row_of(measured: Measured, reference: float | None) -> list[str]:
    """Return the cells of `RUNS`; ``reference`` is the rate without a store, if it is known."""
    run = measured.run
    answers = [answer for outcome in run.outcomes for answer in outcome.answers]
    pairs = [outcome.answers for outcome in run.outcomes if outcome.task.kind == REPLAYED]
    kinds = [outcome.task.kind for outcome in run.outcomes]
    times = [
        1000 * (outcome.answers[-1].received - outcome.answers[-1].sent)
        for outcome in run.outcomes
        if outcome.task.kind == FRESH and outcome.answers[-1].status == _OK
    ]
    killed = {"nothing": "", "workers": f"{run.killed} workers", "store": "the store"}
    return [
        *(measured.server, measured.store, killed[measured.fault]),
        str(sum(answer.status == _OK for answer in answers)),
        str(len(pairs)),
        str(sum(one.worker != other.worker for one, other in pairs)),
        str(kinds.count(TAMPERED)),
        str(sum(answer.status == CUT for answer in answers)),
        *(str(run.refusals()), str(len(measured.replays)), f"{measured.rate:.0f}"),
        f"{measured.rate / reference:.2f}" if reference else "",
        *(f"{time:.1f}" for time in _middle_and_end(times)),
        f"{1000 * max(answer.received - answer.sent for answer in answers):.0f}",
        *(f"{octets / MIB:.1f}" for octets in measured.memory),
    ]


def _middle_and_end(times: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 99th percentile."""
    hundredths = statistics.quantiles(times, n=100)
    return hundredths[49], hundredths[98]


def filled_rows(filled: dict[str, Filled], count: int) -> Iterator[list[str]]:
    """Yield the rows of what a nonce takes, first their heads."""
    yield ["store", "octets a nonce", "check µs, empty", f"check µs, {count:,} live", "ratio"]
    for name, (octets, alone, among_many) in filled.items():
        times = [f"{alone:.1f}", f"{among_many:.1f}", f"{among_many / alone:.2f}"]
        yield [name, f"{octets:.0f}", *times]


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as Markdown; the first has the heads."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, f"|{'---|' * (lines[0].count('|') - 1)}")
    return "\n".join(lines)


def machine() -> str:
    """Return what the machine is."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    system = f"{platform.system()} {platform.release()}"
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    cores = f"{os.cpu_count()} cores ({', '.join(sorted(set(names))) or platform.machine()})"
    return f"CPython {platform.python_version()}, {cores}, {system}; load {load} at first."
