"""The page at which one watches requests arrive at a sandbox."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterator
from typing import Any

import flask
from flask import Flask, Response

from ..redaction import printable
from .address import origin
from .capture import UNRECORDED, is_watching
from .hosts import is_loopback
from .recording import Exchange, Recorder
from .token_endpoints import Authority
from .views import ExchangeView, row_of

__all__ = ["add_inspector"]

_PATH = "/inspector"
_SECONDS_BETWEEN_SIGNS = 15
_is_count = re.compile("[0-9]{1,15}").fullmatch  # int() refuses thousands of digits
_HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_POLICY = (
    "default-src 'none'; style-src 'nonce-{0}'; script-src 'nonce-{0}'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def add_inspector(app: Flask, url: str, authority: Authority | None, recorder: Recorder) -> None:
    """Register the pages of the inspector, which show what ``recorder`` has.

    ``authority`` is None where all is forwarded.

    Secrets are shown to this machine alone, whoever else can open the pages.
    """
    form_token = secrets.token_urlsafe(16)

    def page(**values: Any) -> Response:
        return _page(
            url=origin(url),
            authority=authority,
            recorder=recorder,
            form_token=form_token,
            **values,
        )

    @app.get("/", endpoint=UNRECORDED)
    def overview() -> Response:
        if not is_watching():
            flask.abort(404)
        return page(view=None)

    @app.get(f"{_PATH}/<int:number>", endpoint=f"{UNRECORDED}.exchange")
    def exchange(number: int) -> Response:
        found = recorder.exchange(number)
        if found is None:
            response = page(view=None, is_missing=True)
            response.status_code = 404
            return response
        return page(view=ExchangeView(found, authority, shows_secrets=_is_local()))

    @app.post(f"{_PATH}/clear", endpoint=f"{UNRECORDED}.clear")
    def clear() -> Response:
        sent = flask.request.form.get("form_token", "")
        if not hmac.compare_digest(sent.encode(), form_token.encode()):
            flask.abort(403)
        recorder.clear()
        return Response(status=303, headers={"Location": "/"})

    _add_events(app, recorder)


def _add_events(app: Flask, recorder: Recorder) -> None:
    """Register what tells the pages of changes, and the icon that browsers look for."""

    @app.get(f"{_PATH}/events", endpoint=f"{UNRECORDED}.events")
    def events() -> Response:
        seen = flask.request.headers.get("Last-Event-ID") or flask.request.args.get("seen", "")
        changes = int(seen) if _is_count(seen) else recorder.changes
        return Response(_events(recorder, changes), mimetype="text/event-stream", headers=_HEADERS)

    @app.get("/favicon.ico", endpoint=f"{UNRECORDED}.icon")
    def icon() -> Response:
        return Response(status=204)


def _events(recorder: Recorder, changes: int) -> Iterator[str]:
    """Tell of each change, and at intervals that there is none: so a closed page is noticed."""
    yield ": open\n\n"
    while (now := recorder.wait(changes, _SECONDS_BETWEEN_SIGNS)) is not None:
        yield f"id: {now}\ndata: {now}\n\n" if now != changes else ": no change\n\n"
        changes = now


def _is_local() -> bool:
    """Tell whether it is asked for by this machine."""
    return is_loopback(flask.request.remote_addr or "")


def _page(
    *,
    url: str,
    authority: Authority | None,
    recorder: Recorder,
    view: ExchangeView | None,
    form_token: str,
    is_missing: bool = False,
) -> Response:
    """Show the list of exchanges, and beside it one of them, or what a client needs to know."""
    changes = recorder.changes
    exchanges = recorder.exchanges()
    only_failures = "failures" in flask.request.args
    shown = [each for each in exchanges if each.has_failed or not only_failures]
    nonce = secrets.token_urlsafe(16)
    content = flask.render_template(
        "inspector.html",
        rows=[row_of(each) for each in shown],
        count=len(exchanges),
        failures=_failures(exchanges),
        only_failures=only_failures,
        changes=changes,
        url=url,
        view=view,
        is_missing=is_missing,
        shows_secrets=_is_local(),
        form_token=form_token,
        nonce=nonce,
        **_credentials(authority),
    )
    headers = {**_HEADERS, "Content-Security-Policy": _POLICY.format(nonce)}
    return Response(content, mimetype="text/html", headers=headers)


def _failures(exchanges: list[Exchange]) -> int:
    return sum([each.has_failed for each in exchanges])


def _credentials(authority: Authority | None) -> dict[str, Any]:
    if authority is None:
        return {}
    now = authority.server.server_time()
    return {
        "consumers": [
            (printable(key), printable(str(consumer.secret)))
            for key, consumer in authority.consumers.items()
        ],
        "request_tokens": authority.store.live_request_tokens(now),
        "access_tokens": authority.store.live_access_tokens(now),
    }
