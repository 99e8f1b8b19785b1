"""What .ci/mutation.py is told of: the modules, the tests, and the changes that were judged."""

from __future__ import annotations

import pkgutil
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
SETTINGS = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("[tool.mutmut]")[2]
JUDGED = (ROOT / "tests" / "mutation.toml").read_text(encoding="utf-8")


def test_each_module_and_test_exists() -> None:
    """None has moved since it was listed."""
    paths = re.findall(r'"((?:oauth2|tests|\.ci)/[\w./]+)"', SETTINGS)
    assert len(paths) > 50
    assert [path for path in paths if not (ROOT / path).is_file()] == []


def test_each_function_that_a_judged_change_is_in_exists() -> None:
    """A change of code that is gone is judged no more."""
    places = set(re.findall(r"^([\w.]+): ", JUDGED, re.M))
    assert len(places) > 50
    for place in places:
        assert callable(pkgutil.resolve_name(f"oauth2.{place}")), place
