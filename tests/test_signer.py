"""Signing, and what may follow a request, without a socket."""

from __future__ import annotations

from typing import Any

import pytest
from known import CONSUMER, PLAINTEXT, TOKEN

import oauth2
from oauth2.clock import MOST_STATED, ClockGap
from oauth2.outgoing import Outgoing, prepare
from oauth2.signer import Exchange, Signer

URI = "http://a.example/r"
SIGNATURE = "consumer-sekrit%26token-sekrit"
REFUSED = b"oauth_problem=timestamp_refused&oauth_acceptable_timestamps="
LATEST = f"{1000 + MOST_STATED}-{1000 + MOST_STATED}".encode()


def outgoing(**fields: Any) -> Outgoing:
    """Prepare a GET with OAuth in the header, unless told otherwise."""
    given: dict[str, Any] = {
        "uri": URI,
        "method": "GET",
        "body": None,
        "headers": {},
        "placement": "header",
    }
    return prepare(**{**given, **fields})


def authorization(signed: Outgoing) -> str:
    return str(signed.headers["Authorization"])


def test_a_signer_needs_a_consumer() -> None:
    """ValueError says what was expected."""
    nobody: Any = None
    with pytest.raises(ValueError, match=r"^consumer: expected a Consumer to sign for, got None$"):
        Signer(nobody)


def test_what_is_signed_holds_the_signature_and_its_names() -> None:
    """They are those that a redirect must not hand on."""
    signer = Signer(CONSUMER, TOKEN, signature_method=PLAINTEXT, include_body_hash=False)
    signed, names, timestamp = signer.sign_outgoing(outgoing())
    assert f'oauth_signature="{SIGNATURE}"' in authorization(signed)
    assert f'oauth_timestamp="{timestamp}"' in authorization(signed)
    assert names == {
        *("oauth_consumer_key", "oauth_token", "oauth_signature_method", "oauth_signature"),
        *("oauth_timestamp", "oauth_nonce", "oauth_version"),
    }


def test_a_form_is_signed_and_not_written_again() -> None:
    """Its octets are the caller's; beside them stands what signing adds."""
    given = outgoing(method="POST", body="b=%7E&a=1", placement="body")
    signed = Signer(CONSUMER, TOKEN).sign_outgoing(given).outgoing
    assert signed.body.startswith("b=%7E&a=1&oauth_consumer_key=key&")


def test_a_parameter_in_the_form_and_beside_it_is_refused() -> None:
    """There is no telling which counts."""
    given = outgoing(method="POST", body="oauth_callback=oob", parameters={"oauth_callback": "x"})
    with pytest.raises(ValueError, match="oauth_callback: expected it in the body or in param"):
        Signer(CONSUMER).sign_outgoing(given)


@pytest.mark.parametrize(
    ("offset", "timestamp"), [(0, "1000"), (500, "1500"), (-500, "500")], ids=str
)
def test_the_clock_of_the_provider_is_signed_by(
    monkeypatch: pytest.MonkeyPatch, offset: int, timestamp: str
) -> None:
    """The offset is the provider's clock minus the local one."""
    monkeypatch.setattr(oauth2.Request, "make_timestamp", lambda: 1000)
    signed = Signer(CONSUMER, clock_offset=offset).sign_outgoing(outgoing()).outgoing
    assert f'oauth_timestamp="{timestamp}"' in authorization(signed)


@pytest.mark.parametrize(
    ("location", "is_trusted", "is_signed", "left_origin"),
    [
        ("/x", False, True, False),
        ("https://b.example/x", False, False, True),
        ("https://b.example/x", True, True, False),
    ],
    ids=["same origin", "another origin", "another that is trusted"],
)
def test_a_redirect_is_signed_within_the_origin(
    location: str, is_trusted: bool, is_signed: bool, left_origin: bool
) -> None:
    """Elsewhere only where the caller trusts it."""
    followed = Exchange(outgoing()).redirected(location, "GET", False, {}, is_trusted)
    assert (followed.is_signed, followed.left_origin) == (is_signed, left_origin)


def test_who_has_left_the_origin_is_not_signed_for_on_the_way_back() -> None:
    """Whoever led there chose where the redirect ends."""
    there = Exchange(outgoing()).redirected("https://b.example/x", "GET", False, {}, False)
    back = there.redirected("https://b.example/y", "GET", False, {}, False)
    assert (back.is_signed, back.left_origin) == (False, True)


def test_another_origin_gets_no_protocol_parameter_and_no_credentials() -> None:
    """Neither one that was sent, nor one that the caller wrote into the query."""
    given = outgoing(uri=f"{URI}?oauth_verifier=v", headers={"Authorization": "Basic eA=="})
    location = "https://b.example/?oauth_verifier=v&oauth_nonce=n&a=1"
    exchange = Exchange(given, names=frozenset(["oauth_nonce"]))
    followed = exchange.redirected(location, "GET", False, given.headers, False).outgoing
    assert (followed.uri, followed.headers) == ("https://b.example/?a=1", {})


def test_another_origin_that_is_trusted_gets_no_host_of_this_one() -> None:
    """It has one of its own; all else is sent on."""
    headers = {"Host": "a.example", "Accept": "*/*"}
    exchange = Exchange(outgoing(headers=headers))
    followed = exchange.redirected("https://b.example/x", "GET", False, headers, True)
    assert followed.outgoing.headers == {"Accept": "*/*"}


@pytest.mark.parametrize(("has_body", "body"), [(True, "b=1"), (False, None)])
def test_a_body_is_sent_on_where_the_library_does_so(has_body: bool, body: str | None) -> None:
    """After a 307, and not after a 303."""
    exchange = Exchange(outgoing(method="POST", body="b=1"))
    method = "POST" if has_body else "GET"
    followed = exchange.redirected("/x", method, has_body, {}, False).outgoing
    assert (followed.method, followed.body or None) == (method, body)


@pytest.mark.parametrize(
    ("exchange", "content", "offset"),
    [
        (Exchange(outgoing(), timestamp="1000"), REFUSED + b"1400-1600", 500),
        (Exchange(outgoing(), timestamp="1000"), b"oauth_problem=nonce_used", None),
        (Exchange(outgoing(), is_signed=False), REFUSED + b"1400-1600", None),
        (
            Exchange(outgoing(parameters={"oauth_timestamp": "7"}), timestamp="7"),
            REFUSED + b"1400-1600",
            None,
        ),
        (Exchange(outgoing(), timestamp="1500", clock_offset=500), REFUSED + b"1700-1900", 300),
        (
            Exchange(outgoing(), timestamp="1700000000", clock_offset=1_699_999_000),
            b"timestamp 1700000000 has expired, it is 1700000500",
            500,
        ),
        (Exchange(outgoing(), timestamp="1000"), REFUSED + b"1-1", -999),
        (Exchange(outgoing(), timestamp="1000"), REFUSED + b"0-0", None),
        (Exchange(outgoing(), timestamp="1000"), REFUSED + LATEST, MOST_STATED),
    ],
    ids=[
        *("refused timestamp", "another refusal", "not signed", "timestamp of the caller"),
        *("an offset there is", "beside ours", "first second", "no positive timestamp"),
        "a century ahead",
    ],
)
def test_the_offset_of_a_provider_is_read_from_its_refusal(
    monkeypatch: pytest.MonkeyPatch, exchange: Exchange, content: bytes, offset: int | None
) -> None:
    """In seconds, and only where another timestamp of ours may help."""
    monkeypatch.setattr(oauth2.Request, "make_timestamp", lambda: 1000)
    gap = exchange.clock_gap(401, {}, content)
    assert (gap and gap.seconds) == offset


def test_a_refusal_may_show_the_time_by_its_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it does not speak of the timestamp."""
    monkeypatch.setattr(oauth2.Request, "make_timestamp", lambda: 1000)
    headers = {"date": "Thu, 01 Jan 1970 00:20:00 GMT"}
    exchange = Exchange(outgoing(), timestamp="1000")
    assert exchange.clock_gap(401, headers, b"") == ClockGap(200, is_stated=False)
    assert exchange.clock_gap(500, headers, b"") is None


def test_what_is_sent_by_the_clock_of_the_provider_is_ahead_by_the_gap() -> None:
    """Beside the offset that there is."""
    again = Exchange(outgoing(), clock_offset=500).by_clock(ClockGap(-300, is_stated=True))
    assert again is not None
    assert again.clock_offset == 200


def test_a_body_that_was_read_is_not_sent_again() -> None:
    """An iterator cannot be rewound."""
    exchange = Exchange(outgoing(method="POST", body=iter([b"a"]), placement="query"))
    assert exchange.by_clock(ClockGap(300, is_stated=True)) is None
