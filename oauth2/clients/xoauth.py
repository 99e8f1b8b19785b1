"""The string with which XOAUTH logs in to a mail server."""

from __future__ import annotations

from ..credentials import Consumer, Token, require_credentials
from ..encoding import encoded_pairs
from ..request import Request
from ..signature import SignatureMethod_HMAC_SHA1
from ..urls import to_uri

__all__ = ["build_xoauth_string", "initial_response"]


def build_xoauth_string(url: str, consumer: Consumer, token: Token | None = None) -> str:
    """Return ``GET URL k="v",k="v"``: sorted, values percent-encoded, signed by HMAC-SHA1.

    Raises ValueError for a URL that is not http or https.
    """
    url = to_uri(url)
    request = Request.from_consumer_and_token(consumer, token, "GET", url)
    request.sign_request(SignatureMethod_HMAC_SHA1(), consumer, token, include_body_hash=False)
    known = {name: value for name, value in request.items() if value is not None}
    pairs = [pair.replace(" ", '="') + '"' for pair in sorted(encoded_pairs(known))]
    return f"GET {url} {','.join(pairs)}"


def initial_response(url: str, consumer: Consumer, token: Token | None) -> bytes:
    """Return the XOAUTH string for a mail server, not yet in base64; raises ValueError."""
    require_credentials(consumer, token)
    if consumer is None:
        raise ValueError("Invalid consumer: expected a Consumer, got None")
    return build_xoauth_string(url, consumer, token).encode("ascii")
