"""Every program on a page of docs/ runs, all of one page in one namespace; links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

PAGES = sorted((Path(__file__).parent.parent / "docs").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_programs_of_a_page_run(page: Path) -> None:
    """From the first to the last; what they assert holds. No other language is there."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)
    assert len(re.findall(r"^\s*```", text, re.M)) == 2 * len(blocks)
    namespace: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, page.name, "exec"), namespace)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_and_pictures_of_a_page_are_there(page: Path) -> None:
    """Whatever is not on the web is beside it."""
    targets = re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    local = [target for target in targets if not target.startswith("https://")]
    assert [target for target in local if not (page.parent / target).is_file()] == []
