"""Requests through a real proxy, to targets of http and https."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httplib2
import pytest
import socks
from ports import free_port
from waiting import wait_until
from wire import Keys, Origin, assert_signed

import oauth2
from oauth2.flow import Flow

KEYS = Keys("the-consumer-sekrit", "the-token-sekrit")
CONSUMER = oauth2.Consumer("consumer-key", KEYS.consumer_secret)
TOKEN = oauth2.Token("token-key", KEYS.token_secret)


class Proxy:
    """A tinyproxy on a free port of loopback, and what it logged."""

    def __init__(self, folder: Path, user: tuple[str, str] | None = None) -> None:
        self.port = free_port()
        self._log = folder / "log"
        lines = [f"Port {self.port}", "Listen 127.0.0.1", f'LogFile "{self._log}"']
        lines += ["LogLevel Info", "MaxClients 20", "Timeout 20"]
        if user:
            lines.append(f"BasicAuth {user[0]} {user[1]}")
        (folder / "conf").write_text("\n".join(lines) + "\n")
        program = str(shutil.which("tinyproxy"))
        self._process = subprocess.Popen([program, "-d", "-c", str(folder / "conf")])
        wait_until(self._listens)

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    def targets(self) -> list[str]:
        """Return the hosts and ports to which it was asked to connect."""
        lines = self._log.read_text().splitlines()
        return [line.split(" CONNECT ")[1].split()[0] for line in lines if " CONNECT " in line]

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()

    def _listens(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
            return True
        return False


@pytest.fixture(scope="module")
def proxies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Proxy]]:
    """Run one proxy that is open to all, and one that asks for user and password."""
    running = {
        "open": Proxy(tmp_path_factory.mktemp("open")),
        "closed": Proxy(tmp_path_factory.mktemp("closed"), ("user", "password")),
    }
    yield running
    for proxy in running.values():
        proxy.close()


@pytest.fixture(params=["http", "https"])
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """Serve by http, and by https."""
    with Origin(request.param) as origin:
        yield Target(origin)


class Target:
    """A server under an address that is not one of loopback, though it leads there."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.scheme = origin.scheme
        self.place = f"0.0.0.0:{origin.port}"
        self.url = f"{origin.scheme}://{self.place}"


@pytest.fixture
def make_client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Make clients in an environment of their own, which are closed after the test."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    made = []

    def make(kind: Any = oauth2.Client, **options: Any) -> Any:
        # The certificate is for loopback alone.
        options = {"disable_ssl_certificate_validation": True, "timeout": 10, **options}
        made.append(kind(CONSUMER, TOKEN, **options))
        return made[-1]

    yield make
    for client in made:
        client.close()


class _Own(oauth2.Client):
    """A subclass, as programs have it."""


@pytest.mark.parametrize("kind", [oauth2.Client, _Own])
@pytest.mark.parametrize("name", ["{}_proxy", "all_proxy"])
def test_the_proxy_of_the_environment_is_used(
    monkeypatch: pytest.MonkeyPatch,
    proxies: dict[str, Proxy],
    target: Target,
    make_client: Any,
    name: str,
    kind: Any,
) -> None:
    """And what goes through it is signed for its target."""
    monkeypatch.setenv(name.format(target.scheme), f"http://{proxies['open'].address}")
    response, _ = make_client(kind).request(f"{target.url}/x?a=b")
    assert response.status == 200
    assert proxies["open"].targets()[-1] == target.place
    assert_signed(target.origin.last, KEYS)


def test_a_proxy_that_is_given_is_used(
    proxies: dict[str, Proxy], target: Target, make_client: Any
) -> None:
    """Whatever the environment says."""
    given = httplib2.ProxyInfo(socks.PROXY_TYPE_HTTP, "127.0.0.1", proxies["open"].port)
    response, _ = make_client(proxy_info=given).request(target.url, "POST", "a=b")
    assert response.status == 200
    assert proxies["open"].targets()[-1] == target.place
    assert_signed(target.origin.last, KEYS)


@pytest.mark.parametrize(
    "exemption",
    [
        {"no_proxy": "0.0.0.0"},
        {"NO_PROXY": "0.0.0.0/8"},
        {"no_proxy": "*"},
        {"http_proxy": "", "https_proxy": ""},
    ],
    ids=str,
)
def test_what_is_exempt_does_not_go_through_it(
    monkeypatch: pytest.MonkeyPatch,
    proxies: dict[str, Proxy],
    target: Target,
    make_client: Any,
    exemption: dict[str, str],
) -> None:
    """By an address, a network, all, or as no proxy is set."""
    monkeypatch.setenv(f"{target.scheme}_proxy", f"http://{proxies['open'].address}")
    for name, value in exemption.items():
        monkeypatch.setenv(name, value)
    make_client().request(target.url)
    assert target.place not in proxies["open"].targets()
    assert len(target.origin.received) == 1


def test_an_explicit_none_does_not_go_through_it(
    monkeypatch: pytest.MonkeyPatch, proxies: dict[str, Proxy], target: Target, make_client: Any
) -> None:
    """None is no proxy."""
    monkeypatch.setenv(f"{target.scheme}_proxy", f"http://{proxies['open'].address}")
    make_client(proxy_info=None).request(target.url)
    assert target.place not in proxies["open"].targets()


def test_loopback_does_not_go_through_it(
    monkeypatch: pytest.MonkeyPatch, proxies: dict[str, Proxy], target: Target, make_client: Any
) -> None:
    """A proxy would reach its own."""
    monkeypatch.setenv(f"{target.scheme}_proxy", f"http://{proxies['open'].address}")
    make_client().request(target.origin.url)
    assert f"127.0.0.1:{target.origin.port}" not in proxies["open"].targets()
    assert len(target.origin.received) == 1


def test_user_and_password_are_sent(
    monkeypatch: pytest.MonkeyPatch, proxies: dict[str, Proxy], target: Target, make_client: Any
) -> None:
    """They stand in the URL, percent-encoded."""
    url = f"http://us%65r:p%61ssword@{proxies['closed'].address}"
    monkeypatch.setenv(f"{target.scheme}_proxy", url)
    response, _ = make_client().request(target.url)
    assert response.status == 200
    assert proxies["closed"].targets()[-1] == target.place


def test_a_wrong_password_is_a_clear_error(
    monkeypatch: pytest.MonkeyPatch, proxies: dict[str, Proxy], target: Target, make_client: Any
) -> None:
    """Nothing is sent to the target, and the password is not shown."""
    url = f"http://user:sekrit@{proxies['closed'].address}"
    monkeypatch.setenv(f"{target.scheme}_proxy", url)
    told = rf"^the proxy {re.escape(proxies['closed'].address)}: .*40[17]: "
    with pytest.raises(socks.ProxyError, match=told) as caught:
        make_client().request(target.url)
    assert "sekrit" not in str(caught.value)
    assert not target.origin.received


def test_a_proxy_that_cannot_be_reached_is_a_clear_error(
    monkeypatch: pytest.MonkeyPatch, target: Target, make_client: Any
) -> None:
    """It names the proxy, and nothing is sent to the target."""
    monkeypatch.setenv(f"{target.scheme}_proxy", "http://127.0.0.1:9")
    with pytest.raises(OSError, match=r"HTTP proxy 127\.0\.0\.1:9"):
        make_client().request(target.url)
    assert not target.origin.received


def test_a_name_that_only_the_proxy_knows_is_left_to_it(
    monkeypatch: pytest.MonkeyPatch, proxies: dict[str, Proxy], target: Target, make_client: Any
) -> None:
    """What it says of a name that it does not know either is told as its own words."""
    monkeypatch.setenv(f"{target.scheme}_proxy", f"http://{proxies['open'].address}")
    told = rf"^the proxy {re.escape(proxies['open'].address)}: .*50\d: "
    with pytest.raises(socks.ProxyError, match=told):
        make_client().request(f"{target.scheme}://api.invalid/")
    assert proxies["open"].targets()[-1].startswith("api.invalid:")


def test_a_flow_goes_through_it(
    monkeypatch: pytest.MonkeyPatch, proxies: dict[str, Proxy], target: Target, make_client: Any
) -> None:
    """Within its limits."""
    monkeypatch.setenv(f"{target.scheme}_proxy", f"http://{proxies['open'].address}")
    flow = Flow(
        CONSUMER,
        request_token_url=f"{target.url}/request",
        authorize_url=f"{target.url}/authorize",
        access_token_url=f"{target.url}/access",
        client=make_client(),
    )
    with pytest.raises(oauth2.TokenRequestError, match="no token"):
        flow.fetch_request_token()
    assert proxies["open"].targets()[-1] == target.place
