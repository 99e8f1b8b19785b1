"""Text in MyST: code, tables, lists and blocks, and a page of them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence

__all__ = [
    "block",
    "bullets",
    "code",
    "codes",
    "joined",
    "prose",
    "table",
    "typed",
    "unbroken",
]


def joined(parts: Sequence[str]) -> str:
    """Return a page of its parts, without those that are blank."""
    return "\n\n".join([part for part in parts if part]) + "\n"


def typed(words: Sequence[str]) -> str:
    """Return a command as it is typed, with ``$``."""
    return f"$ {shlex.join(words)}"


def code(text: str) -> str:
    """Return text as code, in a table, too."""
    escaped = text.replace("|", "\\|")
    return f"`{escaped}`"


def codes(texts: Iterable[str]) -> str:
    """Return several, with commas."""
    return ", ".join(map(code, texts))


def prose(text: str) -> str:
    """Return text in which nothing is markup."""
    return re.sub(r"([\\`*_<>\[\]{}$&|])", r"\\\1", text)


def unbroken(text: str) -> str:
    """Return text that stays on one line of a table, as a date has to."""
    return text.replace("-", "\N{NON-BREAKING HYPHEN}")


def bullets(texts: Iterable[str]) -> str:
    """Return texts as a list."""
    return "\n".join([f"- {text}" for text in texts])


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of cells, in which a bar has to be escaped already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join([f"| {' | '.join(line)} |" for line in lines])


def block(language: str, text: str, *options: str) -> str:
    """Return a block of code, with options such as ``:caption: a.py``."""
    opening = f"```{{code-block}} {language}\n" + "".join([f"{o}\n" for o in options]) + "\n"
    return (opening if options else f"```{language}\n") + text.rstrip("\n") + "\n```"
