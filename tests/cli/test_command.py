"""The command as such: what is asked of it wrongly, and what it costs to load."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from driving import BIN, Command

import oauth2


@pytest.mark.parametrize("words", [(), ("-h",), ("--help",)])
def test_help_is_shown_when_nothing_is_asked(command: Command, words: tuple[str, ...]) -> None:
    """All commands are in it, each with a line that says what it does."""
    ran = command(*words)
    assert (ran.status, ran.errors) == (0, "")
    assert "OAuth 1.0a requests (not OAuth 2.0)" in ran.text
    _, _, commands = ran.text.partition("Commands:\n")
    told = dict(line.split(None, 1) for line in commands.splitlines())
    assert list(told) == [
        *("authorize", "completion", "debug", "demo", "profiles"),
        *("request", "sandbox", "services", "sign", "verify"),
    ]
    assert [text for text in told.values() if not text.endswith(".") or "..." in text] == []


def test_version_is_told(command: Command) -> None:
    """It is that of the library."""
    assert command("--version") == (0, f"oauth2, version {oauth2.__version__}\n".encode(), "")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("sing",), "No such command 'sing'."),
        (("profiles", "lst"), "No such command 'lst'."),
        (("sign",), "Missing argument 'URL'. (oauth2 sign --help says more)"),
        (("sign", "GET"), "Missing argument 'URL' after GET. (oauth2 sign --help says more)"),
        (("profiles", "show"), "Missing argument 'NAME'. (oauth2 profiles show --help says more)"),
        (("services", "a", "b"), "Got unexpected extra argument (b) (oauth2 services --help"),
        (("sign", "GET", "http://a.example/", "--sekritly"), "No such option"),
        (("--nonsense",), "No such option"),
        (("sign", "GET", "http://a.example/", "--nonce"), "Option '--nonce' requires an argument."),
    ],
)
def test_wrong_usage_is_one_line(command: Command, words: tuple[str, ...], told: str) -> None:
    """With exit status 2, and where to read more."""
    command.secrets.clear()  # an option that does not exist is quoted, as it may be a typo
    line = command.fails(*words, status=2)
    assert told in line
    assert "--help says more)" in line


@pytest.mark.parametrize("option", ["--traceback", "--debug"])
def test_traceback_is_shown_only_when_asked_for(command: Command, option: str) -> None:
    """The line of the error comes after it; the option has its name of 2.1, too."""
    words = ("sign", "GET", "photos")
    environ: dict[str, Any] = {
        "OAUTH_CONSUMER_KEY": "key",
        "OAUTH_CONSUMER_SECRET": "consumer-sekrit",
    }
    line = command.fails(*words, **environ)
    ran = command(option, *words, **environ)
    assert (ran.status, ran.output) == (1, b"")
    assert ran.errors.startswith("Traceback (most recent call last):\n")
    assert ran.errors.endswith(f"ValueError: {line}\noauth2: {line}\n")


def test_help_names_the_traceback_and_not_its_old_option(command: Command) -> None:
    """Beside the command ``debug``, an option of this name would be taken for it."""
    shown = command("--help").text
    assert "--traceback" in shown
    assert "--debug" not in shown


def test_error_that_nobody_expected_is_one_line_too(command: Command) -> None:
    """It says how to see more, and is no traceback."""
    shadow = command.folder / "shadow"
    shadow.mkdir()
    (shadow / "sitecustomize.py").write_text(
        "import oauth2.services\ndef load(*paths): raise KeyError('of a mistake')\n"
        "oauth2.services.load = load\n"
    )
    line = command.fails("services", PYTHONPATH=str(shadow))
    assert line == "unexpected error: 'of a mistake' (oauth2 --traceback shows where)"


def test_error_without_a_text_is_named(command: Command) -> None:
    """An OSError may say nothing at all."""
    shadow = command.folder / "shadow"
    shadow.mkdir()
    (shadow / "sitecustomize.py").write_text(
        "import oauth2.services\ndef load(*paths): raise OSError\noauth2.services.load = load\n"
    )
    line = command.fails("services", PYTHONPATH=str(shadow))
    assert line == "unexpected error: no reason was given (oauth2 --traceback shows where)"


def test_script_is_the_module(command: Command) -> None:
    """What is installed as ``oauth2`` shows and exits the same."""
    script = BIN / "oauth2"
    for words in (("services", "tumblr"), ("sing",), ("--version",)):
        ran = command(*words)
        ended = subprocess.run(
            [script, *words], env=command.environ, cwd=command.folder, capture_output=True,
            check=False,
        )  # fmt: skip
        assert (ended.returncode, ended.stdout, ended.stderr.decode()) == ran


def test_import_of_the_library_loads_no_part_of_the_command() -> None:
    """Who signs in a program pays for nothing else."""
    names = ["click", "rich", "flask", "keyring", "platformdirs", "urllib3", "http.server"]
    code = (
        "import sys, oauth2; "
        f"loaded = [n for n in {names} if n in sys.modules]; "
        "loaded += [n for n in sys.modules if n.startswith(('oauth2.cli.', 'oauth2.flow', "
        "'oauth2.callback', 'oauth2.sandbox', 'oauth2.profiles', 'oauth2.services'))]; "
        "sys.exit(str(loaded) if loaded else 0)"
    )
    environ: dict[str, Any] = {k: v for k, v in os.environ.items() if not k.startswith("COV")}
    subprocess.run([sys.executable, "-c", code], env=environ, check=True)


def test_command_loads_no_server_before_it_serves() -> None:
    """Flask waits for the sandbox."""
    code = "import sys, oauth2.cli; sys.exit('flask' in sys.modules or 'werkzeug' in sys.modules)"
    environ: dict[str, Any] = {k: v for k, v in os.environ.items() if not k.startswith("COV")}
    subprocess.run([sys.executable, "-c", code], env=environ, check=True)
