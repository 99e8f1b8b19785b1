"""One exchange, looked into: the steps, the causes and the base strings, as they were then."""

from __future__ import annotations

import dataclasses
from typing import Any

import httplib2
import pytest
from asking import ask, ask_unsigned, exchange, request_token
from known import CONSUMER_SECRET, FORM

import oauth2
from oauth2.sandbox import Exchange, Provider
from oauth2.sandbox.copies import curl_of, python_of
from oauth2.sandbox.inspection import Explanation, explain, refusal_of
from oauth2.sandbox.recording import Content


def last(provider: Provider) -> Exchange:
    return provider.recorder.exchanges()[0]


def explained(provider: Provider) -> Explanation:
    return explain(last(provider), provider.server)


def errors(explanation: Explanation) -> dict[str, str]:
    return {step.name: refusal_of(step.error) for step in explanation.steps if step.error}


def send(provider: Provider, signed_url: str, sent_url: str, **options: Any) -> None:
    """Send what was signed for one URL to another."""
    client = oauth2.Client(provider.consumer, provider.add_token(), placement="header")
    signed = client.sign(signed_url, **options)
    httplib2.Http(proxy_info=None).request(
        sent_url, signed.method, body=signed.body, headers=signed.headers
    )


def test_accepted_request_passed_every_step(provider: Provider) -> None:
    """Also its nonce, which is remembered since; both base strings are the same."""
    ask(provider.consumer, provider.add_token(), f"{provider.resource_url}?size=big")
    explanation = explained(provider)
    assert [step.name for step in explanation.steps] == [
        *("version", "parameters", "consumer key", "token", "signature method", "timestamp"),
        *("signature", "nonce"),
    ]
    assert errors(explanation) == {}
    assert explanation.base_strings.are_equal
    assert "size%3Dbig" in str(explanation.base_strings.expected)


def test_wrong_signature_shows_what_was_signed(provider: Provider) -> None:
    """The octets that differ are marked, and the part that differs comes first."""
    url = f"{provider.resource_url}?size=big"
    send(provider, url.replace("http:", "https:"), url)
    explanation = explained(provider)
    assert errors(explanation) == {
        "signature": "Invalid signature. It was signed for https, but received by http."
    }
    assert [cause.summary for cause in explanation.causes] == [
        "It was signed for https, but received by http."
    ]
    signed, expected, signed_marks, expected_marks, rows = explanation.base_strings
    assert signed is not None
    assert signed.replace("https%3A", "http%3A") == expected
    assert [signed[start:end] for start, end in signed_marks] == ["s"]
    assert expected_marks == ()
    assert rows[0][:3] == ("scheme", "https", "http")


def test_what_is_not_proved_is_not_shown(provider: Provider) -> None:
    """Then the expected base string is there alone."""
    consumer = oauth2.Consumer(provider.consumer.key, "another")
    ask(consumer, provider.add_token(), provider.resource_url)
    explanation = explained(provider)
    assert errors(explanation)["signature"].startswith("Invalid signature. Nothing that usually")
    assert explanation.base_strings.signed is None
    assert str(explanation.base_strings.expected).startswith("POST&http%3A%2F%2F127.0.0.1%3A")


def test_clock_is_that_of_then(provider: Provider) -> None:
    """What was fresh then is not called old when it is looked at."""
    provider.server.clock_offset = 4000
    client = oauth2.Client(provider.consumer, provider.add_token(), proxy_info=None)
    client.clock_offset = 4000
    client.request(provider.resource_url)
    assert errors(explained(provider)) == {}
    old = dataclasses.replace(last(provider), time=last(provider).time - 1000)
    assert "timestamp" in errors(explain(old, provider.server))


def test_nonce_that_was_used_is_the_one_step_that_fails(provider: Provider) -> None:
    """Looking at the first of the two does not say so of it."""
    token = provider.add_token()
    for _ in range(2):
        ask(provider.consumer, token, provider.resource_url, oauth_nonce="n", oauth_timestamp=now())
    assert errors(explained(provider)) == {"nonce": "Nonce 'n' was used before."}
    first = provider.recorder.exchanges()[1]
    assert errors(explain(first, provider.server)) == {}


def now() -> str:
    return oauth2.Request.make_timestamp()


def test_consumer_that_is_unknown_leaves_no_signature_to_check(provider: Provider) -> None:
    """Nobody knows its secret."""
    ask(oauth2.Consumer("nobody", "x"), provider.add_token(), provider.resource_url)
    explanation = explained(provider)
    assert errors(explanation) == {"consumer key": "oauth_consumer_key: no consumer has this key."}
    assert [step.name for step in explanation.steps] == [
        *("version", "parameters", "consumer key", "signature method", "timestamp")
    ]


def test_token_that_is_unknown_leaves_no_signature_to_check(provider: Provider) -> None:
    """The refusal of then stands at its step."""
    ask(provider.consumer, oauth2.Token("gone", "x"), provider.resource_url)
    explanation = explained(provider)
    assert list(errors(explanation)) == ["token"]
    assert "was never issued" in errors(explanation)["token"]
    assert "signature" not in [step.name for step in explanation.steps]
    assert explanation.base_strings.signed is None


def test_what_the_provider_refuses_by_itself_is_a_step(provider: Provider) -> None:
    """The request is signed well."""
    token = request_token(provider)
    exchange(provider, token, "1")
    assert errors(explained(provider)) == {
        "permission unknown": "The user has not authorized this request token yet."
    }
    provider.allow(f"{provider.authorize_url}?oauth_token={token.key!s}")
    exchange(provider, token, "1")
    assert list(errors(explained(provider))) == ["verifier invalid"]


def test_token_that_is_gone_since_is_remembered(provider: Provider) -> None:
    """A request token can be exchanged once, and the exchange be looked at later."""
    token = request_token(provider)
    pin = provider.allow(f"{provider.authorize_url}?oauth_token={token.key!s}")
    exchange(provider, token, pin)
    assert errors(explained(provider)) == {}


def test_request_without_parameters_has_the_refusal_alone(provider: Provider) -> None:
    """A page has nothing at all."""
    ask_unsigned(provider.resource_url)
    explanation = explained(provider)
    assert list(errors(explanation)) == ["parameter absent"]
    assert explanation.base_strings.expected is None
    ask_unsigned(f"{provider.url}/nothing")
    assert explained(provider).steps == ()


def test_request_without_a_signature_has_no_base_string(provider: Provider) -> None:
    """There is nothing to compare it with."""
    ask_unsigned(f"{provider.resource_url}?oauth_consumer_key=printer")
    explanation = explained(provider)
    assert "parameters" in errors(explanation)
    assert explanation.base_strings == (None, None, (), (), ())


@pytest.mark.parametrize(
    "headers", [{"Authorization": "OAuth oauth_token"}, {"Host": "a b", "X-A": "b"}]
)
def test_malformed_request_is_one_step(provider: Provider, headers: dict[str, str]) -> None:
    """It cannot be read, then and now."""
    url = f"http://{headers.get('Host', '127.0.0.1')}/echo?a=b"
    malformed = Exchange("GET", url, tuple(headers.items()), Content.of(b""), 400)
    assert list(errors(explain(malformed, provider.server))) == ["request"]


def test_form_that_was_cut_has_what_was_found_then(provider: Provider) -> None:
    """All of it would be needed to verify it again."""
    body = f"a={'b' * 70_000}"
    url = provider.resource_url
    send(provider, url, url, method="POST", body=body, headers={"Content-Type": FORM})
    assert last(provider).body.is_cut
    assert explained(provider) == ((), (), (None, None, (), (), ()))
    send(provider, f"{url}?c", url, method="POST", body=body, headers={"Content-Type": FORM})
    explanation = explained(provider)
    assert list(errors(explanation)) == ["signature invalid"]
    assert explanation.base_strings.expected is not None
    with pytest.raises(ValueError, match="of 70,002 octets a part is kept"):
        curl_of(last(provider))


def forwarded(answer: bytes, url: str = "https://api.example/photos?size=big") -> Exchange:
    """Return a request that another server answered."""
    client = oauth2.Client(oauth2.Consumer("key", "secret"), placement="header")
    signed = client.sign(url, parameters={"oauth_nonce": "n", "oauth_timestamp": "1"})
    headers = tuple((str(name), str(value)) for name, value in signed.headers.items())
    return Exchange(
        "GET", url, headers, Content.of(b""), 401,
        response_body=Content.of(answer), is_forwarded=True,
    )  # fmt: skip


def test_base_string_of_another_provider_is_found_in_its_answer(provider: Provider) -> None:
    """Its parts are compared with those that were signed."""
    sent = forwarded(b"")
    signed = explain(sent, provider.server).base_strings.signed
    assert signed is not None
    shown = signed.replace("https", "http").encode()
    explanation = explain(forwarded(b"bad signature: " + shown), provider.server)
    assert explanation.base_strings.expected == shown.decode()
    assert [cause.code for cause in explanation.causes] == ["scheme"]
    assert explanation.steps == ()


def test_answer_without_a_base_string_leaves_the_signed_one(provider: Provider) -> None:
    """That is all that is known."""
    explanation = explain(forwarded(b"no"), provider.server)
    assert explanation.base_strings.expected is None
    assert explanation.base_strings.signed is not None


# Copies


def test_line_of_curl_sends_what_was_received(provider: Provider) -> None:
    """With the signature; what curl writes itself is left out."""
    url = f"{provider.resource_url}?size=big"
    send(provider, url, url, method="POST", body='{"a": 1}', headers={"Content-Type": "text/x"})
    line = curl_of(last(provider))
    assert line.startswith("curl ")
    assert "oauth_signature=" in line
    assert line.endswith(f"""--data-raw '{{"a": 1}}' '{url}'""")
    assert "Host:" not in line


def test_program_signs_anew(provider: Provider) -> None:
    """OAuth's own parameters are left out, wherever they were, and secrets are not in it."""
    form = "a=b&c=%20"
    client = oauth2.Client(provider.consumer, provider.add_token(), proxy_info=None)
    client.request(provider.resource_url, "POST", form, {"Content-Type": FORM})
    program = python_of(last(provider))
    assert f"client.request('{provider.resource_url}', 'POST', body='{form}'" in program
    assert "oauth_nonce" not in program
    assert CONSUMER_SECRET not in program
    client.request(f"{provider.resource_url}?d=e", "GET")
    assert f"client.request('{provider.resource_url}?d=e'" in python_of(last(provider))


def test_body_of_octets_is_in_a_program_and_not_in_a_line(provider: Provider) -> None:
    """No command line holds them."""
    client = oauth2.Client(provider.consumer, provider.add_token(), proxy_info=None)
    client.request(provider.resource_url, "POST", b"\0\xff", {"Content-Type": "image/png"})
    assert r"body=b'\x00\xff'" in python_of(last(provider))
    with pytest.raises(ValueError, match="text in UTF-8"):
        curl_of(last(provider))


@pytest.mark.parametrize(
    ("url", "headers", "told"),
    [
        ("http://a.example/", (), "expected a signed one"),
        ("http://a.example/?a=b", (), "expected a signed one"),
        ("http://a.example/", (("Authorization", "OAuth oauth_token"),), "Authorization"),
        (
            "http://a.example/?oauth_signature=a&oauth_signature_method=b",
            (),
            "oauth_signature_method: expected one that is known, got 'b'",
        ),
    ],
)
def test_what_no_program_could_sign_is_refused(
    url: str, headers: tuple[tuple[str, str], ...], told: str
) -> None:
    """The message says why."""
    with pytest.raises(ValueError, match=told):
        python_of(Exchange("GET", url, headers, Content.of(b""), 200))
