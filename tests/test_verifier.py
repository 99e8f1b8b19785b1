"""The Verifier: whom it looks up, what it accepts and refuses, and what it answers."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import pytest
from gateways import Sent, environ_of, scope_of, signed
from known import CONSUMER, CONSUMER_SECRET, FORM, HMAC_SHA1, HMAC_SHA256, NOW, PLAINTEXT, TOKEN
from oauthlib import oauth1
from present import present
from secrets_check import assert_no_secret

import oauth2
from oauth2.problems import problem
from oauth2.verifier import require_verifier

ORIGIN = "https://app.example"
JSON = "application/json"
CONSUMERS: dict[str, Any] = {"key": CONSUMER}
TOKENS: dict[str, Any] = {"token": TOKEN}
IN_FORM: dict[str, Any] = {"signature_type": oauth1.SIGNATURE_TYPE_BODY}


class Row(NamedTuple):
    """A consumer or a token as a database has it."""

    key: str
    secret: str
    signature_methods: Any = None


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: float(NOW))


def find_token(key: str, consumer: Any) -> Any:
    return TOKENS.get(key)


def verifier_of(find_token: Any = find_token, **options: Any) -> oauth2.Verifier:
    return oauth2.Verifier(CONSUMERS.get, find_token, **options)


def received(sent: Sent) -> oauth2.Request:
    return oauth2.Request.from_wsgi(environ_of(sent))


def refused(verifier: oauth2.Verifier, request: oauth2.Request | None) -> oauth2.Error:
    """Return the error of a request, which is the same where it is awaited."""
    with pytest.raises(oauth2.Error) as caught:
        verifier.verify(request)
    with pytest.raises(type(caught.value)) as awaited:
        asyncio.run(verifier.verify_async(request))
    assert str(awaited.value) == str(caught.value)
    assert_no_secret(caught.value, CONSUMER_SECRET, TOKEN.secret)
    return caught.value


ACCEPTED = {
    "two-legged": signed(f"{ORIGIN}/photos?size=big"),
    "three-legged": signed(f"{ORIGIN}/photos?size=big", has_token=True),
    "in the query": signed(f"{ORIGIN}/photos", signature_type=oauth1.SIGNATURE_TYPE_QUERY),
    "in a form": signed(f"{ORIGIN}/launch", "POST", b"a=1&b=2", FORM, **IN_FORM),
    "form beside a query": signed(f"{ORIGIN}/r?a=1", "PUT", b"a=1&b=%C3%A9", FORM),
    "JSON with its hash": signed(f"{ORIGIN}/r", "POST", b"{}", JSON),
    "HMAC-SHA256": signed(f"{ORIGIN}/r", signature_method=oauth1.SIGNATURE_HMAC_SHA256),
    "HMAC-SHA512": signed(f"{ORIGIN}/r", signature_method=oauth1.SIGNATURE_HMAC_SHA512),
}


@pytest.mark.parametrize("sent", ACCEPTED.values(), ids=ACCEPTED)
def test_request_of_another_library_is_verified(sent: Sent) -> None:
    """Consumer and token are those that the look-ups returned."""
    verified = verifier_of().verify(received(sent))
    has_token = "oauth_token" in verified.request
    assert verified.consumer is CONSUMER
    assert verified.token is (TOKEN if has_token else None)


@pytest.mark.parametrize("sent", ACCEPTED.values(), ids=ACCEPTED)
def test_request_is_verified_where_look_ups_and_store_are_awaited(sent: Sent) -> None:
    """The same requests, as ASGI has them."""
    nonces = AwaitedNonces()
    verifier = oauth2.Verifier(later(CONSUMERS.get), later(find_token), nonces=nonces)
    request = oauth2.Request.from_asgi(scope_of(sent), sent.body)
    verified = asyncio.run(verifier.verify_async(request))
    assert verified.consumer is CONSUMER
    assert len(nonces.asked) == 1


def later(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a coroutine function that answers as this does, after a turn of the loop."""

    async def awaited(*arguments: Any) -> Any:
        await asyncio.sleep(0)
        return function(*arguments)

    return awaited


class Nonces:
    """A store that answers as it was told; it is empty, and so is false."""

    def __init__(self, answer: Any = True) -> None:
        self.answer, self.asked = answer, list[Any]()

    def __len__(self) -> int:
        return 0

    def remember(self, key: Any, expires: int, now: int) -> Any:
        self.asked.append((key, expires, now))
        return self.answer


class AwaitedNonces(Nonces):
    """The same, awaited."""

    async def remember(self, key: Any, expires: int, now: int) -> Any:
        return super().remember(key, expires, now)


SIGNED = signed(f"{ORIGIN}/photos?size=big", has_token=True)


def test_request_is_accepted_once() -> None:
    """Without a store that was given there is one in the memory of the process."""
    verifier = verifier_of()
    verifier.verify(received(SIGNED))
    assert isinstance(refused(verifier, received(SIGNED)), oauth2.NonceUsed)


@pytest.mark.parametrize("kind", [Nonces, AwaitedNonces])
def test_store_that_has_the_nonce_has_it_refused(kind: type[Nonces]) -> None:
    """Whatever the store is, and however it answers."""
    nonces = kind(answer=False)
    with pytest.raises(oauth2.NonceUsed):
        asyncio.run(verifier_of(nonces=nonces).verify_async(received(SIGNED)))
    key, expires, now = nonces.asked[0]
    assert key[:2] == ("key", "token")
    assert expires - now == 300


@pytest.mark.parametrize("wrong", ["signature", "consumer", "token"])
def test_forged_request_burns_no_nonce(wrong: str) -> None:
    """The store is asked last."""
    nonces = Nonces()
    parts = {"signature": SIGNED.url.replace("big", "small"), "consumer": "key", "token": "token"}
    headers = dict(SIGNED.headers)
    if wrong != "signature":
        headers["Authorization"] = headers["Authorization"].replace(f'"{parts[wrong]}"', '"else"')
    sent = SIGNED._replace(url=parts["signature"], headers=headers)
    refused(verifier_of(nonces=nonces), received(sent))
    assert nonces.asked == []


def test_what_a_store_raises_is_not_hidden() -> None:
    """A store that cannot be reached lets nobody in, and says so."""

    class Away(Nonces):
        def remember(self, key: Any, expires: int, now: int) -> Any:
            raise oauth2.NonceStoreUnavailable("away")

    with pytest.raises(oauth2.NonceStoreUnavailable):
        verifier_of(nonces=Away()).verify(received(SIGNED))


WAYS: dict[str, Callable[[oauth2.Verifier, Any], oauth2.Verified]] = {
    "called": lambda verifier, request: verifier.verify(request),
    "awaited": lambda verifier, request: asyncio.run(verifier.verify_async(request)),
}


@pytest.mark.parametrize("verify", WAYS.values(), ids=WAYS)
def test_store_that_answers_after_the_window_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, verify: Callable[[oauth2.Verifier, Any], Any]
) -> None:
    """By then it may have forgotten the nonce."""

    class Slow(Nonces):
        def remember(self, key: Any, expires: int, now: int) -> Any:
            monkeypatch.setattr(time, "time", lambda: NOW + 400.0)
            return True

    with pytest.raises(oauth2.TimestampRefused):
        verify(verifier_of(nonces=Slow()), received(SIGNED))


class Awaited(NamedTuple):
    """What a program may have made a coroutine function of."""

    find_consumer: Any = CONSUMERS.get
    find_token: Any = find_token
    nonces: Any = None


@pytest.mark.parametrize(
    ("awaited", "name"),
    [
        (Awaited(find_consumer=later(CONSUMERS.get)), "find_consumer"),
        (Awaited(find_token=later(find_token)), "find_token"),
        (Awaited(nonces=AwaitedNonces()), "nonces"),
        (Awaited(find_consumer=lambda key: Future()), "find_consumer"),
    ],
    ids=["find_consumer", "find_token", "nonces", "no coroutine"],
)
def test_what_is_awaited_is_refused_where_nothing_is(awaited: Awaited, name: str) -> None:
    """It would be true whatever the answer is: each replay would be let in."""
    verifier = oauth2.Verifier(awaited.find_consumer, awaited.find_token, nonces=awaited.nonces)
    expected = "expected an answer, got one to await, which verify_async and explain_async alone do"
    with pytest.raises(TypeError, match=f"^{name}: {expected}$"):
        verifier.verify(received(SIGNED))


class Future:
    """What is awaited, and has no `close`."""

    def __await__(self) -> Any:
        return iter(())


# --- Who is not known

UNSIGNED: dict[str, Callable[[], oauth2.Request | None]] = {
    "no request": lambda: None,
    "no header": lambda: received(Sent(f"{ORIGIN}/r?a=1", "GET", {}, b"")),
    "another scheme": lambda: received(
        Sent(f"{ORIGIN}/", "GET", {"Authorization": "Basic eA=="}, b"")
    ),
    "a scheme without credentials": lambda: received(
        Sent(f"{ORIGIN}/", "GET", {"Authorization": 'OAuth realm="a"'}, b"")
    ),
    "a callback": lambda: received(
        Sent(f"{ORIGIN}/?oauth_token=t&oauth_verifier=v", "GET", {}, b"")
    ),
    "nothing by from_request": lambda: oauth2.Request.from_request("GET", ORIGIN),
}


@pytest.mark.parametrize("make", UNSIGNED.values(), ids=UNSIGNED)
def test_request_without_credentials_is_unsigned(make: Callable[[], Any]) -> None:
    """A challenge is the answer to it (RFC 5849 section 3.5.1)."""
    verifier = verifier_of(realm="Photos")
    error = refused(verifier, make())
    assert isinstance(error, oauth2.Unsigned)
    status, headers, _ = verifier.refusal(error)
    assert (status, headers["WWW-Authenticate"]) == (401, 'OAuth realm="Photos"')


@pytest.mark.parametrize("part", ["oauth_consumer_key", "oauth_signature", "oauth_nonce"])
def test_request_that_lacks_a_part_is_not_unsigned(part: str) -> None:
    """It says which (RFC 5849 section 3.1)."""
    request = received(SIGNED)
    del request[part]
    error = refused(verifier_of(), request)
    assert isinstance(error, oauth2.ParameterAbsent)
    assert error.parameter == part


@pytest.mark.parametrize(
    ("options", "kind", "code"),
    [
        ({"client_key": "nobody"}, oauth2.ConsumerUnknown, "consumer_key_unknown"),
        (
            {"client_key": "nobody", "has_token": True},
            oauth2.ConsumerUnknown,
            "consumer_key_unknown",
        ),
        ({"resource_owner_key": "nobody"}, oauth2.TokenUnknown, "token_rejected"),
    ],
    ids=["consumer", "consumer and token", "token"],
)
def test_key_that_nobody_has_is_refused(
    options: dict[str, Any], kind: type[oauth2.Error], code: str
) -> None:
    """With status 401, and the code of Problem Reporting."""
    error = refused(verifier_of(), received(signed(f"{ORIGIN}/r", **options)))
    assert (type(error), error.problem, error.status) == (kind, code, 401)
    assert "nobody" in str(error)


def test_token_is_refused_where_none_is_looked_up() -> None:
    """A two-legged service has no tokens, whatever their secrets are."""
    error = refused(verifier_of(find_token=None), received(SIGNED))
    assert isinstance(error, oauth2.TokenUnknown)


def test_blank_token_counts_as_none() -> None:
    """Old clients send an empty one in two-legged requests; nothing is looked up for it."""
    asked: list[str] = []
    verifier = verifier_of(lambda key, consumer: asked.append(key))
    signer = oauth2.Signer(CONSUMER)
    sent = signer.sign("GET", f"{ORIGIN}/r", parameters={"oauth_token": ""})
    request = oauth2.Request.from_request("GET", sent.url, sent.headers)
    assert verifier.verify(request).token is None
    assert asked == []


def test_token_is_looked_up_with_its_consumer() -> None:
    """So that a token of another consumer can be told."""
    asked: list[Any] = []

    def find(key: str, consumer: Any) -> Any:
        asked.append((key, consumer))
        return TOKEN

    verifier_of(find).verify(received(SIGNED))
    assert asked == [("token", CONSUMER)]


def test_consumer_is_no_token_of_its_own() -> None:
    """A dict's ``get`` returns its second argument, the consumer, for a token that it has not."""
    tokens: dict[str, Any] = {"token": TOKEN}
    find: Any = tokens.get
    assert verifier_of(find).verify(received(SIGNED)).token == TOKEN
    itself = oauth2.Token(CONSUMER.key, CONSUMER.secret)
    sent = oauth2.Signer(CONSUMER, itself).sign("GET", f"{ORIGIN}/r")
    forged = oauth2.Request.from_request("GET", sent.url, sent.headers)
    assert isinstance(refused(verifier_of(find), forged), oauth2.TokenUnknown)


@pytest.mark.parametrize(
    "wrong", [oauth2.Consumer("Key", CONSUMER_SECRET), Row("", CONSUMER_SECRET)]
)
def test_look_up_that_returns_another_consumer_is_not_believed(wrong: Any) -> None:
    """As a database does that compares without case."""
    verifier = oauth2.Verifier(lambda key: wrong, find_token)
    assert isinstance(refused(verifier, received(SIGNED)), oauth2.ConsumerUnknown)


ODD_KEYS = {"blank": "", "NUL": "key%00", "not UTF-8": "key%E9"}


@pytest.mark.parametrize("key", ODD_KEYS.values(), ids=ODD_KEYS)
@pytest.mark.parametrize("name", ["oauth_consumer_key", "oauth_token"])
def test_key_that_a_database_refuses_is_not_looked_up(name: str, key: str) -> None:
    """It would be an error of the database, and no answer; nobody has such a key."""
    asked: list[str] = []

    def find(key: str, consumer: Any = None) -> Any:
        asked.append(key)
        return CONSUMER if key == "key" else None

    header = {"oauth_consumer_key": "key", "oauth_token": "token", name: key}
    pairs = ", ".join(f'{name}="{value}"' for name, value in header.items())
    rest = 'oauth_signature_method="HMAC-SHA1", oauth_signature="x", oauth_nonce="n"'
    text = f'OAuth {pairs}, {rest}, oauth_timestamp="{NOW}"'
    sent = Sent(f"{ORIGIN}/r", "GET", {"Authorization": text}, b"")
    error = refused(oauth2.Verifier(find, find), received(sent))
    is_blank_token = name == "oauth_token" and not key
    expected = oauth2.SignatureInvalid if is_blank_token else oauth2.Error
    assert isinstance(error, expected)
    assert error.status == 401
    assert set(asked) <= ({"key"} if name == "oauth_token" else set())


class CountingMethod(oauth2.SignatureMethod_HMAC_SHA1):
    """HMAC-SHA1 that writes down by which key it signs."""

    def __init__(self) -> None:
        self.keys: list[bytes] = []

    def signing_base(self, request: Any, consumer: Any, token: Any) -> tuple[bytes, bytes]:
        key, base = super().signing_base(request, consumer, token)
        self.keys.append(key)
        return key, base


@pytest.mark.parametrize("has_token", [False, True])
def test_key_that_nobody_has_takes_the_work_of_a_wrong_signature(has_token: bool) -> None:
    """One signature is made for each, by a secret of the same kind that is never the same."""
    made = []
    ways: list[dict[str, Any]] = [
        {"client_secret": "wrong"},
        {"client_key": "nobody"},
        {"client_key": "else"},
    ]
    for changes in ways:
        method = CountingMethod()
        verifier = verifier_of(signature_methods={"HMAC-SHA1": method})
        refused(verifier, received(signed(f"{ORIGIN}/r", has_token=has_token, **changes)))
        made.append(method.keys)
    wrong, nobody, other = made
    assert len(wrong) == len(nobody) == len(other) == 2  # once more where it is awaited
    assert nobody[0] == nobody[1] != other[0]
    assert (len(nobody[0].partition(b"&")[2]) > 20) is has_token


class KeyedMethod(oauth2.SignatureMethod_HMAC_SHA1):
    """A method of a program's own, which finds its key in the row of the consumer."""

    name = "X-KEYED"

    def check(self, request: Any, consumer: Any, token: Any, signature: Any) -> bool:
        return isinstance(consumer.public_key, str)


def test_method_of_a_program_is_not_asked_for_more_than_it_can_tell() -> None:
    """It fails for who was not found, and may accept anyone: nobody is let in by that."""
    rows = {"key": KeyedRow("key", "", "public")}
    verifier = oauth2.Verifier(rows.get, find_token, signature_methods={"X-KEYED": KeyedMethod()})
    request = received(signed(f"{ORIGIN}/r", has_token=True))
    request["oauth_signature_method"] = "X-KEYED"
    assert verifier.verify(request).token is TOKEN
    changed: dict[str, type[oauth2.Error]] = {
        "oauth_token": oauth2.TokenUnknown,
        "oauth_consumer_key": oauth2.ConsumerUnknown,
    }
    for name, error in changed.items():
        request[name] = "nobody"
        assert type(refused(verifier, request)) is error


class KeyedRow(NamedTuple):
    """A consumer whose public key stands in its row."""

    key: str
    secret: str
    public_key: str


def test_error_of_a_method_is_not_hidden_for_who_is_known() -> None:
    """It is a mistake of the program."""
    verifier = verifier_of(signature_methods={"X-KEYED": KeyedMethod()})
    request = received(signed(f"{ORIGIN}/r"))
    request["oauth_signature_method"] = "X-KEYED"
    with pytest.raises(AttributeError):
        verifier.verify(request)


def test_error_that_needs_no_secret_is_the_same_for_a_key_that_nobody_has() -> None:
    """A request that is late is late, whoever sends it."""
    late = signed(f"{ORIGIN}/r", client_key="nobody", timestamp=str(NOW - 1000))
    assert isinstance(refused(verifier_of(), received(late)), oauth2.TimestampRefused)


# --- By which methods

OTHER_METHODS: dict[str, Any] = {"signature_method": oauth1.SIGNATURE_PLAINTEXT}


def test_plaintext_has_to_be_named() -> None:
    """By default, secrets on the wire are refused."""
    request = received(signed(f"{ORIGIN}/r", **OTHER_METHODS))
    error = refused(verifier_of(), request)
    assert isinstance(error, oauth2.SignatureMethodRejected)
    assert error.accepted == ("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512")
    named = verifier_of(signature_methods={"PLAINTEXT": PLAINTEXT})
    assert named.verify(request).consumer is CONSUMER


def test_plaintext_may_lack_a_nonce() -> None:
    """It has none to remember then (RFC 5849 section 3.1)."""
    nonces = AwaitedNonces()
    verifier = verifier_of(nonces=nonces, signature_methods={"PLAINTEXT": PLAINTEXT})
    pairs = f'oauth_consumer_key="key", oauth_signature="{CONSUMER_SECRET}%26"'
    header = {"Authorization": f'OAuth {pairs}, oauth_signature_method="PLAINTEXT"'}
    request = received(Sent(f"{ORIGIN}/r", "GET", header, b""))
    for verify in WAYS.values():
        assert verify(verifier, request).consumer is CONSUMER
    assert nonces.asked == []


def test_consumer_may_have_methods_of_its_own() -> None:
    """They take the place of the verifier's, for it alone."""
    own = Row("key", CONSUMER_SECRET, {"PLAINTEXT": PLAINTEXT})
    verifier = oauth2.Verifier({"key": own, "other": Row("other", CONSUMER_SECRET)}.get)
    plain = received(signed(f"{ORIGIN}/r", **OTHER_METHODS))
    assert verifier.verify(plain).consumer is own
    assert isinstance(
        refused(verifier, received(signed(f"{ORIGIN}/r"))), oauth2.SignatureMethodRejected
    )
    others = received(signed(f"{ORIGIN}/r", client_key="other", **OTHER_METHODS))
    assert isinstance(refused(verifier, others), oauth2.SignatureMethodRejected)
    hmac = received(signed(f"{ORIGIN}/r", client_key="other"))
    assert verifier.verify(hmac).consumer.key == "other"


def test_method_that_is_not_accepted_tells_nobody_who_is_known() -> None:
    """Who is not known is told so, whatever the method."""
    request = received(signed(f"{ORIGIN}/r", client_key="nobody", **OTHER_METHODS))
    assert isinstance(refused(verifier_of(), request), oauth2.ConsumerUnknown)


# --- What is signed

BODIES = {
    "form": (signed(f"{ORIGIN}/r", "POST", b"a=1", FORM), True),
    "JSON with its hash": (signed(f"{ORIGIN}/r", "POST", b"{}", JSON), True),
    "no body": (signed(f"{ORIGIN}/r", "POST"), True),
    "JSON without a hash": (signed(f"{ORIGIN}/r", "POST")._replace(body=b"{}"), False),
    "GET with a body": (signed(f"{ORIGIN}/r")._replace(body=b"{}"), False),
    "XML with another hash": (
        signed(f"{ORIGIN}/r", "POST", b"<a/>", "application/xml")._replace(body=b"<b/>"),
        False,
    ),
}


@pytest.mark.parametrize(("sent", "is_covered"), BODIES.values(), ids=BODIES)
def test_body_that_no_signature_covers_is_refused_on_demand(sent: Sent, is_covered: bool) -> None:
    """As LTI outcomes need it."""
    strict = verifier_of(require_body_hash=True)
    if is_covered:
        assert strict.verify(received(sent)).consumer is CONSUMER
    else:
        assert isinstance(refused(strict, received(sent)), oauth2.BodyHashInvalid)


def test_body_without_a_hash_is_accepted_by_default() -> None:
    """Few clients send one."""
    assert verifier_of().verify(received(BODIES["JSON without a hash"][0])).consumer is CONSUMER


@pytest.mark.parametrize(
    ("sent", "is_accepted"),
    [
        (signed(f"{ORIGIN}/r"), True),
        (signed(f"{ORIGIN}/r", "DELETE"), False),
        (signed(f"{ORIGIN}/r", "POST", b"{}", JSON), False),
    ],
    ids=["GET", "DELETE", "POST with a hash"],
)
def test_body_that_was_not_given_is_not_taken_for_covered(sent: Sent, is_accepted: bool) -> None:
    """It may be any; only who expects no body goes without."""
    request = oauth2.Request.from_request(sent.method, sent.url, sent.headers)
    strict = verifier_of(require_body_hash=True)
    if is_accepted:
        assert strict.verify(request).consumer is CONSUMER
    else:
        assert "body: expected it to be given" in str(refused(strict, request))


def test_parameters_are_those_that_are_signed() -> None:
    """Of query and form, a repeated name in the order of the wire; none of OAuth's."""
    sent = signed(f"{ORIGIN}/r?b=2&a=z&b=1", "POST", b"a=y&c=&b=3", FORM, has_token=True)
    assert verifier_of().verify(received(sent)).parameters == {
        "a": ["z", "y"],
        "b": ["2", "1", "3"],
        "c": "",
    }


def test_body_that_is_no_form_adds_no_parameters() -> None:
    """What looks like pairs in it is not signed as such."""
    sent = signed(f"{ORIGIN}/r", "POST")._replace(body=b"a=1")
    assert verifier_of().verify(received(sent)).parameters == {}


def test_parameters_can_be_written_out() -> None:
    """An octet that is not UTF-8 is U+FFFD there, and as it was received in the request."""
    signer = oauth2.Signer(CONSUMER)
    sent = signer.sign("GET", f"{ORIGIN}/r?n=Ren%E9&%E8=1&%E9=2&o=%C3%A9")
    request = oauth2.Request.from_request("GET", sent.url, sent.headers)
    verified = verifier_of().verify(request)
    assert verified.parameters == {"n": "Ren\ufffd", "\ufffd": ["1", "2"], "o": "é"}
    assert verified.request["n"] == "Ren\udce9"


def test_parameters_that_are_not_text_stay_what_they_are() -> None:
    """A framework may have parsed numbers."""
    sent = oauth2.Signer(CONSUMER).sign("GET", f"{ORIGIN}/r?n=1&m=%E9")
    request = oauth2.Request.from_request(
        "GET", ORIGIN + "/r", sent.headers, {"n": 1, "m": b"\xe9"}
    )
    assert verifier_of().verify(request).parameters == {"n": 1, "m": "\ufffd"}


FORM_SENT = signed(f"{ORIGIN}/r", "POST", b"a=1", FORM)


@pytest.mark.parametrize(
    "length",
    [
        {"Content-Length": "3"},
        {"CONTENT_LENGTH": "3"},
        {"CONTENT_LENGTH": 3},
        {b"content-length": b"3"},
        {"Transfer-Encoding": "chunked"},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
    ],
    ids=str,
)
def test_form_whose_body_was_not_given_is_told(length: dict[Any, Any]) -> None:
    """Its secrets are right, whatever its signature seems to be."""
    headers = {**FORM_SENT.headers, **length}
    request = oauth2.Request.from_request("POST", FORM_SENT.url, headers)
    assert "body: expected that of a form" in str(refused(verifier_of(), request))
    server = oauth2.Server({"HMAC-SHA1": HMAC_SHA1})
    with pytest.raises(oauth2.SignatureInvalid, match="the body of the form was not given"):
        server.verify_request(present(request), CONSUMER, None)


@pytest.mark.parametrize(
    ("headers", "given"),
    [
        ({"Content-Length": "3"}, {"body": b"a=1"}),
        ({"Content-Length": "3"}, {"parameters": {"a": "1"}}),
        ({"Content-Length": "00", 7: "x"}, {}),
        ({"CONTENT_LENGTH": 0}, {}),
        ({"CONTENT_LENGTH": None}, {}),
        ({}, {}),
    ],
    ids=["body", "parameters", "length of 0", "int", "None", "no length"],
)
def test_form_that_was_given_or_is_empty_lacks_nothing(
    headers: dict[Any, Any], given: dict[str, Any]
) -> None:
    """Nor does one of which nothing says that it was sent."""
    sent = FORM_SENT if given else signed(f"{ORIGIN}/r", "POST", b"", FORM)
    headers = {**sent.headers, **headers}
    request = oauth2.Request.from_request("POST", sent.url, headers, **given)
    assert verifier_of().verify(request).consumer is CONSUMER


# --- Where it was sent to


@pytest.mark.parametrize(
    ("origin", "public", "inside"),
    [
        ("https://app.example", "https://app.example/r?a=1", "http://10.0.0.1:8000/r?a=1"),
        ("https://app.example:8443/", "https://app.example:8443/r", "http://app.example/r"),
        ("https://app.example/api", "https://app.example/api/r", "https://app.example/r"),
        ("https://app.example/api/", "https://app.example/api/r", "https://app.example/api/r"),
        ("https://app.example/api", "https://app.example/api/apis", "https://app.example/apis"),
        ("https://app.example/api", "https://app.example/api?a=1", "http://inside?a=1"),
        ("https://app.example", "https://app.example/", "http://evil.example/"),
    ],
    ids=["scheme", "port", "prefix", "prefix is there", "segment", "no path", "host"],
)
def test_origin_is_where_a_request_was_sent_to(origin: str, public: str, inside: str) -> None:
    """Whatever the server saw of it behind the proxy."""
    sent = signed(public)
    request = oauth2.Request.from_request("GET", inside, sent.headers)
    assert verifier_of(origin=origin).verify(request).request.url == public


def test_origin_is_not_believed_from_a_header() -> None:
    """Anyone can send X-Forwarded-Host."""
    sent = signed("https://app.example/r")
    headers = {**sent.headers, "X-Forwarded-Host": "app.example", "X-Forwarded-Proto": "https"}
    inside = sent._replace(url="http://10.0.0.1/r", headers=headers)
    assert isinstance(refused(verifier_of(), received(inside)), oauth2.SignatureInvalid)


# --- Limits


def test_body_over_the_limit_is_refused() -> None:
    """Before anything is looked up."""
    verifier = oauth2.Verifier(_no_look_up, max_body=10)
    request = received(signed(f"{ORIGIN}/r", "POST", b"a=123456789", FORM))
    error = refused(verifier, request)
    assert isinstance(error, oauth2.BodyTooLarge)
    assert (error.status, error.limit) == (413, 10)


def _no_look_up(key: str) -> Any:
    raise AssertionError(f"{key} was looked up")


@pytest.mark.parametrize("pairs", ["&".join(["a=1"] * 20), "&".join(f"n{i}=1" for i in range(20))])
def test_parameters_over_the_limit_are_refused(pairs: str) -> None:
    """Repeated ones are counted, too."""
    request = received(signed(f"{ORIGIN}/r?{pairs}"))
    assert verifier_of(max_parameters=26).verify(request).consumer is CONSUMER
    error = refused(oauth2.Verifier(_no_look_up, max_parameters=25), request)
    assert isinstance(error, oauth2.ParameterRejected)
    assert error.status == 400


def test_parameters_are_at_most_a_thousand_by_default() -> None:
    """Six of them are those of OAuth."""
    most = "&".join(["a=1"] * 994)
    assert verifier_of().verify(received(signed(f"{ORIGIN}/r?{most}"))).consumer is CONSUMER
    error = refused(verifier_of(), received(signed(f"{ORIGIN}/r?{most}&a=1")))
    assert isinstance(error, oauth2.ParameterRejected)


def test_body_that_is_a_file_has_no_limit() -> None:
    """A program that has one has decided how long it may be."""
    request = received(signed(f"{ORIGIN}/r", "POST"))
    request.body = io.BytesIO(b"x" * 20)
    assert verifier_of(max_body=10).verify(request).consumer is CONSUMER


# --- The query in the form, too

CANVAS = signed(f"{ORIGIN}/launch?m=51&m=52", "POST", b"z=1", FORM, **IN_FORM)
CANVAS = CANVAS._replace(body=CANVAS.body + b"&m=52&m=51")
BY_TOKEN = signed(f"{ORIGIN}/launch?m=51", "POST", b"z=1", FORM, has_token=True, **IN_FORM)
BY_TOKEN = BY_TOKEN._replace(body=BY_TOKEN.body + b"&m=51")
MOODLE = signed(f"{ORIGIN}/launch?m=51&m=52", "POST", b"z=1&m=51&m=52", FORM, **IN_FORM)


def test_query_in_the_form_is_signed_twice_by_the_rfc() -> None:
    """As it is sent twice (RFC 5849 section 3.4.1.3.1)."""
    verified = verifier_of().verify(received(MOODLE))
    assert verified.parameters["m"] == ["51", "52", "51", "52"]
    assert isinstance(refused(verifier_of(), received(CANVAS)), oauth2.SignatureInvalid)


def test_query_in_the_form_may_be_signed_once() -> None:
    """As Canvas does; who follows the RFC is verified by the same Verifier."""
    verifier = verifier_of(repeated_query="once")
    verified = verifier.verify(received(CANVAS))
    assert verified.parameters["z"] == "1"
    assert sorted(verified.parameters["m"]) == ["51", "52"]
    assert isinstance(refused(verifier, received(CANVAS)), oauth2.NonceUsed)
    assert len(verifier.verify(received(MOODLE)).parameters["m"]) == 4


def test_form_that_is_text_may_be_signed_once() -> None:
    """A program that hands the request over itself may have text in the place of octets."""
    verifier = verifier_of(repeated_query="once")
    text: Any = CANVAS.body.decode()
    request = oauth2.Request.from_request("POST", CANVAS.url, CANVAS.headers, body=text)
    assert verifier.verify(request).parameters["z"] == "1"


def test_query_in_the_form_may_be_signed_once_by_a_token() -> None:
    """The consumer's secret and the token's have signed it."""
    assert verifier_of(repeated_query="once").verify(received(BY_TOKEN)).token is TOKEN


@pytest.mark.parametrize(
    "body",
    [CANVAS.body + b"&m=53", CANVAS.body.replace(b"z=1", b"z=2"), CANVAS.body + b"&z=1"],
    ids=["one more", "another value", "twice in the form"],
)
def test_what_is_signed_once_can_still_not_be_changed(body: bytes) -> None:
    """Only what the form repeats of the query is left out."""
    verifier = verifier_of(repeated_query="once")
    error = refused(verifier, received(CANVAS._replace(body=body)))
    assert isinstance(error, oauth2.SignatureInvalid)


@pytest.mark.parametrize(
    "sent", [SIGNED, signed(f"{ORIGIN}/r?a=1", "POST", b"b=1", FORM)], ids=["query", "form"]
)
def test_query_that_no_form_repeats_is_signed_as_ever(sent: Sent) -> None:
    """And a wrong signature is wrong."""
    verifier = verifier_of(repeated_query="once")
    assert verifier.verify(received(sent)).consumer is CONSUMER
    forged = sent._replace(url=sent.url + "&x=1")
    assert isinstance(refused(verifier, received(forged)), oauth2.SignatureInvalid)


# --- What is answered

ABSENT = "oauth_consumer_key&oauth_signature_method&oauth_signature"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (oauth2.Unsigned("x"), {"oauth_parameters_absent": ABSENT}),
        (oauth2.SignatureInvalid("a & b"), {}),
        (
            oauth2.ParameterAbsent("x", parameter="oauth_nonce"),
            {"oauth_parameters_absent": "oauth_nonce"},
        ),
        (oauth2.ParameterRejected("x", rejected="a=b"), {"oauth_parameters_rejected": "a=b"}),
        (oauth2.ParameterRejected("x"), {}),
        (oauth2.VersionRejected("x"), {"oauth_acceptable_versions": "1.0-1.0"}),
        (oauth2.TimestampRefused("x", acceptable=(1, 2)), {"oauth_acceptable_timestamps": "1-2"}),
        (oauth2.TimestampRefused("x"), {}),
        (oauth2.BodyTooLarge("x"), {}),
        (oauth2.NonceStoreFull("é"), {}),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, oauth2.Error) else "",
)
def test_refusal_reports_the_problem(error: oauth2.Error, expected: dict[str, str]) -> None:
    """As a form, which a client reads; with a challenge where the status is 401."""
    status, headers, body = verifier_of().refusal(error)
    assert status == error.status
    assert ("WWW-Authenticate" in headers) is (status == 401)
    assert headers["Content-Type"] == FORM
    fields = {"oauth_problem": error.problem, "oauth_problem_advice": str(error), **expected}
    assert dict(_decoded(body)) == fields
    assert problem({}, body) == error.problem


def test_refusal_of_a_long_request_is_short() -> None:
    """Each octet of a body may be seven in what is answered, to whom nobody knows."""
    _, _, body = verifier_of().refusal(oauth2.SignatureInvalid("x" * 99_999))
    assert len(body) < 20_000
    assert dict(_decoded(body))["oauth_problem_advice"].endswith("x\N{HORIZONTAL ELLIPSIS}")


def _decoded(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode("ascii"), strict_parsing=True)


def test_challenge_has_no_realm_by_default() -> None:
    """An empty one: RFC 5849 section 3.5.1 has a realm in its example of a challenge."""
    _, headers, _ = verifier_of().refusal(oauth2.Unsigned("x"))
    assert headers["WWW-Authenticate"] == 'OAuth realm=""'


def test_refusal_of_an_error_without_a_code_has_its_message() -> None:
    """A program may raise an Error of its own."""
    status, _, body = verifier_of().refusal(oauth2.Error("Not today.", status=403))
    assert (status, body) == (403, b"oauth_problem_advice=Not%20today.")


# --- What a program may do wrong


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        (
            {"find_consumer": CONSUMERS},
            TypeError,
            "^find_consumer: expected a function, got dict: give its get$",
        ),
        ({"find_token": "t"}, TypeError, "^find_token: expected a function, got str$"),
        ({"origin": "app.example"}, ValueError, "origin: expected a URL"),
        ({"origin": "https://app.example/?a"}, ValueError, "origin: expected scheme, host"),
        ({"origin": "https://app.example/#a"}, ValueError, "origin: expected scheme, host"),
        ({"origin": b"https://app.example"}, TypeError, "origin: expected str, got bytes"),
        ({"signature_methods": [HMAC_SHA1]}, TypeError, "expected a dict by name, got list$"),
        ({"signature_methods": {"HMAC-SHA1": type(HMAC_SHA1)}}, TypeError, "signature method"),
        ({"repeated_query": "never"}, ValueError, "repeated_query: expected 'once' or 'twice'"),
        ({"realm": "a\nb"}, ValueError, "expected a realm without control characters"),
        ({"nonces": {}}, TypeError, "nonces: expected a NonceStore, got dict"),
        ({"nonces": Nonces}, TypeError, "nonces: expected a NonceStore, got the class Nonces"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_mistake_of_the_program_is_told_at_once(
    options: dict[str, Any], kind: type[Exception], words: str
) -> None:
    """And not by the first request."""
    with pytest.raises(kind, match=words):
        oauth2.Verifier(**{"find_consumer": CONSUMERS.get, **options})


@pytest.mark.parametrize("answer", [CONSUMER_SECRET, ("key", CONSUMER_SECRET), {"key": "key"}])
@pytest.mark.parametrize("name", ["find_consumer", "find_token"])
def test_look_up_that_returns_nobody_is_told(name: str, answer: Any) -> None:
    """A secret, a tuple or a dict is neither a consumer nor a token."""
    finds: dict[str, Any] = {"find_consumer": CONSUMERS.get, "find_token": find_token}
    verifier = oauth2.Verifier(**{**finds, name: lambda *_: answer})
    got = type(answer).__name__
    words = f"^{name}: expected an answer with key and secret, or None, got {got}$"
    with pytest.raises(TypeError, match=words):
        verifier.verify(received(SIGNED))
    with pytest.raises(TypeError, match=words):
        asyncio.run(verifier.verify_async(received(SIGNED)))


def test_what_is_to_be_a_verifier_is_one() -> None:
    """A framework's door asks for it when it is set up."""
    verifier = verifier_of()
    assert require_verifier(verifier) is verifier
    with pytest.raises(TypeError, match=r"^verifier: expected an oauth2\.Verifier, got Consumer$"):
        require_verifier(CONSUMER)


@pytest.mark.parametrize("request_of_another", [{"REQUEST_METHOD": "GET"}, "GET /"])
def test_request_of_another_library_is_none_of_ours(request_of_another: Any) -> None:
    """An environ that was not read has no credentials, and says so of each client."""
    with pytest.raises(TypeError, match=r"^request: expected an oauth2\.Request, got (dict|str)$"):
        verifier_of().verify(request_of_another)


def test_methods_of_a_consumer_are_a_dict_by_name() -> None:
    """A list is a mistake of the program, and no reason to refuse a request."""
    verifier = oauth2.Verifier(lambda key: Row(key, CONSUMER_SECRET, [HMAC_SHA256]))
    with pytest.raises(TypeError, match=r"of a consumer: expected a dict by name, got list$"):
        verifier.verify(received(signed(f"{ORIGIN}/r")))


@pytest.mark.parametrize("name", ["origin", "max_body"])
def test_what_a_verifier_has_derived_from_cannot_be_changed(name: str) -> None:
    """It would have no effect."""
    verifier = verifier_of(origin="https://a.example", max_body=9)
    assert getattr(verifier, name) == {"origin": "https://a.example", "max_body": 9}[name]
    with pytest.raises(AttributeError):
        setattr(verifier, name, None)
