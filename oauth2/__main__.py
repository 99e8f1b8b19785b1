"""The command ``oauth2``, which is also ``python -m oauth2``."""

from __future__ import annotations

import sys
from importlib.util import find_spec

_EXTRA = ("click", "filelock", "platformdirs", "rich", "urllib3")


def main() -> int:
    """Run the command, or say in one line which extra it needs; return its exit status."""
    if not all(map(find_spec, _EXTRA)):
        hint = "oauth2: the command needs the extra 'cli': python -m pip install 'oauth2[cli]'"
        print(hint, file=sys.stderr)
        return 2
    from .cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
