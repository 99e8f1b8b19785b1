"""A page for each provider that hands out tokens in another way than by three legs, or has none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from myst import block, bullets, code, codes, joined, prose, table, typed
from page_parts import checked, program, refusals

__all__ = ["OTHERS", "other_page"]

Other = dict[str, Any]

OTHERS: list[Other] = json.loads(
    Path(__file__).with_name("other_providers.json").read_text(encoding="utf-8")
)

_HASHED = "has to be sent with a body"
_NOT_HASHED = "is not sent; whether it is accepted, nobody has checked"
_AUTHORIZE = """$ oauth2 authorize --profile jazz \\
>   --request-token-url https://elm.example/made-up/request-token \\
>   --authorize-url https://elm.example/made-up/authorize \\
>   --access-token-url https://elm.example/made-up/access-token
Consumer key: your key
Consumer secret:
Open this page and authorize the application:

  https://elm.example/made-up/authorize?oauth_token=8f31cadc24c6b2fff864c604

Waiting for you on http://127.0.0.1:38481/callback, for 300 seconds.
Stored profile jazz: a token."""
_KEYSTONE = """import requests

import oauth2
from oauth2.profiles import Profile, ProfileStore, default_path

URL = "https://keystone.example/v3/OS-OAUTH1"
session = requests.Session()
session.headers["Requested-Project-Id"] = "the id of a project"
flow = oauth2.Flow(
    oauth2.Consumer("your key", "your secret"),
    request_token_url=f"{URL}/request_token",
    authorize_url=f"{URL}/authorize",
    access_token_url=f"{URL}/access_token",
    http=session,
    require_callback_confirmed=False,
)
request_token = flow.fetch_request_token()

# What the user does, with a token of Identity and for some roles.
answer = requests.put(
    f"{URL}/authorize/{request_token.key}",
    json={"roles": [{"name": "member"}]},
    headers={"X-Auth-Token": "a token of the user"},
    timeout=30,
)
token = flow.fetch_access_token(answer.json()["token"]["oauth_verifier"])
session.close()
profile = Profile("keystone", flow.consumer, token)
ProfileStore(default_path()).save(profile)"""
_IDENTITY = '{"auth": {"identity": {"methods": ["oauth1"], "oauth1": {}}}}'


def other_page(other: Other) -> str:
    """Return the page of one of them."""
    legs = {"keystone": _keystone, "jazz": _jazz, "none": _out_of_reach}
    using = legs.get(other.get("legs", ""), _by_hand)(other)
    return joined(
        [
            f"# {prose(other['name'])}",
            f"{other['about']} {other['state']}",
            _facts(other),
            "## What to register",
            _linked(other["register"]),
            *using,
            "## What is different here",
            bullets(map(prose, other["quirks"])),
            "## When it refuses",
            refusals(other["errors"]),
            "## Where this is from",
            *checked(other),
        ]
    )


def _linked(text: str) -> str:
    """Return prose with its one link to another page, if it has one, and its code."""
    return text.replace("{", "\\{").replace("}", "\\}").replace("_", "\\_")


def _facts(other: Other) -> str:
    rows = [
        ("What signs", prose(other["kind"])),
        ("Signature methods", codes(other["signature_methods"])),
        ("Parameters of a call", "in the header"),
        ("Realm", code(other["realm"]) if other.get("realm") else "none"),
        ("Body hash", _HASHED if other.get("body_hash") else _NOT_HASHED),
    ]
    return table(("", ""), rows)


def _out_of_reach(other: Other) -> Iterator[str]:
    yield from ()


def _jazz(other: Other) -> Iterator[str]:
    yield "## A token"
    yield block("console", "$ python -m pip install 'oauth2[cli,requests]'")
    yield "The three URLs are **made up** here: put those of your own server in their place."
    yield block("console", _AUTHORIZE)
    yield from _call(other)


def _keystone(other: Other) -> Iterator[str]:
    yield "## A token"
    yield block("console", "$ python -m pip install 'oauth2[cli,requests]'")
    yield "`oauth2 authorize` has no page to open here. A program walks the legs:"
    yield block("python", _KEYSTONE)
    yield "## The first call"
    yield "It exchanges the access token for a token of Identity, the header X-Subject-Token:"
    words = ["oauth2", "request", "POST", other["url"], "--json", _IDENTITY]
    yield block("console", typed([*words, "--profile", "keystone"]))
    yield "By a program:"
    yield block(
        "python",
        f"""from oauth2.auth.requests import OAuth1

signer = oauth2.profiles.load("keystone").signer()
identity = {{"methods": ["oauth1"], "oauth1": {{}}}}
response = requests.post(
    "{other["url"]}",
    json={{"auth": {{"identity": identity}}}},
    auth=OAuth1.of(signer),
    timeout=30,
)
print(response.status_code)""",
    )
    yield block("text", "200", ":class: output")


def _by_hand(other: Other) -> Iterator[str]:
    name, key = other["id"], other.get("private_key")
    if key:
        yield "The pair of keys:"
        public = f"{Path(key).stem}.pub"
        make = ["openssl", "genrsa", "-out", key, "2048"]
        show = ["openssl", "rsa", "-in", key, "-pubout", "-out", public]
        yield block("console", f"{typed(make)} 2> /dev/null\n{typed(show)} 2> /dev/null")
    yield "## Store the credentials"
    extras = "cli,requests,rsa" if key else "cli,requests"
    yield block("console", f"$ python -m pip install 'oauth2[{extras}]'")
    yield f"Write them into a file, {code(f'{name}.env')}, that only you can read:"
    yield block("text", "\n".join(_variables(other)), f":caption: {name}.env")
    yield block("console", f"$ chmod 600 {name}.env")
    yield "A program makes a profile of it, and the file can go:"
    yield block("python", _storing(other))
    yield block("console", f"$ rm {name}.env")
    yield from _call(other)


def _variables(other: Other) -> Iterator[str]:
    names = ["OAUTH_CONSUMER_KEY", "OAUTH_CONSUMER_SECRET", "OAUTH_TOKEN", "OAUTH_TOKEN_SECRET"]
    for name, value in zip(names, [*other["consumer"], *(other["token"] or [])]):
        yield f"{name}='{value}'"


def _storing(other: Other) -> str:
    given = [f'    "{other["id"]}",', "    given.consumer,"]
    given += ["    given.token,"] if other["token"] else []
    given.append(f'    signature_method="{other["signature_methods"][0]}",')
    if other.get("realm"):
        given.append(f'    realm="{other["realm"]}",')
    if other.get("private_key"):
        given.append(f'    private_key=str(Path("{other["private_key"]}").absolute()),')
    lines = [
        *(["from pathlib import Path", ""] if other.get("private_key") else []),
        "from oauth2.profiles import Profile, ProfileStore, default_path",
        "",
        f'given = Profile.from_file("{other["id"]}.env")',
        "profile = Profile(",
        *given,
        ")",
        "ProfileStore(default_path()).save(profile)",
    ]
    return "\n".join(lines)


def _call(other: Other) -> Iterator[str]:
    yield "## The first call"
    if other.get("made_up"):
        yield "`/made-up/path` is **made up**: put the path of a call in its place."
    words = ["oauth2", "request", other["url"], "--profile", other["id"]]
    yield block("console", typed([*words, *(["--body-hash"] if other.get("body_hash") else [])]))
    yield "A program signs the same by the profile:"
    hashed = "include_body_hash=True" if other.get("body_hash") else ""
    yield from program(other["url"], other["id"], hashed)
