"""Who gets which token, and what is refused (RFC 5849 sections 2 and 3)."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from asking import allowed_token, ask, ask_unsigned, exchange, page_of, request_token

import oauth2
import oauth2.sandbox
from oauth2.headers import parse
from oauth2.sandbox import Provider


@pytest.fixture
def sessions(consumer: oauth2.Consumer) -> Iterator[Any]:
    """Serve a sandbox whose access tokens expire."""
    with oauth2.sandbox.run(consumer, session_seconds=60) as running:
        yield running


@pytest.fixture
def passwords(consumer: oauth2.Consumer) -> Iterator[Any]:
    """Serve a sandbox with xAuth."""
    with oauth2.sandbox.run(consumer, passwords={"bob": "bob's sekrit"}) as running:
        yield running


def access_token(provider: Provider) -> Any:
    return oauth2.Token.from_string(exchange(provider, *allowed_token(provider)).content)


def pass_time(provider: Provider, seconds: Any) -> None:
    """Set the clock of a sandbox forward, and let a request's timestamp be that old."""
    provider.server.clock_offset += seconds
    provider.server.timestamp_threshold += seconds


def renew(provider: Provider, token: Any, handle: Any) -> Any:
    url = provider.access_token_url
    return ask(provider.consumer, token, url, oauth_session_handle=handle)


def test_a_request_token_confirms_the_callback(provider: Provider) -> None:
    """As RFC 5849 section 2.1 says."""
    assert request_token(provider).callback_confirmed == "true"


@pytest.mark.parametrize(
    "callback",
    [
        "",
        "OOB.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example/",
        "app://back",
        "http:///path",
        "http://user@a.example/",
        "http://a.example/ b",
        "http://a.example/\r\nSet-Cookie: a=b",
        "http://a.example/\x00",
        "http://\u00e9.example/",
        "http://a.example:99999999/",
        "http://[/",
        "http://a:b:c/",
        "http://../",
        "OOB",
        "https://a.example",
    ],
)
def test_a_callback_is_oob_or_an_http_url(
    provider: Provider, consumer: oauth2.Consumer, callback: str
) -> None:
    """Nothing that could end a header or run a script is redirected to."""
    got = ask(consumer, None, provider.request_token_url, oauth_callback=callback)
    if callback == "https://a.example":
        assert got.status == 200
    else:
        assert got.problem == (400, "parameter_rejected")
        rejected = f"oauth_callback={oauth2.escape(callback)}"
        assert got.fields["oauth_parameters_rejected"] == rejected


@pytest.mark.parametrize("place", ["request_token_url", "access_token_url", "resource_url"])
@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 400, "parameter_absent"),
        ("?a=b", 400, "parameter_absent"),
        ("?oauth_consumer_key=other", 401, "consumer_key_unknown"),
        ("?oauth_consumer_key=%FF", 401, "consumer_key_unknown"),
        ("?oauth_nonce=a&oauth_nonce=b", 400, "parameter_rejected"),
    ],
)
def test_errors_are_answered_with_a_report_and_a_challenge(
    provider: Provider, place: str, query: str, status: int, code: str
) -> None:
    """The status and the code of the error, in the body and in WWW-Authenticate."""
    got = ask_unsigned(getattr(provider, place) + query)
    assert got.problem == (status, code)
    assert got.fields["oauth_problem_advice"]
    assert got.response["content-type"] == "application/x-www-form-urlencoded"
    challenge = parse(got.response["www-authenticate"])
    assert (challenge.realm, challenge["oauth_problem"]) == (provider.url, code)


@pytest.mark.parametrize("token", ["", "nobody", "%FF%00"])
@pytest.mark.parametrize("place", ["access_token_url", "resource_url"])
def test_an_unknown_token_is_rejected(provider: Provider, place: str, token: str) -> None:
    """Whatever octets it has."""
    query = f"?oauth_consumer_key=printer&oauth_token={token}"
    got = ask_unsigned(getattr(provider, place) + query)
    assert got.problem == (401, "token_rejected")


def test_a_resource_needs_a_token(provider: Provider, consumer: oauth2.Consumer) -> None:
    """It is protected: a signature of the consumer alone will not do."""
    got = ask(consumer, None, provider.resource_url)
    assert got.problem == (400, "parameter_absent")
    assert got.fields["oauth_parameters_absent"] == "oauth_token"


def test_a_token_is_good_for_its_own_consumer_only(consumer: oauth2.Consumer) -> None:
    """The tokens of another are unknown to it, at each step."""
    other = oauth2.Consumer("other", "other sekrit")
    with oauth2.sandbox.run(consumer, other) as provider:
        token, pin = allowed_token(provider)
        got = ask(other, token, provider.access_token_url, oauth_verifier=pin)
        assert got.problem == (401, "token_rejected")
        assert ask(other, provider.add_token(), provider.resource_url).problem == (
            401,
            "token_rejected",
        )
        assert ask(other, provider.add_token(consumer=other), provider.resource_url).status == 200


def test_a_request_token_opens_no_resource(provider: Provider, consumer: oauth2.Consumer) -> None:
    """Nor does an access token get another one."""
    token, pin = allowed_token(provider)
    assert ask(consumer, token, provider.resource_url).problem == (401, "token_rejected")
    assert exchange(provider, provider.add_token(), pin).problem == (401, "token_rejected")


def test_a_wrong_signature_is_answered_with_the_base_string(
    provider: Provider, consumer: oauth2.Consumer
) -> None:
    """The advice holds what this side would have signed, and no secret."""
    liar = oauth2.Consumer("printer", "wrong sekrit")
    got = ask(liar, None, provider.request_token_url, oauth_callback="oob")
    assert got.problem == (401, "signature_invalid")
    assert "string: POST&http%3A%2F%2F127.0.0.1%3A" in got.fields["oauth_problem_advice"]
    assert "sekrit" not in got.content


def test_a_wrong_signature_is_explained(provider: Provider, consumer: oauth2.Consumer) -> None:
    """Whoever tests a client is told what went wrong, where it can be proved."""
    secret = str(consumer.secret)
    liar = oauth2.Consumer(consumer.key, secret + "\n")
    got = ask(liar, None, provider.request_token_url, oauth_callback="oob")
    assert got.problem == (401, "signature_invalid")
    advice = got.fields["oauth_problem_advice"]
    assert "There was white space or a line break around a secret. Expected signature" in advice
    assert secret not in got.content


def test_wrong_plaintext_is_answered_without_the_secrets(provider: Provider) -> None:
    """There is no base string to show, and the key is the signature."""
    client = oauth2.Client(oauth2.Consumer("printer", "wrong sekrit"), proxy_info=None)
    client.set_signature_method(oauth2.SignatureMethod_PLAINTEXT())
    response, content = client.request(provider.request_token_url, "POST")
    assert response.status == 401
    assert b"sekrit" not in content
    assert "sekrit" not in str(response)


def test_another_version_is_answered_with_the_accepted_ones(
    provider: Provider, consumer: oauth2.Consumer
) -> None:
    """By the fields of the OAuth Problem Reporting extension."""
    got = ask(consumer, None, provider.request_token_url, oauth_version="2.0")
    assert got.problem == (400, "version_rejected")
    assert got.fields["oauth_acceptable_versions"] == "1.0-1.0"


def test_an_old_timestamp_is_answered_with_the_accepted_ones(
    provider: Provider, consumer: oauth2.Consumer
) -> None:
    """In the body and in the challenge; a client can learn the offset from it."""
    got = ask(consumer, None, provider.request_token_url, oauth_timestamp="1000")
    assert got.problem == (401, "timestamp_refused")
    first, last = map(int, got.fields["oauth_acceptable_timestamps"].split("-"))
    assert first < time.time() < last
    challenge = parse(got.response["www-authenticate"])
    assert challenge["oauth_acceptable_timestamps"] == f"{first}-{last}"


@pytest.mark.parametrize("method", ["RSA-SHA1", "none"])
def test_other_signature_methods_are_refused(provider: Provider, method: str) -> None:
    """Those of HMAC and PLAINTEXT are accepted, and no others."""
    query = f"oauth_consumer_key=printer&oauth_signature_method={method}&oauth_signature=x"
    got = ask_unsigned(f"{provider.request_token_url}?{query}&oauth_timestamp=1&oauth_nonce=1")
    assert got.problem == (400, "signature_method_rejected")


def test_a_request_is_accepted_once(provider: Provider, consumer: oauth2.Consumer) -> None:
    """The same nonce again is a replay."""
    client = oauth2.Client(consumer, provider.add_token(), placement="query", proxy_info=None)
    sent = client.sign(provider.resource_url)
    assert ask_unsigned(sent.uri).status == 200
    assert ask_unsigned(sent.uri).problem == (401, "nonce_used")


def test_a_body_is_verified_by_its_hash(provider: Provider, consumer: oauth2.Consumer) -> None:
    """A body that was changed on the way is refused."""
    client = oauth2.Client(consumer, provider.add_token(), placement="header", proxy_info=None)
    headers = {"Content-Type": "application/json"}
    sent = client.sign(provider.resource_url, "POST", b'{"a": 1}', headers)
    got = ask_unsigned(sent.uri, "POST", body=b'{"a": 2}', headers=sent.headers)
    assert got.problem == (401, "signature_invalid")
    sent = client.sign(provider.resource_url, "POST", b'{"a": 1}', headers)
    assert ask_unsigned(sent.uri, "POST", body=sent.body, headers=sent.headers).status == 200


def test_a_request_token_is_exchanged_once(provider: Provider) -> None:
    """The second time it is not known any more."""
    token, pin = allowed_token(provider)
    assert exchange(provider, token, pin).status == 200
    assert exchange(provider, token, pin).problem == (401, "token_rejected")


def test_of_two_exchanges_that_race_one_wins(provider: Provider) -> None:
    """However many ask at the same time."""
    token, pin = allowed_token(provider)
    together = threading.Barrier(4)

    def race(_: Any) -> Any:
        together.wait(timeout=10)
        return exchange(provider, token, pin).status

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(race, range(4))) == [200, 401, 401, 401]


def test_a_request_token_expires_after_ten_minutes(provider: Provider) -> None:
    """For the exchange and for the page."""
    token, pin = allowed_token(provider)
    unanswered = request_token(provider)
    pass_time(provider, 599)
    assert ask_unsigned(page_of(provider, unanswered)).status == 200
    pass_time(provider, 2)
    assert exchange(provider, token, pin).problem == (401, "token_expired")
    assert ask_unsigned(page_of(provider, unanswered)).status == 401


def test_without_a_yes_there_is_no_access_token(provider: Provider) -> None:
    """And a guess before the yes does not count as a try."""
    token = request_token(provider)
    for _ in range(6):
        assert exchange(provider, token, "1").problem == (401, "permission_unknown")
    pin = provider.allow(page_of(provider, token))
    assert exchange(provider, token, pin).status == 200


def test_an_exchange_needs_a_verifier(provider: Provider, consumer: oauth2.Consumer) -> None:
    """RFC 5849 section 2.3 requires it; a blank one is wrong."""
    token, _ = allowed_token(provider)
    got = ask(consumer, token, provider.access_token_url)
    assert got.fields["oauth_parameters_absent"] == "oauth_verifier"
    assert exchange(provider, token, "").problem == (401, "verifier_invalid")


def test_a_wrong_verifier_can_be_corrected(provider: Provider) -> None:
    """Four wrong tries leave a fifth."""
    token, pin = allowed_token(provider)
    for guess in ["1", "\u0661", pin + "0", pin[:-1]]:
        assert exchange(provider, token, guess).problem == (401, "verifier_invalid")
    assert exchange(provider, token, pin).status == 200


def test_a_verifier_dies_with_five_wrong_tries(provider: Provider) -> None:
    """Then the right one is too late."""
    token, pin = allowed_token(provider)
    for _ in range(5):
        assert exchange(provider, token, "wrong").problem == (401, "verifier_invalid")
    assert exchange(provider, token, pin).problem == (401, "token_rejected")


def test_wrong_tries_that_race_are_counted_each(provider: Provider) -> None:
    """Many guesses at the same time are no more than five."""
    token, pin = allowed_token(provider)
    together = threading.Barrier(8)

    def guess(_: Any) -> Any:
        together.wait(timeout=10)
        return exchange(provider, token, "wrong").fields["oauth_problem"]

    with ThreadPoolExecutor(8) as threads:
        problems = list(threads.map(guess, range(8)))
    assert problems.count("verifier_invalid") == 5
    assert problems.count("token_rejected") == 3
    assert exchange(provider, token, pin).problem == (401, "token_rejected")


def test_a_try_that_begins_before_the_last_one_ends_is_told(provider: Provider) -> None:
    """It had read the token while a try was left."""
    token, pin = allowed_token(provider)
    store: Any = provider._authority.store
    stale = store.request_token(token.key)
    for _ in range(5):
        assert exchange(provider, token, "wrong").problem == (401, "verifier_invalid")
    store.request_token = lambda key: stale
    got = exchange(provider, token, pin)
    assert got.problem == (401, "token_rejected")
    assert "too many attempts" in got.fields["oauth_problem_advice"]


def test_a_guess_that_is_not_signed_spends_no_try(provider: Provider) -> None:
    """Who does not hold the secrets cannot use up somebody's verifier."""
    token, pin = allowed_token(provider)
    forged = oauth2.Token(token.key, "wrong sekrit")
    for _ in range(6):
        assert exchange(provider, forged, "wrong").problem == (401, "signature_invalid")
    assert exchange(provider, token, pin).status == 200


def test_an_access_token_says_whose_it_is(provider: Provider) -> None:
    """And nothing about a session where there is none."""
    extra = access_token(provider).extra
    assert extra.keys() == {"user_id", "screen_name"}
    assert extra["screen_name"] == "ann"
    assert extra["user_id"].isdigit()
    assert access_token(provider).extra == extra


def test_no_secret_of_a_request_token_is_that_of_the_access_token(provider: Provider) -> None:
    """Each is made up anew, key and secret."""
    first = request_token(provider)
    second = access_token(provider)
    assert len({first.key, first.secret, second.key, second.secret}) == 4


def test_a_session_says_when_its_token_expires(sessions: Any) -> None:
    """By the fields of the OAuth Session extension."""
    token = access_token(sessions)
    assert token.extra["oauth_expires_in"] == "60"
    assert token.extra["oauth_session_handle"]


def test_an_expired_token_is_refused_and_can_be_renewed(
    sessions: Any, consumer: oauth2.Consumer
) -> None:
    """The new one opens the resource for the same owner."""
    token = access_token(sessions)
    pass_time(sessions, 61)
    assert ask(consumer, token, sessions.resource_url).problem == (401, "token_expired")
    got = renew(sessions, token, token.extra["oauth_session_handle"])
    renewed = oauth2.Token.from_string(got.content)
    assert renewed.extra == token.extra
    assert json.loads(ask(consumer, renewed, sessions.resource_url).content)["owner"] == "ann"


def test_a_renewal_ends_the_old_token(sessions: Any, consumer: oauth2.Consumer) -> None:
    """Though it has not expired."""
    token = access_token(sessions)
    handle = token.extra["oauth_session_handle"]
    assert renew(sessions, token, handle).status == 200
    assert ask(consumer, token, sessions.resource_url).problem == (401, "token_rejected")
    assert renew(sessions, token, handle).problem == (401, "token_rejected")


def test_of_two_renewals_that_race_one_wins(sessions: Any) -> None:
    """The loser is told so."""
    token = access_token(sessions)
    handle = token.extra["oauth_session_handle"]
    authority = sessions._authority
    stale = authority.store.access_token(token.key)
    assert renew(sessions, token, handle).status == 200
    authority.store.access_token = lambda key: stale
    assert renew(sessions, token, handle).problem == (401, "token_rejected")


def test_a_lost_race_for_a_request_token_is_told(provider: Provider) -> None:
    """Both had read the token before one of them used it up."""
    token, pin = allowed_token(provider)
    store: Any = provider._authority.store
    store.consume_request_token = lambda key: False
    assert exchange(provider, token, pin).problem == (401, "token_rejected")


def test_two_who_authorize_at_the_same_time(provider: Provider) -> None:
    """The second grant makes no second verifier."""
    token = request_token(provider)
    authority = provider._authority
    pending = authority.pending_authorization(str(token.key))
    authority.allow(pending)
    with pytest.raises(oauth2.Error, match="You have answered already"):
        authority.allow(pending)


def test_another_session_handle_is_refused(sessions: Any) -> None:
    """It belongs to one token."""
    token = access_token(sessions)
    other = access_token(sessions).extra["oauth_session_handle"]
    got = renew(sessions, token, other)
    assert got.problem == (401, "token_rejected")
    assert other not in got.content
    assert renew(sessions, token, "").problem == (401, "token_rejected")


def test_a_session_handle_is_in_no_report(sessions: Any) -> None:
    """A wrong signature is answered with a base string in which it is hidden."""
    token = access_token(sessions)
    forged = oauth2.Token(token.key, "wrong sekrit")
    got = renew(sessions, forged, token.extra["oauth_session_handle"])
    assert got.problem == (401, "signature_invalid")
    assert token.extra["oauth_session_handle"] not in got.content


def test_without_sessions_there_is_no_renewal(provider: Provider) -> None:
    """A token that lives for ever has no handle."""
    assert renew(provider, provider.add_token(), "x").problem == (401, "token_rejected")


def log_in(provider: Provider, user: Any, password: Any, mode: str = "client_auth") -> Any:
    return ask(
        provider.consumer,
        None,
        provider.access_token_url,
        x_auth_username=user,
        x_auth_password=password,
        x_auth_mode=mode,
    )


def test_a_password_gives_a_token_of_its_user(passwords: Any, consumer: oauth2.Consumer) -> None:
    """That is xAuth, where it is switched on."""
    token = oauth2.Token.from_string(log_in(passwords, "bob", "bob's sekrit").content)
    assert token.extra["screen_name"] == "bob"
    assert json.loads(ask(consumer, token, passwords.resource_url).content)["owner"] == "bob"


@pytest.mark.parametrize(
    ("user", "password", "mode"),
    [
        ("bob", "wrong sekrit", "client_auth"),
        ("bob", "", "client_auth"),
        ("eve", "bob's sekrit", "client_auth"),
        ("eve", "", "client_auth"),
        ("bob", "bob's sekrit", "reverse_auth"),
        (["bob", "bob"], "bob's sekrit", "client_auth"),
    ],
)
def test_a_wrong_password_is_refused(passwords: Any, user: Any, password: str, mode: str) -> None:
    """So are a user who is not there and another mode; all look the same."""
    got = log_in(passwords, user, password, mode)
    assert got.problem == (401, "permission_denied")
    assert "sekrit" not in got.content


def test_a_password_without_a_name_is_refused(passwords: Any, consumer: oauth2.Consumer) -> None:
    """The report says what is missing."""
    got = ask(consumer, None, passwords.access_token_url, x_auth_mode="client_auth")
    assert got.fields["oauth_parameters_absent"] == "x_auth_username"


def test_a_password_is_in_no_report(passwords: Any) -> None:
    """A wrong signature is answered with a base string in which it is hidden."""
    liar = oauth2.Consumer("printer", "wrong sekrit")
    got = ask(
        liar,
        None,
        passwords.access_token_url,
        x_auth_username="bob",
        x_auth_password="hunter2",
        x_auth_mode="client_auth",
    )
    assert got.problem == (401, "signature_invalid")
    assert "hunter2" not in got.content


def test_without_passwords_there_is_no_xauth(provider: Provider) -> None:
    """It is off unless it is asked for."""
    assert log_in(provider, "bob", "bob's sekrit").problem == (401, "permission_denied")


def test_no_repr_shows_a_secret(sessions: Any) -> None:
    """Of a token as the store holds it."""
    token = access_token(sessions)
    stored = sessions._authority.store.access_token(token.key)
    assert token.secret not in repr(stored)
    assert stored.session_handle not in repr(stored)
    asked, pin = allowed_token(sessions)
    stored = sessions._authority.store.request_token(asked.key)
    assert str(asked.secret) not in repr(stored)
    assert pin not in repr(stored)
    assert "expires=" in repr(replace(stored, expires=1))


def test_the_secret_of_a_token_has_192_bits(provider: Any) -> None:
    """RFC 5849 section 4.9: it must stand against guessing offline, from a signed request."""
    request = request_token(provider)
    for given in (request, access_token(provider), provider.add_token()):
        secret = str(given.secret)
        assert len(base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))) >= 24
