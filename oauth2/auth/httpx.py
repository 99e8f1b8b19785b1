"""``auth=`` for httpx."""

from __future__ import annotations

try:
    import httpx
except ImportError as exc:
    hint = "oauth2.auth.httpx needs the extra 'httpx'"
    raise ImportError(f"{hint}: python -m pip install 'oauth2[httpx]'") from exc

from .hops import SigningFlow

__all__ = ["OAuth1"]


class OAuth1(SigningFlow, httpx.Auth):
    """Signs what httpx sends: the ``auth=`` of a call, of a Client or of an AsyncClient.

    >>> from oauth2 import Consumer, Token
    >>> import httpx
    >>> client = httpx.Client()
    >>> client.auth = OAuth1(Consumer("key", "secret"), Token("token", "token secret"))

    Takes what `oauth2.auth.signing.Signing` does, and sends as `oauth2.auth.hops.SigningFlow`
    tells.
    """

    byte_stream = httpx.ByteStream
    multipart_stream = type(httpx.Request("POST", "http://localhost", files={"": b""}).stream)
