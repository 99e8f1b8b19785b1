"""A plugin of pytest for .ci/mutation.py: each test stands alone, and what is quick comes first."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import Phase, settings

# A failure is enough: the smallest example of it is not looked for.
settings.register_profile("mutation", phases=(Phase.explicit, Phase.generate), derandomize=True)
settings.load_profile("mutation")

CACHES: list[Any] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Find the caches of oauth2, and have tests of any example wait for the others."""
    items.sort(key=lambda item: hasattr(getattr(item, "obj", None), "hypothesis"))
    modules = [module for name, module in sys.modules.items() if name.startswith("oauth2.")]
    values = [value for module in modules for value in vars(module).values()]
    CACHES[:] = [value for value in values if hasattr(type(value), "cache_clear")]


def pytest_runtest_setup() -> None:
    """Empty the caches: a test finds nothing in them that another has left there.

    So it is seen which tests need a function behind a cache.
    """
    for cache in CACHES:
        cache.cache_clear()
