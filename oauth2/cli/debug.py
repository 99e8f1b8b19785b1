"""``oauth2 debug``: why a provider refuses a signature."""

from __future__ import annotations

import time
from typing import Any

import click

from ..clock import provider_time
from ..diagnosis import (
    Cause,
    Sent,
    compare,
    explain_response,
    find_base_string,
    parse_base_string,
    signature_causes,
)
from ..diagnosis.pasted import Pasted, read_header, read_pasted
from ..encoding import bytes_of, text_of, unescape
from ..request import Request
from .credentials import profile_options
from .options import Call, fixed_options, read_call, request_options
from .reading import request_of
from .report import show_causes, show_rows
from .sign import sign_call
from .terminal import read_text_or_file

__all__ = ["debug"]

_FIXED = ("oauth_nonce", "oauth_timestamp")
_SAME_BASE = {"wrong-secret", "other-rsa-key"}
_SAME = {*_SAME_BASE, "right-key"}
_OLD = {"clock"}  # or a response that is looked at late
_UNTOLD = {*_OLD, "no-reason", "no-token"}  # by the words of a provider alone
_REFUSAL = 401


@click.command(short_help="Say why a provider refuses a signature.")
@request_options
@profile_options
@fixed_options
@click.option(
    "--theirs",
    metavar="TEXT|@FILE|-",
    default="-",
    help="What the provider printed, with its base string in it or a code such as"
    " oauth_problem=token_expired, or another request: a line of curl, a signed URL, an"
    " Authorization header, or all of it. By default it is read from standard input.",
)
def debug(theirs: str, nonce: str | None, timestamp: int | None, **options: Any) -> int:
    """Compare the base string of your request with the one that the provider printed.

    Give the request as to 'oauth2 request'. Nonce and timestamp are those of the provider's
    base string, unless you give others. The exit status is 1 where something differs. A
    provider that shows no base string may say why it refuses the request, and what time it
    has. If it printed nothing, 'oauth2 sign --as base-string' shows yours, to be read with
    care: scheme, host, each parameter.

    Each cause has a page by its name: https://oauth2-python.readthedocs.io/en/stable/401/

    \b
      $ oauth2 debug GET 'https://photos.example.net/photos?size=big' \\
          --theirs 'Expected GET&http%3A%2F%2Fphotos.example.net%2Fphotos&size%3Dbig'
    """
    call = read_call(**options)
    text = text_of(read_text_or_file(theirs))
    request, their_base = _read_theirs(text, call)
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
        causes = _told(text, our_base, call)
    if not causes:
        raise click.UsageError(
            "--theirs: expected a base string, GET&http…, or a whole request: a raw one, a line of"
            " curl, a signed URL or its header; if the provider printed none,"
            " 'oauth2 sign --as base-string' shows yours"
        )
    if request:
        of_key = signature_causes(request, call.profile.consumer, call.profile.token)
        of_base = (cause for cause in causes if cause.code not in _SAME_BASE or not of_key)
        causes = (*of_base, *of_key)
    show_causes(causes)
    same = _SAME if their_time is not None else _SAME | _OLD
    return int(not same.issuperset(cause.code for cause in causes))


def _told(text: str, our_base: str, call: Call) -> tuple[Cause, ...]:
    """Return what a provider says that refuses a request and shows no base string."""
    sent = Sent(our_base, call.profile.consumer, call.profile.token, int(time.time()))
    explained = explain_response(sent, _REFUSAL, {}, bytes_of(text))
    causes = explained.causes if explained else ()
    return tuple(cause for cause in causes if cause.code not in _UNTOLD)


def _read_theirs(text: str, call: Call) -> tuple[Request | None, str | None]:
    """Return another request, if the text is one, and a base string, if there is one in it.

    That of a provider which answered counts more than what it answered.
    """
    # No file is read: what a provider answered may name any.
    pasted = read_pasted(text, call.request.url.partition(":")[0].lower())
    base_string = find_base_string(pasted.rest if pasted else text)
    if base_string is not None:
        return None, base_string
    request = request_of(pasted or _beside_header(text, call), call.request.method)
    return request, request.signature_base_string() if request else None


def _beside_header(text: str, call: Call) -> Pasted:
    """Return the request of the arguments with the header that the text is, or without any."""
    header = read_header(text)
    if header is None:
        return Pasted(None, "", [], None)
    method, url, body, headers = call.request
    sent = [*headers.items(), ("Authorization", header)]
    return Pasted(method, url, sent, bytes_of(body) if isinstance(body, (str, bytes)) else None)
