"""The fuzz targets by their names: each takes an input, and fails where a parser does wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .answer_target import answer
from .form_target import form
from .growth_target import growth
from .header_target import header
from .outcomes import assert_in_time
from .request_target import request
from .url_target import url

__all__ = ["CORPUS", "TARGETS", "inputs", "run"]

CORPUS = Path(__file__).parent / "corpus"
TARGETS: dict[str, Callable[[bytes], None]] = {
    "answer": answer,
    "form": form,
    "growth": growth,
    "header": header,
    "request": request,
    "url": url,
}


def inputs(name: str) -> list[Path]:
    """Return the files of the inputs that are kept for a target."""
    return sorted((CORPUS / name).iterdir())


def run(name: str, data: bytes) -> None:
    """Give an input to a target; fails, too, where it takes far too long."""
    if name == "growth":
        growth(data)  # which measures by itself
    else:
        assert_in_time(lambda: TARGETS[name](data), len(data))
