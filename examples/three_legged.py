r"""The three-legged, Twitter-style flow of OAuth 1.0a from a terminal.

Without arguments it starts the provider of provider.py on loopback and plays the
user's part as well. For another provider, give its three URLs and your key; the
secret is read from OAUTH_CONSUMER_SECRET, or asked for without an echo:

    python examples/three_legged.py --consumer-key KEY \
        --request-token-url https://api.twitter.com/oauth/request_token \
        --authorize-url https://api.twitter.com/oauth/authorize \
        --access-token-url https://api.twitter.com/oauth/access_token \
        --resource-url https://api.twitter.com/1.1/account/verify_credentials.json \
        --save twitter.token

Secrets are never printed. `--save` writes the access token to a file that only
you can read.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import html
import os
import re
import secrets
import sys
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import unquote, urlencode

import httplib2
import provider

import oauth2 as oauth

hide_secrets = re.compile(r"((?:secret|session_handle)[\"']?\s*[=:]\s*[\"']?)[^&\s\"']+", re.I)


class Urls(NamedTuple):
    """Where a provider is reached."""

    request_token: str
    authorize: str
    access_token: str


class TellingClient(oauth.Client):
    """A Client that prints what goes out and what comes back."""

    def _conn_request(
        self, conn: Any, request_uri: str, method: str, body: Any, headers: dict[str, str]
    ) -> Any:
        print(f"  sent:     {method} {request_uri}")
        for name in ("authorization", "content-type"):
            if name in headers:
                print(f"            {name}: {headers[name]}")
        if body:
            print(f"            {body}")
        response, content = super()._conn_request(conn, request_uri, method, body, headers)
        print(f"  answered: {response.status} {response.reason}\n            {shown(content)}")
        return response, content


def shown(content: bytes) -> str:
    """Make an answer fit to be printed: no secret, no control characters, not too long."""
    text = hide_secrets.sub(r"\1…", unquote(content.decode("utf-8", "replace")))
    return "".join([c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:400]])


def fetch_token(client: oauth.Client, url: str, **parameters: str) -> oauth.Token:
    response, content = client.request(url, "POST", parameters=parameters)
    if response.status not in (200, 201):
        sys.exit(f"{url} refused: {response.status}, {shown(content)}")
    return oauth.Token.from_string(content)


def run(consumer: oauth.Consumer, urls: Urls, ask_user: Callable[[str], str]) -> oauth.Token:
    """Walk through the flow and return the access token."""
    client = TellingClient(consumer, timeout=30)

    print("1. A request token (RFC 5849 section 2.1)")
    request_token = fetch_token(client, urls.request_token, oauth_callback="oob")
    if request_token.callback_confirmed != "true":
        sys.exit("The provider did not confirm the callback: it speaks OAuth 1.0, which is unsafe.")

    print("2. The user says yes, and gets a PIN (section 2.2)")
    page = oauth.Request.from_token_and_callback(request_token, http_url=urls.authorize)
    request_token.set_verifier(ask_user(page.to_url()))

    print("3. An access token (section 2.3)")
    client.token = request_token
    return fetch_token(client, urls.access_token)


class TellingMethod(oauth.SignatureMethod_HMAC_SHA1):
    """HMAC-SHA1 that prints the base string: what to compare when a provider answers 401."""

    def signing_base(self, *args: Any) -> tuple[bytes, bytes]:
        key, base = super().signing_base(*args)
        print(f"  base string: {base.decode()}")
        return key, base


def fetch_resource(
    consumer: oauth.Consumer, token: oauth.Token, url: str, **parameters: str
) -> None:
    """Fetch a protected resource, and show the base string of the request."""
    client = TellingClient(consumer, token, timeout=30)
    print("4. A protected resource by GET (section 3)")
    client.set_signature_method(TellingMethod())
    response, _ = client.request(url, parameters=parameters)
    if response.status != 200:
        sys.exit(f"{url} refused: {response.status}")


def post_resource(consumer: oauth.Consumer, token: oauth.Token, url: str) -> None:
    """Send a form to a protected resource."""
    print("5. The same by POST")
    client = TellingClient(consumer, token, timeout=30)
    response, _ = client.request(url, "POST", urlencode({"status": "Hello Ladies + Gentlemen"}))
    if response.status != 200:
        sys.exit(f"{url} refused: {response.status}")


def ask_in_terminal(address: str) -> str:
    print(f"  Open this page, say yes, and type the PIN that it shows:\n  {address}")
    return input("  PIN: ").strip()


def play_user(address: str) -> str:
    """Open the authorize page of the example provider, and click Yes."""
    browser = httplib2.Http(timeout=10)
    print(f"  opened:   {address}")
    _, asked = browser.request(address)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]+)"', asked.decode()))
    form = {"oauth_token": html.unescape(fields["oauth_token"]), "answer": "yes"}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    _, answered = browser.request(address.partition("?")[0], "POST", urlencode(form), headers)
    pin = re.findall(r'id="pin">(\d+)<', answered.decode())[0]
    print(f"  said yes, and got the PIN {pin}")
    return str(pin)


def demonstrate() -> None:
    """Do all of it against the example provider on loopback."""
    consumer = oauth.Consumer("example", secrets.token_urlsafe(16))
    with provider.running(consumer) as service:
        urls = Urls(
            f"{service.url}/request_token",
            f"{service.url}/authorize",
            f"{service.url}/access_token",
        )
        token = run(consumer, urls, play_user)
        fetch_resource(consumer, token, f"{service.url}/photos", size="big")
        post_resource(consumer, token, f"{service.url}/photos")
    print(f"Done: access token {token.key} of {token.extra['screen_name']}.")


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Walk through the flow of OAuth 1.0a; without options, on loopback.",
        epilog="The consumer secret is read from OAUTH_CONSUMER_SECRET, or asked for.",
    )
    parser.add_argument("--consumer-key", help="as the provider gave it out")
    parser.add_argument("--request-token-url", help="leg 1: where the flow begins")
    parser.add_argument("--authorize-url", help="leg 2: the page for the user")
    parser.add_argument("--access-token-url", help="leg 3: where the PIN is exchanged")
    parser.add_argument("--resource-url", help="fetched at the end by GET")
    parser.add_argument("--save", metavar="FILE", help="a new file for the access token")
    options = parser.parse_args()
    given = (
        options.consumer_key,
        options.request_token_url,
        options.authorize_url,
        options.access_token_url,
    )
    if not any(vars(options).values()):
        return demonstrate()
    if not all(given):
        parser.error("give the consumer key and all three URLs, or no option at all")
    secret = os.environ.get("OAUTH_CONSUMER_SECRET") or getpass.getpass("Consumer secret: ")
    consumer = oauth.Consumer(options.consumer_key, secret)
    with contextlib.ExitStack() as stack:
        if options.save:
            # Opened first: a token that cannot be written would be lost.
            descriptor = os.open(options.save, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            file = stack.enter_context(os.fdopen(descriptor, "w"))
        token = run(consumer, Urls(*given[1:]), ask_in_terminal)
        print(f"Access token: {token.key}")
        if options.save:
            file.write(token.to_string())
            print(f"Saved to {options.save}: read it with oauth2.Token.from_string.")
    if options.resource_url:
        fetch_resource(consumer, token, options.resource_url)
    return None


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, EOFError):
        sys.exit("\nStopped.")
    except (oauth.Error, ValueError, OSError, httplib2.error.HttpLib2Error) as error:
        sys.exit(f"{type(error).__name__}: {error}")
