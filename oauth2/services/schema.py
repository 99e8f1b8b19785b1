"""What an entry of ``services.json`` may hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from ..flow import REQUEST_TOKEN_CALLBACKS
from ..placement import PLACEMENTS
from ..signature import SIGNATURE_METHODS
from .suggestion import suggestion
from .variables import SPELLINGS

__all__ = ["FIELDS", "PROSE", "REQUIRED", "Field", "ServiceError", "json_type", "validated"]

# A URL with a host, or a variable that a user fills with the start of one; no white space.
_is_template = re.compile(r"(?:https?://[^\s/?#]|\{\w+\})\S*").fullmatch
REQUIRED = ("id", "request_token_url", "authorize_url", "access_token_url")
# What the packaged entries say for readers alone, and of what kind it is.
PROSE: Mapping[str, str] = {
    "about": "a text",
    "confirmed_by_one_source_only": "a list of texts",
    "errors": "a list of objects, each with answer and causes",
    "evidence": "a list of texts",
    "notes": "a text",
    "param_location": "a text",
    "realm_notes": "a text",
    "register": "a text",
    "unchecked": "a list of texts",
    "url_examples": "an object of texts",
}

_PLACES = ("url", "realm")
_SOURCES = ("server", "documentation", "client", "report", "page")


class ServiceError(ValueError):
    """A service cannot be used: its entry is not valid, or a variable of it is not."""


class Field(NamedTuple):
    """What a field may hold: in words, and as a check of its value."""

    expected: str
    check: Callable[[Any], object]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_callback(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(value.get(name), (bool, type(None))) for name in ("oob", "dynamic")
    )


def _is_spellings(value: Any) -> bool:
    if not isinstance(value, dict) or not value.keys() <= {*_PLACES}:
        return False
    return all(isinstance(name, str) and name in SPELLINGS for name in value.values())


def _is_checked(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != {"date", "sources"}:
        return False
    sources = value["sources"]
    is_known = _is_list_of_texts(sources) and sources and set(sources) <= {*_SOURCES}
    return bool(is_known) and _is_date(value["date"])


def _is_date(value: Any) -> bool:
    try:
        return bool(date.fromisoformat(value).isoformat() == value)
    except (TypeError, ValueError):
        return False


def _some_of(*known: str) -> Field:
    return Field(
        f"a list of {', '.join(known)}",
        lambda value: _is_list_of_texts(value) and value and set(value) <= {*known},
    )


def _one_of(*known: str) -> Field:
    return Field(f"one of {', '.join(known)}", lambda value: value in known)


_TEXT = Field("a text", _is_text)
_TEXTS = Field("a list of texts", _is_list_of_texts)
_PAIRS = Field(
    "an object of texts",
    lambda value: isinstance(value, dict) and all(map(_is_text, value.values())),
)
_URL = Field("an http or https URL", lambda value: _is_text(value) and _is_template(value))
_FLAG = Field("true or false", lambda value: isinstance(value, bool))
_METHODS = _some_of("GET", "POST")

FIELDS: Mapping[str, Field] = {
    "id": _TEXT,
    "name": _TEXT,
    "aliases": _TEXTS,
    "request_token_url": _URL,
    "authorize_url": _URL,
    "access_token_url": _URL,
    "whoami_url": _URL,
    "signature_methods": _some_of(*SIGNATURE_METHODS),
    "consumer_secret": Field('"", as a secret belongs into a profile', lambda value: value == ""),
    "request_token_method": _METHODS,
    "access_token_method": _METHODS,
    "placement": _one_of(*PLACEMENTS),
    "realm": _TEXT,
    "callback": Field("an object, with oob and dynamic true or false", _is_callback),
    "verifier_used": _FLAG,
    "require_callback_confirmed": _FLAG,
    "authorize_names": _PAIRS,
    "request_token_params": _PAIRS,
    "authorize_params": _PAIRS,
    "url_vars": _PAIRS,
    "url_defaults": _PAIRS,
    "quirks": _TEXTS,
    "status": Field("an object", lambda value: isinstance(value, dict)),
    "request_token_callback": _one_of(*REQUEST_TOKEN_CALLBACKS),
    "redirect_has_token": _FLAG,
    "signed_calls": _FLAG,
    "spellings": Field(
        f"an object of {' and '.join(_PLACES)}, each one of {', '.join(SPELLINGS)}", _is_spellings
    ),
    "checked": Field(
        f"an object of date (YYYY-MM-DD) and sources (some of {', '.join(_SOURCES)})", _is_checked
    ),
}


def validated(entry: Any) -> Mapping[str, Any]:
    """Return the fields of an entry that are not null, without those that are prose alone.

    Raises ServiceError that names the field, what was expected and the JSON type that was received.

    >>> validated({"id": "mine"})
    Traceback (most recent call last):
    oauth2.services.schema.ServiceError: request_token_url: expected an http or https URL, got none
    """
    if not isinstance(entry, dict):
        raise ServiceError(f"expected an object, got {json_type(entry)}")
    fields = {name: entry[name] for name in entry if entry[name] is not None}
    for name in REQUIRED:
        if name not in fields:
            raise ServiceError(f"{name}: expected {FIELDS[name].expected}, got none")
    for name in PROSE:
        fields.pop(name, None)
    for name, value in fields.items():
        if name not in FIELDS:
            meant = suggestion(name, FIELDS)
            raise ServiceError(f"{name}: expected a field that is known{meant}")
        if not FIELDS[name].check(value):
            raise ServiceError(f"{name}: expected {FIELDS[name].expected}, got {json_type(value)}")
    return fields


def json_type(value: Any) -> str:
    """Name the JSON type of a value, which itself may be a secret in the wrong place."""
    names = {str: "text", list: "a list", dict: "an object", bool: "true or false"}
    return names.get(type(value), "a number")
