"""With which wrong key was it signed: the signatures here are made without the package."""

from __future__ import annotations

import base64
import hashlib
import hmac
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from vectors import VECTORS

from oauth2 import Consumer, Request, Token
from oauth2.diagnosis.causes import Cause
from oauth2.diagnosis.keys import key_causes, request_key_causes, signature_causes

PUBLISHED = [
    pytest.param(vector, id=vector["id"])
    for vector in VECTORS
    if vector["kind"] == "request"
    and vector["verified"]
    and vector.get("signature_method") in ("HMAC-SHA1", "HMAC-SHA256")
    and {"consumer_secret", "signature"} <= vector.keys()
]
BASE = "GET&http%3A%2F%2Fa.example%2F&b%3Dc"
CS, TS = "sekrit/cs+1", "sekrit&ts=2"
CONSUMER, TOKEN = Consumer("ck", CS), Token("tk", TS)
C, T = quote(CS, safe=""), quote(TS, safe="")
RIGHT = f"{C}&{T}"


def digest(key: str, hash_name: str = "sha1") -> bytes:
    return hmac.new(key.encode(), BASE.encode(), getattr(hashlib, hash_name)).digest()


def signed(key: str, hash_name: str = "sha1") -> str:
    return base64.b64encode(digest(key, hash_name)).decode()


def causes(signature: str | bytes, token: Any = TOKEN, **options: Any) -> tuple[Cause, ...]:
    found = key_causes(BASE, signature, CONSUMER, token, **options)
    assert "sekrit" not in repr(found)
    return found


def sentences(signature: str | bytes, token: Any = TOKEN, **options: Any) -> list[str]:
    return [cause.summary for cause in causes(signature, token, **options)]


IS_RIGHT = "The key is right: consumer secret, & and token secret made this signature."
ALONE = "The key was the consumer secret alone, without the & and what follows it."
UNENCODED = "The secrets were put into the key without being percent-encoded."
TWICE = "The secrets were percent-encoded twice."
FOR_SECRET = "A consumer key or token stood in the place of its secret."
SPACE = "There was white space or a line break around a secret."
ONE_TWICE = "One secret stood on both sides of the &."
HEX = "The digest is written in hexadecimal digits."
NO_KEY = "The signature was made by none of the keys that these secrets give."
UNKNOWN = (
    "Nothing that usually goes wrong makes this signature: the base string may differ, or the keys."
)

WRONG_KEYS = {
    C: ALONE,
    CONSUMER.secret: ALONE,
    f"{C}{T}": "The secrets were joined without the &.",
    f"{CS}{TS}": "The secrets were joined without the &.",
    f"{C}&": "The token secret was left out of the key.",
    f"&{T}": "The consumer secret was left out of the key.",
    T: "The consumer secret was left out of the key.",
    f"{T}&{C}": "Token secret and consumer secret were swapped.",
    f"{C}&{C}": ONE_TWICE,
    f"{T}&{T}": ONE_TWICE,
    f"{CS}&{TS}": UNENCODED,
    f"{C}&{TS}": UNENCODED,
    f"{CS}&{T}": UNENCODED,
    f"{quote(C)}&{quote(T)}": TWICE,
    f"{C}&{quote(T)}": TWICE,
    quote(RIGHT): TWICE,
    f"ck&{T}": FOR_SECRET,
    f"{C}&tk": FOR_SECRET,
    "ck&tk": FOR_SECRET,
    f"{C}&None": "A word such as None or null stood in the place of the token secret.",
    f"{C}&null": "A word such as None or null stood in the place of the token secret.",
    f"{C}%0A&{T}": SPACE,
    f"{C}&{T}%20": SPACE,
    f"%20{C}&%20{T}": SPACE,
    f"{CS}&{TS}\r\n": SPACE,
    "quite another": UNKNOWN,
}


@pytest.mark.parametrize(("key", "sentence"), WRONG_KEYS.items(), ids=range(len(WRONG_KEYS)))
def test_wrong_key_is_named_in_words(key: str, sentence: str) -> None:
    """One sentence says how the key came about."""
    assert sentences(signed(key)) == [sentence]


@pytest.mark.parametrize("vector", PUBLISHED)
def test_published_signatures_have_the_right_key(vector: dict[str, Any]) -> None:
    """And no other is found for them."""
    token = Token("t", vector["token_secret"]) if vector.get("token_secret") else None
    consumer = Consumer("c", vector["consumer_secret"])
    arguments = vector["base_string"], vector["signature"], consumer, token
    found = key_causes(*arguments, vector["signature_method"])
    assert [cause.code for cause in found] == ["right-key"]


def test_white_space_in_our_own_secret_is_found() -> None:
    """The other side has stripped it."""
    consumer = Consumer("ck", f"{CS}\n")
    assert key_causes(BASE, signed(RIGHT), consumer, TOKEN)[0].summary == SPACE


@pytest.mark.parametrize("token", [None, {}, Token("tk", "")])
def test_key_without_token_secret_is_right_where_there_is_none(token: Any) -> None:
    """With the & at its end."""
    assert sentences(signed(f"{C}&"), token) == [IS_RIGHT]
    assert sentences(signed(C), token) == [ALONE]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (signed(RIGHT).encode(), [IS_RIGHT]),
        (f" {signed(RIGHT)}\n", [IS_RIGHT]),
        (quote(signed(RIGHT), safe=""), [IS_RIGHT]),
        (signed(RIGHT).rstrip("="), [IS_RIGHT]),
        (digest(RIGHT).hex(), [HEX, IS_RIGHT]),
        (digest(RIGHT).hex().upper(), [HEX, IS_RIGHT]),
        (base64.b64encode(digest(RIGHT).hex().encode()), [HEX, IS_RIGHT]),
        (digest(C).hex(), [HEX, ALONE]),
    ],
)
def test_signature_is_read_however_it_is_written(written: Any, expected: list[str]) -> None:
    """What is wrong about that is said before what is wrong about the key."""
    assert sentences(written) == expected


@pytest.mark.parametrize(
    ("mark", "put", "sentence"),
    [
        ("+", " ", "The signature has a space where base64 has +."),
        ("+", "-", "The signature is in the base64 of URLs, with - and _."),
        ("/", "_", "The signature is in the base64 of URLs, with - and _."),
    ],
)
def test_signature_with_other_marks_is_read(mark: str, put: str, sentence: str) -> None:
    """The two marks of base64 suffer on their way through URLs."""
    keys = (f"{C}&{number}" for number in range(1000))
    number, signature = next(
        (key.rpartition("&")[2], signed(key)) for key in keys if mark in signed(key)
    )
    token = Token("tk", number)
    assert sentences(signature.replace(mark, put), token) == [sentence, IS_RIGHT]


@pytest.mark.parametrize(
    ("hash_name", "used"), [("sha256", "HMAC-SHA256"), ("sha512", "HMAC-SHA512")]
)
def test_other_hash_is_told_by_the_length(hash_name: str, used: str) -> None:
    """And the key is still judged."""
    expected = f"The signature has the length of {used}, not of HMAC-SHA1."
    assert sentences(signed(RIGHT, hash_name)) == [expected, IS_RIGHT]
    assert sentences(signed(C, hash_name)) == [expected, ALONE]
    assert sentences(signed(RIGHT, hash_name), method_name=used) == [IS_RIGHT]


@pytest.mark.parametrize("written", ["", "a", "abc", "\u00e9", "?" * 27, b"\xff", "A" * 100])
def test_text_that_is_no_digest_is_called_so(written: str | bytes) -> None:
    """No key can have made it."""
    expected = "The signature is not an HMAC: its length is not that of SHA-1, SHA-256 or SHA-512."
    assert sentences(written) == [expected]


@pytest.mark.parametrize(
    ("written", "expected"),
    [(RIGHT, IS_RIGHT), (C, ALONE), (f"{T}&{C}", WRONG_KEYS[f"{T}&{C}"]), ("x", NO_KEY)],
)
def test_plaintext_signature_is_the_key_itself(written: str, expected: str) -> None:
    """It is compared as it is, and nobody is sent to a base string, as there is none."""
    assert sentences(written, method_name="PLAINTEXT") == [expected]


def test_secrets_may_be_bytes_of_a_look_alike() -> None:
    """As everywhere."""
    row = SimpleNamespace(key=b"ck", secret=CS.encode())
    assert key_causes(BASE.encode(), signed(RIGHT), row, TOKEN)[0].code == "right-key"


def test_method_without_shared_secrets_is_refused() -> None:
    """RSA signs with another kind of key."""
    expected = "method_name: expected one of HMAC-SHA1, HMAC-SHA256, HMAC-SHA512, PLAINTEXT, got"
    with pytest.raises(ValueError, match=expected):
        causes("x", method_name="RSA-SHA1")


def test_secret_of_another_type_is_refused() -> None:
    """As when signing."""
    row = SimpleNamespace(key="k", secret=None)
    with pytest.raises(TypeError, match="secrets of consumer and token: expected str or bytes"):
        key_causes(BASE, "x", row, None)


@pytest.mark.parametrize(
    ("method", "said"),
    [("HMAC-SHA1", ["The key is right"]), ("RSA-SHA1", []), (None, [])],
)
def test_a_request_is_asked_for_its_own_method(method: str | None, said: list[str]) -> None:
    """One that is not signed by shared secrets has nothing to say of them."""
    request = Request("GET", "http://a.example/", {"b": "c", "oauth_signature": "none"})
    if method:
        request["oauth_signature_method"] = method
    base = request.signature_base_string().encode()
    made = hmac.new(RIGHT.encode(), base, hashlib.sha1).digest()
    request["oauth_signature"] = base64.b64encode(made).decode()
    causes = request_key_causes(request, CONSUMER, TOKEN)
    assert [cause.summary.partition(":")[0] for cause in causes] == said


def test_the_names_of_2_1_read_a_cause() -> None:
    """Programs may ask for ``kind`` and ``what``."""
    cause = Cause("code", "Summary.", "Advice.")
    assert (cause.kind, cause.what) == ("code", "Summary.")


def test_a_key_of_rsa_is_no_secret() -> None:
    """PEM in the place of a secret is a cause of its own, which does not show it."""
    pem = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkq\n-----END PUBLIC KEY-----\n"
    causes = key_causes("base", "AAAA", Consumer("key", pem), None)
    assert [cause.kind for cause in causes] == ["key as secret"]
    assert "MIIB" not in repr(causes)


def test_no_token_is_named_where_there_is_none() -> None:
    """A consumer secret that is not encoded is that, and not a token's secret in the key."""
    sent = {"oauth_consumer_key": "ck", "oauth_signature_method": "HMAC-SHA1"}
    request = Request("GET", "http://a.example/", sent)
    base = request.signature_base_string().encode()
    made = base64.b64encode(hmac.digest(f"{CS}&".encode(), base, "sha1")).decode()
    request["oauth_signature"] = made
    found = signature_causes(request, CONSUMER, None)
    assert [cause.code for cause in found] == ["secrets-not-encoded"]
