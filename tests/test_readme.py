"""Every Python block of README.md runs here, in order, against real servers on loopback.

Two things are replaced in them: the addresses of the two made-up hosts, and the user
at the prompt. What the first shell block does is tested in packaging/; the second is
the gate itself.
"""

from __future__ import annotations

import re
import sqlite3
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from wsgiref.simple_server import make_server

import httplib2
import pytest

import oauth2

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.M | re.S)
PYTHON = [text for language, text in BLOCKS if language == "python"]

sys.path.insert(0, str(ROOT / "examples"))

import provider  # noqa: E402
import three_legged  # noqa: E402


@pytest.fixture(scope="module")
def ran():
    """Run all Python blocks in one namespace, against the example provider."""
    consumer = oauth2.Consumer("your key", "your secret")
    access = oauth2.Token("the user's token", "its secret")
    printed: list[str] = []
    namespace: dict[str, Any] = {
        "print": lambda *values: printed.append(" ".join(map(str, values))),
        "input": lambda _: three_legged.play_user(printed[-1].partition(" ")[2]),
    }
    with provider.running(consumer) as service, make_server("127.0.0.1", 0, None) as httpd:
        service.access_tokens["the user's token"] = access
        service.owners["the user's token"] = "your key"
        own = f"http://127.0.0.1:{httpd.server_port}"
        responses = []
        for block in PYTHON:
            text = block.replace("https://provider.example", service.url)
            exec(compile(text.replace("https://your.example", own), "README.md", "exec"), namespace)
            if "response" in namespace:
                responses.append(namespace["response"])
        httpd.RequestHandlerClass.log_message = lambda *_: None
        httpd.set_app(namespace["application"])
        thread = threading.Thread(target=httpd.serve_forever, args=(0.05,))
        thread.start()
        yield SimpleNamespace(namespace=namespace, printed=printed, responses=responses, own=own)
        httpd.shutdown()
        thread.join()


def test_the_first_screen_says_what_it_is_and_gives_two_commands():
    """A reader knows after ten seconds that this is 1.0a, and what to type."""
    screen = "\n".join(README.splitlines()[:20])
    assert "OAuth **1.0a**" in screen
    assert "not OAuth 2.0" in screen
    assert [language for language, _ in re.findall(r"```(\w+)\n(.*?)```", screen, re.S)] == [
        "sh"
    ] * 2


def test_the_second_command_is_the_one_that_ci_runs():
    """What the README calls the tests is what .ci/run calls."""
    shell = [text.strip() for language, text in BLOCKS if language == "sh"]
    assert (ROOT / ".ci" / "run").read_text().rstrip().endswith(shell[1])


def test_every_block_is_python_or_one_of_the_two_commands():
    """No block is left out by the tests because of its language."""
    languages = [language for language, _ in BLOCKS]
    assert languages.count("sh") == 2
    assert set(languages) == {"sh", "python"}


def test_all_requests_of_the_readme_are_accepted(ran):
    """The example provider verifies each request that a block sends."""
    assert len(ran.responses) >= 4
    assert {response.status for response in ran.responses} == {200}


def test_the_flow_ends_with_what_the_protected_resource_says(ran):
    """The three-legged block prints who the user is and what came back."""
    assert any(line.startswith('ann {"method": "GET"') for line in ran.printed)


def test_the_base_string_is_printed(ran):
    """The troubleshooting block shows the text that was signed."""
    assert any(re.match(r"GET&http%3A%2F%2F127\.0\.0\.1", line) for line in ran.printed)


def test_the_telling_method_prints_the_base_string_of_a_client(ran):
    """The subclass in the README works in the Client."""
    before = len(ran.printed)
    client = oauth2.Client(ran.namespace["consumer"])
    client.set_signature_method(ran.namespace["TellingMethod"]())
    client.request(ran.own + "/?name=Ann")
    assert ran.printed[before].startswith("GET&http%3A%2F%2F127.0.0.1")


def test_the_server_of_the_readme_lets_a_signed_request_in(ran):
    """The WSGI application verifies what the Client sends."""
    client = oauth2.Client(ran.namespace["consumer"])
    response, content = client.request(ran.own + "/?name=Ann")
    assert (response.status, content) == (200, b"Hello, Ann")


def test_the_server_of_the_readme_refuses_an_unsigned_request_with_a_challenge(ran):
    """Without a signature there is an error status and WWW-Authenticate: OAuth."""
    response, _ = httplib2.Http().request(ran.own + "/?name=Ann")
    assert response.status == 400
    assert response["www-authenticate"] == f'OAuth realm="{ran.own}"'


def test_the_database_store_of_the_readme_refuses_a_replay(ran):
    """The NonceStore in the README does what a Server needs of it."""
    connection = sqlite3.connect(":memory:")
    server = oauth2.Server(nonces=ran.namespace["DatabaseNonces"](connection))
    method = oauth2.SignatureMethod_HMAC_SHA1()
    server.add_signature_method(method)
    consumer = oauth2.Consumer("key", "secret")
    request = oauth2.Request.from_consumer_and_token(consumer, http_url="http://a.example/?b=c")
    request.sign_request(method, consumer, None)
    incoming = oauth2.Request.from_request("GET", request.to_url())
    assert server.verify_request(incoming, consumer, None) == {"b": "c"}
    with pytest.raises(oauth2.NonceUsed):
        server.verify_request(incoming, consumer, None)
    connection.close()


def test_the_version_in_the_readme_is_the_version(ran):
    """The README, the package and the changelog agree."""
    assert f'oauth.__version__  # "{oauth2.__version__}"' in README
    assert f"\n## {oauth2.__version__}\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_links_of_the_readme_lead_to_its_own_headings_and_files():
    """No link of the README is broken."""
    headings = re.findall(r"^#+ (.+)$", README, re.M)
    anchors = {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert target[1:] in anchors if target.startswith("#") else (ROOT / target).exists(), target
