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

from .credentials import Token
from .errors import AuthorizationDenied, CallbackTimeout, FlowError, RequestTokenMismatch
from .flow import Flow
from .legs import names_token

__all__ = ["wait"]

_ADDRESS = "127.0.0.1"  # never another: who else reaches the port could end the wait
_HOSTS = (_ADDRESS, "localhost")
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
    host: str = _ADDRESS,
    port: int = 0,
    path: str = "/callback",
    timeout: float = 300.0,
    request_parameters: Mapping[str, str] = MappingProxyType({}),
    parameters: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Send the user to the provider, and return the URL to which the provider redirects.

    Listens on 127.0.0.1 (on a free port unless one is given), makes its own address the
    flow's callback, fetches the request token with ``request_parameters``, and calls
    ``visit`` with the authorization URL, to which ``parameters`` are added. ``host`` is how that
    address names this machine: "localhost" is for providers that take no other name, and listens
    on 127.0.0.1 all the same. The redirect is checked as `Flow.verifier_of` does, and answered
    with a page that tells the outcome; give the result to
    ``flow.fetch_access_token(redirect_url=…)``.

    Only what brings the request token, granted or denied, ends the wait; all else is answered
    with 400 or 404. Where the flow's ``redirect_has_token`` is False, a redirect with a verifier
    does, or with a problem; and where no verifier is required either, any request for the path.

    Raises CallbackTimeout after ``timeout`` seconds, OSError when the port is taken, ValueError
    for another ``host``, and what the two calls of the flow raise, but no RequestTokenMismatch.
    """
    if host not in _HOSTS:
        raise ValueError(f"host: expected one of {_HOSTS}, got {host!r}")
    if not path.startswith("/") or "?" in path or "#" in path:
        raise ValueError(f"path: expected one with a slash first, and no query, got {path!r}")
    with _Listener((_ADDRESS, port), _Handler) as listener:
        listener.flow, listener.path = flow, path
        listener.origin = f"http://{host}:{listener.server_address[1]}"
        flow.callback = listener.origin + path
        listener.request_token = flow.fetch_request_token(**request_parameters)
        thread = threading.Thread(target=listener.serve_forever, args=(_POLL_SECONDS,))
        thread.start()
        try:
            visit(flow.authorization_url(**parameters))
            received = listener.received.get(timeout=min(timeout, threading.TIMEOUT_MAX))
        except queue.Empty:
            reason = f"No redirect was received in {timeout:g} seconds."
            if listener.passed_over:
                reason += f" The last one that was passed over: {listener.passed_over}"
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
    origin: str
    request_token: Token
    passed_over: FlowError | None = None

    def __init__(self, *args: Any) -> None:
        self.received: queue.Queue[str | FlowError] = queue.Queue()
        super().__init__(*args)

    def is_answer(self, address: str, error: FlowError) -> bool:
        """Tell whether what the flow refuses is the answer to our request nevertheless."""
        if isinstance(error, RequestTokenMismatch):
            return False
        is_bare = not self.flow.redirect_has_token and error.problem is not None
        return is_bare or names_token(address, self.request_token)

    def handle_error(self, *args: Any) -> None:
        """Print no traceback when a browser closes a connection early."""


class _Handler(BaseHTTPRequestHandler):
    """Answers the redirect with a page, what is none with 400, and all else with 404."""

    server: _Listener
    timeout = _IDLE_SECONDS

    def do_GET(self) -> None:
        listener = self.server
        target = self.requestline.split()[1]  # self.path has lost a second slash at its start
        if target.partition("?")[0] != listener.path:
            self._answer(HTTPStatus.NOT_FOUND, "Not found")
            return
        address = listener.origin + target
        received: str | FlowError = address
        status, title = HTTPStatus.OK, "Access granted"
        try:
            listener.flow.verifier_of(address)
        except AuthorizationDenied as error:
            received, title = error, "Access denied"
        except FlowError as error:
            received, status, title = error, HTTPStatus.BAD_REQUEST, "Authorization failed"
        if isinstance(received, FlowError) and not listener.is_answer(address, received):
            listener.passed_over = received
            self._answer(HTTPStatus.BAD_REQUEST, "Authorization failed")
            return
        try:
            self._answer(status, title)
        finally:
            listener.received.put(received)

    def _answer(self, status: HTTPStatus, title: str) -> None:
        page = _PAGE.format(title=title).encode()
        self.send_response(status)
        for name, value in {**_HEADERS, "Content-Length": str(len(page))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *args: Any) -> None:
        """Log nothing: the address holds the verifier."""
