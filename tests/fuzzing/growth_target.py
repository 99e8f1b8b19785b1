"""Inputs in which a part is repeated: no parser takes more time than grows with their size."""

from __future__ import annotations

import time
from collections.abc import Callable

from growth import assert_linear
from known import CONSUMER, FORM, NOW, TOKEN

import oauth2
from oauth2 import headers, problems, urls
from oauth2.diagnosis import Sent, explain_response, find_base_string
from oauth2.diagnosis.curl import parse_curl
from oauth2.diagnosis.pasted import read_header, read_pasted
from oauth2.legs import Leg, verifier_from_redirect
from oauth2.parameters import decode_pairs
from oauth2.received import Response
from oauth2.redaction import redacted, redacted_base_string
from oauth2.schemes import has_oauth

from .outcomes import text

__all__ = ["PARSERS", "growth"]

_SIZE = 32_000
_SECONDS = 0.2  # far above what a parser takes for that size; only then is it measured with care
_URL = "https://photos.example.net/photos"
_BASE = f"GET&https%3A%2F%2Fphotos.example.net%2Fphotos&oauth_timestamp%3D{NOW}"
_LEG = Leg("request token", "POST", _URL, CONSUMER, TOKEN, {}, True)


def _received(given: str) -> None:
    request = oauth2.Request.from_request("GET", f"{_URL}?{given}", {"Authorization": given})
    if request is not None:
        request.signature_base_string()


def _posted(given: str) -> None:
    body = given.encode("utf-8", "surrogateescape")
    request = oauth2.Request.from_request("POST", _URL, {"Content-Type": FORM}, body=body)
    if request is not None:
        request.signature_base_string()


def _explained(given: str) -> None:
    body = given.encode("utf-8", "surrogateescape")
    explain_response(Sent(_BASE, CONSUMER, TOKEN, NOW), 401, {"www-authenticate": given}, body)


def _refused(given: str) -> None:
    _LEG.token_from(Response(401, "Reason"), given.encode("utf-8", "surrogateescape"))


PARSERS: tuple[Callable[[str], object], ...] = (
    headers.parse,
    has_oauth,
    decode_pairs,
    urls.split_url,
    urls.to_uri,
    _received,
    _posted,
    read_pasted,
    read_header,
    parse_curl,
    find_base_string,
    lambda given: problems.problem({}, given.encode("utf-8", "surrogateescape")),
    _explained,
    _refused,
    lambda given: verifier_from_redirect(given, TOKEN, True),
    lambda given: redacted(given, [CONSUMER.secret]),
    redacted_base_string,
)
"""By the first octet of an input; the rest is what stands before, what is repeated, and what after,
with an octet 255 between."""


def growth(data: bytes) -> None:
    """Fail where a parser takes more than linear time for a part that is repeated."""
    if not data:
        return
    parser = PARSERS[data[0] % len(PARSERS)]
    before, _, rest = data[1:].partition(b"\xff")
    repeated, _, after = rest.partition(b"\xff")

    def make(size: int) -> str:
        times = max(1, (size - len(before) - len(after)) // max(1, len(repeated)))
        return text(before) + text(repeated) * times + text(after)

    def parse(given: str) -> None:
        try:
            parser(given)
        except (oauth2.Error, ValueError):
            return

    whole = make(_SIZE)
    start = time.process_time()
    parse(whole)
    if time.process_time() - start > _SECONDS:
        assert_linear(parse, make, _SIZE)
