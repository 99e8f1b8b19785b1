"""The command ``oauth2``: one module for each of its commands, and no logic of their own."""

from __future__ import annotations

from .app import main as main

__all__ = ["main"]
