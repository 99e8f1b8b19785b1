"""What is imported, what is said where the extra is missing, and how large a door may be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import oauth2
from oauth2.web import asgi, wsgi

DOORS = sorted((Path(oauth2.__file__).parent / "web").glob("*.py"))
WITHOUT = """
import importlib, json, sys
for name in ("django", "fastapi", "flask", "rest_framework", "starlette"):
    sys.modules[name] = None  # which import takes for one that is not installed
said = {}
for door in ("asgi", "django", "fastapi", "flask", "rest_framework", "wsgi"):
    try:
        importlib.import_module("oauth2.web." + door)
    except ImportError as exc:
        said[door] = str(exc)
json.dump(said, sys.stdout)
"""


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    """Return what the import of each door says where no framework is installed."""
    done = subprocess.run([sys.executable, "-c", WITHOUT], stdout=subprocess.PIPE, check=True)
    answer: dict[str, str] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize(
    ("door", "extra"),
    [
        ("django", "django"),
        ("fastapi", "fastapi"),
        ("flask", "flask"),
        ("rest_framework", "djangorestframework"),
    ],
)
def test_an_extra_that_is_missing_is_named(said: dict[str, str], door: str, extra: str) -> None:
    """Importing the door is an ImportError that tells how to have it."""
    assert said[door] == (
        f"oauth2.web.{door} needs the extra '{extra}': python -m pip install 'oauth2[{extra}]'"
    )


def test_middleware_needs_no_extra(said: dict[str, str]) -> None:
    """As WSGI and ASGI are no libraries."""
    assert said.keys().isdisjoint({"asgi", "wsgi"})


VERIFIER = oauth2.Verifier(str)
MIDDLEWARE = pytest.mark.parametrize("middleware", [asgi.OAuth1, wsgi.OAuth1])


@MIDDLEWARE
def test_middleware_is_kept_by_a_verifier(middleware: Any) -> None:
    """What is none is told at once, as where the two are swapped."""
    with pytest.raises(TypeError, match=r"^verifier: expected an oauth2\.Verifier, got "):
        middleware(VERIFIER, print)


@MIDDLEWARE
def test_paths_are_protected_by_a_function(middleware: Any) -> None:
    """A list of them is refused at once."""
    with pytest.raises(TypeError, match=r"^protect: expected a function, got list$"):
        middleware(print, VERIFIER, protect=["/photos"])


def test_doors_are_thin() -> None:
    """A hundred lines each: what is hard stands in the Verifier, once for all."""
    lengths = {door.name: door.read_text(encoding="utf-8").count("\n") for door in DOORS}
    assert len(lengths) == 7
    assert {name: length for name, length in lengths.items() if length > 100} == {}
