"""The header fields of the command line: ``-H NAME:VALUE``."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

__all__ = ["header_field", "merged", "require_no_authorization"]

_is_token = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch
_breaks_line = re.compile(r"[\r\n\0]").search


def header_field(text: str) -> tuple[str, str]:
    """Return name and value of ``NAME:VALUE``; raises BadParameter for what no field can be.

    No error quotes what was received, which may be a secret.
    """
    name, colon, value = text.partition(":")
    if not (name and colon):
        raise click.BadParameter("expected NAME:VALUE, got none of this form")
    if not _is_token(name):
        raise click.BadParameter(
            "expected a NAME of letters, digits and hyphens (RFC 9110 section 5.1), got another"
        )
    if _breaks_line(value):
        raise click.BadParameter(f"{name}: expected a value on one line, got a line break in it")
    return name, value


def merged(headers: dict[str, str], given: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Add the headers of the command line, which win; an empty value removes a default header.

    Those of one name are joined, as a request can have each name once (RFC 9110 section 5.2).
    """
    grouped: dict[str, tuple[str, list[str]]] = {}
    for name, value in given:
        grouped.setdefault(name.lower(), (name, []))[1].append(value.strip())
    kept = {name: value for name, value in headers.items() if name.lower() not in grouped}
    for name, values in grouped.values():
        joined = ("; " if name.lower() == "cookie" else ", ").join(filter(None, values))
        if joined:
            kept[name] = joined
    return kept


def require_no_authorization(given: Sequence[tuple[str, str]], is_in_header: bool) -> None:
    """Raise UsageError for an Authorization beside the signature, which has that header.

    Where the signature goes elsewhere, other schemes than OAuth have their place there.
    """
    for name, value in given:
        if name.lower() != "authorization":
            continue
        if is_in_header:
            raise click.UsageError(
                "-H Authorization: expected none, as the signature goes into that header"
                " (--placement query signs in the URL instead)"
            )
        if value.lower().split(maxsplit=1)[:1] == ["oauth"]:
            raise click.UsageError(
                "-H Authorization: expected none of OAuth, as the request is signed here"
            )
