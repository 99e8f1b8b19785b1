"""The signature methods that need nothing but the standard library, and what all methods share."""

from __future__ import annotations

import io
import sys
from base64 import b64decode
from collections import namedtuple
from types import SimpleNamespace
from typing import Any

import pytest
from known import (
    HMAC_SHA1,
    HMAC_SHA256,
    HMAC_SHA512,
    PLAINTEXT,
    PUBLISHED_CONSUMER as CONSUMER,
    PUBLISHED_TOKEN as TOKEN,
)
from secrets_check import assert_no_secret
from vectors import VECTORS

import oauth2
from oauth2.signature import SIGNATURE_METHODS, signature_method

HMACS = (HMAC_SHA1, HMAC_SHA256, HMAC_SHA512)
METHODS = (*HMACS, PLAINTEXT)
BY_NAME = {method.name: method for method in METHODS}
RSA_NAMES = ("RSA_SHA1", "RSA_SHA256", "RSA_SHA512")
KINDS = [type(method) for method in METHODS] + [
    getattr(oauth2, f"SignatureMethod_{name}") for name in (*RSA_NAMES, "RSA_PSS_SHA256")
]
SECRETS = (CONSUMER.secret, TOKEN.secret)

Row = namedtuple("Row", "key secret")

each_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)


def published(kind: str, **conditions: Any) -> list[Any]:
    return [
        pytest.param(vector, id=vector["id"])
        for vector in VECTORS
        if vector["kind"] == kind
        and all(vector.get(name) == value for name, value in conditions.items())
    ]


class Based:
    """A request of which only the signature base string is known."""

    def __init__(self, base: str) -> None:
        self.base = base

    def signature_base_string(self) -> str:
        return self.base


def secrets_of(vector: dict[str, Any]) -> tuple[oauth2.Consumer, oauth2.Token]:
    return (
        oauth2.Consumer("key", vector["consumer_secret"]),
        oauth2.Token("token", vector["token_secret"] or ""),
    )


def a_request(body: Any = b"", **options: Any) -> oauth2.Request:
    parameters = {"oauth_nonce": "kllo9940pd9333jh", "oauth_timestamp": "1191242096"}
    return oauth2.Request("GET", "http://photos.example.net/photos", parameters, body, **options)


@pytest.mark.parametrize("vector", published("signature"))
def test_published_signatures(vector: dict[str, Any]) -> None:
    """Published base strings and secrets give the published signatures."""
    method = BY_NAME[vector["signature_method"]]
    consumer, token = secrets_of(vector)
    request = Based(vector["base_string"])
    assert method.sign(request, consumer, token) == vector["signature"].encode()
    assert method.check(request, consumer, token, vector["signature"])


@pytest.mark.parametrize("vector", published("signature", token_secret=""))
@pytest.mark.parametrize("token", [None, {}, ""], ids=repr)
def test_no_token_is_an_empty_token_secret(vector: dict[str, Any], token: Any) -> None:
    """Without a token the signature is that of an empty token secret."""
    consumer, _ = secrets_of(vector)
    request = Based(vector["base_string"])
    signature = BY_NAME[vector["signature_method"]].sign(request, consumer, token)
    assert signature == vector["signature"].encode()


@pytest.mark.parametrize(
    "vector",
    published("request", verified=True, signature_method="HMAC-SHA1")
    + published("request", verified=True, signature_method="PLAINTEXT"),
)
def test_published_requests(vector: dict[str, Any]) -> None:
    """Published requests give the published base strings and signatures."""
    request = oauth2.Request(vector["method"], vector["url"], dict(vector["params"]))
    assert request.signature_base_string() == vector["base_string"]
    if "signature" in vector:
        method = BY_NAME[vector["signature_method"]]
        assert method.sign(request, *secrets_of(vector)) == vector["signature"].encode()


RFC_2202_AND_4231 = [
    (HMAC_SHA1, b"Jefe", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
    (HMAC_SHA256, b"Jefe", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    (
        HMAC_SHA512,
        b"Jefe",
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
        "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
    ),
]


@pytest.mark.parametrize(("method", "key", "digest"), RFC_2202_AND_4231)
def test_published_digests(method: oauth2.SignatureMethod, key: bytes, digest: str) -> None:
    """The second test cases of RFC 2202 and RFC 4231 come out of sign, in base64."""
    kind: Any = type(method)

    class Given(kind):
        def signing_base(self, request: Any, consumer: Any, token: Any) -> Any:
            return key, b"what do ya want for nothing?"

    assert b64decode(Given().sign(None, None, None), validate=True).hex() == digest


@pytest.mark.parametrize("method", HMACS, ids=lambda method: method.name)
def test_the_signing_base_of_hmac_is_bytes(method: oauth2.SignatureMethod) -> None:
    """HMAC methods give the joined secrets and the base string as bytes."""
    key, base = method.signing_base(a_request(), CONSUMER, TOKEN)
    assert key == b"kd94hf93k423kf44&pfkkdhi9sl3r4s00"
    assert base == (
        b"GET&http%3A%2F%2Fphotos.example.net%2Fphotos"
        b"&oauth_nonce%3Dkllo9940pd9333jh%26oauth_timestamp%3D1191242096"
    )


def test_the_signing_base_of_plaintext_is_text() -> None:
    """PLAINTEXT gives the joined secrets twice, as str, and signs them as bytes."""
    joined = "kd94hf93k423kf44&pfkkdhi9sl3r4s00"
    assert PLAINTEXT.signing_base(None, CONSUMER, TOKEN) == (joined, joined)
    assert PLAINTEXT.sign(None, CONSUMER, TOKEN) == joined.encode()


@pytest.mark.parametrize(
    ("consumer_secret", "token_secret", "joined"),
    [
        ("", None, "&"),
        ("", "", "&"),
        ("a", None, "a&"),
        ("", "b", "&b"),
        ("a&b", "c d", "a%26b&c%20d"),
        ("a%26b", "+", "a%2526b&%2B"),
        ("a~-._", "/", "a~-._&%2F"),
        ("é", "☃", "%C3%A9&%E2%98%83"),
        ("é".encode(), b"\xe9", "%C3%A9&%E9"),
        ("\udce9", "", "%E9&"),
    ],
)
@each_method
def test_secrets_are_encoded_and_always_joined(
    method: oauth2.SignatureMethod, consumer_secret: Any, token_secret: Any, joined: str
) -> None:
    """Both secrets are percent-encoded, and the ampersand is always there."""
    token = None if token_secret is None else Row("token", token_secret)
    key, _ = method.signing_base(a_request(), Row("key", consumer_secret), token)
    assert (key if isinstance(key, str) else key.decode()) == joined


@pytest.mark.parametrize("secret", [None, 5, ("secret",), ["secret"], object()], ids=type)
@pytest.mark.parametrize("place", [0, 1], ids=["consumer", "token"])
@each_method
def test_a_secret_of_another_type_is_a_type_error(
    method: oauth2.SignatureMethod, secret: Any, place: int
) -> None:
    """Nothing but str and bytes is a secret, and the error names the type alone."""
    pair: list[Any] = [CONSUMER, TOKEN]
    pair[place] = Row("key", secret)
    name = type(secret).__name__
    for call in (
        lambda: method.sign(a_request(), *pair),
        lambda: method.check(a_request(), pair[0], pair[1], "None"),
        lambda: method.signing_base(a_request(), *pair),
    ):
        with pytest.raises(
            TypeError, match=rf"secret.*expected str or bytes, got .*{name}"
        ) as caught:
            call()
        assert_no_secret(caught.value, *SECRETS)


@pytest.mark.parametrize("place", [0, 1], ids=["consumer", "token"])
@each_method
def test_who_has_no_secret_at_all_cannot_sign(method: oauth2.SignatureMethod, place: int) -> None:
    """It is told as a secret of None is."""
    pair: list[Any] = [CONSUMER, TOKEN]
    pair[place] = SimpleNamespace(key="key")
    with pytest.raises(TypeError, match=r"secret.*expected str or bytes, got .*NoneType"):
        method.sign(a_request(), *pair)


@each_method
def test_check_takes_text_and_bytes(method: oauth2.SignatureMethod) -> None:
    """The signature may be str or bytes."""
    signature = method.sign(a_request(), CONSUMER, TOKEN)
    assert type(signature) is bytes
    assert method.check(a_request(), CONSUMER, TOKEN, signature) is True
    assert method.check(a_request(), CONSUMER, TOKEN, signature.decode()) is True


@pytest.mark.parametrize(
    "other",
    [
        "",
        "é",
        "\udce9",
        "☃" * 20,
        b"\xff",
        "\0",
        "kd94hf93k423kf44",
        "kd94hf93k423kf44&",
        "kd94hf93k423kf44%26pfkkdhi9sl3r4s00",
    ],
)
@each_method
def test_check_refuses_any_other_text(method: oauth2.SignatureMethod, other: Any) -> None:
    """Whatever is not the signature is refused, without an exception."""
    assert method.check(a_request(), CONSUMER, TOKEN, other) is False


@pytest.mark.parametrize("method", HMACS, ids=lambda method: method.name)
@pytest.mark.parametrize("name", ["sign", "signing_base"])
def test_hmac_needs_a_url(method: oauth2.SignatureMethod, name: str) -> None:
    """Without a URL there is no base string, and that is a ValueError."""
    with pytest.raises(ValueError, match="url: expected one") as caught:
        getattr(method, name)(oauth2.Request(), CONSUMER, TOKEN)
    assert_no_secret(caught.value, *SECRETS)


def test_a_plain_signature_method_cannot_sign() -> None:
    """The base class says by its own name what a subclass has to bring."""

    class Half(oauth2.SignatureMethod):
        name = "X-HALF"

    for kind, name in ((oauth2.SignatureMethod, "SignatureMethod"), (Half, "Half")):
        with pytest.raises(NotImplementedError, match=f"^{name} has no sign$"):
            kind().sign(None, CONSUMER, TOKEN)
        with pytest.raises(NotImplementedError, match=f"^{name} has no signing_base$"):
            kind().signing_base(None, CONSUMER, TOKEN)
        with pytest.raises(NotImplementedError, match="has no sign"):
            kind().check(None, CONSUMER, TOKEN, "")


@pytest.mark.parametrize(
    "signed_as", ["the same", b"the same"], ids=["sign gives str", "sign gives bytes"]
)
@pytest.mark.parametrize("given", ["the same", b"the same"], ids=["str comes", "bytes come"])
def test_check_of_the_base_class_compares_text_with_bytes(signed_as: Any, given: Any) -> None:
    """A subclass with nothing but sign has a check, whatever types meet there."""

    class Fixed(oauth2.SignatureMethod):
        name = "X-FIXED"

        def sign(self, request: Any, consumer: Any, token: Any) -> Any:
            return signed_as

    nobody: Any = None
    assert Fixed().check(nobody, nobody, None, given) is True
    assert Fixed().check(nobody, nobody, None, given + given) is False


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_signing_base_is_made_of_what_is_signed(method: oauth2.SignatureMethod) -> None:
    """It is handed the request, the consumer and the token."""
    handed = []
    kind: Any = type(method)

    class Own(kind):
        def signing_base(self, *given: Any) -> Any:
            handed.append(given)
            return super().signing_base(*given)

    request = a_request()
    Own().sign(request, CONSUMER, TOKEN)
    assert handed == [(request, CONSUMER, TOKEN)]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
@pytest.mark.parametrize("as_bytes", [True, False], ids=["bytes", "str"])
def test_signing_base_may_return_one_string(method: oauth2.SignatureMethod, as_bytes: bool) -> None:
    """One string from signing_base is the base; the key is the joined secrets."""
    kind: Any = type(method)

    class Odd(kind):
        def signing_base(self, request: Any, consumer: Any, token: Any) -> Any:
            _, base = super().signing_base(request, consumer, token)
            text = base if isinstance(base, str) else base.decode()
            return text.encode() if as_bytes else text

    expected = method.sign(a_request(), CONSUMER, TOKEN)
    assert Odd().sign(a_request(), CONSUMER, TOKEN) == expected
    assert Odd().check(a_request(), CONSUMER, TOKEN, expected)


@pytest.mark.parametrize(
    ("kind", "name", "hash_name"),
    [
        ("HMAC_SHA1", "HMAC-SHA1", "sha1"),
        ("HMAC_SHA256", "HMAC-SHA256", "sha256"),
        ("HMAC_SHA512", "HMAC-SHA512", "sha512"),
        ("PLAINTEXT", "PLAINTEXT", "sha1"),
        ("RSA_SHA1", "RSA-SHA1", "sha1"),
        ("RSA_SHA256", "RSA-SHA256", "sha256"),
        ("RSA_SHA512", "RSA-SHA512", "sha512"),
        ("RSA_PSS_SHA256", "RSA-PSS", "sha256"),
    ],
)
def test_each_method_has_its_name_and_its_hash(kind: str, name: str, hash_name: str) -> None:
    """Names are those of RFC 5849 and of the providers; the hash is that of the name."""
    method = getattr(oauth2, f"SignatureMethod_{kind}")
    assert issubclass(method, oauth2.SignatureMethod)
    assert (method.name, method.hash_name) == (name, hash_name)


@pytest.mark.parametrize(
    "body",
    [lambda text: text, lambda text: text.encode(), lambda text: io.BytesIO(text.encode())],
    ids=["str", "bytes", "file"],
)
@pytest.mark.parametrize("vector", published("body-hash"))
def test_published_body_hashes(vector: dict[str, Any], body: Any) -> None:
    """The published body hashes come out of sign_request, as bytes, for each kind of body."""
    method = HMAC_SHA256 if vector.get("hash") == "SHA256" else HMAC_SHA1
    request = a_request(body(vector["body"]))
    request.sign_request(method, CONSUMER, TOKEN)
    assert request["oauth_body_hash"] == vector["output"].encode()


def test_the_body_hash_of_sha512_is_sha512() -> None:
    """SHA-512 of the empty string, as FIPS 180 examples print it."""
    request = a_request()
    request.sign_request(HMAC_SHA512, CONSUMER, TOKEN)
    assert b64decode(request["oauth_body_hash"]).hex() == (
        "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
        "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
    )


@each_method
def test_a_form_has_no_body_hash(method: oauth2.SignatureMethod) -> None:
    """A form-encoded request is never given an oauth_body_hash."""
    request = a_request(b"a=1", is_form_encoded=True)
    request.sign_request(method, CONSUMER, TOKEN)
    assert "oauth_body_hash" not in request


def test_a_hash_name_of_a_subclass_is_the_one_used() -> None:
    """A new HMAC method is a name and a hash_name."""

    class Sha384(oauth2.SignatureMethod_HMAC_SHA1):
        name = "HMAC-SHA384"
        hash_name = "sha384"

    request = a_request()
    request.sign_request(Sha384(), CONSUMER, TOKEN)
    assert request["oauth_signature_method"] == "HMAC-SHA384"
    assert len(b64decode(request["oauth_signature"])) == 48
    assert len(b64decode(request["oauth_body_hash"])) == 48


@pytest.fixture
def _no_cryptography(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*sys.modules]:
        if name.partition(".")[0] == "cryptography":
            monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    monkeypatch.delitem(sys.modules, "oauth2.rsa", raising=False)
    monkeypatch.delattr(oauth2, "rsa", raising=False)


@pytest.mark.usefixtures("_no_cryptography")
@pytest.mark.parametrize("name", RSA_NAMES)
@pytest.mark.parametrize("keys", [(), ("private",), (None, "public")], ids=repr)
def test_without_cryptography_rsa_names_its_extra(name: str, keys: Any) -> None:
    """Where cryptography is absent, each RSA method is an ImportError that names the extra."""
    with pytest.raises(ImportError) as caught:
        getattr(oauth2, f"SignatureMethod_{name}")(*keys)
    message = str(caught.value)
    assert name.replace("_", "-") in message
    assert "extra 'rsa'" in message
    assert "pip install 'oauth2[rsa]'" in message
    assert isinstance(caught.value.__cause__, ImportError)
    assert_no_secret(caught.value, "private", "public")


@pytest.mark.usefixtures("_no_cryptography")
@each_method
def test_without_cryptography_all_else_works(method: oauth2.SignatureMethod) -> None:
    """The other methods sign and verify where cryptography is absent."""
    request = a_request()
    request.sign_request(method, CONSUMER, TOKEN)
    assert method.check(request, CONSUMER, TOKEN, request["oauth_signature"])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_class_is_reached_by_the_name_that_it_bears(kind: type) -> None:
    """What repr and tracebacks call a class is what programs import."""
    assert getattr(oauth2, kind.__name__) is kind


# Methods by name


def test_the_names_of_all_methods_are_listed() -> None:
    """Each class is there under its name."""
    assert tuple([kind.name for kind in KINDS]) == SIGNATURE_METHODS


@pytest.mark.parametrize("private_key", [None, "no key"])
@pytest.mark.parametrize("name", BY_NAME)
def test_a_method_is_made_by_its_name(name: str, private_key: Any) -> None:
    """A key is for those of RSA, and left alone by the others."""
    assert type(signature_method(name, private_key)) is type(BY_NAME[name])


@pytest.mark.parametrize("name", ["", "hmac-sha1", "HMAC_SHA1", "MD5", None])
def test_an_unknown_name_of_a_method_is_refused(name: Any) -> None:
    """The names that would do are told."""
    with pytest.raises(ValueError, match=r"^signature method: expected one of HMAC-SHA1, .*, got "):
        signature_method(name)


def test_what_is_no_name_of_a_method_is_told_by_its_type() -> None:
    """It may be a key, and is not shown."""
    key: Any = b"sesame"
    with pytest.raises(ValueError, match=r", got bytes$"):
        signature_method(key)


@pytest.mark.usefixtures("_no_cryptography")
@pytest.mark.parametrize("name", [name.replace("_", "-") for name in RSA_NAMES])
def test_a_method_of_rsa_by_its_name_needs_the_extra(name: str) -> None:
    """ImportError, as from its class."""
    with pytest.raises(ImportError, match=f"{name} needs the extra 'rsa'"):
        signature_method(name, "private")


# A key of RSA in the place of a secret

PEM = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkq\n-----END PUBLIC KEY-----\n"


@pytest.mark.parametrize(
    ("consumer", "token"),
    [
        (Row("key", PEM), TOKEN),
        (Row("key", PEM.encode()), TOKEN),
        (CONSUMER, Row("token", PEM)),
        (Row("key", f"  {PEM}"), None),
        (Row("key", PEM.replace("\n", "")), None),
        (Row("key", PEM.replace("PUBLIC KEY", "CERTIFICATE")), None),
        (Row("key", PEM.replace("PUBLIC KEY", "RSA PRIVATE KEY")), None),
    ],
)
@each_method
def test_no_key_of_rsa_is_a_shared_secret(
    method: oauth2.SignatureMethod, consumer: Any, token: Any
) -> None:
    """Signing says what to do instead, without showing the key; a check is False."""
    with pytest.raises(ValueError, match=r"expected shared secrets, got PEM: sign by RSA, ") as c:
        method.sign(a_request(), consumer, token)
    assert_no_secret(c.value, "MIIBIjANBgkq", *SECRETS)
    assert method.check(a_request(), consumer, token, "AAAA") is False


@pytest.mark.parametrize("dashes", ["-----", "-----BEGIN", "----BEGIN ", "-----BEGIN%20"])
def test_a_secret_with_dashes_is_a_shared_secret(dashes: str) -> None:
    """Only the first line of PEM makes a key of it."""
    consumer = oauth2.Consumer("key", dashes)
    signature = HMAC_SHA1.sign(a_request(), consumer, None)
    assert HMAC_SHA1.check(a_request(), consumer, None, signature)


@each_method
def test_a_method_is_shown_by_its_class(method: oauth2.SignatureMethod) -> None:
    """As in the signature that help() shows of what takes one."""
    assert repr(method) == f"<{type(method).__name__}>"
