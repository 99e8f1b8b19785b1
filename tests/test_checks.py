"""Whose request it is, what is repeated, and values of any type: what verify_request refuses."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from types import SimpleNamespace
from typing import Any

import pytest
from present import present
from secrets_check import assert_no_secret

import oauth2

CONSUMER = oauth2.Consumer("key", "consumer-sekrit")
TOKEN = oauth2.Token("token", "token-sekrit")
URL = "http://photos.example.net/photos"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HMAC_SHA1 = oauth2.SignatureMethod_HMAC_SHA1()
METHODS = (
    HMAC_SHA1,
    oauth2.SignatureMethod_HMAC_SHA256(),
    oauth2.SignatureMethod_HMAC_SHA512(),
)


class Anything:
    """A class of no meaning."""


def signed(
    consumer: Any = CONSUMER,
    token: Any = TOKEN,
    method: oauth2.SignatureMethod = HMAC_SHA1,
    **parameters: Any,
) -> oauth2.Request:
    request = oauth2.Request.from_consumer_and_token(consumer, token, "POST", URL, parameters)
    request.sign_request(method, consumer, token, include_body_hash=False)
    return request


def received(request: oauth2.Request, url: str = URL, **arguments: Any) -> oauth2.Request:
    read = oauth2.Request.from_request("POST", url, request.to_header(), **arguments)
    assert read is not None
    return read


def server_of(kind: type[oauth2.Server] = oauth2.Server) -> oauth2.Server:
    return kind({method.name: method for method in METHODS})


def refusal(request: oauth2.Request, consumer: Any = CONSUMER, token: Any = TOKEN) -> oauth2.Error:
    """Return why a request is refused; `_check_signature` by itself says the same."""
    for check in (server_of().verify_request, server_of()._check_signature):
        with pytest.raises(oauth2.Error) as caught:
            check(request, consumer, token)
        assert_no_secret(caught.value, CONSUMER.secret, TOKEN.secret)
    return caught.value


# Whose request


def test_request_that_names_another_consumer_is_refused() -> None:
    """An attacker with the same secret as the victim's does not become the victim."""
    request = signed(oauth2.Consumer("victim", CONSUMER.secret))
    error = refusal(received(request))
    assert type(error) is oauth2.ConsumerUnknown
    assert error.message == (
        "oauth_consumer_key: expected the key of the consumer that the request is verified for,"
        " got 'victim'."
    )


@pytest.mark.parametrize("given", [None, {}, "", oauth2.Token("other", TOKEN.secret)])
def test_request_that_names_another_token_is_refused(given: Any) -> None:
    """Nor does one that names a token verify with none."""
    request = received(signed(token=oauth2.Token("token", getattr(given, "secret", ""))))
    error = refusal(request, token=given)
    assert type(error) is oauth2.TokenUnknown
    assert "got 'token'" in error.message


@pytest.mark.parametrize("parameters", [{}, {"oauth_token": ""}], ids=["none", "a blank one"])
def test_request_that_names_no_token_is_refused_for_one(parameters: Any) -> None:
    """A blank one is none."""
    request = received(signed(token=None, **parameters))
    error = refusal(request, token=oauth2.Token("token", ""))
    assert type(error) is oauth2.TokenUnknown
    assert "got none" in error.message


@pytest.mark.parametrize("given", [None, {}, (), "", oauth2.Token("", "")], ids=repr)
@pytest.mark.parametrize("parameters", [{}, {"oauth_token": ""}], ids=["none", "a blank one"])
def test_no_token_is_a_blank_one(given: Any, parameters: Any) -> None:
    """On either side."""
    request = received(signed(token=None, **parameters))
    assert server_of().verify_request(request, CONSUMER, given) == {}


@pytest.mark.parametrize(
    ("key", "named"),
    [
        ("kéy", "kéy"),
        ("kéy".encode(), "kéy"),
        ("kéy", "kéy".encode()),
        (b"key", "key"),
        (bytearray(b"key"), "key"),
        (7, "7"),
        ("\udce9", b"\xe9"),
    ],
)
def test_keys_are_compared_as_octets(key: Any, named: Any) -> None:
    """Text, bytes or the number of a database row."""
    consumer, token = SimpleNamespace(key=key, secret="s"), SimpleNamespace(key=key, secret="t")
    request = received(signed(oauth2.Consumer(named, "s"), oauth2.Token(named, "t")))
    assert server_of().verify_request(request, consumer, token) == {}


def test_request_of_a_class_of_its_own_knows_of_nothing_repeated() -> None:
    """It is checked by what it has."""
    nothing: Any = {}
    with pytest.raises(oauth2.MissingSignature):
        server_of()._check_signature(nothing, CONSUMER, None)


def test_look_alike_without_a_key_passes() -> None:
    """Who it is, is the affair of the program that gave it; its nonces count all the same."""
    server = server_of()
    consumer = SimpleNamespace(secret=CONSUMER.secret)
    token = SimpleNamespace(secret=TOKEN.secret)
    request = received(signed())
    assert server.verify_request(request, consumer, token) == {}
    with pytest.raises(oauth2.NonceUsed):
        server.verify_request(request, CONSUMER, TOKEN)


def test_server_with_a_signature_check_of_its_own_refuses_as_well() -> None:
    """Nothing that a subclass overrides makes another owner of a request."""

    class Trusting(oauth2.Server):
        def _check_signature(self, request: Any, consumer: Any, token: Any) -> None:
            pass

    server = server_of(Trusting)
    assert server.verify_request(received(signed()), CONSUMER, TOKEN) == {}
    with pytest.raises(oauth2.ConsumerUnknown):
        server.verify_request(received(signed()), oauth2.Consumer("other", "s"), TOKEN)
    now = oauth2.generate_timestamp()
    nameless = oauth2.Request("POST", URL, {"oauth_timestamp": now, "oauth_nonce": "n"})
    assert server.verify_request(nameless, CONSUMER, None) == {}


# What is repeated


@pytest.mark.parametrize("name", ["oauth_nonce", "oauth_version", "oauth_signature", "oauth_new"])
def test_repeated_parameter_is_refused_when_verified(name: str) -> None:
    """Before the version is looked at, and the first value can be read until then."""
    sent = signed(oauth_new="1")
    request = received(sent, f"{URL}?{name}=0")
    assert request[name] == oauth2.to_unicode(sent[name])
    error = refusal(request)
    assert isinstance(error, oauth2.DuplicateParameter)
    assert (error.parameter, error.message) == (name, f"{name} was received 2 times.")


def test_repeated_parameter_is_a_step_of_its_own() -> None:
    """The other steps go on with the first value."""
    request = received(signed(), f"{URL}?oauth_nonce=0")
    steps = server_of().explain(request, CONSUMER, TOKEN)
    assert [step.name for step in steps if step.error] == ["repeated parameters", "signature"]


# Values of any type


@pytest.mark.parametrize(
    "value",
    [5, None, 1.5, True, ["a"], "\ud800", Anything()],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize(
    "name",
    [
        *("oauth_consumer_key", "oauth_token", "oauth_signature", "oauth_signature_method"),
        *("oauth_timestamp", "oauth_nonce", "oauth_version", "oauth_body_hash", "a", "\ud800"),
    ],
    ids=ascii,
)
def test_value_of_any_type_is_refused_as_an_error(name: str, value: Any) -> None:
    """A framework that reads JSON may hand over whatever it found there."""
    parameters = {**signed(), name: value}
    request = oauth2.Request.from_request("POST", URL, parameters=parameters, body=b"")
    assert request is not None
    assert isinstance(refusal(request), oauth2.Error)


def test_signature_that_is_no_text_is_named() -> None:
    """A request that a program made itself may have a list there."""
    request = signed()
    request["oauth_signature"] = ["a"]
    error = refusal(request)
    assert type(error) is oauth2.ParameterRejected
    assert error.message == "oauth_signature: expected text, got list."


def test_body_hash_that_is_no_text_is_named() -> None:
    """It is signed as its text, but it is no hash."""
    request = signed(oauth_body_hash=5)
    error = refusal(request)
    assert type(error) is oauth2.ParameterRejected
    assert error.message == "oauth_body_hash: expected text, got int."


@pytest.mark.parametrize(
    "url",
    [
        *("http:///photos", "ftp://a.example/", "photos", "http://\udce9.example/"),
        *("http://a..é.example/", "http://\ud800/", "http://a.example/\ud800"),
        *("http://a.example/?a=%41\ud800", "http://:80/"),
    ],
    ids=ascii,
)
def test_url_that_cannot_be_one_is_an_error(url: str) -> None:
    """Its host is what a stranger sent; programs of 2.1 caught the ValueError."""
    with pytest.raises(oauth2.MalformedRequest) as caught:
        oauth2.Request.from_request("GET", url, signed().to_header())
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, oauth2.Error)


@pytest.mark.parametrize("port", ["BAD", "65536", "42:42", "-1"])
def test_port_that_cannot_be_one_is_an_error(port: str) -> None:
    """Whether it is found when the request is read or when it is verified."""
    with pytest.raises(oauth2.Error):
        server_of().verify_request(received(signed(), f"http://a.example:{port}/"), CONSUMER, TOKEN)


# The body hash of a form


@pytest.mark.parametrize("hashed_with", METHODS, ids=lambda method: f"hash of {method.hash_name}")
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_form_with_the_hash_of_no_body_is_accepted(
    method: oauth2.SignatureMethod, hashed_with: oauth2.SignatureMethod
) -> None:
    """By the hash of its own method, or by SHA-1, which old programs take for each of them."""
    empty = oauth2.Request("POST", URL)
    empty.sign_request(hashed_with, CONSUMER, None)
    request = signed(method=method, oauth_body_hash=empty["oauth_body_hash"], a="b")
    body = request.to_postdata().encode()
    read = oauth2.Request.from_request("POST", URL, FORM, body=body)
    assert read is not None
    if hashed_with.hash_name in ("sha1", method.hash_name):
        assert server_of().verify_request(read, CONSUMER, TOKEN) == {"a": "b"}
    else:
        assert type(refusal(read)) is oauth2.BodyHashInvalid


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_form_with_its_own_hash_is_accepted(method: oauth2.SignatureMethod) -> None:
    """It needs none, but it is right."""
    digest = hashlib.new(method.hash_name, b"a=b").digest()
    request = signed(method=method, oauth_body_hash=b64encode(digest).decode(), a="b")
    read = oauth2.Request.from_request("POST", URL, {**FORM, **request.to_header()}, body=b"a=b")
    assert server_of().verify_request(present(read), CONSUMER, TOKEN) == {"a": "b"}


def test_other_body_with_the_hash_of_none_is_refused() -> None:
    """What is no form is covered by its hash alone."""
    empty = oauth2.Request("POST", URL)
    empty.sign_request(HMAC_SHA1, CONSUMER, None)
    request = received(signed(oauth_body_hash=empty["oauth_body_hash"]), body=b"{}")
    assert type(refusal(request)) is oauth2.BodyHashInvalid


def test_form_with_a_pair_that_was_not_signed_is_refused() -> None:
    """The hash of no body opens nothing: the pairs of a form are in the signature."""
    empty = oauth2.Request("POST", URL)
    empty.sign_request(HMAC_SHA1, CONSUMER, None)
    request = signed(oauth_body_hash=empty["oauth_body_hash"])
    body = request.to_postdata().encode() + b"&a=b"
    read = oauth2.Request.from_request("POST", URL, FORM, body=body)
    assert read is not None
    assert type(refusal(read)) is oauth2.SignatureInvalid


# Order, and what is missing first


@pytest.mark.parametrize("place", ["query", "form", "parameters"])
def test_repeated_values_are_returned_in_their_order(place: str) -> None:
    """As they were on the wire; `_split_url_string` sorts them, as programs pin it."""
    sent = oauth2.Request.from_consumer_and_token(CONSUMER, TOKEN, "POST", URL)
    sent["tags[]"] = ["b", "c", "a"]
    sent.sign_request(HMAC_SHA1, CONSUMER, TOKEN, include_body_hash=False)
    url, body, parsed, headers = URL, None, None, {}
    if place == "query":
        url = sent.to_url()
    elif place == "form":
        headers, body = FORM, sent.to_postdata().encode()
    else:
        parsed = dict(sent)
    read = oauth2.Request.from_request("POST", url, headers, parsed, body=body)
    assert read is not None
    assert server_of().verify_request(read, CONSUMER, TOKEN) == {"tags[]": ["b", "c", "a"]}
    assert "tags%5B%5D=b&tags%5B%5D=c&tags%5B%5D=a" in read.to_postdata()
    assert "tags%5B%5D=b&tags%5B%5D=c&tags%5B%5D=a" in read.to_url()
    assert oauth2.Request._split_url_string("t=b&t=c&t=a") == {"t": ["a", "b", "c"]}


def test_missing_signature_is_said_before_all_else_that_is_missing() -> None:
    """Before a missing method, too."""
    request = oauth2.Request("GET", URL)
    assert type(refusal(request)) is oauth2.MissingSignature


def test_request_without_a_url_has_no_normalized_url() -> None:
    """As it has no url; None for one is None for both."""
    request: Any = oauth2.Request("GET")
    assert (hasattr(request, "url"), hasattr(request, "normalized_url")) == (False, False)
    request.url = URL
    assert request.normalized_url == URL
    del request.url
    assert (hasattr(request, "url"), hasattr(request, "normalized_url")) == (False, False)
    request.url = None
    assert (request.url, request.normalized_url) == (None, None)


@pytest.mark.parametrize("name", ["oauth_token_secret", "oauth_consumer_secret"])
@pytest.mark.parametrize("place", ["header", "query", "form", "parameters"])
def test_secret_that_was_sent_by_mistake_is_in_no_error(name: str, place: str) -> None:
    """Nor in a step: it may be the right one."""
    secret: Any = TOKEN.secret
    request = signed(**{name: secret})
    request["oauth_signature"] = "other"
    url, headers, body, parsed = URL, {}, None, None
    if place == "header":
        headers = request.to_header()
    elif place == "query":
        url = request.to_url()
    elif place == "form":
        headers, body = FORM, request.to_postdata().encode()
    else:
        parsed = dict(request)
    read = oauth2.Request.from_request("POST", url, headers, parsed, body=body)
    assert read is not None
    assert type(refusal(read)) is oauth2.SignatureInvalid
    for step in server_of().explain(read, CONSUMER, TOKEN):
        assert secret not in repr(step)
        assert step.error is None or secret not in str(vars(step.error))
