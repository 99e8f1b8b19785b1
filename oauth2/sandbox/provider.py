"""A sandbox that is being served: its addresses, its credentials, and its user."""

from __future__ import annotations

import html
import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import httplib2

from ..credentials import Consumer, Token
from ..encoding import text_of
from ..errors import Error
from ..headers import FORM_CONTENT_TYPE
from .recording import Recorder

if TYPE_CHECKING:
    from flask import Flask

    from .token_endpoints import Authority

__all__ = ["Provider"]

_hidden_fields = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"').findall
_pin = re.compile(r'id="pin">(\d+)<').search


class Provider:
    """The addresses and credentials of a sandbox; `run` makes it.

    ``url`` is its own address (str), ``request_token_url``, ``authorize_url``,
    ``access_token_url`` and ``resource_url`` are what a client needs. ``consumers`` are
    those that it knows (tuple of Consumer), ``consumer`` the first. ``server`` (Server)
    verifies for it, ``app`` is the Flask application, ``recorder`` (Recorder) has the last
    requests, which the page at ``url`` shows.
    """

    def __init__(
        self, url: str, authority: Authority, app: Flask, recorder: Recorder | None = None
    ) -> None:
        self.url = url
        self.request_token_url = f"{url}/request_token"
        self.authorize_url = f"{url}/authorize"
        self.access_token_url = f"{url}/access_token"
        self.resource_url = f"{url}/echo"
        self.consumers = tuple(authority.consumers.values())
        self.consumer: Consumer = self.consumers[0]
        self.server = authority.server
        self.app = app
        self.recorder = recorder or Recorder()
        self._authority = authority

    def __repr__(self) -> str:
        return f"{type(self).__name__}(url={self.url!r})"

    def add_token(self, owner: str = "ann", consumer: Consumer | None = None) -> Token:
        """Issue an access token without asking the user; by default to the first consumer."""
        key = text_of((consumer or self.consumer).key)
        issued = self._authority.new_access_token(key, owner)
        return Token(issued.key, issued.secret)

    def has_token(self, consumer: Consumer, token: Token) -> bool:
        """Tell whether this consumer and this token, with these secrets, open the resource."""
        known = self._authority.consumers.get(text_of(consumer.key))
        issued = self._authority.store.access_token(text_of(token.key))
        if known is None or issued is None or issued.consumer != text_of(consumer.key):
            return False
        is_live = issued.expires is None or issued.expires > self.server.server_time()
        secrets = text_of(consumer.secret), text_of(token.secret)
        return is_live and secrets == (text_of(known.secret), issued.secret)

    def allow(self, authorization_url: str) -> str:
        """Open the authorize page and click Allow.

        Return the PIN, or the URL that the page sends the user back to. Raises Error when
        the page refuses.
        """
        return _click(authorization_url, "allow")

    def deny(self, authorization_url: str) -> str:
        """Open the authorize page and click Deny.

        Return the URL that the page sends the user back to, or an empty str where it would
        show a PIN. Raises Error when the page refuses.
        """
        return _click(authorization_url, "deny")


def _click(authorization_url: str, answer: str) -> str:
    """Send the form of the page back with its cookie, as a browser does."""
    browser = httplib2.Http(timeout=30, proxy_info=None)
    browser.follow_redirects = False
    response, content = browser.request(authorization_url)
    _require(response.status, HTTPStatus.OK)
    fields = {name: html.unescape(value) for name, value in _hidden_fields(content.decode())}
    headers = {
        "Content-Type": FORM_CONTENT_TYPE,
        "Cookie": response["set-cookie"].partition(";")[0],
    }
    form = urlencode({**fields, "answer": answer})
    url = authorization_url.partition("?")[0]
    response, content = browser.request(url, "POST", form, headers)
    if response.status == HTTPStatus.FOUND:
        return str(response["location"])
    _require(response.status, HTTPStatus.OK)
    pin = _pin(content.decode())
    return pin[1] if pin else ""


def _require(status: int, expected: HTTPStatus) -> None:
    if status != expected:
        raise Error(f"authorize page: expected status {expected.value}, got {status}")
