"""The pages that are made of data: what there are, and how they get beside the written ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import provider_pages
import service_fields
from command_page import command_page
from errors_page import errors_page

Pages = Mapping[str, str]
"""Text in MyST, by path below docs/ without .md."""

MAKERS: list[Callable[[], Pages]] = [
    command_page,
    errors_page,
    provider_pages.pages,
    service_fields.pages,
]


@cache
def made() -> Pages:
    """Return all pages that are made."""
    return {path: text for maker in MAKERS for path, text in maker().items()}


def write(folder: Path) -> None:
    """Write them where Sphinx looks for pages; one that is the same keeps its time."""
    for path, text in made().items():
        file = folder / f"{path}.md"
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")


def setup(app: Any) -> dict[str, bool]:
    """Be an extension of Sphinx, which writes them once it knows where the pages are."""
    app.connect("config-inited", lambda app, _: write(Path(app.srcdir)))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
