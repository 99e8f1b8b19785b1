"""``oauth2 debug``: why a provider refuses a signature."""

from __future__ import annotations

import re
import time
from typing import Any

import click

from ..diagnosis import compare, find_base_string, parse_base_string, request_key_causes
from ..encoding import text_of, unescape
from ..message import parse_message
from ..request import Request
from .comparison import show_causes, show_rows
from .composing import fixed_options, read_call, request_options
from .credentials import profile_options
from .sign import sign_call
from .terminal import read_text_or_file

_FIXED = ("oauth_nonce", "oauth_timestamp")

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
    base string, unless you give others. The exit status is 1 where something differs. If the
    provider printed none, 'oauth2 sign --as base-string' shows yours, to be read with care:
    scheme, host, each parameter.

    \b
      $ oauth2 debug GET 'https://photos.example.net/photos?size=big' \\
          --theirs 'Expected GET&http%3A%2F%2Fphotos.example.net%2Fphotos&size%3Dbig'
    """
    call = read_call(**options)
    text = text_of(read_text_or_file(theirs))
    request = _request_in(text, call.request.url.partition(":")[0].lower())
    their_base = request.signature_base_string() if request else find_base_string(text)
    if their_base is None:
        raise click.UsageError(
            "--theirs: expected a base string, GET&http…, or a whole request;"
            " if the provider printed none, 'oauth2 sign --as base-string' shows yours"
        )
    pairs = parse_base_string(their_base).parameters
    fixed: dict[str, object] = {name: unescape(value) for name, value in pairs if name in _FIXED}
    given = {"oauth_nonce": nonce, "oauth_timestamp": timestamp}
    fixed.update({name: value for name, value in given.items() if value is not None})
    our_base = sign_call(call, fixed).base_string()
    # Where something else differs, an old answer would be taken for a clock that is wrong.
    comparison = compare(our_base, their_base, int(time.time()) if our_base == their_base else None)
    show_rows(comparison.rows)
    causes = comparison.causes
    if request:
        causes += request_key_causes(request, call.profile.consumer, call.profile.token)
    show_causes(causes)
    return int(any(row.differs for row in comparison.rows))


def _request_in(text: str, scheme: str) -> Request | None:
    """Read a whole request, if that is what the text is."""
    if not _starts_as_request(text):
        return None
    message = parse_message(text, scheme)
    return Request.from_request(message.method, message.url, message.headers, body=message.body)
