"""Bytes and text at the door, and percent-encoding (RFC 5849 section 3.6)."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, unquote, unquote_to_bytes

import pytest
from hypothesis import given, settings, strategies as st
from oauthlib.oauth1.rfc5849.utils import escape as escape_by_oauthlib
from secrets_check import assert_no_secret

from oauth2 import MalformedRequest
from oauth2.encoding import (
    bytes_of,
    encoded_pairs,
    escape,
    octets_of,
    parameter_text,
    parameter_value,
    text_of,
    to_unicode,
    to_unicode_if_string,
    to_unicode_optional_iterator,
    to_utf8,
    to_utf8_if_string,
    to_utf8_optional_iterator,
    unescape,
    written,
)

UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def refused(error: type[Exception], call: Callable[..., object], *args: object) -> Exception:
    with pytest.raises(error) as caught:
        call(*args)
    return caught.value


def test_escape_keeps_what_is_unreserved() -> None:
    """Letters, digits and ``-._~`` stay."""
    assert escape(UNRESERVED) == UNRESERVED


def test_escape_encodes_every_other_ascii_character() -> None:
    """A reserved character becomes ``%`` and two hexadecimal digits in upper case."""
    others = [octet for octet in range(128) if chr(octet) not in UNRESERVED]
    assert len(others) == 62
    assert [escape(chr(octet)) for octet in others] == [f"%{octet:02X}" for octet in others]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("é", "%C3%A9"),
        ("私", "%E7%A7%81"),
        ("\U0001f600", "%F0%9F%98%80"),
        ("a/b c", "a%2Fb%20c"),
        ("%41", "%2541"),
        (b"\xe9", "%E9"),
        (b"a b", "a%20b"),
        ("\udce9", "%E9"),
        (b"", ""),
        ("", ""),
        (7, "7"),
        (-1.5, "-1.5"),
        (None, "None"),
        (True, "True"),
        ([1, "a"], "%5B1%2C%20%27a%27%5D"),
    ],
)
def test_escape_takes_text_bytes_and_anything_with_a_str(value: object, expected: str) -> None:
    """Text is encoded as UTF-8, bytes as they are, and other values through ``str()``."""
    assert escape(value) == expected


@settings(deadline=None)
@given(TEXTS)
def test_escape_is_that_of_oauthlib_and_of_the_standard_library(text: str) -> None:
    """Two independent implementations give the same for any text."""
    assert escape(text) == escape_by_oauthlib(text) == quote(text, safe="~")


@settings(deadline=None)
@given(st.binary())
def test_escape_of_bytes_is_that_of_the_standard_library(octets: bytes) -> None:
    """Any octets, UTF-8 or not, are encoded one by one."""
    assert escape(octets) == quote(octets, safe="~")


@settings(deadline=None)
@given(st.binary())
def test_escaping_text_of_octets_is_escaping_the_octets(octets: bytes) -> None:
    """Octets that are no UTF-8 survive as surrogate escapes in text."""
    assert escape(text_of(octets)) == escape(octets)


@pytest.mark.parametrize("convert", [escape, octets_of, bytes_of, to_utf8])
def test_lone_surrogate_is_refused_without_quoting_the_text(
    convert: Callable[[Any], object],
) -> None:
    """No encoding exists for it; the error says where it stands, and no more."""
    error = refused(ValueError, convert, "sesame\ud800")
    assert "U+D800 at index 6" in str(error)
    assert_no_secret(error, "sesame")


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, []),
        ({"a": "b"}, ["a b"]),
        ({"a b": "c d"}, ["a%20b c%20d"]),
        ({"a": ["1", "2"]}, ["a 1", "a 2"]),
        ({"a": []}, []),
        ({"a": ""}, ["a "]),
        ({"": ""}, [" "]),
        ({"a": None}, ["a None"]),
        ({"a": [None, 1, b"x y"]}, ["a None", "a 1", "a x%20y"]),
        ({"a": 137131200}, ["a 137131200"]),
        ({"a": b"\xe9"}, ["a %E9"]),
        ({"a": "\udce9"}, ["a %E9"]),
        ({"%": "%41"}, ["%25 %2541"]),
        ({"é": "b"}, ["%C3%A9 b"]),
        ({"a\0b": "c\x01d"}, ["a%00b c%01d"]),
        ({"a": ["\0", "\x01", ""]}, ["a %00", "a %01", "a "]),
        ({"a": "\x01\x01"}, ["a %01%01"]),
        ({"a\x01b": ""}, ["a%01b "]),
        ({"a": b"\x00"}, ["a %00"]),
    ],
)
def test_pairs_are_encoded_one_for_each_element(
    parameters: dict[str, Any], expected: list[str]
) -> None:
    """Every pair is one text; numbers and None are written as ``str()``."""
    assert encoded_pairs(parameters) == expected


@settings(deadline=None)
@given(
    st.dictionaries(
        st.text(st.sampled_from("a%\0\x01 é")), st.text(st.sampled_from("b&\0\x01=")), max_size=4
    )
)
def test_pairs_are_encoded_like_their_names_and_values(parameters: dict[str, str]) -> None:
    """Encoding all pairs in one go is encoding each by itself, NUL and SOH included."""
    expected = [f"{quote(n, safe='~')} {quote(v, safe='~')}" for n, v in parameters.items()]
    assert encoded_pairs(parameters) == expected


@pytest.mark.parametrize("text", ["sesame\ud800", "\0sesame\ud800"])
def test_pairs_with_a_lone_surrogate_are_refused_without_quoting_them(text: str) -> None:
    """A value that UTF-8 cannot encode is an error that does not show its neighbours."""
    error = refused(ValueError, encoded_pairs, {"a": text, "b": "open"})
    assert_no_secret(error, "sesame", "open")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a+b", "a+b"),
        ("%2541", "%41"),
        ("%C3%A9", "é"),
        ("%c3%a9", "é"),
        ("%E9", "\udce9"),
        ("%zz", "%zz"),
        ("%", "%"),
        ("%4", "%4"),
        ("", ""),
    ],
)
def test_unescape_decodes_exactly_once(text: str, expected: str) -> None:
    """Escapes are decoded once, what is no escape stays, and ``+`` is no space here."""
    assert unescape(text) == expected


@settings(deadline=None)
@given(TEXTS)
def test_unescape_undoes_escape(text: str) -> None:
    """Decoding what was encoded gives the text again, here and in the standard library."""
    assert unescape(escape(text)) == unquote(escape(text)) == text


@settings(deadline=None)
@given(st.binary())
def test_octets_survive_as_text(octets: bytes) -> None:
    """Any octets become text and the same octets again."""
    assert octets_of(text_of(octets)) == bytes_of(text_of(octets)) == octets


def test_bytes_of_hands_bytes_back() -> None:
    """Bytes are the same object, text its UTF-8."""
    octets = b"\xff"
    assert (bytes_of(octets) is octets, bytes_of("é")) == (True, b"\xc3\xa9")


def test_text_of_hands_text_back() -> None:
    """Text is the same object, bytes are decoded as UTF-8."""
    text = "é"
    assert (text_of(text) is text, text_of(b"\xc3\xa9")) == (True, "é")


@pytest.mark.parametrize(("value", "expected"), [("a", "a"), (b"\xc3\xa9", "é")])
def test_parameter_text_takes_text_and_bytes(value: str | bytes, expected: str) -> None:
    """An argument may be text or UTF-8 bytes."""
    assert parameter_text("url", value) == expected


@pytest.mark.parametrize(
    ("value", "came"),
    [
        (None, "NoneType"),
        (7, "int 7"),
        (["a sekrit"], "list"),
        (("a sekrit",), "tuple (is there a stray comma?)"),
    ],
)
def test_parameter_text_names_the_argument_that_is_neither(value: object, came: str) -> None:
    """The error names the argument, what was expected and what came, but no text in it."""
    error = refused(TypeError, parameter_text, "url", value)
    assert str(error) == f"url: expected str or bytes, got {came}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", "a"),
        (b"\xc3\xa9", "é"),
        (b"\xe9", "\udce9"),
        (7, 7),
        (1.5, 1.5),
        (None, None),
        (["a", b"b", 3, None], ["a", "b", 3, None]),
        (("a", b"b"), ["a", "b"]),
        (iter([b"a"]), ["a"]),
        (range(2), [0, 1]),
        ({"a": 1}.keys(), ["a"]),
        (Decimal("1.50"), Decimal("1.50")),
        ([], []),
    ],
)
def test_parameter_value_makes_text_and_lists(value: object, expected: object) -> None:
    """Strings become text, iterables lists; numbers and None stay."""
    assert parameter_value(value) == expected


NO_VALUES: dict[str, tuple[Any, str]] = {
    "a dict": ({"value": "sesame"}, "dict"),
    "an empty dict": ({}, "dict"),
    "another mapping": (MappingProxyType({"value": "sesame"}), "mappingproxy"),
    "a list of dicts": (["b", {"value": "sesame"}], "dict within list"),
    "a tuple of lists": ((["sesame"],), "list within tuple"),
    "what yields dicts": ({0: {"value": "sesame"}}.values(), "dict within dict_values"),
    "pairs": ([("value", "sesame")], "tuple within list"),
    "octets": (bytearray(b"sesame"), "bytearray"),
    "a view": (memoryview(b"sesame"), "memoryview"),
    "a list of octets": ([bytearray(b"sesame")], "bytearray within list"),
    "a file": (io.BytesIO(b"sesame"), "BytesIO"),
    "a text file": (io.StringIO("sesame"), "StringIO"),
}


@pytest.mark.parametrize("name", ["weight", b"weight"])
@pytest.mark.parametrize(("value", "got"), NO_VALUES.values(), ids=NO_VALUES)
def test_what_has_parts_is_no_value(value: Any, got: str, name: Any) -> None:
    """TypeError names the parameter and the type, and does not show the value."""
    error = refused(TypeError, parameter_value, value, name)
    expected = "weight: expected str, bytes, a number, None or a list of them, got "
    assert str(error) == expected + got
    assert_no_secret(error, "sesame")


@pytest.mark.parametrize("call", [parameter_value, written])
def test_a_value_without_a_name_is_called_a_parameter(call: Any) -> None:
    """TypeError has a word for it."""
    assert str(refused(TypeError, call, {})).startswith("parameter: expected str, ")


def test_what_has_parts_is_no_value_of_a_name_that_is_no_text() -> None:
    """TypeError names the type of the name in its place."""
    error = refused(TypeError, parameter_value, {}, 5)
    assert str(error).startswith("int: expected str, bytes, ")


@pytest.mark.parametrize("value", [{"value": "sesame"}, [{"value": "sesame"}], iter(["sesame"])])
def test_what_has_parts_is_not_encoded(value: Any) -> None:
    """A value that was put into a dict later is refused as well, when it is signed."""
    error = refused(TypeError, encoded_pairs, {"a": "b", "weight": value})
    assert str(error).startswith("weight: expected str, bytes, a number, None or a list of them, ")
    assert_no_secret(error, "sesame")


@pytest.mark.parametrize("value", ["", "é", b"", b"\xc3\xa9"])
def test_to_unicode_takes_text_and_utf8(value: str | bytes) -> None:
    """Text comes back as it is, bytes are decoded as UTF-8."""
    assert to_unicode(value) == (value if isinstance(value, str) else value.decode())


@pytest.mark.parametrize("value", ["", "é", b"", b"\xc3\xa9"])
def test_to_utf8_takes_text_and_utf8(value: str | bytes) -> None:
    """Text is encoded as UTF-8, and bytes that are UTF-8 come back."""
    assert to_utf8(value) == (value if isinstance(value, bytes) else value.encode())


@pytest.mark.parametrize("convert", [to_unicode, to_utf8])
@pytest.mark.parametrize("value", [None, 7, 1.5, ["a"], object])
def test_other_types_are_refused_by_a_type_error_that_names_the_value(
    convert: Callable[[Any], object], value: object
) -> None:
    """What is no string is shown in the error, with its type."""
    error = refused(TypeError, convert, value)
    assert repr(value) in str(error)
    assert type(value).__name__ in str(error)


@pytest.mark.parametrize(
    "convert",
    [
        to_unicode,
        to_utf8,
        to_unicode_if_string,
        to_utf8_if_string,
        to_unicode_optional_iterator,
        to_utf8_optional_iterator,
    ],
)
def test_bytes_that_are_not_utf8_are_refused_by_a_type_error_that_names_them(
    convert: Callable[[Any], object],
) -> None:
    """Bytes of another encoding are shown in the error."""
    error = refused(TypeError, convert, b"caf\xe9")
    assert repr(b"caf\xe9") in str(error)


@pytest.mark.parametrize("convert", [to_unicode_if_string, to_utf8_if_string])
@pytest.mark.parametrize("value", [None, 7, ["é"], {"a": b"b"}, object()])
def test_if_string_hands_back_the_same_object_when_it_is_none(
    convert: Callable[[Any], object], value: object
) -> None:
    """Only str and bytes are converted; all else is the very same object."""
    assert convert(value) is value


@pytest.mark.parametrize(
    ("convert", "expected"), [(to_unicode_if_string, "é"), (to_utf8_if_string, b"\xc3\xa9")]
)
@pytest.mark.parametrize("value", ["é", b"\xc3\xa9"])
def test_if_string_converts_strings(
    convert: Callable[[Any], object], expected: object, value: object
) -> None:
    """Text and bytes are converted."""
    assert convert(value) == expected


@pytest.mark.parametrize("convert", [to_unicode_optional_iterator, to_utf8_optional_iterator])
@pytest.mark.parametrize("value", [None, 7, 1.5, object()])
def test_optional_iterator_hands_back_what_is_no_iterable(
    convert: Callable[[Any], object], value: object
) -> None:
    """A number or None is the very same object."""
    assert convert(value) is value


@pytest.mark.parametrize(
    "iterable",
    [["é", b"x", 3, None], ("é", b"x", 3, None), iter(["é", b"x", 3, None])],
    ids=["list", "tuple", "iterator"],
)
def test_optional_iterator_makes_a_list_of_text(iterable: object) -> None:
    """The strings of an iterable are converted, and nothing else in it."""
    assert to_unicode_optional_iterator(iterable) == ["é", "x", 3, None]


@pytest.mark.parametrize(
    "iterable",
    [["é", b"x", 3, None], ("é", b"x", 3, None), iter(["é", b"x", 3, None])],
    ids=["list", "tuple", "iterator"],
)
def test_optional_iterator_makes_a_list_of_bytes(iterable: object) -> None:
    """The strings of an iterable become UTF-8, and nothing else in it changes."""
    assert to_utf8_optional_iterator(iterable) == [b"\xc3\xa9", b"x", 3, None]


@pytest.mark.parametrize(
    ("convert", "expected"),
    [(to_unicode_optional_iterator, "é"), (to_utf8_optional_iterator, b"\xc3\xa9")],
)
@pytest.mark.parametrize("value", ["é", b"\xc3\xa9"])
def test_optional_iterator_takes_a_string_as_one(
    convert: Callable[[Any], object], expected: object, value: object
) -> None:
    """A string is converted as a whole, not letter by letter."""
    assert convert(value) == expected


@pytest.mark.parametrize("before", range(16_380, 16_386))
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%41%42", "AB"),
        ("%C3%A9%zz", "\u00e9%zz"),
        ("%%%41", "%%A"),
        ("%E9%4", "\udce9%4"),
        ("\u00e9%41", "\u00e9A"),
        ("%", "%"),
    ],
    ids=ascii,
)
def test_long_text_is_unescaped_as_a_short_one(text: str, expected: str, before: int) -> None:
    """It is decoded part by part, and no escape is cut in two."""
    around = "z" * before
    assert unescape(f"{around}{text}{around}") == f"{around}{expected}{around}"
    assert unescape(f"{around}{text}") == f"{around}{expected}"


@pytest.mark.parametrize("text", ["\ud800", "%41\ud800"], ids=ascii)
def test_lone_surrogate_is_an_error_that_shows_no_text(text: str) -> None:
    """A ValueError for a program, an Error for what a stranger sent."""
    with pytest.raises(MalformedRequest, match=r"^expected text that UTF-8 can encode, got a lone"):
        octets_of(text)


ESCAPED = ["%", "%2B", "%2f", "%3D", "%25", "%E9", "%C3%A9", "%0A", "%4", "=", "==", "a", "2B", "+"]


@pytest.mark.long
@settings(max_examples=500)
@given(
    st.lists(
        st.sampled_from(
            [*ESCAPED, "\udcc3\udca9", "\n", "\r\n", "=\n", "%\n", "\0", "é", "\udce9", " "]
        )
    )
)
def test_escapes_are_decoded_as_urllib_decodes_them(pieces: list[str]) -> None:
    """Whatever stands beside them, and none of them twice."""
    text = "".join(pieces) + "%2B"
    octets = unquote_to_bytes(text.encode("utf-8", "surrogateescape"))
    assert unescape(text) == octets.decode("utf-8", "surrogateescape")


@pytest.mark.parametrize("text", ["%\n", "%\r", "a%\r\n4", "%\n%41", "%==", "=%=", "%=\n", "%3D="])
def test_percent_signs_that_begin_no_escape_stay(text: str) -> None:
    """Before a line break and an equals sign as elsewhere, as the standard library has it."""
    assert unescape(text) == unquote(text)


def test_a_string_is_encoded_by_its_characters() -> None:
    """Whatever a program's kind of string shows of itself."""

    class Shown(str):
        def __str__(self) -> str:
            return "shown"

    assert escape(Shown("a b")) == "a%20b"
