"""Run a page as its reader does: files are written, programs run, and sessions typed.

Replaced are the made-up addresses, of which ``https://provider.example`` is a sandbox, the ports,
and the reader, who types a key and a secret at the prompts and clicks Allow.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from importlib.metadata import metadata
from pathlib import Path
from typing import Any, Protocol

import httplib2
import pytest
from doc_pages import Block, blocks
from doc_shell import Server, Shell, home_environ
from doc_text import commands, even, pattern
from ports import free_port

import oauth2

CONSUMER = oauth2.Consumer("your key", "your secret")
Replaced = dict[str, str]

_install = re.compile(r"(?:python3? -m )?pip install |python3? -m venv |\. \S+/bin/activate$")
_port = re.compile(r"(?:127\.0\.0\.1:|localhost:|--port[ =]|-p |port=)(\d{4,5})\b")


class Provider(Protocol):
    """A sandbox, or what stands in the place of a provider."""

    url: str

    def allow(self, authorization_url: str) -> str:
        """Open the authorize page and click Allow; return the PIN, or where the user is sent."""


class Page:
    """A page that is run from its first block to its last.

    ``folder`` is the reader's home, and the folder of its files; ``namespace`` that of its
    programs, ``printed`` what they print, ``responses`` what they had of a server.
    """

    def __init__(self, text: str, folder: Path, provider: Provider, replaced: Replaced) -> None:
        self.blocks = blocks(text)
        self.folder = folder
        self.provider = provider
        self._replaced = {"https://provider.example": provider.url, **replaced}
        told = {port for block in self.blocks for port in _port.findall(block.text)}
        self._ports = {port: str(free_port()) for port in sorted(told)}
        self.printed: list[str] = []
        self.responses: list[Any] = []
        self.namespace: dict[str, Any] = {
            "__name__": "__page__",
            "print": self._print,
            "input": self._input,
        }
        self._shell: Shell | None = None
        self._servers: list[Server] = []
        self._browsers: list[threading.Thread] = []

    def run(self) -> None:
        """Run all blocks; raise what a program raises, or AssertionError with the line."""
        for block in self.blocks:
            try:
                self._run(block._replace(text=self.replace(block.text)))
            except Exception as error:
                raise AssertionError(f"line {block.line}: {error}") from error

    def replace(self, text: str) -> str:
        """Put what is there in a test in the place of what the page has."""
        for told, real in self._replaced.items():
            # Base strings have it escaped, and those in a form once more.
            for _ in range(3):
                text = text.replace(told, real)
                told, real = oauth2.escape(told), oauth2.escape(real)
        for told, real in self._ports.items():
            text = re.sub(rf"(?<!\d){told}(?!\d)", real, text)
        return text

    def _run(self, block: Block) -> None:
        if block.kind == "since-3.11" and sys.version_info < (3, 11):
            return
        if block.kind == "output":
            assert pattern(block.text).fullmatch(even("\n".join(self.printed))), self.printed
        elif block.caption:
            file = self.folder / block.caption
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            self._run_program(block)
        else:
            assert block.language == "console", f"expected a caption, as it is {block.language}"
            typed = [told for told in commands(block.text) if not _is_install(told[0])]
            self._start(typed) if block.kind == "server" else self._run_session(typed)

    def _run_program(self, block: Block) -> None:
        self.printed.clear()
        # Tracebacks show the line of the page.
        source = "\n" * block.line + block.text
        exec(compile(source, "<page>", "exec"), self.namespace)
        if "response" in self.namespace:
            self.responses.append(self.namespace["response"])

    def _run_session(self, session: list[tuple[str, str]]) -> None:
        for typed, shown in session:
            self._shell = self._shell or Shell(self.folder, self.answers())
            said = even(self._shell.run(typed))
            assert pattern(shown).fullmatch(said), f"$ {typed}\n{shown}\n\ngot\n{said}"

    def _start(self, session: list[tuple[str, str]]) -> None:
        """Type a session in a terminal of its own, whose last command goes on."""
        server = Server("\n".join([typed for typed, _ in session]), self.folder)
        self._servers.append(server)
        server.wait_for(pattern(session[-1][1]))

    def answers(self) -> dict[str, Callable[[re.Match[str]], str | None]]:
        """Type the consumer at its prompts, allow what is asked for, and type what that shows."""
        pins: list[str] = []

        def allow(shown: re.Match[str]) -> None:
            pins.append(self.provider.allow(shown[0]))
            if pins[-1].startswith("http"):
                self._browsers.append(threading.Thread(target=_follow, args=(pins[-1],)))
                self._browsers[-1].start()

        return {
            r"(?i)consumer key: ": lambda _: str(CONSUMER.key),
            r"(?i)consumer secret: ": lambda _: str(CONSUMER.secret),
            r"(?:http://\S+/authorize\?|(?<=application:\r\n\r\n  )http:)\S+(?=\r\n)": allow,
            r"(?i)(?:PIN|verifier|ended at)[^\n:]*: ": lambda _: pins.pop() if pins else None,
        }

    def _print(self, *values: Any) -> None:
        self.printed.append(" ".join(map(str, values)))

    def _input(self, _: str = "") -> str:
        """Be the user at a prompt, who has opened the address that was printed, and has a PIN."""
        return self.provider.allow(re.findall(r"https?://\S+", self.printed[-1])[-1])

    def close(self) -> None:
        """End what runs."""
        for server in reversed(self._servers):
            server.close()
        if self._shell:
            self._shell.close()
        for browser in self._browsers:
            browser.join()


def _follow(redirect_url: str) -> None:
    """Go where the page sends a browser, at whose own machine nobody may listen."""
    with suppress(OSError), closing(httplib2.Http(proxy_info=None, timeout=10)) as browser:
        browser.request(redirect_url)


def _is_install(typed: str) -> bool:
    """Tell what makes the environment, in which the test runs already; its extras are known."""
    if _install.match(typed):
        require_extras(typed)
    return _install.match(typed) is not None


def require_extras(typed: str) -> None:
    """Fail where what is to be installed names an extra that there is not."""
    known = set(metadata("oauth2").get_all("Provides-Extra") or [])
    for named in re.findall(r"oauth2\[([\w,-]+)\]", typed):
        assert set(named.split(",")) <= known, f"{typed}: expected some of {sorted(known)}"


@contextmanager
def running(
    text: str, folder: Path, replaced: Replaced, provider: Provider | None = None
) -> Iterator[Page]:
    """Run a page in a home of its own; its servers run until this ends.

    Without another ``provider``, a sandbox is started, in which the user has a token.
    """
    with ExitStack() as stack:
        patched = stack.enter_context(pytest.MonkeyPatch.context())
        if provider is None:
            provider = sandbox = stack.enter_context(oauth2.sandbox.run(CONSUMER))
            token = sandbox.add_token()
            key, secret = str(token.key), str(token.secret)
            held = f'"{key}", "{secret}"'
            replaced = {'"the user\'s token", "its secret"': held, **replaced}
        patched.chdir(folder)
        for name, value in home_environ(folder).items():
            patched.setenv(name, value)
        patched.setenv("NO_PROXY", "*")
        patched.setitem(sys.modules, "keyring", None)
        page = Page(text, folder, provider, replaced)
        try:
            page.run()
            yield page
        finally:
            page.close()
