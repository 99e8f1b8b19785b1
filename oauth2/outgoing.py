"""A request on its way out: where its OAuth parameters go, and what a redirect makes of it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from functools import lru_cache
from io import SEEK_END, TextIOBase
from typing import Any, NamedTuple
from urllib.parse import urljoin

from .body import is_rewindable, is_whole, looks_like_form
from .encoding import bytes_of, encoded, octets_of, parameter_text, text_of
from .errors import RedirectRefused
from .headers import (
    FORM_CONTENT_TYPE,
    Headers,
    has_header,
    has_length,
    host,
    media_type,
    without_header,
    without_headers,
)
from .parameters import decode_pairs, text_dict, without_names
from .placement import PLACEMENTS as PLACEMENTS
from .request import Request
from .urls import (
    same_origin as same_origin,
    split_url,
    to_uri,
    with_query,
    without_names_in_query,
    without_user_info,
)

__all__ = [
    "PLACEMENTS",
    "PROTOCOL_PREFIXES",
    "Outgoing",
    "as_given",
    "prepare",
    "protocol_names",
]

PROTOCOL_PREFIXES = ("oauth_", "x_auth_")
PROTOCOL = PROTOCOL_PREFIXES  # its name in 2.1

_BODILESS = ("GET", "HEAD")
_BODY_HEADERS = ("content-type", "content-length", "transfer-encoding")
# What is for one origin alone. The last is that of OAuth Echo.
_CREDENTIAL_HEADERS = (
    *("authorization", "cookie", "cookie2", "proxy-authorization"),
    "x-verify-credentials-authorization",
)


class Outgoing(NamedTuple):
    """A request on its way out, before or after it is signed.

    ``body`` is str, bytes, None or what httplib2 can stream; ``start`` is where a
    body that can be read twice began. ``parameters`` are OAuth parameters that the
    caller wants signed and sent beside those that signing adds.
    """

    uri: str
    method: str
    body: Any
    headers: dict[Any, Any]
    parameters: dict[str, Any]
    placement: str | None
    is_form: bool
    start: int | None = None

    def form(self) -> dict[str, list[str]]:
        """Return the pairs of a form body: each name with the list of its values."""
        values: dict[str, list[str]] = {}
        if self.is_form and self.body:
            for name, value in decode_pairs(text_of(self.body)):
                values.setdefault(name, []).append(value)
        return values

    def normalized_url(self) -> str:
        """Return the URL that is signed: its host is that of the Host header, if there is one.

        Raises ValueError for a Host that is none.
        """
        url, given = split_url(self.uri), host(self.headers)
        return url.normalized if given is None else url.normalized_for(given)

    def has(self, name: str) -> bool:
        """Tell whether the caller gave an OAuth parameter, wherever it stands."""
        return name in {*self.parameters, *self.form(), *self.protocol_names()}

    def protocol_names(self) -> frozenset[str]:
        """Return the names of the protocol parameters that the caller wrote into the query."""
        pairs = decode_pairs(split_url(self.uri).query)
        return protocol_names(tuple([name for name, _ in pairs]))

    def effective_placement(self) -> str:
        """Return where OAuth parameters go: "query", "body" or "header".

        Only a form can hold them, and that of a GET or HEAD never does.
        """
        can_be_body = self.is_form and self.method not in _BODILESS
        if self.placement and (self.placement != "body" or can_be_body):
            return self.placement
        return "query" if self.method == "GET" else "body" if can_be_body else "header"

    def with_oauth_parameters(self, signed: Request, realm: Any) -> Outgoing:
        """Put the parameters of a signed request into their place (RFC 5849 section 3.5).

        A ``realm`` of None is the origin of the URL; False leaves it out. Raises ValueError for
        one that is not Latin-1.
        """
        place = self.effective_placement()
        if place == "query":
            return self._replace(uri=signed.to_url())
        if place == "body":
            return self._replace(body=_appended(self.body, signed.to_postdata()))
        if realm and not realm.isascii() and max(realm) > "\xff":
            # http.client would quote the whole header in its own error.
            raise ValueError(f"realm: expected Latin-1, as in all headers, got {realm!r}")
        headers = without_header(self.headers, "authorization") if self.headers else {}
        given = split_url(self.uri).origin if realm is None else realm
        headers.update(signed.to_header(None if given is False else given))
        return self._replace(headers=headers)

    def base_string(self) -> str:
        """Return the signature base string, read back from what goes out.

        Raises ValueError for a request that is not signed.
        """
        body = bytes_of(self.body or b"") if self.is_form else None
        request = Request.from_request(self.method, self.uri, self.headers, body=body)
        if request is None or "oauth_signature" not in request:
            raise ValueError("expected a signed request, got one without oauth_signature")
        request.normalized_url = self.normalized_url()
        return request.signature_base_string()

    def redirected(
        self, location: str, method: str, has_body: bool, headers: Headers, names: Container[str]
    ) -> Outgoing:
        """Return what is to be sent to the location that a provider gave, without our ``names``.

        Raises RedirectRefused for one that is not http or https, and for a body
        that cannot be read a second time.
        """
        method = method.upper()
        # Twice: the first keeps them out of the error, and urljoin drops tabs inside a name.
        uri = without_names_in_query(location, names)
        try:
            uri = without_names_in_query(to_uri(urljoin(self.uri, uri)), names)
            has_user_info = bool(split_url(uri).user_info)
        except ValueError as exc:
            location = without_user_info(uri)
            raise RedirectRefused(f"Redirected, but {exc}.", location=location) from exc
        if has_user_info:
            # httplib2 takes it for a part of the host name, and proxies for what they like.
            location = without_user_info(uri)
            raise RedirectRefused("Redirected to a URL with user-info.", location=location)
        kept = without_header(headers, "authorization", scheme="oauth")
        if method != self.method or not (has_body or self.body is None):
            left = self._replace(uri=uri, method=method, headers=kept)
            left = left._replace(body=None, start=None, is_form=False)
            return left.without_headers(*_BODY_HEADERS)
        if not self.rewind():
            message = "Redirected, but the body cannot be read a second time."
            raise RedirectRefused(message, location=uri)
        return self._replace(uri=uri, headers=kept)

    def rewind(self) -> bool:
        """Go back to where the body began; False for one that cannot be read a second time."""
        if self.start is None:
            return not (hasattr(self.body, "read") or isinstance(self.body, Iterator))
        self.body.seek(self.start)
        return True

    def without_headers(self, *names: str) -> Outgoing:
        """Return it without some of its headers, which are named in lower case."""
        return self._replace(headers=without_headers(self.headers, names))

    def without_credentials(self, names: Container[str]) -> Outgoing:
        """Return it without credentials: no protocol parameters, Authorization or cookies."""
        body = without_names(_form_text(self.body), names) if self.form() else self.body
        uri = without_names_in_query(self.uri, names)
        left = self._replace(uri=uri, body=body, parameters={})
        return left.without_headers(*_CREDENTIAL_HEADERS)


def prepare(
    uri: str | bytes,
    method: str,
    body: Any,
    headers: Mapping[Any, Any] | None,
    parameters: Mapping[str, Any] | None = None,
    placement: str | None = None,
    user_agent: object = None,
) -> Outgoing:
    """Take what a caller gave to be sent by httplib2, and change nothing of it.

    A POST without a Content-Type is a form, unless its body is plainly none.
    ``user_agent`` is for a request without one; only text is sent. Raises as `as_given` does.
    """
    method = parameter_text("method", method).upper()
    if isinstance(headers, (str, bytes)):
        raise TypeError(f"headers: expected a dict, got {type(headers).__name__}")
    fields = dict(headers or {})
    if user_agent and isinstance(user_agent, str) and not has_header(fields, "user-agent"):
        fields["User-Agent"] = user_agent
    content_type = media_type(fields)
    if method == "POST" and content_type is None:
        body = _sendable(body, is_form=False)
        if is_whole(body) and looks_like_form(bytes_of(body or b"")):
            fields["Content-Type"] = content_type = FORM_CONTENT_TYPE
    is_form = content_type == FORM_CONTENT_TYPE
    outgoing = as_given(uri, method, body, fields, parameters, placement, is_form)
    if outgoing.start is not None and not has_length(fields):
        fields["Content-Length"] = str(outgoing.body.seek(0, SEEK_END) - outgoing.start)
        outgoing.body.seek(outgoing.start)
    return outgoing


def as_given(
    uri: str | bytes,
    method: str,
    body: Any,
    headers: dict[Any, Any],
    parameters: Mapping[str, Any] | None,
    placement: str | None,
    is_form: bool,
) -> Outgoing:
    """Take a request as it is, and guess nothing.

    The URI becomes one that can be sent as it is; parameters that are not OAuth's
    become part of the form or the query. Raises ValueError for a URI that is not http or
    https, and TypeError for a body of another type.
    """
    given = parameter_text("uri", uri)
    uri = to_uri(given)
    split_url(given)  # which a host with white space in it does not pass, before it is encoded
    body = _sendable(body, is_form)
    start = None if is_whole(body) or not is_rewindable(body) else body.tell()
    own, oauth = _divided(text_dict(parameters)) if parameters else ({}, {})
    pairs = encoded(own, "=", "&") if own else ""  # as it is where each value is an empty list
    if pairs and is_form and method not in _BODILESS:
        body = _appended(body, pairs)
    elif pairs:
        uri = with_query(uri, pairs)
    return Outgoing(uri, method, body, headers, oauth, placement, is_form, start)


@lru_cache(maxsize=32)
def protocol_names(names: tuple[str, ...]) -> frozenset[str]:
    """Return those of these names that protocol parameters have; programs sign for few sets."""
    return frozenset([name for name in names if name.startswith(PROTOCOL_PREFIXES)])


def _divided(parameters: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the request's own parameters, and those of OAuth."""
    own: dict[str, Any] = {}
    oauth: dict[str, Any] = {}
    for name, value in parameters.items():
        (oauth if name.startswith("oauth_") else own)[name] = value
    return own, oauth


def _sendable(body: Any, is_form: bool) -> Any:
    """Return a body as it is sent: text as UTF-8 unless it is ASCII, and a form in one piece."""
    if isinstance(body, str):
        return body if body.isascii() else octets_of(body)
    if isinstance(body, (bytearray, memoryview)):
        return bytes(body)
    if body is None or isinstance(body, bytes):
        return body
    is_file = hasattr(body, "read")
    if isinstance(body, Mapping) or not (is_file or isinstance(body, Iterable)):
        raise TypeError(f"body: expected str, bytes or a binary file, got {type(body).__name__}")
    if is_form:
        return _sendable(body.read(), is_form) if is_file else b"".join(map(bytes_of, body))
    if isinstance(body, TextIOBase):
        raise TypeError("body: expected a binary file, as open(…, 'rb') gives, got a text file")
    return body


def _form_text(body: str | bytes | None) -> str:
    """Return a form as text that http.client encodes, as Latin-1, to the very same octets."""
    return body if isinstance(body, str) else (body or b"").decode("latin-1")


def _appended(body: str | bytes | None, pairs: str) -> str:
    return f"{_form_text(body)}&{pairs}" if body else pairs
