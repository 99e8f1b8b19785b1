"""The body of a request: is it a form, can it be read twice, and what is its hash."""

from __future__ import annotations

import base64
import hashlib
import io
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from present import present

from oauth2.body import FORM, body_hash, is_rewindable, looks_like_form

HELLO = b"Lve95gjOVATpfV8EL5X4nxwjKHE="
EMPTY = b"2jmj7l5rSw0yVb/vlWAYkK/YBwk="


def test_media_type_of_a_form_is_that_of_html() -> None:
    """RFC 5849 section 3.4.1.3.1 names it."""
    assert FORM == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"a",
        b"a=1",
        b"a=1&b=2",
        b"a=1\r\n",
        b"a\t=1\n",
        b"a&b",
        b"status=two words",
        "\u00e9=\u00fc".encode(),
        b"a=[1]",
    ],
)
def test_body_that_a_form_can_hold_looks_like_a_form(body: bytes) -> None:
    """Text that is no markup may be a form, blank and non-ASCII text too."""
    assert looks_like_form(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1}',
        b' \n{"a": 1}',
        b"[1]",
        b"<a/>",
        b"\r\n<a/>",
        b"a=\xe9",
        b"\xff\xd8\xff\xe0",
        b"a=1\0",
        b"a\x1b=1",
        b"a=1\x7f",
        b"a\n\n\x01",
        b"plain words",
        b"plain\twords\n",
        "w\u00f6rter ohne\u00a0Paare".encode(),
        b" ",
        b"a & b",
    ],
)
def test_body_that_is_plainly_no_form_does_not_look_like_one(body: bytes) -> None:
    """JSON, XML, words, octets that are no UTF-8 and control characters are none."""
    assert not looks_like_form(body)


def test_file_is_rewindable(tmp_path: Path) -> None:
    """A file on disk can be read twice."""
    path = tmp_path / "body"
    path.write_bytes(b"x")
    with path.open("rb") as file:
        assert is_rewindable(file)


def test_pipe_is_not_rewindable() -> None:
    """What comes through a pipe comes once."""
    reading, writing = os.pipe()
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert not is_rewindable(pipe)


@pytest.mark.parametrize("body", [None, "x", b"x", iter([b"x"]), object()])
def test_what_has_no_seekable_is_not_rewindable(body: Any) -> None:
    """Only a file-like object is asked."""
    assert not is_rewindable(body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Hello World!", HELLO),
        (b"Hello World!", HELLO),
        (bytearray(b"Hello World!"), HELLO),
        (memoryview(b"Hello World!"), HELLO),
        (io.BytesIO(b"Hello World!"), HELLO),
        ("", EMPTY),
        (b"", EMPTY),
        (None, EMPTY),
        (io.BytesIO(), EMPTY),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, bytes) else repr(value),
)
def test_body_hash_is_that_of_the_draft_for_every_kind_of_body(body: Any, expected: bytes) -> None:
    """The known answers of the Request Body Hash draft, appendix A, with no body as the empty."""
    assert body_hash(body, "sha1") == expected


def test_text_is_hashed_as_utf8() -> None:
    """The octets that are hashed are the octets that are sent."""
    assert body_hash("\u00e9", "sha256") == body_hash(b"\xc3\xa9", "sha256")


def test_surrogate_escapes_are_hashed_as_the_octets_that_they_stand_for() -> None:
    """Text of octets that are no UTF-8 hashes as those octets."""
    assert body_hash("\udce9", "sha1") == body_hash(b"\xe9", "sha1")


@settings(deadline=None)
@given(st.binary(), st.sampled_from(["sha1", "sha256", "sha512"]))
def test_body_hash_is_base64_of_the_hash(body: bytes, hash_name: str) -> None:
    """Any body, with each of the three hashes, is one line of base64."""
    digest = hashlib.new(hash_name, body).digest()
    assert body_hash(body, hash_name) == base64.b64encode(digest)


class RecordingFile(io.FileIO):
    """A real file that keeps the sizes that it was asked for."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "r")
        self.sizes: list[int | None] = []

    def read(self, size: int | None = -1) -> bytes:
        self.sizes.append(size)
        return super().read(size)


def test_file_is_hashed_in_chunks(tmp_path: Path) -> None:
    """A large file is never read as a whole: the hash needs constant memory."""
    path = tmp_path / "body"
    path.write_bytes(b"0123456789abcdef" * 20_000)
    with RecordingFile(path) as file:
        assert body_hash(file, "sha1") == body_hash(path.read_bytes(), "sha1")
        assert len(file.sizes) > 2
        assert all(0 < size <= 1 << 20 for size in map(present, file.sizes))


def test_file_is_hashed_from_where_it_stands_and_rewound_to_there(tmp_path: Path) -> None:
    """What will be sent is hashed, and can still be sent."""
    path = tmp_path / "body"
    path.write_bytes(b"head Hello World!")
    with path.open("rb") as file:
        file.seek(5)
        assert body_hash(file, "sha1") == HELLO
        assert (file.tell(), file.read()) == (5, b"Hello World!")


def test_pipe_has_no_body_hash_and_is_not_read() -> None:
    """One that cannot rewind is left alone, to be sent without a body hash."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as file:
        file.write(b"Hello World!")
    with os.fdopen(reading, "rb") as pipe:
        assert body_hash(pipe, "sha1") is None
        assert pipe.read() == b"Hello World!"


def test_iterator_has_no_body_hash_and_is_not_read() -> None:
    """An iterator of chunks is left alone, too."""
    chunks = iter([b"Hello", b" World!"])
    assert body_hash(chunks, "sha1") is None
    assert b"".join(chunks) == b"Hello World!"
