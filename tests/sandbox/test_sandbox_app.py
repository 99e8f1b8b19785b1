"""The application of a sandbox, as a program of 2.1 makes it to serve it by itself."""

from __future__ import annotations

from known import CONSUMER

from oauth2.sandbox import Quirks
from oauth2.sandbox.app import create_app
from oauth2.sandbox.authority import Authority
from oauth2.sandbox.provider import Provider
from oauth2.sandbox.store import Store

URL = "http://127.0.0.1:8000"


def test_application_is_made_as_in_2_1() -> None:
    """It answers to the host of its URL, and keeps what it receives for itself."""
    store = Store()
    authority = Authority([CONSUMER], store, quirks=Quirks(), session_seconds=None, passwords=None)
    app = create_app(URL, authority, lambda seconds: False)
    assert Provider(URL, authority, app).recorder.exchanges() == []
    client = app.test_client()
    statuses = [client.get("/echo", base_url=base).status_code for base in (URL, "http://a.b")]
    assert statuses == [400, 421]
    store.close()
