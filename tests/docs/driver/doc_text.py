"""What a page shows of a session, compared with what was shown when it ran."""

from __future__ import annotations

import re

_session = re.compile(r"^\$ (.*\n(?:> .*\n)*)((?:(?!\$ ).*\n)*)", re.M)
_NEW = (
    (r"(?:\b|(?<=3D))[0-9a-f]{24,32}\b", "<hex>"),
    (r"(?:\b|(?<=3D))1[0-9]{9}\b", "<time>"),
    (r'(?<=oauth_signature=")[^"*]+', "<signature>"),
    (r"127\.0\.0\.1:\d+/callback", "127.0.0.1:<port>/callback"),
    (r"\b\d+(?:\.\d+)? m?s\b", "<seconds>"),
    (r"\b\d\d:\d\d:\d\d\b", "<o'clock>"),
)


def even(text: str) -> str:
    """Make what is new each time the same: keys, nonces, times; and white space one space."""
    for new, name in _NEW:
        text = re.sub(new, name, text)
    return "\n".join([" ".join(line.split()) for line in text.strip().splitlines()])


def pattern(shown: str) -> re.Pattern[str]:
    """Return what a page shows as a regular expression; an ellipsis stands for anything."""
    parts = [re.escape(part) for part in even(shown).split("…")]
    assert parts == [""] or any(part.strip() for part in parts), "expected more than an ellipsis"
    return re.compile("(?s:.*?)".join(parts))


def commands(text: str) -> list[tuple[str, str]]:
    """Part a session into what was typed and what was shown."""
    parted = [
        (typed.replace("\n> ", "\n").rstrip("\n"), shown) for typed, shown in _session.findall(text)
    ]
    assert parted, f"expected a session that begins with $, got {text!r}"
    return parted
