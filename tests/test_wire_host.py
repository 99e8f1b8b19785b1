"""The Host header on the wire, and what a redirect to another origin takes along."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httplib2
import pytest
from secrets_check import assert_no_secret
from wire import (
    CERTIFICATE,
    Keys,
    Origin,
    assert_fresh_nonces,
    assert_signed,
    assert_unsigned,
    redirect,
)

import oauth2

KEYS = Keys("the-consumer-sekrit", "the-token-sekrit")
CONSUMER = oauth2.Consumer("consumer key", "the-consumer-sekrit")
TOKEN = oauth2.Token("token-key", "the-token-sekrit")
CREDENTIALS = {
    "Cookie": "session=sekrit",
    "COOKIE2": "$Version=1; sekrit",
    "proxy-authorization": "Basic sekrit",
    "X-Verify-Credentials-Authorization": "OAuth sekrit",
}


@pytest.fixture
def provider() -> Iterator[Origin]:
    with Origin() as origin:
        yield origin


@pytest.fixture
def secure() -> Iterator[Origin]:
    with Origin("https") as origin:
        yield origin


@pytest.fixture
def stranger() -> Iterator[Origin]:
    with Origin() as origin:
        yield origin


@pytest.fixture
def make_client() -> Iterator[Callable[..., oauth2.Client]]:
    """Make clients that are closed after the test."""
    made = []

    def make(**options: Any) -> oauth2.Client:
        client = oauth2.Client(
            CONSUMER, TOKEN, proxy_info=None, timeout=10, ca_certs=str(CERTIFICATE), **options
        )
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture
def at_default_ports(monkeypatch: pytest.MonkeyPatch, provider: Origin, secure: Origin) -> None:
    """Let port 80 lead to the provider and port 443 to its https side."""

    def reaching(port: int, kind: Any) -> Any:
        def connect(self: Any) -> None:
            own, self.port = self.port, port
            try:
                kind.connect(self)
            finally:
                self.port = own  # what the Host header is made of

        return type("Connection", (kind,), {"connect": connect})

    http = reaching(provider.port, httplib2.HTTPConnectionWithTimeout)
    https = reaching(secure.port, httplib2.HTTPSConnectionWithTimeout)
    monkeypatch.setattr(httplib2, "SCHEME_TO_CONNECTION", {"http": http, "https": https})


# Host


@pytest.mark.parametrize("placement", ["header", "query", "body"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "shop.example"},
        {"host": "Shop.Example:8443"},
        {"HOST": "shop.example:80"},
        {b"Host": b"shop.example:80"},
        {"Host": " shop.example "},
        {"Host": "[2001:DB8::1]:8080"},
    ],
    ids=lambda headers: repr(*headers.values()),
)
def test_the_host_header_of_the_caller_is_sent_and_signed(
    provider: Origin, make_client: Any, headers: Any, placement: str
) -> None:
    """Both judges take the URL from the Host that they received (RFC 5849 section 3.4.1.2)."""
    method, body = ("POST", "a=1") if placement == "body" else ("GET", None)
    client = make_client(placement=placement)
    client.request(provider.url + "/orders?page=2", method, body, headers)
    received = provider.last
    given = next(iter(headers.values()))
    sent = (given.decode() if isinstance(given, bytes) else given).strip()
    assert received.values("host") == [sent]
    assert received.target.startswith("/orders?page=2")
    assert_signed(received, KEYS)


@pytest.mark.parametrize("status", [302, 307])
@pytest.mark.parametrize("location", ["/end", "{}/end"])
def test_a_host_stays_within_the_origin(
    provider: Origin, make_client: Any, status: int, location: str
) -> None:
    """httplib2 sends it again, and it is signed again."""
    provider.script["/start"] = redirect(status, location.format(provider.url))
    make_client().request(provider.url + "/start", headers={"Host": "shop.example"})
    first, last = provider.received
    assert (first.header("host"), last.header("host")) == ("shop.example", "shop.example")
    assert_signed(first, KEYS)
    assert_signed(last, KEYS)
    assert_fresh_nonces(first, last)


@pytest.mark.parametrize("is_trusted", [False, True])
def test_no_other_origin_gets_a_host(
    provider: Origin, stranger: Origin, make_client: Any, is_trusted: bool
) -> None:
    """It is the name of the first one; a trusted origin is signed for by its own."""
    provider.script["/start"] = redirect(302, stranger.url + "/end")
    client = make_client()
    client.forward_authorization_headers = is_trusted
    client.request(provider.url + "/start", headers={"Host": "shop.example"})
    assert stranger.last.values("host") == [f"127.0.0.1:{stranger.port}"]
    if is_trusted:
        assert_signed(stranger.last, KEYS)
    else:
        assert_unsigned(stranger.last)


@pytest.mark.usefixtures("at_default_ports")
def test_a_host_stays_on_the_way_to_https(
    provider: Origin, secure: Origin, make_client: Any
) -> None:
    """The same host at its other default port is the same origin, by whatever name."""
    provider.script["/start"] = redirect(301, "https://localhost/end")
    make_client().request("http://localhost/start", headers={"Host": "shop.example"})
    assert secure.last.values("host") == ["shop.example"]
    assert_signed(secure.last, KEYS)


@pytest.mark.parametrize("given", ["a b", "", "a\r\nX-Evil: 1", "me:sekrit@a", "a/b", "a:BAD"])
def test_a_host_that_is_none_is_not_sent(provider: Origin, make_client: Any, given: str) -> None:
    """ValueError, before a connection is made."""
    with pytest.raises(ValueError, match=r"^Host: expected ") as caught:
        make_client().request(provider.url, headers={"Host": given})
    assert provider.received == []
    assert_no_secret(caught.value, "sekrit")


# Another origin


@pytest.mark.usefixtures("at_default_ports")
def test_a_redirect_to_https_at_the_default_ports_is_signed(
    provider: Origin, secure: Origin, make_client: Any
) -> None:
    """Each hop has a signature and a nonce of its own, and cookies are kept."""
    provider.script["/1"] = redirect(301, "https://localhost/2")
    secure.script["/2"] = redirect(302, "/3")
    client = make_client()
    client.request("http://localhost/1", headers=CREDENTIALS)
    hops = provider.received + secure.received
    assert [hop.target.partition("?")[0] for hop in hops] == ["/1", "/2", "/3"]
    for hop in hops:
        assert_signed(hop, KEYS)
        assert hop.values("cookie") == ["session=sekrit"]
    assert_fresh_nonces(*hops)
    assert not client.left_origin


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_origin_gets_no_cookies_and_no_credentials(
    provider: Origin, stranger: Origin, make_client: Any, method: str, status: int
) -> None:
    """Neither does the one to which that redirects, be it the first."""
    provider.script["/start"] = redirect(status, stranger.url + "/2")
    stranger.script["/2"] = redirect(status, provider.url + "/end")
    client = make_client()
    client.follow_all_redirects = True
    headers = {**CREDENTIALS, "Accept": "text/plain"}
    client.request(provider.url + "/start", method, "a=1", headers)
    assert provider.received[0].values("cookie") == ["session=sekrit"]
    for received in (stranger.last, provider.last):
        assert received.values("accept") == ["text/plain"]
        assert "sekrit" not in repr(received.headers)
        assert_unsigned(received)
    assert client.left_origin


def test_the_same_origin_gets_cookies_and_credentials(provider: Origin, make_client: Any) -> None:
    """A redirect within the origin changes none of them."""
    provider.script["/start"] = redirect(302, "/end")
    make_client().request(provider.url + "/start", headers=CREDENTIALS)
    for name, value in CREDENTIALS.items():
        assert provider.last.values(name) == [value]


def test_a_trusted_origin_gets_cookies(
    provider: Origin, stranger: Origin, make_client: Any
) -> None:
    """forward_authorization_headers is for all credentials of the caller."""
    provider.script["/start"] = redirect(302, stranger.url)
    client = make_client()
    client.forward_authorization_headers = True
    client.request(provider.url + "/start", headers=CREDENTIALS)
    assert stranger.last.values("cookie") == ["session=sekrit"]
    assert_signed(stranger.last, KEYS)


def test_what_is_sent_unsigned_loses_cookies_as_well(
    provider: Origin, stranger: Origin, make_client: Any
) -> None:
    """A request by httplib2's own method is redirected by the same rules."""
    provider.script["/start"] = redirect(302, stranger.url)
    client = make_client()
    httplib2.Http.request(client, provider.url + "/start", headers=CREDENTIALS)
    assert provider.last.values("cookie") == ["session=sekrit"]
    assert "sekrit" not in repr(stranger.last.headers)


# User and password


@pytest.mark.parametrize("user_info", ["me:sekrit@", "sekrit@", "a@me:sekrit@"])
def test_a_url_with_a_password_is_not_sent(
    provider: Origin, make_client: Any, user_info: str
) -> None:
    """httplib2 would look for a host of that name, and show it; the error has none of it."""
    client = make_client()
    url = provider.url.replace("//", f"//{user_info}")
    with pytest.raises(ValueError, match=r"^uri: expected one without user and password") as caught:
        client.request(url)
    assert_no_secret(caught.value, "sekrit")
    assert "sekrit" not in client.sign(url).base_string()
    client.request(provider.url)
    assert_signed(provider.last, KEYS)


@pytest.mark.parametrize("location", ["http://me:sekrit@a.example/", "http://me:sekrit@a:BAD/?b#c"])
def test_a_location_with_a_password_is_shown_without_it(
    provider: Origin, make_client: Any, location: str
) -> None:
    """Neither the message nor the evidence has it."""
    provider.script["/start"] = redirect(302, location)
    with pytest.raises(oauth2.RedirectRefused) as caught:
        make_client().request(provider.url + "/start")
    assert_no_secret(caught.value, "sekrit")
    assert str(caught.value.location).startswith("http://a")
