"""``oauth2 completion``, in a real bash; the scripts of the other shells are read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import Any

import pytest
from driving import BIN, Command

import oauth2
from oauth2.profiles import Profile, ProfileStore


def completed(command: Command, *words: str) -> list[str]:
    """Ask as the script of bash does, for what the last word may become."""
    asked: dict[str, Any] = {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    ran = command(_OAUTH2_COMPLETE="bash_complete", **asked)
    assert (ran.status, ran.errors) == (0, "")
    return [line.partition(",")[2] for line in ran.text.splitlines() if line]


@pytest.fixture
def profiles(store: ProfileStore) -> ProfileStore:
    """Store two profiles, and a service of the user's own."""
    for name in ("photos", "phones"):
        store.save(Profile(name, oauth2.Consumer("key", "consumer-sekrit")))
    legs = ("request_token_url", "authorize_url", "access_token_url")
    own = {"id": "tubes", **dict.fromkeys(legs, "http://a.example/")}
    store.path.with_name("services.json").write_text(json.dumps([own]))
    return store


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("",), {"authorize", "request", "sign", "verify", "debug", "profiles", "completion"}),
        (("ser",), {"services"}),
        (("profiles", "s"), {"show"}),
        (("sign", "--prof"), {"--profile"}),
        (("sign", "--profile", "ph"), {"photos", "phones"}),
        (("request", "GET", "-p", "pho"), {"photos", "phones"}),
        (("profiles", "remove", "phot"), {"photos"}),
        (("authorize", "tu"), {"tumblr", "tubes"}),
        (("services", "tub"), {"tubes"}),
        (("sign", "--as", "c"), {"curl"}),
        (("sign", "--as", "b"), {"base-string"}),
        (("sign", "--as", "http"), {"httpx", "httpx2"}),
        (("sign", "--signature-method", "RSA-SHA2"), {"RSA-SHA256"}),
        (("sign", "--signature-method", "RSA-P"), {"RSA-PSS"}),
        (("sign", "--signature-method", "hmac-sha2"), {"HMAC-SHA256"}),
        (("profiles", "use", "phot"), {"photos"}),
        (("completion", ""), {"bash", "zsh", "fish"}),
    ],
)
def test_names_are_completed(
    command: Command, profiles: ProfileStore, words: tuple[str, ...], expected: set[str]
) -> None:
    """Those of commands, options, profiles and services."""
    found = completed(command, "oauth2", *words)
    assert expected <= set(found)
    assert words == ("",) or len(found) == len(expected)


def test_damaged_files_complete_nothing(command: Command, profiles: ProfileStore) -> None:
    """There is no message in the middle of a line that is being typed."""
    profiles.path.write_text("{")
    profiles.path.with_name("services.json").write_text("{")
    assert completed(command, "oauth2", "sign", "--profile", "ph") == []
    assert completed(command, "oauth2", "authorize", "tum") == ["tumblr"]


def test_bash_completes_a_line_that_is_typed(command: Command, profiles: ProfileStore) -> None:
    """The script is evaluated as the help says, and Tab pressed in a real shell."""
    assert shutil.which("bash"), "bash is needed for this test"
    environ: dict[str, Any] = {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PS1": "ready> "}
    shell = command.in_shell("exec bash --norc --noprofile -i", **environ)
    shell.expect("ready> ")
    shell.sendline('eval "$(oauth2 completion bash)"; echo evaluated: $?')
    shell.expect("evaluated: 0\r\n")
    shell.expect("ready> ")
    shell.send("oauth2 profiles show phot\t")
    shell.expect("show photos ")
    shell.sendline("")
    shell.expect("consumer secret +\\*\\*\\*")
    shell.expect("ready> ")
    shell.send("oauth2 services tumb\t")
    shell.expect("services tumblr ")
    shell.sendcontrol("c")
    shell.expect("ready> ")
    shell.sendline("exit")
    assert shell.end() in (0, 130)


@pytest.mark.parametrize(
    ("name", "marks"),
    [
        ("bash", ("complete -o nosort -F", " oauth2", "_OAUTH2_COMPLETE=bash_complete")),
        ("zsh", ("#compdef oauth2", "_OAUTH2_COMPLETE=zsh_complete", "compdef _")),
        ("fish", ("complete --no-files --command oauth2", "_OAUTH2_COMPLETE=fish_complete")),
    ],
)
def test_script_is_for_its_shell(command: Command, name: str, marks: tuple[str, ...]) -> None:
    """Where the machine has the shell, it finds no mistake in it."""
    ran = command("completion", name)
    assert (ran.status, ran.errors) == (0, "")
    assert [mark for mark in marks if mark not in ran.text] == []
    shell = shutil.which(name)
    if shell is not None:
        subprocess.run([shell, "-n"], input=ran.output, check=True, timeout=30)


@pytest.mark.parametrize("words", [(), ("tcsh",)])
def test_other_shell_is_wrong_usage(command: Command, words: tuple[str, ...]) -> None:
    """The line names those that are known."""
    line = command.fails("completion", *words, status=2)
    assert "bash" in line
    assert "(oauth2 completion --help says more)" in line
