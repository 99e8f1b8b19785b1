"""Every door on real servers: who is let in, what a view finds, how others are answered."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest
from doors.cases import CASES, Request, expected, requests_to
from doors.servers import Answer, nginx, send, started

from oauth2.problems import problem


class Place(NamedTuple):
    """A door on a server, at a public origin, and how it is reached: directly, or by nginx."""

    server: str
    door: str
    origin: str = ""

    @property
    def url(self) -> str:
        """What clients sign for."""
        return self.origin or "http://app.example"


PLACES = [
    *[Place("gunicorn sync", door) for door in ("wsgi", "flask", "django", "rest framework")],
    *[Place("waitress", door) for door in ("wsgi", "flask", "django", "rest framework")],
    Place("gunicorn gthread", "flask"),
    *[
        Place("uvicorn", door)
        for door in ("asgi", "fastapi", "starlette", "django async", "django")
    ],
    *[Place("gunicorn gthread", door, "https://app.example") for door in ("wsgi", "django")],
    Place("gunicorn gthread", "flask", "https://app.example/api"),
    Place("uvicorn", "fastapi", "https://app.example"),
    Place("uvicorn", "asgi", "https://app.example/api"),
]
ALL = [
    pytest.param(place, rotation, marks=[pytest.mark.long] * (rotation > 0))
    for rotation in range(3)
    for place in PLACES
]
signed_requests = cache(requests_to)


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    """Start all servers once; return their ports by name, with that of nginx, which ends TLS."""
    with started() as running, nginx(tmp_path_factory.mktemp("nginx")) as port:
        yield {**running, "nginx": port}


def answered(request: Request, place: Place, ports: dict[str, int]) -> Answer:
    """Send a request to a door."""
    headers = {"X-Door": place.door, "X-Origin": place.origin}
    port = ports[place.server]
    if place.origin:
        headers["X-Port"], port = str(port), ports["nginx"]
    return send(port, request.sent, headers, bool(place.origin), request.case.is_chunked)


def found(request: Request, answer: Answer) -> dict[str, Any]:
    """Return what an answer says, in the words of `expected`."""
    if answer.status != 200:
        told = problem({}, answer.body)
        return {
            "status": answer.status,
            "problem": told,
            "is challenged": answer.headers.get("www-authenticate") == 'OAuth realm="Doors"',
        }
    if request.sent.method == "HEAD":
        return {**expected(request), "status": answer.status}
    return {"status": answer.status, **answer.content}


def right(request: Request, place: Place) -> dict[str, Any]:
    """Return what is expected of a door, also where its framework has a way of its own."""
    case, answer = request.case, expected(request)
    is_direct_django = place.door in ("django", "rest framework") and not place.origin
    if case.is_chunked and place.server == "gunicorn sync" and is_direct_django:
        return {"status": 411, "problem": "parameter_rejected", "is challenged": False}
    if place.door == "rest framework" and "credentials" in request.name:
        return {**answer, "problem": None}  # it is left to other ways to authenticate
    return answer


def test_matrix_has_what_is_needed() -> None:
    """At least fifty kinds of requests, most of which a careless door refuses or lets in."""
    assert len(CASES) >= 50
    assert len({case.problem for case in CASES.values()}) >= 9


@pytest.mark.parametrize(("place", "rotation"), ALL)
def test_every_request_is_answered_right(
    place: Place, rotation: int, ports: dict[str, int]
) -> None:
    """Signed by oauthlib, requests-oauthlib and the Signer in turn."""
    wrong = {}
    for request in signed_requests(place.url, rotation):
        answer = answered(request, place, ports)
        if request.case.is_repeated:
            assert answer.status == 200
            answer = answered(request, place, ports)
        if found(request, answer) != right(request, place):
            wrong[f"{request.name}, {request.signer}"] = (
                found(request, answer),
                right(request, place),
            )
    assert wrong == {}
