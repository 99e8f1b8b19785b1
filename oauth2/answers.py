"""What a provider answers to the three-legged flow: a token, or the report of a problem."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from .credentials import Token
from .encoding import escape, octets_of, text_of, unescape
from .errors import CallbackNotConfirmed, TokenRequestError
from .normalize import decode_pairs, grouped

if TYPE_CHECKING:
    import httplib2

_in_challenge = re.compile(
    r'(?<![a-z_])(oauth_[a-z_]{1,40})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))', re.I | re.S
).findall
_quoted_pairs = re.compile(r"\\(.)", re.S).sub
_range = re.compile(r"\s*(\d{1,15})\s*-\s*(\d{1,15})\s*").fullmatch
_versions = re.compile(r"([\d.]{1,15})-([\d.]{1,15})").fullmatch
# Only codecs that take linear time: a provider may name any that Python has.
_named_charset = re.compile(
    r"charset\s*=\s*[\"']?((?:utf[_-]?(?:8|16|32)|iso|latin|ascii|us|windows|cp|koi8|gb|big5|euc|shift)"
    r"[\w.:-]{0,30})",
    re.I,
).search
_secret_field = re.compile(
    r"((?:secret|oauth_session_handle|x_auth_password)"
    r"(?:=|%(?:25)*3D|>|\\?[\"']\s*:\s*\\?)([\"']?))(?:\\.|(?!\2)[^\\])*[^&\"'\s<>]*",
    re.I | re.S,
)
_is_page = re.compile(r"<!doctype html|<html", re.I).match
_title = re.compile(r"<title>([^<]{1,200})", re.I).search
_hex_digits = re.compile(r"%[0-9A-F]{2}").sub
_unsafe_in_html = re.compile("[&<>'=]").sub
_unsafe_in_go = re.compile("[&<>]").sub
_EDGE = r"(?:(?<![\w-])|(?<=%[0-9A-F]{2})|(?<=25[0-9A-F]{2})|(?<=\\u[0-9A-Fa-f]{4}))"
_LONG = 8
_MOST_SHOWN = 1000
_MOST_OF_BODY = 200
_LONGEST_TOKEN = 4096


class Problem(str):
    """A code of the OAuth Problem Reporting extension, with what was said beside it.

    ``advice`` is str or None. ``acceptable_timestamps`` are the first and the last, as
    int seconds since 1970; ``acceptable_versions`` likewise, as str; both may be None.
    ``parameters_absent`` are names, ``parameters_rejected`` pairs of name and value.

    >>> problem = Problem.of({"oauth_problem": "parameter_absent",
    ...                       "oauth_parameters_absent": "oauth_nonce&oauth_version"})
    >>> problem == "parameter_absent", problem.parameters_absent
    (True, ('oauth_nonce', 'oauth_version'))
    """

    advice: str | None = None
    acceptable_timestamps: tuple[int, int] | None = None
    acceptable_versions: tuple[str, str] | None = None
    parameters_absent: tuple[str, ...] = ()
    parameters_rejected: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Problem | None:
        """Make one of the fields of an answer; None when they report no problem."""
        told = {name: value for name, value in fields.items() if isinstance(value, str)}
        if not told.get("oauth_problem"):
            return None
        problem = cls(told["oauth_problem"])
        problem.advice = told.get("oauth_problem_advice")
        times = _range(told.get("oauth_acceptable_timestamps", ""))
        problem.acceptable_timestamps = (int(times[1]), int(times[2])) if times else None
        versions = _versions(told.get("oauth_acceptable_versions", ""))
        problem.acceptable_versions = (versions[1], versions[2]) if versions else None
        absent = told.get("oauth_parameters_absent", "").split("&")
        problem.parameters_absent = tuple(unescape(name) for name in absent if name)
        rejected = decode_pairs(told.get("oauth_parameters_rejected", ""))
        problem.parameters_rejected = tuple(rejected)
        return problem


def _charset(headers: Mapping[str, str], content: bytes) -> str:
    """Return the charset of the Content-Type where that decodes the body, else UTF-8."""
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
        read = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def token(response: httplib2.Response, content: bytes) -> Token | None:
    """Read a token out of an answer with status 2xx (RFC 5849 sections 2.1 and 2.3).

    All its other fields are in ``extra``. None where key or secret is missing, or longer
    than any that a request could carry.
    """
    told = fields(response, content) if 200 <= response.status < 300 else {}
    key, secret = told.pop("oauth_token", None), told.pop("oauth_token_secret", None)
    if not (key and isinstance(key, str) and isinstance(secret, str)):
        return None
    if max(len(key), len(secret)) > _LONGEST_TOKEN or _is_no_octets(key + secret):
        return None
    made = Token(key, secret)
    confirmed = told.pop("oauth_callback_confirmed", None)
    made.callback_confirmed = None if confirmed is None else str(confirmed).lower()
    made.extra = told
    return made


def _is_no_octets(text: str) -> bool:
    """Tell of what JSON can hold and no request can: half of a surrogate pair."""
    try:
        octets_of(text)
    except ValueError:
        return True
    return False


def problem(headers: Mapping[str, str], content: bytes) -> Problem | None:
    """Return the problem that an answer reports, or None.

    Its fields are in the body or in the challenge; the body wins where both have one.
    """
    challenge = _in_challenge(headers.get("www-authenticate", ""))
    told = {
        name.lower(): unescape(_quoted_pairs(r"\1", quoted) or bare)
        for name, quoted, bare in challenge
    }
    in_body = {name: value for name, value in fields(headers, content).items() if value}
    return Problem.of({**told, **in_body})


def provider_time(headers: Mapping[str, str], content: bytes) -> int | None:
    """Return the provider's time (int seconds since 1970) when it refused a timestamp.

    That is its Date header, unless it says that it accepts other times: then the middle
    of those. None for another answer, or one that tells no time.
    """
    refused = problem(headers, content)
    if refused != "timestamp_refused":
        return None
    first, last = refused.acceptable_timestamps or (None, None)
    try:
        told = parsedate_to_datetime(headers["date"])
        date = int((told if told.tzinfo else told.replace(tzinfo=timezone.utc)).timestamp())
    except (KeyError, TypeError, ValueError, OverflowError):
        date = None
    if first is None or last is None or (date is not None and first <= date <= last):
        return date
    return (first + last) // 2


def redacted(told: str, secrets: Iterable[str | bytes | None]) -> str:
    """Replace secrets by ``***``: these, however they are encoded, and those of new tokens.

    A short one is replaced where it is a word of its own, or nothing could be read.

    >>> redacted("oauth_token=t&oauth_token_secret=new and a%2526b", ["a&b"])
    'oauth_token=t&oauth_token_secret=*** and ***'
    """
    spellings = {spelt for secret in secrets if secret for spelt in _spellings(text_of(secret))}
    for spelt in sorted(spellings, key=len, reverse=True):
        if len(spelt) < _LONG:
            told = re.sub(rf"{_EDGE}{re.escape(spelt)}(?![\w-])", "***", told)
        else:
            told = told.replace(spelt, "***")
    return _secret_field.sub(r"\1***", told)


def _spellings(secret: str) -> set[str]:
    """Return a secret as URLs, forms, JSON and HTML write it, also one within the other.

    A PLAINTEXT signature is encoded twice already, before anyone quotes it.
    """
    once = {spell(secret) for spell in _SPELLINGS}
    twice = {spell(spelt) for spelt in once for spell in _SPELLINGS}
    return {secret, *once, *twice, escape(escape(escape(secret)))}


def _lower_hex(text: str) -> str:
    return _hex_digits(lambda match: match[0].lower(), text)


def _in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _as_in_json(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


_SPELLINGS = (
    escape,
    lambda text: _lower_hex(escape(text)),
    lambda text: escape(text).replace("%20", "+"),
    lambda text: escape(text).replace("%2F", "/"),
    _in_json,
    lambda text: _in_json(text).replace("/", "\\/"),
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    lambda text: _unsafe_in_html(_as_in_json, _in_json(text)),
    lambda text: _unsafe_in_go(_as_in_json, json.dumps(text, ensure_ascii=False)[1:-1]),
    html.escape,
    lambda text: html.escape(text).replace("&#x27;", "&#039;"),
    lambda text: html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;"),
)


def without_secrets(
    headers: Mapping[str, str], content: bytes, secrets: Collection[str | bytes | None]
) -> bytes:
    """Replace secrets in a body as `redacted` does, whatever its charset, and whatever it says."""
    content = octets_of(redacted(text_of(content), secrets))
    charset = _charset(headers, content)
    told = content.decode(charset, "surrogateescape")
    clean = redacted(told, secrets)
    return content if clean == told else clean.encode(charset, "surrogateescape")


def refusal(
    kind: type[TokenRequestError],
    where: str,
    failure: str,
    response: httplib2.Response | None,
    content: bytes,
    secrets: Collection[str | bytes | None],
) -> TokenRequestError:
    """Make an error of an answer without a token, after blanking the secrets in it."""
    if response is None:
        return kind(f"{where}: {line(redacted(failure, secrets))}.")
    hop: Any = response
    while hop is not None:
        hop.reason = redacted(hop.reason, secrets)
        for name, value in hop.items():
            hop[name] = redacted(value, secrets)
        hop = hop.previous
    content = without_secrets(response, content, secrets)
    told = problem(response, content)
    if kind is CallbackNotConfirmed:
        reason = "it came without oauth_callback_confirmed=true, which OAuth 1.0a asks for"
    elif told:
        reason = f"{told}, {told.advice}" if told.advice else told
    elif "location" in response and not failure:
        reason = f"it redirects to {response['location']}"
    else:
        missing = "oauth_token_secret" if fields(response, content).get("oauth_token") else "token"
        reason = failure or f"no {missing} in {_summary(text(response, content).strip())}"
    status = line(f"{response.status} {response.reason}")
    message = f"{where}: the provider answered {status}: {line(reason)}"
    return kind(message, response=response, content=content, problem=told)


def _summary(body: str) -> str:
    """Say of a body what fits into a line: the title of a page, or how it begins."""
    if _is_page(body):
        title = _title(body)
        return f"a page of HTML, titled {title[1].strip()!r}" if title else "a page of HTML"
    shown = body[:_MOST_OF_BODY] + ("…" if len(body) > _MOST_OF_BODY else "")
    return shown or "an empty answer"


def line(told: str) -> str:
    """Cut text to one line of a terminal, without control characters."""
    shown = "".join([c if c.isprintable() else " " for c in told[:_MOST_SHOWN]])
    return " ".join(shown.split()) + ("…" if len(told) > _MOST_SHOWN else "")
