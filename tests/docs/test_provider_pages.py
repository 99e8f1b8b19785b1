"""Each page of a provider runs: its token, its first call by the command, and by a program."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from doc_run import CONSUMER, running
from doc_shell import home_environ
from other_pages import OTHERS
from provider_data import EXTRA, Entry, entries
from provider_pages import pages, provider_page
from stand_in import StandIn, standing_in

import oauth2
from oauth2.diagnosis import CAUSES
from oauth2.services import Service, load
from oauth2.services.schema import validated

ENTRIES = entries()
PAGES = pages()
ALIKE = ("https://none.example/none",) * 3
NO_LEGS = Service("other", "Other", *ALIKE)
JAZZ = NO_LEGS._replace(
    request_token_url="https://elm.example/made-up/request-token",
    authorize_url="https://elm.example/made-up/authorize",
    access_token_url="https://elm.example/made-up/access-token",
)
KEYSTONE = NO_LEGS._replace(
    request_token_url="https://keystone.example/v3/OS-OAUTH1/request_token",
    access_token_url="https://keystone.example/v3/OS-OAUTH1/access_token",
    require_callback_confirmed=False,
)
each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
each_other = pytest.mark.parametrize("other", OTHERS, ids=lambda other: other["id"])


def hosts_in(text: str, provider: StandIn) -> dict[str, str]:
    """Return each host in a text, with the address of what stands in for it."""
    hosts = set(re.findall(r"https?://(?!127\.0\.0\.1|localhost)[^/\s\"'{}`?:]+", text))
    return {host: provider.url + host.partition(":/")[2] for host in hosts}


def known_as(entry: Entry, provider: StandIn, home: Path) -> None:
    """Put the entry into the services.json of the reader's home, with other hosts."""
    text = json.dumps([entry.raw])
    folder = Path(home_environ(home)["XDG_CONFIG_HOME"]) / "oauth2"
    folder.mkdir(mode=0o700, parents=True)
    own = re.sub(r"https?:/(?=/[^/\s\"]+)", provider.url, text)
    (folder / "services.json").write_text(own, encoding="utf-8")


@pytest.mark.long
@each_entry
def test_a_page_of_a_provider_runs(entry: Entry, tmp_path: Path) -> None:
    """Three legs and two calls are accepted, by all that the entry says."""
    page = PAGES[f"providers/{entry.id}"]
    extra = {"userID": EXTRA} if not entry.service.signed_calls else {}
    with standing_in(entry.filled, tmp_path, **extra) as provider:
        known_as(entry, provider, tmp_path)
        with running(page, tmp_path, hosts_in(page, provider), provider):
            pass
    calls = ["call", "call"] if entry.service.signed_calls else ["unsigned", "unsigned"]
    assert provider.faults == []
    assert provider.legs == ["request", "access", *calls]


@pytest.mark.parametrize(
    "fields",
    [
        {"request_token_method": ["GET"]},
        {"placement": "query"},
        {"signature_methods": ["HMAC-SHA256"]},
        {"realm": "mine"},
        {"consumer_secret": ""},
        {"request_token_url": "https://a.example/other"},
    ],
)
def test_what_an_entry_does_not_say_is_refused(fields: dict[str, Any], tmp_path: Path) -> None:
    """So that a page cannot run whatever its entry says."""
    service = Service("a", "A", *("https://a.example/request",) * 3)
    with standing_in(service._replace(**fields), tmp_path) as provider:
        url = f"{provider.url}/a.example/request"
        flow = service._replace(request_token_url=url).flow(CONSUMER)
        with pytest.raises(oauth2.TokenRequestError):
            flow.fetch_request_token()
        flow.client.close()


def provider_of(other: dict[str, Any]) -> Service:
    """Return what a provider without an entry wants, as its page has it."""
    service = {"jazz": JAZZ, "keystone": KEYSTONE}.get(other["id"], NO_LEGS)
    consumer_secret = "" if other["consumer"][1] == "" else None
    methods = other["signature_methods"]
    return service._replace(
        consumer_secret=consumer_secret, signature_methods=methods, realm=other.get("realm")
    )


LEGS = {
    "jazz": ["request", "access", "call", "call"],
    "keystone": ["request", "authorize", "access", "call", "call"],
    "interactive-brokers": [],
}


@pytest.mark.long
@each_other
def test_a_page_of_a_provider_without_an_entry_runs(other: dict[str, Any], tmp_path: Path) -> None:
    """The credentials are stored as a profile, or fetched, and both calls are accepted by them."""
    page = PAGES[f"providers/{other['id']}"]
    with standing_in(provider_of(other), tmp_path) as provider:
        if other["token"]:
            provider.tokens[other["token"][0]] = other["token"][1]
        with running(page, tmp_path, hosts_in(page, provider), provider):
            pass
    assert provider.faults == []
    assert provider.legs == LEGS.get(other["id"], ["call", "call"])


@pytest.mark.long
def test_the_page_of_a_provider_that_wants_body_hashes_sends_them(tmp_path: Path) -> None:
    """By the command, and by the program."""
    (other,) = [other for other in OTHERS if other.get("body_hash")]
    page = PAGES[f"providers/{other['id']}"]
    with standing_in(provider_of(other), tmp_path) as provider:
        with running(page, tmp_path, hosts_in(page, provider), provider):
            pass
        assert [received.oauth("oauth_body_hash") for received in provider.origin.received] == [
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        ] * 2


def test_the_table_of_providers_has_them_all() -> None:
    """Each entry of services.json, and each provider without one."""
    index = PAGES["providers/index"]
    listed = set(re.findall(r"^\| \[.*\]\(([\w-]+)\.md\)", index, re.M))
    assert listed == {*load(), *[other["id"] for other in OTHERS]}
    assert {f"providers/{name}" for name in listed} | {"providers/index"} == PAGES.keys()


@each_entry
def test_what_a_refusal_means_is_a_cause_that_there_is(entry: Entry) -> None:
    """By the name that the command prints."""
    for error in entry.raw.get("errors", []):
        assert error["answer"]
        assert error["causes"]
        assert set(error["causes"]) <= CAUSES.keys()


@each_entry
def test_an_entry_says_what_to_register_and_what_it_was_checked_against(entry: Entry) -> None:
    """In words, beside what the library reads."""
    assert entry.raw["register"]
    assert entry.raw["evidence"]
    without_default = entry.service.url_vars.keys() - entry.service.url_defaults.keys()
    assert entry.variables.keys() == without_default


BARE: dict[str, Any] = {
    "id": "bare",
    "request_token_url": "https://bare.example/request",
    "authorize_url": "https://bare.example/authorize",
    "access_token_url": "https://bare.example/access",
    "status": {"state": "unknown"},
    "checked": {"date": "2026-11-26", "sources": ["report"]},
    "evidence": ["one question"],
}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Whether it is alive, nobody has checked."),
        ({}, "## What to register\n\nNobody has checked this."),
        ({}, "| Callback | Nobody has checked this. |"),
        ({}, "| PIN (`oob`) | Nobody has checked this. |"),
        ({}, "| Verifier | Nobody has checked this. |"),
        ({}, "Nobody has checked what a refusal looks like."),
        ({}, "`/made-up/path` is **made up**"),
        ({}, "- whether oob is taken, for a PIN\n- whether a callback has to be registered\n"),
        ({}, "- which call tells whose token it is\n"),
        ({}, "- request token method: POST is sent\n"),
        ({"unchecked": ["the clock"]}, "Nobody has checked:\n\n- the clock\n"),
        (
            {"confirmed_by_one_source_only": ["all"]},
            "One source alone says so:\n\n- all\n",
        ),
        (
            {"confirmed_by_one_source_only": ["callback.oob (a blog)"]},
            "- that oob is taken, for a PIN (a blog)\n",
        ),
        (
            {"unchecked": ["oob"]},
            "Nobody has checked:\n\n- oob\n- whether a callback has to be registered\n",
        ),
        (
            {"status": {"state": "deprecated", "date": "2027-01", "note": "use another"}},
            "**Deprecated** (2027-01). Use another.",
        ),
        (
            {},
            "Last checked on 2026-11-26, against issues and questions of users:\n\n- one question",
        ),
    ],
)
def test_a_page_says_what_nobody_has_checked(fields: dict[str, Any], said: str) -> None:
    """Each fact that an entry does not have, and each that it has of one source alone."""
    raw = {**BARE, **fields}
    service = Service(**{"name": "Bare", **validated(raw)})
    assert said in provider_page(Entry(raw, service))
