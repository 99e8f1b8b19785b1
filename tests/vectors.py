"""The requests, base strings and signatures that others published, with their sources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Vector = dict[str, Any]

VECTORS: list[Vector] = json.loads(
    Path(__file__).with_name("vectors.json").read_text(encoding="utf-8")
)
BY_ID: dict[str, Vector] = {vector["id"]: vector for vector in VECTORS}
