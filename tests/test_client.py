"""What programs rely on in Client: its arguments, its attributes, and what it hands to httplib2."""

from __future__ import annotations

import contextlib
import copy
import email.message
import http.client
import io
import ssl
import threading
import time
from collections import OrderedDict, UserDict
from collections.abc import Callable
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httplib2
import pytest
from known import CONSUMER, CONSUMER_SECRET, FORM, TOKEN, TOKEN_SECRET
from secrets_check import assert_no_secret
from wire import (
    CERTIFICATE,
    KEY,
    KEYS,
    Answer,
    Keys,
    Origin,
    Received,
    assert_fresh_nonces,
    assert_signed,
)

import oauth2

URI = "http://example.com/r"
Untyped: Any = oauth2.Client  # what a program without types makes of it
KEYWORDS = {"method", "body", "headers", "redirections", "connection_type"}


class Sent:
    """What reached httplib2.Http.request in the place of which it stands."""

    def __init__(self) -> None:
        self.calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def __call__(self, client: Any, *arguments: Any, **keywords: Any) -> tuple[Any, bytes]:
        self.calls.append((arguments, keywords))
        return httplib2.Response({"status": "200"}), b"patched"

    @property
    def uri(self) -> Any:
        return self.calls[-1][0][0]

    def __getitem__(self, keyword: str) -> Any:
        return self.calls[-1][1][keyword]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Patch httplib2.Http.request, as programs and their tests do."""
    patched = Sent()
    monkeypatch.setattr(
        httplib2.Http, "request", lambda client, *args, **keys: patched(client, *args, **keys)
    )
    return patched


@pytest.fixture
def provider(origin: Origin) -> Origin:
    """Run a server."""
    return origin


# The constructor


def test_a_client_is_an_http() -> None:
    """All that httplib2.Http has is there."""
    client = oauth2.Client(CONSUMER)
    assert isinstance(client, httplib2.Http)
    assert client.follow_redirects is True


def test_arguments_become_attributes() -> None:
    """Consumer and token are the objects that were given."""
    client = oauth2.Client(CONSUMER, TOKEN, placement="query", realm="r", include_body_hash=False)
    assert client.consumer is CONSUMER
    assert client.token is TOKEN
    assert (client.placement, client.realm, client.include_body_hash) == ("query", "r", False)


def test_the_defaults_are_the_classic_ones() -> None:
    """HMAC-SHA1, no token, the classic placement, the origin as realm, and a body hash."""
    client = oauth2.Client(consumer=CONSUMER)
    assert client.token is None
    assert type(client.method) is oauth2.SignatureMethod_HMAC_SHA1
    assert (client.placement, client.realm, client.include_body_hash) == (None, None, True)


def test_a_token_may_be_given_by_name() -> None:
    """The keyword is token."""
    assert oauth2.Client(CONSUMER, token=TOKEN).token is TOKEN


def test_further_arguments_are_those_of_httplib2(tmp_path: Any) -> None:
    """Cache, timeout and proxy come by position, the rest by name."""
    cache = str(tmp_path / "cache")
    client = oauth2.Client(CONSUMER, TOKEN, cache, 7, None, ca_certs="certs.pem")
    assert isinstance(client.cache, httplib2.FileCache)
    assert (client.timeout, client.proxy_info, client.ca_certs) == (7, None, "certs.pem")


@pytest.mark.parametrize(
    "consumer",
    ["key", "", {}, ("key", CONSUMER_SECRET), TOKEN, object()],
    ids=lambda c: type(c).__name__,
)
def test_what_is_no_consumer_is_refused(consumer: Any) -> None:
    """ValueError names the type that came, and not its value."""
    with pytest.raises(
        ValueError, match=r"^Invalid consumer: expected a Consumer or None, got "
    ) as caught:
        oauth2.Client(consumer)
    assert type(consumer).__name__ in str(caught.value)
    assert_no_secret(caught.value, CONSUMER_SECRET, TOKEN_SECRET)


def test_a_consumer_may_be_assigned_later(sent: Sent) -> None:
    """None is fine until a request is to be signed."""
    client = oauth2.Client(None, TOKEN)
    with pytest.raises(ValueError, match=r"^consumer: expected a Consumer ") as caught:
        client.request(URI)
    assert_no_secret(caught.value, CONSUMER_SECRET, TOKEN_SECRET)
    client.consumer = CONSUMER
    client.request(URI)
    assert len(sent.calls) == 1


@pytest.mark.parametrize(
    "token", ["token", "", {}, ("key", TOKEN_SECRET), CONSUMER], ids=lambda t: type(t).__name__
)
def test_what_is_no_token_is_refused(token: Any) -> None:
    """ValueError for all but a Token and None."""
    with pytest.raises(
        ValueError, match=r"^Invalid token: expected a Token or None, got "
    ) as caught:
        oauth2.Client(CONSUMER, token)
    assert_no_secret(caught.value, CONSUMER_SECRET, TOKEN_SECRET)


@pytest.mark.parametrize("placement", ["", "Header", "url", b"query", 1])
def test_an_unknown_placement_is_refused(placement: Any) -> None:
    """ValueError lists those that there are."""
    with pytest.raises(ValueError, match=r"placement: expected one of .*'header'.* got ") as caught:
        oauth2.Client(CONSUMER, TOKEN, placement=placement)
    assert_no_secret(caught.value, CONSUMER_SECRET, TOKEN_SECRET)


def test_each_client_has_a_method_of_its_own() -> None:
    """Setting the signature method of one leaves the others alone."""
    one, other = oauth2.Client(CONSUMER), oauth2.Client(CONSUMER)
    one.set_signature_method(oauth2.SignatureMethod_PLAINTEXT())
    assert other.method.name == oauth2.Client.method.name == "HMAC-SHA1"


@pytest.mark.parametrize(
    "method",
    [None, "HMAC-SHA1", oauth2.SignatureMethod_HMAC_SHA1, object()],
    ids=["None", "a name", "a class", "an object"],
)
def test_what_is_no_signature_method_is_refused(method: Any) -> None:
    """ValueError, also for the class in the place of an object, and the old one stays."""
    client = oauth2.Client(CONSUMER, TOKEN)
    with pytest.raises(ValueError, match=r"^Invalid signature method: expected a Sig") as caught:
        client.set_signature_method(method)
    assert_no_secret(caught.value, CONSUMER_SECRET, TOKEN_SECRET)
    assert client.method.name == "HMAC-SHA1"


def test_a_subclass_need_not_call_our_constructor(sent: Sent) -> None:
    """Class attributes stand in for what the constructor would have set."""

    class Own(oauth2.Client):
        def __init__(self) -> None:
            httplib2.Http.__init__(self)
            self.consumer = CONSUMER
            self.token = None

    Own().request(URI)
    assert "oauth_signature_method=HMAC-SHA1&" in sent.uri


def test_class_attributes_are_defaults_of_such_a_subclass(sent: Sent) -> None:
    """A subclass may set placement, realm, method and include_body_hash once for all."""

    class Own(oauth2.Client):
        placement = "header"
        realm = "mine"
        include_body_hash = False
        method = oauth2.SignatureMethod_PLAINTEXT()

        def __init__(self) -> None:
            httplib2.Http.__init__(self)
            self.consumer = CONSUMER
            self.token = TOKEN

    Own().request(URI)
    header = sent["headers"]["Authorization"]
    assert header.startswith('OAuth realm="mine", ')
    assert 'oauth_signature_method="PLAINTEXT"' in header
    assert "oauth_body_hash" not in header


# What reaches httplib2


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_httplib2_is_called_with_exactly_these_keywords(sent: Sent, method: str) -> None:
    """The URI by position, all else by name."""
    oauth2.Client(CONSUMER, TOKEN).request(URI, method)
    ((arguments, keywords),) = sent.calls
    assert len(arguments) == 1
    assert keywords.keys() == KEYWORDS
    assert keywords["method"] == method
    assert keywords["redirections"] == httplib2.DEFAULT_MAX_REDIRECTS
    assert keywords["connection_type"] is None


def test_all_arguments_may_come_by_position(sent: Sent) -> None:
    """In httplib2's order: uri, method, body, headers, redirections, connection_type."""
    connection_type = httplib2.HTTPConnectionWithTimeout
    client = oauth2.Client(CONSUMER, TOKEN)
    answer = client.request(URI, "PUT", "{}", {"Content-Type": "a/b"}, 3, connection_type)
    assert answer[1] == b"patched"
    assert (sent["method"], sent["body"], sent["redirections"]) == ("PUT", "{}", 3)
    assert sent["headers"]["Content-Type"] == "a/b"
    assert sent["connection_type"] is connection_type


def test_redirections_of_false_is_handed_on(sent: Sent) -> None:
    """Programs pass redirections=False."""
    oauth2.Client(CONSUMER, TOKEN).request(URI, redirections=False)
    assert sent["redirections"] is False


@pytest.mark.parametrize(
    "uri",
    [
        URI,
        "http://example.com",
        "HTTP://Example.COM:80/a%20b;c?x=%41&x=&y#part",
        "http://example.com/r?f[a]=1",
    ],
)
def test_a_uri_that_needs_no_change_is_the_same_object(sent: Sent, uri: str) -> None:
    """With the parameters in the header, or in the body, the URI is handed on as it is."""
    client = oauth2.Client(CONSUMER, TOKEN)
    for method in ("PUT", "POST"):
        client.request(uri, method)
        assert sent.uri is uri


SAME_BODIES = {
    "JSON": ('{"a": 1}', "application/json"),
    "JSON as bytes": (b'{"a": 1}', "application/json"),
    "bytes beyond ASCII": (b"\xff\x00", "image/png"),
    "file": (io.BytesIO(b"abc"), "video/mp4"),
    "generator": (iter([b"abc"]), "video/mp4"),
    "none": (None, "application/json"),
    "untyped octets": (b"\xff\x00", None),
}


@pytest.mark.parametrize(("body", "content_type"), SAME_BODIES.values(), ids=SAME_BODIES)
@pytest.mark.parametrize("method", ["POST", "PUT", "GET"])
def test_a_body_that_needs_no_change_is_the_same_object(
    sent: Sent, method: str, body: Any, content_type: str | None
) -> None:
    """A body that is no form is handed on as it is."""
    headers = {"Content-Type": content_type} if content_type else None
    oauth2.Client(CONSUMER, TOKEN).request(URI, method, body, headers)
    assert sent["body"] is body


@pytest.mark.parametrize("body", ["a=1", b"a=1"])
@pytest.mark.parametrize("placement", ["header", "query"])
def test_a_form_that_holds_no_oauth_is_the_same_object(
    sent: Sent, placement: str, body: Any
) -> None:
    """With the parameters elsewhere a form is handed on as it is, too."""
    client = oauth2.Client(CONSUMER, TOKEN, placement=placement)
    client.request(URI, "POST", body, {"Content-Type": FORM})
    assert sent["body"] is body


@pytest.mark.parametrize("body", ["a=1&b=", b"a=1&b=", bytearray(b"a=1&b="), io.BytesIO(b"a=1&b=")])
def test_a_form_body_is_handed_on_as_text(sent: Sent, body: Any) -> None:
    """Pinned: programs split it and look for their parameters."""
    oauth2.Client(CONSUMER, TOKEN).request(URI, "POST", body, {"Content-Type": FORM})
    assert type(sent["body"]) is str
    assert sent["body"].startswith("a=1&b=&oauth_consumer_key=key&")


@pytest.mark.parametrize("body", [None, "", b""])
def test_an_empty_form_holds_nothing_but_oauth(sent: Sent, body: Any) -> None:
    """No stray ampersand stands at its start."""
    oauth2.Client(CONSUMER, TOKEN).request(URI, "POST", body)
    assert sent["body"].startswith("oauth_consumer_key=")
    assert sent["headers"]["Content-Type"] == FORM


@pytest.mark.parametrize("body", [None, "", b""])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_empty_body_stays_what_it_is(sent: Sent, method: str, body: Any) -> None:
    """None is no body, and an empty one is empty."""
    oauth2.Client(CONSUMER, TOKEN).request(URI, method, body)
    assert sent["body"] is body
    assert "Content-Type" not in sent["headers"]


@pytest.mark.parametrize("method", ["get", "Get", b"get"])
def test_a_method_is_handed_on_in_upper_case(sent: Sent, method: Any) -> None:
    """Some providers look at its case, and the signature always has capitals."""
    oauth2.Client(CONSUMER, TOKEN).request(URI, method)
    assert sent["method"] == "GET"
    assert sent.uri.startswith(URI + "?oauth_")


@pytest.mark.parametrize(
    ("body", "form"),
    [
        ("multi=1&multi=2", {"multi": ["1", "2"]}),
        (b"multi=2&multi=1&a=%E9+", {"multi": ["2", "1"], "a": ["\udce9 "]}),
        ("", None),
        (None, None),
    ],
)
def test_the_request_is_built_by_from_consumer_and_token(
    sent: Sent, monkeypatch: pytest.MonkeyPatch, body: Any, form: Any
) -> None:
    """With the consumer by position and the rest by name, looked up late."""
    built = []
    original = oauth2.Request.from_consumer_and_token

    def spy(*arguments: Any, **keywords: Any) -> Any:
        built.append((arguments, copy.copy(keywords)))
        return original(*arguments, **keywords)

    monkeypatch.setattr(oauth2.Request, "from_consumer_and_token", spy)
    oauth2.Client(CONSUMER, TOKEN).request(URI, "POST", body)
    assert built == [
        (
            (CONSUMER,),
            {
                "token": TOKEN,
                "http_method": "POST",
                "http_url": URI,
                "parameters": form,
                "body": body,
                "is_form_encoded": True,
            },
        )
    ]


def test_patched_timestamps_and_nonces_are_sent(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs patch make_timestamp and make_nonce, with ints too."""
    monkeypatch.setattr(oauth2.Request, "make_timestamp", lambda: 1318622958)
    monkeypatch.setattr(oauth2.Request, "make_nonce", lambda: 7)
    oauth2.Client(CONSUMER, TOKEN).request(URI)
    assert "&oauth_nonce=7&" in sent.uri
    assert "&oauth_timestamp=1318622958&" in sent.uri


# Nothing of the caller's is changed


def _message() -> email.message.Message:
    message = email.message.Message()
    message["X-Mine"] = "1"
    message["content-TYPE"] = "application/json"
    return message


HEADERS = {
    "dict": lambda: {"X-Mine": "1", "content-TYPE": "application/json"},
    "dict of bytes": lambda: {b"X-Mine": b"1", b"content-TYPE": b"application/json"},
    "read-only": lambda: MappingProxyType({"X-Mine": "1", "content-TYPE": "application/json"}),
    "OrderedDict": lambda: OrderedDict([("X-Mine", "1"), ("content-TYPE", "application/json")]),
    "UserDict": lambda: UserDict({"X-Mine": "1", "content-TYPE": "application/json"}),
    "email message": _message,
    "with an Authorization": lambda: {"authorization": "Basic eA==", "X-Mine": "1"},
}


@pytest.mark.parametrize("make", HEADERS.values(), ids=HEADERS)
@pytest.mark.parametrize("placement", ["header", "query"])
def test_the_callers_headers_are_not_changed(
    provider: Origin, make_client: Any, placement: str, make: Any
) -> None:
    """Any mapping will do, and it is the same after two calls as it was before."""
    headers, before = make(), list(make().items())
    client = make_client(placement=placement)
    for _ in range(2):
        client.request(provider.url, "POST", "{}", headers)
        assert list(headers.items()) == before
        assert provider.last.header("x-mine") == "1"
        assert_signed(provider.last, KEYS, oauthlib=placement == "header")


@pytest.mark.parametrize("kind", [dict, OrderedDict, UserDict, lambda d: MappingProxyType(dict(d))])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_callers_parameters_are_not_changed(
    sent: Sent, kind: Callable[..., Any], method: str
) -> None:
    """Neither the mapping nor the lists in it."""
    before = {"oauth_callback": "oob", "tag": ["b", "a"], "x_auth_mode": "m", "n": 1}
    parameters = kind(copy.deepcopy(before))
    oauth2.Client(CONSUMER, TOKEN).request(URI, method, parameters=parameters)
    assert dict(parameters) == before


def test_the_callers_body_is_not_changed(sent: Sent) -> None:
    """A bytearray is copied, and a file is left open."""
    body = bytearray(b"a=1")
    oauth2.Client(CONSUMER, TOKEN).request(URI, "POST", body, {"Content-Type": FORM})
    assert body == bytearray(b"a=1")


def test_the_consumer_and_the_token_are_not_changed(sent: Sent) -> None:
    """Signing leaves no trace in the credentials."""
    token = oauth2.Token("t", TOKEN_SECRET)
    token.set_verifier("v")
    before = dict(vars(token)), dict(vars(CONSUMER))
    oauth2.Client(CONSUMER, token).request(URI, "POST", parameters={"oauth_verifier": "mine"})
    assert "oauth_verifier=mine&" in sent["body"]
    assert (vars(token), vars(CONSUMER)) == before


# Programs patch and subclass


def test_a_patched_client_request_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """oauth2.Client.request is looked up late, by objects and by subclasses."""

    class Sub(oauth2.Client):
        def request(self, *arguments: Any, **keywords: Any) -> Any:
            return oauth2.Client.request(self, *arguments, **keywords)

    monkeypatch.setattr(oauth2.Client, "request", lambda self, *arguments, **keys: arguments)
    client: Any = oauth2.Client(CONSUMER)
    assert client.request(URI, "GET") == (URI, "GET")
    assert Sub(CONSUMER).request(URI, "GET") == (URI, "GET")


def test_patched_normalize_headers_see_the_signature(
    provider: Origin, make_client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs patch httplib2.Http._normalize_headers to put the header's case right."""
    seen = []
    original = vars(httplib2.Http)["_normalize_headers"]

    def patched(self: Any, headers: Any) -> Any:
        seen.append(dict(headers))
        return {name.title(): value for name, value in original(self, headers).items()}

    monkeypatch.setattr(httplib2.Http, "_normalize_headers", patched)
    make_client(placement="header").request(provider.url)
    assert seen[0]["Authorization"].startswith("OAuth ")
    assert "Authorization" in dict(provider.last.headers)
    assert_signed(provider.last, KEYS)


def test_a_subclass_that_never_calls_our_request_works(provider: Origin, make_client: Any) -> None:
    """It may end in httplib2's, and what it sends is its own."""

    class Unsigned(oauth2.Client):
        def request(self, uri: Any, *arguments: Any, **keywords: Any) -> Any:
            return oauth2.httplib2.Http.request(self, uri, *arguments, **keywords)

    response, _ = make_client(Unsigned).request(provider.url, "GET")
    assert response.status == 200
    assert not provider.last.protocol_parameters()


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_a_token_may_be_assigned_between_calls(
    provider: Origin, make_client: Any, method: str
) -> None:
    """Each call is signed by the token that the client has then."""
    client = make_client(token=None)
    client.request(provider.url, method)
    client.token = TOKEN
    client.request(provider.url, method)
    without, with_token = provider.received
    assert without.oauth("oauth_token") is None
    assert_signed(without, Keys(CONSUMER_SECRET))
    assert with_token.oauth("oauth_token") == "token"
    assert_signed(with_token, KEYS)


def test_a_consumer_may_be_assigned_between_calls(provider: Origin, make_client: Any) -> None:
    """So does the consumer."""
    client = make_client()
    client.consumer = oauth2.Consumer("other", "other-secret")
    client.request(provider.url)
    assert provider.last.oauth("oauth_consumer_key") == "other"
    assert_signed(provider.last, Keys("other-secret", TOKEN_SECRET))


@pytest.mark.parametrize(
    "method",
    [
        oauth2.SignatureMethod_HMAC_SHA256(),
        oauth2.SignatureMethod_HMAC_SHA512(),
        oauth2.SignatureMethod_PLAINTEXT(),
    ],
    ids=lambda method: method.name,
)
def test_a_signature_method_may_be_set_between_calls(
    provider: Origin, make_client: Any, method: oauth2.SignatureMethod
) -> None:
    """Each call is signed by the method that the client has then."""
    client = make_client()
    client.request(provider.url)
    client.set_signature_method(method)
    client.request(provider.url)
    names = [received.oauth("oauth_signature_method") for received in provider.received]
    assert names == ["HMAC-SHA1", method.name]
    for received in provider.received:
        assert_signed(received, KEYS)


class TextMethod(oauth2.SignatureMethod):
    """Signs by text, as programs' own methods do."""

    name = "X-TEXT"

    def sign(self, request: Any, consumer: Any, token: Any) -> str:
        return "a text/+="


@pytest.mark.parametrize(
    ("placement", "shown"),
    [
        ("header", 'oauth_signature="a%20text%2F%2B%3D"'),
        ("query", "&oauth_signature=a%20text%2F%2B%3D"),
        ("body", "&oauth_signature=a%20text%2F%2B%3D"),
    ],
)
def test_a_method_of_the_programs_own_may_sign_as_text(
    sent: Sent, placement: str, shown: str
) -> None:
    """What it returns is percent-encoded wherever it goes."""
    client = oauth2.Client(CONSUMER, TOKEN, placement=placement)
    client.set_signature_method(TextMethod())
    client.request(URI, "POST")
    where = {
        "header": sent["headers"].get("Authorization"),
        "query": sent.uri,
        "body": sent["body"],
    }
    assert shown in where[placement]


# Mistakes of the caller


@pytest.mark.parametrize(
    "uri", ["ftp://example.com/", "example.com", "", "//example.com/", "http://", "mailto:a@b"]
)
def test_a_uri_that_is_no_http_is_refused(sent: Sent, uri: str) -> None:
    """ValueError, before anything is sent."""
    with pytest.raises(ValueError, match=r"^expected a URL with ") as caught:
        oauth2.Client(CONSUMER, TOKEN).request(uri)
    assert_no_secret(caught.value, CONSUMER_SECRET, TOKEN_SECRET)
    assert sent.calls == []


def test_a_parameter_in_the_body_and_in_parameters_is_refused(sent: Sent) -> None:
    """ValueError names it: which of the two was meant cannot be told."""
    client = oauth2.Client(CONSUMER, TOKEN)
    with pytest.raises(ValueError, match=r"^oauth_callback: expected it in the body or ") as caught:
        client.request(URI, "POST", "oauth_callback=a", parameters={"oauth_callback": "b"})
    assert_no_secret(caught.value, CONSUMER_SECRET, TOKEN_SECRET)
    assert sent.calls == []


@pytest.mark.parametrize("parameters", ["a=1", [("a", "1")], 7])
def test_parameters_that_are_no_mapping_are_refused(sent: Sent, parameters: Any) -> None:
    """TypeError, before anything is sent."""
    with pytest.raises(TypeError, match=r"^parameters: expected a dict, got ") as caught:
        oauth2.Client(CONSUMER, TOKEN).request(URI, parameters=parameters)
    assert_no_secret(caught.value, CONSUMER_SECRET, TOKEN_SECRET)
    assert sent.calls == []


def test_a_realm_with_control_characters_is_refused(sent: Sent) -> None:
    """ValueError: it would end the header."""
    client = oauth2.Client(CONSUMER, TOKEN, placement="header", realm="a\r\nX: 1")
    with pytest.raises(ValueError, match=r"realm without control characters") as caught:
        client.request(URI)
    assert_no_secret(caught.value, CONSUMER_SECRET, TOKEN_SECRET)
    assert sent.calls == []


def test_a_client_is_usable_after_an_error(provider: Origin, make_client: Any) -> None:
    """A call that failed in httplib2 leaves nothing behind."""
    client = make_client()

    class Broken(httplib2.HTTPConnectionWithTimeout):
        def connect(self) -> None:
            raise ConnectionRefusedError("nobody listens")

    with pytest.raises(ConnectionRefusedError) as caught:
        client.request(provider.url + "/r", connection_type=Broken)
    assert_no_secret(caught.value, CONSUMER_SECRET, TOKEN_SECRET)
    client.connections.clear()
    client.request(provider.url + "/next")
    assert provider.last.target.startswith("/next?oauth_")
    assert_signed(provider.last, KEYS)


# What providers answer


@pytest.mark.parametrize(
    "challenge",
    [
        'OAuth realm="x"',
        'oauth realm="x", oauth_problem="token_rejected"',
        'OAuth realm="http://api.example/", oauth_problem=timestamp_refused',
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_401_is_a_response_like_any_other(
    provider: Origin, make_client: Any, method: str, challenge: str
) -> None:
    """The challenge reaches the caller, and the request is not repeated."""
    provider.script["/r"] = Answer(401, {"WWW-Authenticate": challenge}, b"denied")
    response, content = make_client().request(provider.url + "/r", method)
    assert (response.status, content) == (401, b"denied")
    assert response["www-authenticate"] == challenge
    assert len(provider.received) == 1


@pytest.mark.parametrize("status", [200, 204, 400, 403, 404, 500, 503])
def test_every_status_is_a_response(provider: Origin, make_client: Any, status: int) -> None:
    """Nothing is raised for a status."""
    provider.script["/r"] = Answer(status, {}, b"" if status == 204 else b"text")
    response, content = make_client().request(provider.url + "/r")
    assert (response.status, content) == (status, b"" if status == 204 else b"text")


def _tokens(provider: Origin) -> None:
    provider.script["/request"] = Answer(
        200, {}, b"oauth_token=rt&oauth_token_secret=rs&oauth_callback_confirmed=true"
    )
    provider.script["/access"] = Answer(
        200, {}, b"oauth_token=at&oauth_token_secret=as&user_id=7&screen_name=me"
    )


def test_the_three_legged_dance_in_its_classic_shape(provider: Origin, make_client: Any) -> None:
    """A client per leg, the token made of parse_qsl, the verifier set on it."""
    _tokens(provider)
    response, content = make_client(token=None).request(provider.url + "/request", "GET")
    assert response["status"] == "200"
    fields = dict(parse_qsl(content.decode()))
    token = oauth2.Token(fields["oauth_token"], fields["oauth_token_secret"])
    token.set_verifier("1234")
    response, content = make_client(token=token).request(provider.url + "/access", "POST")
    access = oauth2.Token.from_string(content)
    make_client(token=access).request(provider.url + "/photos")
    first, second, third = provider.received
    assert_signed(first, Keys(CONSUMER_SECRET))
    assert_signed(second, Keys(CONSUMER_SECRET, "rs"))
    assert second.oauth("oauth_verifier") == "1234"
    assert_signed(third, Keys(CONSUMER_SECRET, "as"))
    assert access.extra == {"user_id": "7", "screen_name": "me"}
    assert_fresh_nonces(first, second, third)


def test_the_three_legged_dance_by_parameters(provider: Origin, make_client: Any) -> None:
    """One client, its token assigned between the legs, OAuth's own in ``parameters``."""
    _tokens(provider)
    client = make_client(token=None, placement="header")
    callback = {"oauth_callback": "http://localhost/back?a=1"}
    _, content = client.request(provider.url + "/request", "POST", parameters=callback)
    client.token = oauth2.Token.from_string(content)
    verifier = {"oauth_verifier": "1234"}
    _, content = client.request(provider.url + "/access", "POST", parameters=verifier)
    client.token = oauth2.Token.from_string(content)
    client.request(provider.url + "/photos")
    secrets = ["", "rs", "as"]
    for received, secret in zip(provider.received, secrets):
        assert received.place() == "header"
        assert_signed(received, Keys(CONSUMER_SECRET, secret))
    assert provider.received[0].oauth("oauth_callback") == "http://localhost/back?a=1"
    assert provider.received[1].oauth("oauth_verifier") == "1234"


@pytest.mark.parametrize(
    ("arguments", "keywords"),
    [
        (("POST",), {"body": urlencode({"oauth_callback": "oob"})}),
        (("POST", urlencode({"oauth_callback": "oob"})), {}),
        (("POST",), {"body": "oauth_callback=oob", "headers": {"Content-Type": FORM}}),
        (("GET",), {"parameters": {"oauth_callback": "oob"}}),
        ((), {"method": "POST", "parameters": {"oauth_callback": "oob"}, "body": ""}),
    ],
)
def test_a_callback_is_given_in_each_classic_shape(
    provider: Origin, make_client: Any, arguments: Any, keywords: Any
) -> None:
    """In the body of a POST, or as a parameter."""
    make_client(token=None).request(provider.url + "/request", *arguments, **keywords)
    assert provider.last.oauth("oauth_callback") == "oob"
    assert_signed(provider.last, Keys(CONSUMER_SECRET))


def test_a_request_as_twitters_sample_code_sends_it(provider: Origin, make_client: Any) -> None:
    """force_auth_header, an empty body and headers of None."""
    make_client().request(
        provider.url + "/home.json", method="GET", body="", headers=None, force_auth_header=True
    )
    assert provider.last.target == "/home.json"
    assert provider.last.place() == "header"
    assert_signed(provider.last, KEYS)


def test_force_auth_header_is_for_one_call(sent: Sent) -> None:
    """The next call has the client's own placement again."""
    client = oauth2.Client(CONSUMER, TOKEN, placement="query")
    client.request(URI, force_auth_header=True)
    assert "oauth_" not in sent.uri
    client.request(URI, force_auth_header=False)
    assert "oauth_" in sent.uri
    assert client.placement == "query"


def test_xauth_in_its_classic_shape(provider: Origin, make_client: Any) -> None:
    """User name and password in the form, signed, for an access token."""
    fields = {"x_auth_username": "me", "x_auth_password": "p&w%", "x_auth_mode": "client_auth"}
    make_client(token=None).request(provider.url + "/access", "POST", urlencode(fields))
    assert provider.last.body.startswith(urlencode(fields).encode() + b"&oauth_")
    assert_signed(provider.last, Keys(CONSUMER_SECRET))


# httplib2's own switches


def test_ca_certs_may_be_assigned(make_client: Any) -> None:
    """A provider with a certificate of its own is trusted by that."""
    client = make_client()
    client.ca_certs = str(CERTIFICATE)
    with Origin("https") as secure:
        client.request(secure.named_url)
        assert_signed(secure.last, KEYS)
        client.close()


def test_validation_may_be_switched_off(make_client: Any) -> None:
    """disable_ssl_certificate_validation, by argument or attribute."""
    client = make_client()
    client.disable_ssl_certificate_validation = True
    with Origin("https") as secure:
        client.request(secure.url)
        assert_signed(secure.last, KEYS)
        client.close()


def test_an_unknown_certificate_is_refused(make_client: Any) -> None:
    """Nothing is sent to whom cannot show who he is."""
    with Origin("https") as secure:
        with pytest.raises(ssl.SSLCertVerificationError) as caught:
            make_client().request(secure.url)
        assert secure.received == []
    assert_no_secret(caught.value, CONSUMER_SECRET, TOKEN_SECRET)


def test_a_client_certificate_may_be_added(make_client: Any) -> None:
    """add_certificate comes from httplib2."""
    client = make_client(ca_certs=str(CERTIFICATE))
    client.add_certificate(str(KEY), str(CERTIFICATE), "")
    with Origin("https") as secure:
        client.request(secure.url)
        assert_signed(secure.last, KEYS)
        client.close()


def test_another_thread_is_refused_while_one_is_served() -> None:
    """Its request would be taken for a redirect, and the body of the first be sent again."""
    errors: list[BaseException] = []
    with contextlib.closing(oauth2.Client(CONSUMER)) as client, Origin() as origin:

        def meddle(_: Received) -> Answer:
            def call() -> None:
                try:
                    client.request(origin.url + "/other")
                except RuntimeError as error:
                    errors.append(error)

            thread = threading.Thread(target=call)
            thread.start()
            thread.join()
            return Answer()

        origin.script["/a"] = meddle
        client.request(origin.url + "/a", "POST", body="card=4111")
    assert [type(error) for error in errors] == [RuntimeError]
    assert len(origin.received) == 1


def test_a_realm_that_no_header_holds_is_refused_without_showing_the_header() -> None:
    """http.client's own error would quote the whole header, PLAINTEXT's secrets with it."""
    client = oauth2.Client(CONSUMER, placement="header", realm="caf€")
    client.set_signature_method(oauth2.SignatureMethod_PLAINTEXT())
    with pytest.raises(ValueError, match="realm: expected Latin-1") as caught:
        client.request("http://a.example/")
    assert_no_secret(caught.value, CONSUMER_SECRET)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"a": "b"}, "application/json"),
        ({"a": "b"}, "application/x-www-form-urlencoded"),
        (5, "application/json"),
        (CONSUMER, "application/x-www-form-urlencoded"),
        (io.StringIO("text"), "application/json"),
    ],
)
def test_a_body_that_is_none_is_refused_before_anything_is_sent(body: Any, kind: str) -> None:
    """A dict's keys would be sent, and half a request be answered for the next one."""
    with pytest.raises(TypeError, match="body: expected"):
        oauth2.Client(CONSUMER).request(
            "http://a.example/", "POST", body=body, headers={"Content-Type": kind}
        )


def test_after_a_failure_the_connection_is_not_used_again() -> None:
    """What was half sent would be answered when the next request is."""

    class Broken(io.BytesIO):
        hashed = False

        def read(self, *args: Any) -> bytes:
            if self.hashed:
                raise OSError("disk failure")
            octets = super().read(*args)
            self.hashed = not octets
            return octets

    with contextlib.closing(oauth2.Client(CONSUMER)) as client, Origin() as origin:
        client.request(origin.url + "/first")
        with pytest.raises(OSError, match="disk failure"):
            client.request(origin.url + "/broken", "PUT", Broken(b"x" * 9000))
        assert client.connections == {}
        origin.script["/next"] = Answer(body=b"what was asked for next")
        assert client.request(origin.url + "/next")[1] == b"what was asked for next"


@pytest.mark.parametrize(
    ("mistake", "named"),
    [
        (lambda: Untyped(CONSUMER, realm=5), "realm: expected str"),
        (lambda: Untyped(CONSUMER).request(URI, headers="a: b"), "headers: expected a dict"),
        (lambda: Untyped(CONSUMER).request((URI,)), "uri: .* stray comma"),
        (lambda: Untyped(CONSUMER).request(URI, None), "method: expected str"),
    ],
)
def test_mistakes_of_the_program_are_named(mistake: Any, named: str) -> None:
    """A TypeError says what was expected and what came."""
    with pytest.raises(TypeError, match=named):
        mistake()


def test_a_subclass_may_choose_by_class_attributes() -> None:
    """What its class says holds, unless an argument says otherwise."""

    class App(oauth2.Client):
        method = oauth2.SignatureMethod_HMAC_SHA256()
        placement = "header"
        realm = "app"
        include_body_hash = False

    app = App(CONSUMER)
    assert app.method.name == "HMAC-SHA256"
    assert (app.placement, app.realm, app.include_body_hash) == ("header", "app", False)
    assert App(CONSUMER, placement="query", realm="").placement == "query"
    assert App(CONSUMER, realm="").realm == ""


# What is signed, and not sent


def _send(signed: Any) -> None:
    """Send by http.client what `sign` returned."""
    parts = urlsplit(signed.uri)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    with contextlib.closing(connection):
        connection.request(signed.method, target, signed.body, signed.headers)
        assert connection.getresponse().read() == b"ok"


SIGNED: list[tuple[str, Any, dict[str, str]]] = [
    ("GET", b"", {}),
    ("GET", None, {"accept": "text/plain"}),
    ("POST", "a=b&c=d", {}),
    ("POST", b"a=b", {"content-type": f"{FORM}; charset=UTF-8"}),
    ("PUT", b'{"a": 1}', {"Content-Type": "application/json"}),
    ("POST", b"x" * 100_000, {"Content-Type": "image/png"}),
    ("DELETE", b"", {}),
]


@pytest.mark.parametrize("placement", [None, "header", "query", "body"])
@pytest.mark.parametrize(
    ("method", "body", "headers"),
    SIGNED,
    ids=["GET", "no body", "form", "typed form", "JSON", "file", "DELETE"],
)
def test_what_is_signed_is_what_would_be_sent(
    provider: Origin,
    make_client: Any,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    body: Any,
    headers: Any,
    placement: str | None,
) -> None:
    """Any HTTP client can send it, and the judges accept it; nothing is sent by signing."""
    monkeypatch.setattr(oauth2.Request, "make_nonce", classmethod(lambda cls: "0123456789"))
    now = str(oauth2.generate_timestamp())
    monkeypatch.setattr(oauth2.Request, "make_timestamp", classmethod(lambda cls: now))
    client = make_client(placement=placement, user_agent="App/1")
    if headers.get("Content-Type") == "image/png":
        body = io.BytesIO(body)
    given = (f"{provider.url}/r?q=%7E&q=1", method, body, headers)
    signed = client.sign(*given, parameters={"oauth_callback": "oob"})
    assert provider.received == []
    _send(signed)
    assert_signed(provider.last, KEYS)
    if isinstance(body, io.BytesIO):
        body.seek(0)
    client.request(*given, parameters={"oauth_callback": "oob"})
    by_hand, by_client = provider.received
    assert by_hand[:3] + by_hand[4:6] == by_client[:3] + by_client[4:6]
    names = {"authorization", "content-type", "content-length", "user-agent", "accept"}
    for name in names:
        assert by_hand.values(name) == by_client.values(name)
    assert by_hand.header("user-agent") == "App/1"


def test_the_base_string_of_what_is_signed_can_be_read() -> None:
    """By a Request made of it, for who wants to look at it."""
    client = oauth2.Client(CONSUMER, TOKEN, placement="header")
    signed = client.sign(f"{URI}?a=b", "post", "c=d")
    request = oauth2.Request.from_request(
        signed.method, signed.uri, signed.headers, body=signed.body
    )
    assert request is not None
    base = request.signature_base_string()
    assert base.startswith("POST&http%3A%2F%2Fexample.com%2Fr&a%3Db%26c%3Dd%26oauth_consumer_key")


def test_sign_changes_nothing_of_what_is_given() -> None:
    """As request does not."""
    headers, parameters = MappingProxyType({"A": "b"}), MappingProxyType({"c": "d"})
    body = io.BytesIO(b"xyz")
    body.seek(1)
    signed = oauth2.Client(CONSUMER, TOKEN).sign(
        URI, "PUT", body, headers, parameters=parameters, force_auth_header=True
    )
    assert (signed.uri, signed.body is body, body.tell()) == (f"{URI}?c=d", True, 1)
    assert signed.headers["Authorization"].startswith("OAuth ")


@pytest.mark.parametrize(
    ("given", "kind"),
    [(("ftp://a.example/",), ValueError), ((URI, 5), TypeError), ((URI, "PUT", 5), TypeError)],
)
def test_sign_refuses_what_request_refuses(given: Any, kind: type[Exception]) -> None:
    """A mistake of the program is named."""
    with pytest.raises(kind, match="expected"):
        oauth2.Client(CONSUMER, TOKEN).sign(*given)


def test_sign_needs_a_consumer() -> None:
    """One may be assigned later, but not after signing."""
    with pytest.raises(ValueError, match=r"^consumer: expected a Consumer to sign for, got None$"):
        oauth2.Client(None).sign(URI)


@pytest.mark.parametrize("name", ["User-Agent", "user-agent", b"USER-AGENT"])
def test_a_user_agent_of_the_callers_own_stays(
    provider: Origin, make_client: Any, name: Any
) -> None:
    """In what is signed, and in what is sent."""
    client = make_client(user_agent="App/1")
    assert client.sign(URI, headers={name: "Mine/2"}).headers == {name: "Mine/2"}
    client.request(f"{provider.url}/r", headers={name: "Mine/2"})
    assert provider.last.values("user-agent") == ["Mine/2"]


@pytest.mark.parametrize(
    ("user_agent", "sent"), [(None, "Python-httplib2"), ("", "Python-httplib2"), ("App/1", "App/1")]
)
def test_a_user_agent_is_sent_with_each_request(
    provider: Origin, make_client: Any, user_agent: str | None, sent: str
) -> None:
    """Also after a redirect."""
    provider.script["/old"] = Answer(302, {"Location": "/r"})
    make_client(user_agent=user_agent).request(f"{provider.url}/old")
    assert len(provider.received) == 2
    for received in provider.received:
        (value,) = received.values("user-agent")
        assert value.startswith(sent)


def test_a_user_agent_is_text() -> None:
    """TypeError names the type that came."""
    with pytest.raises(TypeError, match=r"^user_agent: expected str or None, got int$"):
        Untyped(CONSUMER, user_agent=5)


# OAuth Echo


@pytest.mark.parametrize("placement", [None, "header", "query", "body"])
@pytest.mark.parametrize("query", ["", "?a=b&c=%20", "?\u00e4"])
def test_the_headers_of_an_echo_are_accepted(placement: str | None, query: str) -> None:
    """The other service sends a GET of that address with the header, and oauthlib accepts it."""
    client = oauth2.Client(CONSUMER, TOKEN, placement=placement, realm="r")
    echoed = client.echo_headers(f"http://example.com/verify{query}")
    assert set(echoed) == {"X-Auth-Service-Provider", "X-Verify-Credentials-Authorization"}
    address = urlsplit(echoed["X-Auth-Service-Provider"])
    headers = [
        ("Host", address.netloc),
        ("Authorization", echoed["X-Verify-Credentials-Authorization"]),
    ]
    target = address._replace(scheme="", netloc="").geturl()
    assert_signed(Received("http", "GET", target, headers, b"", b"", 0), KEYS)


class _OfItsOwn(Untyped):
    """Has names that a Client has come to know."""

    clock_skew = 5
    clock_offset = "x"

    @property
    def user_agent(self) -> str:
        """Return what can be read, and not set."""
        return "mine/1"


class _WithMethods(Untyped):
    """Has them as methods."""

    def user_agent(self) -> None:
        """Do something else."""

    def clock_offset(self) -> None:
        """Do something else."""


@pytest.mark.parametrize("kind", [_OfItsOwn, _WithMethods])
def test_a_subclass_may_have_the_names_for_its_own(
    provider: Origin, make_client: Callable[..., Any], kind: Any
) -> None:
    """Programs that were there before go on sending, and are signed as before."""
    assert make_client(kind).request(f"{provider.url}/r")[0].status == 200
    assert_signed(provider.last, KEYS)
    assert abs(int(provider.last.oauth("oauth_timestamp") or 0) - time.time()) < 60


def test_connections_are_kept_when_signing_fails(
    provider: Origin, make_client: Callable[..., Any]
) -> None:
    """Nothing was sent on them."""
    client = make_client()
    client.request(f"{provider.url}/r")
    client.consumer = None
    with pytest.raises(ValueError, match="consumer"):
        client.request(f"{provider.url}/r")
    assert len(client.connections) == 1


def test_a_client_tells_when_it_was_led_away(
    provider: Origin, make_client: Callable[..., Any]
) -> None:
    """Until the next request: whoever answers there is not the provider."""
    provider.script["/away"] = Answer(302, {"Location": f"{provider.named_url}/r"})
    client = make_client()
    client.request(f"{provider.url}/away")
    assert client.left_origin
    client.request(f"{provider.url}/r")
    assert not client.left_origin


def test_a_client_that_sent_nothing_was_not_led_away() -> None:
    """The attribute is there before the first request."""
    assert oauth2.Client(CONSUMER).left_origin is False


@pytest.mark.parametrize("is_trusted", [False, True])
@pytest.mark.parametrize("status", [302, 308])
def test_what_httplib2_was_asked_to_send_stays_unsigned_at_home(
    provider: Origin, make_client: Callable[..., Any], status: int, is_trusted: bool
) -> None:
    """`httplib2.Http.request(client, …)` signs neither the request nor what a redirect makes."""
    provider.script["/a"] = Answer(status, {"Location": "/b"})
    client = make_client()
    client.forward_authorization_headers = is_trusted
    response, _ = httplib2.Http.request(client, f"{provider.url}/a")
    assert response.status == 200
    assert [received.traces() for received in provider.received] == [[], []]


@pytest.mark.parametrize(
    ("realm", "start"),
    [
        (None, 'OAuth realm="http://example.com", oauth_'),
        ("", 'OAuth realm="", oauth_'),
        ("mine", 'OAuth realm="mine", oauth_'),
        (False, "OAuth oauth_"),
    ],
)
def test_realm_of_false_leaves_it_out(realm: str | bool | None, start: str) -> None:
    """In what is signed for others to send, too; None is the origin of the URL."""
    client = oauth2.Client(CONSUMER, TOKEN, placement="header", realm=realm)
    echo = client.echo_headers(URI)["X-Verify-Credentials-Authorization"]
    for header in (client.sign(URI).headers["Authorization"], echo):
        assert header.startswith(start)


def test_realm_of_false_is_left_out_of_each_hop(origin: Origin, make_client: Any) -> None:
    """Also where it is the attribute of a subclass."""

    class Realmless(oauth2.Client):
        realm = False

    origin.script["/a"] = Answer(302, {"Location": "/b"})
    make_client(placement="header", realm=False).request(f"{origin.url}/a")
    make_client(Realmless, placement="header").request(f"{origin.url}/a")
    headers = [received.header("authorization") or "" for received in origin.received]
    assert len(headers) == 4
    assert [header for header in headers if not header.startswith("OAuth oauth_")] == []


@pytest.mark.parametrize("realm", [True, 5, b"r"])
def test_realm_of_another_type_is_a_mistake(realm: Any) -> None:
    """TypeError says what was expected."""
    with pytest.raises(TypeError, match=r"^realm: expected str, None or False, got "):
        oauth2.Client(CONSUMER, TOKEN, realm=realm)
