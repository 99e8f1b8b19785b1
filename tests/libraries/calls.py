"""Requests as a program would describe them, whatever library sends them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Union

from known import FORM
from wire import Received

Pairs = Union[Mapping[str, Any], Sequence[tuple[str, str]]]
Upload = tuple[str, bytes, str]
PNG = b"\x89PNG\r\n\x1a\n\x00\xff"


class Call(NamedTuple):
    """One request; ``path`` follows the origin, ``url`` stands in the place of both.

    At most one of ``form``, ``json``, ``files`` (with ``form``) and ``content`` is the body;
    ``content`` makes bytes, str, a binary file or a generator. ``has_hash`` says whether
    oauth_body_hash is there, None where either is right.
    """

    method: str = "GET"
    path: str = "/r"
    params: Pairs | None = None
    headers: Mapping[str, str] = {}
    form: Pairs | None = None
    json: Any = None
    files: Mapping[str, Upload] | None = None
    content: Callable[[], Any] | None = None
    has_hash: bool | None = True
    url: str | None = None
    is_utf8: bool = True
    """Whether oauthlib can read it."""

    def at(self, origin: str) -> str:
        """Return the URL to send this to."""
        return origin + self.path if self.url is None else self.url


class OneWay(io.BytesIO):
    """A stream that cannot rewind, as a pipe cannot."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: Any) -> int:
        raise io.UnsupportedOperation("seek")

    def tell(self) -> int:
        raise io.UnsupportedOperation("tell")


def _same(value: Any) -> Callable[[], Any]:
    return lambda: value


def _read_in_part() -> io.BytesIO:
    file = io.BytesIO(b"header|payload")
    file.read(7)
    return file


def _form(text: Any, method: str = "POST", content_type: str = FORM, **more: Any) -> Call:
    headers = {"Content-Type": content_type}
    return Call(method, headers=headers, content=_same(text), has_hash=False, **more)


def _typed(content_type: str, make: Callable[[], Any], **more: Any) -> Call:
    return Call("POST", headers={"Content-Type": content_type}, content=make, **more)


_FILE: dict[str, Upload] = {"photo": ("a.png", PNG, "image/png")}
_JSON = {"name": "héllo", "oauth_token": "mine", "n": [1, None]}

URLS: dict[str, Call] = {
    "plain": Call(),
    "empty path": Call(path=""),
    "empty path with a query": Call(path="?a=1"),
    "empty query": Call(path="/r?"),
    "fragment": Call(path="/r?a=1#part?b=2"),
    "params as a dict": Call(params={"b": "2 é", "a": "1&=+%"}),
    "params as pairs": Call(params=[("a", "2"), ("b", ""), ("a", "1"), ("c", "a b")]),
    "params with lists": Call(params={"a": ["2", "1"], "b": "x"}),
    "params that need escapes": Call(params={"f[a]": "{x}", "n:m": "~*!'()@/?;,"}),
    "params beside a query": Call(path="/r?x=1&y=", params={"z": "3"}),
    "non-ASCII": Call(path="/é/ü?n=ö&ß=€"),
    "escapes": Call(path="/s%20t/%7Euser/%c3%a9?a=%2B%20%7e&b=%c3%a9&c=%2541"),
    "Latin-1 escapes": Call(path="/r?n=%E9", is_utf8=False),
    "brackets": Call(path="/r[0]?f[a]=1&f[]=2&f0=3"),
    "braces": Call(path="/{id}/r?q={x}&y={}"),
    "bare percent": Call(path="/r?q=5%&p=100%zz&r=%4"),
    "bare percent in the path": Call(path="/100%/r?q=1"),
    "spaces": Call(path="/with space?and=one more"),
    "odd characters": Call(path='/r?a="<>\\^`|b'),
    "reserved characters": Call(path="/r;p=1/@:!$&'()*,?a=!*'();,$@:/?&d=what?"),
    "repeated names": Call(path="/r?x=2&x=1&x=1&x="),
    "blank values": Call(path="/r?a=&b&c=&=d"),
    "no pairs between": Call(path="/r?a=1&&b=2&"),
    "plus and semicolon": Call(path="/r?a=1+2;b=3&c=%2B"),
    "several equals signs": Call(path="/r?a=b=c"),
    "dot segments": Call(path="/a/./b/../c?x=1"),
    "dot segments beside what is quoted": Call(path="/a|é/../c?x=1"),
    "plus in the path": Call(path="/a+b/c%2Bd%2Fe?x=1"),
    "control characters": Call(path="/r?a=%00&b=%0A"),
    "double slashes": Call(path="//double//slash/"),
    "a parameter named realm": Call(path="/r?realm=mine"),
    "Host by the caller": Call(headers={"Host": "api.example"}),
    "Host with a port by the caller": Call(headers={"host": "API.example:8080"}),
    "own headers": Call(headers={"X-A": "1", "accept": "a/b", "User-Agent": "mine"}),
}
"""How a URL is given."""

BODIES: dict[str, Call] = {
    "form as a dict": Call("POST", form={"status": "a b&c=é", "x": "~*"}, has_hash=False),
    "form with lists": Call("POST", form={"a": ["2", "1", "1"], "b": ""}, has_hash=False),
    "form as pairs": Call("POST", form=[("a", "2"), ("b", ""), ("a", "1")], has_hash=False),
    "form and params": Call("POST", params={"a": "1"}, form={"a": "1"}, has_hash=False),
    "form as bytes": _form(b"a=1+2&b=%C3%A9&a=0"),
    "form as str": _form("a=1+2&b=%C3%A9&a=0"),
    "form as str, not escaped": _form("n=é"),
    "form with charset": _form("a=1", content_type=f"{FORM}; charset=UTF-8"),
    "form in capitals": _form("a=1", content_type=f"{FORM.upper()};Charset=utf-8"),
    "form with brackets": _form("f[a]=1&q={x}&p=5%"),
    "form in Latin-1": _form(b"n=\xe9&m=1", is_utf8=False),
    "form in a file": Call(
        "POST",
        headers={"Content-Type": FORM},
        content=lambda: io.BytesIO(b"a=1&b=%C3%A9"),
        has_hash=False,
    ),
    "form with nothing in it": _form(b""),
    "form in PUT": _form(b"a=1", "PUT"),
    "form in PATCH": _form(b"a=1", "PATCH"),
    "form in DELETE": _form(b"a=1", "DELETE"),
    "JSON": Call("POST", json=_JSON),
    "JSON in PUT": Call("PUT", json=[]),
    "JSON in PATCH": Call("PATCH", json=_JSON),
    "JSON in DELETE": Call("DELETE", json=_JSON),
    "JSON as bytes": _typed("application/json; charset=utf-8", _same(json.dumps(_JSON).encode())),
    "multipart": Call("POST", files=_FILE),
    "multipart with fields": Call("POST", form={"oauth_x": "é", "a": "1"}, files=_FILE),
    "bytes": _typed("image/png", _same(PNG)),
    "two files": Call("POST", files={**_FILE, "other": ("ä.txt", b"b", "text/plain")}),
    "bytearray": _typed("image/png", lambda: bytearray(PNG)),
    "bytes without a type": Call("POST", content=_same(b"a=1&b=2")),
    "form as str without a type": Call("POST", content=_same("a=1&b=2"), has_hash=None),
    "text without a type": Call("POST", content=_same("a, b"), has_hash=None),
    "octets without a type": Call("PUT", content=_same(PNG)),
    "text": _typed("text/plain; charset=utf-8", _same("plain")),
    "text that is not ASCII": _typed("text/plain; charset=utf-8", _same("héllo €")),
    "text that is Latin-1": _typed("text/plain; charset=utf-8", _same("héllo")),
    "XML as text": _typed("text/xml", _same("<a>é</a>")),
    "file": _typed("video/mp4", lambda: io.BytesIO(b"\x00" * 70_000), has_hash=None),
    "file that was read in part": _typed("video/mp4", _read_in_part, has_hash=None),
    "stream": _typed("video/mp4", lambda: OneWay(b"\xff\x00"), has_hash=False),
    "generator": _typed("video/mp4", lambda: iter([b"ab", b"\xff"]), has_hash=False),
    "empty generator": _typed("video/mp4", lambda: iter([]), has_hash=False),
}
"""How a body is given."""

METHODS: dict[str, Call] = {
    method: Call(method, "/r?a=1")
    for method in ("POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PURGE", "get")
}
"""Methods without a body, one of them in lower case, and one of no RFC."""

CALLS: dict[str, Call] = {**URLS, **BODIES, **METHODS}

OF_EACH_KIND = ["params as pairs", "form with lists", "JSON in PUT", "bytes", "HEAD"]
"""A few of them: a query, a form, bodies with a hash, and none."""

HOSTS: dict[str, Call] = {
    "host": Call(url="http://api.example/r?a=1"),
    "host in capitals": Call(url="HTTP://API.Example/R?a=1"),
    "default port": Call(url="http://api.example:80/r?a=1"),
    "another port": Call(url="http://api.example:8080/r?a=1"),
    "empty port": Call(url="http://api.example:/r?a=1"),
    "IPv6": Call(url="http://[::1]/r?a=1"),
    "IPv6 with a port": Call(url="http://[2001:DB8::1]:8080/r?a=1"),
    "user-info": Call(url="http://us%40er:p%3Aw@api.example/r?a=1"),
    "name of IDNA": Call(url="http://xn--bcher-kva.example/r?a=1"),
    "name that is not ASCII": Call(url="http://bücher.example/r?a=1"),
    "host without a path": Call(url="http://api.example"),
}
"""How a host is given; these go by a proxy, as no name but localhost leads to the loopback."""

_oauth_pair = re.compile(r"(?:^|(?<=&))(?:oauth_[a-z_]+)=[^&]*(?:&|$)")


def unsigned(received: Received) -> tuple[str, str, list[tuple[str, str]], bytes]:
    """Return what would be there without the signature: method, target, headers and body.

    The boundary of a multipart body, which is random, is the same in all, and a query does not
    end in ``?`` or ``&``.
    """
    path, _, query = received.origin_form.partition("?")
    left = _oauth_pair.sub("", query).rstrip("&")
    target = received.authority + (f"{path}?{left}" if left else path)
    fields = [(name, value) for name, value in received.headers if name.lower() != "authorization"]
    content_type = received.header("content-type") or ""
    _, _, boundary = content_type.partition("boundary=")
    if not boundary:
        return received.method, target, fields, received.body
    fields = [(name, value.replace(boundary, "boundary")) for name, value in fields]
    body = received.body.replace(boundary.encode(), b"boundary")
    return received.method, target, fields, body
