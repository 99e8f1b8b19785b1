"""``oauth2 verify``: whether a request verifies, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ..diagnosis import request_key_causes
from ..diagnosis.raw_request import Message, parse_message
from ..encoding import bytes_of, text_of
from ..errors import Error
from ..profiles import Profile
from ..request import Request
from ..server import Server, Step
from ..signature import SIGNATURE_METHODS, signature_method
from .credentials import find_profile, profile_options
from .options import pair_option
from .report import show_causes
from .terminal import printable, read_text_or_file

_SCHEMES = ("https", "http")


@click.command(short_help="Say whether a signed request verifies, step by step.")
@click.argument("request", default="-", metavar="[TEXT|@FILE|-]")
@profile_options
@click.option("--url", metavar="URL", help="Verify a request to this URL, with -X, -H and -d.")
@click.option(*("-X", "--method"), default="GET", show_default=True)
@click.option(*("-H", "--header", "headers"), **pair_option("NAME:VALUE"))
@click.option(*("-d", "--data"), metavar="DATA", help="The body, as it was sent.")
@click.option(
    "--scheme",
    type=click.Choice(_SCHEMES),
    help="How a raw request was sent; by default, both are tried.",
)
@click.option("--at", metavar="SECONDS", type=int, help="Verify as at this time (since 1970).")
@click.option(
    "--public-key",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="The key by which a signature of RSA is verified, as PEM.",
)
def verify(
    request: str,
    profile_name: str | None,
    credentials_file: str | None,
    url: str | None,
    method: str,
    headers: Sequence[tuple[str, str]],
    data: str | None,
    scheme: str | None,
    at: int | None,
    public_key: str | None,
) -> int:
    """Say whether a request verifies with your secrets, step by step.

    It is read as HTTP has it, request line, headers and body, from standard input or a
    file; or made of a URL and a header. The exit status is 1 where it does not verify.

    \b
      $ oauth2 verify --url https://photos.example.net/photos \\
          -H "$(oauth2 sign GET https://photos.example.net/photos)"
    """
    profile = find_profile(profile_name, credentials_file)
    key = Path(public_key).read_bytes() if public_key else None
    if url is not None:
        fields = [(name, value.strip()) for name, value in headers]
        messages = [Message(method, url, fields, bytes_of(data or ""))]
    elif headers or data:
        raise click.UsageError("expected --url beside -H and -d, got none")
    else:
        raw = read_text_or_file(request)
        messages = [parse_message(raw, each) for each in ([scheme] if scheme else _SCHEMES)]
    reports = [_report(message, profile, key, at) for message in messages]
    incoming, steps = min(reports, key=lambda report: _failures(report[1]))
    click.echo(printable(f"{incoming.method} {incoming.normalized_url}"))
    for step in steps:
        told = step.error.message if step.error else step.came or ""
        click.echo(printable(f"{'NO' if step.error else 'ok'}  {step.name:18}{told}").rstrip())
    if not _failures(steps):
        click.echo("It verifies.")
        return 0
    click.echo("It does not verify.")
    if any(step.name == "signature" and step.error for step in steps):
        show_causes(request_key_causes(incoming, profile.consumer, profile.token))
    return 1


def _report(
    message: Message, profile: Profile, public_key: bytes | None, at: int | None
) -> tuple[Request, list[Step]]:
    """Take the steps of a Server, after those of looking up consumer and token."""
    request = Request.from_request(message.method, message.url, message.headers, body=message.body)
    if request is None:
        raise click.ClickException("expected a signed request, got one without any parameters")
    server = Server()
    server.clock_offset = 0 if at is None else at - server.server_time()
    for name in SIGNATURE_METHODS:
        if public_key or not name.startswith("RSA"):
            server.add_signature_method(signature_method(name, public_key=public_key))
    token = profile.token if "oauth_token" in request else None
    known = {"oauth_consumer_key": profile.consumer.key}
    if "oauth_token" in request:
        known["oauth_token"] = token.key if token else ""
    steps = server.explain(request, profile.consumer, token)
    return request, [_lookup(request, name, known[name]) for name in known] + steps


def _lookup(request: Request, name: str, known: str | bytes) -> Step:
    came, expected = str(request.get(name, "")), text_of(known)
    told = f"{name}: expected {expected or 'none'}, as the profile has it, got {came or 'none'}."
    error = None if came == expected else Error(told)
    return Step(name.replace("oauth_", "").replace("_", " "), came, error)


def _failures(steps: list[Step]) -> int:
    return sum(step.error is not None for step in steps)
