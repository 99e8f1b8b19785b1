"""What is secret and was sent by mistake, and what is in a URL in confidence: in no error."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from secrets_check import assert_no_secret

import oauth2
from oauth2.headers import FORM_CONTENT_TYPE

CONSUMER = oauth2.Consumer("key", "kd94hf93k423kf44")
HMAC = oauth2.SignatureMethod_HMAC_SHA1()
NAMES = [
    *("oauth_token_secret", "oauth_consumer_secret", "oauth_secret", "token_secret"),
    *("consumer_secret", "client_secret", "Client_Secret", "secret", "x_auth_password", "password"),
]


def in_query(request: oauth2.Request) -> oauth2.Request | None:
    return oauth2.Request.from_request("POST", request.to_url())


def in_form(request: oauth2.Request) -> oauth2.Request | None:
    headers, body = {"Content-Type": FORM_CONTENT_TYPE}, request.to_postdata().encode()
    return oauth2.Request.from_request("POST", request.url, headers, body=body)


def in_header(request: oauth2.Request) -> oauth2.Request | None:
    header = request.to_header()["Authorization"]
    others = [
        f'{name}="{request[name]}"' for name in NAMES if name in request and "oauth_" not in name
    ]
    header = ", ".join([header, *others])
    return oauth2.Request.from_request("POST", request.url, {"Authorization": header})


@pytest.mark.parametrize("received", [in_query, in_form, in_header])
@pytest.mark.parametrize("name", NAMES)
def test_a_secret_that_was_sent_is_in_no_error(
    name: str, received: Callable[[oauth2.Request], oauth2.Request]
) -> None:
    """A refused signature shows its base string, which has the parameters, without its value."""
    request = oauth2.Request.from_consumer_and_token(
        CONSUMER, None, "POST", "http://a.example/?size=big", {name: "sesame-open"}
    )
    request.sign_request(HMAC, oauth2.Consumer("key", "another"), None)
    server = oauth2.Server({"HMAC-SHA1": HMAC})
    with pytest.raises(oauth2.SignatureInvalid) as caught:
        server.verify_request(received(request), CONSUMER, None)
    assert_no_secret(caught.value, "sesame", CONSUMER.secret)
    assert f"{name}%3D***" in str(caught.value.base_string)
    assert "size%3Dbig" in str(caught.value.base_string)
