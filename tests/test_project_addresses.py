"""What pyproject.toml, CITATION.cff and the pages at the top say of the project agrees."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import oauth2

ROOT = Path(__file__).parent.parent
SETTINGS = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
CITATION: dict[str, Any] = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
URLS = dict(re.findall(r'^(\w+) = "(https://[^"]+)"$', SETTINGS, re.M))
PAGES = [*ROOT.glob("*.md"), ROOT / "CITATION.cff", *ROOT.glob("docs/*.md")]


def test_the_citation_is_that_of_this_version() -> None:
    """Version and day of the release, as a release is cited by both."""
    assert CITATION["version"] == oauth2.__version__
    assert isinstance(CITATION["date-released"], datetime.date)


def test_the_citation_names_the_addresses_and_the_licence_of_the_project() -> None:
    """They stand in pyproject.toml first."""
    assert CITATION["repository-code"] == URLS["Source"]
    assert CITATION["url"] == URLS["Documentation"]
    assert f'license = "{CITATION["license"]}"' in SETTINGS


@pytest.mark.parametrize(
    ("host", "name"), [("github.com/oauth2-python", "Source"), ("readthedocs.io", "Documentation")]
)
def test_no_page_names_another_address_of_the_project(host: str, name: str) -> None:
    """Each begins with the one of pyproject.toml."""
    found = [
        address
        for page in PAGES
        for address in re.findall(r"https://[^\s)\"'`>]+", page.read_text(encoding="utf-8"))
        if host in address
    ]
    assert len(found) > 1
    assert [address for address in found if not address.startswith(URLS[name])] == []


def test_the_links_of_the_project_into_its_repository_lead_to_files() -> None:
    """What stands behind `blob/main` is there, and so is the heading behind `#`."""
    pattern = re.escape(URLS["Source"]) + r"/blob/main/([\w./-]+)(?:#([\w-]+))?"
    texts = [page.read_text(encoding="utf-8") for page in PAGES] + [SETTINGS]
    links = [link for text in texts for link in re.findall(pattern, text)]
    assert len(links) > 3
    assert [file for file, _ in links if not (ROOT / file).is_file()] == []
    absent = [(file, part) for file, part in links if part and part not in anchors(ROOT / file)]
    assert absent == []


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub makes of the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
