"""Keys of RSA: certificates, passwords, sizes, and what each text that is no such key is told."""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs12,
)
from secrets_check import assert_no_secret

import oauth2
from oauth2 import rsa as keys
from oauth2.signature import signature_method

PASSWORD = "pass phräse"
CONSUMER = oauth2.Consumer("dpf43f3p2l4k3l03", "kd94hf93k423kf44")
KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
ED_KEY = ed25519.Ed25519PrivateKey.generate()
NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "consumer.example")])
METHOD = oauth2.SignatureMethod_RSA_SHA256


def certificate_of(key: Any) -> x509.Certificate:
    """Make a certificate that expired long ago."""
    day = datetime.datetime(2001, 1, 1)
    builder = x509.CertificateBuilder(NAME, NAME, key.public_key(), 1, day, day)
    return builder.sign(key, None if key is ED_KEY else hashes.SHA256())


def private_pem(
    key: Any = KEY,
    form: PrivateFormat = PrivateFormat.PKCS8,
    password: str = "",
    encoding: Encoding = Encoding.PEM,
) -> bytes:
    lock = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    octets: bytes = key.private_bytes(encoding, form, lock)
    return octets


def public_pem(key: Any = KEY, encoding: Encoding = Encoding.PEM) -> bytes:
    octets: bytes = key.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
    return octets


def a_request() -> oauth2.Request:
    return oauth2.Request("GET", "http://photos.example.net/photos", {"oauth_nonce": "n"})


def lines_of(text: str | bytes) -> list[str]:
    shown = text if isinstance(text, str) else text.decode("latin-1")
    return [line for line in shown.splitlines() if len(line) > 8 and "-----" not in line]


CERTIFICATE = certificate_of(KEY)
CERTIFICATE_PEM = CERTIFICATE.public_bytes(Encoding.PEM)
PEM = private_pem()
ENCRYPTED = private_pem(password=PASSWORD)
ENCRYPTED_PKCS1 = private_pem(form=PrivateFormat.TraditionalOpenSSL, password=PASSWORD)
OPENSSH = private_pem(form=PrivateFormat.OpenSSH)
SSH_PUBLIC: bytes = KEY.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
P12 = pkcs12.serialize_key_and_certificates(b"n", KEY, CERTIFICATE, None, NoEncryption())


# What is taken


@pytest.mark.parametrize(
    "public",
    [
        CERTIFICATE,
        CERTIFICATE_PEM,
        CERTIFICATE_PEM.decode(),
        CERTIFICATE_PEM + certificate_of(EC_KEY).public_bytes(Encoding.PEM),
        PEM + CERTIFICATE_PEM,
    ],
    ids=["loaded", "bytes", "str", "a chain", "a bundle"],
)
def test_a_certificate_is_a_public_key(public: Any) -> None:
    """Its dates and its issuer do not count; of a chain the first one does.

    Also where the method is made by its name.
    """
    method = METHOD(public_key=public)
    signature = METHOD(KEY).sign(a_request(), CONSUMER, None)
    assert method.check(a_request(), CONSUMER, None, signature)
    by_name = signature_method("RSA-SHA256", public_key=public)
    assert by_name.check(a_request(), CONSUMER, None, signature)


@pytest.mark.parametrize("password", [PASSWORD, PASSWORD.encode()], ids=["str", "bytes"])
@pytest.mark.parametrize("pem", [ENCRYPTED, ENCRYPTED_PKCS1], ids=["PKCS 8", "PKCS 1"])
def test_a_password_opens_a_key(pem: bytes, password: Any) -> None:
    """As str or bytes, also by the name of the method."""
    expected = METHOD(KEY).sign(a_request(), CONSUMER, None)
    assert METHOD(pem, password=password).sign(a_request(), CONSUMER, None) == expected
    method = signature_method("RSA-SHA256", pem, password=password)
    assert method.sign(a_request(), CONSUMER, None) == expected


def test_a_key_does_not_keep_its_password() -> None:
    """What opened it is in none of the attributes of a method."""
    assert PASSWORD not in repr(vars(METHOD(ENCRYPTED, password=PASSWORD)))


# What is told of a text that is no such key

BOTH: dict[str, tuple[Any, str]] = {
    "nothing": ("", "text without -----BEGIN: give all of the PEM file"),
    "words": ("rubbish words", "text without -----BEGIN: "),
    "base64 alone": ("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCB\nKcwggSjAgEAAoIBAQC7\n", "text without "),
    "a path": ("/home/me/key.pem", "what looks like the path of a file: give what is in it"),
    "a path of Windows": ("C:\\keys\\key", "what looks like the path of a file: "),
    "the name of a file": (b"key.pem", "what looks like the path of a file: "),
    r"a literal \n": (PEM.replace(b"\n", b"\\n"), r"PEM with a literal \n for each line break: "),
    "PKCS 12": (P12, "PKCS #12 (.p12, .pfx): get the key out of it with `openssl pkcs12 "),
    "a long form of PKCS 12": (b"0\x80\x02\x01\x03", "PKCS #12 "),
    "DER": (private_pem(encoding=Encoding.DER), "DER: convert it with `openssl pkey -inform DER "),
    "a public key as DER": (public_pem(encoding=Encoding.DER), "DER: convert it with "),
    "an OpenSSH key": (OPENSSH, "an OpenSSH private key: convert it with `ssh-keygen -p -m PEM "),
    "a public OpenSSH key": (SSH_PUBLIC, "an OpenSSH public key: convert it with `ssh-keygen -e"),
    "one of RFC 4716": (b"---- BEGIN SSH2 PUBLIC KEY ----\nAAAA", "an OpenSSH public key: "),
    "a request for a certificate": (
        x509.CertificateSigningRequestBuilder(NAME)
        .sign(KEY, hashes.SHA256())
        .public_bytes(Encoding.PEM),
        "PEM that cannot be read: see that it is one whole key",
    ),
}
PRIVATE = {
    **BOTH,
    "a public key": (public_pem(), "a public key or certificate: sign with the private key, "),
    "a certificate": (CERTIFICATE_PEM, "a public key or certificate: sign with the private key, "),
    "cut": (PEM[:300], "PEM that cannot be read: "),
    "encrypted": (ENCRYPTED, "one that is encrypted: give its password=, or decrypt it with "),
    "encrypted PKCS 1": (ENCRYPTED_PKCS1, "one that is encrypted: give its password=, "),
}
PUBLIC = {
    **BOTH,
    "a private key": (PEM, "a private key: give it as private_key, or its public key (`openssl "),
    "an encrypted one": (ENCRYPTED, "a private key: give it as private_key, "),
    "cut": (public_pem()[:150], "PEM that cannot be read: "),
    "a cut certificate": (CERTIFICATE_PEM[:150], "PEM that cannot be read: "),
}


@pytest.mark.parametrize(("text", "told"), PRIVATE.values(), ids=PRIVATE)
def test_text_that_is_no_private_key_is_told_apart(text: Any, told: str) -> None:
    """ValueError says what was given, and what to do; nothing of the text is in it."""
    with pytest.raises(ValueError, match=r"^private_key: expected PEM of an RSA pri") as caught:
        METHOD(text)
    assert str(caught.value).partition("got ")[2].startswith(told)
    assert_no_secret(caught.value, *lines_of(text))


@pytest.mark.parametrize(("text", "told"), PUBLIC.values(), ids=PUBLIC)
def test_text_that_is_no_public_key_is_told_apart(text: Any, told: str) -> None:
    """ValueError says what was given, and what to do; nothing of the text is in it."""
    with pytest.raises(ValueError, match=r"^public_key: expected PEM of an RSA public") as caught:
        METHOD(public_key=text)
    assert str(caught.value).partition("got ")[2].startswith(told)
    assert_no_secret(caught.value, *lines_of(text))


@pytest.mark.parametrize(
    ("pem", "password", "told"),
    [
        (ENCRYPTED, "Wrong", "one that this password does not open: "),
        (ENCRYPTED_PKCS1, "Wrong", "one that this password does not open: "),
        (ENCRYPTED, "", "one that is encrypted: give its password="),
        (ENCRYPTED, b"", "one that is encrypted: give its password="),
        (PEM, "Wrong", "a password for one that is not encrypted: leave password= out"),
    ],
)
def test_a_password_that_does_not_fit_is_told(pem: bytes, password: Any, told: str) -> None:
    """Wrong, missing or needless; none of them is shown."""
    with pytest.raises(ValueError, match=r"^private_key: expected PEM of an RSA pri") as caught:
        METHOD(pem, password=password)
    assert str(caught.value).partition("got ")[2].startswith(told)
    assert_no_secret(caught.value, "Wrong", *lines_of(pem))


@pytest.mark.parametrize("password", [12345, ["12345"], bytearray(b"12345")])
def test_a_password_of_another_type_is_a_type_error(password: Any) -> None:
    """The type is named, and not the value."""
    kind = type(password).__name__
    with pytest.raises(TypeError, match=f"^password: expected str, .*, got {kind}$") as caught:
        METHOD(ENCRYPTED, password=password)
    assert_no_secret(caught.value, "12345")


@pytest.mark.parametrize("key", [EC_KEY, ED_KEY], ids=["EC", "Ed25519"])
@pytest.mark.parametrize("as_certificate", [False, True])
def test_a_key_of_another_kind_is_named(key: Any, as_certificate: bool) -> None:
    """EC and Ed25519 are no RSA, also in a certificate."""
    word = "EllipticCurve|EC" if key is EC_KEY else "Ed25519"
    told = f"_key: expected PEM of an RSA key, got (?:{word})P.*Key: make one with `openssl genrsa"
    with pytest.raises(ValueError, match=f"^public{told}"):
        METHOD(public_key=certificate_of(key) if as_certificate else public_pem(key))
    with pytest.raises(ValueError, match=f"^private{told}") as caught:
        METHOD(private_pem(key))
    assert_no_secret(caught.value, *lines_of(private_pem(key)))


def test_a_path_object_is_told_what_to_give() -> None:
    """It is not opened: a program says by read_bytes() that it wants that."""
    with pytest.raises(TypeError, match=r"^private_key: expected PEM, as Path\.read_bytes\(\) "):
        METHOD(Path("key.pem"))  # type: ignore[arg-type]


# The size of a key


@pytest.fixture(autouse=True)
def _not_warned_yet() -> Iterator[None]:
    keys._warn_of_a_short_key.cache_clear()
    yield
    keys._warn_of_a_short_key.cache_clear()


def of_size(bits: int) -> rsa.RSAPublicKey:
    """Make a public key of this size; nobody has the private one."""
    return rsa.RSAPublicNumbers(65537, (1 << bits) - 1).public_key()


def of_mersenne_primes(p: int, q: int) -> rsa.RSAPrivateKey:
    """Make a private key smaller than cryptography generates, of two known primes."""
    p, q = 2**p - 1, 2**q - 1
    d = pow(65537, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(65537, p * q)
    crt = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, d, *crt, public).private_key()


TINY, SHORT = of_mersenne_primes(521, 127), of_mersenne_primes(607, 521)


@pytest.mark.parametrize(
    ("given", "bits"),
    [
        ({"private_key": TINY}, 648),
        ({"private_key": private_pem(TINY)}, 648),
        ({"public_key": TINY.public_key()}, 648),
        ({"public_key": public_pem(TINY)}, 648),
        ({"public_key": of_size(1023)}, 1023),
    ],
    ids=["private", "private PEM", "public", "public PEM", "just too short"],
)
def test_a_key_under_1024_bits_is_refused(given: Any, bits: int) -> None:
    """ValueError, for signing as for verifying, as PEM and loaded."""
    told = rf"^\w+_key: expected an RSA key of at least 1,024 bits, got one of {bits}: make one"
    with pytest.raises(ValueError, match=told):
        METHOD(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"private_key": SHORT},
        {"public_key": public_pem(SHORT)},
        {"public_key": of_size(1024)},
        {"public_key": of_size(2047)},
    ],
    ids=["private", "public PEM", "the shortest", "just too short"],
)
def test_a_key_under_2048_bits_is_warned_of_once(given: Any) -> None:
    """The warning is for the line that made the method; a second key is passed over."""
    with pytest.warns(UserWarning, match="^an RSA key has fewer than 2,048 bits") as caught:
        [METHOD(**each) for each in (given, {"public_key": of_size(1025)})]
    assert [warning.filename for warning in caught] == [__file__]


def test_a_short_key_works_all_the_same() -> None:
    """Some providers have registered no other."""
    with pytest.warns(UserWarning, match="an RSA key has fewer than"):
        method = METHOD(SHORT)
    assert method.check(a_request(), CONSUMER, None, method.sign(a_request(), CONSUMER, None))


def test_a_key_of_2048_bits_is_not_warned_of() -> None:
    """What is long enough says nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        METHOD(KEY, of_size(2048))
