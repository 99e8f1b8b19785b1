"""What is bounded by ``--max-time``, from inside: what a thread that was left still does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from wire import Answer, Origin, Received

import oauth2
from oauth2.cli import max_time
from oauth2.cli.verbose import verbose

CONSUMER = oauth2.Consumer("key", "sekrit")


def test_nothing_is_sent_once_time_is_over(origin: Origin) -> None:
    """Although a GET on a connection that ended would be sent once more."""
    ended = threading.Event()

    def answer(received: Received) -> Answer:
        ended.wait(20)
        return Answer()

    origin.script["/a"] = answer
    before = set(threading.enumerate())
    client = max_time.bounded(oauth2.Client, 0.1)(CONSUMER)
    try:
        with pytest.raises(max_time.OutOfTime, match=r"not ended after 0\.1 seconds"):
            client.request(f"{origin.url}/a")
        left = [each for each in threading.enumerate() if each.name == "oauth2-flow"]
        for thread in set(left) - before:
            thread.join(20)
    finally:
        ended.set()
    assert len(origin.received) == 1


@pytest.mark.parametrize(
    ("seconds", "kind"), [(1e-9, max_time.OutOfTime), (60, ConnectionResetError)]
)
def test_error_is_one_of_time_when_that_is_over(
    monkeypatch: pytest.MonkeyPatch, seconds: float, kind: type[Exception]
) -> None:
    """Whichever of the two is noticed first."""

    class Failing(oauth2.Client):
        def request(self, *args: Any, **options: Any) -> Any:
            raise ConnectionResetError

    def at_once(seconds: float, call: Callable[[], Any], *_: Any) -> Any:
        return call()

    monkeypatch.setattr(max_time, "ended_in", at_once)
    with pytest.raises(kind):
        max_time.bounded(Failing, seconds)(CONSUMER).request("http://a.example/")


def test_nothing_is_shown_of_a_call_that_was_left() -> None:
    """What hanging up makes of it is no response."""
    shown: list[str] = []
    kind: Any = verbose(oauth2.Client, lambda mark, head: shown.append(mark))
    client: Any = max_time.bounded(kind, 60)(CONSUMER)
    client.write(">", b"")
    client._end()
    client.write("<", b"")
    assert shown == [">"]
