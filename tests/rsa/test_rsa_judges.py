"""RSA judged by oauthlib and cryptography, whose requests we accept, and who accept ours.

They build and read requests and base strings by oauthlib. Its own RSA needs one package more, so
cryptography signs and verifies these base strings.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from known import CONSUMER, FORM, TOKEN
from oauthlib import oauth1
from oauthlib.oauth1.rfc5849 import signature
from oauthlib_provider import Provider
from present import present
from rsa_keys import KEY, KINDS, PRIVATE_PEM, PUBLIC_PEM, each_kind
from secrets_check import assert_no_secret

import oauth2

HASHES = {
    "RSA-SHA1": hashes.SHA1(),
    "RSA-SHA256": hashes.SHA256(),
    "RSA-SHA512": hashes.SHA512(),
}
URLS = {
    "plain": "https://photos.example.net/photos",
    "query": "http://photos.example.net:80/?a=2&a=1&b&c=%C3%A9+%2B&f%5Ba%5D=1&f0=~",
}
PARAMETERS = {
    "none": {},
    "some": {"status": "Hello Ladies + Gentlemen!", "m": ["2", "1", "2"], "é": "☃", "blank": ""},
}

each_url = pytest.mark.parametrize("url", URLS.values(), ids=URLS)
each_form = pytest.mark.parametrize("parameters", PARAMETERS.values(), ids=PARAMETERS)


def _sign_by(method: str) -> Any:
    def sign(base_string: str, client: oauth1.Client) -> str:
        return b64encode(KEY.sign(base_string.encode(), PKCS1v15(), HASHES[method])).decode()

    return sign


class Client(oauth1.Client):
    """The client's side of oauthlib."""

    SIGNATURE_METHODS = {kind.name: _sign_by(kind.name) for kind in KINDS}  # noqa: RUF012


class Endpoint(oauth1.SignatureOnlyEndpoint):
    """The provider's side of oauthlib."""

    def _check_signature(self, request: Any, is_token_request: bool = False) -> bool:
        base_string = signature.signature_base_string(
            request.http_method,
            signature.base_string_uri(request.uri),
            signature.normalize_parameters(request.params),
        )
        octets = b64decode(request.signature, validate=True)
        hash_ = HASHES[request.signature_method]
        try:
            KEY.public_key().verify(octets, base_string.encode(), PKCS1v15(), hash_)
        except InvalidSignature:
            return False
        return True


def oauthlib_accepts(
    http_method: str, url: str, body: str | None = None, headers: dict[str, str] | None = None
) -> bool:
    valid, _ = Endpoint(Provider(CONSUMER, TOKEN)).validate_request(url, http_method, body, headers)
    return bool(valid)


def signed(kind: Any, http_method: str, url: str, parameters: Any, is_form: bool = False) -> Any:
    request = oauth2.Request.from_consumer_and_token(
        CONSUMER, TOKEN, http_method, url, parameters, is_form_encoded=is_form
    )
    request.sign_request(kind(PRIVATE_PEM), CONSUMER, TOKEN)
    return request


@pytest.mark.parametrize("signature_type", ["AUTH_HEADER", "QUERY", "BODY"])
@each_form
@each_url
@each_kind
def test_what_oauthlib_signs_by_rsa_is_accepted(
    kind: Any, url: str, parameters: dict[str, Any], signature_type: str
) -> None:
    """RSA signatures of oauthlib, in all three places, are accepted with the public key."""
    client = Client(
        str(CONSUMER.key),
        resource_owner_key=TOKEN.key,
        signature_method=kind.name,
        signature_type=signature_type,
    )
    form = urlencode(parameters, doseq=True)
    url, headers, body = client.sign(url, "POST", form, {"Content-Type": FORM})
    server = oauth2.Server()
    server.add_signature_method(kind(public_key=PUBLIC_PEM))
    request = present(oauth2.Request.from_request("POST", url, headers, body=body.encode()))
    found = server.verify_request(request, CONSUMER, TOKEN)
    assert parameters.items() <= {**found, "m": parameters.get("m")}.items()
    request["status"] = "changed"
    with pytest.raises(oauth2.SignatureInvalid) as caught:
        server.verify_request(request, CONSUMER, TOKEN)
    assert_no_secret(caught.value, CONSUMER.secret, *PRIVATE_PEM.splitlines()[1:-1])


@each_url
@each_kind
def test_oauthlib_accepts_our_rsa_header(kind: Any, url: str) -> None:
    """A header signed by RSA is accepted by oauthlib."""
    request = signed(kind, "GET", url, {})
    assert oauthlib_accepts("GET", url, headers=request.to_header("Photos"))


@each_form
@each_url
@each_kind
def test_oauthlib_accepts_our_rsa_query(kind: Any, url: str, parameters: Any) -> None:
    """A query signed by RSA is accepted by oauthlib."""
    assert oauthlib_accepts("GET", signed(kind, "GET", url, parameters).to_url())


@each_form
@each_url
@each_kind
def test_oauthlib_accepts_our_rsa_body(kind: Any, url: str, parameters: Any) -> None:
    """A form signed by RSA is accepted by oauthlib."""
    body = signed(kind, "POST", url, parameters, is_form=True).to_postdata()
    assert oauthlib_accepts("POST", url, body, {"Content-Type": FORM})


@each_kind
def test_oauthlib_refuses_a_changed_rsa_request(kind: Any) -> None:
    """The judge is awake: it refuses what is not what we signed."""
    url = signed(kind, "GET", URLS["plain"], {"a": "1"}).to_url()
    assert oauthlib_accepts("GET", url)
    assert not oauthlib_accepts("GET", url.replace("a=1", "a=2"))
