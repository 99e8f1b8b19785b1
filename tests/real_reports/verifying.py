"""What verifying servers were sent, and what they did with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import oauth2

from .report import Report

CONSUMER = oauth2.Consumer("key", "secret")
HMAC_SHA1 = oauth2.SignatureMethod_HMAC_SHA1()
URL = "https://app.example/launch"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def signed(**parameters: Any) -> oauth2.Request:
    request = oauth2.Request.from_consumer_and_token(CONSUMER, None, "POST", URL, parameters)
    request.sign_request(HMAC_SHA1, CONSUMER, None)
    return request


def verified(
    request: oauth2.Request | None,
    consumer: oauth2.Consumer = CONSUMER,
    server: oauth2.Server | None = None,
) -> Any:
    """Verify a request, and show by its class alone why it is refused."""
    assert request is not None
    try:
        return (server or oauth2.Server({"HMAC-SHA1": HMAC_SHA1})).verify_request(
            request, consumer, None
        )
    except oauth2.Error as error:
        return type(error).__name__


def by_header(change: Callable[[str], str]) -> Any:
    header = change(signed().to_header(realm=None)["Authorization"])
    return verified(
        oauth2.Request.from_request("POST", URL, {"HTTP_AUTHORIZATION": header}, body=b"")
    )


def unquoted() -> Any:
    return by_header(lambda header: header.replace('"1.0"', "1.0"))


def joined_by_a_gateway() -> Any:
    return [
        by_header(lambda header: f"Basic dTpw,{header}"),
        by_header(lambda header: f"{header},Basic dTpw"),
    ]


def without_its_scheme() -> Any:
    header = 'Basic dTpw oauth_consumer_key="key", oauth_signature="s"'
    return oauth2.Request.from_request("POST", URL, {"Authorization": header})


def repeated_by_a_stranger() -> Any:
    sent = signed()
    read = oauth2.Request.from_request("POST", f"{URL}?oauth_nonce=x", parameters=dict(sent))
    assert read is not None
    return read["oauth_nonce"] == sent["oauth_nonce"], verified(read)


def bad_host() -> Any:
    return oauth2.Request.from_request("GET", "http:///launch", signed().to_header())


def value_of_another_type() -> Any:
    values = (5, None, "\ud800")
    return [
        verified(
            oauth2.Request.from_request(
                "POST", URL, parameters={**signed(), "oauth_signature": value}
            )
        )
        for value in values
    ]


def spaces_for_plus_signs() -> Any:
    sent = signed()
    while b"+" not in sent["oauth_signature"]:
        sent = signed()
    text = sent["oauth_signature"].decode().replace("+", " ")
    return verified(
        oauth2.Request.from_request("POST", URL, parameters={**sent, "oauth_signature": text})
    )


def form_with_the_hash_of_no_body() -> Any:
    body = signed(a="b").to_postdata().encode()
    return verified(oauth2.Request.from_request("POST", URL, FORM, body=body))


def order_of_values() -> Any:
    body = signed(**{"tags[]": ["b", "a"]}).to_postdata().encode()
    return verified(oauth2.Request.from_request("POST", URL, FORM, body=body))


def no_url() -> Any:
    return hasattr(oauth2.Request("GET"), "normalized_url")


def no_signature() -> Any:
    return verified(oauth2.Request("GET", URL))


def somebody_else() -> Any:
    request = oauth2.Request.from_consumer_and_token(CONSUMER, None, "POST", URL)
    request.sign_request(HMAC_SHA1, CONSUMER, None)
    named = oauth2.Request.from_consumer_and_token(
        CONSUMER, oauth2.Token("victim", ""), "POST", URL
    )
    named.sign_request(HMAC_SHA1, CONSUMER, None)
    return verified(request, oauth2.Consumer("attacker", CONSUMER.secret)), verified(named)


def clock_that_jumps() -> Any:
    nonces = oauth2.MemoryNonces()
    nonce = ("key", "", "1000", "n")
    nonces.remember(nonce, expires=1300, now=1000)
    nonces.remember(("key", "", "9000", "n"), expires=9300, now=9000)
    return nonces.remember(nonce, expires=1300, now=1001)


def secret_sent_by_mistake() -> Any:
    request = signed(oauth_token_secret="sesame")
    request["oauth_signature"] = "other"
    steps = oauth2.Server({"HMAC-SHA1": HMAC_SHA1}).explain(request, CONSUMER, None)
    return [step.name for step in steps if step.error], "sesame" in repr(steps)


REPORTS = [
    Report("A value of a header stands without quotes.", unquoted, {}),
    Report("A gateway joins Basic and OAuth into one header.", joined_by_a_gateway, [{}, {}]),
    Report(
        "A header has OAuth's parameters under another scheme.",
        without_its_scheme,
        "MalformedHeader: Authorization header: expected the scheme at the start or after a"
        " comma, got OAuth at position 11 of 56.",
    ),
    Report(
        "A stranger repeats a parameter, and the program guards verify_request alone.",
        repeated_by_a_stranger,
        (True, "DuplicateParameter"),
    ),
    Report(
        "The Host header of a request is none.",
        bad_host,
        "MalformedRequest: expected a URL with a host, got 'http:///launch'",
    ),
    Report(
        "A framework hands over a signature that is no text, or none that can be encoded.",
        value_of_another_type,
        ["ParameterRejected", "ParameterRejected", "MalformedRequest"],
    ),
    Report("A framework makes spaces of the plus signs of a signature.", spaces_for_plus_signs, {}),
    Report(
        "A form carries the hash of no body.",
        form_with_the_hash_of_no_body,
        {"a": "b"},
    ),
    Report("Repeated values are read in their order.", order_of_values, {"tags[]": ["b", "a"]}),
    Report("A request without a URL is asked for its normalized URL.", no_url, False),
    Report("A request has neither a signature nor a method.", no_signature, "MissingSignature"),
    Report(
        "A request names another consumer, or a token, than it is verified for.",
        somebody_else,
        ("ConsumerUnknown", "TokenUnknown"),
    ),
    Report("A clock jumps ahead and back before a replay.", clock_that_jumps, False),
    Report(
        "A token secret is sent by mistake.",
        secret_sent_by_mistake,
        (["signature"], False),
    ),
]
