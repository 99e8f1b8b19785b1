"""Real servers on loopback with the applications of `gateway_apps`, and requests to them."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from socketserver import BaseServer
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import gunicorn.config
import uvicorn
import waitress.server
from gateway_apps import asgi_app, wsgi_app
from gateways import Sent
from waiting import SECONDS, wait_until
from werkzeug.serving import make_server as make_werkzeug_server

Serve = Callable[[], contextlib.AbstractContextManager[int]]
HERE = Path(__file__).parent


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def _serving(server: BaseServer) -> Iterator[None]:
    """Serve in a thread until the block ends."""
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def on_wsgiref() -> Iterator[int]:
    """Serve by wsgiref, which tells the decoded path alone."""
    with make_server("127.0.0.1", 0, wsgi_app, WSGIServer, _Quiet) as server, _serving(server):
        yield server.server_port


@contextlib.contextmanager
def on_werkzeug() -> Iterator[int]:
    """Serve by Werkzeug, as Flask does while one develops."""
    server = make_werkzeug_server("127.0.0.1", 0, wsgi_app)
    vars(server)["log"] = lambda *_, **__: None
    with server, _serving(server):
        yield server.server_port


def on_waitress(app: Any = wsgi_app, **options: Any) -> Serve:
    """Serve by waitress."""

    @contextlib.contextmanager
    def serving() -> Iterator[int]:
        channels: dict[Any, Any] = {}
        server = waitress.server.create_server(
            app,
            channels,
            host="127.0.0.1",
            port=0,
            threads=1,
            asyncore_loop_timeout=0.02,
            **options,
        )
        is_running = True

        def run() -> None:
            while is_running:
                server.asyncore.loop(timeout=0.02, map=channels, count=1)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield server.effective_port
        finally:
            is_running = False
            thread.join()
            server.task_dispatcher.shutdown()
            server.asyncore.close_all(channels)

    return serving


def on_uvicorn(**options: Any) -> Serve:
    """Serve by uvicorn."""

    @contextlib.contextmanager
    def serving() -> Iterator[int]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            config = uvicorn.Config(asgi_app, log_config=None, lifespan="off", **options)
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, args=([listener],))
            thread.start()
            wait_until(lambda: server.started)
            try:
                yield listener.getsockname()[1]
            finally:
                server.should_exit = True
                thread.join()

    return serving


def on_gunicorn(app: str = "gateway_apps:wsgi_app", **environment: str) -> Serve:
    """Serve by gunicorn, in a process of its own."""

    @contextlib.contextmanager
    def serving() -> Iterator[int]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            command = [sys.executable, "-m", "gunicorn", "--bind", f"fd://{listener.fileno()}"]
            if hasattr(gunicorn.config, "ControlSocket"):
                command.append("--no-control-socket")  # which would be made in the home folder
            process = subprocess.Popen(
                [*command, "--log-level", "critical", app],
                cwd=HERE,
                pass_fds=[listener.fileno()],
                env={**os.environ, **environment},
            )
            try:
                yield listener.getsockname()[1]
            finally:
                process.terminate()
                process.wait(SECONDS)

    return serving


def send(
    port: int, sent: Sent, target: str | None = None, is_chunked: bool = False
) -> dict[str, Any]:
    """Send a request octet for octet, also to another target; return what the app answers."""
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        connection.sendall(sent.octets(target=target, is_chunked=is_chunked))
        with http.client.HTTPResponse(connection) as response:
            response.begin()
            content = response.read()
            assert response.status == 200, content
    answer: dict[str, Any] = json.loads(content)
    return answer
