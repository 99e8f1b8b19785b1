"""Every import path and every name of 1.9, 2.0 and 2.1 goes on working."""

from __future__ import annotations

import json
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

RECORD = Path(__file__).with_name("names_of_2_1.json")  # 2.1 has all of 1.9 and 2.0

EXTRAS = {"oauth2.cli": "click", "oauth2.rsa": "cryptography", "oauth2.sandbox": "flask"}


def can_be_imported(path: str) -> bool:
    """Tell whether the extra of a module is installed; most need none."""
    needed = [module for room, module in EXTRAS.items() if f"{path}.".startswith(f"{room}.")]
    return all(find_spec(module) for module in needed)


def test_every_name_of_2_1_is_where_it_was() -> None:
    """Public names, as they stood in the modules that defined them or handed them on."""
    record: dict[str, list[str]] = json.loads(RECORD.read_text(encoding="utf-8"))
    assert len(record) > 60
    missing = [
        f"{path}.{name}"
        for path, names in record.items()
        if can_be_imported(path)
        for name in names
        if not hasattr(import_module(path), name)
    ]
    assert missing == []
