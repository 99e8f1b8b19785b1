"""``oauth2 sandbox``: what it prints, each of its options, and how it ends."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httplib2
import pytest
from driving import SECONDS, Command, Terminal
from ports import free_port
from waiting import wait_until

import oauth2

STARTED = "Stop with Ctrl-C."
KNOWN = ("--consumer", "printer:consumer-sekrit")
CONSUMER = oauth2.Consumer("printer", "consumer-sekrit")


class Started:
    """A sandbox that runs in a terminal, and what it printed."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        terminal.expect(re.escape(STARTED))
        self.lines = terminal.text.partition("\n\n")[0].splitlines()
        self.printed = dict(re.split(r"  +", line, maxsplit=1) for line in self.lines)

    def flow(self, consumer: oauth2.Consumer = CONSUMER, **options: Any) -> oauth2.Flow:
        """Return a flow to it."""
        return oauth2.Flow(
            consumer,
            request_token_url=self.printed["request token URL"],
            authorize_url=self.printed["authorize URL"],
            access_token_url=self.printed["access token URL"],
            **options,
        )

    def token(self) -> oauth2.Token:
        """Get a token, without the user's part."""
        flow = self.flow()
        return flow.fetch_access_token_with_password("ann", "ann-sekrit")

    def answer(self, token: oauth2.Token, consumer: oauth2.Consumer = CONSUMER) -> Any:
        """Ask for the protected resource; return the status and what came."""
        client = oauth2.Client(consumer, token, proxy_info=None, timeout=SECONDS)
        response, content = client.request(self.printed["resource URL"])
        return response.status, content

    def stop(self) -> None:
        """Press Ctrl-C, which is how it ends."""
        self.terminal.sendintr()
        assert self.terminal.end() == 0
        assert self.terminal.text.endswith("\nStopped.\n")


@pytest.fixture
def sandbox(command: Command) -> Callable[..., Started]:
    """Start one in a terminal."""
    return lambda *words: Started(command.in_terminal("sandbox", *words))


def test_it_prints_all_that_a_client_needs_and_ends_at_ctrl_c(
    command: Command, sandbox: Callable[..., Started]
) -> None:
    """A consumer is made up, and its secret is printed once, as nobody could know it."""
    started = sandbox()
    assert list(started.printed) == [
        *("request token URL", "authorize URL", "access token URL", "resource URL"),
        *("consumer key", "consumer secret"),
    ]
    base = started.printed["resource URL"][: -len("/echo")]
    assert base.startswith("http://127.0.0.1:")
    assert started.printed["authorize URL"] == f"{base}/authorize"
    secret = started.printed["consumer secret"]
    consumer = oauth2.Consumer(started.printed["consumer key"], secret)
    assert started.flow(consumer).fetch_request_token().key
    started.stop()
    assert started.terminal.text.count(secret) == 1
    assert f"oauth2 request GET {base}/echo --profile" in started.terminal.text


def test_nobody_listens_after_its_end(sandbox: Callable[..., Started]) -> None:
    """On a port of its own: another test may get the one of a sandbox that chose by itself."""
    started = sandbox(*KNOWN, "--port", str(free_port()))
    assert started.flow().fetch_request_token().key
    started.stop()
    with pytest.raises(ConnectionRefusedError):
        httplib2.Http(proxy_info=None).request(started.printed["resource URL"])


def test_it_serves_the_command_authorize(command: Command, sandbox: Callable[..., Started]) -> None:
    """Two terminals are enough for all of it."""
    started = sandbox(*KNOWN)
    ran = command(
        "authorize",
        *("--request-token-url", started.printed["request token URL"]),
        *("--authorize-url", started.printed["authorize URL"]),
        *("--access-token-url", started.printed["access token URL"]),
        "--no-browser",
        given=b"wrong\n",
        OAUTH_CONSUMER_KEY="printer",
        OAUTH_CONSUMER_SECRET="consumer-sekrit",
    )
    assert (ran.status, "permission_unknown" in ran.errors) == (1, True)
    started.stop()


def test_in_a_pipe_it_prints_the_same_at_once(command: Command) -> None:
    """A program that starts it reads the addresses while it serves."""
    with subprocess.Popen(
        command.line("sandbox", *KNOWN),
        env=command.environ, cwd=command.folder, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(5)]
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=SECONDS)
    assert [line.rpartition("  ")[0].strip() for line in lines] == [
        *("request token URL", "authorize URL", "access token URL", "resource URL"),
        "consumer key",
    ]
    assert (process.returncode, output) == (0, "")
    assert errors.endswith("\nStopped.\n")
    command.search("".join(lines) + errors)


# Options


def test_consumers_that_are_given_are_known_and_their_secrets_are_not_printed(
    sandbox: Callable[..., Started],
) -> None:
    """A secret may hold colons."""
    started = sandbox(*KNOWN, "--consumer", "other:a:b-sekrit")
    keys = [line.split()[-1] for line in started.lines if line.startswith("consumer")]
    assert keys == ["printer", "other"]
    for consumer in (CONSUMER, oauth2.Consumer("other", "a:b-sekrit")):
        assert started.flow(consumer).fetch_request_token().key
    with pytest.raises(oauth2.TokenRequestError, match="consumer_key_unknown"):
        started.flow(oauth2.Consumer("stranger", "sekrit")).fetch_request_token()
    started.stop()


def test_users_may_come_with_a_password(sandbox: Callable[..., Started]) -> None:
    """That is xAuth, which is off otherwise."""
    started = sandbox(*KNOWN, "--user", "ann:ann-sekrit", "--user", "bob:bob-sekrit")
    flow = started.flow()
    assert flow.fetch_access_token_with_password("bob", "bob-sekrit").extra["screen_name"] == "bob"
    with pytest.raises(oauth2.TokenRequestError, match="permission_denied"):
        flow.fetch_access_token_with_password("bob", "another-sekrit")
    started.stop()
    started = sandbox(*KNOWN)
    with pytest.raises(oauth2.TokenRequestError, match="xAuth is not switched on"):
        started.token()
    started.stop()


def test_tokens_and_nonces_survive_a_restart_in_a_file(
    sandbox: Callable[..., Started], tmp_path: Path
) -> None:
    """So does the address, where the port is given; others cannot read the file."""
    port = free_port()
    path = tmp_path / "sandbox.db"
    words = (*KNOWN, "--user", "ann:ann-sekrit", "--db", str(path), "--port", str(port))
    started = sandbox(*words)
    assert started.printed["resource URL"] == f"http://127.0.0.1:{port}/echo"
    token = started.token()
    fixed = {"oauth_nonce": "used"}
    client = oauth2.Client(CONSUMER, token, proxy_info=None)
    url = started.printed["resource URL"]
    signed = client.sign(url, parameters=fixed, force_auth_header=True)
    browser = httplib2.Http(proxy_info=None)
    assert browser.request(signed.uri, headers=signed.headers)[0].status == 200
    started.stop()
    assert path.stat().st_mode & 0o077 == 0
    started = sandbox(*words)
    response, content = browser.request(signed.uri, headers=signed.headers)
    assert (response.status, b"nonce_used" in content) == (401, True)
    status, content = started.answer(token)
    assert (status, json.loads(content)["owner"]) == (200, "ann")
    started.stop()


def test_tokens_expire_and_are_renewed(sandbox: Callable[..., Started]) -> None:
    """That is the session handle extension."""
    started = sandbox(*KNOWN, "--user", "ann:ann-sekrit", "--session-seconds", "1")
    token = started.token()
    assert token.extra["oauth_expires_in"] == "1"
    wait_until(lambda: b"token_expired" in started.answer(token)[1])
    assert started.answer(started.flow().renew(token))[0] == 200
    started.stop()


@pytest.mark.parametrize(
    ("words", "error", "timeout"),
    [
        (["--unconfirmed"], "lacks oauth_callback_confirmed=true", SECONDS),
        (["--fault", "error"], "answered 500 INTERNAL SERVER ERROR: no token in An error", SECONDS),
        (["--fault", "html"], "answered 200 OK: no token in a page of HTML, titled 'W", SECONDS),
        (["--redirect"], "answered 307 TEMPORARY REDIRECT", SECONDS),
        (["--delay", "60"], "timed out", 0.2),
    ],
)
def test_quirks_are_those_of_real_providers(
    sandbox: Callable[..., Started], words: list[str], error: str, timeout: float
) -> None:
    """A client that is tested against them meets the same errors there."""
    started = sandbox(*KNOWN, *words)
    client = oauth2.Client(CONSUMER, placement="header", timeout=timeout, proxy_info=None)
    with pytest.raises(oauth2.FlowError, match=re.escape(error)):
        started.flow(client=client).fetch_request_token()
    started.stop()


def test_redirected_requests_are_signed_again(sandbox: Callable[..., Started]) -> None:
    """A GET is sent on."""
    started = sandbox(*KNOWN, "--redirect")
    assert started.flow(request_token_method="GET").fetch_request_token().key
    started.stop()


def test_answers_may_be_json_and_the_clock_wrong(sandbox: Callable[..., Started]) -> None:
    """A flow copes with both, and learns the offset."""
    started = sandbox(*KNOWN, "--user", "ann:ann-sekrit", "--json", "--clock-offset", "-4000")
    flow = started.flow()
    assert flow.fetch_access_token_with_password("ann", "ann-sekrit").extra["screen_name"] == "ann"
    assert abs(flow.clock_offset + 4000) < 5
    started.stop()


# What goes wrong


def test_port_that_is_taken_is_one_line(command: Command) -> None:
    """It names the address as users write it, and says why as the system does."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = command.fails("sandbox", "--port", str(port))
    assert line == f"127.0.0.1:{port}: Address already in use"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["--consumer", "consumer"],
            "Invalid value for '--consumer': expected KEY:SECRET, got none",
        ),
        (
            ["--consumer", ":sekrit"],
            "Invalid value for '--consumer': expected KEY:SECRET, got none",
        ),
        (["--user", "ann-sekrit"], "Invalid value for '--user': expected NAME:PASSWORD, got none"),
        (["--port", "70000"], "Invalid value for '--port': 70000 is not in the range"),
        (["--fault", "none"], "Invalid value for '--fault': 'none' is not one of"),
        (["--delay", "long"], "Invalid value for '--delay': 'long' is not a valid number"),
    ],
)
def test_wrong_usage_is_one_line(command: Command, words: list[str], told: str) -> None:
    """What is no pair may be a secret, and is not quoted."""
    line = command.fails("sandbox", *words, status=2)
    assert line.startswith(told)
    assert line.endswith("(oauth2 sandbox --help says more)")


def test_host_without_an_address_is_one_line(command: Command) -> None:
    """No name server is asked for a name that cannot be one."""
    line = command.fails("sandbox", "--host", "no such host")
    assert re.search("(?i)name|host|address", line)


def test_file_that_is_no_database_is_one_line(command: Command, tmp_path: Path) -> None:
    """It is left as it is."""
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but a text of more than sixteen octets" * 20)
    path.chmod(0o600)
    line = command.fails("sandbox", "--db", str(path))
    assert line.startswith(f"database: expected an SQLite file, got {path}: ")
    assert path.read_text().startswith("not a database")
    assert "Is a directory" in command.fails("sandbox", "--db", str(tmp_path))


def test_extra_that_is_missing_is_one_line(command: Command) -> None:
    """It says how to install it."""
    blocked = "import sys; sys.modules['flask'] = None; from oauth2.__main__ import main"
    code = f"{blocked}; sys.argv[0] = 'oauth2'; sys.exit(main())"
    ended = subprocess.run(
        [command.line()[0], "-c", code, "sandbox"], env=command.environ, cwd=command.folder,
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "oauth2: oauth2.sandbox needs the extra 'sandbox':"
        " python -m pip install 'oauth2[sandbox]'\n"
    )


@pytest.mark.parametrize("means", ["file", "environment"])
def test_secrets_need_not_be_in_the_list_of_processes(command: Command, means: str) -> None:
    """A file and the environment have a line for each pair."""
    consumers = "printer:consumer-sekrit\n\nother:a:b-sekrit\r\n"
    users = "ann:ann-sekrit\nbob:with blanks-sekrit\n"
    (command.folder / "consumers").write_bytes(consumers.encode())
    (command.folder / "users").write_text(users)
    words, environ = ["--consumer", "@consumers", "--user", "@users"], dict[str, Any]()
    if means == "environment":
        words = []
        environ = {"OAUTH2_SANDBOX_CONSUMERS": consumers, "OAUTH2_SANDBOX_USERS": users}
    started = Started(command.in_terminal("sandbox", *words, **environ))
    for consumer in (CONSUMER, oauth2.Consumer("other", "a:b-sekrit")):
        for user, password in (("ann", "ann-sekrit"), ("bob", "with blanks-sekrit")):
            token = started.flow(consumer).fetch_access_token_with_password(user, password)
            assert token.key
    assert "consumer secret" not in started.printed
    started.stop()


def test_option_is_read_in_the_place_of_the_environment(command: Command) -> None:
    """As everywhere."""
    environ: dict[str, Any] = {"OAUTH2_SANDBOX_CONSUMERS": "other:other-sekrit"}
    started = Started(command.in_terminal("sandbox", *KNOWN, **environ))
    assert started.printed["consumer key"] == "printer"
    started.stop()


@pytest.mark.parametrize(
    ("words", "environ", "status", "told"),
    [
        (["--consumer", "@none"], {}, 1, "none: No such file or directory"),
        (["--consumer", "@pairs"], {}, 2, "Invalid value for '--consumer': expected KEY:SECRET"),
        ([], {"OAUTH2_SANDBOX_USERS": "a-sekrit"}, 2, "Invalid value for '--user': expected NAME:"),
    ],
)
def test_pairs_that_cannot_be_read_are_told(
    command: Command, words: list[str], environ: dict[str, Any], status: int, told: str
) -> None:
    """None of them is shown."""
    (command.folder / "pairs").write_text("printer:consumer-sekrit\nother-sekrit\n")
    assert command.fails("sandbox", *words, status=status, **environ).startswith(told)
