"""The pages and endpoints of a sandbox, a Flask application."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import flask
from flask import Flask, Response
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.routing import Rule

from ..errors import BodyTooLarge, Error, ParameterAbsent
from ..headers import FORM_CONTENT_TYPE, build
from ..pages import STYLE
from ..parameters import flat_pairs
from ..problems import report
from ..redaction import printable
from ..request import Request
from ..urls import with_query
from .address import origin, target
from .capture import capture, is_watching, note_consumer, note_keys, note_refusal
from .echo import echoed, sections, wants_page
from .hosts import KnownHosts
from .inspector import add_inspector
from .recording import MAX_BODY, Recorder
from .store import RequestToken
from .token_endpoints import Authority

__all__ = ["create_app", "create_pages"]

_PAGE = "/authorize"
_ECHO = "/echo"
_REDIRECTED = "redirected=1"
_PAGE_HEADERS = {
    "X-Frame-Options": "DENY",
    # Without form-action: Chromium holds the redirect to the callback against it.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
}


def create_app(
    url: str,
    authority: Authority,
    wait: Callable[[float], bool],
    recorder: Recorder | None = None,
    *,
    hosts: KnownHosts | None = None,
    max_body: int = MAX_BODY,
) -> Flask:
    """Make the application that is reached at ``url``.

    ``wait`` takes seconds, and returns True early when the application is to end. What is
    received and answered is handed to ``recorder``, by default to one of its own. It answers to
    ``hosts``, by default to that of ``url``. ``max_body`` is how many octets of a body are read.
    """
    recorder = recorder or Recorder()
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        # One more, as Werkzeug cuts a chunked body off there: see _body.
        MAX_CONTENT_LENGTH=max_body + 1,
        # Cookies are shared between ports: without it, two sandboxes would overwrite each other's.
        SESSION_COOKIE_NAME=f"oauth2_sandbox_{url.rpartition(':')[2]}",
        SESSION_COOKIE_PATH=_PAGE,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.url_map.merge_slashes = False
    capture(app, url, recorder)
    app.jinja_env.globals["page_style"] = STYLE
    _require_known(app, hosts or KnownHosts(urlsplit(url).hostname or ""))
    _add_endpoints(app, url, authority)
    _add_refusals(app, url)
    _add_pages(app, authority)
    add_inspector(app, url, authority, recorder)
    _add_quirks(app, url, authority, wait)
    return app


def create_pages(url: str, provider: str, recorder: Recorder, hosts: KnownHosts) -> Flask:
    """Make the inspector alone, at ``url``, of what is forwarded to ``provider``."""
    app = Flask(__name__, static_folder=None)
    app.jinja_env.globals.update(page_style=STYLE, forwards_to=provider)
    _require_known(app, hosts)
    _add_refusals(app, url)
    add_inspector(app, url, None, recorder)
    return app


def _require_known(app: Flask, hosts: KnownHosts) -> None:
    app.before_request(lambda: hosts.require(flask.request.environ.get("HTTP_HOST")))


def _add_endpoints(app: Flask, url: str, authority: Authority) -> None:
    """Register what programs call, with signed requests."""

    def respond(fields: Mapping[str, str]) -> Response:
        if authority.quirks.json_answers:
            return flask.jsonify(fields)
        return Response(urlencode(fields), mimetype=FORM_CONTENT_TYPE)

    @app.route("/request_token", methods=["GET", "POST"])
    def request_token() -> Response:
        return respond(authority.issue_request_token(_signed(url, authority)))

    @app.route("/access_token", methods=["GET", "POST"])
    def access_token() -> Response:
        return respond(authority.issue_access_token(_signed(url, authority)))

    @app.endpoint("echo")
    def echo(rest: str = "") -> Response:
        request, query = _signed(url, authority), target().partition("?")[2]
        told = echoed(request, query, _body(), *authority.verify(request))
        if wants_page():
            shown = sections(told)
            response = _page("echo", method=told["method"], url=told["url"], sections=shown)
        else:
            response = flask.jsonify(told)
        response.vary.add("Accept")
        return response

    # Flask's own decorator needs the methods by name, and all are accepted here.
    app.url_map.add(Rule(_ECHO, endpoint="echo"))
    app.url_map.add(Rule(f"{_ECHO}/<path:rest>", endpoint="echo"))


def _add_refusals(app: Flask, url: str) -> None:
    """Register how each Error is told: to a user by a page, to a program by its problem."""

    @app.errorhandler(Error)
    def refuse(error: Error) -> tuple[Response, int]:
        note_refusal(error)
        if flask.request.path == _PAGE:
            title = getattr(error, "title", "This cannot be authorized")
            return _page("message", title=title, text=error.message), error.status
        problem = report(error)
        challenge = build({k: v for k, v in problem.items() if k != "oauth_problem_advice"}, url)
        if flask.request.path.startswith(_ECHO) and wants_page():
            refusal = _page("message", title="This request was refused", text=error.message)
        else:
            refusal = Response(urlencode(problem), mimetype=FORM_CONTENT_TYPE)
        refusal.headers["WWW-Authenticate"] = challenge
        return refusal, error.status


def _add_pages(app: Flask, authority: Authority) -> None:
    """Register what the user sees (RFC 5849 section 2.2)."""

    @app.get(_PAGE)
    def ask() -> Response:
        fields = flask.request.args
        token = authority.pending_authorization(fields.get("oauth_token", ""))
        note_consumer(token.consumer)
        pairs = flat_pairs(json.loads(token.parameters))
        pairs += [pair for pair in fields.items(multi=True) if pair[0] != "oauth_token"]
        return _page(
            "authorize",
            consumer=printable(token.consumer),
            parameters=[(printable(name), printable(str(value))) for name, value in pairs],
            callback=token.callback,
            oauth_token=token.key,
            form_token=flask.session.setdefault("form_token", secrets.token_urlsafe(16)),
        )

    @app.post(_PAGE)
    def decide() -> Response:
        fields = flask.request.form
        ours = flask.session.get("form_token")
        sent = fields.get("form_token", "")
        if ours is None or not hmac.compare_digest(ours.encode(), sent.encode()):
            raise Error("This form was not sent from the authorize page.", status=403)
        token = authority.pending_authorization(fields.get("oauth_token", ""))
        note_consumer(token.consumer)
        if fields.get("answer") == "allow":
            return _granted(token, authority.allow(token))
        authority.deny(token)
        return _denied(token)


def _add_quirks(app: Flask, url: str, authority: Authority, wait: Callable[[float], bool]) -> None:
    """Register the hooks that simulate provider quirks."""
    quirks = authority.quirks

    @app.before_request
    def simulate() -> Response | None:
        if flask.request.path == _PAGE or is_watching():
            return None
        if quirks.delay and wait(quirks.delay):
            return Response("The sandbox has ended.", 503, mimetype="text/plain")
        if quirks.fault == "error":
            return Response("An error, as requested.", 500, mimetype="text/plain")
        if quirks.fault == "html":
            return _page("message", title="Welcome", text="This page is not for programs.")
        if quirks.redirect and _REDIRECTED not in target():
            location = origin(url) + with_query(target(), _REDIRECTED)
            return Response(status=307, headers={"Location": location})
        return None

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def _signed(url: str, authority: Authority) -> Request:
    """Read a request with its OAuth parameters, wherever they are (RFC 5849 section 3.5)."""
    path, _, query = target().partition("?")
    request = Request.from_request(
        flask.request.method,
        origin(url) + path,
        headers=flask.request.environ,
        query_string=query,
        body=_body(),
    )
    if request is None:
        raise ParameterAbsent(
            "Expected a signed request, got one without any parameter.",
            parameter="oauth_consumer_key",
        )
    note_consumer(request.get("oauth_consumer_key"))
    note_keys(authority.keys_of(request))
    return request


def _body() -> bytes:
    """Return the body, or raise BodyTooLarge."""
    limit = flask.current_app.config["MAX_CONTENT_LENGTH"] - 1
    try:
        body = flask.request.get_data()
    except RequestEntityTooLarge:
        body = None
    if body is None or len(body) > limit:
        raise BodyTooLarge(f"body: expected at most {limit} octets, got more", limit=limit)
    return body


def _granted(token: RequestToken, verifier: str) -> Response:
    if token.callback == "oob":
        return _page("pin", pin=verifier, consumer=printable(token.consumer))
    return _sent_back(token, {"oauth_token": token.key, "oauth_verifier": verifier})


def _denied(token: RequestToken) -> Response:
    if token.callback == "oob":
        text = f"{printable(token.consumer)} gets no access. You can close this window."
        return _page("message", title="Access denied", text=text)
    return _sent_back(token, {"oauth_token": token.key, "oauth_problem": "user_refused"})


def _sent_back(token: RequestToken, fields: Mapping[str, str]) -> Response:
    location = with_query(token.callback, urlencode(fields))
    return Response(status=302, headers={"Location": location})


def _page(name: str, **values: Any) -> Response:
    content = flask.render_template(f"{name}.html", **values)
    return Response(content, mimetype="text/html", headers=_PAGE_HEADERS)
