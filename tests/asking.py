"""Ask a sandbox, over its socket."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import httplib2

import oauth2
from oauth2.sandbox import Provider


class Answer(NamedTuple):
    """What came back: the headers of a ``response``, its ``content``, and that as a form."""

    status: int
    response: Any
    content: str
    fields: dict[str, str]

    @property
    def problem(self) -> tuple[int, str]:
        """The status with the code of the problem report."""
        return self.status, self.fields["oauth_problem"]


def answer(response: httplib2.Response, content: bytes) -> Answer:
    text = content.decode()
    return Answer(response.status, response, text, dict(parse_qsl(text)))


def ask(
    consumer: oauth2.Consumer,
    token: oauth2.Token | None,
    url: str,
    method: str = "POST",
    **parameters: str,
) -> Answer:
    """Send a request that is signed by HMAC-SHA1, and by default a POST."""
    client = oauth2.Client(consumer, token, placement="header", proxy_info=None)
    return answer(*client.request(url, method, parameters=parameters))


def ask_unsigned(url: str, method: str = "GET", **options: Any) -> Answer:
    browser = httplib2.Http(proxy_info=None)
    browser.follow_redirects = False
    return answer(*browser.request(url, method, **options))


def request_token(provider: Provider, callback: str = "oob", **parameters: Any) -> oauth2.Token:
    """Get a request token for the first consumer."""
    got = ask(
        provider.consumer,
        None,
        provider.request_token_url,
        oauth_callback=callback,
        **parameters,
    )
    assert got.status == 200, got
    return oauth2.Token.from_string(got.content)


def page_of(provider: Provider, token: oauth2.Token) -> str:
    """Return the address of the page that asks the user."""
    return f"{provider.authorize_url}?oauth_token={token.key!s}"


def allowed_token(provider: Provider, callback: str = "oob") -> tuple[oauth2.Token, str]:
    """Get a request token that the user authorized, with the PIN."""
    token = request_token(provider, callback)
    return token, provider.allow(page_of(provider, token))


def exchange(provider: Provider, token: oauth2.Token, verifier: str) -> Answer:
    """Ask for an access token."""
    return ask(provider.consumer, token, provider.access_token_url, oauth_verifier=verifier)
