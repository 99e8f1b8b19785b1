"""Published known answers: every entry of vectors.json, and more that are recomputed here."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from vectors import BY_ID, VECTORS, Vector

from oauth2 import (
    Consumer,
    Request,
    SignatureMethod,
    SignatureMethod_HMAC_SHA1,
    SignatureMethod_HMAC_SHA256,
    SignatureMethod_HMAC_SHA512,
    SignatureMethod_PLAINTEXT,
    Token,
    escape,
)
from oauth2.body import body_hash
from oauth2.encoding import encoded_pairs
from oauth2.headers import parse
from oauth2.normalize import joined
from oauth2.parameters import decode_pairs, grouped
from oauth2.urls import split_url

METHODS = {
    method.name: method
    for method in (
        SignatureMethod_HMAC_SHA1(),
        SignatureMethod_HMAC_SHA256(),
        SignatureMethod_HMAC_SHA512(),
        SignatureMethod_PLAINTEXT(),
    )
}


def _verified(kind: str) -> list[Vector]:
    return [v for v in VECTORS if v["verified"] and v["kind"] == kind and not _is_rsa(v)]


def _is_rsa(vector: Vector) -> bool:
    return str(vector.get("signature_method", "")).startswith("RSA-")


# What follows claims entries; tests/rsa/test_rsa_vectors.py claims those that need cryptography.
REQUESTS = _verified("request")
BASE_URIS = _verified("base-uri")
SIGNATURES = _verified("signature")
NORMALIZATIONS = _verified("normalization")
ENCODINGS = _verified("encoding")
BODY_HASHES = _verified("body-hash")
SIGNATURE_MISPRINTS = [
    BY_ID["rfc5849-3.1-signature-as-printed"],
    BY_ID["rfc5849-3.4.1.3.1-signature-as-printed"],
    BY_ID["x-authorizing-a-request-header"],
]
PRINTED_WITHOUT_SECRETS = [
    BY_ID["rfc5849-3.5.1-header"],
    BY_ID["bodyhash-A.1-signature-as-printed"],
]
BASE_STRING_MISPRINTS = [BY_ID["wiki-9.1.2-no-slash-old"]]
NORMALIZATION_MISPRINTS = [BY_ID["wiki-9.1.1-normalize-typo"]]

CLAIMED = [
    *REQUESTS,
    *BASE_URIS,
    *SIGNATURES,
    *NORMALIZATIONS,
    *ENCODINGS,
    *BODY_HASHES,
    *SIGNATURE_MISPRINTS,
    *PRINTED_WITHOUT_SECRETS,
    *BASE_STRING_MISPRINTS,
    *NORMALIZATION_MISPRINTS,
]


def table(vectors: list[Vector]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("vector", vectors, ids=[vector["id"] for vector in vectors])


def request_of(vector: Vector) -> Request:
    return Request(vector["method"], vector["url"], grouped(vector["params"]))


def credentials_of(vector: Vector) -> tuple[Consumer, Token | None]:
    parameters = dict(vector["params"])
    consumer = Consumer(parameters.get("oauth_consumer_key", ""), vector["consumer_secret"])
    if "oauth_token" not in parameters and not vector["token_secret"]:
        return consumer, None
    return consumer, Token(parameters.get("oauth_token", ""), vector["token_secret"])


def signed_by_us(vector: Vector) -> str:
    consumer, token = credentials_of(vector)
    method = METHODS[vector["signature_method"]]
    return method.sign(request_of(vector), consumer, token).decode()


class BaseStringOnly:
    """A request of which nothing but the base string is known."""

    def __init__(self, base_string: str) -> None:
        self.base_string = base_string

    def signature_base_string(self) -> str:
        return self.base_string


def test_every_entry_that_needs_no_rsa_is_claimed_by_exactly_one_table() -> None:
    """No entry of the file is left out or counted twice; those of RSA are claimed elsewhere."""
    expected = {vector["id"]: 1 for vector in VECTORS if not _is_rsa(vector)}
    assert Counter(vector["id"] for vector in CLAIMED) == expected


def test_every_id_of_the_file_is_given_once() -> None:
    """An id that stands twice would hide an entry."""
    assert len(BY_ID) == len(VECTORS)


@table(REQUESTS)
def test_published_request_has_its_base_string(vector: Vector) -> None:
    """Method, URL and parameters give the base string of the source."""
    assert request_of(vector).signature_base_string() == vector["base_string"]


@table(REQUESTS)
def test_normalized_parameters_are_the_last_part_of_the_published_base_string(
    vector: Vector,
) -> None:
    """The parameter string, encoded once more, ends the base string."""
    last = vector["base_string"].split("&")[2]
    assert escape(request_of(vector).get_normalized_parameters()) == last


@table([vector for vector in REQUESTS if "signature" in vector])
def test_published_request_has_its_signature(vector: Vector) -> None:
    """A published request with published secrets has the published signature."""
    assert signed_by_us(vector) == vector["signature"]


@table([vector for vector in REQUESTS if "signature" in vector])
def test_published_signature_passes_the_check(vector: Vector) -> None:
    """The published signature is accepted as text and as bytes."""
    consumer, token = credentials_of(vector)
    method, signature = METHODS[vector["signature_method"]], vector["signature"]
    answers = [
        method.check(request_of(vector), consumer, token, signature),
        method.check(request_of(vector), consumer, token, signature.encode()),
    ]
    assert answers == [True, True]


@table([vector for vector in REQUESTS if "signature" in vector])
def test_published_signature_with_another_last_character_fails_the_check(vector: Vector) -> None:
    """A signature that differs in one character is refused."""
    consumer, token = credentials_of(vector)
    method = METHODS[vector["signature_method"]]
    wrong = vector["signature"][:-1] + "!"
    assert not method.check(request_of(vector), consumer, token, wrong)


@table([vector for vector in REQUESTS if "signature" in vector])
def test_sign_request_puts_the_published_signature_into_the_header(vector: Vector) -> None:
    """The whole walk ends in a header with the published signature, percent-encoded."""
    consumer, token = credentials_of(vector)
    request = request_of(vector)
    method = METHODS[vector["signature_method"]]
    request.sign_request(method, consumer, token, include_body_hash=False)
    signature = quote(vector["signature"], safe="~")
    assert f'oauth_signature="{signature}"' in request.to_header()["Authorization"]


@table([vector for vector in REQUESTS if "body" in vector])
def test_published_body_is_signed_with_its_published_hash(vector: Vector) -> None:
    """Signing a request with the published body fills in the published oauth_body_hash."""
    parameters = dict(vector["params"])
    expected = parameters.pop("oauth_body_hash")
    request = Request(vector["method"], vector["url"], parameters, body=vector["body"].encode())
    request.sign_request(SignatureMethod_HMAC_SHA1(), Consumer("consumer", "any"), None)
    assert request["oauth_body_hash"] == expected.encode()
    assert request.signature_base_string() == vector["base_string"]


@table(BASE_URIS)
def test_published_url_has_its_base_string_uri(vector: Vector) -> None:
    """The base string URI is the one that the source prints."""
    assert split_url(vector["url"]).encoded_base_uri == quote(vector["output"], safe="~")


@table(BASE_URIS)
def test_published_url_is_normalized_on_a_request(vector: Vector) -> None:
    """``normalized_url`` is the published base string URI where the path is not empty."""
    assert Request("GET", vector["url"]).normalized_url == vector["output"]


@table(SIGNATURES)
def test_published_base_string_and_secrets_have_their_signature(vector: Vector) -> None:
    """A published base string is signed as the source says."""
    consumer, token = credentials_of(vector)
    method = METHODS[vector["signature_method"]]
    signature = method.sign(BaseStringOnly(vector["base_string"]), consumer, token)
    assert signature == vector["signature"].encode()


@table(NORMALIZATIONS)
def test_published_pairs_are_normalized_as_printed(vector: Vector) -> None:
    """Pairs are encoded, sorted and joined as the source prints them."""
    assert joined(encoded_pairs(grouped(vector["params"]))) == vector["output"]


@table(NORMALIZATIONS)
def test_published_pairs_are_normalized_by_a_request(vector: Vector) -> None:
    """A request that holds the pairs normalizes them likewise."""
    request = Request("GET", "http://example.com/", grouped(vector["params"]))
    assert request.get_normalized_parameters() == vector["output"]


@table(ENCODINGS)
def test_published_text_is_escaped_as_printed(vector: Vector) -> None:
    """Text is percent-encoded as the source prints it."""
    assert escape(vector["input"]) == vector["output"]


@table(BODY_HASHES)
def test_published_body_has_its_hash(vector: Vector) -> None:
    """A body hashes to what the source prints, with SHA-1 unless it says otherwise."""
    hash_name = vector.get("hash", "sha1").lower()
    assert body_hash(vector["body"], hash_name) == vector["output"].encode()


@table(SIGNATURE_MISPRINTS)
def test_misprinted_signature_is_not_ours(vector: Vector) -> None:
    """The printed signature is wrong; ours is the right one that the note gives."""
    ours = signed_by_us(vector)
    assert ours != vector["signature"]
    assert ours == vector["computed"]["signature"]


@table(SIGNATURE_MISPRINTS)
def test_base_string_beside_a_misprinted_signature_is_right(vector: Vector) -> None:
    """Only the signature is misprinted: the base string is ours."""
    ours = request_of(vector).signature_base_string()
    assert ours == vector["base_string"] == vector["computed"]["base_string"]


def test_misprinted_header_of_x_belongs_to_the_first_url_of_twitter() -> None:
    """The signature that X prints is the one for the URL before the host was renamed."""
    printed = BY_ID["x-authorizing-a-request-header"]["signature"]
    assert printed == signed_by_us(BY_ID["twitter-creating-signature-v1"])


@table(PRINTED_WITHOUT_SECRETS)
def test_signature_printed_without_secrets_has_our_base_string(vector: Vector) -> None:
    """No secrets are printed, so only the base string can be held against the source."""
    assert "consumer_secret" not in vector
    ours = request_of(vector).signature_base_string()
    assert ours == vector["base_string"] == vector["computed"]["base_string"]


@table(PRINTED_WITHOUT_SECRETS)
def test_signature_printed_without_secrets_is_not_that_of_empty_secrets(vector: Vector) -> None:
    """The printed signature cannot be had from what is printed."""
    ours = SignatureMethod_HMAC_SHA1().sign(request_of(vector), Consumer("", ""), None)
    assert ours != vector["signature"].encode()


@table(PRINTED_WITHOUT_SECRETS)
def test_signature_printed_without_secrets_survives_a_header(vector: Vector) -> None:
    """As a header the entry is built and read back without loss, its signature included."""
    request = request_of(vector)
    request["oauth_signature"] = vector["signature"]
    parameters = {**dict(vector["params"]), "oauth_signature": vector["signature"]}
    assert parse(request.to_header()["Authorization"]) == parameters


def test_body_beside_a_signature_printed_without_secrets_has_its_hash() -> None:
    """The body hash of the draft's appendix A.1 is right even where its signature is not."""
    vector = BY_ID["bodyhash-A.1-signature-as-printed"]
    assert body_hash(vector["body"], "sha1") == vector["computed"]["body_hash"].encode()


@table(BASE_STRING_MISPRINTS)
def test_superseded_base_string_is_not_ours(vector: Vector) -> None:
    """An empty path is ``/`` in ours, as in the later revision."""
    ours = request_of(vector).signature_base_string()
    assert ours != vector["base_string"]
    assert ours == vector["computed"]["base_string"]


@table(NORMALIZATION_MISPRINTS)
def test_misprinted_normalization_is_not_ours(vector: Vector) -> None:
    """The printed parameters lost a character; ours are the right ones."""
    ours = joined(encoded_pairs(grouped(vector["params"])))
    assert ours != vector["output"]
    assert ours == vector["computed"]["output"]


_BLOCK_SIZES = {"sha1": 64, "sha256": 64, "sha512": 128}


def hmac_from_scratch(hash_name: str, key: bytes, text: bytes) -> bytes:
    """RFC 2104, by the book."""
    size = _BLOCK_SIZES[hash_name]
    if len(key) > size:
        key = hashlib.new(hash_name, key).digest()
    key = key.ljust(size, b"\0")
    inner = hashlib.new(hash_name, bytes([octet ^ 0x36 for octet in key]) + text).digest()
    return hashlib.new(hash_name, bytes([octet ^ 0x5C for octet in key]) + inner).digest()


class Published(NamedTuple):
    """A published request: ``parameters`` are all of its decoded pairs, none are in the URL."""

    source: str
    url: str
    parameters: dict[str, str]
    consumer_secret: str
    token_secret: str
    signature: str

    def base_string_from_scratch(self) -> str:
        pairs = sorted([(quote(n, safe="~"), quote(v, safe="~")) for n, v in self._pairs()])
        text = "&".join([f"{name}={value}" for name, value in pairs])
        return f"POST&{quote(self.url, safe='~')}&{quote(text, safe='~')}"

    def signature_from_scratch(self) -> str:
        key = f"{quote(self.consumer_secret, safe='~')}&{quote(self.token_secret, safe='~')}"
        text = self.base_string_from_scratch()
        return base64.b64encode(hmac_from_scratch("sha1", key.encode(), text.encode())).decode()

    def _pairs(self) -> list[tuple[str, str]]:
        return list(self.parameters.items())


def _by_hmac_sha1(key: str, nonce: str, timestamp: str, **others: str) -> dict[str, str]:
    return {
        "oauth_consumer_key": key,
        "oauth_nonce": nonce,
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": timestamp,
        "oauth_version": "1.0",
        **others,
    }


FURTHER_REQUESTS = [
    Published(
        "Twitter, Authenticating Requests with OAuth, 2010: request token",
        "https://api.twitter.com/oauth/request_token",
        _by_hmac_sha1(
            "GDdmIQH6jhtmLUypg82g",
            "QP70eNmVz8jvdPevU3oJD2AfF7R7odC2XJcn4XlZJqk",
            "1272323042",
            oauth_callback="http://localhost:3005/the_dance/process_callback?service_provider_id=11",
        ),
        "MCD8BKwGdgPHvAuvgvz4EQpqDAtx89grbuNMRd7Eh98",
        "",
        "8wUi7m5HFQy76nowoCThusfgB+Q=",
    ),
    Published(
        "Twitter, Authenticating Requests with OAuth, 2010: access token",
        "https://api.twitter.com/oauth/access_token",
        _by_hmac_sha1(
            "GDdmIQH6jhtmLUypg82g",
            "9zWH6qe0qG7Lc1telCn7FhUbLyVdjEaL3MO5uHxn8",
            "1272323047",
            oauth_token="8ldIZyxQeVrFZXFOZH5tAwj6vzJYuLQpl0WUEYtWc",
            oauth_verifier="pDNg57prOHapMbhv25RNf75lVRd6JDsni1AJJIDYoTY",
        ),
        "MCD8BKwGdgPHvAuvgvz4EQpqDAtx89grbuNMRd7Eh98",
        "x6qpRnlEmW9JbQn4PQVVeVG8ZLPEx6A0TOebgwcuA",
        "PUw/dHA4fnlJYM6RhXk5IU/0fCc=",
    ),
    Published(
        "Twitter, Authenticating Requests with OAuth, 2010: a status in Japanese",
        "http://api.twitter.com/1/statuses/update.json",
        _by_hmac_sha1(
            "GDdmIQH6jhtmLUypg82g",
            "oElnnMTQIZvqvlfXM56aBLAf5noGD0AQR3Fmi7Q6Y",
            "1272325550",
            oauth_token="819797-Jxq8aYUDRmykzVKrgoLhXSq67TEa5ruc4GJC2rWimw",
            status="setting up my twitter 私のさえずりを設定する",
        ),
        "MCD8BKwGdgPHvAuvgvz4EQpqDAtx89grbuNMRd7Eh98",
        "J6zix3FfA9LofH0awS24M3HcBYXO5nI1iYe8EfBA",
        "yOahq5m0YjDDjfjxHaXEsW9D+X0=",
    ),
    Published(
        "Twitter, Implementing Sign in with Twitter: step 3",
        "https://api.twitter.com/oauth/access_token",
        _by_hmac_sha1(
            "cChZNFj6T5R0TigYB9yd1w",
            "a9900fe68e2573b27a37f10fbad6a755",
            "1318467427",
            oauth_token="NPcudxy0yU5T3tBzho7iCotZ3cnetKwcTIRlX0iwRl0",
            oauth_verifier="uw7NjWHT6OJ1MpJOXsHfNxoAhPKpgI8BlYDhxEjIBY",
        ),
        "L8qq9PZyRg6ieKGEKhZolGC0vJWLw8iEJ88DRdyOg",
        "veNRnAWe6inFuo8o2u8SLLZLjolYDmDP7SzL0YfYI",
        "39cipBtIOHEEnybAR4sATQTpl2I=",
    ),
]

further_requests = pytest.mark.parametrize(
    "published", FURTHER_REQUESTS, ids=[published.source for published in FURTHER_REQUESTS]
)


@further_requests
def test_further_published_signature_is_right(published: Published) -> None:
    """The published signature is what RFC 2104 gives: it is printed and copied rightly."""
    assert published.signature_from_scratch() == published.signature


@further_requests
def test_further_published_request_has_its_base_string(published: Published) -> None:
    """Our base string is the one that was put together without us."""
    request = Request("POST", published.url, published.parameters)
    assert request.signature_base_string() == published.base_string_from_scratch()


@further_requests
def test_further_published_request_has_its_signature(published: Published) -> None:
    """Our signature is the published one."""
    request = Request("POST", published.url, published.parameters)
    consumer = Consumer("key", published.consumer_secret)
    token = Token("token", published.token_secret)
    signature = SignatureMethod_HMAC_SHA1().sign(request, consumer, token)
    assert signature == published.signature.encode()


HMAC_ANSWERS = [
    (
        SignatureMethod_HMAC_SHA1,
        "RFC 2202, 3, test case 2",
        "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
    ),
    (
        SignatureMethod_HMAC_SHA256,
        "RFC 4231, 4.3",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    (
        SignatureMethod_HMAC_SHA512,
        "RFC 4231, 4.3",
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
        "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
    ),
]


@pytest.mark.parametrize(("method", "source", "digest"), HMAC_ANSWERS)
def test_hmac_from_scratch_is_that_of_the_rfcs(
    method: type[SignatureMethod], source: str, digest: str
) -> None:
    """The yardstick of this module itself is measured by the test cases of the RFCs."""
    ours = hmac_from_scratch(method.hash_name, b"Jefe", b"what do ya want for nothing?")
    assert ours.hex() == digest, source


@pytest.mark.parametrize(("method", "source", "digest"), HMAC_ANSWERS)
def test_signature_method_computes_the_hmac_of_the_rfcs(
    method: type[SignatureMethod], source: str, digest: str
) -> None:
    """With the key and the text of the RFC, a method signs with the digest of the RFC."""
    kind: Any = method

    class WithKeyAndText(kind):
        def signing_base(self, request: Any, consumer: Any, token: Any) -> tuple[bytes, bytes]:
            return b"Jefe", b"what do ya want for nothing?"

    signature = WithKeyAndText().sign(None, None, None)
    assert base64.b64decode(signature).hex() == digest, source


@pytest.mark.parametrize(
    ("body", "hash_name", "expected", "source"),
    [
        (
            '{"foõ":"bar"}',
            "sha256",
            base64.b64decode("+Z+PWW2TJDnPvRcTgol+nKO3LT7xm8smnsg+//XMIyI=").hex(),
            "Mastercard, body hash of a JSON body",
        ),
        (
            "abc",
            "sha1",
            "a9993e364706816aba3e25717850c26c9cd0d89d",
            "FIPS 180, example of SHA-1",
        ),
        (
            "abc",
            "sha256",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "FIPS 180, example of SHA-256",
        ),
        (
            "abc",
            "sha512",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            "FIPS 180, example of SHA-512",
        ),
    ],
)
def test_further_published_body_has_its_hash(
    body: str, hash_name: str, expected: str, source: str
) -> None:
    """Body hashes of providers and of the standard for the hashes are ours."""
    assert body_hash(body, hash_name) == base64.b64encode(bytes.fromhex(expected)), source


def test_signature_that_twitter_prints_in_hexadecimal_is_ours() -> None:
    """Twitter prints the octets of its example's signature before their base64."""
    octets = base64.b64decode(signed_by_us(BY_ID["twitter-creating-signature-v1"]))
    assert octets.hex(" ").upper() == "B6 79 C0 AF 18 F4 E9 C5 87 AB 8E 20 0A CD 4E 48 A9 3F 8C B6"


def test_signing_key_that_twitter_prints_is_ours() -> None:
    """Twitter prints the key of its example: both secrets, joined by an ampersand."""
    vector = BY_ID["twitter-creating-signature-v1"]
    key, _ = SignatureMethod_HMAC_SHA1().signing_base(request_of(vector), *credentials_of(vector))
    assert key == (
        b"kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw&LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE"
    )


def test_url_of_core_1_0_section_9_1_2_has_its_base_string_uri() -> None:
    """OAuth Core 1.0 prints the base string URI of a URL with a default port and capitals."""
    split = split_url("HTTP://Example.com:80/resource?id=123")
    assert split.encoded_base_uri == quote("http://example.com/resource", safe="~")


def test_query_and_form_of_rfc5849_section_3_4_1_3_1_are_decoded_as_printed() -> None:
    """The table of decoded parameters in the RFC, name by name."""
    assert decode_pairs("b5=%3D%253D&a3=a&c%40=&a2=r%20b") + decode_pairs("c2&a3=2+q") == [
        ("b5", "=%3D"),
        ("a3", "a"),
        ("c@", ""),
        ("a2", "r b"),
        ("c2", ""),
        ("a3", "2 q"),
    ]


def test_parameters_of_rfc5849_section_3_4_1_3_2_are_joined_as_printed() -> None:
    """The normalized parameters of the RFC, in one line."""
    request = request_of(BY_ID["rfc5849-3.4.1.1-base-string"])
    assert request.get_normalized_parameters() == (
        "a2=r%20b&a3=2%20q&a3=a&b5=%3D%253D&c%40=&c2=&oauth_consumer_key=9djd"
        "j82h48djs9d2&oauth_nonce=7d8f3e4a&oauth_signature_method=HMAC-SHA1&o"
        "auth_timestamp=137131201&oauth_token=kkk9d7dh3k39sjv7"
    )


class PrintedRequest(NamedTuple):
    """A request as its source prints it, with its header or the parameters in its URL."""

    source: str
    method: str
    url: str
    header: str
    secrets: tuple[str, str]
    body: str = ""


PRINTED_REQUESTS = [
    PrintedRequest(
        "RFC 5849, 1.2: temporary credentials",
        "POST",
        "https://photos.example.net/initiate",
        'OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03",'
        ' oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131200", oauth_nonce="wIjqoS",'
        ' oauth_callback="http%3A%2F%2Fprinter.example.com%2Fready",'
        ' oauth_signature="74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D"',
        ("kd94hf93k423kf44", ""),
    ),
    PrintedRequest(
        "RFC 5849, 1.2: token credentials",
        "POST",
        "https://photos.example.net/token",
        'OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03",'
        ' oauth_token="hh5s93j4hdidpola", oauth_signature_method="HMAC-SHA1",'
        ' oauth_timestamp="137131201", oauth_nonce="walatlh", oauth_verifier="hfdp7dh39dks9884",'
        ' oauth_signature="gKgrFCywp7rO0OXSjdot%2FIHF7IU%3D"',
        ("kd94hf93k423kf44", "hdhd0244k9j7ao03"),
    ),
    PrintedRequest(
        "RFC 5849, 1.2: a photo",
        "GET",
        "http://photos.example.net/photos?file=vacation.jpg&size=original",
        'OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03",'
        ' oauth_token="nnch734d00sl2jdk", oauth_signature_method="HMAC-SHA1",'
        ' oauth_timestamp="137131202", oauth_nonce="chapoH",'
        ' oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D"',
        ("kd94hf93k423kf44", "pfkkdhi9sl3r4s00"),
    ),
    PrintedRequest(
        "RFC 5849, 2.1",
        "POST",
        "https://server.example.com/request_temp_credentials",
        'OAuth realm="Example", oauth_consumer_key="jd83jd92dhsh93js",'
        ' oauth_signature_method="PLAINTEXT",'
        ' oauth_callback="http%3A%2F%2Fclient.example.net%2Fcb%3Fx%3D1",'
        ' oauth_signature="ja893SD9%26"',
        ("ja893SD9", ""),
    ),
    PrintedRequest(
        "RFC 5849, 2.3",
        "POST",
        "https://server.example.com/request_token",
        'OAuth realm="Example", oauth_consumer_key="jd83jd92dhsh93js", oauth_token="hdk48Djdsa",'
        ' oauth_signature_method="PLAINTEXT", oauth_verifier="473f82d3",'
        ' oauth_signature="ja893SD9%26xyz4992k83j47x0b"',
        ("ja893SD9", "xyz4992k83j47x0b"),
    ),
    PrintedRequest(
        "OAuth Core 1.0a, A.5.3: header",
        "GET",
        "http://photos.example.net/photos?file=vacation.jpg&size=original",
        'OAuth realm="http://photos.example.net/", oauth_consumer_key="dpf43f3p2l4k3l03",'
        ' oauth_token="nnch734d00sl2jdk", oauth_signature_method="HMAC-SHA1",'
        ' oauth_signature="tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D", oauth_timestamp="1191242096",'
        ' oauth_nonce="kllo9940pd9333jh", oauth_version="1.0"',
        ("kd94hf93k423kf44", "pfkkdhi9sl3r4s00"),
    ),
    PrintedRequest(
        "OAuth Core 1.0a, A.5.3: query",
        "GET",
        "http://photos.example.net/photos?file=vacation.jpg&size=original"
        "&oauth_consumer_key=dpf43f3p2l4k3l03&oauth_token=nnch734d00sl2jdk"
        "&oauth_signature_method=HMAC-SHA1&oauth_signature=tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D"
        "&oauth_timestamp=1191242096&oauth_nonce=kllo9940pd9333jh&oauth_version=1.0",
        "",
        ("kd94hf93k423kf44", "pfkkdhi9sl3r4s00"),
    ),
    PrintedRequest(
        "Twitter, Authorizing a request",
        "POST",
        "https://api.twitter.com/1/statuses/update.json?include_entities=true",
        'OAuth oauth_consumer_key="xvz1evFS4wEEPTGEFPHBog",'
        ' oauth_nonce="kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",'
        ' oauth_signature="tnnArxj06cWHq44gCs1OSKk%2FjLY%3D",'
        ' oauth_signature_method="HMAC-SHA1", oauth_timestamp="1318622958",'
        ' oauth_token="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb", oauth_version="1.0"',
        (
            "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
            "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
        ),
        "status=Hello%20Ladies%20%2b%20Gentlemen%2c%20a%20signed%20OAuth%20request%21",
    ),
]


@pytest.mark.parametrize(
    "printed", PRINTED_REQUESTS, ids=[printed.source for printed in PRINTED_REQUESTS]
)
def test_printed_request_is_read_and_its_signature_accepted(printed: PrintedRequest) -> None:
    """A request, read from the very text of its source, has the signature of its source."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if printed.body else {}
    if printed.header:
        headers["Authorization"] = printed.header
    body = printed.body.encode() if printed.body else None
    request = Request.from_request(printed.method, printed.url, headers, body=body)
    assert request is not None
    method = METHODS[request["oauth_signature_method"]]
    consumer, token = (Consumer("any", printed.secrets[0]), Token("any", printed.secrets[1]))
    assert method.check(request, consumer, token, request["oauth_signature"])
