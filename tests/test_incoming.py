"""The parameters of a request that came in, joined from all the places where they may be."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from present import present
from secrets_check import assert_no_secret

from oauth2 import DuplicateParameter, Error, Request
from oauth2.incoming import merged
from oauth2.parameters import decode_pairs, grouped


class MultiDict(dict[str, Any]):
    """A dict as Django and Werkzeug have it: one value by subscript, all of them by ``lists``."""

    def __init__(self, pairs: dict[str, list[str]]) -> None:
        super().__init__({name: values[-1] for name, values in pairs.items()})
        self._lists = pairs

    def lists(self) -> Any:
        return iter(self._lists.items())


class PairDict(Mapping[str, Any]):
    """A dict as WebOb and aiohttp have it: ``items`` gives a repeated name again and again."""

    def __init__(self, *pairs: tuple[str, str]) -> None:
        self._pairs = pairs

    def __getitem__(self, name: str) -> str:
        return dict(self._pairs)[name]

    def __iter__(self) -> Iterator[str]:
        return iter([name for name, _ in self._pairs])

    def __len__(self) -> int:
        return len(self._pairs)

    def items(self) -> Any:
        return list(self._pairs)


def split(text: str) -> dict[str, Any]:
    return grouped(decode_pairs(text))


def join(
    header: dict[str, Any] | None = None,
    parsed: Any = None,
    queries: tuple[str, ...] = (),
    form: str = "",
) -> dict[str, Any]:
    return merged(header or {}, parsed, [split(text) for text in queries], split(form))


def refused(**sources: Any) -> DuplicateParameter:
    with pytest.raises(DuplicateParameter) as caught:
        join(**sources)
    return caught.value


def test_nothing_is_nothing() -> None:
    """No source, no parameter."""
    assert join() == {}


def test_all_sources_are_joined() -> None:
    """Header, query and form each give their pairs."""
    joined = join({"oauth_token": "t"}, None, ("a=1",), "b=2")
    assert joined == {"oauth_token": "t", "a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("parsed", "queries", "expected"),
    [
        ({"b": "2"}, ("a=1",), {"a": "1", "b": "2"}),
        ({"a": "1", "b": "2"}, ("a=1",), {"a": "1", "b": "2"}),
        ({"a": "1"}, ("a=1", "a=1"), {"a": "1"}),
        ({"a": ["1"]}, ("a=1",), {"a": "1"}),
        (None, ("a=1", "a=1"), {"a": "1"}),
        (None, ("a=1&a=1", "a=1&a=1"), {"a": ["1", "1"]}),
        ({"a": ["1", "1"]}, ("a=1",), {"a": ["1", "1"]}),
        ({"a": "1"}, ("a=1&a=1",), {"a": ["1", "1"]}),
        ({"a": "2"}, ("a=1",), {"a": ["2", "1"]}),
        ({"a": ["2", "1"]}, ("a=1",), {"a": ["2", "1"]}),
        ({"a": "2"}, ("a=1", "a=1"), {"a": ["2", "1"]}),
        ({"a": ""}, ("a",), {"a": ""}),
        ({}, ("a=",), {"a": ""}),
    ],
)
def test_framework_and_queries_are_joined_as_multisets(
    parsed: Any, queries: tuple[str, ...], expected: dict[str, Any]
) -> None:
    """A pair that two of them hold is one pair; the same name with another value is one more."""
    assert join(parsed=parsed, queries=queries) == expected


@pytest.mark.parametrize(
    ("queries", "form", "expected"),
    [
        (("a=1",), "a=1", {"a": ["1", "1"]}),
        (("a=1", "a=1"), "a=1", {"a": ["1", "1"]}),
        (("a=1",), "a=2&a=1", {"a": ["1", "2", "1"]}),
        ((), "a=1&a=1", {"a": ["1", "1"]}),
        (("a",), "a", {"a": ["", ""]}),
    ],
)
def test_pairs_of_a_form_body_are_added_to_those_of_the_query(
    queries: tuple[str, ...], form: str, expected: dict[str, Any]
) -> None:
    """With the body itself there is no doubt, and nothing is taken for a repetition."""
    assert join(queries=queries, form=form) == expected


@pytest.mark.parametrize(
    "parsed",
    [
        {"a": ["1", "2"], "b": "3"},
        {"a": ("1", "2"), "b": "3"},
        {b"a": [b"1", b"2"], b"b": b"3"},
        MultiDict({"a": ["1", "2"], "b": ["3"]}),
        PairDict(("a", "1"), ("b", "3"), ("a", "2")),
    ],
    ids=["lists", "tuples", "bytes", "multi-dict", "repeating items"],
)
def test_framework_may_hand_over_lists_bytes_or_a_multi_dict(parsed: Any) -> None:
    """However a framework spells it, every value of a repeated name is taken."""
    assert join(parsed=parsed) == {"a": ["1", "2"], "b": "3"}


def test_octets_of_a_framework_that_are_no_utf8_are_those_of_the_query() -> None:
    """Such a value is text with surrogate escapes on both sides, and one pair."""
    assert join(parsed={"a": b"\xe9"}, queries=("a=%E9",)) == {"a": "\udce9"}


@pytest.mark.parametrize(
    "sources",
    [
        {"header": {"oauth_token": ["t", "t"]}},
        {"header": {"oauth_token": "t"}, "queries": ("oauth_token=t",)},
        {"header": {"oauth_token": "t"}, "queries": ("oauth_token=u",)},
        {"header": {"oauth_token": "t"}, "form": "oauth_token=t"},
        {"header": {"oauth_token": "t"}, "parsed": {"oauth_token": "t"}},
        {"queries": ("oauth_token=t&oauth_token=t",)},
        {"queries": ("oauth_token=t", "oauth_token=u")},
        {"queries": ("oauth_token=t",), "form": "oauth_token=t"},
        {"parsed": {"oauth_token": "u"}, "queries": ("oauth_token=t",)},
        {"parsed": {"oauth_token": ["t", "u"]}},
        {"parsed": MultiDict({"oauth_token": ["t", "t"]})},
        {"parsed": PairDict(("oauth_token", "t"), ("oauth_token", "u"))},
        {"form": "oauth_token=t&oauth_token=t"},
    ],
)
def test_oauth_parameter_that_comes_twice_is_an_error(sources: dict[str, Any]) -> None:
    """Twice in one source, in header and elsewhere, or with two values: sections 3.1, 3.2."""
    error = refused(**sources)
    assert (isinstance(error, Error), error.parameter) == (True, "oauth_token")
    assert "oauth_token was received 2 times" in str(error)


def test_oauth_parameter_that_is_unknown_may_not_come_twice_either() -> None:
    """Whatever starts with ``oauth_`` is the protocol's."""
    assert refused(queries=("oauth_new=1&oauth_new=2",)).parameter == "oauth_new"


def test_error_of_a_parameter_that_came_twice_does_not_show_its_values() -> None:
    """A PLAINTEXT signature is the secrets themselves."""
    error = refused(header={"oauth_signature": "sesame&"}, form="oauth_signature=barley%26")
    assert_no_secret(error, "sesame", "barley")


def test_oauth_parameter_that_framework_and_query_share_is_one() -> None:
    """Frameworks that merge query and form hold the query's OAuth parameters once more."""
    sources: dict[str, Any] = {
        "parsed": {"oauth_token": "t"},
        "queries": ("oauth_token=t", "oauth_token=t"),
    }
    assert join(**sources) == {"oauth_token": "t"}


def test_x_auth_parameter_may_come_twice() -> None:
    """Only ``oauth_`` names are the protocol's."""
    assert join(queries=("x_auth_mode=a&x_auth_mode=b",)) == {"x_auth_mode": ["a", "b"]}


SIGNATURE = "tR3+Ty81lMeYAr/Fid0kMTYa/WM="


@pytest.mark.parametrize(
    "sent",
    [
        "tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D",
        "tR3%2bTy81lMeYAr%2fFid0kMTYa%2fWM%3d",
        "tR3+Ty81lMeYAr/Fid0kMTYa/WM%3D",
        SIGNATURE,
    ],
)
@pytest.mark.parametrize("method", ["HMAC-SHA1", "RSA-SHA1", "HMAC-SHA256"])
def test_base64_signature_that_was_encoded_twice_is_decoded_once_more(
    sent: str, method: str
) -> None:
    """In a query or form, what still holds ``%2B``, ``%2F`` or ``%3D`` was encoded twice."""
    parsed = {"oauth_signature": sent, "oauth_signature_method": method}
    assert join(parsed=parsed)["oauth_signature"] == SIGNATURE


@pytest.mark.parametrize("place", ["queries", "form"])
def test_signature_encoded_twice_is_mended_in_query_and_form(place: str) -> None:
    """The wire holds ``%253D`` for the last character."""
    text = "oauth_signature=tR3%252BTy81lMeYAr%252FFid0kMTYa%252FWM%253D"
    source: Any = (text,) if place == "queries" else text
    assert join(**{place: source})["oauth_signature"] == SIGNATURE


def test_plaintext_signature_is_never_decoded_once_more() -> None:
    """There ``%2B`` is a part of an encoded secret."""
    parsed = {"oauth_signature": "a%2Bb&c%3D", "oauth_signature_method": "PLAINTEXT"}
    assert join(parsed=parsed)["oauth_signature"] == "a%2Bb&c%3D"


def test_signature_of_a_header_is_never_decoded_once_more() -> None:
    """Header parameters are decoded once, whoever sent them."""
    assert join({"oauth_signature": "a%3D"})["oauth_signature"] == "a%3D"


@pytest.mark.parametrize("signature", ["a%26b", "a%zz", "a%", "a%2525"])
def test_other_escapes_in_a_signature_stay(signature: str) -> None:
    """Only the three characters of base64 that need escaping are mended."""
    assert join(parsed={"oauth_signature": signature})["oauth_signature"] == signature


def test_signature_that_is_no_text_is_left_alone() -> None:
    """A framework may hand over anything; it will fail the check, not the reading."""
    assert join(parsed={"oauth_signature": 7}) == {"oauth_signature": 7}


def test_sources_are_not_touched() -> None:
    """The caller's dicts are as they were."""
    header = {"oauth_token": "t"}
    parsed = {"a": ["1", "2"], "oauth_signature": "a%3D"}
    query = {"a": ["1", "3"]}
    form = {"a": "4"}
    sources = copy.deepcopy([header, parsed, query, form])
    merged(header, parsed, [query], form)
    assert [header, parsed, query, form] == sources


def test_lists_of_the_caller_are_not_shared() -> None:
    """To change the result does not change what the caller gave."""
    parsed = {"a": ["1", "2"]}
    join(parsed=parsed)["a"].append("3")
    assert parsed == {"a": ["1", "2"]}


@pytest.mark.parametrize("parameters", [[("a", "sesame")], "a=sesame", 7])
def test_parameters_that_are_no_mapping_are_a_programmers_mistake(parameters: Any) -> None:
    """What has no names and values is refused by a TypeError or a ValueError."""
    with pytest.raises((TypeError, ValueError)) as caught:
        Request.from_request("GET", "http://a.example/", parameters=parameters)
    assert_no_secret(caught.value, "sesame")


def test_request_without_pairs_is_none() -> None:
    """``from_request`` gives None when there is nothing in it."""
    assert Request.from_request("GET", "http://a.example/", {"Accept": "*/*"}) is None


def test_request_counts_query_string_and_query_of_the_url_once() -> None:
    """Callers often pass the query twice, and a framework's merged parameters once more."""
    request = Request.from_request(
        "POST", "http://a.example/?a=1", {}, {"a": "1", "b": "2"}, query_string=b"a=1"
    )
    assert present(request).get_normalized_parameters() == "a=1&b=2"


def test_request_counts_pairs_of_body_and_query_each() -> None:
    """RFC 5849 section 3.4.1.3.1: a pair that is in both is two pairs."""
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    request = Request.from_request("POST", "http://a.example/?a=1", headers, body=b"a=1")
    assert present(request).get_normalized_parameters() == "a=1&a=1"
