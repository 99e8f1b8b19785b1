"""`Server.explain`: every step of a verification, also those after an error."""

from __future__ import annotations

import time
from typing import Any

import pytest
from known import HMAC_SHA1, NOW, PLAINTEXT
from secrets_check import assert_no_secret

import oauth2
from oauth2.server import Step

CONSUMER = oauth2.Consumer("key", "sekrit-one")
TOKEN = oauth2.Token("token", "sekrit-two")
ALL = [
    *("version", "parameters", "consumer key", "token"),
    *("signature method", "timestamp", "signature", "nonce"),
]


class ServerThen(oauth2.Server):
    """A server whose clock stands still."""

    def server_time(self) -> int:
        return NOW


def server_of(kind: type[oauth2.Server] = ServerThen, **options: Any) -> oauth2.Server:
    return kind({"HMAC-SHA1": HMAC_SHA1, "PLAINTEXT": PLAINTEXT}, **options)


def incoming(
    method: oauth2.SignatureMethod = HMAC_SHA1, body: bytes = b"", **parameters: Any
) -> oauth2.Request:
    given = {"oauth_timestamp": str(NOW), "oauth_nonce": "kllo9940pd9333jh", **parameters}
    signed = oauth2.Request.from_consumer_and_token(
        CONSUMER, TOKEN, "POST", "http://a.example/", given, body=body
    )
    signed.sign_request(method, CONSUMER, TOKEN, include_body_hash=bool(body))
    read = oauth2.Request.from_request("POST", signed.url, signed.to_header(), body=body or None)
    assert read is not None
    return read


def explained(request: oauth2.Request, server: oauth2.Server | None = None) -> list[Step]:
    steps = (server or server_of()).explain(request, CONSUMER, TOKEN)
    for step in steps:
        if step.error:
            assert_no_secret(step.error, CONSUMER.secret, TOKEN.secret)
        assert "sekrit" not in repr(step)
    return steps


def errors(steps: list[Step]) -> dict[str, type[oauth2.Error]]:
    return {step.name: type(step.error) for step in steps if step.error}


def test_accepted_request_passes_every_step() -> None:
    """Each is named in plain words, and shows what came."""
    assert explained(incoming()) == [
        Step("version", "1.0", None),
        Step(
            "parameters",
            "oauth_consumer_key, oauth_nonce, oauth_signature, oauth_signature_method,"
            " oauth_timestamp, oauth_token, oauth_version",
            None,
        ),
        Step("consumer key", str(CONSUMER.key), None),
        Step("token", str(TOKEN.key), None),
        Step("signature method", "HMAC-SHA1", None),
        Step("timestamp", str(NOW), None),
        Step("signature", None, None),
        Step("nonce", "kllo9940pd9333jh", None),
    ]


def test_stale_timestamp_does_not_hide_that_the_signature_is_right() -> None:
    """The steps after an error are still made."""
    steps = explained(incoming(oauth_timestamp=str(NOW - 301)))
    assert [step.name for step in steps] == ALL[:-1]
    assert errors(steps) == {"timestamp": oauth2.TimestampRefused}


def test_stale_timestamp_does_not_hide_that_the_signature_is_wrong() -> None:
    """Both are said."""
    request = incoming(oauth_timestamp=str(NOW - 301))
    request["oauth_signature"] = "other"
    expected = {"timestamp": oauth2.TimestampRefused, "signature": oauth2.SignatureInvalid}
    assert errors(explained(request)) == expected


def test_wrong_version_hides_nothing() -> None:
    """The version is signed as it came."""
    assert errors(explained(incoming(oauth_version="2.0"))) == {"version": oauth2.VersionRejected}


def test_missing_nonce_does_not_hide_that_the_signature_is_right() -> None:
    """A signature can be checked without one."""
    request = incoming()
    del request["oauth_nonce"]
    request.sign_request(HMAC_SHA1, CONSUMER, TOKEN, include_body_hash=False)
    steps = explained(request)
    assert [step.name for step in steps] == ALL[:-1]
    assert errors(steps) == {"parameters": oauth2.ParameterAbsent}


@pytest.mark.parametrize(
    ("absent", "left_out"),
    [
        ("oauth_signature", ["signature", "nonce"]),
        ("oauth_timestamp", ["timestamp", "nonce"]),
        ("oauth_signature_method", ["signature method", "signature", "nonce"]),
    ],
)
def test_step_without_its_parameter_is_left_out(absent: str, left_out: list[str]) -> None:
    """What is missing is said by the step of the parameters alone."""
    request = incoming()
    del request[absent]
    steps = explained(request)
    assert [step.name for step in steps] == [name for name in ALL if name not in left_out]
    assert isinstance(steps[1].error, oauth2.ParameterAbsent)
    assert steps[1].error.parameter == absent


def test_signature_of_a_method_that_is_refused_is_left_out() -> None:
    """There is nothing to check it with."""
    steps = explained(incoming(oauth2.SignatureMethod_HMAC_SHA256()))
    assert [step.name for step in steps] == ALL[:6]
    assert errors(steps) == {"signature method": oauth2.SignatureMethodRejected}


def test_body_hash_is_a_step_where_there_is_one() -> None:
    """It is checked beside the signature, which does not depend on the body itself."""
    request = incoming(body=b"{}")
    request.body = b"[]"
    steps = explained(request)
    assert [step.name for step in steps] == [*ALL[:-1], "body hash"]
    assert steps[-1].came == "vyGp6PvFo4RvsFtPoIWeCReyIC8="
    assert errors(steps) == {"body hash": oauth2.BodyHashInvalid}


def test_body_hash_of_an_unknown_body_is_no_step() -> None:
    """As with verify_request."""
    request = incoming(body=b"{}")
    request.body = None
    assert [step.name for step in explained(request)] == ALL


def test_nonce_is_remembered_when_all_else_passed() -> None:
    """An accepted request is used up, and says so the second time."""
    server = server_of()
    assert errors(explained(incoming(), server)) == {}
    assert errors(explained(incoming(), server)) == {"nonce": oauth2.NonceUsed}
    with pytest.raises(oauth2.NonceUsed):
        server.verify_request(incoming(), CONSUMER, TOKEN)


def test_refused_request_burns_no_nonce() -> None:
    """Nor does a forged one when it is only explained."""
    server = server_of()
    forged = incoming()
    forged["oauth_signature"] = "other"
    assert [step.name for step in explained(forged, server)] == ALL[:-1]
    assert server.verify_request(incoming(), CONSUMER, TOKEN) == {}


def test_plaintext_needs_neither_timestamp_nor_nonce() -> None:
    """They are left out, and the secrets that are its signature are not shown."""
    signed = oauth2.Request("POST", "https://a.example/", {})
    signed.sign_request(PLAINTEXT, CONSUMER, TOKEN, include_body_hash=False)
    steps = explained(signed)
    assert [(step.name, step.came) for step in steps[4:]] == [
        ("signature method", "PLAINTEXT"),
        ("signature", None),
        ("nonce", None),
    ]
    assert errors(steps) == {}


def test_no_parameters_at_all_are_a_type_error() -> None:
    """As with verify_request."""
    nothing: Any = None
    with pytest.raises(TypeError, match="request: expected a Request, got None"):
        server_of().explain(nothing, CONSUMER, TOKEN)


@pytest.mark.parametrize("value", ["\x1b[2J\n", b"\x1b[2J\n", ["\x1b[2J\n"], 7])
def test_what_came_is_escaped_and_cut(value: Any) -> None:
    """It goes to a terminal or a log line."""
    came = explained(oauth2.Request("GET", "http://a/", {"oauth_version": value}))[0].came
    assert came is not None
    assert came.isprintable()


def test_names_that_came_are_escaped() -> None:
    """They come from the other side, too."""
    step = explained(oauth2.Request("GET", "http://a/", {"oauth_\x1b": "a"}))[1]
    assert step.came == r"oauth_\x1b"


def test_overridden_steps_are_asked() -> None:
    """A subclass that checks less, or more, is explained as it verifies."""

    class Lenient(ServerThen):
        def _check_timestamp(self, timestamp: Any) -> None:
            pass

        def _check_version(self, request: oauth2.Request) -> None:
            raise oauth2.VersionRejected("never")

    request = incoming(oauth_timestamp="0")
    steps = explained(request, server_of(Lenient))
    assert errors(steps) == {"version": oauth2.VersionRejected}


def test_overridden_check_of_the_signature_is_one_step() -> None:
    """What it does inside is its own."""

    class Trusting(ServerThen):
        def _check_signature(self, request: Any, consumer: Any, token: Any) -> None:
            if "oauth_token" not in request:
                raise oauth2.ParameterAbsent("oauth_token", parameter="oauth_token")

    request = oauth2.Request("GET", "http://a/", {"oauth_nonce": "n"})
    expected = [("version", False), ("token", True), ("signature", True)]
    assert [(s.name, bool(s.error)) for s in explained(request, server_of(Trusting))] == expected
    request["oauth_token"] = TOKEN.key
    steps = explained(request, server_of(Trusting))
    assert steps[2:] == [Step("signature", None, None), Step("nonce", "n", None)]


def test_clock_of_a_server_can_be_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Timestamp and nonce are judged by the one clock that a subclass may set."""
    monkeypatch.setattr(time, "time", lambda: float(NOW + 10_000))
    asked: list[tuple[int, int]] = []

    class Nonces:
        def remember(self, key: Any, expires: int, now: int) -> bool:
            asked.append((expires, now))
            return True

    server = server_of(nonces=Nonces())
    assert server.verify_request(incoming(), CONSUMER, TOKEN) == {}
    assert asked == [(NOW + 300, NOW)]
    with pytest.raises(oauth2.TimestampRefused):
        server_of(oauth2.Server).verify_request(incoming(), CONSUMER, TOKEN)


def test_names_of_the_programs_own_parameters_are_not_shown() -> None:
    """What is missing is an ``oauth_`` parameter; a form may have thousands of others."""
    request = oauth2.Request("GET", "http://a/?b=1", {"a": "1", "oauth_b": "2", "x_auth_c": "3"})
    step = explained(request)[1]
    assert (step.name, step.received) == ("parameters", "oauth_b")
