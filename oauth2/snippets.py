"""A signed request as a command line of curl, and a request as a Python program."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from .encoding import bytes_of
from .outgoing import Outgoing
from .signature import signature_class

__all__ = ["as_curl", "as_python"]

_PROGRAM = """\
# Key and secrets come from the environment: 'oauth2 profiles export' prints them for a shell.
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
        key="" if private_key is None else f"open({private_key!r}).read()",
        arguments=", ".join(arguments),
        request=", ".join(call),
    )


def _text(body: Any) -> str:
    if isinstance(body, (str, bytes)):
        try:
            text = bytes_of(body).decode("utf-8")
        except UnicodeDecodeError:
            text = "\0"
        if "\0" not in text:
            return text
    raise ValueError("body: expected text in UTF-8, which a command line can hold, got octets")
