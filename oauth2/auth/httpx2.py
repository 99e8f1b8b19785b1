"""``auth=`` for httpx2."""

from __future__ import annotations

try:
    import httpx2
except ImportError as exc:
    hint = "oauth2.auth.httpx2 needs the extra 'httpx2'"
    raise ImportError(f"{hint}: python -m pip install 'oauth2[httpx2]'") from exc

from .hops import SigningFlow

__all__ = ["OAuth1"]


class OAuth1(SigningFlow, httpx2.Auth):
    """Signs what httpx2 sends: the ``auth=`` of a call, of a Client or of an AsyncClient.

    >>> from oauth2 import Consumer, Token
    >>> import httpx2
    >>> client = httpx2.Client()
    >>> client.auth = OAuth1(Consumer("key", "secret"), Token("token", "token secret"))

    Takes what `oauth2.auth.signing.Signing` does, and sends as `oauth2.auth.hops.SigningFlow`
    tells. It signs for Starlette's TestClient too, which is a Client.
    """

    byte_stream = httpx2.ByteStream
    multipart_stream = type(httpx2.Request("POST", "http://localhost", files={"": b""}).stream)
