"""The options that make up a request, as curl has them, and those that say how it is signed."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from string import ascii_letters
from typing import Any, NamedTuple, TypeVar

import click
from urllib3.filepost import encode_multipart_formdata

from ..client import Client
from ..encoding import escape, text_of
from ..headers import FORM_CONTENT_TYPE
from ..placement import PLACEMENTS
from ..profiles import Profile
from ..signature import SIGNATURE_METHODS
from .credentials import find_profile
from .terminal import read_input

__all__ = [
    "Call",
    "Composed",
    "add",
    "compose",
    "fixed_options",
    "pair_option",
    "read_call",
    "request_options",
    "signing_options",
]

Command = TypeVar("Command", bound=Callable[..., Any])


def pair_option(form: str) -> dict[str, Any]:
    """Return the arguments of an option of pairs: of NAME=VALUE, NAME:VALUE or the like.

    No error quotes what was received, which may be a secret.
    """
    separator = form.strip(ascii_letters)

    def parsed(text: str) -> tuple[str, str]:
        name, found, value = text.partition(separator)
        if not (name and found):
            raise click.BadParameter(f"expected {form}, got none of this form")
        return name, value

    return {"multiple": True, "metavar": form, "type": parsed}


_COMPOSING = (
    click.option(
        "-d",
        "--data",
        multiple=True,
        metavar="DATA",
        help="A form, percent-encoded as it is sent; several are joined by &. @FILE reads it,"
        " @- standard input.",
    ),
    click.option(
        "--data-urlencode",
        **pair_option("NAME=VALUE"),
        help="A pair of a form, which is percent-encoded here.",
    ),
    click.option("--json", metavar="JSON", help="A body of JSON. @FILE reads it."),
    click.option(
        "-F",
        "--form",
        "parts",
        **pair_option("NAME=VALUE"),
        help="A part of a multipart form; NAME=@FILE sends a file.",
    ),
    click.option(
        "--upload",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False),
        help="A file that is streamed as the body.",
    ),
    click.option("-H", "--header", **pair_option("NAME:VALUE"), help="A further header."),
)
_NO_REALM = f"{__name__}.no_realm"


def _realm(context: click.Context, _: click.Parameter, given: str | None) -> str | bool | None:
    """Return the realm of the header: False for none, None where neither option says."""
    if not context.meta[_NO_REALM]:
        return given
    if given is not None:
        raise click.UsageError("expected --realm or --no-realm, got both")
    return False


_SIGNING = (
    click.option(
        "--placement",
        type=click.Choice(PLACEMENTS),
        help="Where the signature goes; by default into the header.",
    ),
    click.option(
        "--no-realm",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=lambda context, _, given: context.meta.__setitem__(_NO_REALM, given),
        help="A header without a realm.",
    ),
    click.option("--realm", metavar="TEXT", callback=_realm, help="The realm of the header."),
    click.option(
        "--signature-method",
        type=click.Choice(SIGNATURE_METHODS),
        metavar="NAME",
        help=f"{', '.join(SIGNATURE_METHODS)}; by default HMAC-SHA1, or what the profile says.",
    ),
    click.option(
        "--private-key",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False),
        help="The key of RSA, as PEM.",
    ),
)
_BODY_HASH = click.option(
    "--body-hash", is_flag=True, help="Sign a hash of the body: oauth_body_hash, an extension."
)
_FIXED = (
    click.option("--nonce", metavar="TEXT", help="This oauth_nonce, instead of a random one."),
    click.option(
        "--timestamp",
        type=int,
        metavar="SECONDS",
        help="This oauth_timestamp, instead of now.",
    ),
)


class Composed(NamedTuple):
    """A request as `Client.request` takes it; ``body`` is None, str or bytes."""

    method: str
    url: str
    body: Any
    headers: dict[str, str]


class Call(NamedTuple):
    """A request, the credentials that sign it, and how, as the command line says."""

    profile: Profile
    request: Composed
    upload: str | None
    body_hash: bool

    def client(self, kind: type[Client] = Client, **options: Any) -> Client:
        """Return a Client that signs this request."""
        return self.profile.client(
            kind, include_body_hash=self.body_hash, clock_skew="learn", **options
        )


def request_options(command: Command) -> Command:
    """Add the options of a request and of its signature, and its two arguments."""
    return add(
        command,
        click.argument("method"),
        click.argument("url"),
        *_COMPOSING,
        *_SIGNING,
        _BODY_HASH,
    )


def signing_options(command: Command) -> Command:
    """Add the options that say how a request is signed."""
    return add(command, *_SIGNING)


def fixed_options(command: Command) -> Command:
    """Add the options that make a signature the same each time."""
    return add(command, *_FIXED)


def add(command: Command, *decorators: Callable[[Command], Command]) -> Command:
    """Apply decorators so that ``--help`` lists their options in this order."""
    for decorator in reversed(decorators):
        command = decorator(command)
    return command


def read_call(
    profile_name: str | None,
    credentials_file: str | None,
    *,
    body_hash: bool,
    upload: str | None,
    placement: str | None,
    realm: str | bool | None,
    signature_method: str | None,
    private_key: str | None,
    **request: Any,
) -> Call:
    """Make a Call of the options that `request_options` and `profile_options` add."""
    composed = compose(upload=upload, **request)
    profile = find_profile(profile_name, credentials_file)
    given: dict[str, Any] = {
        "placement": placement,
        "realm": realm,
        "signature_method": signature_method,
        "private_key": private_key,
    }
    given = {name: value for name, value in given.items() if value or value is False}
    profile = replace(profile, **given)
    return Call(profile, composed, upload, body_hash)


def compose(
    method: str,
    url: str,
    *,
    data: Sequence[str],
    data_urlencode: Sequence[tuple[str, str]],
    json: str | None,
    parts: Sequence[tuple[str, str]],
    upload: str | None,
    header: Sequence[tuple[str, str]],
) -> Composed:
    """Make a request of the options; raises UsageError for two bodies."""
    kinds = {
        "-d or --data-urlencode": data or data_urlencode,
        "--json": json is not None,
        "-F": parts,
        "--upload": upload,
    }
    given = [kind for kind, is_given in kinds.items() if is_given]
    if len(given) > 1:
        raise click.UsageError(f"expected one body, got {' and '.join(given)}")
    body: Any = None
    headers: dict[str, str] = {}
    if data or data_urlencode:
        pairs = [f"{escape(name)}={escape(value)}" for name, value in data_urlencode]
        body, headers["Content-Type"] = "&".join([*map(_form, data), *pairs]), FORM_CONTENT_TYPE
    elif json is not None:
        body, headers["Content-Type"] = text_of(read_input(json)), "application/json"
        headers["Accept"] = "application/json"
    elif parts:
        body, headers["Content-Type"] = encode_multipart_formdata([_part(*part) for part in parts])
    elif upload:
        headers["Content-Type"] = mimetypes.guess_type(upload)[0] or "application/octet-stream"
    return Composed(method.upper(), url, body, _merged(headers, header))


def _merged(headers: dict[str, str], given: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Add the headers of the command line, which win; an empty value removes a default header.

    Those of one name are joined, as a request can have each name once (RFC 9110 section 5.2).
    """
    grouped: dict[str, tuple[str, list[str]]] = {}
    for name, value in given:
        grouped.setdefault(name.lower(), (name, []))[1].append(value.strip())
    merged = {name: value for name, value in headers.items() if name.lower() not in grouped}
    for name, values in grouped.values():
        joined = ("; " if name.lower() == "cookie" else ", ").join(filter(None, values))
        if joined:
            merged[name] = joined
    return merged


def _form(text: str) -> str:
    """Read a form as curl does: line breaks in a file are left out."""
    read = text_of(read_input(text))
    return read.replace("\r", "").replace("\n", "") if text.startswith("@") else read


def _part(name: str, value: str) -> tuple[str, Any]:
    if not value.startswith("@"):
        return name, value
    path = Path(value[1:])
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return name, (path.name, path.read_bytes(), kind)
