"""What a parser may do with an input: return, or raise what it documents, without a secret."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

from known import (
    CONSUMER,
    CONSUMER_SECRET,
    HMAC_SHA1,
    HMAC_SHA256,
    NOW,
    PLAINTEXT,
    TOKEN,
    TOKEN_SECRET,
)
from secrets_check import assert_no_secret

import oauth2
from oauth2.encoding import text_of

__all__ = [
    "MARK",
    "SECRETS",
    "assert_explained",
    "assert_in_time",
    "assert_signs_and_verifies",
    "assert_verdict",
    "attempt",
    "is_plain_header",
    "server",
    "text",
]

MARK = "sekrit"
"""What stands in each secret of the tests, and in what a target plants into an input."""
SECRETS = (CONSUMER_SECRET, TOKEN_SECRET)

is_plain_header = re.compile(r'OAuth [a-z_]+="[\w%.~-]*"(?:, [a-z_]+="[\w%.~-]*")*', re.A).fullmatch
"""Matches an Authorization header that every parser of challenges reads as RFC 5849 does."""

_SECONDS = 5.0  # far above what any takes, as a machine may be slow: `growth` measures
_SECONDS_PER_OCTET = 0.0005
_control = re.compile(r"[\x00-\x1f\x7f]").search

Value = TypeVar("Value")


def text(data: bytes) -> str:
    """Return an input as text; an octet that is not valid UTF-8 is a surrogate escape."""
    return text_of(data)


def attempt(
    call: Callable[[], Value],
    *expected: type[BaseException],
    secrets: tuple[str | bytes, ...] = (),
) -> Value | BaseException:
    """Return what a call returns, or the error that it raises if that is one of the expected.

    Fails where such an error shows one of the secrets; any other error passes through.
    """
    try:
        return call()
    except expected as error:
        assert_no_secret(error, *secrets)
        return error


def assert_in_time(call: Callable[[], object], size: int) -> None:
    """Fail where a call takes far longer than an input of that many octets may."""
    start = time.process_time()
    call()
    spent = time.process_time() - start
    most = _SECONDS + size * _SECONDS_PER_OCTET
    assert spent < most, f"{size} octets took {spent:.2f} seconds"


def server() -> oauth2.Server:
    """Return a Server that accepts any timestamp, and remembers no nonce."""
    made = oauth2.Server(
        {method.name: method for method in (HMAC_SHA1, HMAC_SHA256, PLAINTEXT)}, nonces=None
    )
    made.timestamp_threshold = 10 * NOW
    return made


def assert_verdict(request: oauth2.Request | None, is_marked: bool) -> Any:
    """Return the class of what a Server says of a request, and its base string.

    Fails for what is neither accepted nor refused by an Error of OAuth. ``is_marked`` where the
    input itself holds what is looked for in errors.
    """
    if request is None:
        return None
    hidden: Any = () if is_marked else SECRETS
    verdict = attempt(
        lambda: server().verify_request(request, CONSUMER, TOKEN), oauth2.Error, secrets=hidden
    )
    base = attempt(request.signature_base_string, oauth2.Error)
    written = request.to_header()["Authorization"] + request.to_postdata()
    assert _control(written) is None, "a control character was written"
    return type(verdict), base if isinstance(base, str) else type(base)


def assert_explained(request: oauth2.Request, is_marked: bool) -> None:
    """Fail where the steps of a Server say otherwise than its verdict, or show a secret."""
    steps = server().explain(request, CONSUMER, TOKEN)
    refused = [step.error for step in steps if step.error]
    verdict = attempt(lambda: server().verify_request(request, CONSUMER, TOKEN), oauth2.Error)
    assert bool(refused) == isinstance(verdict, oauth2.Error)
    if refused:
        assert type(refused[0]) is type(verdict)
    for error in [] if is_marked else refused:
        assert_no_secret(error, *SECRETS)


def assert_signs_and_verifies(url: str, parameters: dict[str, Any]) -> None:
    """Fail unless what was parsed, signed and written is read again as the same, and verifies."""
    free = {name: value for name, value in parameters.items() if not name.startswith("oauth_")}
    request = oauth2.Request.from_consumer_and_token(CONSUMER, TOKEN, "GET", url, free)
    request.sign_request(HMAC_SHA1, CONSUMER, TOKEN)
    read = oauth2.Request.from_request("GET", request.to_url())
    assert read is not None
    assert read.signature_base_string() == request.signature_base_string()
    server().verify_request(read, CONSUMER, TOKEN)
