"""What people had in hand of a request that was refused, and what was made of it."""

from __future__ import annotations

import oauth2
from oauth2.diagnosis import find_base_string, signature_causes
from oauth2.diagnosis.pasted import read_header, read_pasted

from .report import Report

CONSUMER = oauth2.Consumer("key", "secret")
URL = "https://app.example/photos?a=b"
HEADER = oauth2.Signer(CONSUMER, placement="header").sign("GET", URL).headers["Authorization"]


def verifies(text: str, scheme: str = "https") -> bool:
    """Read a request out of a text, and verify it."""
    sent = read_pasted(text, scheme)
    assert sent is not None
    request = oauth2.Request.from_request(sent.method or "GET", sent.url, sent.headers)
    assert request is not None
    server = oauth2.Server({"HMAC-SHA1": oauth2.SignatureMethod_HMAC_SHA1()}, nonces=None)
    server.timestamp_threshold = 1 << 31  # it was signed when the tests began
    return server.verify_request(request, CONSUMER, None) == {"a": "b"}


def copied_for_windows() -> bool:
    header = HEADER.replace("%", "^%").replace('"', '^\\^"')
    return verifies(f'curl ^"{URL}^" ^\r\n  -H ^"authorization: {header}^" ^\r\n  --compressed')


def traced() -> bool:
    return verifies(
        f"> GET /photos?a=b HTTP/2\n> Host: app.example\n> Authorization: {HEADER}\n>\n< HTTP/2 401"
    )


def glued() -> str | None:
    return find_base_string(
        "GET&http%3A%2F%2Fa&b%3D1.0oauth2: The server answered 401 Unauthorized"
    )


def encoded_twice() -> list[str]:
    request = oauth2.Request.from_request("GET", URL, {"Authorization": HEADER})
    assert request is not None
    request["oauth_signature"] = oauth2.escape(request["oauth_signature"])
    return [cause.code for cause in signature_causes(request, CONSUMER, None)]


def named_1_0a() -> str:
    request = oauth2.Request("GET", URL, {"oauth_version": "1.0A"})
    (step, *_) = oauth2.Server().explain(request, CONSUMER, None)
    return str(step.error)


REPORTS: list[Report] = [
    Report("A browser copies a request as a line for cmd of Windows.", copied_for_windows, True),
    Report(
        "A line of curl has double quotes around a header with escaped ones.",
        lambda: verifies(
            f"""curl "{URL}" -H "Authorization: {HEADER.replace('"', chr(92) + '"')}" | jq ."""
        ),
        True,
    ),
    Report(
        "A URL with a query was given to a shell without quotation marks.",
        lambda: verifies(f"curl {URL}&c=d"),
        "ValueError: curl: expected the URL in quotation marks, got an & without: there the shell"
        " ends the command",
    ),
    Report("A request is in what curl -v printed.", traced, True),
    Report(
        "A header was printed by Python.",
        lambda: read_header(str({"Authorization": HEADER})) == HEADER,
        True,
    ),
    Report("Both streams of a command are piped into one.", glued, "GET&http%3A%2F%2Fa&b%3D1.0"),
    Report(
        "A signature is percent-encoded twice.",
        encoded_twice,
        ["signature-encoded-twice", "right-key"],
    ),
    Report(
        "A program sends the name of OAuth 1.0a as its version.",
        named_1_0a,
        "OAuth version '1.0A' not supported: expected '1.0'; OAuth 1.0a keeps oauth_version 1.0,"
        " or leaves it out.",
    ),
]
