"""An HMAC whose key is kept by who signs, and by nobody else."""

from __future__ import annotations

import copy
import hashlib
import hmac
import pickle
from typing import Any

import pytest
from hypothesis import given, strategies as st
from known import CONSUMER, HMAC_SHA1, TOKEN

import oauth2
from oauth2.keyed_hash import KeyedHash

URL = "http://a.example/?size=big"


def signature(signer: oauth2.Signer) -> tuple[oauth2.Request, str]:
    """Sign a GET; return the request as it is received, and what signed it."""
    url, headers, _ = signer.sign("GET", URL)
    request = oauth2.Request.from_request("GET", url, headers)
    assert request is not None
    return request, request["oauth_signature"]


def is_by(request: oauth2.Request, consumer: Any, token: Any, method: Any = HMAC_SHA1) -> bool:
    return bool(method.check(request, consumer, token, request["oauth_signature"]))


@given(
    st.lists(st.tuples(st.binary(max_size=200), st.binary(max_size=200)), min_size=1, max_size=4),
    st.sampled_from(["sha1", "sha256", "sha512"]),
)
def test_any_key_makes_what_hmac_makes(pairs: list[tuple[bytes, bytes]], hash_name: str) -> None:
    """Also a key longer than a block, and several of them in turn."""
    keyed = KeyedHash()
    for key, text in [*pairs, *pairs]:
        for name in (hash_name, "sha1"):
            assert keyed.digest(key, text, name) == hmac.digest(key, text, name)


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 127, 128, 129])
@pytest.mark.parametrize("hash_name", ["sha1", "sha256", "sha512"])
def test_a_key_may_be_as_long_as_a_block(length: int, hash_name: str) -> None:
    """It is hashed first only where it is longer (RFC 2104 section 2)."""
    key = b"k" * length
    expected = hmac.new(key, b"text", hash_name).digest()
    assert KeyedHash().digest(key, b"text", hash_name) == expected


def test_a_hash_may_be_named_by_its_function() -> None:
    """As hmac takes it; RFC 2202 has the digest."""
    made = KeyedHash().digest(b"Jefe", b"what do ya want for nothing?", hashlib.sha1)
    assert made.hex() == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"


def test_what_a_program_puts_in_the_place_of_hmac_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A validated module may be asked for every digest."""
    monkeypatch.setattr(hmac, "digest", lambda key, text, hash_name: key + text + hash_name)
    assert KeyedHash().digest(b"a", b"b", b"c") == b"abc"
    monkeypatch.setattr(hmac, "digest", lambda *given: repr(given).encode())
    assert KeyedHash().digest(b"a", b"b", "sha1") == b"(b'a', b'b', 'sha1')"


def test_a_key_is_put_into_a_hash_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it makes of the hash is there for the next text."""
    keyed, new, made = KeyedHash(), hashlib.new, []

    def counted(hash_name: str, *given: Any) -> Any:
        made.append(hash_name)
        return new(hash_name, *given)

    monkeypatch.setattr(hashlib, "new", counted)
    keyed.digest(b"key", b"text", "sha1")
    before = made.copy()
    keyed.digest(b"key", b"another", "sha1")
    assert made == before != []


def test_secrets_that_change_are_signed_by() -> None:
    """A Signer signs by those that its consumer and token have when it signs."""
    consumer, token = oauth2.Consumer("key", "first"), oauth2.Token("token", "second")
    signer = oauth2.Signer(consumer, token)
    for secret in ("first", "other", "first"):
        consumer.secret = secret
        assert is_by(signature(signer)[0], oauth2.Consumer("key", secret), token)
    token.secret = "third"
    assert is_by(signature(signer)[0], consumer, oauth2.Token("token", "third"))
    signer.signature_method = oauth2.SignatureMethod_HMAC_SHA256()
    assert is_by(signature(signer)[0], consumer, token, oauth2.SignatureMethod_HMAC_SHA256())


@pytest.mark.parametrize(
    "remade", [copy.copy, copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))]
)
def test_a_signer_is_copied_and_pickled_after_it_has_signed(remade: Any) -> None:
    """Each of them goes on signing."""
    signer = oauth2.Signer(CONSUMER, TOKEN)
    signature(signer)
    for each in (remade(signer), signer):
        assert is_by(signature(each)[0], CONSUMER, TOKEN)


def test_what_is_pickled_has_no_key() -> None:
    """But that of the consumer and the token."""
    keyed = KeyedHash()
    keyed.digest(b"c0nsumersecret", b"text", "sha1")
    assert pickle.dumps(keyed) == pickle.dumps(KeyedHash())


def test_an_overridden_method_finds_its_own_key() -> None:
    """As where no Signer is."""

    class Own(oauth2.SignatureMethod_HMAC_SHA1):
        def signing_base(self, request: Any, consumer: Any, token: Any) -> Any:
            return b"known&elsewhere", request.signature_base_string()

    request, signed = signature(oauth2.Signer(CONSUMER, TOKEN, signature_method=Own()))
    del request["oauth_signature"]
    assert Own().sign(request, CONSUMER, None).decode() == signed


def test_a_client_signs_by_the_key_that_it_keeps() -> None:
    """And by another after its token has changed."""
    client = oauth2.Client(CONSUMER, TOKEN)
    tokens = [TOKEN, oauth2.Token("other", "other secret"), TOKEN]
    for token in tokens:
        client.token = token
        url, _, _ = client.sign(URL)[:3]
        request = oauth2.Request.from_request("GET", url)
        assert request is not None
        assert is_by(request, CONSUMER, token)
