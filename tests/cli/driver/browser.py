"""A real Chromium, driven by its own driver; both come with the system."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from driving import SECONDS
from selenium.webdriver import Chrome
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

BROWSER = Path("/usr/bin/chromium")
DRIVER = Path("/usr/bin/chromedriver")
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
)


class Browser(Chrome):
    """One window, with what a user does in it."""

    def click(self, name: str) -> None:
        """Click what has this id."""
        self.find_element(By.ID, name).click()

    def text_of(self, name: str) -> str:
        """Return the text that is shown of what has this id."""
        return str(self.find_element(By.ID, name).text)

    def has(self, name: str) -> bool:
        """Say whether anything has this id."""
        return bool(self.find_elements(By.ID, name))

    @property
    def text(self) -> str:
        """All text that is shown."""
        return str(self.find_element(By.TAG_NAME, "body").text)

    def wait_for(self, title: str) -> None:
        """Wait until a page has this title."""
        WebDriverWait(self, SECONDS).until(
            lambda browser: browser.title == title, f"expected {title!r}, got {self.title!r}"
        )

    def complaints(self) -> list[str]:
        """Return what the browser refused to do, or did not get, since the last call."""
        untyped: Any = self.get_log
        return [entry["message"] for entry in untyped("browser")]


@contextmanager
def started(folder: Path) -> Iterator[Browser]:
    """Start a browser with a user's folder of its own, and end it."""
    for program in (BROWSER, DRIVER):
        assert program.exists(), f"{program} is missing: .ci/run installs chromium, chromium-driver"
    options = Options()
    options.binary_location = str(BROWSER)
    for flag in (*_FLAGS, f"--user-data-dir={folder}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    # With the path of the driver, selenium looks for none elsewhere.
    browser = Browser(options=options, service=Service(executable_path=str(DRIVER)))
    try:
        browser.set_page_load_timeout(SECONDS)
        yield browser
    finally:
        browser.quit()
