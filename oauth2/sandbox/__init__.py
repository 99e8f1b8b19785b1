"""An OAuth 1.0a provider on loopback, to point a client at (RFC 5849 section 2)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from os import PathLike

from ..credentials import Consumer
from .forwarding import Forwarding as Forwarding
from .provider import Provider as Provider
from .quirks import Manners as Manners, Quirks as Quirks
from .recording import MAX_BODY, Exchange as Exchange

__all__ = ["Exchange", "Forwarding", "Manners", "Provider", "Quirks", "forward", "run"]

_NO_QUIRKS = Quirks()


def run(
    *consumers: Consumer,
    host: str = "127.0.0.1",
    port: int = 0,
    database: str | PathLike[str] | None = None,
    manners: Quirks = _NO_QUIRKS,
    session_seconds: int | None = None,
    passwords: Mapping[str, str] | None = None,
    on_request: Callable[[Exchange], object] | None = None,
    max_body: int = MAX_BODY,
    allowed_hosts: Collection[str] = (),
) -> AbstractContextManager[Provider]:
    """Serve a provider in a thread of its own until the ``with`` block ends.

    ::

        with oauth2.sandbox.run() as provider:
            flow = oauth2.Flow(
                provider.consumer,
                request_token_url=provider.request_token_url,
                authorize_url=provider.authorize_url,
                access_token_url=provider.access_token_url,
            )
            flow.fetch_request_token()
            token = flow.fetch_access_token(provider.allow(flow.authorization_url()))

    Without ``consumers`` one is generated. Port 0 is a free one. ``database`` is the
    path of an SQLite file, in which consumers, tokens and nonces survive; without it they are
    in memory. The consumers of a file are known where no others are given. ``manners`` are the
    quirks to simulate. ``session_seconds`` switches the session handle extension on: access
    tokens expire after so many seconds, and can be renewed. ``passwords``, by the name of the
    user, switches xAuth on. ``on_request`` is called with each `Exchange`, in the thread that
    served it.
    ``max_body`` is how many octets of a body are read: a request with more is refused by 413.
    ``allowed_hosts`` are names for its machine, beside those of loopback: a request with any
    other in its Host header is refused, as a page of another site may have sent it.

    It speaks plain http, and accepts PLAINTEXT over it: keep it on loopback. Whoever can
    open its authorize page can authorize an application.

    Raises ImportError that names the extra ``sandbox`` where it is missing, OSError for
    a port or a file that cannot be had, ValueError for a file that is not an SQLite database.
    """
    with _needing_the_extra():
        from .serving import serve
    return serve(
        consumers,
        host=host,
        port=port,
        database=database,
        quirks=manners,
        session_seconds=session_seconds,
        passwords=passwords,
        on_request=on_request,
        max_body=max_body,
        allowed_hosts=allowed_hosts,
    )


def forward(
    provider: str,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    max_body: int = MAX_BODY,
    allowed_hosts: Collection[str] = (),
    on_request: Callable[[Exchange], object] | None = None,
) -> AbstractContextManager[Forwarding]:
    """Forward to a real provider what clients send, and record it, until the block ends.

    ``provider`` is its origin, ``https://api.example.com``, to which a path may be added. Path,
    query, headers and body are sent on as they were received, but for Host and what concerns
    the connection; so the client has to sign for the provider's address. The other arguments
    are as those of `run`; ``host`` has to be a loopback one.

    Raises as `run` does, and ValueError for a ``provider`` that is not an http or https URL.
    """
    with _needing_the_extra():
        from .serving import serve_forwarding
    return serve_forwarding(
        provider,
        host=host,
        port=port,
        max_body=max_body,
        allowed_hosts=allowed_hosts,
        on_request=on_request,
    )


@contextmanager
def _needing_the_extra() -> Iterator[None]:
    try:
        yield
    except ImportError as exc:
        raise ImportError(
            "oauth2.sandbox needs the extra 'sandbox': python -m pip install 'oauth2[sandbox]'"
        ) from exc
