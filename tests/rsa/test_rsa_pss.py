"""RSA-PSS, judged by cryptography and by OpenSSL, whose signatures we accept."""

from __future__ import annotations

import shutil
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from secrets_check import assert_no_secret

import oauth2

CONSUMER = oauth2.Consumer("dpf43f3p2l4k3l03", "")
KEY = rsa.generate_private_key(65537, 2048)
PRIVATE_PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)
PUBLIC_PEM = KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
SHA256 = hashes.SHA256()
METHOD = oauth2.SignatureMethod_RSA_PSS_SHA256(KEY)
OPENSSL = str(shutil.which("openssl"))
OPTIONS = ("rsa_padding_mode:pss", "rsa_pss_saltlen:32", "rsa_mgf1_md:sha256")


def a_request() -> oauth2.Request:
    url = "http://photos.example.net/photos?file=vacation.jpg&size=original"
    return oauth2.Request.from_consumer_and_token(CONSUMER, None, "GET", url)


def signed(method: oauth2.SignatureMethod) -> oauth2.Request:
    request = a_request()
    request.sign_request(method, CONSUMER, None)
    return request


def test_cryptography_verifies_what_we_sign() -> None:
    """It is PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 octets, over the base string."""
    request = signed(METHOD)
    assert request["oauth_signature_method"] == "RSA-PSS"
    how = padding.PSS(padding.MGF1(SHA256), salt_length=32)
    signature = b64decode(request["oauth_signature"], validate=True)
    KEY.public_key().verify(signature, request.signature_base_string().encode(), how, SHA256)


def openssl(tmp_path: Path, base: bytes, *words: str) -> bytes:
    """Run ``openssl dgst`` on a base string; fail where it does."""
    (tmp_path / "base").write_bytes(base)
    options = [word for option in OPTIONS for word in ("-sigopt", option)]
    command = [OPENSSL, "dgst", "-sha256", *options, *words, str(tmp_path / "base")]
    return subprocess.run(command, check=True, capture_output=True).stdout


def test_openssl_verifies_what_we_sign(tmp_path: Path) -> None:
    """OpenSSL, told all that is fixed of this method, accepts the signature."""
    request = signed(METHOD)
    (tmp_path / "public.pem").write_bytes(PUBLIC_PEM)
    (tmp_path / "signature").write_bytes(b64decode(request["oauth_signature"]))
    base = request.signature_base_string().encode()
    words = "-verify", str(tmp_path / "public.pem"), "-signature", str(tmp_path / "signature")
    assert openssl(tmp_path, base, *words) == b"Verified OK\n"


def test_what_openssl_signs_is_accepted(tmp_path: Path) -> None:
    """A Server with nothing but the public key accepts a signature of OpenSSL."""
    request = signed(METHOD)
    (tmp_path / "private.pem").write_bytes(PRIVATE_PEM)
    base = request.signature_base_string().encode()
    octets = openssl(tmp_path, base, "-sign", str(tmp_path / "private.pem"))
    request["oauth_signature"] = b64encode(octets).decode()
    server = oauth2.Server()
    server.add_signature_method(oauth2.SignatureMethod_RSA_PSS_SHA256(public_key=PUBLIC_PEM))
    assert server.verify_request(request, CONSUMER, None) == {}


OTHERS: dict[str, Any] = {
    "another salt": padding.PSS(padding.MGF1(SHA256), salt_length=20),
    "the longest salt": padding.PSS(padding.MGF1(SHA256), padding.PSS.MAX_LENGTH),
    "another mask": padding.PSS(padding.MGF1(hashes.SHA1()), salt_length=32),
    "PKCS 1": padding.PKCS1v15(),
}


@pytest.mark.parametrize("how", OTHERS.values(), ids=OTHERS)
def test_another_padding_is_refused(how: Any) -> None:
    """The name stands for one padding, and one length of the salt."""
    request = signed(METHOD)
    octets = KEY.sign(request.signature_base_string().encode(), how, SHA256)
    request["oauth_signature"] = b64encode(octets).decode()
    with pytest.raises(oauth2.SignatureInvalid) as caught:
        oauth2.Server({"RSA-PSS": METHOD}).verify_request(request, CONSUMER, None)
    assert_no_secret(caught.value, *PRIVATE_PEM.decode().splitlines()[1:-1])


def test_a_signature_by_pss_is_none_by_pkcs_1() -> None:
    """RSA-SHA256 takes no signature of RSA-PSS, with the same key and the same hash."""
    request = signed(METHOD)
    other = oauth2.SignatureMethod_RSA_SHA256(KEY)
    assert not other.check(request, CONSUMER, None, request["oauth_signature"])


def test_no_two_signatures_are_equal() -> None:
    """The salt is random, and each signature is right."""
    request = a_request()
    one, other = METHOD.sign(request, CONSUMER, None), METHOD.sign(request, CONSUMER, None)
    assert one != other
    assert METHOD.check(request, CONSUMER, None, one)
    assert METHOD.check(request, CONSUMER, None, other)
