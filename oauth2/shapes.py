"""What depends on the names of parameters alone, computed once for all requests of a kind.

A program sends the same names again and again. How they are encoded, their order, and the
punctuation between them are kept as a `Shape`, with no value but those of a URL's query, so
that the values are all that is left to encode. What is not plain has no shape: a value that
is no text, or a name whose place depends on its value as it is there twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from .encoding import KEPT, escape, percent_encoded, text_of
from .normalize import encoded_again, encoded_query, is_worth_keeping, joined

__all__ = ["Shape", "header_pairs", "normalized_parameters"]

# Whoever sends other names each time, or long ones, fills no memory.
_CACHED_LENGTH = 512
_CACHED_SHAPES = 64
_KEPT_BETWEEN_VALUES = KEPT + b"\0"

Split = Callable[[str], dict[str, Any]]


class Shape(NamedTuple):
    """A text with ``%s`` for each value, and what takes these values out of a dict."""

    template: str
    values: Callable[[Mapping[str, Any]], tuple[Any, ...]]

    def filled(self, parameters: Mapping[str, Any], is_twice: bool = False) -> str | None:
        """Return the text with the values in it, encoded; None where one is no plain text."""
        values = [
            value if type(value) is str else _text(value) for value in self.values(parameters)
        ]
        try:
            octets = "\0".join(values).encode("utf-8", "surrogateescape")
            encoded = percent_encoded(octets, _KEPT_BETWEEN_VALUES)
            if is_twice:
                encoded = encoded.replace("%", "%25")
            return self.template % tuple(encoded.split("\0"))
        except (TypeError, UnicodeEncodeError):  # TypeError, too, for one too many by a NUL
            return None


def _text(value: Any) -> Any:
    if type(value) is list and len(value) == 1:  # as a form has its values
        value = value[0]
    return text_of(value) if type(value) is bytes else value


def normalized_parameters(
    parameters: Mapping[str, Any], query: str, split: Split, is_twice: bool = False
) -> str | None:
    """Return the encoded, sorted and joined pairs, those of a query among them.

    ``is_twice`` encodes all of it once more, as the base string has it. None where more than
    the names counts.
    """
    if type(parameters).items is not dict.items:
        return None
    try:
        shape = _sorted_shape(tuple(parameters), query, split, is_twice)
    except NoShape:
        return None
    return shape.filled(parameters, is_twice)


def header_pairs(parameters: Mapping[str, Any]) -> str | None:
    """Return the pairs of a header: those of ``oauth_*``; None where more than the names counts."""
    if type(parameters).items is not dict.items:
        return None
    try:
        return _header_shape(tuple(parameters)).filled(parameters)
    except NoShape:
        return None


class NoShape(Exception):
    """More than the names counts, or they are not to be kept: as it is raised, nothing is."""


@lru_cache(maxsize=_CACHED_SHAPES)
def _sorted_shape(names: tuple[str, ...], query: str, split: Split, is_twice: bool) -> Shape:
    _require_plain(names, query)
    in_query = encoded_query(query, split) if query else ()
    pairs = {pair.split(" ")[0]: pair for pair in in_query}
    own = {escape(name): name for name in names if name != "oauth_signature"}
    if len(pairs) < len(in_query) or pairs.keys() & own.keys():
        raise NoShape
    pairs.update({encoded: f"{encoded} \0" for encoded in own})
    text = joined(pairs.values())
    return _shape(
        encoded_again(text) if is_twice else text, [own[encoded] for encoded in sorted(own)]
    )


@lru_cache(maxsize=_CACHED_SHAPES)
def _header_shape(names: tuple[str, ...]) -> Shape:
    _require_plain(names)
    oauth = [name for name in names if name.startswith("oauth_")]
    return _shape(", ".join([f'{escape(name)}="\0"' for name in oauth]), oauth)


def _require_plain(names: tuple[Any, ...], query: str = "") -> None:
    """Raise NoShape for what is no text, takes much room, or may not be encoded."""
    if set(map(type, names)) != {str} or sum(map(len, names)) > _CACHED_LENGTH:
        raise NoShape
    if not (is_worth_keeping(query) and query.isascii() and all(map(str.isascii, names))):
        raise NoShape


def _shape(text: str, names: list[str]) -> Shape:
    """Make a shape of a text with NUL for each value; none for a single one, which is no tuple."""
    if len(names) < 2:
        raise NoShape
    return Shape(text.replace("%", "%%").replace("\0", "%s"), itemgetter(*names))
