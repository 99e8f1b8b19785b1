"""Wait on loopback for the redirect from the provider (RFC 5849 section 2.2)."""

from __future__ import annotations

import queue
import threading
import webbrowser
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from types import MappingProxyType
from typing import Any

from .errors import AuthorizationDenied, CallbackTimeout, FlowError
from .flow import Flow

__all__ = ["wait"]

_IDLE_SECONDS = 10.0  # browsers open connections that they never use
_POLL_SECONDS = 0.01  # how long shutdown may take
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width">
<style>:root {{ color-scheme: light dark }}
body {{ font: 1.1rem/1.5 system-ui, sans-serif; margin: 20vh auto; max-width: 32rem }}
</style></head>
<body><h1>{title}</h1><p>You can close this window.</p></body></html>
"""
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Connection": "close",
}


def wait(
    flow: Flow,
    visit: Callable[[str], Any] = webbrowser.open,
    *,
    port: int = 0,
    path: str = "/callback",
    timeout: float = 300.0,
    request_parameters: Mapping[str, str] = MappingProxyType({}),
    parameters: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Send the user to the provider, and return the URL to which the provider redirects.

    Listens on 127.0.0.1 (on a free port unless one is given), makes its own address the
    flow's callback, fetches the request token with ``request_parameters``, and calls
    ``visit`` with the authorization URL, to which ``parameters`` are added. The redirect is
    checked as `Flow.verifier_of` does, and answered with a page that tells the outcome; give
    the result to ``flow.fetch_access_token(redirect_url=…)``. Whoever reaches the port may
    end the wait by a wrong redirect, and do no more.

    Raises CallbackTimeout after ``timeout`` seconds, OSError when the port is taken, and
    what the two calls of the flow raise.
    """
    if not path.startswith("/") or "?" in path or "#" in path:
        raise ValueError(f"path: expected one with a slash first, and no query, got {path!r}")
    with _Listener(("127.0.0.1", port), _Handler) as listener:
        listener.flow, listener.path = flow, path
        flow.callback = listener.origin + path
        flow.fetch_request_token(**request_parameters)
        thread = threading.Thread(target=listener.serve_forever, args=(_POLL_SECONDS,))
        thread.start()
        try:
            visit(flow.authorization_url(**parameters))
            received = listener.received.get(timeout=min(timeout, threading.TIMEOUT_MAX))
        except queue.Empty:
            reason = f"No redirect was received in {timeout:g} seconds."
            received = CallbackTimeout(reason, seconds=timeout)
        finally:
            listener.shutdown()
            thread.join()
    if isinstance(received, FlowError):
        raise received
    return received


class _Listener(ThreadingTCPServer):
    """A thread for each connection, as browsers open some that they never use.

    Not an HTTPServer: that asks the resolver for the name of 127.0.0.1, which can take seconds.
    """

    allow_reuse_address = True
    daemon_threads = True
    flow: Flow
    path: str

    def __init__(self, *args: Any) -> None:
        self.received: queue.Queue[str | FlowError] = queue.Queue()
        super().__init__(*args)
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *args: Any) -> None:
        """Print no traceback when a browser closes a connection early."""


class _Handler(BaseHTTPRequestHandler):
    """Answers the redirect with a page, and all else with 404."""

    server: _Listener
    timeout = _IDLE_SECONDS

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path != self.server.path or not query:
            self._answer(HTTPStatus.NOT_FOUND, "Not found")
            return
        received: str | FlowError = self.server.origin + self.path
        status, title = HTTPStatus.OK, "Access granted"
        try:
            self.server.flow.verifier_of(str(received))
        except AuthorizationDenied as error:
            received, title = error, "Access denied"
        except FlowError as error:
            received, status, title = error, HTTPStatus.BAD_REQUEST, "Authorization failed"
        try:
            self._answer(status, title)
        finally:
            self.server.received.put(received)

    def _answer(self, status: HTTPStatus, title: str) -> None:
        page = _PAGE.format(title=title).encode()
        self.send_response(status)
        for name, value in {**_HEADERS, "Content-Length": str(len(page))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *args: Any) -> None:
        """Log nothing: the address holds the verifier."""
