"""What is sent by a program's own session, and what of the session does not count."""

from __future__ import annotations

import asyncio
import gzip
import inspect
import io
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from functools import partial
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from flows import ASYNC_CLIENTS, CLIENTS, LIBRARIES, Libraries
from granting import CONSUMER, CONSUMER_SECRET, endpoints, form, refusal, token_answer, tokens
from talking import talking
from wire import Answer, Keys, Origin, Received, assert_signed, by_hand, redirect

import oauth2
from oauth2.received import Answer as Came
from oauth2.senders import in_time

HTTP = LIBRARIES[1:]
LIKE_REQUESTS = [name for name in HTTP if name.endswith("quests.Session")]
NOTHING: Mapping[str, Any] = MappingProxyType({})
LIKE_HTTPX = [name for name in HTTP if name.startswith("httpx")]


@pytest.fixture
def origin(origin: Origin) -> Origin:
    """Run a server that answers with tokens."""
    origin.script = tokens()
    return origin


@pytest.fixture
def make_flow(origin: Origin, libraries: Libraries) -> Iterator[Callable[..., Any]]:
    """Make flows by clients of their own, which are made with these options or get them."""
    made = []

    def make(name: str, given: Mapping[str, Any] = {}, **options: Any) -> Any:
        client = libraries.make(name, **({} if name in LIKE_REQUESTS else given))
        made.append((name, client))
        for attribute, value in given.items() if name in LIKE_REQUESTS else ():
            has = getattr(client, attribute)
            is_added = attribute in ("headers", "hooks")
            setattr(client, attribute, {**has, **value} if is_added else value)
        return libraries.flow(name, CONSUMER, http=client, **{**endpoints(origin.url), **options})

    yield make
    for name, client in made:
        libraries.close(name, client)


def assert_signed_by_the_flow(received: Received, placement: str = "header") -> None:
    """Verify the signature, and that there is no other one."""
    assert_signed(received, Keys(CONSUMER_SECRET))
    assert received.place() == placement
    assert len(received.values("authorization")) == (placement == "header")


# What a session has


@pytest.mark.parametrize("placement", ["header", "query"])
@pytest.mark.parametrize("name", HTTP)
def test_an_authorization_of_the_session_is_not_sent(
    origin: Origin, make_flow: Any, name: str, placement: str
) -> None:
    """Neither in the place of the signature, nor beside it."""
    given = {"headers": {"Authorization": "Basic c2Vrcml0"}}
    make_flow(name, given, placement=placement).fetch_request_token()
    assert_signed_by_the_flow(origin.last, placement)


@pytest.mark.parametrize("placement", ["header", "query"])
@pytest.mark.parametrize("name", [*LIKE_REQUESTS, *LIKE_HTTPX])
def test_the_auth_of_a_session_is_not_used(
    origin: Origin, make_flow: Any, name: str, placement: str
) -> None:
    """The flow signs, for credentials of its own."""
    make_flow(name, {"auth": ("me", "sekrit")}, placement=placement).fetch_request_token()
    assert_signed_by_the_flow(origin.last, placement)


@pytest.mark.parametrize("name", [name for name in HTTP if name.startswith("aiohttp")])
def test_the_middlewares_of_a_session_are_not_used(
    origin: Origin, make_flow: Any, name: str
) -> None:
    """One of them may sign for somebody else, as that of this library does."""

    async def sign(request: Any, send: Any) -> Any:
        request.headers["Authorization"] = "Basic c2Vrcml0"
        return await send(request)

    make_flow(name, {"middlewares": [sign]}).fetch_request_token()
    assert_signed_by_the_flow(origin.last)


@pytest.mark.parametrize("placement", ["header", "query"])
@pytest.mark.parametrize("name", HTTP)
def test_a_netrc_is_not_used(
    origin: Origin,
    make_flow: Any,
    name: str,
    placement: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Though the session trusts the environment."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password sekrit\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    make_flow(name, {"trust_env": True}, placement=placement).fetch_request_token()
    assert_signed_by_the_flow(origin.last, placement)


@pytest.mark.parametrize("name", [*LIKE_REQUESTS, *LIKE_HTTPX])
def test_parameters_of_a_session_are_not_sent(origin: Origin, make_flow: Any, name: str) -> None:
    """They are for the calls of a program."""
    make_flow(name, {"params": {"page": "1"}}).fetch_request_token()
    assert origin.last.target == "/request"
    assert_signed_by_the_flow(origin.last)


@pytest.mark.parametrize("name", HTTP)
def test_headers_of_a_session_are_sent(origin: Origin, make_flow: Any, name: str) -> None:
    """A User-Agent, for one; but a coding only that the flow can take off."""
    given = {"headers": {"User-Agent": "App/1", "Accept-Encoding": "br"}}
    make_flow(name, given).fetch_request_token()
    assert origin.last.values("user-agent") == ["App/1"]
    assert origin.last.values("accept-encoding") == ["gzip, deflate"]


@pytest.mark.parametrize("name", HTTP)
def test_cookies_are_kept_from_leg_to_leg(origin: Origin, make_flow: Any, name: str) -> None:
    """In the jar of the session, as in a browser."""
    headers = {"Set-Cookie": "seen=1; Path=/"}
    origin.script["/request"] = token_answer("request")._replace(headers=headers)
    flow = make_flow(name, **endpoints(origin.named_url))  # a jar may have none for an address
    flow.fetch_request_token()
    flow.fetch_access_token("1")
    assert origin.last.values("cookie") == ["seen=1"]


@pytest.mark.parametrize("name", HTTP)
def test_a_session_that_follows_redirects_goes_on_to_do_so(
    origin: Origin, make_flow: Any, name: str
) -> None:
    """But not for the flow, whose hops are signed one by one."""
    origin.script["/request"] = redirect(308, "/access")
    given = {"follow_redirects": True} if name in LIKE_HTTPX else {}
    flow = make_flow(name, given)
    assert flow.fetch_request_token().key == "access"
    assert [received.target for received in origin.received] == ["/request", "/access"]
    for received in origin.received:
        assert_signed_by_the_flow(received)
    nonces = [received.oauth("oauth_nonce") for received in origin.received]
    assert nonces[0] != nonces[1]


@pytest.mark.parametrize("name", [*LIKE_REQUESTS, *LIKE_HTTPX])
def test_hooks_of_a_session_see_the_answers(origin: Origin, make_flow: Any, name: str) -> None:
    """As they log, or count."""
    seen: list[int] = []

    def see(response: Any, **_: Any) -> None:
        seen.append(response.status_code)

    async def see_later(response: Any) -> None:
        see(response)

    hook = see_later if "Async" in name else see
    given = {"hooks" if name in LIKE_REQUESTS else "event_hooks": {"response": [hook]}}
    flow = make_flow(name, given)
    flow.fetch_request_token()
    flow.fetch_request_token()
    assert seen == [200, 200]


@pytest.mark.parametrize("name", [name for name in HTTP if name.startswith("aiohttp")])
def test_a_session_that_raises_for_a_status_does_not_here(
    origin: Origin, make_flow: Any, name: str
) -> None:
    """What the provider reports would be lost."""
    origin.script["/request"] = form(401, oauth_problem="nonce_used")
    assert refusal(make_flow(name, {"raise_for_status": True})).problem == "nonce_used"


@pytest.mark.parametrize("name", [name for name in HTTP if name.startswith("niquests")])
def test_a_multiplexed_session_answers_at_once(origin: Origin, make_flow: Any, name: str) -> None:
    """It would give promises."""
    assert make_flow(name, {"multiplexed": True}).fetch_request_token().key == "request"


@pytest.mark.parametrize("name", LIKE_HTTPX)
def test_a_shorter_timeout_of_a_client_counts(make_flow: Any, name: str) -> None:
    """The longer one of the flow is for the whole leg."""
    with talking(lambda peer: peer.wait_for_end()) as server:
        flow = make_flow(name, {"timeout": 0.05}, request_token_url=server.url)
        assert "no answer: ReadTimeout" in str(refusal(flow))


@pytest.mark.parametrize("name", HTTP)
def test_a_certificate_that_nobody_signed_is_no_answer(make_flow: Any, name: str) -> None:
    """TLS is verified as the session verifies it."""
    with Origin("https") as origin:
        error = refusal(make_flow(name, request_token_url=f"{origin.url}/request"))
    assert "certificate" in str(error).lower()


# What is sent


@pytest.mark.parametrize("placement", ["header", "query"])
@pytest.mark.parametrize(
    "target",
    [
        "/a/../request?x=%7E",
        "/./b//request",
        "/%7e%2e/{a}?b={c}[d]",
        "/a|b?x=a|b&y='",
        "/a%2Fb;c=d?x=a+b&y=a%20b&x",
        '/\u00e4 b?\u00f6=%zz&q="<>^`\\',
        "",
        "?",
        "/request?#top",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("name", HTTP)
def test_what_is_sent_is_what_was_signed(
    origin: Origin, libraries: Libraries, name: str, target: str, placement: str
) -> None:
    """However a library spells a URL."""
    origin.script = Everywhere(token_answer("t"))
    urls = {**endpoints(origin.url), "request_token_url": origin.url + target}
    flow = libraries.flow(name, CONSUMER, placement=placement, **urls)
    assert flow.fetch_request_token().key == "t"
    assert by_hand(origin.last, Keys(CONSUMER_SECRET))


class Everywhere(dict[str, Any]):
    """Answers every path alike."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self._answer = answer

    def get(self, path: str, default: Any = None) -> Any:
        return self._answer


@pytest.mark.parametrize(
    "rest",
    ["a..b/request", "a" * 70 + ".invalid/", "*.invalid/", "a.invalid/?" + "x" * 70_000],
    ids=["empty label", "long label", "wildcard", "long query"],
)
@pytest.mark.parametrize("name", HTTP)
def test_a_url_that_a_library_does_not_know_is_no_answer(
    libraries: Libraries, name: str, rest: str
) -> None:
    """Some raise as soon as they see it."""
    urls = {**endpoints("http://a.example"), "request_token_url": f"http://{rest}"}
    assert ": no answer: " in str(refusal(libraries.flow(name, CONSUMER, **urls)))


@pytest.mark.parametrize("name", HTTP)
def test_a_url_with_a_password_is_refused(libraries: Libraries, name: str) -> None:
    """A library would sign by it, and the Client refuses it as well."""
    urls = {**endpoints("http://a.example"), "request_token_url": "http://me:sekrit@a.example/"}
    with pytest.raises(ValueError, match="expected one without user and password") as caught:
        libraries.flow(name, CONSUMER, **urls).fetch_request_token()
    assert "sekrit" not in str(caught.value)


# Who sends


@pytest.mark.parametrize("name", [*LIKE_REQUESTS, *LIKE_HTTPX])
def test_a_subclass_of_a_client_sends(origin: Origin, make_flow: Any, name: str) -> None:
    """Programs have clients of their own kind."""
    flow = make_flow(name)
    flow.http.__class__ = type("Own", (type(flow.http),), {})
    kind = oauth2.Flow if name in CLIENTS else oauth2.AsyncFlow
    assert kind(CONSUMER, http=flow.http, **endpoints(origin.url)).http is flow.http
    assert flow.fetch_request_token().key == "request"


SYNC_NAMES = "requests.Session, niquests.Session, httpx.Client, httpx2.Client"
ASYNC_NAMES = "httpx.AsyncClient, httpx2.AsyncClient, aiohttp.ClientSession"


@pytest.mark.parametrize("name", HTTP)
def test_a_client_of_the_other_kind_is_refused(libraries: Libraries, name: str) -> None:
    """What blocks is for a Flow, what is awaited for an AsyncFlow."""
    kind: Any = oauth2.AsyncFlow if name in CLIENTS else oauth2.Flow
    expected = ASYNC_NAMES if name in CLIENTS else SYNC_NAMES
    with pytest.raises(TypeError) as caught:
        kind(CONSUMER, http=libraries.client(name), **endpoints("http://a.example"))
    assert str(caught.value) == f"http: expected one of {expected}, got {name}"


@pytest.mark.parametrize(
    ("http", "got"),
    [("sekrit", "str"), (object(), "object"), (oauth2.Client(None), "oauth2.Client")],
)
@pytest.mark.parametrize("kind", [oauth2.Flow, oauth2.AsyncFlow])
def test_what_no_library_made_is_refused(kind: Any, http: object, got: str) -> None:
    """And named."""
    with pytest.raises(TypeError, match=rf"^http: expected one of .*, got {got}$"):
        kind(CONSUMER, http=http, **endpoints("http://a.example"))


@pytest.mark.parametrize("name", [name for name in HTTP if name.startswith("niquests")])
def test_the_asynchronous_session_of_niquests_is_refused(name: str) -> None:
    """It is a subclass of the other one, but answers by a coroutine."""
    from niquests import AsyncSession

    async def refused() -> None:  # niquests 3.5 asks for a running loop on Python 3.9
        for kind in (oauth2.Flow, oauth2.AsyncFlow):
            made: Any = kind
            with pytest.raises(TypeError, match=r"got niquests\.AsyncSession$"):
                made(CONSUMER, http=AsyncSession(), **endpoints("http://a.example"))

    asyncio.run(refused())


def test_an_async_flow_needs_somebody_who_sends() -> None:
    """There is no Client that could be made."""
    made: Any = oauth2.AsyncFlow
    with pytest.raises(TypeError, match=r"one of httpx\.AsyncClient, .*, got NoneType$"):
        made(CONSUMER, http=None, **endpoints("http://a.example"))


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("http", "anything"),
        ("signature_method", oauth2.SignatureMethod_PLAINTEXT()),
        ("placement", "query"),
        ("realm", "Photos"),
        ("realm", False),
        ("timeout", 1.0),
    ],
)
def test_a_client_has_its_own(option: str, value: Any) -> None:
    """Two that differ would leave it open which one counts."""
    client = oauth2.Client(None)
    with pytest.raises(ValueError, match=rf"^{option}: expected None beside a client, got both$"):
        oauth2.Flow(CONSUMER, client=client, **endpoints("http://a.example"), **{option: value})


def test_a_flow_without_both_makes_a_client_by_its_settings() -> None:
    """Whichever way it sends, a provider's wishes are said alike."""
    method = oauth2.SignatureMethod_PLAINTEXT()
    settings: dict[str, Any] = {
        "signature_method": method,
        "placement": "query",
        "realm": False,
        "timeout": 3,
    }
    client = oauth2.Flow(CONSUMER, **endpoints("http://a.example"), **settings).client
    assert (client.method, client.placement, client.realm, client.timeout) == (
        *(method, "query", False, 3),
    )


@pytest.mark.parametrize(
    ("option", "value", "error"),
    [
        ("signature_method", "HMAC-SHA1", TypeError),
        ("placement", "sekrit", ValueError),
        ("realm", 7, TypeError),
    ],
)
@pytest.mark.parametrize("name", HTTP)
def test_settings_are_checked_at_once(
    libraries: Libraries, name: str, option: str, value: Any, error: type[Exception]
) -> None:
    """And not in the middle of the dance."""
    with pytest.raises(error, match="expected"):
        libraries.flow(name, CONSUMER, **endpoints("http://a.example"), **{option: value})


def test_both_flows_take_the_same_arguments() -> None:
    """By the same names, with the same defaults; a client blocks, and is for one of them."""
    names = ("__init__", "fetch_request_token", "fetch_access_token", "renew")
    for name in (*names, "fetch_access_token_with_password"):
        of_flow = dict(inspect.signature(getattr(oauth2.Flow, name)).parameters)
        of_async = dict(inspect.signature(getattr(oauth2.AsyncFlow, name)).parameters)
        assert (of_flow.pop("client", None) is not None) is (name == "__init__")
        of_flow.pop("http", None), of_async.pop("http", None)
        assert of_flow == of_async


# What else may happen


@pytest.mark.parametrize("name", LIKE_REQUESTS)
def test_an_error_of_the_program_stays_what_it_is(make_flow: Any, name: str) -> None:
    """Also from the other thread."""

    def fail(response: Any, **_: Any) -> None:
        response.close()
        raise KeyError("of the program")

    with pytest.raises(KeyError, match="of the program"):
        make_flow(name, {"hooks": {"response": [fail]}}).fetch_request_token()


@pytest.mark.parametrize("name", LIKE_HTTPX)
def test_a_closed_client_is_a_mistake_of_the_program(libraries: Libraries, name: str) -> None:
    """And no failure of the provider."""
    client = libraries.make(name)
    libraries.close(name, client)
    flow = libraries.flow(name, CONSUMER, http=client, **endpoints("http://a.example"))
    with pytest.raises(RuntimeError, match="closed"):
        flow.fetch_request_token()


@pytest.mark.parametrize("coding", ["", "gzip"])
@pytest.mark.parametrize("name", LIKE_HTTPX)
def test_a_transport_of_a_test_answers(make_flow: Any, name: str, coding: str) -> None:
    """Its responses are whole, and decoded, before they are read."""
    module = import_module(name.partition(".")[0])
    body = token_answer("t").body
    content = gzip.compress(body) if coding else body
    headers = {"Content-Encoding": coding} if coding else {}

    def answer(request: Any) -> Any:
        return module.Response(200, headers=headers, content=content)

    flow = make_flow(name, {"transport": module.MockTransport(answer)})
    assert flow.fetch_request_token().key == "t"


@pytest.mark.parametrize("name", LIKE_REQUESTS)
def test_an_adapter_of_a_test_answers(make_flow: Any, name: str) -> None:
    """With a file in the place of a response of urllib3."""
    module = import_module(name.partition(".")[0])

    class Adapter:
        def send(self, request: Any, **options: Any) -> Any:
            response = module.Response()
            response.status_code, response.url, response.request = 200, request.url, request
            response.raw = io.BytesIO(token_answer("t").body)
            return response

        def close(self) -> None: ...

    flow = make_flow(name)
    flow.http.mount("http://", Adapter())
    assert flow.fetch_request_token().key == "t"


@pytest.mark.parametrize("name", [name for name in HTTP if name in ASYNC_CLIENTS])
def test_a_leg_can_be_cancelled(libraries: Libraries, name: str) -> None:
    """As every task of its program."""
    with talking(lambda peer: peer.wait_for_end()) as server:
        urls = {**endpoints(server.url), "request_token_url": server.url}
        flow = oauth2.AsyncFlow(CONSUMER, http=libraries.client(name), **urls)

        async def cancel() -> None:
            leg = asyncio.ensure_future(flow.fetch_request_token())
            await asyncio.sleep(0.05)
            leg.cancel()
            await leg

        with pytest.raises(asyncio.CancelledError):
            libraries.loop.run_until_complete(cancel())


class Holder:
    """Has a socket as some libraries have it."""

    def __init__(self, name: str, sock: socket.socket) -> None:
        setattr(self, name, sock)
        self.read = partial(sock.recv, 1)

    def wait(self) -> bytes:
        return self.read()


@pytest.mark.parametrize("name", ["sock", "_sock", ""])
@pytest.mark.parametrize("is_interrupted", [False, True])
def test_who_waits_for_an_octet_is_hung_up_on(
    monkeypatch: pytest.MonkeyPatch, name: str, is_interrupted: bool
) -> None:
    """Wherever the socket is, and also when a user has pressed Ctrl-C."""
    ended = threading.Event()
    ours, theirs = socket.socketpair()

    def send() -> Any:
        sock = ours
        read = Holder(name, sock).wait if name else partial(sock.recv, 1)
        if name:
            del sock
        assert read() == b""
        ended.set()

    def interrupt(thread: threading.Thread, timeout: float) -> None:
        time.sleep(timeout)
        raise KeyboardInterrupt

    with ours, theirs:
        if is_interrupted:
            monkeypatch.setattr(threading.Thread, "join", interrupt)
            with pytest.raises(KeyboardInterrupt):
                in_time.answered_in(0.05, send)
        else:
            assert in_time.answered_in(0.05, send) == in_time.TIMED_OUT
        assert ended.wait(10)
        monkeypatch.undo()


def test_who_waits_for_something_else_is_left() -> None:
    """A resolver has no socket that could be ended; it has a timeout of its own."""
    waiting = threading.Event()
    wait: Any = waiting.wait
    assert in_time.answered_in(0.05, wait) == in_time.TIMED_OUT
    waiting.set()


def test_what_a_call_knows_of_its_context_is_known_in_the_thread() -> None:
    """Whoever traces requests has the current span there."""
    variable: ContextVar[str] = ContextVar("variable")
    variable.set("known")
    answer = in_time.answered_in(10, lambda: Came.missing(variable.get()))
    assert answer.failure == "no answer: known"


def made_from(error: BaseException, *causes: BaseException) -> BaseException:
    """Chain errors as ``raise … from`` does, the first one last."""
    for each, cause in zip((error, *causes), causes):
        each.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("a."), "a"),
        (ValueError(), "ValueError"),
        (ValueError("<object at 0x7f>"), "ValueError"),
        (made_from(ValueError("a URL"), OSError("why")), "ValueError: why"),
        (made_from(ValueError("a URL"), OSError()), "a URL"),
        (made_from(ValueError(), OSError("<object>")), "ValueError"),
        (made_from(ValueError(), OSError("<object>"), OSError("why")), "ValueError: why"),
        (ValueError(OSError("why")), "ValueError: why"),
    ],
)
def test_a_reason_is_what_an_error_comes_from(error: BaseException, words: str) -> None:
    """In words, and with the kind of the error where they are another's."""
    assert in_time.reason(error) == words


def test_a_reason_is_not_what_a_library_hides() -> None:
    """It has said all in the words of its own."""
    error = ValueError("all")
    error.__context__ = OSError("hidden")
    assert in_time.reason(error) == "ValueError: hidden"
    error.__suppress_context__ = True
    assert in_time.reason(error) == "all"
