"""The options of curl, as far as a request over HTTP may have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..redaction import shown_text

__all__ = ["Option", "read_options"]


class Option(NamedTuple):
    """An option by its long name, and its value; "" where it has none."""

    name: str
    value: str


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What makes a request: with a value, and without.
_READ_VALUES = _names(
    """data data-ascii data-binary data-raw data-urlencode form form-string header json request
    upload-file url url-query"""
)
_READ_FLAGS = _names("get globoff head path-as-is")
# What changes nothing that OAuth signs, and is passed over.
_OTHER_VALUES = _names(
    """cacert capath cert cert-type ciphers connect-timeout connect-to cookie cookie-jar crlfile
    curves dns-servers doh-url dump-header expect100-timeout happy-eyeballs-timeout-ms hsts
    interface keepalive-time key key-type limit-rate local-port max-filesize max-redirs max-time
    netrc-file noproxy oauth2-bearer output output-dir pass pinnedpubkey preproxy proto
    proto-redir proxy proxy-cacert proxy-cert proxy-header proxy-key proxy-user rate referer
    resolve retry retry-delay retry-max-time socks4 socks4a socks5 socks5-hostname speed-limit
    speed-time stderr tls-max tls13-ciphers trace trace-ascii trace-config unix-socket user
    user-agent write-out"""
)
_OTHER_FLAGS = _names(
    """alpn anyauth basic buffer ca-native clobber compressed create-dirs digest disable fail
    fail-early fail-with-body http0.9 http1.0 http1.1 http2 http2-prior-knowledge http3
    http3-only include insecure ipv4 ipv6 junk-session-cookies keepalive location
    location-trusted negotiate netrc netrc-optional ntlm parallel post301 post302 post303
    progress-bar progress-meter proxy-insecure proxytunnel raw remote-header-name remote-name
    remote-name-all remote-time remove-on-error retry-all-errors retry-connrefused sessionid
    show-error silent ssl-no-revoke styled-output tcp-fastopen tcp-nodelay tlsv1 tlsv1.0 tlsv1.1
    tlsv1.2 tlsv1.3 tr-encoding trace-ids trace-time verbose"""
)
_SHORT = _names(
    """
    X=request H=header d=data F=form G=get I=head T=upload-file g=globoff
    A=user-agent b=cookie c=cookie-jar D=dump-header e=referer E=cert m=max-time o=output
    U=proxy-user u=user w=write-out x=proxy y=speed-time Y=speed-limit
    0=http1.0 1=tlsv1 4=ipv4 6=ipv6 f=fail i=include j=junk-session-cookies J=remote-header-name
    k=insecure L=location n=netrc N=no-buffer O=remote-name p=proxytunnel q=disable R=remote-time
    s=silent S=show-error v=verbose Z=parallel #=progress-bar"""
)
_LETTERS = dict(pair.split("=") for pair in _SHORT)
_WITH_VALUE = _READ_VALUES | _OTHER_VALUES
_FLAGS = _READ_FLAGS | _OTHER_FLAGS


def read_options(words: Sequence[str]) -> list[Option]:
    """Read what follows ``curl``, and keep what makes the request; a URL is an option ``url``.

    Raises ValueError for an option that is not known, as it may take the next word as its
    value, and for one without its value. No value is quoted, as it may be a secret.
    """
    options: list[Option] = []
    left = iter(words)
    for word in left:
        if word.startswith("--") and word != "--":
            options += _read([word[2:]], "", left)
        elif word.startswith("-") and word not in ("-", "--"):
            options += _read(*_cluster(word[1:]), left)
        elif word != "--":
            options.append(Option("url", word))
    return [option for option in options if option.name in _READ_VALUES | _READ_FLAGS]


def _cluster(letters: str) -> tuple[list[str], str]:
    """Return the names of short options, and the value that the last of them has in this word."""
    names: list[str] = []
    for at, letter in enumerate(letters, 1):
        names.append(_LETTERS.get(letter, letter))
        if names[-1] in _WITH_VALUE:
            return names, letters[at:]
    return names, ""


def _read(names: Sequence[str], value: str, left: Iterator[str]) -> Iterator[Option]:
    for name in names:
        if name in _WITH_VALUE:
            given = value or next(left, None)
            if given is None:
                raise ValueError(f"curl: expected a value after {_dashed(name)}, got none")
            yield Option(name, given)
        elif name.removeprefix("no-") in _FLAGS:
            yield Option(name, "")
        elif name == "next":
            raise ValueError("curl: expected one request, got --next and another")
        else:
            raise ValueError(
                f"curl: {_dashed(name)} is an option that is not known here; leave it out where"
                " it changes nothing that is sent"
            )


def _dashed(name: str) -> str:
    return ("-" if len(name) == 1 else "--") + shown_text(name)
