"""``oauth2 sign``: sign a request, and send nothing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import click
from click.shell_completion import CompletionItem

from .. import snippets
from ..client import USER_AGENT
from ..encoding import text_of
from ..outgoing import Outgoing
from .credentials import profile_options
from .options import Call, fixed_options, read_call, request_options

__all__ = ["sign", "sign_call"]

_PROGRAMS = ("python", *snippets.LIBRARIES)
_FORMS = ("curl", *_PROGRAMS, "base-string")
# What 2.1 had for --placement: the part of the request that is printed.
_PARTS = {"header": "header", "url": "query", "body": "body"}


def _parsed_form(text: str) -> str:
    if text not in (*_FORMS, *_PARTS):
        raise click.BadParameter(f"expected one of {', '.join(_FORMS)}, got {text!r}")
    return text


def _complete_form(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    return [CompletionItem(form) for form in _FORMS if form.startswith(incomplete)]


@click.command(short_help="Sign a request, and print it without sending.")
@request_options
@profile_options
@click.option(
    "--as",
    "form",
    type=_parsed_form,
    metavar=f"[{'|'.join(_FORMS)}]",
    shell_complete=_complete_form,
    help="What to print; by default the part of the request that --placement names.",
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
      $ oauth2 sign GET https://photos.example.net/photos --as requests
    """
    placement = _PARTS.get(form or "") or options["placement"]
    if options["placement"] not in (None, placement):
        raise click.UsageError(f"--as {form}: expected --placement {placement} or none beside it")
    call = read_call(**{**options, "placement": placement})
    call = call._replace(request=call.request.whole())
    if form in _PROGRAMS:
        click.echo(_as_program(form, call), nl=False)
        return
    is_plain = call.profile.signature_method == "PLAINTEXT" and form != "base-string"
    if is_plain and not show_secrets:
        raise click.UsageError("a PLAINTEXT signature shows the secrets: --show-secrets prints it")
    signed = sign_call(call, {"oauth_nonce": nonce, "oauth_timestamp": timestamp})
    click.echo(_written(form, call.profile.placement or "header", signed))


def sign_call(call: Call, fixed: Mapping[str, object]) -> Outgoing:
    """Sign the request, with these OAuth parameters where they are not None."""
    parameters = {name: value for name, value in fixed.items() if value is not None}
    with ExitStack() as stack:
        method, url, body, headers = call.request
        if call.upload is not None:
            is_file = call.is_upload_a_file
            body = (
                stack.enter_context(open(call.upload, "rb")) if is_file else call.standard_input()
            )
        return call.client().sign(url, method, body, headers, parameters=parameters)


def _written(form: str | None, placement: str, signed: Outgoing) -> str:
    """Return the request in this form, or the part of it that is signed."""
    if form == "curl":
        return snippets.as_curl(signed)
    if form == "base-string":
        return signed.base_string()
    if placement == "query":
        return signed.uri
    if placement == "header":
        return f"Authorization: {signed.headers['Authorization']}"
    if not signed.is_form:
        raise click.UsageError(
            "--placement body: expected a form (-d), as no other body has parameters"
        )
    return text_of(signed.body)


def _as_program(form: str, call: Call) -> str:
    if call.upload:
        raise click.UsageError(f"--as {form}: expected a body of text, got --upload")
    method, url, body, headers = call.request
    profile = call.profile
    options: dict[str, Any] = {
        "with_token": profile.token is not None,
        "signature_method": profile.signature_method,
        "private_key": profile.private_key,
        "placement": profile.placement or "header",
        "realm": profile.realm,
        "include_body_hash": call.body_hash,
    }
    if form == "python":
        options["user_agent"] = USER_AGENT
        return snippets.as_python(url, method, body, headers, **options)
    try:
        return snippets.as_program(form, url, method, body, headers, **options)
    except ValueError as exc:
        raise click.UsageError(f"--as {form}: {exc}") from exc
