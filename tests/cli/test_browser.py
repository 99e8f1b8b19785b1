"""The user's part in a real browser: the authorize page, and the page on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from authorizing import Handed, files_of, shown_address, stored, three_urls
from browser import Browser, started
from driving import Command, Terminal, as_environment
from selenium.webdriver.common.by import By
from waiting import wait_until
from wire import Answer, Origin

import oauth2
import oauth2.sandbox

ASKED = "Allow access?"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start one browser for all tests here."""
    with started(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture
def authorize(
    command: Command, provider: oauth2.sandbox.Provider, tmp_path: Path, browser: Browser
) -> Any:
    """Start the command, and open in the browser what it hands to BROWSER."""
    browser.delete_all_cookies()
    browser.complaints()

    def start(*words: str) -> Terminal:
        handed = Handed(tmp_path)
        environ = {**as_environment(provider.consumer), **handed.environ}
        terminal = command.in_terminal("authorize", *three_urls(provider), *words, **environ)
        address = handed.address()
        assert shown_address(terminal) == address
        browser.get(address)
        browser.wait_for(ASKED)
        return terminal

    return start


@pytest.fixture
def page(provider: oauth2.sandbox.Provider, browser: Browser) -> str:
    """Return the address of a page that asks the user, without the command."""
    browser.delete_all_cookies()
    return asked_page(provider)


def asked_page(provider: oauth2.sandbox.Provider, callback: str = "oob") -> str:
    flow = oauth2.Flow(
        provider.consumer,
        request_token_url=provider.request_token_url,
        authorize_url=provider.authorize_url,
        access_token_url=provider.access_token_url,
        callback=callback,
    )
    flow.fetch_request_token()
    return flow.authorization_url()


# With the command


def test_click_on_allow_ends_with_a_stored_profile(
    command: Command, provider: oauth2.sandbox.Provider, browser: Browser, authorize: Any
) -> None:
    """The browser is sent to loopback, is shown a friendly page, and complains of nothing."""
    terminal = authorize("-p", "mine")
    assert browser.text_of("consumer") == "printer"
    assert "http://127.0.0.1:" in browser.text
    browser.click("allow")
    browser.wait_for("Access granted")
    assert "You can close this window." in browser.text
    assert browser.current_url.startswith("http://127.0.0.1:")
    assert terminal.end() == 0
    assert terminal.text.endswith("Stored profile mine: the token of ann.\n")
    stored(command, "mine")
    ran = command("request", "GET", provider.resource_url)
    assert (ran.status, b'"owner":"ann"' in ran.output) == (0, True)
    refused = [line for line in browser.complaints() if "favicon.ico" not in line]
    assert refused == []


def test_click_on_deny_is_one_clear_line(
    command: Command, browser: Browser, authorize: Any
) -> None:
    """Nothing is stored."""
    terminal = authorize()
    browser.click("deny")
    browser.wait_for("Access denied")
    assert "You can close this window." in browser.text
    assert terminal.end() == 1
    assert terminal.text.endswith("\noauth2: The user did not allow access.\n")
    assert files_of(command) == []


def test_pin_of_the_page_is_typed(command: Command, browser: Browser, authorize: Any) -> None:
    """It is there to be read, and to be copied."""
    terminal = authorize("--callback", "oob")
    browser.click("allow")
    browser.wait_for("Access granted")
    pin = browser.text_of("pin")
    assert pin.isdigit()
    terminal.expect("PIN: ")
    terminal.sendline(pin)
    assert terminal.end() == 0
    stored(command)


def test_deny_without_a_callback_leaves_a_pin_that_is_none(
    command: Command, browser: Browser, authorize: Any
) -> None:
    """The page says so, and what is typed all the same is refused."""
    terminal = authorize("--callback", "oob")
    browser.click("deny")
    browser.wait_for("Access denied")
    assert not browser.has("pin")
    assert "printer gets no access." in browser.text
    terminal.expect("PIN: ")
    terminal.sendline("1234")
    assert terminal.end() == 1
    assert "oauth2: access token, http://127.0.0.1:" in terminal.text
    assert files_of(command) == []


def test_what_browsers_do_beside_the_redirect_does_no_harm(
    command: Command, browser: Browser, authorize: Any
) -> None:
    """They ask for an icon, and open connections on which nothing comes, or half of something."""
    terminal = authorize()
    (loopback,) = [word for word in browser.text.split() if word.endswith("/callback")]
    port = int(loopback.split(":")[2].split("/")[0])
    asking = browser.current_window_handle
    with socket.create_connection(("127.0.0.1", port)):
        with socket.create_connection(("127.0.0.1", port)) as half:
            half.sendall(b"GET /callba")
            browser.switch_to.new_window("tab")
            browser.get(f"http://127.0.0.1:{port}/favicon.ico")
            browser.wait_for("Not found")
            browser.close()
            browser.switch_to.window(asking)
            browser.click("allow")
            browser.wait_for("Access granted")
            assert terminal.end() == 0
    stored(command)


def test_user_who_goes_back_cannot_answer_twice(
    command: Command, browser: Browser, authorize: Any
) -> None:
    """The first answer counts."""
    terminal = authorize("--callback", "oob")
    address = browser.current_url
    browser.click("allow")
    browser.wait_for("Access granted")
    pin = browser.text_of("pin")
    browser.get(address)
    browser.wait_for("You said yes already")
    assert not browser.has("deny")
    terminal.expect("PIN: ")
    terminal.sendline(pin)
    assert terminal.end() == 0
    stored(command)


# The page alone


def test_name_of_the_application_is_shown_as_text(browser: Browser) -> None:
    """Whoever registers one with the name of a script gets no script, on any page."""
    name = "<script>document.title = 'owned'</script><img src=x onerror=document.title='owned'>"
    consumer = oauth2.Consumer(name, "consumer-sekrit")
    with oauth2.sandbox.run(consumer) as provider:
        browser.get(asked_page(provider))
        browser.wait_for(ASKED)
        assert browser.text_of("consumer") == name
        browser.click("allow")
        browser.wait_for("Access granted")
        assert name in browser.text
        browser.get(asked_page(provider))
        browser.click("deny")
        browser.wait_for("Access denied")
        assert name in browser.text
    assert browser.find_elements(By.TAG_NAME, "script") == []
    assert browser.find_elements(By.TAG_NAME, "img") == []


def test_parameters_are_shown_as_text(page: str, browser: Browser) -> None:
    """Whoever makes the link has no say in what the page is."""
    browser.get(f"{page}&scope=%3C%2Fdd%3E%3Cscript%3Edocument.title%3D1%3C%2Fscript%3E")
    browser.wait_for(ASKED)
    assert "</dd><script>document.title=1</script>" in browser.text


@pytest.mark.parametrize("address", ["url", "named_url"])
def test_page_cannot_be_framed(page: str, browser: Browser, origin: Origin, address: str) -> None:
    """Nobody can lay a picture over Allow: neither another site nor another port."""
    frame = f'<iframe id="frame" src="{page}"></iframe>'
    origin.script["/trap"] = Answer(200, {"Content-Type": "text/html"}, frame.encode())
    browser.get(f"{getattr(origin, address)}/trap")
    wait_until(lambda: any("frame" in line for line in browser.complaints()))
    browser.switch_to.frame(browser.find_element(By.ID, "frame"))
    assert not browser.has("allow")
    browser.switch_to.default_content()
    browser.get(page)
    assert browser.has("allow")


@pytest.mark.parametrize("address", ["url", "named_url"])
def test_form_of_another_page_is_refused(
    page: str, browser: Browser, origin: Origin, address: str
) -> None:
    """It does not know the form token, whether the cookie comes with it or not."""
    browser.get(page)
    browser.wait_for(ASKED)
    token = page.partition("oauth_token=")[2]
    form = (
        f'<form method="post" action="{page.partition("?")[0]}">'
        f'<input name="oauth_token" value="{token}"><input name="form_token" value="guessed">'
        '<button id="trap" name="answer" value="allow">Win a prize</button></form>'
    )
    origin.script["/trap"] = Answer(200, {"Content-Type": "text/html"}, form.encode())
    browser.get(f"{getattr(origin, address)}/trap")
    browser.click("trap")
    browser.wait_for("This cannot be authorized")
    assert "This form was not sent from the authorize page." in browser.text
    browser.get(page)
    browser.wait_for(ASKED)


def test_page_keeps_its_address_to_itself(
    provider: oauth2.sandbox.Provider, browser: Browser, origin: Origin
) -> None:
    """Whom the user is sent to does not learn of it, nor can a script read the cookie."""
    browser.get(asked_page(provider, f"{origin.url}/back"))
    browser.wait_for(ASKED)
    assert browser.execute_script("return document.cookie") == ""
    browser.click("allow")
    wait_until(lambda: "/back?" in browser.current_url)
    came = next(received for received in origin.received if received.target.startswith("/back?"))
    assert came.header("referer") is None
