"""The pages of docs/, written and made, and the blocks of code on them."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent.parent
DOCS = ROOT / "docs"

_fence = re.compile(r"^(?P<ticks>`{3,})(?P<info>[^`\n]*)\n(?P<body>.*?)^(?P=ticks)$", re.M | re.S)
_option = re.compile(r":([\w-]+): *(.*)\n")


class Block(NamedTuple):
    """A block of code: ``caption`` is the file that holds it, ``kind`` how it is run.

    A kind is ``""``, ``server`` (it runs until the page ends), ``output`` (what the program
    above it printed) or ``since-3.11`` (an older Python does not run it).
    """

    language: str
    text: str
    caption: str
    kind: str
    line: int


def written() -> dict[str, str]:
    """Return the pages that are written, by path below docs/ without .md."""
    files = sorted(DOCS.rglob("*.md"))
    paths = {file.relative_to(DOCS).with_suffix("").as_posix(): file for file in files}
    return {
        path: file.read_text(encoding="utf-8")
        for path, file in paths.items()
        if path not in _made() and not path.startswith("_")
    }


def paths() -> set[str]:
    """Return the paths of all pages, written and made."""
    return {*written(), *_made()}


def _made() -> Collection[str]:
    # Imported here: it needs the extra `cli`, and the blocks of a page do not.
    from made_pages import made

    return made()


def blocks(text: str) -> list[Block]:
    """Return the blocks of code of a page, in their order; other directives are none.

    A file that is included whole is one with its caption: Sphinx looks for it from docs/.
    """
    found = []
    for fence in _fence.finditer(text):
        words, body = fence["info"].split(), fence["body"]
        line = text.count("\n", 0, fence.start()) + 1
        options = {}
        if words and words[0] in ("{code-block}", "{literalinclude}"):
            while option := _option.match(body):
                options[option[1]] = option[2].strip()
                body = body[option.end() :]
            if words[0] == "{literalinclude}":
                body = Path(f"{DOCS}{words[1]}").read_text(encoding="utf-8")
                words = ["", options["language"]]
            words, body = words[1:], body.lstrip("\n")
        if words and words[0].startswith("{"):
            assert "```" not in body, f"line {line}: expected colons around blocks of code"
            continue
        assert words, f"line {line}: expected a language after ```, got none"
        # In README.md, which is no page of MyST, a word behind the language is the kind.
        kind = options.get("class") or "".join(words[1:2])
        found.append(Block(words[0], body, options.get("caption", ""), kind, line))
    return found
