"""Real servers on loopback: gunicorn, waitress, uvicorn, and nginx that ends TLS before two."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import gunicorn.config
from gateways import Sent
from ports import free_port
from programs import path_of
from waiting import SECONDS, wait_until

# A server that has just been started loads all frameworks before it answers.
PATIENCE = 4 * SECONDS
TESTS = Path(__file__).parent.parent
CERTIFICATE, KEY = TESTS / "loopback.pem", TESTS / "loopback.key"
GUNICORN = [
    sys.executable,
    "-m",
    "gunicorn",
    "--log-level",
    "critical",
    "--timeout",
    "300",
    "--bind",
]
COMMANDS = {
    "gunicorn sync": [*GUNICORN, "fd://{fd}", "doors.wsgi_apps:serve_wsgi"],
    "gunicorn gthread": [
        *(*GUNICORN, "fd://{fd}", "--worker-class", "gthread", "--threads", "4"),
        "doors.wsgi_apps:serve_wsgi",
    ],
    "waitress": [sys.executable, "-m", "doors.serve", "waitress", "{fd}"],
    "uvicorn": [sys.executable, "-m", "doors.serve", "uvicorn", "{fd}"],
}
NGINX = """
daemon off;
master_process off;
pid {folder}/pid;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    map $request_uri $below_api {{ "~^/api(?<rest>/.*)$" $rest; }}
    server {{
        listen {address} ssl;
        ssl_certificate {certificate};
        ssl_certificate_key {key};
        location / {{ proxy_pass http://127.0.0.1:$http_x_port; }}
        location /api/ {{ proxy_pass http://127.0.0.1:$http_x_port$below_api; }}
    }}
}}
"""


class Answer(NamedTuple):
    """What was answered: its status, its headers with names in lower case, and its body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@contextlib.contextmanager
def started() -> Iterator[dict[str, int]]:
    """Start all of them at once, and return their ports by name."""
    with contextlib.ExitStack() as stack:
        ports = {}
        for name, command in COMMANDS.items():
            # Only the server holds the socket after that: one that fails to start refuses.
            with socket.create_server(("127.0.0.1", 0)) as listener:
                descriptor = listener.fileno()
                words = [word.format(fd=descriptor) for word in command]
                stack.enter_context(_running(words, descriptor))
                ports[name] = listener.getsockname()[1]
        yield ports


@contextlib.contextmanager
def nginx(folder: Path) -> Iterator[int]:
    """Start nginx, which hands a request on to the port that ``X-Port`` says."""
    port = free_port()
    address = f"127.0.0.1:{port}"
    text = NGINX.format(folder=folder, address=address, certificate=CERTIFICATE, key=KEY)
    (folder / "conf").write_text(text)
    paths = ["-p", str(folder), "-c", str(folder / "conf"), "-e", str(folder / "log")]
    with _running([path_of("nginx"), *paths]):
        wait_until(lambda: _listens(port))
        yield port


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


@contextlib.contextmanager
def _running(command: list[str], *inherited: int) -> Iterator[None]:
    if "gunicorn" in command and hasattr(gunicorn.config, "ControlSocket"):
        command = [*command, "--no-control-socket"]  # which would be made in the home folder
    process = subprocess.Popen(
        command,
        cwd=TESTS,
        pass_fds=inherited,
        stdin=subprocess.PIPE,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "doors.django_settings"},
    )
    assert process.stdin is not None
    try:
        yield
    finally:
        process.stdin.close()  # which ends those of doors.serve
        if "doors.serve" not in command:
            process.terminate()
        process.wait(SECONDS)


def send(
    port: int, sent: Sent, headers: dict[str, str], is_tls: bool = False, is_chunked: bool = False
) -> Answer:
    """Send a request octet for octet."""
    with contextlib.ExitStack() as stack:
        connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE))
        if is_tls:
            context = ssl.create_default_context(cafile=str(CERTIFICATE))
            connection = stack.enter_context(
                context.wrap_socket(connection, server_hostname="localhost")
            )
        connection.sendall(sent.octets(headers, is_chunked=is_chunked))
        response = stack.enter_context(http.client.HTTPResponse(connection, method=sent.method))
        response.begin()
        fields = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, fields, response.read())
