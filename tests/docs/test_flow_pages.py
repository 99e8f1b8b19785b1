"""The web applications of the page on three legs, used as their users do in a browser."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from doc_browser import Browser
from doc_pages import written
from doc_run import Page, running

PAGE = "how-to/three-legged-flow-in-a-web-application"
APPLICATIONS = {
    "flask": "http://127.0.0.1:5000",
    "django": "http://127.0.0.1:5001",
    "fastapi": "http://127.0.0.1:5002",
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Run the page; its servers go on until the last test."""
    with running(written()[PAGE], tmp_path_factory.mktemp("home"), {}) as page:
        yield page


@pytest.fixture(params=APPLICATIONS)
def application(request: pytest.FixtureRequest, page: Page) -> str:
    """Return where an application is, each in its turn."""
    return page.replace(APPLICATIONS[request.param])


@pytest.fixture
def browsers() -> Iterator[Any]:
    """Open browsers, each with cookies of its own, that are closed after the test."""
    opened: list[Browser] = []

    def browser() -> Browser:
        opened.append(Browser())
        return opened[-1]

    yield browser
    for each in opened:
        each.close()


def test_a_user_connects(application: str, browsers: Any) -> None:
    """By a button, Allow on the page of the provider, and the way back; it goes on to hold."""
    ann = browsers().open(application).click("Connect").click("Allow")
    assert (ann.url, ann.text) == (f"{application}/", "Connected as ann")
    assert ann.open(application).text == "Connected as ann"
    assert "Connect</button>" in browsers().open(application).text  # for another user, nothing


def test_a_user_who_says_no_is_told(application: str, browsers: Any) -> None:
    """With a status, and can begin again."""
    ann = browsers().open(application).click("Connect").click("Deny")
    assert (ann.status, ann.text) == (403, "You said no.")
    assert ann.open(application).click("Connect").click("Allow").text == "Connected as ann"


def test_a_redirect_of_somebody_else_is_refused(
    application: str, page: Page, browsers: Any
) -> None:
    """An attacker's verifier connects nobody, and does not end what a user has begun."""
    attacker = browsers().open(application).click("Connect")
    redirect_url = page.provider.allow(attacker.url)
    stranger = browsers().open(redirect_url)
    assert (stranger.status, stranger.text) == (400, "Nobody has asked for this.")
    ann = browsers().open(application).click("Connect")
    authorize_url = ann.url
    ann.open(redirect_url)
    assert (ann.status, ann.text) == (400, "This is for somebody else.")
    assert ann.open(authorize_url).click("Allow").text == "Connected as ann"


def test_another_site_cannot_press_the_button(application: str, browsers: Any) -> None:
    """Its POST has no cookie: it begins nothing, and replaces no session."""
    ann = browsers().press(f"{application}/connect")
    assert ann.url == f"{application}/connect"
    assert ann.status in (400, 403)
    assert not ann.cookies


def test_a_session_that_was_planted_connects_nobody_else(application: str, browsers: Any) -> None:
    """An attacker who gave a user a session has no part in what the user connects by it."""
    attacker = browsers().open(application).click("Connect")
    ann = browsers().with_cookies_of(attacker).open(application).click("Connect").click("Allow")
    assert ann.text == "Connected as ann"
    assert "Connect</button>" in attacker.open(application).text


def test_a_redirect_counts_once(application: str, page: Page, browsers: Any) -> None:
    """Who loads the callback a second time is told so."""
    ann = browsers().open(application).click("Connect")
    redirect_url = page.provider.allow(ann.url)
    assert ann.open(redirect_url).text == "Connected as ann"
    assert ann.open(redirect_url).text == "Nobody has asked for this."


def test_no_cookie_has_a_token(application: str, page: Page, browsers: Any) -> None:
    """What its user can read has neither the request token nor the access token."""
    ann = browsers().open(application).click("Connect")
    token = ann.url.partition("oauth_token=")[2]
    assert token
    ann.open(page.provider.allow(ann.url))
    assert ann.cookies
    for value in ann.cookies:
        assert token not in value
        assert b"oauth_token" not in _decoded(value)
        assert token.encode() not in _decoded(value)


def _decoded(cookie: str) -> bytes:
    """Return what a cookie of Flask or Starlette has before its signature."""
    text = cookie.partition(".")[0]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
