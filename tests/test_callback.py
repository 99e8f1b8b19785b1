"""The listener on loopback: browsers over real sockets, and all that can come instead of one."""

from __future__ import annotations

import contextlib
import inspect
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Iterator
from socketserver import TCPServer
from typing import Any
from urllib.parse import urlencode, urlsplit

import httplib2
import oauthlib_server
import pytest
from interrupts import interrupts as interrupts
from ports import free_port
from waiting import wait_until, wait_until_idle
from wire import Answer, Keys, Origin, assert_signed

import oauth2
from oauth2 import Flow, callback

CONSUMER = oauth2.Consumer(*oauthlib_server.CONSUMER)
TOKEN = {"oauth_token": "t/+", "oauth_token_secret": "a-sekrit", "oauth_callback_confirmed": "true"}
SUCCESS = {"oauth_token": "t/+", "oauth_verifier": "v&"}

Page = tuple[httplib2.Response, bytes]


@pytest.fixture
def provider(origin: Origin) -> Origin:
    """Run a provider that answers with a request token."""
    origin.script["/request"] = Answer(body=urlencode(TOKEN).encode())
    return origin


@pytest.fixture
def flow(provider: Origin) -> Iterator[Flow]:
    """Make a flow to that provider."""
    client = oauth2.Client(None, placement="header", proxy_info=None, timeout=10)
    with contextlib.closing(client):
        yield flow_to(provider.url, client)


def flow_to(url: str, client: Any) -> Flow:
    """Make a flow to a server."""
    return Flow(
        CONSUMER,
        request_token_url=f"{url}/request",
        authorize_url=f"{url}/authorize",
        access_token_url=f"{url}/access",
        client=client,
    )


def browse(url: str) -> Page:
    """Get a page, as a browser does that follows redirects."""
    browser = httplib2.Http(proxy_info=None, timeout=10)
    with contextlib.closing(browser):
        answer: Page = browser.request(url)
    return answer


class User:
    """Comes back with this query, and remembers each page."""

    def __init__(self, flow: Flow, query: dict[str, str] = SUCCESS, before: Any = None) -> None:
        self.flow = flow
        self.query = query
        self.before = before
        self.pages: list[Page] = []
        self.sent_to = ""

    def __call__(self, url: str) -> None:
        self.sent_to = url
        if self.before:
            self.before(self)
        self.see(f"{self.flow.callback}?{urlencode(self.query)}")

    def see(self, url: str) -> None:
        self.pages.append(browse(url))

    @property
    def address(self) -> tuple[str, int]:
        """Where the listener is."""
        port = urlsplit(self.flow.callback).port
        assert port is not None
        return "127.0.0.1", port

    @property
    def page(self) -> Page:
        """The one page that was seen."""
        (page,) = self.pages
        return page


def assert_gone(flow: Flow) -> None:
    """Fail when somebody listens where the flow's callback points to."""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(User(flow).address)


def test_a_redirect_comes_back() -> None:
    """From oauthlib's provider, by a browser that follows its redirect: the whole dance."""
    with oauthlib_server.serve() as judge:
        client = oauth2.Client(None, placement="header", proxy_info=None, timeout=10)
        with contextlib.closing(client):
            flow = flow_to(judge.url, client)
            flow.request_token_url = f"{judge.url}/request_token"
            flow.access_token_url = f"{judge.url}/access_token"
            pages: list[Page] = []
            redirected = callback.wait(flow, lambda url: pages.append(browse(url)), timeout=10)
            token = flow.fetch_access_token(redirect_url=redirected)
    assert b"You can close this window." in pages[0][1]
    assert token.key in judge.validator.access_tokens


def test_the_address_of_the_listener_is_the_callback(provider: Origin, flow: Flow) -> None:
    """It is signed for, and what else is given goes on the authorize URL."""
    user = User(flow)
    redirected = callback.wait(flow, user, timeout=10, parameters={"perms": "read"})
    assert_signed(provider.last, Keys(str(CONSUMER.secret)))
    host, port = user.address
    assert (
        provider.last.oauth("oauth_callback") == flow.callback == f"http://{host}:{port}/callback"
    )
    assert user.sent_to == f"{provider.url}/authorize?oauth_token=t%2F%2B&perms=read"
    assert redirected == f"{flow.callback}?oauth_token=t%2F%2B&oauth_verifier=v%26"
    assert flow.verifier_of(redirected) == "v&"


def test_the_page_can_be_closed_and_tells_no_one(flow: Flow) -> None:
    """The address holds the verifier: no cache, no referrer, no script, no log."""
    user = User(flow)
    callback.wait(flow, user, timeout=10)
    response, content = user.page
    assert (response.status, response["content-length"]) == (200, str(len(content)))
    assert b"Access granted" in content
    assert b"You can close this window." in content
    assert b"v&" not in content
    assert response["content-type"] == "text/html; charset=utf-8"
    assert response["content-security-policy"].startswith("default-src 'none'")
    assert response["cache-control"] == "no-store"
    assert response["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path", ["/favicon.ico", "/", "/callback/", "/callbac", "/%63allback", "//callback"]
)
def test_what_else_a_browser_asks_for_is_not_found(flow: Flow, path: str) -> None:
    """And does not end the wait."""

    def look_around(user: User) -> None:
        host, port = user.address
        user.see(f"http://{host}:{port}{path}?{urlencode(SUCCESS)}")

    user = User(flow, before=look_around)
    callback.wait(flow, user, timeout=10)
    assert [response.status for response, _ in user.pages] == [404, 200]


def test_another_method_does_not_end_the_wait(flow: Flow) -> None:
    """A redirect is a GET."""
    sent: list[bytes] = []

    def post(user: User) -> None:
        with socket.create_connection(user.address) as connection:
            connection.sendall(b"POST /callback?denied=t HTTP/1.1\r\nHost: x\r\n\r\n")
            sent.append(connection.recv(1000))

    callback.wait(flow, User(flow, before=post), timeout=10)
    assert sent[0].startswith(b"HTTP/1.0 501")


def test_a_connection_that_sends_nothing_blocks_no_one(flow: Flow) -> None:
    """Browsers open some for later."""
    with contextlib.ExitStack() as idle:

        def connect(user: User) -> None:
            for _ in range(3):
                idle.enter_context(socket.create_connection(user.address))

        returned = callback.wait(flow, User(flow, before=connect), timeout=8)  # less than idle
    assert returned.startswith(f"{flow.callback}?")


def test_an_idle_connection_is_hung_up_on(
    flow: Flow, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """After its own time limit, and without a word."""
    monkeypatch.setattr(callback._Handler, "timeout", 0.1)
    received: list[bytes] = []

    def connect(user: User) -> None:
        with socket.create_connection(user.address, timeout=10) as connection:
            received.append(connection.recv(1))

    callback.wait(flow, User(flow, before=connect), timeout=10)
    assert (received, capfd.readouterr()) == ([b""], ("", ""))


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x16\x03\x01\r\n", b"GET /callback?a HTTP/9\r\n\r\n", b"GET " + b"/" * 70_000],
    ids=["nothing", "TLS", "a wrong version", "a long line"],
)
def test_a_browser_that_hangs_up_early_is_passed_over(
    flow: Flow, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], raw: bytes
) -> None:
    """By a reset, as when its process ends; nothing is printed of it."""
    answered: list[Any] = []
    shut = TCPServer.shutdown_request

    def is_done(server: TCPServer, request: Any) -> None:
        shut(server, request)
        answered.append(server.server_address)

    monkeypatch.setattr(TCPServer, "shutdown_request", is_done)

    def reset(user: User) -> None:
        connection = socket.create_connection(user.address)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        with contextlib.suppress(OSError):
            connection.sendall(raw)
        connection.close()
        wait_until(lambda: user.address in answered)

    callback.wait(flow, User(flow, before=reset), timeout=10)
    assert capfd.readouterr() == ("", "")


def test_a_user_who_closes_the_browser_at_once_came_back_nevertheless(
    flow: Flow, capfd: pytest.CaptureFixture[str]
) -> None:
    """The page cannot be shown any more, but the address is known."""

    def visit(_: str) -> None:
        with socket.create_connection(User(flow).address) as connection:
            connection.sendall(f"GET /callback?{urlencode(SUCCESS)} HTTP/1.1\r\n\r\n".encode())

    assert flow.verifier_of(callback.wait(flow, visit, timeout=10)) == "v&"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("query", "kind", "status", "title"),
    [
        ({"denied": "t/+"}, oauth2.AuthorizationDenied, 200, b"Access denied"),
        (
            {"oauth_problem": "user_refused", "oauth_token": "t/+"},
            *(oauth2.AuthorizationDenied, 200, b"Access denied"),
        ),
        (
            {"oauth_verifier": "", "oauth_token": "t/+"},
            *(oauth2.AuthorizationDenied, 200, b"Access denied"),
        ),
        ({"oauth_token": "t/+"}, oauth2.FlowError, 400, b"Authorization failed"),
        (
            {"oauth_problem": "<b>", "oauth_token": "t/+"},
            *(oauth2.FlowError, 400, b"Authorization failed"),
        ),
    ],
    ids=["denied", "refused", "a blank verifier", "no verifier", "a problem"],
)
def test_what_the_flow_refuses_is_raised_and_told(
    flow: Flow, query: dict[str, str], kind: type, status: int, title: bytes
) -> None:
    """The user reads that it did not work, and the program gets the error."""
    user = User(flow, query)
    with pytest.raises(oauth2.FlowError) as caught:
        callback.wait(flow, user, timeout=10)
    assert type(caught.value) is kind
    response, content = user.page
    assert (response.status, title in content, b"<b>" in content) == (status, True, False)
    assert b"You can close this window." in content
    assert_gone(flow)


def test_nobody_comes_back_in_time(flow: Flow) -> None:
    """The time limit is told, in seconds."""
    with pytest.raises(oauth2.CallbackTimeout, match=r"in 0\.2 seconds") as caught:
        callback.wait(flow, lambda url: None, timeout=0.2)
    assert caught.value.seconds == 0.2
    assert_gone(flow)


def test_the_time_may_be_without_limit(flow: Flow) -> None:
    """More than any system can wait for."""
    user = User(flow)
    assert flow.verifier_of(callback.wait(flow, user, timeout=float("inf")))


def test_the_listener_is_gone_afterwards(flow: Flow) -> None:
    """With its threads, and its port is free."""
    flow.fetch_request_token()  # the provider has a thread for the connection
    threads = threading.active_count()
    callback.wait(flow, User(flow), timeout=10)
    assert_gone(flow)
    wait_until(lambda: threading.active_count() <= threads)


def test_nothing_is_printed(flow: Flow, capfd: pytest.CaptureFixture[str]) -> None:
    """No access log, as the address holds the verifier."""
    callback.wait(flow, User(flow), timeout=10)
    assert capfd.readouterr() == ("", "")


def test_port_and_path_may_be_fixed(provider: Origin, flow: Flow) -> None:
    """Some providers compare the callback with one that was registered; twice in a row works."""
    port = free_port()
    for _ in range(2):
        callback.wait(flow, User(flow), port=port, path="/done", timeout=10)
        assert provider.last.oauth("oauth_callback") == f"http://127.0.0.1:{port}/done"


def test_a_port_that_is_taken_is_an_os_error(provider: Origin, flow: Flow) -> None:
    """Before anything is sent."""
    with pytest.raises(OSError, match="in use"):
        callback.wait(flow, User(flow), port=provider.port)
    assert provider.received == []


@pytest.mark.parametrize("path", ["done", "", "/done?a=b", "/done#a"])
def test_what_is_more_or_less_than_a_path_is_a_mistake(
    provider: Origin, flow: Flow, path: str
) -> None:
    """It would end up in the port, or the user nowhere."""
    with pytest.raises(
        ValueError, match=rf"^path: expected one with a slash first, .*, got '{re.escape(path)}'$"
    ):
        callback.wait(flow, User(flow), path=path)
    assert provider.received == []


def test_a_failure_to_send_the_user_ends_the_wait(flow: Flow) -> None:
    """The error of the program is its own."""

    def fail(url: str) -> None:
        raise LookupError(url)

    with pytest.raises(LookupError):
        callback.wait(flow, fail)
    assert_gone(flow)


def test_a_failure_of_the_first_leg_ends_the_wait(provider: Origin, flow: Flow) -> None:
    """The user is not sent anywhere."""
    provider.script["/request"] = Answer(500)
    user = User(flow)
    with pytest.raises(oauth2.TokenRequestError):
        callback.wait(flow, user)
    assert user.sent_to == ""
    assert_gone(flow)


def test_the_users_browser_is_opened_by_default() -> None:
    """As the standard library does it."""
    assert inspect.signature(callback.wait).parameters["visit"].default is webbrowser.open


WAITING = """
import sys
import oauth2
client = oauth2.Client(None, placement="header", proxy_info=None)
urls = {name: sys.argv[1] for name in ("request_token_url", "authorize_url", "access_token_url")}
flow = oauth2.Flow(oauth2.Consumer("key", "a-sekrit"), client=client, **urls)
oauth2.callback.wait(flow, lambda url: print(flow.callback, flush=True))
"""


def test_ctrl_c_ends_the_wait(provider: Origin) -> None:
    """At once, by a KeyboardInterrupt that the program sees, and with no thread left."""
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING, f"{provider.url}/request"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        wait_until_idle(process.pid)
        os.kill(process.pid, signal.SIGINT)
        _, printed = process.communicate(timeout=30)
    assert printed.rstrip().endswith("KeyboardInterrupt")
    assert process.returncode == -signal.SIGINT


# The page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        (SUCCESS, "<p><strong>{}</strong> can go on now. You can close this window.</p>"),
        (
            {"denied": "t/+"},
            "<p><strong>{}</strong> gets no access. You can close this window.</p>",
        ),
        ({"oauth_token": "t/+"}, "<p><strong>{}</strong> says why. You can close this window.</p>"),
    ],
    ids=["granted", "denied", "failed"],
)
@pytest.mark.parametrize(
    ("application", "name"),
    [(None, CONSUMER.key), ("Photos <b>", "Photos &lt;b&gt;"), ("{0}\udcff", "{0}\ufffd")],
    ids=["by default", "markup", "octets"],
)
def test_the_page_names_the_application(
    flow: Flow, query: dict[str, str], shown: str, application: str | None, name: str
) -> None:
    """By the consumer's key, as a provider does, or by a name that is better known."""
    user = User(flow, query)
    with contextlib.suppress(oauth2.FlowError):
        callback.wait(flow, user, timeout=10, application=application)
    assert shown.replace("{}", name) in user.page[1].decode()


def test_the_page_of_what_is_passed_over_keeps_the_window_open(flow: Flow) -> None:
    """The user has not answered yet."""

    def disturb(user: User) -> None:
        user.see(f"{flow.callback}?oauth_token=other&oauth_verifier=v")
        user.see(f"{flow.callback}/more")

    user = User(flow, before=disturb)
    callback.wait(flow, user, timeout=10)
    assert b"it goes on waiting" in user.pages[0][1]
    assert b"waits for another address" in user.pages[1][1]
    for _, content in user.pages[:2]:
        assert b"You can close this window." not in content


# What does not bring our request token


@pytest.mark.parametrize(
    "query",
    [
        *("", "?", "?a=b", "?oauth_verifier=v"),
        "?oauth_token=other&oauth_verifier=v",
        "?oauth_token=&oauth_verifier=v",
        "?oauth_token=t/%2B&oauth_token=t/%2B&oauth_verifier=v",
        *("?denied=other", "?denied=", "?oauth_problem=user_refused", "?error=access_denied"),
        "?oauth_problem=%3Cb%3E",
    ],
)
def test_what_does_not_bring_our_token_does_not_end_the_wait(flow: Flow, query: str) -> None:
    """Any page of any site can send a browser here."""

    def disturb(user: User) -> None:
        user.see(f"{flow.callback}{query}")

    user = User(flow, before=disturb)
    redirected = callback.wait(flow, user, timeout=10)
    assert flow.verifier_of(redirected) == "v&"
    assert [response.status for response, _ in user.pages] == [400, 200]
    assert b"Authorization failed" in user.pages[0][1]
    assert b"<b>" not in user.pages[0][1]


def test_the_time_limit_tells_of_what_was_passed_over(flow: Flow) -> None:
    """A provider that adds no token would be a riddle else."""
    user = User(flow, {"oauth_verifier": "v"})
    with pytest.raises(oauth2.CallbackTimeout) as caught:
        callback.wait(flow, user, timeout=0.5)
    assert str(caught.value) == (
        "No redirect was received in 0.5 seconds. The last one that was passed over: The user was "
        "redirected back with no request token: expected the one that was fetched last."
    )


@pytest.mark.parametrize(
    ("query", "outcome"),
    [
        ({"oauth_verifier": "v&"}, "v&"),
        ({"oauth_problem": "user_refused"}, oauth2.AuthorizationDenied),
        ({"oauth_problem": "odd"}, oauth2.FlowError),
        ({"oauth_verifier": ""}, oauth2.AuthorizationDenied),
    ],
)
def test_a_provider_that_names_no_token_ends_the_wait_with_a_verifier_or_a_problem(
    flow: Flow, query: dict[str, str], outcome: Any
) -> None:
    """As E*TRADE redirects; what has neither, or another token, is passed over still."""
    flow.redirect_has_token = False

    def disturb(user: User) -> None:
        for other in ("", "?a=b", "?oauth_verifier=v&oauth_token=other", "?denied=other"):
            user.see(f"{flow.callback}{other}")

    user = User(flow, query, before=disturb)
    if isinstance(outcome, str):
        assert flow.verifier_of(callback.wait(flow, user, timeout=10)) == outcome
    else:
        with pytest.raises(oauth2.FlowError) as caught:
            callback.wait(flow, user, timeout=10)
        assert type(caught.value) is outcome
    assert [response.status for response, _ in user.pages[:-1]] == [400] * 4


@pytest.mark.parametrize("query", ["", "?a=b", "?oauth_token=t/%2B"])
def test_a_provider_that_adds_nothing_ends_the_wait_with_the_bare_callback(
    flow: Flow, query: str
) -> None:
    """As Launchpad redirects; another path is another one still."""
    flow.redirect_has_token, flow.require_callback_confirmed = False, False
    user = User(flow)

    def visit(url: str) -> None:
        user.see(flow.callback.replace("/callback", "/favicon.ico"))
        user.see(f"{flow.callback}{query}")

    assert callback.wait(flow, visit, timeout=10) == f"{flow.callback}{query}"
    assert [response.status for response, _ in user.pages] == [404, 200]
    assert b"Access granted" in user.pages[1][1]


# Where it listens


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_it_listens_on_127_0_0_1_and_nowhere_else(
    provider: Origin, flow: Flow, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """Whatever its name: neither on all addresses, nor on another of the loopback, nor on ::1."""
    bound: list[Any] = []
    bind = TCPServer.server_bind

    def note(server: TCPServer) -> None:
        bind(server)
        bound.append(server.socket.getsockname())

    monkeypatch.setattr(TCPServer, "server_bind", note)
    refused: list[str] = []

    def knock(user: User) -> None:
        port = urlsplit(flow.callback).port
        for address in ("127.0.0.2", "::1"):
            try:
                socket.create_connection((address, port), timeout=5).close()
            except OSError:
                refused.append(address)

    redirected = callback.wait(flow, User(flow, before=knock), host=host, timeout=10)
    (address,) = bound
    assert (address[0], refused) == ("127.0.0.1", ["127.0.0.2", "::1"])
    assert redirected.startswith(f"http://{host}:{address[1]}/callback?")
    assert provider.last.oauth("oauth_callback") == f"http://{host}:{address[1]}/callback"


@pytest.mark.parametrize("host", ["", "::1", "0.0.0.0", "LOCALHOST", "a.example", "localhost/a"])
def test_another_name_for_this_machine_is_a_mistake(
    provider: Origin, flow: Flow, host: str
) -> None:
    """The verifier would be sent elsewhere, or nowhere."""
    with pytest.raises(ValueError, match=r"^host: expected one of .*, got "):
        callback.wait(flow, User(flow), host=host)
    assert provider.received == []
