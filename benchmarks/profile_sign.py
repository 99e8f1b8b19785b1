"""Print where the time of signing goes: the functions, sorted by their own time."""

from __future__ import annotations

import cProfile
import pstats

import contenders

sign = contenders.oauth2_sign()
sign()
profile = cProfile.Profile()
with profile:
    for _ in range(20_000):
        sign()
pstats.Stats(profile).strip_dirs().sort_stats("tottime").print_stats(25)
