"""Which mistakes made a signature: each is made, and what comes of it compared.

So no cause is named that was not proved. With the right key, one mistake after the other is
made of the request; then each wrong key is tried, then two mistakes at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from .address_mistakes import ADDRESS_MISTAKES
from .causes import Cause
from .encoding_mistakes import ENCODING_MISTAKES
from .mistakes import Variant, variants
from .parameter_mistakes import PARAMETER_MISTAKES
from .signable import Signable

__all__ = ["MISTAKES", "MOST_OCTETS", "MOST_TRIALS", "Key", "Proof", "prove"]

# Bounds for one request, which make it about a second: of all trials, and of what is built. To
# encode and sort a pair takes as long as to write so many octets.
MOST_TRIALS = 20_000
MOST_OCTETS = 3 << 22
_OCTETS_PER_PAIR = 24

MISTAKES = (*ADDRESS_MISTAKES, *PARAMETER_MISTAKES, *ENCODING_MISTAKES)


class Key(NamedTuple):
    """A key to try: whether it ``made`` the signature of a base string, and what this shows."""

    causes: tuple[Cause, ...]
    made: Callable[[bytes], bool]


class Proof(NamedTuple):
    """What together made a signature, and the base string of which it was made."""

    causes: tuple[Cause, ...]
    base: bytes


class _Trial(NamedTuple):
    causes: tuple[Cause, ...]
    base: bytes
    key: Key


def prove(base: bytes, signable: Signable | None, keys: Sequence[Key]) -> Proof | None:
    """Return what together made the signature, at most two mistakes; None where nothing did.

    The first of ``keys`` is the right one, and shows nothing. Without ``signable`` the keys alone
    are tried. Of two ways to make one base string, the likelier is named. It makes `MOST_TRIALS`
    at most, and base strings of `MOST_OCTETS` in all.
    """
    octets, last = 0, base
    for trial in islice(_trials(base, signable, keys), MOST_TRIALS):
        if trial.base is not last:
            octets += len(trial.base) + _OCTETS_PER_PAIR * trial.base.count(b"%26")
        if octets > MOST_OCTETS:
            break
        last = trial.base
        if trial.key.made(trial.base):
            return Proof((*trial.causes, *trial.key.causes), trial.base)
    return None


def _trials(base: bytes, signable: Signable | None, keys: Sequence[Key]) -> Iterator[_Trial]:
    right, *wrong = keys
    yield _Trial((), base, right)
    singles: list[tuple[Variant, bytes]] = []
    for variant, made in _distinct(base, signable):
        yield _Trial((variant.cause,), made, right)
        singles.append((variant, made))
    for key in wrong:
        yield _Trial((), base, key)
    for variant, made in singles:
        for key in wrong:
            yield _Trial((variant.cause,), made, key)
    for first, _ in singles:
        for second in variants(first.signable, first.others):
            yield _Trial((first.cause, second.cause), second.signable.base_string(), right)


def _distinct(base: bytes, signable: Signable | None) -> Iterator[tuple[Variant, bytes]]:
    """Make each mistake that changes the base string, each such base string once."""
    seen = {base}
    for variant in variants(signable, MISTAKES) if signable else ():
        made = variant.signable.base_string()
        if made not in seen:
            seen.add(made)
            yield variant, made
