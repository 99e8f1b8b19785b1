"""A Verifier for consumers that have a key of RSA each, beside those that have a secret."""

from __future__ import annotations

import datetime
import time
from typing import Any, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from gateways import environ_of, signed
from known import NOW
from oauthlib import oauth1
from rsa_keys import KEY, PRIVATE_PEM, PUBLIC_PEM

import oauth2

URL = "https://app.example/r?a=1"
BY_RSA: dict[str, Any] = {"signature_method": oauth1.SIGNATURE_RSA_SHA1, "rsa_key": PRIVATE_PEM}


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: float(NOW))


def certificate() -> str:
    """Return a certificate of the key, as a consumer hands it in."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "consumer.example")])
    day = datetime.datetime(2020, 1, 1)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    builder = builder.public_key(KEY.public_key()).serial_number(1)
    builder = builder.not_valid_before(day).not_valid_after(day + datetime.timedelta(days=9999))
    octets = builder.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    return octets.decode()


class Row(NamedTuple):
    """A consumer as a database has it: one that has a key of RSA need not have a secret."""

    key: str
    secret: Any = None
    signature_methods: Any = None


def by_key(public: str) -> dict[str, oauth2.SignatureMethod]:
    return {"RSA-SHA1": oauth2.SignatureMethod_RSA_SHA1(public_key=public)}


OTHER_PEM = (
    rsa.generate_private_key(public_exponent=65537, key_size=2048)
    .public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
ROWS = {
    row.key: row
    for row in [
        Row("key", None, by_key(PUBLIC_PEM)),
        Row("certified", "", by_key(certificate())),
        Row("other", None, by_key(OTHER_PEM)),
        Row("secret", "sekrit"),
        Row("both", "", by_key(PUBLIC_PEM) | {"HMAC-SHA1": oauth2.SignatureMethod_HMAC_SHA1()}),
        Row("careless", PUBLIC_PEM),
    ]
}


def verify(client_key: str, **options: Any) -> oauth2.Verified:
    sent = signed(URL, client_key=client_key, **options)
    return oauth2.Verifier(ROWS.get).verify(oauth2.Request.from_wsgi(environ_of(sent)))


@pytest.mark.parametrize("client_key", ["key", "certified", "both"])
def test_consumer_is_verified_by_its_own_key(client_key: str) -> None:
    """Which may be in a certificate; others have a secret."""
    assert verify(client_key, **BY_RSA).consumer is ROWS[client_key]
    assert verify("secret", client_secret="sekrit").consumer is ROWS["secret"]


@pytest.mark.parametrize(
    ("client_key", "error"),
    [
        ("other", oauth2.SignatureInvalid),
        ("secret", oauth2.SignatureMethodRejected),
        ("nobody", oauth2.ConsumerUnknown),
    ],
)
def test_key_of_one_consumer_signs_for_no_other(client_key: str, error: type[oauth2.Error]) -> None:
    """Nor for one that has a secret."""
    with pytest.raises(error):
        verify(client_key, **BY_RSA)


@pytest.mark.parametrize("secret", ["", PUBLIC_PEM, PUBLIC_PEM.strip(), "None"])
@pytest.mark.parametrize("client_key", ["key", "certified", "both", "careless"])
def test_consumer_that_has_a_key_is_not_impersonated_by_hmac(client_key: str, secret: str) -> None:
    """An empty secret is known to all, and so is a public key."""
    with pytest.raises((oauth2.SignatureMethodRejected, oauth2.SignatureInvalid)):
        verify(client_key, client_secret=secret)
