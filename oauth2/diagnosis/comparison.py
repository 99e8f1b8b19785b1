"""Two signature base strings compared: where they differ, why, and what to change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..encoding import escape
from .alignment import Row, Values, align, has_secrets, marks, rows
from .basestring import BaseString, parse_base_string
from .causes import SIDES, Cause, uri_causes
from .misencoding import with_upper_hex
from .parameter_causes import clock_causes, parameter_causes

__all__ = ["Comparison", "compare"]


class Comparison(NamedTuple):
    """What `compare` finds: ``rows`` for a view side by side, and at least one of ``causes``."""

    rows: tuple[Row, ...]
    causes: tuple[Cause, ...]


def compare(
    ours: str, theirs: str, now: int | None = None, their_time: int | None = None
) -> Comparison:
    """Compare the base string that was signed here with the one that the provider signed.

    ``now``, in seconds since 1970, tells whether the clock is right; None leaves this
    out. ``their_time`` is what the provider says it is, where it refused the timestamp. A
    value that may be a secret is shown as ``***``, and no cause quotes one.

    >>> signed = "GET&https%3A%2F%2Fa.example%2F&b%3Dc%2520d"
    >>> for cause in compare(signed, "GET&http%3A%2F%2Fa.example%2F&b%3Dc%2Bd").causes:
    ...     print(cause.summary)
    The provider has http, you signed https.
    The provider has + for a space in b.
    """
    texts = (ours.strip(), theirs.strip())
    mine, other = map(parse_base_string, texts)
    aligned = align(mine, other)
    causes = [*uri_causes(mine, other), *parameter_causes(mine, other, aligned)]
    causes += _joining_causes(texts, (mine, other), has_causes=bool(causes))
    clock = tuple(clock_causes(mine, other, now, their_time))
    if not (causes or (clock and their_time is not None)):
        causes = [_same(mine)]
    return Comparison(_rows(texts, (mine, other), aligned), (*causes, *clock))


def _same(base: BaseString) -> Cause:
    """Return what is wrong where nothing differs: a key, and which it may be."""
    given = dict(base.parameters)
    if given.get("oauth_signature_method", "").startswith("RSA"):
        return _OTHER_RSA_KEY
    return _WRONG_SECRET if given.get("oauth_token") else _WRONG_CONSUMER_SECRET


_ARE_SAME = "Both base strings are the same"
_WRONG_SECRET = Cause(
    "wrong-secret",
    f"{_ARE_SAME}: the consumer secret or the token secret is wrong.",
    "See that consumer secret and token secret belong to the consumer key and the token, that"
    " neither has white space around it, and that the & between them is always there.",
)
_WRONG_CONSUMER_SECRET = Cause(
    _WRONG_SECRET.code,
    f"{_ARE_SAME}: the consumer secret is wrong.",
    "See that the consumer secret belongs to the consumer key, that it has no white space around"
    " it, and that the & after it is always there.",
)
_OTHER_RSA_KEY = Cause(
    "other-rsa-key",
    f"{_ARE_SAME}: the private key does not belong to the public key that the provider has.",
    "Register the public key of the pair that signs; after a new pair was made, that of the new"
    " one.",
)


def _rows(
    texts: tuple[str, str], bases: tuple[BaseString, BaseString], aligned: list[tuple[str, Values]]
) -> tuple[Row, ...]:
    """Return the rows of the parts; and the whole of both, where the parts are all the same."""
    parts = rows(*bases, aligned)
    if texts[0] != texts[1] and not any(row.differs for row in parts) and not has_secrets(*bases):
        parts.append(Row("all of it", *texts, *marks(*texts), is_parameter=False))
    return tuple(parts)


def _joining_causes(
    texts: tuple[str, str], bases: tuple[BaseString, BaseString], has_causes: bool
) -> Iterator[Cause]:
    """Explain parts that were not encoded once more when they were joined by ``&``."""
    if texts[0] == texts[1]:
        return
    for side, text, base in zip(SIDES, texts, bases):
        right = _joined(base)
        # A Server writes HIDDEN in the place of a password, and does not encode its stars.
        if text.replace("*", "%2A") == right:
            continue
        if text == _joined(base, times=2):
            has = "the parameters encoded twice"
            advice = "Encode all of name=value&name=value once when it is put into the base string."
            yield Cause("parameters-encoded-twice", f"{side} {has}.", advice)
        elif with_upper_hex(text) == right:
            has = "lower-case hexadecimal digits in the base string"
            advice = "Write the digits of escapes in upper case, as in %3D."
            yield Cause("lower-case-hex", f"{side} {has}.", advice)
        elif not has_causes or "=" in text or "://" in text or text.count("&") != 2:
            has = "parts in the base string that are not encoded once more"
            advice = "Join name=value by &, encode all of it, and join it to method and URI by &."
            yield Cause("not-encoded-again", f"{side} {has}.", advice)


def _joined(base: BaseString, times: int = 1) -> str:
    parameters = "&".join([f"{name}={value}" for name, value in base.parameters])
    for _ in range(times):
        parameters = escape(parameters)
    return f"{base.method}&{escape(base.uri)}&{parameters}"
