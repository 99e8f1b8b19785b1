"""The site, built once for all tests of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from doc_pages import DOCS, ROOT

BUILD = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it as CONTRIBUTING.md says."""
    place = tmp_path_factory.mktemp("site")
    words = [*BUILD, "-d", str(place / "doctrees"), str(DOCS), str(place / "html")]
    built = subprocess.run(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert (built.returncode, built.stdout) == (0, "")
    return place / "html"
