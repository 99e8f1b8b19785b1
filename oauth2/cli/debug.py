"""``oauth2 debug``: why a provider refuses a signature."""

from __future__ import annotations

import re
import time
from typing import Any

import click

from ..clock import provider_time
from ..diagnosis import compare, find_base_string, parse_base_string, signature_causes
from ..diagnosis.raw_request import parse_message
from ..encoding import bytes_of, text_of, unescape
from ..request import Request
from .credentials import profile_options
from .options import fixed_options, read_call, request_options
from .report import show_causes, show_rows
from .sign import sign_call
from .terminal import read_text_or_file

__all__ = ["debug"]

_FIXED = ("oauth_nonce", "oauth_timestamp")
_SAME_BASE = {"wrong-secret", "other-rsa-key"}
_SAME = {*_SAME_BASE, "right-key"}
_OLD = {"clock"}  # or a response that is looked at late

_starts_as_request = re.compile(r"\s*[A-Za-z]+ \S+ HTTP/\d").match


@click.command(short_help="Say why a provider refuses a signature.")
@request_options
@profile_options
@fixed_options
@click.option(
    "--theirs",
    metavar="TEXT|@FILE|-",
    default="-",
    help="What the provider printed, with its base string in it, or another request in full."
    " By default it is read from standard input.",
)
def debug(theirs: str, nonce: str | None, timestamp: int | None, **options: Any) -> int:
    """Compare the base string of your request with the one that the provider printed.

    Give the request as to 'oauth2 request'. Nonce and timestamp are those of the provider's
    base string, unless you give others. The exit status is 1 where something differs. A
    provider that refuses the timestamp prints its time instead. If it printed nothing,
    'oauth2 sign --as base-string' shows yours, to be read with care: scheme, host, each
    parameter.

    \b
      $ oauth2 debug GET 'https://photos.example.net/photos?size=big' \\
          --theirs 'Expected GET&http%3A%2F%2Fphotos.example.net%2Fphotos&size%3Dbig'
    """
    call = read_call(**options)
    text = text_of(read_text_or_file(theirs))
    request = _request_in(text, call.request.url.partition(":")[0].lower())
    their_base = request.signature_base_string() if request else find_base_string(text)
    pairs = parse_base_string(their_base or "").parameters
    fixed: dict[str, object] = {name: unescape(value) for name, value in pairs if name in _FIXED}
    given = {"oauth_nonce": nonce, "oauth_timestamp": timestamp}
    fixed.update({name: value for name, value in given.items() if value is not None})
    our_base = sign_call(call, fixed).base_string()
    their_time = provider_time({"www-authenticate": text}, bytes_of(text))
    # Where something else differs, an old response would be taken for a clock that is wrong.
    now = int(time.time()) if our_base == their_base else None
    comparison = compare(our_base, their_base or our_base, now, their_time)
    causes = comparison.causes
    if their_base is not None:
        show_rows(comparison.rows)
    elif _SAME.issuperset(cause.code for cause in causes):
        raise click.UsageError(
            "--theirs: expected a base string, GET&http…, or a whole request;"
            " if the provider printed none, 'oauth2 sign --as base-string' shows yours"
        )
    if request:
        of_key = signature_causes(request, call.profile.consumer, call.profile.token)
        of_base = (cause for cause in causes if cause.code not in _SAME_BASE or not of_key)
        causes = (*of_base, *of_key)
    show_causes(causes)
    same = _SAME if their_time is not None else _SAME | _OLD
    return int(not same.issuperset(cause.code for cause in causes))


def _request_in(text: str, scheme: str) -> Request | None:
    """Read a whole request, if that is what the text is."""
    if not _starts_as_request(text):
        return None
    message = parse_message(text, scheme)
    return Request.from_request(message.method, message.url, message.headers, body=message.body)
