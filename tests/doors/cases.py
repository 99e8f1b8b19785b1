"""Requests of every kind, what they are to be answered, and three libraries that sign them."""

from __future__ import annotations

import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import requests
from gateways import Sent, signed
from known import CONSUMER, CONSUMER_SECRET, FORM, TOKEN, TOKEN_SECRET
from oauthlib import oauth1
from requests_oauthlib import OAuth1

import oauth2

JSON = "application/json"
MULTIPART = "multipart/form-data; boundary=x"
UPLOAD = (
    b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n\0\xc3\xa9\r\n--x--\r\n'
)
METHODS = {
    "HMAC-SHA1": oauth2.SignatureMethod_HMAC_SHA1(),
    "HMAC-SHA256": oauth2.SignatureMethod_HMAC_SHA256(),
    "HMAC-SHA512": oauth2.SignatureMethod_HMAC_SHA512(),
    "PLAINTEXT": oauth2.SignatureMethod_PLAINTEXT(),
}


def unchanged(sent: Sent) -> Sent:
    """Send what was signed."""
    return sent


class Case(NamedTuple):
    """A request, who signs it and how, what becomes of it on the way, and the answer."""

    path: str = "/r"
    method: str = "GET"
    body: bytes = b""
    content_type: str | None = None
    place: str = "header"
    key: str = str(CONSUMER.key)
    secret: str = CONSUMER_SECRET
    token: str | None = None
    token_secret: str = TOKEN_SECRET
    algorithm: str = "HMAC-SHA1"
    age: int = 0
    change: Callable[[Sent], Sent] = unchanged
    is_chunked: bool = False
    is_repeated: bool = False
    status: int = 200
    problem: str | None = None

    @property
    def is_text(self) -> bool:
        """Whether the body is UTF-8."""
        return "\N{REPLACEMENT CHARACTER}" not in self.body.decode(errors="replace")

    @property
    def parameters(self) -> dict[str, Any]:
        """What is signed beside OAuth's own parameters, by name."""
        pairs = parse_qsl(self.path.partition("?")[2], keep_blank_values=True)
        if self.content_type == FORM:
            pairs += parse_qsl(self.body.decode(), keep_blank_values=True)
        grouped: dict[str, list[str]] = {}
        for name, value in pairs:
            grouped.setdefault(name, []).append(value)
        return {name: each if len(each) > 1 else each[0] for name, each in grouped.items()}


# --- Who signs


def by_oauthlib(case: Case, url: str, timestamp: int) -> Sent:
    """Sign by oauthlib."""
    places = {
        "header": oauth1.SIGNATURE_TYPE_AUTH_HEADER,
        "query": oauth1.SIGNATURE_TYPE_QUERY,
        "body": oauth1.SIGNATURE_TYPE_BODY,
    }
    return signed(
        url,
        case.method,
        case.body,
        case.content_type,
        client_key=case.key,
        client_secret=case.secret,
        resource_owner_key=case.token,
        resource_owner_secret=case.token_secret if case.token else None,
        signature_method=case.algorithm,
        signature_type=places[case.place],
        timestamp=str(timestamp),
    )


def by_requests_oauthlib(case: Case, url: str, timestamp: int) -> Sent:
    """Prepare by requests, and sign by requests-oauthlib."""
    headers = {"Content-Type": case.content_type} if case.content_type else {}
    auth = OAuth1(
        case.key,
        case.secret,
        case.token,
        case.token_secret if case.token else None,
        signature_method=case.algorithm,
        signature_type={"header": "auth_header"}.get(case.place, case.place),
        timestamp=str(timestamp),
        force_include_body=case.content_type not in (None, FORM),
    )
    body = case.body.decode() if case.content_type == FORM else case.body or None
    made = requests.Request(case.method, url, headers=headers, data=body, auth=auth).prepare()
    sent_headers = {
        oauth2.to_unicode(name): oauth2.to_unicode(value)
        for name, value in made.headers.items()
        if oauth2.to_unicode(name) in ("Authorization", "Content-Type")
    }
    octets = made.body.encode() if isinstance(made.body, str) else made.body or b""
    assert isinstance(octets, bytes)
    return Sent(str(made.url), case.method, sent_headers, octets)


def by_signer(case: Case, url: str, timestamp: int) -> Sent:
    """Sign by the library itself."""
    signer = oauth2.Signer(
        oauth2.Consumer(case.key, case.secret),
        oauth2.Token(case.token, case.token_secret) if case.token else None,
        signature_method=METHODS[case.algorithm],
        placement=case.place,
        clock_offset=timestamp - int(time.time()),
    )
    headers = {"Content-Type": case.content_type} if case.content_type else {}
    made = signer.sign(case.method, url, headers=headers, body=case.body)
    return Sent(made.url, case.method, {**headers, **made.headers}, made.body)


SIGNERS = [by_oauthlib, by_requests_oauthlib, by_signer]

# --- What becomes of it on the way


def in_header(old: str, new: str) -> Callable[[Sent], Sent]:
    """Return what replaces a part of the Authorization header, which has it."""

    def change(sent: Sent) -> Sent:
        text = sent.headers["Authorization"]
        assert old in text
        return sent._replace(headers={**sent.headers, "Authorization": text.replace(old, new, 1)})

    return change


def in_url(old: str, new: str) -> Callable[[Sent], Sent]:
    """Return what replaces a part of the URL."""

    def change(sent: Sent) -> Sent:
        assert old in sent.url
        return sent._replace(url=sent.url.replace(old, new, 1))

    return change


def in_body(old: bytes, new: bytes) -> Callable[[Sent], Sent]:
    """Return what replaces a part of the body."""

    def change(sent: Sent) -> Sent:
        assert old in sent.body
        return sent._replace(body=sent.body.replace(old, new, 1))

    return change


def with_method(method: str) -> Callable[[Sent], Sent]:
    """Return what sends it by another method."""
    return lambda sent: sent._replace(method=method)


def without_header(name: str) -> Callable[[Sent], Sent]:
    """Return what leaves a header out."""
    return lambda sent: sent._replace(
        headers={key: value for key, value in sent.headers.items() if key != name}
    )


def without_parameter(name: str) -> Callable[[Sent], Sent]:
    """Return what leaves a parameter out of the Authorization header."""

    def change(sent: Sent) -> Sent:
        scheme, _, rest = sent.headers["Authorization"].partition(" ")
        kept = [part for part in rest.split(", ") if not part.startswith(f"{name}=")]
        value = f"{scheme} {', '.join(kept)}"
        return sent._replace(headers={**sent.headers, "Authorization": value})

    return change


def as_nobody(sent: Sent) -> Sent:
    """Send it without credentials."""
    return without_header("Authorization")(sent)


def by_basic(sent: Sent) -> Sent:
    """Send other credentials."""
    return sent._replace(headers={**sent.headers, "Authorization": "Basic a2V5OnNlY3JldA=="})


FORM_POST: dict[str, Any] = {"method": "POST", "content_type": FORM}
JSON_POST: dict[str, Any] = {
    "method": "POST",
    "content_type": JSON,
    "body": b'{"a": [1, "\xc3\xa9"]}',
}
ABSENT: dict[str, Any] = {"status": 400, "problem": "parameter_absent"}
INVALID: dict[str, Any] = {"status": 401, "problem": "signature_invalid"}
REJECTED: dict[str, Any] = {"status": 400, "problem": "parameter_rejected"}
UNSIGNED: dict[str, Any] = {"status": 401, "problem": "parameter_absent"}

CASES = {
    # Places of OAuth's parameters.
    "header": Case(),
    "header and query": Case("/r?a=1&b=2"),
    "query": Case(place="query"),
    "query and query": Case("/r?a=1&b=2", place="query"),
    "header and form": Case(body=b"a=1&b=2", **FORM_POST),
    "header, query and form": Case("/r?c=3", body=b"a=1&b=2", **FORM_POST),
    "body": Case(body=b"a=1", place="body", **FORM_POST),
    "body and query": Case("/r?c=3&a=2", body=b"a=1", place="body", **FORM_POST),
    "query and form": Case(body=b"a=1", place="query", **FORM_POST),
    # Whom it is signed for, and how.
    "token": Case(token=str(TOKEN.key)),
    "token in the query": Case(token=str(TOKEN.key), place="query"),
    "HMAC-SHA256": Case("/r?a=1", algorithm="HMAC-SHA256"),
    "HMAC-SHA512": Case(body=b"a=1", algorithm="HMAC-SHA512", **FORM_POST),
    "realm": Case(change=in_header("OAuth ", 'OAuth realm="Photos", ')),
    "scheme in lower case": Case(change=in_header("OAuth ", "oauth ")),
    "Basic joined before": Case(change=in_header("OAuth ", "Basic a2V5OnM=, OAuth ")),
    "commas without blanks": Case(change=in_header(", ", ",")),
    # Names and values.
    "repeated names in the query": Case("/r?a=2&a=1&b=3&a=2"),
    "repeated names in the form": Case(body=b"a=2&a=1&b=3&a=2", **FORM_POST),
    "a name in query and form": Case("/r?a=2", body=b"a=1", **FORM_POST),
    "empty value": Case("/r?a=&b=1"),
    "blanks": Case("/r?a=b%20c&d=e+f"),
    "blanks in the form": Case(body=b"a=b%20c&d=e+f", **FORM_POST),
    "plus and ampersand": Case("/r?a=b%2Bc%26d%3D"),
    "not ASCII in the query": Case("/r?caf%C3%A9=%E6%97%A5%F0%9F%98%80"),
    "not ASCII in the form": Case(body=b"caf%C3%A9=%E6%97%A5%F0%9F%98%80", **FORM_POST),
    "brackets": Case("/r?a%5B%5D=1&a%5B%5D=2"),
    "form with charset": Case(
        method="POST", content_type=JSON + "; charset=utf-8", body=b'{"a": "\xc3\xa9"}'
    ),
    # Paths.
    "path not ASCII": Case("/caf%C3%A9/%E6%97%A5"),
    "escapes in lower case": Case("/caf%c3%a9"),
    "escaped slash": Case("/stock/ABC%2F10"),
    "escaped colon": Case("/a%3Ab"),
    "escaped per cent": Case("/100%25/a%252Fb"),
    "blank in the path": Case("/a%20b/c"),
    "path of Latin-1": Case("/caf%E9"),
    "two slashes": Case("/a//b/"),
    "semicolon and comma": Case("/a;b=c,d"),
    "mount": Case("/mounted/r?a=1"),
    "escaped slash below a mount": Case("/mounted/ABC%2F10"),
    # Methods and bodies.
    "HEAD": Case("/r?a=1", method="HEAD"),
    "DELETE": Case("/r?a=1", method="DELETE"),
    "PUT of a form": Case(method="PUT", content_type=FORM, body=b"a=1"),
    "PATCH of JSON": Case(method="PATCH", content_type=JSON, body=b"{}"),
    "POST without body": Case(method="POST"),
    "JSON": Case(**JSON_POST),
    "JSON and query": Case("/r?a=1", **JSON_POST),
    "XML": Case(method="POST", content_type="application/xml", body=b"<a>\xc3\xa9</a>"),
    "octets": Case(method="PUT", content_type="application/octet-stream", body=b"\0\xff\r\n" * 99),
    "multipart": Case(method="POST", content_type=MULTIPART, body=UPLOAD),
    "form in chunks": Case(body=b"a=1&b=2", is_chunked=True, **FORM_POST),
    "JSON in chunks": Case(is_chunked=True, **JSON_POST),
    # Replays and tampering.
    "replay": Case(is_repeated=True, status=401, problem="nonce_used"),
    "replay of a form": Case(
        body=b"a=1", place="body", is_repeated=True, **FORM_POST, status=401, problem="nonce_used"
    ),
    "query changed": Case("/r?a=1", change=in_url("a=1", "a=2"), **INVALID),
    "query added": Case("/r?a=1", change=in_url("a=1", "a=1&b=1"), **INVALID),
    "form changed": Case(body=b"a=1", change=in_body(b"a=1", b"a=2"), **FORM_POST, **INVALID),
    "signed form changed": Case(
        body=b"a=1", place="body", change=in_body(b"a=1", b"a=2"), **FORM_POST, **INVALID
    ),
    "path changed": Case("/a/b", change=in_url("/a/b", "/a/c"), **INVALID),
    "path unescaped": Case("/a%2Fb", change=in_url("%2F", "/"), **INVALID),
    "method changed": Case(change=with_method("DELETE"), **INVALID),
    "JSON changed": Case(change=in_body(b"a", b"b"), **JSON_POST, **INVALID),
    "upload changed": Case(
        method="POST",
        content_type=MULTIPART,
        body=UPLOAD,
        change=in_body(b"\0", b"\1"),
        **INVALID,
    ),
    "nonce changed": Case(change=in_header('oauth_nonce="', 'oauth_nonce="x'), **INVALID),
    "signature changed": Case(
        change=in_header('oauth_signature="', 'oauth_signature="x'), **INVALID
    ),
    "wrong secret": Case(secret="another-sekrit", **INVALID),
    "wrong secret of the token": Case(
        token=str(TOKEN.key), token_secret="another-sekrit", **INVALID
    ),
    # Missing, unknown, late.
    "no credentials": Case(change=as_nobody, **UNSIGNED),
    "no credentials, with a form": Case(body=b"a=1", change=as_nobody, **FORM_POST, **UNSIGNED),
    "other credentials": Case(change=by_basic, **UNSIGNED),
    "no nonce": Case(change=without_parameter("oauth_nonce"), **ABSENT),
    "no timestamp": Case(change=without_parameter("oauth_timestamp"), **ABSENT),
    "no signature": Case(change=without_parameter("oauth_signature"), **ABSENT),
    "unknown consumer": Case(key="nobody", status=401, problem="consumer_key_unknown"),
    "unknown token": Case(token="none", status=401, problem="token_rejected"),
    "late": Case(age=1000, status=401, problem="timestamp_refused"),
    "early": Case(age=-1000, status=401, problem="timestamp_refused"),
    "PLAINTEXT": Case(algorithm="PLAINTEXT", status=400, problem="signature_method_rejected"),
    "version 2.0": Case(
        change=in_header('oauth_version="1.0"', 'oauth_version="2.0"'),
        status=400,
        problem="version_rejected",
    ),
    "nonce twice": Case(change=in_header('oauth_version="1.0"', 'oauth_nonce="y"'), **REJECTED),
    "signature in the query, too": Case(
        "/r?a=1", change=in_url("a=1", "oauth_signature=x"), **REJECTED
    ),
    "broken header": Case(change=in_header('", ', '" '), **REJECTED),
    "body too large": Case(
        method="POST",
        content_type=JSON,
        body=b"{}" * 1_001,
        status=413,
        problem="parameter_rejected",
    ),
}


class Request(NamedTuple):
    """A request as it is sent, the case that it is of, and who has signed it."""

    name: str
    case: Case
    signer: str
    sent: Sent


def requests_to(origin: str, rotation: int) -> list[Request]:
    """Sign each case by one of the three, by another for each rotation of 0, 1 and 2."""
    made = []
    for index, (name, case) in enumerate(CASES.items()):
        sign = SIGNERS[(index + rotation) % len(SIGNERS)]
        if not case.is_text:  # which oauthlib cannot sign
            sign = by_signer
        sent = sign(case, origin + case.path, int(time.time()) - case.age)
        made.append(Request(name, case, sign.__name__, case.change(sent)))
    return made


def expected(request: Request) -> dict[str, Any]:
    """Return what is answered: what a view finds, or what is reported."""
    case = request.case
    if case.status != 200:
        return {"status": case.status, "problem": case.problem, "is challenged": case.status == 401}
    return {
        "status": 200,
        "consumer": case.key,
        "token": case.token,
        "parameters": case.parameters,
        "url": request.sent.url,
        "body": sha256(request.sent.body).hexdigest(),
    }
