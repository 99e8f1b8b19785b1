"""What is wrong with a run: who was wrongly refused, who was let in, what took too long."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator

from load.driving import Outcome, Run
from load.sending import BOUND, CUT, HUNG, Answer, Client
from load.serving import Serving
from load.signing import FRESH, REPLAYED, TAMPERED

__all__ = ["faults_of", "replay_again"]

_OK, _UNAUTHORIZED, _UNAVAILABLE = 200, 401, 503
_SAMPLE = 250
_MAX_AGE = 270.0  # seconds, of 300
_GRACE = 2.0
"""Seconds after which a store that is back must be found again."""


def replay_again(server: Serving, run: Run) -> list[Answer]:
    """Send again a sample of what was accepted before the store went, or at all; the last also.

    What is too old is left out, as that is refused without asking a store.
    """
    until = run.away.going if run.away else float("inf")
    oldest = time.time() - _MAX_AGE
    accepted = [
        each.task.octets
        for each in run.outcomes
        if each.task.signed_at > oldest
        and any(answer.status == _OK and answer.received < until for answer in each.answers)
    ]
    sample = {*accepted[:: max(len(accepted) // _SAMPLE, 1)], *accepted[-_SAMPLE:]}
    client = Client(server.port, server.keeps_connections)
    answers = [client.send(octets) for octets in sample]
    client.close()
    return answers


def faults_of(run: Run, fault: str, replays: list[Answer], remembers: bool) -> list[str]:
    """Return a line for each kind of fault, ``replays`` being what `replay_again` returned."""
    faults: Counter[str] = Counter()
    for outcome in run.outcomes:
        faults.update(_JUDGES[outcome.task.kind](outcome, remembers))
        faults.update(_common_faults(run, outcome.answers))
    if remembers:
        faults.update(f"sent again: {_told(answer)}" for answer in replays if not _is_used(answer))
    if len(run.outcomes) != run.count:
        faults[f"of {run.count} tasks {len(run.outcomes)} have ended"] += 1
    if fault == "workers" and not run.killed:
        faults["no worker was killed: it took too little time"] += 1
    if run.away and not run.refusals():
        faults["the store was taken away, but nothing was refused"] += 1
    return [f"{count} times: {fault}" for fault, count in faults.items()]


def _common_faults(run: Run, answers: list[Answer]) -> Iterator[str]:
    for answer in answers:
        if answer.status == HUNG or answer.received - answer.sent > BOUND:
            yield f"no answer within {BOUND} s"
        if answer.status == CUT and not run.killed:
            yield "a connection was cut, but no worker was killed"
        if answer.status == _UNAVAILABLE and not _is_away(run, answer):
            yield "refused with 503 while the store was there"
        if answer.status == _OK and _is_within(run, answer):
            yield "let in while the store was away"


def _is_away(run: Run, answer: Answer) -> bool:
    """Tell whether the store was away for a part of the time, or was back for a moment only."""
    away = run.away
    return bool(away and answer.received > away.going and answer.sent < away.back + _GRACE)


def _is_within(run: Run, answer: Answer) -> bool:
    """Tell whether the store was away all the time."""
    away = run.away
    return bool(away and answer.sent > away.gone and answer.received < away.returning)


def _fresh_faults(outcome: Outcome, _: bool) -> Iterator[str]:
    last = outcome.answers[-1]
    if last.status == _OK and last.content != outcome.task.content:
        yield f"{FRESH}: the answer is that to another request"
    if last.status not in (_OK, _UNAVAILABLE, HUNG):
        yield f"{FRESH}: {_told(last)}"


def _tampered_faults(outcome: Outcome, _: bool) -> Iterator[str]:
    last = outcome.answers[-1]
    if last.status != _UNAUTHORIZED or b"oauth_problem=signature_invalid" not in last.content:
        yield f"{TAMPERED}: {_told(last)}"


def _replayed_faults(outcome: Outcome, remembers: bool) -> Iterator[str]:
    """Of equal requests one is accepted, or none where an answer is missing or 503."""
    answers = outcome.answers
    accepted = sum(answer.status == _OK for answer in answers)
    unknown = sum(answer.status in (CUT, HUNG, _UNAVAILABLE) for answer in answers)
    used = sum(map(_is_used, answers))
    expected = 1 if remembers else len(answers)
    if accepted > expected or (accepted < expected and not unknown):
        yield f"{REPLAYED}: {accepted} of {len(answers)} equal requests were accepted"
    if accepted + unknown + used != len(answers):
        yield f"{REPLAYED}: {', '.join(map(_told, answers))}"


def _is_used(answer: Answer) -> bool:
    return answer.status == _UNAUTHORIZED and b"oauth_problem=nonce_used" in answer.content


def _told(answer: Answer) -> str:
    if answer.status == _OK:
        return "accepted"
    problem = answer.content.partition(b"&")[0].decode("ascii", "replace")
    return f"{answer.status} {problem[:80]}"


_JUDGES: dict[str, Callable[[Outcome, bool], Iterator[str]]] = {
    FRESH: _fresh_faults,
    TAMPERED: _tampered_faults,
    REPLAYED: _replayed_faults,
}
