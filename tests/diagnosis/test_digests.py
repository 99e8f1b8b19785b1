"""How a signature is written, where that alone is wrong with it."""

from __future__ import annotations

import base64
import hashlib

import pytest

import oauth2
from oauth2.diagnosis import signature_causes
from oauth2.signature import signature_method

CONSUMER = oauth2.Consumer("key", "sekrit")
URL = "https://a.example/x"


def codes(write: str, method: str = "HMAC-SHA1") -> list[str]:
    """Sign, write the signature in another way, and say what is made of it."""
    signer = oauth2.Signer(CONSUMER, signature_method=signature_method(method))
    signed = signer.sign("GET", URL)
    request = oauth2.Request.from_request("GET", URL, signed.headers)
    assert request is not None
    request["oauth_signature"] = write.format(request["oauth_signature"].rstrip("="))
    return [cause.code for cause in signature_causes(request, CONSUMER, None)]


@pytest.mark.parametrize(
    ("write", "expected"),
    [
        ("{}=", []),
        ("{}%3D", ["signature-encoded-twice"]),
        ("{}=\n", ["white-space-in-signature"]),
        ("{}= ", ["white-space-in-signature"]),
        (" {}=", ["white-space-in-signature"]),
        ("{}%3D%0A", ["signature-encoded-twice", "white-space-in-signature"]),
        ("{}", ["base64-padding"]),
        ("{}==", ["base64-padding"]),
    ],
)
def test_signature_that_is_written_wrongly_is_told(write: str, expected: list[str]) -> None:
    """Beside the key, which is right."""
    assert codes(write) == [*expected, "right-key"]


def test_line_breaks_of_an_encoder_are_told() -> None:
    """It breaks lines after 76 characters, which a signature of SHA-512 has."""
    lines = base64.encodebytes(hashlib.sha512(b"x").digest()).decode()
    assert codes(lines, "HMAC-SHA512") == ["white-space-in-signature", "unknown-key"]
