"""A page that is wrong fails when it is run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from doc_pages import DOCS
from doc_run import running

FENCE = "```"


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (f"{FENCE}python\n1 / 0\n{FENCE}\n", "line 1: division by zero"),
        (f"a\n\n{FENCE}console\n$ echo a\nb\n{FENCE}\n", r"line 3: \$ echo a"),
        (f"{FENCE}console\n$ echo a\n{FENCE}\n", "got\na"),
        (f"{FENCE}console\necho a\n{FENCE}\n", r"expected a session that begins with \$"),
        (f"{FENCE}console\n$ pip install 'oauth2[no]'\n{FENCE}\n", "expected some of"),
        (f"{FENCE}console\n$ echo a\n…\n{FENCE}\n", "expected more than an ellipsis"),
        (f"{FENCE}\na\n{FENCE}\n", "line 1: expected a language"),
        (f"`{FENCE}{{tip}}\n{FENCE}python\n{FENCE}\n`{FENCE}\n", "line 1: expected colons"),
        (f"{FENCE}ini\na\n{FENCE}\n", "expected a caption, as it is ini"),
        (
            f"{FENCE}python\nprint('a')\n{FENCE}\n"
            f"{FENCE}{{code-block}} text\n:class: output\n\nb\n{FENCE}\n",
            "line 4: .*'a'",
        ),
        (
            f"{FENCE}{{code-block}} console\n:class: server\n\n$ echo a\nb\n{FENCE}\n",
            "does not show what is on the page, but\na",
        ),
    ],
)
def test_a_page_that_is_wrong_fails(page: str, said: str, tmp_path: Path) -> None:
    """With its line, and what was shown instead."""
    with pytest.raises(AssertionError, match=said), running(page, tmp_path, {}):
        pass


def test_a_page_is_one_sitting(tmp_path: Path) -> None:
    """Files stay, `cd` and `export` hold, names are kept, and a port is everywhere the same."""
    page = f"""
{FENCE}{{code-block}} python
:caption: sub/a.py

PORT = 8000  # of http://127.0.0.1:8000
{FENCE}
{FENCE}console
$ cd sub
$ export NAME=Ann
$ echo $NAME; \\
>   ls
Ann
a.py
{FENCE}
{FENCE}console
$ python -c 'import a; print(a.PORT)'
8000
{FENCE}
"""
    with running(page, tmp_path, {}):
        assert "8000" not in (tmp_path / "sub" / "a.py").read_text(encoding="utf-8")


def test_a_terminal_of_its_own_takes_several_commands(tmp_path: Path) -> None:
    """The last of them goes on, with what those before it have set."""
    page = f"""
{FENCE}{{code-block}} console
:class: server

$ export NAME=Ann
$ echo "Hello, $NAME"; sleep 60
Hello, Ann
{FENCE}
"""
    with running(page, tmp_path, {}):
        pass


def test_an_older_python_does_not_run_what_is_for_a_newer_one(tmp_path: Path) -> None:
    """Such a block has the class since-3.11."""
    page = f"""
{FENCE}python
seen = []
{FENCE}
{FENCE}{{code-block}} python
:class: since-3.11

import sys

seen.append(sys.version_info >= (3, 11))
{FENCE}
"""
    with running(page, tmp_path, {}) as ran:
        assert ran.namespace["seen"] == [True] * (sys.version_info >= (3, 11))


def test_an_example_that_is_included_is_a_file(tmp_path: Path) -> None:
    """With its caption, and whole."""
    page = f"{FENCE}{{literalinclude}} /../examples/lti.py\n:language: python\n"
    with running(f"{page}:caption: tool.py\n{FENCE}\n", tmp_path, {}):
        example = DOCS.parent / "examples" / "lti.py"
        assert (tmp_path / "tool.py").read_bytes() == example.read_bytes()
