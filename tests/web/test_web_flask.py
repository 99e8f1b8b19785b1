"""The decorator of Flask, where servers of the matrix do not lead."""

from __future__ import annotations

from typing import Any

import flask
import pytest
from doors.asking import ask_wsgi, verifier_of
from gateways import Sent, signed
from known import FORM

import oauth2
from oauth2.web.flask import OAuth1

URL = "http://app.example/r"
JSON = signed(URL, "POST", b'{"a": 1}', "application/json")
SIGNED_FORM = signed(URL, "POST", b"a=1", FORM)


def make_app(before: Any = None) -> flask.Flask:
    """Make an application that answers the consumer and what Flask has of the body."""
    app = flask.Flask("photos")
    oauth1 = OAuth1(verifier_of())

    @app.post("/r")
    @oauth1.required
    def view() -> list[Any]:
        return [
            oauth1.verified.consumer.key,
            flask.request.form,
            flask.request.get_json(silent=True),
        ]

    @app.post("/async")
    @oauth1.required
    async def in_async() -> list[Any]:
        return [oauth1.verified.consumer.key]

    @app.get("/open")
    def not_decorated() -> str:
        return str(oauth1.verified.consumer.key)

    app.testing = True
    app.before_request(before or (lambda: None))
    return app


def test_view_has_form_and_json() -> None:
    """What was signed is there for Flask's own ways to read it."""
    app = make_app()
    assert ask_wsgi(app, SIGNED_FORM)[2] == b'["key",{"a":"1"},null]\n'
    assert ask_wsgi(app, JSON)[2] == b'["key",{},{"a":1}]\n'


@pytest.mark.parametrize("sent", [SIGNED_FORM, JSON], ids=["form", "JSON"])
def test_what_was_read_whole_before_is_read_again(sent: Sent) -> None:
    """By a hook that writes a log, for example."""
    app = make_app(lambda: flask.request.get_data() and None)
    assert ask_wsgi(app, sent)[0] == "200 OK"


def test_form_that_was_parsed_before_is_told_of() -> None:
    """And is not an invalid signature."""
    status, _, body = ask_wsgi(make_app(lambda: flask.request.form and None), SIGNED_FORM)
    assert status == "400 BAD REQUEST"
    assert b"read%20before" in body


def test_coroutine_function_is_a_view() -> None:
    """As Flask has it with the extra async."""
    assert ask_wsgi(make_app(), signed(f"{URL[:-2]}/async", "POST"))[2] == b'["key"]\n'


def test_view_that_asks_for_no_signature_has_nobody() -> None:
    """To read who has signed there is a mistake that must not go unseen."""
    with pytest.raises(RuntimeError, match=r"expected @oauth1\.required below the route"):
        ask_wsgi(make_app(), Sent(f"{URL[:-2]}/open", "GET", {}, b""))


def test_refusal_reports_the_problem() -> None:
    """With a challenge."""
    status, headers, body = ask_wsgi(make_app(), Sent(URL, "POST", {}, b""))
    assert (status, headers["WWW-Authenticate"]) == ("401 UNAUTHORIZED", 'OAuth realm=""')
    assert body.startswith(b"oauth_problem=parameter_absent")


def test_door_is_kept_by_a_verifier() -> None:
    """What is none is told at once, and not by the first request."""
    consumer: Any = oauth2.Consumer("key", "secret")
    with pytest.raises(TypeError, match=r"^verifier: expected an oauth2\.Verifier, got Consumer$"):
        OAuth1(consumer)
