"""A page for each provider that services.json has, and the table of them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from myst import block, bullets, code, codes, joined, prose, table, typed, unbroken
from other_pages import OTHERS, other_page
from page_parts import UNCHECKED, checked, program, refusals
from provider_data import EXTRA, Entry, entries

from oauth2.services import Service

_FREE_PORT = "The command names a free port of 127.0.0.1 in its callback."
_CALLBACKS = (
    "`http://127.0.0.1:8080/callback` (with `--port 8080`) or `http://localhost:8080/callback`"
    " (with `--callback-host localhost` beside it)"
)
# What is sent for a request token whatever the callback is.
_FIXED = ("oob",)
_TIED = (
    "A request cannot name a callback. Where `http://127.0.0.1:8080/callback` is tied to the key,"
    " add `--port 8080` below, and the redirect is waited for."
)
_SIGNED = "This call tells whose token it is. What the provider answers is not shown here."
_NO_WHOAMI = (
    "Which call tells whose token it is, nobody has checked. `/made-up/path` is **made up**: put"
    " the path of a call in its place."
)
_INTRODUCTION = (
    "`oauth2 authorize NAME` gets a token from one of these. Each page says what to register there,"
    " makes a first call by the command and by a program, and tells what nobody has checked. No"
    " provider was called to write it: a page names what it was written from. A program without"
    " requests calls by `oauth2.profiles.load(NAME).client()`."
)
_NOT_HERE = (
    "A provider that is not here needs its three URLs, on the command line"
    " (`oauth2 authorize --help`) or in an entry of your own: see"
    " [the fields of services.json](../reference/services-json.md)."
)


def pages() -> Mapping[str, str]:
    """Return them, by path."""
    known = entries()
    return {
        "providers/index": _index(known),
        **{f"providers/{entry.id}": provider_page(entry) for entry in known},
        **{f"providers/{other['id']}": other_page(other) for other in OTHERS},
    }


def provider_page(entry: Entry) -> str:
    """Return the page of one provider."""
    return joined(
        [
            f"# {prose(entry.service.name)}",
            f"{prose(entry.raw.get('about', ''))} {state(entry.service.status)}".strip(),
            _facts(entry),
            "## What to register",
            *_registering(entry),
            "## A token",
            *_token(entry),
            "## The first call",
            *(_first_call(entry) if entry.service.signed_calls else _unsigned_call(entry)),
            "## What is different here",
            bullets(map(prose, entry.service.quirks)),
            "## When it refuses",
            refusals(entry.raw.get("errors", [])),
            "## Where this is from",
            *checked(entry.raw, list(_unknown(entry))),
        ]
    )


def state(status: Mapping[str, Any]) -> str:
    """Say whether it is alive, and until when."""
    dated = f" ({status['date']})" if status.get("date") else ""
    said = {
        "alive": "Alive.",
        "deprecated": f"**Deprecated**{dated}.",
        "unknown": "Whether it is alive, nobody has checked.",
    }[status["state"]]
    note = prose(status.get("note") or "")
    return f"{said} {note[:1].upper()}{note[1:]}{'.' if note else ''}".rstrip()


def _tell(value: bool | None, yes: str, no: str) -> str:
    return UNCHECKED if value is None else yes if value else no


def _facts(entry: Entry) -> str:
    service = entry.service
    realm = code(service.realm) if service.realm else "none"
    rows = [
        ("`oauth2 authorize`", codes([service.id, *service.aliases])),
        (
            "Request token",
            f"{codes(service.request_token_method)} {code(service.request_token_url)}",
        ),
        ("Authorize page", code(service.authorize_url)),
        ("Access token", f"{codes(service.access_token_method)} {code(service.access_token_url)}"),
        ("Signature methods", codes(service.signature_methods)),
        ("Parameters of a token's request", f"in the {service.placement}"),
        (
            "Parameters of a call",
            "in the header" if service.signed_calls else "calls are not signed",
        ),
        ("Where others put them", prose(entry.raw.get("param_location") or UNCHECKED)),
        ("Realm", realm),
        ("About the realm", prose(entry.raw.get("realm_notes") or "")),
        (
            "Callback",
            _tell(service.accepts_any_callback, "any", "only one that is registered with it"),
        ),
        ("PIN (`oob`)", _tell(service.accepts_oob, "yes", "no")),
        ("Verifier", _tell(service.verifier_used, "yes", "none, as in OAuth 1.0")),
    ]
    return table(("", ""), [row for row in rows if row[1]])


def _registering(entry: Entry) -> Iterator[str]:
    service = entry.service
    yield prose(entry.raw.get("register") or UNCHECKED)
    notes = service.callback.get("notes")
    if notes:
        yield f"The callback: {prose(notes)}."
    if service.accepts_any_callback is True:
        yield f"{_FREE_PORT} Nobody has to register that, as far as is known."
    elif service.request_token_callback in _FIXED:
        yield _TIED
    elif service.accepts_any_callback is False:
        yield f"For a redirect to this machine, register {_CALLBACKS}."
    else:
        yield "Whether the callback has to be registered: nobody has checked this."
        yield f"{_CALLBACKS} stays the same each time, and can be registered."
    if entry.signs_by_rsa:
        yield "The pair of keys, of which the provider is given the public one:"
        make = ["openssl", "genrsa", "-out", f"{entry.id}.pem", "2048"]
        show = ["openssl", "rsa", "-in", f"{entry.id}.pem", "-pubout", "-out", f"{entry.id}.pub"]
        yield block("console", f"{typed(make)} 2> /dev/null\n{typed(show)} 2> /dev/null")


def _token(entry: Entry) -> Iterator[str]:
    extras = "cli,requests,rsa" if entry.signs_by_rsa else "cli,requests"
    yield block("console", f"$ python -m pip install 'oauth2[{extras}]'")
    service, url_vars = entry.service, entry.service.url_vars
    for name, explained in url_vars.items():
        yield f"`--var {name}=…`: {prose(explained)}."
    asked = "Consumer key: your key\n"
    if service.consumer_secret is None:
        asked += "Consumer secret:\n"
    way = f"Waiting for you on {entry.callback}, for 300 seconds."
    lines = [
        f"{typed(['oauth2', 'authorize', entry.id, *entry.options()])}\n{asked}"
        f"Open this page and authorize the application:\n\n  {entry.authorization_url()}\n",
        "PIN: 123456" if entry.shows_pin else way,
        f"Stored profile {entry.id}: a token.",
    ]
    if service.signed_calls and entry.whoami():
        words = ["oauth2", "request", "GET", entry.whoami() or "", "--profile", entry.id]
        lines.append(f"Try: {shlex.join(words)}")
    yield block("console", "\n".join(lines))
    for option, described in (
        ("--request-param", service.request_token_params),
        ("--param", service.authorize_params),
    ):
        if described:
            yield f"What `{option} NAME=VALUE` may add:"
            yield table(
                ("name", "value"), [(code(name), prose(text)) for name, text in described.items()]
            )


def _first_call(entry: Entry) -> Iterator[str]:
    url = entry.first_url()
    yield _SIGNED if entry.whoami() else _NO_WHOAMI
    yield block("console", typed(["oauth2", "request", url, "--profile", entry.id]))
    yield "A program signs the same by the profile:"
    yield from program(url, entry.id)


def _unsigned_call(entry: Entry) -> Iterator[str]:
    before, _, after = (entry.filled.whoami_url or "").partition("{userID}")
    yield (
        "Calls are not signed: the secret of the token is the key of the API. So `oauth2 request`"
        " is not for them, but a header is:"
    )
    yield block(
        "console",
        f"""$ eval "$(oauth2 profiles export {entry.id} --show-secrets)"
$ export USER_ID={EXTRA}
$ curl --silent --header "Zotero-API-Key: $OAUTH_TOKEN_SECRET" \\
>   --header 'Zotero-API-Version: 3' "{before}$USER_ID{after}\"""",
    )
    yield "A program finds the number of the user beside the token:"
    yield block(
        "python",
        f"""import requests

import oauth2

token = oauth2.profiles.load("{entry.id}").token
url = f"{before}{{token.extra['userID']}}{after}"
headers = {{"Zotero-API-Key": token.secret, "Zotero-API-Version": "3"}}
response = requests.get(url, headers=headers, timeout=30)
print(response.status_code)""",
    )
    yield block("text", "200", ":class: output")


def _unknown(entry: Entry) -> Iterator[str]:
    service = entry.service
    told = " ".join(entry.raw.get("unchecked", []))
    if service.accepts_oob is None and "oob" not in told:
        yield "whether oob is taken, for a PIN"
    if service.accepts_any_callback is None:
        yield "whether a callback has to be registered"
    if service.verifier_used is None:
        yield "whether a verifier is used"
    if not entry.whoami():
        yield "which call tells whose token it is"
    if "param_location" not in entry.raw and "placement" not in entry.raw:
        yield "where OAuth parameters may be, other than in the header"
    for name in ("request_token_method", "access_token_method"):
        if name not in entry.raw:
            yield f"{name.replace('_', ' ')}: POST is sent"


def _callbacks(service: Service) -> str:
    """Return what callbacks are accepted, in as few words as fit into a table."""
    words = {True: "any", False: "registered", None: "unknown"}[service.accepts_any_callback]
    return f"{words}, or a PIN" if service.accepts_oob else words


def _index(known: list[Entry]) -> str:
    rows = [
        (
            f"[{prose(entry.service.name)}]({entry.id}.md)",
            entry.service.status["state"],
            codes(entry.service.signature_methods),
            _callbacks(entry.service),
            unbroken(entry.service.checked["date"]),
        )
        for entry in known
    ]
    others = [
        (
            f"[{prose(other['name'])}]({other['id']}.md)",
            prose(other["kind"]),
            codes(other["signature_methods"]),
            unbroken(other["checked"]["date"]),
        )
        for other in OTHERS
    ]
    names = [entry.id for entry in known] + [other["id"] for other in OTHERS]
    return joined(
        [
            "# Providers",
            _INTRODUCTION,
            table(("provider", "state", "signature methods", "callback", "checked"), rows),
            _NOT_HERE,
            "## Without three legs",
            "These hand out a token by another way, or need none.",
            table(("provider", "what signs", "signature methods", "checked"), others),
            block("{toctree}", "\n".join(names), ":hidden:").replace("{code-block} ", ""),
        ]
    )
