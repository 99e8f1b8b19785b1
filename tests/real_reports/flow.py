"""Fetching a token, as real providers have it: clocks, callbacks, refusals, redirects."""

from __future__ import annotations

import contextlib
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.utils import formatdate
from typing import Any

from wire import Answer, Origin, Received

import oauth2
from oauth2 import Consumer, Flow, Token, callback, services
from real_reports.report import Report

CONSUMER = Consumer("key", "sekrit")
TOKEN = Token("token", "token-sekrit")
AHEAD = 4000
ANSWER = b"oauth_token=t&oauth_token_secret=sekrit&oauth_callback_confirmed="
BACK = "https://app.example/back"


@contextlib.contextmanager
def flow_to(answer: Any, **options: Any) -> Iterator[Flow]:
    """Make a flow to a provider whose request token is this answer."""
    with Origin() as origin:
        origin.script = {"/request": answer, "/access": answer}
        client = oauth2.Client(CONSUMER, placement="header", proxy_info=None, timeout=10)
        with contextlib.closing(client):
            yield Flow(
                CONSUMER,
                request_token_url=f"{origin.url}/request",
                authorize_url=f"{origin.url}/authorize",
                access_token_url=f"{origin.url}/access",
                client=client,
                **options,
            )


def learned(status: int, body: str, date: str = "") -> list[Any]:
    """Ask a provider with a clock ahead of ours; ``NOW`` and ``SENT`` are put into its answer."""

    def answer(received: Received) -> Answer:
        sent = int(received.oauth("oauth_timestamp") or 0)
        now = int(time.time()) + AHEAD
        if abs(now - sent) < 300:
            return Answer(body=ANSWER + b"true")
        headers = {"Date": formatdate(now, usegmt=True)} if date else {}
        said = body.replace("NOW", str(now)).replace("SENT", str(sent))
        return Answer(status, headers, said.encode())

    with flow_to(answer) as flow:
        token = flow.fetch_request_token()
        return [token.key, abs(flow.clock_offset - AHEAD) <= 5]


def problem_of(status: int, body: str) -> Any:
    """Return the problem of a refused request token, and whether the message says it."""
    with flow_to(Answer(status, {"Content-Type": "text/html"}, body.encode())) as flow:
        try:
            flow.fetch_request_token()
        except oauth2.TokenRequestError as error:
            return [error.problem, str(error.problem) in str(error)]
    return None


def confirmed_by(answer: bytes, **options: Any) -> Any:
    """Return the request token of an answer, by its key."""
    with flow_to(Answer(body=answer), **options) as flow:
        return flow.fetch_request_token().key


def verifier_of(name: str, redirect: str, **variables: str) -> Any:
    """Return the verifier of a redirect from a provider that is known by name."""
    flow = services.load()[name].flow(CONSUMER, callback=BACK, variables=variables)
    flow.request_token = TOKEN
    return flow.verifier_of(redirect)


def statuses_of_a_wait(*targets: str, **options: Any) -> list[int]:
    """Wait for a redirect while a browser asks for these, and then for the right one."""
    statuses: list[int] = []

    def visit(url: str) -> None:
        origin = flow.callback[: -len("/callback")]
        for target in (*targets, "/callback?oauth_token=t&oauth_verifier=v"):
            address = origin.replace("localhost", "127.0.0.1") + target
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            try:
                with opener.open(address, timeout=10) as page:
                    statuses.append(page.status)
            except urllib.error.HTTPError as error:
                statuses.append(error.code)

    with flow_to(Answer(body=ANSWER + b"true")) as flow:
        callback.wait(flow, visit, timeout=10, **options)
    return statuses


def announced(host: str) -> str:
    """Return the host of the callback that the listener announces."""
    with flow_to(Answer(body=ANSWER + b"true")) as flow:
        with contextlib.suppress(oauth2.CallbackTimeout):
            callback.wait(flow, lambda url: None, timeout=0.01, host=host)
        return flow.callback.split(":")[1]


def netsuite(account: str) -> list[Any]:
    """Return host and realm of an account."""
    service = services.load()["netsuite"].expand({"account": account})
    return [service.request_token_url.split("/")[2].split(".")[0], service.realm]


REPORTS: list[Report] = [
    Report(
        "A provider says in plain words that the timestamp is wrong, with both times in them.",
        lambda: learned(401, "Timestamp is too far away: it is NOW, you sent SENT."),
        ["t", True],
    ),
    Report(
        "A provider says so in JSON, with status 400.",
        lambda: learned(400, json.dumps({"why": "bad time", "yours": "SENT", "ours": "NOW"})),
        ["t", True],
    ),
    Report(
        "A provider says so in words, with status 200.",
        lambda: learned(200, "Error: Expired timestamp, yours SENT, ours NOW"),
        ["t", True],
    ),
    Report(
        "A provider has commas between the fields of its problem report.",
        lambda: learned(
            401, "oauth_problem=timestamp_refused, oauth_acceptable_timestamps=NOW-NOW"
        ),
        ["t", True],
    ),
    Report(
        "A provider has a code of its own for it, and its time in the Date header alone.",
        lambda: learned(401, '{"errors":[{"code":135}]}', "with a Date"),
        ["t", True],
    ),
    Report(
        "A provider answers 403 without a word, and has its time in the Date header.",
        lambda: learned(403, "", "with a Date"),
        ["t", True],
    ),
    Report(
        "A reason stands in a page of HTML.",
        lambda: problem_of(401, "<!doctype html><p>Error: <u>oauth_problem=token_expired</u></p>"),
        ["token_expired", True],
    ),
    Report(
        "A reason stands in a line of other text.",
        lambda: problem_of(500, "javax.servlet: oauth_problem=signature_invalid at line 7"),
        ["signature_invalid", True],
    ),
    Report(
        "A provider written in PHP confirms the callback by 1.",
        lambda: [confirmed_by(ANSWER + value) for value in (b"1", b"True", b"yes")],
        ["t", "t", "t"],
    ),
    Report(
        "A provider confirms a callback only where one is configured, and takes oob alone.",
        lambda: confirmed_by(ANSWER + b"false", request_token_callback="oob"),
        "t",
    ),
    Report(
        "A provider redirects with the verifier alone.",
        lambda: verifier_of("etrade", f"{BACK}?oauth_verifier=WXYZ89"),
        "WXYZ89",
    ),
    Report(
        "A provider redirects to the callback as it is.",
        lambda: verifier_of("launchpad", BACK),
        None,
    ),
    Report(
        "A provider denies by an empty verifier.",
        lambda: verifier_of(
            "netsuite", f"{BACK}?oauth_token=token&oauth_verifier=", account="1234567"
        ),
        "AuthorizationDenied: The user was sent back without an oauth_verifier: access was not "
        "allowed.",
    ),
    Report(
        "An account is written in one way in a host, and in another in the realm.",
        lambda: [netsuite("1234567_SB1"), netsuite("1234567-sb1")],
        [["1234567-sb1", "1234567_SB1"]] * 2,
    ),
    Report(
        "A provider takes no signature once the token is there: no signed call is offered.",
        lambda: services.load()["zotero"].whoami(TOKEN),
        None,
    ),
    Report(
        "A provider wants the callback on the authorize URL.",
        lambda: "oauth_callback" in services.load()["garmin"].authorize_names,
        True,
    ),
    Report(
        "A provider refuses a callback that is not registered: a PIN is asked for.",
        lambda: [services.load()[name].accepts_any_callback for name in ("twitter", "wikimedia")],
        [False, False],
    ),
    Report(
        "A provider takes http://localhost as a callback, and not its address.",
        lambda: [announced("localhost"), announced("127.0.0.1")],
        ["//localhost", "//127.0.0.1"],
    ),
    Report(
        "Another page sends the browser to the listener: the wait goes on.",
        lambda: statuses_of_a_wait(
            "/callback?oauth_token=x&oauth_verifier=v", "/callback?denied=x"
        ),
        [400, 400, 200],
    ),
    Report(
        "A path with one slash more is another path.",
        lambda: statuses_of_a_wait("//callback?oauth_token=t&oauth_verifier=v"),
        [404, 200],
    ),
]
