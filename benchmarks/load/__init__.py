"""Real servers with real stores of nonces, under load and while parts of them are killed.

Redis and PostgreSQL are started as the tests start them, by `stores` there.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "tests"))
