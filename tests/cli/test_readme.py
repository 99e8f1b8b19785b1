"""Every block of README.md runs here, in order, against real servers on loopback.

Three things are replaced in them: the addresses of made-up or distant hosts, the user at
the prompts, and what is new each time (keys, nonces, times). What the first shell block
does is tested in packaging/; the second is run by .ci/readme.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from wsgiref.simple_server import make_server

import httplib2
import pytest
from driving import Terminal, plain_environ
from pexpect import EOF
from present import present
from stores import running_redis

import oauth2
from oauth2.profiles import Profile, ProfileStore

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.M | re.S)
PYTHON = [text for language, text in BLOCKS if language == "python"]
CONSOLE = [text for language, text in BLOCKS if language == "console"]
NO_APP: Any = None  # it is set later
CONSUMER = oauth2.Consumer("your key", "your secret")


class Browser(webbrowser.BaseBrowser):
    """A browser in the hands of a user who clicks Allow, and is sent back."""

    service: Any

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        """Do so in a thread, as a browser is another process."""
        back = self.service.allow(url)
        threading.Thread(target=httplib2.Http().request, args=(back,)).start()
        return True


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Make a home of its own, and reach what is on loopback without a proxy."""
    home = tmp_path_factory.mktemp("home of a program")
    with pytest.MonkeyPatch.context() as patched:
        for name, value in {"HOME": home, "XDG_CONFIG_HOME": home, "NO_PROXY": "*"}.items():
            patched.setenv(name, str(value))
        patched.setitem(sys.modules, "keyring", None)
        yield home


@pytest.fixture(scope="module")
def ran(home: Path) -> Iterator[Any]:
    """Run all Python blocks in one namespace, against the sandbox, a Redis and a database."""
    printed: list[str] = []
    with ExitStack() as stack:
        service = stack.enter_context(oauth2.sandbox.run(CONSUMER))
        httpd = stack.enter_context(make_server("127.0.0.1", 0, NO_APP))
        token = service.add_token()
        (home / "oauth2").mkdir(mode=0o700)
        profile = Profile("tumblr", CONSUMER, token)
        ProfileStore(home / "oauth2" / "profiles.json").save(profile)
        replaced = {
            "https://provider.example": service.url,
            "https://your.example": f"http://127.0.0.1:{httpd.server_port}",
            "redis://nonces.example": f"redis://127.0.0.1:{stack.enter_context(running_redis()).port}",
            "postgresql+psycopg://nonces.example/app": f"sqlite:///{home / 'nonces.db'}",
            "the user's token": token.key,
            "its secret": token.secret,
        }
        Browser.service = service
        webbrowser.register("of the test", Browser, preferred=True)
        namespace: dict[str, Any] = {
            "print": lambda *values: printed.append(" ".join(map(str, values))),
            "input": lambda _: service.allow(printed[-1].partition(" ")[2]),
        }
        responses = []
        for block in PYTHON:
            text = block
            for told, real in replaced.items():
                text = text.replace(told, real)
            exec(compile(text, "README.md", "exec"), namespace)
            if "response" in namespace:
                responses.append(namespace["response"])
        handler: Any = httpd.RequestHandlerClass
        handler.log_message = lambda *_: None
        httpd.set_app(namespace["application"])
        thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
        thread.start()
        yield SimpleNamespace(
            namespace=namespace,
            printed=printed,
            responses=responses,
            own=replaced["https://your.example"],
            service=service,
        )
        namespace["engine"].dispose()
        httpd.shutdown()
        thread.join()


def test_the_first_screen_says_what_it_is_and_what_to_type() -> None:
    """A reader who has requests, or an async client, knows after ten seconds."""
    screen = "\n".join(README.splitlines()[:35])
    assert "OAuth **1.0a**" in screen
    assert "not OAuth 2.0" in screen
    with_requests, with_async = re.findall(r"```python\n(.*?)```", screen, re.S)
    assert "requests.get(" in with_requests
    assert "httpx.AsyncClient(" in with_async
    assert ["auth=OAuth1(consumer, token)" in block for block in (with_requests, with_async)]


def test_the_table_of_libraries_names_what_can_be_imported_and_installed() -> None:
    """Each row with an extra has the module of that library."""
    rows = re.findall(r"^\| [\w, .()]+ \| `(\w+)` \| `(from .+? import OAuth1)`", README, re.M)
    assert [extra for extra, _ in rows] == ["requests", "httpx", "httpx2", "aiohttp"]
    for extra, line in rows:
        assert line == f"from oauth2.auth.{extra} import OAuth1"
        assert (ROOT / "oauth2" / "auth" / f"{extra}.py").exists()


def test_the_first_two_commands_set_up_the_demonstration_and_the_tests() -> None:
    """The one for who wants to see it, and the one for who wants to change it."""
    demonstrate, test = [text for language, text in BLOCKS if language == "sh"]
    assert demonstrate.endswith("oauth2 demo\n")
    assert test.endswith("pytest\n")


def test_the_gate_runs_the_second_command_as_it_stands() -> None:
    """What .ci/readme takes from the README is the command; it is an environment of tox.ini."""
    shell = [text for language, text in BLOCKS if language == "sh"]
    script = (ROOT / ".ci" / "readme").read_text(encoding="utf-8")
    taking = re.search(r"^second=.*$", script, re.M)
    assert taking is not None
    shown = f'{taking[0]}\nprintf "%s\\n" "$second"'
    taken = subprocess.run(
        ["sh", "-c", shown], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    assert taken.stdout == shell[1]
    assert script.endswith('exec sh -c "$second"\n')
    assert "commands = sh .ci/readme " in (ROOT / "tox.ini").read_text(encoding="utf-8")
    assert "`sh .ci/gate`" in README


def test_every_block_is_run() -> None:
    """No block is left out by the tests because of its language."""
    languages = [language for language, _ in BLOCKS]
    assert languages.count("sh") == 2
    assert set(languages) == {"sh", "python", "console"}


def test_all_requests_of_the_readme_are_accepted(ran: Any) -> None:
    """The sandbox verifies each request that a block sends."""
    statuses = [
        getattr(response, "status", None) or response.status_code for response in ran.responses
    ]
    assert len(statuses) >= 7
    assert set(statuses) == {200}


def test_a_profile_that_is_loaded_signs(ran: Any) -> None:
    """By the Signer of the block, and by the OAuth1 that is made of it."""
    assert ran.namespace["signer"].consumer.key == CONSUMER.key
    signed = ran.namespace["signer"].sign("GET", ran.service.resource_url)
    assert httplib2.Http().request(signed.url, headers=signed.headers)[0].status == 200


def test_the_flow_ends_with_what_the_protected_resource_says(ran: Any) -> None:
    """The three-legged block prints who the user is and what came back."""
    assert any(line.startswith("ann {") and '"owner":"ann"' in line for line in ran.printed)


def test_the_flow_of_a_web_application_keeps_its_token_in_the_session(ran: Any) -> None:
    """The two functions of the README give an access token, with a string between them."""
    session: dict[str, str] = {}
    url = ran.namespace["start"](session)
    token = ran.namespace["come_back"](session, ran.service.allow(url))
    client = oauth2.Client(CONSUMER, token, placement="header")
    assert client.request(ran.service.resource_url)[0].status == 200


def test_a_verifier_that_tells_logs_why_a_signature_is_wrong(
    ran: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """By a class of the README, which refuses it all the same."""
    verifier = ran.namespace["TellingVerifier"]({CONSUMER.key: CONSUMER}.get)
    sent = oauth2.Signer(CONSUMER).sign("GET", "https://a.example/r")
    right, wrong = [
        oauth2.Request.from_request("GET", f"{scheme}://a.example/r", sent.headers)
        for scheme in ("https", "http")
    ]
    assert verifier.verify(right).consumer == CONSUMER
    assert not caplog.text
    with pytest.raises(oauth2.SignatureInvalid):
        verifier.verify(wrong)
    assert "signature: Invalid signature. It was signed for https" in caplog.text


def test_the_test_of_the_readme_passes(ran: Any) -> None:
    """What it shows of the sandbox is a test that a program may have."""
    ran.namespace["test_my_flow"]()


def test_a_session_in_the_place_of_requests_oauthlib_has_a_token(ran: Any) -> None:
    """It got it by a PIN, and reads the resource by it."""
    assert ran.namespace["session"].authorized
    assert any('"consumer_key":"your key"' in line.replace(": ", ":") for line in ran.printed)


def test_the_base_string_is_printed(ran: Any) -> None:
    """The troubleshooting block shows the text that was signed."""
    assert any(re.match(r"GET&http%3A%2F%2F127\.0\.0\.1", line) for line in ran.printed)


def test_the_telling_method_prints_the_base_string_of_a_client(ran: Any) -> None:
    """The subclass in the README works in the Client."""
    before = len(ran.printed)
    client = oauth2.Client(ran.namespace["consumer"])
    client.set_signature_method(ran.namespace["TellingMethod"]())
    client.request(ran.own + "/?name=Ann")
    assert ran.printed[before].startswith("GET&http%3A%2F%2F127.0.0.1")


def test_the_server_of_the_readme_lets_a_signed_request_in(ran: Any) -> None:
    """The WSGI application verifies what the Client sends."""
    client = oauth2.Client(ran.namespace["consumer"])
    response, content = client.request(ran.own + "/?name=Ann")
    assert (response.status, content) == (200, b"Hello, Ann")


def test_the_server_of_the_readme_refuses_an_unsigned_request_with_a_challenge(ran: Any) -> None:
    """Without a signature there is an error status and WWW-Authenticate: OAuth."""
    response, content = httplib2.Http().request(ran.own + "/?name=Ann")
    assert response.status == 401
    assert response["www-authenticate"] == 'OAuth realm=""'
    assert content.startswith(b"oauth_problem=parameter_absent&")


@pytest.mark.parametrize("store", ["in_redis", "in_sql"])
def test_the_stores_of_the_readme_refuse_a_replay(ran: Any, store: str) -> None:
    """What each of them makes is a NonceStore that a Server can have."""
    server = oauth2.Server(nonces=ran.namespace[store])
    method = oauth2.SignatureMethod_HMAC_SHA1()
    server.add_signature_method(method)
    consumer = oauth2.Consumer("key", "secret")
    request = oauth2.Request.from_consumer_and_token(consumer, http_url="http://a.example/?b=c")
    request.sign_request(method, consumer, None)
    incoming = present(oauth2.Request.from_request("GET", request.to_url()))
    assert server.verify_request(incoming, consumer, None) == {"b": "c"}
    with pytest.raises(oauth2.NonceUsed):
        server.verify_request(incoming, consumer, None)


def commands(block: str) -> list[tuple[str, str]]:
    """Part a session into what was typed and what was shown."""
    return [
        (typed, shown) for typed, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.M)
    ]


def even(text: str) -> str:
    """Make what is new each time the same: keys, nonces, times, the port, the white space."""
    text = re.sub(r"\b[0-9a-f]{24,32}\b", "<hex>", text)
    text = re.sub(r"(?<=3D)[0-9a-f]{24,32}\b", "<hex>", text)
    text = re.sub(r"(?:\b|(?<=3D))1[0-9]{9}\b", "<time>", text)
    text = re.sub(r"127\.0\.0\.1:\d+/callback", "127.0.0.1:<port>/callback", text)
    return "\n".join([" ".join(line.split()) for line in text.strip().splitlines()])


def typed_in_a_terminal(command: str, service: Any, environ: dict[str, Any], cwd: Path) -> str:
    """Type a command, answer what it asks, and return what the terminal shows."""
    child = Terminal(["/bin/sh", "-c", command], environ, cwd, (50, 400), None)
    expected: list[Any] = ["key: ", "secret: ", r"(http://\S+/authorize\?\S+)", EOF]
    while (which := child.expect(expected)) < 3:
        if which == 2:
            Browser.service = service
            Browser("of the test").open(child.match[1])
        else:
            child.sendline([CONSUMER.key, CONSUMER.secret][which])
    child.close()
    return child.text


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Make a home with the profile of the README, in which tumblr is the sandbox."""
    home = tmp_path_factory.mktemp("home")
    folder = home / "oauth2"
    folder.mkdir(mode=0o700)
    with oauth2.sandbox.run(CONSUMER) as service:
        entry = {"id": "tumblr", "name": "Tumblr", "whoami_url": f"{service.url}/v2/user/info"}
        entry.update(
            {
                "request_token_url": service.request_token_url,
                "authorize_url": service.authorize_url,
                "access_token_url": service.access_token_url,
            }
        )
        (folder / "services.json").write_text(json.dumps([entry]))
        published = oauth2.Consumer("dpf43f3p2l4k3l03", "kd94hf93k423kf44")
        token = oauth2.Token("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")
        store = ProfileStore(folder / "profiles.json")
        store.save(Profile("photos", published, token))
        of_another = oauth2.Consumer(CONSUMER.key, "the secret of another")
        store.save(Profile("staging", of_another, service.add_token()))
        environ = {
            **plain_environ(),
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "BROWSER": "true",
            "NO_COLOR": "1",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }
        yield service, environ, home


def test_the_terminal_looks_as_the_readme_shows_it(terminal: Any) -> None:
    """What is typed in the README, in its order, shows there what it shows in a real terminal."""
    service, environ, home = terminal
    for typed, shown in [pair for block in CONSOLE for pair in commands(block)]:
        if typed == "cat answer.txt":
            (home / "answer.txt").write_text(shown)
        for host in (
            "https://provider.example",
            "https://www.tumblr.com/oauth",
            "https://api.tumblr.com",
        ):
            typed = typed.replace(host, service.url)
            # Base strings have it escaped, and those in a form once more.
            told, real = host, service.url
            for _ in range(3):
                shown = shown.replace(told, real)
                told, real = oauth2.escape(told), oauth2.escape(real)
        shown = shown.replace('"provider.example"', f'"{service.url[len("http://") :]}"')
        assert even(typed_in_a_terminal(typed, service, environ, home)) == even(shown), typed


def test_the_version_in_the_readme_is_the_version(ran: Any) -> None:
    """The README, the package and the changelog agree."""
    assert f'oauth.__version__  # "{oauth2.__version__}"' in README
    assert f"\n## {oauth2.__version__}\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_links_of_the_readme_lead_to_its_own_headings_and_files() -> None:
    """No link of the README is broken."""
    headings = re.findall(r"^#+ (.+)$", README, re.M)
    anchors = {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert target[1:] in anchors if target.startswith("#") else (ROOT / target).exists(), target
