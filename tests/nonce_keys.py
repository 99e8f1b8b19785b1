"""Keys that stores of nonces are asked to remember."""

from __future__ import annotations

KEY = ("key", "token", "1000", "nonce")


def key(number: int) -> tuple[str, str, str, str]:
    return "key", "token", "1000", f"{number:032x}"
