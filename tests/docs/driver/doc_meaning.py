"""What a value of one library says, in a form in which that of another can be compared with it.

What signs is made to sign one request, whatever library it is of; a response is what the sandbox
received; a token is whether the sandbox takes it.
"""

from __future__ import annotations

import json
import re
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httplib2
import pytest
import requests
from doc_tables import Raised

import oauth2

NONCE = "0123456789abcdef0123456789abcdef"
_RESOURCE = "https://photos.example.net/photos?size=big"
_RECEIVED = ("method", "consumer_key", "owner", "signature_method", "parameters", "json", "data")
_in_header = re.compile(r'(\w+)="([^"]*)"').findall
_token_in_url = re.compile(r"(?<=[?&]oauth_token=)[^&]+")
# What generates nonces and timestamps in the other libraries, of which a page has imported some.
_GENERATORS: Mapping[str, Callable[[int], Callable[..., Any]]] = {
    "oauthlib.oauth1.rfc5849.generate_nonce": lambda now: lambda: NONCE,
    "oauthlib.oauth1.rfc5849.generate_timestamp": lambda now: lambda: str(now),
    "authlib.oauth1.rfc5849.client_auth.generate_nonce": lambda now: lambda: NONCE,
    "authlib.oauth1.rfc5849.client_auth.generate_timestamp": lambda now: lambda: str(now),
    "rauth.session.sha1": lambda now: lambda _: types.SimpleNamespace(hexdigest=lambda: NONCE),
    "rauth.session.time": lambda now: lambda: now,
}


@contextmanager
def one_nonce(now: int) -> Iterator[None]:
    """Have all libraries use one nonce and one timestamp, so that signatures can be compared."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(oauth2.Request, "make_nonce", staticmethod(lambda: NONCE))
        patched.setattr(oauth2.Request, "make_timestamp", staticmethod(lambda: str(now)))
        for name, generator in _GENERATORS.items():
            if name.rpartition(".")[0] in sys.modules:
                patched.setattr(name, generator(now))
        yield


def meaning(value: Any, provider: oauth2.sandbox.Provider) -> Any:
    """Return what a value says; what has no other meaning is compared as it is."""
    token = _token(value)
    if token is not None:
        return "access token" if provider.has_token(provider.consumer, token) else "other token"
    if isinstance(value, Raised):
        return "an error"
    if isinstance(value, types.ModuleType):
        return "a module"
    if isinstance(value, type):
        return "a class of errors" if issubclass(value, Exception) else "a class"
    sent = _sent(value)
    if sent is not None:
        return sent
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, str) and value.startswith("OAuth "):
        return _signed("", {"Authorization": value}, "")
    if isinstance(value, str):
        return _token_in_url.sub("…", value)
    return "a function" if callable(value) else value


def _token(value: Any) -> oauth2.Token | None:
    if isinstance(value, oauth2.Token):
        return value
    if isinstance(value, Mapping) and "oauth_token_secret" in value:
        return oauth2.Token(value["oauth_token"], value["oauth_token_secret"])
    is_pair = isinstance(value, tuple) and [type(part) for part in value] == [str, str]
    return oauth2.Token(*value) if is_pair else None


def _sent(value: Any) -> Any:
    """Return what a request has that this signs or that this answers; None for what is neither."""
    if isinstance(value, requests.Response):
        return value.status_code, _received(value.content)
    if isinstance(value, tuple) and value and isinstance(value[0], httplib2.Response):
        return value[0].status, _received(value[1])
    if isinstance(value, requests.Session):
        return _of_session(value)
    if isinstance(value, requests.auth.AuthBase):
        request = requests.Request("GET", _RESOURCE, auth=value).prepare()
        return _signed(request.url, request.headers, request.body)
    if hasattr(value, "sync_auth_flow"):
        return _of_httpx(value)
    if hasattr(value, "sign"):
        return _sent(_sign(value))
    if isinstance(value, oauth2.Outgoing):
        return _signed(value.uri, value.headers, value.body)
    if isinstance(value, tuple) and len(value) == 3:
        return _signed(*value)
    if isinstance(value, Mapping) and "Authorization" in value:
        return _signed("", value, "")
    return None


def _sign(signer: Any) -> Any:
    """Have it sign a GET: each library has arguments of its own."""
    if isinstance(signer, oauth2.Signer):
        return signer.sign("GET", _RESOURCE)
    if hasattr(signer, "client_id"):  # Authlib
        return signer.sign("GET", _RESOURCE, {}, "")
    return signer.sign(_RESOURCE)


def _received(content: bytes) -> Any:
    """Return what the sandbox received but what is new each time, or why it refused."""
    if not content.startswith(b"{"):
        return dict(parse_qsl(content.decode())).get("oauth_problem")
    told = json.loads(content)
    return {name: told[name] for name in _RECEIVED}


def _signed(url: str | None, headers: Mapping[Any, Any], body: Any) -> Any:
    """Return the URL without its query, all pairs that are sent, wherever, and another body."""
    texts = {_text(name).lower(): _text(value) for name, value in headers.items()}
    authorization = _in_header(texts.get("authorization", ""))
    pairs = [(name, unquote(written)) for name, written in authorization if name != "realm"]
    pairs += parse_qsl(urlsplit(url or "").query, keep_blank_values=True)
    is_form = "=" in _text(body) and not _text(body).startswith("{")
    pairs += parse_qsl(_text(body), keep_blank_values=True) if is_form else []
    return (url or "").partition("?")[0], sorted(pairs), "" if is_form else _text(body)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else value or ""


def _of_httpx(auth: Any) -> Any:
    import httpx

    request = next(auth.sync_auth_flow(httpx.Request("GET", _RESOURCE)))
    return _signed(str(request.url), request.headers, request.content)


class _Captured(requests.adapters.BaseAdapter):
    """Sends nothing, and answers with what it was to send."""

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Answer without a body."""
        response = requests.Response()
        response.status_code, response.request = 204, request
        return response

    def close(self) -> None:
        """Have nothing to close."""


def _of_session(session: Any) -> Any:
    session.mount("https://", _Captured())
    url, _, query = _RESOURCE.partition("?")
    request = session.get(url, params=dict(parse_qsl(query))).request
    return _signed(request.url, request.headers, request.body)
