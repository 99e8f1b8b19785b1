"""Names that programs written for oauth2 1.9 import."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import random
import time
import urllib.parse
from typing import Any

import pytest

import oauth2
from oauth2 import _compat, _version

NAMES: dict[str, Any] = {
    "TEXT": str,
    "STRING_TYPES": (str, bytes),
    "PY3": True,
    "parse_qs": urllib.parse.parse_qs,
    "parse_qsl": urllib.parse.parse_qsl,
    "quote": urllib.parse.quote,
    "unquote": urllib.parse.unquote,
    "unquote_to_bytes": urllib.parse.unquote_to_bytes,
    "urlencode": urllib.parse.urlencode,
    "urlsplit": urllib.parse.urlsplit,
    "urlunsplit": urllib.parse.urlunsplit,
    "urlparse": urllib.parse.urlparse,
    "urlunparse": urllib.parse.urlunparse,
    "base64": base64,
    "binascii": binascii,
    "hmac": hmac,
    "random": random,
    "sha1": hashlib.sha1,
    "time": time,
}


@pytest.mark.parametrize("name", NAMES)
def test_name_is_what_it_says(name: str) -> None:
    """Each is the very object of the standard library."""
    assert getattr(_compat, name) == NAMES[name]


@pytest.mark.parametrize("name", [*NAMES, "b", "u"])
def test_name_is_reached_through_the_package(name: str) -> None:
    """``oauth2.parse_qs`` and ``from oauth2 import STRING_TYPES`` work."""
    assert getattr(oauth2, name) is getattr(_compat, name)


def test_table_of_this_module_holds_every_name() -> None:
    """The module has no other public name than those of the contract."""
    public = {name for name in vars(_compat) if not name.startswith("_")}
    assert public - {"annotations"} == {*NAMES, "b", "u"}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("abc",), b"abc"),
        ((b"abc",), b"abc"),
        ((b"\xe9",), b"\xe9"),
        (("\u00e9", "utf-8"), b"\xc3\xa9"),
        (("\u00e9", "latin-1"), b"\xe9"),
    ],
)
def test_b_gives_bytes(arguments: tuple[Any, ...], expected: bytes) -> None:
    """Text is encoded, as ASCII unless told otherwise, and bytes stay."""
    assert _compat.b(*arguments) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((b"abc",), "abc"),
        (("abc",), "abc"),
        (("\u00e9",), "\u00e9"),
        ((b"\xc3\xa9", "utf-8"), "\u00e9"),
        ((b"\xe9", "latin-1"), "\u00e9"),
    ],
)
def test_u_gives_text(arguments: tuple[Any, ...], expected: str) -> None:
    """Bytes are decoded, as ASCII unless told otherwise, and text stays."""
    assert _compat.u(*arguments) == expected


def test_ascii_is_strict() -> None:
    """What is no ASCII is not guessed."""
    with pytest.raises(UnicodeEncodeError):
        _compat.b("\u00e9")
    with pytest.raises(UnicodeDecodeError):
        _compat.u(b"\xc3\xa9")


def test_version_is_a_plain_str_and_starts_at_two() -> None:
    """``__version__`` and ``_version.manual_verstr`` are the same text."""
    assert type(oauth2.__version__) is str
    assert oauth2.__version__ == _version.manual_verstr
    assert int(oauth2.__version__.partition(".")[0]) >= 2
