"""What no message of the command may have: it is read by users, of whom few write Python."""

from __future__ import annotations

import builtins
import http.client
import re

import httplib2
import keyring.errors

_ENGLISH = {
    *("all", "error", "filter", "list", "map", "object", "property", "range", "reversed", "set"),
    *("slice", "super", "type"),
}
_TYPES = {
    name
    for module in (builtins, http.client, httplib2.error, keyring.errors)
    for name, value in vars(module).items()
    if isinstance(value, type) and not name.startswith("_")
}
_NAMES = "|".join(sorted(_TYPES - _ENGLISH, key=len, reverse=True))
_LAPSES = {
    "a period before a colon": r"[\w)'\"]\.:",
    "two periods": r"\w\.\.(?:\s|$)",
    "a number of the system": r"\[(?:Errno|WinError)\b|\berrno\b",
    "a name of Python's": rf"(?<![\w./-])(?:{_NAMES}|\w+(?:Error|Exception)|None)(?![\w/-])",
    "an object of Python's": r"<class '|<\w[\w.]* object|\bat 0x[0-9a-f]|\bb'|_ssl\.c",
}


def lapses(shown: str) -> list[str]:
    """Return what is wrong with the messages among lines that were shown, and in which."""
    messages = re.findall(r"(?:^|: )(oauth2: .*)", shown, re.M)  # also behind a prompt
    return [
        f"{what}: {message}"
        for message in messages
        for what, pattern in _LAPSES.items()
        if re.search(pattern, message)
    ]
