"""The pictures of docs/inspector.md can be taken again, and show what they should."""

from __future__ import annotations

import re
import struct
import zlib
from collections import Counter
from pathlib import Path

import pytest
from pictures import PICTURES, Picture, main

pytestmark = pytest.mark.long

DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Take them once, of a sandbox and by a browser that are started for it."""
    folder = tmp_path_factory.mktemp("pictures")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("NO_PROXY", "*")
        main(folder)
    return folder


@pytest.fixture(params=["as taken now", "as in docs"])
def folder(request: pytest.FixtureRequest, taken: Path) -> Path:
    """Return a folder that has all pictures."""
    return taken if request.param == "as taken now" else DOCS


def chunks(png: bytes) -> dict[bytes, bytes]:
    """Part a PNG whose chunks are all of different kinds, and see that none is broken."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    found, start = {}, 8
    while start < len(png):
        (length,) = struct.unpack_from(">I", png, start)
        kind, content = png[start + 4 : start + 8], png[start + 8 : start + 8 + length]
        assert struct.unpack_from(">I", png, start + 8 + length) == (zlib.crc32(kind + content),)
        found[kind] = content
        start += length + 12
    return found


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_has_its_size(folder: Path, picture: Picture) -> None:
    """In pixels, and in octets that a page can load."""
    png = (folder / picture.name).read_bytes()
    assert struct.unpack_from(">II", chunks(png)[b"IHDR"]) == (picture.width, picture.height)
    assert len(png) < 150_000


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_of_a_page_with_text(folder: Path, picture: Picture) -> None:
    """In its scheme, with text in many of its rows."""
    found = chunks((folder / picture.name).read_bytes())
    octets = zlib.decompress(found[b"IDAT"])
    rows = [
        octets[start : start + picture.width + 1]
        for start in range(0, len(octets), picture.width + 1)
    ]
    assert len(rows) == picture.height
    background = Counter(octets).most_common(1)[0][0]
    assert (sum(found[b"PLTE"][3 * background :][:3]) > 600) == (picture.scheme == "light")
    assert len([row for row in rows if len(set(row)) > 10]) > picture.height / 4


def test_the_page_shows_each_picture() -> None:
    """And no other, with words for whoever does not see it."""
    page = (DOCS / "inspector.md").read_text(encoding="utf-8")
    shown = re.findall(r"!\[[^\]]{10,}\]\(([^)]+)\)", page)
    assert sorted(shown) == sorted([picture.name for picture in PICTURES])
    assert sorted([path.name for path in DOCS.glob("*.png")]) == sorted(shown)
