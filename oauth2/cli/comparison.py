"""The import path of 2.1 for `oauth2.cli.report`."""

from __future__ import annotations

from .report import show_causes as show_causes, show_rows as show_rows

__all__ = ["show_causes", "show_rows"]
