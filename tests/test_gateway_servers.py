"""What real servers hand over of a request, octet for octet as it was sent to them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from gateway_apps import mounted_app
from gateway_servers import (
    Serve,
    on_gunicorn,
    on_uvicorn,
    on_waitress,
    on_werkzeug,
    on_wsgiref,
    send,
)
from gateways import Sent, signed
from known import FORM
from oauthlib import oauth1

ORIGIN = "http://app.example"
SERVERS: dict[str, Serve] = {
    "gunicorn": on_gunicorn(),
    "waitress": on_waitress(),
    "Werkzeug": on_werkzeug,
    "uvicorn h11": on_uvicorn(http="h11"),
    "uvicorn httptools": on_uvicorn(http="httptools"),
}


@pytest.fixture(scope="module", params=list(SERVERS.values()), ids=list(SERVERS))
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    """Serve by each of those that tell the path as it was sent."""
    with request.param() as port:
        yield port


USUAL_PATHS = ["/", "/a/b", "/caf%C3%A9", "/%E6%97%A5", "/a%20b", "/100%25", "/a;b=c,d"]
ODD_PATHS = [
    *("/stock/ABC%2F10", "/%7Eann", "/caf%c3%a9", "/a%3Ab", "/a[1]|x", "/caf%E9", "/a%2Cb"),
    *("/a%252Fb", "/a//b/", "/a/../b"),
]
EVERYTHING: dict[str, Sent] = {
    **{path: signed(f"{ORIGIN}{path}?a=%2F&b=%c3%a9&a=+") for path in USUAL_PATHS + ODD_PATHS},
    "no query": signed(f"{ORIGIN}/r"),
    "in the query": signed(f"{ORIGIN}/r", signature_type=oauth1.SIGNATURE_TYPE_QUERY),
    "form": signed(f"{ORIGIN}/r?a=1", "POST", b"a=1&b=%C3%A9", FORM),
    "in a form": signed(
        f"{ORIGIN}/r", "POST", b"a=1", FORM, signature_type=oauth1.SIGNATURE_TYPE_BODY
    ),
    "JSON": signed(f"{ORIGIN}/r", "PUT", b'{"a": 1}', "application/json"),
}


def test_every_request_is_verified_as_it_was_sent(port: int) -> None:
    """And its body is there for the view."""
    answers = {name: send(port, sent) for name, sent in EVERYTHING.items()}
    expected = {
        name: {"outcome": "verified", "url": sent.url, "body": sent.body.decode()}
        for name, sent in EVERYTHING.items()
    }
    assert answers == expected


def test_chunks_are_read(port: int) -> None:
    """Of a form, and of what has a hash."""
    for name in ("form", "JSON"):
        answer = send(port, EVERYTHING[name], is_chunked=True)
        assert (answer["outcome"], answer["body"]) == ("verified", EVERYTHING[name].body.decode())


def test_absolute_form_of_the_target_is_understood(port: int) -> None:
    """As a proxy may send it (RFC 9112 section 3.2.2)."""
    sent = EVERYTHING["/a%20b"]
    answer = send(port, sent, target=sent.url)
    assert (answer["outcome"], answer["url"]) == ("verified", sent.url)


DECODED: dict[str, Serve] = {
    "wsgiref": on_wsgiref,
    "Django": on_gunicorn("gateway_apps:django_app(False)"),
}


@pytest.mark.parametrize("serve", DECODED.values(), ids=DECODED)
def test_usual_requests_are_verified_by_the_decoded_path(serve: Serve) -> None:
    """Others are refused: what was sent cannot be known."""
    odd = set(ODD_PATHS) - {"/a//b/", "/a%252Fb", "/a/../b"}
    with serve() as port:
        answers = {name: send(port, sent) for name, sent in EVERYTHING.items()}
    refused = {name for name, answer in answers.items() if answer["outcome"] != "verified"}
    assert refused == odd
    assert answers["form"]["body"] == EVERYTHING["form"].body.decode()


def test_django_has_the_path_as_it_was_sent_where_its_server_has() -> None:
    """Its META is the environ."""
    with on_gunicorn("gateway_apps:django_app(True)")() as port:
        answers = {name: send(port, sent) for name, sent in EVERYTHING.items()}
    assert {answer["outcome"] for answer in answers.values()} == {"verified"}
    assert answers["in a form"]["body"] == EVERYTHING["in a form"].body.decode()


MOUNTS: dict[str, tuple[Serve, list[str]]] = {
    "gunicorn's SCRIPT_NAME": (on_gunicorn(SCRIPT_NAME="/api"), ["/api/r%2Fs"]),
    "waitress's url_prefix": (on_waitress(url_prefix="/api"), ["/api/r%2Fs", "/r%2Fs"]),
    "Werkzeug's dispatcher": (on_waitress(mounted_app), ["/api/r%2Fs"]),
    "uvicorn's root_path": (on_uvicorn(root_path="/api"), ["/r%2Fs"]),
}


@pytest.mark.parametrize(("serve", "targets"), MOUNTS.values(), ids=MOUNTS)
def test_mount_is_signed_also_where_a_proxy_strips_it(serve: Serve, targets: list[str]) -> None:
    """The server was told of it, by whatever it has for that."""
    sent = signed(f"{ORIGIN}/api/r%2Fs")
    with serve() as port:
        answers = [send(port, sent, target=target) for target in targets]
    assert [(each["outcome"], each.get("url")) for each in answers] == [
        ("verified", sent.url) for _ in targets
    ]
