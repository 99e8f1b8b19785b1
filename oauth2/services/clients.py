"""The Client and the Signer that services and profiles make, with the defaults that both have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..client import USER_AGENT, Client
from ..credentials import Consumer, Token
from ..flow import TIMEOUT
from ..signature import signature_method
from ..signer import Signer

__all__ = ["make_client", "make_signer"]

_DEFAULTS = {"placement": "header", "include_body_hash": False}


def make_client(
    kind: type[Client],
    consumer: Consumer,
    token: Token | None,
    method_name: str,
    private_key: str | bytes | None,
    options: Mapping[str, Any],
) -> Client:
    """Return a ``kind`` of Client that signs by the method of this name.

    OAuth parameters go into the header, and no body hash is sent, unless ``options``, which
    are further arguments of Client, say otherwise. ``private_key`` is PEM, for the methods
    of RSA. Raises as `oauth2.signature.signature_method` and Client do.
    """
    defaults = {**_DEFAULTS, "user_agent": USER_AGENT, "timeout": TIMEOUT}
    # Not as an argument: a subclass may take no other arguments than a Client of 2.1 did.
    client = kind(consumer, token, **{**defaults, **options})
    client.set_signature_method(signature_method(method_name, private_key))
    return client


def make_signer(
    consumer: Consumer,
    token: Token | None,
    method_name: str,
    private_key: str | bytes | None,
    options: Mapping[str, Any],
) -> Signer:
    """Return a Signer by the same defaults; ``options`` are further arguments of Signer.

    Raises as `oauth2.signature.signature_method` and Signer do.
    """
    method = signature_method(method_name, private_key)
    return Signer(consumer, token, signature_method=method, **{**_DEFAULTS, **options})
