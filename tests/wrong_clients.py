"""A client that signs without the package, and errs where a test has it err."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

from known import FORM

import oauth2
from oauth2.diagnosis import signature_causes

CS, TS = "c/s+1", "t&s=2"
CONSUMER, TOKEN = oauth2.Consumer("key", CS), oauth2.Token("token", TS)
ORIGIN = "https://api.example"
PATH = "/v1/old%20photos/caf%C3%A9"
QUERY = "size=big&tag=b&tag=a&tag=a"
BODY = (
    "text=hello+world&sum=1%2B2&a%5B0%5D=x&a%5B1%5D=y&k%5B%5D=1&k%5B%5D=2&flag&empty="
    "&note=a%0Ab&B=1&b=2&name=caf%C3%A9&t~=(x)&pad=+x+&aB=z&b1=3"
)
PROTOCOL = [
    ("oauth_consumer_key", "key"),
    ("oauth_token", "token"),
    ("oauth_signature_method", "HMAC-SHA1"),
    ("oauth_timestamp", "1318622958"),
    ("oauth_nonce", "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgm"),
    ("oauth_version", "1.0"),
]
QUERY_PAIRS = [("size", "big"), ("tag", "b"), ("tag", "a"), ("tag", "a")]
FORM_PAIRS = [
    *[("text", "hello world"), ("sum", "1+2"), ("a[0]", "x"), ("a[1]", "y"), ("k[]", "1")],
    *[("k[]", "2"), ("flag", ""), ("empty", ""), ("note", "a\nb"), ("B", "1"), ("b", "2")],
    *[("name", "café"), ("t~", "(x)"), ("pad", " x "), ("aB", "z"), ("b1", "3")],
]

Pairs = list[tuple[str, str]]


def esc(text: str | bytes) -> str:
    return quote(text, safe="-._~")


class Client(NamedTuple):
    """A client by RFC 5849, of which a test makes one that errs by replacing a part."""

    method: str = "POST"
    origin: str = ORIGIN
    path: str = PATH
    protocol: Pairs = PROTOCOL
    query: Pairs = QUERY_PAIRS
    form: Pairs = FORM_PAIRS
    name: Callable[[str], str] = esc
    value: Callable[[str], str] = esc
    sort: Callable[[Pairs], Pairs] = sorted
    joined: Callable[[str], str] = "{}".format
    uri: Callable[[str], str] = esc
    again: Callable[[str], str] = esc
    key: str = f"{esc(CS)}&{esc(TS)}"

    def base(self) -> str:
        pairs = [(self.name(n), self.value(v)) for n, v in self.protocol + self.query + self.form]
        normalized = self.joined("&".join([f"{n}={v}" for n, v in self.sort(pairs)]))
        return f"{self.method}&{self.uri(self.origin + self.path)}&{self.again(normalized)}"

    def signature(self) -> str:
        return base64.b64encode(
            hmac.new(self.key.encode(), self.base().encode(), hashlib.sha1).digest()
        ).decode()


def received(signature: str, origin: str = ORIGIN, path: str = PATH, **other: Any) -> Any:
    """Return the request that is sent with a signature, as the server reads it."""
    protocol = other.get("protocol", PROTOCOL)
    pairs = [*protocol, ("oauth_signature", signature)]
    header = "OAuth " + ", ".join([f'{esc(name)}="{esc(value)}"' for name, value in pairs])
    url = f"{origin}{path}?{other.get('query', QUERY)}"
    headers = {"Authorization": header, "Content-Type": other.get("type", FORM)}
    body = other.get("body", BODY).encode()
    return oauth2.Request.from_request(other.get("method", "POST"), url, headers, body=body)


def codes(request: Any, consumer: Any = CONSUMER, token: Any = TOKEN) -> list[str]:
    found = signature_causes(request, consumer, token)
    shown = repr(found)
    assert CS not in shown
    assert TS not in shown
    return [cause.code for cause in found]


def without(name: str, pairs: Pairs = FORM_PAIRS) -> Pairs:
    return [pair for pair in pairs if pair[0] != name]
