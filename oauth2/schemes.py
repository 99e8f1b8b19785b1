"""Credentials of several schemes in one ``Authorization`` header (RFC 9110 section 11.4).

A gateway, or a server that follows PEP 3333, joins several headers by a comma. OAuth is found
among the others, or refused where it cannot be read: a request that has a signature is never
taken for one that has none.
"""

from __future__ import annotations

import re

from .errors import MalformedHeader

__all__ = ["QUOTED", "TCHAR", "after_scheme", "has_oauth", "malformed", "require_others"]

# A character of a token, and a quoted string with its quoted pairs (RFC 9110 section 5.6).
TCHAR = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]"
QUOTED = r'"([^"\\]*(?:\\.[^"\\]*)*)"'

# The scheme, alone or with white space after it, or at once what cannot stand there.
_scheme = re.compile(r'\s*(oauth)(?:\s+|(?=[,"])|\Z)', re.I).match
_other_scheme = re.compile(rf'(?!oauth_){TCHAR}+[ \t]+(?![\s=,"])', re.I).match
_has_name = re.compile(r'\s*[^\s"=,\\]+\s*=').match
# Up to the next comma that stands in no quoted string; such a string follows an equals sign.
_element = re.compile(rf"""[^",=]*(?:=(?:\s*{QUOTED}|(?!\s*"))[^",=]*)*(?:,|\Z)""", re.S).match
_quoted_value = re.compile(rf"=\s*{QUOTED}", re.S)
# The name of the scheme before something, or a parameter; "Bearer oauth_abc=" has neither.
_means_oauth = re.compile(
    r"(?<![\w=/+.~-])oauth(?:[\s:;]\s*[^\s,]|_\w*\s*=\s*[^\s=,])", re.I
).search


def has_oauth(header: str) -> bool:
    """Tell whether credentials of the scheme OAuth stand in a header, alone or among others.

    Raises MalformedHeader for OAuth in a place where it cannot be read.
    """
    if header.startswith("OAuth ") or _scheme(header):
        return True
    if not _means_oauth(header):
        return False
    position = 0
    while position < len(header):
        element = _element(header, position)
        _require_no_oauth(header, position, element)
        position = element.end() if element else len(header)
        if _scheme(header, position):
            return True
    return False


def after_scheme(header: str) -> int:
    """Return where the parameters of OAuth begin: at 0 in a header without the scheme."""
    if scheme := _scheme(header):
        return scheme.end()
    position = len(header) if _has_name(header) else 0
    while position < len(header) and (element := _element(header, position)):
        position = element.end()
        if scheme := _scheme(header, position):
            return scheme.end()
    return 0


def require_others(header: str, position: int) -> None:
    """Raise MalformedHeader unless all from a position on is credentials of other schemes."""
    if not _other_scheme(header, position):
        raise malformed(header, position)
    while position < len(header):
        element = _element(header, position)
        if element is None:
            raise malformed(header, position)
        if again := _scheme(header, position):
            raise malformed(header, again.start(1), "credentials of OAuth once")
        _require_no_oauth(header, position, element)
        position = element.end()


def _require_no_oauth(header: str, position: int, element: re.Match[str] | None) -> None:
    """Raise MalformedHeader where an element of another scheme has OAuth outside its strings."""
    if element:
        text = _quoted_value.sub(lambda match: "=".ljust(len(match[0]), "x"), element[0])
    else:
        text = header[position:]
    misplaced = _means_oauth(text)
    if misplaced:
        at = position + misplaced.start()
        raise malformed(header, at, "the scheme at the start or after a comma")


def malformed(header: str, position: int, expected: str = "") -> MalformedHeader:
    """Return the error for a header that can be read up to a position, without quoting it."""
    where = f"at position {position} of {len(header)}"
    default = f'expected name="value" {where}, and a comma after it if more follows'
    wanted = f"expected {expected}, got OAuth {where}" if expected else default
    return MalformedHeader(f"Authorization header: {wanted}.", position=position)
