"""The judge of growth: it has to tell linear time from quadratic before it judges others."""

from __future__ import annotations

import re
from collections.abc import Callable

import growth
import pytest

pytestmark = pytest.mark.long


def once(text: str) -> None:
    """Look at each character."""
    for _ in text:
        pass


def each_with_each(text: str) -> None:
    """Look at each pair of characters."""
    for _ in text:
        once(text)


def each_in_a_list(text: str) -> None:
    """Look for each place in a list of those before."""
    seen: list[int] = []
    for at in range(len(text)):
        if at not in seen:
            seen.append(at)


QUADRATIC: dict[str, tuple[Callable[[str], object], int]] = {
    "each with each, less than a millisecond at first": (each_with_each, 100),
    "a search from each place, some milliseconds": (re.compile("a*b").search, 1000),
    "a list of what was seen, some hundredths of a second": (each_in_a_list, 2000),
}


@pytest.mark.parametrize(("call", "size"), QUADRATIC.values(), ids=QUADRATIC)
def test_quadratic_time_fails(call: Callable[[str], object], size: int) -> None:
    """However little time the first size takes."""
    with pytest.raises(AssertionError, match=r"a size of \d+ took \d+\.\d times"):
        growth.assert_linear(call, "a".__mul__, size)


LINEAR: dict[str, Callable[[str], object]] = {
    "a look at each character": once,
    "sorting": sorted,
    "no time at all": len,
}


@pytest.mark.parametrize("call", LINEAR.values(), ids=LINEAR)
def test_linear_time_and_less_passes(call: Callable[[str], object]) -> None:
    """What cannot be measured at the largest size, too."""
    growth.assert_linear(call, "a".__mul__, 1000)


def test_a_machine_that_is_busy_for_a_while_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries that take far too long are made up for by one that does not."""
    measurable = [0.001, 0.1, 0.5]
    tries = [0.0125, 0.5, 0.0125, 0.1, 0.05]
    spans = iter(measurable + tries)
    monkeypatch.setattr(growth, "_spent", lambda call, given: next(spans))
    growth.assert_linear(once, "a".__mul__, 1000)
    assert list(spans) == []


def test_a_step_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time that is linear before a size and after it, and jumps there."""
    spans = iter([0.5, *[0.0125, 0.5] * 4, 0.0125, 0.8, 0.1])
    monkeypatch.setattr(growth, "_spent", lambda call, given: next(spans))
    growth.assert_linear(once, "a".__mul__, 1000)
    assert list(spans) == []
