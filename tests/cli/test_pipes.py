"""What the command does in a pipeline, and when the other end of a pipe is closed."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path

import pytest
from driving import Command, Ran
from wire import Answer, Origin

from oauth2.profiles import Profile
from oauth2.sandbox import Provider

ENVIRON = {"OAUTH_CONSUMER_KEY": "key", "OAUTH_CONSUMER_SECRET": "consumer-sekrit"}
COLOURS = (
    ("demo",), ("services",), ("services", "tumblr"), ("profiles",), ("profiles", "show", "mine"),
)  # fmt: skip


def into_nowhere(command: Command, *words: str) -> Ran:
    """Run a call whose standard output nobody reads."""
    reads, writes = os.pipe()
    os.close(reads)
    try:
        ended = subprocess.run(
            command.line(*words), stdout=writes, stderr=subprocess.PIPE, cwd=command.folder,
            env={**command.environ, **ENVIRON}, stdin=subprocess.DEVNULL, check=False, timeout=30,
        )  # fmt: skip
    finally:
        os.close(writes)
    return Ran(ended.returncode, b"", ended.stderr.decode())


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("services",),
        ("services", "tumblr"),
        ("sign", "GET", "http://a.example/"),
        ("verify", "--url", "http://a.example/?oauth_consumer_key=key"),
        ("completion", "bash"),
        ("demo",),
    ],
)
def test_closed_pipe_is_no_traceback(command: Command, words: tuple[str, ...]) -> None:
    """Whoever reads has seen enough."""
    ran = into_nowhere(command, *words)
    assert (ran.status, ran.errors) == (1, "")


@pytest.mark.parametrize("words", [(), ("-i",)])
def test_answer_into_a_closed_pipe_is_no_traceback(
    command: Command, origin: Origin, words: tuple[str, ...]
) -> None:
    """Large or small, with headers or without."""
    for body in (b"small", bytes(1 << 20)):
        origin.script["/a"] = Answer(200, {}, body)
        ran = into_nowhere(command, "request", "GET", f"{origin.url}/a", *words)
        assert (ran.status, ran.errors) == (1, "")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_stream_is_no_traceback(command: Command, origin: Origin, closed: str) -> None:
    """A shell can leave a program without them."""
    line = shlex.join(command.line("request", "GET", f"{origin.url}/a"))
    ended = subprocess.run(
        ["/bin/sh", "-c", f"{line} {closed}"], env={**command.environ, **ENVIRON},
        capture_output=True, cwd=command.folder, check=False, timeout=30,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert origin.last.target == "/a"


def test_head_of_a_long_answer_is_all_that_is_read(command: Command, origin: Origin) -> None:
    """As in a shell."""
    origin.script["/a"] = Answer(200, {}, b"line\n" * 200_000)
    line = shlex.join(command.line("request", "GET", f"{origin.url}/a"))
    ended = subprocess.run(
        ["/bin/sh", "-c", f"{line} | head -n 1"], env={**command.environ, **ENVIRON},
        capture_output=True, cwd=command.folder, check=True, timeout=30,
    )  # fmt: skip
    assert (ended.stdout, ended.stderr) == (b"line\n", b"")


def test_full_disk_is_told(command: Command) -> None:
    """In one line."""
    with open("/dev/full", "wb") as full:
        ended = subprocess.run(
            command.line("services"), stdout=full, stderr=subprocess.PIPE, env=command.environ,
            cwd=command.folder, check=False, timeout=30,
        )  # fmt: skip
    assert ended.returncode == 1
    assert ended.stderr == b"oauth2: No space left on device\n"


def test_reader_that_is_gone_is_no_error(command: Command) -> None:
    """Nothing is said to somebody who has read enough, however little there was."""
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb") as pipe:
        ended = subprocess.run(
            command.line("--version"), stdout=pipe, stderr=subprocess.PIPE, env=command.environ,
            cwd=command.folder, check=False, timeout=30,
        )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (1, b"")


@pytest.mark.parametrize("words", COLOURS)
def test_nothing_steers_what_is_in_a_pipe(
    command: Command, profile: Profile, words: tuple[str, ...]
) -> None:
    """Neither colours nor folded lines; a terminal has both."""
    ran = command(*words)
    assert (ran.status, ran.errors) == (0, "")
    assert "\x1b" not in ran.text


def test_what_one_call_prints_another_reads(
    command: Command, provider: Provider, profile: Profile
) -> None:
    """An answer can be sent on, and a signature can be looked into."""
    sent = command("request", "POST", provider.resource_url, "-d", "a=b")
    (command.folder / "answer.json").write_bytes(sent.output)
    words = ("--json", "@answer.json", "--body-hash")
    again = command("request", "PUT", provider.resource_url, *words)
    assert json.loads(again.output)["method"] == "PUT"
    base = command("sign", "GET", f"{provider.resource_url}?c=d", "--as", "base-string")
    compared = command("debug", "GET", f"{provider.resource_url}?c=d", given=base.output)
    assert compared.status == 0
    url = command("sign", "GET", f"{provider.resource_url}?c=d", "--as", "url")
    assert command("verify", "--url", url.text.strip()).status == 0


def test_body_may_come_from_a_pipe_of_the_shell(
    command: Command, provider: Provider, profile: Profile
) -> None:
    """A path of the system's for standard input is a file like any other."""
    assert Path("/dev/stdin").exists()
    ran = command("request", "POST", provider.resource_url, "-d", "@/dev/stdin", given=b"a=%C3%A9")
    assert json.loads(ran.output)["parameters"] == {"a": "é"}
