"""``auth=`` for httpx2."""

from __future__ import annotations

try:
    import httpx2
except ImportError as exc:
    hint = "oauth2.auth.httpx2 needs the extra 'httpx2', on Python 3.11 or later"
    raise ImportError(f"{hint}: python -m pip install 'oauth2[httpx2]'") from exc

from .hops import SigningFlow

__all__ = ["OAuth1"]


class OAuth1(SigningFlow, httpx2.Auth):
    """Signs what httpx2 sends: the ``auth=`` of a call, of a Client or of an AsyncClient.

    >>> from oauth2 import Consumer, Token
    >>> import httpx2
    >>> client = httpx2.Client()
    >>> client.auth = OAuth1(Consumer("key", "secret"), Token("token", "token secret"))

    The arguments are those of ``__init__``. One object can be shared between clients, threads
    and tasks.

    A redirect within the same origin is signed again. A redirect to another origin gets no
    signature and no OAuth parameters, and neither does one that leads back from there;
    ``response.next_request`` is safe to send, too. A request can be sent several times, and is
    signed again each time. The event hooks of a client see a redirect before it is signed;
    ``response.request`` is as it was sent.

    A form is read into memory to be signed. Another body has an ``oauth_body_hash`` if it is in
    memory, or if it is multipart with files that can be read twice. A body that streams is sent
    as it is, without a hash.

    ``HTTPTransport(retries=…)`` is safe: it repeats only what could not connect. A transport of
    another kind may send the same nonce again, which providers refuse: repeat the call instead.

    Starlette's TestClient takes it too, where that is a Client of httpx2.
    """

    byte_stream = httpx2.ByteStream
    multipart_stream = type(httpx2.Request("POST", "http://localhost", files={"": b""}).stream)
