"""Serve a sandbox on a socket of its own, in a thread."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from os import PathLike
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from ..credentials import Consumer
from ..received_url import public_origin
from ..urls import DEFAULT_PORTS
from .app import create_app, create_pages
from .forwarding import FORWARDED, RAW_HEADERS, RAW_TARGET, Forwarder, Forwarding
from .hosts import KnownHosts, is_loopback
from .provider import Provider
from .quirks import Quirks
from .recording import Exchange, Recorder
from .store import Store
from .token_endpoints import Authority

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

__all__ = ["serve", "serve_forwarding"]


def _handler(now: Callable[[], int]) -> type[WSGIRequestHandler]:
    """Make a handler whose Date header tells the time of this clock."""

    class Handler(WSGIRequestHandler):
        def parse_request(self) -> bool:
            if not super().parse_request():
                return False
            # What is not answered must not leave the client waiting.
            self.close_connection = True
            if not _is_target(self.path):
                self.send_error(400)
                return False
            return True

        def make_environ(self) -> WSGIEnvironment:
            environ = super().make_environ()
            environ[RAW_HEADERS] = tuple(self.headers.items())
            environ[RAW_TARGET] = self.requestline.split()[1]  # path has lost a second slash
            return environ

        def send_response(self, code: int, message: str | None = None) -> None:
            if FORWARDED in vars(self).get("environ", ()):
                self.send_response_only(code, message)  # without a Date and a Server of its own
            else:
                super().send_response(code, message)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(now())

        def log_request(self, *args: Any) -> None:
            """Log nothing, and do not read the target for it."""

        def log(self, *args: Any, **kwargs: Any) -> None:
            """Log nothing: a request line may hold OAuth parameters."""

    return Handler


def _is_target(target: str) -> bool:
    """Tell whether Werkzeug can read a target, which may be a whole URL, without an error."""
    try:
        return (urlsplit(target).port or 0) >= 0
    except ValueError:
        return False


@contextmanager
def serve(
    consumers: Sequence[Consumer],
    *,
    host: str,
    port: int,
    database: str | PathLike[str] | None,
    quirks: Quirks,
    session_seconds: int | None,
    passwords: Mapping[str, str] | None,
    on_request: Callable[[Exchange], object] | None,
    max_body: int,
    allowed_hosts: Collection[str],
) -> Iterator[Provider]:
    """Serve as `run` describes, and stop when the ``with`` block ends."""
    with closing(Store(database)) as store, _listening(host, port) as listening:
        url = _url(host, listening)
        authority = Authority(
            consumers,
            store,
            quirks=quirks,
            session_seconds=session_seconds,
            passwords=passwords,
        )
        stopping = threading.Event()
        recorder = Recorder(on_request)
        hosts = KnownHosts(host, allowed_hosts)
        app = create_app(url, authority, stopping.wait, recorder, hosts=hosts, max_body=max_body)
        with _answering(app, listening, authority.server.server_time):
            try:
                yield Provider(url, authority, app, recorder)
            finally:
                recorder.close()  # first: who waits for a delay is answered at the end
                stopping.set()


@contextmanager
def serve_forwarding(
    provider: str,
    *,
    host: str,
    port: int,
    max_body: int,
    allowed_hosts: Collection[str],
    on_request: Callable[[Exchange], object] | None,
) -> Iterator[Forwarding]:
    """Forward as `forward` describes, and stop when the ``with`` block ends."""
    try:
        origin = urlsplit(public_origin(provider).origin)
        named, named_port = origin.hostname or "", origin.port or int(DEFAULT_PORTS[origin.scheme])
    except ValueError as exc:
        raise ValueError(str(exc).replace("origin:", "provider:", 1)) from exc
    if not is_loopback(host):
        raise ValueError(f"host: expected a loopback address to forward from, got {host!r}")
    with _listening(host, port) as listening:
        url = _url(host, listening)
        if is_loopback(named) and named_port == listening.getsockname()[1]:
            raise ValueError(f"provider: expected another address than {url}, got that itself")
        recorder = Recorder(on_request)
        pages = create_pages(url, provider, recorder, KnownHosts(host, allowed_hosts))
        # As a proxy, it is asked for the provider by name; the pages are not.
        hosts = KnownHosts(host, [*allowed_hosts, named])
        forwarder = Forwarder(provider, recorder, pages, hosts=hosts, max_body=max_body)
        with _answering(forwarder, listening, lambda: int(time.time())):
            try:
                yield Forwarding(url, provider, recorder)
            finally:
                recorder.close()


@contextmanager
def _answering(
    app: WSGIApplication, listening: socket.socket, now: Callable[[], int]
) -> Iterator[None]:
    """Answer in a thread, by the clock ``now``."""
    host, port = listening.getsockname()[:2]
    # Werkzeug would end the process for a port that is taken: it gets an open socket.
    httpd = make_server(
        host, port, app, threaded=True, request_handler=_handler(now), fd=listening.fileno()
    )
    ending, end = socket.socketpair()
    thread = threading.Thread(target=_answer, args=(httpd, ending))
    thread.start()
    try:
        yield
    finally:
        end.close()
        thread.join()


def _answer(httpd: BaseWSGIServer, ending: socket.socket) -> None:
    """Answer until the other end of this pair is closed.

    ``serve_forever`` would look for its end at intervals, for which each user of a sandbox waits.
    """
    httpd.timeout = 0  # of handle_request, which is called when somebody has connected
    with httpd, ending, selectors.DefaultSelector() as selector:
        selector.register(httpd, selectors.EVENT_READ)
        selector.register(ending, selectors.EVENT_READ)
        while ending not in [key.fileobj for key, _ in selector.select()]:
            httpd.handle_request()


def _url(host: str, listening: socket.socket) -> str:
    return f"http://{_authority(host, listening.getsockname()[1])}"


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as exc:
        # Python adds the address as a tuple of its own.
        reason = str(exc.strerror).partition(" (while ")[0]
        raise OSError(exc.errno, reason, _authority(host, port)) from exc
