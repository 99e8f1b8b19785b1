"""The inspector in a real browser: live, by keyboard, without script, in any size and scheme."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httplib2
import pytest
from browser import Browser, started
from known import CONSUMER_SECRET
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from waiting import wait_until

import oauth2
import oauth2.sandbox
from oauth2.sandbox import Provider

# The contrast of all text that is shown with what is behind it (WCAG 2, 1.4.3).
CONTRASTS = """
const parsed = (colour) => colour.match(/[\\d.]+/g).map(Number);
const luminance = (colour) => {
  const [r, g, b] = parsed(colour).slice(0, 3).map((c) => c / 255)
    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (node) => {
  for (; node; node = node.parentElement) {
    const colour = getComputedStyle(node).backgroundColor;
    if (parsed(colour)[3] !== 0) return colour;
  }
  return "rgb(255, 255, 255)";
};
const found = [];
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const node = texts.currentNode.parentElement;
  if (!texts.currentNode.data.trim() || !node.checkVisibility()) continue;
  const [a, b] = [getComputedStyle(node).color, behind(node)].map(luminance);
  const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (contrast < 4.5) found.push(`${texts.currentNode.data}: ${contrast}`);
}
return found;
"""
TOO_WIDE = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
LISTED = "return [...document.querySelectorAll('#requests li')].map((row) => row.id)"
FOCUSED = """
const shown = document.activeElement;
const { outlineStyle, outlineWidth } = getComputedStyle(shown);
return [shown.getAttribute("aria-label") || shown.textContent.trim(), outlineStyle, outlineWidth];
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start one browser for all tests here."""
    with started(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture
def watched(browser: Browser) -> Iterator[Provider]:
    """Serve a sandbox whose page is open, and live."""
    with oauth2.sandbox.run(oauth2.Consumer("printer", CONSUMER_SECRET)) as provider:
        browser.complaints()
        browser.get(provider.url)
        wait_until(lambda: browser.text_of("live") == "Live")
        yield provider
        browser.get("about:blank")


def send(provider: Provider, scheme: str = "http") -> None:
    """Send a long request that is signed for a scheme, by http."""
    client = oauth2.Client(provider.consumer, provider.add_token(), placement="header")
    url = f"{provider.resource_url}?text={'a%20long%20text%20' * 20}&path={'x' * 300}"
    signed = client.sign(url.replace("http", scheme, 1), "GET")
    httplib2.Http(proxy_info=None).request(url, headers=signed.headers)


def rows(browser: Browser) -> list[str]:
    """Return the ids of what is listed."""
    listed: list[str] = browser.execute_script(LISTED)
    return listed


def press(browser: Browser, key: str) -> None:
    """Press a key, whatever has the focus."""
    ActionChains(browser).send_keys(key).perform()


def emulate(browser: Browser, command: str, **options: Any) -> Any:
    untyped: Any = browser.execute_cdp_cmd
    return untyped(f"Emulation.{command}", options)


def test_requests_arrive_and_leave_what_is_open_alone(watched: Provider, browser: Browser) -> None:
    """Focus stays where it is; the browser complains of nothing."""
    send(watched)
    wait_until(lambda: rows(browser) == ["request-1"])
    browser.find_element(By.CSS_SELECTOR, "#access-token-list summary").click()
    secret = browser.find_element(By.CSS_SELECTOR, "#access-token-list details code")
    assert secret.is_displayed()
    link = browser.find_element(By.CSS_SELECTOR, "#request-1 a")
    browser.execute_script("arguments[0].focus()", link)
    send(watched, "https")
    wait_until(lambda: rows(browser) == ["request-2", "request-1"])
    assert browser.text_of("count") == "2 kept, 1 failed"
    assert "signed for https, but received by http" in browser.text_of("request-2")
    assert browser.switch_to.active_element == link
    assert secret.is_displayed()
    watched.recorder.clear()
    wait_until(lambda: rows(browser) == ["none"])
    assert browser.complaints() == []


def test_request_is_reached_by_keyboard_and_its_octets_are_marked(
    watched: Provider, browser: Browser
) -> None:
    """What has the focus shows it, and is named; copying puts the text on the clipboard."""
    send(watched, "https")
    wait_until(lambda: rows(browser) == ["request-1"])
    names = []
    for _ in range(6):
        press(browser, Keys.TAB)
        name, style, width = browser.execute_script(FOCUSED)
        assert (style, width) == ("solid", "3px"), name
        names.append(name.split("\n")[0])
    assert names[:1] + names[2:5] == [
        *("Skip to addresses and credentials", "All", "Failures", "Clear")
    ]
    press(browser, Keys.ENTER)
    browser.wait_for("GET /echo: 401")
    sides = browser.find_elements(By.CSS_SELECTOR, ".sides .octets")
    marked = [[mark.text for mark in side.find_elements(By.TAG_NAME, "mark")] for side in sides]
    assert marked == [["s"], []]
    untyped: Any = browser.execute_cdp_cmd
    untyped(
        "Browser.grantPermissions",
        {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]},
    )
    browser.find_element(By.CSS_SELECTOR, "[data-copy=curl]").send_keys(Keys.ENTER)
    wait_until(lambda: browser.find_element(By.ID, "said").get_attribute("textContent") == "Copied")
    copied = browser.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    assert copied.startswith("curl --globoff")
    assert browser.complaints() == []


def test_every_control_and_landmark_has_a_name(watched: Provider, browser: Browser) -> None:
    """As a screen reader has them."""
    send(watched, "https")
    roles: dict[str, set[str]] = {}
    for path in ("/", "/inspector/1"):
        browser.get(watched.url + path)
        for node in browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]:
            if not node["ignored"]:
                role = node["role"]["value"]
                roles.setdefault(role, set()).add(node.get("name", {}).get("value", ""))
    for role in ("link", "button", "navigation", "region", "DisclosureTriangle"):
        assert "" not in roles[role], role
    assert {"banner", "main", "status"} <= set(roles)
    assert {"Copy Request token URL", "Copy the secret of consumer printer", "Clear"} <= roles[
        "button"
    ]
    assert roles["navigation"] == {"Requests"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1440])
def test_pages_fit_and_can_be_read(
    watched: Provider, browser: Browser, width: int, scheme: str
) -> None:
    """Long base strings are folded, and all text stands out from what is behind it."""
    send(watched)
    send(watched, "https")
    scheme_of = {"name": "prefers-color-scheme", "value": scheme}
    emulate(browser, "setEmulatedMedia", features=[scheme_of])
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    emulate(browser, "setDeviceMetricsOverride", **size)
    try:
        for path in ("/", "/inspector/1", "/inspector/2"):
            browser.get(watched.url + path)
            is_dark = browser.execute_script("return getComputedStyle(document.body).colorScheme")
            assert is_dark == "light dark"
            assert browser.execute_script(TOO_WIDE) == 0, path
            assert browser.execute_script(CONTRASTS) == [], path
    finally:
        emulate(browser, "clearDeviceMetricsOverride")
        emulate(browser, "setEmulatedMedia", features=[])


def test_page_works_without_script(watched: Provider, browser: Browser) -> None:
    """It is reloaded to see more; filter and Clear are links and a form."""
    emulate(browser, "setScriptExecutionDisabled", value=True)
    try:
        send(watched)
        send(watched, "https")
        browser.get(watched.url)
        assert browser.text_of("live") == "Reload for new requests"
        assert rows(browser) == ["request-2", "request-1"]
        assert "Copy" not in browser.text
        browser.find_element(By.LINK_TEXT, "Failures").click()
        assert rows(browser) == ["request-2"]
        browser.find_element(By.CSS_SELECTOR, "#request-2 a").click()
        browser.wait_for("GET /echo: 401")
        browser.find_element(By.CSS_SELECTOR, "[aria-labelledby=copies] summary").click()
        assert "curl --globoff" in browser.text
        browser.find_element(By.CSS_SELECTOR, "nav button").click()
        wait_until(lambda: rows(browser) == ["none"])
    finally:
        emulate(browser, "setScriptExecutionDisabled", value=False)
    assert browser.complaints() == []
