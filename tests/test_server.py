"""The Server: what it accepts, what it refuses, in which order, and what it says of it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import inspect
import sqlite3
import threading
import time
from base64 import b64encode
from collections import namedtuple
from types import SimpleNamespace
from typing import Any

import pytest
from known import (
    HMAC_SHA1,
    HMAC_SHA256,
    HMAC_SHA512,
    NOW,
    PLAINTEXT,
    PUBLISHED_CONSUMER as CONSUMER,
    PUBLISHED_TOKEN as TOKEN,
)
from present import present
from secrets_check import assert_no_secret
from vectors import VECTORS

import oauth2

SECRETS = (CONSUMER.secret, TOKEN.secret, f"{CONSUMER.secret!s}&{TOKEN.secret!s}")
URL = "http://photos.example.net/photos?file=vacation.jpg&size=original"

METHODS = (HMAC_SHA1, HMAC_SHA256, HMAC_SHA512, PLAINTEXT)

PUBLISHED = [
    pytest.param(vector, id=vector["id"])
    for vector in VECTORS
    if vector["kind"] == "request"
    and "consumer_secret" in vector
    and "signature" in vector
    and not vector["signature_method"].startswith("RSA")
]

Row = namedtuple("Row", "key secret")


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: float(NOW))


class Nonces:
    """A NonceStore that writes down what it is asked, and answers as it was told."""

    def __init__(self, answer: bool = True) -> None:
        self.answer = answer
        self.asked: list[Any] = []

    def __len__(self) -> int:
        return 0

    def remember(self, key: Any, expires: int, now: int) -> bool:
        self.asked.append((key, expires, now))
        return self.answer


def server_of(**options: Any) -> oauth2.Server:
    return oauth2.Server({method.name: method for method in METHODS}, **options)


def signed(
    method: oauth2.SignatureMethod = HMAC_SHA1,
    consumer: Any = CONSUMER,
    token: Any = TOKEN,
    body: Any = b"",
    **parameters: Any,
) -> oauth2.Request:
    defaults = {"oauth_timestamp": str(NOW), "oauth_nonce": "kllo9940pd9333jh"}
    request = oauth2.Request.from_consumer_and_token(
        consumer, token, "POST", URL, {**defaults, **parameters}, body=body
    )
    request.sign_request(method, consumer, token)
    return request


def incoming(request: oauth2.Request, **arguments: Any) -> oauth2.Request:
    read = oauth2.Request.from_request(
        request.method, request.url, headers=request.to_header(), **arguments
    )
    assert read is not None
    return read


def refusal(
    server: oauth2.Server, request: Any, consumer: Any = CONSUMER, token: Any = TOKEN
) -> Any:
    with pytest.raises(oauth2.Error) as caught:
        server.verify_request(request, consumer, token)
    assert_no_secret(caught.value, *SECRETS)
    return caught.value


@pytest.mark.parametrize("vector", PUBLISHED)
def test_published_requests_are_judged_as_published(
    vector: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Published requests are accepted at their time, published misprints are refused."""
    pairs = [*vector["params"], ["oauth_signature", vector["signature"]]]
    parameters = dict(pairs)
    parameters.setdefault("oauth_signature_method", vector["signature_method"])
    monkeypatch.setattr(time, "time", lambda: float(parameters.get("oauth_timestamp", NOW)))
    request = present(
        oauth2.Request.from_request(vector["method"], vector["url"], parameters=parameters)
    )
    consumer = oauth2.Consumer(parameters["oauth_consumer_key"], vector["consumer_secret"])
    token = oauth2.Token(parameters.get("oauth_token", ""), vector.get("token_secret") or "")
    if vector["verified"]:
        accepted = server_of().verify_request(request, consumer, token)
        assert not [name for name in accepted if name.startswith("oauth_")]
    else:
        assert type(refusal(server_of(), request, consumer, token)) is oauth2.SignatureInvalid


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_a_signed_request_gives_its_other_parameters(method: oauth2.SignatureMethod) -> None:
    """verify_request returns the parameters that are not OAuth's."""
    accepted = server_of().verify_request(incoming(signed(method)), CONSUMER, TOKEN)
    assert accepted == {"file": "vacation.jpg", "size": "original"}


@pytest.mark.parametrize("token", [None, {}, (), "", 0], ids=repr)
def test_any_falsy_token_is_no_token(token: Any) -> None:
    """None, an empty dict and whatever else is falsy stand for no token."""
    request = incoming(signed(token=None))
    assert server_of().verify_request(request, CONSUMER, token)["size"] == "original"


def _database_row() -> sqlite3.Row:
    database = sqlite3.connect(":memory:")
    database.row_factory = sqlite3.Row
    row: sqlite3.Row = database.execute(
        "SELECT 'dpf43f3p2l4k3l03' AS k, 'kd94hf93k423kf44' AS s"
    ).fetchone()
    database.close()
    return row


LOOK_ALIKES = {
    "namedtuple": Row(CONSUMER.key, CONSUMER.secret),
    "bytes": Row(str(CONSUMER.key).encode(), str(CONSUMER.secret).encode()),
    "namespace": SimpleNamespace(key=CONSUMER.key, secret=CONSUMER.secret, id=7),
    "database row": SimpleNamespace(key=_database_row()["k"], secret=_database_row()["s"]),
}


@pytest.mark.parametrize("consumer", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_a_consumer_may_be_a_look_alike(consumer: Any) -> None:
    """Whatever has key and secret as str or bytes is a consumer."""
    assert server_of().verify_request(incoming(signed()), consumer, TOKEN)


@pytest.mark.parametrize(
    "token",
    [Row(TOKEN.key, TOKEN.secret), Row(str(TOKEN.key).encode(), str(TOKEN.secret).encode())],
)
def test_a_token_may_be_a_look_alike(token: Any) -> None:
    """Whatever has key and secret as str or bytes is a token."""
    assert server_of().verify_request(incoming(signed()), CONSUMER, token)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
@pytest.mark.parametrize(
    ("consumer", "token"),
    [(Row(CONSUMER.key, None), TOKEN), (CONSUMER, Row(TOKEN.key, None))],
    ids=["consumer", "token"],
)
def test_a_secret_of_none_is_never_the_text_none(
    method: oauth2.SignatureMethod, consumer: Any, token: Any
) -> None:
    """A look-alike whose secret is None is a TypeError, even if someone signed with "None"."""
    named = oauth2.Consumer(CONSUMER.key, consumer.secret or "None")
    guessed = oauth2.Token(TOKEN.key, token.secret or "None")
    request = incoming(signed(method, named, guessed))
    with pytest.raises(
        TypeError, match=r"secret.*: expected str or bytes, got .*NoneType"
    ) as caught:
        server_of().verify_request(request, consumer, token)
    assert_no_secret(caught.value, *SECRETS)


def test_a_request_may_be_verified_as_it_was_signed() -> None:
    """A Request just signed, whose signature is bytes, needs no detour over the wire."""
    assert server_of().verify_request(signed(), CONSUMER, TOKEN) == {}


def _change(**changes: Any) -> Any:
    def make(request: oauth2.Request) -> None:
        for name, value in changes.items():
            request[name] = value

    return make


def _drop(name: str) -> Any:
    return lambda request: request.pop(name, None)


def _other_body(request: oauth2.Request) -> None:
    request.body = b"another body"


STEPS = [
    ("version", _change(oauth_version="2.0"), oauth2.VersionRejected, "version_rejected", 400),
    (
        "signature absent",
        _drop("oauth_signature"),
        oauth2.MissingSignature,
        "parameter_absent",
        400,
    ),
    (
        "consumer key",
        _drop("oauth_consumer_key"),
        oauth2.ParameterAbsent,
        "parameter_absent",
        400,
    ),
    (
        "signature method absent",
        _drop("oauth_signature_method"),
        oauth2.ParameterAbsent,
        "parameter_absent",
        400,
    ),
    ("timestamp absent", _drop("oauth_timestamp"), oauth2.ParameterAbsent, "parameter_absent", 400),
    ("nonce absent", _drop("oauth_nonce"), oauth2.ParameterAbsent, "parameter_absent", 400),
    (
        "method unknown",
        _change(oauth_signature_method="MD5"),
        oauth2.SignatureMethodRejected,
        "signature_method_rejected",
        400,
    ),
    (
        "timestamp",
        _change(oauth_timestamp="1"),
        oauth2.TimestampRefused,
        "timestamp_refused",
        401,
    ),
    (
        "signature",
        _change(oauth_signature="egQqG5AJep5sJ7anhXju1unge2I="),
        oauth2.SignatureInvalid,
        "signature_invalid",
        401,
    ),
    ("body hash", _other_body, oauth2.BodyHashInvalid, "signature_invalid", 401),
    ("nonce", lambda request: None, oauth2.NonceUsed, "nonce_used", 401),
]


@pytest.mark.parametrize("first", range(len(STEPS)), ids=[step[0] for step in STEPS])
def test_of_several_faults_the_first_step_speaks(first: int) -> None:
    """A request with this fault and all later ones is refused for this one."""
    nonces = Nonces(answer=False)
    request = signed(body=b"the body")
    for _, spoil, *_ in reversed(STEPS[first:]):
        spoil(request)
    error = refusal(server_of(nonces=nonces), request)
    _, _, kind, problem, status = STEPS[first]
    assert (type(error), error.problem, error.status) == (kind, problem, status)


@pytest.mark.parametrize("step", STEPS[:-1], ids=[step[0] for step in STEPS[:-1]])
def test_a_refused_request_burns_no_nonce(step: Any) -> None:
    """Nothing is remembered of a request that an earlier step refused."""
    nonces = Nonces()
    request = signed(body=b"the body")
    step[1](request)
    assert type(refusal(server_of(nonces=nonces), request)) is step[2]
    assert nonces.asked == []


def test_a_forged_request_does_not_lock_out_the_true_one() -> None:
    """The true request is accepted after a forgery with the same nonce was refused."""
    server = server_of()
    forged = incoming(signed())
    forged["size"] = "huge"
    refusal(server, forged)
    assert server.verify_request(incoming(signed()), CONSUMER, TOKEN)


@pytest.mark.parametrize("version", ["", "1", "1.0a", "1.00", "2.0", "1.0 ", " 1.0", "①.0"])
def test_another_version_is_refused_with_what_came(version: str) -> None:
    """Whatever is not 1.0 to the letter is refused, and the error tells what came."""
    error = refusal(server_of(), incoming(signed(oauth_version=version)))
    assert isinstance(error, oauth2.VersionRejected)
    assert (error.version, "'1.0'" in error.message) == (version, True)


def test_a_request_without_a_version_is_accepted() -> None:
    """oauth_version is optional (RFC 5849 section 3.1)."""
    request = signed()
    del request["oauth_version"]
    request.sign_request(HMAC_SHA1, CONSUMER, TOKEN)
    assert server_of().verify_request(incoming(request), CONSUMER, TOKEN)


def test_the_version_of_a_subclass_is_the_one_expected() -> None:
    """The class attribute version may be another."""

    class Lenient(oauth2.Server):
        version = "1.0a"

    server = Lenient({"HMAC-SHA1": HMAC_SHA1})
    assert server.verify_request(incoming(signed(oauth_version="1.0a")), CONSUMER, TOKEN)
    assert isinstance(refusal(server, incoming(signed())), oauth2.VersionRejected)


@pytest.mark.parametrize(
    "name", ["oauth_consumer_key", "oauth_signature_method", "oauth_timestamp", "oauth_nonce"]
)
@pytest.mark.parametrize("method", METHODS[:3], ids=lambda method: method.name)
def test_a_missing_parameter_is_named(name: str, method: oauth2.SignatureMethod) -> None:
    """What is required and absent is refused, and the error names it."""
    request = incoming(signed(method))
    del request[name]
    error = refusal(server_of(), request)
    assert type(error) is oauth2.ParameterAbsent
    assert error.parameter == name
    assert error.message == f"Parameter not found: the request has no {name}."


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_a_missing_signature_has_its_own_class(method: oauth2.SignatureMethod) -> None:
    """A request without oauth_signature is a MissingSignature, which is a ParameterAbsent."""
    request = incoming(signed(method))
    del request["oauth_signature"]
    error = refusal(server_of(), request)
    assert type(error) is oauth2.MissingSignature
    assert isinstance(error, oauth2.ParameterAbsent)
    assert error.parameter == "oauth_signature"


def test_a_request_without_a_method_is_never_taken_for_plaintext() -> None:
    """The right secrets as signature do not help a request that names no method."""
    request = incoming(signed(PLAINTEXT))
    del request["oauth_signature_method"]
    error = refusal(server_of(), request)
    assert (type(error), error.parameter) == (oauth2.ParameterAbsent, "oauth_signature_method")


@pytest.mark.parametrize("name", ["hmac-sha1", "HMAC-SHA1 ", "", "NONE", "None", "HMAC-MD5"])
def test_an_unknown_method_is_refused_with_those_that_would_do(name: str) -> None:
    """The error tells the method that came and those that are accepted."""
    request = incoming(signed())
    request["oauth_signature_method"] = name
    error = refusal(oauth2.Server({"HMAC-SHA1": HMAC_SHA1, "X": PLAINTEXT}), request)
    assert isinstance(error, oauth2.SignatureMethodRejected)
    assert (error.method, error.accepted) == (name, ("HMAC-SHA1", "X"))
    assert repr(name) in error.message


def test_a_list_of_methods_is_refused() -> None:
    """A Request made by hand with a list as its method is refused, not a TypeError."""
    request = signed()
    request["oauth_signature_method"] = ["HMAC-SHA1", "PLAINTEXT"]
    assert isinstance(refusal(server_of(), request), oauth2.SignatureMethodRejected)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_a_server_accepts_no_method_that_it_was_not_given(method: oauth2.SignatureMethod) -> None:
    """A new Server accepts no signature method at all."""
    error = refusal(oauth2.Server(), incoming(signed(method)))
    assert (type(error), error.accepted) == (oauth2.SignatureMethodRejected, ())


def test_add_signature_method_returns_all_that_are_accepted() -> None:
    """add_signature_method files a method under its name and returns the dict."""
    server = oauth2.Server()
    assert server.add_signature_method(HMAC_SHA1) == {"HMAC-SHA1": HMAC_SHA1}
    assert server.add_signature_method(PLAINTEXT) is server.signature_methods
    assert list(server.signature_methods) == ["HMAC-SHA1", "PLAINTEXT"]
    assert server.verify_request(incoming(signed()), CONSUMER, TOKEN)


def test_servers_share_no_signature_methods() -> None:
    """What one Server is given, no other accepts, and the caller's dict stays as it is."""
    given: dict[str, oauth2.SignatureMethod] = {"HMAC-SHA1": HMAC_SHA1}
    first, second, third = oauth2.Server(given), oauth2.Server(given), oauth2.Server()
    first.add_signature_method(PLAINTEXT)
    assert list(given) == list(second.signature_methods) == ["HMAC-SHA1"]
    assert third.signature_methods == {}


@pytest.mark.parametrize("seconds", [-300, -299, 0, 299, 300])
def test_a_timestamp_within_the_threshold_is_accepted(seconds: int) -> None:
    """Both ends of the window belong to it, in the past and in the future."""
    request = incoming(signed(oauth_timestamp=str(NOW + seconds)))
    assert server_of().verify_request(request, CONSUMER, TOKEN)


@pytest.mark.parametrize("seconds", [-NOW, -NOW + 1, -86_400, -301, 301, 86_400, 10**11])
def test_a_timestamp_outside_the_threshold_is_refused(seconds: int) -> None:
    """Past and future are refused alike, with the range that the server would accept."""
    request = incoming(signed(oauth_timestamp=str(NOW + seconds)))
    error = refusal(server_of(), request)
    assert isinstance(error, oauth2.TimestampRefused)
    assert (error.timestamp, error.acceptable) == (str(NOW + seconds), (NOW - 300, NOW + 300))
    assert f"{NOW - 300} to {NOW + 300}" in error.message


MALFORMED_TIMESTAMPS = {
    "empty": "",
    "point": f"{NOW}.0",
    "exponent": "1.318622958e9",
    "plus": f"+{NOW}",
    "minus": "-1",
    "negative": f"-{NOW}",
    "leading space": f" {NOW}",
    "trailing space": f"{NOW} ",
    "trailing newline": f"{NOW}\n",
    "no-break space": f"{NOW}\xa0",
    "NUL": f"{NOW}\0",
    "underscores": "1_318_622_958",
    "commas": "1,318,622,958",
    "hexadecimal": hex(NOW),
    "full-width digits": "".join([chr(ord(digit) + 0xFEE0) for digit in str(NOW)]),
    "Arabic digits": "١٣١٨٦٢٢٩٥٨",
    "superscript": "²",
    "circled": "①",
    "nan": "nan",
    "inf": "inf",
    "None": "None",
    "True": "True",
    "words": "now",
    "an octet that is no UTF-8": f"{NOW}\udce9",
    "sixteen digits": "9" * 16,
    "5,000 digits": "1" * 5_000,
    "5,000 zeros before it": "0" * 5_000 + str(NOW),
}


@pytest.mark.parametrize("timestamp", MALFORMED_TIMESTAMPS.values(), ids=list(MALFORMED_TIMESTAMPS))
def test_a_malformed_timestamp_is_refused(timestamp: str) -> None:
    """Nothing but ASCII digits is a timestamp, however well it is signed."""
    request = incoming(signed(oauth_timestamp=timestamp))
    error = refusal(server_of(), request)
    assert isinstance(error, oauth2.TimestampRefused)
    assert error.timestamp == timestamp
    assert len(error.message) < 200, "a long timestamp makes a long message"
    assert error.message.isascii(), "a log line is to be plain ASCII"


@pytest.mark.parametrize("timestamp", [float(NOW), NOW + 0.5, True, None, [], [str(NOW)]], ids=repr)
def test_a_timestamp_of_another_type_is_refused(timestamp: Any) -> None:
    """What a program put into the dict is judged as the text that it would be."""
    request = signed()
    request["oauth_timestamp"] = timestamp
    request.sign_request(HMAC_SHA1, CONSUMER, TOKEN)
    assert isinstance(refusal(server_of(), request), oauth2.TimestampRefused)


def test_a_timestamp_may_be_a_number_in_the_dict() -> None:
    """Programs keep oauth_timestamp as an int; it is written as digits."""
    server = server_of()
    assert server.verify_request(signed(oauth_timestamp=NOW), CONSUMER, TOKEN) == {}
    assert isinstance(refusal(server, incoming(signed())), oauth2.NonceUsed)


def test_the_threshold_of_a_server_may_be_another() -> None:
    """timestamp_threshold is a class attribute of 300 that an instance may override."""
    server = server_of()
    server.timestamp_threshold = 10
    error = refusal(server, incoming(signed(oauth_timestamp=str(NOW - 11))))
    assert error.acceptable == (NOW - 10, NOW + 10)
    assert oauth2.Server.timestamp_threshold == 300


SIGNATURE = "egQqG5AJep5sJ7anhXju1unge2I="


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
@pytest.mark.parametrize(
    "spoil",
    [
        lambda signature: signature + "\n",
        lambda signature: signature + " ",
        lambda signature: " " + signature,
        lambda signature: signature + "=",
        lambda signature: signature + "\0",
        lambda signature: signature + "é",
        lambda signature: signature + "\udce9",
        lambda signature: signature[:-1],
        lambda signature: signature[1:],
        lambda signature: signature[:4] + "\n" + signature[4:],
        lambda signature: signature.swapcase(),
        lambda signature: "",
        lambda signature: SIGNATURE,
    ],
)
def test_no_character_of_a_signature_is_ignored(method: oauth2.SignatureMethod, spoil: Any) -> None:
    """A signature with more, fewer or other characters is refused."""
    request = incoming(signed(method))
    request["oauth_signature"] = spoil(request["oauth_signature"])
    assert type(refusal(server_of(), request)) is oauth2.SignatureInvalid


def test_an_invalid_signature_carries_the_base_string() -> None:
    """The text that this side would have signed is in the error, as str."""
    request = incoming(signed())
    request["oauth_signature"] = SIGNATURE
    error = refusal(server_of(), request)
    expected = (
        "POST&http%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dvacation.jpg"
        "%26oauth_body_hash%3D2jmj7l5rSw0yVb%252FvlWAYkK%252FYBwk%253D"
        "%26oauth_consumer_key%3Ddpf43f3p2l4k3l03%26oauth_nonce%3Dkllo9940pd9333jh"
        "%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D1318622958"
        "%26oauth_token%3Dnnch734d00sl2jdk%26oauth_version%3D1.0%26size%3Doriginal"
    )
    assert error.base_string == expected
    assert expected in error.message


def test_an_invalid_plaintext_signature_carries_nothing() -> None:
    """For PLAINTEXT neither the expected signature nor the one that came is told."""
    request = incoming(signed(PLAINTEXT))
    request["oauth_signature"] = "kd94hf93k423kf44&nearly"
    error = refusal(server_of(), request)
    assert type(error) is oauth2.SignatureInvalid
    assert error.base_string is None
    assert_no_secret(error, "nearly")


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
@pytest.mark.parametrize(
    ("consumer", "token"),
    [
        (oauth2.Consumer(CONSUMER.key, "another"), TOKEN),
        (CONSUMER, oauth2.Token(TOKEN.key, "another")),
        (CONSUMER, oauth2.Token(TOKEN.key, "")),
        (oauth2.Consumer(CONSUMER.key, TOKEN.secret), oauth2.Token(TOKEN.key, CONSUMER.secret)),
        (
            oauth2.Consumer(CONSUMER.key, f"{CONSUMER.secret!s}&{TOKEN.secret!s}"),
            oauth2.Token(TOKEN.key, ""),
        ),
    ],
    ids=["consumer secret", "token secret", "no token secret", "swapped", "joined"],
)
def test_other_secrets_make_another_signature(
    method: oauth2.SignatureMethod, consumer: Any, token: Any
) -> None:
    """A request signed with other secrets is refused."""
    error = refusal(server_of(), incoming(signed(method)), consumer, token)
    assert type(error) is oauth2.SignatureInvalid


def _posted(method: oauth2.SignatureMethod, hash_name: str, signed_body: bytes) -> oauth2.Request:
    """Sign with a hash that the test computes, so that it does not come from our own code."""
    digest = b64encode(hashlib.new(hash_name, signed_body).digest()).decode()
    defaults = {"oauth_timestamp": str(NOW), "oauth_nonce": "n", "oauth_body_hash": digest}
    request = oauth2.Request.from_consumer_and_token(CONSUMER, TOKEN, "POST", URL, defaults)
    request.sign_request(method, CONSUMER, TOKEN, include_body_hash=False)
    return request


HASHES = [
    (HMAC_SHA1, "sha1"),
    (HMAC_SHA256, "sha256"),
    (HMAC_SHA512, "sha512"),
    (PLAINTEXT, "sha1"),
]


@pytest.mark.parametrize(("method", "hash_name"), HASHES)
@pytest.mark.parametrize("body", [b"", b"Hello World!", b'{"a": "\xc3\xa9"}', bytes(range(256))])
def test_a_body_hash_that_fits_is_accepted(
    method: oauth2.SignatureMethod, hash_name: str, body: bytes
) -> None:
    """The hash of the signature method is recomputed over the body that came."""
    request = incoming(_posted(method, hash_name, body), body=body)
    assert server_of().verify_request(request, CONSUMER, TOKEN)


@pytest.mark.parametrize(("method", "hash_name"), HASHES)
@pytest.mark.parametrize("body", [b"", b"Hello World", b"Hello World!\n", b"hello world!"])
def test_a_body_hash_of_another_body_is_refused(
    method: oauth2.SignatureMethod, hash_name: str, body: bytes
) -> None:
    """A signed body hash does not fit another body; the error is of its own class."""
    request = incoming(_posted(method, hash_name, b"Hello World!"), body=body)
    error = refusal(server_of(), request)
    assert (type(error), error.problem, error.status) == (
        oauth2.BodyHashInvalid,
        "signature_invalid",
        401,
    )
    assert isinstance(error, oauth2.SignatureInvalid)
    assert method.hash_name in error.message
    assert error.base_string is None


@pytest.mark.parametrize("sent", ["", "é", "\udce9", "2jmj7l5rSw0yVb/vlWAYkK/YBwk"])
def test_a_body_hash_that_is_no_hash_is_refused(sent: str) -> None:
    """Whatever a client signs as its body hash is compared as octets."""
    request = signed(oauth_body_hash=sent)
    request["oauth_body_hash"] = sent
    request.sign_request(HMAC_SHA1, CONSUMER, TOKEN, include_body_hash=False)
    request = incoming(request, body=b"")
    assert type(refusal(server_of(), request)) is oauth2.BodyHashInvalid


def test_a_body_hash_is_not_checked_where_the_body_is_unknown() -> None:
    """A caller that hands no body over gets a check of the signature alone."""
    request = incoming(_posted(HMAC_SHA1, "sha1", b"Hello World!"))
    assert request.body is None
    assert server_of().verify_request(request, CONSUMER, TOKEN)


def test_a_request_without_a_body_hash_needs_none() -> None:
    """oauth_body_hash is optional."""
    request = signed()
    del request["oauth_body_hash"]
    request.sign_request(HMAC_SHA1, CONSUMER, TOKEN, include_body_hash=False)
    assert server_of().verify_request(incoming(request, body=b"{}"), CONSUMER, TOKEN)


def test_a_body_that_cannot_be_read_twice_fits_no_hash() -> None:
    """A body that is neither octets nor rewindable is not taken for the one signed."""
    request = signed(body=b"the body")
    request.body = iter([b"the body"])
    assert isinstance(refusal(server_of(), request), oauth2.BodyHashInvalid)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_the_same_request_is_accepted_once(method: oauth2.SignatureMethod) -> None:
    """A replay is refused, and the error tells the nonce."""
    server = server_of()
    server.verify_request(incoming(signed(method)), CONSUMER, TOKEN)
    error = refusal(server, incoming(signed(method)))
    assert isinstance(error, oauth2.NonceUsed)
    assert error.nonce == "kllo9940pd9333jh"
    assert "'kllo9940pd9333jh'" in error.message


def test_of_many_threads_with_one_request_one_is_accepted() -> None:
    """Replays at the same moment are refused as later ones are."""
    server = server_of()
    barrier = threading.Barrier(8)
    results: list[Any] = []

    def verify() -> None:
        request = incoming(signed())
        barrier.wait(10)
        try:
            results.append(server.verify_request(request, CONSUMER, TOKEN))
        except oauth2.NonceUsed as error:
            results.append(type(error))

    threads = [threading.Thread(target=verify) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(results) == 8
    assert results.count(oauth2.NonceUsed) == 7


@pytest.mark.parametrize(
    "other",
    [
        {"oauth_timestamp": str(NOW + 1)},
        {"oauth_nonce": "another"},
        {"oauth_nonce": "KLLO9940PD9333JH"},
        {"consumer": oauth2.Consumer("another", CONSUMER.secret)},
        {"token": oauth2.Token("another", TOKEN.secret)},
        {"token": None},
    ],
    ids=["timestamp", "nonce", "case of the nonce", "consumer", "token", "no token"],
)
def test_a_nonce_belongs_to_consumer_token_and_timestamp(other: dict[str, Any]) -> None:
    """The same nonce with another timestamp, consumer or token is fresh."""
    server = server_of()
    server.verify_request(incoming(signed()), CONSUMER, TOKEN)
    request = incoming(signed(**other))
    consumer, token = other.get("consumer", CONSUMER), other.get("token", TOKEN)
    assert server.verify_request(request, consumer, token if "token" in other else TOKEN)


@pytest.mark.parametrize("order", [1, -1])
def test_text_and_bytes_of_a_key_are_one_key(order: int) -> None:
    """A look-alike with bytes after one with text opens no door to a replay."""
    server = server_of()
    ways: list[tuple[Any, Any]] = [
        (CONSUMER, TOKEN),
        (
            Row(str(CONSUMER.key).encode(), CONSUMER.secret),
            Row(str(TOKEN.key).encode(), TOKEN.secret),
        ),
    ][::order]
    server.verify_request(incoming(signed()), *ways[0])
    assert isinstance(refusal(server, incoming(signed()), *ways[1]), oauth2.NonceUsed)


def test_each_server_has_nonces_of_its_own() -> None:
    """What one Server saw, another has not seen."""
    first, second = server_of(), server_of()
    assert isinstance(first.nonces, oauth2.MemoryNonces)
    assert first.nonces is not second.nonces
    for server in (first, second):
        assert server.verify_request(incoming(signed()), CONSUMER, TOKEN)


def test_nonces_given_are_shared() -> None:
    """Two Servers with one store refuse each other's replays, also while it is empty."""
    nonces = oauth2.MemoryNonces()
    first, second = server_of(nonces=nonces), server_of(nonces=nonces)
    first.verify_request(incoming(signed()), CONSUMER, TOKEN)
    assert len(nonces) == 1
    assert isinstance(refusal(second, incoming(signed())), oauth2.NonceUsed)


def test_nonces_of_none_switch_replay_protection_off() -> None:
    """With nonces=None the same request is accepted any number of times."""
    server = server_of(nonces=None)
    assert server.nonces is None
    for _ in range(3):
        assert server.verify_request(incoming(signed()), CONSUMER, TOKEN)


def test_nonces_of_none_do_not_switch_the_nonce_off() -> None:
    """Even without replay protection an HMAC request must have a nonce."""
    request = incoming(signed())
    del request["oauth_nonce"]
    assert refusal(server_of(nonces=None), request).parameter == "oauth_nonce"


@pytest.mark.parametrize(("token", "key"), [(TOKEN, TOKEN.key), (None, ""), ({}, "")])
def test_a_store_is_asked_with_four_texts(token: Any, key: str) -> None:
    """A NonceStore gets consumer key, token key, timestamp and nonce, and when they expire."""
    nonces = Nonces()
    server_of(nonces=nonces).verify_request(incoming(signed(token=token)), CONSUMER, token)
    assert nonces.asked == [((CONSUMER.key, key, str(NOW), "kllo9940pd9333jh"), NOW + 300, NOW)]


@pytest.mark.parametrize(("seconds", "expires"), [(-300, 300), (-1, 300), (1, 301), (300, 600)])
def test_a_nonce_is_remembered_while_its_timestamp_is_acceptable(
    seconds: int, expires: int
) -> None:
    """A timestamp from the future keeps its nonce the longer."""
    nonces = Nonces()
    request = incoming(signed(oauth_timestamp=str(NOW + seconds)))
    server_of(nonces=nonces).verify_request(request, CONSUMER, TOKEN)
    assert nonces.asked[0][1:] == (NOW + expires, NOW)


def test_a_replay_is_refused_until_the_last_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no second in which the timestamp is good and the nonce forgotten."""
    server = server_of()
    request = signed(oauth_timestamp=str(NOW + 300))
    server.verify_request(incoming(request), CONSUMER, TOKEN)
    for second in (1, 299, 300, 599, 600):
        monkeypatch.setattr(time, "time", lambda second=second: float(NOW + second))
        assert isinstance(refusal(server, incoming(request)), oauth2.NonceUsed)
    monkeypatch.setattr(time, "time", lambda: float(NOW + 601))
    assert isinstance(refusal(server, incoming(request)), oauth2.TimestampRefused)


def test_a_store_that_knows_a_nonce_refuses_it() -> None:
    """A NonceStore of one's own that answers False refuses the request."""
    assert isinstance(
        refusal(server_of(nonces=Nonces(False)), incoming(signed())), oauth2.NonceUsed
    )


def test_a_store_whose_answers_are_awaited_is_a_mistake() -> None:
    """A coroutine is true, also one that would return False: every replay would be let in."""

    class Awaited(Nonces):
        def remember(self, key: Any, expires: int, now: int) -> Any:
            answer: asyncio.Future[bool] = asyncio.Future(loop=loop)
            return answer

    loop = asyncio.new_event_loop()
    server = server_of(nonces=Awaited())
    with pytest.raises(TypeError, match="nonces: expected a NonceStore, got one whose answers"):
        server.verify_request(incoming(signed()), CONSUMER, TOKEN)
    loop.close()


def test_a_store_that_cannot_be_reached_refuses() -> None:
    """It is answered with status 503."""

    class Away(Nonces):
        def remember(self, key: Any, expires: int, now: int) -> bool:
            raise oauth2.NonceStoreUnavailable("Away.")

    error = refusal(server_of(nonces=Away()), incoming(signed()))
    assert (type(error), error.status) == (oauth2.NonceStoreUnavailable, 503)


def test_a_full_store_refuses() -> None:
    """When no nonce can be remembered, a good request is refused with status 503."""
    server = server_of(nonces=oauth2.MemoryNonces(max_entries=1))
    server.verify_request(incoming(signed(oauth_nonce="first")), CONSUMER, TOKEN)
    error = refusal(server, incoming(signed()))
    assert isinstance(error, oauth2.NonceStoreFull)
    assert (error.problem, error.status) == ("consumer_key_refused", 503)


def test_a_long_nonce_makes_a_short_message() -> None:
    """A nonce of any length is told in full as evidence, and cut in the message."""
    server = server_of()
    nonce = "é\r\n" * 10_000
    server.verify_request(incoming(signed(oauth_nonce=nonce)), CONSUMER, TOKEN)
    error = refusal(server, incoming(signed(oauth_nonce=nonce)))
    assert error.nonce == nonce
    assert len(error.message) < 250
    assert error.message.isprintable()


def _plain(**parameters: Any) -> oauth2.Request:
    signature = f"{CONSUMER.secret!s}&{TOKEN.secret!s}"
    fields = {
        "oauth_consumer_key": CONSUMER.key,
        "oauth_token": TOKEN.key,
        "oauth_signature_method": "PLAINTEXT",
        "oauth_signature": signature,
        **parameters,
    }
    request = oauth2.Request.from_request("GET", URL, parameters=fields)
    assert request is not None
    return request


@pytest.mark.parametrize(
    "parameters", [{}, {"oauth_timestamp": str(NOW)}, {"oauth_nonce": "n"}], ids=str
)
def test_plaintext_needs_neither_timestamp_nor_nonce(parameters: dict[str, str]) -> None:
    """RFC 5849 section 3.1 lets PLAINTEXT leave both out, so nothing can be remembered."""
    nonces = Nonces(answer=False)
    assert server_of(nonces=nonces).verify_request(_plain(**parameters), CONSUMER, TOKEN)
    assert nonces.asked == []


def test_plaintext_with_timestamp_and_nonce_is_accepted_once() -> None:
    """Where PLAINTEXT sends both, a replay is refused."""
    server = server_of()
    parameters = {"oauth_timestamp": str(NOW), "oauth_nonce": "n"}
    server.verify_request(_plain(**parameters), CONSUMER, TOKEN)
    assert isinstance(refusal(server, _plain(**parameters)), oauth2.NonceUsed)


@pytest.mark.parametrize("timestamp", ["", "0", str(NOW - 301), str(NOW + 301), f"{NOW}.0"])
def test_plaintext_with_a_bad_timestamp_is_refused(timestamp: str) -> None:
    """A timestamp that PLAINTEXT does send must be a good one."""
    request = _plain(oauth_timestamp=timestamp, oauth_nonce="n")
    assert isinstance(refusal(server_of(), request), oauth2.TimestampRefused)


@pytest.mark.parametrize("name", ["oauth_consumer_key", "oauth_signature"])
def test_plaintext_needs_the_rest(name: str) -> None:
    """PLAINTEXT without consumer key or signature is refused."""
    request = _plain()
    del request[name]
    assert refusal(server_of(), request).parameter == name


def test_check_version_may_be_overridden() -> None:
    """An overridden _check_version decides about the version."""

    class AnyVersion(oauth2.Server):
        def _check_version(self, request: oauth2.Request) -> None:
            assert request["oauth_version"] == "9"

    server = AnyVersion({"HMAC-SHA1": HMAC_SHA1})
    assert server.verify_request(incoming(signed(oauth_version="9")), CONSUMER, TOKEN)


def test_get_version_may_be_overridden() -> None:
    """An overridden _get_version tells the version that is checked."""

    class Fixed(oauth2.Server):
        def _get_version(self, request: oauth2.Request) -> str:
            return "3.0"

    error = refusal(Fixed({"HMAC-SHA1": HMAC_SHA1}), incoming(signed()))
    assert (type(error), error.version) == (oauth2.VersionRejected, "3.0")


def test_get_signature_method_may_be_overridden() -> None:
    """An overridden _get_signature_method chooses the method that checks."""

    class OnlySha1(oauth2.Server):
        def _get_signature_method(self, request: oauth2.Request) -> oauth2.SignatureMethod:
            return HMAC_SHA1

    assert OnlySha1().verify_request(incoming(signed()), CONSUMER, TOKEN)
    error = refusal(OnlySha1(), incoming(signed(HMAC_SHA256)))
    assert isinstance(error, oauth2.SignatureInvalid)


def test_check_signature_may_be_overridden() -> None:
    """An overridden _check_signature replaces all checks but version and nonce."""
    seen = []

    class Trusting(oauth2.Server):
        def _check_signature(self, request: Any, consumer: Any, token: Any) -> None:
            seen.append((request, consumer, token))

    server = Trusting()
    request = incoming(signed())
    request["oauth_signature"] = "anything"
    assert server.verify_request(request, CONSUMER, TOKEN)
    assert seen == [(request, CONSUMER, TOKEN)]
    assert isinstance(refusal(server, request), oauth2.NonceUsed)


@pytest.mark.parametrize(
    ("consumer", "owner"), [(CONSUMER, CONSUMER.key), (SimpleNamespace(secret="s"), "")]
)
@pytest.mark.parametrize("check", ["verify_request", "explain"])
def test_nonce_of_a_request_that_names_nobody_is_its_consumer_s(
    consumer: Any, owner: str, check: str
) -> None:
    """A server may know the consumer by other means, and has no nonce of one burn another's."""

    class Knowing(oauth2.Server):
        def _check_signature(self, *given: Any) -> None:
            pass

    nonces = Nonces()
    request = incoming(signed())
    del request["oauth_consumer_key"]
    getattr(Knowing(nonces=nonces), check)(request, consumer, TOKEN)
    assert [key[0] for key, _, _ in nonces.asked] == [owner]


def test_check_timestamp_may_be_overridden() -> None:
    """An overridden _check_timestamp sees what came, and may accept what is old."""
    seen = []

    class Timeless(oauth2.Server):
        def _check_timestamp(self, timestamp: Any) -> None:
            seen.append(timestamp)

    server = Timeless({"HMAC-SHA1": HMAC_SHA1})
    for timestamp in ("12", "yesterday"):
        request = incoming(signed(oauth_timestamp=timestamp))
        assert server.verify_request(request, CONSUMER, TOKEN)
        assert isinstance(refusal(server, request), oauth2.NonceUsed)
    assert set(seen) == {"12", "yesterday"}


def test_check_timestamp_of_the_parent_may_be_called() -> None:
    """_check_timestamp takes a number as well as text."""
    server = server_of()
    server._check_timestamp(NOW)
    server._check_timestamp(str(NOW))
    with pytest.raises(oauth2.TimestampRefused):
        server._check_timestamp(NOW - 301)


def test_timestamp_nonce_of_a_request_may_be_overridden() -> None:
    """A Request that reads its nonce elsewhere is remembered by that."""

    class Prefixed(oauth2.Request):
        def _get_timestamp_nonce(self) -> tuple[Any, Any]:
            timestamp, nonce = super()._get_timestamp_nonce()
            return int(timestamp), f"site:{nonce}"

    nonces = Nonces()
    request = signed()
    read = present(Prefixed.from_request("POST", URL, headers=request.to_header()))
    server_of(nonces=nonces).verify_request(read, CONSUMER, TOKEN)
    assert nonces.asked[0][0][2:] == (str(NOW), "site:kllo9940pd9333jh")


def test_check_signature_may_be_called_by_itself() -> None:
    """Programs call _check_signature alone: it checks, and burns no nonce."""
    nonces = Nonces(answer=False)
    server = server_of(nonces=nonces)
    for request in (signed(), incoming(signed()), incoming(signed())):
        server._check_signature(request, CONSUMER, TOKEN)
    assert nonces.asked == []


@pytest.mark.parametrize("step", STEPS[1:-1], ids=[step[0] for step in STEPS[1:-1]])
def test_check_signature_by_itself_raises_what_verify_request_raises(step: Any) -> None:
    """_check_signature alone refuses by the same classes."""
    request = signed(body=b"the body")
    step[1](request)
    with pytest.raises(oauth2.Error) as caught:
        server_of()._check_signature(request, CONSUMER, TOKEN)
    assert type(caught.value) is step[2]
    assert_no_secret(caught.value, *SECRETS)


def test_check_gets_the_signature_as_text_from_the_wire() -> None:
    """What came as text is handed on as text: a check that compares text only works."""

    class TextOnly(oauth2.SignatureMethod_HMAC_SHA1):
        def check(self, request: Any, consumer: Any, token: Any, signature: Any) -> bool:
            assert type(signature) is str
            return self.sign(request, consumer, token).decode() == signature

    server = oauth2.Server({"HMAC-SHA1": TextOnly()})
    assert server.verify_request(incoming(signed()), CONSUMER, TOKEN)


def test_check_may_call_encode_on_the_signature() -> None:
    """A check that calls .encode() on what came over the wire works."""

    class Encoding(oauth2.SignatureMethod_HMAC_SHA1):
        def check(self, request: Any, consumer: Any, token: Any, signature: Any) -> bool:
            return hmac.compare_digest(self.sign(request, consumer, token), signature.encode())

    server = oauth2.Server({"HMAC-SHA1": Encoding()})
    assert server.verify_request(incoming(signed()), CONSUMER, TOKEN)


def test_check_gets_the_signature_as_bytes_from_a_signed_request() -> None:
    """The signature of a Request just signed is bytes, and is handed on as that very object."""
    seen = []

    class Seeing(oauth2.SignatureMethod_HMAC_SHA1):
        def check(self, request: Any, consumer: Any, token: Any, signature: Any) -> bool:
            seen.append(signature)
            return super().check(request, consumer, token, signature)

    request = signed()
    oauth2.Server({"HMAC-SHA1": Seeing()}).verify_request(request, CONSUMER, TOKEN)
    assert type(seen[0]) is bytes
    assert seen[0] is request["oauth_signature"]


class SignsText(oauth2.SignatureMethod):
    name = "X-TEXT"

    def sign(self, request: Any, consumer: Any, token: Any) -> str | bytes:
        return f"{consumer.key}+{request['oauth_nonce']}="


class SignsBytes(SignsText):
    name = "X-BYTES"

    def sign(self, request: Any, consumer: Any, token: Any) -> bytes:
        return f"{consumer.key}+{request['oauth_nonce']}=".encode()


class TrimsKey(oauth2.SignatureMethod_HMAC_SHA1):
    name = "X-TRIMMED"

    def signing_base(self, request: Any, consumer: Any, token: Any) -> Any:
        key, base = super().signing_base(request, consumer, token)
        return key.rstrip(b"&"), base


class TextPair(oauth2.SignatureMethod_HMAC_SHA256):
    name = "X-TEXT-PAIR"

    def signing_base(self, request: Any, consumer: Any, token: Any) -> Any:
        return tuple(part.decode() for part in super().signing_base(request, consumer, token))


class OneString(oauth2.SignatureMethod_HMAC_SHA1):
    name = "X-ONE-STRING"

    def signing_base(self, request: Any, consumer: Any, token: Any) -> Any:
        return request.signature_base_string()


class OneBytes(oauth2.SignatureMethod_HMAC_SHA1):
    name = "X-ONE-BYTES"

    def signing_base(self, request: Any, consumer: Any, token: Any) -> Any:
        return request.signature_base_string().encode()


class TrimsPlaintext(oauth2.SignatureMethod_PLAINTEXT):
    name = "X-TRIMMED-PLAINTEXT"

    def signing_base(self, request: Any, consumer: Any, token: Any) -> Any:
        key, base = super().signing_base(request, consumer, token)
        return key, base.rstrip("&")


OWN = [SignsText, SignsBytes, TrimsKey, TextPair, OneString, OneBytes, TrimsPlaintext]


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.name)
@pytest.mark.parametrize("token", [TOKEN, None], ids=["token", "no token"])
def test_a_method_of_a_program_signs_and_verifies(kind: Any, token: Any) -> None:
    """Whatever sign and signing_base return is taken, signed and over the wire."""
    server = oauth2.Server()
    server.add_signature_method(kind())
    request = signed(kind(), token=token)
    server._check_signature(request, CONSUMER, token)
    assert server.verify_request(incoming(request), CONSUMER, token)


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.name)
def test_a_method_of_a_program_refuses(kind: Any) -> None:
    """A forged signature is refused by these methods too."""
    server = oauth2.Server({kind.name: kind()})
    request = incoming(signed(kind()))
    request["oauth_signature"] += "x"
    assert type(refusal(server, request)) is oauth2.SignatureInvalid


def test_a_trimmed_key_is_the_key_that_signs() -> None:
    """A signing_base that cuts the last ampersand off signs with that key."""
    request = signed(TrimsKey(), token=None)
    base = request.signature_base_string().encode()
    digest = hmac.new(str(CONSUMER.secret).encode(), base, "sha1").digest()
    assert request["oauth_signature"] == b64encode(digest)


@pytest.mark.parametrize(
    ("realm", "header"),
    [
        ("", 'OAuth realm=""'),
        ("http://photos.example.net/", 'OAuth realm="http://photos.example.net/"'),
        ('a "b"', 'OAuth realm="a \\"b\\""'),
    ],
)
def test_a_server_builds_the_challenge(realm: str, header: str) -> None:
    """build_authenticate_header is there on a Server too."""
    assert server_of().build_authenticate_header(realm) == {"WWW-Authenticate": header}


def test_the_defaults_of_a_server() -> None:
    """The window is 300 seconds, the version 1.0, the challenge without a realm."""
    assert (oauth2.Server.timestamp_threshold, oauth2.Server.version) == (300, "1.0")
    assert oauth2.Server().build_authenticate_header() == {"WWW-Authenticate": 'OAuth realm=""'}


def test_nonces_are_a_keyword() -> None:
    """The store of nonces cannot be given by position."""
    make: Any = oauth2.Server
    with pytest.raises(TypeError):
        make({}, None)


def test_a_nonce_forgotten_while_its_request_was_verified_lets_no_replay_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A window that closes between the check of the timestamp and that of the nonce is closed."""
    request = incoming(signed())
    clock = [int(request["oauth_timestamp"]) + oauth2.Server.timestamp_threshold]
    monkeypatch.setattr(oauth2.time, "time", lambda: clock[0])

    class Slow:
        def remember(self, key: tuple[str, ...], expires: int, now: int) -> bool:
            clock[0] += 1
            return True

    server = oauth2.Server({"HMAC-SHA1": HMAC_SHA1}, nonces=Slow())
    with pytest.raises(oauth2.TimestampRefused):
        server.verify_request(request, CONSUMER, TOKEN)


def test_a_subclass_that_does_not_call_our_constructor_is_protected_too() -> None:
    """Old programs set signature_methods by themselves."""

    class Own(oauth2.Server):
        def __init__(self) -> None:
            self.signature_methods = {"HMAC-SHA1": HMAC_SHA1}

    server, request = Own(), incoming(signed())
    server.verify_request(request, CONSUMER, TOKEN)
    assert isinstance(refusal(server, request), oauth2.NonceUsed)


def test_a_password_of_xauth_is_not_in_the_error() -> None:
    """The base string holds all parameters; this one is blanked."""
    parameters = {"x_auth_password": "open sesame", "zeta": "1"}
    request = oauth2.Request.from_consumer_and_token(
        CONSUMER, None, "GET", "http://a.example/", parameters
    )
    request.sign_request(HMAC_SHA1, oauth2.Consumer(CONSUMER.key, "another"), None)
    arrived = present(oauth2.Request.from_request("GET", request.to_url()))
    with pytest.raises(oauth2.SignatureInvalid) as caught:
        server_of().verify_request(arrived, CONSUMER, None)
    assert_no_secret(caught.value, "sesame")
    assert "x_auth_password%3D***%26zeta%3D1" in str(caught.value.base_string)


SERVER: Any = oauth2.Server  # what a program without types may do with it
BY_NAME = {method.name: method for method in METHODS}


@pytest.mark.parametrize(
    ("mistake", "named"),
    [
        (lambda: SERVER([HMAC_SHA1]), "^signature_methods: expected a dict by name, got list$"),
        (lambda: SERVER().add_signature_method(type(HMAC_SHA1)), "got the class"),
        (lambda: SERVER().add_signature_method("HMAC-SHA1"), "got 'HMAC-SHA1'"),
        (lambda: SERVER().verify_request(None, CONSUMER, None), "request: expected a Request"),
        (lambda: SERVER(BY_NAME).verify_request(incoming(signed()), None, None), "secrets, got"),
    ],
)
def test_mistakes_of_the_program_are_named(mistake: Any, named: str) -> None:
    """A TypeError says what was expected and what came."""
    with pytest.raises(TypeError, match=named):
        mistake()


def test_a_server_may_have_another_clock() -> None:
    """``clock_offset`` is what it is ahead, as for a request that came long ago."""
    method = oauth2.SignatureMethod_HMAC_SHA1()
    server = oauth2.Server({"HMAC-SHA1": method})
    consumer = oauth2.Consumer("key", "sekrit")
    old = {"oauth_timestamp": "1191242096", "oauth_nonce": "n"}
    request = oauth2.Request.from_consumer_and_token(
        consumer, http_url="http://a.example/", parameters=old
    )
    request.sign_request(method, consumer, None)
    with pytest.raises(oauth2.TimestampRefused):
        server.verify_request(request, consumer, None)
    server.clock_offset = 1191242096 - server.server_time()
    assert server.verify_request(request, consumer, None) == {}


def test_a_refusal_shows_no_session_handle() -> None:
    """It is as good as a secret, and masked in the base string."""
    server = oauth2.Server({"HMAC-SHA1": oauth2.SignatureMethod_HMAC_SHA1()})
    consumer = oauth2.Consumer("key", "sekrit")
    request = oauth2.Request.from_consumer_and_token(
        consumer, http_url="http://a.example/", parameters={"oauth_session_handle": "h-sekrit"}
    )
    request.update(oauth_signature_method="HMAC-SHA1", oauth_signature="wrong")
    with pytest.raises(oauth2.SignatureInvalid) as caught:
        server.verify_request(request, consumer, None)
    assert "oauth_session_handle%3D***" in str(caught.value.base_string)


@pytest.mark.parametrize(
    ("called", "arguments"),
    [
        (oauth2.Server, ["signature_methods", "nonces"]),
        (oauth2.Token, ["key", "secret"]),
    ],
)
def test_the_arguments_of_a_class_can_be_looked_up(called: Any, arguments: list[str]) -> None:
    """`inspect.signature` and help() tell them, although the class has a ``__new__``."""
    assert list(inspect.signature(called).parameters) == arguments


@pytest.mark.parametrize("version", ["1.0A", "1.0a", " 1.0 Rev A", "1"])
def test_revision_a_is_told_to_keep_version_1_0(version: str) -> None:
    """OAuth 1.0a has no number of its own; of any other version nothing is said."""
    word = "OAuth 1.0a keeps oauth_version 1.0, or leaves it out."
    request = incoming(signed())
    request["oauth_version"] = version
    assert str(refusal(oauth2.Server(), request)).endswith(f"expected '1.0'; {word}")
    request["oauth_version"] = "2.0"
    assert str(refusal(oauth2.Server(), request)).endswith("expected '1.0'.")


def test_server_of_another_version_does_not_speak_of_1_0a() -> None:
    """It would be wrong there."""

    class Other(oauth2.Server):
        version = "3.0"

    request = incoming(signed())
    assert str(refusal(Other(), request)).endswith("expected '3.0'.")
