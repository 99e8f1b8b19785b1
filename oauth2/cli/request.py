"""``oauth2 request``: curl that signs."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click
import httplib2
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from .. import problems
from ..client import TRANSPORT_ERRORS, Client
from ..urls import split_url
from .credentials import profile_options
from .options import Call, read_call, request_options
from .terminal import console, on_one_line, say, show_content

_CHUNK = 1 << 16
_UNAUTHORIZED = 401
_FIRST_FAILURE = 400
_LONGEST_ADVICE = 200  # a longer one, with a base string, is in the body
_OF_HTTPLIB2 = ("status", "content-location")  # the second is the URL with the signature
_HTTP_ERROR = 22  # as curl --fail has it


@click.command(short_help="Sign a request, send it, and show the answer.")
@request_options
@profile_options
@click.option(*("-i", "--include"), is_flag=True, help="Show status and headers, too.")
@click.option(
    *("-o", "--output"),
    metavar="FILE",
    type=click.Path(dir_okay=False, writable=True),
    help="Write the body to a file, unless the answer has a status of 400 or more.",
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    default=30.0,
    show_default=True,
)
def request(include: bool, output: str | None, timeout: float, **options: Any) -> int:
    """Sign a request, send it, and show the answer.

    The exit status is 0, or 22 where the answer has a status of 400 or more.

    \b
      $ oauth2 request GET 'https://photos.example.net/photos?size=big'
      $ oauth2 request POST https://photos.example.net/photos -d file=a.jpg -i
    """
    call = read_call(**options)
    if output is not None:
        _require_writable(output)
    with _progress(is_long=bool(output or call.upload)) as progress:
        response, content = _send(call, progress, timeout, is_shown=output is not None)
    if include:
        click.echo(_head(response))
    if output is None or response.status >= _FIRST_FAILURE:
        show_content(response, content)
    else:
        with open(output, "wb") as file:
            file.write(content)
    return _status(response, content)


def _require_writable(output: str) -> None:
    """See that an answer can be kept before it is asked for."""
    path = Path(output)
    try:
        if not path.exists():
            path.touch()
            path.unlink()
    except OSError as exc:
        raise click.ClickException(f"-o {output}: {exc.strerror}") from exc


def _send(
    call: Call, progress: Progress, timeout: float, is_shown: bool
) -> tuple[httplib2.Response, bytes]:
    client = call.client(_client_with(progress) if is_shown else Client, timeout=timeout)
    method, url, body, headers = call.request
    if split_url(url).user_info:
        # httplib2 would take it for a part of the host name, and show it.
        raise click.UsageError("expected a URL without user and password, got one with them")
    with ExitStack() as stack:
        if call.upload is not None:
            body = stack.enter_context(progress.open(call.upload, "rb", description="Sending"))
        try:
            answer = client.request(url, method, body, headers)
        except TRANSPORT_ERRORS as exc:
            reason = str(exc) or type(exc).__name__
            raise click.ClickException(f"{split_url(url).origin}: {reason}") from exc
    if client.left_origin:
        say("It was redirected to another origin, where it was not signed.")
    if client.clock_offset:
        say(f"The provider's clock is {client.clock_offset:+d} seconds from ours, and was used.")
    return answer


def _status(response: httplib2.Response, content: bytes) -> int:
    if response.status < 300:
        return 0
    told = problems.problem(response, content)
    reason = ""
    if told:
        reason = f": {told}"
        if told.advice and len(told.advice) <= _LONGEST_ADVICE:
            reason = f": {told}, {told.advice}"
    elif "location" in response:
        reason = f": it redirects to {response['location']}"
    if response.status == _UNAUTHORIZED:
        reason += " ('oauth2 debug --help' tells how to find out why)"
    say(f"The server answered {response.status} {response.reason}{reason}")
    return _HTTP_ERROR if response.status >= _FIRST_FAILURE else 0


def _head(response: httplib2.Response) -> str:
    lines = [f"HTTP/{response.version / 10} {response.status} {response.reason}"]
    fields = [(name, value) for name, value in response.items() if name not in _OF_HTTPLIB2]
    lines += [f"{name}: {value}" for name, value in fields]
    return "\n".join(map(on_one_line, lines)) + "\n"


@contextmanager
def _progress(is_long: bool) -> Iterator[Progress]:
    """Show bars on standard error, where that is a terminal, while something is on its way."""
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()
    output = console(stderr=True)
    with Progress(*columns, console=output, disable=not (is_long and output.is_terminal)) as bars:
        yield bars


def _client_with(progress: Progress) -> type[Client]:
    """Return a Client that tells how far the answer has come."""

    class Response(http.client.HTTPResponse):
        def read(self, amt: int | None = None) -> bytes:
            # httplib2 wants all at once, and never says how much.
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
