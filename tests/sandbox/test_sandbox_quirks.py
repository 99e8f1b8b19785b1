"""The quirks of real providers, one by one."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import httplib2
import pytest
from asking import allowed_token, ask, ask_unsigned, exchange, page_of, request_token
from waiting import wait_until

import oauth2
import oauth2.sandbox
import oauth2.sandbox.manners
from oauth2.sandbox import Quirks


@pytest.fixture
def behaving(consumer: oauth2.Consumer, request: Any) -> Iterator[Any]:
    """Serve a sandbox with the quirks that a test is parametrized with."""
    with oauth2.sandbox.run(consumer, manners=Quirks(**request.param)) as running:
        yield running


def with_quirks(**quirks: Any) -> pytest.MarkDecorator:
    ids = [", ".join(f"{name}={value}" for name, value in quirks.items())]
    return pytest.mark.parametrize("behaving", [quirks], indirect=True, ids=ids)


every_place = pytest.mark.parametrize(
    "place", ["request_token_url", "access_token_url", "resource_url"]
)


@with_quirks(confirm_callback=False)
def test_a_callback_can_be_left_unconfirmed(behaving: Any) -> None:
    """As by a provider that speaks OAuth 1.0."""
    assert request_token(behaving).callback_confirmed is None
    token, pin = allowed_token(behaving)
    assert exchange(behaving, token, pin).status == 200


@with_quirks(json_answers=True)
def test_tokens_can_come_as_json(behaving: Any, consumer: oauth2.Consumer) -> None:
    """The fields are those of the form; a report stays a form."""
    got = ask(consumer, None, behaving.request_token_url, oauth_callback="oob")
    assert got.response["content-type"] == "application/json"
    fields = json.loads(got.content)
    assert fields["oauth_callback_confirmed"] == "true"
    token = oauth2.Token(fields["oauth_token"], fields["oauth_token_secret"])
    assert exchange(behaving, token, "1").problem == (401, "permission_unknown")
    pin = behaving.allow(page_of(behaving, token))
    assert json.loads(exchange(behaving, token, pin).content)["screen_name"] == "ann"


@pytest.mark.parametrize("offset", [-1000, 1000])
def test_the_clock_can_be_off(consumer: oauth2.Consumer, offset: int) -> None:
    """Its Date header tells the same time, once, and a request of that time is accepted."""
    with oauth2.sandbox.run(consumer, manners=Quirks(clock_offset=offset)) as provider:
        got = ask(consumer, None, provider.request_token_url, oauth_callback="oob")
        assert got.problem == (401, "timestamp_refused")
        first, last = map(int, got.fields["oauth_acceptable_timestamps"].split("-"))
        there = time.time() + offset
        assert (first + last) / 2 == pytest.approx(there, abs=10)
        date = parsedate_to_datetime(got.response["date"]).timestamp()
        assert date == pytest.approx(there, abs=10)
        timestamp = str(int(there))
        parameters = {"oauth_callback": "oob", "oauth_timestamp": timestamp}
        assert ask(consumer, None, provider.request_token_url, **parameters).status == 200


@every_place
@with_quirks(fault="error")
def test_all_can_be_answered_with_500(behaving: Any, place: Any) -> None:
    """What was asked does not matter."""
    assert ask_unsigned(getattr(behaving, place)).status == 500


@every_place
@with_quirks(fault="html")
def test_all_can_be_answered_with_a_page(behaving: Any, place: Any) -> None:
    """With status 200, as by a gateway that wants a login."""
    got = ask_unsigned(getattr(behaving, place))
    assert got.status == 200
    assert got.response["content-type"] == "text/html; charset=utf-8"
    assert got.content.startswith("<!doctype html>")


@pytest.mark.parametrize("fault", ["error", "html"])
def test_the_page_for_the_user_has_no_fault(consumer: oauth2.Consumer, fault: str) -> None:
    """The quirks are for programs."""
    with oauth2.sandbox.run(consumer, manners=Quirks(fault=fault)) as provider:
        assert ask_unsigned(provider.authorize_url).status == 401


@every_place
@with_quirks(delay=0.1)
def test_an_answer_can_be_late(behaving: Any, place: Any) -> None:
    """By that many seconds; the page for the user is not."""
    started = time.monotonic()
    assert ask_unsigned(getattr(behaving, place)).status == 400
    assert time.monotonic() - started >= 0.1


def test_a_late_answer_does_not_keep_the_sandbox(consumer: oauth2.Consumer) -> None:
    """It ends at once, and who still waits is told so."""
    waiting = []

    def ask_late(url: Any) -> None:
        waiting.append(ask_unsigned(url).status)

    with oauth2.sandbox.run(consumer, manners=Quirks(delay=60)) as provider:
        thread = threading.Thread(target=ask_late, args=(provider.resource_url,))
        before = threading.active_count()
        thread.start()
        wait_until(lambda: threading.active_count() == before + 2)  # one asks, and one answers
        with pytest.raises(OSError, match="timed out"):
            httplib2.Http(timeout=0.2, proxy_info=None).request(provider.resource_url)
    thread.join(timeout=30)
    assert waiting == [503]


@with_quirks(redirect=True)
def test_each_request_can_be_redirected_once(behaving: Any, consumer: oauth2.Consumer) -> None:
    """To the same place; a client that signs afresh gets through all of the dance."""
    got = ask_unsigned(f"{behaving.resource_url}/a%2Fb?size=big")
    assert got.status == 307
    assert got.response["location"] == f"{behaving.resource_url}/a%2Fb?size=big&redirected=1"
    client = oauth2.Client(consumer, placement="header", proxy_info=None)
    client.follow_all_redirects = True  # of a POST, too
    callback = {"oauth_callback": "oob"}
    _, content = client.request(behaving.request_token_url, "POST", parameters=callback)
    client.token = oauth2.Token.from_string(content)
    client.token.set_verifier(behaving.allow(page_of(behaving, client.token)))
    _, content = client.request(behaving.access_token_url, "POST")
    client.token = oauth2.Token.from_string(content)
    for method in ("GET", "POST"):
        told = json.loads(client.request(behaving.resource_url, method)[1])
        assert (told["method"], told["parameters"]) == (method, {"redirected": "1"})


def test_a_fault_that_there_is_not_is_an_error() -> None:
    """It says what could be had."""
    with pytest.raises(ValueError, match=r"fault: expected one of .*'error', 'html'.*, got 'x'"):
        Quirks(fault="x")


def test_there_are_no_quirks_by_default() -> None:
    """Each is switched on by name."""
    assert Quirks() == Quirks(
        confirm_callback=True,
        json_answers=False,
        clock_offset=0,
        fault=None,
        delay=0,
        redirect=False,
    )


def test_quirks_have_their_name_of_2_1_wherever_it_was() -> None:
    """A program that says Manners goes on working."""
    assert oauth2.sandbox.Manners is oauth2.sandbox.manners.Manners is Quirks
