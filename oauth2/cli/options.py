"""The options that make up a request, as curl has them, and those that say how it is signed."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from string import ascii_letters
from typing import Any, NamedTuple

import click
from urllib3.fields import RequestField

from ..client import Client
from ..encoding import escape, text_of
from ..headers import FORM_CONTENT_TYPE, media_type
from ..profiles import Profile
from .credentials import find_profile
from .fields import header_field, merged, require_no_authorization
from .multipart import Multipart
from .part import parsed_part
from .signing import (
    BODY_HASH,
    SIGNING,
    Command as Command,
    add as add,
    fixed_options as fixed_options,
    signing_options as signing_options,
)
from .target import METHOD, WORDS, target
from .terminal import STANDARD_INPUT, read_input, standard_input

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
        help="A part of a multipart form; NAME=@FILE sends a file, and may end in"
        " ;type=TYPE and ;filename=NAME.",
    ),
    click.option(
        "--form-string",
        **pair_option("NAME=VALUE"),
        help="A part whose value is sent as it is, whatever it begins with or ends in.",
    ),
    click.option(
        "--upload",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False, allow_dash=True),
        help="A file that is streamed as the body; - is standard input.",
    ),
    click.option(
        "-H",
        "--header",
        multiple=True,
        metavar="NAME:VALUE",
        type=header_field,
        help="A further header.",
    ),
)
_BODIES = ("data", "data_urlencode", "json", "parts", "form_string")
_BODILESS = ("GET", "HEAD")


class Composed(NamedTuple):
    """A request as `Client.request` takes it; ``body`` is None, str, bytes or a Multipart."""

    method: str
    url: str
    body: Any
    headers: dict[str, str]

    def is_signed_in_header(self, placement: str | None) -> bool:
        """Tell whether the signature goes into the header, as it does unless it can elsewhere."""
        is_form = media_type(self.headers) == FORM_CONTENT_TYPE and self.method not in _BODILESS
        return placement != "query" and (placement != "body" or not is_form)

    def whole(self) -> Composed:
        """Return it with its body in one piece, for what cannot stream."""
        return self._replace(body=self.body.read()) if isinstance(self.body, Multipart) else self


class Call(NamedTuple):
    """A request, the credentials that sign it, and how, as the command line says."""

    profile: Profile
    request: Composed
    upload: str | None
    body_hash: bool

    @property
    def is_upload_a_file(self) -> bool:
        """Whether the body is streamed from a file, and not from standard input."""
        return self.upload not in (None, STANDARD_INPUT)

    def standard_input(self) -> Any:
        """Return standard input as a body: all of it where a hash of it is signed."""
        return standard_input().read() if self.body_hash else standard_input()

    def secrets(self) -> list[str | bytes]:
        """Return the secrets that sign this request."""
        token = self.profile.token
        return [self.profile.consumer.secret, *([token.secret] if token else [])]

    def client(self, kind: type[Client] = Client, **options: Any) -> Client:
        """Return a Client that signs this request."""
        return self.profile.client(
            kind, include_body_hash=self.body_hash, clock_skew="learn", **options
        )


def request_options(command: Command) -> Command:
    """Add the options of a request and of its signature, and its arguments."""
    return add(
        command,
        WORDS,
        METHOD,
        *_COMPOSING,
        *SIGNING,
        BODY_HASH,
    )


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
    words: Sequence[str],
    method: str | None,
    **request: Any,
) -> Call:
    """Make a Call of the options that `request_options` and `profile_options` add."""
    has_body = upload is not None or any(request[kind] not in (None, ()) for kind in _BODIES)
    composed = compose(*target(words, method, has_body), upload=upload, **request)
    profile = find_profile(profile_name, credentials_file)
    given: dict[str, Any] = {
        "placement": placement,
        "realm": realm,
        "signature_method": signature_method,
        "private_key": private_key,
    }
    given = {name: value for name, value in given.items() if value or value is False}
    profile = replace(profile, **given)
    require_no_authorization(request["header"], composed.is_signed_in_header(profile.placement))
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
    form_string: Sequence[tuple[str, str]] = (),
) -> Composed:
    """Make a request of the options; raises UsageError for two bodies."""
    kinds = {
        "-d or --data-urlencode": data or data_urlencode,
        "--json": json is not None,
        "-F": parts or form_string,
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
    elif parts or form_string:
        body = Multipart([*(_part(*part) for part in parts), *form_string])
        headers["Content-Type"] = body.content_type
    elif upload:
        headers["Content-Type"] = mimetypes.guess_type(upload)[0] or "application/octet-stream"
    return Composed(method.upper(), url, body, merged(headers, header))


def _form(text: str) -> str:
    """Read a form as curl does: line breaks in a file are left out."""
    read = text_of(read_input(text))
    return read.replace("\r", "").replace("\n", "") if text.startswith("@") else read


def _part(name: str, value: str) -> RequestField:
    part = parsed_part(value)
    content: Any = part.text
    if part.path is not None:
        is_file = part.path != STANDARD_INPUT
        content = Path(part.path) if is_file else read_input(f"@{STANDARD_INPUT}")
    field = RequestField(name, content, part.filename)
    field.make_multipart(content_type=part.content_type)
    return field
