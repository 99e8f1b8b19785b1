"""The parameters of a request that was received, joined from all the places where they may be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple, Protocol

from .encoding import escape, parameter_text, parameter_value, unescape
from .errors import ParameterRejected
from .headers import FORM_CONTENT_TYPE, Headers, oauth_credentials, received, single_media_type
from .normalized_request import NormalizedRequest
from .parameters import decode_pairs, flat_pairs, grouped, plain_dict, without
from .redaction import shown_value

__all__ = ["Incoming", "Parsers", "RepeatedQuery", "merged", "read", "require_repeated_query"]

RepeatedQuery = Literal["once", "twice"]

_encoded_base64 = re.compile("%(?:2B|2F|3D)", re.I)


class Parsers(Protocol):
    """How a request's header and queries are parsed; programs override these two."""

    @staticmethod
    def _split_header(header: str) -> dict[str, Any]: ...

    @staticmethod
    def _split_url_string(param_str: str) -> dict[str, Any]: ...


class Incoming(NamedTuple):
    """All parameters of a request, the realm of its header, and whether its body is a form.

    ``repeated`` says how often each ``oauth_*`` name was received that was more than once;
    ``parameters`` has the first of its values.
    """

    parameters: dict[str, Any]
    realm: str | None
    is_form: bool
    repeated: dict[str, int]


def read(
    parsers: type[Parsers],
    headers: Headers,
    parsed: Any,
    queries: Iterable[str],
    body: Any,
    repeated_query: RepeatedQuery = "twice",
) -> Incoming:
    """Read header, queries and body; ``parsed`` is what a framework made of them, or None.

    What the form repeats of the query counts twice, or ``repeated_query="once"``.

    Raises MalformedHeader, MalformedRequest, ParameterRejected, and ValueError for what was
    parsed beside a form body, which is read here.
    """
    require_repeated_query(repeated_query)
    if isinstance(headers, (str, bytes)):
        raise TypeError(f"headers: expected a dict or pairs, got {type(headers).__name__}")
    authorizations, content_types = received(headers)
    header = oauth_credentials(authorizations)
    from_header = {} if header is None else parsers._split_header(header)
    is_form = single_media_type(content_types) == FORM_CONTENT_TYPE
    form = body if is_form else None
    if form is not None and parsed is not None:
        raise ValueError("parameters: expected None beside a form body, which is read")
    from_queries = [_pairs(parsers, query) for query in queries if query]
    from_form = _pairs(parsers, parameter_text("body", form)) if form else []
    if repeated_query == "once":
        from_form = without(from_form, _joined([[], *from_queries, []]))
    parameters, repeated = merged(from_header, parsed, from_queries, from_form)
    return Incoming(parameters, getattr(from_header, "realm", None), is_form, repeated)


def require_repeated_query(value: RepeatedQuery) -> RepeatedQuery:
    """Return how often a pair counts that is in query and form; ValueError for another word."""
    if value not in ("once", "twice"):
        raise ValueError(f"repeated_query: expected 'once' or 'twice', got {value!r}")
    return value


def _pairs(parsers: type[Parsers], text: str) -> list[tuple[str, Any]]:
    """Read a query or a form in its order, which a dict of its values would not keep."""
    if parsers._split_url_string is NormalizedRequest._split_url_string:
        return decode_pairs(text)
    return flat_pairs(parsers._split_url_string(text))


def merged(
    header: Mapping[str, Any],
    parsed: Any,
    queries: Iterable[list[tuple[str, Any]]],
    form: list[tuple[str, Any]],
) -> tuple[dict[str, Any], dict[str, int]]:
    """Join the pairs of a request (RFC 5849 section 3.4.1.3.1); a repeated name has a list.

    But an ``oauth_*`` name has the first of its values, and how many there are is told beside.

    ``parsed`` is what a framework made of the form, the query or both, or None; a
    pair that it and the queries have in common counts once. The pairs of ``form``
    and of the header are added to these.
    """
    queries = list(queries)
    plain = _plainly_merged(header, parsed, [*queries, form])
    if plain is not None:
        return plain, {}
    from_framework = [] if parsed is None else _framework_pairs(parsed)
    sources = [from_framework, *queries, form]
    from_header = flat_pairs(header)
    pairs = from_header + _joined(sources)
    parameters = grouped(pairs)
    if "oauth_signature" not in header and _has_spoiled_signature(parameters):
        pairs = from_header + _joined([_with_mended_signature(each) for each in sources])
        parameters = grouped(pairs)
    repeated = {} if len(parameters) == len(pairs) else _take_first_values(parameters)
    return parameters, repeated


def _plainly_merged(
    header: Mapping[str, Any], parsed: Any, others: list[list[tuple[str, Any]]]
) -> dict[str, Any] | None:
    """Join dicts and pairs in which no name is there twice, and every value is text; else None.

    The signature is in the header, where nothing has spoiled it.
    """
    if "oauth_signature" not in header:
        return None
    parameters, count = dict(header), len(header)
    if parsed:
        if type(parsed) is not dict or set(map(type, parsed)) != {str}:
            return None
        parameters.update(parsed)
        count += len(parsed)
    for pairs in others:
        parameters.update(pairs)
        count += len(pairs)
    is_text = set(map(type, parameters.values())) == {str}
    return parameters if is_text and len(parameters) == count else None


def _joined(sources: list[list[tuple[str, Any]]]) -> list[tuple[str, Any]]:
    pairs, *queries, form = sources
    for query in queries:
        pairs = pairs + without(query, pairs) if pairs else query
    return pairs + form


def _take_first_values(parameters: dict[str, Any]) -> dict[str, int]:
    """Leave each ``oauth_*`` name its first value; return how many there were of it."""
    repeated = {
        name: len(value)
        for name, value in parameters.items()
        if type(value) is list and name.startswith("oauth_")
    }
    for name in repeated:
        parameters[name] = parameters[name][0]
    return repeated


def _framework_pairs(parsed: Any) -> list[tuple[str, Any]]:
    parameters: dict[str, Any] = {}
    for given, value in _as_dict(parsed).items():
        name = parameter_text("name of a parameter", given)
        if isinstance(value, Mapping) or _has_collection(value):
            raise ParameterRejected(
                f"Parameter {shown_value(name)}: expected text or texts, got a dict or lists.",
                rejected=f"{escape(name)}=",
            )
        parameters[name] = _accepted(value, name)
    return flat_pairs(parameters)


def _as_dict(parsed: Any) -> dict[Any, Any]:
    """Make a dict of what a framework parsed; what is in it came from a stranger."""
    if not isinstance(parsed, Mapping):
        return plain_dict(parsed)  # which says what was expected
    try:
        return plain_dict(parsed)
    except TypeError as exc:
        raise ParameterRejected(str(exc)) from None


def _accepted(value: Any, name: str) -> Any:
    try:
        return parameter_value(value, name)
    except TypeError as exc:
        raise ParameterRejected(str(exc), rejected=f"{escape(name)}=") from None


def _has_collection(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and any(
        issubclass(kind, (dict, list, tuple)) for kind in set(map(type, value))
    )


def _has_spoiled_signature(parameters: Mapping[str, Any]) -> bool:
    """Tell whether a base64 signature has what base64 has not: an escape or a space.

    Its sender encoded it twice, or a framework decoded it twice, and took ``+`` for a space.
    """
    signatures = parameters.get("oauth_signature")
    if parameters.get("oauth_signature_method") == "PLAINTEXT":
        return False
    every = signatures if isinstance(signatures, list) else [signatures]
    return any(isinstance(text, str) and (" " in text or "%" in text) for text in every)


def _with_mended_signature(pairs: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [
        (name, _mended(value) if name == "oauth_signature" and isinstance(value, str) else value)
        for name, value in pairs
    ]


def _mended(signature: str) -> str:
    return _encoded_base64.sub(lambda match: unescape(match[0]), signature).replace(" ", "+")
