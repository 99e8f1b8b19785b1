"""Serve the doors on a socket that was inherited, until the input ends.

python -m doors.serve waitress|uvicorn DESCRIPTOR
"""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

import uvicorn
import waitress.server


def when_input_ends(stop: Callable[[], None]) -> None:
    """Stop a server by itself, so that it ends as programs do."""

    def wait() -> None:
        sys.stdin.read()
        stop()

    threading.Thread(target=wait, daemon=True).start()


def by_waitress(listener: socket.socket) -> None:
    """Serve WSGI."""
    from doors.wsgi_apps import serve_wsgi

    channels: dict[Any, Any] = {}
    server = waitress.server.create_server(
        serve_wsgi, channels, sockets=[listener], threads=1, clear_untrusted_proxy_headers=False
    )
    stopped = threading.Event()
    when_input_ends(stopped.set)
    while not stopped.is_set():
        server.asyncore.loop(timeout=0.1, map=channels, count=1)
    server.task_dispatcher.shutdown()
    server.asyncore.close_all(channels)


def by_uvicorn(listener: socket.socket) -> None:
    """Serve ASGI."""
    from doors.asgi_apps import serve_asgi

    server = uvicorn.Server(uvicorn.Config(serve_asgi, log_config=None, lifespan="off"))

    def stop() -> None:
        server.should_exit = True

    when_input_ends(stop)
    server.run([listener])


if __name__ == "__main__":
    _, kind, descriptor = sys.argv
    {"uvicorn": by_uvicorn, "waitress": by_waitress}[kind](socket.socket(fileno=int(descriptor)))
