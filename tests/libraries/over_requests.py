"""requests, and niquests, which has its interface."""

from __future__ import annotations

import importlib
from typing import Any

from wire import CERTIFICATE

from .calls import Call
from .drivers import Driver, Response


class OverRequests(Driver):
    """A Session, which takes an auth with each request."""

    room = "requests"

    def __init__(self, library: str) -> None:
        self.name = self.library = library
        self.module: Any = importlib.import_module(library)
        self.session = self.new_session()

    def new_session(self) -> Any:
        """Open a session that trusts the servers here, and nothing of the environment."""
        session = self.module.Session()
        session.trust_env = False
        session.verify = str(CERTIFICATE)
        return session

    def send(
        self, call: Call, origin: str, auth: Any = None, *, follow: bool = True, proxy: str = ""
    ) -> Response:
        return _response(
            self.session.request(
                call.method,
                call.at(origin),
                **_described(call),
                auth=auth,
                allow_redirects=follow,
                proxies={"http": proxy} if proxy else None,
                timeout=10,
            )
        )

    def send_prepared(self, call: Call, origin: str, auth: Any, times: int) -> list[Response]:
        made = self.module.Request(call.method, call.at(origin), **_described(call), auth=auth)
        prepared = self.session.prepare_request(made)
        return [_response(self.session.send(prepared, timeout=10)) for _ in range(times)]

    def forget(self) -> None:
        self.session.cookies.clear()

    def close(self) -> None:
        self.session.close()


def _described(call: Call) -> dict[str, Any]:
    data = call.form if call.content is None else call.content()
    return {
        "params": call.params,
        "headers": call.headers,
        "data": data,
        "json": call.json,
        "files": call.files,
    }


def _response(response: Any) -> Response:
    return Response(response.status_code, response.content)
