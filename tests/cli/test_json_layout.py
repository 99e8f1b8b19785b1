"""JSON as a terminal shows it."""

from __future__ import annotations

import json
import os
import subprocess
import time

import pytest
from driving import ENVIRON, Command
from rich.console import Console
from wire import Answer, Origin

from oauth2.cli.json_layout import laid_out

PLAIN = Console(force_terminal=True, color_system=None)
COLOURED = Console(force_terminal=True, color_system="standard")
PHOTO = {"id": 1, "name": "caf\u00e9", "is_public": True, "tags": ["a", "b"], "place": None}
LARGE = json.dumps([PHOTO] * 40_000).encode()


@pytest.mark.parametrize(
    "text",
    [
        *("{}", "[]", "[ ]", '"x"', "1", "true", "null", "false"),
        *("[1, [2, {}], []]", '{"a": {"b": [], "c": {"d": [{}, 1]}}, "e": "f"}'),
        '{"quoted \\"": "\\\\", "lines": "a\\nb\\tc", "\\u00e9": "\\ud83d\\ude00"}',
    ],
)
def test_layout_is_that_of_the_standard_library(text: str) -> None:
    """With an indent of two."""
    expected = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    assert laid_out(text, PLAIN) == expected


def test_numbers_and_pairs_stay_as_they_are_written() -> None:
    """None is rounded, and none is left out."""
    text = '{"a": 1.10, "a": 1e400, "b": [12345678901234567890123, -0.0, NaN]}'
    assert "".join(laid_out(text, PLAIN).split()) == "".join(text.split())


def test_each_kind_has_its_colour() -> None:
    """Names, text, numbers, words and brackets."""
    shown = laid_out('{"a": ["b", 1, true, false, null]}', COLOURED)
    codes = {text.partition("m")[2].partition("\x1b")[0]: text for text in shown.split("\x1b[")}
    told = [codes[text].partition("m")[0] for text in ('"a"', '"b"', "1", "true", "false", "null")]
    assert told == ["1;34", "32", "1;36", "3;92", "3;91", "3;35"]
    assert codes["["].startswith("1m")


@pytest.mark.parametrize("text", ["", "{", '{"a": 1} and more', "[" * 100_000 + "]" * 100_000])
def test_what_is_no_json_or_too_deep_is_an_error(text: str) -> None:
    """The caller shows it as it is."""
    with pytest.raises((ValueError, RecursionError)):
        laid_out(text, PLAIN)


@pytest.mark.parametrize("character", ["\x7f", "\x9b", "\u202e", "\ud800"])
def test_character_that_steers_a_terminal_is_replaced(character: str) -> None:
    """Whether it is escaped in the text or not."""
    for text in (json.dumps({character: character}), f'{{"{character}": "{character}"}}'):
        assert laid_out(text, PLAIN) == '{\n  "\ufffd": "\ufffd"\n}'


@pytest.mark.long
def test_large_json_is_on_the_terminal_at_once(command: Command, origin: Origin) -> None:
    """Three megabytes are laid out in less than a second, and in three where tests are traced."""
    origin.script["/a"] = Answer(200, {"Content-Type": "application/json"}, LARGE)
    assert len(LARGE) > 3_000_000
    started = time.process_time()
    shown = laid_out(LARGE.decode(), COLOURED)
    assert time.process_time() - started < 3
    terminal, theirs = os.openpty()
    with subprocess.Popen(
        command.line("request", "GET", f"{origin.url}/a"), env={**command.environ, **ENVIRON},
        stdin=theirs, stdout=theirs, stderr=theirs,
    ) as running:  # fmt: skip
        os.close(theirs)
        received = b"".join(iter(lambda: read(terminal), b""))
    os.close(terminal)
    assert running.returncode == 0
    assert received.decode().replace("\r\n", "\n").count("\n") == shown.count("\n") + 1


def read(terminal: int) -> bytes:
    """Read what is there; pexpect would search megabytes again and again."""
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # as Linux says that its other end is closed
        return b""
