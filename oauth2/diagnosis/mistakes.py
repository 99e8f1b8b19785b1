"""The mistakes that clients make in what they sign, each as something to try."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from .causes import Cause
from .signable import Signable

__all__ = ["Made", "Mistake", "Variant", "variants"]

# What was done, as the end of a sentence, and the request as it is signed then.
Made = tuple[str, Signable]


class Mistake(NamedTuple):
    """A mistake: ``made_of`` does it in each way in which a request gives occasion for it."""

    code: str
    made_of: Callable[[Signable], Iterable[Made]]
    advice: str


class Variant(NamedTuple):
    """A request as it is signed by mistake, and what else may be wrong with it."""

    cause: Cause
    signable: Signable
    others: tuple[Mistake, ...]


def variants(signable: Signable, mistakes: tuple[Mistake, ...]) -> Iterator[Variant]:
    """Make each of these mistakes once; ``others`` are those that follow in the table."""
    for number, mistake in enumerate(mistakes, 1):
        for done, made in mistake.made_of(signable):
            if made != signable:
                cause = Cause(mistake.code, f"It was signed {done}.", mistake.advice)
                yield Variant(cause, made, mistakes[number:])
