"""The import path of 2.1 for `oauth2.diagnosis.misencoding`."""

from __future__ import annotations

from .misencoding import (
    MISENCODINGS as SPELLINGS,
    Misencoding as Spelling,
    is_encoded as is_encoded,
    misencoding as spelling,
    with_upper_hex as with_upper_hex,
)

__all__ = ["SPELLINGS", "Spelling", "is_encoded", "spelling", "with_upper_hex"]
