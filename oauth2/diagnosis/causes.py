"""What a cause is, and those that lie in the method and the URI of a base string."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ..encoding import unescape
from ..redaction import shown_text
from ..urls import DEFAULT_PORTS
from .basestring import BaseString
from .cause_names import kind_of
from .misencoding import with_upper_hex

__all__ = ["SIDES", "Cause", "named", "uri_causes"]

SIDES = ("You have", "The provider has")

_MOST_NAMES = 5
_LONGEST_HOST = 253  # RFC 1035; IDNA takes time quadratic in the length
_DEFAULT_PORTS = [{"", port} for port in DEFAULT_PORTS.values()]


class Cause(NamedTuple):
    """Why a signature is refused.

    ``code`` is its name, one of `CAUSES`, in lower-case words with hyphens, which stays the same;
    ``summary`` and ``advice`` are sentences: what is so, and what to change. ``kind`` and
    ``what`` are names of 2.1 for the first two; a kind is spelled as it was there.

    >>> cause = Cause("plus-for-space", "You have + for a space in status.", "Write it as %20.")
    >>> cause.code, cause.kind
    ('plus-for-space', 'plus for space')
    """

    code: str
    summary: str
    advice: str

    @property
    def kind(self) -> str:
        """The name of ``code`` in 2.1, spelled as it was there."""
        return kind_of(self.code)

    @property
    def what(self) -> str:
        """The name of ``summary`` in 2.1."""
        return self.summary


class _Reason(NamedTuple):
    code: str
    fits: Callable[[str, str], bool]
    advice: str


shown = shown_text  # its name in 2.1


def named(names: list[str]) -> str:
    """List names for a sentence: decoded, each once, and not more than fit."""
    several = list(dict.fromkeys(names))
    listed = ", ".join(shown_text(unescape(name)) for name in several[:_MOST_NAMES])
    more = len(several) - _MOST_NAMES
    return f"{listed} and {more} more" if more > 0 else listed


def uri_causes(ours: BaseString, theirs: BaseString) -> Iterator[Cause]:
    """Explain differences of the method and the base string URI (RFC 5849 section 3.4.1.2)."""
    yield from _part_causes("method", ours.method, theirs.method)
    encoded_again = [_is_encoded_again(base.uri) for base in (ours, theirs)]
    if encoded_again[0] != encoded_again[1]:
        side = SIDES[encoded_again[1]]
        advice = "Percent-encode the URI once when it is put into the base string."
        yield Cause("uri-encoded-twice", f"{side} the URI encoded twice.", advice)
        return
    mine, other = ours.uri_parts(), theirs.uri_parts()
    for name in ("scheme", "host", "port", "path"):
        yield from _part_causes(name, getattr(mine, name), getattr(other, name))
    if bool(mine.query) != bool(other.query):
        side = SIDES[bool(other.query)]
        advice = "Leave the query out of the URI, and count its pairs among the parameters."
        yield Cause("query-in-uri", f"{side} the query left in the URI.", advice)


def _is_encoded_again(uri: str) -> bool:
    return "://" not in uri and "://" in unescape(uri)


def _part_causes(part: str, ours: str, theirs: str) -> Iterator[Cause]:
    if ours != theirs:
        reason = next(each for each in _REASONS[part] if each.fits(ours, theirs))
        label = "" if part in ("method", "scheme") else f"the {part} "
        mine, other = (
            f"{label}{shown_text(text)}" if text else f"no {part}" for text in (ours, theirs)
        )
        yield Cause(reason.code, f"The provider has {other}, you signed {mine}.", reason.advice)


def _always(ours: str, theirs: str) -> bool:
    return True


def _differs_in_case_only(ours: str, theirs: str) -> bool:
    return ours.lower() == theirs.lower()


def _differs_in_www_only(ours: str, theirs: str) -> bool:
    return f"www.{ours}" == theirs or f"www.{theirs}" == ours


def _differs_in_idna_only(ours: str, theirs: str) -> bool:
    return _idna(ours) == _idna(theirs)


def _idna(host: str) -> str:
    host = unescape(host)[:_LONGEST_HOST]
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host


def _differs_in_user_only(ours: str, theirs: str) -> bool:
    return ours.rpartition("@")[2] == theirs.rpartition("@")[2]


def _differs_in_default_port_only(ours: str, theirs: str) -> bool:
    return {ours, theirs} in _DEFAULT_PORTS


def _differs_in_slash_only(ours: str, theirs: str) -> bool:
    return ours.rstrip("/") == theirs.rstrip("/")


def _differs_in_hex_only(ours: str, theirs: str) -> bool:
    return with_upper_hex(ours) == with_upper_hex(theirs)


def _differs_in_escapes_only(ours: str, theirs: str) -> bool:
    return unescape(unescape(ours)) == unescape(unescape(theirs))


def _differs_in_prefix_only(ours: str, theirs: str) -> bool:
    return ours.endswith(theirs) or theirs.endswith(ours)


_REASONS = {
    "method": (
        _Reason("method-case", _differs_in_case_only, "Write the method in upper case."),
        _Reason(
            "method",
            _always,
            "Sign the method that is sent; a redirect may turn POST into GET, and some providers"
            " count an override such as X-HTTP-Method-Override.",
        ),
    ),
    "scheme": (
        _Reason("scheme-case", _differs_in_case_only, "Write the scheme in lower case."),
        _Reason(
            "scheme",
            _always,
            "Sign the URL with the scheme that the provider sees: behind a proxy that ends TLS"
            " this is http, although https is what is sent.",
        ),
    ),
    "host": (
        _Reason("host-case", _differs_in_case_only, "Write the host in lower case."),
        _Reason(
            "host-www",
            _differs_in_www_only,
            "Send and sign one host, with www. or without; a redirect from one to the other"
            " needs another signature.",
        ),
        _Reason(
            "host-idna", _differs_in_idna_only, "Write the host in its ASCII form, xn--… (IDNA)."
        ),
        _Reason("user-in-uri", _differs_in_user_only, "Leave user and password out of the URI."),
        _Reason(
            "host",
            _always,
            "Sign the host that is sent in the Host header; behind a proxy the provider may see"
            " the name of an inner host.",
        ),
    ),
    "port": (
        _Reason(
            "default-port",
            _differs_in_default_port_only,
            "Leave out the port that the scheme has anyway: 80 of http, 443 of https.",
        ),
        _Reason(
            "port",
            _always,
            "Sign the port that is connected to; behind a proxy the provider may see another.",
        ),
    ),
    "path": (
        _Reason(
            "trailing-slash",
            _differs_in_slash_only,
            "Send and sign the path as the provider has it, with the slash at its end or without;"
            " an empty path is signed as /.",
        ),
        _Reason(
            "path-hex", _differs_in_hex_only, "Send and sign escapes in upper case, as in %2F."
        ),
        _Reason("path-case", _differs_in_case_only, "Upper and lower case count in a path."),
        _Reason(
            "path-encoding",
            _differs_in_escapes_only,
            "Sign the path as it is written in the URL that is sent, with no escape added or"
            " decoded; all of it is then encoded once for the base string.",
        ),
        _Reason(
            "path-prefix",
            _differs_in_prefix_only,
            "Sign the path that the provider sees: a proxy may add or drop its beginning.",
        ),
        _Reason("path", _always, "Sign the path of the URL that is sent."),
    ),
}
