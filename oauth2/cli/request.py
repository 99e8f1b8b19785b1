"""``oauth2 request``: curl that signs."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Any

import click
import httplib2
from rich.progress import Progress

from ..client import TRANSPORT_ERRORS, Client
from ..reasons import reason_of
from ..urls import split_url
from .credentials import profile_options
from .explaining import explain_option, explain_refusal, watch
from .max_time import bounded
from .multipart import Multipart
from .options import Call, read_call, request_options
from .response import show_response
from .saving import require_writable
from .terminal import STANDARD_OUTPUT, say
from .transfer import Head, bars, client_that_shows, is_into_file
from .verbose import head_writer, verbose

__all__ = ["request"]


@click.command(short_help="Sign a request, send it, and show the response.")
@request_options
@profile_options
@click.option("-i", "--include", is_flag=True, help="Show status and headers, too.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, writable=True),
    help="Write the body to a file, unless the response has a status of 400 or more;"
    " - is standard output, to which it is written as it is.",
)
@click.option(
    "-v",
    "--verbose",
    "is_verbose",
    is_flag=True,
    help="Show what is sent and received, without bodies, on standard error.",
)
@click.option("--show-secrets", is_flag=True, help="With -v, show signatures and secrets, too.")
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    default=30.0,
    show_default=True,
    help="How long to wait for the connection, and for whatever is received next.",
)
@click.option(
    "-m",
    "--max-time",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    help="How long all may take, from the first connection to the end of the last response.",
)
@explain_option
def request(
    include: bool,
    output: str | None,
    is_verbose: bool,
    show_secrets: bool,
    timeout: float,
    max_time: float | None,
    explains: bool,
    **options: Any,
) -> int:
    """Sign a request, send it, and show the response.

    The method is GET, or POST where there is a body, unless you give another. The exit status
    is 0; or 22 where the response has a status of 400 or more, or 28 after --max-time. Why a
    signature is refused is said on standard error; each cause has a page by its name:
    https://oauth2-python.readthedocs.io/en/stable/401/

    \b
      $ oauth2 request 'https://photos.example.net/photos?size=big'
      $ oauth2 request https://photos.example.net/photos -d file=a.jpg -v
      $ oauth2 request PUT https://photos.example.net/photos --json '{"file": "a.jpg"}'
    """
    call = read_call(**options)
    is_saved = output not in (None, STANDARD_OUTPUT)
    if output is not None and is_saved:
        require_writable(output)
    heads: list[Head] = []
    is_streamed = call.is_upload_a_file or isinstance(call.request.body, Multipart)
    with bars(is_long=is_streamed or is_saved or is_into_file()) as progress:
        kind = client_that_shows(progress, heads)
        if is_verbose:
            kind = verbose(kind, head_writer(None if show_secrets else call.secrets()))
        if max_time is not None:
            kind = bounded(kind, max_time)
        client = call.client(kind, timeout=timeout)
        watched = watch(client)
        response, content = _send(call, client, progress)
    head = heads[-1] if include else None
    status = show_response(response, content, head=head, output=output)
    if explains:
        explain_refusal(client, watched, response, content)
    return status


def _send(call: Call, client: Client, progress: Progress) -> tuple[httplib2.Response, bytes]:
    method, url, body, headers = call.request
    if split_url(url).user_info:
        # httplib2 would take them for a part of the host name, and show them.
        raise click.UsageError("expected a URL without user and password, got one with them")
    with ExitStack() as stack:
        if call.upload is not None:
            body = stack.enter_context(_opened(call, call.upload, progress))
        elif isinstance(body, Multipart):
            form: Any = stack.enter_context(body)
            body = progress.wrap_file(form, body.size, description="Sending")
        try:
            response, content = client.request(url, method, body, headers)
        except TRANSPORT_ERRORS as exc:
            raise click.ClickException(f"{split_url(url).origin}: {reason_of(exc)}") from exc
    if client.left_origin:
        say("The request was redirected to another origin, where it was not signed.")
    if client.clock_offset:
        offset = f"{client.clock_offset:+d} seconds from the local clock"
        say(f"The provider's clock is {offset}, and was used.")
    return response, content


def _opened(call: Call, upload: str, progress: Progress) -> AbstractContextManager[Any]:
    """Open a body that is streamed, with a bar where it is a file."""
    if call.is_upload_a_file:
        return progress.open(upload, "rb", description="Sending")
    return nullcontext(call.standard_input())
