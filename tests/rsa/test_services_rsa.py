"""Services whose consumers sign by RSA."""

from __future__ import annotations

from rsa_keys import PRIVATE_PEM, PUBLIC_PEM
from wire import Answer, Keys, Origin, by_oauthlib

from oauth2 import Consumer
from oauth2.services import load


def test_request_token_of_jira_is_asked_for_by_rsa() -> None:
    """The private key goes through the flow to its client; there is no shared secret."""
    service = load()["jira"]
    consumer = Consumer("key", service.consumer_secret or "")
    with Origin() as origin:
        body = b"oauth_token=r&oauth_token_secret=sekrit&oauth_callback_confirmed=true"
        origin.script["/plugins/servlet/oauth/request-token"] = Answer(body=body)
        flow = service.flow(consumer, variables={"base": origin.url}, private_key=PRIVATE_PEM)
        try:
            token = flow.fetch_request_token()
        finally:
            flow.client.close()
        assert by_oauthlib(origin.last, Keys("", "", PUBLIC_PEM))
    assert (token.key, flow.client.method.name) == ("r", "RSA-SHA1")
