"""The parameters of a request that came in, joined from all the places where they may be."""

from __future__ import annotations

import copy
import io
import tracemalloc
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from growth import assert_linear
from present import present
from secrets_check import assert_no_secret
from tracing import traced

from oauth2 import Consumer, ParameterRejected, Request, Server, SignatureMethod_HMAC_SHA1
from oauth2.incoming import merged
from oauth2.parameters import decode_pairs


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


def join(
    header: dict[str, Any] | None = None,
    parsed: Any = None,
    queries: tuple[str, ...] = (),
    form: str = "",
) -> dict[str, Any]:
    pairs = [decode_pairs(text) for text in queries]
    return merged(header or {}, parsed, pairs, decode_pairs(form))[0]


def repeated(
    header: dict[str, Any] | None = None,
    parsed: Any = None,
    queries: tuple[str, ...] = (),
    form: str = "",
) -> dict[str, int]:
    """Return how often each name of OAuth's was received that may be there once."""
    pairs = [decode_pairs(text) for text in queries]
    return merged(header or {}, parsed, pairs, decode_pairs(form))[1]


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
def test_oauth_parameter_that_comes_twice_is_told(sources: dict[str, Any]) -> None:
    """Twice in one source, in header and elsewhere, or with two values: sections 3.1, 3.2."""
    assert repeated(**sources) == {"oauth_token": 2}
    assert join(**sources)["oauth_token"] in ("t", "u")


def test_oauth_parameter_that_is_unknown_may_not_come_twice_either() -> None:
    """Whatever starts with ``oauth_`` is the protocol's."""
    assert repeated(queries=("oauth_new=1&oauth_new=2",)) == {"oauth_new": 2}


@pytest.mark.parametrize(
    ("sources", "first"),
    [
        ({"header": {"oauth_a": "h"}, "parsed": {"oauth_a": "p"}, "queries": ("oauth_a=q",)}, "h"),
        ({"parsed": {"oauth_a": ["p", "a"]}, "queries": ("oauth_a=b",)}, "p"),
        ({"queries": ("oauth_a=q&oauth_a=a",), "form": "oauth_a=f"}, "q"),
        ({"form": "oauth_a=f&oauth_a=a"}, "f"),
    ],
)
def test_first_value_of_an_oauth_parameter_counts(sources: dict[str, Any], first: str) -> None:
    """By the order of header, framework, queries and form, and by that of the wire in each."""
    assert join(**sources)["oauth_a"] == first


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


@pytest.mark.parametrize("signature", ["a%2Bb&c%3D", "a b&"])
def test_plaintext_signature_is_never_mended(signature: str) -> None:
    """There ``%2B`` is a part of an encoded secret."""
    parsed = {"oauth_signature": signature, "oauth_signature_method": "PLAINTEXT"}
    assert join(parsed=parsed)["oauth_signature"] == signature


@pytest.mark.parametrize(
    "sources",
    [
        {"parsed": {"oauth_signature": "a b c="}},
        {"parsed": {"oauth_signature": ["a+b+c="]}, "queries": ("oauth_signature=a+b+c=",)},
        {"parsed": {"oauth_signature": "a b c="}, "queries": ("oauth_signature=a%2Bb%2Bc=",)},
        {"parsed": {"oauth_signature": "a+b%2Bc%3D"}, "queries": ("oauth_signature=a+b+c=",) * 2},
        {"queries": ("oauth_signature=a+b+c=", "oauth_signature=a%2Bb%2Bc%3D")},
        {"form": "oauth_signature=a+b+c="},
    ],
)
def test_space_in_a_signature_is_a_plus_sign(sources: dict[str, Any]) -> None:
    """An old framework decodes twice; base64 has no space, and it is one signature."""
    assert join(**sources) == {"oauth_signature": "a+b+c="}
    assert repeated(**sources) == {}


@pytest.mark.parametrize(
    "sources",
    [
        {"parsed": {"oauth_signature": "x"}},
        {"queries": ("oauth_signature=x",)},
        {"form": "oauth_signature=x"},
    ],
    ids=["parsed", "query", "form"],
)
def test_signature_beside_that_of_the_header_is_repeated(sources: dict[str, Any]) -> None:
    """RFC 5849 section 3.1 has each parameter once; the header's is the one that counts."""
    header = {"oauth_signature": "s"}
    assert join(header=header, **sources) == header
    assert repeated(header=header, **sources) == {"oauth_signature": 2}


@pytest.mark.parametrize(
    ("parsed", "expected"),
    [({b"a": "1"}, "1"), (MultiDict({"a": ["1", "2"]}), ["1", "2"])],
    ids=["bytes", "several"],
)
def test_what_is_parsed_beside_a_signed_header_is_read_as_ever(parsed: Any, expected: Any) -> None:
    """Names are text, and no value is lost."""
    header = {"oauth_signature": "s"}
    assert join(header=header, parsed=parsed) == {**header, "a": expected}


def test_what_is_not_parsed_parameters_is_told() -> None:
    """TypeError has its type: it is the program's mistake."""
    with pytest.raises(TypeError, match=r"^parameters: expected a dict, got list$"):
        join(parsed=[("a", "b")])


def test_nothing_beside_a_signature_is_mended() -> None:
    """A space and an escape are what was sent."""
    parsed = {"oauth_signature": "a b=", "text": "a b%2B"}
    assert join(parsed=parsed) == {"oauth_signature": "a+b=", "text": "a b%2B"}


def test_value_that_no_form_has_is_told_by_its_name() -> None:
    """As a file that a framework has among the fields."""
    with pytest.raises(ParameterRejected, match=r"^photo: expected str, .*, got BytesIO"):
        join(parsed={"photo": io.BytesIO()})


def test_signature_twice_in_one_place_is_repeated_however_it_is_written() -> None:
    """Mending makes no two of one source the same."""
    sources: dict[str, Any] = {"queries": ("oauth_signature=a+b&oauth_signature=a%2Bb",)}
    assert repeated(**sources) == {"oauth_signature": 2}
    assert join(**sources)["oauth_signature"] == "a+b"


def test_signature_that_was_mended_verifies() -> None:
    """A URL in which an old framework has put ``+`` for ``%2B``, and what it parsed of it."""
    consumer, method = Consumer("key", "secret"), SignatureMethod_HMAC_SHA1()
    sent = Request.from_consumer_and_token(consumer, None, "GET", "http://a.example/x")
    while b"+" not in sent.get("oauth_signature", b""):
        sent["oauth_nonce"] = Request.make_nonce()
        sent.sign_request(method, consumer, None)
    iri = sent.to_url().replace("%2B", "+").replace("%2F", "/")
    read = Request.from_request("GET", iri, parameters={name: sent[name] for name in sent})
    assert read is not None
    assert Server({"HMAC-SHA1": method}).verify_request(read, consumer, None) == {}


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
    query = [("a", "1"), ("a", "3")]
    form = [("a", "4")]
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


@pytest.mark.parametrize("value", [{"b": "c"}, [{"b": "c"}], [["b"]], (("b",),), [1, ("b",)]])
def test_value_that_is_no_text_and_no_list_of_texts_is_rejected(value: Any) -> None:
    """As a framework reads it from JSON; it would be signed as something else."""
    with pytest.raises(ParameterRejected, match=r"^Parameter .*: expected text") as caught:
        Request.from_request("POST", "http://a.example/", parameters={"a[]": value})
    assert caught.value.rejected == "a%5B%5D="


def test_name_that_is_no_text_is_a_programmers_mistake() -> None:
    """No stranger can send one."""
    with pytest.raises(TypeError, match="name of a parameter: expected str or bytes, got int"):
        Request.from_request("POST", "http://a.example/", parameters={5: "a"})


def test_overridden_parser_of_queries_is_asked_for_queries_and_forms() -> None:
    """What it returns counts, in its order."""

    class Shouting(Request):
        @staticmethod
        def _split_url_string(param_str: str) -> dict[str, Any]:
            return {"text": [param_str.upper(), "!"]}

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    read = Shouting.from_request("POST", "http://a.example/?q", headers, body=b"f")
    assert read == {"text": ["Q", "!", "F", "!"]}


def _peak_of(body: bytes) -> float:
    """Return the octets of memory that reading a form takes for each of its own."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    with traced():
        Request.from_request("POST", "http://a.example/", headers, body=body)
        return tracemalloc.get_traced_memory()[1] / len(body)


@pytest.mark.long
@pytest.mark.parametrize("piece", [b"%", b"%2", b"%41", b"%zz", b"+", b"a", b"%25%", b"\xe9%e9"])
def test_form_of_one_value_takes_ten_times_its_length(piece: bytes) -> None:
    """At most, whatever has to be decoded in it: it is read before anybody is authenticated."""
    assert _peak_of(piece * (1_000_000 // len(piece))) < 10


@pytest.mark.long
@pytest.mark.parametrize("piece", [b"a&", b"aa&", b"a=b&", b"a=1&a=2&", b"%61&", b"&"])
def test_pair_that_is_repeated_takes_no_memory_of_its_own(piece: bytes) -> None:
    """But for its place in the lists in which it stands: decoded, and by its name."""
    assert _peak_of(piece * (1_000_000 // len(piece))) < 30


@pytest.mark.long
@pytest.mark.parametrize("piece", ["a&", "aa=b&", "&", "%61&"])
def test_pair_that_is_repeated_takes_linear_time(piece: str) -> None:
    """Ten megabytes are read in about a second."""
    assert_linear(decode_pairs, lambda size: piece * (size // len(piece)), 16_000)


def test_many_pairs_are_read_as_a_few_are() -> None:
    """In their order, each decoded once, empty pieces left out."""
    few = "a=%41&b+c&&a=%2541&="
    assert decode_pairs("&".join([few] * 500)) == decode_pairs(few) * 500
