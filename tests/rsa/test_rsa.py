"""RSA signatures: published answers, keys of every kind, and what is refused."""

from __future__ import annotations

import hmac
import time
from base64 import b64decode, b64encode
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from known import CONSUMER, TOKEN
from present import present
from rsa_keys import KEY, KINDS, each_kind
from secrets_check import assert_no_secret
from vectors import VECTORS

import oauth2

PUBLISHED = [
    pytest.param(vector, id=vector["id"])
    for vector in VECTORS
    if vector.get("signature_method") == "RSA-SHA1"
]
HASHES = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha512": hashes.SHA512()}

ANOTHER_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def private_pem(key: Any = KEY, form: str = "PKCS8", password: str | None = None) -> str:
    encryption: Any = serialization.NoEncryption()
    if password is not None:
        encryption = serialization.BestAvailableEncryption(password.encode())
    pem = key.private_bytes(
        serialization.Encoding.PEM, getattr(serialization.PrivateFormat, form), encryption
    )
    return str(pem.decode())


def public_pem(key: Any = KEY, form: str = "SubjectPublicKeyInfo") -> str:
    pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, getattr(serialization.PublicFormat, form)
    )
    return str(pem.decode())


def lines_of(pem: str) -> list[str]:
    """Give the lines of a PEM that are the key itself."""
    return [line for line in pem.splitlines() if line and not line.startswith("-----")]


SECRETS = (CONSUMER.secret, TOKEN.secret, *lines_of(private_pem()))


def a_request() -> oauth2.Request:
    url = "http://photos.example.net/photos?file=vacation.jpg&size=original"
    return oauth2.Request.from_consumer_and_token(CONSUMER, TOKEN, "GET", url)


def signed(method: oauth2.SignatureMethod) -> oauth2.Request:
    request = a_request()
    request.sign_request(method, CONSUMER, TOKEN)
    return request


@pytest.mark.parametrize("vector", PUBLISHED)
@pytest.mark.parametrize("as_bytes", [False, True], ids=["str", "bytes"])
def test_the_published_request(vector: dict[str, Any], as_bytes: bool) -> None:
    """The published key signs the published request with the published signature."""
    pem = vector["rsa_private_key"]
    method = oauth2.SignatureMethod_RSA_SHA1(pem.encode() if as_bytes else pem)
    request = oauth2.Request(vector["method"], vector["url"], dict(vector["params"]))
    assert request.signature_base_string() == vector["base_string"]
    signature = method.sign(request, CONSUMER, None)
    assert signature == vector["signature"].encode()
    assert method.check(request, CONSUMER, None, signature) is True
    assert method.check(request, CONSUMER, None, signature.decode()) is True


@pytest.mark.parametrize("vector", PUBLISHED)
def test_a_server_accepts_the_published_request(
    vector: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Server with nothing but the public key accepts the published request at its time."""
    loaded = serialization.load_pem_private_key(vector["rsa_private_key"].encode(), None)
    server = oauth2.Server()
    server.add_signature_method(oauth2.SignatureMethod_RSA_SHA1(public_key=public_pem(loaded)))
    pairs = [*vector["params"], ["oauth_signature", vector["signature"]]]
    request = present(oauth2.Request.from_request("GET", vector["url"], parameters=dict(pairs)))
    monkeypatch.setattr(time, "time", lambda: float(dict(pairs)["oauth_timestamp"]))
    consumer = oauth2.Consumer(dict(pairs)["oauth_consumer_key"], "")
    accepted = server.verify_request(request, consumer, None)
    assert accepted == {"file": "vacaction.jpg", "size": "original"}


@each_kind
def test_cryptography_verifies_what_we_sign(kind: Any) -> None:
    """The signature is RSASSA-PKCS1-v1_5 over the base string with the hash of the name."""
    request = signed(kind(KEY))
    signature = b64decode(request["oauth_signature"], validate=True)
    base = request.signature_base_string().encode()
    KEY.public_key().verify(signature, base, padding.PKCS1v15(), HASHES[kind.hash_name])
    assert request["oauth_signature_method"] == kind.name


@each_kind
def test_what_cryptography_signs_is_accepted(kind: Any) -> None:
    """A signature made by cryptography alone is the right one."""
    request = a_request()
    base = request.signature_base_string().encode()
    signature = b64encode(KEY.sign(base, padding.PKCS1v15(), HASHES[kind.hash_name]))
    method = kind(public_key=KEY.public_key())
    assert method.check(request, CONSUMER, TOKEN, signature) is True
    assert method.check(request, CONSUMER, TOKEN, signature.decode()) is True


PRIVATE_KEYS = {
    "PKCS 8 as str": private_pem(),
    "PKCS 8 as bytes": private_pem().encode(),
    "PKCS 1 as str": private_pem(form="TraditionalOpenSSL"),
    "PKCS 1 as bytes": private_pem(form="TraditionalOpenSSL").encode(),
    "loaded": KEY,
}

PUBLIC_KEYS = {
    "none": None,
    "SPKI as str": public_pem(),
    "SPKI as bytes": public_pem().encode(),
    "PKCS 1 as str": public_pem(form="PKCS1"),
    "loaded": KEY.public_key(),
}


@pytest.mark.parametrize("public", PUBLIC_KEYS.values(), ids=PUBLIC_KEYS)
@pytest.mark.parametrize("private", PRIVATE_KEYS.values(), ids=PRIVATE_KEYS)
def test_a_key_may_be_text_bytes_or_loaded(private: Any, public: Any) -> None:
    """PEM as str or bytes and loaded keys do the same."""
    request = a_request()
    expected = oauth2.SignatureMethod_RSA_SHA1(KEY).sign(request, CONSUMER, TOKEN)
    method = oauth2.SignatureMethod_RSA_SHA1(private, public)
    assert method.sign(request, CONSUMER, TOKEN) == expected
    assert method.check(request, CONSUMER, TOKEN, expected)


def test_keys_may_be_keywords() -> None:
    """The names private_key and public_key are part of the contract."""
    request = a_request()
    method = oauth2.SignatureMethod_RSA_SHA1(private_key=KEY, public_key=KEY.public_key())
    assert method.check(request, CONSUMER, TOKEN, method.sign(request, CONSUMER, TOKEN))


@pytest.mark.parametrize("public", [*PUBLIC_KEYS.values()][1:], ids=[*PUBLIC_KEYS][1:])
@each_kind
def test_verifying_needs_the_public_key_alone(kind: Any, public: Any) -> None:
    """A provider that holds no private key verifies, also through a Server."""
    server = oauth2.Server()
    server.add_signature_method(kind(public_key=public))
    request = signed(kind(KEY))
    incoming = present(oauth2.Request.from_request("GET", request.url, request.to_header()))
    assert server.verify_request(incoming, CONSUMER, TOKEN)["file"] == "vacation.jpg"


@each_kind
def test_signing_without_a_private_key_is_a_value_error(kind: Any) -> None:
    """A method that has the public key alone says what it lacks."""
    with pytest.raises(ValueError, match="expected a private_key to sign with") as caught:
        kind(public_key=KEY.public_key()).sign(a_request(), CONSUMER, TOKEN)
    assert kind.name in str(caught.value)
    assert_no_secret(caught.value, *SECRETS)


@each_kind
def test_a_method_without_any_key_is_a_value_error(kind: Any) -> None:
    """Two times None is a mistake of the program."""
    with pytest.raises(ValueError, match="expected a private_key or a public_key") as caught:
        kind()
    assert kind.name in str(caught.value)


def test_a_public_key_of_its_own_wins_over_the_private_one() -> None:
    """A program may sign with its own key and verify with that of the other side."""
    method = oauth2.SignatureMethod_RSA_SHA1(KEY, ANOTHER_KEY.public_key())
    theirs = oauth2.SignatureMethod_RSA_SHA1(ANOTHER_KEY)
    request = a_request()
    assert method.check(request, CONSUMER, TOKEN, theirs.sign(request, CONSUMER, TOKEN))
    assert not method.check(request, CONSUMER, TOKEN, method.sign(request, CONSUMER, TOKEN))


@pytest.mark.parametrize("vector", PUBLISHED)
def test_the_shared_secrets_are_not_used(vector: dict[str, Any]) -> None:
    """Consumers and tokens with any secrets make the same RSA signature."""
    method = oauth2.SignatureMethod_RSA_SHA1(vector["rsa_private_key"])
    request = oauth2.Request(vector["method"], vector["url"], dict(vector["params"]))
    pairs: list[tuple[oauth2.Consumer, Any]] = [(CONSUMER, TOKEN), (oauth2.Consumer("key", ""), {})]
    for consumer, token in pairs:
        assert method.sign(request, consumer, token) == vector["signature"].encode()


RUBBISH = {
    "empty": "",
    "words": "rubbish",
    "octets": b"\xff\x00",
    "a header alone": "-----BEGIN PRIVATE KEY-----",
    "a surrogate": "\udce9",
    "cut": private_pem()[:300],
    "cut public": public_pem()[:150],
    "a spoilt body": private_pem().replace("M", "!"),
    "encrypted": private_pem(password="pass phrase"),
    "encrypted PKCS 1": private_pem(form="TraditionalOpenSSL", password="pass phrase"),
    "EC private": private_pem(EC_KEY),
    "EC public": public_pem(EC_KEY),
}


@pytest.mark.parametrize("text", [*RUBBISH.values(), public_pem()], ids=[*RUBBISH, "public"])
@each_kind
def test_text_without_a_private_rsa_key_is_a_value_error(kind: Any, text: Any) -> None:
    """PEM that is encrypted, of another kind, cut or none at all is refused, and not shown."""
    with pytest.raises(ValueError, match=r"^private_key: expected PEM of an RSA ") as caught:
        kind(text)
    shown = text if isinstance(text, str) else text.decode("latin-1")
    secrets = [*lines_of(shown), *lines_of(private_pem(EC_KEY)), "pass phrase"]
    assert_no_secret(caught.value, *[secret for secret in secrets if secret != "rubbish"])


@pytest.mark.parametrize("text", [*RUBBISH.values(), private_pem()], ids=[*RUBBISH, "private"])
@each_kind
def test_text_without_a_public_rsa_key_is_a_value_error(kind: Any, text: Any) -> None:
    """A private key given as the public one is refused too, and not shown."""
    with pytest.raises(ValueError, match=r"^public_key: expected PEM of an RSA ") as caught:
        kind(public_key=text)
    shown = text if isinstance(text, str) else text.decode("latin-1")
    secrets = [*lines_of(shown), *lines_of(private_pem(EC_KEY)), "pass phrase"]
    assert_no_secret(caught.value, *[secret for secret in secrets if secret != "rubbish"])


OTHER_TYPES = {
    "number": 5,
    "list": [private_pem()],
    "file": Path("key.pem"),
    "EC private": EC_KEY,
    "EC public": EC_KEY.public_key(),
}


@pytest.mark.parametrize("key", [*OTHER_TYPES.values(), KEY.public_key()])
def test_a_private_key_of_another_type_is_a_type_error(key: Any) -> None:
    """What is neither PEM nor a loaded RSA key is named by its type alone."""
    name = type(key).__name__
    with pytest.raises(TypeError, match=f"private_key: expected .*, got {name}$") as caught:
        oauth2.SignatureMethod_RSA_SHA1(key)
    assert_no_secret(caught.value, *SECRETS)


@pytest.mark.parametrize("key", [*OTHER_TYPES.values(), KEY])
def test_a_public_key_of_another_type_is_a_type_error(key: Any) -> None:
    """What is neither PEM nor a loaded RSA public key is named by its type alone."""
    name = type(key).__name__
    with pytest.raises(TypeError, match=f"public_key: expected .*, got {name}$") as caught:
        oauth2.SignatureMethod_RSA_SHA1(public_key=key)
    assert_no_secret(caught.value, *SECRETS)


@each_kind
def test_a_method_never_shows_its_key(kind: Any) -> None:
    """Neither repr nor str of a method holds the key."""
    method = kind(private_pem())
    for secret in lines_of(private_pem()):
        assert secret not in repr(method)
        assert secret not in str(method)
        assert secret not in repr(vars(method))


SPOILT = {
    "a newline at the end": lambda text: text + "\n",
    "a space at the end": lambda text: text + " ",
    "a space before": lambda text: " " + text,
    "a newline within": lambda text: text[:76] + "\n" + text[76:],
    "octets that base64 ignores": lambda text: text[:8] + "!*" + text[8:],
    "a non-ASCII letter": lambda text: text[:8] + "é" + text[8:],
    "an octet that is no UTF-8": lambda text: text + "\udce9",
    "more padding": lambda text: text + "=",
    "no padding": lambda text: text.rstrip("="),
    "something after the padding": lambda text: text + "AAAA",
    "unused bits": lambda text: text[:-3] + chr(ord(text[-3]) + 1) + "==",
    "url-safe letters": lambda text: text.replace("+", "-").replace("/", "_"),
    "encoded": lambda text: text.replace("=", "%3D"),
    "half": lambda text: text[: len(text) // 2],
    "twice": lambda text: text + text,
    "empty": lambda text: "",
    "words": lambda text: "not base64",
    "zeros": lambda text: b64encode(bytes(256)).decode(),
    "ones": lambda text: b64encode(b"\xff" * 256).decode(),
    "hexadecimal": lambda text: b64decode(text).hex(),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
@each_kind
def test_no_character_of_an_rsa_signature_is_ignored(kind: Any, spoil: Any) -> None:
    """Base64 that is not the canonical one of the signature is refused, as str and as bytes."""
    method = kind(KEY)
    request = a_request()
    spoilt = signature = method.sign(request, CONSUMER, TOKEN).decode()
    while spoilt == signature:  # a signature may happen to have nothing to spoil
        request["attempt"] = request.get("attempt", "") + "x"
        signature = method.sign(request, CONSUMER, TOKEN).decode()
        spoilt = spoil(signature)
    assert method.check(request, CONSUMER, TOKEN, signature)
    assert method.check(request, CONSUMER, TOKEN, spoilt) is False
    assert (
        method.check(request, CONSUMER, TOKEN, spoilt.encode("utf-8", "surrogateescape")) is False
    )


@each_kind
def test_a_signature_of_another_key_is_refused(kind: Any) -> None:
    """Only the key that the public key belongs to makes the right signature."""
    request = signed(kind(ANOTHER_KEY))
    with pytest.raises(oauth2.SignatureInvalid) as caught:
        oauth2.Server({kind.name: kind(KEY)}).verify_request(request, CONSUMER, TOKEN)
    assert caught.value.base_string == request.signature_base_string()
    assert_no_secret(caught.value, *SECRETS)


@pytest.mark.parametrize(("signs", "checks"), [(a, b) for a in KINDS for b in KINDS if a is not b])
def test_a_signature_with_another_hash_is_refused(signs: Any, checks: Any) -> None:
    """The same key with another hash makes another signature."""
    request = a_request()
    signature = signs(KEY).sign(request, CONSUMER, TOKEN)
    assert checks(KEY).check(request, CONSUMER, TOKEN, signature) is False


@each_kind
def test_a_changed_request_is_refused(kind: Any) -> None:
    """A request that is not the one signed is refused."""
    request = signed(kind(KEY))
    request["size"] = "huge"
    with pytest.raises(oauth2.SignatureInvalid) as caught:
        oauth2.Server({kind.name: kind(KEY)}).verify_request(request, CONSUMER, TOKEN)
    assert_no_secret(caught.value, *SECRETS)


@pytest.mark.parametrize(
    "secret", [public_pem(), public_pem().strip(), public_pem(form="PKCS1")], ids=len
)
@pytest.mark.parametrize("hmac_too", [True, False], ids=["HMAC and RSA", "RSA only"])
def test_the_public_key_is_no_hmac_secret(secret: str, hmac_too: bool) -> None:
    """An HMAC made with the public key as its secret opens no Server that takes RSA."""
    method = oauth2.SignatureMethod_HMAC_SHA256()
    server = oauth2.Server()
    server.add_signature_method(oauth2.SignatureMethod_RSA_SHA256(public_key=public_pem()))
    if hmac_too:
        server.add_signature_method(method)
    request = a_request()
    request.sign_request(method, CONSUMER, TOKEN)
    key = f"{oauth2.escape(secret)}&{oauth2.escape(TOKEN.secret)}".encode()
    base = request.signature_base_string().encode()
    request["oauth_signature"] = b64encode(hmac.digest(key, base, "sha256")).decode()
    consumer = SimpleNamespace(key=CONSUMER.key, secret=secret)
    for name in ("HMAC-SHA256", "RSA-SHA256"):
        request["oauth_signature_method"] = name
        with pytest.raises((oauth2.SignatureInvalid, oauth2.SignatureMethodRejected)) as caught:
            server.verify_request(request, consumer, TOKEN)
        assert_no_secret(caught.value, *SECRETS, *lines_of(secret))


@each_kind
def test_a_body_hash_goes_with_the_hash_of_the_method(kind: Any) -> None:
    """A signed body is accepted, and another body is refused by its own class."""
    method = kind(KEY)
    server = oauth2.Server({kind.name: method})
    request = oauth2.Request.from_consumer_and_token(
        CONSUMER, TOKEN, "POST", "http://photos.example.net/", body=b"Hello World!"
    )
    request.sign_request(method, CONSUMER, TOKEN)
    digest = hashes.Hash(HASHES[kind.hash_name])
    digest.update(b"Hello World!")
    assert request["oauth_body_hash"] == b64encode(digest.finalize())
    server.verify_request(request, CONSUMER, TOKEN)
    request.body = b"Hello World?"
    with pytest.raises(oauth2.BodyHashInvalid) as caught:
        server._check_signature(request, CONSUMER, TOKEN)
    assert_no_secret(caught.value, *SECRETS)


def test_a_subclass_may_sign_another_base() -> None:
    """One string from an overridden signing_base is what RSA signs and checks."""

    class Salted(oauth2.SignatureMethod_RSA_SHA256):
        name = "X-SALTED"

        def signing_base(self, request: Any, consumer: Any, token: Any) -> Any:
            return "salt" + request.signature_base_string()

    method = Salted(KEY)
    request = signed(method)
    base = f"salt{request.signature_base_string()}".encode()
    signature = b64decode(request["oauth_signature"])
    KEY.public_key().verify(signature, base, padding.PKCS1v15(), hashes.SHA256())
    assert oauth2.Server({"X-SALTED": method}).verify_request(request, CONSUMER, TOKEN) == {}


@each_kind
def test_rsa_needs_a_url(kind: Any) -> None:
    """Without a URL there is no base string, and that is a ValueError."""
    with pytest.raises(ValueError, match="url: expected one") as caught:
        kind(KEY).sign(oauth2.Request(), CONSUMER, TOKEN)
    assert_no_secret(caught.value, *SECRETS)


def test_consumer_and_token_may_be_look_alikes() -> None:
    """Rows with keys as bytes verify as Consumer and Token do."""
    method = oauth2.SignatureMethod_RSA_SHA1(KEY)
    consumer = SimpleNamespace(key=str(CONSUMER.key).encode(), secret=b"")
    token = SimpleNamespace(key=str(TOKEN.key).encode(), secret=b"")
    request = signed(method)
    assert oauth2.Server({"RSA-SHA1": method}).verify_request(request, consumer, token) == {}
