"""What the clients send, signed before they do: fresh, replayed and tampered requests."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from typing import NamedTuple

import oauth2
from oauth2.headers import FORM_CONTENT_TYPE

__all__ = ["CONSUMERS", "ORIGIN", "TOKENS", "Task", "signed", "tasks"]

ORIGIN = "https://load.example"
FRESH, REPLAYED, TAMPERED = "fresh", "replayed", "tampered"
PEOPLE = 16
_SECONDS = 100  # of 300, so that what is sent again afterwards has not expired, either
CONSUMERS = {
    key: oauth2.Consumer(key, f"secret of {key}")
    for key in (f"consumer-{number}" for number in range(PEOPLE))
}
TOKENS = {
    key: oauth2.Token(key, f"secret of {key}")
    for key in (f"token-{number}" for number in range(PEOPLE))
}
# Every other consumer is two-legged.
_SIGNERS = [
    oauth2.Signer(consumer, token if number % 2 else None)
    for number, (consumer, token) in enumerate(zip(CONSUMERS.values(), TOKENS.values()))
]


class Task(NamedTuple):
    """A request, octet for octet, what it is, and what is answered if it is accepted."""

    kind: str
    number: int
    octets: bytes
    content: bytes
    signed_at: float = 0.0

    def at(self, now: float) -> Task:
        """Return it as it is, or signed anew where it has waited for so long that it expires."""
        return self if now < self.signed_at + _SECONDS else _task(self.kind, self.number)


def tasks(count: int) -> list[Task]:
    """Return tasks of ``count`` requests; of a hundred one is a replay, and one is tampered.

    A replay and what it repeats are one task, which is sent twice.
    """
    few = max(count // 100, 1)
    kinds = [TAMPERED] * few + [REPLAYED] * few + [FRESH] * (count - 3 * few)
    random.shuffle(kinds)
    return [_task(kind, number) for number, kind in enumerate(kinds)]


def _task(kind: str, number: int) -> Task:
    task = signed(number)
    if kind == TAMPERED:
        task = task._replace(octets=_TAMPERING[number % len(_TAMPERING)](task.octets))
    return task._replace(kind=kind)


def signed(number: int) -> Task:
    """Sign a request with a new nonce; every third has a form, the others a query."""
    method, target, body, headers = "GET", f"/photos?size=big&number={number}", b"", {}
    if number % 3 == 0:
        method, target, body = "POST", "/photos", f"size=big&number={number}".encode()
        headers["Content-Type"] = FORM_CONTENT_TYPE
    signer = _SIGNERS[number % PEOPLE]
    sent = signer.sign(method, ORIGIN + target, headers=headers, body=body)
    fields = {**headers, **sent.headers, "Content-Length": str(len(body))}
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    content = f"consumer-{number % PEOPLE} {number}".encode()
    head = "\r\n".join(lines).encode("ascii") + b"\r\n\r\n"
    return Task(FRESH, number, head + body, content, time.time())


def _other_value(octets: bytes) -> bytes:
    return octets.replace(b"size=big", b"size=BIG")


def _other_nonce(octets: bytes) -> bytes:
    """Do as somebody who would have a replay taken for a new request."""
    return re.sub(rb'(oauth_nonce="..)', rb"\1x", octets)


def _other_timestamp(octets: bytes) -> bytes:
    return re.sub(
        rb'oauth_timestamp="(\d+)"',
        lambda found: b'oauth_timestamp="%d"' % (int(found[1]) + 1),
        octets,
    )


def _other_path(octets: bytes) -> bytes:
    return octets.replace(b" /photos", b" /Photos")


def _other_signature(octets: bytes) -> bytes:
    return octets.replace(b'oauth_signature="', b'oauth_signature="A')


_TAMPERING: list[Callable[[bytes], bytes]] = [
    *(_other_value, _other_nonce, _other_timestamp, _other_path, _other_signature)
]
