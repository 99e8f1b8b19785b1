"""What the ``OAuth1`` of httpx and that of httpx2 have in common: all but the names.

Both libraries follow redirects below the auth flow, which receives the last response alone.
What they send on the way is seen by a ``trace``, a request extension that httpcore calls before
it sends: there each hop within the origin is signed afresh. Transports without a trace (ASGI,
WSGI, Starlette's TestClient) send the signature of the first hop on; where that is refused, the
last hop is sent anew with a signature of its own.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Iterator
from typing import Any, ClassVar

from ..clock import REFUSALS
from ..headers import FORM_CONTENT_TYPE, media_type
from ..outgoing import Outgoing
from ..signer import Signer
from .signing import Sent, Signing
from .trace import Trace, authorized, no_async_trace, no_trace, put_url, sent_url

__all__ = ["SigningFlow"]

_FOUND = 302
# A request extension, which the libraries give to the request that they make of a redirect.
_LEFT_ORIGIN = "oauth2.left_origin"
# What stands for a stream that can be read once: nothing of it is signed.
_READ_ONCE: Any = iter(())


class SigningFlow(Signing):
    """The auth flow of httpx and httpx2, for a class that has their ``Auth`` as a base too.

    What it does is told by `oauth2.auth.httpx.OAuth1`. A transport that calls another one may
    repeat requests above httpcore: each of these is signed anew, as a redirect is.
    """

    byte_stream: ClassVar[type]
    """The library's stream of a body that is in memory."""
    multipart_stream: ClassVar[type]
    """The library's stream of fields and files."""

    def auth_flow(self, request: Any) -> Generator[Any, Any, None]:
        """Sign once, without redirects and clock, for an Auth that combines several."""
        if self._is_unread_form(request):
            request.read()
        self.sign_request(request)
        yield request

    def sync_auth_flow(self, request: Any) -> Generator[Any, Any, None]:
        """Sign what a Client sends; raises as `oauth2.Signer.sign` does."""
        if _LEFT_ORIGIN in request.extensions:
            yield request
            return
        if self._is_unread_form(request):
            request.read()
        chain = _Chain(self, request, no_trace)
        try:
            following: Any = request
            while following is not None:
                response = yield following
                if chain.receive(response):
                    response.read()
                following = chain.follow(response)
        finally:
            chain.end()

    async def async_auth_flow(self, request: Any) -> AsyncGenerator[Any, Any]:
        """Sign what an AsyncClient sends; raises as `oauth2.Signer.sign` does."""
        if _LEFT_ORIGIN in request.extensions:
            yield request
            return
        if self._is_unread_form(request):
            await request.aread()
        chain = _Chain(self, request, no_async_trace)
        try:
            following: Any = request
            while following is not None:
                response = yield following
                if chain.receive(response):
                    await response.aread()
                following = chain.follow(response)
        finally:
            chain.end()

    def sign_request(self, request: Any) -> Sent:
        """Sign a request of the library, and change its header or its URL."""
        body = _READ_ONCE
        if isinstance(request.stream, self.byte_stream):
            body = request.read()
        elif self.is_read_again(request):
            body = _Multipart(request.stream)
        sent = self.sign(request.method, str(request.url), request.headers.raw, body)
        _put(request, sent)
        return sent

    def is_read_again(self, request: Any) -> bool:
        """Tell whether the body can be sent a second time: it is in memory, or of files."""
        if isinstance(request.stream, self.byte_stream):
            return True
        # It goes back to where its files begin, and has no length if one of them cannot.
        is_multipart = isinstance(request.stream, self.multipart_stream)
        return is_multipart and "Content-Length" in request.headers

    def copied(self, request: Any) -> Any:
        """Copy a request, so that the one that was sent stays as it was."""
        again = type(request)(
            request.method,
            request.url,
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        if isinstance(request.stream, self.byte_stream):
            again.read()
        return again

    def _outgoing(self, signer: Signer, method: str, url: str, *rest: Any) -> Outgoing:
        # As it is: these libraries send a ``%`` that begins no escape.
        return super()._outgoing(signer, method, url, *rest)._replace(uri=url)

    def _is_unread_form(self, request: Any) -> bool:
        if isinstance(request.stream, self.byte_stream):
            return False
        return media_type(request.headers.raw) == FORM_CONTENT_TYPE


class _Chain:
    """A request of a caller, and what follows it: redirects, and being sent once more."""

    def __init__(self, signing: SigningFlow, request: Any, no_trace: Callable[..., Any]) -> None:
        self._signing = signing
        self._given = self._request = request
        self._sent = signing.sign_request(request)
        self._is_seen = False  # whether the trace has shown the request that was signed first
        self._is_hop_signed = False  # whether a redirect has been signed since, in the trace
        self._seen_url: str | None = None  # of the last hop, if the library has it otherwise
        self._is_stale = False  # whether the last hop was sent with the signature of another
        self._has_left = False  # the origin, and maybe come back: nothing more is signed
        self._is_by_clock = self._has_tried_clock = False
        self._trace = Trace(self._send, request.extensions.get("trace"), no_trace)
        request.extensions = {**request.extensions, "trace": self._trace}

    def receive(self, response: Any) -> bool:
        """Find out where a response is from; tell whether its content may tell of the clock."""
        is_hop = response.request is not self._request
        self._is_stale = is_hop and not self._is_seen
        if self._is_stale:
            hops = [str(hop.request.url) for hop in (*response.history, response)]
            self._has_left = any(self._sent.redirected(url).left_origin for url in hops)
        if is_hop and self._seen_url is not None:
            response.request.url = type(response.request.url)(self._seen_url)
        if self._has_left:
            return False
        self._settle(_FOUND if is_hop else response.status_code)
        if self._is_hop_signed:
            _put(response.request, self._sent)
        return response.status_code in REFUSALS and self._may_try_clock()

    def follow(self, response: Any) -> Any:
        """Return the request to send next, or None."""
        if response.status_code in REFUSALS and not self._has_left:
            return self._again(response)
        if response.next_request is not None:
            self._prepare_next(response)
        return None

    def _send(self, request: Any) -> None:
        """Sign what httpcore is about to send, where it is not what was signed before."""
        if request.method == b"CONNECT":
            return  # to a proxy
        if not self._is_seen:
            self._is_seen = True
            return
        url = sent_url(request)
        redirect = self._sent.redirected(url)
        self._has_left = self._has_left or redirect.left_origin
        self._seen_url = redirect.url if redirect.is_changed else None
        url = self._seen_url or url
        if not self._has_left:
            self._settle(_FOUND)
            self._is_hop_signed = True
            outgoing, method = self._sent.exchange.outgoing, request.method.decode("ascii")
            body = outgoing.body if method == outgoing.method else b""
            self._sent = self._signing.sign(method, url, request.headers, body)
            url = self._sent.url
            if self._sent.authorization is not None:
                request.headers = authorized(request.headers, self._sent.authorization)
        put_url(request, url)

    def end(self) -> None:
        """Leave the request as its caller had it, but signed."""
        self._trace.leave(self._given)
        self._trace.end()

    def _settle(self, status: int) -> None:
        if self._is_by_clock:
            self._is_by_clock = False
            self._signing.settle(self._sent, status)

    def _again(self, response: Any) -> Any:
        """Return a refused request with another signature, where that may help."""
        again = self._signing.copied(response.request)
        if self._is_stale:
            if not self._signing.is_read_again(again):
                return None
            self._sent = self._signing.sign_request(again)
        else:
            sent = self._by_clock(response)
            if sent is None:
                return None
            self._sent, self._is_by_clock = sent, True
            _put(again, sent)
        if response.cookies:
            response.cookies.set_cookie_header(again)
        self._request, self._is_seen, self._is_hop_signed = again, False, False
        return again

    def _may_try_clock(self) -> bool:
        return self._signing.clock_skew is not None and not self._has_tried_clock

    def _by_clock(self, response: Any) -> Sent | None:
        if not self._may_try_clock():
            return None
        self._has_tried_clock = True
        return self._signing.by_clock(
            self._sent, response.status_code, response.headers, response.content
        )

    def _prepare_next(self, response: Any) -> None:
        """Let nothing of a signature be in the request that the caller may send next."""
        following = response.next_request
        redirect = self._sent.redirected(str(following.url))
        if redirect.is_changed:
            following.url = type(following.url)(redirect.url)
            response.headers["Location"] = redirect.url
        self._trace.leave(following)
        if redirect.left_origin:
            following.extensions[_LEFT_ORIGIN] = True


class _Multipart:
    """A multipart stream, which begins anew with each iteration, as a file to be hashed."""

    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream
        self._chunks: Iterator[bytes] = iter(())

    def seekable(self) -> bool:
        """Tell that it can be read twice."""
        return True

    def tell(self) -> int:
        """Go to where it begins."""
        return self.seek(0)

    def seek(self, start: int) -> int:
        """Go to where it begins."""
        self._chunks = filter(None, self._stream)
        return start

    def read(self, size: int) -> bytes:
        """Return the next chunk, of any size; b"" after the last."""
        return next(self._chunks, b"")


def _put(request: Any, sent: Sent) -> None:
    if sent.authorization is None:
        request.url = type(request.url)(sent.url)
    elif sent.authorization.isascii():
        request.headers["Authorization"] = sent.authorization
    else:  # which the libraries would send as UTF-8
        request.headers = type(request.headers)(authorized(request.headers.raw, sent.authorization))
