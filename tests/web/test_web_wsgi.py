"""The middleware of WSGI, where servers of the matrix do not lead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from doors.asking import ask_wsgi, verifier_of
from gateways import Sent, signed
from known import FORM

import oauth2
from oauth2.web.wsgi import OAuth1

ORIGIN = "http://app.example"
PLAIN = Sent(f"{ORIGIN}/r", "GET", {}, b"")


def hello(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer whether the request was verified, and the body."""
    start_response("200 OK", [])
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return [str("oauth2.verified" in environ).encode(), environ["wsgi.input"].read(length)]


def test_application_finds_who_has_signed_and_the_whole_body() -> None:
    """As if nobody had read it."""
    sent = signed(f"{ORIGIN}/r", "POST", b"a=1", FORM)
    assert ask_wsgi(OAuth1(hello, verifier_of()), sent) == ("200 OK", {}, b"Truea=1")


def test_refusal_is_answered_and_goes_no_further() -> None:
    """With its challenge, and the length of its report."""
    status, headers, body = ask_wsgi(OAuth1(hello, verifier_of(realm="Photos")), PLAIN)
    assert status == "401 Unauthorized"
    assert headers["WWW-Authenticate"] == 'OAuth realm="Photos"'
    assert body.startswith(b"oauth_problem=parameter_absent&")
    assert headers["Content-Length"] == str(len(body))


def test_refusal_of_head_has_no_body() -> None:
    """But the length that it would have (RFC 9110 section 9.3.2)."""
    _, headers, body = ask_wsgi(OAuth1(hello, verifier_of()), PLAIN._replace(method="HEAD"))
    assert (body, headers["Content-Length"] > "0") == (b"", True)


def test_status_without_a_phrase_is_answered() -> None:
    """A look-up may raise an Error with a status of its own."""

    def find(key: str) -> Any:
        raise oauth2.Error("Not this month.", status=499)

    app = OAuth1(hello, verifier_of(find_consumer=find))
    assert ask_wsgi(app, signed(f"{ORIGIN}/r"))[0] == "499 Refused"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/r", "401 Unauthorized"), ("/%61pi/r", "401 Unauthorized"), ("/open", "200 OK")],
)
def test_some_paths_may_be_open(path: str, status: str) -> None:
    """By what the application routes by, and not by how it is escaped."""
    app = OAuth1(hello, verifier_of(), protect=lambda path: path.startswith("/api/"))
    assert ask_wsgi(app, PLAIN._replace(url=ORIGIN + path))[0] == status


def test_path_is_text() -> None:
    """Also where it is not ASCII."""
    paths: list[str] = []

    def protect(path: str) -> bool:
        paths.append(path)
        return False

    app = OAuth1(hello, verifier_of(), protect=protect)
    ask_wsgi(app, PLAIN._replace(url=f"{ORIGIN}/caf%C3%A9"))
    assert paths == ["/caf\u00e9"]


def test_preflight_passes_unverified() -> None:
    """As it has no credentials, and an application must not take it for verified."""
    answer = ask_wsgi(OAuth1(hello, verifier_of()), PLAIN._replace(method="OPTIONS"))
    assert answer == ("200 OK", {}, b"False")


def test_lookup_that_is_awaited_is_a_mistake_of_the_program() -> None:
    """And is told as one."""

    async def find(key: str) -> None: ...

    with pytest.raises(TypeError, match="which verify_async"):
        ask_wsgi(OAuth1(hello, verifier_of(find_consumer=find)), signed(f"{ORIGIN}/r"))
