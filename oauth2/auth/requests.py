"""``auth=`` for requests, and for niquests."""

from __future__ import annotations

import re
from contextlib import suppress
from copy import copy
from typing import Any
from urllib.parse import quote, urljoin, urlparse
from weakref import ref

try:
    from requests.adapters import HTTPAdapter
    from requests.auth import AuthBase as AuthBase
    from requests.cookies import extract_cookies_to_jar
    from requests.models import PreparedRequest, Response
    from requests.sessions import SessionRedirectMixin
    from requests.utils import requote_uri
except ImportError as exc:
    hint = "oauth2.auth.requests needs the extra 'requests'"
    raise ImportError(f"{hint}: python -m pip install 'oauth2[requests]'") from exc

from ..body import is_whole
from ..clock import REFUSALS
from ..urls import without_names_in_query
from .signing import PROTOCOL_PARAMETERS, Sent, Signing

__all__ = ["AuthBase", "OAuth1", "ResponseHook"]

_is_sent_as_it_is = re.compile(r"(?:[\w\-.~:/?#@!$&'()*+,;=]|%[0-9A-F]{2})*", re.A).fullmatch
_escape = re.compile("%[0-9A-Fa-f]{2}")
_TARGET = "!$&'()*+,;=:@/?"
_KEEP_BODY = (307, 308)
_BODY_HEADERS = ("Content-Length", "Content-Type", "Transfer-Encoding")


class OAuth1(Signing, AuthBase):
    """Signs what requests or niquests sends: the ``auth=`` of a call, or of a session.

    >>> from oauth2 import Consumer, Token
    >>> import requests
    >>> session = requests.Session()
    >>> session.auth = OAuth1(Consumer("key", "secret"), Token("token", "token secret"))

    The arguments are those of ``__init__``. One object can be shared between sessions and
    threads. An AsyncSession of niquests takes it too, but ``clock_skew="learn"`` has no effect
    there.

    A redirect within the same origin is signed again. A redirect to another origin gets no
    signature and no OAuth parameters, and neither does one that leads back from there. A
    prepared request can be sent several times: after each response it gets a new signature,
    and ``response.request`` keeps the signature that was sent.

    Do not let urllib3 retry (``HTTPAdapter(max_retries=…)``): it sends the same nonce again,
    which providers refuse, and requests has no hook by which that could be signed again. Repeat
    the call instead, which makes a new signature:

    >>> def get(url, attempts=3):
    ...     for attempt in range(attempts):
    ...         try:
    ...             return session.get(url, timeout=10)
    ...         except requests.ConnectionError:
    ...             if attempt + 1 == attempts:
    ...                 raise
    """

    def __call__(self, r: Any) -> Any:
        """Sign a prepared request, and return it; raises as `oauth2.Signer.sign` does."""
        r.register_hook("response", ResponseHook(self, r))
        return r


class ResponseHook:
    """Signs what follows a prepared request: redirects, a second try, and the next sending."""

    def __init__(self, signing: Signing, prepared: PreparedRequest) -> None:
        self._signing = signing
        self._prepared = ref(prepared)
        self._has_left = False
        self._own = self._sent = self._sign(prepared)

    def __reduce__(self) -> tuple[Any, ...]:
        return _AfterPickling, ()  # A response that is pickled, to be cached, holds no secrets.

    def __call__(self, response: Response, **options: Any) -> Response:
        """Sign what requests sends next, which it copies from the request that it has sent."""
        request, prepared = response.request, self._prepared()
        response.request = _copied(request)
        if request is prepared:
            self._has_left, self._sent = False, self._own
        elif self._sent.redirected(request.url or "").left_origin:
            self._has_left = True  # for whatever reason: requests reads some Locations otherwise
        if response.status_code in REFUSALS and not self._has_left:
            response = self._answered(response, options)
        if not (response.is_redirect and response.headers["location"]):
            if prepared is not None and is_whole(prepared.body):
                self._own = self._sign(prepared)  # for when the caller sends it again
        elif not self._has_left:
            self._redirect(request, response)
        return response

    def _sign(self, request: PreparedRequest) -> Sent:
        method, url, body = request.method or "GET", request.url or "", request.body
        if not _is_sent_as_it_is(url):
            url = _as_urllib3_sends(url)
        if isinstance(request, PreparedRequest):
            url = _slashes.sub(r"\1/", url)
        sent = self._signing.sign(method, url, request.headers, body)
        outgoing = sent.exchange.outgoing
        if outgoing.is_form and not is_whole(body):  # it was read to be signed
            request.body = outgoing.body
            request.headers.pop("Transfer-Encoding", None)
            request.prepare_content_length(outgoing.body)
        _put(request, sent)
        return sent

    def _answered(self, response: Response, options: dict[str, Any]) -> Response:
        """Send a refused request once more where that may help; return the last response."""
        request = _copied(response.request)
        again = self._signed_again(request, response)
        if again is None:
            return response
        _ = response.content  # which frees the connection
        response.close()
        cookies: Any = request._cookies
        extract_cookies_to_jar(cookies, response.request, response.raw)
        request.prepare_cookies(cookies)
        _put(request, again)
        self._sent = again
        answer: Response = response.connection.send(request, **options)
        answer.history.append(response)
        answer.request = request
        self._signing.settle(again, answer.status_code)
        return answer

    def _signed_again(self, request: PreparedRequest, response: Response) -> Sent | None:
        sent = self._sent
        if not _is_signed_by(request, sent):
            # The caller has changed it, or has not followed the redirect that it was signed for.
            return self._sign(request)
        if self._signing.clock_skew is None:
            return None
        content: Any = response.content
        if not isinstance(content, bytes):
            content.close()  # of a session that is asynchronous, in which nothing waits for it
            return None
        return self._signing.by_clock(sent, response.status_code, response.headers, content)

    def _redirect(self, request: PreparedRequest, response: Response) -> None:
        """Sign the request that requests is about to make of this one, or see that it is not."""
        location = _location(response)
        redirect = self._sent.redirected(location)
        self._has_left = redirect.left_origin
        if redirect.is_changed:
            response.headers["location"] = location = redirect.url
        if self._has_left:
            request.headers.pop("Authorization", None)
            if self._sent.form is not None:
                _put_form(request, self._sent.form_for_another_origin())
            return
        hop = _copied(request)
        hop.url = urljoin(self._sent.url, requote_uri(location))
        SessionRedirectMixin().rebuild_method(hop, response)
        if response.status_code not in _KEEP_BODY:
            hop.body = None
            for name in _BODY_HEADERS:
                hop.headers.pop(name, None)
        elif not self._sent.exchange.outgoing.rewind():
            return  # requests has an error for a file of this kind, and sends another body empty
        self._sent = self._sign(hop)
        if self._sent.authorization or self._sent.form:
            _put(request, self._sent)
        else:
            response.headers["location"] = self._sent.url


class _AfterPickling:
    """What a prepared request has as its hook when it comes out of a pickle."""

    def __call__(self, response: Response, **options: Any) -> None:
        """Take out of a Location what a signature has put into the query, wherever that leads."""
        location: str = response.headers.get("location") or ""
        if "oauth_signature=" in location:
            response.headers["location"] = without_names_in_query(location, PROTOCOL_PARAMETERS)


def _leaves_one_slash() -> bool:
    """Tell whether this version of requests sends one slash where a path begins with several."""
    request = PreparedRequest()
    request.url = "http://localhost//a"
    return HTTPAdapter().request_url(request, {}) == "/a"


# What such a version changes in a URL; nothing in one of another version.
_slashes = re.compile(r"(https?://[^/?#]*)//+" if _leaves_one_slash() else r"(?!)()", re.I)


def _copied(request: PreparedRequest) -> PreparedRequest:
    """Copy a request whose URL and headers are about to change."""
    copied = copy(request)
    copied.headers = request.headers.copy()
    return copied


def _put(request: PreparedRequest, sent: Sent) -> None:
    if sent.form is not None:
        _put_form(request, sent.form)
    elif sent.authorization is None:
        request.url = sent.url
    else:
        request.headers["Authorization"] = sent.authorization


def _put_form(request: PreparedRequest, form: bytes) -> None:
    request.body = form
    request.prepare_content_length(form)


def _is_signed_by(request: PreparedRequest, sent: Sent) -> bool:
    """Tell whether a request has the signature that was made for it."""
    if sent.form is not None:
        return request.body == sent.form
    if sent.authorization is None:
        return request.url == sent.url
    return request.headers.get("Authorization") == sent.authorization


def _as_urllib3_sends(url: str) -> str:
    """Quote path and query as urllib3 does: each quotes all of its ``%`` if one begins no escape.

    Dot segments stay: where a library removes them, it has done so by now.
    """
    address, hash_sign, fragment = url.partition("#")
    place, mark, query = address.partition("?")
    scheme, slashes, rest = place.partition("://")
    host, slash, path = rest.partition("/")
    origin = f"{scheme}{slashes}{host}"
    return f"{origin}{slash}{_quoted(path)}{mark}{_quoted(query)}{hash_sign}{fragment}"


def _quoted(component: str) -> str:
    upper = _escape.sub(lambda found: found[0].upper(), component)
    is_escaped = len(_escape.findall(upper)) == upper.count("%")
    return quote(upper, safe=_TARGET + "%" * is_escaped, errors="surrogatepass")


def _location(response: Response) -> str:
    """Return the Location as requests reads it: UTF-8, which http.client takes for Latin-1.

    Between several slashes, it finds a host where urljoin finds none.
    """
    location: str = response.headers["location"]
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    with suppress(ValueError):
        is_without_scheme = location.startswith("//")
        scheme = urlparse(response.url or "").scheme
        location = urlparse(f"{scheme}:{location}" if is_without_scheme else location).geturl()
    return location
