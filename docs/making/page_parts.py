"""What all pages of providers have in common: programs, refusals, and where the facts are from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from myst import block, bullets, code, prose, table

from oauth2.diagnosis import CAUSES

__all__ = ["UNCHECKED", "cause", "checked", "program", "refusals"]

UNCHECKED = "Nobody has checked this."
_SOURCES = {
    "server": "the provider's own code",
    "documentation": "the provider's own pages",
    "client": "the code of clients",
    "report": "issues and questions of users",
    "page": "what others wrote",
}
# How the fields of an entry that one source alone confirms are called on a page.
_FIELDS = {
    "param_location": "where OAuth parameters may be",
    "callback": "which callbacks are taken",
    "callback.oob": "that oob is taken, for a PIN",
    "signature_methods": "the signature methods",
    "methods": "the methods of the token's requests",
    "access_token_method": "the method of the request for the access token",
    "authorize_url": "the authorize page",
    "whoami_url": "which call tells whose token it is",
}


def program(url: str, profile: str, signer_options: str = "") -> Iterator[str]:
    """Show a program that calls a URL with a profile, and what it prints."""
    yield block(
        "python",
        f"""import requests

import oauth2
from oauth2.auth.requests import OAuth1

url = "{url}"
signer = oauth2.profiles.load("{profile}").signer({signer_options})
response = requests.get(url, auth=OAuth1.of(signer), timeout=30)
print(response.status_code)""",
    )
    yield block("text", "200", ":class: output")


def refusals(errors: Sequence[Mapping[str, Any]]) -> str:
    """Tell what is received, and what it means, by the names of causes."""
    if not errors:
        return "Nobody has checked what a refusal looks like."
    rows = [
        (
            prose(error["answer"]),
            "; ".join([f"{cause(name)} {CAUSES[name]}" for name in error["causes"]]),
        )
        for error in errors
    ]
    return table(("what is received", "what it means"), rows)


def _named(told: str) -> str:
    field, space, where = told.partition(" ")
    return f"{_FIELDS.get(field, field)}{space}{where}"


def cause(name: str) -> str:
    """Return a link to the page of a cause, by the name that `oauth2 request` prints."""
    return f"[{code(name)}](../401/{name}.md)"


def checked(raw: Mapping[str, Any], unknown: Sequence[str] = ()) -> Iterator[str]:
    """Tell when the facts were checked and against what, and which were not."""
    against = ", ".join([_SOURCES[source] for source in raw["checked"]["sources"]])
    yield f"Last checked on {raw['checked']['date']}, against {against}:"
    yield bullets(map(prose, raw["evidence"]))
    alone = raw.get("confirmed_by_one_source_only")
    if alone:
        yield "One source alone says so:"
        yield bullets([prose(_named(each)) for each in alone])
    yield "Nobody has checked:"
    rest = "whatever else this page does not mention"
    yield bullets(map(prose, [*raw.get("unchecked", []), *unknown, rest]))
