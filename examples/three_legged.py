r"""The three-legged flow of OAuth 1.0a with `oauth2.Flow`, from a terminal.

Without options it starts the sandbox (extra ``sandbox``) on loopback, and plays the
user's part as well. For another provider, give its three URLs and your key; the secret is
read from OAUTH_CONSUMER_SECRET, or asked for without an echo:

    python examples/three_legged.py --consumer-key KEY \
        --request-token-url https://api.x.com/oauth/request_token \
        --authorize-url https://api.x.com/oauth/authorize \
        --access-token-url https://api.x.com/oauth/access_token

The command ``oauth2 authorize`` does this and more, and stores the token.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable

import oauth2 as oauth


def run(flow: oauth.Flow, ask_user: Callable[[str], str]) -> oauth.Token:
    """Walk through the flow by a PIN, and return the access token."""
    flow.fetch_request_token()
    return flow.fetch_access_token(ask_user(flow.authorization_url()))


def ask_in_terminal(address: str) -> str:
    print(f"Open this page, authorize the application, and type the PIN that it shows:\n{address}")
    return input("PIN: ").strip()


def demonstrate() -> oauth.Token:
    """Walk through the flow against the sandbox, whose user grants access, and use the token."""
    with oauth.sandbox.run() as provider:
        flow = oauth.Flow(
            provider.consumer,
            request_token_url=provider.request_token_url,
            authorize_url=provider.authorize_url,
            access_token_url=provider.access_token_url,
        )
        token = run(flow, provider.allow)
        client = oauth.Client(provider.consumer, token, timeout=10)
        for method, body in (("GET", None), ("POST", "status=Hello%20Ladies%20%2B%20Gentlemen")):
            response, content = client.request(provider.resource_url, method, body)
            print(f"{method} {provider.resource_url}: {response.status}\n{content.decode()}")
    return token


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Walk through the flow of OAuth 1.0a; without options, on loopback.",
        epilog="The consumer secret is read from OAUTH_CONSUMER_SECRET, or asked for.",
    )
    parser.add_argument("--consumer-key", help="as the provider gave it out")
    parser.add_argument("--request-token-url", help="leg 1: where the flow begins")
    parser.add_argument("--authorize-url", help="leg 2: the page for the user")
    parser.add_argument("--access-token-url", help="leg 3: where the PIN is exchanged")
    given = vars(parser.parse_args())
    if not any(given.values()):
        token = demonstrate()
    elif not all(given.values()):
        parser.error("give the consumer key and all three URLs, or no option at all")
    else:
        secret = os.environ.get("OAUTH_CONSUMER_SECRET") or getpass.getpass("Consumer secret: ")
        consumer = oauth.Consumer(given.pop("consumer_key"), secret)
        token = run(oauth.Flow(consumer, **given), ask_in_terminal)
    print(f"Done: access token {token.key!s} of {token.extra.get('screen_name', 'the user')}.")


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, EOFError):
        sys.exit("\nStopped.")
    except (oauth.Error, ValueError, OSError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
