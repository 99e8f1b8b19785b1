"""Parameters as pairs and as a dict (RFC 5849 section 3.4.1.3.1), of queries and of forms.

In a dict, a repeated name has the list of its values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Hashable, Iterable, Mapping
from typing import Any, TypeVar

from .encoding import parameter_text, parameter_value, unescape

__all__ = [
    "Pairs",
    "decode_pairs",
    "flat_pairs",
    "grouped",
    "plain_dict",
    "text_dict",
    "without",
    "without_names",
]

Pairs = list[tuple[str, str]]
Item = TypeVar("Item", bound=Hashable)

_MANY = 1000  # no form that a person fills in has as many pairs


def decode_pairs(text: str) -> Pairs:
    """Read a query or a form body (RFC 5849 section 3.4.1.3.1), blank values included.

    ``+`` is a space, and percent-escapes are decoded exactly once.

    >>> decode_pairs("b5=%3D%253D&a+3=a&c%40=&c2")
    [('b5', '=%3D'), ('a 3', 'a'), ('c@', ''), ('c2', '')]
    """
    pieces = text.replace("+", " ").split("&")
    if len(pieces) > _MANY:
        return list(map(_DecodedPairs().__getitem__, filter(None, pieces)))
    pairs = []
    for piece in pieces:
        name, _, value = piece.partition("=")
        if "%" in piece:
            pairs.append((unescape(name), unescape(value)))
        elif piece:
            pairs.append((name, value))
    return pairs


class _DecodedPairs(dict[str, tuple[str, str]]):
    """Pairs by how they are written: what is repeated a million times is decoded once."""

    def __missing__(self, piece: str) -> tuple[str, str]:
        name, _, value = piece.partition("=")
        pair = self[piece] = unescape(name), unescape(value)
        return pair


def grouped(pairs: Collection[tuple[str, Any]]) -> dict[str, Any]:
    """Make a dict of pairs; a repeated name has the list of its values."""
    parameters = dict(pairs)
    if len(parameters) == len(pairs):
        return parameters
    groups: dict[str, list[Any]] = {name: [] for name in parameters}
    for name, value in pairs:
        groups[name].append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in groups.items()}


def without(items: Collection[Item], others: Iterable[Hashable]) -> list[Item]:
    """Leave out, one for one, the items that stand among others too.

    ``a + without(b, a)`` is the multiset union of a and b.
    """
    if len(set(items)) == len(items):
        present = set(others)
        return [item for item in items if item not in present]
    left = Counter(others)
    rest = []
    for item in items:
        if left[item]:
            left[item] -= 1
        else:
            rest.append(item)
    return rest


def flat_pairs(parameters: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Undo `grouped`: one pair for each element of a list."""
    if set(map(type, parameters.values())) == {str}:
        return list(parameters.items())
    pairs: list[tuple[str, Any]] = []
    for name, value in parameters.items():
        if isinstance(value, list):
            pairs.extend([(name, element) for element in value])
        else:
            pairs.append((name, value))
    return pairs


def without_names(text: str, names: Container[str]) -> str:
    """Leave pairs out of a query or a form by name, and the others as they are written."""
    return "&".join(
        [
            piece
            for piece in text.split("&")
            if unescape(piece.partition("=")[0].replace("+", " ")) not in names
        ]
    )


def plain_dict(parameters: Any) -> dict[Any, Any]:
    """Make a dict of a mapping, with a list of values for what a multi-dict repeats.

    The ``items`` of a multi-dict may show one value a name only, so each kind is asked
    in its own way for all (Django, Werkzeug; Starlette; Bottle). Raises TypeError for
    what is not a mapping.
    """
    if type(parameters) is dict:
        return parameters
    if not isinstance(parameters, Mapping):
        raise TypeError(f"parameters: expected a dict, got {type(parameters).__name__}")
    ways = [getattr(parameters, way, None) for way in ("lists", "multi_items", "allitems")]
    every_item = next(filter(None, ways), parameters.items)
    pairs: list[tuple[Any, Any]] = []
    for name, given in every_item():
        value = parameter_value(given, name)
        pairs += [(name, each) for each in value] if isinstance(value, list) else [(name, value)]
    return grouped(pairs)


def text_dict(parameters: Any) -> dict[str, Any]:
    """Make a dict of `plain_dict`'s, with str for each name and for each value that is a string.

    Raises TypeError for what is not a mapping, for a name that is not str or bytes, and,
    with the name, for a value such as a dict, which is no value of a form or a query.
    """
    given = plain_dict(parameters)
    texts: dict[Any, Any] = given.copy()
    for name, value in given.items():
        if type(value) is not str:
            texts[name] = parameter_value(value, name)
        if type(name) is not str:
            texts[parameter_text("name of a parameter", name)] = texts.pop(name)
    return texts
