"""Every page of docs/ runs as it stands: programs, files and sessions, in their order."""

from __future__ import annotations

from pathlib import Path

import pytest
from doc_needs import WITH_PROGRAMS, needed
from doc_pages import written
from doc_run import running

RUN_ELSEWHERE = {  # by tests that go on with what a page has made
    "how-to/ci-secrets",
    "how-to/three-legged-flow-in-a-web-application",
}
PAGES = {path: text for path, text in written().items() if path not in RUN_ELSEWHERE}
OTHERS = [path for path in PAGES if path not in WITH_PROGRAMS]


@pytest.mark.parametrize(
    "path",
    # A hundred sessions of one command: long together.
    [pytest.param(p, marks=[pytest.mark.long] * p.startswith("401/")) for p in OTHERS],
)
def test_a_page_runs(path: str, tmp_path: Path) -> None:
    """What its programs assert holds, and each command shows what the page shows."""
    with needed(path, tmp_path) as replaced, running(PAGES[path], tmp_path, replaced):
        pass
