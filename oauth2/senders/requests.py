"""Sending by a requests.Session; niquests has the same shape."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from http.client import HTTPException
from types import ModuleType
from typing import Any, ClassVar

from ..outgoing import Outgoing
from ..received import Answer, Gathering, Response
from .in_time import answered_in, reason

__all__ = ["NiquestsSender", "RequestsSender"]

_CHUNK = 8192  # octets


class RequestsSender:
    """Sends by a session, with its cookies, headers, proxies and TLS, but not by its auth.

    ``library`` is the module that the session is of.
    """

    _options: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, session: Any, library: ModuleType) -> None:
        self._session = session
        self._library: Any = library
        self._errors: tuple[type[Exception], ...] = (
            *(self._library.RequestException, *_errors_of_urllib3()),
            # niquests goes one call deeper for each 100 Continue.
            *(OSError, UnicodeError, HTTPException, RecursionError),
        )

    def spelled(self, url: str) -> str:
        """Return the URL as the library will send it: without dot segments, for one."""
        try:
            spelled: str = self._library.Request("GET", url).prepare().url
        except self._errors:
            return url  # sending it tells why
        return spelled

    def send(self, outgoing: Outgoing, seconds: float) -> Answer:
        """Send what is signed, as it is; redirects are not followed."""
        return answered_in(seconds, partial(self._answer, outgoing, seconds))

    def _answer(self, outgoing: Outgoing, seconds: float) -> Answer:
        taken: list[Answer] = []
        session = self._session
        try:
            request = self._prepared(outgoing)
            request.register_hook("response", partial(_take, taken.append))
            settings = session.merge_environment_settings(request.url, {}, True, None, None)
            settings.update(self._options, timeout=seconds, allow_redirects=False)
            session.send(request, **settings)
        except self._errors as exc:
            return Answer.missing(reason(exc))
        finally:
            self._leave_pools()
        return taken[0]

    def _prepared(self, outgoing: Outgoing) -> Any:
        """Return the request as the session has it, without its auth and its parameters."""
        headers, url, method = outgoing.headers, outgoing.uri, outgoing.method
        request = self._library.Request(method, url, headers, data=outgoing.body, auth=_no_auth)
        prepared = self._session.prepare_request(request)
        prepared.url = url
        if "Authorization" not in headers:
            prepared.headers.pop("Authorization", None)
        return prepared

    def _leave_pools(self) -> None:
        """Tell urllib3-future, which may be in the place of urllib3, that this thread is done.

        It keeps a pool for each thread until its next request, of which there is none, and waits
        for ever when all are kept.
        """
        for adapter in self._session.adapters.values():
            managers = [getattr(adapter, "poolmanager", None)]
            managers += getattr(adapter, "proxy_manager", {}).values()
            for manager in managers:
                release = getattr(getattr(manager, "pools", None), "release", None)
                if release is not None:
                    release()


class NiquestsSender(RequestsSender):
    """Sends by a session of niquests, one request at a time."""

    _options: ClassVar[Mapping[str, Any]] = {"multiplexed": False}


def _errors_of_urllib3() -> list[type[Exception]]:
    """Return the errors of what is below the library, which come out of reading what it reads."""
    names = ("urllib3.exceptions", "urllib3_future.exceptions")
    modules: list[Any] = [sys.modules[name] for name in names if name in sys.modules]
    return [module.HTTPError for module in modules]


def _no_auth(request: Any) -> Any:
    """Sign nothing: with an auth of its own, a request gets none of a session or a .netrc."""
    return request


def _take(put: Callable[[Answer], None], response: Any, **_: Any) -> None:
    """Read a response within bounds.

    It is a hook, as a session reads the whole content of a redirect although it is not to follow.
    """
    head = Response(response.status_code, response.reason or "", response.headers.items())
    response.headers.pop("location", None)
    gathering = Gathering(head)
    try:
        for octets in _raw(response):
            gathering.add(octets)
    finally:
        response.close()
    put(gathering.answer())


def _raw(response: Any) -> Iterable[bytes]:
    """Return the content as it was sent; of what is no HTTPResponse, as it is."""
    raw = response.raw
    chunks: Iterable[bytes] = (
        raw.stream(_CHUNK, decode_content=False)
        if hasattr(raw, "stream")
        else response.iter_content(_CHUNK)
    )
    return chunks
