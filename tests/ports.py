"""Ports of loopback."""

from __future__ import annotations

import random
import socket

__all__ = ["free_port"]

# Below those that a system gives to a socket which names none (Linux from 32768, others from
# 49152): no connection and no server of another test takes one between two uses of it.
PORTS = range(20_000, 32_768)
# Not the one that is seeded for each example of a property: all runs would try the same ports.
ANY = random.SystemRandom()


def free_port() -> int:
    """Return a port of loopback at which nobody listens, and nobody will who asks for any port."""
    while True:
        port = ANY.choice(PORTS)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:  # taken
            continue
        return port
