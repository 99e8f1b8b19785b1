"""A server that does what a test says on each connection, also what no server should."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

from waiting import wait_until
from wire import CERTIFICATE, KEY, Received

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Talk = Callable[["Peer"], None]


class Peer:
    """One connection, as the server has it."""

    def __init__(self, stream: socket.socket, server: Server, number: int) -> None:
        self._stream, self._server, self._number = stream, server, number
        self._reader = stream.makefile("rb")

    def read(self) -> None:
        """Read a request whose body has a length, and keep it with those of the server."""
        received = self.read_head()
        body = self._reader.read(int(received.header("content-length") or 0))
        self._server.received.append(received._replace(raw_body=body, body=body))

    def read_head(self) -> Received:
        """Read no further than to the body."""
        method, target, _ = self._line().split(" ")
        headers = []
        while field := self._line():
            name, _, value = field.partition(":")
            headers.append((name, value.strip()))
        return Received(self._server.scheme, method, target, headers, b"", b"", self._number)

    def send(self, octets: bytes) -> None:
        """Send these octets."""
        self._stream.sendall(octets)

    def set_timeout(self, seconds: float) -> None:
        """Give up what takes longer, as sending to a client that reads no more."""
        self._stream.settimeout(seconds)

    def wait_for_end(self) -> None:
        """Wait until the client hangs up."""
        self._reader.read()

    def close(self) -> None:
        """Hang up."""
        self._reader.close()
        with contextlib.suppress(OSError):
            self._stream.shutdown(socket.SHUT_RDWR)
        self._stream.close()

    def _line(self) -> str:
        return self._reader.readline().decode("latin-1").rstrip("\r\n")


class Server:
    """What was received, and how many connections have ended."""

    def __init__(self, scheme: str, port: int) -> None:
        self.scheme = scheme
        self.url = f"{scheme}://127.0.0.1:{port}"
        self.received: list[Received] = []
        self.ended = 0

    def wait_for_end(self, connections: int = 1) -> None:
        """Wait until this many connections have ended."""
        wait_until(lambda: self.ended >= connections)


def answers(*responses: bytes) -> Talk:
    """Return what answers a request with each of these, and then hangs up."""

    def talk(peer: Peer) -> None:
        for response in responses:
            peer.read()
            peer.send(response)

    return talk


@contextlib.contextmanager
def talking(*talks: Talk, scheme: str = "http") -> Iterator[Server]:
    """Serve the first connection by the first of these, and so on; all others by the last."""
    context = None
    if scheme == "https":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE, KEY)

    def serve(connection: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError):  # the client has hung up
            if context is not None:
                connection = context.wrap_socket(connection, server_side=True)
            peer = Peer(connection, server, number)
            try:
                talks[min(number, len(talks) - 1)](peer)
            finally:
                peer.close()
        connection.close()
        server.ended += 1

    def accept() -> None:
        with contextlib.suppress(OSError):  # listening has ended
            while True:
                thread = threading.Thread(target=serve, args=(listener.accept()[0], len(threads)))
                threads.append(thread)
                thread.start()

    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(scheme, listener.getsockname()[1])
        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for thread in threads:
                thread.join()
