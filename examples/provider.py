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
from urllib.parse import quote
from wsgiref.simple_server import WSGIRequestHandler, make_server

import oauth2 as oauth

MAX_BODY = 1 << 20
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def make_application(url: str, consumer: oauth.Consumer) -> Application:
    """Make the application that is reached at ``url``, whatever a Host header says."""
    server = oauth.Server()
    server.add_signature_method(oauth.SignatureMethod_HMAC_SHA1())
    server.add_signature_method(oauth.SignatureMethod_HMAC_SHA256())

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        headers = [("Content-Type", "text/plain; charset=utf-8")]
        try:
            # WSGI has decoded the path, but its encoded form is what was signed.
            path = quote(environ["PATH_INFO"], safe="/;=,:@!$&'()*+~", encoding="latin-1")
            request = oauth.Request.from_request(
                environ["REQUEST_METHOD"],
                url + path,
                headers=environ,
                query_string=environ["QUERY_STRING"],
                body=read_body(environ),
            )
            if request is None or request.get("oauth_consumer_key") != consumer.key:
                raise oauth.Error("This needs a request that is signed by a known consumer.")
            parameters = server.verify_request(request, consumer, None)
        except oauth.Error as error:
            headers += server.build_authenticate_header(realm=url).items()
            start_response(f"{error.status} Refused", headers)
            return [error.message.encode()]
        start_response("200 OK", headers)
        return [f"Hello, {parameters.get('name', 'you')}\n".encode(errors="replace")]

    return application


def read_body(environ: dict[str, Any]) -> bytes:
    """Read a body whose length is said; raises Error for one that is too long."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit() and len(length) < 8 and int(length) <= MAX_BODY):
        raise oauth.Error(f"Expected a body of at most {MAX_BODY} octets.")
    body: bytes = environ["wsgi.input"].read(int(length))
    return body


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
