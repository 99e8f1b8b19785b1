"""A signed request as a command line of curl, and a request as a program in Python."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from .encoding import bytes_of
from .outgoing import Outgoing
from .placement import require_placement_of_auth
from .signature import signature_class

__all__ = ["LIBRARIES", "as_curl", "as_program", "as_python"]

_PROGRAM = """\
# Key and secrets come from the environment: eval "$(oauth2 profiles export NAME --show-secrets)"
import os

import oauth2 as oauth

consumer = oauth.Consumer(os.environ["OAUTH_CONSUMER_KEY"], os.environ["OAUTH_CONSUMER_SECRET"])
{token}method = oauth.{method}({key})
client = oauth.Client({arguments})
response, content = client.request({request})
print(response.status, content.decode())
"""
_SECOND_PAIR = """\
token = oauth.Token(os.environ["OAUTH_TOKEN"], os.environ["OAUTH_TOKEN_SECRET"])
"""
_PROGRAM_WITH_AUTH = """\
# Key and secrets come from the environment: eval "$(oauth2 profiles export NAME --show-secrets)"
{imports}import os

import {library}

from oauth2 import {names}
from oauth2.auth.{library} import OAuth1

consumer = Consumer(os.environ["OAUTH_CONSUMER_KEY"], os.environ["OAUTH_CONSUMER_SECRET"])
{token}auth = OAuth1({arguments})
{sending}"""
_REQUESTS = """\
response = requests.request({request}, auth=auth, timeout=30)
print(response.status_code, response.text)
"""
_HTTPX = """\
response = {library}.request({request}, auth=auth, follow_redirects=True)
print(response.status_code, response.text)
"""
_AIOHTTP = """\


async def main():
    async with aiohttp.ClientSession(middlewares=[auth]) as session:
        async with session.request({request}) as response:
            print(response.status, await response.text())


asyncio.run(main())
"""
# What sends by each library, the name that a body has there, and what this has to import.
_SENDING = {
    "requests": (_REQUESTS, "data", ""),
    "httpx": (_HTTPX, "content", ""),
    "httpx2": (_HTTPX, "content", ""),
    "aiohttp": (_AIOHTTP, "data", "import asyncio\n"),
}

LIBRARIES = tuple(_SENDING)
"""The HTTP libraries for which `as_program` has a program."""


def as_curl(signed: Outgoing) -> str:
    """Return the command line that sends what `Client.sign` gives, quoted for a shell.

    A signature is accepted once, and for a few minutes. A file is sent by its name. Raises
    ValueError for a body that is not text in UTF-8, which no command line holds, and for one
    of HEAD, which curl does not send.

    >>> as_curl(Outgoing("http://a.example/?b", "GET", None, {"Accept": "*/*"}, {}, None, False))
    "curl --globoff --header 'Accept: */*' 'http://a.example/?b'"
    """
    words = ["curl", "--globoff", *(["--path-as-is"] if "/." in signed.uri else [])]
    if signed.method == "HEAD" and signed.body:
        raise ValueError("body: expected none for HEAD, as curl sends no body with it, got one")
    if signed.method == "HEAD":
        words.append("--head")
    elif signed.method != ("POST" if signed.body else "GET"):
        words += ["--request", signed.method]
    for name, value in signed.headers.items():
        if name.lower() != "content-length":
            words += ["--header", f"{name}: {value}" if value else f"{name};"]
    if signed.body and "content-type" not in map(str.lower, signed.headers):
        words += ["--header", "Content-Type:"]  # or curl would add that of a form
    if hasattr(signed.body, "name"):
        words += ["--data-binary", f"@{signed.body.name}"]
    elif signed.body:
        words += ["--data-raw", _text(signed.body)]
    return shlex.join([*words, signed.uri])


def as_python(
    uri: str,
    method: str = "GET",
    body: str | bytes | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    with_token: bool = True,
    signature_method: str = "HMAC-SHA1",
    private_key: str | None = None,
    **options: Any,
) -> str:
    """Return a program that signs such a request anew each time, and sends it.

    It reads key and secrets from the environment, and ``private_key`` from the file of
    this name. ``options`` are those of Client. Raises ValueError for a signature method
    that is not in `SIGNATURE_METHODS`.
    """
    arguments = ["consumer", *(["token"] if with_token else []), "signature_method=method"]
    arguments += [f"{name}={value!r}" for name, value in options.items() if value is not None]
    call = [repr(uri)]
    if method != "GET" or body or headers:
        call.append(repr(method))
    if body:
        call.append(f"body={body!r}")
    if headers:
        call.append(f"headers={dict(headers)!r}")
    return _PROGRAM.format(
        token=_SECOND_PAIR if with_token else "",
        method=signature_class(signature_method).__name__,
        key=_key(private_key),
        arguments=", ".join(arguments),
        request=", ".join(call),
    )


def as_program(
    library: str,
    uri: str,
    method: str = "GET",
    body: str | bytes | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    with_token: bool = True,
    placement: str = "header",
    **options: Any,
) -> str:
    """Return a Python program that sends a request with an HTTP library, signed by its OAuth1.

    ``library`` is one of LIBRARIES. The program reads key and secrets from the environment;
    ``with_token=False`` makes one that signs by the consumer alone. ``options`` are
    ``signature_method`` (its name), ``private_key`` (the path of a PEM file), ``realm`` and
    ``include_body_hash``; a ``realm`` that is not str is left out. Raises ValueError for another
    library or signature method, and for ``placement="body"``, which no OAuth1 has.
    """
    if library not in LIBRARIES:
        raise ValueError(f"library: expected one of {', '.join(LIBRARIES)}, got {library!r}")
    require_placement_of_auth(placement)
    sending, body_name, imports = _SENDING[library]
    method_class, arguments = _signing(**options)
    if placement == "query":
        arguments.append("placement='query'")
    request = [repr(method), repr(uri)]
    if body:
        is_ascii = isinstance(body, str) and body.isascii()
        request.append(f"{body_name}={body if is_ascii else bytes_of(body)!r}")
    if headers:
        request.append(f"headers={dict(headers)!r}")
    return _PROGRAM_WITH_AUTH.format(
        imports=imports,
        library=library,
        names=", ".join(["Consumer", *method_class, *(["Token"] if with_token else [])]),
        token=_SECOND_PAIR.replace("oauth.", "") if with_token else "",
        arguments=", ".join(["consumer", *(["token"] if with_token else []), *arguments]),
        sending=sending.format(library=library, request=", ".join(request)),
    )


def _signing(
    signature_method: str = "HMAC-SHA1",
    private_key: str | None = None,
    realm: str | bool | None = None,
    include_body_hash: bool = True,
) -> tuple[list[str], list[str]]:
    """Return the class of a signature method and the arguments, where they are not the default."""
    method_class, arguments = [], []
    if signature_method != "HMAC-SHA1":
        method_class.append(signature_class(signature_method).__name__)
        arguments.append(f"signature_method={method_class[0]}({_key(private_key)})")
    if isinstance(realm, str):
        arguments.append(f"realm={realm!r}")
    if not include_body_hash:
        arguments.append("include_body_hash=False")
    return method_class, arguments


def _key(private_key: str | None) -> str:
    """Return the argument by which a signature method has the key of RSA."""
    return "" if private_key is None else f"open({private_key!r}).read()"


def _text(body: Any) -> str:
    if isinstance(body, (str, bytes)):
        try:
            text = bytes_of(body).decode("utf-8")
        except UnicodeDecodeError:
            text = "\0"
        if "\0" not in text:
            return text
    raise ValueError("body: expected text in UTF-8, which a command line can hold, got octets")
