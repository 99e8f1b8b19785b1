"""What an HTTP response says in its body, and in the OAuth Problem Reporting extension."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from .encoding import octets_of, text_of, unescape
from .errors import (
    Error,
    ParameterAbsent,
    ParameterRejected,
    TimestampRefused,
    Unsigned,
    VersionRejected,
)
from .parameters import decode_pairs, grouped
from .redaction import redacted

__all__ = ["Problem", "fields", "problem", "redacted_body", "report", "text"]

# A name of OAuth, an equals sign, and a quoted string with its quoted pairs, or a bare token.
# It is searched for, as other challenges may stand before it and after it in one header.
_in_challenge = re.compile(
    r'(?<![a-z_])(oauth_[a-z_]{1,40})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))', re.I | re.S
).findall
_quoted_pairs = re.compile(r"\\(.)", re.S).sub
# Likewise in a page, in a line of text or in JSON within JSON, where punctuation may follow.
_in_prose = re.compile(
    r"(?<![a-z_])(oauth_[a-z_]{1,40})(?:\\?[\"'])?\s*[=:]\s*"
    r"(?:\\?[\"']([^\"'\\<>]*)|([\w%.~+-]*[\w%~+-]))",
    re.I,
).findall
_is_code = re.compile(r"[a-z]{1,40}(?:_[a-z]{1,40}){1,9}").fullmatch
# Two times, as seconds since 1970, and two versions, with a hyphen between.
_half_pairs = re.compile("[\ud800-\udc7f\udd00-\udfff]").sub  # what is no surrogate escape
_long_references = re.compile(r"&#[0-9]{8,};?").sub  # int() takes long for them, or refuses
_range = re.compile(r"\s*(\d{1,15})\s*-\s*(\d{1,15})\s*").fullmatch
_versions = re.compile(r"([\d.]{1,15})-([\d.]{1,15})").fullmatch
# Only codecs that take linear time: a provider may name any that Python has.
_named_charset = re.compile(
    r"charset\s*=\s*[\"']?((?:utf[_-]?(?:8|16|32)|iso|latin|ascii|us|windows|cp|koi8|gb|big5|euc|shift)"
    r"[\w.:-]{0,30})",
    re.I,
).search

# Of an advice: the base string in it is up to five times as long as a body that anyone may send.
_LONGEST_ADVICE = 10_000

_CREDENTIALS = ("oauth_consumer_key", "oauth_signature_method", "oauth_signature")


class Problem(str):
    """A code of the OAuth Problem Reporting extension, with the fields that explain it.

    ``advice`` is str or None. ``acceptable_timestamps`` are the first and the last, as
    int seconds since 1970; ``acceptable_versions`` likewise, as str; both may be None.
    ``parameters_absent`` are names, ``parameters_rejected`` pairs of name and value.

    >>> problem = Problem.from_fields({"oauth_problem": "parameter_absent",
    ...                                "oauth_parameters_absent": "oauth_nonce&oauth_version"})
    >>> problem == "parameter_absent", problem.parameters_absent
    (True, ('oauth_nonce', 'oauth_version'))
    """

    advice: str | None = None
    acceptable_timestamps: tuple[int, int] | None = None
    acceptable_versions: tuple[str, str] | None = None
    parameters_absent: tuple[str, ...] = ()
    parameters_rejected: tuple[tuple[str, str], ...] = ()

    @property
    def is_code(self) -> bool:
        """Whether it is a code; some providers write a sentence in its place."""
        return _is_code(self) is not None

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> Problem | None:
        """Read the fields of a response; None when they report no problem."""
        # JSON may hold half of a surrogate pair, which no octets stand for.
        texts = {
            name: _half_pairs("\N{REPLACEMENT CHARACTER}", value)
            for name, value in fields.items()
            if isinstance(value, str)
        }
        if not texts.get("oauth_problem"):
            return None
        problem = cls(texts["oauth_problem"])
        problem.advice = texts.get("oauth_problem_advice")
        times = _range(texts.get("oauth_acceptable_timestamps", ""))
        problem.acceptable_timestamps = (int(times[1]), int(times[2])) if times else None
        versions = _versions(texts.get("oauth_acceptable_versions", ""))
        problem.acceptable_versions = (versions[1], versions[2]) if versions else None
        absent = texts.get("oauth_parameters_absent", "").split("&")
        problem.parameters_absent = tuple(unescape(name) for name in absent if name)
        rejected = decode_pairs(texts.get("oauth_parameters_rejected", ""))
        problem.parameters_rejected = tuple(rejected)
        return problem

    of = from_fields  # its name in 2.1


def _charset(headers: Mapping[str, str], content: bytes) -> str:
    """Return the charset that a Content-Type names where that decodes the content, else UTF-8."""
    named = _named_charset(headers.get("content-type", ""))
    try:
        content.decode(named[1] if named else "utf-8")
    except (LookupError, ValueError):
        return "utf-8"
    return named[1] if named else "utf-8"


def text(headers: Mapping[str, str], content: bytes) -> str:
    """Decode a body by the charset of its Content-Type, or as UTF-8."""
    return content.decode(_charset(headers, content), "surrogateescape").lstrip("\ufeff")


def fields(headers: Mapping[str, str], content: bytes) -> dict[str, Any]:
    """Read a body as JSON or as a form, whatever its Content-Type: providers err there.

    ``headers`` has names in lower case. A body that is neither gives a dict without
    the names that a caller looks for.

    >>> fields({}, b'{"oauth_token": "t", "oauth_callback_confirmed": true}')
    {'oauth_token': 't', 'oauth_callback_confirmed': True}
    """
    body = text(headers, content).strip()
    if not body.startswith("{"):
        return grouped(decode_pairs(body))
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def problem(headers: Mapping[str, str], content: bytes) -> Problem | None:
    """Return the problem that a response reports, or None.

    Its fields are in the body or in the challenge; the body wins where both have one. Where
    neither has a problem, one that stands within a page or a line of text is found.
    """
    challenge = _in_challenge(headers.get("www-authenticate", ""))
    reported = {
        name.lower(): unescape(_quoted_pairs(r"\1", quoted) or bare)
        for name, quoted, bare in challenge
    }
    reported.update((name, value) for name, value in fields(headers, content).items() if value)
    stated = Problem.from_fields(reported)
    if stated and stated.is_code:
        return stated
    found = Problem.from_fields(_fields_in_prose(headers, content))
    return found if found and found.is_code else stated


def _fields_in_prose(headers: Mapping[str, str], content: bytes) -> dict[str, str]:
    """Return the fields of Problem Reporting within other text, each where it stands first."""
    body = text(headers, content)
    if "oauth_problem" not in body.lower():
        return {}
    from html import unescape as unescape_html  # its table is large, and for refusals alone

    found: dict[str, str] = {}
    body = unescape_html(_long_references("\N{REPLACEMENT CHARACTER}", body))
    for name, quoted, bare in _in_prose(body):
        found.setdefault(name.lower(), unescape(quoted or bare))
    return found


def report(error: Error) -> dict[str, str]:
    """Return the fields that report an error; `problem` reads them.

    >>> from .errors import ParameterAbsent
    >>> report(ParameterAbsent("No nonce.", parameter="oauth_nonce"))["oauth_parameters_absent"]
    'oauth_nonce'
    """
    told: dict[str, str | None] = {"oauth_problem": error.problem}
    advice = error.message
    is_long = len(advice) > _LONGEST_ADVICE
    told["oauth_problem_advice"] = f"{advice[:_LONGEST_ADVICE]}…" if is_long else advice
    if isinstance(error, TimestampRefused) and error.acceptable:
        told["oauth_acceptable_timestamps"] = "-".join(map(str, error.acceptable))
    elif isinstance(error, VersionRejected):
        told["oauth_acceptable_versions"] = "1.0-1.0"
    elif isinstance(error, ParameterAbsent):
        told["oauth_parameters_absent"] = error.parameter
    elif isinstance(error, Unsigned):
        told["oauth_parameters_absent"] = "&".join(_CREDENTIALS)
    elif isinstance(error, ParameterRejected):
        told["oauth_parameters_rejected"] = error.rejected
    return {name: value for name, value in told.items() if value is not None}


def redacted_body(
    headers: Mapping[str, str], content: bytes, secrets: Collection[str | bytes | None]
) -> bytes:
    """Replace secrets in a body as `redacted` does, whatever its charset, and whatever it says."""
    content = octets_of(redacted(text_of(content), secrets))
    charset = _charset(headers, content)
    text = content.decode(charset, "surrogateescape")
    clean = redacted(text, secrets)
    if clean == text:
        return content
    try:
        return clean.encode(charset, "surrogateescape")
    except UnicodeError:
        pass  # and raise nothing here: the error would hold the body
    return octets_of(clean)
