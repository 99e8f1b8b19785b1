"""httpx, and httpx2, which has its interface; each with a Client and an AsyncClient."""

from __future__ import annotations

import importlib
import ssl
from typing import Any

from wire import CERTIFICATE

from .calls import Call
from .drivers import AsyncDriver, Driver, Response, as_lists, pieces


class OverHttpx(Driver):
    """A Client, which takes an auth with each request."""

    def __init__(self, library: str) -> None:
        self.name = self.library = self.room = library
        self.module: Any = importlib.import_module(library)
        self.trust = ssl.create_default_context(cafile=str(CERTIFICATE))
        self.client = self.new_client()
        self._by_proxy: dict[str, Any] = {}

    def new_client(self, proxy: str | None = None, **options: Any) -> Any:
        """Open a client that trusts the servers here, and nothing of the environment."""
        return self.module.Client(
            verify=self.trust, trust_env=False, proxy=proxy, timeout=10, **options
        )

    def _client(self, proxy: str) -> Any:
        if not proxy:
            return self.client
        if proxy not in self._by_proxy:
            self._by_proxy[proxy] = self.new_client(proxy)
        return self._by_proxy[proxy]

    def send(
        self, call: Call, origin: str, auth: Any = None, *, follow: bool = True, proxy: str = ""
    ) -> Response:
        client = self._client(proxy)
        given = {**described(call), "auth": auth, "follow_redirects": follow}
        return _response(client.request(call.method, call.at(origin), **given))

    def send_prepared(self, call: Call, origin: str, auth: Any, times: int) -> list[Response]:
        request = self.client.build_request(call.method, call.at(origin), **described(call))
        return [_response(self.client.send(request, auth=auth)) for _ in range(times)]

    def forget(self) -> None:
        self.client.cookies.clear()

    def close(self) -> None:
        for client in (self.client, *self._by_proxy.values()):
            client.close()


class OverAsyncHttpx(AsyncDriver):
    """An AsyncClient, on an event loop of its own."""

    def __init__(self, library: str) -> None:
        super().__init__()
        self.name = f"{library}, async"
        self.library = self.room = library
        self.module: Any = importlib.import_module(library)
        self.client = self.new_client()
        self._by_proxy: dict[str, Any] = {}

    def new_client(self, proxy: str | None = None, **options: Any) -> Any:
        """Open a client that trusts the servers here, and nothing of the environment."""
        return self.module.AsyncClient(
            verify=self.trust, trust_env=False, proxy=proxy, timeout=10, **options
        )

    async def _send(
        self, call: Call, origin: str, auth: Any, follow: bool = True, proxy: str = ""
    ) -> Response:
        client = self.client
        if proxy:
            client = self._by_proxy.setdefault(proxy, None) or self.new_client(proxy)
            self._by_proxy[proxy] = client
        given = described(call, is_async=True)
        return _response(
            await client.request(
                call.method, call.at(origin), **given, auth=auth, follow_redirects=follow
            )
        )

    def send_prepared(self, call: Call, origin: str, auth: Any, times: int) -> list[Response]:
        given = described(call, is_async=True)
        request = self.client.build_request(call.method, call.at(origin), **given)
        return [_response(self.run(self.client.send(request, auth=auth))) for _ in range(times)]

    def forget(self) -> None:
        self.client.cookies.clear()

    def close(self) -> None:
        for client in (self.client, *self._by_proxy.values()):
            self.run(client.aclose())
        self.loop.close()


def described(call: Call, is_async: bool = False) -> dict[str, Any]:
    """Return the keywords for a request; what streams is a generator of the client's kind."""
    given: dict[str, Any] = {"headers": call.headers}
    if call.params is not None:  # None would take the query out of the URL
        given["params"] = call.params
    if call.form is not None:
        given["data"] = as_lists(call.form) if isinstance(call.form, list) else call.form
    if call.json is not None:
        given["json"] = call.json
    if call.files is not None:
        given["files"] = call.files
    if call.content is not None:
        content = call.content()
        is_whole = isinstance(content, (str, bytes))
        given["content"] = pieces(content) if is_async and not is_whole else content
    return given


def _response(response: Any) -> Response:
    return Response(response.status_code, response.content)
