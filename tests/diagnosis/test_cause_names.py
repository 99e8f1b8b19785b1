"""Each cause has a name that stays the same, and each name has something that produces it."""

from __future__ import annotations

import ast
import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from wrong_clients import CONSUMER, CS, PROTOCOL, TOKEN, TS, Client, esc, received

import oauth2
from oauth2 import diagnosis
from oauth2.diagnosis import CAUSES, Cause, Sent, compare, explain_response, key_causes

Produced = Callable[[], Iterable[Cause]]
_CONSTRUCTORS = {"Cause", "Mistake", "Misencoding", "Order", "_OneSided", "_Reason"}
_URI = "http%3A%2F%2Fa.example%2Fp"
_BASE = f"GET&{_URI}&"


def compared(ours: str, theirs: str) -> Produced:
    """Compare these ends of two base strings, or two whole ones."""
    mine, other = [text if "&" in text else _BASE + text for text in (ours, theirs)]
    return lambda: compare(mine, other).causes


def uri(theirs: str, ours: str = "http://a.example/p") -> Produced:
    """Compare two base strings that differ in their URI."""
    return compared(f"GET&{esc(ours)}&", f"GET&{esc(theirs)}&")


def values(ours: str, theirs: str, name: str = "a") -> Produced:
    """Compare two encoded values of one name."""
    return compared(esc(f"{name}={ours}"), esc(f"{name}={theirs}"))


def alone(name: str, value: str = "x", method: str = "GET") -> Produced:
    """Let the provider have a parameter alone."""
    start = f"{method}&{_URI}&"
    return compared(start, start + esc(f"{name}={value}"))


def proved(sent: dict[str, Any] | None = None, **signed: Any) -> Produced:
    """Let a client sign so, and send this instead of what others do."""
    request = received(Client(**signed).signature(), **(sent or {}))
    return lambda: diagnosis.signature_causes(request, CONSUMER, TOKEN)


def key(text: str) -> Produced:
    """Sign with this key."""
    return proved(key=text)


def signature(text: str, consumer: Any = CONSUMER) -> Produced:
    """Take this for a signature."""
    return lambda: key_causes(_BASE, text, consumer, TOKEN)


def rewritten(write: str) -> Produced:
    """Write a right signature, without its padding, so."""
    request = received(Client().signature())
    request["oauth_signature"] = write.format(request["oauth_signature"].rstrip("="))
    return lambda: diagnosis.signature_causes(request, CONSUMER, TOKEN)


def answered(body: str, challenge: str = "", token: Any = TOKEN) -> Produced:
    """Let a provider refuse a request with this body."""
    sent = Sent(_BASE + "oauth_timestamp%3D1000000000", CONSUMER, token, 1_000_000_000, True)
    headers = {"www-authenticate": challenge} if challenge else {}

    def causes() -> Iterable[Cause]:
        explanation = explain_response(sent, 401, headers, body.encode())
        assert explanation is not None
        return explanation.causes

    return causes


RSA = esc("oauth_signature_method=RSA-SHA1")
PLUS = base64.b64encode(b"a" + b"\xfb" * 19).decode()
DIGEST = hashlib.sha1(b"").digest()
C, T = esc(CS), esc(TS)
UNSENT = [pair for pair in PROTOCOL if pair[0] != "oauth_token"]
REPORTED = """
nonce_used consumer_key_unknown consumer_key_rejected consumer_key_refused token_used token_expired
token_revoked token_rejected verifier_invalid permission_unknown permission_denied user_refused
additional_authorization_required parameter_absent parameter_rejected signature_method_rejected
version_rejected
"""

PRODUCED: dict[str, Produced] = {
    "method": compared(f"GET&{_URI}&", f"PUT&{_URI}&"),
    "method-case": compared(f"GET&{_URI}&", f"get&{_URI}&"),
    "scheme": uri("https://a.example/p"),
    "scheme-case": uri("HTTP://a.example/p"),
    "host": uri("http://b.example/p"),
    "host-case": uri("http://A.example/p"),
    "host-idna": uri("http://xn--bcher-kva.example/p", "http://b%C3%BCcher.example/p"),
    "host-www": uri("http://www.a.example/p"),
    "user-in-uri": uri("http://me@a.example/p"),
    "port": uri("http://a.example:8080/p"),
    "default-port": uri("http://a.example:80/p"),
    "path": uri("http://a.example/q"),
    "path-case": uri("http://a.example/P"),
    "path-encoding": uri("http://a.example/%70"),
    "path-hex": uri("http://a.example/%2f", "http://a.example/%2F"),
    "path-prefix": uri("http://a.example/v1/p"),
    "double-slash": proved({"path": "//a/b"}, path="/a/b"),
    "trailing-slash": uri("http://a.example/p/"),
    "query-in-uri": uri("http://a.example/p?q"),
    "uri-encoded-twice": uri(esc("http://a.example/p")),
    "encoded-twice": values("b%20c", "b%2520c"),
    "not-encoded": values("b%21", "b!"),
    "encoded-needlessly": values("~", "%7E"),
    "lower-case-hex": values("%2F", "%2f"),
    "plus-for-space": values("b%20c", "b%2Bc"),
    "space-for-plus": proved(value=lambda text: esc(text.replace("+", " "))),
    "latin-1": values("%C3%A9", "%E9"),
    "utf-8-twice": values("%C3%A9", "%C3%83%C2%A9"),
    "decomposed-letters": values("%C3%A9", "e%CC%81"),
    "line-break": proved(value=lambda text: esc(text.replace("\n", "\r\n"))),
    "white-space": values("b", "b%0A"),
    "other-name": proved(name=lambda text: esc(text.partition("[")[0])),
    "other-value": values("b", "c"),
    "added-parameter": proved({"protocol": PROTOCOL[:-1]}),
    "missing-parameter": alone("size"),
    "repeated-parameter": compared(esc("a=1"), esc("a=1&a=2")),
    "empty-value": alone("a", ""),
    "form-parameter": alone("size", method="POST"),
    "json-body": alone("%7B%22a%22%3A1%7D", ""),
    "oauth-body-hash": alone("oauth_body_hash"),
    "oauth-callback": alone("oauth_callback"),
    "oauth-signature": alone("oauth_signature"),
    "oauth-token": alone("oauth_token"),
    "oauth-verifier": alone("oauth_verifier"),
    "realm": alone("realm"),
    "secret-as-parameter": alone("oauth_token_secret"),
    "another-request": values("b", "c", "oauth_nonce"),
    "other-body": values("b", "c", "oauth_body_hash"),
    "other-consumer": values("b", "c", "oauth_consumer_key"),
    "other-signature-method": values("b", "c", "oauth_signature_method"),
    "other-token": values("b", "c", "oauth_token"),
    "not-sorted": compared(esc("a=1&b=2&c=3"), esc("c=3&a=1&b=2")),
    "sorted-as-joined": compared(esc("a=1&a1=2"), esc("a1=2&a=1")),
    "sorted-before-encoding": compared(esc("f%5Ba%5D=1&f0=2&z=3"), esc("f0=2&f%5Ba%5D=1&z=3")),
    "sorted-by-name-alone": compared(esc("a=1&a=2&b=1"), esc("a=2&a=1&b=1")),
    "sorted-without-case": compared(esc("B=1&a=2"), esc("a=2&B=1")),
    "not-encoded-again": compared(f"{_BASE}a%3D1", f"{_BASE}a=1"),
    "parameters-encoded-twice": compared(esc("a=1"), esc(esc("a=1"))),
    "wrong-secret": compared(esc("a=1"), esc("a=1")),
    "consumer-secret-alone": key(C),
    "consumer-secret-missing": key(f"&{T}"),
    "token-secret-missing": key(f"{C}&"),
    "token-secret-without-token": proved({"protocol": UNSENT}, protocol=UNSENT),
    "secrets-swapped": key(f"{T}&{C}"),
    "secrets-not-encoded": key(f"{CS}&{TS}"),
    "secrets-encoded-twice": key(f"{esc(C)}&{esc(T)}"),
    "one-secret-twice": key(f"{C}&{C}"),
    "key-for-secret": key(f"{CONSUMER.key!s}&{T}"),
    "key-as-secret": signature("", oauth2.Consumer("key", "-----BEGIN PUBLIC KEY-----")),
    "no-ampersand-in-key": key(f"{C}{T}"),
    "white-space-in-key": key(f"{C}%0A&{T}"),
    "word-for-no-secret": key(f"{C}&None"),
    "other-rsa-key": compared(RSA, RSA),
    "right-key": proved(),
    "unknown-key": key("others&"),
    "other-hash": signature(base64.b64encode(hashlib.sha256(b"").digest()).decode()),
    "no-digest": signature("short"),
    "hexadecimal-digest": signature(DIGEST.hex()),
    "base64-of-urls": signature(base64.urlsafe_b64encode(b"\xff" * 20).decode()),
    "signature-encoded-twice": rewritten("{}%3D"),
    "white-space-in-signature": rewritten("{}= "),
    "base64-padding": rewritten("{}"),
    "plus-in-signature": signature(
        base64.b64encode(b"a" + b"\xfb" * 19).decode().replace("+", " ")
    ),
    "clock": answered("oauth_problem=timestamp_refused"),
    **{code.replace("_", "-"): answered(f"oauth_problem={code}") for code in REPORTED.split()},
    "no-token": answered("", token=None),
    "other-scheme": answered("", 'Bearer realm="a"'),
    "signature-refused": answered("Invalid signature"),
    "no-reason": answered(""),
}


@pytest.mark.parametrize("name", PRODUCED)
def test_each_name_is_that_of_a_cause(name: str) -> None:
    """Of several causes, one has it; all have names of the list."""
    codes = [cause.code for cause in PRODUCED[name]()]
    assert name in codes
    assert set(codes) <= CAUSES.keys()


def test_list_has_the_names_of_all_causes_and_no_other() -> None:
    """What is in it is produced here, and what is produced here is in it."""
    elsewhere = {
        "forwarded",  # in tests/sandbox, where requests are forwarded
        "other-base-string",  # in tests/rsa, as it needs a key of RSA
    }
    assert CAUSES.keys() - elsewhere == PRODUCED.keys()


def test_names_in_the_source_are_in_the_list() -> None:
    """Also those of tables that are read where a cause is made."""
    assert set(_written()) - CAUSES.keys() == set()


def _written() -> Iterator[str]:
    for path in Path(diagnosis.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in _CONSTRUCTORS:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    yield str(first.value)


def test_names_are_words_with_hyphens() -> None:
    """So that each can be a part of a URL; and each has a heading of one line."""
    assert [name for name in CAUSES if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)] == []
    wrong = [
        text for text in CAUSES.values() if not re.fullmatch(r"(?:[A-Z]|https).{5,70}[^.]", text)
    ]
    assert wrong == []


KINDS_OF_2_1 = {
    "wrong-secret": "key",
    "oauth-token": "oauth_token",
    "utf-8-twice": "UTF-8 twice",
    "lower-case-hex": "lower-case hex",
    "no-ampersand-in-key": "no & in key",
    "plus-for-space": "plus for space",
    "clock": "clock",
}


@pytest.mark.parametrize(("code", "kind"), KINDS_OF_2_1.items())
def test_kind_is_spelled_as_2_1_had_it(code: str, kind: str) -> None:
    """Programs compare it."""
    assert Cause(code, "", "").kind == kind
