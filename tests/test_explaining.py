"""`Verifier.explain` and `Server.explain`: why a request is refused."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from gateways import environ_of, signed
from known import CONSUMER, CONSUMER_SECRET, FORM, HMAC_SHA1, HMAC_SHA256, NOW, PLAINTEXT, TOKEN
from secrets_check import assert_no_secret

import oauth2
from oauth2.diagnosis import find_base_string
from oauth2.server import Step

URL = "https://app.example/v1/photos?size=big"
CONSUMERS: dict[str, Any] = {"key": CONSUMER}


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: float(NOW))


def find_token(key: str, consumer: Any) -> Any:
    return {"token": TOKEN}.get(key)


def verifier_of(**options: Any) -> oauth2.Verifier:
    return oauth2.Verifier(CONSUMERS.get, find_token, **options)


def received(url: str = URL, sent_to: str = URL, **options: Any) -> oauth2.Request:
    """Return a request that oauthlib signed for one URL, and that was sent to another."""
    sent = signed(url, **options)
    return oauth2.Request.from_wsgi(environ_of(sent._replace(url=sent_to)))


def errors(steps: list[Step]) -> dict[str, Any]:
    return {step.name: step.error for step in steps if step.error}


def causes(steps: list[Step]) -> list[str]:
    return [cause.code for cause in errors(steps)["signature"].causes]


SIGNED_FOR = {
    "http for https": ("http://app.example/v1/photos?size=big", ["scheme"]),
    "a prefix left out": ("https://app.example/photos?size=big", ["path-prefix"]),
    "another query": ("https://app.example/v1/photos", ["form-parameter"]),
    "http, and a slash": ("http://app.example/v1/photos/?size=big", ["scheme", "trailing-slash"]),
    "something else": ("https://app.example/?else=1", ["unknown-key"]),
}


@pytest.mark.parametrize(("url", "codes"), SIGNED_FOR.values(), ids=SIGNED_FOR)
def test_verifier_says_what_another_library_signed(url: str, codes: list[str]) -> None:
    """Three-legged here; its own `verify` says the base string alone."""
    verifier = verifier_of()
    request = received(url, has_token=True)
    with pytest.raises(oauth2.SignatureInvalid) as caught:
        verifier.verify(request)
    assert caught.value.causes == ()
    steps = verifier.explain(request)
    assert causes(steps) == codes
    assert causes(asyncio.run(verifier.explain_async(request))) == codes
    assert_no_secret(errors(steps)["signature"], CONSUMER_SECRET, TOKEN.secret)


def test_message_has_what_is_proved_and_the_base_string() -> None:
    """So a log that has the message alone says why."""
    error = errors(verifier_of().explain(received("http://app.example/v1/photos?size=big")))
    message = str(error["signature"])
    assert message.startswith(
        "Invalid signature. It was signed for http, but received by https. Expected signature base"
    )
    assert find_base_string(message) == error["signature"].base_string


def test_message_of_what_is_not_proved_stays() -> None:
    """Nothing is said that might not be so."""
    request = received("https://app.example/?else=1")
    with pytest.raises(oauth2.SignatureInvalid) as caught:
        verifier_of().verify(request)
    assert str(errors(verifier_of().explain(request))["signature"]) == str(caught.value)


def test_request_that_verifies_has_no_error() -> None:
    """And its nonce is still good, as no store is asked."""
    verifier = verifier_of()
    request = received()
    steps = verifier.explain(request)
    assert errors(steps) == {}
    assert "nonce" not in [step.name for step in steps]
    verifier.verify(request)


def test_verify_looks_for_no_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    """It costs too much for whoever can send requests."""
    asked: list[Any] = []

    def note(*given: Any) -> tuple[tuple[()], None]:
        asked.append(given)
        return (), None

    monkeypatch.setattr("oauth2.diagnosis.refusal.find_signed", note)
    request = received("https://app.example/?else=1")
    server = oauth2.Server({"HMAC-SHA1": HMAC_SHA1})
    with pytest.raises(oauth2.SignatureInvalid):
        verifier_of().verify(request)
    with pytest.raises(oauth2.SignatureInvalid):
        server.verify_request(request, CONSUMER, None)
    assert asked == []
    server.explain(request, CONSUMER, None)
    assert len(asked) == 1


REFUSED: dict[str, tuple[Callable[[], Any], str, type[oauth2.Error]]] = {
    "no request": (lambda: None, "request", oauth2.Unsigned),
    "no credentials": (lambda: oauth2.Request("GET", URL, {"a": "b"}), "request", oauth2.Unsigned),
    "too large": (
        lambda: received(method="POST", body=b"a=" + b"b" * 2000, content_type=FORM),
        "request",
        oauth2.BodyTooLarge,
    ),
    "another consumer": (
        lambda: received(client_key="else"),
        "consumer key",
        oauth2.ConsumerUnknown,
    ),
    "another token": (
        lambda: received(resource_owner_key="else", resource_owner_secret="x"),
        "token",
        oauth2.TokenUnknown,
    ),
}


@pytest.mark.parametrize(("make", "step", "kind"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_before_the_signature_is_a_step(
    make: Callable[[], Any], step: str, kind: type[oauth2.Error]
) -> None:
    """Nothing that was received is raised, and nobody is said to have signed wrongly."""
    verifier = verifier_of(max_body=1000)
    found = errors(verifier.explain(make()))
    assert {name: type(error) for name, error in found.items()} == {step: kind}
    awaited = errors(asyncio.run(verifier.explain_async(make())))
    assert {name: type(error) for name, error in awaited.items()} == {step: kind}


@pytest.mark.parametrize("has_token", [True, False])
def test_of_an_unknown_consumer_nothing_else_is_wrong(has_token: bool) -> None:
    """Nothing is said of its token, and there is no step of a token that was not sent."""
    steps = verifier_of().explain(received(client_key="else", has_token=has_token))
    assert list(errors(steps)) == ["consumer key"]
    assert ("token" in [step.name for step in steps]) is has_token


def test_look_up_that_finds_another_consumer_is_a_step() -> None:
    """Beside a token that is not known."""
    verifier = oauth2.Verifier(lambda key: oauth2.Consumer("other", "x"), find_token)
    request = received(resource_owner_key="else", resource_owner_secret="x")
    assert list(errors(verifier.explain(request))) == ["consumer key", "token"]


def test_look_ups_may_be_awaited() -> None:
    """As for verify_async."""

    async def find(key: str, consumer: Any = None) -> Any:
        return CONSUMER if consumer is None else TOKEN

    verifier = oauth2.Verifier(find, find)
    request = received("http://app.example/v1/photos?size=big", has_token=True)
    assert causes(asyncio.run(verifier.explain_async(request))) == ["scheme"]
    with pytest.raises(TypeError, match="find_consumer: expected an answer"):
        verifier.explain(request)


def test_origin_counts() -> None:
    """A proxy that ends TLS is no cause where the public address is known."""
    inside = "http://10.0.0.1:8000/photos?size=big"
    assert errors(verifier_of(origin="https://app.example/v1").explain(received(URL, inside))) == {}
    assert causes(verifier_of().explain(received(f"{URL}&a=b", inside))) == ["unknown-key"]


class Row:
    """A consumer as a database has it, with a method of its own."""

    key, secret = "key", CONSUMER_SECRET

    def __init__(self, method: oauth2.SignatureMethod) -> None:
        self.signature_methods = {method.name: method}


def test_methods_of_a_consumer_count() -> None:
    """They take the place of the verifier's, as in `verify`; PLAINTEXT has its key explained."""
    verifier = oauth2.Verifier(lambda key: Row(PLAINTEXT))
    wrong = verifier.explain(received())
    assert list(errors(wrong)) == ["signature method"]
    plain = received(signature_method="PLAINTEXT", client_secret="other")
    error = errors(verifier.explain(plain))["signature"]
    assert str(error) == "Invalid signature: PLAINTEXT with other secrets."
    alone = received(signature_method="PLAINTEXT", client_secret="", resource_owner_secret="x")
    alone["oauth_signature"] = CONSUMER_SECRET
    error = errors(verifier.explain(alone))["signature"]
    assert [cause.code for cause in error.causes] == ["consumer-secret-alone"]
    assert "The key was the consumer secret alone" in str(error)
    assert_no_secret(error, CONSUMER_SECRET)


def test_canvas_is_explained_as_it_is_verified() -> None:
    """What the form repeats of the query counts once, where the verifier says so."""
    sent = signed("https://app.example/launch", "POST", b"a=1&b=2", FORM)
    request = oauth2.Request.from_wsgi(environ_of(sent._replace(url=f"{sent.url}?a=1")))
    assert errors(verifier_of(repeated_query="once").explain(request)) == {}
    assert causes(verifier_of().explain(request)) == ["repeated-parameter"]


def test_canvas_is_explained_with_its_token() -> None:
    """The token counts in both readings."""
    sent = signed("https://app.example/launch", "POST", b"a=1&b=2", FORM, has_token=True)
    request = oauth2.Request.from_wsgi(environ_of(sent._replace(url=f"{sent.url}?a=1")))
    assert errors(verifier_of(repeated_query="once").explain(request)) == {}


def test_what_is_wrong_in_both_readings_is_explained_by_the_rfc() -> None:
    """With all parameters as they are sent (RFC 5849 section 3.4.1.3.1)."""
    sent = signed("https://app.example/launch", "POST", b"a=1&b=2", FORM)
    request = oauth2.Request.from_wsgi(environ_of(sent._replace(url=f"{sent.url}?a=1")))
    request["a"] = ["1", "1", "1"]
    found = errors(verifier_of(repeated_query="once").explain(request))
    assert list(found) == ["signature"]
    assert "a%3D1%26a%3D1%26a%3D1%26b%3D2" in found["signature"].base_string


def test_body_that_no_signature_covers_is_a_step() -> None:
    """Where a hash of each body is required."""
    sent = signed("https://app.example/", "POST")._replace(body=b"{}")
    request = oauth2.Request.from_wsgi(environ_of(sent))
    found = errors(verifier_of(require_body_hash=True).explain(request))
    assert {step: type(error) for step, error in found.items()} == {
        "body hash": oauth2.BodyHashInvalid
    }
    assert errors(verifier_of().explain(request)) == {}


class OwnMethod(oauth2.SignatureMethod_HMAC_SHA1):
    """A method of a program, which may sign what it likes."""

    def check(self, request: Any, consumer: Any, token: Any, signature: str | bytes) -> bool:
        return False


def test_method_of_a_program_is_not_explained() -> None:
    """Nothing is known of what it signs."""
    request = received()
    server = oauth2.Server({"HMAC-SHA1": OwnMethod()})
    assert errors(server.explain(request, CONSUMER, None))["signature"].causes == ()


def test_other_errors_stay_what_they_are() -> None:
    """`Server.explained` may be given whatever was raised."""
    server = oauth2.Server({"HMAC-SHA1": HMAC_SHA1, "HMAC-SHA256": HMAC_SHA256})
    request = received()
    for error in (oauth2.NonceUsed("used"), oauth2.BodyHashInvalid("hash")):
        assert server.explained(error, request, CONSUMER, None) is error
    wrong = oauth2.SignatureInvalid("Invalid signature.")
    request["oauth_signature_method"] = ["HMAC-SHA1"]
    assert server.explained(wrong, request, CONSUMER, None) is wrong


def test_server_says_why_as_well() -> None:
    """With the token's secret that it was given."""
    server = oauth2.Server({"HMAC-SHA1": HMAC_SHA1})
    request = received(has_token=True, client_secret="token-sekrit", resource_owner_secret="x")
    assert causes(server.explain(request, CONSUMER, TOKEN)) == ["unknown-key"]
    swapped: Any = {"client_secret": TOKEN.secret, "resource_owner_secret": CONSUMER_SECRET}
    request = received(has_token=True, **swapped)
    assert causes(server.explain(request, CONSUMER, TOKEN)) == ["secrets-swapped"]


def test_request_that_has_no_url_is_explained_by_its_keys() -> None:
    """A program may have a base string of its own, and no URL at all."""

    class Signed(oauth2.Request):
        def signature_base_string(self) -> str:
            return "GET&its own"

    request = Signed("GET", None, dict(received()))
    server = oauth2.Server({"HMAC-SHA1": HMAC_SHA1})
    assert causes(server.explain(request, CONSUMER, None)) == ["unknown-key"]


def test_error_has_the_base_string_that_was_signed() -> None:
    """Beside the expected one, for a view side by side; a secret in it is hidden."""
    url = "{}://app.example/v1/photos?size=big&x_auth_password=sekrit"
    error = errors(verifier_of().explain(received(url.format("http"), url.format("https"))))
    signed = error["signature"].signed_base_string
    assert signed.startswith("GET&http%3A%2F%2Fapp.example%2Fv1%2Fphotos&")
    assert "x_auth_password%3D***" in signed
    assert signed.replace("http%3A", "https%3A") == error["signature"].base_string


def test_base_string_that_is_not_proved_is_none() -> None:
    """As is that of PLAINTEXT, which signs none."""
    error = errors(verifier_of().explain(received("https://app.example/?else=1")))
    assert error["signature"].signed_base_string is None
    server = oauth2.Server({"PLAINTEXT": PLAINTEXT})
    request = received(signature_method="PLAINTEXT", client_secret=f"{CONSUMER_SECRET}\n")
    (refused,) = errors(server.explain(request, CONSUMER, None)).values()
    assert "white space" in refused.message
    assert refused.signed_base_string is None
