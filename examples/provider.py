"""A small OAuth 1.0a service provider on the standard library's WSGI server.

It speaks RFC 5849 section 2 (request token, a page where the user says yes and
gets a PIN, access token) and has one protected resource. All verifying is done by
`oauth2.Server`. Tokens live in memory, and are gone when it stops. The page asks
whoever opens it: a real provider asks a user who is logged in, and puts a token
against cross-site posts into its form.

    python examples/provider.py --port 8000
"""

from __future__ import annotations

import argparse
import hmac
import json
import re
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from html import escape
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import oauth2 as oauth

MAX_BODY = 1 << 20
FORM = "application/x-www-form-urlencoded"
HTML = "text/html; charset=utf-8"
is_callback = re.compile(r"oob|https?://[a-z0-9.:\[\]-]+(/[!-~]*)?", re.I).fullmatch
is_length = re.compile(r"[0-9]{1,7}").fullmatch

NO_FRAME = (("X-Frame-Options", "DENY"),)

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title}</h1>{content}</body></html>
"""
QUESTION = """<p>The application <strong>{consumer}</strong> wants to see your photos.</p>
<form method="post" action="/authorize"><input type="hidden" name="oauth_token" value="{token}">
<button name="answer" value="yes">Yes</button> <button name="answer" value="no">No</button></form>
"""
PIN = """<p>Type this PIN into the application: <strong id="pin">{pin}</strong></p>"""


class Answer(NamedTuple):
    status: HTTPStatus
    content: str
    content_type: str = FORM
    headers: tuple[tuple[str, str], ...] = ()


class Unknown(oauth.Error):
    """A key or a verifier that this provider did not give out, or that is used up."""

    status = 401


class Provider:
    """The WSGI application; ``url`` is its own address, whatever a Host header says."""

    def __init__(self, url: str, consumers: Iterable[oauth.Consumer]) -> None:
        self.url = url
        self.consumers = {str(consumer.key): consumer for consumer in consumers}
        self.request_tokens: dict[str, oauth.Token] = {}
        self.access_tokens: dict[str, oauth.Token] = {}
        self.owners: dict[str, str] = {}
        self.server = oauth.Server()
        self.server.add_signature_method(oauth.SignatureMethod_HMAC_SHA1())
        self.server.add_signature_method(oauth.SignatureMethod_HMAC_SHA256())
        self.pages = {
            ("POST", "/request_token"): self.request_token,
            ("GET", "/authorize"): self.ask_user,
            ("POST", "/authorize"): self.take_answer,
            ("POST", "/access_token"): self.access_token,
            ("GET", "/photos"): self.photos,
            ("POST", "/photos"): self.photos,
        }

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        page = self.pages.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        try:
            answer = page(environ) if page else Answer(HTTPStatus.NOT_FOUND, "not found")
        except oauth.Error as error:
            answer = self.refuse(error)
        content = answer.content.encode()
        headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(content)))]
        start_response(f"{answer.status:d} {answer.status.phrase}", headers + list(answer.headers))
        return [content]

    def refuse(self, error: oauth.Error) -> Answer:
        """Answer with the error's status, a problem report, and the challenge of RFC 5849."""
        problem = {"oauth_problem": error.problem, "oauth_problem_advice": error.message}
        challenge = self.server.build_authenticate_header(realm=self.url)
        return Answer(
            HTTPStatus(error.status), urlencode(problem), headers=tuple(challenge.items())
        )

    def signed(self, environ: dict[str, Any]) -> oauth.Request:
        """Read the request with all its OAuth parameters, wherever they are."""
        request = oauth.Request.from_request(
            environ["REQUEST_METHOD"],
            self.url + environ["PATH_INFO"],
            headers=environ,
            query_string=environ.get("QUERY_STRING", ""),
            body=read_body(environ),
        )
        if request is None:
            raise oauth.ParameterAbsent("This needs a signed request.")
        return request

    def consumer_of(self, request: oauth.Request) -> oauth.Consumer:
        key = request.get_parameter("oauth_consumer_key")
        if key not in self.consumers:
            raise Unknown("This consumer key is not known.", problem="consumer_key_unknown")
        return self.consumers[key]

    def token_of(
        self, request: oauth.Request, consumer: oauth.Consumer, tokens: dict[str, oauth.Token]
    ) -> oauth.Token:
        key = request.get_parameter("oauth_token")
        token = tokens.get(key)
        if token is None or self.owners[key] != consumer.key:
            raise Unknown("This token is not known.", problem="token_rejected")
        return token

    def request_token(self, environ: dict[str, Any]) -> Answer:
        """Give out a request token (RFC 5849 section 2.1)."""
        request = self.signed(environ)
        consumer = self.consumer_of(request)
        self.server.verify_request(request, consumer, None)
        callback = request.get_parameter("oauth_callback")
        if not is_callback(callback):
            raise oauth.Error("oauth_callback: no URL, nor oob.", problem="parameter_rejected")
        token = new_token()
        token.set_callback(callback)
        self.request_tokens[str(token.key)] = token
        self.owners[str(token.key)] = str(consumer.key)
        return Answer(HTTPStatus.OK, token.to_string())

    def ask_user(self, environ: dict[str, Any]) -> Answer:
        """Show the page where the user says yes or no (RFC 5849 section 2.2)."""
        token = self.unanswered(parse_qs(environ.get("QUERY_STRING", "")))
        question = QUESTION.format(
            consumer=escape(self.owners[str(token.key)]), token=escape(str(token.key))
        )
        return page("Allow access?", question)

    def take_answer(self, environ: dict[str, Any]) -> Answer:
        """Make a verifier; show it as a PIN, or send the user back with it."""
        form = parse_qs(read_body(environ).decode("utf-8", "replace"))
        token = self.unanswered(form)
        if form.get("answer") != ["yes"]:
            del self.request_tokens[str(token.key)]
            return page("No", "<p>The application gets nothing.</p>")
        token.set_verifier()
        if token.callback == "oob":
            return page("Yes", PIN.format(pin=escape(str(token.verifier))))
        back = oauth.Request("GET", token.get_callback_url(), {"oauth_token": token.key})
        return Answer(HTTPStatus.FOUND, "", headers=(("Location", back.to_url()),))

    def unanswered(self, fields: dict[str, list[str]]) -> oauth.Token:
        token = self.request_tokens.get(fields.get("oauth_token", [""])[0])
        if token is None or token.verifier is not None:
            raise Unknown("This request token is not known.", problem="token_rejected")
        return token

    def access_token(self, environ: dict[str, Any]) -> Answer:
        """Exchange a request token, once, for an access token (RFC 5849 section 2.3)."""
        request = self.signed(environ)
        consumer = self.consumer_of(request)
        token = self.token_of(request, consumer, self.request_tokens)
        self.server.verify_request(request, consumer, token)
        verifier = request.get_parameter("oauth_verifier")
        self.request_tokens.pop(str(token.key), None)
        if not (token.verifier and hmac.compare_digest(oauth.escape(verifier), token.verifier)):
            raise Unknown("This verifier is not the right one.", problem="token_rejected")
        access = new_token()
        self.access_tokens[str(access.key)] = access
        self.owners[str(access.key)] = str(consumer.key)
        return Answer(HTTPStatus.OK, f"{access}&screen_name=ann")

    def photos(self, environ: dict[str, Any]) -> Answer:
        """Tell what was signed: the protected resource (RFC 5849 section 3)."""
        request = self.signed(environ)
        consumer = self.consumer_of(request)
        token = self.token_of(request, consumer, self.access_tokens)
        parameters = self.server.verify_request(request, consumer, token)
        told = {"method": request.method, "owner": "ann", "parameters": parameters}
        return Answer(HTTPStatus.OK, json.dumps(told), "application/json")


def page(title: str, content: str) -> Answer:
    return Answer(HTTPStatus.OK, PAGE.format(title=title, content=content), HTML, NO_FRAME)


def new_token() -> oauth.Token:
    return oauth.Token(secrets.token_urlsafe(16), secrets.token_urlsafe(32))


def read_body(environ: dict[str, Any]) -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not is_length(length) or int(length) > MAX_BODY:
        raise oauth.Error(f"Expected a body of at most {MAX_BODY} octets.")
    body: bytes = environ["wsgi.input"].read(int(length))
    return body


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Log nothing: a request line may hold OAuth parameters."""


@contextmanager
def running(*consumers: oauth.Consumer, port: int = 0) -> Iterator[Provider]:
    """Serve a Provider on loopback, on a free port unless one is given."""
    with make_server("127.0.0.1", port, None, _Server, _QuietHandler) as httpd:
        provider = Provider(f"http://127.0.0.1:{httpd.server_port}", consumers)
        httpd.set_app(provider)
        thread = threading.Thread(target=httpd.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield provider
        finally:
            httpd.shutdown()
            thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve a small OAuth 1.0a provider on loopback.")
    parser.add_argument("--port", type=int, default=8000)
    consumer = oauth.Consumer("example", secrets.token_urlsafe(16))
    with running(consumer, port=parser.parse_args().port) as provider:
        print(f"Serving {provider.url}: consumer key {consumer.key}, secret {consumer.secret}")
        print("Stop with Ctrl-C.")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
