"""Inputs made by hypothesis: those that are kept, edited with the words that parsers look for."""

from __future__ import annotations

import ast
import random
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed as seeded, settings, strategies as st

from .targets import inputs, run

__all__ = ["search"]

_ROUND = 100
_MOST_EDITS = 6
_LONGEST_PIECE = 40


def search(name: str, tokens: Path, seconds: float, seed: int) -> bytes | None:
    """Try edited inputs for that time; return one that fails, made as short as can be, or None.

    ``seed`` is that of the first round of 100, and 0 stands for any.
    """
    end = time.monotonic() + seconds
    first = seed or random.SystemRandom().randrange(1 << 32)
    edited = _edited(name, tokens)
    executed, rounds = 0, 0
    last = b""

    def attempt(data: bytes) -> None:
        nonlocal executed, last
        executed, last = executed + 1, data
        run(name, data)

    while executed == 0 or time.monotonic() < end:
        tried = settings(
            max_examples=_ROUND,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )(seeded(first + rounds)(given(edited)(attempt)))
        try:
            tried()
        except Exception as error:  # which a target may raise is what is looked for
            print(f"{type(error).__name__}: {error}", flush=True)
            return last
        rounds += 1
    print(f"{executed} inputs in {seconds:g} seconds, from seed {first}", flush=True)
    return None


def _edited(name: str, tokens: Path) -> st.SearchStrategy[bytes]:
    kept = [file.read_bytes() for file in inputs(name)] or [b""]
    words = st.sampled_from(_words(tokens))
    piece = st.one_of(words, st.binary(max_size=8), st.sampled_from(kept).map(_start))
    edit = st.tuples(st.floats(0, 1), st.integers(0, _LONGEST_PIECE), piece)
    return st.builds(_apply, st.sampled_from(kept), st.lists(edit, max_size=_MOST_EDITS))


def _words(tokens: Path) -> list[bytes]:
    lines = tokens.read_text(encoding="utf-8").splitlines()
    return [ast.literal_eval(f"b{line}") for line in lines if line.startswith('"')]


def _start(data: bytes) -> bytes:
    return data[:_LONGEST_PIECE]


def _apply(data: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    """Put each piece at its place, between 0 and 1, over that many octets."""
    for place, length, piece in edits:
        start = int(place * len(data))
        data = data[:start] + piece + data[start + length :]
    return data
