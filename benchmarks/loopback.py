"""A server for the benchmarks: it discards bodies, and responds with their size.

It runs in a process of its own, on a free port, until its standard input ends.
"""

from __future__ import annotations

import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def running() -> Iterator[str]:
    """Run the server, and give its origin: ``http://127.0.0.1:port``."""
    command = [sys.executable, __file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        if process.stdout is None:
            raise OSError("expected a pipe from the server, got none")
        port = process.stdout.readline().decode().strip()
        yield f"http://127.0.0.1:{port}"


class Handler(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Serve one request after the other on a connection that is kept alive."""
        while self.rfile.readline():
            length = 0
            while (field := self.rfile.readline().lower()) not in (b"\r\n", b""):
                if field.startswith(b"content-length:"):
                    length = int(field.partition(b":")[2])
            content = b"%d" % self.discard(length)
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n"
            self.wfile.write(head % len(content) + content)

    def discard(self, length: int) -> int:
        """Read so many octets and discard them; return how many were received."""
        received = 0
        while received < length:
            received += len(self.rfile.read(min(length - received, 1 << 16)))
        return received


def main() -> None:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
