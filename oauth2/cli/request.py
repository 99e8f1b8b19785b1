"""``oauth2 request``: curl that signs."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click
import httplib2
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from ..client import TRANSPORT_ERRORS, Client
from ..urls import split_url
from .credentials import profile_options
from .explaining import explain_option, explain_refusal, watch
from .max_time import bounded
from .options import Call, read_call, request_options
from .response import show_response
from .terminal import STANDARD_OUTPUT, console, say
from .verbose import head_writer, verbose

__all__ = ["request"]

_CHUNK = 1 << 16


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
    signature is refused is said on standard error.

    \b
      $ oauth2 request 'https://photos.example.net/photos?size=big'
      $ oauth2 request https://photos.example.net/photos -d file=a.jpg -v
      $ oauth2 request PUT https://photos.example.net/photos --json '{"file": "a.jpg"}'
    """
    call = read_call(**options)
    is_saved = output not in (None, STANDARD_OUTPUT)
    if output is not None and is_saved:
        _require_writable(output)
    with _progress(is_long=is_saved or call.is_upload_a_file) as progress:
        kind = _client_with(progress) if is_saved else Client
        if is_verbose:
            kind = verbose(kind, head_writer(None if show_secrets else call.secrets()))
        if max_time is not None:
            kind = bounded(kind, max_time)
        client = call.client(kind, timeout=timeout)
        watched = watch(client)
        response, content = _send(call, client, progress)
    status = show_response(response, content, has_head=include, output=output)
    if explains:
        explain_refusal(client, watched, response, content)
    return status


def _require_writable(output: str) -> None:
    """See that a response can be written before the request is sent."""
    path = Path(output)
    try:
        if not path.exists():
            path.touch()
            path.unlink()
    except OSError as exc:
        raise click.ClickException(f"-o {output}: {exc.strerror}") from exc


def _send(call: Call, client: Client, progress: Progress) -> tuple[httplib2.Response, bytes]:
    method, url, body, headers = call.request
    if split_url(url).user_info:
        # httplib2 would take them for a part of the host name, and show them.
        raise click.UsageError("expected a URL without user and password, got one with them")
    with ExitStack() as stack:
        if call.upload is not None:
            body = stack.enter_context(_opened(call, call.upload, progress))
        try:
            response, content = client.request(url, method, body, headers)
        except TRANSPORT_ERRORS as exc:
            reason = str(exc) or type(exc).__name__
            raise click.ClickException(f"{split_url(url).origin}: {reason}") from exc
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


@contextmanager
def _progress(is_long: bool) -> Iterator[Progress]:
    """Show bars on standard error, where that is a terminal, during a transfer."""
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()
    output = console(stderr=True)
    is_shown = is_long and output.is_terminal
    bars = Progress(*columns, console=output, disable=not is_shown)
    # Before 14.3, rich ends bars that are not shown with an empty line.
    with bars if is_shown else nullcontext():
        yield bars


def _client_with(progress: Progress) -> type[Client]:
    """Return a Client that shows how much of the response is received."""

    class Response(http.client.HTTPResponse):
        def read(self, amt: int | None = None) -> bytes:
            # httplib2 reads all at once, and does not tell how much has been received.
            task = progress.add_task("Receiving", total=self.length)
            chunks = []
            while chunk := super().read(_CHUNK):
                chunks.append(chunk)
                progress.advance(task, len(chunk))
            if self.length:
                raise http.client.IncompleteRead(b"", self.length)
            return b"".join(chunks)

    class ClientWithProgress(Client):
        def _conn_request(self, conn: Any, *args: Any) -> Any:
            conn.response_class = Response
            http: Any = super()
            return http._conn_request(conn, *args)

    return ClientWithProgress
