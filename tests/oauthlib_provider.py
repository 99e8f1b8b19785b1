"""The provider's side of oauthlib, by which our signatures are judged."""

from __future__ import annotations

from typing import Any

from oauthlib.oauth1 import RequestValidator

import oauth2


class Provider(RequestValidator):
    """Knows one consumer and one token, and takes any timestamp and nonce."""

    enforce_ssl = False
    allowed_signature_methods = (
        *("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT"),
        *("RSA-SHA1", "RSA-SHA256", "RSA-SHA512"),
    )

    def __init__(self, consumer: oauth2.Consumer, token: Any) -> None:
        super().__init__()
        self.consumer = consumer
        self.token = token

    def check_client_key(self, client_key: str) -> bool:
        return True

    def check_nonce(self, nonce: str) -> bool:
        return len(nonce) >= 8

    def validate_timestamp_and_nonce(self, *args: Any, **kwargs: Any) -> bool:
        return True

    def validate_client_key(self, client_key: str, request: Any) -> bool:
        return client_key == self.consumer.key

    def get_client_secret(self, client_key: str, request: Any) -> str:
        return str(self.consumer.secret)

    def get_access_token_secret(self, client_key: str, token: str, request: Any) -> str:
        assert token == self.token.key
        return str(self.token.secret)
