"""The signature base string (RFC 5849 section 3.4.1), as pure functions from text to text.

Pairs are percent-encoded once, by `encoded_pairs` or `encoded_query`; all that
follows works on encoded text, in which only unreserved characters and ``%`` are
left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from .encoding import encoded_pairs, escape
from .parameters import (
    Item as Item,
    Pairs as Pairs,
    decode_pairs as decode_pairs,
    flat_pairs as flat_pairs,
    grouped as grouped,
    without as without,
    without_names as without_names,
)
from .urls import (
    SplitURL as SplitURL,
    split_url as split_url,
    to_uri as to_uri,
    with_query as with_query,
    without_names_in_query as without_names_in_query,
)

__all__ = ["base_string", "encoded_query", "joined"]

# A query that is signed again and again is short: whoever sends long ones fills no memory.
_CACHED_LENGTH = 2048
_CACHED_QUERIES = 64


def encoded_query(query: str, split: Callable[[str], dict[str, Any]]) -> tuple[str, ...]:
    """Percent-encode anew what ``split`` makes of a query, all but ``oauth_signature``."""
    encode = _encoded_query if len(query) <= _CACHED_LENGTH else _encoded_query.__wrapped__
    return encode(query, split)


@lru_cache(maxsize=_CACHED_QUERIES)
def _encoded_query(query: str, split: Callable[[str], dict[str, Any]]) -> tuple[str, ...]:
    parameters = split(query)
    return tuple(encoded_pairs({k: v for k, v in parameters.items() if k != "oauth_signature"}))


def joined(pairs: Iterable[str]) -> str:
    """Sort encoded pairs by name and value, and join them (RFC 5849 section 3.4.1.3.2)."""
    return "&".join(sorted(pairs)).replace(" ", "=")


_escape_method = lru_cache(maxsize=32)(escape)


def base_string(method: str, url: str, normalized_parameters: str) -> str:
    """Build the signature base string (RFC 5849 section 3.4.1.1)."""
    parameters = normalized_parameters.replace("%", "%25").replace("&", "%26").replace("=", "%3D")
    return f"{_escape_method(method)}&{split_url(url).encoded_base_uri}&{parameters}"
