"""What is computed once for each set of names gives what is computed for each request."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from known import CONSUMER, HMAC_SHA1, TOKEN
from present import present

import oauth2
from oauth2 import incoming, normalize, shapes


class Piecewise(oauth2.Request):
    """A request that may tell of other pairs than it has, so that no shape fits it."""

    def items(self) -> Any:
        return super().items()


class Name(str, Enum):
    FILE = "file"


TEXTS = [
    "",
    "a",
    "b c",
    "+",
    "%2F",
    "&=",
    "\0",
    "\1",
    "é",
    "\udce9",
    "\ud800",
    "HMAC-SHA1",
    "x" * 600,
]
NAMES = [
    *("oauth_token", "oauth_nonce", "oauth_signature", "oauth_consumer_key", "oauth_%", "file"),
    *(
        "file%",
        "file=",
        "file ",
        "filé",
        "a\0b",
        "a",
        "b",
        "",
        "%s",
        "\ud800",
        "oauth_" + "x" * 600,
    ),
]
VALUES: list[Any] = [
    *TEXTS,
    b"bytes",
    b"\xff+",
    7,
    None,
    [],
    ["a"],
    ["b", "a"],
    Name.FILE,
    {"a": 1},
]
URLS = [
    "http://a.example/",
    "http://a.example/?",
    "http://a.example/?file=a&b=+c",
    "http://a.example/?file=a&file=a",
    "http://a.example/?oauth_signature=x&%66ile=%61",
    "http://a.example/?é=%FF&%73=%25s",
    "http://a.example/r%25/%s?a=1",
    f"http://a.example/?a={'x' * 3000}",
]

parameters = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), max_size=6)


def outcomes(request: oauth2.Request) -> list[Any]:
    """Return what the request makes of its names: texts, or errors."""
    calls: list[Callable[[], Any]] = [
        request.get_normalized_parameters,
        request.signature_base_string,
        request.to_header,
        lambda: request.to_header("a %s"),
        lambda: request.to_header(None),
    ]
    return [outcome(call) for call in calls]


def outcome(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except (TypeError, ValueError) as error:
        return type(error), str(error)


@pytest.mark.long
@settings(max_examples=800)
@given(parameters, st.sampled_from(URLS), st.booleans())
def test_any_parameters_are_written_alike(
    given_parameters: dict[str, Any], url: str, holds_query: bool
) -> None:
    """Whatever the names and the values are, and whatever stands in the URL."""
    requests = oauth2.Request("post", url), Piecewise("post", url)
    for request in requests:
        request.update(given_parameters)
        request._holds_query = holds_query
    assert outcomes(requests[0]) == outcomes(requests[1])


@settings(max_examples=300)
@given(
    st.sampled_from(URLS),
    st.dictionaries(st.sampled_from(["a", "b", "file", "é"]), st.sampled_from(TEXTS), max_size=3),
    st.sampled_from(["", "file", "b", "oauth_token"]),
)
def test_a_received_request_is_written_alike(
    url: str, parsed: dict[str, str], deleted: str
) -> None:
    """Its dict has the pairs of the query, unless a program deletes one."""
    header = 'OAuth oauth_token="t", oauth_nonce="n%2F", oauth_signature="a%3D"'
    requests: list[oauth2.Request] = []
    for kind in (oauth2.Request, Piecewise):
        request = present(kind.from_request("GET", url, {"Authorization": header}, parsed))
        request.pop(deleted, None)
        requests.append(request)
    assert outcomes(requests[0]) == outcomes(requests[1])


def test_a_request_of_a_kind_is_written_by_its_shape() -> None:
    """Or else the tests above would compare one thing to itself."""
    shapes._sorted_shape.cache_clear()
    shapes._header_shape.cache_clear()
    for value in ("a", "b"):
        request = oauth2.Request(
            "GET", "http://a.example/?x=y", {"file": value, "oauth_token": "t", "oauth_nonce": "n"}
        )
        assert (
            f"file%3D{value}%26oauth_nonce%3Dn%26oauth_token%3Dt%26x%3Dy"
            in request.signature_base_string()
        )
        request.to_header()
    assert shapes._sorted_shape.cache_info()[:2] == (1, 1)
    assert shapes._header_shape.cache_info()[:2] == (1, 1)


def test_a_name_with_nul_is_not_taken_for_two() -> None:
    """The values are told apart by it."""
    request = oauth2.Request("GET", "http://a.example/", {"a\0b": "1", "a": "2", "b": "3"})
    assert request.get_normalized_parameters() == "a=2&a%00b=1&b=3"


def test_a_patched_method_of_one_request_is_called() -> None:
    """As the one of a subclass is."""
    request: Any = oauth2.Request("GET", "http://a.example/", {"a": "1", "b": "2"})
    request.get_normalized_parameters = lambda: "c=3"
    assert request.signature_base_string().endswith("&c%3D3")


def test_a_patched_method_of_the_class_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the base class has it."""
    kind = oauth2.Request.__mro__[1]
    monkeypatch.setattr(kind, "get_normalized_parameters", lambda self: "c=3")
    request = oauth2.Request("GET", "http://a.example/", {"a": "1", "b": "2"})
    assert request.signature_base_string().endswith("&c%3D3")


def test_a_query_with_a_signature_is_not_kept() -> None:
    """By PLAINTEXT it is a secret."""
    caches = normalize._encoded_query, normalize._split_query, shapes._sorted_shape
    for cache in caches:
        cache.cache_clear()
    query = "oauth_signature=c0nsumer%26secret&oauth_token=t"
    request = oauth2.Request.from_consumer_and_token(
        CONSUMER, TOKEN, "GET", f"http://a.example/?{query}"
    )
    request.sign_request(HMAC_SHA1, CONSUMER, TOKEN)
    assert [cache.cache_info().currsize for cache in caches] == [0, 0, 0]
    received = present(oauth2.Request.from_request("GET", f"http://a.example/?{query}"))
    received.signature_base_string()
    assert [cache.cache_info().currsize for cache in caches[:2]] == [0, 0]


PAIRS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "oauth_token", "oauth_signature"]),
        st.sampled_from(["", "x y", "%2B"]),
    ),
    max_size=3,
)


@pytest.mark.long
@settings(max_examples=500)
@given(
    st.dictionaries(
        st.sampled_from(["oauth_token", "oauth_signature", "c"]),
        st.sampled_from(["v", ["v", "w"], 7]),
    ),
    st.none()
    | st.dictionaries(
        st.sampled_from(["a", b"a", "d", 7]), st.sampled_from(["x y", b"y", 7, ["z"]])
    ),
    st.lists(PAIRS, max_size=2),
    PAIRS,
)
def test_any_sources_are_joined_alike(
    header: dict[str, Any],
    parsed: Any,
    queries: list[list[tuple[str, str]]],
    form: list[tuple[str, str]],
) -> None:
    """A mapping that is no dict is never taken for plain."""
    other = MappingProxyType(parsed or {})
    assert outcome(lambda: incoming.merged(header, parsed, queries, form)) == outcome(
        lambda: incoming.merged(header, other, queries, form)
    )


@pytest.mark.parametrize(
    ("names", "query"),
    [
        (("a", "b"), "oauth_signature=s"),
        (("a", "b"), f"c={'x' * 3000}"),
        (("a", "b"), "c=\xe9"),
        (("a", "\xe9"), ""),
        (("a", "b" * 5000), ""),
        (("a", 5), ""),
        (("a",), ""),
        (("", "a"), "=b"),
        (("a", "b"), "a=c"),
        (("a", "b"), "c=1&c=2"),
    ],
    ids=[
        *("a signature", "a long query", "a query not of ASCII", "a name not of ASCII"),
        *("a long name", "a number", "a single name", "an empty name twice", "a name twice"),
        "twice in the query",
    ],
)
@pytest.mark.parametrize("is_twice", [True, False])
def test_what_is_not_plain_has_no_shape_that_is_kept(
    names: tuple[Any, ...], query: str, is_twice: bool
) -> None:
    """It may be a secret, take much room, or depend on more than the names."""
    shapes._sorted_shape.cache_clear()
    values = dict.fromkeys(names, "1")
    split = oauth2.Request("GET", "http://a.example/")._split_url_string
    assert shapes.normalized_parameters(values, query, split, is_twice) is None
    assert shapes._sorted_shape.cache_info().currsize == 0
