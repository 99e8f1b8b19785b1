"""What is tried to explain a signature, of which requests, by which keys, and how long."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from known import FORM
from wrong_clients import (
    BODY,
    CONSUMER,
    CS,
    ORIGIN,
    PATH,
    PROTOCOL,
    QUERY,
    TOKEN,
    TS,
    Client,
    codes,
    esc,
    received,
    without,
)

import oauth2
from oauth2.diagnosis import signature_causes
from oauth2.diagnosis.proof import MOST_OCTETS, MOST_TRIALS, Key, prove
from oauth2.diagnosis.signable import signable_of

UNSENT = without("oauth_token", PROTOCOL)


class Odd(NamedTuple):
    """A request that is sent in another way than most: what was signed, sent, and the code."""

    signed: dict[str, Any]
    sent: dict[str, Any]
    code: str


ODD = {
    "port of a proxy": Odd({}, {"origin": "http://api.example:8080"}, "scheme"),
    "port left out": Odd({}, {"origin": f"{ORIGIN}:8443"}, "port"),
    "www left out": Odd({}, {"origin": "https://www.api.example"}, "host-www"),
    "empty path": Odd({"path": ""}, {"path": "/"}, "trailing-slash"),
    "two slashes": Odd({"path": "/a/b"}, {"path": "//a/b"}, "double-slash"),
    "plus in the path": Odd({"path": "/a b"}, {"path": "/a+b"}, "path-encoding"),
    "long path": Odd({"path": f"/~{'a' * 2000}"}, {"path": f"/%7E{'a' * 2000}"}, "unknown-key"),
    "form without its Content-Type": Odd({}, {"type": "text/plain"}, "form-parameter"),
    "query copied into the form": Odd({}, {"body": f"{BODY}&size=big"}, "repeated-parameter"),
    "escapes taken for text": Odd({"query": [("q", "%20")]}, {"query": "q=%20"}, "encoded-twice"),
    "empty token": Odd(
        {"protocol": [*UNSENT, ("oauth_token", "")], "key": f"{esc(CS)}&"},
        {"protocol": UNSENT},
        "added-parameter",
    ),
    "version that is not sent": Odd(
        {}, {"protocol": without("oauth_version", PROTOCOL)}, "added-parameter"
    ),
    "token's secret without the token": Odd(
        {"protocol": UNSENT}, {"protocol": UNSENT}, "token-secret-without-token"
    ),
    "what Latin-1 has not": Odd(
        {"query": [("q", "€")], "value": lambda text: esc(text.encode().decode("latin-1"))},
        {"query": "q=%E2%82%AC"},
        "utf-8-twice",
    ),
    "NUL in a value": Odd(
        {"query": [("q", "a\0b")], "form": []}, {"query": "q=a%00b"}, "form-parameter"
    ),
    "other secrets": Odd({"key": "others&"}, {}, "unknown-key"),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_mistake_that_depends_on_what_is_sent_is_named(odd: Odd) -> None:
    """Each is proved by what the request has; what cannot be known is not guessed."""
    assert codes(received(Client(**odd.signed).signature(), **odd.sent)) == [odd.code]


def test_right_client_made_no_mistake() -> None:
    """The tables start from a request that verifies."""
    assert codes(received(Client().signature())) == ["right-key"]


def test_nothing_that_fits_is_said_of_base_string_and_keys() -> None:
    """Whoever reads it is not sent to secrets that may be right."""
    (cause,) = signature_causes(received(Client(key="x").signature()), CONSUMER, TOKEN)
    assert cause.summary.endswith("the base string may differ, or the keys.")


def test_realm_that_is_signed_is_named() -> None:
    """It is a parameter of the header that nobody signs."""
    request = received(Client(protocol=[*PROTOCOL, ("realm", "Photos")]).signature())
    request.realm = "Photos"
    assert codes(request) == ["added-parameter"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_parameters_that_a_framework_parsed_are_enough(method: str) -> None:
    """How they were written is lost, and nothing else."""
    client = Client(method=method, form=[], query=[("size", "big")], origin="http://api.example")
    headers = received(client.signature()).to_header()
    url, parsed = f"{ORIGIN}{PATH}?size=big", {"a": ["1", "2"]}
    request = oauth2.Request.from_request(method, url, headers, parameters=parsed)
    assert request is not None
    found = codes(request)
    # Those of a GET are its query, of which one pair was signed.
    assert found == (["scheme", "form-parameter"] if method == "POST" else ["unknown-key"])


def test_query_that_the_form_repeats_may_be_read_once() -> None:
    """It is taken apart as it counts."""
    client = Client(origin="http://api.example", form=[], query=[("a", "1")])
    headers = {**received(client.signature()).to_header(), "Content-Type": FORM}
    request = oauth2.Request.from_request(
        "POST", f"{ORIGIN}{PATH}?a=1", headers, body=b"a=1", repeated_query="once"
    )
    assert codes(request) == ["scheme"]


def test_request_that_was_made_here_is_taken_apart_as_well() -> None:
    """Its query is not in the dict."""
    request = oauth2.Request("POST", f"{ORIGIN}{PATH}?{QUERY}", dict(PROTOCOL))
    request["oauth_signature"] = Client(form=[], origin="http://api.example").signature()
    assert codes(request) == ["scheme"]


@pytest.mark.parametrize(
    ("key", "code"), [(f"{esc(TS)}&{esc(CS)}", "secrets-swapped"), ("x", "unknown-key")]
)
def test_request_that_a_program_signs_in_its_own_way_has_its_key_judged(
    key: str, code: str
) -> None:
    """No mistake in a base string is looked for that is built otherwise."""

    class Own(oauth2.Request):
        def get_normalized_parameters(self) -> str:
            return "own"

    request = Own("GET", f"{ORIGIN}/", dict(PROTOCOL))
    base = f"GET&{esc(ORIGIN)}%2F&own".encode()
    digest = hmac.new(key.encode(), base, hashlib.sha1).digest()
    request["oauth_signature"] = base64.b64encode(digest).decode()
    assert codes(request) == [code]


@pytest.mark.parametrize("signature", ["", None, 7])
def test_request_without_a_signature_has_nothing_to_explain(signature: Any) -> None:
    """Nor has one whose signature is not text."""
    request = received("x")
    request["oauth_signature"] = signature
    assert signature_causes(request, CONSUMER, None) == ()


HUGE: dict[str, Callable[[], Any]] = {
    "a long value": lambda: received("A" * 27 + "=", body=f"a={'x' * 60_000}"),
    "a longer value": lambda: received("A" * 27 + "=", body=f"a={'%' * 200_000}"),
    "many pairs": lambda: received("A" * 27 + "=", body="&".join(f"a{i}=1" for i in range(990))),
    "more pairs": lambda: received("A" * 27 + "=", body="a&" * 2000),
    "one name": lambda: received("A" * 27 + "=", body="&".join(f"a=%C3%A9{i}" for i in range(900))),
    "a long path": lambda: received("A" * 27 + "=", path="/a" * 20_000),
    "a long body that is no form": lambda: received("A" * 27 + "=", type="x/y", body="a" * 500_000),
}


@pytest.mark.parametrize("make", HUGE.values(), ids=HUGE)
def test_huge_request_takes_no_longer_than_others(make: Callable[[], Any]) -> None:
    """Trials and octets are bounded; so is what is built without being tried."""
    request = make()
    started = time.process_time()
    assert codes(request) == ["unknown-key"]
    assert time.process_time() - started < 10


def test_trials_are_bounded() -> None:
    """By their number, and by the octets of the base strings that are built."""
    tried: list[int] = []

    def refuse(base: bytes) -> bool:
        tried.append(len(base))
        return False

    keys = [Key((), refuse)] * 1000
    small = signable_of(received("x"))
    assert small is not None
    assert prove(small.base_string(), small, keys) is None
    assert len(tried) == MOST_TRIALS
    tried.clear()
    big = signable_of(received("x", body=f"a={'x' * 60_000}"))
    assert big is not None
    assert prove(big.base_string(), big, keys[:1]) is None
    assert sum(tried) <= MOST_OCTETS + len(big.base_string())
    tried.clear()
    several = signable_of(received("x", body="a=%2B&" * 900))
    assert several is not None
    assert prove(several.base_string(), several, keys[:1]) is None
    assert sum(tried) < MOST_OCTETS / 2  # pairs count, too
