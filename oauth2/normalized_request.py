"""A request as its signature sees it (RFC 5849 section 3.4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .encoding import encoded_pairs, parameter_text, text_of
from .errors import DuplicateParameter, ParameterAbsent
from .keyed_hash import KeyedHash
from .normalize import base_string, encoded_query, joined, query_parameters, with_address
from .parameters import decode_pairs, grouped, text_dict, without
from .shapes import normalized_parameters
from .urls import split_url

__all__ = ["HTTP_METHOD", "NormalizedRequest"]

HTTP_METHOD = "GET"


class NormalizedRequest(dict[str, Any]):
    """A request as its signature sees it: a dict of its parameters, with a URL and a method.

    Keys are str. Values are str, lists of str for repeated names, or numbers and
    None, which are written as ``str()``. ``body`` is str, bytes, a file-like
    object, or None if unknown. The URL's query is signed with the dict.

    >>> request = NormalizedRequest("GET", "http://a.example/?size=big", {"file": "a b.jpg"})
    >>> request.get_normalized_parameters()
    'file=a%20b.jpg&size=big'

    Raises ValueError for a URL that is not http or https, TypeError for
    parameters that are not a mapping of str.
    """

    normalized_url: str | None  # as url, not there unless one was given
    # The dict of a request that was received has the pairs of its URL's query, too.
    _holds_query = False
    # How often a received oauth_ parameter was repeated, by name; the dict has the first value.
    _repeated: Mapping[str, int] | None = None
    # Whether a form was received whose pairs are not known, as nobody gave its body.
    _lacks_form = False

    _keyed_hash: KeyedHash | None = None  # of the Signer that signs it

    def __init__(
        self,
        method: str = HTTP_METHOD,
        url: str | bytes | None = None,
        parameters: Mapping[Any, Any] | None = None,
        body: Any = b"",
        is_form_encoded: bool = False,
    ) -> None:
        self.method = method
        if url is not None:
            self.url = url
        if parameters is not None:
            self.update(text_dict(parameters))
        self.body = body
        self.is_form_encoded = is_form_encoded

    @property
    def method(self) -> str:
        """The HTTP method, in upper case."""
        return self._method

    @method.setter
    def method(self, value: str | bytes) -> None:
        text = value if isinstance(value, str) else parameter_text("method", value)
        self._method = text.upper()

    @property
    def url(self) -> Any:
        """The URL as it was given (str); setting it computes ``normalized_url``."""
        try:
            return self.__dict__["url"]
        except KeyError:
            raise AttributeError("this request has no url: set one, or give one") from None

    @url.setter
    def url(self, value: str | bytes | None) -> None:
        if value is not None and not isinstance(value, str):
            value = parameter_text("url", value)
        self.normalized_url = None if value is None else split_url(value).normalized
        self.__dict__["url"] = value

    @url.deleter
    def url(self) -> None:
        self.__dict__.pop("url", None)
        self.__dict__.pop("normalized_url", None)

    def get_parameter(self, parameter: str) -> Any:
        """Return the value of a parameter; raises ParameterAbsent where there is none."""
        try:
            return self[parameter]
        except KeyError:
            message = f"Parameter not found: the request has no {parameter}."
            raise ParameterAbsent(message, parameter=parameter) from None

    def get_nonoauth_parameters(self) -> dict[str, Any]:
        """Return the parameters whose names do not start with ``oauth_``."""
        return {name: value for name, value in self.items() if not name.startswith("oauth_")}

    def get_normalized_parameters(self) -> str:
        """Return the encoded, sorted and joined pairs (RFC 5849 section 3.4.1.3)."""
        plain = self._plainly_normalized()
        return self._normalized_piecewise() if plain is None else plain

    def _normalized_piecewise(self) -> str:
        parameters: dict[str, Any] = self
        if "oauth_signature" in self:
            parameters = {name: self[name] for name in self if name != "oauth_signature"}
        pairs = encoded_pairs(parameters)
        query = self._query()
        if query:
            in_query = encoded_query(query, self._split_url_string)
            # A parameter that a program deleted from the dict is still in the URL, and signed.
            pairs += without(in_query, pairs) if self._holds_query else in_query
        return joined(pairs)

    def _plainly_normalized(self, is_twice: bool = False) -> str | None:
        """Return `get_normalized_parameters` of what is plain, and None for all else."""
        query = self._query()
        if query and self._holds_query:
            if not query_parameters(query, self._split_url_string).items() <= self.items():
                return None
            query = ""
        return normalized_parameters(self, query, self._split_url_string, is_twice)

    def _require_once(self) -> None:
        """Raise DuplicateParameter for an ``oauth_*`` name that was received more than once."""
        for name, times in (self._repeated or {}).items():
            message = f"{ascii(name[:40])[1:-1]} was received {times} times."
            raise DuplicateParameter(message, parameter=name)

    def _query(self) -> str:
        url = self.__dict__.get("url")
        return split_url(url).query if url else ""

    def signature_base_string(self) -> str:
        """Return the text that is signed (RFC 5849 section 3.4.1.1).

        When a provider answers 401, print it and compare: it holds no secret.
        Raises ValueError for a request without a URL.
        """
        url = self._required_url()
        if getattr(self.get_normalized_parameters, "__func__", None) is _normalized_parameters:
            plain = self._plainly_normalized(is_twice=True)
            if plain is not None:
                return with_address(self._method, url, plain)
            return base_string(self._method, url, self._normalized_piecewise())
        parameters = self.get_normalized_parameters()
        if not isinstance(parameters, str):
            parameters = text_of(parameters)
        return base_string(self._method, url, parameters)

    def _required_url(self) -> str:
        """Return ``normalized_url``; raises ValueError for a request without a URL."""
        url: str | None = getattr(self, "normalized_url", None)
        if url is None:
            raise ValueError("url: expected one in a request that is signed, got none")
        return url

    @staticmethod
    def _split_url_string(param_str: str) -> dict[str, Any]:
        """Return the parameters of a query or form; a repeated name has its values sorted."""
        return grouped(sorted(decode_pairs(param_str)))


# As it is here, to tell what a subclass or a program has put in its place.
_normalized_parameters = NormalizedRequest.get_normalized_parameters
