"""The site builds without a warning, its links lead somewhere, and it loads nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from doc_pages import DOCS, ROOT, written

BUILD = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]


class Links(HTMLParser):
    """What one page has: its anchors, where it links to, and what a browser loads with it."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Take what an element names."""
        told = {name: value or "" for name, value in attributes}
        self.anchors |= {told[name] for name in ("id", "name") if name in told}
        if tag == "a" and "href" in told:
            self.links.append(told["href"])
        self.loaded += [told["src"]] if "src" in told else []
        if tag == "link" and told.get("rel") not in ("canonical", "prev", "next"):
            self.loaded.append(told["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it once, as CONTRIBUTING.md says."""
    place = tmp_path_factory.mktemp("site")
    words = [*BUILD, "-d", str(place / "doctrees"), str(DOCS), str(place / "html")]
    built = subprocess.run(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert (built.returncode, built.stdout) == (0, "")
    return place / "html"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Links]:
    """Read its pages."""
    return {file: Links(file) for file in sorted(site.rglob("*.html"))}


def test_every_page_is_built(site: Path) -> None:
    """A page that is written is there."""
    assert [path for path in written() if not (site / f"{path}.html").exists()] == []


def test_links_within_the_site_lead_somewhere(pages: dict[Path, Links]) -> None:
    """To a file that is there, and to an anchor that it has."""
    assert list(_broken(pages)) == []


def _broken(pages: dict[Path, Links]) -> Iterator[str]:
    for file, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            anchors = pages[target].anchors if target in pages else set()
            if not target.exists() or (parts.fragment and unquote(parts.fragment) not in anchors):
                yield f"{file.name}: {link}"


def test_links_to_elsewhere_are_https(pages: dict[Path, Links]) -> None:
    """But for those to what the reader runs."""
    links = {urlsplit(link) for page in pages.values() for link in page.links}
    elsewhere = {link for link in links if link.hostname not in (None, "127.0.0.1")}
    assert elsewhere
    assert {link.geturl() for link in elsewhere if link.scheme != "https"} == set()


def test_a_browser_loads_nothing_from_elsewhere(site: Path, pages: dict[Path, Links]) -> None:
    """No script, style, font or picture of another host."""
    loaded = [name for page in pages.values() for name in page.loaded]
    assert len(loaded) > len(pages)
    assert [name for name in loaded if urlsplit(name).netloc] == []
    styles = "".join([file.read_text(encoding="utf-8") for file in site.rglob("*.css")])
    named = re.findall(r"""(?:url\(|@import)\s*["']?([^"')]+)""", styles)
    assert [name for name in named if urlsplit(name).netloc] == []
