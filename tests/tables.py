"""Tables of cases that do not multiply: the rows of several small products."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, product
from typing import Any


def rows(*products: Iterable[Iterable[Any]]) -> list[tuple[Any, ...]]:
    """Return the rows of all products, each once, in their order.

    >>> rows((["a", "b"], [1]), (["a"], [1, 2]))
    [('a', 1), ('b', 1), ('a', 2)]
    """
    return list(dict.fromkeys(chain.from_iterable([product(*axes) for axes in products])))
