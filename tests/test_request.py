"""Request: constructors, serialisers, normalisation, and reading what came in."""

from __future__ import annotations

import copy
import enum
import http.client
import io
import pickle
import re
from typing import Any

import pytest
from known import CONSUMER, TOKEN, TOKEN_SECRET
from present import present
from secrets_check import assert_no_secret

import oauth2
from oauth2 import Consumer, Error, Request, SignatureMethod_HMAC_SHA1, Token

URL = "http://example.com/photos"
HMAC = SignatureMethod_HMAC_SHA1()
HEADER = {"Authorization": 'OAuth realm="r", oauth_token="t", oauth_nonce="n"'}
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}


def signed(*args: Any, **kwargs: Any) -> Any:
    request = Request.from_consumer_and_token(CONSUMER, TOKEN, *args, **kwargs)
    request.sign_request(HMAC, CONSUMER, TOKEN)
    return request


def test_request_for_a_consumer_has_no_body_unless_given() -> None:
    """Its body hash is that of nothing."""
    assert Request.from_consumer_and_token(CONSUMER).body == b""


def test_request_received_without_a_url_has_what_was_parsed() -> None:
    """No URL has no query."""
    assert Request.from_request("GET", None, parameters={"a": "b"}) == {"a": "b"}


class TestConstructor:
    """What goes in, and what is refused."""

    def test_keys_and_strings_become_text(self) -> None:
        """Bytes are UTF-8; octets that are no UTF-8 become surrogate escapes."""
        request = Request("GET", URL, {b"a": b"\xc3\xa9", "b": b"\xe9"})
        assert request == {"a": "é", "b": "\udce9"}

    def test_iterables_become_lists_of_text(self) -> None:
        """A tuple, a set or a generator is a list in the dict."""
        request = Request("GET", URL, {"a": (b"1", 2), "b": (str(n) for n in range(2))})
        assert request == {"a": ["1", 2], "b": ["0", "1"]}

    def test_a_multi_dict_is_taken_whole(self) -> None:
        """Its update() or items() would show one value a name, or lists for all."""

        class Multi(dict[str, Any]):
            def __getitem__(self, name: Any) -> Any:
                return super().__getitem__(name)[-1]

            def items(self) -> Any:
                return [(name, self[name]) for name in self]

            def lists(self) -> Any:
                return super().items()

        given = Multi({"oauth_version": ["1.0"], "a": ["1", "2"]})
        request = Request("GET", URL, given)
        assert request == {"oauth_version": "1.0", "a": ["1", "2"]}
        request["a"].append("3")
        assert given["a"] == "2"

    def test_a_member_of_an_enum_of_str_is_its_value(self) -> None:
        """On every Python."""

        class Scope(str, enum.Enum):
            READ = "read"

        request = Request("GET", URL, {"scope": Scope.READ, Scope.READ: [Scope.READ]})
        assert request.to_postdata() == "scope=read&read=read"
        assert type(oauth2.escape(Scope.READ)) is str

    def test_a_tuple_that_is_assigned_later_is_a_list_of_values(self) -> None:
        """The serialisers take what the constructor takes."""
        request = Request("GET", URL)
        request["tags"] = ("b", "a\0")
        assert request.to_postdata() == "tags=b&tags=a%00"

    def test_numbers_and_none_stay_what_they_are(self) -> None:
        """They are written with str() when they are sent."""
        request = Request("GET", URL, {"n": 5, "f": 1.5, "none": None})
        assert request == {"n": 5, "f": 1.5, "none": None}
        assert request.to_postdata() == "n=5&f=1.5&none=None"

    def test_the_method_is_in_upper_case(self) -> None:
        """Also when it is set later."""
        request = Request("post", URL)
        assert request.method == "POST"
        request.method = b"get"
        assert request.method == "GET"

    @pytest.mark.parametrize(
        ("arguments", "named"),
        [
            ((None,), "method"),
            ((1,), "method"),
            (("GET", 5), "url"),
            (("GET", URL, [("a", "b")]), "parameters"),
            (("GET", URL, {1: "b"}), "name of a parameter"),
        ],
    )
    def test_a_wrong_type_is_named(self, arguments: Any, named: str) -> None:
        """TypeError says which parameter, what was expected, and what came."""
        with pytest.raises(TypeError, match=rf"{named}: expected .+, got"):
            Request(*arguments)

    @pytest.mark.parametrize("url", ["ftp://a.example/", "a.example/b", "", "mailto:a@b", "//a/b"])
    def test_only_http_and_https_can_be_requested(self, url: str) -> None:
        """Any other URL is a ValueError."""
        with pytest.raises(ValueError, match="http or https"):
            Request("GET", url)

    def test_the_error_about_a_url_shows_no_password_and_no_query(self) -> None:
        """User-info and query may hold secrets."""
        with pytest.raises(ValueError, match="ftp") as caught:
            Request("GET", "ftp://joe:sekrit@a.example/b?c=sekrit")
        assert_no_secret(caught.value, "sekrit")

    def test_parameters_of_the_caller_are_not_touched(self) -> None:
        """Not by signing either."""
        parameters = {"a": [b"1"], "b": 2}
        signed("POST", URL, parameters)
        assert parameters == {"a": [b"1"], "b": 2}

    def test_a_request_can_be_copied_and_pickled(self) -> None:
        """A copy has the dict, the URL and the rest."""
        request = signed("POST", URL, {"a": "b"})
        for twin in (
            copy.copy(request),
            copy.deepcopy(request),
            pickle.loads(pickle.dumps(request)),
        ):
            assert twin == request
            assert twin.to_url() == request.to_url()
            assert twin.signature_base_string() == request.signature_base_string()

    @pytest.mark.parametrize(
        ("url", "normalized", "base_uri"),
        [
            ("http://example.com", "http://example.com", "http://example.com/"),
            ("HTTP://EXAMPLE.com:80/R%20v?id=1", "http://example.com/R%20v", None),
            ("https://example.com:443/", "https://example.com/", None),
            ("https://example.com:80/", "https://example.com:80/", None),
            ("http://example.com:/a", "http://example.com/a", None),
            ("http://joe:pw@example.com/a", "http://example.com/a", None),
            ("http://[::1]:8080/a;b=c", "http://[::1]:8080/a;b=c", None),
            ("http://[::1]:80/a", "http://[::1]/a", None),
            ("http://exämple.com/a", "http://xn--exmple-cua.com/a", None),
            ("http://example.com?a=b", "http://example.com", "http://example.com/"),
        ],
    )
    def test_urls_are_normalized(self, url: str, normalized: str, base_uri: str | None) -> None:
        """RFC 5849 section 3.4.1.2; without a path the slash is in the base string only."""
        request = Request("GET", url)
        assert request.url == url
        assert request.normalized_url == normalized
        encoded = oauth2.escape(base_uri or normalized)
        assert request.signature_base_string().split("&")[1] == encoded


class TestParameters:
    """Getting at parameters."""

    def test_get_parameter(self) -> None:
        """A missing one is an Error that names it."""
        request = Request("GET", URL, {"a": "b"})
        assert request.get_parameter("a") == "b"
        with pytest.raises(Error, match="oauth_token") as caught:
            request.get_parameter("oauth_token")
        assert vars(caught.value)["parameter"] == "oauth_token"
        assert caught.value.problem == "parameter_absent"

    def test_nonoauth_parameters(self) -> None:
        """All whose names do not start with oauth_."""
        request = Request("GET", URL, {"a": "b", "oauth_token": "t", "oauthx": "y"})
        assert request.get_nonoauth_parameters() == {"a": "b", "oauthx": "y"}

    def test_timestamp_and_nonce(self) -> None:
        """Both, or an Error."""
        request = Request("GET", URL, {"oauth_timestamp": "1", "oauth_nonce": "n"})
        assert request._get_timestamp_nonce() == ("1", "n")
        with pytest.raises(Error):
            Request("GET", URL, {"oauth_timestamp": "1"})._get_timestamp_nonce()


class TestSerialisers:
    """Header, form and URL."""

    def test_the_header_holds_the_oauth_parameters(self) -> None:
        """In their order, quoted and escaped, the realm first."""
        request = Request("GET", URL, {"oauth_token": "a b", "status": "x", "oauth_nonce": 5})
        pairs = 'oauth_token="a%20b", oauth_nonce="5"'
        assert request.to_header() == {"Authorization": f'OAuth realm="", {pairs}'}
        assert request.to_header(realm="http://a/") == {
            "Authorization": f'OAuth realm="http://a/", {pairs}'
        }
        assert request.to_header(realm=None) == {"Authorization": f"OAuth {pairs}"}

    def test_a_realm_is_quoted(self) -> None:
        """A quotation mark and a backslash are data."""
        header = Request("GET", URL, {"oauth_token": "t"}).to_header(realm='a"b\\c')
        assert header["Authorization"] == 'OAuth realm="a\\"b\\\\c", oauth_token="t"'
        assert present(Request.from_request("GET", URL, header)).realm == 'a"b\\c'

    def test_a_realm_may_be_bytes(self) -> None:
        """As for build_authenticate_header."""
        octets: Any = b"x"
        assert Request("GET", URL).to_header(octets) == {"Authorization": 'OAuth realm="x"'}

    def test_a_realm_cannot_inject_a_header(self) -> None:
        """Control characters are refused."""
        with pytest.raises(ValueError, match="control characters"):
            Request("GET", URL).to_header(realm="a\r\nX-Injected: 1")

    def test_a_header_without_parameters(self) -> None:
        """Nothing but the realm, or nothing but the scheme."""
        assert Request("GET", URL).to_header() == {"Authorization": 'OAuth realm=""'}
        assert Request("GET", URL).to_header(realm=None) == {"Authorization": "OAuth"}

    def test_postdata_has_a_pair_for_each_element_in_the_order_of_the_dict(self) -> None:
        """Spaces are %20; the URL's query stays in the URL."""
        request = Request("POST", URL + "?q=1", {"b": ["2", "1"], "a b": "c d", "e": []})
        assert request.to_postdata() == "b=2&b=1&a%20b=c%20d"

    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("http://a.example", "http://a.example?b=c%20d"),
            ("http://a.example/", "http://a.example/?b=c%20d"),
            ("http://a.example/?x=%41+1", "http://a.example/?x=%41+1&b=c%20d"),
            ("http://a.example/?", "http://a.example/?b=c%20d"),
            ("http://a.example/?x&", "http://a.example/?x&b=c%20d"),
            ("http://a.example/?x#y?z", "http://a.example/?x&b=c%20d#y?z"),
            ("http://a.example/é", "http://a.example/é?b=c%20d"),
        ],
    )
    def test_the_url_keeps_its_own_query_as_it_was(self, url: str, expected: str) -> None:
        """The pairs of the dict are appended, before a fragment."""
        assert Request("GET", url, {"b": "c d"}).to_url() == expected

    def test_a_url_without_pairs_is_the_url(self) -> None:
        """Nothing is appended where there is nothing."""
        assert Request("GET", URL).to_url() == URL

    def test_a_pair_that_is_in_url_and_dict_is_sent_twice_and_signed_twice(self) -> None:
        """Equal pairs are never merged in a request of our own."""
        request = Request("GET", URL + "?a=1", {"a": "1"})
        assert request.to_url() == URL + "?a=1&a=1"
        assert request.get_normalized_parameters() == "a=1&a=1"


class TestNormalizing:
    """RFC 5849 section 3.4.1.3, from the dict and the URL."""

    @pytest.mark.parametrize(
        ("url", "parameters", "expected"),
        [
            (URL + "?a=&b", {}, "a=&b="),
            (URL + "?b=%2541", {}, "b=%2541"),
            (URL + "?b=a+b%20c", {}, "b=a%20b%20c"),
            (URL + "?b=%E9", {}, "b=%E9"),
            (URL + "?b=é", {}, "b=%C3%A9"),
            (URL + "?f0=1&f[a]=2", {}, "f%5Ba%5D=2&f0=1"),
            (URL, {"b": "1", "é": "2"}, "%C3%A9=2&b=1"),
            (URL + "?realm=x&oauth_signature=y&oauth_token=z", {}, "oauth_token=z&realm=x"),
            (URL, {"oauth_signature": "y", "realm": "x"}, "realm=x"),
            (URL, {"a": ["2", "10", "1"]}, "a=1&a=10&a=2"),
            (URL, {"a-b": "1", "a": "z", "a.b": "2"}, "a=z&a-b=1&a.b=2"),
            (URL, {"a": "\0", "b\1": "x"}, "a=%00&b%01=x"),
            (URL + "?a=%zz%", {}, "a=%25zz%25"),
            (URL + "?a=1&&b=2&", {}, "a=1&b=2"),
            (URL + "?=v", {}, "=v"),
        ],
    )
    def test_parameters_are_encoded_then_sorted(
        self, url: Any, parameters: Any, expected: str
    ) -> None:
        """Each pair once, blank values kept, escapes decoded once."""
        assert Request("GET", url, parameters).get_normalized_parameters() == expected

    def test_a_request_without_a_url_normalizes_its_dict(self) -> None:
        """The query of no URL is empty."""
        assert Request(parameters={"b": "2", "a": "1"}).get_normalized_parameters() == "a=1&b=2"

    def test_the_path_of_an_iri_is_signed_as_it_must_be_sent(self) -> None:
        """White space and what is not ASCII cannot be on the wire."""
        base = Request("GET", "http://a.example/é b").signature_base_string()
        assert base == "GET&http%3A%2F%2Fa.example%2F%25C3%25A9%2520b&"

    def test_a_base_string_needs_a_url(self) -> None:
        """Without one: ValueError."""
        with pytest.raises(ValueError, match="url"):
            Request("GET").signature_base_string()

    def test_an_overridden_normalisation_may_return_bytes(self) -> None:
        """Programs do, and signing goes through what they replaced."""

        class Own(Request):
            def get_normalized_parameters(self) -> Any:
                return b"own=1"

        assert Own("GET", URL).signature_base_string().endswith("&own%3D1")


class TestSigning:
    """sign_request and the constructors for it."""

    def test_what_signing_needs_is_added(self) -> None:
        """Key, timestamp, nonce, version, token, method, body hash and signature."""
        request = signed("GET", URL)
        assert set(request) == {
            "oauth_consumer_key",
            "oauth_timestamp",
            "oauth_nonce",
            "oauth_version",
            "oauth_token",
            "oauth_signature_method",
            "oauth_body_hash",
            "oauth_signature",
        }
        assert request["oauth_version"] == "1.0"
        assert re.fullmatch(r"[0-9a-f]{32}", request["oauth_nonce"])
        assert request["oauth_timestamp"].isdigit()

    def test_a_callers_own_values_win(self) -> None:
        """Nothing that is given is overwritten."""
        own = {
            "oauth_consumer_key": "k",
            "oauth_timestamp": 5,
            "oauth_nonce": "n",
            "oauth_version": "1.0a",
            "oauth_token": "t",
        }
        request = Request.from_consumer_and_token(CONSUMER, TOKEN, "GET", URL, own)
        request.sign_request(HMAC, CONSUMER, TOKEN)
        assert {name: request[name] for name in own} == own

    def test_a_verifier_goes_along(self) -> None:
        """A request token's verifier is sent; none is not."""
        token = Token("t", "s")
        request = Request.from_consumer_and_token(CONSUMER, token, http_url=URL)
        assert "oauth_verifier" not in request
        token.set_verifier("1234")
        request = Request.from_consumer_and_token(CONSUMER, token, http_url=URL)
        assert request["oauth_verifier"] == "1234"

    @pytest.mark.parametrize("token", [None, {}, ""])
    def test_a_token_may_be_falsy(self, token: Any) -> None:
        """Then there is no oauth_token, and no token secret."""
        request = Request.from_consumer_and_token(CONSUMER, token, "GET", URL)
        request.sign_request(HMAC, CONSUMER, token)
        assert "oauth_token" not in request
        assert HMAC.check(request, CONSUMER, None, request["oauth_signature"])

    def test_key_and_token_are_filled_in_when_they_are_absent(self) -> None:
        """Also on a request that was made by hand, with bytes."""
        request = Request("GET", URL)
        request.sign_request(HMAC, Consumer(b"k", b"s"), Token(b"t", b"s"))
        assert (request["oauth_consumer_key"], request["oauth_token"]) == ("k", "t")

    def test_signing_twice_is_signing_once(self) -> None:
        """The signature is no part of what is signed."""
        request = signed("GET", URL, {"a": "b"})
        once = dict(request)
        request.sign_request(HMAC, CONSUMER, TOKEN)
        assert request == once

    @pytest.mark.parametrize("method", [HMAC, oauth2.SignatureMethod_PLAINTEXT()])
    def test_without_a_url_nothing_is_signed(self, method: Any) -> None:
        """ValueError, and the request is as it was."""
        request = Request("GET", parameters={"a": "b"})
        with pytest.raises(ValueError, match="url") as caught:
            request.sign_request(method, CONSUMER, TOKEN)
        assert request == {"a": "b"}
        assert_no_secret(caught.value, CONSUMER.secret, TOKEN.secret)

    def test_a_form_has_no_body_hash(self) -> None:
        """Its parameters are signed themselves."""
        request = signed("POST", URL, {"a": "b"}, is_form_encoded=True)
        assert "oauth_body_hash" not in request

    def test_a_form_loses_the_body_hash_of_an_earlier_signature(self) -> None:
        """Signed as a form, it has none."""
        request = signed("POST", URL, {"a": "b"})
        request.is_form_encoded = True
        request.sign_request(HMAC, CONSUMER, TOKEN)
        assert "oauth_body_hash" not in request

    def test_the_body_hash_can_be_left_out(self) -> None:
        """include_body_hash=False."""
        request = Request.from_consumer_and_token(CONSUMER, None, "PUT", URL, body=b"x")
        request.sign_request(HMAC, CONSUMER, None, include_body_hash=False)
        assert "oauth_body_hash" not in request

    @pytest.mark.parametrize("body", ["Hello World!", b"Hello World!", io.BytesIO(b"Hello World!")])
    def test_the_body_hash_is_that_of_the_draft(self, body: Any) -> None:
        """draft-eaton-oauth-bodyhash-00, for text, bytes and a file."""
        request = Request.from_consumer_and_token(CONSUMER, None, "PUT", URL, body=body)
        request.sign_request(HMAC, CONSUMER, None)
        assert request["oauth_body_hash"] == b"Lve95gjOVATpfV8EL5X4nxwjKHE="

    def test_a_body_that_cannot_be_read_twice_has_no_hash(self) -> None:
        """A generator is left alone."""
        request = Request.from_consumer_and_token(CONSUMER, None, "PUT", URL, body=iter([b"x"]))
        request.sign_request(HMAC, CONSUMER, None)
        assert "oauth_body_hash" not in request

    def test_parameters_must_be_a_dict(self) -> None:
        """Pairs are refused with the parameter's name."""
        pairs: Any = [("a", "b")]
        with pytest.raises(TypeError, match="parameters: expected a dict, got list"):
            Request.from_consumer_and_token(CONSUMER, None, "GET", URL, pairs)

    def test_a_subclass_makes_instances_of_itself(self) -> None:
        """Its own nonce, timestamp and version count."""

        class Own(Request):
            version = "1.0own"

            @classmethod
            def make_nonce(cls) -> str:
                return "own nonce"

            @classmethod
            def make_timestamp(cls) -> str:
                return "7"

        request = Own.from_consumer_and_token(CONSUMER, TOKEN, "GET", URL)
        assert type(request) is Own
        assert request["oauth_nonce"] == "own nonce"
        assert request["oauth_timestamp"] == "7"
        assert request["oauth_version"] == "1.0own"
        assert type(Own.from_token_and_callback(TOKEN, http_url=URL)) is Own
        assert type(Own.from_request("GET", URL, HEADER)) is Own

    def test_from_token_and_callback(self) -> None:
        """Token and callback, no signature."""
        request = Request.from_token_and_callback(TOKEN, "http://b/", "POST", URL, {"a": "c"})
        assert request == {"oauth_token": "token", "oauth_callback": "http://b/", "a": "c"}
        assert Request.from_token_and_callback(TOKEN) == {"oauth_token": "token"}


class TestIncoming:
    """Request.from_request."""

    def test_there_is_none_when_there_is_nothing(self) -> None:
        """No header, no query, no form."""
        assert Request.from_request("GET", URL) is None
        assert (
            Request.from_request("POST", URL, {"Authorization": "Basic eA=="}, body=b"{}") is None
        )

    def test_the_header_is_read(self) -> None:
        """Its realm is kept apart, and the caller's dict is not touched."""
        headers = dict(HEADER)
        request = Request.from_request("GET", URL, headers)
        assert request == {"oauth_token": "t", "oauth_nonce": "n"}
        assert request.realm == "r"
        assert headers == HEADER

    @pytest.mark.parametrize(
        "headers",
        [
            {"authorization": HEADER["Authorization"]},
            {"AUTHORIZATION": HEADER["Authorization"].encode()},
            {"HTTP_AUTHORIZATION": HEADER["Authorization"], "wsgi.version": (1, 0), 5: 6},
            [(b"host", b"a"), (b"authorization", HEADER["Authorization"].encode())],
            [("Authorization", "Bearer x"), ("Authorization", HEADER["Authorization"])],
            iter([("Authorization", HEADER["Authorization"])]),
        ],
    )
    def test_the_header_is_found_under_any_spelling(self, headers: Any) -> None:
        """Mappings, WSGI environs, ASGI pairs, iterators."""
        assert present(Request.from_request("GET", URL, headers))["oauth_token"] == "t"

    def test_the_headers_of_the_standard_librarys_server_are_read(self) -> None:
        """BaseHTTPRequestHandler.headers is no mapping, and keeps folded lines."""
        raw = b'Host: a\r\nAuthorization: OAuth realm="x",\r\n  oauth_token="t"\r\n\r\n'
        headers: Any = http.client.parse_headers(io.BytesIO(raw))
        assert Request.from_request("GET", URL, headers) == {"oauth_token": "t"}

    def test_query_string_and_url_say_the_same_once(self) -> None:
        """Callers pass the query twice."""
        request = present(
            Request.from_request("GET", URL + "?a=1&a=1&b=", query_string=b"a=1&a=1&b=")
        )
        assert request == {"a": ["1", "1"], "b": ""}
        assert request.get_normalized_parameters() == "a=1&a=1&b="
        assert request.to_url() == URL + "?a=1&a=1&b="
        assert request.to_postdata() == "a=1&a=1&b="

    def test_a_framework_may_have_merged_the_query(self) -> None:
        """A pair of both is one; another value of the same name is one more."""
        request = Request.from_request("POST", URL + "?a=1", parameters={"a": ["1", "2"], "b": "3"})
        assert request == {"a": ["1", "2"], "b": "3"}
        request = present(Request.from_request("POST", URL + "?a=1", parameters={"a": "2"}))
        assert sorted(request["a"]) == ["1", "2"]
        assert request.get_normalized_parameters() == "a=1&a=2"
        assert request.to_url() == URL + "?a=1&a=2"

    def test_a_multi_dict_is_read_whole(self) -> None:
        """Django's and Werkzeug's dicts show one value only unless asked for all."""

        class Multi(dict[str, Any]):
            def lists(self) -> Any:
                return [("a", ["1", "2"])]

        assert Request.from_request("POST", URL, parameters=Multi(a="2")) == {"a": ["1", "2"]}

    def test_with_a_body_there_is_no_doubt(self) -> None:
        """Body pairs and query pairs are added up."""
        request = Request.from_request("POST", URL + "?a=1", FORM, body=b"a=1&b=%E9")
        assert request == {"a": ["1", "1"], "b": "\udce9"}
        assert request.get_normalized_parameters() == "a=1&a=1&b=%E9"
        assert request.is_form_encoded

    def test_a_form_body_leaves_no_room_for_parameters(self) -> None:
        """ValueError: they would be counted twice."""
        with pytest.raises(ValueError, match="parameters"):
            Request.from_request("POST", URL, FORM, parameters={}, body=b"a=1")

    def test_another_body_is_kept_for_its_hash(self) -> None:
        """It is no source of parameters."""
        request = Request.from_request("POST", URL + "?a=1", {"Content-Type": "x/y"}, body=b"b=2")
        assert request == {"a": "1"}
        assert request.body == b"b=2"
        assert not request.is_form_encoded
        assert present(Request.from_request("POST", URL + "?a=1")).body is None

    @pytest.mark.parametrize(
        ("headers", "kwargs"),
        [
            ({"Authorization": 'OAuth oauth_a="1", oauth_a="1"'}, {}),
            ({}, {"query_string": "oauth_a=1&oauth_a=1"}),
            ({}, {"query_string": "oauth_a=1", "parameters": {"oauth_a": "2"}}),
            ({"Authorization": 'OAuth oauth_a="1"'}, {"query_string": "oauth_a=1"}),
            ({"Authorization": 'OAuth oauth_a="1"'}, {"parameters": {"oauth_a": "1"}}),
            (FORM, {"body": b"oauth_a=1", "query_string": "oauth_a=1"}),
            ({**FORM, "Authorization": 'OAuth oauth_a="1"'}, {"body": b"oauth_a=1"}),
        ],
    )
    def test_an_oauth_parameter_comes_once(self, headers: Any, kwargs: Any) -> None:
        """Twice in one source, or both in the header and elsewhere, is refused when verified."""
        request: Any = Request.from_request("POST", URL, headers, **kwargs)
        assert request["oauth_a"] in ("1", "2")
        with pytest.raises(oauth2.DuplicateParameter, match="oauth_a") as caught:
            oauth2.Server().verify_request(request, CONSUMER, TOKEN)
        assert caught.value.parameter == "oauth_a"

    def test_the_message_about_it_is_short_and_printable(self) -> None:
        """A name is what an attacker makes it."""
        name = "oauth_\n\udce9" + "x" * 1000
        request: Any = Request.from_request("POST", URL, parameters={name: ["1", "2"]})
        with pytest.raises(oauth2.DuplicateParameter) as caught:
            oauth2.Server().verify_request(request, CONSUMER, TOKEN)
        assert caught.value.message.isascii()
        assert caught.value.message.isprintable()
        assert len(caught.value.message) < 100

    def test_other_parameters_may_repeat_across_sources(self) -> None:
        """A name in the header and in the query is two pairs."""
        headers = {"Authorization": 'OAuth a="1"'}
        request = present(Request.from_request("GET", URL + "?a=1", headers))
        assert request.get_normalized_parameters() == "a=1&a=1"

    def test_a_malformed_header_says_where(self) -> None:
        """An Error with the position."""
        with pytest.raises(oauth2.MalformedHeader, match="position 6") as caught:
            Request.from_request("GET", URL, {"Authorization": "OAuth this is a bad header"})
        assert caught.value.position == 6

    def test_two_different_headers_are_one_too_many(self) -> None:
        """There is no telling which counts."""
        pairs = [("Authorization", 'OAuth oauth_token="a"'), ("authorization", 'OAuth x="b"')]
        with pytest.raises(oauth2.MalformedHeader):
            Request.from_request("GET", URL, pairs)

    @pytest.mark.parametrize("where", ["query_string", "parameters", "body"])
    def test_a_signature_that_was_encoded_twice_is_decoded_once_more(self, where: str) -> None:
        """Pinned: base64 holds no percent sign."""
        twice = "oauth_signature=a%252Bb%252fc%253D&oauth_signature_method=HMAC-SHA1"
        found = {"oauth_signature": "a%2Bb%2fc%3D", "oauth_signature_method": "HMAC-SHA1"}
        given: Any = {"query_string": twice, "parameters": found, "body": twice.encode()}[where]
        request = present(Request.from_request("POST", URL, FORM, **{where: given}))
        assert request["oauth_signature"] == "a+b/c="

    @pytest.mark.parametrize(
        ("signature", "method"), [("a%252Bb", "PLAINTEXT"), ("a%2541%25b", "HMAC-SHA1")]
    )
    def test_other_signatures_are_left_alone(self, signature: str, method: str) -> None:
        """PLAINTEXT is never decoded again, nor any other escape."""
        query = f"oauth_signature={signature}&oauth_signature_method={method}"
        request = present(Request.from_request("GET", URL, query_string=query))
        assert request["oauth_signature"] == signature.replace("%25", "%")

    def test_a_signature_in_the_header_is_left_alone(self) -> None:
        """Header values are decoded once."""
        request = present(
            Request.from_request("GET", URL, {"Authorization": 'OAuth oauth_signature="%252B"'})
        )
        assert request["oauth_signature"] == "%2B"

    def test_overridden_parsers_are_honoured(self) -> None:
        """Programs replace _split_header and _split_url_string."""

        class Own(Request):
            @staticmethod
            def _split_header(header: Any) -> Any:
                return {"oauth_from": "header"}

            @staticmethod
            def _split_url_string(param_str: Any) -> Any:
                return {"from": param_str.upper()}

        request = present(Own.from_request("GET", URL + "?x", HEADER))
        assert request == {"oauth_from": "header", "from": "X"}
        assert request.get_normalized_parameters() == "from=X&oauth_from=header"
        assert request.realm is None

    def test_a_request_needs_no_url(self) -> None:
        """A URL of None gives a request without one."""
        request = Request.from_request("GET", None, HEADER)
        assert "url" not in request.__dict__

    @pytest.mark.parametrize(
        ("kwargs", "named"),
        [
            ({"http_url": 5}, "http_url"),
            ({"query_string": 5}, "query_string"),
            ({"body": 5, "headers": FORM}, "body"),
        ],
    )
    def test_wrong_types_are_named(self, kwargs: Any, named: str) -> None:
        """TypeError says which argument."""
        with pytest.raises(TypeError, match=f"{named}: expected str or bytes, got int"):
            Request.from_request(**{"http_method": "POST", "http_url": URL, **kwargs})

    def test_headers_are_no_text(self) -> None:
        """A header by itself is not looked through."""
        text: Any = HEADER["Authorization"]
        with pytest.raises(TypeError, match="headers: expected a dict or pairs, got str"):
            Request.from_request("GET", URL, text)

    def test_a_parameter_removed_from_the_dict_is_still_in_the_url(self) -> None:
        """What is on the wire counts, once."""
        request = present(Request.from_request("GET", URL + "?a=1&b=2", HEADER))
        del request["a"]
        assert request.get_normalized_parameters() == "a=1&b=2&oauth_nonce=n&oauth_token=t"


class _LookAlike:
    """Credentials of a program that has its own classes."""

    key = "token"
    secret = TOKEN_SECRET


class TestWhatProgramsHaveAtHand:
    """Look-alikes, multi-dicts and iterators, as frameworks and old programs hand them in."""

    @pytest.mark.parametrize(
        "request_", [Request("GET", URL), Request.from_consumer_and_token(CONSUMER, http_url=URL)]
    )
    def test_a_request_without_a_body_has_the_hash_of_none(self, request_: Any) -> None:
        """draft-eaton-oauth-bodyhash-00: that of the empty string."""
        request_.sign_request(HMAC, CONSUMER, None)
        assert request_["oauth_body_hash"] == b"2jmj7l5rSw0yVb/vlWAYkK/YBwk="

    def test_a_look_alike_needs_no_verifier(self) -> None:
        """Key and secret make a token."""
        request = Request.from_consumer_and_token(CONSUMER, _LookAlike(), "GET", URL)
        assert request["oauth_token"] == "token"
        assert "oauth_verifier" not in request
        request.sign_request(HMAC, CONSUMER, _LookAlike())
        assert HMAC.check(request, CONSUMER, TOKEN, request["oauth_signature"])

    def test_the_token_is_there_before_signing(self) -> None:
        """Programs read it, and build a header of their own."""
        request = Request.from_consumer_and_token(CONSUMER, TOKEN, "GET", URL)
        assert (request["oauth_token"], request["oauth_consumer_key"]) == ("token", "key")

    @pytest.mark.parametrize("way", ["lists", "multi_items", "allitems"])
    def test_a_multi_dict_may_have_one_way_to_show_all(self, way: Any) -> None:
        """Django's and Werkzeug's, Starlette's, Bottle's; ``items`` has the last value alone."""
        all_items = [("a", ["1", "2"])] if way == "lists" else [("a", "1"), ("a", "2")]
        multi = type("Multi", (dict,), {way: lambda self: all_items})
        assert Request("GET", URL, multi(a="2")) == {"a": ["1", "2"]}
        assert Request.from_request("POST", URL, parameters=multi(a="2")) == {"a": ["1", "2"]}

    def test_a_name_may_be_bytes(self) -> None:
        """It is the name that it is in UTF-8, also of a parameter that is OAuth's."""
        given = {b"caf\xc3\xa9": b"1", b"oauth_nonce": "n"}
        for request in (
            Request("GET", URL, given),
            Request.from_request("POST", URL, parameters=given),
        ):
            assert request == {"caf\u00e9": "1", "oauth_nonce": "n"}
        request = Request.from_consumer_and_token(CONSUMER, None, "GET", URL, given)
        assert (request["caf\u00e9"], request["oauth_nonce"]) == ("1", "n")
        assert all(isinstance(name, str) for name in request)

    def test_a_name_in_bytes_is_that_of_the_query(self) -> None:
        """Two values of one name are both signed, and refused where the name is OAuth's."""

        def verify(query: str, parsed: Any) -> None:
            request: Any = Request.from_request("POST", f"{URL}?{query}", parameters=parsed)
            oauth2.Server().verify_request(request, CONSUMER, TOKEN)

        assert Request.from_request("POST", URL + "?a=1", parameters={b"a": "2"}) == {
            "a": ["2", "1"]
        }
        with pytest.raises(oauth2.DuplicateParameter):
            verify("oauth_token=1", {b"oauth_token": "2"})

    def test_headers_may_be_an_iterator(self) -> None:
        """They are gone through once, though two of them are looked for."""
        headers = iter([*HEADER.items(), *FORM.items()])
        request = Request.from_request("POST", URL, headers, body=b"a=1")
        assert request == {"oauth_token": "t", "oauth_nonce": "n", "a": "1"}
        assert request.is_form_encoded

    @pytest.mark.parametrize("method", [SignatureMethod_HMAC_SHA1, None, "HMAC-SHA1"])
    def test_only_an_instance_of_a_signature_method_signs(self, method: Any) -> None:
        """Neither its class nor its name: TypeError, and nothing is signed."""
        request = Request("GET", URL)
        with pytest.raises(TypeError, match=r"^signature method: expected "):
            request.sign_request(method, CONSUMER, None)
        assert request == {}
