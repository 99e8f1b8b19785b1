"""The load runs of benchmarks/: one in small, and what is said of a run that went wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from load.driving import Away, Outcome, Run
from load.judging import faults_of
from load.sending import CUT, HUNG, Answer
from load.signing import FRESH, REPLAYED, TAMPERED, Task

ROOT = Path(__file__).parent.parent
AWAY = Away(going=10, gone=11, returning=20, back=21)


def answer(status: int, content: bytes = b"", sent: float = 5, received: float = 6) -> Answer:
    return Answer(status, content, 1, sent, received)


ACCEPTED = answer(200, b"content")
USED = answer(401, b"oauth_problem=nonce_used&")
INVALID = answer(401, b"oauth_problem=signature_invalid&")


class Case(NamedTuple):
    """A task with its answers, and the start of the line about it; none if all is right."""

    kind: str
    answers: list[Answer]
    said: str = ""
    away: Away | None = None
    killed: int = 0


CASES = {
    "accepted": Case(FRESH, [ACCEPTED]),
    "refused": Case(FRESH, [USED], "fresh: 401 oauth_problem=nonce_used"),
    "failed": Case(FRESH, [answer(500)], "fresh: 500"),
    "mixed up": Case(FRESH, [answer(200, b"other")], "fresh: the answer is that to another"),
    "hung": Case(FRESH, [answer(HUNG)], "no answer within"),
    "late": Case(FRESH, [ACCEPTED._replace(received=26)], "no answer within"),
    "cut": Case(FRESH, [answer(CUT), ACCEPTED], "a connection was cut, but no worker"),
    "cut by a kill": Case(FRESH, [answer(CUT), ACCEPTED], killed=1),
    "always cut": Case(FRESH, [answer(CUT)], "fresh: 0", killed=1),
    "unavailable": Case(FRESH, [answer(503)], "refused with 503 while the store was there"),
    "away": Case(FRESH, [answer(503, sent=12, received=13)], away=AWAY),
    "let in": Case(FRESH, [ACCEPTED._replace(sent=12, received=13)], "let in while", AWAY),
    "not found again": Case(FRESH, [answer(503, sent=24, received=25)], "refused with 503", AWAY),
    "tampered": Case(TAMPERED, [INVALID]),
    "tampered, let in": Case(TAMPERED, [ACCEPTED], "tampered: accepted"),
    "tampered, another reason": Case(TAMPERED, [USED], "tampered: 401"),
    "one of two": Case(REPLAYED, [USED, ACCEPTED]),
    "both": Case(REPLAYED, [ACCEPTED, ACCEPTED], "replayed: 2 of 2 equal requests"),
    "neither": Case(REPLAYED, [USED, USED], "replayed: 0 of 2 equal requests"),
    "one was cut": Case(REPLAYED, [answer(CUT), USED], killed=1),
    "another reason": Case(REPLAYED, [INVALID, ACCEPTED], "replayed: 401 oauth_problem=sig"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_seen(name: str) -> None:
    """Whoever is wrongly refused or let in, and whatever takes too long, has a line."""
    case = CASES[name]
    run = Run(1)
    run.outcomes.append(Outcome(Task(case.kind, 1, b"", b"content"), case.answers))
    run.away, run.killed = case.away, case.killed
    said = [line for line in faults_of(run, "", [], remembers=True) if "taken away" not in line]
    assert [line.startswith(f"1 times: {case.said}") for line in said] == [True] * bool(case.said)


@pytest.mark.parametrize(
    ("fault", "replays", "said"),
    [
        ("nothing", [USED], []),
        ("nothing", [ACCEPTED], ["1 times: sent again: accepted"]),
        ("workers", [], ["1 times: no worker was killed: it took too little time"]),
        ("store", [], ["1 times: the store was taken away, but nothing was refused"]),
    ],
)
def test_a_run_that_shows_nothing_is_a_fault(
    fault: str, replays: list[Answer], said: list[str]
) -> None:
    """A replay after it, and a kill that was none."""
    run = Run(0)
    run.away = AWAY if fault == "store" else None
    assert faults_of(run, fault, replays, remembers=True) == said


@pytest.mark.long
def test_a_small_run_finds_nothing_wrong() -> None:
    """Two workers, and a Redis that is killed and comes back."""
    options = ["--requests=400", "--workers=2", "--clients=8", "--nonces=0"]
    options += ["--servers", "gunicorn", "--stores", "redis", "--faults", "store"]
    command = [sys.executable, "benchmarks/run_load.py", *options]
    ended = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=100, check=False
    )
    assert ended.stdout.splitlines()[-1] == "Nothing was wrongly refused, nothing let in."
    assert ended.returncode == 0
