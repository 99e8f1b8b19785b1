"""``oauth2 verify``: whether a request verifies, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click

from ..credentials import Credentials
from ..diagnosis import Cause
from ..diagnosis.pasted import Pasted, read_header
from ..encoding import bytes_of, text_of
from ..errors import Error, SignatureInvalid
from ..profiles import Profile
from ..redaction import HIDDEN, printable
from ..request import Request
from ..server import Server, Step
from ..signature import SHARED_SECRET_METHODS, SIGNATURE_METHODS, signature_method
from .credentials import find_profile, profile_options
from .options import pair_option
from .reading import read_request, request_of
from .report import show_causes
from .schemes import SCHEMES, Reading, chosen
from .terminal import read_text_or_file

__all__ = ["verify"]


@click.command(short_help="Say whether a signed request verifies, step by step.")
@click.argument("request", nargs=-1, metavar="[METHOD URL [HEADER]|TEXT|@FILE|-]")
@profile_options
@click.option(
    "-H", "--header", "headers", **pair_option("NAME:VALUE"), help="A header of METHOD URL."
)
@click.option("-d", "--data", metavar="DATA", help="The body of METHOD URL, as it was sent.")
@click.option(
    "--scheme",
    type=click.Choice(SCHEMES),
    help="How a raw request was sent; by default, both are tried, and it says which fits.",
)
@click.option("--at", metavar="SECONDS", type=int, help="Verify as at this time (since 1970).")
@click.option(
    "--public-key",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="The key by which a signature of RSA is verified, as PEM.",
)
@click.option("--url", hidden=True)  # with -X, the arguments METHOD and URL in 2.1
@click.option("-X", "--method", hidden=True)
def verify(
    request: tuple[str, ...],
    profile_name: str | None,
    credentials_file: str | None,
    scheme: str | None,
    at: int | None,
    public_key: str | None,
    url: str | None,
    method: str | None,
    **fields: Any,
) -> int:
    """Say whether a request verifies with your secrets, step by step.

    Give method, URL and headers; or the whole request as text, from a file or from standard
    input: a line of curl, what 'curl -v' printed, a signed URL, or request line, headers and
    body as HTTP has them. The exit status is 1 where it does not verify.

    \b
      $ oauth2 verify GET https://photos.example.net/photos \\
          -H "$(oauth2 sign GET https://photos.example.net/photos)"
      $ oauth2 sign GET https://photos.example.net/photos --as curl | oauth2 verify
    """
    profile = find_profile(profile_name, credentials_file)
    key = Path(public_key).read_bytes() if public_key else None
    words = request if url is None else (*request, method or "GET", url)
    sent = _sent(words, (scheme,) if scheme else SCHEMES, method, **fields)
    best, why = chosen([Reading(name, *_report(sent[name], profile, key, at)) for name in sent])
    _show(best, why)
    return int(best.failures > 0)


def _sent(
    words: Sequence[str],
    schemes: Sequence[str],
    method: str | None,
    headers: Sequence[tuple[str, str]],
    data: str | None,
) -> dict[str, Pasted]:
    """Return the request that the arguments describe, by each scheme by which it may be sent."""
    fields = [(name, value.strip()) for name, value in headers]
    body = bytes_of(data or "")
    if len(words) > 1:
        fields += _header(words)
        return {schemes[0]: Pasted(words[0], words[1], fields, body)}
    has_more = bool(fields or data)
    if words or not has_more:
        sent = read_request(read_text_or_file(words[0] if words else "-"), schemes)
        pasted = sent[schemes[0]]
        if pasted.method is None:
            method = method or ("POST" if data else "GET")
            return {schemes[0]: Pasted(method, pasted.url, fields, body)}
        if not has_more:
            return sent
    raise click.UsageError("expected METHOD and URL beside -H and -d, got none")


def _header(words: Sequence[str]) -> list[tuple[str, str]]:
    """Return the Authorization header that may stand after METHOD and URL."""
    if words[0] == "curl":
        raise click.UsageError("expected the line of curl as one argument, in quotation marks")
    if len(words) == 2:
        return []
    header = read_header(read_text_or_file(words[2])) if len(words) == 3 else None
    if header is None:
        raise click.UsageError(f"expected METHOD and URL, got {len(words)} arguments")
    return [("Authorization", header)]


def _show(reading: Reading, why: str) -> None:
    request = reading.request
    lines = [f"{request.method} {request.normalized_url}", *([why] if why else [])]
    for step in reading.steps:
        text = step.error.message if step.error else step.received or ""
        lines.append(f"{'NO' if step.error else 'ok'}  {step.name:18}{text}".rstrip())
    # What was received may have line breaks, and would write lines of its own.
    click.echo("\n".join([printable(line.replace("\n", "\0")) for line in lines]))
    click.echo("It does not verify." if reading.failures else "It verifies.")
    show_causes(reading.causes)


def _report(
    sent: Pasted, profile: Profile, public_key: bytes | None, at: int | None
) -> tuple[Request, list[Step]]:
    """Return the steps of a Server, after those of looking consumer and token up."""
    request = request_of(sent)
    if request is None:
        raise click.ClickException("expected a signed request, got one without any parameters")
    if request.get("oauth_signature") == HIDDEN:
        shown = "'oauth2 request -v --show-secrets' shows it"
        raise click.ClickException(f"expected a signature, got one that is hidden: {shown}")
    server = _ProfileServer(profile)
    server.clock_offset = 0 if at is None else at - server.server_time()
    for name in SIGNATURE_METHODS if public_key else SHARED_SECRET_METHODS:
        server.add_signature_method(signature_method(name, public_key=public_key))
    request._require_once()
    token = profile.token if request.get("oauth_token") else None  # a blank one is none
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
        found = super().explained(error, request, self._profile.consumer, self._profile.token)
        causes: tuple[Cause, ...] = getattr(found, "causes", ())
        if not causes:
            return found
        # Without the causes in its message, as they are shown below.
        base_string: str | None = getattr(found, "base_string", None)
        return SignatureInvalid(error.message, base_string=base_string, causes=causes)


def _lookup(request: Request, name: str, known: str | bytes) -> Step:
    received, expected = str(request.get(name, "")), text_of(known)
    error = None
    if received != expected:
        wanted = f"expected {expected or 'none'}, as the profile has it"
        error = Error(f"{name}: {wanted}, got {received or 'none'}.")
    return Step(name.replace("oauth_", "").replace("_", " "), received, error)
