"""The shortest program of each framework, and a tool of LTI, as they stand in examples/."""

from __future__ import annotations

import ast
import re
import runpy
import threading
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha1
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from doors.asking import ask_asgi, ask_wsgi
from gateways import Sent, environ_of, signed
from known import CONSUMER, CONSUMER_SECRET, FORM
from oauthlib import oauth1
from oauthlib.oauth1.rfc5849 import signature

import oauth2

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
DOORS = ["asgi", "django", "fastapi", "flask", "rest_framework", "starlette", "wsgi"]
ORIGIN = "https://app.example"
GREETING = f"{ORIGIN}/greeting"
if not settings.configured:
    settings.configure(USE_TZ=True)
apps.populate(settings.INSTALLED_APPS)


def code_of(name: str) -> list[str]:
    """Return the lines of code: what follows docstring and future import, without blank ones."""
    text = (EXAMPLES / f"{name}.py").read_text(encoding="utf-8")
    start = ast.parse(text).body[1].end_lineno
    return [line for line in text.splitlines()[start:] if line]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what runs an example, as its environment is to be, and returns its names."""
    monkeypatch.setenv("OAUTH_CONSUMER_KEY", str(CONSUMER.key))
    monkeypatch.setenv("OAUTH_CONSUMER_SECRET", CONSUMER_SECRET)
    monkeypatch.setenv("ORIGIN", ORIGIN)
    return lambda name: runpy.run_path(str(EXAMPLES / f"{name}.py"))


def answer(door: str, names: dict[str, Any], sent: Sent) -> tuple[int, bytes]:
    """Return status and body of what an example answers, which a proxy hands on as HTTP."""
    sent = sent._replace(url=sent.url.replace(ORIGIN, "http://10.0.0.1:8000"))
    if door in ("asgi", "fastapi", "starlette"):
        start, end = ask_asgi(names["application"], sent)
        return start["status"], end["body"]
    if door == "django":
        response = names["greet"](WSGIRequest(environ_of(sent)))
        return response.status_code, response.content
    if door == "rest_framework":
        from django.test.utils import override_settings

        with override_settings(REST_FRAMEWORK={"UNAUTHENTICATED_USER": None}):
            response = names["Greeting"].as_view()(WSGIRequest(environ_of(sent)))
        return response.status_code, str(response.data).encode()
    status, _, body = ask_wsgi(names["application"], sent)
    return int(status.partition(" ")[0]), body


@pytest.mark.parametrize("door", DOORS)
def test_shortest_program_greets_who_has_signed(door: str, run: Any) -> None:
    """Behind a proxy that ends TLS; a replay, and who has not signed, are refused."""
    names = run(f"in_{door}")
    sent = sign("GET", GREETING)
    status, body = answer(door, names, sent)
    assert (status, body.strip(b'"')) == (200, b"Hello, key")
    assert answer(door, names, sent)[0] == 401
    assert answer(door, names, Sent(GREETING, "GET", {}, b""))[0] == 401


@pytest.mark.parametrize("door", DOORS)
def test_shortest_program_is_short(door: str) -> None:
    """Twelve lines, imports included."""
    assert len(code_of(f"in_{door}")) <= 12


def sign(method: str, url: str, body: bytes = b"", kind: str | None = None, **options: Any) -> Sent:
    """Sign by oauthlib, now."""
    now = oauth2.Request.make_timestamp()
    return signed(url, method, body, kind, timestamp=now, **options)


# --- LTI 1.1

LAUNCH = f"{ORIGIN}/launch?media=51"
SUCCESS = (
    b"<imsx_POXEnvelopeResponse><imsx_codeMajor>success</imsx_codeMajor></imsx_POXEnvelopeResponse>"
)
SOURCEDID = '{"data":{"instanceid":"1","userid":"2"},"hash":"<&>"}'  # as Moodle's is


class Gradebook:
    """The service for outcomes of a learning platform, which checks by oauthlib and by hand."""

    url = ""

    def __init__(self) -> None:
        self.grades: list[tuple[str | None, str | None]] = []
        self.answer = SUCCESS

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        parameters = dict(
            signature.collect_parameters(headers={"Authorization": environ["HTTP_AUTHORIZATION"]})
        )
        client: Any = oauth1.Client(
            str(CONSUMER.key),
            CONSUMER_SECRET,
            nonce=parameters["oauth_nonce"],
            timestamp=parameters["oauth_timestamp"],
        )
        kind = {"Content-Type": environ["CONTENT_TYPE"]}
        _, headers, _ = client.sign(self.url, "POST", body.decode(), kind)
        expected = re.search('oauth_signature="([^"]+)"', headers["Authorization"])
        assert expected is not None
        assert expected[1] in environ["HTTP_AUTHORIZATION"]
        assert parameters["oauth_body_hash"] == b64encode(sha1(body).digest()).decode()
        assert kind == {"Content-Type": "application/xml"}
        found = {
            each.tag.rpartition("}")[2]: each.text for each in ElementTree.fromstring(body).iter()
        }
        self.grades.append((found["sourcedId"], found["textString"]))
        start_response("200 OK", [])
        return [self.answer]


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def gradebook() -> Iterator[Gradebook]:
    """Serve it on loopback."""
    book = Gradebook()
    with make_server("127.0.0.1", 0, book, handler_class=Quiet) as server:
        book.url = f"http://127.0.0.1:{server.server_port}/mod/lti/service.php?a=1"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield book
        server.shutdown()
        thread.join()


def launched(fields: dict[str, str], copied: bytes = b"", copied_unsigned: bytes = b"") -> Sent:
    """Return a launch; the query may be copied into the form, and be signed there or not."""
    whole = {"lti_message_type": "basic-lti-launch-request", "lti_version": "LTI-1p0", **fields}
    body = oauth2.Request("POST", LAUNCH, whole).to_postdata().encode() + copied
    sent = sign("POST", LAUNCH, body, FORM, signature_type=oauth1.SIGNATURE_TYPE_BODY)
    return sent._replace(body=sent.body + copied_unsigned)


def answered(application: Any, page: str, text: str) -> tuple[str, str]:
    """Fill in the form of a page and send it."""
    launch = re.findall('name="launch" value="([^"]+)"', page)[0]
    body = f"answer={text}&launch={launch}".encode()
    sent = Sent(f"{ORIGIN}/answer", "POST", {"Content-Type": FORM}, body)
    status, _, content = ask_wsgi(application, sent)
    return status[:3], content.decode()


@pytest.mark.parametrize(
    "copies",
    [{}, {"copied": b"&media=51"}, {"copied_unsigned": b"&media=51"}],
    ids=["query alone", "Moodle", "Canvas"],
)
@pytest.mark.parametrize(("text", "score"), [("42", "1.0"), ("41", "0.0")])
def test_lti_tool_is_launched_and_sends_the_grade(
    copies: dict[str, bytes], text: str, score: str, run: Any, gradebook: Gradebook
) -> None:
    """By platforms that differ in what they do with the query of the launch URL."""
    application = run("lti")["application"]
    fields = {"lis_outcome_service_url": gradebook.url, "lis_result_sourcedid": SOURCEDID}
    sent = launched(fields, **copies)
    status, _, page = ask_wsgi(application, sent)
    assert status == "200 OK"
    assert answered(application, page.decode(), text) == ("200", f"Score {score}, which was sent.")
    assert gradebook.grades == [(SOURCEDID, score)]
    assert ask_wsgi(application, sent)[0] == "401 UNAUTHORIZED"


def test_lti_tool_says_that_a_grade_was_refused(run: Any, gradebook: Gradebook) -> None:
    """A platform answers 200 then, too."""
    application = run("lti")["application"]
    gradebook.answer = SUCCESS.replace(b"success", b"failure")
    fields = {"lis_outcome_service_url": gradebook.url, "lis_result_sourcedid": "1"}
    _, _, page = ask_wsgi(application, launched(fields))
    assert answered(application, page.decode(), "42")[1] == "Score 1.0, which was refused."


def test_lti_tool_sends_no_grade_of_a_teacher(run: Any) -> None:
    """Who is launched without a place for one."""
    application = run("lti")["application"]
    _, _, page = ask_wsgi(application, launched({"roles": "Instructor"}))
    assert answered(application, page.decode(), "42")[1].endswith("there is no place.")


def test_lti_tool_takes_no_launch_that_it_has_not_sealed(run: Any) -> None:
    """Nor any other signed message."""
    application = run("lti")["application"]
    assert answered(application, 'name="launch" value="e30.x.y"', "42")[0] == "400"
    other = launched({"lti_message_type": "ContentItemSelectionRequest"})
    assert ask_wsgi(application, other)[0] == "400 BAD REQUEST"


def test_lti_tool_is_short() -> None:
    """Forty lines, imports included."""
    assert len(code_of("lti")) <= 40
