"""The three-legged dance, against oauthlib's provider and against scripted answers."""

from __future__ import annotations

import contextlib
import gzip
import html
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httplib2
import oauthlib_server
import pytest
from granting import (
    CALLBACK,
    CONSUMER,
    CONSUMER_SECRET,
    PASSWORD,
    SECRETS,
    TOKEN_SECRET,
    endpoints,
    form,
    refusal,
    token_answer,
    tokens,
    told,
)
from known import HMAC_SHA1
from oauthlib_server import OAuthlibProvider
from ports import free_port
from present import present
from secrets_check import assert_no_secret
from wire import Answer, Keys, Origin, Received, assert_signed, assert_unsigned, redirect

import oauth2

JUDGED = oauth2.Consumer(*oauthlib_server.CONSUMER)
RANGE = "999999900-1000000100"

PLAINTEXT = oauth2.SignatureMethod_PLAINTEXT()
METHODS = (HMAC_SHA1, oauth2.SignatureMethod_HMAC_SHA256(), PLAINTEXT)


@pytest.fixture
def provider() -> Iterator[OAuthlibProvider]:
    """Run oauthlib's provider."""
    with oauthlib_server.serve() as serving:
        yield serving


@pytest.fixture
def origin(origin: Origin) -> Origin:
    """Run a server that answers with tokens."""
    origin.script = tokens()
    return origin


@pytest.fixture
def make_flow(origin: Origin, flow_of: Callable[..., Any]) -> Callable[..., Any]:
    """Make flows to the scripted server, by each library."""
    return partial(flow_of, CONSUMER, **endpoints(origin.url))


@pytest.fixture
def make_judged(provider: OAuthlibProvider, flow_of: Callable[..., Any]) -> Callable[..., Any]:
    """Make flows to oauthlib's provider, by each library."""
    return partial(
        flow_of,
        JUDGED,
        request_token_url=f"{provider.url}/request_token",
        authorize_url=f"{provider.url}/authorize",
        access_token_url=f"{provider.url}/access_token",
    )


def visit(url: str) -> tuple[httplib2.Response, bytes]:
    """Open a page as a browser does that has just come, without following a redirect."""
    browser = httplib2.Http(proxy_info=None, timeout=10)
    browser.follow_redirects = False
    try:
        answer: tuple[httplib2.Response, bytes] = browser.request(url)
    finally:
        browser.close()
    return answer


# The whole dance, judged by oauthlib


@pytest.mark.parametrize("http_method", ["GET", "POST"])
@pytest.mark.parametrize("placement", [None, "header", "query", "body"])
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_oauthlib_dances_with_a_pin(
    make_judged: Any,
    make_client: Any,
    provider: OAuthlibProvider,
    method: Any,
    placement: Any,
    http_method: str,
) -> None:
    """Each method, each place, GET and POST: the token that comes out opens the resource."""
    flow = make_judged(
        signature_method=method,
        placement=placement,
        request_token_method=http_method,
        access_token_method=http_method,
    )
    flow.fetch_request_token()
    _, page = visit(flow.authorization_url())
    pin = parse_qs(page.decode())["oauth_verifier"][0]
    client = make_client(consumer=JUDGED, token=flow.fetch_access_token(pin))
    assert client.request(f"{provider.url}/resource?a=b")[1] == b"welcome"
    assert flow.request_token is None


def test_oauthlib_dances_with_a_redirect(make_judged: Any, provider: OAuthlibProvider) -> None:
    """The address to which the provider redirects is all that the flow needs."""
    flow = make_judged(callback=CALLBACK)
    flow.fetch_request_token()
    redirected, _ = visit(flow.authorization_url())
    assert redirected.status == 302
    token = flow.fetch_access_token(redirect_url=redirected["location"])
    assert token.key in provider.validator.access_tokens


def test_oauthlib_refuses_a_wrong_pin_and_takes_the_right_one_after_it(
    make_judged: Any, provider: OAuthlibProvider
) -> None:
    """The request token is kept until it is exchanged."""
    flow = make_judged()
    token = flow.fetch_request_token()
    pin = provider.approve(token.key)
    with pytest.raises(oauth2.TokenRequestError, match=r"access token, .*answered 401"):
        flow.fetch_access_token("wrong")
    assert flow.request_token is token
    assert flow.fetch_access_token(pin).key in provider.validator.access_tokens


def test_oauthlib_refuses_an_exchange_without_a_verifier(make_judged: Any) -> None:
    """Its provider speaks OAuth 1.0a."""
    flow = make_judged()
    flow.fetch_request_token()
    with pytest.raises(oauth2.TokenRequestError, match=r"Missing.verifier"):
        flow.fetch_access_token()


def test_oauthlib_refuses_another_consumer(make_judged: Any) -> None:
    """The error tells the leg and the status."""
    flow = make_judged()
    flow.consumer = oauth2.Consumer("consumer-key", "another-sekrit")
    with pytest.raises(oauth2.TokenRequestError, match=r"request token, .* 401 (Judged|Unauth)"):
        flow.fetch_request_token()


def test_oauthlib_dances_with_two_processes(make_judged: Any, provider: OAuthlibProvider) -> None:
    """A web application stores the request token as text, and goes on in another request."""
    first = make_judged(callback=CALLBACK)
    stored = first.fetch_request_token().to_string()
    redirected, _ = visit(first.authorization_url())
    second = make_judged(callback=CALLBACK)
    second.request_token = oauth2.Token.from_string(stored)
    token = second.fetch_access_token(redirect_url=redirected["location"])
    assert token.key in provider.validator.access_tokens


# The first leg


@pytest.mark.parametrize("callback", ["oob", CALLBACK])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_callback_is_sent(origin: Origin, make_flow: Any, method: str, callback: str) -> None:
    """Signed, with the request for a request token (RFC 5849 section 2.1)."""
    flow = make_flow(callback=callback, request_token_method=method)
    token = flow.fetch_request_token()
    assert_signed(origin.last, Keys(CONSUMER_SECRET))
    assert (origin.last.method, origin.last.oauth("oauth_callback")) == (method, callback)
    assert (token.key, token.callback, flow.request_token) == ("request", callback, token)


def test_the_callback_goes_on_the_authorize_url_where_it_is_named(
    origin: Origin, make_flow: Any
) -> None:
    """Providers of OAuth 1.0 take it there, and there alone."""
    names = {"oauth_token": "oauth_token", "oauth_callback": "oauth_callback"}
    flow = make_flow(callback=CALLBACK, authorize_names=names)
    flow.fetch_request_token()
    assert origin.last.oauth("oauth_callback") is None
    query = urlsplit(flow.authorization_url()).query
    assert parse_qsl(query) == [("oauth_token", "request"), ("oauth_callback", CALLBACK)]


@pytest.mark.parametrize("confirmed", ["false", "", "0", "no", "oob", "2"])
def test_a_callback_that_is_not_confirmed_is_refused(
    origin: Origin, make_flow: Any, confirmed: str
) -> None:
    """The answer hangs on the error, and the token is not kept."""
    flow = make_flow()
    origin.script["/request"] = token_answer(oauth_callback_confirmed=confirmed)
    with pytest.raises(oauth2.CallbackNotConfirmed, match="oauth_callback_confirmed") as caught:
        flow.fetch_request_token()
    assert (caught.value.response.status, flow.request_token) == (200, None)
    assert b"oauth_token=t&oauth_token_secret=***" in present(caught.value.content)


def test_a_token_without_a_word_on_the_callback_is_refused(origin: Origin, make_flow: Any) -> None:
    """As providers answer that speak OAuth 1.0."""
    origin.script["/request"] = form(oauth_token="t", oauth_token_secret=TOKEN_SECRET)
    with pytest.raises(oauth2.CallbackNotConfirmed):
        make_flow().fetch_request_token()


def test_a_provider_of_oauth_1_0_is_reached_when_asked_for(origin: Origin, make_flow: Any) -> None:
    """Neither a confirmation nor a verifier is needed then."""
    origin.script["/request"] = form(oauth_token="t", oauth_token_secret=TOKEN_SECRET)
    flow = make_flow(require_callback_confirmed=False)
    flow.fetch_request_token()
    assert flow.fetch_access_token(redirect_url=f"{CALLBACK}&oauth_token=t").key == "access"
    assert_signed(origin.last, Keys(CONSUMER_SECRET, TOKEN_SECRET))
    assert origin.last.oauth("oauth_verifier") is None


@pytest.mark.parametrize("confirmed", ["true", "True", "TRUE ", "1", "yes", "Yes", "on"])
def test_a_callback_is_confirmed_by_any_truth(
    origin: Origin, make_flow: Any, confirmed: str
) -> None:
    """Programs read one word for it."""
    origin.script["/request"] = token_answer(oauth_callback_confirmed=confirmed)
    assert make_flow().fetch_request_token().callback_confirmed == "true"


@pytest.mark.parametrize("confirmed", [True, 1, "true", "1"])
def test_a_json_answer_confirms_by_its_own_true(
    origin: Origin, make_flow: Any, confirmed: Any
) -> None:
    """Not only by text."""
    told = {"oauth_token": "t", "oauth_token_secret": "x", "oauth_callback_confirmed": confirmed}
    origin.script["/request"] = Answer(body=json.dumps(told).encode())
    assert make_flow().fetch_request_token().key == "t"


@pytest.mark.parametrize(
    ("method", "placement", "in_query"),
    [
        ("GET", "header", True),
        ("GET", None, True),
        ("POST", "header", False),
        ("POST", None, False),
    ],
)
def test_parameters_are_sent_along(
    origin: Origin, make_flow: Any, method: str, placement: Any, in_query: bool
) -> None:
    """In the query of a GET, in the form of a POST, and signed."""
    flow = make_flow(placement=placement, request_token_method=method)
    flow.fetch_request_token(scope="a b&c", x_auth_access_type="read")
    assert_signed(origin.last, Keys(CONSUMER_SECRET))
    text = origin.last.target.partition("?")[2] if in_query else origin.last.body.decode()
    pairs = [pair for pair in parse_qsl(text) if not pair[0].startswith("oauth_")]
    assert sorted(pairs) == [("scope", "a b&c"), ("x_auth_access_type", "read")]


def test_endpoints_may_have_a_query_of_their_own(origin: Origin, make_flow: Any) -> None:
    """It is signed, and kept."""
    flow = make_flow(
        request_token_url=f"{origin.url}/request?v=1&v=2",
        authorize_url=f"{origin.url}/authorize?page=log%20in#top",
        access_token_url=f"{origin.url}/access?x=%2B",
    )
    flow.fetch_request_token()
    assert (origin.last.target, flow.authorization_url(a="b")) == (
        "/request?v=1&v=2",
        f"{origin.url}/authorize?page=log%20in&oauth_token=request&a=b#top",
    )
    assert_signed(origin.last, Keys(CONSUMER_SECRET))
    flow.fetch_access_token("1")
    assert origin.last.target == "/access?x=%2B"
    assert_signed(origin.last, Keys(CONSUMER_SECRET, TOKEN_SECRET))


def test_both_tokens_may_come_from_one_url(origin: Origin, make_flow: Any) -> None:
    """As Evernote has it: what is sent tells the legs apart."""

    def answer(received: Received) -> Answer:
        return token_answer("access" if received.oauth("oauth_verifier") else "request")

    origin.script["/oauth"] = answer
    url = f"{origin.url}/oauth"
    flow = make_flow(request_token_url=url, access_token_url=url)
    assert flow.fetch_request_token().key == "request"
    assert flow.fetch_access_token("1").key == "access"


# The third leg


def test_the_request_token_is_exchanged(origin: Origin, make_flow: Any) -> None:
    """With the verifier, signed with both secrets; what else comes is in extra."""
    flow = make_flow(access_token_method="GET")
    flow.fetch_request_token()
    token = flow.fetch_access_token(redirect_url=f"{CALLBACK}&oauth_token=request&oauth_verifier=v")
    assert_signed(origin.last, Keys(CONSUMER_SECRET, TOKEN_SECRET))
    sent = {name: origin.last.oauth(name) for name in ("oauth_token", "oauth_verifier")}
    assert (origin.last.method, sent) == ("GET", {"oauth_token": "request", "oauth_verifier": "v"})
    assert (token.key, token.secret, token.extra) == ("access", TOKEN_SECRET, {"user_id": "7"})


def test_a_wrong_pin_is_not_kept_and_not_shown(origin: Origin, make_flow: Any) -> None:
    """The next try is with another, or with none."""
    flow = make_flow()
    flow.fetch_request_token()
    origin.script["/access"] = form(401, oauth_problem="x", oauth_problem_advice="not 12345 it is")
    with pytest.raises(oauth2.TokenRequestError, match=r"x, not \*\*\* it is$") as caught:
        flow.fetch_access_token("12345")
    assert b"12345" not in present(caught.value.content)
    assert flow.request_token.verifier is None
    flow.request_token.set_verifier("67890")
    origin.script["/access"] = form(oauth_token="access", oauth_token_secret=TOKEN_SECRET)
    assert flow.fetch_access_token().key == "access"
    assert origin.last.oauth("oauth_verifier") == "67890"


def test_pin_and_address_together_are_a_mistake(origin: Origin, make_flow: Any) -> None:
    """They may differ."""
    flow = make_flow()
    flow.fetch_request_token()
    address = f"{CALLBACK}&oauth_token=request&oauth_verifier=v"
    with pytest.raises(ValueError, match=r"^verifier: expected None beside a redirect_url"):
        flow.fetch_access_token("v", redirect_url=address)
    assert len(origin.received) == 1


def test_a_verifier_may_be_left_out(origin: Origin, make_flow: Any) -> None:
    """Some providers know none; the confirmation of a callback is not asked for here."""
    origin.script["/access"] = form(oauth_token="access", oauth_token_secret=TOKEN_SECRET)
    flow = make_flow()
    flow.fetch_request_token()
    assert flow.fetch_access_token().key == "access"
    assert origin.last.oauth("oauth_verifier") is None


# Renewal and xAuth


def test_a_token_is_renewed_by_its_session_handle(origin: Origin, make_flow: Any) -> None:
    """The old token signs, and the new handle counts."""
    origin.script["/access"] = token_answer("new", oauth_session_handle="h2", oauth_expires_in="9")
    token = oauth2.Token("old", "old-sekrit")
    token.extra["oauth_session_handle"] = "h1-sekrit"
    renewed = make_flow().renew(token)
    assert_signed(origin.last, Keys(CONSUMER_SECRET, "old-sekrit"))
    assert origin.last.oauth("oauth_session_handle") == "h1-sekrit"
    assert (renewed.key, renewed.extra) == (
        "new",
        {"oauth_session_handle": "h2", "oauth_expires_in": "9"},
    )
    assert token.extra == {"oauth_session_handle": "h1-sekrit"}


def test_a_session_handle_may_be_a_number(make_flow: Any) -> None:
    """As JSON may have it; an error of the call is still that of the call."""
    token = oauth2.Token("t", TOKEN_SECRET)
    token.extra = {"oauth_session_handle": 12345}
    url = f"http://127.0.0.1:{free_port()}/access"
    with pytest.raises(oauth2.TokenRequestError, match="Connect"):
        make_flow(access_token_url=url).renew(token)


def test_a_session_handle_lasts_when_none_comes(make_flow: Any) -> None:
    """So that the successor can be renewed, too."""
    token = oauth2.Token("old", "old-sekrit")
    token.extra["oauth_session_handle"] = "h1"
    assert make_flow().renew(token).extra["oauth_session_handle"] == "h1"


def test_a_token_without_a_session_handle_cannot_be_renewed(origin: Origin, make_flow: Any) -> None:
    """A mistake of the program, and nothing is sent."""
    with pytest.raises(ValueError, match=r"^token: expected one with extra"):
        make_flow().renew(oauth2.Token("t", "sekrit"))
    assert origin.received == []


def test_a_session_handle_stays_out_of_errors(origin: Origin, make_flow: Any) -> None:
    """Also when the provider repeats it."""
    origin.script["/access"] = form(401, oauth_problem="token_expired", x="the-handle-sekrit+/")
    token = oauth2.Token("old", "old-sekrit")
    token.extra["oauth_session_handle"] = "the-handle-sekrit+/"
    with pytest.raises(
        oauth2.TokenRequestError, match=r"^renewed token, .*token_expired"
    ) as caught:
        make_flow().renew(token)
    assert caught.value.content == b"oauth_problem=token_expired&x=***"


@pytest.mark.parametrize("placement", [None, "header", "query", "body"])
def test_a_password_is_exchanged(origin: Origin, make_flow: Any, placement: str | None) -> None:
    """By POST, or the password would stand in a URL where that can be avoided."""
    flow = make_flow(placement=placement, access_token_method="GET")
    assert flow.fetch_access_token_with_password("J\u00f6", PASSWORD).key == "access"
    assert_signed(origin.last, Keys(CONSUMER_SECRET))
    pairs = [pair for pair in parse_qsl(origin.last.body.decode()) if pair[0].startswith("x_")]
    assert pairs == [
        ("x_auth_mode", "client_auth"),
        ("x_auth_username", "J\u00f6"),
        ("x_auth_password", PASSWORD),
    ]
    assert (origin.last.method, origin.last.oauth("oauth_token")) == ("POST", None)


def test_a_password_stays_out_of_errors(origin: Origin, make_flow: Any) -> None:
    """Though a provider sends the whole request back."""
    origin.script["/access"] = lambda received: Answer(401, {}, received.body)
    with pytest.raises(oauth2.TokenRequestError, match=r"x_auth_password=\*\*\*") as caught:
        make_flow().fetch_access_token_with_password("me", PASSWORD)
    assert_no_secret(caught.value, *SECRETS)


# The signature


@pytest.mark.parametrize("placement", ["header", "query", "body"])
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_what_a_flow_is_set_to_is_used(
    origin: Origin, make_flow: Any, method: Any, placement: str
) -> None:
    """Signature method, placement and realm.

    oauthlib decodes a signature in query and body twice, which that of PLAINTEXT does not bear.
    """
    flow = make_flow(signature_method=method, placement=placement, realm="Photos")
    flow.fetch_request_token()
    is_judged = placement == "header" or method.name != "PLAINTEXT"
    assert_signed(origin.last, Keys(CONSUMER_SECRET), oauthlib=is_judged)
    assert origin.last.oauth("oauth_signature_method") == method.name
    assert origin.last.place() == placement
    has_realm = 'realm="Photos"' in (origin.last.header("authorization") or "")
    assert has_realm is (placement == "header")


# What can go wrong


@pytest.mark.parametrize("leg", ["request token", "access token"])
@pytest.mark.parametrize(
    ("answer", "text", "problem"),
    [
        (Answer(500, {}, b"oops\n\x1b[31m"), "answered 500 Scripted: no token in oops [31m", None),
        (Answer(500, {}, b""), "answered 500 Scripted: no token in an empty answer", None),
        (Answer(200, {}, b""), "answered 200 Scripted: no token in an empty answer", None),
        (Answer(200, {}, b"<h1>hi</h1>\n"), "no token in <h1>hi</h1>", None),
        (Answer(200, {}, b"<html>\n<p>hi</html>"), "no token in a page of HTML", None),
        (
            Answer(200, {}, b" <!DOCTYPE html><Title>\nLog in</title>" + b"x" * 5000),
            "no token in a page of HTML, titled 'Log in'",
            None,
        ),
        (Answer(200, {}, b"x" * 5000), "no token in " + "x" * 200 + "\u2026", None),
        (form(oauth_token="t"), "no oauth_token_secret in oauth_token=t", None),
        (form(oauth_token_secret=TOKEN_SECRET), r"no token in oauth_token_secret=***", None),
        (form(401, oauth_problem="nonce_used"), "401 Scripted: nonce_used", "nonce_used"),
        (
            form(400, oauth_problem="x", oauth_problem_advice="Go\naway"),
            "400 Scripted: x, Go away",
            "x",
        ),
        (
            Answer(401, {"WWW-Authenticate": 'OAuth realm="", oauth_problem="token_revoked"'}, b""),
            "401 Scripted: token_revoked",
            "token_revoked",
        ),
        (Answer(401, {"WWW-Authenticate": "OAuth"}, b"no"), "401 Scripted: no token in no", None),
        (redirect(302, "/other"), "302 Scripted: it redirects to /other", None),
        (redirect(307, "/other"), "307 Scripted: it redirects to /other", None),
        (redirect(303, "ftp://a.example/?x=y"), "Redirected, but expected a URL", None),
        (Answer(200, {"Content-Encoding": "gzip"}, b"no gzip"), "failed to decompress", None),
        (Answer(303, {}, b""), "303 Scripted: Redirected but the response is missing", None),
    ],
    ids=lambda value: getattr(value, "status", None),
)
def test_a_failed_answer_is_one_clear_line(
    origin: Origin, make_flow: Any, leg: str, answer: Answer, text: str, problem: str | None
) -> None:
    """And the answer, where one came, hangs on the error."""
    origin.script = dict.fromkeys(("/request", "/access"), answer)
    queries = {"request_token_url": "/request?q=1", "access_token_url": "/access?q=1"}
    flow = make_flow(**{name: origin.url + path for name, path in queries.items()})
    error = refusal(flow, leg)
    assert text in told(error)
    assert error.problem == problem
    if "no answer" not in str(error):
        assert (error.response.status, type(error.content)) == (answer.status, bytes)
    assert origin.received[0].target.endswith("?q=1")


def test_a_redirect_in_a_loop_is_given_up(origin: Origin, make_flow: Any) -> None:
    """The last answer of the loop hangs on the error."""
    origin.script["/request"] = redirect(302, "/request?again=1")
    error = refusal(make_flow(request_token_method="GET"))
    assert "302 Scripted: Redirected more times" in told(error)
    assert error.response.status == 302


def test_a_token_may_come_after_a_redirect(origin: Origin, make_flow: Any) -> None:
    """Within the origin the request is signed again."""
    origin.script["/old"] = redirect(302, "/request")
    flow = make_flow(request_token_method="GET", request_token_url=f"{origin.url}/old")
    assert flow.fetch_request_token().key == "request"
    assert_signed(origin.last, Keys(CONSUMER_SECRET))


def test_a_stranger_gets_nothing(origin: Origin, make_flow: Any) -> None:
    """Another origin is sent no consumer key, no callback and no password."""
    origin.script["/access"] = redirect(308, f"{origin.named_url}/elsewhere")
    with pytest.raises(oauth2.TokenRequestError):
        make_flow().fetch_access_token_with_password("me", PASSWORD)
    for received in origin.received[1:]:  # which is none where the Client does not send
        assert_unsigned(received)
        assert b"sekrit" not in received.raw_body


def test_a_refused_connection_is_one_clear_line(make_flow: Any) -> None:
    """Nobody listens there; the text of some libraries has the whole URL in it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}/request?q=1"
    flow = make_flow(request_token_url=url, placement="query", signature_method=PLAINTEXT)
    error = refusal(flow)
    assert re.search(r": no answer: (\w+: )?(\[Errno \d+\] )?Connect[\w (.',]+\)?\.$", str(error))
    assert (error.response, error.content, error.problem) == (None, None, None)


def test_an_unknown_host_is_one_clear_line(make_flow: Any) -> None:
    """The name ends in what no resolver knows (RFC 6761)."""
    error = refusal(make_flow(request_token_url="http://provider.invalid/request"))
    assert re.search(r"no answer: .*(Unable to find the server|not known)", str(error))


def test_a_provider_that_never_answers_meets_the_time_limit(make_flow: Any) -> None:
    """That of the flow."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/request"
        error = refusal(make_flow(request_token_url=url, timeout=0.2))
    assert "no answer: timed out" in str(error)


@contextlib.contextmanager
def hanging_up_after(raw: bytes) -> Iterator[str]:
    """Serve these octets to whoever comes, and hang up."""

    def answer() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(raw)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/request"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.mark.parametrize(
    ("raw", "texts"),
    [
        (b"", ["no answer: "]),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\noauth_token=t", ["no answer: "]),
        (b"HTTP/1.1 200 OK\r\nContent-Le", ["no token in an empty answer", "no answer: "]),
        (
            b"HTTP/1.1 200 the-consumer-sekrit/+=\r\nContent-Length: 0\r\n\r\n",
            ["answered 200 ***: no token", "answered 200 OK: no token"],
        ),
        (b"a-secret=the-consumer-sekrit/+= \x1b\r\n\r\n", ["a-secret=***", "no answer: "]),
    ],
    ids=["nothing", "half a body", "half a header", "a secret reason", "no HTTP"],
)
def test_a_provider_that_hangs_up_is_one_clear_line(
    make_flow: Any, raw: bytes, texts: list[str]
) -> None:
    """http.client quotes the line that it cannot read, with whatever stands there."""
    with hanging_up_after(raw) as url:
        error = str(refusal(make_flow(request_token_url=url)))
    assert any(text in error for text in texts)


def _echo(received: Received) -> bytes:
    fields = [f"{name}: {value}" for name, value in received.headers]
    return "\n".join([received.target, *fields, received.body.decode()]).encode()


@pytest.mark.parametrize("status", [200, 401])
@pytest.mark.parametrize("placement", ["header", "query", "body"])
@pytest.mark.parametrize(
    "write",
    [
        lambda text: Answer(body=text),
        lambda text: Answer(body=json.dumps({"request": text.decode()}).encode()),
        lambda text: Answer(body=json.dumps({"r": text.decode()}).replace("/", "\\/").encode()),
        lambda text: Answer(body=urlencode({"request": text}).encode()),
        lambda text: Answer(200, {"X": text.decode().replace("\n", " ")}, b""),
        lambda text: Answer(
            200, {"Content-Type": "a/b; charset=utf-16"}, text.decode().encode("utf-16")
        ),
        lambda text: Answer(
            200, {"Content-Encoding": "gzip", "Content-Type": "a/b"}, gzip.compress(text)
        ),
    ],
    ids=["plain", "json", "escaped", "form", "header", "utf-16", "gzip"],
)
def test_a_request_that_comes_back_shows_no_secret(
    origin: Origin, make_flow: Any, write: Any, placement: str, status: int
) -> None:
    """PLAINTEXT sends the secrets themselves, and debugging providers echo what they get."""
    origin.script["/access"] = lambda received: write(_echo(received))._replace(status=status)
    error = refusal(make_flow(placement=placement, signature_method=PLAINTEXT), "access token")
    shown = f"{error.response} {error.content!r}"
    assert "***" in shown.replace("\\x00", "")


def test_a_reason_and_the_hops_of_a_redirect_show_no_secret(origin: Origin, make_flow: Any) -> None:
    """The first answer of a redirect hangs on the last one."""
    origin.script["/access"] = redirect(302, "/there?x=the-request-sekrit")
    origin.script["/there"] = Answer(400, {}, b"no")
    flow = make_flow(placement="query", signature_method=PLAINTEXT, access_token_method="GET")
    error = refusal(flow, "access token")
    assert error.response.previous["location"].endswith("/there?x=***")


def test_the_answer_of_an_error_can_be_read(origin: Origin, make_flow: Any) -> None:
    """Status, headers, content, and the fields of the problem."""
    origin.script["/request"] = form(
        400, {"X-Id": "7"}, oauth_problem="parameter_absent", oauth_parameters_absent="oauth_nonce"
    )
    error: Any = refusal(make_flow())
    assert (error.response.status, error.response["x-id"]) == (400, "7")
    assert error.content == b"oauth_problem=parameter_absent&oauth_parameters_absent=oauth_nonce"
    assert error.problem.parameters_absent == ("oauth_nonce",)


# The clock


def test_a_flow_learns_the_clock_of_its_provider(origin: Origin, make_flow: Any) -> None:
    """On the first leg, and the second one uses it at once."""

    def answer(received: Received) -> Answer:
        if abs(int(received.oauth("oauth_timestamp") or 0) - 1_000_000_000) < 300:
            return token_answer("request")
        return form(401, oauth_problem="timestamp_refused", oauth_acceptable_timestamps=RANGE)

    origin.script["/request"] = answer
    flow = make_flow()
    assert flow.clock_offset == 0
    flow.fetch_request_token()
    assert flow.clock_offset < -300
    flow.fetch_access_token("1")
    assert [received.target for received in origin.received] == ["/request", "/request", "/access"]
    assert abs(int(origin.last.oauth("oauth_timestamp") or 0) - 1_000_000_000) < 300


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_token_of_another_origin_is_refused(origin: Origin, make_flow: Any, status: int) -> None:
    """A provider that answers an unsigned request with a token has not given it to us."""
    with Origin() as stranger:
        stranger.script["/steal"] = token_answer("planted")
        origin.script["/request"] = redirect(status, f"{stranger.url}/steal")
        flow = make_flow(request_token_method="GET")
        with pytest.raises(
            oauth2.TokenRequestError, match="redirected to another origin"
        ) as caught:
            flow.fetch_request_token()
        for received in stranger.received:  # which the Client alone asks
            assert_unsigned(received)
    assert flow.request_token is None
    assert_no_secret(caught.value, *SECRETS)


@pytest.mark.parametrize(
    "location", ["http://a..b/", f"http://{'a' * 70}.example/", "http://127.0.0.1:99999/"]
)
def test_an_address_that_cannot_be_reached_is_one_line(
    origin: Origin, make_flow: Any, location: str
) -> None:
    """What Python says of a host name or a port is no error of its own here."""
    origin.script["/request"] = redirect(308, location)
    with pytest.raises(oauth2.TokenRequestError, match="request token") as caught:
        make_flow().fetch_request_token()
    assert "\n" not in str(caught.value)


# Pages, and passwords in them


@pytest.mark.parametrize("leg", ["request token", "access token"])
def test_a_reason_within_a_page_is_told(origin: Origin, make_flow: Any, leg: str) -> None:
    """As a Java server writes it around the words of the application."""
    page = b"<!doctype html><html><head><title>HTTP Status 401</title></head><body>"
    page += b"<p><b>Message</b> oauth_problem=consumer_key_rejected</p></body></html>"
    origin.script = dict.fromkeys(("/request", "/access"), Answer(401, {}, page))
    error = refusal(make_flow(), leg)
    assert told(error).endswith("answered 401 Scripted: consumer_key_rejected")
    assert error.problem == "consumer_key_rejected"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(401, {}, f"wrong password {PASSWORD} for me".encode()),
        Answer(401, {}, f"<html><p>{html.escape(PASSWORD)}</p></html>".encode()),
        Answer(401, {"X-Why": f"not {PASSWORD}"}, b""),
        Answer(401, {}, json.dumps({"error": f"no user has {PASSWORD}"}).encode()),
        form(401, oauth_problem="permission_denied", oauth_problem_advice=f"not {PASSWORD}"),
        Answer(401, {}, f"<p>oauth_problem=token_rejected: '{PASSWORD}'</p>".encode()),
    ],
    ids=["text", "page", "header", "json", "advice", "prose"],
)
def test_an_xauth_refusal_that_quotes_the_password_shows_it_nowhere(
    origin: Origin, make_flow: Any, answer: Answer
) -> None:
    """Bare, without a name before it: neither in the message nor in the response of the error."""
    origin.script["/access"] = answer
    with pytest.raises(oauth2.TokenRequestError) as caught:
        make_flow().fetch_access_token_with_password("me", PASSWORD)
    error = caught.value
    assert_no_secret(error, *SECRETS)
    shown = f"{error} {error.response} {error.content!r} {error.problem!r} {vars(error)}"
    assert "sekrit" not in shown
    assert "***" in shown


# Providers that have ways of their own


@pytest.mark.parametrize(
    ("sent", "names", "signed", "on_page"),
    [
        (None, ("oauth_token",), CALLBACK, None),
        (None, ("oauth_token", "oauth_callback"), None, CALLBACK),
        ("given", ("oauth_token", "oauth_callback"), CALLBACK, CALLBACK),
        ("absent", ("oauth_token",), None, None),
        ("oob", ("oauth_token",), "oob", None),
        ("oob", ("oauth_token", "oauth_callback"), "oob", CALLBACK),
    ],
)
def test_the_callback_goes_where_a_provider_wants_it(
    origin: Origin, make_flow: Any, sent: Any, names: Any, signed: Any, on_page: Any
) -> None:
    """Along with the request for a token, on the authorize URL, on both or on neither."""
    named = {name: name for name in names}
    flow = make_flow(callback=CALLBACK, authorize_names=named, request_token_callback=sent)
    token = flow.fetch_request_token()
    assert (origin.last.oauth("oauth_callback"), token.callback) == (signed, CALLBACK)
    query = dict(parse_qsl(urlsplit(flow.authorization_url()).query))
    assert query.get("oauth_callback") == on_page


@pytest.mark.parametrize(("callback", "is_refused"), [("oob", False), (CALLBACK, True)])
def test_who_takes_oob_alone_need_confirm_a_registered_callback_only(
    origin: Origin, make_flow: Any, callback: str, is_refused: bool
) -> None:
    """As E*TRADE: without one it says "false", and shows a code."""
    origin.script["/request"] = token_answer(oauth_callback_confirmed="false")
    flow = make_flow(callback=callback, request_token_callback="oob")
    with pytest.raises(oauth2.CallbackNotConfirmed) if is_refused else contextlib.nullcontext():
        flow.fetch_request_token()
    assert (flow.request_token is None) is is_refused
