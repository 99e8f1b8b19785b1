"""What a request that is huge costs before it is refused: no more than the limit does."""

from __future__ import annotations

import io
import tracemalloc
from typing import Any

import pytest
from gateways import environ_of, signed
from growth import assert_linear
from known import CONSUMER, FORM, NOW
from tracing import traced

import oauth2

LIMIT = 1 << 16
HUGE = 10_000_000
UNITS = ["a&", "a=b&", "%", "%2", "+", "=", "\n%", "é"]
HEADERS = signed("http://app.example/r", "POST", b"", FORM).headers
TERMINATED: dict[str, Any] = {"CONTENT_LENGTH": None, "wsgi.input_terminated": True}


def environ(body: bytes, changes: dict[str, Any]) -> dict[str, Any]:
    """Return that of a form to which somebody has given the signature of an empty one."""
    sent = signed("http://app.example/r", "POST")._replace(headers=HEADERS, body=body)
    # A stream which a server has read from a socket: it cannot be rewound.
    return environ_of(sent, {"wsgi.input": io.BufferedReader(io.BytesIO(body)), **changes})


def refuse(environ: dict[str, Any], max_body: int = LIMIT) -> oauth2.Error:
    """Return the error that refuses a request; the answer to it is a part of the cost."""
    find, ever = {CONSUMER.key: CONSUMER}.get, 10 * NOW  # so that the signature is looked at
    verifier = oauth2.Verifier(find, max_body=max_body, timestamp_threshold=ever)
    with pytest.raises(oauth2.Error) as caught:
        verifier.verify(oauth2.Request.from_wsgi(environ, max_body=max_body))
    verifier.refusal(caught.value)
    return caught.value


@pytest.fixture(scope="module", autouse=True)
def _load() -> None:
    """Have what is loaded or compiled once loaded and compiled."""
    refuse(environ(b"a=b", {}))
    refuse(environ(b"a&" * LIMIT, {}))


def memory(environ: dict[str, Any]) -> tuple[oauth2.Error, int]:
    """Return the error, and the most octets of memory that it took to refuse a request."""
    with traced():
        return refuse(environ), tracemalloc.get_traced_memory()[1]


@pytest.mark.parametrize("changes", [{}, TERMINATED], ids=["length", "chunks"])
@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_ten_megabytes_are_refused_at_the_limit(unit: str, changes: dict[str, Any]) -> None:
    """In the memory that the limit takes; where a length was sent, nothing is read."""
    body = (unit.encode() * HUGE)[:HUGE]
    sent = environ(body, changes)
    stream = sent["wsgi.input"]
    error, octets = memory(sent)
    assert (type(error), error.status) == (oauth2.BodyTooLarge, 413)
    assert octets < 16 * LIMIT
    assert stream.tell() == (LIMIT + 1 if changes else 0)


@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_a_form_within_the_limit_takes_memory_in_proportion(unit: str) -> None:
    """The base string in the error is a part of it, in which a percent sign has five octets."""
    error, octets = memory(environ((unit.encode() * LIMIT)[:LIMIT], {}))
    assert type(error) in (oauth2.ParameterRejected, oauth2.SignatureInvalid)
    assert octets < 64 * LIMIT


@pytest.mark.long
@pytest.mark.parametrize("unit", UNITS, ids=ascii)
def test_a_form_within_the_limit_takes_linear_time(unit: str) -> None:
    """Up to the report that is its answer."""

    def refused(body: bytes) -> None:
        refuse(environ(body, {}), max_body=1 << 22)

    piece = unit.encode()
    assert_linear(refused, lambda size: piece * (size // len(piece)), 8_000)
