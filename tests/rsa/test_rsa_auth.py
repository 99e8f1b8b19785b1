"""What our auth of each library signs by RSA, judged by oauthlib's own RSA and by hand."""

from __future__ import annotations

from typing import Any

import pytest
from known import CONSUMER_SECRET, TOKEN_SECRET
from libraries.calls import CALLS, OF_EACH_KIND
from libraries.drivers import Driver, open_driver
from libraries.servers import Web
from libraries.side_by_side import CREDENTIALS, freeze, meaning, ours, outcome, theirs
from present import present
from rsa_keys import KEY, PRIVATE_PEM, PUBLIC_PEM, each_kind
from wire import Keys, assert_signed

KEYS = Keys(CONSUMER_SECRET, TOKEN_SECRET, PUBLIC_PEM)


@each_kind
@pytest.mark.parametrize("placement", ["header", "query"])
def test_every_method_of_rsa_by_every_library(
    web: Web, driver: Driver, kind: Any, placement: str
) -> None:
    """Judges accept each of them for a query, a form, and bodies with a hash."""
    auth = driver.auth(signature_method=kind(KEY), placement=placement)
    for name in OF_EACH_KIND:
        driver.send(CALLS[name], web.provider.url, auth)
        assert_signed(web.provider.last, KEYS)
        assert web.provider.last.oauth("oauth_signature_method") == kind.name


@pytest.mark.parametrize("name", ["RSA-SHA1", "RSA-SHA256", "RSA-SHA512"])
def test_rsa_beside_requests_oauthlib(
    web: Web, opened: dict[str, Driver], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """With one nonce and one time, both make the same signature from a key in PEM."""
    freeze(monkeypatch)
    driver = opened.setdefault("requests", open_driver("requests"))
    arguments = {**CREDENTIALS, "signature_method": name, "rsa_key": PRIVATE_PEM}
    for call in ("params as pairs", "form with lists", "JSON"):
        expected, received = (
            present(outcome(driver, web.provider, CALLS[call], kind(**arguments)).received)
            for kind in (theirs(), ours())
        )
        assert_signed(expected, KEYS)
        assert meaning(received) == meaning(expected)
