"""A multipart form as a body that is read piece by piece (RFC 7578)."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Union

from urllib3.fields import RequestField
from urllib3.filepost import choose_boundary, iter_field_objects

from ..encoding import bytes_of

__all__ = ["Multipart", "Part"]

Part = Union[tuple[str, Any], RequestField]
"""A name, and its value: text, or a name of a file, its content or Path, and a media type; or
a field of urllib3 with the content or Path as its data."""


class _Piece(NamedTuple):
    """Octets that are there, or a file that is opened when its turn comes."""

    source: bytes | Path
    size: int


class Multipart(io.RawIOBase):
    """The body of a multipart form: files are read from the disk while it is sent.

    ``content_type`` is the header that belongs to it, ``size`` how many octets it has. Raises
    OSError for a file that cannot be read, and for one that gets shorter while it is sent.

    >>> form = Multipart([("a", "b")], boundary="limit")
    >>> form.content_type, form.size == len(form.read())
    ('multipart/form-data; boundary=limit', True)
    """

    def __init__(self, parts: Iterable[Part], boundary: str | None = None) -> None:
        self._opened: tuple[Path, io.BufferedReader] | None = None
        boundary = boundary or choose_boundary()
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._pieces = list(_pieces(parts, boundary))
        self.size = sum(piece.size for piece in self._pieces)
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: Any, /) -> int:
        skipped = self._position
        for piece in self._pieces:
            if skipped < piece.size:
                wanted = min(len(buffer), piece.size - skipped)
                octets = self._octets(piece.source, skipped, wanted)
                buffer[: len(octets)] = octets
                self._position += len(octets)
                return len(octets)
            skipped -= piece.size
        return 0

    def close(self) -> None:
        if self._opened is not None:
            self._opened[1].close()
        super().close()

    def _octets(self, source: bytes | Path, start: int, wanted: int) -> bytes:
        if isinstance(source, bytes):
            return source[start : start + wanted]
        file = self._file(source)
        file.seek(start)
        octets = file.read(wanted)
        if not octets:
            raise OSError(f"{source}: it got shorter while it was sent")
        return octets

    def _file(self, path: Path) -> io.BufferedReader:
        """Return the file, open; one at a time is, as a form may have more than may be open."""
        if self._opened is None or self._opened[0] != path:
            if self._opened is not None:
                self._opened[1].close()
            self._opened = path, io.BufferedReader(io.FileIO(path))
        return self._opened[1]


def _pieces(parts: Iterable[Part], boundary: str) -> Iterator[_Piece]:
    """Return what the body is made of, one after the other."""
    for field in iter_field_objects(list(parts)):
        source: Any = field.data
        yield _whole(bytes_of(f"--{boundary}\r\n{field.render_headers()}"))
        yield _of_file(source) if isinstance(source, Path) else _whole(bytes_of(source))
        yield _whole(b"\r\n")
    yield _whole(bytes_of(f"--{boundary}--\r\n"))


def _of_file(path: Path) -> _Piece:
    """Return a file by its size; what has none, as a pipe or what the system makes up, is read."""
    with open(path, "rb") as file:
        status = os.fstat(file.fileno())
        if stat.S_ISREG(status.st_mode) and status.st_size:
            return _Piece(path, status.st_size)
        return _whole(file.read())


def _whole(octets: bytes) -> _Piece:
    return _Piece(octets, len(octets))
