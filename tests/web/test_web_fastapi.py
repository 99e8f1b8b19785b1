"""The dependency of FastAPI and Starlette, where servers of the matrix do not lead."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from doors.asking import ask_asgi, verifier_of
from fastapi import Depends, FastAPI, File, Form
from gateways import Sent, signed
from known import CONSUMER, FORM
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import oauth2
from oauth2.problems import problem
from oauth2.web.fastapi import OAuth1

URL = "http://app.example"
MULTIPART = "multipart/form-data; boundary=x"
UPLOAD = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nabc\r\n--x--\r\n'
PLAIN = Sent(f"{URL}/open", "POST", {}, b"")


async def find(key: str) -> Any:
    """Look up a consumer as a database of async programs does."""
    await asyncio.sleep(0)
    return {CONSUMER.key: CONSUMER}.get(key)


def make_app(**options: Any) -> FastAPI:
    """Make an application with each way to have a body."""
    app = FastAPI()
    oauth1 = OAuth1(verifier_of(**{"find_consumer": find, **options}))

    @app.post("/form")
    async def form(a: list[str] = Form(), verified: Any = Depends(oauth1)) -> Any:
        return [verified.consumer.key, a]

    @app.api_route("/upload", methods=["GET", "POST"])
    async def upload(f: bytes = File(), verified: Any = Depends(oauth1)) -> Any:
        return [verified.consumer.key, f]

    @app.post("/json")
    async def typed(a: dict[str, int], verified: Any = Depends(oauth1)) -> Any:
        return [verified.consumer.key, a]

    @app.post("/open")
    async def plain(verified: Any = Depends(oauth1)) -> Any:
        return [verified.consumer.key]

    return app


def answer(sent: Sent, app: Any = None, **changes: Any) -> tuple[int, Any]:
    """Return status and JSON of the answer."""
    start, *rest = ask_asgi(app or make_app(), sent, **changes)
    return start["status"], json.loads(b"".join([message["body"] for message in rest]))


def test_form_that_fastapi_parses_is_verified() -> None:
    """FastAPI has read it when its dependencies run."""
    body = b"a=%C3%A9+%26&a=%2B&b="
    sent = signed(f"{URL}/form", "POST", body, FORM)
    assert answer(sent) == (200, ["key", ["\u00e9 &", "+"]])
    status, refused = answer(sent._replace(body=body.replace(b"b=", b"b=1")))
    assert (status, refused["detail"]["oauth_problem"]) == (401, "signature_invalid")


def test_upload_that_fastapi_parses_is_accepted_without_a_hash_alone() -> None:
    """As its octets, of which the hash is, are gone."""
    sent = signed(f"{URL}/upload", "POST")
    sent = sent._replace(body=UPLOAD, headers={**sent.headers, "Content-Type": MULTIPART})
    assert answer(sent) == (200, ["key", "abc"])
    status, refused = answer(signed(f"{URL}/upload", "POST", UPLOAD, MULTIPART))
    assert status == 400
    assert "it was parsed" in refused["detail"]["oauth_problem_advice"]


def test_upload_without_a_hash_is_refused_where_one_is_required() -> None:
    """Nothing else signs it."""
    sent = signed(f"{URL}/upload", "POST")
    sent = sent._replace(body=UPLOAD, headers={**sent.headers, "Content-Type": MULTIPART})
    assert answer(sent, make_app(require_body_hash=True))[0] == 401


def test_upload_by_get_is_refused() -> None:
    """As a hash that is required is not asked of what has no body."""
    sent = signed(f"{URL}/upload")
    sent = sent._replace(body=UPLOAD, headers={**sent.headers, "Content-Type": MULTIPART})
    assert answer(sent, make_app(require_body_hash=True))[0] == 400


def test_json_is_there_for_the_endpoint() -> None:
    """And is verified by its hash."""
    sent = signed(f"{URL}/json", "POST", b'{"b": 1}', "application/json")
    assert answer(sent) == (200, ["key", {"b": 1}])
    assert answer(sent._replace(body=b'{"b": 2}'))[0] == 401


def test_length_beyond_the_limit_is_refused_before_the_body_is_read() -> None:
    """There is none to be received here."""
    sent = signed(f"{URL}/open", "POST", b"{}", "application/json")
    assert answer(sent, make_app(max_body=1), messages=[])[0] == 413


def test_chunks_beyond_the_limit_are_not_received() -> None:
    """Of a body whose length nobody has said, no more is read than shows that it is too large."""
    chunk = {"type": "http.request", "body": b"{}", "more_body": True}
    sent = signed(f"{URL}/open", "POST", b"{}", "application/json")._replace(body=b"")
    assert answer(sent, make_app(max_body=3), messages=[chunk] * 2)[0] == 413


def test_body_is_there_for_an_endpoint_of_starlette() -> None:
    """Which reads it, or its form, after it was verified."""
    oauth1 = OAuth1(verifier_of())

    async def endpoint(request: Request) -> PlainTextResponse:
        await oauth1(request)
        form = await request.form()
        return PlainTextResponse(f"{form['a']} {(await request.body()).decode()}")

    app = Starlette(routes=[Route("/open", endpoint, methods=["POST"])])
    assert ask_asgi(app, signed(PLAIN.url, "POST", b"a=b", FORM))[1]["body"] == b"b a=b"


def test_client_that_leaves_is_no_error_of_the_program() -> None:
    """Nor one whose chunks are none, for which a server says the same."""
    sent = signed(f"{URL}/open", "POST", b"{}", "application/json")
    status, refused = answer(sent, messages=[{"type": "http.disconnect"}])
    assert (status, refused["detail"]["oauth_problem_advice"]) == (400, "body: it broke off")


def test_refusal_is_the_detail_of_fastapi() -> None:
    """With a challenge; other libraries find the problem in it, too."""
    start, end = ask_asgi(make_app(realm="Photos"), PLAIN)
    headers = dict(start["headers"])
    assert start["status"] == 401
    assert headers[b"www-authenticate"] == b'OAuth realm="Photos"'
    assert headers[b"content-type"] == b"application/json"
    assert json.loads(end["body"])["detail"]["oauth_problem"] == "parameter_absent"
    assert problem({}, end["body"]) == "parameter_absent"


def test_refusal_is_a_form_in_starlette() -> None:
    """As all other doors have it."""
    oauth1 = OAuth1(verifier_of())

    async def endpoint(request: Request) -> PlainTextResponse:
        verified = await oauth1(request)
        return PlainTextResponse(verified.consumer.key)

    app = Starlette(routes=[Route("/open", endpoint, methods=["POST"])])
    start, end = ask_asgi(app, PLAIN)
    assert dict(start["headers"])[b"content-type"].startswith(FORM.encode())
    assert end["body"].startswith(b"oauth_problem=parameter_absent&")
    assert ask_asgi(app, signed(PLAIN.url, "POST"))[1]["body"] == b"key"


@pytest.mark.parametrize("name", ["OAuth1", "Machines"])
def test_openapi_has_the_scheme(name: str) -> None:
    """By the name that HTTP has for it (RFC 7235), under one that a program may choose."""
    app = FastAPI()
    oauth1 = OAuth1(verifier_of(), **({} if name == "OAuth1" else {"scheme_name": name}))

    @app.get("/photos")
    def photos(verified: Any = Depends(oauth1)) -> None: ...

    described = app.openapi()
    assert described["components"]["securitySchemes"] == {name: {"type": "http", "scheme": "OAuth"}}
    operation = described["paths"]["/photos"]["get"]
    assert (operation["security"], operation.get("parameters")) == ([{name: []}], None)


def test_door_is_kept_by_a_verifier() -> None:
    """What is none is told at once, and not by the first request."""
    consumer: Any = oauth2.Consumer("key", "secret")
    with pytest.raises(TypeError, match=r"^verifier: expected an oauth2\.Verifier, got Consumer$"):
        OAuth1(consumer)
