"""The flows of services that are sent by a program's own HTTP library."""

from __future__ import annotations

from typing import Any

import pytest
from flows import CLIENTS, LIBRARIES, Libraries
from granting import CONSUMER, CONSUMER_SECRET, tokens
from wire import Keys, Origin, assert_signed

from oauth2.services import Service

by_each_library = pytest.mark.parametrize("name", LIBRARIES[1:])


@pytest.fixture
def service(origin: Origin) -> Service:
    """Know a provider with wishes of its own."""
    origin.script = tokens()
    return Service(
        *("mine", "Mine", "{base}/request", "{base}/authorize", "{base}/access"),
        signature_methods=("HMAC-SHA256", "PLAINTEXT"),
        request_token_method=("GET",),
        realm="{base}/photos",
        request_token_callback="oob",
    )


def flow_of(
    service: Service, origin: Origin, libraries: Libraries, name: str, **options: Any
) -> Any:
    """Return the flow of a service by one library."""
    options = {"http": libraries.client(name), "variables": {"base": origin.url}, **options}
    make: Any = service.flow if name in CLIENTS else service.async_flow
    return libraries.called(make(CONSUMER, **options))


@by_each_library
def test_a_service_is_asked_as_it_wishes(
    service: Service, origin: Origin, libraries: Libraries, name: str
) -> None:
    """By its method, in its place, and with its realm, whoever sends."""
    flow = flow_of(service, origin, libraries, name, callback="http://app.example/back")
    assert flow.fetch_request_token().callback == "http://app.example/back"
    assert_signed(origin.last, Keys(CONSUMER_SECRET))
    assert (origin.last.method, origin.last.place()) == ("GET", "header")
    assert origin.last.oauth("oauth_signature_method") == "HMAC-SHA256"
    assert origin.last.oauth("oauth_callback") == "oob"
    assert f'realm="{origin.url}/photos"' in (origin.last.header("authorization") or "")


@by_each_library
def test_a_program_may_wish_otherwise(
    service: Service, origin: Origin, libraries: Libraries, name: str
) -> None:
    """Its settings go before those of the service."""
    settings = {"signature_method": "PLAINTEXT", "realm": False, "timeout": 5}
    flow_of(service, origin, libraries, name, **settings).fetch_request_token()
    assert origin.last.oauth("oauth_signature_method") == "PLAINTEXT"
    assert "realm" not in (origin.last.header("authorization") or "")
    flow_of(service, origin, libraries, name, placement="query").fetch_request_token()
    assert origin.last.place() == "query"
