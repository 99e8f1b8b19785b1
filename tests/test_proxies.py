"""Which proxy is used, which hosts are exempt from it, and how it is refused without PySocks."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httplib2
import pytest
from wire import Origin

import oauth2
from oauth2.proxies import proxy_from_environment, settle_proxy

HTTP, SOCKS4, SOCKS5 = 3, 1, 2
NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
NOBODY = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start without the proxies of the machine."""
    for name in (*NAMES, *[name.upper() for name in NAMES], "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def without_pysocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take from httplib2 what it imports as socks."""
    monkeypatch.setattr(httplib2, "socks", None)


def read(scheme: str = "https") -> tuple[Any, ...] | None:
    """Return kind, host, port, user and password of the proxy of the environment."""
    proxy = proxy_from_environment(scheme)
    if proxy is None:
        return None
    parts: Any = proxy
    return (
        parts.proxy_type,
        parts.proxy_host,
        parts.proxy_port,
        parts.proxy_user,
        parts.proxy_pass,
    )


def is_used(proxy: Any, host: str, port: int = 443) -> bool:
    """Tell whether a connection to a host keeps its proxy."""
    conn = SimpleNamespace(proxy_info=proxy, host=host, port=port)
    settle_proxy(conn)
    return conn.proxy_info is not None


@pytest.fixture
def pysocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let httplib2 have it, also where it is not installed: nothing is sent here."""
    monkeypatch.setattr(httplib2, "socks", SimpleNamespace())


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://proxy.example:3128", (HTTP, "proxy.example", 3128, None, None)),
        ("proxy.example:3128", (HTTP, "proxy.example", 3128, None, None)),
        ("HTTP://proxy.example:3128/", (HTTP, "proxy.example", 3128, None, None)),
        ("http://proxy.example", (HTTP, "proxy.example", 80, None, None)),
        ("http://us%40er:p%3Aw@proxy.example:1", (HTTP, "proxy.example", 1, "us@er", "p:w")),
        ("http://[2001:db8::1]:3128", (HTTP, "2001:db8::1", 3128, None, None)),
        ("socks4://proxy.example", (SOCKS4, "proxy.example", 1080, None, None)),
        ("socks4a://proxy.example:9", (SOCKS4, "proxy.example", 9, None, None)),
        ("socks5://proxy.example", (SOCKS5, "proxy.example", 1080, None, None)),
        ("socks5h://proxy.example", (SOCKS5, "proxy.example", 1080, None, None)),
        ("socks://proxy.example", (SOCKS5, "proxy.example", 1080, None, None)),
        ("", None),
    ],
)
def test_the_url_of_a_proxy_is_read(
    monkeypatch: pytest.MonkeyPatch, url: str, expected: Any
) -> None:
    """As curl and requests read it: without a scheme it is http, user and password are encoded."""
    monkeypatch.setenv("https_proxy", url)
    assert read() == expected


@pytest.mark.parametrize(
    ("variables", "scheme", "host"),
    [
        ({"http_proxy": "a"}, "http", "a"),
        ({"http_proxy": "a"}, "https", None),
        ({"https_proxy": "a"}, "http", None),
        ({"HTTPS_PROXY": "a"}, "https", "a"),
        ({"https_proxy": "a", "HTTPS_PROXY": "b"}, "https", "a"),
        ({"all_proxy": "a"}, "http", "a"),
        ({"ALL_PROXY": "a"}, "https", "a"),
        ({"all_proxy": "a", "https_proxy": "b"}, "https", "b"),
        ({"HTTP_PROXY": "a"}, "http", "a"),
        ({"HTTP_PROXY": "a", "REQUEST_METHOD": "GET"}, "http", None),
        ({"http_proxy": "a", "REQUEST_METHOD": "GET"}, "http", "a"),
    ],
    ids=str,
)
def test_the_variables_of_a_proxy(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], scheme: str, host: str | None
) -> None:
    """In a CGI program, HTTP_PROXY is a header of the request, which anybody may send."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = read(scheme)
    assert (found and found[1]) == host


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://user:sekrit@proxy.example", "expected a proxy of http, socks, .*got 'https'"),
        ("ftp://proxy.example", "got 'ftp'"),
        ("http://user:sekrit@proxy.example:port", "expected the URL of a proxy"),
        ("http://", "expected the URL of a proxy"),
        ("http://[::1", "expected the URL of a proxy"),
    ],
)
def test_what_is_no_proxy_is_refused(
    monkeypatch: pytest.MonkeyPatch, url: str, reason: str
) -> None:
    """It is not passed by; its password is not shown."""
    monkeypatch.setenv("https_proxy", url)
    with pytest.raises(
        httplib2.ProxiesUnavailableError, match=f"^https_proxy: .*{reason}"
    ) as caught:
        oauth2.Client(oauth2.Consumer("key", "secret")).request("https://api.example/")
    assert "sekrit" not in str(caught.value)


@pytest.mark.usefixtures("pysocks")
@pytest.mark.parametrize(
    ("entries", "host", "port", "is_exempt"),
    [
        ("example.com", "example.com", 443, True),
        ("example.com", "api.example.com", 443, True),
        ("example.com", "API.Example.COM.", 443, True),
        ("example.com", "notexample.com", 443, False),
        ("example.com", "example.com.evil.example", 443, False),
        (".example.com", "api.example.com", 443, True),
        (".example.com", "example.com", 443, True),
        ("*.example.com", "api.example.com", 443, True),
        ("Example.COM", "api.example.com", 443, True),
        ("a.example, example.com", "api.example.com", 443, True),
        ("a.example example.com", "api.example.com", 443, True),
        (",,", "example.com", 443, False),
        (".", "example.com", 443, False),
        ("*", "example.com", 443, True),
        ("a.example,*", "example.com", 443, True),
        ("example.com:8443", "example.com", 8443, True),
        ("example.com:8443", "example.com", 443, False),
        ("192.0.2.7", "192.0.2.7", 443, True),
        ("192.0.2.0/24", "192.0.2.7", 443, True),
        ("192.0.2.0/24", "198.51.100.7", 443, False),
        ("0.2.7", "192.0.2.7", 443, False),
        ("192.0.2.7:8443", "192.0.2.7", 443, False),
        ("2001:db8::7", "2001:db8::7", 443, True),
        ("[2001:db8::7]:443", "2001:db8::7", 443, True),
        ("[2001:db8::7]:8443", "2001:db8::7", 443, False),
        ("2001:db8::/32", "2001:db8::7", 443, True),
        ("192.0.2.0/24", "2001:db8::7", 443, False),
        ("", "example.com", 443, False),
    ],
)
def test_no_proxy_exempts_hosts(
    monkeypatch: pytest.MonkeyPatch, entries: str, host: str, port: int, is_exempt: bool
) -> None:
    """As curl and requests read it: a domain with or without a dot, a network, a port."""
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", entries)
    assert is_used(proxy_from_environment("https"), host, port) is not is_exempt


@pytest.mark.usefixtures("pysocks")
def test_no_proxy_in_lower_case_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for all of these variables."""
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "a.example")
    monkeypatch.setenv("NO_PROXY", "b.example")
    assert not is_used(proxy_from_environment("https"), "a.example")
    assert is_used(proxy_from_environment("https"), "b.example")


@pytest.mark.usefixtures("pysocks")
@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", False),
        ("localhost.example", False),
        ("128.0.0.1", False),
        ("127.0.0.1.example", False),
        ("::2", False),
    ],
)
def test_loopback_is_never_reached_through_a_proxy(host: str, is_loopback: bool) -> None:
    """Also where the program gives one itself; a name is no address, and may be in no_proxy."""
    given = httplib2.ProxyInfo(HTTP, "proxy.example", 3128)
    assert is_used(given, host) is not is_loopback


@pytest.mark.usefixtures("pysocks")
def test_what_a_proxy_of_the_programs_own_excepts_is_exempt() -> None:
    """By its list of hosts, or by a method that it overrides."""

    class Own(httplib2.ProxyInfo):
        def bypass_host(self, hostname: Any) -> bool:
            return str(hostname).startswith("intern")

    own = Own(HTTP, "proxy.example", 3128)
    assert not is_used(own, "intern.example")
    assert is_used(own, "api.example")
    listed = httplib2.ProxyInfo(HTTP, "proxy.example", 3128)
    listed.bypass_hosts = ("api.example:443",)
    assert not is_used(listed, "api.example")
    listed.bypass_hosts = httplib2.AllHosts
    assert not is_used(listed, "api.example")


@pytest.mark.usefixtures("pysocks")
def test_a_proxy_without_a_host_is_none() -> None:
    """It was a way to say that there is none; one without a port is a mistake."""
    assert not is_used(httplib2.ProxyInfo(HTTP, None, None), "api.example")
    assert not is_used(None, "api.example")
    with pytest.raises(httplib2.ProxiesUnavailableError, match=r"proxy\.example: expected a port"):
        is_used(httplib2.ProxyInfo(HTTP, "proxy.example", None), "api.example")


class _Subclass(oauth2.Client):
    def __init__(self, consumer: Any, **options: Any) -> None:
        httplib2.Http.__init__(self, **options)
        self.consumer, self.token = consumer, None


REFUSED = "the proxy 127.0.0.1:9 cannot be used without PySocks: .*oauth2\\[proxy\\]"


@pytest.mark.usefixtures("without_pysocks")
@pytest.mark.parametrize("kind", [oauth2.Client, _Subclass])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_is_refused_without_pysocks(
    monkeypatch: pytest.MonkeyPatch, kind: Any, scheme: str
) -> None:
    """httplib2 would pass by that of https, and send directly."""
    monkeypatch.setenv(f"{scheme}_proxy", NOBODY)
    given = {"proxy_info": httplib2.ProxyInfo(HTTP, "127.0.0.1", 9)}
    for options in ({}, given):
        client = kind(oauth2.Consumer("key", "secret"), **options)
        with pytest.raises(httplib2.ProxiesUnavailableError, match=REFUSED):
            client.request(f"{scheme}://api.example/")


@pytest.mark.usefixtures("without_pysocks")
def test_a_flow_says_that_pysocks_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, as all that keeps it from a token."""
    monkeypatch.setenv("https_proxy", NOBODY)
    flow = oauth2.Flow(
        oauth2.Consumer("key", "secret"),
        request_token_url="https://provider.example/request_token",
        authorize_url="https://provider.example/authorize",
        access_token_url="https://provider.example/access_token",
    )
    with pytest.raises(oauth2.TokenRequestError, match=f"no answer: {REFUSED}"):
        flow.fetch_request_token()


@pytest.mark.usefixtures("without_pysocks")
def test_loopback_needs_no_pysocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment has no say there."""
    monkeypatch.setenv("http_proxy", NOBODY)
    client = oauth2.Client(oauth2.Consumer("key", "secret"), timeout=10)
    with Origin() as origin:
        response, _ = client.request(origin.url)
        client.close()
    assert response.status == 200


def test_an_explicit_none_is_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment says; it may be assigned, too."""
    monkeypatch.setenv("https_proxy", NOBODY)
    consumer = oauth2.Consumer("key", "secret")
    assert oauth2.Client(consumer, proxy_info=None).proxy_info is None
    assert oauth2.Client(consumer).proxy_info is proxy_from_environment
    client = oauth2.Client(consumer)
    client.proxy_info = None
    assert client.proxy_info is None
