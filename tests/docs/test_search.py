"""The search of the site, in a browser: by the words that providers answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from browser import Browser, started
from driving import SECONDS
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

SHOWN = 3


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and says nothing of it."""

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Serve the site on loopback."""
    handler = partial(Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start one browser for all tests here."""
    with started(tmp_path_factory.mktemp("chromium")) as running:
        yield running


def _has_ended(browser: Browser) -> bool:
    """Whether the number of results is said, which is so once all of them are there."""
    said = browser.find_elements(By.CSS_SELECTOR, "p.search-summary")
    return any("finished" in each.text or "did not match" in each.text for each in said)


def found(browser: Browser, address: str, words: str) -> list[str]:
    """Search as a reader does, and return the pages of the results, the first one first."""
    browser.get(f"{address}/search.html?q={quote_plus(words)}")
    WebDriverWait(browser, SECONDS).until(lambda _: _has_ended(browser))
    links = browser.find_elements(By.CSS_SELECTOR, "ul.search li > a")
    return [str(link.get_attribute("href")).partition(".html")[0] for link in links]


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("401", "index"),
        ("wrong secret", "wrong-secret"),
        ("Invalid signature", "signature-refused"),
        ("code 32", "wrong-secret"),
        ("Could not authenticate you", "wrong-secret"),
        ("code 89", "token-expired"),
        ("Invalid or expired token", "token-expired"),
        ("code 135", "clock"),
        ("135", "clock"),
        ("32", "wrong-secret"),
        ("Timestamp out of bounds", "clock"),
        ("code 215", "no-token"),
        ("Bad Authentication data", "no-token"),
        ("code 220", "permission-denied"),
        ("code 415", "parameter-rejected"),
        ("Callback URL not approved", "parameter-rejected"),
        ("code 453", "permission-denied"),
        ("signature_invalid", "signature-refused"),
        ("timestamp_refused", "clock"),
        ("consumer_key_unknown", "consumer-key-unknown"),
        ("token_rejected", "token-rejected"),
        ("oauth_parameters_absent", "parameter-absent"),
        ("debug_sbs", "wrong-secret"),
        ("TripIt 105.3", "clock"),
        ("does not match expected value", "signature-refused"),
        ("mwoauth-invalid-authorization", "token-rejected"),
        ("nonce_already_used", "nonce-used"),
        ("40104", "signature-refused"),
        ("json_oauth1_signature_mismatch", "signature-refused"),
        ("woocommerce_rest_authentication_error", "signature-refused"),
        ("Duplicate timestamp/nonce", "nonce-used"),
        ("INVALID_LOGIN_ATTEMPT", "no-reason"),
        ("plus-for-space", "plus-for-space"),
    ],
)
def test_words_lead_to_their_page(browser: Browser, address: str, words: str, page: str) -> None:
    """Among the first three results."""
    assert f"{address}/401/{page}" in found(browser, address, words)[:SHOWN]


def test_words_that_are_nowhere_find_nothing(browser: Browser, address: str) -> None:
    """So that a result is one of these words."""
    assert found(browser, address, "qzxvw") == []
