"""The three-legged flow upon a Session of requests, with the names of requests-oauthlib."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import requests

from ...encoding import octets_of, text_of
from ...parameters import decode_pairs
from ...problems import fields, problem, text
from ...redaction import redacted, shown_line
from ...urls import same_origin, split_url, with_query
from .client import SIGNATURE_HMAC, SIGNATURE_TYPE_AUTH_HEADER, Client
from .oauth1_auth import OAuth1

__all__ = ["OAuth1Session", "TokenMissing", "TokenRequestDenied", "VerifierMissing"]

_CREDENTIALS = ("oauth_token", "oauth_token_secret")
_FIRST_FAILURE = 400
_LONGEST_BODY = 200


class TokenRequestDenied(ValueError):
    """A provider did not give a token; ``response`` is the requests.Response."""

    def __init__(self, message: str, response: requests.Response) -> None:
        super().__init__(message)
        self.response = response

    @property
    def status_code(self) -> int:
        """The HTTP status of the response."""
        return self.response.status_code


class TokenMissing(ValueError):
    """There is no ``oauth_token``; ``response`` (dict) is what was received in its place."""

    def __init__(self, message: str, response: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.response = response


class VerifierMissing(ValueError):
    """An access token was asked for without a verifier."""


class OAuth1Session(requests.Session):
    """Fetches tokens, and signs all requests with those that it has (RFC 5849 section 2).

    >>> session = OAuth1Session("key", client_secret="secret", resource_owner_key="token")
    >>> session.authorization_url("https://provider.example/authorize", scope="read")
    'https://provider.example/authorize?scope=read&oauth_token=token'

    The arguments are those of `OAuth1`, which is the session's ``auth``, and raise as there. The
    legs are `fetch_request_token`, `authorization_url`, `parse_authorization_response` and
    `fetch_access_token`.
    """

    def __init__(
        self,
        client_key: Any,
        client_secret: Any = None,
        resource_owner_key: Any = None,
        resource_owner_secret: Any = None,
        callback_uri: Any = None,
        signature_method: Any = SIGNATURE_HMAC,
        signature_type: Any = SIGNATURE_TYPE_AUTH_HEADER,
        rsa_key: Any = None,
        verifier: Any = None,
        client_class: type[Client] | None = None,
        force_include_body: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        self._client = OAuth1(
            client_key,
            client_secret=client_secret,
            resource_owner_key=resource_owner_key,
            resource_owner_secret=resource_owner_secret,
            callback_uri=callback_uri,
            signature_method=signature_method,
            signature_type=signature_type,
            rsa_key=rsa_key,
            verifier=verifier,
            client_class=client_class,
            force_include_body=force_include_body,
            **kwargs,
        )
        self.auth = self._client

    @property
    def token(self) -> dict[str, Any]:
        """What the session signs by: ``oauth_token``, ``oauth_token_secret``, ``oauth_verifier``.

        Each is left out where it is empty. Assigning a dict sets those that are in it, and
        raises TokenMissing without ``oauth_token``.
        """
        client = self._client.client
        known = {
            "oauth_token": client.resource_owner_key,
            "oauth_token_secret": client.resource_owner_secret,
            "oauth_verifier": client.verifier,
        }
        return {name: value for name, value in known.items() if value}

    @token.setter
    def token(self, value: Mapping[str, Any]) -> None:
        self._populate_attributes(value)

    @property
    def authorized(self) -> bool:
        """Whether there is a token, with the secrets that the signature method needs."""
        client = self._client.client
        has_secrets = client.uses_rsa or (client.client_secret and client.resource_owner_secret)
        return bool(client.resource_owner_key and has_secrets)

    def authorization_url(self, url: str, request_token: str | None = None, **kwargs: Any) -> str:
        """Return the address where the user authorizes the application.

        ``kwargs`` go into its query, and so does ``oauth_token``: ``request_token``, or that
        of the session. Raises TokenMissing where there is none.
        """
        kwargs["oauth_token"] = request_token or self._client.client.resource_owner_key
        if not kwargs["oauth_token"]:
            raise TokenMissing("request_token: expected fetch_request_token first, got None", {})
        return with_query(url, urlencode(kwargs))

    def fetch_request_token(
        self, url: str, realm: Iterable[str] | None = None, **request_kwargs: Any
    ) -> dict[str, Any]:
        """Fetch a request token by POST, sign by it from now on, and return all its fields.

        ``realm`` (an iterable of str) is sent as one realm, joined by spaces. ``request_kwargs``
        are arguments of ``post``. Raises TokenRequestDenied for a status of 400 or more or a
        redirect to another origin, and TokenMissing for a response without a token.
        """
        client = self._client.client
        client.realm = " ".join(realm) if realm else ""
        try:
            token = self._fetch_token(url, **request_kwargs)
        finally:
            client.realm = ""
        client.callback_uri = None
        return token

    def parse_authorization_response(self, url: str) -> dict[str, Any]:
        """Take verifier and token from the URL that the user was sent back to; return its query.

        Raises TokenMissing if there is no ``oauth_token`` in it, such as when the user denied
        access, and if it is not the request token of the session.
        """
        received = dict(decode_pairs(url.partition("#")[0].partition("?")[2]))
        known, key = self._client.client.resource_owner_key, received.get("oauth_token")
        if key and known and key != text_of(known):
            message = "oauth_token: expected the one that was fetched last, got another"
            raise TokenMissing(message, received)
        # No secret is taken out of a URL, which anybody may have made.
        without_secret = {n: v for n, v in received.items() if n != "oauth_token_secret"}
        self._populate_attributes(without_secret)
        return received

    def fetch_access_token(
        self, url: str, verifier: str | None = None, **request_kwargs: Any
    ) -> dict[str, Any]:
        """Exchange the request token for an access token by POST, and sign by it from now on.

        ``verifier`` is the PIN that the provider showed to the user, unless the session has a
        verifier from `parse_authorization_response`. Raises VerifierMissing if there is none,
        and as `fetch_request_token` does.
        """
        client = self._client.client
        client.verifier = verifier or client.verifier
        if not client.verifier:
            raise VerifierMissing("verifier: expected that of the authorization response, got None")
        token = self._fetch_token(url, **request_kwargs)
        client.verifier = None
        return token

    def rebuild_auth(
        self, prepared_request: requests.PreparedRequest, response: requests.Response
    ) -> None:
        """Leave a redirect within the origin as `OAuth1` has signed it, whatever .netrc says."""
        try:
            is_kept = same_origin(response.request.url or "", prepared_request.url or "")
        except ValueError:
            is_kept = False  # requests has its own error for what is no http or https URL
        if not is_kept:
            super().rebuild_auth(prepared_request, response)

    def _fetch_token(self, url: str, **request_kwargs: Any) -> dict[str, Any]:
        response = self.post(url, **request_kwargs)
        first, *others = [each.url for each in (*response.history, response)]
        where = split_url(first).normalized
        if not all(same_origin(first, other) for other in others):
            expected = "expected an answer of this origin, got a redirect to another"
            raise TokenRequestDenied(f"{where}: {expected}", response)
        if response.status_code >= _FIRST_FAILURE:
            got = f"{response.status_code}: {self._shown(response)}"
            raise TokenRequestDenied(f"{where}: expected a token, got status {got}", response)
        token = _fields(response)
        texts = [isinstance(token.get(name, ""), str) for name in _CREDENTIALS]
        if not (token.get("oauth_token") and all(texts)):
            got = self._shown(response) or "an empty response"
            raise TokenMissing(f"{where}: expected oauth_token, got {got}", token)
        self._populate_attributes(token)
        return token

    def _populate_attributes(self, token: Mapping[str, Any]) -> None:
        """Sign by a token from now on; raises TokenMissing."""
        client = self._client.client
        if not token.get("oauth_token"):
            got = shown_line(", ".join(map(str, token))) or "none"
            raise TokenMissing(f"expected oauth_token, got the fields: {got}", token)
        client.resource_owner_key = token["oauth_token"]
        if "oauth_token_secret" in token:
            client.resource_owner_secret = token["oauth_token_secret"]
        if "oauth_verifier" in token:
            client.verifier = token["oauth_verifier"]

    def _shown(self, response: requests.Response) -> str:
        """Return what a response says, in one line without secrets."""
        reported = problem(response.headers, response.content)
        said = reported or text(response.headers, response.content).strip()
        return shown_line(redacted(said, self._client.client.secrets), _LONGEST_BODY)


def _fields(response: requests.Response) -> dict[str, Any]:
    """Read JSON or a form; of a name that is repeated, the last value counts."""
    headers, content = response.headers, response.content
    body = text(headers, content).strip()
    return fields(headers, octets_of(body)) if body[:1] == "{" else dict(decode_pairs(body))
