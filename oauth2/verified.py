"""A request that was verified: who sent it, and what of it is signed."""

from __future__ import annotations

import copy
from typing import Any, NamedTuple

from .encoding import octets_of, text_of
from .parameters import decode_pairs, flat_pairs, grouped, without
from .request import Request
from .urls import split_url

__all__ = ["Verified", "signed_parameters", "with_query_once"]


class Verified(NamedTuple):
    """Who sent a request, and what it says: the answer of `Verifier.verify`.

    ``consumer`` and ``token`` are what the look-ups returned; the token is None where the request
    has none. ``parameters`` are those that the signature covers, without OAuth's own: a repeated
    name has the list of its values, in the order in which they were sent, and U+FFFD stands for
    each octet that is not UTF-8. ``request`` has them as they were received, with OAuth's.
    """

    consumer: Any
    token: Any
    parameters: dict[str, Any]
    request: Request


def signed_parameters(request: Request) -> dict[str, Any]:
    """Return the parameters that are not OAuth's, as text that can be written out."""
    parameters = request.get_nonoauth_parameters()
    pairs = flat_pairs(parameters)
    if _is_utf8("".join([f"{name}{value}" for name, value in pairs])):
        return parameters
    # Names that differ in such octets alone are one name then.
    return grouped([(_shown(name), _shown(value)) for name, value in pairs])


def _is_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _shown(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return octets_of(value).decode("utf-8", "replace")


def with_query_once(request: Request) -> Request | None:
    """Return a request in which what its form repeats of its query counts once.

    None where the form repeats nothing, or is not known.
    """
    if not request.is_form_encoded or not isinstance(request.body, (str, bytes)):
        return None
    query = decode_pairs(split_url(request.url).query)
    form = decode_pairs(text_of(request.body))
    only_in_form = without(form, query)
    repeated = without(form, only_in_form)
    if not repeated:
        return None
    pairs = without(flat_pairs(request), repeated)
    once = copy.copy(request)
    once.clear()
    once.update(grouped(pairs))
    return once
