"""Services whose consumers sign by RSA."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flows import CLIENTS, LIBRARIES, Libraries
from rsa_keys import PRIVATE_PEM, PUBLIC_PEM
from wire import Answer, Keys, Origin, by_oauthlib

from oauth2 import Consumer
from oauth2.services import load

JIRA = load()["jira"]
CONSUMER = Consumer("key", JIRA.consumer_secret or "")


@pytest.fixture
def jira(origin: Origin) -> Iterator[Origin]:
    """Answer as Jira does, and verify afterwards what was sent to it."""
    body = b"oauth_token=r&oauth_token_secret=sekrit&oauth_callback_confirmed=true"
    origin.script["/plugins/servlet/oauth/request-token"] = Answer(body=body)
    yield origin
    assert by_oauthlib(origin.last, Keys("", "", PUBLIC_PEM))
    assert origin.last.oauth("oauth_signature_method") == "RSA-SHA1"


def test_request_token_of_jira_is_asked_for_by_rsa(jira: Origin) -> None:
    """The private key goes through the flow to its client; there is no shared secret."""
    flow = JIRA.flow(CONSUMER, variables={"base": jira.url}, private_key=PRIVATE_PEM)
    try:
        token = flow.fetch_request_token()
    finally:
        flow.client.close()
    assert (token.key, flow.client.method.name) == ("r", "RSA-SHA1")


@pytest.mark.parametrize("name", LIBRARIES[1:])
def test_request_token_of_jira_is_asked_for_by_rsa_whoever_sends(
    jira: Origin, libraries: Libraries, name: str
) -> None:
    """The private key goes through the flow to what signs there."""
    make = JIRA.flow if name in CLIENTS else JIRA.async_flow
    http, variables = libraries.client(name), {"base": jira.url}
    flow = make(CONSUMER, http=http, variables=variables, private_key=PRIVATE_PEM)
    assert libraries.called(flow).fetch_request_token().key == "r"
