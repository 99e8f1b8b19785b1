"""Every page of docs/ runs as it stands: programs, files and sessions, in their order."""

from __future__ import annotations

from pathlib import Path

import pytest
from doc_needs import needed
from doc_pages import written
from doc_run import running

RUN_ELSEWHERE = {"how-to/three-legged-flow-in-a-web-application"}  # by test_flow_pages.py
PAGES = {path: text for path, text in written().items() if path not in RUN_ELSEWHERE}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs(path: str, tmp_path: Path) -> None:
    """What its programs assert holds, and each command shows what the page shows."""
    with needed(path, tmp_path) as replaced, running(PAGES[path], tmp_path, replaced):
        pass
