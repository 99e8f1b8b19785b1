"""Each mistake that a client makes alone, and two at once, is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote

import pytest
from wrong_clients import (
    CONSUMER,
    CS,
    FORM_PAIRS,
    ORIGIN,
    PATH,
    PROTOCOL,
    QUERY,
    QUERY_PAIRS,
    TOKEN,
    TS,
    Client,
    Pairs,
    codes,
    esc,
    received,
    without,
)

from oauth2.diagnosis import signature_causes


def renamed(change: Callable[[str], str]) -> Pairs:
    return [(change(name), value) for name, value in FORM_PAIRS]


def valued(change: Callable[[str], str]) -> Pairs:
    return [(name, change(value)) for name, value in FORM_PAIRS]


def lower(text: str) -> str:
    pieces = esc(text).split("%")
    return "%".join([pieces[0], *[piece[:2].lower() + piece[2:] for piece in pieces[1:]]])


def latin1(text: str) -> str:
    return esc(text.encode("latin-1"))


def by_text(pairs: Pairs) -> Pairs:
    return sorted(pairs, key=lambda pair: [unquote(part) for part in pair])


def in_wire_order(pairs: Pairs) -> Pairs:
    return pairs


def oauth_last(pairs: Pairs) -> Pairs:
    return pairs[len(PROTOCOL) :] + pairs[: len(PROTOCOL)]


NUMBERED = [*FORM_PAIRS[:4], ("k[0]", "1"), ("k[1]", "2"), *FORM_PAIRS[6:]]

# What the client does, and the code by which it is named.
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "http for https": ({"origin": "http://api.example"}, "scheme"),
    "default port": ({"origin": f"{ORIGIN}:443"}, "default-port"),
    "www": ({"origin": "https://www.api.example"}, "host-www"),
    "GET for POST": ({"method": "GET"}, "method"),
    "method in lower case": ({"method": "post"}, "method-case"),
    "prefix left out": ({"path": PATH[3:]}, "path-prefix"),
    "prefix that was stripped": ({"path": f"/api{PATH}"}, "path-prefix"),
    "slash at the end": ({"path": f"{PATH}/"}, "trailing-slash"),
    "path decoded": ({"path": unquote(PATH)}, "path-encoding"),
    "path encoded twice": ({"path": quote(PATH)}, "path-encoding"),
    "path in lower-case hex": ({"path": PATH.replace("%C3%A9", "%c3%a9")}, "path-encoding"),
    "query in URI": ({"path": f"{PATH}?{QUERY}"}, "query-in-uri"),
    "query in URI alone": ({"path": f"{PATH}?{QUERY}", "query": []}, "query-in-uri"),
    "URI not encoded": ({"uri": str}, "not-encoded-again"),
    "URI encoded twice": ({"uri": lambda text: esc(esc(text))}, "uri-encoded-twice"),
    "form unsigned": ({"form": []}, "form-parameter"),
    "query unsigned": ({"query": []}, "form-parameter"),
    "both unsigned": ({"query": [], "form": []}, "form-parameter"),
    "query twice": ({"query": QUERY_PAIRS * 2}, "repeated-parameter"),
    "one pair twice": ({"form": [*FORM_PAIRS, ("B", "1")]}, "repeated-parameter"),
    "OAuth twice": ({"protocol": PROTOCOL * 2}, "repeated-parameter"),
    "equal pairs once": ({"query": QUERY_PAIRS[:3]}, "repeated-parameter"),
    "first of a name": (
        {"form": [*without("k[]"), ("k[]", "1")], "query": QUERY_PAIRS[:2]},
        "repeated-parameter",
    ),
    "last of a name": (
        {"form": [*without("k[]"), ("k[]", "2")], "query": [QUERY_PAIRS[0], ("tag", "a")]},
        "repeated-parameter",
    ),
    "values joined": (
        {
            "form": [*without("k[]"), ("k[]", "1,2")],
            "query": [("size", "big"), ("tag", "b,a,a")],
        },
        "repeated-parameter",
    ),
    "[] left out": ({"form": renamed(lambda name: name.partition("[")[0])}, "other-name"),
    "a[] for a[0]": (
        {"form": renamed(lambda name: name.replace("[0]", "[]").replace("[1]", "[]"))},
        "other-name",
    ),
    "k[0] for k[]": ({"form": NUMBERED}, "other-name"),
    "tag[] for tag": (
        {"query": [("size", "big"), *[("tag[]", value) for _, value in QUERY_PAIRS[1:]]]},
        "other-name",
    ),
    "name without = dropped": ({"form": without("flag")}, "empty-value"),
    "empty values dropped": ({"form": without("flag", without("empty"))}, "empty-value"),
    "no = without a value": (
        {"joined": lambda text: text.replace("empty=&", "empty&").replace("flag=&", "flag&")},
        "empty-value",
    ),
    "one left out": ({"form": without("name")}, "missing-parameter"),
    "version not signed": ({"protocol": PROTOCOL[:-1]}, "missing-parameter"),
    "CRLF for LF": ({"form": valued(lambda text: text.replace("\n", "\r\n"))}, "line-break"),
    "plus as %2B": ({"value": lambda text: esc(text.replace(" ", "+"))}, "plus-for-space"),
    "plus for space": ({"value": lambda text: esc(text).replace("%20", "+")}, "plus-for-space"),
    "plus as space": ({"value": lambda text: esc(text.replace("+", " "))}, "space-for-plus"),
    "plus lost": ({"value": lambda text: esc(text.replace("+", ""))}, "space-for-plus"),
    "names not encoded": ({"name": str}, "not-encoded"),
    "values not encoded": ({"value": str}, "not-encoded"),
    "neither encoded": ({"name": str, "value": str}, "not-encoded"),
    "parentheses": ({"value": lambda text: quote(text, safe="-._~!*'()")}, "not-encoded"),
    "names encoded twice": ({"name": lambda text: esc(esc(text))}, "encoded-twice"),
    "values encoded twice": ({"value": lambda text: esc(esc(text))}, "encoded-twice"),
    "lower-case hex": ({"value": lower}, "lower-case-hex"),
    "lower-case hex of all": (
        {"name": lower, "value": lower, "uri": lower, "again": lower},
        "lower-case-hex",
    ),
    "tilde": ({"name": lambda text: esc(text).replace("~", "%7E")}, "encoded-needlessly"),
    "Latin-1": ({"value": latin1}, "latin-1"),
    "UTF-8 twice": ({"value": lambda text: esc(text.encode().decode("latin-1"))}, "utf-8-twice"),
    "decomposed": (
        {"value": lambda text: esc(text.replace("é", "e\N{COMBINING ACUTE ACCENT}"))},
        "decomposed-letters",
    ),
    "stripped": ({"value": lambda text: esc(text.strip())}, "white-space"),
    "not sorted": ({"sort": in_wire_order}, "not-sorted"),
    "not sorted, OAuth last": ({"sort": oauth_last}, "not-sorted"),
    "sorted before encoding": ({"sort": by_text}, "sorted-before-encoding"),
    "sorted with =": ({"sort": lambda pairs: sorted(pairs, key="=".join)}, "sorted-as-joined"),
    "sorted without case": (
        {"sort": lambda pairs: sorted(pairs, key=lambda pair: (pair[0].lower(), pair[1].lower()))},
        "sorted-without-case",
    ),
    "sorted by name": (
        {"sort": lambda pairs: sorted(pairs, key=lambda pair: pair[0])},
        "sorted-by-name-alone",
    ),
    "parameters not encoded again": ({"again": str}, "not-encoded-again"),
    "nothing encoded again": ({"again": str, "uri": str}, "not-encoded-again"),
    "parameters encoded twice": (
        {"again": lambda text: esc(esc(text))},
        "parameters-encoded-twice",
    ),
    "secrets swapped": ({"key": f"{esc(TS)}&{esc(CS)}"}, "secrets-swapped"),
    "secrets not encoded": ({"key": f"{CS}&{TS}"}, "secrets-not-encoded"),
    "secrets encoded twice": ({"key": f"{esc(esc(CS))}&{esc(esc(TS))}"}, "secrets-encoded-twice"),
    "white space in a secret": ({"key": f"{esc(CS)}%0A&{esc(TS)}"}, "white-space-in-key"),
    "token secret left out": ({"key": f"{esc(CS)}&"}, "token-secret-missing"),
}


@pytest.mark.parametrize(("replaced", "code"), WRONG.values(), ids=WRONG)
def test_mistake_of_a_client_is_named(replaced: dict[str, Any], code: str) -> None:
    """It alone, as nothing else was wrong."""
    assert codes(received(Client(**replaced).signature())) == [code]


def test_right_client_made_none() -> None:
    """The table starts from a request that verifies."""
    assert codes(received(Client().signature())) == ["right-key"]


PAIRS = [
    ("http for https", "form unsigned"),
    ("http for https", "prefix left out"),
    ("http for https", "default port"),
    ("http for https", "secrets not encoded"),
    ("GET for POST", "query twice"),
    ("path decoded", "token secret left out"),
    ("slash at the end", "not sorted"),
    ("query in URI alone", "form unsigned"),
    ("query unsigned", "secrets swapped"),
    ("query unsigned", "plus as %2B"),
    ("k[0] for k[]", "values encoded twice"),
    ("CRLF for LF", "plus for space"),
    ("name without = dropped", "names not encoded"),
    ("version not signed", "parameters not encoded again"),
    ("equal pairs once", "white space in a secret"),
]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_two_mistakes_at_once_are_named(first: str, second: str) -> None:
    """Both, in the order of the tables."""
    (one, code), (other, other_code) = WRONG[first], WRONG[second]
    both = {**one, **other}
    if second == "default port":
        both["origin"] = "http://api.example:80"
    assert codes(received(Client(**both).signature())) == [code, other_code]


SENTENCES = {
    "http for https": "It was signed for http, but received by https.",
    "prefix left out": "It was signed without /v1 at the start of the path.",
    "GET for POST": "It was signed for GET, but received by POST.",
    "last of a name": "It was signed with one value for each name that is repeated: the last"
    " value.",
    "tag[] for tag": "It was signed with other names than were sent: tag[].",
    "plus as %2B": "It was signed with + for a space in text, pad.",
    "names encoded twice": "It was signed with one percent-encoding too many in a[0], a[1], k[].",
    "sorted before encoding": "It was signed with the parameters sorted before they were encoded.",
}


@pytest.mark.parametrize(("mistake", "sentence"), SENTENCES.items(), ids=SENTENCES)
def test_cause_says_what_was_signed(mistake: str, sentence: str) -> None:
    """And which parameters are concerned."""
    request = received(Client(**WRONG[mistake][0]).signature())
    assert [cause.summary for cause in signature_causes(request, CONSUMER, TOKEN)] == [sentence]
