"""The pages of docs/401: one for each cause, and what providers answer."""

from __future__ import annotations

import re
from email.utils import formatdate
from typing import NamedTuple

import pytest
from doc_pages import DOCS, blocks

import oauth2
from oauth2 import errors
from oauth2.diagnosis import CAUSES, Sent, explain_response

PLACE = DOCS / "401"
GROUPS = {
    "Method and URI": "method-and-uri",
    "Names and values": "names-and-values",
    "Which parameters are signed": "which-parameters",
    "Order, and how the parts are joined": "order-and-joining",
    "The key, and the signature": "key-and-signature",
    "What a provider says, or does not say, without a base string": "what-a-provider-says",
}
OTHERS = {"index", "what-providers-answer", *GROUPS.values()}
PAGES = {file.stem: file.read_text(encoding="utf-8") for file in PLACE.glob("*.md")}
ANSWERS = PAGES["what-providers-answer"]

NOW, THEIR_NOW = 1795747000, 1795747900
CONSUMER, TOKEN = oauth2.Consumer("key", "secret"), oauth2.Token("token", "token-secret")
PAIRS = {"oauth_timestamp": str(NOW), "oauth_signature_method": "HMAC-SHA1", "size": "big"}
BASE = oauth2.Request.from_consumer_and_token(
    CONSUMER, TOKEN, "GET", "https://photos.example.net/photos", PAIRS
).signature_base_string()
STANDS_FOR = {"BASE": oauth2.escape(BASE), "YOURS": str(NOW), "THEIRS": str(THEIR_NOW)}


class Answered(NamedTuple):
    """A row of the table: ``named`` is the cause that the command names, "" for none."""

    who: str
    status: int
    answer: str
    named: str
    why: str
    page: str


def rows() -> list[Answered]:
    """Return what the tables have, below their heads."""
    found = re.findall(
        r"^\| ([^|]+) \| (\d{3}) \| `(.+?)` \| (?:`([\w-]+)`|nothing)(?:: (.+?))?"
        r" \| \[(.+?)\]\(\6\.md\) \|$",
        ANSWERS,
        re.M,
    )
    return [Answered(who, int(status), *rest) for who, status, *rest in found]


def named_in_sessions(page: str) -> set[str]:
    """Return the names that the sessions of a page show."""
    shown = [block.text for block in blocks(PAGES[page]) if block.language == "console"]
    return set(re.findall(r"\(([a-z0-9-]+)\)(?:</li>)?$", "".join(shown), re.M))


def test_each_cause_has_a_page_and_no_other() -> None:
    """By its name."""
    assert PAGES.keys() == CAUSES.keys() | OTHERS


@pytest.mark.parametrize("name", CAUSES)
def test_page_has_what_it_looks_like_why_and_the_change(name: str) -> None:
    """Below a title of the name and the summary; a session names the cause."""
    page = PAGES[name]
    assert page.startswith(f"# {name}: {CAUSES[name]}\n")
    headings = re.findall(r"^## (.+)$", page, re.M)
    assert headings[:3] == ["What it looks like", "Why", "The change"]
    assert headings[3:] in ([], ["What providers say"])
    why = page.partition("\n## Why\n")[2].partition("\n## ")[0]
    assert re.search(r"RFC \d+", why)
    assert name in named_in_sessions(name)


def test_index_has_each_cause_with_its_summary() -> None:
    """In the order of the names in the package."""
    listed = re.findall(r"^\| \[(.+?)\]\(\1\.md\) \| (.+) \|$", PAGES["index"], re.M)
    assert listed == list(CAUSES.items())


def test_each_group_has_a_page_with_the_causes_that_the_index_has_there() -> None:
    """So that the navigation opens one group, and not all causes."""
    parts = re.split(r"^### (.+)$", PAGES["index"], flags=re.M)[1:]
    listed = {head: re.findall(r"^\| \[(.+?)\]\(", text, re.M) for head, text in _pairs(parts)}
    grouped = {
        head: re.findall(r"^[\w-]+$", PAGES[page].partition(":maxdepth: 1\n")[2], re.M)
        for head, page in GROUPS.items()
    }
    assert grouped == listed
    assert all(PAGES[page].startswith(f"# {head}\n") for head, page in GROUPS.items())


def _pairs(parts: list[str]) -> list[tuple[str, str]]:
    return list(zip(parts[::2], parts[1::2]))


def test_each_row_of_the_tables_is_read() -> None:
    """None is left out for how it is written."""
    lines = re.findall(r"^\| .+ \|$", ANSWERS, re.M)
    heads = [line for line in lines if "| --- |" in line]
    assert len(rows()) == len(lines) - 2 * len(heads)


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.who} {row.answer[:60]}")
def test_command_makes_of_an_answer_what_the_table_says(row: Answered) -> None:
    """Where that is not the page to read, the row says why."""
    answer = row.answer
    for name, text in STANDS_FOR.items():
        answer = answer.replace(name, text)
    head, _, body = answer.rpartition(" ⏎ ")
    headers = {}
    if head.startswith("Date: "):
        headers["date"] = formatdate(THEIR_NOW, usegmt=True)
    elif body.startswith("WWW-Authenticate: "):
        headers["www-authenticate"], body = body.partition(": ")[2], ""
    sent = Sent(BASE, CONSUMER, TOKEN, NOW, needs_token=True)
    explained = explain_response(sent, row.status, headers, body.encode())
    named = [cause.code for cause in explained.causes] if explained else [""]
    assert named == [row.named]
    assert row.page in CAUSES
    assert bool(row.why) == (row.named != row.page or row.named == "no-reason")


def test_table_has_each_code_that_the_package_raises() -> None:
    """All of Problem Reporting that an error has."""
    raised = {getattr(error, "problem", None) for error in vars(errors).values()} - {None}
    assert len(raised) > 8
    assert raised <= {row.answer.partition("oauth_problem=")[2] for row in rows()}
