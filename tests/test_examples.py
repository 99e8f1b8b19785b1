"""The example provider and the three-legged script, run for real on loopback."""

from __future__ import annotations

import os
import re
import socket
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode

import httplib2
import pytest

import oauth2

EXAMPLES = Path(__file__).parent.parent / "examples"
sys.path.insert(0, str(EXAMPLES))

import provider  # noqa: E402
import three_legged  # noqa: E402

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CONSUMER = oauth2.Consumer("example", "consumer sekrit")


@pytest.fixture
def service():
    """Serve the example provider."""
    with provider.running(CONSUMER) as running:
        yield running


def arguments_for(service):
    return [
        "--consumer-key=example",
        f"--request-token-url={service.url}/request_token",
        f"--authorize-url={service.url}/authorize",
        f"--access-token-url={service.url}/access_token",
    ]


def run_script(*arguments: str, **environment: str):
    environ = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent), **environment}
    command = [sys.executable, str(EXAMPLES / "three_legged.py"), *arguments]
    return subprocess.run(
        command, input="", env=environ, capture_output=True, text=True, timeout=30, check=False
    )


def request_token(service, callback="oob"):
    client = oauth2.Client(CONSUMER)
    response, content = client.request(
        f"{service.url}/request_token", "POST", parameters={"oauth_callback": callback}
    )
    assert response.status == 200, content
    return oauth2.Token.from_string(content)


def answer(service, token, said):
    browser = httplib2.Http()
    browser.follow_redirects = False
    form = urlencode({"oauth_token": token.key, "answer": said})
    return browser.request(f"{service.url}/authorize", "POST", form, FORM)


def exchange(service, token, verifier):
    token.set_verifier(verifier)
    return oauth2.Client(CONSUMER, token).request(f"{service.url}/access_token", "POST")


def problem(content):
    return parse_qs(content.decode())["oauth_problem"][0]


def test_the_script_walks_through_the_whole_flow():
    """Without arguments it prints every step and ends with status 0."""
    ran = run_script()
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    assert [line[0] for line in ran.stdout.splitlines() if re.match(r"\d\. ", line)] == list(
        "12345"
    )
    assert ran.stdout.count("  sent:     ") == ran.stdout.count("answered: 200 OK") == 4
    assert "base string: GET&http%3A%2F%2F127.0.0.1" in ran.stdout
    assert '{"method": "POST", "owner": "ann"' in ran.stdout
    assert "Done: access token" in ran.stdout


def test_the_script_prints_no_token_secret():
    """What the provider answers is shown without its secrets."""
    assert set(re.findall(r"oauth_token_secret=([^&\s]*)", run_script().stdout)) == {"…"}


def test_the_script_serves_any_provider_and_saves_the_token(service, tmp_path):
    """With three URLs and a key it asks for the PIN, and writes a file that only we can read."""
    saved = tmp_path / "token"
    arguments = [
        *arguments_for(service),
        f"--resource-url={service.url}/photos",
        f"--save={saved}",
    ]
    environ = {
        **os.environ,
        "PYTHONPATH": str(EXAMPLES.parent),
        "PYTHONUNBUFFERED": "1",
        "OAUTH_CONSUMER_SECRET": str(CONSUMER.secret),
    }
    command = [sys.executable, str(EXAMPLES / "three_legged.py"), *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ, text=True
    ) as script:
        lines = []
        while not lines or "/authorize?" not in lines[-1]:
            lines.append(script.stdout.readline())
        script.stdin.write(three_legged.play_user(lines[-1].strip()) + "\n")
        script.stdin.close()
        output = "".join(lines) + script.stdout.read()
        assert script.wait(timeout=20) == 0, output
    token = oauth2.Token.from_string(saved.read_text())
    assert service.access_tokens[token.key].secret == token.secret
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert token.secret not in output
    assert CONSUMER.secret not in output


def test_the_script_says_when_arguments_are_missing():
    """Half of the URLs is an error of usage."""
    ran = run_script("--consumer-key=example")
    assert ran.returncode == 2
    assert "all three URLs" in ran.stderr
    assert run_script("--save=x").returncode == 2


def test_the_script_asks_for_nothing_when_the_token_could_not_be_saved(service, tmp_path):
    """A file that exists is not overwritten, and is found before the user is asked."""
    saved = tmp_path / "token"
    saved.write_text("old")
    ran = run_script(*arguments_for(service), f"--save={saved}", OAUTH_CONSUMER_SECRET="sekrit")
    assert ran.returncode == 1
    assert ran.stderr.startswith("FileExistsError")
    assert ran.stdout == ""
    assert saved.read_text() == "old"


def test_the_script_ends_without_a_traceback_when_nobody_types(service):
    """The end of input at the prompt is one line."""
    ran = run_script(*arguments_for(service), OAUTH_CONSUMER_SECRET=str(CONSUMER.secret))
    assert ran.returncode == 1
    assert ran.stderr.strip() == "Stopped."


def test_the_script_ends_without_a_traceback_when_nobody_answers():
    """A provider that is not there is one line."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    nobody = SimpleNamespace(url=url)
    ran = run_script(*arguments_for(nobody), OAUTH_CONSUMER_SECRET="sekrit")
    assert ran.returncode == 1
    assert ran.stderr.startswith("ConnectionRefusedError")
    assert "Traceback" not in ran.stderr


def test_the_script_stops_when_a_provider_refuses(service):
    """A wrong secret ends it with what the provider said, and without a traceback."""
    ran = run_script(*arguments_for(service), OAUTH_CONSUMER_SECRET="wrong sekrit")
    assert ran.returncode == 1
    assert "oauth_problem=signature_invalid" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "sekrit" not in ran.stdout + ran.stderr


def test_the_page_shows_the_consumer_and_takes_a_yes(service):
    """Saying yes gives a PIN that is good for an access token."""
    token = request_token(service)
    _, asked = httplib2.Http().request(f"{service.url}/authorize?oauth_token={token.key}")
    assert b"<strong>example</strong>" in asked
    response, content = answer(service, token, "yes")
    assert response.status == 200
    pin = re.findall(r'id="pin">(\d+)<', content.decode())[0]
    response, content = exchange(service, token, pin)
    assert response.status == 200
    assert oauth2.Token.from_string(content).extra == {"screen_name": "ann"}


def test_a_callback_gets_token_and_verifier(service):
    """A callback URL is redirected to, its own query kept."""
    token = request_token(service, "https://app.example/back?a=b")
    response, _ = answer(service, token, "yes")
    assert response.status == 302
    verifier = service.request_tokens[token.key].verifier
    assert response["location"] == (
        f"https://app.example/back?a=b&oauth_verifier={verifier}&oauth_token={token.key}"
    )


@pytest.mark.parametrize(
    "callback",
    ["javascript:alert(1)", "http:///a", "http://a.example/\r\nX: y", "", "ftp://a.example/"],
)
def test_a_callback_that_is_no_url_is_refused(service, callback):
    """Nothing that could end a header or run a script is redirected to."""
    client = oauth2.Client(CONSUMER)
    response, content = client.request(
        f"{service.url}/request_token", "POST", parameters={"oauth_callback": callback}
    )
    assert (response.status, problem(content)) == (400, "parameter_rejected")


def test_saying_no_ends_the_request_token(service):
    """After a no there is nothing to exchange."""
    token = request_token(service)
    answer(service, token, "no")
    response, content = exchange(service, token, "12345678")
    assert (response.status, problem(content)) == (401, "token_rejected")


def test_a_wrong_pin_ends_the_request_token(service):
    """A PIN can be tried once."""
    token = request_token(service)
    answer(service, token, "yes")
    pin = service.request_tokens[token.key].verifier
    assert exchange(service, token, "wrong")[0].status == 401
    response, content = exchange(service, token, pin)
    assert (response.status, problem(content)) == (401, "token_rejected")


def test_a_request_token_is_good_once(service):
    """The second exchange is refused."""
    token = request_token(service)
    answer(service, token, "yes")
    pin = service.request_tokens[token.key].verifier
    assert exchange(service, token, pin)[0].status == 200
    assert exchange(service, token, pin)[0].status == 401


def test_without_a_yes_there_is_no_access_token(service):
    """A request token that nobody answered is not exchanged, with or without a verifier."""
    token = request_token(service)
    assert (
        oauth2.Client(CONSUMER, token).request(f"{service.url}/access_token", "POST")[0].status
        == 400
    )
    assert exchange(service, token, "")[0].status in (400, 401)


def test_a_replay_is_refused_with_a_challenge(service):
    """The same signed request is accepted once."""
    service.access_tokens["t"] = token = oauth2.Token("t", "token sekrit")
    service.owners["t"] = "example"
    request = oauth2.Request.from_consumer_and_token(
        CONSUMER, token, "GET", f"{service.url}/photos"
    )
    request.sign_request(oauth2.SignatureMethod_HMAC_SHA1(), CONSUMER, token)
    assert httplib2.Http().request(request.to_url())[0].status == 200
    response, content = httplib2.Http().request(request.to_url())
    assert (response.status, problem(content)) == (401, "nonce_used")
    assert response["www-authenticate"] == f'OAuth realm="{service.url}"'


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 400, "parameter_absent"),
        ("?oauth_consumer_key=other", 401, "consumer_key_unknown"),
        ("?oauth_consumer_key=example", 400, "parameter_absent"),
        ("?oauth_consumer_key=example&oauth_token=%FF", 401, "token_rejected"),
        ("?oauth_nonce=a&oauth_nonce=b", 400, "parameter_rejected"),
    ],
)
def test_errors_are_answered_with_status_problem_and_challenge(service, query, status, code):
    """A bad request gets 400 or 401, a problem report, and WWW-Authenticate: OAuth."""
    response, content = httplib2.Http().request(f"{service.url}/photos{query}")
    assert (response.status, problem(content)) == (status, code)
    assert response["www-authenticate"].startswith("OAuth realm=")
    assert b"sekrit" not in content


def test_other_places_are_not_found(service):
    """An unknown path is 404."""
    assert httplib2.Http().request(f"{service.url}/else")[0].status == 404


def test_a_blank_verifier_is_no_verifier(service):
    """Without a yes there is none to compare with, not even a blank one."""
    token = request_token(service)
    client = oauth2.Client(CONSUMER, token)
    response, content = client.request(
        f"{service.url}/access_token", "POST", parameters={"oauth_verifier": ""}
    )
    assert (response.status, problem(content)) == (401, "token_rejected")


@pytest.mark.parametrize("length", ["x", "-1", "9" * 5000, "99999999"])
def test_a_bad_content_length_is_an_error(service, length):
    """It is answered, and nothing is read."""
    with socket.create_connection(service.url.rpartition("/")[2].split(":")) as connection:
        request = f"POST /photos HTTP/1.0\r\nContent-Length: {length}\r\n\r\n"
        connection.sendall(request.encode())
        assert connection.makefile("rb").readline().split()[1] == b"400"


def test_a_name_that_is_no_text_is_answered_too(service):
    """Octets that are no UTF-8, control characters: the report shows them escaped."""
    url = f"{service.url}/photos?oauth_%E9%0A=1&oauth_%E9%0A=2"
    response, content = httplib2.Http().request(url)
    assert (response.status, problem(content)) == (400, "parameter_rejected")


@pytest.mark.parametrize(
    "answer",
    [
        b"oauth_token=t&oauth_token_secret=sekrit&a=b",
        b"oauth%5Ftoken%5Fsecret=sekrit",
        b'{"oauth_token": "t", "oauth_token_secret": "sekrit"}',
        b"consumer_secret: sekrit",
    ],
)
def test_the_script_masks_secrets_in_any_answer(answer):
    """Form, escaped names, JSON, plain text."""
    assert "sekrit" not in three_legged.shown(answer)
    assert "…" in three_legged.shown(answer)


def test_the_script_prints_no_control_characters():
    """A provider cannot write to the terminal."""
    assert three_legged.shown(b"\x1b[2Ja\xff\r\n").isprintable()
