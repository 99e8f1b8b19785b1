"""A flow that sends by a Client."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from granting import CONSUMER, CONSUMER_SECRET, endpoints, refusal, tokens
from wire import Keys, Origin, assert_signed

import oauth2
from oauth2 import Flow


@pytest.fixture
def make_client(make_client: Callable[..., Any]) -> Callable[..., Any]:
    """Make clients for nobody yet: a flow gives them its consumer and its tokens."""
    return partial(make_client, consumer=None, token=None)


@pytest.fixture
def make_flow(origin: Origin, make_client: Any) -> Callable[..., Flow]:
    """Make flows to the scripted server."""
    origin.script = tokens()

    def make(**options: Any) -> Flow:
        options.setdefault("client", make_client())
        return Flow(CONSUMER, **{**endpoints(origin.url), **options})

    return make


def test_a_flow_makes_a_client_for_itself(origin: Origin, make_flow: Any) -> None:
    """With a time limit, and OAuth parameters in the header."""
    flow = make_flow(client=None)
    with contextlib.closing(flow.client):
        flow.client.proxy_info = None
        flow.fetch_request_token()
    assert_signed(origin.last, Keys(CONSUMER_SECRET))
    assert (origin.last.place(), flow.client.timeout) == ("header", 30)
    assert origin.last.oauth("oauth_body_hash") is None


@pytest.mark.parametrize("path", ["/request", "/none", "/refused"])
@pytest.mark.parametrize("clock_skew", [None, "learn"])
def test_the_client_gets_its_own_credentials_back(
    origin: Origin, make_flow: Any, make_client: Any, path: str, clock_skew: str | None
) -> None:
    """After success, after an answer that holds no token, and after an error."""
    own = oauth2.Consumer("own", "own-sekrit"), oauth2.Token("own", "own-sekrit"), clock_skew
    client = make_client(consumer=own[0], token=own[1], clock_skew=clock_skew)
    if path == "/refused":
        client.realm = "\n"
    flow = make_flow(client=client, request_token_url=f"{origin.url}{path}")
    with contextlib.suppress(oauth2.TokenRequestError, ValueError):
        flow.fetch_request_token()
    assert (client.consumer, client.token, client.clock_skew) == own


def test_a_subclass_of_client_is_used_by_its_request(
    origin: Origin, make_flow: Any, make_client: Any
) -> None:
    """Whoever logs or counts requests sees those of the flow."""

    class Counting(oauth2.Client):
        count = 0

        def request(self, *args: Any, **kwargs: Any) -> Any:
            self.count += 1
            return super().request(*args, **kwargs)

    client = make_client(Counting)
    flow = make_flow(client=client)
    flow.fetch_request_token()
    flow.fetch_access_token("1")
    assert (client.count, len(origin.received)) == (2, 2)


def test_an_error_without_a_text_is_told_by_its_kind(make_flow: Any, make_client: Any) -> None:
    """As a subclass of Client may raise it."""

    class Failing(oauth2.Client):
        def request(self, *args: Any, **kwargs: Any) -> Any:
            raise ConnectionAbortedError

    error = refusal(make_flow(client=make_client(Failing)))
    assert str(error).endswith("no answer: the connection was aborted.")


def test_the_client_names_its_user_agent(origin: Origin, make_flow: Any, make_client: Any) -> None:
    """Some providers ask for one."""
    make_flow(client=make_client(user_agent="App/1")).fetch_request_token()
    assert origin.last.values("user-agent") == ["App/1"]
