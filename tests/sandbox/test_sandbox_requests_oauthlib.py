"""The workflow that requests-oauthlib documents, by it and by what takes its place."""

from __future__ import annotations

from typing import Any

import pytest
import requests_oauthlib
import requests_oauthlib.oauth1_session as of_theirs

import oauth2.auth.requests_oauthlib as in_its_place
from oauth2.auth.requests_oauthlib import oauth1_session as of_ours
from oauth2.sandbox import Provider

CALLBACK = "http://127.0.0.1:1/back?a=1"
both = pytest.mark.parametrize("package", [requests_oauthlib, in_its_place], ids=["theirs", "ours"])


def session_of(package: Any, provider: Provider, **options: Any) -> Any:
    """Open a session for the consumer of the sandbox, which takes nothing from the environment."""
    consumer = provider.consumer
    session = package.OAuth1Session(consumer.key, client_secret=consumer.secret, **options)
    session.trust_env = False
    return session


@both
@pytest.mark.parametrize("place", ["AUTH_HEADER", "query", "body"])
def test_the_workflow_by_one_session(provider: Provider, package: Any, place: str) -> None:
    """Request token, redirect, access token, and a resource, as the documentation has it."""
    with session_of(package, provider, callback_uri=CALLBACK, signature_type=place) as session:
        assert (session.authorized, session.token) == (False, {})
        fetched = session.fetch_request_token(provider.request_token_url)
        assert fetched["oauth_callback_confirmed"] == "true"
        url = session.authorization_url(provider.authorize_url)
        parsed = session.parse_authorization_response(provider.allow(url))
        assert parsed["oauth_token"] == fetched["oauth_token"]
        assert session.token["oauth_verifier"] == parsed["oauth_verifier"]
        token = session.fetch_access_token(provider.access_token_url)
        assert sorted(token) == ["oauth_token", "oauth_token_secret", "screen_name", "user_id"]
        assert session.authorized
        assert session.post(provider.resource_url, {"a": "b c"}).json()["owner"] == "ann"


@both
def test_the_workflow_by_a_session_for_each_step(provider: Provider, package: Any) -> None:
    """With what the former has returned, as a web application stores it."""
    with session_of(package, provider, callback_uri="oob") as session:
        fetched = session.fetch_request_token(provider.request_token_url, realm=["a", "b"])
        pin = provider.allow(session.authorization_url(provider.authorize_url, scope="read"))
    credentials = {
        "resource_owner_key": fetched["oauth_token"],
        "resource_owner_secret": fetched["oauth_token_secret"],
    }
    with session_of(package, provider, **credentials, verifier=pin) as session:
        token = session.fetch_access_token(provider.access_token_url, headers={"X-A": "1"})
    consumer = provider.consumer
    auth = package.OAuth1(
        consumer.key, consumer.secret, token["oauth_token"], token["oauth_token_secret"]
    )
    with session_of(package, provider) as session:
        assert session.get(provider.resource_url, auth=auth).json()["owner"] == "ann"


@both
def test_a_session_signs_by_a_token_that_is_assigned(provider: Provider, package: Any) -> None:
    """Fields that it does not know are passed over."""
    stored = provider.add_token()
    fields = {"oauth_token": stored.key, "oauth_token_secret": stored.secret, "user": "ann"}
    with session_of(package, provider) as session:
        session.token = fields
        assert session.get(provider.resource_url).json()["owner"] == "ann"


@pytest.mark.parametrize(
    ("package", "errors"),
    [(requests_oauthlib, of_theirs), (in_its_place, of_ours)],
    ids=["theirs", "ours"],
)
def test_a_provider_that_refuses(provider: Provider, package: Any, errors: Any) -> None:
    """The error has the response."""
    session = package.OAuth1Session("unknown", client_secret="secret", callback_uri="oob")
    with session, pytest.raises(errors.TokenRequestDenied) as caught:
        session.fetch_request_token(provider.request_token_url)
    assert caught.value.status_code == caught.value.response.status_code == 401
    assert "consumer_key_unknown" in caught.value.response.text
