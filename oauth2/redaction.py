"""What is secret, and how text is made fit to be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .encoding import escape, text_of

__all__ = [
    "HIDDEN",
    "SECRET_PARAMETERS",
    "printable",
    "redacted",
    "redacted_base_string",
    "redacted_field",
    "shown_line",
    "shown_text",
    "shown_url",
    "shown_value",
]

HIDDEN = "***"
SECRET_PARAMETERS = (
    "oauth_consumer_secret",
    "oauth_session_handle",
    "oauth_signature",
    "oauth_token_secret",
    "x_auth_password",
)

# Also what is sent by mistake, by whatever name: client_secret, password.
_NAMES = ("secret", "password", *SECRET_PARAMETERS)
_NAMED = "|".join(_NAMES)
# Patterns as text, here and below: they are needed for errors alone, and take long to compile.
# A name at the end of what stands before %3D. It may end in brackets, as Rails and PHP write it:
# the last run of what brackets may have in them is looked at, as a search for all of them at
# each name would take quadratic time.
_NO_BRACKETS = r"(?i)%(?!255[BD])|[^\w.%-]"
_ENDS_IN_NAME = rf"(?i)(?:{_NAMED})(?=%255[BD]|\Z)"
# A quotation mark, also as JSON within JSON and as HTML write it.
_QUOTE = r"(?:\\?[\"']|&quot;|&#0?34;|\\u0022)"
# The name, with brackets or a quotation mark behind it; what stands between it and the value in a
# form, a hash of Ruby's or a dump of PHP's (=, =>, also percent-encoded), in XML (>), in JSON (":)
# or in YAML (:); a quotation mark, and then all up to the end of the value: the same quotation
# mark, or what no value holds unencoded.
_SECRET_FIELD = (
    rf"(?is)((?:{_NAMED})(?:%(?:25)*5[BD]|[\[\]])*"
    rf"(?:(?:{_QUOTE})?\]?\s*(?:=>?|%(?:25)*3D)\s*|>(?:<!\[CDATA\[)?"
    rf"|{_QUOTE}\s*:\s*\[?\s*\\?|(?<=oauth_token_secret)\s*:\s*)"
    r"([\"']|&quot;|&#0?34;|u0022|))(?:\\.|(?!\2)[^\\])*[^&\"'\s<>]*"
)
# A header field of any name may hold a secret: a word in it has to do.
_TELLING_FIELD = (
    r"(?is)([\w-]*(?:authorization|cookie|secret|password|token|api-?key|session)[\w-]*: *)(.*)"
)
# What JSON encoders for HTML pages, and that of Go, write as \u003c.
_UNSAFE_IN_HTML = "[&<>'=]"
_UNSAFE_IN_GO = "[&<>]"
# The start of a word, where the end of an escape, of a URL or of JSON, counts as no letter.
_EDGE = r"(?:(?<![\w-])|(?<=%[0-9A-F]{2})|(?<=25[0-9A-F]{2})|(?<=\\u[0-9A-Fa-f]{4}))"
_LONG = 8  # a shorter secret may be a part of words that mean something else
_LONGEST_LINE = 1000
_LONGEST_TEXT = 60
_LONGEST_VALUE = 40
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def redacted(text: str, secrets: Iterable[str | bytes | None]) -> str:
    """Replace secrets by ``***``: these, however they are encoded, and those of new tokens.

    A short one is replaced where it is a word of its own, or nothing could be read.

    >>> redacted("oauth_token=t&oauth_token_secret=new and a%2526b", ["a&b"])
    'oauth_token=t&oauth_token_secret=*** and ***'
    """
    values = [text_of(secret) for secret in secrets if secret]
    for encoded in sorted({e for v in values for e in _encoded(v)}, key=len, reverse=True):
        if len(encoded) < _LONG:
            text = re.sub(rf"{_EDGE}{re.escape(encoded)}(?![\w-])", HIDDEN, text)
        else:
            text = text.replace(encoded, HIDDEN)
    return re.sub(_SECRET_FIELD, rf"\1{HIDDEN}", text)


def _encoded(secret: str) -> set[str]:
    """Return a secret as URLs, forms, JSON and HTML write it, also one within the other.

    A PLAINTEXT signature is encoded twice already, before anyone quotes it.
    """
    once = {encode(secret) for encode in _ENCODINGS}
    twice = {encode(encoded) for encoded in once for encode in _ENCODINGS}
    return {secret, *once, *twice, escape(escape(escape(secret)))}


def _lower_hex(text: str) -> str:
    return re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), text)


def _in_json(text: str, ensure_ascii: bool = True) -> str:
    import json  # here and below, as loading it takes as long as all that signing needs

    return json.dumps(text, ensure_ascii=ensure_ascii)[1:-1]


def _in_html(text: str) -> str:
    import html

    return html.escape(text)


def _as_in_json(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


_ENCODINGS = (
    escape,
    lambda text: _lower_hex(escape(text)),
    lambda text: escape(text).replace("%20", "+"),
    lambda text: escape(text).replace("%2F", "/"),
    _in_json,
    lambda text: _in_json(text).replace("/", "\\/"),
    lambda text: _in_json(text, ensure_ascii=False),
    lambda text: re.sub(_UNSAFE_IN_HTML, _as_in_json, _in_json(text)),
    lambda text: re.sub(_UNSAFE_IN_GO, _as_in_json, _in_json(text, ensure_ascii=False)),
    _in_html,
    lambda text: _in_html(text).replace("&#x27;", "&#039;"),
    lambda text: _in_html(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;"),
)


def redacted_base_string(base_string: str) -> str:
    """Replace by ``***`` the values of `SECRET_PARAMETERS`, and of names ending like them."""
    pairs = base_string.split("%26")
    for at, pair in enumerate(pairs):
        # The pattern is slow, and anybody may send a megabyte in which there is none of them.
        lowered = pair.lower()
        if any(name in lowered for name in _NAMES):
            pairs[at] = _without_value(pair)
    return "%26".join(pairs)


def _without_value(pair: str) -> str:
    end = 0
    for separator in re.finditer("(?i)%3D", pair):
        name = pair[end : separator.start()]
        end = separator.end()
        if re.search(_ENDS_IN_NAME, re.split(_NO_BRACKETS, name)[-1]):
            return pair[:end] + HIDDEN
    return pair


def redacted_field(line: str) -> str:
    """Hide the value of a header field that may be a secret: all but the name of a scheme.

    >>> redacted_field("Authorization: Bearer opaque"), redacted_field("Accept: */*")
    ('Authorization: Bearer ***', 'Accept: */*')
    """
    found = re.fullmatch(_TELLING_FIELD, line)
    if found is None:
        return line
    name, value = found.groups()
    scheme = re.match(r"(\S+ +)\S", value) if "authorization" in name.lower() else None
    if scheme and scheme[1].strip().lower() == "oauth":
        return line  # what is secret in it is hidden by its own name
    return f"{name}{scheme[1] if scheme else ''}{HIDDEN}"


def shown_line(text: str, longest: int = _LONGEST_LINE) -> str:
    """Cut text to one line of a terminal, without control characters."""
    shown = "".join([c if c.isprintable() else " " for c in text[:longest]])
    return " ".join(shown.split()) + ("…" if len(text) > longest else "")


def shown_text(text: str) -> str:
    """Cut a text to what fits a sentence, and escape all where it has what cannot be seen."""
    cut = text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
    return cut if cut.isprintable() else ascii(cut)[1:-1]


def shown_url(url: str) -> str:
    """Quote a URL for a message, without its query, fragment and user-info."""
    place = re.split(r"[?#]", url, maxsplit=1)[0]
    # All up to the last @, as a password that was not quoted may have a slash.
    return repr(re.sub(r"(?s)\A((?:(?:[a-zA-Z][\w+.-]*:)?//)?).*@", r"\1", place))


def shown_value(value: object) -> str:
    """Quote a value that was received, cut to a length that fits a log line."""
    return ascii(str(value)[:_LONGEST_VALUE])


def printable(text: str) -> str:
    """Replace what would steer a terminal; line breaks and tabs stay."""
    steering = [c for c in set(text) if not (c.isprintable() or c in "\n\t")]
    return text.translate(dict.fromkeys(map(ord, steering), _REPLACEMENT)) if steering else text
