"""The example provider and the three-legged script, run for real on loopback."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from wsgiref.simple_server import make_server

import httplib2
import pytest
from ports import free_port
from present import present
from requests_oauthlib import OAuth1Session

import oauth2
import oauth2.sandbox
from oauth2.problems import problem

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
sys.path.insert(0, str(EXAMPLES))

import provider  # noqa: E402

NO_APP: Any = None  # it is set later
CONSUMER = oauth2.Consumer("example", "consumer sekrit")


@pytest.fixture
def service() -> Iterator[Any]:
    """Serve a provider to point the script at."""
    with oauth2.sandbox.run(CONSUMER) as running:
        yield running


def arguments_for(service: Any) -> Any:
    return [
        "--consumer-key=example",
        f"--request-token-url={service.url}/request_token",
        f"--authorize-url={service.url}/authorize",
        f"--access-token-url={service.url}/access_token",
    ]


def run_script(*arguments: str, **environment: str) -> Any:
    environ = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent), **environment}
    command = [sys.executable, str(EXAMPLES / "three_legged.py"), *arguments]
    return subprocess.run(
        command, input="", env=environ, capture_output=True, text=True, timeout=30, check=False
    )


def test_the_script_walks_through_the_whole_flow() -> None:
    """Without arguments it plays the user, and ends with a signed GET and POST."""
    ran = run_script()
    assert (ran.returncode, ran.stderr) == (0, "")
    assert re.findall(r"^(GET|POST) http://127\.0\.0\.1:\d+/echo: (\d+)$", ran.stdout, re.M) == [
        ("GET", "200"),
        ("POST", "200"),
    ]
    assert re.search(r"^Done: access token \S+ of ann\.$", ran.stdout, re.M)


def test_the_script_serves_any_provider(service: Any) -> None:
    """With three URLs and a key it asks for the PIN."""
    environ = {
        **os.environ,
        "PYTHONPATH": str(EXAMPLES.parent),
        "PYTHONUNBUFFERED": "1",
        "OAUTH_CONSUMER_SECRET": str(CONSUMER.secret),
    }
    command = [sys.executable, str(EXAMPLES / "three_legged.py"), *arguments_for(service)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ, text=True
    ) as script:
        asked, address = (
            present(script.stdout).readline(),
            present(script.stdout).readline().strip(),
        )
        output, _ = script.communicate(service.allow(address) + "\n", timeout=20)
    assert (asked, script.returncode) == (
        "Open this page, authorize the application, and type the PIN that it shows:\n",
        0,
    )
    assert "of ann." in output
    assert "sekrit" not in output


def test_the_script_says_when_arguments_are_missing() -> None:
    """Half of the URLs is an error of usage."""
    ran = run_script("--consumer-key=example")
    assert ran.returncode == 2
    assert "all three URLs" in ran.stderr


def test_the_script_ends_without_a_traceback_when_nobody_types(service: Any) -> None:
    """The end of input at the prompt is one line."""
    ran = run_script(*arguments_for(service), OAUTH_CONSUMER_SECRET=str(CONSUMER.secret))
    assert ran.returncode == 1
    assert ran.stderr.strip() == "Stopped."


def test_the_script_ends_without_a_traceback_when_nobody_answers() -> None:
    """A provider that is not there is one line."""
    url = f"http://127.0.0.1:{free_port()}"
    nobody = SimpleNamespace(url=url)
    ran = run_script(*arguments_for(nobody), OAUTH_CONSUMER_SECRET="sekrit")
    assert ran.returncode == 1
    assert ran.stderr.startswith("TokenRequestError: request token")
    assert len(ran.stderr.splitlines()) == 1


def test_the_script_stops_when_a_provider_refuses(service: Any) -> None:
    """A wrong secret ends it with what the provider said, and without a traceback."""
    ran = run_script(*arguments_for(service), OAUTH_CONSUMER_SECRET="wrong sekrit")
    assert ran.returncode == 1
    assert "signature_invalid" in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert "sekrit" not in ran.stdout + ran.stderr


@pytest.fixture
def greeter() -> Iterator[Any]:
    """Serve the application of the example provider; return its address."""
    with make_server("127.0.0.1", 0, NO_APP, handler_class=provider.QuietHandler) as httpd:
        url = f"http://127.0.0.1:{httpd.server_port}"
        httpd.set_app(provider.make_application(url, CONSUMER))
        thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
        thread.start()
        yield url
        httpd.shutdown()
        thread.join()


@pytest.mark.parametrize("method", ["HMAC-SHA1", "HMAC-SHA256"])
@pytest.mark.parametrize("place", ["auth_header", "query", "body"])
def test_the_provider_greets_whoever_signs(greeter: Any, method: str, place: str) -> None:
    """By either signature method, and wherever the OAuth parameters are."""
    key, secret = CONSUMER.key, CONSUMER.secret
    with OAuth1Session(key, secret, signature_method=method, signature_type=place) as client:
        answered = client.post(f"{greeter}/a%20b;c=d?e=f%2F", {"name": "Ann + Bob"})
    assert (answered.status_code, answered.text) == (200, "Hello, Ann + Bob\n")


def test_the_provider_verifies_a_body_that_is_no_form(greeter: Any) -> None:
    """A JSON body is read, and its hash recomputed."""
    client = oauth2.Client(CONSUMER, placement="header", proxy_info=None)
    sent = client.sign(greeter, "POST", b'{"a": 1}', {"Content-Type": "application/json"})
    changed, _ = httplib2.Http().request(greeter, "POST", b'{"a": 2}', sent.headers)
    assert changed.status == 401
    sent = client.sign(greeter, "POST", b'{"a": 1}', {"Content-Type": "application/json"})
    greeted, content = httplib2.Http().request(greeter, "POST", sent.body, sent.headers)
    assert (greeted.status, content) == (200, b"Hello, you\n")


def test_the_provider_refuses_a_replay(greeter: Any) -> None:
    """The same signed request is accepted once."""
    uri = oauth2.Client(CONSUMER, placement="query").sign(greeter).uri
    assert httplib2.Http().request(uri)[0].status == 200
    response, content = httplib2.Http().request(uri)
    assert response.status == 401
    assert problem(response, content) == "nonce_used"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 401),
        ("?name=Ann", 401),
        ("?oauth_token=t", 401),
        ("?oauth_consumer_key=other", 400),
        ("?oauth_consumer_key=example", 400),
        ("?oauth_nonce=a&oauth_nonce=b", 400),
        ("?oauth_%E9%0A=1&oauth_%E9%0A=2", 401),
    ],
)
def test_the_provider_answers_a_bad_request_with_a_report(
    greeter: Any, query: str, status: int
) -> None:
    """The status of the error, why, and a challenge where credentials would do."""
    response, content = httplib2.Http().request(greeter + query)
    assert response.status == status
    challenge = f'OAuth realm="{greeter}"' if status == 401 else None
    assert response.get("www-authenticate") == challenge
    assert present(problem(response, content)).advice
    assert b"sekrit" not in content


def test_the_provider_tells_a_liar_the_base_string(greeter: Any) -> None:
    """With a wrong secret there is something to compare, and no secret."""
    liar = oauth2.Client(oauth2.Consumer("example", "wrong sekrit"), proxy_info=None)
    response, content = liar.request(greeter)
    assert response.status == 401
    advice = str(present(problem(response, content)).advice)
    assert "base string: GET&http%3A%2F%2F127.0.0.1" in advice
    assert b"sekrit" not in content


@pytest.mark.parametrize(
    ("length", "status"),
    [
        ("x", b"400"),
        ("-1", b"400"),
        ("9" * 5000, b"400"),
        ("99999999", b"413"),
        ("1048577", b"413"),
    ],
)
def test_the_provider_reads_no_body_of_a_bad_length(
    greeter: Any, length: str, status: bytes
) -> None:
    """It is answered, and nothing is read."""
    with socket.create_connection(greeter.rpartition("/")[2].split(":")) as connection:
        request = f"POST /photos HTTP/1.0\r\nContent-Length: {length}\r\n\r\n"
        connection.sendall(request.encode())
        with connection.makefile("rb") as answered:
            assert answered.readline().split()[1] == status


def read_all(port: Any, request: Any) -> Any:
    """Return an answer when its end has come: then wsgiref, too, is done with it."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request.encode())
        with connection.makefile("rb") as answered:
            return answered.read()


def test_the_provider_runs_as_a_script() -> None:
    """It prints what a client needs, and ends at Ctrl-C without a traceback."""
    port = free_port()
    environ = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent)}
    command = [sys.executable, str(EXAMPLES / "provider.py"), f"--port={port}"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, env=environ, text=True) as script:
        try:
            serving, stop = present(script.stdout).readline(), present(script.stdout).readline()
            url, key, secret = re.findall(r"Serving (\S+): .* key (\S+), secret (\S+)", serving)[0]
            sent = oauth2.Client(oauth2.Consumer(key, secret)).sign(f"{url}/")
            answered = read_all(port, f"GET {sent.uri[len(url) :]} HTTP/1.0\r\n\r\n")
            script.send_signal(signal.SIGINT)
            assert script.communicate(timeout=20) == ("\n", "")
        finally:
            script.kill()
    assert answered.endswith(b"Hello, you\n")
    assert (stop, script.returncode) == ("Stop with Ctrl-C.\n", 0)
