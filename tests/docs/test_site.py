"""The site builds without a warning, its links lead somewhere, and it loads nothing else."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from doc_pages import written

import oauth2


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


MODULES = (
    *("oauth2", "oauth2.nonces", "oauth2.nonces.redis", "oauth2.nonces.sql"),
    *("oauth2.nonces.django", "oauth2.auth.requests", "oauth2.auth.httpx", "oauth2.auth.aiohttp"),
    *("oauth2.auth.requests_oauthlib", "oauth2.web.wsgi", "oauth2.web.asgi", "oauth2.web.flask"),
    *("oauth2.web.django", "oauth2.web.rest_framework", "oauth2.web.fastapi", "oauth2.callback"),
    *("oauth2.clients.imap", "oauth2.clients.smtp", "oauth2.diagnosis", "oauth2.profiles"),
    *("oauth2.services", "oauth2.sandbox", "oauth2.snippets"),
)
"""What programs import from; a name that the package has too is documented there."""
FOR_OTHER_ROOMS = {
    *("oauth2.auth.requests.AuthBase", "oauth2.auth.requests.ResponseHook"),
    *("oauth2.web.django.read_as_signed", "oauth2.web.django.received"),
}
OF_SIGNATURES = {
    "oauth2.auth.httpx2.OAuth1",  # not for each Python
    *("oauth2.credentials.Credentials", "oauth2.diagnosis.basestring.BaseStringURI"),
    *("oauth2.sandbox.recording.Recorder", "oauth2.signature.SHARED_SECRET_METHODS"),
    *("oauth2.signature.SIGNATURE_METHODS", "oauth2.signature.signature_method"),
    "oauth2.signer.Signed",
}
"""What a signature or a docstring names, at the path where it stands."""


def _documented(site: Path) -> list[str]:
    """Return the names in the inventory, but for the paths where classes are defined."""
    first, *_, packed = (site / "objects.inv").read_bytes().split(b"\n", 4)
    assert first == b"# Sphinx inventory version 2"
    entries = [line.split(" ") for line in zlib.decompress(packed).decode().splitlines()]
    return [name for name, kind, priority, *_ in entries if kind[:3] == "py:" and priority != "-1"]


def _public() -> Iterator[str]:
    """Give each public name once, at the path by which a program imports it."""
    for path in MODULES:
        module = import_module(path)
        for name in module.__all__:
            is_handed_on = getattr(oauth2, name, None) is getattr(module, name)
            if (path == "oauth2" or not is_handed_on) and f"{path}.{name}" not in FOR_OTHER_ROOMS:
                yield f"{path}.{name}"


def test_every_public_name_is_documented_once(site: Path) -> None:
    """And nothing else is but what these are made of."""
    documented = _documented(site)
    expected = {*_public(), *OF_SIGNATURES}
    assert sorted(expected - {*documented}) == []
    assert len(documented) == len(set(documented))
    of_others = [name for name in documented if name.rpartition(".")[0] not in expected]
    assert sorted({*of_others} - expected) == []


def test_nothing_private_is_documented(site: Path) -> None:
    """No name with an underscore in front, but for the version."""
    parts = {part for name in _documented(site) for part in name.split(".")}
    assert {part for part in parts if part.startswith("_")} == {"__version__"}
