"""Verify signed requests in a bare WSGI application (RFC 5849 section 3.2).

It knows one consumer, and no users: whoever signs with that consumer's secret is
greeted, everybody else gets a challenge. A provider with tokens and a page for the user
is in the package: `oauth2.sandbox`.

    python examples/provider.py --port 8000
"""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import oauth2 as oauth

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def make_application(url: str, consumer: oauth.Consumer) -> Application:
    """Make the application that is reached at ``url``, whatever a Host header says."""
    consumers = {consumer.key: consumer}
    verifier = oauth.Verifier(consumers.get, origin=url, realm=url)

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            verified = verifier.verify(oauth.Request.from_wsgi(environ, origin=url))
        except oauth.Error as error:
            status, headers, body = verifier.refusal(error)
            start_response(f"{status} Refused", list(headers.items()))
            return [body]
        start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
        return [f"Hello, {verified.parameters.get('name', 'you')}\n".encode()]

    return application


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Log nothing: a request line may hold OAuth parameters."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Greet whoever signs, on loopback.")
    parser.add_argument("--port", type=int, default=8000)
    key, secret = "example", secrets.token_urlsafe(16)
    port = parser.parse_args().port
    url = f"http://127.0.0.1:{port}"
    application = make_application(url, oauth.Consumer(key, secret))
    with make_server("127.0.0.1", port, application, handler_class=QuietHandler) as httpd:
        print(f"Serving {url}: consumer key {key}, secret {secret}")
        print("Stop with Ctrl-C.", flush=True)
        try:
            httpd.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
