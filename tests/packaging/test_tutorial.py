"""The tutorial, followed on a machine that has Python and nothing else."""

from __future__ import annotations

import os
import pty
import re
import shlex
import subprocess
import sys
from pathlib import Path

from doc_pages import DOCS, blocks
from doc_text import commands, even, pattern
from ports import free_port

from oauth2 import __version__

MARK = "<the next command>"
BROWSER = r"""
import re, sys
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

http = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
page = http.open(sys.argv[1]).read().decode()
hidden = re.findall('<input type="hidden" name="(.+?)" value="(.+?)">', page)
action = sys.argv[1].partition("?")[0]
http.open(action, urlencode([*hidden, ("answer", "allow")]).encode())
"""


def test_the_tutorial_runs_where_nothing_is_installed(built: Path, tmp_path: Path) -> None:
    """By its own first lines, from the wheel; each command shows what the page shows."""
    port = str(free_port())
    text = (DOCS / "tutorial.md").read_text(encoding="utf-8").replace("8000", port)
    typed, shown = [], []
    for block in blocks(text):
        if block.caption:
            (tmp_path / block.caption).write_text(block.text, encoding="utf-8")
            continue
        for command, told in commands(block.text):
            is_server = command.startswith("oauth2 sandbox ")
            is_shown = not is_server and " pip install " not in command
            typed.append(_aside(command) if is_server else command)
            shown.append(pattern(told) if is_shown else re.compile("(?s:.*)"))
    said = _said(typed, built, tmp_path)
    for command, expected, got in zip(typed, shown, said):
        assert expected.fullmatch(even(got)), f"$ {command}\n{got}"
    assert len(said) == len(typed)
    installed = tmp_path.glob("tutorial/lib/python*/site-packages/oauth2-*.dist-info")
    assert [folder.name for folder in installed] == [f"oauth2-{__version__}.dist-info"]


def _aside(command: str) -> str:
    """Start a server in the same terminal, which ends with it, and go on when it is there."""
    is_there = "until grep -q Ctrl-C server.log; do sleep 0.1; done"
    return f"{command} >server.log 2>&1 & trap 'kill $!' EXIT; {is_there}"


def _said(typed: list[str], links: Path, home: Path) -> list[str]:
    """Type commands in a terminal of a user who clicks Allow; return what each of them shows."""
    (home / "browser.py").write_text(BROWSER, encoding="utf-8")
    steering = ("OAUTH", "PYTHON", "XDG_", "VIRTUAL_ENV", "LINES", "COLUMNS")
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith(steering)},
        "HOME": str(home),
        "BROWSER": f"{shlex.quote(sys.executable)} {home}/browser.py %s",
        "NO_COLOR": "1",
        "NO_PROXY": "127.0.0.1",
        "PIP_FIND_LINKS": f"{links} {os.environ.get('PIP_FIND_LINKS', '')}",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "TERM": "dumb",
    }
    script = "".join([f"echo '{MARK}'\n{command}\n" for command in typed])
    terminal, its_end = pty.openpty()
    with subprocess.Popen(
        ["bash", "-c", script],
        cwd=home, env=environ, stdin=its_end, stdout=its_end, stderr=its_end,
    ):  # fmt: skip
        os.close(its_end)
        shown = b"".join(iter(lambda: _read(terminal), b""))
    os.close(terminal)
    return shown.decode().replace("\r\n", "\n").split(MARK)[1:]


def _read(terminal: int) -> bytes:
    """Return what is shown next, nothing where all who might write have ended."""
    try:
        return os.read(terminal, 1 << 16)
    except OSError:
        return b""
