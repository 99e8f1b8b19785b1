"""``oauth2 sign``: sign a request, and send nothing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import click

from .. import snippets
from ..client import USER_AGENT
from ..encoding import text_of
from ..outgoing import Outgoing
from .credentials import profile_options
from .options import Call, fixed_options, read_call, request_options

_PLACEMENTS = {"header": "header", "url": "query", "body": "body"}
_SHOWN = {placement: form for form, placement in _PLACEMENTS.items()}
_FORMS = (*_PLACEMENTS, "curl", "python", "base-string")


@click.command(short_help="Sign a request, and print it without sending.")
@request_options
@profile_options
@click.option(
    "--as",
    "form",
    type=click.Choice(_FORMS),
    help="What to print; by default what --placement asks for, the header.",
)
@fixed_options
@click.option("--show-secrets", is_flag=True, help="Print a PLAINTEXT signature, too.")
def sign(
    form: str | None, show_secrets: bool, nonce: str | None, timestamp: int | None, **options: Any
) -> None:
    """Sign a request and print it, without touching the network.

    \b
      $ oauth2 sign GET 'https://photos.example.net/photos?size=big'
      $ oauth2 sign POST https://photos.example.net/photos -d file=a.jpg --as curl
    """
    placement = _PLACEMENTS.get(form or "") or options["placement"]
    if options["placement"] not in (None, placement):
        raise click.UsageError(f"--as {form}: expected --placement {placement} or none beside it")
    call = read_call(**{**options, "placement": placement})
    form = form or _SHOWN[call.profile.placement or "header"]
    if form == "python":
        click.echo(_as_python(call), nl=False)
        return
    is_plain = call.profile.signature_method == "PLAINTEXT" and form != "base-string"
    if is_plain and not show_secrets:
        raise click.UsageError("a PLAINTEXT signature is the secrets: --show-secrets prints it")
    signed = sign_call(call, {"oauth_nonce": nonce, "oauth_timestamp": timestamp})
    click.echo(_written(form, signed))


def sign_call(call: Call, fixed: Mapping[str, object]) -> Outgoing:
    """Sign what was asked for, with these OAuth parameters where they are not None."""
    parameters = {name: value for name, value in fixed.items() if value is not None}
    with ExitStack() as stack:
        method, url, body, headers = call.request
        if call.upload:
            body = stack.enter_context(open(call.upload, "rb"))
        return call.client().sign(url, method, body, headers, parameters=parameters)


def _written(form: str, signed: Outgoing) -> str:
    if form == "curl":
        return snippets.as_curl(signed)
    if form == "base-string":
        return signed.base_string()
    if form == "url":
        return signed.uri
    if form == "header":
        return f"Authorization: {signed.headers['Authorization']}"
    if not signed.is_form:
        raise click.UsageError("--as body: expected a form (-d), as nothing else holds parameters")
    return text_of(signed.body)


def _as_python(call: Call) -> str:
    method, url, body, headers = call.request
    if call.upload:
        raise click.UsageError("--as python: expected a body of text, got --upload")
    profile = call.profile
    return snippets.as_python(
        url,
        method,
        body,
        headers,
        with_token=profile.token is not None,
        signature_method=profile.signature_method,
        private_key=profile.private_key,
        placement=profile.placement or "header",
        realm=profile.realm,
        user_agent=USER_AGENT,
        include_body_hash=call.body_hash,
    )
