"""What goes wrong in ``oauth2 authorize``: one clear line each, and nothing is lost."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from authorizing import (
    REQUEST_TOKEN,
    always_answering,
    come_back,
    files_of,
    give_tokens,
    know_service,
    legs,
    shown_address,
    stored,
    three_urls,
)
from driving import Command, Terminal, as_environment
from ports import free_port
from wire import Answer, Origin, Received, redirect

import oauth2
from oauth2.profiles import Profile, ProfileStore

LEGS = {"/request": "request token", "/access": "access token"}
PROMPT = "PIN: "


class Kept:
    """A profile ``default`` of a service ``own`` that was there before."""

    def __init__(self, command: Command, store: ProfileStore) -> None:
        self.command, self.store = command, store
        know_service(command, "http://127.0.0.1:9")
        consumer = oauth2.Consumer("old", "old-sekrit")
        store.save(Profile("default", consumer, oauth2.Token("old", "old-sekrit"), "own"))
        self.content = store.path.read_bytes()

    def check(self) -> None:
        """Fail when the file changed, or another is beside it."""
        assert self.store.path.read_bytes() == self.content
        assert files_of(self.command) == ["profiles.json", "services.json"]


@pytest.fixture
def kept(command: Command, store: ProfileStore) -> Iterator[Kept]:
    """Keep an old profile, and look at it afterwards."""
    kept = Kept(command, store)
    yield kept
    kept.check()


@pytest.fixture
def environ(consumer: oauth2.Consumer) -> dict[str, Any]:
    """Return the variables of the consumer, and a browser that opens nothing."""
    return {**as_environment(consumer), "BROWSER": "true"}


@pytest.fixture
def silence() -> Iterator[Callable[[Received], Answer]]:
    """Answer nothing before the test ends."""
    ended = threading.Event()

    def answer(received: Received) -> Answer:
        ended.wait(60)
        return Answer()

    yield answer
    ended.set()


def refused(command: Command, *words: str, **environ: Any) -> str:
    """Type a PIN into a call that fails, for the service ``own``; return its one line."""
    ran = command("authorize", "own", *words, "--no-browser", given=b"1234\n", **environ)
    assert ran.status == 1, ran
    line = ran.errors[len(PROMPT) :] if ran.errors.startswith(PROMPT) else ran.errors
    assert line.startswith("oauth2: ")
    assert line.count("\n") == 1, line
    return line[len("oauth2: ") : -1]


def last_line(terminal: Terminal) -> str:
    """Read a call that fails to its end; return its one line."""
    assert terminal.end() == 1
    text = terminal.text
    assert text.endswith("\n")
    assert text.count("\noauth2: ") == 1, text
    return text.rpartition("\noauth2: ")[2][:-1]


# The provider


@pytest.mark.parametrize("leg", LEGS)
@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(500, body=b"sorry, consumer-sekrit"), "answered 500 Scripted: no token in sorry,"),
        (
            Answer(200, {"Content-Type": "text/html"}, b"<h1>Welcome,\n Ann</h1>"),
            "answered 200 Scripted: no token in <h1>Welcome, Ann</h1>",
        ),
        (Answer(200, body=b""), "answered 200 Scripted: no token in an empty answer"),
        (
            Answer(200, body=b"oauth_token=lonely"),
            "no oauth_token_secret in oauth_token=lonely",
        ),
        (Answer(200, body=b"\xff\x1b[31m\n"), "answered 200 Scripted: no token in "),
        (
            Answer(401, {"WWW-Authenticate": 'OAuth oauth_problem="signature_invalid"'}),
            "answered 401 Scripted: signature_invalid",
        ),
        (redirect(307, "/elsewhere"), "answered 307 Scripted: it redirects to /elsewhere"),
    ],
)
def test_answer_without_a_token_is_told(
    command: Command,
    origin: Origin,
    kept: Kept,
    environ: dict[str, Any],
    leg: str,
    answer: Answer,
    told: str,
) -> None:
    """The line names the leg, its URL, and what came."""
    give_tokens(origin)
    origin.script[leg] = answer
    line = refused(command, *legs(origin.url), "--no-explain", **environ)
    assert line.startswith(f"{LEGS[leg]}, {origin.url}{leg}: the provider answered ")
    assert told in line
    assert "\x1b" not in line


@pytest.mark.parametrize("leg", LEGS)
def test_redirect_in_a_loop_is_told(
    command: Command, origin: Origin, kept: Kept, environ: dict[str, Any], leg: str
) -> None:
    """It is given up after some time."""
    give_tokens(origin)
    origin.script[leg] = redirect(302, f"{leg}?and=again")
    line = refused(command, *legs(origin.url), "--token-method", "GET", **environ)
    assert line.startswith(f"{LEGS[leg]}, {origin.url}{leg}: the provider answered 302 Scripted: ")
    assert "Redirected more times than" in line


@pytest.mark.parametrize("leg", LEGS)
def test_provider_that_refuses_the_connection_is_told(
    command: Command, origin: Origin, kept: Kept, environ: dict[str, Any], leg: str
) -> None:
    """As the system says it."""
    give_tokens(origin)
    gone = f"http://127.0.0.1:{free_port()}"
    words = [word.replace(origin.url, gone) if leg in word else word for word in legs(origin.url)]
    line = refused(command, *words, **environ)
    assert line.startswith(f"{LEGS[leg]}, {gone}{leg}: no answer: ")
    assert "Connection refused" in line


@pytest.mark.parametrize("leg", LEGS)
def test_provider_that_never_answers_is_told(
    command: Command,
    origin: Origin,
    kept: Kept,
    environ: dict[str, Any],
    leg: str,
    silence: Callable[[Received], Answer],
) -> None:
    """After the time that the user gives."""
    give_tokens(origin)
    origin.script[leg] = silence
    line = refused(command, *legs(origin.url), "--timeout", "0.5", **environ)
    assert line == f"{LEGS[leg]}, {origin.url}{leg}: no answer: timed out."


@pytest.mark.parametrize("leg", LEGS)
@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "Remote end closed connection without response."),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\noauth_to", "broke off after 8 octets"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nno", "decompress"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "SSH-2.0-OpenSSH_9.2"),
    ],
)
def test_provider_that_breaks_off_is_told(
    command: Command,
    origin: Origin,
    kept: Kept,
    environ: dict[str, Any],
    leg: str,
    raw: bytes,
    told: str,
) -> None:
    """Before its answer, or within; or it speaks something else."""
    give_tokens(origin)
    with always_answering(raw) as broken:
        words = [w.replace(origin.url, broken) if leg in w else w for w in legs(origin.url)]
        line = refused(command, *words, **environ)
    assert line.startswith(f"{LEGS[leg]}, {broken}{leg}: ")
    assert told in line


@pytest.mark.parametrize("confirmed", [b"", b"&oauth_callback_confirmed=false"])
def test_provider_that_confirms_no_callback_is_told(
    command: Command, origin: Origin, kept: Kept, environ: dict[str, Any], confirmed: bytes
) -> None:
    """The user is not sent there."""
    origin.script["/request"] = Answer(body=REQUEST_TOKEN + confirmed)
    line = command.fails("authorize", "own", *legs(origin.url), "--no-browser", **environ)
    assert line.startswith(f"request token, {origin.url}/request: the provider answered 200")
    assert line.endswith("lacks oauth_callback_confirmed=true, which OAuth 1.0a asks for")


def test_user_who_comes_back_with_another_token_is_told(
    command: Command, origin: Origin, kept: Kept, environ: dict[str, Any]
) -> None:
    """An attacker's link would have that; nothing is exchanged, and the wait goes on."""
    give_tokens(origin)
    words = "authorize", "own", *legs(origin.url), "--timeout", "4"
    terminal = command.in_terminal(*words, **environ)
    shown_address(terminal)
    callback = origin.received[0].oauth("oauth_callback")
    page = come_back(f"{callback}?oauth_token=another&oauth_verifier=v")
    assert "Authorization failed" in page
    assert last_line(terminal) == (
        "No redirect was received in 4 seconds. The last one that was passed over: "
        "The user was redirected back with another request token: "
        "expected the one that was fetched last."
    )
    assert [received.target for received in origin.received] == ["/request"]


def test_provider_that_refuses_oob_tells_why(
    command: Command, origin: Origin, kept: Kept, environ: dict[str, Any]
) -> None:
    """Its own words come through."""
    advice = b"oauth_problem=parameter_rejected&oauth_problem_advice=No%20PINs%20here"
    origin.script["/request"] = Answer(400, body=advice)
    know_service(command, origin.url, callback={"oob": False})
    words = "own", "--callback", "oob", "-p", "default", "--no-explain"
    line = command.fails("authorize", *words, **environ)
    assert line.endswith("answered 400 Scripted: parameter_rejected, No PINs here")


def test_clock_that_is_wrong_is_no_fault(
    command: Command, consumer: oauth2.Consumer, environ: dict[str, Any]
) -> None:
    """The flow learns the provider's."""
    quirks = oauth2.sandbox.Quirks(clock_offset=5000)
    with oauth2.sandbox.run(consumer, manners=quirks) as provider:
        words = [*three_urls(provider), "--no-browser"]
        terminal = command.in_terminal("authorize", *words, **environ)
        pin = provider.allow(shown_address(terminal))
        terminal.expect(PROMPT)
        terminal.sendline(pin)
        assert terminal.end() == 0
    stored(command)


# The user


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("oauth_token=request&oauth_problem=user_refused", "The user did not allow access."),
        ("denied=request", "The user did not allow access."),
        (
            "oauth_token=request&oauth_problem=user%1B_absent",
            "The provider reports user _absent.",
        ),
        (
            "oauth_token=request",
            "The provider sent the user back without an oauth_verifier.",
        ),
    ],
)
def test_user_who_comes_back_without_a_yes_is_told(
    command: Command,
    origin: Origin,
    kept: Kept,
    environ: dict[str, Any],
    query: str,
    line: str,
) -> None:
    """Nothing is exchanged."""
    give_tokens(origin)
    terminal = command.in_terminal("authorize", "own", *legs(origin.url), **environ)
    shown_address(terminal)
    callback = origin.received[0].oauth("oauth_callback")
    come_back(f"{callback}?{query}")
    assert last_line(terminal) == line
    assert len(origin.received) == 1


def test_user_who_does_not_come_back_is_waited_for_only_so_long(
    command: Command, origin: Origin, kept: Kept, environ: dict[str, Any]
) -> None:
    """Whoever closes the browser comes no more."""
    give_tokens(origin)
    ran = command("authorize", "own", *legs(origin.url), "--timeout", "0.5", **environ)
    assert (ran.status, ran.errors) == (1, "oauth2: No redirect was received in 0.5 seconds.\n")


def test_pin_of_who_said_no_is_refused(
    command: Command, provider: oauth2.sandbox.Provider, kept: Kept
) -> None:
    """There is none at all."""
    environ = as_environment(provider.consumer)
    words = ["own", *three_urls(provider), "--no-browser"]
    terminal = command.in_terminal("authorize", *words, **environ)
    provider.deny(shown_address(terminal))
    terminal.expect(PROMPT)
    terminal.sendline("nonsense")
    assert last_line(terminal).startswith(
        f"access token, {provider.access_token_url}: the provider answered 401 UNAUTHORIZED:"
        " permission_denied, The user said no."
    )


def test_wrong_pin_is_asked_for_once_more(
    command: Command, provider: oauth2.sandbox.Provider
) -> None:
    """What was typed before, and the user's yes, are not lost."""
    environ = as_environment(provider.consumer)
    words = [*three_urls(provider), "--no-browser"]
    terminal = command.in_terminal("authorize", *words, **environ)
    pin = provider.allow(shown_address(terminal))
    for _ in range(2):
        terminal.expect(PROMPT)
        terminal.sendline("nonsense")
        terminal.expect("verifier_invalid, oauth_verifier: it does not belong to.*once more")
    terminal.expect(PROMPT)
    terminal.sendline(pin)
    assert terminal.end() == 0
    stored(command)


def test_wrong_pin_in_a_pipe_is_told(
    command: Command, origin: Origin, kept: Kept, environ: dict[str, Any]
) -> None:
    """Nobody is there to type another."""
    give_tokens(origin)
    origin.script["/access"] = Answer(401, body=b"oauth_problem=verifier_invalid")
    line = refused(command, *legs(origin.url), "--no-explain", **environ)
    assert line.endswith("/access: the provider answered 401 Scripted: verifier_invalid")


@pytest.mark.parametrize(
    ("address", "line"),
    [
        (
            "https://my.example/nonsense",
            "The user was redirected back with no request token: expected the one that was",
        ),
        (
            "https://my.example/?oauth_token=another&oauth_verifier=v",
            "The user was redirected back with another request token: expected the one that was",
        ),
        (
            "https://my.example/?oauth_token=request",
            "The provider sent the user back without an oauth_verifier.",
        ),
        (
            "https://my.example/?oauth_token=request&oauth_problem=user_refused",
            "The user did not allow access.",
        ),
    ],
)
def test_wrong_address_is_told(
    command: Command,
    origin: Origin,
    kept: Kept,
    environ: dict[str, Any],
    address: str,
    line: str,
) -> None:
    """It is checked as the one that a browser brings."""
    give_tokens(origin)
    words = ["own", *legs(origin.url), "--no-browser", "--callback", "https://my.example/"]
    terminal = command.in_terminal("authorize", *words, **environ)
    terminal.expect("The address that the browser ended at: ")
    terminal.sendline(address)
    assert last_line(terminal).startswith(line)
    assert len(origin.received) == 1


def test_port_that_is_taken_is_told(
    command: Command, origin: Origin, kept: Kept, environ: dict[str, Any]
) -> None:
    """Before the provider is asked."""
    words = ["own", *legs(origin.url), "--port", str(origin.port)]
    line = command.fails("authorize", *words, **environ)
    assert line == f"127.0.0.1:{origin.port}: Address already in use"
    assert origin.received == []


# The profiles


def damage(path: Path) -> None:
    path.write_text('{"version": 1, "profiles": {"a": "sekrit"')
    path.chmod(0o600)


def show(path: Path) -> None:
    path.write_text('{"version": 1, "profiles": {}}')
    path.chmod(0o644)


def make_directory(path: Path) -> None:
    path.mkdir()


def take_directory(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_text("a file")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (damage, "{path}: damaged: line 1 column 42: mend it, or move it away"),
        (show, "{path}: others can read or change the secrets in it: chmod 600 {path}"),
        (make_directory, "{path}: expected a file, got a directory or the like"),
        (take_directory, "{path}: cannot be written: "),
    ],
)
@pytest.mark.parametrize("words", [[], ["--no-browser"], ["--callback", "https://my.example/"]])
def test_profiles_that_cannot_be_kept_are_found_before_the_provider_is_asked(
    command: Command,
    origin: Origin,
    store: ProfileStore,
    environ: dict[str, Any],
    spoil: Callable[[Path], None],
    told: str,
    words: list[str],
) -> None:
    """No token is lost, and the file stays as it is."""
    spoil(store.path)
    before = store.path.read_bytes() if store.path.is_file() else None
    line = command.fails("authorize", *legs(origin.url), *words, **environ)
    assert line.startswith(told.format(path=store.path))
    assert origin.received == []
    assert (store.path.read_bytes() if store.path.is_file() else None) == before
    assert not list(store.path.parent.glob("*new"))


def test_profile_file_that_is_spoilt_meanwhile_is_left_as_it_is(
    command: Command, origin: Origin, store: ProfileStore, environ: dict[str, Any]
) -> None:
    """Here the token cannot be kept any more, and the line says so."""
    give_tokens(origin)
    terminal = command.in_terminal("authorize", *legs(origin.url), "--no-browser", **environ)
    terminal.expect(PROMPT)
    damage(store.path)
    before = store.path.read_bytes()
    terminal.sendline("1234")
    assert last_line(terminal).startswith(f"{store.path}: damaged: ")
    assert store.path.read_bytes() == before


def test_name_that_no_profile_can_have_is_found_before_the_provider_is_asked(
    command: Command, origin: Origin, environ: dict[str, Any]
) -> None:
    """A terminal could not show it."""
    words = [*legs(origin.url), "-p", "my\x1b[31m"]
    line = command.fails("authorize", *words, **environ)
    assert line == r"name: expected printable text, got 'my\x1b[31m'"
    assert origin.received == []


# The keyring

KEYRINGS = """
from keyring.errors import KeyringLocked
from keyrings.alt.file import PlaintextKeyring


class Working(PlaintextKeyring):
    priority = 5


class Refusing(Working):
    def set_password(self, *arguments):
        raise KeyringLocked(f"sekrit {arguments}")

    delete_password = set_password
"""


@pytest.fixture
def keyrings(tmp_path: Path) -> Callable[[str], dict[str, Any]]:
    """Return what makes the command use a keyring: of another package, in a real file."""
    (tmp_path / "keyrings_of_test.py").write_text(KEYRINGS)

    def environ(kind: str) -> dict[str, Any]:
        return {
            "PYTHON_KEYRING_BACKEND": f"keyrings_of_test.{kind}",
            "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]),
            "XDG_DATA_HOME": str(tmp_path / "data"),
        }

    return environ


def test_keyring_that_refuses_loses_no_token(
    command: Command,
    origin: Origin,
    store: ProfileStore,
    environ: dict[str, Any],
    keyrings: Callable[[str], dict[str, Any]],
) -> None:
    """It is kept in the file, and the user is told."""
    give_tokens(origin)
    words = [*legs(origin.url), "--no-browser"]
    environ = {**environ, **keyrings("Refusing")}
    ran = command("authorize", *words, given=b"1234\n", **environ)
    assert (ran.status, ran.errors) == (
        0,
        f"{PROMPT}oauth2: the keyring is locked: the secrets of 'default' are in {store.path}\n",
    )
    assert ran.text.endswith("Stored profile default: the token of ann.\n")
    token = stored(command).token
    assert token is not None
    assert token.secret == "access-sekrit"
    assert re.search(r"default .* access +file +yes *$", command("profiles").text, re.M)


def test_keyring_has_the_secrets_and_gives_them_back(
    command: Command,
    origin: Origin,
    store: ProfileStore,
    environ: dict[str, Any],
    keyrings: Callable[[str], dict[str, Any]],
    tmp_path: Path,
) -> None:
    """The file has none; one that refuses when the profile goes is told of."""
    give_tokens(origin)
    working = keyrings("Working")
    words = [*legs(origin.url), "--no-browser"]
    ran = command("authorize", *words, given=b"1234\n", **environ, **working)
    assert (ran.status, ran.errors) == (0, PROMPT)
    assert b"sekrit" not in store.path.read_bytes()
    listed = command("profiles", **working).text
    assert re.search(r"default .* access +keyring +yes *$", listed, re.M)
    ran = command("request", "GET", f"{origin.url}/me", **working)
    assert (ran.status, origin.last.oauth("oauth_token")) == (0, "access")
    assert command.fails("profiles", "show", "default").endswith(
        "no secrets of profile 'default': there is no keyring here: unlock it, or authorize again"
    )
    ran = command("profiles", "remove", "default", **keyrings("Refusing"))
    assert (ran.status, ran.text, ran.errors) == (
        0,
        "Removed profile default.\n",
        "oauth2: the keyring is locked: the secrets of 'default' may still be in the keyring\n",
    )
    assert command("profiles").text == ""


def test_provider_may_send_as_much_as_it_likes(
    command: Command, origin: Origin, kept: Kept, environ: dict[str, Any]
) -> None:
    """The line stays one that can be read."""
    give_tokens(origin)
    origin.script["/request"] = Answer(200, body=b"oops, " * 100_000)
    line = refused(command, *legs(origin.url), **environ)
    assert line.endswith("oo…")
    assert len(line) < 1300
