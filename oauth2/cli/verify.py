"""``oauth2 verify``: whether a request verifies, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click

from ..credentials import Credentials
from ..diagnosis.raw_request import Message, parse_message
from ..encoding import bytes_of, text_of
from ..errors import Error
from ..profiles import Profile
from ..redaction import printable
from ..request import Request
from ..server import Server, Step
from ..signature import SHARED_SECRET_METHODS, SIGNATURE_METHODS, signature_method
from .credentials import find_profile, profile_options
from .options import pair_option
from .report import show_causes
from .terminal import read_text_or_file

__all__ = ["verify"]

_SCHEMES = ("https", "http")


@click.command(short_help="Say whether a signed request verifies, step by step.")
@click.argument("request", nargs=-1, metavar="[METHOD URL|TEXT|@FILE|-]")
@profile_options
@click.option(
    "-H", "--header", "headers", **pair_option("NAME:VALUE"), help="A header of METHOD URL."
)
@click.option("-d", "--data", metavar="DATA", help="The body of METHOD URL, as it was sent.")
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
@click.option("--url", hidden=True)  # with -X, the arguments METHOD and URL in 2.1
@click.option("-X", "--method", default="GET", hidden=True)
def verify(
    request: tuple[str, ...],
    profile_name: str | None,
    credentials_file: str | None,
    scheme: str | None,
    at: int | None,
    public_key: str | None,
    url: str | None,
    method: str,
    **fields: Any,
) -> int:
    """Say whether a request verifies with your secrets, step by step.

    Give method, URL and headers; or a whole request as HTTP has it, request line, headers
    and body, as text, from a file or from standard input. The exit status is 1 where it
    does not verify.

    \b
      $ oauth2 verify GET https://photos.example.net/photos \\
          -H "$(oauth2 sign GET https://photos.example.net/photos)"
    """
    profile = find_profile(profile_name, credentials_file)
    key = Path(public_key).read_bytes() if public_key else None
    words = request if url is None else (*request, method, url)
    messages = _messages(words, [scheme] if scheme else _SCHEMES, **fields)
    reports = [_report(message, profile, key, at) for message in messages]
    incoming, steps = min(reports, key=lambda report: _failures(report[1]))
    _show(incoming, steps)
    if not _failures(steps):
        click.echo("It verifies.")
        return 0
    click.echo("It does not verify.")
    show_causes(cause for step in steps for cause in getattr(step.error, "causes", ()))
    return 1


def _messages(
    words: Sequence[str],
    schemes: Sequence[str],
    headers: Sequence[tuple[str, str]],
    data: str | None,
) -> list[Message]:
    """Return the request that the arguments describe, a raw one once for each scheme."""
    if len(words) == 2:
        method, url = words
        fields = [(name, value.strip()) for name, value in headers]
        return [Message(method, url, fields, bytes_of(data or ""))]
    if len(words) > 2:
        raise click.UsageError(f"expected METHOD and URL, got {len(words)} arguments")
    if headers or data:
        raise click.UsageError("expected METHOD and URL beside -H and -d, got none")
    raw = read_text_or_file(words[0] if words else "-")
    return [parse_message(raw, scheme) for scheme in schemes]


def _show(incoming: Request, steps: list[Step]) -> None:
    click.echo(printable(f"{incoming.method} {incoming.normalized_url}"))
    for step in steps:
        text = step.error.message if step.error else step.received or ""
        click.echo(printable(f"{'NO' if step.error else 'ok'}  {step.name:18}{text}").rstrip())


def _report(
    message: Message, profile: Profile, public_key: bytes | None, at: int | None
) -> tuple[Request, list[Step]]:
    """Return the steps of a Server, after those of looking consumer and token up."""
    request = Request.from_request(message.method, message.url, message.headers, body=message.body)
    if request is None:
        raise click.ClickException("expected a signed request, got one without any parameters")
    server = _ProfileServer(profile)
    server.clock_offset = 0 if at is None else at - server.server_time()
    for name in SIGNATURE_METHODS if public_key else SHARED_SECRET_METHODS:
        server.add_signature_method(signature_method(name, public_key=public_key))
    request._require_once()
    token = profile.token if "oauth_token" in request else None
    known = {"oauth_consumer_key": profile.consumer.key}
    if "oauth_token" in request:
        known["oauth_token"] = token.key if token else ""
    # Without keys, which are compared here, to say what the profile has in their place.
    owners = (profile.consumer, token)
    keyless: list[Any] = [owner and SimpleNamespace(secret=owner.secret) for owner in owners]
    found = server.explain(request, *keyless)
    steps = [step for step in found if step.name not in ("consumer key", "token")]
    return request, [_lookup(request, name, known[name]) for name in known] + steps


class _ProfileServer(Server):
    """Says why a signature is wrong by all that a profile has, also a token that is not sent."""

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self._profile = profile

    def explained(
        self, error: Error, request: Request, consumer: Credentials, token: Credentials | None
    ) -> Error:
        return super().explained(error, request, self._profile.consumer, self._profile.token)


def _lookup(request: Request, name: str, known: str | bytes) -> Step:
    received, expected = str(request.get(name, "")), text_of(known)
    error = None
    if received != expected:
        wanted = f"expected {expected or 'none'}, as the profile has it"
        error = Error(f"{name}: {wanted}, got {received or 'none'}.")
    return Step(name.replace("oauth_", "").replace("_", " "), received, error)


def _failures(steps: list[Step]) -> int:
    return sum(step.error is not None for step in steps)
