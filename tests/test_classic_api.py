"""Programs written for oauth2 1.9: each test does it the way they do."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlparse

import pytest
from present import present
from wire import Answer, Origin, redirect

import oauth2
import oauth2 as oauth

CONSUMER = oauth.Consumer("key", "consumer sekrit")
TOKEN = oauth.Token("token", "token sekrit")
Client: Any = oauth.Client  # programs of that time had no types
HMAC = oauth.SignatureMethod_HMAC_SHA1()


def test_constants_have_their_classic_values() -> None:
    """The module's constants."""
    assert oauth.OAUTH_VERSION == "1.0"
    assert oauth.HTTP_METHOD == "GET"
    assert oauth.SIGNATURE_METHOD == "PLAINTEXT"
    assert type(oauth.__version__) is str
    assert oauth.__version__.startswith("2.")
    assert isinstance(oauth._version.manual_verstr, str)


NAMES = """
Client Consumer Error MissingSignature Request Server SignatureMethod
SignatureMethod_HMAC_SHA1 SignatureMethod_HMAC_SHA256 SignatureMethod_HMAC_SHA512
SignatureMethod_PLAINTEXT SignatureMethod_RSA_SHA1 SignatureMethod_RSA_SHA256
SignatureMethod_RSA_SHA512 Token MemoryNonces build_authenticate_header build_xoauth_string
escape generate_nonce generate_timestamp generate_verifier to_unicode to_unicode_if_string
to_unicode_optional_iterator to_utf8 to_utf8_if_string to_utf8_optional_iterator httplib2
STRING_TYPES TEXT PY3 b u parse_qs parse_qsl quote unquote unquote_to_bytes urlencode
urlsplit urlunsplit urlparse urlunparse base64 binascii hmac random sha1 time
"""


def test_every_classic_name_is_there() -> None:
    """Each name can be reached, and is named by dir()."""
    listed = dir(oauth2)
    assert [name for name in NAMES.split() if name not in listed] == []
    assert [name for name in NAMES.split() if getattr(oauth2, name) is None] == []


def test_every_compat_name_is_reached_from_both_modules() -> None:
    """`from oauth2 import parse_qs` and `from oauth2._compat import parse_qs` are one thing."""
    from oauth2 import _compat

    for name in vars(_compat):
        if not name.startswith("_") and name != "annotations":
            assert getattr(oauth2, name) is getattr(_compat, name)


def test_the_compat_module_is_there_without_being_imported() -> None:
    """`import oauth2; oauth2._compat.STRING_TYPES`, in a fresh interpreter."""
    code = "import oauth2; assert oauth2._compat.STRING_TYPES"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert oauth2.__getattr__("_compat") is oauth2._compat


def test_the_shims_for_two_pythons_still_convert() -> None:
    """b() and u() of _compat are what they were on Python 3."""
    assert oauth2.b("a") == b"a"
    assert oauth2.u(b"a") == "a"
    assert isinstance("", oauth2.STRING_TYPES)
    assert isinstance("", oauth2.TEXT)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """The lazy names do not swallow a mistake."""
    with pytest.raises(AttributeError, match="'oauth2' has no attribute 'nonsense'"):
        _ = oauth2.nonsense


@pytest.mark.long
def test_wrappers_that_walk_the_package_find_client() -> None:
    """Aioify and its like look at everything right after the import."""
    code = (
        "import inspect, oauth2\n"
        "found = [n for n in dir(oauth2) if inspect.isclass(getattr(oauth2, n))]\n"
        "assert 'Client' in found and 'Request' in found, found\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


_OF_EXTRAS = (
    *("oauth2.rsa", "oauth2.cli", "oauth2.sandbox", "oauth2.auth.", "oauth2.web."),
    *("oauth2.nonces.django", "oauth2.nonces.sql", "oauth2.nonces.statements"),
)


def test_every_module_can_be_imported_by_name() -> None:
    """`import oauth2.clients.imap` and the rest work."""
    for module in pkgutil.walk_packages(oauth2.__path__, "oauth2."):
        if not module.name.startswith(_OF_EXTRAS):
            assert inspect.ismodule(importlib.import_module(module.name))


def test_errors_have_a_message() -> None:
    """`except oauth.Error as e: print(e.message)`."""
    assert isinstance(oauth.Error(), RuntimeError)
    assert oauth.Error().message == str(oauth.Error()) == "OAuth error occurred."
    assert oauth.Error("No").message == str(oauth.Error("No")) == "No"
    assert issubclass(oauth.MissingSignature, oauth.Error)


class TestRequestsOfPrograms:
    """Call shapes of scripts that sign."""

    def test_a_request_built_by_hand_is_signed(self) -> None:
        """The README of 1.9: a dict of parameters, made by hand, then signed."""
        params = {
            "oauth_version": "1.0",
            "oauth_nonce": oauth.generate_nonce(),
            "oauth_timestamp": str(oauth.generate_timestamp()),
            "user": "joestump",
            "photoid": 555555555555,
        }
        params["oauth_token"] = TOKEN.key
        params["oauth_consumer_key"] = CONSUMER.key
        request = oauth.Request(method="GET", url="http://a.example/photos", parameters=params)
        request.sign_request(oauth.SignatureMethod_HMAC_SHA1(), CONSUMER, TOKEN)
        assert request["photoid"] == 555555555555
        assert oauth.Server({"HMAC-SHA1": HMAC}).verify_request(request, CONSUMER, TOKEN) == {
            "user": "joestump",
            "photoid": 555555555555,
        }

    def test_numbers_can_be_counted_with(self) -> None:
        """Programs do arithmetic on oauth_timestamp."""
        request = oauth.Request("GET", "http://a.example/", {"oauth_timestamp": 1000})
        request["oauth_timestamp"] += 5
        assert request.to_postdata() == "oauth_timestamp=1005"

    def test_unset_launch_fields_are_signed_as_none(self) -> None:
        """ims_lti_py leaves None in its launch parameters, and posts it so."""
        request = oauth.Request("POST", "http://a.example/", {"lis_person": None, "n": [1, None]})
        assert request.to_postdata() == "lis_person=None&n=1&n=None"
        assert request.get_normalized_parameters() == "lis_person=None&n=1&n=None"

    def test_timestamp_and_nonce_can_be_patched_with_numbers(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Tests of programs patch make_timestamp and make_nonce, with ints too."""
        monkeypatch.setattr(oauth.Request, "make_timestamp", classmethod(lambda cls: 137131200))
        monkeypatch.setattr(oauth.Request, "make_nonce", classmethod(lambda cls: 42))
        request = oauth.Request.from_consumer_and_token(CONSUMER, http_url="http://a.example/")
        request.sign_request(HMAC, CONSUMER, None)
        assert request._get_timestamp_nonce() == (137131200, 42)
        assert 'oauth_timestamp="137131200"' in request.to_header()["Authorization"]

    def test_time_can_be_patched_through_the_package(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """`mock.patch("oauth2.time.time")` sets the clock."""
        monkeypatch.setattr(oauth2.time, "time", lambda: 1234567890.9)
        assert oauth.generate_timestamp() == 1234567890
        assert oauth.Request.make_timestamp() == "1234567890"

    def test_signature_and_body_hash_are_bytes_in_the_dict(self) -> None:
        """Pinned: text comes out of the serialisers only."""
        request = oauth.Request.from_consumer_and_token(CONSUMER, None, "PUT", "http://a.example/")
        request.sign_request(HMAC, CONSUMER, None)
        assert type(request["oauth_signature"]) is bytes
        assert type(request["oauth_body_hash"]) is bytes
        for text in (request.to_url(), request.to_postdata(), request.to_header()["Authorization"]):
            assert type(text) is str
            assert "b%27" not in text

    def test_the_url_is_an_attribute_only_when_there_is_one(self) -> None:
        """Pinned: reading, deleting and setting None."""
        request = oauth.Request("GET")
        with pytest.raises(AttributeError):
            _ = request.url
        assert "url" not in request.__dict__
        request.url = "http://EXAMPLE.com:80/foo?bar#baz"
        assert request.normalized_url == "http://example.com/foo"
        del request.url
        with pytest.raises(AttributeError):
            _ = request.url
        assert "url" not in request.__dict__
        request.url = None
        assert request.url is None
        assert request.normalized_url is None

    def test_a_program_may_replace_the_normalized_url(self) -> None:
        """Behind a proxy, programs overwrite normalized_url before they sign or verify."""
        request = oauth.Request.from_consumer_and_token(CONSUMER, None, "GET", "http://inner/a?b=c")
        request.normalized_url = "https://outer.example/a"
        assert request.signature_base_string().startswith(
            "GET&https%3A%2F%2Fouter.example%2Fa&b%3Dc"
        )

    def test_signing_base_is_what_programs_print(self) -> None:
        """`key, raw = method.signing_base(request, consumer, token)`."""
        request = oauth.Request("GET", "http://a.example/b", {"c": "d"})
        key, raw = HMAC.signing_base(request, CONSUMER, TOKEN)
        assert key == b"consumer%20sekrit&token%20sekrit"
        assert raw == b"GET&http%3A%2F%2Fa.example%2Fb&c%3Dd"
        plain = oauth.SignatureMethod_PLAINTEXT().signing_base(request, CONSUMER, None)
        assert plain == ("consumer%20sekrit&", "consumer%20sekrit&")

    def test_split_helpers_stay_for_programs_that_call_them(self) -> None:
        """`Request._split_header` and `Request._split_url_string`."""
        header = 'OAuth realm="r", oauth_token="a%20b"'
        assert oauth.Request._split_header(header) == {"oauth_token": "a b"}
        assert oauth.Request._split_header(header[6:]) == {"oauth_token": "a b"}
        assert oauth.Request._split_url_string("b=2&b=1&c=") == {"b": ["1", "2"], "c": ""}

    def test_a_request_sends_the_user_to_the_provider(self) -> None:
        """`Request.from_token_and_callback(token, callback).to_url()`."""
        request = oauth.Request.from_token_and_callback(
            TOKEN, "http://app.example/back", http_url="http://a.example/authorize"
        )
        assert request.to_url() == (
            "http://a.example/authorize?oauth_token=token"
            "&oauth_callback=http%3A%2F%2Fapp.example%2Fback"
        )


class LtiRequest(oauth.Request):
    """PyLTI's way: normalized parameters rebuilt from self and from the URL's query."""

    times_normalized = 0

    def get_normalized_parameters(self) -> Any:
        self.times_normalized += 1
        items = []
        for key, value in self.items():
            if key == "oauth_signature":
                continue
            if isinstance(value, oauth.STRING_TYPES):
                items.append((oauth.to_utf8_if_string(key), oauth.to_utf8(value)))
            else:
                items += [(oauth.to_utf8_if_string(key), oauth.to_utf8_if_string(v)) for v in value]
        query = urlparse(self.url)[4]
        for key, value in self._split_url_string(query).items():
            pair = (oauth.to_utf8_if_string(key), oauth.to_utf8_optional_iterator(value))
            if pair not in items:
                items.append(pair)
        return urlencode(sorted(items)).replace("+", "%20").replace("%7E", "~")


HmacSha1: Any = oauth.SignatureMethod_HMAC_SHA1


class LtiHmac(HmacSha1):
    """PyLTI's way: check overridden, text compared as bytes."""

    times_checked = 0

    def check(self, request: Any, consumer: oauth2.Consumer, token: Any, signature: Any) -> bool:
        self.times_checked += 1
        built = self.sign(request, consumer, token)
        if isinstance(signature, str):
            signature = signature.encode("utf8")
        return bool(built == signature)


class LtiServer(oauth.Server):
    """PyLTI's way: a Server with an own constructor that looks consumers up."""

    def __init__(self, consumers: Any, signature_methods: Any = None) -> None:
        super().__init__(signature_methods)
        self.consumers = consumers

    def lookup_consumer(self, key: Any) -> Any:
        return oauth.Consumer(key, self.consumers[key]["secret"])


class TestServersOfPrograms:
    """Call shapes of tools that verify, LTI launches above all."""

    @staticmethod
    def launch(url: str = "http://tool.example/lti?course=7") -> Any:
        params = {
            "lti_message_type": "basic-lti-launch-request",
            "resource": "a b~c",
            "roles": "",
            "groups": ["b", "a~", "b"],
        }
        request = oauth.Request.from_consumer_and_token(
            CONSUMER, None, "POST", url, params, is_form_encoded=True
        )
        request.sign_request(HMAC, CONSUMER, None)
        return dict(request, oauth_signature=request["oauth_signature"].decode())

    def test_pylti_verifies_a_launch(self) -> None:
        """Own Request, own check, both of which are asked, token {} and the form as a dict."""
        server = LtiServer({"key": {"secret": "consumer sekrit"}})
        method = LtiHmac()
        server.add_signature_method(method)
        url = "http://tool.example/lti?course=7"
        request = LtiRequest.from_request(
            "POST", url, headers={"Host": "tool.example"}, parameters=self.launch(url)
        )
        assert type(request) is LtiRequest
        consumer = server.lookup_consumer(request.get_parameter("oauth_consumer_key"))
        no_token: Any = {}
        found = server.verify_request(request, consumer, no_token)
        assert found["course"] == "7"
        assert found["resource"] == "a b~c"
        assert sorted(found["groups"]) == ["a~", "b", "b"]
        assert (request.times_normalized, method.times_checked) == (1, 1)

    def test_pylti_signs_what_it_verifies(self) -> None:
        """A request that was made, not received: a query in the URL alone, a signature of bytes."""
        url = "http://tool.example/lti?course=7"
        request = LtiRequest("POST", url, {"groups": ["b", "a"], "roles": ""})
        assert request.get_normalized_parameters() == "course=7&groups=a&groups=b&roles="
        method = LtiHmac()
        request.sign_request(method, CONSUMER, None)
        assert isinstance(request["oauth_signature"], bytes)
        assert method.check(request, CONSUMER, None, request["oauth_signature"])
        other = oauth.Consumer("key", "other")
        assert not method.check(request, other, None, request["oauth_signature"])

    def test_pylti_refuses_a_changed_launch(self) -> None:
        """The same way, with one value changed."""
        server = LtiServer({"key": {"secret": "consumer sekrit"}})
        server.add_signature_method(LtiHmac())
        launch = dict(self.launch(), resource="changed")
        request = present(
            LtiRequest.from_request("POST", "http://tool.example/lti?course=7", parameters=launch)
        )
        no_token: Any = {}
        with pytest.raises(oauth.Error, match="Invalid signature"):
            server.verify_request(request, server.lookup_consumer("key"), no_token)

    @pytest.mark.parametrize("query", ["course=7", None])
    def test_a_framework_may_merge_form_and_query(self, query: str | None) -> None:
        """Parameters with the query merged in, and the query passed twice, count it once."""
        url = "http://tool.example/lti?course=7"
        request = present(
            oauth.Request.from_request(
                "POST", url, parameters={**self.launch(url), "course": "7"}, query_string=query
            )
        )
        server = oauth.Server({"HMAC-SHA1": HMAC})
        assert server.verify_request(request, CONSUMER, None)["course"] == "7"

    def test_check_signature_is_called_by_itself(self) -> None:
        """Some programs skip verify_request."""
        url = "http://tool.example/lti?course=7"
        request = present(oauth.Request.from_request("POST", url, parameters=self.launch(url)))
        server = oauth.Server({"HMAC-SHA1": HMAC})
        server._check_signature(request, CONSUMER, None)
        with pytest.raises(oauth.Error):
            server._check_signature(request, oauth.Consumer("key", "other"), None)

    def test_add_signature_method_hands_the_dict_back(self) -> None:
        """`methods = server.add_signature_method(m)`."""
        server = oauth.Server()
        assert server.add_signature_method(HMAC) is server.signature_methods == {"HMAC-SHA1": HMAC}

    def test_the_challenge_is_a_dict(self) -> None:
        """`headers = server.build_authenticate_header(realm)`, also as a function."""
        expected = {"WWW-Authenticate": 'OAuth realm="http://a.example/"'}
        assert oauth.Server().build_authenticate_header("http://a.example/") == expected
        assert oauth.build_authenticate_header("http://a.example/") == expected
        assert oauth.build_authenticate_header() == {"WWW-Authenticate": 'OAuth realm=""'}


class TestClientsOfPrograms:
    """Call shapes of scripts and applications that send, on a real socket."""

    @pytest.fixture
    def wire(self) -> Iterator[Any]:
        with Origin() as origin:
            yield origin

    @pytest.fixture
    def closed(self) -> Iterator[Any]:
        """Hand a client back, and close it at the end of the test."""
        with contextlib.ExitStack() as stack:
            yield lambda client: stack.enter_context(contextlib.closing(client))

    def test_the_twitter_sample_passes_force_auth_header(self, wire: Any, closed: Any) -> None:
        """`client.request(url, method=…, body=…, headers=…, force_auth_header=True)`."""
        client = closed(oauth.Client(CONSUMER, TOKEN))
        client.request(
            wire.url + "/home.json", method="GET", body=b"", headers=None, force_auth_header=True
        )
        (seen,) = wire.received
        assert seen.target == "/home.json"
        assert seen.header("Authorization").startswith(f'OAuth realm="{wire.url}", oauth_')

    def test_a_subclass_calls_request_through_the_package(self, wire: Any, closed: Any) -> None:
        """`oauth2.Client.request(self, …)` from an override."""

        class App(Client):
            def request(
                self,
                uri: Any,
                method: str = "GET",
                body: bytes = b"",
                headers: Any = None,
                **kwargs: Any,
            ) -> Any:
                headers = dict(headers or {}, Accept="application/json")
                return oauth2.Client.request(
                    self, uri, method=method, body=body, headers=headers, **kwargs
                )

        closed(App(CONSUMER)).request(wire.url + "/a")
        assert wire.received[0].header("Accept") == "application/json"
        assert "oauth_signature=" in wire.received[0].target

    def test_a_subclass_signs_by_itself_and_ends_in_httplib2(self, wire: Any, closed: Any) -> None:
        """A `request` that replaces ours whole needs nothing that ours would have done."""

        class App(Client):
            def request(
                self,
                uri: Any,
                method: str = "GET",
                body: Any = None,
                headers: Any = None,
                **kwargs: Any,
            ) -> Any:
                request = oauth2.Request.from_consumer_and_token(
                    self.consumer, self.token, http_method=method, http_url=uri
                )
                request.sign_request(self.method, self.consumer, self.token)
                return oauth2.httplib2.Http.request(
                    self, uri, method=method, body=body, headers=request.to_header(), **kwargs
                )

        closed(App(CONSUMER, TOKEN)).request(wire.url + "/a")
        assert "oauth_signature=" in wire.received[0].header("Authorization")

    def test_settings_of_httplib2_are_at_hand(self, wire: Any, closed: Any) -> None:
        """follow_redirects, ca_certs, certificates, a token assigned between calls."""
        client = closed(oauth.Client(CONSUMER, None, None, 5))
        assert client.timeout == 5
        client.follow_redirects = False
        client.ca_certs = "ca.pem"
        client.disable_ssl_certificate_validation = True
        client.add_certificate("key.pem", "cert.pem", "")
        client.request(wire.url + "/a", redirections=False)
        client.token = TOKEN
        client.request(wire.url + "/a", body=None)
        client.request(wire.url + "/a", "POST", body="")
        assert ["oauth_token" in seen.target + seen.body.decode() for seen in wire.received] == [
            False,
            True,
            True,
        ]

    def test_request_can_be_patched_around_a_call(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Tests of programs patch oauth2.Client.request or httplib2.Http.request."""
        monkeypatch.setattr("httplib2.Http.request", lambda self, uri, **kwargs: (uri, kwargs))
        uri = "http://a.example/b"
        client = Client(CONSUMER)
        sent, kwargs = client.request(uri, "PUT", body="{}")
        assert sent is uri
        assert set(kwargs) == {"method", "body", "headers", "redirections", "connection_type"}
        monkeypatch.setattr("oauth2.Client.request", lambda self, uri: "patched")
        assert client.request(uri) == "patched"

    def test_what_did_not_pass_our_request_is_not_signed_after_a_redirect(
        self, wire: Any, closed: Any
    ) -> None:
        """`oauth2.httplib2.Http.request(client, …)` sends unsigned, and stays so."""
        wire.script["/a"] = redirect(302, wire.named_url + "/b")
        wire.script["/b"] = redirect(302, "/c")
        client = closed(oauth.Client(CONSUMER, TOKEN))
        client.set_signature_method(oauth.SignatureMethod_PLAINTEXT())
        response, _ = oauth2.httplib2.Http.request(client, wire.url + "/a")
        assert response.status == 200
        assert [seen.traces() for seen in wire.received] == [[], [], []]
        client.request(wire.url + "/d")
        assert wire.last.oauth("oauth_token") == "token"

    def test_three_legs_the_classic_way(self, wire: Any, closed: Any) -> None:
        """parse_qs or Token.from_string of the content, set_verifier, Client again."""
        wire.script["/request_token"] = Answer(200, {}, b"oauth_token=r&oauth_token_secret=rs")
        wire.script["/access_token"] = Answer(
            200, {}, b"oauth_token=a&oauth_token_secret=as&user_id=7"
        )
        _, content = closed(oauth.Client(CONSUMER)).request(wire.url + "/request_token", "GET")
        fields = {k.decode(): v[0].decode() for k, v in parse_qs(content).items()}
        token = oauth.Token(fields["oauth_token"], fields["oauth_token_secret"])
        token.set_verifier("1234")
        _, content = closed(oauth.Client(CONSUMER, token)).request(
            wire.url + "/access_token", "POST"
        )
        assert oauth.Token.from_string(content).extra == {"user_id": "7"}
        assert b"oauth_verifier=1234" in wire.received[1].body

    def test_extra_oauth_parameters_in_the_body_and_in_the_url(
        self, wire: Any, closed: Any
    ) -> None:
        """Old scripts put oauth_callback and oauth_verifier where they can."""
        client = closed(oauth.Client(CONSUMER))
        client.request(wire.url + "/r", "POST", body=urlencode({"oauth_callback": "oob"}))
        client.request(wire.url + "/r?oauth_callback=" + quote("http://a.example/", safe=""))
        assert wire.received[0].body.startswith(b"oauth_callback=oob&oauth_")
        assert wire.received[0].body.count(b"oauth_callback") == 1
        assert wire.received[1].target.count("oauth_callback") == 1
