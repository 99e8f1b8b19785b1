"""The reference of services.json: each field of oauth2/services/schema.py, in a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from myst import block, code, joined, prose, table

from oauth2.services import Service
from oauth2.services.schema import FIELDS, PROSE, REQUIRED

__all__ = ["DESCRIBED", "pages"]


class Described(NamedTuple):
    """What a field means, and a value that it may have."""

    meaning: str
    example: Any


DESCRIBED: Mapping[str, Described] = {
    "id": Described("The name for the command, and that of the profile.", "mine"),
    "name": Described("The name for people. Without it: the id.", "My provider"),
    "aliases": Described("Further names for the command.", ["my"]),
    "request_token_url": Described(
        "Where the request token is asked for. A {name} in it is a variable.",
        "https://{host}/request_token",
    ),
    "authorize_url": Described("The page for the user.", "https://{host}/authorize"),
    "access_token_url": Described(
        "Where the verifier is exchanged for the access token.", "https://{host}/access_token"
    ),
    "whoami_url": Described(
        "A call by GET that tells whose token it is; the command proposes it. Variables of it may"
        " also be what the provider sent along with the token.",
        "https://{host}/me",
    ),
    "signature_methods": Described(
        "What it accepts. The first that is not PLAINTEXT signs.", ["HMAC-SHA256", "HMAC-SHA1"]
    ),
    "consumer_secret": Described("Blank where consumers have no secret, as with RSA.", ""),
    "request_token_method": Described(
        "The methods that it accepts for the request token; POST is sent where it is among them.",
        ["GET"],
    ),
    "access_token_method": Described("The same for the access token.", ["POST", "GET"]),
    "placement": Described(
        "Where OAuth parameters are while a token is fetched; on calls, they are in the header.",
        "body",
    ),
    "realm": Described("The realm of the header; it may have variables.", "https://api.example/"),
    "callback": Described(
        "oob: whether a PIN can be shown. dynamic: whether a request may name any callback; false"
        " where it has to be registered. null, or left out: nobody knows. notes: the rules in"
        " words.",
        {"oob": True, "dynamic": False, "notes": "as registered"},
    ),
    "verifier_used": Described(
        "Whether there is a verifier; false for OAuth 1.0, which had none. Left out: nobody knows.",
        False,
    ),
    "require_callback_confirmed": Described(
        "Whether a request token without oauth_callback_confirmed=true is refused; false for"
        " OAuth 1.0.",
        False,
    ),
    "authorize_names": Described(
        "What goes onto the authorize URL (oauth_token, oauth_callback, oauth_consumer_key), and"
        " under which name.",
        {"oauth_token": "token"},
    ),
    "request_token_params": Described(
        "What may be sent along with the request for a request token, explained; nothing is sent"
        " by itself.",
        {"scope": "read or write"},
    ),
    "authorize_params": Described(
        "The same for the authorize URL.", {"perms": "read, write or delete"}
    ),
    "url_vars": Described("What each variable stands for, in words.", {"host": "your own host"}),
    "url_defaults": Described("The value of a variable that is not given.", {"host": "a.example"}),
    "quirks": Described("What else a user has to know, in words.", ["a token lives a day"]),
    "status": Described(
        "state: alive, deprecated or unknown. date: since or from when it is deprecated. note:"
        " more of that in words.",
        {"state": "deprecated", "date": "2027-01"},
    ),
    "request_token_callback": Described(
        "What of the callback is sent for the request token: given, as it is; absent, nothing, as"
        " OAuth 1.0 had it; oob, always that. Left out: given, or absent where authorize_names has"
        " oauth_callback.",
        "oob",
    ),
    "redirect_has_token": Described(
        "Whether the redirect names the request token; false where its redirects cannot be told"
        " apart.",
        False,
    ),
    "signed_calls": Described(
        "false where calls are not signed, as the token is all that OAuth is for.", False
    ),
    "spellings": Described(
        "How the values of variables are written in the url and in the realm, where these differ.",
        {"url": "lower-hyphen", "realm": "UPPER_UNDERSCORE"},
    ),
    "checked": Described(
        "When all this was compared with its sources, and of what kind these are.",
        {"date": "2026-11-26", "sources": ["documentation"]},
    ),
    "about": Described("What it is.", "Photos of holidays."),
    "confirmed_by_one_source_only": Described("What one source alone says.", ["the realm"]),
    "errors": Described(
        "What a refusal looks like, and which causes that means, by the names that the command"
        " prints.",
        [{"answer": "401, Invalid signature", "causes": ["signature-refused"]}],
    ),
    "evidence": Described("The sources, with their dates.", ["its own page of 2026-03"]),
    "notes": Described("Anything else.", "asked for by a user"),
    "param_location": Described("Where others put OAuth parameters.", "header or query"),
    "realm_notes": Described("What is known of the realm.", "optional on calls"),
    "register": Described("What to register, and where.", "An application, with its callback."),
    "unchecked": Described("What nobody has checked.", ["how far the clock may be off"]),
    "url_examples": Described("A value for each variable, for its page.", {"host": "a.example"}),
}

_OWN = """$ export CONFIG="${XDG_CONFIG_HOME:-$HOME/.config}/oauth2"
$ mkdir -p "$CONFIG"
$ cat > "$CONFIG/services.json" <<'END'
> [
>   {
>     "id": "mine",
>     "request_token_url": "https://provider.example/request_token",
>     "authorize_url": "https://provider.example/authorize",
>     "access_token_url": "https://provider.example/access_token",
>     "quirks": ["a token lives a day"]
>   }
> ]
> END
$ oauth2 services mine
name mine
request token url https://provider.example/request_token
authorize url https://provider.example/authorize
access token url https://provider.example/access_token
signature methods HMAC-SHA1
note a token lives a day"""
_PROGRAM = """import os
from pathlib import Path

from oauth2.services import load

folder = Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config"), "oauth2")
print(load(folder / "services.json")["mine"].access_token_url)"""


def pages() -> Mapping[str, str]:
    """Return the page."""
    return {"reference/services-json": joined(list(_parts()))}


def _parts() -> Iterator[str]:
    yield "# The fields of services.json"
    yield (
        "The providers that the package knows are entries of a list in JSON,"
        " `oauth2/services/services.json`. Your own are in another one, `services.json` beside the"
        " profiles of the command; an entry there goes before one of the same `id`."
    )
    yield block("console", _OWN)
    yield "A program names the file:"
    yield block("python", _PROGRAM)
    yield block("text", "https://provider.example/access_token", ":class: output")
    yield "## Fields that the library reads"
    yield (
        f"{', '.join(map(code, REQUIRED))} are required, the others are not. A field that is not"
        " in these two tables is an error. `null` is as good as no field."
    )
    yield _rows(FIELDS)
    yield "## Fields for readers alone"
    yield (
        "The library ignores them. The pages of [the providers](../providers/index.md) are made"
        " of them, and of the others."
    )
    yield _rows(PROSE)


def _rows(names: Iterable[str]) -> str:
    rows = []
    for name in names:
        meaning, example = DESCRIBED[name]
        expected = FIELDS[name].expected if name in FIELDS else PROSE[name]
        shown = code(json.dumps(example))
        kind = f"{prose(expected)}; {_default(name)}"
        rows.append((code(name), kind, f"{prose(meaning)} Example: {shown}"))
    return table(("field", "type; default", "meaning"), rows)


def _default(name: str) -> str:
    """Return the default as JSON has it; what is required has none."""
    if name in REQUIRED:
        return "required"
    if name == "name":
        return "the id"
    if name in PROSE:
        return "none"
    value: Any = Service._field_defaults[name]
    plain = dict(value) if isinstance(value, Mapping) else value
    return "none" if plain is None else code(json.dumps(plain))
