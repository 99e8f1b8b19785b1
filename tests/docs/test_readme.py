"""README.md: one screen, run as it stands; its links lead to pages and files that are there."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import pytest
from doc_pages import ROOT, blocks, paths
from doc_run import Page, running

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = blocks(README)
SHELL = [block.text for block in BLOCKS if block.language == "sh"]
LINKS = re.findall(r"\]\(([^)]+)\)", README)
SITE = "https://oauth2-python.readthedocs.io/en/stable/"
REPOSITORY = "https://github.com/oauth2-python/oauth2/blob/main/"


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Run it once, but for the two commands that make environments."""
    text = re.sub(r"^```sh\n.*?^```$", "", README, flags=re.M | re.S)
    with running(text, tmp_path_factory.mktemp("home"), {}) as page:
        yield page


def test_it_is_short() -> None:
    """Under 600 words, code and links included."""
    assert len(README.split()) < 600


def test_the_first_screen_says_what_it_is_and_what_to_type() -> None:
    """A reader who has requests, or httpx, knows after ten seconds."""
    screen = "\n".join(README.splitlines()[:35])
    assert "OAuth **1.0a**" in screen
    assert "not OAuth 2.0" in screen
    assert "pip install" in screen
    with_requests, with_httpx = re.findall(r"```python\n(.*?)```", screen, re.S)
    assert "requests.get(" in with_requests
    assert "httpx.get(" in with_httpx
    for program in (with_requests, with_httpx):
        assert len([line for line in program.splitlines() if line]) <= 6


def test_all_requests_are_accepted(ran: Page) -> None:
    """The sandbox verifies what both programs send."""
    assert [response.status_code for response in ran.responses] == [200, 200]


def test_the_first_two_commands_set_up_the_demonstration_and_the_tests() -> None:
    """The one for who wants to see it, and the one for who wants to change it."""
    demonstrate, test = SHELL
    assert demonstrate.endswith("oauth2 demo\n")
    assert test.endswith("pytest\n")


def test_the_gate_runs_the_second_command_as_it_stands() -> None:
    """What .ci/readme takes from the README is the command; it is an environment of tox.ini."""
    script = (ROOT / ".ci" / "readme").read_text(encoding="utf-8")
    taking = re.search(r"^second=.*$", script, re.M)
    assert taking is not None
    shown = f'{taking[0]}\nprintf "%s\\n" "$second"'
    taken = subprocess.run(
        ["sh", "-c", shown], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    assert taken.stdout == SHELL[1]
    assert script.endswith('exec sh -c "$second"\n')
    assert "commands = sh .ci/readme " in (ROOT / "tox.ini").read_text(encoding="utf-8")
    assert "`sh .ci/gate`" in README


def test_no_block_is_left_out() -> None:
    """All are run: the two of the shell by the gate."""
    assert {block.language for block in BLOCKS} == {"sh", "python", "console"}
    assert len(SHELL) == 2


def test_links_are_absolute() -> None:
    """So that they lead somewhere wherever the README is shown."""
    assert len(LINKS) > 10
    assert [link for link in LINKS if not link.startswith((SITE, REPOSITORY))] == []


@pytest.mark.parametrize("link", [link for link in LINKS if link.startswith(SITE)])
def test_a_link_to_the_site_leads_to_a_page(link: str) -> None:
    """To one that is written, or made."""
    assert link[len(SITE) :].partition(".html")[0] in paths()


@pytest.mark.parametrize("link", [link for link in LINKS if link.startswith(REPOSITORY)])
def test_a_link_to_the_repository_leads_to_a_file(link: str) -> None:
    """At the top of it."""
    assert (ROOT / link[len(REPOSITORY) :]).is_file()
