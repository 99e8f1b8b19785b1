"""The import path of 2.1 for what is in `legs`, `problems` and `redaction`."""

from __future__ import annotations

from .clock import provider_time as provider_time
from .legs import refusal as refusal, token_of as token
from .problems import (
    Problem as Problem,
    fields as fields,
    problem as problem,
    redacted_body as without_secrets,
    text as text,
)
from .redaction import (
    redacted as redacted,
    shown_line as line,
)

__all__ = [
    "Problem",
    "fields",
    "line",
    "problem",
    "provider_time",
    "redacted",
    "refusal",
    "text",
    "token",
    "without_secrets",
]
