"""What of sign.md signs by itself does so again for each hop, and for no other origin."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from doc_pages import blocks, written
from doc_shell import environ_of
from driving import as_environment
from known import CONSUMER, TOKEN
from wire import KEYS, Answer, Origin, Received, by_hand, redirect


@pytest.fixture
def elsewhere() -> Any:
    """Serve another origin, which redirects back."""
    with Origin() as serving:
        yield serving


@pytest.fixture
def run(origin: Origin, elsewhere: Origin, tmp_path: Path) -> Callable[..., list[Received]]:
    """Run a program of the page in the place of whose sandbox a test answers a GET."""

    def run_program(name: str, *words: str) -> list[Received]:
        (text,) = [each.text for each in blocks(written()["how-to/sign"]) if each.caption == name]
        text = text.replace("http://127.0.0.1:8000", origin.url)
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / "letter.txt").write_text("Dear Ann", encoding="utf-8")
        environ = {**environ_of(tmp_path), **as_environment(CONSUMER, TOKEN)}
        subprocess.run(
            [sys.executable, *words, name],
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            check=False,
            timeout=60,
        )
        return [received for received in origin.received if received.method == "GET"]

    elsewhere.script = {"/there": redirect(302, f"{origin.url}/back")}
    origin.script = {"/next": redirect(302, f"{elsewhere.url}/there")}
    return run_program


def in_turn(answers: Sequence[Answer]) -> Callable[[Received], Answer]:
    """Answer a GET by the next of these, and all else by status 200."""
    left = iter(answers)
    return lambda received: next(left) if received.method == "GET" else Answer()


def nonce(received: Received) -> str:
    """Return the nonce of a request that is rightly signed."""
    assert by_hand(received, KEYS)
    (found,) = re.findall('oauth_nonce="(.+?)"', received.header("authorization") or "")
    return str(found)


def test_scrapy_signs_each_retry_and_redirect(
    run: Callable[..., list[Received]], origin: Origin, elsewhere: Origin
) -> None:
    """With a nonce of its own; what another origin receives, or redirects back, has none."""
    origin.script["/echo"] = in_turn([Answer(503), redirect(302, "/next")])
    received = run("spider.py", "-m", "scrapy", "runspider", "--nolog")
    *ours, back = received
    assert [each.target for each in received] == [
        "/echo?size=big",
        "/echo?size=big",
        "/next",
        "/back",
    ]
    assert len({nonce(each) for each in ours}) == 3
    assert [back.header("authorization"), elsewhere.last.header("authorization")] == [None, None]


def test_urllib3_signs_each_redirect(
    run: Callable[..., list[Received]], origin: Origin, elsewhere: Origin
) -> None:
    """Within the origin, and goes to no other."""
    origin.script["/echo"] = in_turn([redirect(302, "/next")])
    received = run("with_urllib3.py")
    assert [each.target for each in received] == ["/echo?size=big", "/next"]
    assert len({nonce(each) for each in received}) == 2
    assert elsewhere.received == []


def test_urllib3_does_not_repeat_what_was_sent(
    run: Callable[..., list[Received]], origin: Origin
) -> None:
    """A request that is refused is sent once."""
    origin.script["/echo"] = in_turn([Answer(503, {"Retry-After": "0"})])
    assert [nonce(each) != "" for each in run("with_urllib3.py")] == [True]
