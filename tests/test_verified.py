"""A form that repeats the query of its URL, in which what is there twice counts once."""

from __future__ import annotations

from typing import Any

import pytest
from known import FORM
from present import present

from oauth2 import Request
from oauth2.verified import with_query_once

URL = "http://a.example/?b=1&b=2"


def received(body: Any, content_type: str = FORM) -> Request:
    headers = {"Content-Type": content_type}
    return present(Request.from_request("POST", URL, headers, body=body))


def test_what_the_form_repeats_of_the_query_counts_once() -> None:
    """One for one: what the form has more often stays."""
    request = received(b"c=3&b=2&b=1&b=1")
    once = present(with_query_once(request))
    assert (sorted(once["b"]), once["c"]) == (["1", "1", "2"], "3")
    assert sorted(request["b"]) == ["1", "1", "1", "2", "2"]


def test_octets_that_are_not_utf8_are_repeated_as_well() -> None:
    """They are the same pair wherever they stand."""
    request = present(
        Request.from_request(
            "POST", "http://a.example/?b=%E9", {"Content-Type": FORM}, body=b"b=\xe9&c=\xff"
        )
    )
    assert with_query_once(request) == {"b": "\udce9", "c": "\udcff"}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"c=3", FORM),
        (None, FORM),
        (b"b=1", "text/plain"),
    ],
    ids=["another pair", "no body", "no form"],
)
def test_form_that_repeats_nothing_has_no_second_reading(body: Any, content_type: str) -> None:
    """Nor has what is no form, or is not known."""
    assert with_query_once(received(body, content_type)) is None
