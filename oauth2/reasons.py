"""Why something failed, in words for a user."""

from __future__ import annotations

import re

__all__ = ["reason_of"]

_NUMBERS = r"\[(?:Errno|WinError) -?\d+\] "
_UNSAID: dict[type[BaseException], str] = {
    ConnectionAbortedError: "the connection was aborted",
    ConnectionRefusedError: "the connection was refused",
    ConnectionResetError: "the connection was reset",
    BrokenPipeError: "the connection was closed",
    TimeoutError: "timed out",
}
_OF_SSL = r"\A\[[A-Z0-9_: ]+\] (.+?)(?: \(_ssl\.c:\d+\))?\Z"


def reason_of(error: BaseException) -> str:
    """Return why something failed, without a number of the system's or a name of Python's.

    A file is named where the error knows it; text that cannot be encoded is not quoted.

    >>> reason_of(FileNotFoundError(2, "No such file or directory", "a.png"))
    'a.png: No such file or directory'
    """
    if isinstance(error, UnicodeEncodeError):
        text = f"a character at index {error.start} cannot be encoded as {error.encoding}"
    elif isinstance(error, UnicodeDecodeError):
        text = f"byte {error.start} is not valid {error.encoding.upper()}"
    elif hasattr(error, "partial"):  # an IncompleteRead, of http.client or of asyncio
        text = _incomplete(error.partial, getattr(error, "expected", None))
    elif isinstance(error, UnicodeError):
        text = str(error.__cause__ or error)  # a host name, by a codec that tells in brackets
    else:
        text = getattr(error, "verify_message", None) or _of_system(error) or str(error)
    text = re.sub(_OF_SSL, r"\1", re.sub(_NUMBERS, "", text))
    return text.strip().rstrip(".") or _UNSAID.get(type(error), "no reason was given")


def _of_system(error: BaseException) -> str | None:
    if not (isinstance(error, OSError) and error.strerror):
        return None
    return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror)


def _incomplete(received: bytes, missing: int | None) -> str:
    more = f", {missing:,} before its end" if missing else ""
    return f"the response broke off after {len(received):,} octets{more}"
