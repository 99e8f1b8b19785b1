"""Every program on a page of docs/ runs, all of one page in one namespace."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

PAGES = sorted((Path(__file__).parent.parent / "docs").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_programs_of_a_page_run(page: Path) -> None:
    """From the first to the last; what they assert holds."""
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)
    assert blocks
    assert {language for language, _ in blocks} == {"python"}
    namespace: dict[str, Any] = {}
    for _, text in blocks:
        exec(compile(text, page.name, "exec"), namespace)
