"""Every import path and every name of 1.9, 2.0 and 2.1 goes on working."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

from leaving_out import can_be_imported

RECORD = Path(__file__).with_name("names_of_2_1.json")  # 2.1 has all of 1.9 and 2.0


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
