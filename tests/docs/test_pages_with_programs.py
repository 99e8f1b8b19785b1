"""Pages that run programs which are not everywhere: servers, proxies, makers of keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from doc_needs import WITH_PROGRAMS, needed
from doc_pages import written
from doc_run import running


@pytest.mark.parametrize("path", WITH_PROGRAMS)
def test_a_page_runs(path: str, tmp_path: Path) -> None:
    """Each command shows what the page shows, those of the programs, too."""
    with needed(path, tmp_path) as replaced, running(written()[path], tmp_path, replaced):
        pass
