"""The parameters of a request that was received, joined from all the places where they may be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from .encoding import parameter_text, parameter_value, unescape
from .errors import DuplicateParameter
from .headers import FORM_CONTENT_TYPE, Headers, authorization, fields, media_type
from .parameters import flat_pairs, grouped, plain_dict, without

__all__ = ["Incoming", "Parsers", "merged", "read"]

_encoded_base64 = re.compile("%(?:2B|2F|3D)", re.I)


class Parsers(Protocol):
    """How a request's header and queries are parsed; programs override these two."""

    @staticmethod
    def _split_header(header: str) -> dict[str, Any]: ...

    @staticmethod
    def _split_url_string(param_str: str) -> dict[str, Any]: ...


class Incoming(NamedTuple):
    """All parameters of a request, the realm of its header, and whether its body is a form."""

    parameters: dict[str, Any]
    realm: str | None
    is_form: bool


def read(
    parsers: type[Parsers],
    headers: Headers,
    parsed: Any,
    queries: Iterable[str],
    body: Any,
) -> Incoming:
    """Read header, queries and body; ``parsed`` is what a framework made of them, or None.

    Raises MalformedHeader, DuplicateParameter, and ValueError for what was parsed
    beside a form body, which is read here.
    """
    if isinstance(headers, (str, bytes)):
        raise TypeError(f"headers: expected a dict or pairs, got {type(headers).__name__}")
    pairs = list(fields(headers))
    header = authorization(pairs)
    from_header = {} if header is None else parsers._split_header(header)
    is_form = media_type(pairs) == FORM_CONTENT_TYPE
    form = body if is_form else None
    if form is not None and parsed is not None:
        raise ValueError("parameters: expected None beside a form body, which is read")
    from_queries = [parsers._split_url_string(query) for query in queries if query]
    from_form = parsers._split_url_string(parameter_text("body", form)) if form else {}
    parameters = merged(from_header, parsed, from_queries, from_form)
    return Incoming(parameters, getattr(from_header, "realm", None), is_form)


def merged(
    header: Mapping[str, Any],
    parsed: Any,
    queries: Iterable[Mapping[str, Any]],
    form: Mapping[str, Any],
) -> dict[str, Any]:
    """Join the pairs of a request (RFC 5849 section 3.4.1.3.1); a repeated name has a list.

    ``parsed`` is what a framework made of the form, the query or both, or None; a
    pair that it and the queries have in common counts once. The pairs of ``form``
    and of the header are added to these.

    Raises DuplicateParameter for an ``oauth_*`` name that has two values.
    """
    pairs = _framework_pairs(parsed)
    for query in queries:
        pairs += without(flat_pairs(query), pairs)
    pairs += flat_pairs(form)
    pairs = flat_pairs(header) + pairs
    parameters = grouped(pairs)
    if len(parameters) < len(pairs):
        for name, value in parameters.items():
            if isinstance(value, list) and name.startswith("oauth_"):
                shown = ascii(name[:40])[1:-1]
                raise DuplicateParameter(
                    f"{shown} was received {len(value)} times.", parameter=name
                )
    if "oauth_signature" in parameters and "oauth_signature" not in header:
        _decode_signature_once_more(parameters)
    return parameters


def _framework_pairs(parsed: Any) -> list[tuple[str, Any]]:
    if parsed is None:
        return []
    items = plain_dict(parsed).items()
    return flat_pairs({parameter_value(name): parameter_value(value) for name, value in items})


def _decode_signature_once_more(parameters: dict[str, Any]) -> None:
    """Mend a base64 signature that its sender encoded twice; base64 itself has no ``%``."""
    signature = parameters["oauth_signature"]
    if isinstance(signature, str) and parameters.get("oauth_signature_method") != "PLAINTEXT":
        parameters["oauth_signature"] = _encoded_base64.sub(lambda m: unescape(m[0]), signature)
