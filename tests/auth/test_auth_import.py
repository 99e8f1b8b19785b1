"""What is imported, and what is said where the extra is missing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import oauth2.auth

LIBRARIES = ["requests", "niquests", "httpx", "httpx2", "aiohttp", "requests_oauthlib", "oauthlib"]
ROOMS = ["requests", "httpx", "httpx2", "aiohttp", "requests_oauthlib"]

WITHOUT_LIBRARIES = f"""
import importlib, json, sys
for name in {LIBRARIES}:
    sys.modules[name] = None  # which import takes for one that is not installed
said = {{}}
for room in {ROOMS}:
    try:
        importlib.import_module("oauth2.auth." + room)
    except ImportError as exc:
        said[room] = str(exc)
json.dump(said, sys.stdout)
"""
WITH_LIBRARIES = f"""
import json, sys
import oauth2
oauth2.Consumer("key", "sekrit"), oauth2.Client, oauth2.Flow, oauth2.Signer, dir(oauth2)
loaded = [name for name in sys.modules if name.partition(".")[0] in {LIBRARIES}]
json.dump(loaded + [name for name in sys.modules if name.startswith("oauth2.auth")], sys.stdout)
"""


def run(program: str) -> object:
    """Run a program in a process of its own, and return what it writes as JSON."""
    command = [sys.executable, "-c", program]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


@pytest.fixture(scope="module")
def said() -> object:
    """Return what the import of each room says where no library is installed."""
    return run(WITHOUT_LIBRARIES)


@pytest.mark.parametrize(
    ("room", "extra"),
    [
        ("requests", "requests"),
        ("httpx", "httpx"),
        ("httpx2", "httpx2"),
        ("aiohttp", "aiohttp"),
        ("requests_oauthlib", "requests"),
    ],
)
def test_an_extra_that_is_missing_is_named(said: dict[str, str], room: str, extra: str) -> None:
    """Importing the room is an ImportError that tells how to have it."""
    assert f"pip install 'oauth2[{extra}]'" in said[room]


def test_importing_oauth2_loads_no_library() -> None:
    """Nor the rooms that need one; those who sign by one import it themselves."""
    assert run(WITH_LIBRARIES) == []


def test_httpx_and_httpx2_have_the_same_text() -> None:
    """Only the name of the library differs, so that what is told of one holds for the other."""
    folder = Path(oauth2.auth.__file__).parent
    text, other = ((folder / name).read_text("utf-8") for name in ("httpx.py", "httpx2.py"))
    assert text.replace("httpx", "httpx2") == other.replace(", on Python 3.11 or later", "")
