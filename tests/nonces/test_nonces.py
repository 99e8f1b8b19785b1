"""MemoryNonces: a request is accepted once (RFC 5849 section 3.3)."""

from __future__ import annotations

import threading
import time
import tracemalloc
from typing import Any

import pytest
from nonce_keys import KEY, key
from secrets_check import assert_no_secret
from tracing import traced

from oauth2 import Error, MemoryNonces, NonceStore, NonceStoreFull, nonces


def test_nonce_is_accepted_once() -> None:
    """The first is remembered, the second is told to be a repetition."""
    nonces = MemoryNonces()
    answers = [nonces.remember(KEY, expires=1300, now=1000) for _ in range(3)]
    assert answers == [True, False, False]


@pytest.mark.parametrize(
    "other",
    [
        ("KEY", "token", "1000", "nonce"),
        ("key", "", "1000", "nonce"),
        ("key", "token", "1001", "nonce"),
        ("key", "token", "1000", "Nonce"),
        ("key", "token", "01000", "nonce"),
        ("", "keytoken", "1000", "nonce"),
    ],
)
def test_nonce_is_another_with_another_key_token_or_timestamp(
    other: tuple[str, str, str, str],
) -> None:
    """All four parts of the key count."""
    nonces = MemoryNonces()
    nonces.remember(KEY, expires=1300, now=1000)
    assert nonces.remember(other, expires=1300, now=1000)


@pytest.mark.parametrize("joint", ["&", "\0", "%26", "%", ",", " ", "=", "\x1f"])
def test_parts_of_a_key_cannot_run_into_each_other(joint: str) -> None:
    """No separator inside one part makes it look like two."""
    nonces = MemoryNonces()
    nonces.remember((f"a{joint}b", "c", "1", "n"), expires=1300, now=1000)
    assert nonces.remember(("a", f"b{joint}c", "1", "n"), expires=1300, now=1000)


@pytest.mark.parametrize("nonce", ["\u00e9", "\udce9", "", "a b", "x" * 100_000])
def test_nonce_may_be_any_text(nonce: str) -> None:
    """Whatever came over the wire is remembered."""
    nonces = MemoryNonces()
    answers = [nonces.remember(("k", "", "1", nonce), 1300, 1000) for _ in range(2)]
    assert answers == [True, False]


@pytest.mark.parametrize("now", [1000, 1001, 1299, 1300])
def test_nonce_is_remembered_until_it_expires(now: int) -> None:
    """It is live in the very second in which it expires, too."""
    nonces = MemoryNonces()
    nonces.remember(KEY, expires=1300, now=1000)
    assert not nonces.remember(KEY, expires=now + 300, now=now)


def test_nonce_is_forgotten_after_it_expired(monotonic: list[float]) -> None:
    """Once no request with it can pass the clock, it takes no room."""
    nonces = MemoryNonces()
    nonces.remember(KEY, expires=1300, now=1000)
    monotonic[0] += 301
    assert nonces.remember(KEY, expires=1601, now=1301)
    assert len(nonces) == 1


def test_nonces_are_forgotten_each_in_its_own_time(monotonic: list[float]) -> None:
    """Those that expired go, those that did not stay."""
    nonces = MemoryNonces()
    for number in range(100):
        nonces.remember(key(number), expires=1000 + number, now=1000)
    monotonic[0] += 50
    nonces.remember(KEY, expires=2000, now=1050)
    assert len(nonces) == 51
    assert not nonces.remember(key(50), expires=2000, now=1050)


def test_nonce_is_kept_until_its_time_has_passed_by_both_clocks(monotonic: list[float]) -> None:
    """A clock that is set ahead lets nothing in again a part of a second too early."""
    nonces = MemoryNonces()
    nonces.remember(KEY, expires=1300, now=1000)
    monotonic[0] += 299.75
    assert not nonces.remember(KEY, expires=9000, now=9000)


def test_repetition_does_not_prolong_or_shorten_a_life() -> None:
    """A nonce expires when it was first said to."""
    nonces = MemoryNonces()
    nonces.remember(KEY, expires=1300, now=1000)
    nonces.remember(KEY, expires=1100, now=1000)
    assert not nonces.remember(KEY, expires=1200, now=1200)


def test_clock_that_goes_back_forgets_nothing_that_is_live() -> None:
    """A live nonce is remembered under a clock that was set back."""
    nonces = MemoryNonces()
    nonces.remember(KEY, expires=1300, now=1000)
    nonces.remember(key(1), expires=1300, now=900)
    assert not nonces.remember(KEY, expires=1200, now=900)
    assert not nonces.remember(key(1), expires=1300, now=1001)


def test_store_knows_how_many_it_remembers() -> None:
    """``len`` counts the nonces, each once."""
    nonces = MemoryNonces()
    for number in (1, 2, 2, 3):
        nonces.remember(key(number), expires=1300, now=1000)
    assert len(nonces) == 3


def full_store() -> MemoryNonces:
    nonces = MemoryNonces(max_entries=3)
    for number in range(3):
        nonces.remember(key(number), expires=1300, now=1000)
    return nonces


def test_full_store_refuses_a_further_nonce() -> None:
    """What cannot be remembered cannot be shown to be fresh; no key is in the error."""
    nonces = full_store()
    with pytest.raises(NonceStoreFull) as caught:
        nonces.remember(("sesame-key", "sesame-token", "1000", "n"), expires=1300, now=1000)
    error = caught.value
    assert (isinstance(error, Error), error.status) == (True, 503)
    assert error.problem == "consumer_key_refused"
    assert_no_secret(error, "sesame-key", "sesame-token")


def test_full_store_never_forgets_a_live_nonce() -> None:
    """After it refused a flood, it still knows every nonce that it accepted."""
    nonces = full_store()
    for number in range(10, 60):
        with pytest.raises(NonceStoreFull):
            nonces.remember(key(number), expires=1300, now=1000)
    answers = [nonces.remember(key(number), expires=1300, now=1000) for number in range(3)]
    assert answers == [False, False, False]


def test_full_store_has_room_again_when_nonces_expire(monotonic: list[float]) -> None:
    """The limit is on those that are live."""
    nonces = full_store()
    monotonic[0] += 301
    assert nonces.remember(key(9), expires=1601, now=1301)


def test_refused_nonce_is_not_remembered(monotonic: list[float]) -> None:
    """It may come again when there is room."""
    nonces = full_store()
    with pytest.raises(NonceStoreFull):
        nonces.remember(key(9), expires=1300, now=1000)
    monotonic[0] += 301
    assert nonces.remember(key(9), expires=1601, now=1301)


def test_store_is_bounded_by_default() -> None:
    """A million nonces, unless told otherwise."""
    assert MemoryNonces().max_entries == 1_000_000


@pytest.mark.parametrize("max_entries", [0, -1, None, "5", 1.5])
def test_max_entries_is_an_int_of_one_or_more(max_entries: Any) -> None:
    """Anything else is a programmer's mistake."""
    with pytest.raises(ValueError, match="max_entries: expected an int of 1 or more, got "):
        MemoryNonces(max_entries=max_entries)


class SlowLimit(int):
    """A limit that lets other threads run while it is compared, between the test and the set."""

    def __le__(self, other: int) -> bool:
        time.sleep(0.0002)
        return int(self) <= other


def in_threads(count: int, nonces: MemoryNonces, clock_step: int = 0) -> list[list[bool]]:
    """Let threads remember the same 100 keys at once, and return what each was told."""
    barrier = threading.Barrier(count)
    answers: list[list[bool]] = [[] for _ in range(count)]

    def work(told: list[bool]) -> None:
        barrier.wait()
        for number in range(100):
            told.append(nonces.remember(key(number), 5000, 1000 + clock_step * number))

    threads = [threading.Thread(target=work, args=(told,)) for told in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.parametrize("clock_step", [0, 1])
def test_one_of_many_threads_is_told_that_a_nonce_is_fresh(clock_step: int) -> None:
    """Test and set are one step: each key is accepted by exactly one thread."""
    answers = in_threads(8, MemoryNonces(SlowLimit(1000)), clock_step)
    assert [sum(told) for told in zip(*answers)] == [1] * 100


def test_threads_that_remember_together_lose_nothing() -> None:
    """After the threads ended, the store holds each key once."""
    nonces = MemoryNonces(SlowLimit(1000))
    in_threads(4, nonces)
    assert len(nonces) == 100


@pytest.mark.long
def test_nonce_takes_less_than_250_bytes() -> None:
    """A hundred thousand nonces within a window of ten minutes, measured by tracemalloc."""
    nonces = MemoryNonces()
    with traced():
        before = tracemalloc.get_traced_memory()[0]
        for number in range(100_000):
            nonces.remember(key(number), expires=1300 + number % 600, now=1000)
        taken = tracemalloc.get_traced_memory()[0] - before
    assert len(nonces) == 100_000
    assert taken / 100_000 < 250


@pytest.mark.long
def test_long_nonce_takes_no_more_than_a_short_one() -> None:
    """An attacker's long nonces do not fill the memory."""
    nonces = MemoryNonces()
    with traced():
        before = tracemalloc.get_traced_memory()[0]
        for number in range(5000):
            nonces.remember(("k", "t", "1", f"{number:010000}"), expires=1300, now=1000)
        taken = tracemalloc.get_traced_memory()[0] - before
    assert taken / 5000 < 250


@pytest.mark.long
def test_forgotten_nonces_give_their_memory_back(monotonic: list[float]) -> None:
    """A store that ran through many windows is no larger than one window."""
    nonces = MemoryNonces()
    for number in range(1000):
        monotonic[0] += 1
        nonces.remember(key(number), expires=number, now=number)
    assert len(nonces) == 1
    assert len(nonces._expiring) == 1


def test_memory_nonces_are_a_nonce_store() -> None:
    """What a type checker accepts as a NonceStore has the one method that MemoryNonces has."""
    public = [name for name in vars(NonceStore) if not name.startswith("_")]
    assert public == ["remember"]
    assert callable(MemoryNonces().remember)


def test_its_repr_says_how_many_fit_in() -> None:
    """It stands in the signature of Server."""
    assert repr(MemoryNonces(max_entries=5)) == "MemoryNonces(max_entries=5)"


def test_a_clock_that_is_set_back_does_not_stop_the_forgetting() -> None:
    """After it ran ahead and came back, what expires is forgotten as before."""
    nonces = MemoryNonces(max_entries=1)
    assert nonces.remember(("k", "", "1", "ahead"), expires=90, now=1_000_000)
    assert nonces.remember(("k", "", "1", "a"), expires=50, now=1_000_001)
    assert nonces.remember(("k", "", "1", "b"), expires=100, now=60)


@pytest.mark.parametrize("ahead", [301, 86_400, 10**9])
def test_a_clock_that_jumps_ahead_and_back_forgets_no_live_nonce(
    monotonic: list[float], ahead: int
) -> None:
    """What has not really passed is no reason to forget; a replay would be let in."""
    nonces = MemoryNonces()
    nonces.remember(KEY, expires=1300, now=1000)
    monotonic[0] += 1
    assert nonces.remember(key(1), expires=1300 + ahead, now=1000 + ahead)
    monotonic[0] += 1
    assert not nonces.remember(KEY, expires=1300, now=1002)


def test_a_clock_that_jumped_ahead_for_good_forgets_after_a_life(monotonic: list[float]) -> None:
    """As one that was wrong until it was set: what was remembered before takes no room for long."""
    nonces = MemoryNonces()
    nonces.remember(KEY, expires=1300, now=1000)
    nonces.remember(key(1), expires=90_300, now=90_000)
    assert len(nonces) == 2
    monotonic[0] += 301
    nonces.remember(key(2), expires=90_300, now=90_000)
    assert len(nonces) == 2


def test_a_machine_that_slept_forgets_nothing_that_its_clock_calls_live(
    monotonic: list[float],
) -> None:
    """Time that the monotonic clock counts alone is none that a timestamp knows of."""
    nonces = MemoryNonces()
    nonces.remember(KEY, expires=1300, now=1000)
    monotonic[0] += 10_000
    assert not nonces.remember(KEY, expires=1300, now=1300)


def test_one_consumer_keeps_no_other_out() -> None:
    """Where it has all that one may have, it is refused, and what others ask for is not."""
    nonces = MemoryNonces(max_entries=10, max_per_consumer=2)
    answers = [nonces.remember(key(number), 1300, 1000) for number in range(2)]
    with pytest.raises(NonceStoreFull, match=r"^No room for another nonce of one consumer"):
        nonces.remember(key(2), 1300, 1000)
    others = [nonces.remember((f"other {n}", "", "1000", "n"), 1300, 1000) for n in range(8)]
    assert (answers, others) == ([True] * 2, [True] * 8)
    assert not nonces.remember(key(1), 1300, 1000)


@pytest.mark.parametrize(("max_entries", "share"), [(1000, 900), (15, 14)])
def test_one_consumer_has_nine_tenths_unless_told_otherwise(max_entries: int, share: int) -> None:
    """A tenth is for the others, also where a program has set ``max_entries`` afterwards."""
    nonces = MemoryNonces(max_entries=1)
    nonces.max_entries = max_entries
    for number in range(share):
        nonces.remember(key(number), 1300, 1000)
    with pytest.raises(NonceStoreFull, match=rf"one consumer beside {share}\.$"):
        nonces.remember(key(share), 1300, 1000)


def test_a_memory_too_small_to_be_parted_is_full_for_all() -> None:
    """Its error blames no consumer."""
    nonces = MemoryNonces(max_entries=9)
    for number in range(9):
        nonces.remember(key(number), 1300, 1000)
    with pytest.raises(NonceStoreFull, match=r"^No room for another nonce beside 9\.$"):
        nonces.remember(key(9), 1300, 1000)


def test_a_consumer_has_room_again_when_its_nonces_expire(monotonic: list[float]) -> None:
    """Each that is forgotten makes room for one, also for the consumer that had no other."""
    nonces = MemoryNonces(max_per_consumer=2)
    nonces.remember(key(0), expires=1300, now=1000)
    nonces.remember(key(1), expires=1400, now=1000)
    monotonic[0] += 301
    assert nonces.remember(key(2), expires=1601, now=1301)
    with pytest.raises(NonceStoreFull):
        nonces.remember(key(3), expires=1601, now=1301)
    monotonic[0] += 1000
    assert nonces.remember(key(4), expires=2601, now=2301)
    assert nonces.remember(key(5), expires=2601, now=2301)
    assert len(nonces) == 2


@pytest.mark.parametrize("max_per_consumer", [0, -1, "5", 1.5])
def test_max_per_consumer_is_an_int_of_one_or_more(max_per_consumer: Any) -> None:
    """Anything else is a programmer's mistake."""
    with pytest.raises(ValueError, match="max_per_consumer: expected an int of 1 or more, got "):
        MemoryNonces(max_per_consumer=max_per_consumer)


def test_forgotten_consumers_take_no_room(monotonic: list[float]) -> None:
    """Nothing stays behind of one whose nonces have all expired."""
    nonces = MemoryNonces()
    for number in range(100):
        nonces.remember((f"consumer {number}", "", "1000", "n"), expires=1300, now=1000)
    monotonic[0] += 301
    nonces.remember(KEY, expires=1601, now=1301)
    assert len(nonces._per_consumer) == 1


@pytest.mark.parametrize("name", ["chekc", "SQLNonces"])
def test_stores_have_no_name_that_is_not_told(name: str) -> None:
    """Though two are loaded when they are asked for."""
    with pytest.raises(AttributeError, match=f"no attribute '{name}'"):
        getattr(nonces, name)
