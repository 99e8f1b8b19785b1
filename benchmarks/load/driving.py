"""Clients that send what there is to send, while something may be killed."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from load.places import Place
from load.sending import CUT, Answer, Client
from load.serving import Serving
from load.signing import REPLAYED, TAMPERED, Task, signed

__all__ = ["FAULTS", "Away", "Drive", "Outcome", "Run"]

_TRIES = 20
_REFUSALS = 16
_AWAY_AT_LEAST, _AWAY_AT_MOST = 1.0, 20.0
_RETRY_AFTER = 0.05
_UNAVAILABLE = 503


class Outcome(NamedTuple):
    """What was sent last for a task, and all answers: in turn, of a replay at the same time."""

    task: Task
    answers: list[Answer]


class Away(NamedTuple):
    """When a store began to go, was gone, began to return, and was there again, in seconds."""

    going: float
    gone: float
    returning: float
    back: float


class Run:
    """What has happened; ``outcomes`` grows as tasks end."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.outcomes: list[Outcome] = []
        self.away: Away | None = None
        self.killed = 0
        self.seconds = 0.0

    def refusals(self) -> int:
        """Count the tasks that were refused as the store could not be reached."""
        return sum(each.answers[-1].status == _UNAVAILABLE for each in self.outcomes)


class Drive:
    """Clients that send tasks to a server, and what is killed meanwhile."""

    def __init__(
        self, server: Serving, place: Place, tasks: list[Task], kill_every: float = 1.0
    ) -> None:
        self.server, self.place, self.kill_every = server, place, kill_every
        self.run = Run(len(tasks))
        self.ended = threading.Event()
        self._waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
        for task in tasks:
            self._waiting.put(task)

    def send(self, clients: int, meddle: Callable[[Drive], None]) -> Run:
        """Let clients send all, and meddle meanwhile."""
        threads = [threading.Thread(target=self._send_all) for _ in range(clients)]
        meddling = threading.Thread(target=meddle, args=(self,))
        started = time.monotonic()
        for thread in [*threads, meddling]:
            thread.start()
        for thread in threads:
            thread.join()
        self.run.seconds = time.monotonic() - started
        self.ended.set()
        meddling.join()
        return self.run

    def _send_all(self) -> None:
        """Send as one of the clients, until nothing is left."""
        client = Client(self.server.port, self.server.keeps_connections)
        with contextlib.suppress(queue.Empty), contextlib.closing(client):
            while True:
                self.run.outcomes.append(_ask(client, self._waiting.get_nowait()))


def _ask(client: Client, task: Task) -> Outcome:
    task = task.at(time.time())
    if task.kind == REPLAYED:
        return Outcome(task, client.send_twice(task.octets))
    answers = [client.send(task.octets)]
    while answers[-1].status == CUT and len(answers) < _TRIES:
        if task.kind != TAMPERED:
            # The nonce may have been remembered before the connection ended.
            task = signed(task.number)
        answers.append(client.send(task.octets))
    if answers[-1].status == _UNAVAILABLE:
        time.sleep(_RETRY_AFTER)
    return Outcome(task, answers)


def _do_nothing(_: Drive) -> None:
    """Leave all as it is."""


def _kill_workers(drive: Drive) -> None:
    while not drive.ended.wait(drive.kill_every):
        drive.run.killed += drive.server.kill_a_worker()


def _restart_the_store(drive: Drive) -> None:
    """Take the store away after a third of the tasks, until enough were refused for want of it."""
    run = drive.run
    while len(run.outcomes) < run.count // 3 and not drive.ended.wait(0.005):
        pass
    going = time.monotonic()
    drive.place.take_away()
    gone = time.monotonic()
    while time.monotonic() < gone + _AWAY_AT_MOST and not drive.ended.wait(0.05):
        if run.refusals() >= _REFUSALS and time.monotonic() > gone + _AWAY_AT_LEAST:
            break
    returning = time.monotonic()
    drive.place.bring_back()
    run.away = Away(going, gone, returning, time.monotonic())


FAULTS: dict[str, Callable[[Drive], None]] = {
    "nothing": _do_nothing,
    "workers": _kill_workers,
    "store": _restart_the_store,
}
"""What is killed: nothing, a worker now and then, the store."""
