"""The base string as oauthlib makes it, with types that say what it takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from oauthlib.oauth1.rfc5849 import signature

_untyped: Any = signature


def normalize_parameters(pairs: Iterable[tuple[str, str]]) -> str:
    """Encode, sort and join."""
    return str(_untyped.normalize_parameters(pairs))


def base_string_uri(url: str) -> str:
    """Return the base string URI of a URL."""
    return signature.base_string_uri(url)


def signature_base_string(method: str, uri: str, normalized: str) -> str:
    """Join method, base string URI and normalized parameters."""
    return str(_untyped.signature_base_string(method, uri, normalized))
