"""Every call of the table by every library, signed: judged, and compared with it unsigned."""

from __future__ import annotations

import copy
import inspect
from pathlib import Path
from typing import Any

import pytest
from known import CONSUMER, CONSUMER_SECRET, TOKEN
from libraries.calls import BODIES, CALLS, HOSTS, METHODS, OF_EACH_KIND, URLS, Call, unsigned
from libraries.drivers import PREPARING, Driver, sendable
from libraries.servers import Web
from tables import rows
from wire import (
    KEYS,
    Answer,
    Keys,
    Origin,
    Received,
    assert_fresh_nonces,
    assert_signed,
)

import oauth2
import oauth2.profiles

PLACEMENTS = ["header", "query"]
FEW = ["form as a dict", "form as bytes", "JSON", "multipart", "generator"]
SIGNATURE_METHODS = [
    oauth2.SignatureMethod_HMAC_SHA1(),
    oauth2.SignatureMethod_HMAC_SHA256(),
    oauth2.SignatureMethod_HMAC_SHA512(),
    oauth2.SignatureMethod_PLAINTEXT(),
]


def sent(driver: Driver, origin: Origin, call: Call, auth: Any, proxy: str = "") -> Received:
    """Send a call, and return what was received, of which there is one."""
    origin.received.clear()
    assert driver.send(call, origin.url, auth, proxy=proxy).status == 200
    (received,) = origin.received
    return received


def assert_changed_by_signing_only(received: Received, plain: Received) -> None:
    """Fail when a library sends anything else because it is signed."""
    assert unsigned(received) == unsigned(plain)


@pytest.mark.parametrize(
    ("driver", "name", "placement"),
    sendable(rows(({**URLS, **METHODS}, PLACEMENTS), (BODIES, ["header"]), (FEW, ["query"]))),
    indirect=["driver"],
)
def test_every_call_is_signed_as_it_is_sent(
    web: Web, driver: Driver, name: str, placement: str
) -> None:
    """Both judges accept it, and but for the signature it is as without an auth."""
    call = CALLS[name]
    plain = sent(driver, web.provider, call, None)
    received = sent(driver, web.provider, call, driver.auth(placement=placement))
    assert_signed(received, KEYS, oauthlib=call.is_utf8)
    assert received.place() == placement
    assert_changed_by_signing_only(received, plain)
    has_hash = received.oauth("oauth_body_hash") is not None
    assert call.has_hash in (None, has_hash)


@pytest.mark.parametrize(
    ("name", "placement"),
    rows((HOSTS, ["header"]), (["host", "user-info", "host without a path"], ["query"])),
)
def test_every_host_is_signed_as_it_is_sent(
    web: Web, driver: Driver, name: str, placement: str
) -> None:
    """Whatever the Host header makes of it, and through a proxy."""
    auth = driver.auth(placement=placement)
    plain = sent(driver, web.provider, HOSTS[name], None, web.provider.url)
    received = sent(driver, web.provider, HOSTS[name], auth, web.provider.url)
    assert_signed(received, KEYS)
    assert_changed_by_signing_only(received, plain)


@pytest.mark.parametrize("signature_method", SIGNATURE_METHODS, ids=lambda method: method.name)
@pytest.mark.parametrize("placement", PLACEMENTS)
def test_every_signature_method(
    web: Web, driver: Driver, signature_method: Any, placement: str
) -> None:
    """Judges accept each of them for a query, a form, and bodies with a hash."""
    auth = driver.auth(signature_method=signature_method, placement=placement)
    for name in OF_EACH_KIND:
        received = sent(driver, web.provider, CALLS[name], auth)
        assert_signed(received, KEYS)
        assert received.oauth("oauth_signature_method") == signature_method.name


def test_a_request_for_a_consumer_alone(web: Web, driver: Driver) -> None:
    """Without a token there is no oauth_token."""
    received = sent(driver, web.provider, CALLS["JSON"], driver.auth(token=None))
    assert_signed(received, Keys(CONSUMER_SECRET))
    assert received.oauth("oauth_token") is None


@pytest.mark.parametrize("realm", ["", "Photos", 'a "b" c'])
def test_a_realm_is_sent_and_not_signed(web: Web, driver: Driver, realm: str) -> None:
    """It stands in the header as it was given; oauthlib does not read an escaped quote."""
    received = sent(driver, web.provider, CALLS["JSON"], driver.auth(realm=realm))
    assert_signed(received, KEYS, oauthlib='"' not in realm)
    quoted = realm.replace('"', '\\"')
    assert f'realm="{quoted}"' in (received.header("authorization") or "")


def test_no_realm_is_sent_by_default(web: Web, driver: Driver) -> None:
    """There are verifiers that raise on any."""
    received = sent(driver, web.provider, CALLS["plain"], driver.auth())
    assert "realm" not in (received.header("authorization") or "")


@pytest.mark.parametrize("name", ["plain", "JSON", "bytes", "file", "DELETE"])
def test_the_body_hash_can_be_switched_off(web: Web, driver: Driver, name: str) -> None:
    """No body is hashed then."""
    received = sent(driver, web.provider, CALLS[name], driver.auth(include_body_hash=False))
    assert_signed(received, KEYS)
    assert received.oauth("oauth_body_hash") is None


def test_body_is_no_placement(driver: Driver) -> None:
    """These libraries send a body on to another origin, signature and all."""
    with pytest.raises(ValueError, match="placement"):
        driver.auth(placement="body")


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_an_auth_of_a_signer_signs_as_it_does(web: Web, driver: Driver, placement: str) -> None:
    """`of` takes credentials, placement and all else from the Signer."""
    signer: Any = oauth2.Signer(
        oauth2.Consumer("another", "c-sekrit"),
        oauth2.Token("other", "t-sekrit"),
        signature_method=oauth2.SignatureMethod_HMAC_SHA256(),
        placement=placement,
        realm="Photos",
        include_body_hash=False,
    )
    received = sent(driver, web.provider, CALLS["JSON"], driver.kind().of(signer))
    assert_signed(received, Keys("c-sekrit", "t-sekrit"))
    assert received.place() == placement
    assert received.oauth("oauth_consumer_key") == "another"
    assert received.oauth("oauth_signature_method") == "HMAC-SHA256"
    assert received.oauth("oauth_body_hash") is None


def test_only_a_signer_can_be_signed_by(driver: Driver) -> None:
    """A profile has a ``placement`` too, but is refused before a request is to be signed."""
    profile = oauth2.profiles.Profile("mine", CONSUMER, TOKEN)
    with pytest.raises(TypeError, match=r"signer: expected a Signer, got Profile\Z"):
        driver.kind().of(profile)


def test_help_tells_each_argument(driver: Driver) -> None:
    """Of the class that a program imports, wherever the argument is taken."""
    told = driver.kind().__init__.__doc__
    names = inspect.signature(driver.kind()).parameters
    assert [name for name in names if f"``{name}" not in told] == []


def test_a_real_file_is_sent_whole(web: Web, driver: Driver, tmp_path: Path) -> None:
    """One of a disk, opened for reading; the caller can go on with it."""
    path = tmp_path / "video"
    path.write_bytes(b"\x00\xff" * 100_000)
    with path.open("rb") as file:
        call = CALLS["file"]._replace(content=lambda: file)
        received = sent(driver, web.provider, call, driver.auth())
    assert received.body == path.read_bytes()
    assert_signed(received, KEYS)


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_the_cookies_of_a_session_are_sent(web: Web, driver: Driver, placement: str) -> None:
    """And the request with them is signed as one without."""
    web.provider.script["/login"] = Answer(headers={"Set-Cookie": "session=abc; Path=/"})
    auth = driver.auth(placement=placement)
    driver.send(Call(path="/login"), web.provider.url, auth)
    received = sent(driver, web.provider, CALLS["plain"], auth)
    assert received.header("cookie") == "session=abc"
    assert_signed(received, KEYS)


@pytest.mark.parametrize("driver", PREPARING, indirect=True)
@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize("name", ["params as pairs", "form as a dict", "JSON", "multipart"])
def test_a_prepared_request_can_be_sent_again(
    web: Web, driver: Driver, name: str, placement: str
) -> None:
    """It has a new nonce each time, and the parameters of one signature."""
    auth = driver.auth(placement=placement)
    responses = driver.send_prepared(CALLS[name], web.provider.url, auth, times=3)
    assert [response.status for response in responses] == [200] * 3
    for received in web.provider.received:
        assert_signed(received, KEYS)
        assert received.place() == placement
    assert_fresh_nonces(*web.provider.received)
    first, *others = map(unsigned, web.provider.received)
    assert others == [first, first]


@pytest.mark.parametrize("placement", PLACEMENTS)
@pytest.mark.parametrize("name", ["params with lists", "form with lists", "JSON", "own headers"])
def test_nothing_that_the_caller_gave_is_changed(
    web: Web, driver: Driver, name: str, placement: str
) -> None:
    """Neither params, headers, form nor what becomes JSON."""
    call = CALLS[name]._replace(headers={"X-A": "1"})
    given = copy.deepcopy(call)
    sent(driver, web.provider, call, driver.auth(placement=placement))
    assert call == given


def test_an_auth_shows_no_secret(driver: Driver) -> None:
    """Neither in its repr nor in its str."""
    shown = f"{driver.auth()!r} {driver.auth()!s}"
    assert "sekrit" not in shown


def test_a_refusal_is_returned_as_it_is(web: Web, driver: Driver) -> None:
    """A 401 is asked once, whatever its challenge is."""
    challenge = {"WWW-Authenticate": 'OAuth realm="r", oauth_problem="token_rejected"'}
    web.provider.script["/r"] = Answer(401, challenge, b"go away")
    response = driver.send(CALLS["plain"], web.provider.url, driver.auth())
    assert response == (401, b"go away")
    assert len(web.provider.received) == 1
