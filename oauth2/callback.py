"""Wait on loopback for the redirect from the provider (RFC 5849 section 2.2)."""

from __future__ import annotations

import html
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
from .encoding import text_of
from .errors import AuthorizationDenied, CallbackTimeout, FlowError, RequestTokenMismatch
from .flow import Flow
from .legs import names_token
from .pages import message_page
from .redaction import printable

__all__ = ["wait"]

_ADDRESS = "127.0.0.1"  # never another: who else reaches the port could end the wait
_HOSTS = (_ADDRESS, "localhost")
_IDLE_SECONDS = 10.0  # browsers open connections that they never use
_POLL_SECONDS = 0.01  # how long shutdown may take
# Status, title and text of each page; the application stands for {}.
_GRANTED = (HTTPStatus.OK, "Access granted", "{} can go on now. You can close this window.")
_DENIED = (HTTPStatus.OK, "Access denied", "{} gets no access. You can close this window.")
_FAILED = (
    HTTPStatus.BAD_REQUEST,
    "Authorization failed",
    "{} says why. You can close this window.",
)
_PASSED_OVER = (
    HTTPStatus.BAD_REQUEST,
    "Authorization failed",
    "This is not what {} waits for: it goes on waiting.",
)
_NOT_FOUND = (HTTPStatus.NOT_FOUND, "Not found", "{} waits for another address.")
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
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
    application: str | None = None,
) -> str:
    """Send the user to the provider, and return the URL to which the provider redirects.

    Listens on 127.0.0.1 (on a free port unless one is given), makes its own address the
    flow's callback, fetches the request token with ``request_parameters``, and calls
    ``visit`` with the authorization URL, to which ``parameters`` are added. ``host`` is how that
    address names this machine: "localhost" is for providers that take no other name, and listens
    on 127.0.0.1 all the same. The redirect is checked as `Flow.verifier_of` does, and answered
    with a page that tells the outcome to the user of ``application``, which is by default the
    consumer's key; give the result to
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
        listener.application = application or text_of(flow.consumer.key)
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
    application: str
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
            self._answer(*_NOT_FOUND)
            return
        address = listener.origin + target
        received: str | FlowError = address
        page = _GRANTED
        try:
            listener.flow.verifier_of(address)
        except AuthorizationDenied as error:
            received, page = error, _DENIED
        except FlowError as error:
            received, page = error, _FAILED
        if isinstance(received, FlowError) and not listener.is_answer(address, received):
            listener.passed_over = received
            self._answer(*_PASSED_OVER)
            return
        try:
            self._answer(*page)
        finally:
            listener.received.put(received)

    def _answer(self, status: HTTPStatus, title: str, text: str) -> None:
        name = html.escape(printable(self.server.application))
        page = message_page(title, text.format(f"<strong>{name}</strong>")).encode()
        self.send_response(status)
        for name, value in {**_HEADERS, "Content-Length": str(len(page))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *args: Any) -> None:
        """Log nothing: the address holds the verifier."""
