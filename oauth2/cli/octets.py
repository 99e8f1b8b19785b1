"""A number of octets, as an option has it."""

from __future__ import annotations

import re

import click

__all__ = ["octets"]

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_number = re.compile(r"([0-9]{1,12})([KMG]?)", re.I).fullmatch


def octets(context: click.Context, parameter: click.Parameter, value: str) -> int:
    """Read ``32M`` as 32 * 1024 * 1024; BadParameter for what is no number of octets."""
    match = _number(value)
    if match is None:
        raise click.BadParameter(f"expected a number like 500, 64K, 32M or 1G, got {value!r}")
    return int(match[1]) * _UNITS[match[2].upper()]
