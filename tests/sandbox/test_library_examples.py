"""The examples for one HTTP library each, run against the sandbox."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from platformdirs import user_config_path
from running import consumer as consumer, provider as provider

from oauth2.profiles import Profile, ProfileStore
from oauth2.sandbox import Provider

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
FILES = {path.stem: path.read_text(encoding="utf-8") for path in EXAMPLES.glob("with_*.py")}
PROGRAMS = {name: text for name, text in FILES.items() if find_spec(name.partition("_")[2])}
if find_spec("niquests"):
    PROGRAMS["with_niquests"] = FILES["with_requests"].replace(
        "\nimport requests\n", "\nimport niquests as requests\n"
    )


@pytest.fixture
def profile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, provider: Provider) -> Profile:
    """Store a profile ``mine`` where the command does, and export it."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    for name, value in {"HOME": tmp_path, "XDG_CONFIG_HOME": tmp_path, "NO_PROXY": "*"}.items():
        monkeypatch.setenv(name, str(value))
    profile = Profile("mine", provider.consumer, provider.add_token())
    path = user_config_path("oauth2", appauthor=False) / "profiles.json"
    path.parent.mkdir(parents=True, mode=0o700)
    ProfileStore(path).save(profile)
    for name, value in profile.to_environment().items():
        monkeypatch.setenv(name, value)
    return profile


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_example_signs_what_its_library_sends(
    monkeypatch: pytest.MonkeyPatch, provider: Provider, profile: Profile, name: str
) -> None:
    """It prints what only a signed request is told."""
    url = f"{provider.resource_url}?size=big"
    words = ["mine", url] if "profiles.load" in PROGRAMS[name] else [url]
    monkeypatch.setattr(sys, "argv", [name, *words])
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(PROGRAMS[name], name, "exec"), {"__name__": "__main__"})
    status, _, answer = printed.getvalue().partition(" ")
    assert status == "200"
    told = json.loads(answer)
    assert (told["owner"], told["parameters"]) == ("ann", {"size": "big"})


def test_the_examples_are_for_all_libraries_and_short() -> None:
    """A newcomer reads one in a minute, and finds in it how it is run."""
    assert FILES.keys() == {"with_requests", "with_httpx", "with_httpx2", "with_aiohttp"}
    for name, text in FILES.items():
        assert text.count("\n") <= 26
        assert f"    python examples/{name}.py " in text
