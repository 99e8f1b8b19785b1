"""``oauth2 demo``: the whole flow against the sandbox."""

from __future__ import annotations

import time
from typing import Any

import click
from rich.text import Text

from .. import sandbox
from ..client import Client
from ..credentials import Token
from ..diagnosis import Sent, explain_response
from ..encoding import text_of
from ..flow import Flow
from ..sandbox import Provider
from ..signature import SignatureMethod_HMAC_SHA1
from .explaining import show_explanation
from .terminal import console, show_content

__all__ = ["demo"]


class _WrongMethod(SignatureMethod_HMAC_SHA1):
    """Signs ``+`` for a space, as a form has it: a mistake that many programs make."""

    signed: str = ""

    def signing_base(self, *arguments: Any) -> tuple[bytes, bytes]:
        key, base = super().signing_base(*arguments)
        base = base.replace(b"%2520", b"%2B")
        self.signed = text_of(base)
        return key, base


@click.command(short_help="Walk through the flow on loopback, and debug a wrong signature.")
def demo() -> int:
    """Start the sandbox on loopback, walk through the flow, and show each step.

    \b
      $ oauth2 demo
    """
    with sandbox.run() as provider:
        click.echo(f"A provider serves {provider.url}. It has issued one consumer key,")
        click.echo(f"{provider.consumer.key!s}, and its secret.")
        token = _walk(provider)
        _sign_wrongly(token, provider)
        client = Client(provider.consumer, token, placement="header", timeout=10)
        _heading("5. A GET of a protected resource, signed (RFC 5849 section 3)")
        is_good = _fetch(client, f"{provider.resource_url}?size=big")
        _heading("6. A POST to it, with a form")
        is_good &= _fetch(client, provider.resource_url, "POST", "status=Hello%20Ladies")
    click.echo("\nDone." if is_good else "\nThis should not have happened.")
    return int(not is_good)


def _heading(text: str) -> None:
    console().print(Text(f"\n{text}", style="bold"))


def _walk(provider: Provider) -> Token:
    flow = Flow(
        provider.consumer,
        request_token_url=provider.request_token_url,
        authorize_url=provider.authorize_url,
        access_token_url=provider.access_token_url,
    )
    _heading("1. A request token (RFC 5849 section 2.1)")
    click.echo(f"POST {flow.request_token_url}, oauth_callback=oob")
    click.echo(f"The request token is {flow.fetch_request_token().key!s}.")
    _heading("2. The user authorizes the application, and gets a PIN (section 2.2)")
    url = flow.authorization_url()
    click.echo(f"The user opens this page, and clicks Allow:\n{url}")
    pin = provider.allow(url)
    click.echo(f"The page shows the PIN {pin}.")
    _heading("3. An access token (section 2.3)")
    click.echo(f"POST {flow.access_token_url}, oauth_verifier={pin}")
    token = flow.fetch_access_token(pin)
    click.echo(f"The access token is {token.key!s}, of {token.extra['screen_name']}.")
    return token


def _sign_wrongly(token: Token, provider: Provider) -> None:
    _heading("4. A request that is signed wrongly on purpose, and why it is refused")
    wrong = _WrongMethod()
    client = Client(
        provider.consumer, token, signature_method=wrong, placement="header", timeout=10
    )
    url = f"{provider.resource_url}?status=Hello%20Ladies"
    response, content = client.request(url)
    click.echo(f"GET {url}\n{response.status} {response.reason}\n")
    sent = Sent(wrong.signed, provider.consumer, token, int(time.time()))
    show_explanation(explain_response(sent, response.status, response, content))


def _fetch(client: Client, url: str, method: str = "GET", body: str | None = None) -> bool:
    click.echo(f"{method} {url}" + (f"\n{body}" if body else ""))
    response, content = client.request(url, method, body)
    click.echo(f"{response.status} {response.reason}")
    show_content(response, content)
    return bool(response.status == 200)
