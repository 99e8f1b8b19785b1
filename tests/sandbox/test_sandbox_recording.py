"""What a recorder keeps, and for how long."""

from __future__ import annotations

import threading

import pytest

import oauth2
from oauth2.sandbox.recording import (
    MOST_EXCHANGES,
    MOST_OCTETS,
    Content,
    Exchange,
    Recorder,
)

URL = "http://127.0.0.1:8080/echo"


def exchange(status: int = 200, body: bytes = b"", **fields: object) -> Exchange:
    plain = Exchange("GET", URL, (("Accept", "*/*"),), Content.of(body), status)
    return plain if not fields else Exchange(**{**vars(plain), **fields})


def numbers(recorder: Recorder) -> list[int]:
    return [kept.number for kept in recorder.exchanges()]


def test_exchanges_are_numbered_and_the_last_is_the_first() -> None:
    """Numbers go on after all was forgotten, so that no link means another exchange."""
    recorder = Recorder()
    assert [recorder.record(exchange()).number for _ in range(3)] == [1, 2, 3]
    assert numbers(recorder) == [3, 2, 1]
    recorder.clear()
    assert numbers(recorder) == []
    assert recorder.record(exchange()).number == 4


def test_one_is_found_by_its_number() -> None:
    """One that is not kept is None."""
    recorder = Recorder()
    recorder.record(exchange(404))
    found = recorder.exchange(1)
    assert found is not None
    assert found.status == 404
    assert recorder.exchange(2) is None


def test_the_oldest_goes_when_there_are_too_many() -> None:
    """A hundred are kept."""
    recorder = Recorder()
    for _ in range(MOST_EXCHANGES + 2):
        recorder.record(exchange())
    assert numbers(recorder) == list(range(MOST_EXCHANGES + 2, 2, -1))


def test_memory_is_bounded_by_octets_as_well() -> None:
    """Long headers push the oldest out before there are a hundred."""
    recorder = Recorder()
    long = (("X-Long", "x" * (MOST_OCTETS // 3)),)
    for _ in range(4):
        recorder.record(exchange(headers=long))
    assert numbers(recorder) == [4, 3]
    recorder.clear()
    recorder.record(exchange(headers=long))
    assert numbers(recorder) == [5]


def test_content_is_cut_and_says_how_long_it_was() -> None:
    """What fits is whole."""
    assert Content.of(b"small") == (b"small", 5)
    assert not Content.of(b"small").is_cut
    cut = Content.of(b"x" * 70_000)
    assert (len(cut.octets), cut.length, cut.is_cut) == (65_536, 70_000, True)


@pytest.mark.parametrize(
    ("status", "error", "has_failed"),
    [
        (200, None, False),
        (302, None, False),
        (400, None, True),
        (200, oauth2.Error("refused"), True),
    ],
)
def test_failure_is_an_error_of_either_kind(
    status: int, error: oauth2.Error | None, has_failed: bool
) -> None:
    """A status, or a refusal that was sent with another."""
    assert exchange(status, error=error).has_failed is has_failed


def test_repr_has_no_secrets() -> None:
    """It may be logged."""
    keys = (oauth2.Consumer("key", "consumer-sekrit"), None)
    shown = repr(exchange(body=b"sekrit", keys=keys, headers=(("Authorization", "sekrit"),)))
    assert "sekrit" not in shown
    assert URL in shown


def test_listener_gets_each_exchange_with_its_number() -> None:
    """It may look at the recorder, too."""
    seen: list[tuple[int, list[int]]] = []
    recorder = Recorder(lambda told: seen.append((told.number, numbers(recorder))))
    recorder.record(exchange())
    recorder.record(exchange())
    assert seen == [(1, [1]), (2, [2, 1])]


def test_waiting_ends_with_a_change() -> None:
    """A request, or that all is forgotten."""
    recorder = Recorder()
    before = recorder.changes
    waiting = threading.Thread(target=recorder.wait, args=(before, 30))
    waiting.start()
    recorder.record(exchange())
    waiting.join(10)
    assert not waiting.is_alive()
    after = recorder.wait(before, 30)
    assert after == before + 1
    recorder.clear()
    assert recorder.wait(after, 30) == before + 2


def test_waiting_ends_after_its_time_and_at_the_end() -> None:
    """The number is the same then, or None."""
    recorder = Recorder()
    assert recorder.wait(recorder.changes, 0) == recorder.changes
    recorder.close()
    assert recorder.wait(recorder.changes, 30) is None


def test_threads_record_at_once() -> None:
    """No number is given twice, and none is lost."""
    recorder = Recorder()
    recorded: list[int] = []
    threads = [
        threading.Thread(target=lambda: recorded.append(recorder.record(exchange()).number))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(recorded) == list(range(1, 21))
    assert numbers(recorder) == list(range(20, 0, -1))


def test_nobody_is_told_after_the_end() -> None:
    """A request that was waiting is answered then, and its line would come after the last."""
    told: list[int] = []
    recorder = Recorder(lambda exchange: told.append(exchange.number))
    recorder.record(exchange())
    recorder.close()
    assert recorder.record(exchange()).number == 2
    assert told == [1]


def test_what_a_long_request_leaves_is_cut() -> None:
    """Neither its key, nor the error of it, keeps in memory what the body no longer does."""
    long = "a" * MOST_OCTETS
    error = oauth2.SignatureInvalid(long, base_string=long, signed_base_string=long)
    recorder = Recorder()
    try:
        raise error
    except oauth2.SignatureInvalid:
        kept = recorder.record(exchange(401, consumer=long, error=error))
    assert numbers(recorder) == [1]
    assert kept.size < MOST_OCTETS // 100
    assert isinstance(kept.error, oauth2.SignatureInvalid)
    assert long.startswith(str(kept.error))
    assert kept.error.base_string is None
    assert kept.error.__traceback__ is None
    assert error.base_string == long


def test_error_counts_as_memory() -> None:
    """A short base string is kept, and is a part of the size."""
    error = oauth2.SignatureInvalid("No.", base_string="GET&", signed_base_string="PUT&")
    kept = Recorder().record(exchange(401, error=error))
    assert kept.error is not None
    assert vars(kept.error)["base_string"] == "GET&"
    assert kept.size == exchange(401).size + len("No.GET&PUT&")


def test_other_errors_are_cut_likewise() -> None:
    """What one says may quote what was sent."""
    kept = Recorder().record(exchange(400, error=oauth2.Error("a" * MOST_OCTETS)))
    assert kept.size < MOST_OCTETS // 100
