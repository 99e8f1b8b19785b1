"""What is behind every door: a Verifier, and an answer that tells what a view found."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import Any

import known

import oauth2

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
MOUNT = "/mounted"
# Less than servers read at once: who closes with octets unread resets the connection.
MAX_BODY = 2_000


@cache
def verifier_at(door: str, origin: str) -> oauth2.Verifier:
    """Make a Verifier for one door, which remembers nonces of its own."""
    consumers = {known.CONSUMER.key: known.CONSUMER}
    tokens = {known.TOKEN.key: known.TOKEN}
    return oauth2.Verifier(
        consumers.get,
        lambda key, consumer: tokens.get(key),
        origin=origin or None,
        max_body=MAX_BODY,
        realm="Doors",
    )


def answer(verified: oauth2.Verified, body: bytes) -> dict[str, Any]:
    """Return what a view found."""
    return {
        "consumer": verified.consumer.key,
        "token": verified.token and verified.token.key,
        "parameters": verified.parameters,
        "url": verified.request.url,
        "body": sha256(body).hexdigest(),
    }
