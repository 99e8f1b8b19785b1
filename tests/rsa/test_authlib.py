"""Judged by Authlib: what its client signs, our Server accepts."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from authlib.oauth1.rfc5849.client_auth import ClientAuth
from known import FORM, MARKED_CONSUMER as CONSUMER, MARKED_TOKEN as TOKEN
from present import present
from rsa_keys import KEY, PRIVATE_PEM
from secrets_check import assert_no_secret
from tables import rows

import oauth2

SECRETS = (CONSUMER.secret, TOKEN.secret, *PRIVATE_PEM.splitlines()[1:-1])
METHODS = {
    "HMAC-SHA1": oauth2.SignatureMethod_HMAC_SHA1(),
    "RSA-SHA1": oauth2.SignatureMethod_RSA_SHA1(public_key=KEY.public_key()),
    "PLAINTEXT": oauth2.SignatureMethod_PLAINTEXT(),
}
URLS = {
    "plain": "https://photos.example.net/photos",
    "empty path": "https://photos.example.net",
    "ports": "https://photos.example.net:8443/photos",
    "default port": "https://Photos.Example.NET:443/Photos",
    "query": "https://photos.example.net/?a=2&a=1&a=2&blank=&b=%2B+%20~",
    "escapes": "https://photos.example.net/r%20v/?q=%26%3D%2541&%C3%A9=%E2%98%83",
    "brackets": "https://photos.example.net/?f%5Ba%5D=1&f0=2",
}
FORMS = {
    "none": [],
    "one": [("status", "Hello Ladies + Gentlemen, a signed OAuth request!")],
    "repeated": [("m", "2"), ("m", "1"), ("m", "2")],
    "others": [("é", "☃"), ("f[a]", "1"), ("f0", "%41"), ("blank", "")],
}

TOKENS = {"token": TOKEN, "no token": None}
SHA1 = ["HMAC-SHA1"]


def client(
    method: str, signature_type: str, token: oauth2.Token | None = TOKEN, **options: Any
) -> ClientAuth:
    return ClientAuth(
        CONSUMER.key,
        CONSUMER.secret,
        token and token.key,
        token and token.secret,
        signature_method=method,
        signature_type=signature_type,
        rsa_key=PRIVATE_PEM,
        **options,
    )


def prepared(
    auth: Any, http_method: str, url: str, headers: dict[str, str], body: str
) -> tuple[str, dict[str, str], str]:
    """Sign and write once: older versions of Authlib's ``sign`` write queries and forms twice."""
    parameters = auth.get_oauth_params(oauth2.generate_nonce(20), str(oauth2.generate_timestamp()))
    unsigned = auth._render(url, {**headers}, body, [*parameters])
    signature = auth.get_oauth_signature(http_method, *unsigned)
    url, headers, body = auth._render(
        url, {**headers}, body, [*parameters, ("oauth_signature", signature)]
    )
    return url, headers, body


def assert_accepted(
    http_method: str, url: str, headers: Any, body: Any, token: oauth2.Token | None = TOKEN
) -> oauth2.Request:
    octets = body.encode() if isinstance(body, str) else body
    server = oauth2.Server(METHODS)
    request = oauth2.Request.from_request(http_method, url, headers, body=octets)
    assert request is not None
    server.verify_request(request, CONSUMER, token)
    with pytest.raises(oauth2.NonceUsed) as caught:
        server.verify_request(request, CONSUMER, token)
    assert_no_secret(caught.value, *SECRETS)
    return request


@pytest.mark.parametrize(
    ("method", "signature_type", "url", "owner"),
    rows(
        (SHA1, ["HEADER", "QUERY"], URLS, ["token"]),
        (METHODS, ["HEADER", "QUERY"], ["query"], TOKENS),
    ),
)
def test_a_get_that_authlib_signs_is_accepted(
    method: str, signature_type: str, url: str, owner: str
) -> None:
    """A GET with the signature in the header or in the query is accepted, once."""
    token = TOKENS[owner]
    url, headers, _ = prepared(client(method, signature_type, token), "GET", URLS[url], {}, "")
    assert_accepted("GET", url, headers, None, token)


@pytest.mark.parametrize(
    ("method", "url", "owner"), rows((SHA1, URLS, ["token"]), (METHODS, ["query"], TOKENS))
)
def test_a_get_that_authlib_prepares_is_accepted(method: str, url: str, owner: str) -> None:
    """A GET as Authlib's client prepares it is accepted, once."""
    token = TOKENS[owner]
    url, headers, _ = client(method, "HEADER", token).prepare("GET", URLS[url], {}, "")
    assert_accepted("GET", url, headers, None, token)


@pytest.mark.parametrize(
    ("method", "signature_type", "url", "name"),
    rows(
        (SHA1, ["HEADER", "QUERY", "BODY"], ["query"], FORMS),
        (METHODS, ["HEADER", "QUERY", "BODY"], ["plain", "query"], ["others"]),
    ),
)
def test_a_form_that_authlib_signs_is_accepted(
    method: str, signature_type: str, url: str, name: str
) -> None:
    """A form with the signature in any of the three places is accepted, once."""
    auth, form = client(method, signature_type), FORMS[name]
    sent = prepared(auth, "POST", URLS[url], {"Content-Type": FORM}, urlencode(form))
    request = assert_accepted("POST", *sent)
    values = dict(parse_qsl(urlencode(form), keep_blank_values=True))
    assert values.keys() <= request.keys()


@pytest.mark.parametrize("realm", ["Photos", "a, b", "https://photos.example.net/"])
def test_a_realm_of_authlib_is_read(realm: str) -> None:
    """The realm that Authlib writes is read, and not signed."""
    auth = client("HMAC-SHA1", "HEADER", realm=realm)
    _, headers, _ = auth.prepare("GET", URLS["query"], {}, "")
    assert assert_accepted("GET", URLS["query"], headers, None).realm == realm


@pytest.mark.parametrize("method", ["HMAC-SHA1", "RSA-SHA1", "PLAINTEXT"])
def test_a_body_hash_of_authlib_is_checked(method: str) -> None:
    """The oauth_body_hash of Authlib fits the body that it signed, and no other."""
    body = json.dumps({"é": "☃"}).encode()
    auth = client(method, "HEADER", force_include_body=True)
    headers = {"Content-Type": "application/json"}
    url, headers, _ = auth.prepare("PUT", URLS["query"], headers, body)
    assert "oauth_body_hash" in headers["Authorization"]
    assert_accepted("PUT", url, headers, body)
    forged = present(oauth2.Request.from_request("PUT", url, headers, body=body + b" "))
    with pytest.raises(oauth2.BodyHashInvalid) as caught:
        oauth2.Server(METHODS).verify_request(forged, CONSUMER, TOKEN)
    assert_no_secret(caught.value, *SECRETS)


@pytest.mark.parametrize("method", ["HMAC-SHA1", "RSA-SHA1"])
def test_what_was_changed_after_authlib_signed_it_is_refused(method: str) -> None:
    """Another method, another value or another secret is refused."""
    url, headers, _ = client(method, "HEADER").prepare("GET", URLS["query"], {}, "")
    for http_method, changed in (("DELETE", url), ("GET", url.replace("a=1", "a=3"))):
        request = present(oauth2.Request.from_request(http_method, changed, headers))
        with pytest.raises(oauth2.SignatureInvalid) as caught:
            oauth2.Server(METHODS).verify_request(request, CONSUMER, TOKEN)
        assert_no_secret(caught.value, *SECRETS)
