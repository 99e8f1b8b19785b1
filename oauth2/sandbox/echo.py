"""The protected resource of a sandbox: it says what it received, much as httpbin does."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import flask
from werkzeug.datastructures import FileStorage
from werkzeug.formparser import FormDataParser

from ..encoding import text_of
from ..headers import FORM_CONTENT_TYPE
from ..parameters import decode_pairs, grouped
from ..redaction import HIDDEN, printable, redacted
from ..request import Request
from .store import AccessToken

__all__ = ["echoed", "sections", "wants_page"]

_MULTIPART = "multipart/form-data"
_MOST_DATA = 1 << 16
_MOST_LEVELS = 100
_MOST_SHOWN = 10_000  # of one value on the page; all of it is in the JSON
_SIGNATURE = "oauth_signature"


def echoed(
    request: Request, query: str, body: bytes, token: AccessToken, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what was received, as JSON has it, without the signature.

    ``parameters`` are all that are not OAuth's, as they were signed. ``args`` are those of the
    query and ``form`` those of the body, OAuth's included; a name that is repeated has a list.
    ``files`` has, by the name of the field, ``name``, ``type``, ``size`` in octets and
    ``sha256``. ``json`` is the body where it is JSON. ``data`` is the body as text, where it is
    neither a form nor files; None where it is longer than 64 KiB or not valid UTF-8. ``body`` has
    the ``length`` and the ``sha256`` of all of it.
    """
    received = flask.request
    form, files = _form_and_files(received.mimetype, body)
    is_other = received.mimetype not in (FORM_CONTENT_TYPE, _MULTIPART)
    return {
        "method": request.method,
        "url": request.normalized_url,
        "owner": token.owner,
        "consumer_key": token.consumer,
        "signature_method": request["oauth_signature_method"],
        "parameters": parameters,
        "base_string": request.signature_base_string(),
        "args": _shown(decode_pairs(query)),
        "form": _shown(form),
        "files": grouped([(field, _described(file)) for field, file in files]),
        "json": _json(body) if received.is_json else None,
        "data": _text(body) if is_other else "",
        "headers": {name: redacted(value, ()) for name, value in received.headers.items()},
        "body": {"length": len(body), "sha256": sha256(body).hexdigest()},
    }


def wants_page() -> bool:
    """Whether a browser asks, which wants HTML rather than JSON."""
    offered = ["application/json", "text/html"]
    return flask.request.accept_mimetypes.best_match(offered) == "text/html"


def sections(told: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what `echoed` told as headings, with pairs of names and values below each."""
    files = {
        field: "\n".join(_file_lines(listed if isinstance(listed, list) else [listed]))
        for field, listed in told["files"].items()
    }
    body = {"length": f"{told['body']['length']:,} octets", "SHA-256": told["body"]["sha256"]}
    if told["json"] is not None:
        body["JSON"] = json.dumps(told["json"], indent=2, ensure_ascii=False)
    elif told["data"]:
        body["text"] = told["data"]
    signed = {
        "consumer": told["consumer_key"],
        "user": told["owner"],
        "signature method": told["signature_method"],
        "base string": told["base_string"],
    }
    headed = {
        "What was signed": signed,
        "Query": told["args"],
        "Form": told["form"],
        "Files": files,
        "Body": body,
        "Headers": told["headers"],
    }
    return [(heading, _flat(values)) for heading, values in headed.items() if values]


def _form_and_files(
    mimetype: str, body: bytes
) -> tuple[list[tuple[str, str]], list[tuple[str, FileStorage]]]:
    """Return the pairs of a form, and its files by their fields; none where it is not valid."""
    if mimetype == FORM_CONTENT_TYPE:
        return decode_pairs(text_of(body)), []
    # Without limits of its own: the body has been read, and has one.
    parser = FormDataParser(_in_memory, max_form_memory_size=None, max_form_parts=None)
    options = flask.request.mimetype_params
    _, form, files = parser.parse(io.BytesIO(body), mimetype, len(body), options)
    return list(form.items(multi=True)), list(files.items(multi=True))


def _in_memory(*_: Any, **__: Any) -> io.BytesIO:
    """Make what a file is read into: its octets are in memory already."""
    return io.BytesIO()


def _described(file: FileStorage) -> dict[str, Any]:
    content = file.read()
    return {
        "name": file.filename,
        "type": file.mimetype,
        "size": len(content),
        "sha256": sha256(content).hexdigest(),
    }


def _file_lines(files: list[dict[str, Any]]) -> list[str]:
    return [
        f"{file['name']}: {file['type'] or 'no type'}, {file['size']:,} octets,"
        f" SHA-256 {file['sha256']}"
        for file in files
    ]


def _shown(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    return grouped([(name, HIDDEN if name == _SIGNATURE else value) for name, value in pairs])


def _json(body: bytes) -> Any:
    """Return what JSON says, None where it is not valid; NaN, say, is not."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    try:
        value = json.loads(body, parse_constant=refuse)
    except (ValueError, RecursionError):
        return None
    return None if _is_deep(value) else value


def _is_deep(value: Any) -> bool:
    """Whether it has more levels than can be written for sure."""
    level: list[Any] = [[value]]
    for _ in range(_MOST_LEVELS):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


def _text(body: bytes) -> str | None:
    if len(body) > _MOST_DATA:
        return None
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _flat(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (_cut(name), _cut(str(value)))
        for name, listed in values.items()
        for value in (listed if isinstance(listed, list) else [listed])
    ]


def _cut(text: str) -> str:
    return printable(text[:_MOST_SHOWN]) + ("…" if len(text) > _MOST_SHOWN else "")
