"""Ctrl-C and the end of input, at each prompt and while something is awaited."""

from __future__ import annotations

import fcntl
import signal
import struct
import subprocess
import termios
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from authorizing import files_of, give_tokens, know_service, legs
from driving import SECONDS, Command, Terminal, as_environment
from waiting import wait_until, wait_until_idle
from wire import Answer, Origin, Received

import oauth2
from oauth2.profiles import Profile, ProfileStore

CTRL_C, CTRL_D = "\x03", "\x04"
ENDED = "oauth2: An answer was expected, and the input ended.\n"
STOPPED = "oauth2: Stopped.\n"
_TYPED = {
    "Consumer key: ": "printer",
    "Consumer secret: ": "consumer-sekrit",
    "Token, if there is one: ": "token",
    "Token secret: ": "token-sekrit",
    "PIN: ": "1234",
    "The address that the browser ended at: ": "https://my.example/",
    "Press Enter when you have authorized the application: ": "",
}
_FIRST = ("Consumer key: ", "Consumer secret: ")


@pytest.fixture
def silent(origin: Origin) -> Iterator[Origin]:
    """Serve an origin that gives out request tokens, and does not answer elsewhere."""
    ended = threading.Event()

    def answer(received: Received) -> Answer:
        ended.wait(60)
        return Answer()

    give_tokens(origin)
    origin.script.update({"/access": answer, "/slow": answer})
    yield origin
    ended.set()


def type_until(terminal: Terminal, prompts: tuple[str, ...], key: str) -> None:
    """Answer all prompts but the last, at which this key is pressed."""
    *before, last = prompts
    for prompt in before:
        terminal.expect_exact(prompt)
        terminal.sendline(_TYPED[prompt])
    terminal.expect_exact(last)
    terminal.send(key)


def assert_stopped(terminal: Terminal, key: str) -> None:
    """Fail unless it ended with one line and its status, and the terminal echoes again."""
    terminal.expect_exact(STOPPED.strip() if key == CTRL_C else ENDED.strip())
    wait_until(terminal.getecho)
    assert terminal.end() == (130 if key == CTRL_C else 1)
    line = STOPPED if key == CTRL_C else ENDED
    assert terminal.text.endswith(f"\n{line}")
    assert terminal.text.count("oauth2: ") == 1
    assert "Traceback" not in terminal.text


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
@pytest.mark.parametrize(
    ("words", "prompts"),
    [
        (["--no-browser"], _FIRST[:1]),
        (["--no-browser"], _FIRST),
        (["--no-browser"], (*_FIRST, "PIN: ")),
        (
            ["--no-browser", "--callback", "https://my.example/"],
            (*_FIRST, "The address that the browser ended at: "),
        ),
        (
            ["own", "--no-browser"],
            (*_FIRST, "Press Enter when you have authorized the application: "),
        ),
    ],
)
def test_authorize_stops_at_any_prompt(
    command: Command, origin: Origin, key: str, words: list[str], prompts: tuple[str, ...]
) -> None:
    """No profile is there, and no part of one."""
    give_tokens(origin)
    know_service(command, origin.url, verifier_used=False)
    urls = [] if "own" in words else legs(origin.url)
    terminal = command.in_terminal("authorize", *words, *urls)
    type_until(terminal, prompts, key)
    assert_stopped(terminal, key)
    assert files_of(command) == ["services.json"]
    assert len(origin.received) == (len(prompts) > len(_FIRST))


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("word", ["request", "sign"])
def test_request_and_sign_stop_at_any_prompt(
    command: Command, origin: Origin, key: str, count: int, word: str
) -> None:
    """Nothing is sent, and nothing printed."""
    terminal = command.in_terminal(word, "GET", origin.url)
    prompts = (*_FIRST, "Token, if there is one: ", "Token secret: ")
    type_until(terminal, prompts[:count], key)
    assert_stopped(terminal, key)
    assert "Authorization" not in terminal.text
    assert origin.received == []


@pytest.mark.parametrize("is_new", [True, False])
def test_authorize_stops_while_it_waits_on_loopback(
    command: Command, origin: Origin, store: ProfileStore, is_new: bool
) -> None:
    """The listener is gone, and a profile that was there is as it was."""
    give_tokens(origin)
    consumer = oauth2.Consumer("printer", "consumer-sekrit")
    if not is_new:
        service = urlsplit(origin.url).netloc
        store.save(Profile("default", consumer, oauth2.Token("old", "old-sekrit"), service))
    before = store.path.read_bytes() if not is_new else None
    environ: dict[str, Any] = {**as_environment(consumer), "BROWSER": "true"}
    terminal = command.in_terminal("authorize", *legs(origin.url), **environ)
    terminal.expect(r"/authorize\?oauth_token=request\s")
    terminal.send(CTRL_C)
    assert_stopped(terminal, CTRL_C)
    assert files_of(command) == ([] if is_new else ["profiles.json"])
    assert (store.path.read_bytes() if not is_new else None) == before


def test_authorize_stops_while_a_provider_does_not_answer(
    command: Command, silent: Origin, consumer: oauth2.Consumer
) -> None:
    """In the last leg, too."""
    words = [*legs(silent.url), "--no-browser"]
    terminal = command.in_terminal("authorize", *words, **as_environment(consumer))
    terminal.expect("PIN: ")
    terminal.sendline("1234")
    wait_until(lambda: len(silent.received) == 2)
    terminal.send(CTRL_C)
    assert_stopped(terminal, CTRL_C)
    assert files_of(command) == []


@pytest.mark.parametrize("words", [[], ["-o", "out"], ["--upload", "up"]])
def test_request_stops_while_it_waits(
    command: Command, silent: Origin, consumer: oauth2.Consumer, words: list[str]
) -> None:
    """No file is written, and the terminal has its cursor again."""
    (command.folder / "up").write_bytes(b"octets")
    url = f"{silent.url}/slow"
    terminal = command.in_terminal("request", "PUT", url, *words, **as_environment(consumer))
    wait_until(lambda: silent.received)
    terminal.send(CTRL_C)
    assert_stopped(terminal, CTRL_C)
    assert not (command.folder / "out").exists()
    assert terminal.raw.count("\x1b[?25l") == terminal.raw.count("\x1b[?25h")


@pytest.mark.parametrize(
    "words", [["verify"], ["debug", "GET", "https://my.example/", "--theirs", "-"]]
)
def test_commands_that_read_stop_while_they_do(
    command: Command, consumer: oauth2.Consumer, words: list[str]
) -> None:
    """Somebody started them, and has no more to say."""
    with started(command, *words, **as_environment(consumer)) as process:
        process.stdin.write("GET&" * 100_000)  # more than a pipe holds: it reads when this is done
        process.stdin.flush()
        wait_until(lambda: unread(process.stdin) == 0)
        wait_until_idle(process.pid)
        process.send_signal(signal.SIGINT)
        process.wait(SECONDS)
        output, errors = process.communicate(timeout=SECONDS)
    assert (process.returncode, output) == (130, "")
    assert errors.strip() == STOPPED.strip()


def test_interrupt_in_a_pipe_ends_with_the_same_status(
    command: Command, silent: Origin, consumer: oauth2.Consumer
) -> None:
    """A script can tell it from an error."""
    with started(
        command, "request", "GET", f"{silent.url}/slow", **as_environment(consumer)
    ) as process:
        wait_until(lambda: silent.received)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=SECONDS)
    assert (process.returncode, output) == (130, "")
    assert errors.strip() == STOPPED.strip()


def test_input_that_ends_in_a_pipe_is_one_line(
    command: Command, origin: Origin, consumer: oauth2.Consumer
) -> None:
    """Nobody is there to type a PIN."""
    give_tokens(origin)
    words = [*legs(origin.url), "--no-browser"]
    ran = command("authorize", *words, **as_environment(consumer))
    assert (ran.status, ran.errors) == (1, f"PIN: \n{ENDED}")
    assert files_of(command) == []


def test_prompts_are_no_part_of_what_goes_into_a_file(command: Command) -> None:
    """They are on standard error, all of them."""
    line = " ".join(command.line("sign", "GET", "http://a.example/"))
    terminal = command.in_shell(f"exec {line} > out")
    type_until(terminal, (*_FIRST, "Token, if there is one: "), "\n")
    assert terminal.end() == 0
    assert (command.folder / "out").read_text().startswith("Authorization: OAuth ")


def test_demo_stops_at_once(command: Command) -> None:
    """With the provider that it serves, which has not answered yet."""
    (command.folder / "sitecustomize.py").write_text(
        "import functools\n"
        "import oauth2.sandbox\n"
        "manners = oauth2.sandbox.Manners(delay=60)\n"
        "oauth2.sandbox.run = functools.partial(oauth2.sandbox.run, manners=manners)\n"
    )
    terminal = command.in_terminal("demo", PYTHONPATH=str(command.folder))
    terminal.expect("A request token")
    terminal.send(CTRL_C)
    assert_stopped(terminal, CTRL_C)


def unread(pipe: Any) -> int:
    """Return how many octets are in a pipe."""
    (count,) = struct.unpack("i", fcntl.ioctl(pipe.fileno(), termios.FIONREAD, b"\0" * 4))
    return int(count)


def started(command: Command, *words: str, **environ: Any) -> Any:
    """Start a call in a pipe."""
    return subprocess.Popen(
        command.line(*words),
        env={**command.environ, **environ}, cwd=command.folder, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
