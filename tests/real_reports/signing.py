"""Reports about signing: what was sent was not what was signed, or proved nothing."""

from __future__ import annotations

from typing import Any

import oauth2
from oauth2.urls import same_origin, split_url

from .report import Report

CONSUMER = oauth2.Consumer("key", "kd94hf93k423kf44")
FIXED = {"oauth_nonce": "n", "oauth_timestamp": "1"}
PEM = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkq\n-----END PUBLIC KEY-----\n"


def signed(uri: str, method: str = "GET", body: Any = b"", **headers: str) -> oauth2.Outgoing:
    client = oauth2.Client(CONSUMER, placement="header")
    return client.sign(uri, method, body, headers, parameters=FIXED)


def host_signed() -> str:
    outgoing = signed("http://127.0.0.1:8080/orders", Host="Shop.example:80")
    return outgoing.base_string().split("&")[1]


def key_as_secret_checked() -> bool:
    method = oauth2.SignatureMethod_PLAINTEXT()
    known_to_all = f"{oauth2.escape(PEM)}&"
    return method.check(None, oauth2.Consumer("key", PEM), None, known_to_all)


def form_guessed(body: str) -> str | None:
    return signed("http://a.example/", "POST", body).headers.get("Content-Type")


def nested_dict() -> oauth2.Request:
    return oauth2.Request("GET", "http://a.example/", {"weight": {"value": 65}})


REPORTS: list[Report] = [
    Report(
        "A Host header of the caller's is sent, but the host of the URL is signed.",
        host_signed,
        "http%3A%2F%2Fshop.example%2Forders",
    ),
    Report(
        "A Host header that is no host is signed without a word.",
        lambda: signed("http://a.example/", Host="a b"),
        "ValueError: Host: expected a host name or an address, got characters that none has",
    ),
    Report(
        "https at any port of the same host passes for the origin of http.",
        lambda: same_origin("http://a.example:8080/", "https://a.example:8443/"),
        False,
    ),
    Report(
        "A secret that is the PEM of a public key lets in whoever has that key.",
        key_as_secret_checked,
        False,
    ),
    Report(
        "A nested dict is signed as its keys.",
        nested_dict,
        "TypeError: weight: expected str, bytes, a number, None or a list of them, got dict",
    ),
    Report(
        "A port that is none is signed without a word.",
        lambda: split_url("http://eg.example:BAD/"),
        "ValueError: expected a port from 0 to 65535 after the host, got what is none",
    ),
    Report(
        "A % that begins no escape is sent as it is, and strict servers refuse it.",
        lambda: signed("http://h.example/50%?q=50% off&n=1").uri,
        "http://h.example/50%25?q=50%25%20off&n=1",
    ),
    Report(
        "A POST of words is sent as a form that is none.",
        lambda: (form_guessed("plain words, no pairs"), form_guessed("a=two words")),
        (None, "application/x-www-form-urlencoded"),
    ),
    Report(
        "A password in a URL is shown in an error.",
        lambda: split_url("http://me:sekrit@eg.example:sekrit/"),
        "ValueError: expected a port from 0 to 65535 after the host, got what is none",
    ),
]
