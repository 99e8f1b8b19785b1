"""Challenges of a 401: what httplib2 cannot parse, and what it does by itself."""

from __future__ import annotations

from typing import Any

import pytest
from wire import Answer, Origin


@pytest.mark.parametrize("challenge", ["OAuth", "OAuth realm", "OAuth realm=, =", "\x80", ", ,"])
@pytest.mark.parametrize("clock_skew", [None, "learn"])
def test_a_challenge_that_httplib2_cannot_parse_is_a_response(
    origin: Origin, make_client: Any, clock_skew: str | None, challenge: str
) -> None:
    """A 401 like any other, and no exception."""
    origin.script["/r"] = Answer(401, {"WWW-Authenticate": challenge}, b"no")
    response, content = make_client(clock_skew=clock_skew).request(f"{origin.url}/r")
    assert (response.status, content) == (401, b"no")
    assert response["www-authenticate"] == challenge


@pytest.mark.parametrize("challenge", ['Basic realm="r"', "OAuth realm=, ="])
def test_a_password_for_basic_is_used_where_the_challenge_asks_for_it(
    origin: Origin, make_client: Any, challenge: str
) -> None:
    """What httplib2 does with its own credentials goes on working."""
    origin.script["/r"] = Answer(401, {"WWW-Authenticate": challenge}, b"no")
    client = make_client(placement="query")
    client.add_credentials("name", "password")
    client.request(f"{origin.url}/r")
    sent = [received.header("authorization") for received in origin.received]
    assert sent == ([None, "Basic bmFtZTpwYXNzd29yZA=="] if "Basic" in challenge else [None])
