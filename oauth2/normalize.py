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

__all__ = [
    "base_string",
    "encoded_again",
    "encoded_query",
    "is_worth_keeping",
    "joined",
    "query_parameters",
    "with_address",
]

# A query that is signed again and again is short: whoever sends long ones fills no memory.
_CACHED_LENGTH = 2048
_CACHED_QUERIES = 64


def encoded_query(query: str, split: Callable[[str], dict[str, Any]]) -> tuple[str, ...]:
    """Percent-encode anew what ``split`` makes of a query, all but ``oauth_signature``."""
    encode = _encoded_query if is_worth_keeping(query) else _encoded_query.__wrapped__
    return encode(query, split)


def query_parameters(query: str, split: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """Return what ``split`` makes of a query; the dict is not to be changed."""
    return _split_query(query, split) if is_worth_keeping(query) else split(query)


@lru_cache(maxsize=_CACHED_QUERIES)
def _split_query(query: str, split: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    return split(query)


def is_worth_keeping(query: str) -> bool:
    """Tell whether a query may be signed again, and has no signature, which may be a secret."""
    return len(query) <= _CACHED_LENGTH and "oauth_" not in query


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
    return with_address(method, url, encoded_again(normalized_parameters))


def encoded_again(normalized_parameters: str) -> str:
    """Percent-encode normalized parameters, as they stand in the base string."""
    return normalized_parameters.replace("%", "%25").replace("&", "%26").replace("=", "%3D")


def with_address(method: str, url: str, encoded_parameters: str) -> str:
    """Put method and base string URI before parameters that are encoded twice."""
    return f"{_escape_method(method)}&{split_url(url).encoded_base_uri}&{encoded_parameters}"
