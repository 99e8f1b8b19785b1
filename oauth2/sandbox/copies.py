"""A request that was received, as a line of curl and as a program that signs it anew."""

from __future__ import annotations

from ..encoding import text_of
from ..errors import Error
from ..outgoing import PROTOCOL_PREFIXES, Outgoing
from ..parameters import without_names
from ..request import Request
from ..signature import SIGNATURE_METHODS
from ..snippets import as_curl, as_python
from ..urls import without_names_in_query
from .inspection import received_request
from .recording import Exchange

__all__ = ["curl_of", "python_of"]

# What curl and a Client write themselves; curl would print what is compressed as it is.
_OWN_HEADERS = (
    *("host", "content-length", "connection", "transfer-encoding", "expect", "accept-encoding"),
)
_CLIENT_HEADERS = (*_OWN_HEADERS, "authorization", "user-agent", "accept")


def curl_of(exchange: Exchange) -> str:
    """Return the line that sends the request once more, with its signature.

    Raises ValueError where no command line holds it.
    """
    headers = _headers(exchange, _OWN_HEADERS)
    body = _body(exchange) or None
    return as_curl(Outgoing(exchange.url, exchange.method, body, headers, {}, None, False))


def python_of(exchange: Exchange) -> str:
    """Return a program that signs such a request with secrets from its environment.

    Raises ValueError for a request that no program could sign, or that is not signed.
    """
    try:
        request = received_request(exchange)
    except Error as exc:
        raise ValueError(str(exc)) from exc
    if request is None or "oauth_signature" not in request:
        raise ValueError("request: expected a signed one")
    method = str(request.get("oauth_signature_method"))
    if method not in SIGNATURE_METHODS:
        raise ValueError(f"oauth_signature_method: expected one that is known, got {method!r}")
    names = {name for name in request if name.startswith(PROTOCOL_PREFIXES[0])}
    return as_python(
        without_names_in_query(exchange.url, names),
        exchange.method,
        _unsigned_body(request, exchange, names),
        _headers(exchange, _CLIENT_HEADERS),
        with_token=bool(request.get("oauth_token")),
        signature_method=method,
    )


def _unsigned_body(request: Request, exchange: Exchange, names: set[str]) -> str | bytes:
    body = _body(exchange)
    if request.is_form_encoded:
        return without_names(text_of(body), names)
    try:
        return body.decode("ascii")
    except UnicodeDecodeError:
        return body


def _body(exchange: Exchange) -> bytes:
    if exchange.body.is_cut:
        raise ValueError(
            f"body: expected all of it, but of {exchange.body.length:,} octets a part is kept"
        )
    return exchange.body.octets


def _headers(exchange: Exchange, left_out: tuple[str, ...]) -> dict[str, str]:
    return {name: value for name, value in exchange.headers if name.lower() not in left_out}
