"""What a store of nonces does while its server is stopped."""

from __future__ import annotations

import signal
import time

import pytest
from nonce_keys import KEY, key
from stores import Process

from oauth2 import NonceStore, NonceStoreUnavailable


def assert_not_waited_for(server: Process, nonces: NonceStore) -> None:
    """Stop a server, and see that nobody is let in, or waits; when it goes on, so do the nonces."""
    nonces.remember(KEY, 1300, 1000)
    server.send(signal.SIGSTOP)
    start = time.monotonic()
    try:
        for number in (1, 2):
            with pytest.raises(NonceStoreUnavailable):
                nonces.remember(key(number), 1300, 1000)
    finally:
        server.send(signal.SIGCONT)
    assert time.monotonic() - start < 5
    assert not nonces.remember(KEY, 1300, 1000)
    assert nonces.remember(key(3), 1300, 1000)
