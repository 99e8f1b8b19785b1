"""Under which key a nonce is kept, and for how long."""

from __future__ import annotations

from typing import Any

import pytest

from oauth2.nonces.keeping import digest_of, seconds_kept


@pytest.mark.parametrize("length", [0, 1, 100_000])
def test_a_digest_is_as_long_for_any_key(length: int) -> None:
    """A long nonce takes no more room than a short one, and fits wherever one does."""
    assert len(digest_of(("key", "token", "1000", "x" * length))) == 16


def test_a_key_is_text() -> None:
    """Octets are refused, as `NonceKey` says: a Server hands over none."""
    octets: Any = (b"key", b"", b"1000", b"n")
    with pytest.raises(TypeError):
        digest_of(octets)


@pytest.mark.parametrize(
    "parts",
    [("[1, 0]a", ""), ("", "[1, 0]a"), ("a", "[1, 0]"), ("[0, 1]a",), ("a",), ("", "a")],
)
def test_no_other_parts_have_the_digest(parts: tuple[str, ...]) -> None:
    """Whatever looks like the lengths of parts, or moves from one to the next."""
    assert digest_of(parts) != digest_of(("a", ""))


@pytest.mark.parametrize(("expires", "kept"), [(1300, 301), (1001, 2), (1000, 1), (900, 1)])
def test_a_nonce_is_kept_for_a_second_longer(expires: int, kept: int) -> None:
    """And never for none, which a store may take for ever."""
    assert seconds_kept(expires, now=1000) == kept
