"""A provider of oauthlib, which keeps state and is served over a real socket by wsgiref."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.util import request_uri

from oauthlib.oauth1 import (
    AccessTokenEndpoint,
    AuthorizationEndpoint,
    OAuth1Error,
    RequestTokenEndpoint,
    RequestValidator,
    ResourceEndpoint,
)

CONSUMER = ("consumer-key", "the-consumer-sekrit")


class Validator(RequestValidator):
    """Knows one consumer, and the tokens that it gave out; a nonce is good once."""

    enforce_ssl = False
    client_key_length = (1, 100)
    request_token_length = access_token_length = verifier_length = nonce_length = (1, 100)
    dummy_client = dummy_request_token = dummy_access_token = "nobody"
    allowed_signature_methods = ("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT")

    def __init__(self) -> None:
        super().__init__()
        self.request_tokens: dict[str, dict[str, str]] = {}
        self.access_tokens: dict[str, str] = {}
        self.nonces: set[tuple[str, str]] = set()

    def check_client_key(self, client_key: str) -> bool:
        return bool(client_key)

    def validate_client_key(self, client_key: str, request: Any) -> bool:
        return client_key == CONSUMER[0]

    def get_client_secret(self, client_key: str, request: Any) -> str:
        return CONSUMER[1]

    def validate_timestamp_and_nonce(
        self, client_key: str, timestamp: Any, nonce: str, request: Any, *tokens: Any, **more: Any
    ) -> bool:
        is_new = (timestamp, nonce) not in self.nonces
        self.nonces.add((timestamp, nonce))
        return is_new

    def get_default_realms(self, client_key: str, request: Any) -> list[str]:
        return []

    def check_realms(self, realms: list[str]) -> bool:
        return True

    def validate_requested_realms(self, client_key: str, realms: list[str], request: Any) -> bool:
        return True

    def validate_realms(self, *args: Any, **kwargs: Any) -> bool:
        return True

    def get_realms(self, token: str, request: Any) -> list[str]:
        return []

    def validate_redirect_uri(self, client_key: str, redirect_uri: str, request: Any) -> bool:
        return redirect_uri == "oob" or redirect_uri.startswith("http://127.0.0.1")

    def save_request_token(self, token: Any, request: Any) -> None:
        kept = {"secret": token["oauth_token_secret"], "callback": request.redirect_uri}
        self.request_tokens[token["oauth_token"]] = kept

    def verify_request_token(self, token: str, request: Any) -> bool:
        return token in self.request_tokens

    def validate_request_token(self, client_key: str, token: str, request: Any) -> bool:
        return token in self.request_tokens

    def get_request_token_secret(self, client_key: str, token: str, request: Any) -> str:
        return self.request_tokens.get(token, {}).get("secret", "unknown")

    def invalidate_request_token(self, client_key: str, request_token: str, request: Any) -> None:
        del self.request_tokens[request_token]

    def get_redirect_uri(self, token: str, request: Any) -> str:
        return self.request_tokens[token]["callback"]

    def save_verifier(self, token: str, verifier: dict[str, str], request: Any) -> None:
        self.request_tokens[token]["verifier"] = verifier["oauth_verifier"]

    def validate_verifier(self, client_key: str, token: str, verifier: str, request: Any) -> bool:
        return self.request_tokens.get(token, {}).get("verifier") == verifier

    def save_access_token(self, token: Any, request: Any) -> None:
        self.access_tokens[token["oauth_token"]] = token["oauth_token_secret"]

    def validate_access_token(self, client_key: str, token: str, request: Any) -> bool:
        return token in self.access_tokens

    def get_access_token_secret(self, client_key: str, token: str, request: Any) -> str:
        return self.access_tokens.get(token, "unknown")


class OAuthlibProvider:
    """The three endpoints and a protected resource, at ``url``."""

    def __init__(self) -> None:
        self.validator = Validator()
        self.url = ""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        headers = {"Content-Type": environ.get("CONTENT_TYPE", "")}
        if "HTTP_AUTHORIZATION" in environ:
            headers["Authorization"] = environ["HTTP_AUTHORIZATION"]
        call = (request_uri(environ), environ["REQUEST_METHOD"], body, headers)
        fields, text, status = getattr(self, environ["PATH_INFO"].strip("/"))(*call)
        start_response(f"{status} Judged", list(fields.items()))
        return [(text or "").encode()]

    def request_token(self, *call: Any) -> Any:
        return RequestTokenEndpoint(self.validator).create_request_token_response(*call)

    def authorize(self, *call: Any) -> Any:
        try:
            return AuthorizationEndpoint(self.validator).create_authorization_response(*call)
        except OAuth1Error as error:
            return {}, error.urlencoded, error.status_code

    def access_token(self, *call: Any) -> Any:
        return AccessTokenEndpoint(self.validator).create_access_token_response(*call)

    def resource(self, *call: Any) -> Any:
        is_valid, _ = ResourceEndpoint(self.validator).validate_protected_resource_request(*call)
        return {}, "welcome" if is_valid else "go away", 200 if is_valid else 401

    def approve(self, token: str) -> str:
        """Say yes as the user would, in the provider's own memory; return the verifier."""
        uri = f"{self.url}/authorize?oauth_token={token}"
        _, text, _ = AuthorizationEndpoint(self.validator).create_authorization_response(uri)
        return str(parse_qs(text)["oauth_verifier"][0])


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Print nothing among the dots of the tests."""


@contextlib.contextmanager
def serve() -> Iterator[OAuthlibProvider]:
    """Serve a new provider on a free port of 127.0.0.1."""
    provider = OAuthlibProvider()
    with make_server("127.0.0.1", 0, provider, handler_class=_Quiet) as server:
        provider.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
