"""One request: its parameters, its URL, and the three places where OAuth parameters may go."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from . import headers as _headers
from .body import body_hash, lacks_form
from .credentials import Credentials, generate_timestamp
from .encoding import encoded, encoded_pairs, parameter_text, parameter_value, text_of
from .errors import MalformedRequest
from .incoming import RepeatedQuery, read
from .normalized_request import HTTP_METHOD as HTTP_METHOD, NormalizedRequest
from .parameters import plain_dict, without
from .shapes import header_pairs
from .signature import SignatureMethod, require_method
from .urls import split_url, with_query

if TYPE_CHECKING:
    from .gateway import Received

__all__ = ["OAUTH_VERSION", "SIGNATURE_METHOD", "Request"]

OAUTH_VERSION = "1.0"
SIGNATURE_METHOD = "PLAINTEXT"  # a name of 1.9 that programs import; nothing here uses it

Self = TypeVar("Self", bound="Request")


class Request(NormalizedRequest):
    """A request to sign or to verify: a dict of its parameters, with a URL and a method.

    >>> request = Request("GET", "http://example.com/photos?size=big", {"file": "a b.jpg"})
    >>> request.to_url()
    'http://example.com/photos?size=big&file=a%20b.jpg'

    ``parameters`` (names with str, bytes, a number, None, or a list of them) are those of OAuth
    and the request's own. ``body`` is str or bytes, and ``is_form_encoded`` says that it is a form,
    whose pairs are in ``parameters`` then. Raises ValueError for a URL that is not http or https
    or whose host cannot be one, and TypeError for a method, a URL or a value of another type.
    """

    version = OAUTH_VERSION
    realm: str | None = None

    def _get_timestamp_nonce(self) -> tuple[Any, Any]:
        return self.get_parameter("oauth_timestamp"), self.get_parameter("oauth_nonce")

    def to_header(self, realm: str | None = "") -> dict[str, str]:
        """Return ``{"Authorization": 'OAuth realm="…", oauth_…'}`` (RFC 5849 section 3.5.1).

        A realm of None is left out; one with control characters raises ValueError.
        """
        pairs = header_pairs(self)
        if pairs is None:
            oauth = {name: value for name, value in self.items() if name.startswith("oauth_")}
            return {"Authorization": _headers.build(oauth, realm)}
        return {"Authorization": _headers.with_realm(pairs, realm)}

    def to_postdata(self) -> str:
        """Return all pairs of the dict, in its order, as a form body (RFC 5849 section 3.5.2)."""
        return encoded(self, "=", "&")

    def to_url(self) -> str:
        """Return the URL, the pairs of the dict added to its query (RFC 5849 section 3.5.3)."""
        if not self._holds_query:
            return with_query(self.url, encoded(self, "=", "&"))
        in_query = encoded_pairs(self._split_url_string(self._query()))
        pairs = without(encoded_pairs(self), in_query)
        return with_query(self.url, "&".join(pairs).replace(" ", "="))

    def sign_request(
        self,
        signature_method: SignatureMethod,
        consumer: Credentials,
        token: Credentials | None,
        include_body_hash: bool = True,
    ) -> None:
        """Sign: fill in ``oauth_signature`` and what belongs to it (RFC 5849 section 3.1).

        Unless the body is a form, ``oauth_body_hash`` too; both are bytes in the dict.
        Key and token are set where absent. Raises ValueError without a URL.
        """
        self._required_url()
        require_method(signature_method)
        if self.is_form_encoded:
            self.pop("oauth_body_hash", None)
        elif include_body_hash:
            digest = body_hash(self.body, getattr(signature_method, "hash_name", "sha1"))
            if digest is not None:
                self["oauth_body_hash"] = digest  # bytes, as in 1.9: programs compare it
        if "oauth_consumer_key" not in self:
            self["oauth_consumer_key"] = text_of(consumer.key)
        if token and "oauth_token" not in self:
            self["oauth_token"] = text_of(token.key)
        self["oauth_signature_method"] = signature_method.name
        self["oauth_signature"] = signature_method.sign(self, consumer, token)  # bytes, likewise

    @classmethod
    def make_timestamp(cls) -> str:
        """Return the seconds since 1970 (RFC 5849 section 3.3)."""
        return str(generate_timestamp())

    @classmethod
    def make_nonce(cls) -> str:
        """Return 128 random bits in hexadecimal (RFC 5849 section 3.3)."""
        return os.urandom(16).hex()

    @classmethod
    def from_consumer_and_token(
        cls: type[Self],
        consumer: Credentials,
        token: Any = None,
        http_method: str = HTTP_METHOD,
        http_url: str | None = None,
        parameters: Mapping[Any, Any] | None = None,
        body: Any = b"",
        is_form_encoded: bool = False,
    ) -> Self:
        """Make a request with the OAuth parameters that signing needs.

        Key, timestamp, nonce, version, token and its verifier are added where
        ``parameters`` has none of its own. Raises what the constructor does.
        """
        protocol = {
            "oauth_consumer_key": consumer.key,
            "oauth_timestamp": cls.make_timestamp(),
            "oauth_nonce": cls.make_nonce(),
            "oauth_version": cls.version,
        }
        if token:
            protocol["oauth_token"] = token.key
            if getattr(token, "verifier", None):
                protocol["oauth_verifier"] = token.verifier
        if parameters:
            protocol.update(plain_dict(parameters))
        return cls(http_method, http_url, protocol, body=body, is_form_encoded=is_form_encoded)

    @classmethod
    def from_token_and_callback(
        cls: type[Self],
        token: Credentials,
        callback: str | None = None,
        http_method: str = HTTP_METHOD,
        http_url: str | None = None,
        parameters: Mapping[Any, Any] | None = None,
    ) -> Self:
        """Make a request that sends a user to the provider with a request token."""
        request = cls(http_method, http_url, parameters)
        request["oauth_token"] = parameter_value(token.key)
        if callback:
            request["oauth_callback"] = parameter_value(callback)
        return request

    @classmethod
    def from_request(
        cls: type[Self],
        http_method: str,
        http_url: str | None,
        headers: _headers.Headers | None = None,
        parameters: Mapping[Any, Any] | None = None,
        query_string: str | bytes | None = None,
        body: bytes | None = None,
        *,
        repeated_query: RepeatedQuery = "twice",
    ) -> Self | None:
        """Read a received request (RFC 5849 sections 3.4.1.3.1 and 3.5); None without pairs.

        A ``#`` ends ``http_url``, but is data in ``query_string``: give it the raw query.
        ``headers`` is a mapping or pairs of str or bytes, or a WSGI environ.
        ``parameters`` is what a framework parsed, of the form or the query or both:
        a pair that it, ``query_string`` and the URL's query have in common counts
        once. ``body`` (bytes) leaves no such doubt: the pairs of a form body are
        added to those of the query, and any other body is kept for its hash.
        ``repeated_query`` is "once" for a sender that copies the query into the form and signs
        once what is there twice, as Canvas does.

        An ``oauth_*`` parameter that is there twice has its first value in the dict, and
        `Server.verify_request` refuses it. Raises MalformedHeader, MalformedRequest for a URL
        or a text that cannot be signed, ParameterRejected for a dict as a value, and
        ValueError for ``parameters`` beside a form body.
        """
        url_query = _query_of(parameter_text("http_url", http_url)) if http_url else ""
        queries = [parameter_text("query_string", query_string or ""), url_query]
        incoming = read(cls, headers or {}, parameters, queries, body, repeated_query)
        if not incoming.parameters:
            return None
        request = cls(http_method, http_url, incoming.parameters)
        request.body = body
        request.is_form_encoded = incoming.is_form
        request.realm = incoming.realm
        request._holds_query = True
        request._repeated = incoming.repeated
        if incoming.is_form and body is None and parameters is None:
            request._lacks_form = lacks_form(headers or {}, headers or {}, body)
        return request

    @classmethod
    def from_wsgi(
        cls: type[Self],
        environ: dict[str, Any],
        *,
        origin: str | None = None,
        max_body: int = 1 << 20,
        repeated_query: RepeatedQuery = "twice",
    ) -> Self:
        """Read a WSGI environ, or Django's ``request.META``: its URL, its headers and its body.

        The path is taken as it was sent where the server tells (``RAW_URI``, ``REQUEST_URI``).
        ``origin`` is the public address, ``https://a.example``, with the path prefix that a
        proxy strips, if one does; without it, scheme and host are those of the request.
        ``X-Forwarded-*`` is not read. The body is read, up to ``max_body`` octets, and put back.
        Django has taken it out: give ``request.META | {"wsgi.input": BytesIO(request.body)}``.

        Raises Error alone for what was received: also BodyTooLarge, and MalformedRequest for a
        Host, a path, a length or a body that is none. Raises ValueError for another ``origin``.
        """
        from .gateway import read_environ  # here, as signing does not need it

        return cls._at_gateway(read_environ(environ, origin, max_body), repeated_query)

    @classmethod
    def from_asgi(
        cls: type[Self],
        scope: Mapping[str, Any],
        body: bytes | None,
        *,
        origin: str | None = None,
        max_body: int = 1 << 20,
        repeated_query: RepeatedQuery = "twice",
    ) -> Self:
        """Read an ASGI scope as `from_wsgi` reads an environ; the body was received before.

        A body of None is not known: a form without one is refused, and no hash is checked.
        """
        from .gateway import read_scope  # here, as signing does not need it

        return cls._at_gateway(read_scope(scope, body, origin, max_body), repeated_query)

    @classmethod
    def _at_gateway(cls: type[Self], received: Received, repeated_query: RepeatedQuery) -> Self:
        """Read the parts; without any pairs it is an empty request, and not None."""
        method, url, headers, body = received
        # A from_request that a program has overridden may know nothing of it.
        once: dict[str, Any] = {}
        if repeated_query != "twice":
            once["repeated_query"] = repeated_query
        request = cls.from_request(method, url, headers, body=body, **once)
        if request is None:
            request = cls(method, url, body=body)
            request._holds_query = True
        return request

    @staticmethod
    def _split_header(header: str) -> dict[str, Any]:
        """Return the parameters of an Authorization header, without the realm."""
        return _headers.parse(header)


def _query_of(url: str) -> str:
    """Return the query of a received URL, whose host is what a stranger sent as Host."""
    try:
        return split_url(url).query
    except ValueError as exc:
        raise MalformedRequest(str(exc)) from exc
