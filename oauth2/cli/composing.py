"""The import path of 2.1 for `oauth2.cli.options`."""

from __future__ import annotations

from .options import (
    Call as Call,
    Command as Command,
    Composed as Composed,
    add as add,
    compose as compose,
    fixed_options as fixed_options,
    pair_option as pairs,
    read_call as read_call,
    request_options as request_options,
    signing_options as signing_options,
)

__all__ = [
    "Call",
    "Command",
    "Composed",
    "add",
    "compose",
    "fixed_options",
    "pairs",
    "read_call",
    "request_options",
    "signing_options",
]
